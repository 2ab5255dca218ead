package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestADoubleClickAsksAssessesAndShowsTheReport(t *testing.T) {
	t.Parallel()
	write := func(dir string) string {
		name := filepath.Join(dir, "u_ex210303.log")
		rows := "#Fields: date time s-ip cs-method cs-uri-stem sc-status\n2021-03-03 00:00:01 192.0.2.10 GET /owa/ 302\n"
		if err := os.WriteFile(name, []byte(rows), 0o600); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	for name, c := range map[string]struct {
		args  func(evidence string) []string
		typed func(evidence string) string
		code  int
		shown bool
	}{
		"a folder typed or dragged into the window, in quotes": {func(string) []string { return nil }, func(e string) string { return `"` + e + `"` + "\r\n\n" }, exitDone, true},
		"a folder dropped on the icon":                         {func(e string) []string { return []string{e} }, func(string) string { return "\n" }, exitDone, true},
		"nothing named":                                        {func(string) []string { return nil }, func(string) string { return "\n\n" }, exitWrongUse, false},
		"a folder that is not there":                           {func(string) []string { return nil }, func(e string) string { return e + "-gone\n\n" }, exitWrongUse, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ev, place := write(t.TempDir()), t.TempDir()
			var out, shown bytes.Buffer
			d := desktop{
				in: strings.NewReader(c.typed(ev)), out: &out, places: []string{ev, place}, // the evidence is never written to
				assess: func(args []string) int { return run(args, strings.NewReader(""), &out, &out) },
				show:   func(report string) error { shown.WriteString(report); return errors.New("no browser") },
			}
			if code := d.run(c.args(ev)); code != c.code {
				t.Fatalf("ended with %d, want %d: %s", code, c.code, &out)
			}
			if got := shown.String(); (got != "") != c.shown || c.shown && !strings.HasPrefix(got, place) {
				t.Errorf("showed %q: %s", got, &out)
			}
			if !strings.Contains(out.String(), "Press Enter") {
				t.Errorf("the window closed: %s", &out)
			}
			if c.shown && !strings.Contains(out.String(), "open it by hand") {
				t.Errorf("a browser that fails is not told: %s", &out)
			}
			if list, _ := os.ReadDir(ev); len(list) != 1 {
				t.Errorf("the evidence holds %d files", len(list))
			}
			if !d.wanted([]string{ev}) || d.wanted([]string{"assess", ev}) || !d.wanted(nil) {
				t.Error("arguments of a drop and of a command line are taken for each other")
			}
		})
	}
}
