package ruletest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spoor/internal/refusal"
	"spoor/internal/rulebook"
)

// folder writes files and returns their folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const certutil = `title: Certutil fetches a file
id: 33333333-3333-4333-8333-333333333333
logsource: {category: process_creation, product: windows}
detection:
    fetch:
        CommandLine|contains: urlcache
    condition: fetch
level: high
`

const event = `{Channel: Security, EventID: 4688, CommandLine: 'certutil -%s x'}`

// Every way to say how often a rule must fire holds for the counts that it
// names and for no others.
func TestHowOftenARuleMustFire(t *testing.T) {
	t.Parallel()
	for fires, right := range map[string][]int{"true": {1, 2, 3}, "false": {0}, "all": {3}, "0": {0}, "2": {2}} {
		for hits := range 4 {
			var events []string
			for i := range 3 {
				word := "dump"
				if i < hits {
					word = "urlcache"
				}
				events = append(events, fmt.Sprintf(event, word))
			}
			dir := folder(t, map[string]string{
				"c.yml":      certutil,
				"c.test.yml": "tests:\n  - name: counted\n    fires: " + fires + "\n    events: [" + strings.Join(events, ", ") + "]\n",
			})
			var got []Result
			sum, err := Run(t.Context(), Options{Rules: rulebook.Options{NoBuiltin: true}}, []string{dir}, func(r Result) error { got = append(got, r); return nil })
			if err != nil || len(got) != 1 || sum.Tests != 1 || sum.Bare != 0 || sum.Interrupted {
				t.Fatalf("fires: %s: %+v, %+v, %v", fires, sum, got, err)
			}
			passed := got[0].Failure == ""
			if passed != slices.Contains(right, hits) || passed != (sum.Failed == 0) {
				t.Errorf("fires: %s, with %d hits: %+v, %+v", fires, hits, sum, got[0])
			}
			if got[0].Name != "counted" || got[0].Line != 2 || got[0].File != filepath.Join(dir, "c.test.yml") {
				t.Errorf("the test is %+v", got[0])
			}
			if !passed && !strings.Contains(got[0].Why, "CommandLine contains") {
				t.Errorf("fires: %s, with %d hits, is explained by %q", fires, hits, got[0].Why)
			}
		}
	}
}

// A rule without a test is counted, and what each returns ends the run.
func TestRulesWithoutTestsAreCounted(t *testing.T) {
	t.Parallel()
	one := "tests:\n  - {name: a, fires: false, events: [" + fmt.Sprintf(event, "x") + "]}\n  - {name: b, fires: true, events: [" + fmt.Sprintf(event, "x") + "]}\n"
	dir := folder(t, map[string]string{"c.yml": certutil, "c.test.yml": one, "bare.yml": strings.Replace(certutil, "3333-8", "4444-8", 1)})
	o := Options{Rules: rulebook.Options{NoBuiltin: true}}
	sum, err := Run(t.Context(), o, []string{dir}, func(Result) error { return nil })
	if want := (Summary{Tests: 2, Failed: 1, Bare: 1}); err != nil || sum != want {
		t.Errorf("%+v, %v, not %+v", sum, err, want)
	}
	enough := errors.New("enough")
	if sum, err := Run(t.Context(), o, []string{dir}, func(Result) error { return enough }); err != enough || sum.Tests != 1 {
		t.Errorf("after an error: %+v, %v", sum, err)
	}
	var refused *refusal.Error
	if _, err := Run(t.Context(), o, []string{filepath.Join(dir, "bare.yml")}, nil); !errors.As(err, &refused) {
		t.Errorf("no tests: %v", err)
	}
	if _, err := Run(t.Context(), o, []string{filepath.Join(dir, "nothing")}, nil); !errors.As(err, &refused) {
		t.Errorf("no path: %v", err)
	}
}

// A file of tests that is not understood is an error with its place.
func TestTestsThatAreNotUnderstood(t *testing.T) {
	t.Parallel()
	given := "events: [{EventID: 1}]"
	for text, says := range map[string]string{
		"tests:\n  - {fires: maybe, " + given + "}\n":                            "line 2: fires takes true, false, all or a number",
		"tests:\n  - {fires: -1, " + given + "}\n":                               "fires takes",
		"tests:\n  - {" + given + "}\n":                                          "line 2: a test needs fires",
		"tests:\n  - {fires: true}\n":                                            "one of events, log and file",
		"tests:\n  - {fires: true, log: x, file: y}\n":                           "one of events, log and file",
		"tests:\n  - {fires: true, log: x, " + given + "}\n":                     "one of events, log and file",
		"tests:\n  - {fires: true, event: {EventID: 1}}\n":                       `no key "event"`,
		"tests:\n  - true\n":                                                     "a test is a mapping",
		"tests:\n  - {fires: true, events: [text]}\n":                            "an event is a mapping",
		"test:\n  - {fires: true, " + given + "}\n":                              "not found",
		"tests:\n  - {fires: true, events: [{a: " + deep(9) + "}]}\n":            "more than 8 levels",
		"tests:\n  - {fires: true, log: " + strings.Repeat("x", 1<<20+1) + "}\n": "larger than",
	} {
		dir := folder(t, map[string]string{"c.test.yml": text})
		if list, err := readSamples(filepath.Join(dir, "c.test.yml"), "c.yml"); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.80s: %d tests, %v", text, len(list), err)
		}
	}
}

func deep(n int) string { return strings.Repeat("[", n) + "1" + strings.Repeat("]", n) }

// Records keep the order of their fields and the text of their numbers.
func TestRecordsAreWrittenAsTheyAreGiven(t *testing.T) {
	t.Parallel()
	text := "tests:\n  - fires: true\n    events:\n      - {z: 1.50, a: 007, n: null, b: True, s: 'x', big: 12345678901234567890, list: [1, two], in: {y: 1, b: 2}}\n"
	dir := folder(t, map[string]string{"c.test.yml": text})
	list, err := readSamples(filepath.Join(dir, "c.test.yml"), "c.yml")
	if err != nil || len(list) != 1 {
		t.Fatalf("%d tests, %v", len(list), err)
	}
	want := `{"z":1.50,"a":"007","n":null,"b":true,"s":"x","big":12345678901234567890,"list":[1,"two"],"in":{"y":1,"b":2}}` + "\n"
	if got := string(list[0].content); got != want {
		t.Errorf("the record is %s, not %s", got, want)
	}
}

// An info.yml names rules by id; its recordings lie beside it or at their path
// below a folder above.
func TestThePublishersLayout(t *testing.T) {
	t.Parallel()
	hit := `{"Channel":"Security","EventID":4688,"CommandLine":"certutil -urlcache x"}` + "\n"
	info := "rule_metadata:\n  - id: 33333333-3333-4333-8333-333333333333\nregression_tests_info:\n" +
		"  - {name: beside, type: evtx, path: regression/c/a.ndjson, match_count: 1}\n" +
		"  - {name: above, type: evtx, path: data/b.ndjson}\n" +
		"  - {name: too many, type: evtx, path: regression/c/a.ndjson, match_count: 2}\n" +
		"  - {name: absent, type: evtx, path: regression/c/z.ndjson}\n"
	dir := folder(t, map[string]string{
		"rules/c.yml": certutil + "regression_tests_path: regression/c/info.yml\n", "regression/c/info.yml": info,
		"regression/c/a.ndjson": hit, "data/b.ndjson": hit + hit,
	})
	failed := map[string]string{}
	each := func(r Result) error { failed[r.Name] = r.Failure; return nil }
	sum, err := Run(t.Context(), Options{Rules: rulebook.Options{NoBuiltin: true}}, []string{filepath.Join(dir, "rules")}, each)
	if want := (Summary{Tests: 4, Failed: 2}); err != nil || sum != want {
		t.Fatalf("%+v, %v: %v", sum, err, failed)
	}
	if failed["beside"] != "" || failed["above"] != "" || !strings.Contains(failed["too many"], "fired on 1 of 1") || !strings.Contains(failed["absent"], "is not there") {
		t.Errorf("%q", failed)
	}
}
