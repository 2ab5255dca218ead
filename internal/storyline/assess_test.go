package storyline

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/coverage"
	"spoor/internal/exchange"
	"spoor/internal/finding"
)

// found makes a finding of a chain's step at a time on the host "mail".
func found(chain, step, at string, fields ...string) *finding.Finding {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		panic(err)
	}
	f := &finding.Finding{
		At: event.TimeOf(t, 0, event.FromRow), Host: "mail",
		Rule:   finding.Rule{ID: chain + "-" + step, Title: chain + " " + step, Level: "high"},
		Source: finding.Source{Path: "log", Kind: "httpproxy"}, Fields: map[string]string{},
		Where: finding.Where{Offset: t.Unix()*10 + int64(len(step))},
		Event: []byte(fmt.Sprintf("%q", at+step)),
	}
	f.Time = f.At.String()
	if chain != "" {
		f.Step = &finding.Step{Chain: chain, Name: step, Shows: usuallyShows(chain, step)}
	}
	for i := 0; i+1 < len(fields); i += 2 {
		f.Fields[fields[i]] = fields[i+1]
	}
	return f
}

// usuallyShows is what the records of a step mostly show.
func usuallyShows(chain, step string) finding.Shows {
	switch {
	case chain == "webshell" && (step == "page-answered" || step == "page-used" || step == "page-refused"),
		step == "powershell-request", step == "powershell-answered", step == "rule-made", step == "page-answered", chain == "proxyshell" && step == "mapi-request":
		return finding.ShowsAnswer
	case chain == "webshell", step == "shell-file", step == "page-created":
		return finding.ShowsFile
	case strings.HasSuffix(step, "-request"):
		return finding.ShowsRequest
	}
	return finding.ShowsBackend
}

// logOf makes coverage: a log with a row each ten minutes.
type logOf struct {
	format, channel string
	from, to        string
	build           string
}

func coverageOf(t *testing.T, logs ...logOf) (*coverage.Coverage, *coverage.Hosts) {
	t.Helper()
	c := coverage.NewCollector()
	fields := []event.Field{{Name: "MajorVersion"}, {Name: "MinorVersion"}, {Name: "BuildVersion"}, {Name: "RevisionVersion"}, {Name: "cs-uri-stem"}}
	for _, l := range logs {
		shape := event.NewShape(l.format, fields, false)
		from, err := time.Parse(time.RFC3339, l.from)
		if err != nil {
			t.Fatal(err)
		}
		to, err := time.Parse(time.RFC3339, l.to)
		if err != nil {
			t.Fatal(err)
		}
		values := make([]event.Value, 5)
		if b, ok := exchange.ParseBuild(l.build); ok {
			for i, n := range b {
				values[i] = event.TextValue([]byte(fmt.Sprint(n)))
			}
		}
		values[4] = event.TextValue([]byte("/owa/"))
		route := &event.Route{Format: l.format, Channel: l.channel}
		for at := from; !at.After(to); at = at.Add(10 * time.Minute) {
			c.Add(&event.Event{Shape: shape, Values: values, Route: route, Host: "mail", Time: event.TimeOf(at, 0, event.FromRow)}, true)
		}
	}
	hosts := coverage.NewHosts(nil, nil)
	return coverage.Merge([]*coverage.Collector{c}, hosts.Of), hosts
}

func assess(t *testing.T, findings []*finding.Finding, logs ...logOf) *Host {
	t.Helper()
	cov, hosts := coverageOf(t, logs...)
	list, err := Assess(findings, cov, hosts)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 {
		t.Fatalf("%d hosts, want 1", len(list))
	}
	return list[0]
}

const (
	attacker = "203.0.113.9"
	fixed    = "15.1.2176.9"
	unfixed  = "15.1.2176.2"
)

var (
	door   = logOf{"httpproxy", "httpproxy", "2020-12-20T00:00:00Z", "2021-03-20T00:00:00Z", unfixed}
	result = logOf{"ecp-server", "ecp-server", "2020-12-20T00:00:00Z", "2021-03-20T00:00:00Z", ""}
)

