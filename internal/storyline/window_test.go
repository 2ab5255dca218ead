package storyline

import (
	"slices"
	"strings"
	"testing"

	"spoor/event"
	"spoor/internal/coverage"
	"spoor/internal/finding"
	"spoor/internal/message"
)

func TestEveryExposureWindowHasADayAndSources(t *testing.T) {
	t.Parallel()
	chains, err := Chains()
	if err != nil {
		t.Fatal(err)
	}
	english, err := message.Load(message.English)
	if err != nil {
		t.Fatal(err)
	}
	for id, c := range chains {
		switch id {
		case "after", "webshell", "cve-2021-28480": // no door of their own, or of no reported use
			if c.Earliest != nil {
				t.Errorf("%s has a first use", id)
			}
			continue
		}
		if c.Earliest == nil {
			t.Errorf("%s has no first use", id)
			continue
		}
		if !english.Has("first-use." + id) {
			t.Errorf("no sentence tells of the first use of %s", id)
		}
		for _, s := range c.Earliest.Sources {
			if !strings.HasPrefix(s, "https://") {
				t.Errorf("%s: %q is no address", id, s)
			}
		}
	}
}

func TestTheDoorsNotCheckedAreAllThere(t *testing.T) {
	t.Parallel()
	h := assess(t, nil, door, result)
	var all string
	for _, d := range h.NotChecked {
		if d.Name == "" || d.Says == "" {
			t.Errorf("the door %s has no words", d.ID)
		}
		all += d.Name + "; " + d.Says + "\n"
	}
	for _, want := range []string{"stolen passwords", "password spraying", "TabShell", "CVE-2023-23397", "CVE-2024-21410", "CVE-2025-53786", "Exchange 2010", "SBS", "other servers", "phishing", "SharePoint"} {
		if !strings.Contains(all, want) {
			t.Errorf("%s is not named among the doors not checked", want)
		}
	}
}

func TestALineWithoutTheWeaknessIsNotExposed(t *testing.T) {
	t.Parallel()
	chains, err := Chains()
	if err != nil {
		t.Fatal(err)
	}
	for build, want := range map[string]Patch{"15.0.1497.2": NotAffected, "15.1.2308.8": PatchMissing, "15.1.2308.20": PatchPresent, "14.3.123.4": PatchUnknown} {
		if got := chains["cve-2021-42321"].Patched(build); got != want {
			t.Errorf("Exchange %s and CVE-2021-42321: %s, want %s", build, got, want)
		}
	}
	h := assess(t, nil, logOf{"httpproxy", "httpproxy", "2022-01-01T00:00:00Z", "2022-01-20T00:00:00Z", "15.0.1497.15"}, logOf{"ecp-server", "ecp-server", "2022-01-01T00:00:00Z", "2022-01-20T00:00:00Z", ""})
	if w := window(h, "cve-2021-42321"); w == nil || w.State != NotExposed || w.Why != WhyNotAffected {
		t.Errorf("%+v", w)
	}
	if slices.ContainsFunc(h.CannotRuleOut, func(s string) bool { return strings.Contains(s, "42321") }) {
		t.Errorf("%q", h.CannotRuleOut)
	}
}

func window(h *Host, chain string) *Window {
	for _, w := range h.Windows {
		if w.Chain == chain {
			return w
		}
	}
	return nil
}

func TestWhyNothingShowsTheServerSafe(t *testing.T) {
	t.Parallel()
	inside := func(format, build string) logOf {
		return logOf{format, format, "2021-03-05T00:00:00Z", "2021-03-20T00:00:00Z", build}
	}
	later := logOf{"httpproxy", "httpproxy", "2021-03-12T00:00:00Z", "2021-03-20T00:00:00Z", fixed}
	for name, c := range map[string]struct {
		logs  []logOf
		state string
		why   string
		says  string
	}{
		"no build":                   {[]logOf{inside("w3c", ""), inside("ecp-server", "")}, Open, WhyNoBuild, "none states the build"},
		"an open build":              {[]logOf{inside("httpproxy", unfixed), inside("ecp-server", "")}, Open, WhyNotFixed, unfixed + ", was open to it"},
		"a build of an unknown line": {[]logOf{inside("httpproxy", "15.3.1.1"), inside("ecp-server", "")}, Open, WhyUnknownBuild, "is not known"},
		"shown fixed a week later":   {[]logOf{inside("w3c", ""), later, inside("ecp-server", "")}, Open, WhyFixedLater, "only since 2021-03-12 00:00 UTC"},
		"fixed at the first row":     {[]logOf{inside("httpproxy", fixed), inside("ecp-server", "")}, PartUnseen, "", "before 2021-03-05 00:00 UTC through"},
		"fixed before the first use": {[]logOf{{"httpproxy", "httpproxy", "2020-12-20T00:00:00Z", "2021-03-20T00:00:00Z", fixed}, result}, NotExposed, WhyFixedBefore, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := assess(t, nil, c.logs...)
			w := window(h, "proxylogon")
			if w == nil || w.State != c.state || w.Why != c.why {
				t.Fatalf("%+v, want %s %s", w, c.state, c.why)
			}
			said := slices.ContainsFunc(h.CannotRuleOut, func(s string) bool { return strings.Contains(s, "ProxyLogon") && strings.Contains(s, c.says) })
			if said != (c.says != "") {
				t.Errorf("%q, want a word on %q", h.CannotRuleOut, c.says)
			}
		})
	}
}

