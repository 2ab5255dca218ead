package assess

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"spoor/internal/casefile"
	"spoor/internal/lab"
	"spoor/internal/lab/labdata"
	"spoor/internal/message"
	"spoor/internal/rulebook"
	"spoor/internal/storyline"
)

// assessed is a finished case.
type assessed struct {
	dir      string
	partly   bool // something was not fully examined
	verdict  storyline.Verdict
	manifest casefile.Manifest
}

// builtin are the built-in rules and indicators, loaded once for all tests.
var builtin = sync.OnceValues(func() (Options, error) {
	book, err := rulebook.Load(rulebook.Options{})
	if err != nil {
		return Options{}, err
	}
	looked, err := LoadIndicators(nil, true)
	if err != nil {
		return Options{}, err
	}
	english, err := message.Load(message.English)
	return Options{Rules: book, Indicators: looked, Messages: english, Version: "test"}, err
})

// optionsFor are the options of a user who gives none.
func optionsFor(t *testing.T, paths ...string) Options {
	t.Helper()
	o, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	o.Examine.Paths = paths
	o.Case = filepath.Join(t.TempDir(), "case")
	return o
}

// assess assesses a path and reads the case that is left; change alters the
// options.
func assess(t *testing.T, path string, change ...func(*Options)) *assessed {
	t.Helper()
	o := optionsFor(t, path)
	for _, c := range change {
		c(&o)
	}
	out, err := Run(t.Context(), o)
	if err != nil {
		t.Fatalf("assess %s: %v", path, err)
	}
	a := &assessed{dir: out.Dir, partly: out.Totals.Partly+out.Totals.Unreadable > 0}
	for name, to := range map[string]any{"verdict.json": &a.verdict, "manifest.json": &a.manifest} {
		data, err := os.ReadFile(filepath.Join(a.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, to); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func (a *assessed) chain(host *storyline.Host, id string) *storyline.ChainResult {
	for _, c := range host.Chains {
		if c.ID == id {
			return c
		}
	}
	return &storyline.ChainResult{}
}

// at lists the times of a step in the storyline, to the second.
func at(h *storyline.Host, step string) []string {
	var list []string
	for _, e := range h.Story {
		if e.Step == step && len(e.Time) >= 19 {
			list = append(list, e.Time[11:19])
		}
	}
	return list
}

// clinicVerdict checks the story of the incident of 3 March 2021, whatever
// kinds of log tell it.
func clinicVerdict(t *testing.T, h *storyline.Host, intruder string, visitors []string) {
	t.Helper()
	if h.Verdict != storyline.IsCompromised {
		t.Fatalf("verdict %s (%s), want compromised", h.Verdict, h.Reason)
	}
	for _, c := range h.Chains {
		if c.ID != "proxylogon" {
			t.Errorf("chain %s is told, which no log shows", c.ID)
			continue
		}
		if c.Grade != storyline.Compromised || c.Deepest != "object-reset" {
			t.Errorf("grade %s, deepest %s; want compromised, object-reset", c.Grade, c.Deepest)
		}
		if want := []string{"CVE-2021-26855", "CVE-2021-27065"}; !slices.Equal(c.CVEs, want) {
			t.Errorf("CVEs %v, want %v", c.CVEs, want)
		}
		if want := []string{intruder}; !slices.Equal(c.Sources, want) {
			t.Errorf("sources %v, want exactly %v", c.Sources, want)
		}
	}
	for step, want := range map[string][]string{"script-set": {"06:49:53", "06:59:17"}, "object-reset": {"06:59:20"}} {
		if got := at(h, step); !slices.Equal(got, want) {
			t.Errorf("%s at %v, want %v", step, got, want)
		}
	}
	if len(h.Webshells) != 1 {
		t.Fatalf("%d pages told, want 1", len(h.Webshells))
	}
	s := h.Webshells[0]
	if s.Path != "/owa/auth/RedirSuiteServerProxy.aspx" || s.Written || !s.Answered || s.Used || !s.Gone {
		t.Errorf("page %s written %v answered %v used %v gone %v; want answered and gone only", s.Path, s.Written, s.Answered, s.Used, s.Gone)
	}
	if !slices.Equal(s.Sources, visitors) {
		t.Errorf("page answered %v, want exactly %v", s.Sources, visitors)
	}
}

func TestARealIncidentOfMarch2021IsTold(t *testing.T) {
	t.Parallel()
	a := assess(t, labdata.Path(t, "exchange/02_helsecert_real_incident_2021"))
	if len(a.verdict.Hosts) != 1 || !a.partly {
		t.Fatalf("%d hosts, partly %v; want 1 host, and rows that cannot be read", len(a.verdict.Hosts), a.partly)
	}
	clinicVerdict(t, a.verdict.Hosts[0], "130.255.189.21", []string{"139.162.202.236", "67.205.176.9"})
	told := false
	for _, it := range a.manifest.Items {
		if filepath.Base(it.Path) == "SOURCE_README.md" {
			told = it.Outcome == "ignored" && it.Reason != "" && it.Code != ""
		}
	}
	if !told {
		t.Error("SOURCE_README.md is not ignored with a reason")
	}
	for _, h := range a.verdict.Hosts {
		for _, e := range h.Story {
			for _, p := range e.Proof {
				if strings.Contains(p.Path, "README") {
					t.Errorf("%s rests on a text about the attack: %s", e.Step, p.Path)
				}
			}
		}
	}
}

// written writes an evidence set into a folder.
func written(t *testing.T, files []lab.File) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "evidence")
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTheSameStoryInNativeLogsHasTheSameVerdict(t *testing.T) {
	t.Parallel()
	a := assess(t, written(t, lab.Clinic()))
	if len(a.verdict.Hosts) != 1 {
		t.Fatalf("%d hosts, want 1", len(a.verdict.Hosts))
	}
	want := lab.ClinicTruth()
	visitors := slices.Sorted(slices.Values(want.Hosts[0].Shells[0].Sources))
	clinicVerdict(t, a.verdict.Hosts[0], want.Hosts[0].Source, visitors)
	truth(t, a, want)
}

func TestTheDemoIsToldAsItHappened(t *testing.T) {
	t.Parallel()
	a := assess(t, written(t, lab.Demo()))
	if a.partly {
		t.Error("something was not fully examined")
	}
	truth(t, a, lab.DemoTruth())
}

// sameTime compares with the precision that the log has: IIS keeps seconds.
func sameTime(got string, want time.Time) bool {
	g, err := time.Parse(time.RFC3339, got)
	if err != nil {
		return got == "" && want.IsZero()
	}
	if !strings.Contains(got, ".") {
		want = want.Truncate(time.Second)
	}
	return g.Equal(want)
}

// truth compares a verdict with what really happened.
func truth(t *testing.T, a *assessed, want lab.Truth) {
	t.Helper()
	if len(a.verdict.Hosts) != len(want.Hosts) {
		t.Errorf("%d hosts, want %d", len(a.verdict.Hosts), len(want.Hosts))
	}
	for _, w := range want.Hosts {
		i := slices.IndexFunc(a.verdict.Hosts, func(h *storyline.Host) bool {
			return strings.EqualFold(h.Host, w.Host) || strings.EqualFold(h.Host, w.FQDN)
		})
		if i < 0 {
			t.Errorf("%s is missing", w.Host)
			continue
		}
		h := a.verdict.Hosts[i]
		if string(h.Verdict) != w.Verdict || h.Outcome != w.Outcome || h.Build != w.Build {
			t.Errorf("%s: %s, outcome %q, build %s; want %s, %q, %s", w.Host, h.Verdict, h.Outcome, h.Build, w.Verdict, w.Outcome, w.Build)
		}
		for _, m := range []struct {
			name, got string
			want      time.Time
		}{{"first attempt", h.FirstAttempt, w.FirstAttempt}, {"first success", h.FirstSuccess, w.FirstSuccess}, {"last", h.Last, w.Last}} {
			if !sameTime(m.got, m.want) {
				t.Errorf("%s: %s %s, want %s", w.Host, m.name, m.got, m.want.Format(time.RFC3339Nano))
			}
		}
		for _, s := range w.Steps {
			if !slices.ContainsFunc(h.Story, func(e *storyline.Entry) bool {
				return e.Step == s.ID && (sameTime(e.Time, s.Time) || e.Until != "" && e.Time <= s.Time.Format(time.RFC3339Nano) && sameTime(e.Until, s.Time))
			}) {
				t.Errorf("%s: step %s at %s is not told: %s", w.Host, s.ID, s.Time.Format(time.RFC3339Nano), s.Says)
			}
		}
		if len(h.Webshells) != len(w.Shells) {
			t.Errorf("%s: %d pages, want %d", w.Host, len(h.Webshells), len(w.Shells))
		}
		for i := range min(len(h.Webshells), len(w.Shells)) {
			g, s := h.Webshells[i], w.Shells[i]
			if g.Written != s.Written || g.Answered != s.Answered || g.Used != s.Used || g.Gone == s.Gone.IsZero() {
				t.Errorf("%s: page %s written %v answered %v used %v gone %v; the truth is %+v", w.Host, g.Path, g.Written, g.Answered, g.Used, g.Gone, s)
			}
		}
	}
}

func TestVerdictsOnPublicExchangeEvidence(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		folder  string
		verdict storyline.Word // of every host; "" for any but compromised
		outcome string
		chain   string
		deepest string
	}{
		"one refused request is an attempt that failed":       {"06_signature_base_pr125", storyline.IsAttempted, storyline.Failed, "proxylogon", "bypass-request"},
		"remote PowerShell behind the bypass opened the door": {"03_debugprivilege_proxyshell_lab", storyline.IsCompromised, "", "proxyshell", "export-tried"},
		"a probe that was answered is an attempt":             {"09_aptsimulator_hafnium_dummy", storyline.IsAttempted, storyline.Undecided, "proxyshell", "powershell-request"},
		"an ordinary IIS log from a tool's tests":             {folder: "11_plaso_iis"},
		"IIS and Apache logs from a tool's tests":             {folder: "12_beats_iis_apache2"},
		"ordinary Exchange logs":                              {folder: "13_artefacts_help_benign_exchange"},
		"a year of a public web server with its scanners":     {folder: "14_webknowit_iis_real_internet"},
		"IIS logs in several dialects":                        {folder: "16_brianary_iis"},
		"an IIS log from a reader's tests":                    {folder: "16_iislogreader_iis"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := assess(t, labdata.Path(t, "exchange/"+c.folder))
			for _, h := range a.verdict.Hosts {
				switch {
				case c.verdict == "" && h.Verdict == storyline.IsCompromised:
					t.Errorf("%s: compromised: %s", h.Host, h.Reason)
				case c.verdict != "" && (h.Verdict != c.verdict || h.Outcome != c.outcome):
					t.Errorf("%s: %s, outcome %q; want %s, %q", h.Host, h.Verdict, h.Outcome, c.verdict, c.outcome)
				case c.chain != "" && a.chain(h, c.chain).Deepest != c.deepest:
					t.Errorf("%s: deepest step of %s is %q, want %q", h.Host, c.chain, a.chain(h, c.chain).Deepest, c.deepest)
				}
			}
			if len(a.verdict.Hosts) == 0 {
				t.Error("no host")
			}
			lineSums(t, a)
		})
	}
}

// lineSums checks that every physical line of every text log is accounted for.
func lineSums(t *testing.T, a *assessed) {
	t.Helper()
	checked := 0
	for _, it := range a.manifest.Items {
		if it.Lines == nil {
			continue
		}
		checked++
		l := it.Lines
		if sum := l.Header + l.Comment + l.Blank + l.Parsed + l.Damaged; sum != l.Total {
			t.Errorf("%s: %d lines accounted for, %d in all", it.Path, sum, l.Total)
		}
		data, err := os.ReadFile(it.Path)
		if err != nil {
			continue // a member of an archive
		}
		physical := int64(bytes.Count(data, []byte("\n")))
		if len(data) > 0 && data[len(data)-1] != '\n' {
			physical++
		}
		if !bytes.Contains(data, []byte{0}) && l.Total != physical {
			t.Errorf("%s: %d lines counted, the file has %d", it.Path, l.Total, physical)
		}
	}
	if checked == 0 {
		t.Errorf("no text log in %s", a.dir)
	}
}
