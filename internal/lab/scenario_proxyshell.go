package lab

import (
	"fmt"
	"strings"
)

const (
	psrp       = "Python PSRP Client"
	exportPage = "/aspnet_client/tkevsn.aspx"
	exportDisk = `C:\inetpub\wwwroot\aspnet_client\tkevsn.aspx`
)

// confuse sends a request whose address the front end takes for one of
// autodiscover and the back end for another one (CVE-2021-34473).
func (p play) confuse(s *server, at, method, inner string, status int) {
	path, query, _ := strings.Cut(inner, "?")
	if query != "" {
		query += "&"
	}
	email := query + "Email=autodiscover/autodiscover.json%3F@evil.example"
	r := request{at: p.at(at), protocol: "Autodiscover", method: method, stem: "/autodiscover/autodiscover.json", query: "@evil.example" + path + "?" + email, client: intruder, agent: tool, status: status}
	if status < 400 {
		r.inner, r.as = path+"?"+email, `NT AUTHORITY\SYSTEM`
	}
	s.web(r)
}

// shellCommands are the requests that reach remote PowerShell as another user.
func (p play) shellCommands(s *server, times ...string) {
	for _, at := range times {
		p.confuse(s, at, "POST", "/powershell/?X-Rps-CAT=VgEAVAdXaW5kb3dzQwBBCEtlcmJlcm9z", 200)
		s.remoteShell(p.at(at), `LAB\Administrator`, intruder, psrp, "?X-Rps-CAT=VgEAVAdXaW5kb3dzQwBBCEtlcmJlcm9z&Email=autodiscover/autodiscover.json%3F@evil.example", 200)
	}
}

func (p play) exported(s *server, failure string) {
	s.cmdlet(p.at("03:20:31.500"), "New-ManagementRoleAssignment", `-Role "Mailbox Import Export" -User "Administrator"`, "")
	s.cmdlet(p.at("03:20:40.250"), "New-MailboxExportRequest", fmt.Sprintf(`-Mailbox "Administrator@%s" -FilePath "\\127.0.0.1\c$\inetpub\wwwroot\aspnet_client\tkevsn.aspx"`, s.domain), failure)
}

func (p play) exportWritten(s *server) {
	s.shareWrite(p.at("03:20:52.110"), `inetpub\wwwroot\aspnet_client\tkevsn.aspx`)
	s.created(p.at("03:20:52.140"), `C:\Program Files\Microsoft\Exchange Server\V15\Bin\MSExchangeMailboxReplication.exe`, exportDisk, 6120)
	s.placed("inetpub/wwwroot"+exportPage, pstShell("cmd"))
	s.useShell(p.at("03:22:10.700"), exportPage, intruder)
}

func (p play) shellAll(s *server) {
	p.confuse(s, "03:20:05.120", "POST", "/mapi/emsmdb", 200)
	p.shellCommands(s, "03:20:20.340", "03:20:31.410", "03:20:40.160")
	p.exported(s, "")
	p.exportWritten(s)
}

func proxyShellScenarios() []Scenario {
	c := &chapter{chain: "proxyshell"}
	p := play{day: "2021-08-20", build: Build{15, 2, 792, 10}}
	full := p
	full.acts = p.shellAll
	shell := p.won("webshell", "compromised", "shell-file", "03:20:52.110", "03:20:52.110", "03:22:40.700", intruder)
	told := func(deepest, last string) ChainWant {
		return p.won("proxyshell", "compromised", deepest, "03:20:05.120", "03:20:20.340", last, intruder)
	}
	all := told("shell-file", "03:20:40.258")
	c.tell(KindFull, "full", "A mailbox was exported to a page, and a command ran through it; PowerShell behind the bypass is the first shown answer.", full.evidence(whole), compromised(all, shell))
	for _, w := range [][2]string{{"iis", "HttpProxy and the server's own logs tell the chain; that the page was used cannot be seen"}, {"httpproxy", "IIS shows the same requests"}, {"rps-http", "the back end's IIS log shows that PowerShell answered"},
		{"management", "Rps_Cmdlet shows the same commands"}, {"rps-cmdlet", "MSExchange Management shows the same commands"}, {"sysmon", "the Security log shows who wrote the page"}, {"security", "Sysmon shows who wrote the page"}} {
		want, page := all, shell
		switch w[0] {
		case "iis":
			page.Last, page.Sources = p.at("03:20:52.140"), nil
		case "management":
			want = told("shell-file", "03:20:40.250")
		case "security":
			page.First, page.Success = p.at("03:20:52.140"), p.at("03:20:52.140")
		}
		c.tell(KindMissing, "without-"+w[0], "One source is missing: "+w[1]+".", full.evidence(without(w[0])), compromised(want, page))
	}
	c.tell(KindMissing, "without-files", "The page itself is not handed over; it was written by the server after the export, and used.", full.evidence(without("files")),
		compromised(told("export-page", "03:20:40.258"), p.won("webshell", "compromised", "page-created", "03:20:52.110", "03:20:52.110", "03:22:40.700", intruder)))
	c.tell(KindMissing, "only-iis", "The back end's rows show that PowerShell answered behind the bypass; who came through used a page that Exchange does not ship.", full.evidence(only("iis")),
		compromised(p.won("proxyshell", "exploited", "backend-answered", "03:20:05.120", "03:20:20.340", "03:20:40.160", intruder), p.won("webshell", "compromised", "page-used", "03:22:10.700", "03:22:10.700", "03:22:40.700", intruder)))
	c.tell(KindMissing, "only-httpproxy", "A mailbox call and then PowerShell with a token were answered by the front end; nothing of the back end shows what came of it.", full.evidence(only("httpproxy")),
		attempted("cannot-tell", p.tried("proxyshell", "cannot-tell", "powershell-request", "03:20:05.120", "03:20:40.160", intruder)))
	c.tell(KindMissing, "only-rps-http", "Remote PowerShell answered a query that only the bypass makes.", full.evidence(only("rps-http")),
		compromised(p.won("proxyshell", "exploited", "backend-answered", "03:20:20.340", "03:20:20.340", "03:20:40.160", intruder)))
	c.tell(KindMissing, "only-management", "An export whose file is a server page has run.", full.evidence(only("management")),
		compromised(p.won("proxyshell", "compromised", "export-page", "03:20:40.258", "03:20:40.258", "03:20:40.258")))
	c.tell(KindMissing, "only-files", "A mailbox export with script inside lies where it is served, which no other chain makes; it states no time.", full.evidence(only("files")),
		compromised(ChainWant{ID: "proxyshell", Grade: "compromised", Deepest: "shell-file"}, ChainWant{ID: "webshell", Grade: "compromised", Deepest: "shell-file"}))
	c.rest(full, compromised(all, shell))
	proxyShellParts(c, p)
	proxyShellTries(c, p)
	return c.list
}