func TestBuildsAreToldOverTime(t *testing.T) {
	t.Parallel()
	h := assess(t, nil,
		logOf{"httpproxy", "httpproxy", "2021-02-20T00:00:00Z", "2021-03-05T00:00:00Z", unfixed},
		logOf{"httpproxy", "httpproxy", "2021-03-05T01:00:00Z", "2021-03-20T00:00:00Z", fixed},
		logOf{"rps-http", "rps-http", "2021-02-18T00:00:00Z", "2021-03-04T00:00:00Z", unfixed},
		logOf{"ews", "ews", "2021-02-18T00:00:00Z", "2021-03-20T00:00:00Z", "15.1.2176.0"}) // states no revision
	want := []BuildSeen{{unfixed, "2021-02-18T00:00:00Z", "2021-03-05T00:00:00Z"}, {fixed, "2021-03-05T01:00:00Z", "2021-03-20T00:00:00Z"}}
	if !slices.Equal(h.Builds, want) || h.Build != fixed {
		t.Errorf("builds %v, newest %s; want %v", h.Builds, h.Build, want)
	}
	english, err := message.Load(message.English)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := h.BuildSays(english), "Exchange build 15.1.2176.9 (before it: until 2021-03-05 00:00 UTC 15.1.2176.2)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTheNewestOfTwoBuildsOfOneMomentIsByNumber(t *testing.T) {
	t.Parallel()
	at := event.Time{Sec: 1_600_000_000, Source: event.FromRow}
	if got := newestBuild([]*coverage.Log{{Builds: []coverage.BuildSeen{{Build: "15.1.2176.9", From: at, To: at}, {Build: "15.1.2176.12", From: at, To: at}}}}); got != "15.1.2176.12" {
		t.Errorf("%s is called the newest", got)
	}
}

func TestAStepBackAndForthIsFixedFromTheLastFixOn(t *testing.T) {
	t.Parallel()
	chains, err := Chains()
	if err != nil {
		t.Fatal(err)
	}
	at := func(sec int64) event.Time { return event.Time{Sec: sec, Source: event.FromRow} }
	logs := []*coverage.Log{{Builds: []coverage.BuildSeen{{Build: "15.1.2176.9", From: at(100), To: at(200)}, {Build: unfixed, From: at(300), To: at(400)}, {Build: "15.1.2242.4", From: at(500), To: at(600)}}}}
	if got := fixedSince(chains["proxylogon"], logs); got != at(500) {
		t.Errorf("fixed since %v", got)
	}
	logs[0].Builds[0].To = at(550) // two servers under one name
	if got := fixedSince(chains["proxylogon"], logs); got != at(500) {
		t.Errorf("fixed since %v", got)
	}
	if got := fixedSince(chains["proxylogon"], []*coverage.Log{{Builds: logs[0].Builds[:2]}}); got.Known() {
		t.Errorf("fixed since %v, though both builds are seen side by side", got)
	}
}

func TestOldExchangeIsNeverCalledQuiet(t *testing.T) {
	t.Parallel()
	cov, hosts := coverageOf(t, door, result)
	for _, l := range cov.Logs {
		l.Builds, l.Signs.OldExchange = nil, true
	}
	list, err := Assess(nil, cov, hosts)
	if err != nil {
		t.Fatal(err)
	}
	if h := list[0]; h.Verdict != CannotTell || !strings.Contains(h.Reason, "Exchange 2010 or older") {
		t.Errorf("%s: %s", h.Verdict, h.Reason)
	}
}

func TestASecurityLogWithoutProcessStartsShowsNoSuccess(t *testing.T) {
	t.Parallel()
	try := found("cve-2021-28480", "calendar-request", "2021-03-07T15:04:04Z", "sc-status", "200")
	security := logOf{"evtx", "Security", "2020-12-20T00:00:00Z", "2021-03-20T00:00:00Z", ""}
	for processes, want := range map[int64]string{0: Undecided, 5: NotSeen} {
		cov, hosts := coverageOf(t, door, result, security)
		for _, l := range cov.Logs {
			if l.Kind == "Security" {
				l.Recorded = coverage.Recorded{Logons: 100, Processes: processes, CommandLines: processes}
			}
		}
		list, err := Assess([]*finding.Finding{try}, cov, hosts)
		if err != nil {
			t.Fatal(err)
		}
		if h := list[0]; h.Verdict != IsAttempted || h.Outcome != want {
			t.Errorf("%d process starts: %s %s, want %s", processes, h.Verdict, h.Outcome, want)
		}
	}
}

