package lab

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestTheDocumentListsTheScenarios holds docs/lab.md to the list. With
// SPOOR_UPDATE=1 it writes the list there.
func TestTheDocumentListsTheScenarios(t *testing.T) {
	t.Parallel()
	const name, mark = "../../docs/lab.md", "<!-- scenarios -->\n"
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	head, _, ok := bytes.Cut(data, []byte(mark))
	if !ok {
		t.Fatalf("%s has no line %q", name, mark)
	}
	want := append(append(bytes.Clone(head), mark...), scenarioTables()...)
	if bytes.Equal(want, data) {
		return
	}
	if os.Getenv("SPOOR_UPDATE") == "" {
		t.Fatalf("%s is older than the scenarios: run SPOOR_UPDATE=1 go test ./internal/lab", name)
	}
	if err := os.WriteFile(name, want, 0o644); err != nil {
		t.Fatal(err)
	}
}

func scenarioTables() []byte {
	var b bytes.Buffer
	chain := ""
	for _, s := range Scenarios() {
		if s.Chain != chain {
			chain = s.Chain
			fmt.Fprintf(&b, "\n### %s\n\n| scenario | kind | to be concluded | story |\n|---|---|---|---|\n", chain)
		}
		var servers []string
		for _, w := range s.Want {
			text := w.Verdict
			if w.Outcome != "" && !w.Mild {
				text += ", " + w.Outcome
			}
			for _, c := range w.Chains {
				text += fmt.Sprintf("; %s %s: `%s`", c.ID, c.Grade, c.Deepest)
			}
			if len(s.Want) > 1 {
				text = w.Host + ": " + text
			}
			servers = append(servers, text)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", strings.TrimPrefix(s.Name, chain+"-"), s.Kind, strings.Join(servers, "<br>"), s.Says)
	}
	return b.Bytes()
}