func proxyShellParts(c *chapter, p play) {
	opened := p
	opened.acts = func(s *server) {
		p.confuse(s, "03:20:05.120", "POST", "/mapi/emsmdb", 200)
		p.shellCommands(s, "03:20:20.340")
	}
	c.tell(KindPartial, "powershell-only", "PowerShell answered behind the bypass, and nothing was done with it.", opened.evidence(whole),
		compromised(p.won("proxyshell", "exploited", "backend-answered", "03:20:05.120", "03:20:20.340", "03:20:20.340", intruder)))
	failed := p
	failed.acts = func(s *server) {
		p.confuse(s, "03:20:05.120", "POST", "/mapi/emsmdb", 200)
		p.shellCommands(s, "03:20:20.340", "03:20:40.160")
		p.exported(s, "The mailbox database could not be reached.")
	}
	c.tell(KindPartial, "export-noted-as-failed", "The export to a page is noted as failed, which does not clear: PowerShell answered behind the bypass.", failed.evidence(whole),
		compromised(p.won("proxyshell", "exploited", "export-tried", "03:20:05.120", "03:20:20.340", "03:20:40.258", intruder)))
	c.tell(KindMissing, "export-noted-as-failed-only-management", "A failed export to a page is a cmdlet that ran behind an opened door.", failed.evidence(only("management")),
		compromised(p.won("proxyshell", "exploited", "export-tried", "03:20:40.258", "03:20:40.258", "03:20:40.258")))
	cert := p
	cert.acts = func(s *server) {
		p.confuse(s, "03:20:05.120", "POST", "/mapi/emsmdb", 200)
		p.shellCommands(s, "03:20:20.340")
		s.cmdlet(p.at("03:20:33.000"), "New-ExchangeCertificate", `-GenerateRequest "True" -RequestFile "\\127.0.0.1\c$\inetpub\wwwroot\aspnet_client\tkevsn.aspx" -SubjectName "CN=lab"`, "")
		s.placed("inetpub/wwwroot"+exportPage, derShell("cmd"))
		s.useShell(p.at("03:22:10.700"), exportPage, intruder)
	}
	c.tell(KindFull, "certificate", "A certificate request with script was written as a page, and used.", cert.evidence(whole),
		compromised(p.won("proxyshell", "compromised", "shell-file", "03:20:05.120", "03:20:20.340", "03:20:33.008", intruder),
			p.won("webshell", "compromised", "shell-file", "03:22:10.700", "03:22:10.700", "03:22:40.700", intruder)))
	mail := p
	mail.acts = func(s *server) {
		for _, at := range []string{"05:20:01.100", "05:20:02.350", "05:31:44.018"} {
			p.confuse(s, at, "POST", "/EWS/Exchange.asmx", 200)
		}
	}
	c.tell(KindPartial, "mail-read", "Exchange Web Services answered behind the bypass: mail was read without any shell.", mail.evidence(whole),
		compromised(p.won("proxyshell", "exploited", "mail-read", "05:20:01.100", "05:20:01.100", "05:31:44.018", intruder)))
	c.tell(KindMissing, "mail-read-without-iis", "A fixed server's autodiscover may answer such a request as well; that it reached the mail service is in the back end's rows alone, and no log of that service is there.", mail.evidence(without("iis")),
		attempted("cannot-tell", p.tried("proxyshell", "cannot-tell", "mail-request", "05:20:01.100", "05:31:44.018", intruder)))
}

