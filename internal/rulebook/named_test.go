package rulebook

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spoor/internal/engine"
	"spoor/internal/refusal"
)

const ruleText = `title: TITLE
id: 33333333-3333-4333-8333-33333333333N
name: nN
logsource: {category: process_creation, product: windows}
detection:
    a: {CommandLine|contains: x}
    condition: a
level: high
`

func rule(n string) string {
	return strings.NewReplacer("TITLE", "Rule "+n, "N", n).Replace(ruleText)
}

func writeRules(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A folder whose files hold no rule is refused with a hint.
func TestFilesWithoutARule(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]map[string]string{
		"a comment":       {"a.yml": "# nothing yet\n"},
		"an empty file":   {"a.yml": ""},
		"a document mark": {"a.yml": "---\n"},
		"two of them":     {"a.yml": "# a\n", "b.yaml": "# b\n"},
		"no file":         {},
		"a text":          {"a.txt": rule("1")},
		"a refused rule":  {"a.yml": strings.Replace(rule("1"), "condition: a", "condition: b", 1)},
	} {
		dir := writeRules(t, files)
		var refused *refusal.Error
		if _, err := LoadSome(Options{Paths: []string{dir}, NoBuiltin: true}); !errors.As(err, &refused) || refused.Hint == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A rule is found by its file, id, title or the end of its file's name.
func TestARuleIsFoundByWhatItIsCalled(t *testing.T) {
	t.Parallel()
	count := "title: Many\nid: 33333333-3333-4333-8333-333333333339\ncorrelation:\n    type: event_count\n    rules: [n1]\n    group-by: [Computer]\n    timespan: 10m\n    condition: {gte: 2}\n"
	dir := writeRules(t, map[string]string{"one.yml": rule("1"), "two.yml": rule("2"), "many.yml": count,
		"broken.yml": strings.Replace(rule("3"), "condition: a", "condition: b", 1)})
	o := Options{Paths: []string{dir}, NoBuiltin: true}
	titles := func(s *engine.Ruleset) string {
		var list []string
		for _, r := range s.Rules {
			list = append(list, r.Meta.Title)
		}
		for _, c := range s.Correlations {
			list = append(list, c.Meta.Title)
		}
		return strings.Join(list, ", ")
	}
	for what, want := range map[string]string{
		"33333333-3333-4333-8333-333333333332": "Rule 2", "rule 1": "Rule 1", "two.yml": "Rule 2", "MANY": "Rule 1, Many",
		filepath.Join(dir, "two.yml"): "Rule 2",
	} {
		if set, err := Named(o, what); err != nil || titles(set) != want {
			t.Errorf("%s: %v", what, err)
		}
	}
	var refused *refusal.Error
	if _, err := Named(o, "wo.yml"); !errors.As(err, &refused) {
		t.Errorf("a part of a name: %v", err)
	}
	if _, err := Named(o, "33333333-3333-4333-8333-333333333333"); err == nil || errors.As(err, &refused) || !strings.Contains(err.Error(), "it is refused") {
		t.Errorf("a refused rule: %v", err)
	}
}