func TestVerdicts(t *testing.T) {
	t.Parallel()
	short := func(l logOf, from, to string) logOf { l.from, l.to = from, to; return l }
	ip := []string{"ClientIpAddress", attacker}
	with := func(more ...string) []string { return append(slices.Clone(ip), more...) }
	cases := map[string]struct {
		findings []*finding.Finding
		logs     []logOf
		verdict  Word
		outcome  string
		grade    Grade
		deepest  string
		success  string
	}{
		"script set in a virtual directory is a compromise": {
			findings: []*finding.Finding{
				found("proxylogon", "bypass-request", "2021-03-03T06:49:42Z", with("HttpStatus", "200")...),
				found("proxylogon", "mapi-answered", "2021-03-03T06:49:43Z", with("HttpStatus", "200")...),
				found("proxylogon", "script-set", "2021-03-03T06:49:53Z"),
			},
			logs: []logOf{door, result}, verdict: IsCompromised, grade: Compromised, deepest: "script-set", success: "2021-03-03T06:49:43Z",
		},
		"an answered mailbox call through the bypass is an opened door": {
			findings: []*finding.Finding{found("proxylogon", "mapi-answered", "2021-03-03T06:49:43Z", with("HttpStatus", "200")...)},
			logs:     []logOf{door}, verdict: IsCompromised, grade: Exploited, deepest: "mapi-answered", success: "2021-03-03T06:49:43Z",
		},
		"refused probes are a failed attempt": {
			findings: []*finding.Finding{found("proxylogon", "bypass-request", "2021-03-07T15:04:04Z", with("HttpStatus", "500")...)},
			logs:     []logOf{door, result}, verdict: IsAttempted, outcome: Failed, grade: Attempted, deepest: "bypass-request",
		},
		"an answered probe, the log going on without a later step, is an attempt not seen to succeed": {
			findings: []*finding.Finding{found("proxylogon", "bypass-request", "2021-03-07T15:04:04Z", with("HttpStatus", "200")...)},
			logs:     []logOf{door, result}, verdict: IsAttempted, outcome: NotSeen, grade: Attempted, deepest: "bypass-request",
		},
		"an answered probe at the end of the logs cannot be decided": {
			findings: []*finding.Finding{found("proxylogon", "bypass-request", "2021-03-20T00:00:00Z", with("HttpStatus", "200")...)},
			logs:     []logOf{door, result}, verdict: IsAttempted, outcome: Undecided, grade: Attempted, deepest: "bypass-request",
		},
		"a probe of a fixed server failed, whatever the answer": {
			findings: []*finding.Finding{found("proxylogon", "bypass-request", "2021-03-07T15:04:04Z", with("HttpStatus", "200")...)},
			logs:     []logOf{{"httpproxy", "httpproxy", "2021-03-05T00:00:00Z", "2021-03-20T00:00:00Z", fixed}}, verdict: IsAttempted, outcome: Failed, grade: Attempted, deepest: "bypass-request",
		},
		"a listing without answers proves them by the order of its requests": {
			findings: []*finding.Finding{
				found("proxylogon", "mapi-request", "2021-02-27T19:53:37Z"),
				found("proxylogon", "session-request", "2021-02-27T19:53:38Z"),
				found("proxylogon", "object-request", "2021-02-27T19:53:46Z"),
			},
			logs: []logOf{door}, verdict: IsCompromised, grade: Exploited, deepest: "object-request", success: "2021-02-27T19:53:46Z",
		},
		"the same requests in another order prove nothing": {
			findings: []*finding.Finding{
				found("proxylogon", "object-request", "2021-02-27T19:53:37Z"),
				found("proxylogon", "session-request", "2021-02-27T19:53:38Z"),
				found("proxylogon", "mapi-request", "2021-02-27T19:53:46Z"),
			},
			logs: []logOf{door}, verdict: IsAttempted, outcome: NotSeen, grade: Attempted, deepest: "object-request",
		},
		"a page that answered while others were refused is for a person to look at": {
			findings: []*finding.Finding{
				found("webshell", "page-answered", "2021-03-05T03:06:27Z", "c-ip", attacker, "cs-uri-stem", "/owa/auth/x.aspx", "sc-status", "200"),
				found("webshell", "page-refused", "2021-03-05T03:06:28Z", "c-ip", attacker, "cs-uri-stem", "/owa/auth/y.aspx", "sc-status", "404"),
			},
			logs: []logOf{door, result}, verdict: IsSuspicious,
		},
		"a page in use that nobody is shown to have written is not called a compromise": {
			findings: []*finding.Finding{found("webshell", "page-used", "2021-03-05T03:06:27Z", "c-ip", attacker, "cs-uri-stem", "/owa/auth/captcha.aspx", "sc-status", "200")},
			logs:     []logOf{door, result}, verdict: IsSuspicious,
		},
		"a page in use whose file is a shell is a compromise": {
			findings: []*finding.Finding{
				found("webshell", "page-used", "2021-03-05T03:06:27Z", "c-ip", attacker, "cs-uri-stem", "/aspnet_client/x.aspx", "sc-status", "200"),
				found("webshell", "shell-file", "2021-03-05T03:00:00Z", "path", `C:\inetpub\wwwroot\aspnet_client\x.aspx`, "alone", "yes"),
			},
			logs: []logOf{door, result}, verdict: IsCompromised, grade: Compromised, deepest: "shell-file", success: "2021-03-05T03:00:00Z",
		},
		"a part of an application that looks like a shell, in use, is for a person to look at": {
			findings: []*finding.Finding{
				found("webshell", "page-used", "2021-03-05T03:06:27Z", "c-ip", attacker, "cs-uri-stem", "/forum/admin/index.php", "sc-status", "200"),
				found("webshell", "shell-file", "2021-03-05T03:00:00Z", "path", `C:\inetpub\wwwroot\forum\admin\index.php`),
			},
			logs: []logOf{door, result}, verdict: IsSuspicious,
		},
		"a memory dump alone is suspicious, not a step": {
			findings: []*finding.Finding{found("after", "credential-dump", "2021-03-05T03:06:27Z")},
			logs:     []logOf{door, result}, verdict: IsSuspicious,
		},
		"nothing found needs door and result logs that reach back before the first use": {
			logs: []logOf{door, result}, verdict: NothingFound,
		},
		"logs that begin inside the open window cannot tell": {
			logs: []logOf{short(door, "2021-02-20T00:00:00Z", "2021-03-20T00:00:00Z"), short(result, "2021-02-20T00:00:00Z", "2021-03-20T00:00:00Z")}, verdict: CannotTell,
		},
		"a server that was fixed at the first row shows nothing in the period covered": {
			logs: []logOf{{"httpproxy", "httpproxy", "2021-03-05T00:00:00Z", "2021-03-20T00:00:00Z", fixed}, short(result, "2021-03-05T00:00:00Z", "2021-03-20T00:00:00Z")}, verdict: NothingFound,
		},
		"door logs without result logs cannot tell": {logs: []logOf{door}, verdict: CannotTell},
		"result logs without door logs cannot tell": {logs: []logOf{result}, verdict: CannotTell},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := assess(t, c.findings, c.logs...)
			if h.Verdict != c.verdict || h.Outcome != c.outcome || h.FirstSuccess != c.success {
				t.Fatalf("verdict %s, outcome %q, first success %q; want %s, %q, %q (reason: %s)", h.Verdict, h.Outcome, h.FirstSuccess, c.verdict, c.outcome, c.success, h.Reason)
			}
			if c.grade != "" && (len(h.Chains) == 0 || h.Chains[0].Grade != c.grade || h.Chains[0].Deepest != c.deepest) {
				t.Fatalf("chains %+v, want grade %s, deepest %s", h.Chains, c.grade, c.deepest)
			}
			if len(h.Next) == 0 {
				t.Fatal("no word on what to do next")
			}
		})
	}
}

