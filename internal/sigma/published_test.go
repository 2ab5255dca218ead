package sigma_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"

	"spoor/event"
	"spoor/internal/engine"
	"spoor/internal/lab/labdata"
	"spoor/internal/sigma"
	"spoor/rules"
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
	}
	want := map[string]int{"no-source": 759, "placeholder": 16}
	if len(files) != 3780 || report.Loaded != 3005 || len(set.Rules) != 3005 || !maps.Equal(codes, want) {
		t.Fatalf("%d files, %d loaded, refused %v; want 3780, 3005, %v", len(files), report.Loaded, codes, want)
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

// firesMoreOften names the recordings that hold more matching records than the
// publisher states, each read by hand.
func firesMoreOften() map[string]int {
	return map[string]int{
		// Records 14985, 14988 and 14990 hold \AppData\Roaming\AnyDesk\user.conf, which the rule asks for anywhere in the name.
		"file_event_win_anydesk_artefact": 3,
		// Records 26359, 26366 and 26373 end with procdump64.exe, procdump64a.exe and procdump.exe; the three streams behind them do not.
		"file_event_win_cred_dump_tools_dropped_files": 3,
		// Records 28344631 to 28344633 set https, http and * below one domain to zone 2, which no filter names.
		"registry_set_change_security_zones": 3,
	}
}

// The publisher states for each recording that its rule fires, and for 114 of
// 133 how often.
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
			reference, got := engine.NewReference(set), map[string]int{}
			var hits []engine.Hit
			if _, err := readLog(name, func(e *event.Event) {
				hits = reference.Match(e, hits[:0])
				for _, h := range hits {
					got[h.Rule.Meta.ID]++
				}
			}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, r := range info.Rules {
				runs++
				rule := filepath.Base(filepath.Dir(path))
				switch want, more := firesMoreOften()[rule]; {
				case more && got[r.ID] != want:
					t.Errorf("%s fires %d times, counted by hand %d", rule, got[r.ID], want)
				case more:
				case test.Count == nil && got[r.ID] == 0:
					t.Errorf("%s does not fire", rule)
				case test.Count != nil && got[r.ID] != *test.Count:
					t.Errorf("%s fires %d times, stated %d", rule, got[r.ID], *test.Count)
				}
			}
		}
		return nil
	})
	if err != nil || runs != 133 {
		t.Fatalf("%d recordings, %v; there were 133", runs, err)
	}
}