func proxyShellTries(c *chapter, p play) {
	probe := func(method, inner string, status int) play {
		q := p
		q.acts = func(s *server) { p.confuse(s, "11:02:10.300", method, inner, status) }
		return q
	}
	tried := func(outcome, step string) ServerWant {
		return attempted(outcome, p.tried("proxyshell", outcome, step, "11:02:10.300", "11:02:10.300", intruder))
	}
	c.tell(KindAttempt, "refused", "The request was refused with 401.", probe("GET", "/mapi/nspi/", 401).evidence(whole), tried("failed", "bypass-request"))
	c.tell(KindAttempt, "nspi-answered", "A scanner's bare probe was answered, which shows that the door was open; the logs that would show more go on and show nothing.", probe("GET", "/mapi/nspi/", 200).evidence(whole), tried("not-seen", "bypass-request"))
	c.tell(KindAttempt, "nspi-answered-only-iis", "With IIS alone nothing would show what followed.", probe("GET", "/mapi/nspi/", 200).evidence(only("iis")), tried("cannot-tell", "bypass-request"))
	hidden := p
	hidden.acts = func(s *server) {
		s.web(request{at: p.at("11:02:10.300"), protocol: "Autodiscover", method: "GET", stem: "/autodiscover/autodiscover.json", query: "@evil.example/%70owers%68ell/?&Email=autodiscover/autodiscover.json%3F@evil.example", client: intruder, agent: tool, status: 401})
	}
	c.tell(KindAttempt, "hidden-letters", "Letters of the word stand behind percent signs, which no client writes and the server reads; the request was refused.", hidden.evidence(whole), tried("failed", "bypass-request"))
	cookie := p
	cookie.acts = func(s *server) {
		s.web(request{at: p.at("11:02:10.300"), protocol: "Autodiscover", method: "GET", stem: "/autodiscover/autodiscover.json", query: "@evil.example/mapi/nspi/?", cookie: "Email=autodiscover/autodiscover.json?@evil.example", client: intruder, agent: tool, status: 400})
	}
	c.tell(KindAttempt, "e-mail-in-cookie", "The e-mail stands in the cookie, which the logs do not keep; the path behind it is in the query.", cookie.evidence(whole), tried("failed", "bypass-request"))
	fixed := p
	fixed.build = Build{15, 2, 1748, 39}
	fixed.acts = func(s *server) {
		for i, q := range []string{"@probe.example/mapi/nspi/?&Email=autodiscover/autodiscover.json%3F@probe.example", "@probe.example/powershell/?&Email=autodiscover/autodiscover.json%3F@probe.example"} {
			s.web(request{at: p.at([]string{"11:02:10.300", "11:02:11.900"}[i]), protocol: "Autodiscover", method: "GET", stem: "/autodiscover/autodiscover.json", query: q, client: intruder, agent: browser, status: 200})
		}
	}
	c.tell(KindBenign, "fixed-server-answers", "A fixed server answers bare probes with 200, because it takes them for what they say they are; its build is in the rows.", fixed.evidence(whole),
		attempted("failed", p.tried("proxyshell", "failed", "bypass-request", "11:02:10.300", "11:02:11.900", intruder)))
	tool := p
	tool.build = Build{15, 2, 1748, 39}
	tool.acts = func(s *server) {
		for i, inner := range []string{"/mapi/emsmdb/?", "/powershell/?X-Rps-CAT=VgEAVAdX&"} {
			s.web(request{at: p.at([]string{"11:02:10.300", "11:02:11.900"}[i]), protocol: "Autodiscover", method: "POST", stem: "/autodiscover/autodiscover.json", query: "@probe.example" + inner + "Email=autodiscover/autodiscover.json%3F@probe.example", client: intruder, agent: browser, status: 200})
		}
	}
	c.tell(KindBenign, "fixed-server-answers-all", "A tool sends the whole sequence to a fixed server, which answers 200: the order of requests proves nothing there, and no back end's row shows a call.", tool.evidence(whole),
		attempted("failed", p.tried("proxyshell", "failed", "powershell-request", "11:02:10.300", "11:02:11.900", intruder)))
	redirected := p
	redirected.acts = func(s *server) {
		for i, inner := range []string{"/mapi/nspi/", "/powershell/"} {
			s.web(request{at: p.at([]string{"11:02:10.300", "11:02:11.900"}[i]), protocol: "Autodiscover", method: "GET", stem: "/autodiscover/autodiscover.json", query: "@probe.example" + inner + "?&Email=autodiscover/autodiscover.json%3F@probe.example", client: intruder, agent: browser, status: 302})
		}
	}
	c.tell(KindAttempt, "redirected", "Redirects to the sign-in page are no answers of a back end.", redirected.evidence(whole),
		attempted("not-seen", p.tried("proxyshell", "not-seen", "bypass-request", "11:02:10.300", "11:02:11.900", intruder)))
}