func TestWhatIsKeptIsToldByItsAge(t *testing.T) {
	t.Parallel()
	notes := func(l logOf) string {
		h := assess(t, nil, l)
		return h.Coverage[0].Note
	}
	for name, c := range map[string]struct {
		log  logOf
		says string
	}{
		"30 days of HttpProxy": {logOf{"httpproxy", "httpproxy", "2021-02-01T00:00:00Z", "2021-03-03T04:00:00Z", ""}, "Exchange deletes what is older than 30 days"},
		"60 days of HttpProxy": {logOf{"httpproxy", "httpproxy", "2021-01-01T00:00:00Z", "2021-03-03T04:00:00Z", ""}, ""},
		"10 days of HttpProxy": {logOf{"httpproxy", "httpproxy", "2021-02-21T00:00:00Z", "2021-03-03T04:00:00Z", ""}, ""},
		"30 days of IIS":       {logOf{"w3c", "w3c", "2021-02-01T00:00:00Z", "2021-03-03T04:00:00Z", ""}, "IIS deletes nothing by itself"},
		"30 days of events":    {logOf{"evtx", "Security", "2021-02-01T00:00:00Z", "2021-03-03T04:00:00Z", ""}, ""},
	} {
		if got := notes(c.log); c.says == "" && got != "" || !strings.Contains(got, c.says) {
			t.Errorf("%s: %q, want %q", name, got, c.says)
		}
	}
}

func TestEverySentenceOnCoverageIsInEveryLanguage(t *testing.T) {
	t.Parallel()
	german, err := message.Load("de")
	if err != nil {
		t.Fatal(err)
	}
	for name, logs := range map[string][]logOf{
		"none": {}, "door": {door}, "result": {result}, "both": {door, result},
		"apart":  {door, {"ecp-server", "ecp-server", "2021-05-01T00:00:00Z", "2021-05-20T00:00:00Z", ""}},
		"inside": {{"w3c", "w3c", "2023-03-05T00:00:00Z", "2023-03-20T00:00:00Z", ""}, {"ecp-server", "ecp-server", "2023-03-05T00:00:00Z", "2023-03-20T00:00:00Z", ""}},
		"fixed":  {{"httpproxy", "httpproxy", "2021-03-05T00:00:00Z", "2021-03-20T00:00:00Z", fixed}, {"ecp-server", "ecp-server", "2021-03-05T00:00:00Z", "2021-03-20T00:00:00Z", ""}},
	} {
		cov, hosts := coverageOf(t, logs...)
		list, err := Assess(nil, cov, hosts)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range list {
			if h.Why.ID == "" || len(h.Unseen) != len(h.CannotRuleOut) {
				t.Errorf("%s: the verdict rests on words without ids: %q %q", name, h.Reason, h.CannotRuleOut)
			}
			said := (&Verdict{Hosts: []*Host{h}}).In(german).Hosts[0]
			if said.Reason == h.Reason || len(h.CannotRuleOut) > 0 && slices.Equal(said.CannotRuleOut, h.CannotRuleOut) {
				t.Errorf("%s: not said in German: %q %q", name, said.Reason, said.CannotRuleOut)
			}
			for _, s := range append(said.CannotRuleOut, said.Reason) {
				if strings.Contains(s, "{") || strings.Contains(s, "  ") {
					t.Errorf("%s: %q", name, s)
				}
			}
		}
	}
}

func TestADoorThatWasOpenedIsNotNamedAmongWhatCannotBeRuledOut(t *testing.T) {
	t.Parallel()
	late := logOf{"httpproxy", "httpproxy", "2021-03-01T00:00:00Z", "2021-03-20T00:00:00Z", unfixed}
	h := assess(t, []*finding.Finding{found("proxylogon", "script-set", "2021-03-03T06:49:53Z")}, late)
	for _, s := range h.CannotRuleOut {
		if strings.Contains(s, "ProxyLogon") {
			t.Errorf("%q, though somebody came in by it", s)
		}
	}
	if w := window(h, "proxylogon"); w == nil || w.State != Open {
		t.Errorf("the window is not told: %+v", w)
	}
}

func TestWhatToHandOverIsNamedWithItsFolder(t *testing.T) {
	t.Parallel()
	h := assess(t, nil, logOf{"w3c", "w3c", "2021-03-01T00:00:00Z", "2021-03-20T00:00:00Z", ""})
	if h.Verdict != CannotTell || h.Next[0].ID != "hand-over" {
		t.Fatalf("%s, first step %s", h.Verdict, h.Next[0].ID)
	}
	for _, want := range []string{"HttpProxy", "ECP", `V15\Logging`, "MSExchange Management.evtx", "Security.evtx", `winevt\Logs`} {
		if !strings.Contains(h.Next[0].Do, want) {
			t.Errorf("%q does not name %s", h.Next[0].Do, want)
		}
	}
	if strings.Contains(h.Next[0].Do, "IIS") {
		t.Errorf("%q asks for what was handed over", h.Next[0].Do)
	}
	if !strings.Contains(h.Reason, "2021-03-01 00:00 UTC to 2021-03-20 00:00 UTC") {
		t.Errorf("the verdict of IIS logs alone does not say what was looked through: %q", h.Reason)
	}
}
