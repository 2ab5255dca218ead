package sigma_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"spoor/internal/engine"
	"spoor/internal/sigma"
)

func TestPartsOfARuleCollectionAreJoined(t *testing.T) {
	t.Parallel()
	collection := strings.Join([]string{
		"action: global\ntitle: all\nlogsource: {product: windows}\ndetection: {a: {F: x}, condition: a}\n",
		"title: one\n",
		"title: two\ndetection: {a: {F: y}}\n",
		"action: repeat\ntitle: three\ndetection: {b: {G: z}, condition: a or b}\n",
		"action: reset\n",
		"title: four\nlogsource: {product: windows}\ndetection: {a: {H: x}, condition: a}\n",
	}, "---\n")
	set, report := sigma.Load([]sigma.File{{Name: "c.yml", Data: []byte(collection)}}, sigma.Options{})
	if report.Loaded != 4 || len(report.Refused) != 0 {
		t.Fatalf("%+v", report)
	}
	for record, want := range map[string]string{"F=x": "one", "F=y": "two three", "G=z": "three", "H=x": "four"} {
		var titles []string
		for _, h := range engine.NewReference(set).Match(recordOf(record), nil) {
			titles = append(titles, h.Rule.Meta.Title)
		}
		if got := strings.Join(titles, " "); got != want {
			t.Errorf("%s: %q fire, not %q", record, got, want)
		}
	}
}

func TestWarningsNameTheirPlace(t *testing.T) {
	t.Parallel()
	rule := "title: t\nid: 1\nlogsource: {product: windows}\ndetection:\n  a:\n    F|all: x\n  b: {F: y}\n  condition: a\n"
	_, report := sigma.Load([]sigma.File{{Name: "a.yml", Data: []byte(rule)}, {Name: "b.yml", Data: []byte(rule)}}, sigma.Options{})
	var got []string
	for _, w := range report.Warnings {
		got = append(got, w.File+" "+w.Code)
		if w.Line < 1 || w.Reason == "" || w.ID != "1" {
			t.Errorf("%+v", w)
		}
	}
	want := "a.yml all-of-one, a.yml unused-selection, b.yml same-id, b.yml all-of-one, b.yml unused-selection"
	if report.Loaded != 2 || strings.Join(got, ", ") != want {
		t.Errorf("%d loaded, warnings %s", report.Loaded, strings.Join(got, ", "))
	}
}

// With values for every placeholder only the logs that spoor does not read are
// left out.
func TestPublishedRulesWithPlaceholdersLoad(t *testing.T) {
	t.Parallel()
	files := published(t)
	var file strings.Builder
	seen := map[string]bool{}
	for _, f := range files {
		for _, m := range regexp.MustCompile(`'%([A-Za-z_-]+)%'`).FindAllSubmatch(f.Data, -1) {
			if name := string(m[1]); !seen[name] {
				seen[name] = true
				file.WriteString("'" + name + "': ['value*']\n")
			}
		}
	}
	path := filepath.Join(t.TempDir(), "placeholders.yml")
	if err := os.WriteFile(path, []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	placeholders, err := sigma.ReadPlaceholders(path)
	if err != nil || len(placeholders) != len(seen) || len(seen) == 0 {
		t.Fatalf("%d of %d placeholders read: %v", len(placeholders), len(seen), err)
	}
	_, report := sigma.Load(files, sigma.Options{Placeholders: placeholders})
	for _, p := range report.Refused {
		if p.Code != "no-source" {
			t.Errorf("%s:%d: %s: %s", p.File, p.Line, p.Code, p.Reason)
		}
	}
	if report.Loaded != 3021 {
		t.Errorf("%d loaded, not 3,005 and 16", report.Loaded)
	}
}

func TestPlaceholderFilesThatAreNone(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"a list": "- a\n", "no YAML": "a: [\n", "values of values": "a: {b: c}\n"} {
		path := filepath.Join(t.TempDir(), "p.yml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if p, err := sigma.ReadPlaceholders(path); err == nil {
			t.Errorf("%s is read as %v", name, p)
		}
	}
	if _, err := sigma.ReadPlaceholders(filepath.Join(t.TempDir(), "absent.yml")); err == nil {
		t.Error("an absent file is read")
	}
}
