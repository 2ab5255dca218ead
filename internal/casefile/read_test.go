package casefile

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spoor/event"
	"spoor/internal/finding"
)

func finished(t *testing.T, n int) string {
	t.Helper()
	c := create(t)
	for i := range n {
		if err := c.Add(sample(i)); err != nil {
			t.Fatal(err)
		}
	}
	finish(t, c)
	return c.Dir()
}

func edit(t *testing.T, dir, name string, change func([]byte) []byte) {
	t.Helper()
	path := filepath.Join(dir, name)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAFinishedCaseIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	dir := finished(t, 20)
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if f.Dir() != dir || f.Manifest.Version != "1" || len(f.Manifest.Items) != 1 {
		t.Errorf("%s, manifest %+v", f.Dir(), f.Manifest)
	}
	verdict, err := f.Derived("verdict.json")
	if err != nil || !bytes.Contains(verdict, []byte("<compromised>")) {
		t.Errorf("verdict %s, %v", verdict, err)
	}
	var lines bytes.Buffer
	if err := f.Findings(func(line []byte) error {
		if len(line) == 0 {
			t.Error("an empty line is handed on")
		}
		lines.Write(append(bytes.Clone(line), '\n'))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join(dir, "findings.ndjson"))
	if err != nil || !bytes.Equal(lines.Bytes(), want) || bytes.Count(want, []byte("\n")) != 20 {
		t.Errorf("lines differ from the file, %v", err)
	}
	stop := errors.New("stop")
	n := 0
	if err := f.Findings(func([]byte) error { n++; return stop }); !errors.Is(err, stop) || n != 1 {
		t.Errorf("ended with %v after %d lines", err, n)
	}
}

func TestWhatIsNoFinishedCase(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(dir string) error
		none   bool
		says   string
	}{
		"no marker":   {func(dir string) error { return os.Remove(filepath.Join(dir, marker)) }, true, ""},
		"no manifest": {func(dir string) error { return os.Remove(filepath.Join(dir, "manifest.json")) }, true, ""},
		"no JSON":     {func(dir string) error { return os.WriteFile(filepath.Join(dir, "manifest.json"), []byte("{"), 0o600) }, false, "read manifest.json"},
		"another schema": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "manifest.json"), []byte(`{"schema":"x/9"}`), 0o600)
		}, false, `schema "x/9"`},
		"a folder of files": {func(dir string) error { return errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o700)) }, true, ""},
	} {
		dir := finished(t, 1)
		if err := c.change(dir); err != nil {
			t.Fatal(err)
		}
		_, err := Open(dir)
		if err == nil || errors.Is(err, ErrNoCase) != c.none || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAChangedFileOfACaseIsTold(t *testing.T) {
	t.Parallel()
	dir := finished(t, 3)
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	edit(t, dir, "verdict.json", func(b []byte) []byte { return append(b, ' ') })
	if data, err := f.Derived("verdict.json"); !errors.Is(err, ErrChanged) || data != nil {
		t.Errorf("a changed verdict: %q, %v", data, err)
	}
	if data, err := f.Derived("hypotheses.json"); err != nil || len(data) == 0 {
		t.Errorf("a file that was not changed: %v", err)
	}
	if _, err := f.Derived("none.json"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	edit(t, dir, "findings.ndjson", func(b []byte) []byte { return append([]byte("\n \n"), b...) })
	n := 0
	err = f.Findings(func(line []byte) error {
		n++
		if !json.Valid(line) {
			t.Errorf("line %q", line)
		}
		return nil
	})
	if !errors.Is(err, ErrChanged) || n != 3 {
		t.Errorf("changed findings: %v after %d lines", err, n)
	}
	if err := os.Remove(filepath.Join(dir, "findings.ndjson")); err != nil {
		t.Fatal(err)
	}
	if err := f.Findings(func([]byte) error { return nil }); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("findings that are not there: %v", err)
	}
}

func TestALineThatNoCaseWritesIsAnError(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a line of 64 MiB")
	}
	dir := finished(t, 1)
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	edit(t, dir, "findings.ndjson", func([]byte) []byte { return bytes.Repeat([]byte("x"), maxFrame+1) })
	if err := f.Findings(func([]byte) error { return nil }); err == nil || errors.Is(err, ErrChanged) {
		t.Errorf("read with %v", err)
	}
}

// What is kept from another case has the identity that it had there, and counts
// for no cap.
func TestAKeptFindingStaysWhatItWas(t *testing.T) {
	t.Parallel()
	c := create(t)
	f := sample(0)
	f.Identity = "of before"
	for range 3 {
		if err := c.Keep(f); err != nil {
			t.Fatal(err)
		}
	}
	bare := sample(1)
	if err := c.Keep(bare); err != nil {
		t.Fatal(err)
	}
	if len(c.counts) != 0 {
		t.Errorf("counted %v", c.counts)
	}
	finish(t, c)
	if text := string(read(t, c, "findings.ndjson")); strings.Count(text, `"id":"of before"`) != 3 || strings.Count(text, `"id":"`+bare.ID()+`"`) != 1 {
		t.Errorf("kept\n%s", text)
	}
}

