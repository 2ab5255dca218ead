package lab

import (
	"net/url"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// stolen is the account whose password the intruder has.
const stolen = `LAB\a.lindqvist`

// disguised writes text as ProxyNotShell does: each letter as the IBM037 byte
// of the same value, in UTF-8 with percent signs.
func disguised(text string) string {
	var b strings.Builder
	for i := range len(text) {
		b.WriteRune(charmap.CodePage037.DecodeByte(text[i]))
	}
	return url.QueryEscape(b.String())
}

// notShell sends signed-in requests in the form of ProxyNotShell.
func (p play) notShell(s *server, status int, times ...string) {
	for _, at := range times {
		email := "Email=autodiscover/autodiscover.json%3Fa@evil.example"
		r := request{at: p.at(at), protocol: "Autodiscover", method: "POST", stem: "/autodiscover/autodiscover.json", query: "a@evil.example/powershell/?" + email, user: stolen, client: intruder, agent: tool, status: status}
		if status == 200 {
			r.inner, r.as = "/powershell/?"+email, stolen
			s.remoteShell(p.at(at), "a.lindqvist@"+labDomain, intruder, psrp, "?"+email, 200)
		}
		s.web(r)
	}
}

func proxyNotShellScenarios() []Scenario {
	c := &chapter{chain: "proxynotshell"}
	p := play{day: "2022-09-30", build: Build{15, 2, 1118, 12}}
	full := p
	full.acts = func(s *server) {
		p.notShell(s, 200, "08:41:10.200", "08:41:12.480", "08:41:15.030")
		s.spawned(p.at("08:41:15.400"), system32+"cmd.exe", `cmd.exe /c whoami`)
		s.created(p.at("08:43:02.110"), worker, `C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth\pxh4HG1v.ashx`, 6832)
		s.useShell(p.at("08:44:00.100"), "/owa/auth/pxh4HG1v.ashx", intruder)
	}
	opened := p.won("proxynotshell", "exploited", "backend-answered", "08:41:10.200", "08:41:10.200", "08:41:15.030", intruder)
	shell := p.won("webshell", "compromised", "page-created", "08:43:02.110", "08:43:02.110", "08:44:30.100", intruder)
	c.tell(KindFull, "full", "Signed in with a stolen password, PowerShell answered behind the bypass; a page was written and used.", full.evidence(whole), compromised(opened, shell))
	for _, w := range [][2]string{{"httpproxy", "IIS shows the same requests"}, {"rps-http", "the front end's logs show the answers"}, {"security", "Sysmon shows the same commands"}} {
		want := opened
		if w[0] == "rps-http" {
			want.Deepest = "powershell-answered"
		}
		c.tell(KindMissing, "without-"+w[0], "One source is missing: "+w[1]+".", full.evidence(without(w[0])), compromised(want, shell))
	}
	unused := p.won("webshell", "compromised", "page-created", "08:43:02.110", "08:43:02.110", "08:43:02.110")
	c.tell(KindMissing, "without-iis", "HttpProxy and Rps_Http show the answers; that the page was used cannot be seen.", full.evidence(without("iis")), compromised(opened, unused))
	c.tell(KindMissing, "without-sysmon", "That the page was written is not shown; who came through the bypass used it.", full.evidence(without("sysmon")),
		compromised(opened, p.won("webshell", "compromised", "page-used", "08:44:00.100", "08:44:00.100", "08:44:30.100", intruder)))
	c.tell(KindMissing, "only-rps-http", "Remote PowerShell answered a query that only the bypass makes.", full.evidence(only("rps-http")), compromised(opened))
	c.rest(full, compromised(opened, shell))
	hidden := p
	hidden.acts = func(s *server) {
		query := "?" + disguised("Email") + "=" + disguised("Autodiscover/autodiscover.json?a@evil.example")
		for _, at := range []string{"08:41:10.200", "08:41:12.480"} {
			s.remoteShell(p.at(at), "a.lindqvist@"+labDomain, intruder, "UP Mozilla/5.0 (Windows NT 10.0; Win64; x64)", query, 200)
		}
	}
	c.tell(KindPartial, "disguised-query", "The query is written in an EBCDIC, which the user agent's first letters make the server read; decoded it is the bypass, and PowerShell answered.", hidden.evidence(whole),
		compromised(p.won("proxynotshell", "exploited", "backend-answered", "08:41:10.200", "08:41:10.200", "08:41:12.480", intruder)))
	form := p
	form.acts = func(s *server) {
		s.web(request{at: p.at("08:41:10.200"), protocol: "Autodiscover", method: "POST", stem: "/autodiscover/autodiscover.json", query: "a@evil.example/owa/&Email=autodiscover/autodiscover.json%3Fa@evil.example&Protocol=XYZ&FooProtocol=Powershell", user: stolen, client: intruder, agent: tool, status: 200})
		s.remoteShell(p.at("08:41:10.200"), "a.lindqvist@"+labDomain, intruder, tool, "?Email=autodiscover/autodiscover.json%3Fa@evil.example&Protocol=XYZ&FooProtocol=Powershell", 200)
	}
	c.tell(KindPartial, "word-as-value", "The word stands as a value of its own, a form that went round; PowerShell answered.", form.evidence(whole),
		compromised(p.won("proxynotshell", "exploited", "backend-answered", "08:41:10.200", "08:41:10.200", "08:41:10.200", intruder)))
	letters := p
	letters.acts = func(s *server) {
		s.web(request{at: p.at("08:41:10.200"), protocol: "Autodiscover", method: "POST", stem: "/autodiscover/autodiscover.json", query: "a@evil.example/%50ower%73hell/?Email=autodiscover/autodiscover.json%3Fa@evil.example", user: stolen, client: intruder, agent: tool, status: 200})
		s.remoteShell(p.at("08:41:10.200"), "a.lindqvist@"+labDomain, intruder, tool, "?Email=autodiscover/autodiscover.json%3Fa@evil.example", 200)
	}
	c.tell(KindPartial, "hidden-letters", "Letters of the word stand behind percent signs, which went round the first advice; PowerShell answered.", letters.evidence(whole),
		compromised(p.won("proxynotshell", "exploited", "backend-answered", "08:41:10.200", "08:41:10.200", "08:41:10.200", intruder)))
	once := p
	once.acts = func(s *server) { p.notShell(s, 200, "08:41:10.200") }
	c.tell(KindPartial, "powershell-only", "PowerShell answered once, and nothing was done with it.", once.evidence(whole),
		compromised(p.won("proxynotshell", "exploited", "backend-answered", "08:41:10.200", "08:41:10.200", "08:41:10.200", intruder)))
	for _, status := range []int{400, 403} {
		refused := p
		refused.acts = func(s *server) { p.notShell(s, status, "08:41:10.200", "08:41:12.480") }
		c.tell(KindAttempt, "refused-"+number(status), "The signed-in requests were refused with "+number(status)+".", refused.evidence(whole),
			attempted("failed", p.tried("proxynotshell", "failed", "bypass-request", "08:41:10.200", "08:41:12.480", intruder)))
	}
	fixed := p
	fixed.build = Build{15, 2, 1748, 39}
	fixed.acts = func(s *server) {
		s.web(request{at: p.at("08:41:10.200"), protocol: "Autodiscover", method: "GET", stem: "/autodiscover/autodiscover.json", query: "a@probe.example/powershell/?Email=autodiscover/autodiscover.json%3Fa@probe.example", user: stolen, client: intruder, agent: tool, status: 200})
	}
	c.tell(KindBenign, "fixed-server-answers", "A fixed server takes the request for one of autodiscover and answers it to whom is signed in; its build is in the rows.", fixed.evidence(whole),
		attempted("failed", p.tried("proxynotshell", "failed", "powershell-answered", "08:41:10.200", "08:41:10.200", intruder)))
	scanner := p
	scanner.acts = func(s *server) {
		s.web(request{at: p.at("08:41:10.200"), protocol: "Autodiscover", method: "GET", stem: "/autodiscover/autodiscover.json", query: "a@test.com/powershell/?Email=autodiscover/autodiscover.json%3Fa@test.com", user: `LAB\svc-scan`, client: "192.0.2.40", agent: "Nessus", status: 200})
	}
	c.tell(KindBenign, "own-scanner", "A scanner's signed-in check, known by its e-mail test.com, is an attempt of which no result is seen, whatever it was answered.", scanner.evidence(whole),
		attempted("not-seen", p.tried("proxynotshell", "not-seen", "bypass-request", "08:41:10.200", "08:41:10.200", "192.0.2.40")))
	return c.list
}

// owassrf sends requests to PowerShell through the path of OWA.
func (p play) owassrf(s *server, status int, times ...string) {
	for _, at := range times {
		r := request{at: p.at(at), protocol: "Owa", method: "POST", stem: "/owa/a.lindqvist%40lab.example/powershell", user: stolen, client: intruder, agent: tool, status: status}
		if status == 200 {
			r.inner, r.as = "/powershell?", stolen
			s.remoteShell(p.at(at), "a.lindqvist@"+labDomain, intruder, psrp, "", 200)
		}
		s.web(r)
	}
}

func owassrfScenarios() []Scenario {
	c := &chapter{chain: "owassrf"}
	p := play{day: "2022-12-02", build: Build{15, 2, 1118, 15}}
	full := p
	full.acts = func(s *server) {
		p.owassrf(s, 200, "22:07:31.300", "22:07:33.020", "22:07:35.900")
		s.spawned(p.at("22:07:36.200"), system32+"WindowsPowerShell\\v1.0\\powershell.exe", "powershell.exe -enc JABhAD0AMQA=")
	}
	opened := p.won("owassrf", "exploited", "powershell-answered", "22:07:31.300", "22:07:31.300", "22:07:35.900", intruder)
	c.tell(KindFull, "full", "PowerShell answered behind a path of Outlook on the web, and the web server started a command.", full.evidence(whole), compromised(opened))
	for _, w := range [][2]string{{"httpproxy", "IIS shows the same requests"}, {"iis", "HttpProxy shows the same requests"}, {"rps-http", "the front end's logs show the answers"},
		{"security", "Sysmon shows the same command"}, {"sysmon", "the Security log shows the same command"}} {
		c.tell(KindMissing, "without-"+w[0], "One source is missing: "+w[1]+".", full.evidence(without(w[0])), compromised(opened))
	}
	c.tell(KindMissing, "without-both-door-logs", "That a program of no usual kind spoke to remote PowerShell proves no bypass; the command below the web server is for a person to look at.", full.evidence(without("iis", "httpproxy")), suspicious())
	c.rest(full, compromised(opened))
	once := p
	once.acts = func(s *server) { p.owassrf(s, 200, "22:07:31.300") }
	c.tell(KindPartial, "powershell-only", "PowerShell answered once, and nothing was done with it.", once.evidence(whole),
		compromised(p.won("owassrf", "exploited", "powershell-answered", "22:07:31.300", "22:07:31.300", "22:07:31.300", intruder)))
	behind := p
	behind.acts = func(s *server) {
		p.owassrf(s, 500, "22:07:31.300")
		s.remoteShell(p.at("22:07:31.350"), "a.lindqvist@"+labDomain, intruder, psrp, "", 200)
	}
	c.tell(KindPartial, "client-behind-an-error", "The front end noted an error, but remote PowerShell answered the same address's tool in the same second: the call behind the bypass was answered.", behind.evidence(whole),
		compromised(p.won("owassrf", "exploited", "powershell-client", "22:07:31.300", "22:07:31.350", "22:07:31.350", intruder)))
	for _, status := range []int{401, 404} {
		refused := p
		refused.acts = func(s *server) { p.owassrf(s, status, "22:07:31.300", "22:07:33.020") }
		c.tell(KindAttempt, "refused-"+number(status), "The requests were refused with "+number(status)+".", refused.evidence(whole),
			attempted("failed", p.tried("owassrf", "failed", "bypass-request", "22:07:31.300", "22:07:33.020", intruder)))
	}
	fixed := p
	fixed.build = Build{15, 2, 1118, 20}
	fixed.acts = func(s *server) {
		s.web(request{at: p.at("22:07:31.300"), protocol: "Owa", method: "POST", stem: "/owa/a.lindqvist%40lab.example/powershell", user: stolen, client: intruder, agent: tool, status: 200})
	}
	c.tell(KindBenign, "fixed-server-answers", "A server that holds the fix answers with its start page; its build is in the rows.", fixed.evidence(whole),
		attempted("failed", p.tried("owassrf", "failed", "powershell-answered", "22:07:31.300", "22:07:31.300", intruder)))
	other := p
	other.build = Build{15, 2, 1748, 39}
	other.acts = func(s *server) {
		s.remoteShell(p.at("09:15:00.000"), "backup@"+labDomain, "192.0.2.40", "Ruby WinRM Client (2.8.9)", "", 200)
		s.web(request{at: p.at("09:20:00.000"), protocol: "Owa", method: "GET", stem: "/owa/a.lindqvist%40lab.example/", user: `LAB\k.brandt`, client: "192.0.2.60", agent: browser, status: 200})
	}
	c.tell(KindBenign, "other-tool", "An administrator's own tool speaks to remote PowerShell, and somebody opens a colleague's mailbox in Outlook on the web: neither is a step.", other.evidence(whole), nothingFound())
	return c.list
}
