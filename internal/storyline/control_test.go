package storyline

import (
	"fmt"
	"testing"

	"spoor/internal/finding"
)

func TestAnAnswerIsMeasuredByWhatTheServerRefuses(t *testing.T) {
	t.Parallel()
	at := func(step, stem string) *finding.Finding {
		return found("webshell", step, "2021-03-05T03:00:00Z", "cs-uri-stem", stem, "sc-status", "200", "c-ip", "198.51.100.9")
	}
	page := at("page-used", "/owa/auth/x.aspx")
	many := func(dir string) []*finding.Finding {
		var list []*finding.Finding
		for i := range manyNames {
			list = append(list, at("page-answered", fmt.Sprintf("%sn%d.aspx", dir, i)))
		}
		return list
	}
	for name, c := range map[string]struct {
		others []*finding.Finding
		told   bool
	}{
		"alone":                                    {nil, true},
		"on a server that answers everything":      {[]*finding.Finding{at("answers-everything", "/a.php")}, false},
		"the same, but not in this folder":         {[]*finding.Finding{at("answers-everything", "/a.php"), at("page-refused", "/owa/auth/q.aspx")}, true},
		"refused in another folder only":           {[]*finding.Finding{at("answers-everything", "/a.php"), at("page-refused", "/aspnet_client/q.aspx")}, false},
		"among many names in the same folder":      {many("/owa/auth/"), false},
		"among many names in another folder":       {many("/aspnet_client/"), false},
		"among many names, of which some are not":  {append(many("/owa/auth/"), at("page-refused", "/owa/auth/q.aspx")), true},
		"among many spellings of a product's page": {many("/owa/auth/logon.aspx/"), true},
	} {
		some := append([]*finding.Finding{page}, c.others...)
		kept := telling(some, controlsOf(some))
		got := false
		for _, f := range kept {
			got = got || f == page
		}
		if got != c.told {
			t.Errorf("%s: told %v", name, got)
		}
	}
}

func TestAPageOfTheProductIsNoneOfTheIntruders(t *testing.T) {
	t.Parallel()
	for stem, told := range map[string]bool{
		"/owa/auth/logon.aspx": false, "/OWA/auth/Logon.aspx": false, "/owa/auth/logon.aspx/x.aspx": false, "/owa//auth/./logon.aspx": false,
		"/owa/auth/current/logon.aspx": true, "/aspnet_client/owa/auth/logon.aspx": true, "/ecp/auth/logon.aspx": true, "/owa/auth/timeoutlogoff.aspx": true,
	} {
		some := []*finding.Finding{found("webshell", "page-used", "2021-03-05T03:00:00Z", "cs-uri-stem", stem, "sc-status", "200", "c-ip", "198.51.100.9")}
		if got := len(telling(some, controlsOf(some))) == 1; got != told {
			t.Errorf("%s: told %v, want %v", stem, got, told)
		}
	}
}

func TestWhoKnockedBeforeIsNamedWithThePage(t *testing.T) {
	t.Parallel()
	knock := found("proxyshell", "powershell-request", "2021-03-05T02:00:00Z", "c-ip", "198.51.100.9", "sc-status", "200")
	page := func(from, at string) *finding.Finding {
		return found("webshell", "page-used", at, "cs-uri-stem", "/owa/auth/x.aspx", "sc-status", "200", "c-ip", from)
	}
	for name, c := range map[string]struct {
		page *finding.Finding
		want string
	}{
		"the same address":         {page("198.51.100.9", "2021-03-05T03:00:00Z"), "reason.page-after"},
		"the same, in another way": {page("::ffff:198.51.100.9", "2021-03-05T03:00:00Z"), "reason.page-after"},
		"another address":          {page("198.51.100.7", "2021-03-05T03:00:00Z"), "reason.page"},
		"before it knocked":        {page("198.51.100.9", "2021-03-05T01:00:00Z"), "reason.page"},
	} {
		if h := assess(t, []*finding.Finding{knock, c.page}, door, result); h.Verdict != IsSuspicious || h.Why.ID != c.want {
			t.Errorf("%s: %s %s, want %s", name, h.Verdict, h.Why.ID, c.want)
		}
	}
}