func TestCappedRulesAreInOrder(t *testing.T) {
	t.Parallel()
	c := create(t)
	defer c.Abandon()
	for _, k := range []ruleHost{{"b", "x"}, {"a", "y"}, {"b", "a"}, {"a", "x"}} {
		c.counts[k] = MaxPerRuleHost + 1
	}
	c.counts[ruleHost{"a", "z"}] = MaxPerRuleHost
	want := []Capped{{"a", "x", MaxPerRuleHost + 1}, {"a", "y", MaxPerRuleHost + 1}, {"b", "a", MaxPerRuleHost + 1}, {"b", "x", MaxPerRuleHost + 1}}
	if got := c.Capped(); !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// Findings stand by time, path, offset, record and rule, in this order.
func TestTheOrderOfACase(t *testing.T) {
	t.Parallel()
	make := func(sec int64, path string, offset int64, record uint64, rule string) *finding.Finding {
		f := sample(0)
		f.At = event.Time{Sec: sec, Source: event.FromRow}
		f.Time, f.Source.Path, f.Where.Offset, f.Where.Record, f.Rule.ID = f.At.String(), path, offset, record, rule
		return f
	}
	ordered := []*finding.Finding{
		make(1, "z", 9, 9, "z"), make(2, "a", 9, 9, "z"), make(2, "b", 1, 9, "z"), make(2, "b", 2, 1, "z"), make(2, "b", 2, 2, "a"), make(2, "b", 2, 2, "b"),
	}
	for turn := range ordered {
		c := create(t)
		for i := range ordered {
			if err := c.Add(ordered[(i*5+turn)%len(ordered)]); err != nil {
				t.Fatal(err)
			}
		}
		for i, f := range c.Findings(func(host string, _ event.ItemID) string { return host }) {
			if f.ID() != ordered[i].ID() {
				t.Errorf("turn %d: finding %d is %s at %s", turn, i, f.Rule.ID, f.Time)
			}
		}
		c.Abandon()
	}
}

func TestTheDatabaseHoldsWhatTheManifestSays(t *testing.T) {
	t.Parallel()
	for _, tlp := range []string{"", "AMBER"} {
		c := create(t)
		f := sample(0)
		f.Techniques, f.Where.Line = []string{"T1", "T2"}, 17
		other := sample(1)
		other.Step = nil
		if err := errors.Join(c.Add(f), c.Add(other)); err != nil {
			t.Fatal(err)
		}
		c.Findings(upper)
		item := Item{Path: "p", Kind: "k", Bytes: 1, SHA256: "s", Outcome: "o", Code: "c", Reason: "r", Host: "h", Records: 2, Damaged: 3, Lost: 4, From: "f", To: "t"}
		if err := c.Finish(Derived{Manifest: Manifest{Schema: manifestSchema, Version: "7", Rules: "2026", TLP: tlp, Items: []Item{item}}}); err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("sqlite", filepath.Join(c.Dir(), "case.db"))
		if err != nil {
			t.Fatal(err)
		}
		row := func(query string) string {
			var all []string
			rows, err := db.Query(query)
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			for rows.Next() {
				var s string
				if err := rows.Scan(&s); err != nil {
					t.Fatal(err)
				}
				all = append(all, s)
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
			return strings.Join(all, "; ")
		}
		marked := map[string]string{"": "", "AMBER": "tlp=AMBER; "}[tlp]
		if got, want := row("select key||'='||value from meta order by key"), "rules=2026; schema=spoor.case/1; "+marked+"version=7"; got != want {
			t.Errorf("meta %s, want %s", got, want)
		}
		if got, want := row("select path||kind||bytes||sha256||outcome||code||reason||host||records||damaged||lost||first||last from items"), "pk1socrh234ft"; got != want {
			t.Errorf("item %s, want %s", got, want)
		}
		if got, want := row("select chain||' '||step||' '||techniques||' '||cves||' '||line||' '||offset from findings order by rowid"), "proxylogon script-set T1 T2 CVE-2021-26855 17 0;    CVE-2021-26855 0 100"; got != want {
			t.Errorf("findings %q, want %q", got, want)
		}
		db.Close()
	}
}

// The caps are those that the page on limits states.
func TestTheCapsAreTheStatedOnes(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/limits.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		fmt.Sprintf("| `MaxPerRuleHost` | %d,%03d |", MaxPerRuleHost/1000, MaxPerRuleHost%1000),
		fmt.Sprintf("| `maxFrame` | %d MiB |", maxFrame>>20),
		fmt.Sprintf("| `maxStated` | %d GiB |", maxStated>>30),
	} {
		if !bytes.Contains(page, []byte("| `internal/casefile` "+want)) {
			t.Errorf("docs/limits.md does not say %s", want)
		}
	}
}
