package page

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"spoor/internal/storyline"
)

// fill puts text into every string of v, and two elements into every list.
func fill(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.CanSet() && v.Type().Elem().Kind() == reflect.Struct && v.Type().Elem().Name() != "Finding" {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), text)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Interface {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), text)
		}
	case reflect.String:
		v.SetString(text)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	}
}

func show(t *testing.T, v *storyline.Verdict, opts Options) string {
	t.Helper()
	var b strings.Builder
	if err := Write(&b, v, opts); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func hostile() map[string]string {
	return map[string]string{
		"an escape sequence":   "\x1b]0;owned\a\x1b[2J red",
		"directions":           "invoice\u202excod.exe \u2066x",
		"line ends":            "a\r\nCOMPROMISED\n\u2028b\u0085c",
		"invalid bytes":        "\xff\xfe\xed\xa0\x80 \x9b31m",
		"one long word":        strings.Repeat("0123456789", 100),
		"long words in a row":  strings.Repeat(strings.Repeat("x", 97)+" ", 20),
		"wide characters":      strings.Repeat("漢字", 200),
		"emoji":                strings.Repeat("😀", 150) + " " + strings.Repeat("😀 ", 150),
		"a word wide at edges": strings.Repeat("a漢", 150),
		"nothing":              "",
		"blanks":               strings.Repeat(" ", 300),
	}
}

func TestNoTextLeavesItsPlace(t *testing.T) {
	t.Parallel()
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := &storyline.Verdict{}
			fill(reflect.ValueOf(v).Elem(), text)
			out := show(t, v, Options{Report: text})
			if !utf8.ValidString(out) {
				t.Fatal("no valid UTF-8")
			}
			for n, line := range strings.Split(out, "\n") {
				wide := 0
				for _, r := range line {
					if r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2060 && r <= 0x206f {
						t.Fatalf("line %d holds U+%04X: %q", n+1, r, line)
					}
					wide++
					if r == '漢' || r == '字' || r == '😀' {
						wide++
					}
				}
				if wide > Width {
					t.Fatalf("line %d takes %d columns: %q", n+1, wide, line)
				}
			}
		})
	}
}

func TestNoLetterOfALongWordIsLost(t *testing.T) {
	t.Parallel()
	word := strings.Repeat("0123456789", 40)
	out := show(t, &storyline.Verdict{Hosts: []*storyline.Host{{Host: "mail", Verdict: storyline.IsSuspicious, Reason: word, CannotRuleOut: []string{strings.Repeat("漢字", 120)}}}}, Options{})
	joined := strings.Join(strings.Fields(out), "")
	if !strings.Contains(joined, word) || !strings.Contains(joined, strings.Repeat("漢字", 120)) {
		t.Fatalf("a word is not whole:\n%s", out)
	}
}

func TestEveryVerdictHasItsBanner(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range []struct {
		verdict storyline.Word
		outcome string
		want    string
	}{
		{storyline.IsCompromised, "", "COMPROMISED  mail"},
		{storyline.IsSuspicious, "", "SUSPICIOUS: a person must look  mail"},
		{storyline.IsAttempted, storyline.Failed, "ATTEMPTED, and failed  mail"},
		{storyline.IsAttempted, storyline.NotSeen, "ATTEMPTED; no sign that it worked  mail"},
		{storyline.IsAttempted, storyline.Undecided, "ATTEMPTED; cannot tell whether it worked  mail"},
		{storyline.NothingFound, "", "NOTHING FOUND in the period covered  mail"},
		{storyline.CannotTell, "", "CANNOT TELL  mail"},
	} {
		v := &storyline.Verdict{Hosts: []*storyline.Host{{Host: "mail", Verdict: c.verdict, Outcome: c.outcome, Reason: "why"}}}
		plain, colour := show(t, v, Options{}), show(t, v, Options{Colour: true})
		if !strings.Contains(plain, "\n"+c.want+"\n") || strings.Contains(plain, "\x1b") {
			t.Errorf("%s %s: no line %q, or colour, in\n%s", c.verdict, c.outcome, c.want, plain)
		}
		if bare := regexp.MustCompile("\x1b\\[[0-9;]+m").ReplaceAllString(colour, ""); bare == colour || !strings.Contains(bare, strings.TrimSuffix(c.want, "  mail")) {
			t.Errorf("%s %s: no colour, or other words in colour", c.verdict, c.outcome)
		}
		if strings.Contains(strings.ToLower(plain), "clean.") || seen[c.want] {
			t.Errorf("%s %s is not told from the others, or says clean", c.verdict, c.outcome)
		}
		seen[c.want] = true
	}
}

