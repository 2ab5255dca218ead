package statement

import (
	"os"
	"strings"
	"testing"
)

func TestTheExampleOfTheDocumentationDecodes(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../docs/record.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(doc), "```yaml\n")
	example, _, _ := strings.Cut(rest, "```")
	f, err := Read(strings.NewReader(example), "docs/record.md")
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Sources) != 1 || len(f.Incidents) != 1 || len(f.Statements) != 1 {
		t.Fatalf("got %d sources, %d incidents, %d statements, want one of each", len(f.Sources), len(f.Incidents), len(f.Statements))
	}
	if got := f.Statements[0].Where.Line; got < 20 {
		t.Errorf("the statement's line is %d", got)
	}
}

func TestTheBuiltInRecordHasNoProblem(t *testing.T) {
	t.Parallel()
	r, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range Check(r) {
		t.Error(p)
	}
}
