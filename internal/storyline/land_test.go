package storyline

import (
	"slices"
	"testing"

	"spoor/internal/finding"
)

func TestStepsCountWhereTheyLanded(t *testing.T) {
	t.Parallel()
	chains, err := Chains()
	if err != nil {
		t.Fatal(err)
	}
	at := func(step string, fields ...string) *finding.Finding {
		return found("proxylogon", step, "2021-03-03T06:49:53Z", fields...)
	}
	cases := map[string]struct {
		f     *finding.Finding
		there bool // on the other server, too
		here  bool
	}{
		"an answered call of another server's back end": {at("object-reset", "TargetServer", "MAIL2.corp.example"), true, true},
		"the same where only the anchor names it":       {at("object-reset", "AnchorMailbox", "ServerInfo~a]@mail2.corp.example:444/ecp/x?#"), true, true},
		"a change that a directory tells of":            {at("script-set", "ObjectDN", "CN=OAB (Default Web Site),CN=HTTP,CN=Protocols,CN=MAIL2,CN=Servers,CN=x"), true, false},
		"a call of its own back end":                    {at("object-reset", "TargetServer", "mail.corp.example"), false, true},
		"a call of a server that is not part of this":   {at("object-reset", "TargetServer", "evil.example"), false, true},
		"an attempt": {at("bypass-request", "TargetServer", "MAIL2.corp.example"), false, true},
		"a change of a server that is not part of this, told":   {at("script-set", "ObjectDN", "CN=OAB,CN=MAIL7,CN=Servers,CN=x"), false, true},
		"a page, whatever its row says of a server to be asked": {found("webshell", "page-used", "2021-03-03T06:49:53Z", "TargetServer", "mail2"), false, true},
	}
	for name, c := range cases {
		byHost := map[string][]*finding.Finding{"mail": {c.f}}
		away := land(byHost, []string{"mail", "mail2.corp.example"}, chains)
		if got := len(byHost["mail2.corp.example"]) == 1; got != c.there || away[c.f] != c.there {
			t.Errorf("%s: there %v, away %v; want %v", name, got, away[c.f], c.there)
		}
		if got := slices.Contains(byHost["mail"], c.f); got != c.here {
			t.Errorf("%s: here %v, want %v", name, got, c.here)
		}
	}
}

func TestAFixedFrontEndsAnswersOpenNoDoor(t *testing.T) {
	t.Parallel()
	fixedDoor := door
	fixedDoor.build = "15.2.1748.39"
	ip := []string{"ClientIpAddress", attacker, "HttpStatus", "200"}
	for name, list := range map[string][]*finding.Finding{
		"an answer":                 {found("proxynotshell", "powershell-answered", "2021-03-10T06:49:53Z", ip...)},
		"the order of two requests": {found("proxyshell", "mapi-request", "2021-03-10T06:49:50Z", ip...), found("proxyshell", "powershell-request", "2021-03-10T06:49:53Z", ip...)},
	} {
		h := assess(t, list, door, result)
		if h.Verdict != IsAttempted || !slices.Contains(h.Chains[0].Unproven, AnswerAlone) && name == "an answer" {
			t.Errorf("%s, no fix shown: %s %v", name, h.Verdict, h.Chains[0].Unproven)
		}
		if h := assess(t, list, fixedDoor, result); h.Verdict != IsAttempted || h.Outcome != Failed {
			t.Errorf("%s, fixed: %s %s", name, h.Verdict, h.Outcome)
		}
	}
	back := found("proxynotshell", "backend-answered", "2021-03-10T06:49:53Z", ip...)
	if h := assess(t, []*finding.Finding{back}, fixedDoor, result); h.Verdict != IsCompromised {
		t.Errorf("what the back end itself logged is %s", h.Verdict)
	}
}

func TestAnErrorAndTheProgramThatItStartedAreJoined(t *testing.T) {
	t.Parallel()
	ask := found("cve-2020-0688", "viewstate-request", "2021-03-10T06:49:53Z", "c-ip", attacker, "sc-status", "500")
	for name, c := range map[string]struct {
		at   string
		want Word
	}{
		"a program right after the request":                        {"2021-03-10T06:49:54Z", IsCompromised},
		"a program right before the request was noted, at its end": {"2021-03-10T06:49:48Z", IsCompromised},
		"a program a minute later":                                 {"2021-03-10T06:50:54Z", IsSuspicious},
	} {
		command := found("after", "command", c.at)
		h := assess(t, []*finding.Finding{ask, command}, door, result)
		if h.Verdict != c.want {
			t.Errorf("%s: %s, want %s", name, h.Verdict, c.want)
		}
		told := 0
		for _, e := range h.Story {
			if e.Step == "command" {
				told++
			}
		}
		if c.want == IsCompromised && told != 1 {
			t.Errorf("%s: the command is told %d times", name, told)
		}
	}
}

func TestRefusedRequestsProveNothingByTheirOrder(t *testing.T) {
	t.Parallel()
	row := func(step, at, status string) *finding.Finding {
		return found("proxylogon", step, at, "ClientIpAddress", attacker, "HttpStatus", status)
	}
	for name, c := range map[string]struct {
		earlier, last string
		want          Word
	}{"refused": {"500", "200", IsAttempted}, "redirected": {"302", "200", IsAttempted}, "answered with a session": {"241", "200", IsCompromised}, "answered": {"200", "200", IsCompromised},
		"answered, but not the last": {"200", "500", IsAttempted}, "answers are not kept": {"", "", IsCompromised}} {
		h := assess(t, []*finding.Finding{row("mapi-request", "2021-02-27T19:53:37Z", c.earlier), row("session-request", "2021-02-27T19:53:38Z", c.earlier), row("object-request", "2021-02-27T19:53:46Z", c.last)}, door, result)
		if h.Verdict != c.want {
			t.Errorf("earlier requests were %s: %s, want %s", name, h.Verdict, c.want)
		}
	}
}