func TestPageOneKeepsWhatSucceededWhenItMustChoose(t *testing.T) {
	t.Parallel()
	var story []*storyline.Entry
	for range 100 {
		story = append(story, &storyline.Entry{Time: "2021-03-01T00:00:00Z", Step: "probe", Grade: storyline.Attempted, Says: "knocked"})
	}
	story = append(story, &storyline.Entry{Time: "2021-03-03T00:00:00Z", Step: "script-set", Grade: storyline.Compromised, Says: "set a script"})
	out := show(t, &storyline.Verdict{Hosts: []*storyline.Host{{Host: "mail", Verdict: storyline.IsCompromised, Story: story}}}, Options{})
	if !strings.Contains(out, "! 2021-03-03 00:00:00") || strings.Count(out, "knocked") != maxStory-1 || !strings.Contains(out, "77 more lines in the report") {
		t.Fatalf("page one:\n%s", out)
	}
}

var update = flag.Bool("update", false, "write the golden page")

func TestPageOneOfACase(t *testing.T) {
	t.Parallel()
	v := &storyline.Verdict{
		Hosts: []*storyline.Host{{
			Host: "MAIL01.town.example", Aliases: []string{"MAIL01"}, Verdict: storyline.IsCompromised, Reason: "ProxyLogon succeeded: the intruder set a script",
			FirstAttempt: "2021-02-28T04:40:55.301Z", FirstSuccess: "2021-03-03T06:49:43Z", Last: "2021-03-05T03:06:27Z", Build: "15.2.792.3",
			Fixed:         []storyline.Fixed{{Title: "ProxyLogon", Patch: storyline.PatchMissing}},
			Chains:        []*storyline.ChainResult{{Title: "ProxyLogon", Grade: storyline.Compromised, CVEs: []string{"CVE-2021-26855", "CVE-2021-27065"}, Sources: []string{"203.0.113.77"}}},
			Webshells:     []*storyline.Shell{{Path: `C:\inetpub\wwwroot\aspnet_client\x.aspx`, Says: "written and used; not shown to be answered", Sources: []string{"203.0.113.77"}}},
			Story:         []*storyline.Entry{{Time: "2021-03-03T06:49:53Z", Step: "script-set", Grade: storyline.Compromised, Says: "set a script in a virtual directory", Count: 1, Sources: []string{"203.0.113.77"}, Proof: []storyline.Proven{{Path: "ev/MAIL01/logs/Server.log", Line: 12}}}},
			Coverage:      []storyline.CoverageRow{{Kind: "httpproxy", From: "2021-02-08T00:00:00Z", To: "2021-03-12T00:00:00Z", Records: 1234, Holes: []storyline.Span{{From: "2021-03-04T00:00:00Z", To: "2021-03-05T00:00:00Z"}}}},
			CannotRuleOut: []string{"IIS logs were not handed over: use of web shells cannot be seen"},
			NotChecked:    []storyline.Door{{Name: "remote desktop"}}, Next: []storyline.Action{{Do: "Take the server off the network", Why: "the intruder may still have access"}},
		}},
		Evidence: storyline.Evidence{Items: 3, Examined: 2, Ignored: 1}, Rules: storyline.Rules{Loaded: 100, Version: "2021-04-01"},
	}
	got := show(t, v, Options{Report: "case/report.html", TLP: "amber"})
	path := filepath.Join("testdata", "case.golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Fatalf("page one changed; read it, then run with -update:\n%s", got)
	}
}

func TestSeveralServersAreListedWorstFirst(t *testing.T) {
	t.Parallel()
	v := &storyline.Verdict{Hosts: []*storyline.Host{
		{Host: "a", Verdict: storyline.CannotTell, Reason: "why"},
		{Host: "b", Verdict: storyline.IsAttempted, Outcome: storyline.Failed, FirstAttempt: "2021-03-05T00:00:00Z", Reason: "why"},
		{Host: "c", Verdict: storyline.IsCompromised, FirstSuccess: "2021-03-03T06:49:53Z", Reason: "why"},
	}}
	var out strings.Builder
	if err := Write(&out, v, Options{}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	want := []string{
		"3 servers",
		"  Compromised           2021-03-03  c",
		"  Attempted, and failed 2021-03-05  b",
		"  Cannot tell                       a",
	}
	if got := lines[1:5]; !slices.Equal(got, want) {
		t.Fatalf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
