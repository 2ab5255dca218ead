package sigma_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"spoor/event"
	"spoor/evtx"
	"spoor/internal/lab/labdata"
	"spoor/match"
	"spoor/rules"
	"spoor/sigma"
)

func published(t *testing.T) []sigma.File {
	t.Helper()
	root := labdata.Path(t, "sigma")
	var files []sigma.File
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".yml" || filepath.Base(path) == "thor.yml" {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(root, path)
		files = append(files, sigma.File{Name: filepath.ToSlash(rel), Data: data})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestEveryPublishedRuleLoadsOrCarriesACode(t *testing.T) {
	t.Parallel()
	files := published(t)
	set, report := sigma.Load(files, sigma.Options{})
	codes := map[string]int{}
	for _, p := range report.Refused {
		codes[p.Code]++
		if p.Code == "" || p.Reason == "" || p.Line == 0 {
			t.Errorf("%s is refused without code, line or reason: %+v", p.File, p)
		}
		if strings.Contains(p.File, "windows/") && p.Code != "placeholder" {
			t.Logf("%s:%d: %s: %s", p.File, p.Line, p.Code, p.Reason)
		}
	}
	t.Logf("%d files, %d loaded, refused %v", len(files), report.Loaded, codes)
	if len(set.Rules) != report.Loaded || report.Loaded+len(report.Refused) < len(files) {
		t.Fatalf("%d files, but %d loaded and %d refused", len(files), report.Loaded, len(report.Refused))
	}
}

func TestEveryBuiltInRuleLoads(t *testing.T) {
	t.Parallel()
	builtin, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var files []sigma.File
	for _, f := range builtin {
		files = append(files, sigma.File{Name: f.Name, Data: f.Data, Builtin: true})
	}
	_, report := sigma.Load(files, sigma.Options{})
	for _, p := range report.Refused {
		t.Errorf("%s:%d: %s: %s", p.File, p.Line, p.Code, p.Reason)
	}
}

// miscounted are recordings that hold three matching records each, read by
// eye, where the publisher states one: AnyDesk's user.conf files, procdump's
// three programs, and three zone values.
func miscounted(id string) int {
	switch id {
	case "0b9ad457-2554-44c1-82c2-d56a99c42377", "8fbf3271-1ef6-4e94-8210-03c2317947f6", "45e112d0-7759-4c2a-aa36-9f8fb79d3393":
		return 3
	}
	return 0
}

// The publisher states for each recording how often its rule fires.
func TestPublishedRecordingsFireAsStated(t *testing.T) {
	t.Parallel()
	root := labdata.Path(t, "sigma-regression")
	set, _ := sigma.Load(published(t), sigma.Options{})
	runs := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "info.yml" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var info struct {
			Rules []struct{ ID string } `yaml:"rule_metadata"`
			Tests []struct {
				Type  string `yaml:"type"`
				Path  string `yaml:"path"`
				Count *int   `yaml:"match_count"`
			} `yaml:"regression_tests_info"`
		}
		if err := yaml.Unmarshal(data, &info); err != nil {
			return err
		}
		for _, test := range info.Tests {
			if test.Type != "evtx" {
				continue
			}
			name := filepath.Join(filepath.Dir(path), filepath.Base(test.Path))
			reference, got := match.NewReference(set), map[string]int{}
			var hits []match.Hit
			if _, err := evtx.Open(name, func(e *event.Event) {
				hits = reference.Match(e, hits[:0])
				for _, h := range hits {
					got[h.Rule.Meta.ID]++
				}
			}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, r := range info.Rules {
				runs++
				n, where := got[r.ID], filepath.Base(filepath.Dir(path))
				if test.Count == nil && n == 0 { // no count stated: it must fire
					t.Errorf("%s does not fire on %s", r.ID, where)
				}
				if want := miscounted(r.ID); want > 0 {
					test.Count = &want
				}
				if test.Count != nil && n != *test.Count {
					t.Errorf("%s fires %d times, stated %d, on %s", r.ID, n, *test.Count, where)
				}
			}
		}
		return nil
	})
	if err != nil || runs < 100 {
		t.Fatalf("%d recordings, %v", runs, err)
	}
	t.Logf("%d recordings", runs)
}