func TestWordsForAPageNeverStandForEachOther(t *testing.T) {
	t.Parallel()
	h := assess(t, []*finding.Finding{
		found("webshell", "page-answered", "2021-03-05T03:06:27Z", "c-ip", "192.0.2.1", "cs-uri-stem", "/owa/auth/x.aspx", "sc-status", "200"),
		found("webshell", "page-refused", "2021-03-08T20:37:27Z", "c-ip", "192.0.2.2", "cs-uri-stem", "/owa/auth/x.aspx", "sc-status", "302"),
	}, door, result)
	if len(h.Webshells) != 1 {
		t.Fatalf("%d pages, want 1", len(h.Webshells))
	}
	s := h.Webshells[0]
	if !s.Answered || s.Used || s.Written || !s.Gone || s.GoneAt != "2021-03-08T20:37:27Z" {
		t.Fatalf("answered %v used %v written %v gone %v at %s", s.Answered, s.Used, s.Written, s.Gone, s.GoneAt)
	}
	if !slices.Equal(s.Sources, []string{"192.0.2.1"}) {
		t.Fatalf("sources %v: the refused one did not reach the page", s.Sources)
	}
}

func TestWhatCameAfterNeedsASuccessBeforeIt(t *testing.T) {
	t.Parallel()
	h := assess(t, []*finding.Finding{
		found("after", "credential-dump", "2021-03-01T00:00:00Z"),
		found("proxylogon", "script-set", "2021-03-03T06:49:53Z"),
		found("after", "archive", "2021-03-04T00:00:00Z"),
	}, door, result)
	var steps []string
	for _, e := range h.Story {
		steps = append(steps, e.Step)
	}
	if !slices.Equal(steps, []string{"script-set", "archive"}) {
		t.Fatalf("storyline %v", steps)
	}
	if len(h.Leads) != 1 || h.Leads[0].Rule != "after-credential-dump" {
		t.Fatalf("leads %+v: the dump came before the break-in", h.Leads)
	}
}

