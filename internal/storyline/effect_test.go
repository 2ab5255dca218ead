package storyline

import (
	"slices"
	"testing"

	"spoor/internal/coverage"
	"spoor/internal/finding"
	"spoor/internal/message"
)

func TestWhoseBackEndWasCalled(t *testing.T) {
	t.Parallel()
	known := knownServers([]string{"MAIL01.town.example"}, coverage.NewHosts(nil, nil))
	for name, c := range map[string]struct {
		fields map[string]string
		want   bool
	}{
		"a row that names none is the back end's own":        {nil, true},
		"the server itself, by its short name":               {map[string]string{"AnchorMailbox": "ServerInfo~a]@mail01:444/mapi/x", "ServerHostName": "MAIL01"}, true},
		"the server itself, by its full name":                {map[string]string{"AnchorMailbox": "ServerInfo~a]@mail01.town.local:444/mapi/x", "ServerHostName": "MAIL01"}, true},
		"the loopback name":                                  {map[string]string{"AnchorMailbox": "ServerInfo~localhost/ecp/x"}, true},
		"another machine, in a row that states its server":   {map[string]string{"AnchorMailbox": "ServerInfo~a]@evil.example:444/mapi/x", "ServerHostName": "MAIL01", "UrlHost": "mail.town.example"}, false},
		"a machine outside that has the server's short name": {map[string]string{"TargetServer": "other.evil.example", "ServerHostName": "MAIL02", "UrlHost": "mail.town.example"}, false},
		"another server of this examination":                 {map[string]string{"TargetServer": "mail01.town.example", "ServerHostName": "MAIL02", "UrlHost": "mail.town.example"}, true},
		"an address of the inside":                           {map[string]string{"TargetServer": "10.1.2.3"}, true},
		"an address of the internet":                         {map[string]string{"TargetServer": "198.51.100.9"}, false},
		"a listing: the same domain":                         {map[string]string{"AnchorMailbox": "ServerInfo~a]@ex.town.example:444/x", "UrlHost": "mail.town.example"}, true},
		"a listing: a name of the inside":                    {map[string]string{"AnchorMailbox": "ServerInfo~a]@ex.town.local:444/x", "UrlHost": "mail.town.example"}, true},
		"a listing: another domain":                          {map[string]string{"AnchorMailbox": "ServerInfo~a]@x.collector.test.evil.com:444/x", "UrlHost": "mail.town.example"}, false},
		"a listing with nothing to compare with":             {map[string]string{"AnchorMailbox": "ServerInfo~a]@ex.town.example:444/x"}, true},
	} {
		if got := known.called(&finding.Finding{Fields: c.fields}); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestAStepIsWorthWhatItsRecordShows(t *testing.T) {
	t.Parallel()
	step := func(g Grade) *Step { return &Step{ID: "x", Grade: g} }
	at := func(shows finding.Shows, fields ...string) *finding.Finding {
		f := &finding.Finding{Step: &finding.Step{Chain: "c", Name: "x", Shows: shows}, Fields: map[string]string{}}
		for i := 0; i+1 < len(fields); i += 2 {
			f.Fields[fields[i]] = fields[i+1]
		}
		return f
	}
	yes := func(*finding.Finding) bool { return true }
	for name, c := range map[string]struct {
		f          *finding.Finding
		step       *Step
		controlled func(*finding.Finding) bool
		grade      Grade
		why        string
	}{
		"a request":                          {at(finding.ShowsRequest), step(Compromised), uncontrolled, Attempted, ""},
		"a record of no stated kind":         {at(""), step(Exploited), yes, Attempted, ""},
		"a word that is not known":           {at("witchcraft"), step(Exploited), yes, Attempted, ""},
		"an answer without a control":        {at(finding.ShowsAnswer), step(Exploited), uncontrolled, Attempted, AnswerAlone},
		"an answer with a control":           {at(finding.ShowsAnswer), step(Exploited), yes, Exploited, ""},
		"an answer that only asks to look":   {at(finding.ShowsAnswer), step(Suspicious), uncontrolled, Attempted, AnswerAlone},
		"a control":                          {at(finding.ShowsAnswer), step(None), uncontrolled, None, ""},
		"a back end of ours":                 {at(finding.ShowsBackend), step(Exploited), uncontrolled, Exploited, ""},
		"a back end of somebody else":        {at(finding.ShowsBackend, "TargetServer", "198.51.100.9"), step(Compromised), yes, Attempted, AimedElsewhere},
		"a cmdlet":                           {at(finding.ShowsCmdlet), step(Compromised), uncontrolled, Compromised, ""},
		"a file":                             {at(finding.ShowsFile), step(Suspicious), uncontrolled, Suspicious, ""},
		"a request that was only an attempt": {at(finding.ShowsRequest), step(Attempted), uncontrolled, Attempted, ""},
	} {
		h := servers{}.weigh(c.f, c.step, c.controlled)
		if h.grade != c.grade || h.unproven != c.why {
			t.Errorf("%s: %s %q, want %s %q", name, h.grade, h.unproven, c.grade, c.why)
		}
	}
}

func TestARequestAimedElsewhereOpensNoDoor(t *testing.T) {
	t.Parallel()
	row := func(step, to string) *finding.Finding {
		return found("proxylogon", step, "2021-03-03T06:49:53Z", "ClientIpAddress", attacker, "HttpStatus", "241", "AnchorMailbox", "ServerInfo~a]@"+to+":444/ecp/proxyLogon.ecp?#", "UrlHost", "mail.town.example", "ServerHostName", "MAIL")
	}
	if h := assess(t, []*finding.Finding{row("session", "mail.corp.local")}, door, result); h.Verdict != IsCompromised {
		t.Errorf("its own back end: %s", h.Verdict)
	}
	h := assess(t, []*finding.Finding{row("session", "listener.evil.example")}, door, result)
	if h.Verdict != IsAttempted || !slices.Equal(h.Chains[0].Unproven, []string{AimedElsewhere}) {
		t.Errorf("a machine of the sender: %s %v", h.Verdict, h.Chains[0].Unproven)
	}
}

func TestAnAnsweredBypassOfAnUnfixedServerIsActedOn(t *testing.T) {
	t.Parallel()
	ask := func(code string) []*finding.Finding {
		return []*finding.Finding{found("proxylogon", "bypass-request", "2021-03-03T06:49:53Z", "ClientIpAddress", attacker, "HttpStatus", code)}
	}
	fixedDoor := door
	fixedDoor.build = fixed
	for name, c := range map[string]struct {
		code string
		door logOf
		want string
	}{
		"answered":                 {"200", door, AssumeBrokenInto},
		"answered with a session":  {"241", door, AssumeBrokenInto},
		"refused":                  {"500", door, ""},
		"redirected":               {"302", door, ""},
		"answered by a fixed host": {"200", fixedDoor, ""},
	} {
		h := assess(t, ask(c.code), c.door, result)
		if h.Action != c.want || h.AssumedBrokenInto() != (c.want != "") {
			t.Errorf("%s: action %q, want %q", name, h.Action, c.want)
		}
	}
}

func TestAnAnswerOfAFixedServerIsNotCalledAWeakness(t *testing.T) {
	t.Parallel()
	ask := []*finding.Finding{found("proxylogon", "bypass-request", "2021-03-03T06:49:53Z", "ClientIpAddress", attacker, "HttpStatus", "200")}
	says := func(h *Host) bool {
		return slices.ContainsFunc(h.Chains[0].NoteMessages, func(m message.Text) bool { return m.ID == "vulnerable-then" })
	}
	fixedDoor := door
	fixedDoor.build = fixed
	if h := assess(t, ask, door, result); !says(h) {
		t.Error("an answer of a server without the fix says nothing")
	}
	if h := assess(t, ask, fixedDoor, result); says(h) || h.Outcome != Failed {
		t.Errorf("a fixed server is called vulnerable, outcome %s", h.Outcome)
	}
}
