package explain

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spoor/internal/engine"
	"spoor/internal/examine"
	"spoor/internal/sigma"
)

const rule = `title: Certutil fetches a file
logsource: {category: process_creation, product: windows}
detection:
    tool: {Image|endswith: '\certutil.exe'}
    fetch: {CommandLine|contains: [urlcache, verifyctl]}
    condition: tool and fetch
level: high
`

func compiled(t *testing.T, text string) *engine.Rule {
	t.Helper()
	set, report := sigma.Load([]sigma.File{{Name: "r.yml", Data: []byte(text)}}, sigma.Options{})
	if len(set.Rules) != 1 {
		t.Fatalf("the rule is refused: %v", report.Refused)
	}
	return set.Rules[0]
}

// row is a process that was started, or another event where id differs.
func row(record, id int, image, line string) string {
	return fmt.Sprintf(`{"Channel":"Security","EventID":%d,"EventRecordID":%d,"NewProcessName":"C:\\%s.exe","CommandLine":"%s"}`, id, record, image, line) + "\n"
}

func search(t *testing.T, s *Search, rows ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "a.ndjson")
	if err := os.WriteFile(name, []byte(strings.Join(rows, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	items := 0
	if err := s.Look(t.Context(), name, func(*examine.ItemResult) error { items++; return nil }); err != nil || items != 1 || s.Interrupted {
		t.Fatalf("%d items, %v", items, err)
	}
	var b strings.Builder
	Writer{Writer: &b}.Search(s)
	return b.String()
}

// order returns the record ids of the best, in their order.
func order(s *Search) string {
	var ids []string
	for _, r := range s.Best {
		where, _, _ := strings.Cut(r.Where, ",")
		ids = append(ids, strings.TrimPrefix(where, "record "))
	}
	return strings.Join(ids, " ")
}

// The records that say most come first: those on which the rule fires, then
// those with the fewest failing selections, and what it is not meant for last.
func TestTheBestRecords(t *testing.T) {
	t.Parallel()
	away, neither := row(1, 4624, "certutil", "-urlcache"), row(2, 4688, "cmd", "/c")
	half, hit := row(3, 4688, "certutil", "-dump"), row(4, 4688, "certutil", "-urlcache")
	again := row(5, 4688, "certutil", "-verifyctl")
	for name, c := range map[string]struct {
		search Search
		rows   []string
		best   string
		seen   [3]int
		says   []string
		not    []string
	}{
		"hits":           {Search{}, []string{away, neither, half, hit, again}, "4 5 3", [3]int{5, 4, 2}, []string{"records read: 5, of the rule's log source: 4, fired on: 2", "record 4", "record 5"}, []string{"record 3"}},
		"misses":         {Search{Misses: true}, []string{hit, neither, half}, "3 2", [3]int{3, 3, 1}, []string{"record 3", "record 2"}, []string{"record 4"}},
		"none fires":     {Search{}, []string{away, neither, half}, "3 2 1", [3]int{3, 2, 0}, []string{"record 3", "record 2", "fetch: false <- decides"}, []string{"record 1,"}},
		"one":            {Search{Record: 3}, []string{away, neither, half, hit}, "3", [3]int{1, 1, 0}, []string{"record 3", "tool[true] and fetch[false]"}, []string{"records read"}},
		"not meant":      {Search{Record: 1}, []string{away, hit}, "1", [3]int{1, 0, 0}, []string{"not meant for it: the record's event id is 4624"}, []string{"records read"}},
		"no such record": {Search{Record: 9}, []string{hit}, "", [3]int{0, 0, 0}, nil, []string{"record"}},
	} {
		s := c.search
		s.Rule = compiled(t, rule)
		text := search(t, &s, c.rows...)
		if order(&s) != c.best || [3]int{s.Seen, s.Meant, s.Firing} != c.seen {
			t.Errorf("%s: the best are %q, not %q; %d seen, %d meant, %d firing", name, order(&s), c.best, s.Seen, s.Meant, s.Firing)
		}
		for _, want := range c.says {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", name, want, text)
			}
		}
		for _, unwanted := range c.not {
			if strings.Contains(text, unwanted) {
				t.Errorf("%s: %q in\n%s", name, unwanted, text)
			}
		}
	}
}

// Long lists are cut with the number of what is left, unless all is asked for;
// nothing of a rule acts on a terminal.
func TestARuleInWords(t *testing.T) {
	t.Parallel()
	var values []string
	for i := range 20 {
		values = append(values, fmt.Sprintf("v%02d", i))
	}
	text := strings.Replace(rule, "[urlcache, verifyctl]", "["+strings.Join(values, ", ")+"]", 1)
	text = strings.Replace(text, "title: Certutil fetches a file", `title: "red \e[31m"`, 1)
	r := compiled(t, text)
	var short, all strings.Builder
	Writer{Writer: &short}.Rule(r)
	Writer{Writer: &all, All: true}.Rule(r)
	for _, want := range []string{"v05", "... and 14 more (--all)", "fires when: tool and fetch", "[Security 4688: NewProcessName]"} {
		if !strings.Contains(short.String(), want) {
			t.Errorf("no %q in\n%s", want, short.String())
		}
	}
	if strings.Contains(short.String(), "v06") || !strings.Contains(all.String(), "v19") || strings.Contains(all.String(), "more") {
		t.Errorf("lists are cut wrongly:\n%s\n%s", short.String(), all.String())
	}
	if strings.Contains(all.String(), "\x1b") {
		t.Errorf("the title acts on the terminal: %q", all.String())
	}
}