func TestTheOrderOfFindingsChangesNothing(t *testing.T) {
	t.Parallel()
	all := []*finding.Finding{
		found("proxylogon", "bypass-request", "2021-03-03T06:49:42Z", "ClientIpAddress", attacker, "HttpStatus", "200"),
		found("proxylogon", "mapi-answered", "2021-03-03T06:49:43Z", "ClientIpAddress", attacker, "HttpStatus", "200"),
		found("proxylogon", "session", "2021-03-03T06:49:46Z", "ClientIpAddress", attacker, "HttpStatus", "241"),
		found("proxylogon", "script-set", "2021-03-03T06:49:53Z"),
		found("webshell", "page-used", "2021-03-05T03:06:27Z", "c-ip", attacker, "cs-uri-stem", "/aspnet_client/x.aspx"),
		found("after", "archive", "2021-03-06T00:00:00Z"),
	}
	want := describe(assess(t, all, door, result))
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		mixed := slices.Clone(all)
		rng.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if got := describe(assess(t, mixed, door, result)); got != want {
			t.Fatalf("verdict depends on order:\n%s\n%s", got, want)
		}
	}
}

func describe(h *Host) string {
	s := fmt.Sprintf("%s %s %s %s %s\n", h.Verdict, h.Reason, h.FirstAttempt, h.FirstSuccess, h.Last)
	for _, e := range h.Story {
		s += fmt.Sprintf("%s %s %s %v\n", e.Time, e.Step, e.Grade, e.Sources)
	}
	return s
}

func TestPatched(t *testing.T) {
	t.Parallel()
	chains, err := Chains()
	if err != nil {
		t.Fatal(err)
	}
	c := chains["proxylogon"]
	for build, want := range map[string]Patch{
		"15.1.2176.9": PatchPresent, "15.1.2176.2": PatchMissing, "15.1.2375.7": PatchPresent, "15.2.792.10": PatchPresent, "15.2.792.3": PatchMissing,
		"15.0.1497.12": PatchPresent, "15.0.1497.2": PatchMissing, "15.0.847.32": PatchMissing, "15.0.1395.0": PatchUnknown, "14.3.123.4": PatchUnknown, "x": PatchUnknown,
	} {
		if got := c.Patched(build); got != want {
			t.Errorf("Patched(%s) = %s, want %s", build, got, want)
		}
	}
}
