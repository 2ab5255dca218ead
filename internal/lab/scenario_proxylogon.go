package lab

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// logonSSRF sends requests through the bypass from the intruder: at, path and
// status of each.
func (p play) logonSSRF(s *server, list ...any) {
	for i := 0; i < len(list); i += 3 {
		s.ssrf(bypass{at: p.at(list[i].(string)), client: intruder, agent: tool, host: s.host, stem: "/ecp/w7.js", path: list[i+1].(string), status: list[i+2].(int)})
	}
}

const (
	pathDiscover = "/autodiscover/autodiscover.xml?"
	pathMapi     = "/mapi/emsmdb/?"
	pathLogin    = "/ecp/proxyLogon.ecp?"
)

// logonScript is what the server itself logs of the script's way to the disk.
func (p play) logonScript(s *server, set string) {
	address := "http://f/" + shellScript(demoKey)
	s.ecpCommand(p.at(set+".002"), ddi("SetObject", "OABVirtualDirectory"), "Set-OabVirtualDirectory.ExternalUrl='"+address+"'.Identity='"+demoGUID+"'", "")
	s.management(p.at(set+".010"), "Set-OabVirtualDirectory", fmt.Sprintf(`-ExternalUrl "%s" -Identity "%s"`, address, demoGUID), "ECP")
}

func (p play) logonFile(s *server) {
	s.ecpCommand(p.at("02:14:17.870"), ddi("SetObject", "ResetOABVirtualDirectory"), "Remove-OABVirtualDirectory.Force=$true.Identity='"+s.name+`\OAB (Default Web Site)'`, "")
	s.management(p.at("02:14:17.900"), "Remove-OabVirtualDirectory", fmt.Sprintf(`-Force "True" -Identity "%s\OAB (Default Web Site)"`, s.name), "ECP")
	s.shareWrite(p.at("02:14:18.402"), `inetpub\wwwroot\aspnet_client\system_web\k3nXq8Zd.aspx`)
	s.created(p.at("02:14:18.431"), "System", `C:\inetpub\wwwroot\aspnet_client\system_web\k3nXq8Zd.aspx`, 4)
	s.placed("inetpub/wwwroot"+demoShell, vdirDump(s, "http://f/"+shellScript(demoKey), demoGUID, p.at("02:14:15")))
}

func (p play) logonAll(s *server) {
	p.logonSSRF(s, "02:14:07.412", pathDiscover, 200, "02:14:08.935", pathMapi, 200, "02:14:10.118", pathLogin, 241, "02:14:12.604", ddi("GetObject", "OABVirtualDirectory"), 200,
		"02:14:15.231", ddi("SetObject", "OABVirtualDirectory"), 200, "02:14:18.775", ddi("SetObject", "ResetOABVirtualDirectory"), 200)
	p.logonScript(s, "02:14:15")
	p.logonFile(s)
	s.useShell(p.at("02:15:31.090"), demoShell, intruder)
}

func proxyLogonScenarios() []Scenario {
	c := &chapter{chain: "proxylogon"}
	p := play{day: "2021-03-03", build: Build{15, 2, 792, 3}}
	full := p
	full.acts = p.logonAll
	// The page was written, is a dump by its structure, and was used.
	shell := p.won("webshell", "compromised", "shell-file", "02:14:15", "02:14:15", "02:16:01.090", intruder)
	all := p.won("proxylogon", "compromised", "shell-file", "02:14:07.412", "02:14:08.935", "02:14:18.775", intruder)
	c.tell(KindFull, "full", "From the first request to a command through the planted page; the mailbox call is the first shown answer behind the bypass.", full.evidence(whole), compromised(all, shell))
	c.tell(KindMissing, "without-httpproxy", "IIS still shows the requests to a page that is none, the session by its status 241, and the back end's own rows of setting and resetting.",
		full.evidence(without("httpproxy")), compromised(p.won("proxylogon", "compromised", "shell-file", "02:14:07.412", "02:14:10.118", "02:14:18.775", intruder), shell))
	c.tell(KindMissing, "without-iis", "HttpProxy, ECP and the file tell the chain; that the page was used cannot be seen.",
		full.evidence(without("iis")), compromised(all, p.won("webshell", "compromised", "shell-file", "02:14:15", "02:14:15", "02:14:18.431")))
	for _, w := range [][2]string{
		{"ecp", "the ECP log"}, {"management", "the MSExchange Management log"}, {"application", "the Application log"},
		{"security", "the Security log"}, {"sysmon", "the Sysmon log"}, {"rps-cmdlet", "the cmdlet log"}, {"rps-http", "the remote PowerShell log"},
	} {
		c.tell(KindMissing, "without-"+w[0], "Every step has another witness than "+w[1]+".", full.evidence(without(w[0])), compromised(all, shell))
	}
	c.tell(KindMissing, "without-files", "The page is not handed over; the reset through the bypass was answered, and the page was written and used.",
		full.evidence(without("files")), compromised(p.won("proxylogon", "compromised", "object-reset", "02:14:07.412", "02:14:08.935", "02:14:18.775", intruder),
			p.won("webshell", "compromised", "page-created", "02:14:18.402", "02:14:18.402", "02:16:01.090", intruder)))
	c.tell(KindMissing, "only-httpproxy", "The reset was answered, which saves the settings as a file.", full.evidence(only("httpproxy")),
		compromised(p.won("proxylogon", "compromised", "object-reset", "02:14:07.412", "02:14:08.935", "02:14:18.775", intruder)))
	c.tell(KindMissing, "only-iis", "Session and reset are shown by their answers; who planted the page used it.", full.evidence(only("iis")),
		compromised(p.won("proxylogon", "compromised", "object-reset", "02:14:07.412", "02:14:10.118", "02:14:18.775", intruder),
			p.won("webshell", "compromised", "page-used", "02:15:31.090", "02:15:31.090", "02:16:01.090", intruder)))
	c.tell(KindMissing, "only-management", "The command that set the address to script succeeded; nothing shows who called it or that a file came of it.", full.evidence(only("management")),
		compromised(p.won("proxylogon", "compromised", "script-set", "02:14:15.010", "02:14:15.010", "02:14:15.010")))
	c.tell(KindMissing, "only-files", "The page is a dump of the settings with script inside and states when they were changed.", full.evidence(only("files")),
		compromised(p.won("proxylogon", "compromised", "shell-file", "02:14:15", "02:14:15", "02:14:15"), p.won("webshell", "compromised", "shell-file", "02:14:15", "02:14:15", "02:14:15")))
	for _, old := range []Build{{15, 0, 847, 30}, {15, 0, 1497, 2}} {
		q := full
		q.build = old
		c.tell(KindFull, "exchange-2013-"+number(old[2]), fmt.Sprintf("Exchange 2013 writes %d columns into HttpProxy, and they mean the same.", proxyColumns(old)), q.evidence(whole), compromised(all, shell))
	}
	c.rest(full, compromised(all, shell))
	proxyLogonTries(c, p)
	proxyLogonParts(c, p)
	proxyLogonForms(c, p)
	return append(c.list, elsewhere(p)...)
}

// proxyLogonTries are requests that got nothing.
func proxyLogonTries(c *chapter, p play) {
	knock := func(path string, status int, refused bool) play {
		q := p
		q.acts = func(s *server) {
			s.ssrf(bypass{at: p.at("11:02:10.300"), client: intruder, agent: tool, host: s.host, stem: "/ecp/x.js", path: path, status: status, refused: refused})
		}
		return q
	}
	tried := func(outcome string) ServerWant {
		return attempted(outcome, p.tried("proxylogon", outcome, "bypass-request", "11:02:10.300", "11:02:10.300", intruder))
	}
	c.tell(KindAttempt, "refused", "The front end answered 500 without asking its back end.", knock(pathDiscover, 500, true).evidence(whole), tried("failed"))
	c.tell(KindAttempt, "probe-answered", "An answered autodiscover call shows that the door was open, not that somebody went through; HttpProxy goes on and shows no later step.",
		knock(pathDiscover, 200, false).evidence(whole), tried("not-seen"))
	c.tell(KindAttempt, "probe-answered-no-results", "With IIS alone there is no log that would show what an answered request led to.",
		knock(pathDiscover, 200, false).evidence(only("iis", "system")), tried("cannot-tell"))
	outside := p
	outside.acts = func(s *server) {
		s.ssrf(bypass{at: p.at("11:02:10.300"), client: intruder, agent: tool, host: s.host, stem: "/owa/auth/x.js", outside: "k2j9.probe.example", path: "/ecp/default.flt?", status: 200})
	}
	c.tell(KindAttempt, "outside-host", "The server was made to call a name outside, as scanners do; no back end answered.", outside.evidence(whole), tried("not-seen"))
	sequence := p
	sequence.acts = func(s *server) {
		for i, path := range []string{pathDiscover, pathMapi, pathLogin, ddi("GetObject", "OABVirtualDirectory"), ddi("SetObject", "OABVirtualDirectory")} {
			s.ssrf(bypass{at: p.at("11:02:10.300").Add(time.Duration(i) * time.Second), client: intruder, agent: tool, host: s.host, stem: "/ecp/x.js", path: path, status: 500, refused: true})
		}
	}
	c.tell(KindAttempt, "sequence-refused", "A tool sends the whole sequence whatever it is answered, and every answer is an error: the order of requests proves nothing when the rows show refusals.", sequence.evidence(whole),
		attempted("failed", p.tried("proxylogon", "failed", "object-request", "11:02:10.300", "11:02:14.300", intruder)))
	patched := knock(pathDiscover, 200, false)
	patched.build = Build{15, 2, 858, 15}
	c.tell(KindAttempt, "fixed-server-answers", "The rows themselves state a build that holds the fix, so an answer of 200 is no success.", patched.evidence(whole), tried("failed"))
	um := p
	um.acts = func(s *server) {
		s.application(p.at("04:11:02.120"), "MSExchange Unified Messaging", 1021, 2, "The Microsoft Exchange Unified Messaging service could not process a message.",
			"System.InvalidCastException: Unable to cast object of type 'System.Object' to type 'Microsoft.Exchange.UM.UMCore.PipelineContext'.")
	}
	c.tell(KindAttempt, "um-exception", "An invalid cast in Unified Messaging is the trace of CVE-2021-26857, and alone no more than a try.", um.evidence(whole),
		attempted("not-seen", p.tried("proxylogon", "not-seen", "um-exception", "04:11:02.120", "04:11:02.120")))
}

// proxyLogonParts are intrusions that stopped on the way.
func proxyLogonParts(c *chapter, p play) {
	session := p
	session.acts = func(s *server) {
		p.logonSSRF(s, "02:14:07.412", pathDiscover, 200, "02:14:08.935", pathMapi, 200, "02:14:10.118", pathLogin, 241)
	}
	c.tell(KindPartial, "session-only", "The back end answered and a session was given, with which nothing was done.", session.evidence(whole),
		compromised(p.won("proxylogon", "exploited", "session", "02:14:07.412", "02:14:08.935", "02:14:10.118", intruder)))
	c.tell(KindPartial, "session-only-iis", "The front end's row alone shows an answer of 241; the request may have been sent on to a machine of the sender, which answers what it likes.", session.evidence(only("iis")),
		attempted("cannot-tell", p.tried("proxylogon", "cannot-tell", "session", "02:14:07.412", "02:14:10.118", intruder)))
	script := p
	script.acts = func(s *server) {
		p.logonSSRF(s, "02:14:08.935", pathMapi, 200, "02:14:10.118", pathLogin, 241, "02:14:15.231", ddi("SetObject", "OABVirtualDirectory"), 200)
		p.logonScript(s, "02:14:15")
	}
	c.tell(KindPartial, "script-not-saved", "The command that set the script ran, which is a compromise; nothing shows that it was saved as a file.", script.evidence(whole),
		compromised(p.won("proxylogon", "compromised", "script-set", "02:14:08.935", "02:14:08.935", "02:14:15.231", intruder)))
	mail := p
	mail.acts = func(s *server) {
		for _, at := range []string{"05:20:01.100", "05:20:02.350", "05:20:04.900", "05:31:44.018"} {
			s.ssrf(bypass{at: p.at(at), client: intruder, agent: "ExchangeServicesClient/0.0.0.0", host: s.host, stem: "/owa/auth/x.js", path: "/EWS/Exchange.asmx?", status: 200})
		}
	}
	c.tell(KindPartial, "mail-read", "Mail was read through the back end without any shell.", mail.evidence(whole),
		compromised(p.won("proxylogon", "exploited", "mail-read", "05:20:01.100", "05:20:01.100", "05:31:44.018", intruder)))
	c.tell(KindMissing, "mail-read-without-httpproxy", "The requests to a page that is none remain; what they reached is in HttpProxy alone, and the logs that would show a later step show none.", mail.evidence(without("httpproxy")),
		attempted("not-seen", p.tried("proxylogon", "not-seen", "bypass-request", "05:20:01.100", "05:31:44.018", intruder)))
	gadget := p
	gadget.acts = func(s *server) {
		s.application(p.at("04:11:02.120"), "MSExchange Unified Messaging", 1021, 2, "System.InvalidCastException: Unable to cast object of type 'Microsoft.VisualStudio.Text.Formatting.TextFormattingRunProperties' to type 'Microsoft.Exchange.UM.UMCore.PipelineContext'.")
	}
	c.tell(KindPartial, "um-gadget", "The exception names the class that runs a command when it is read: the service had built it (CVE-2021-26857).", gadget.evidence(whole),
		compromised(p.won("proxylogon", "exploited", "um-deserialised", "04:11:02.120", "04:11:02.120", "04:11:02.120")))
	oab := p
	oab.acts = func(s *server) {
		s.placed(exchangeDir+"Logging/OABGeneratorLog/OABGenerator20210303-1.log", oabLog(p.day, [2]string{"02:00:10.000", `C:\Program Files\Microsoft\Exchange Server\V15\ClientAccess\OAB\Temp\a.lzx`}, [2]string{"02:40:11.221", `C:\inetpub\wwwroot\aspnet_client\supp0rt.aspx`}))
	}
	c.tell(KindPartial, "address-book-writes-page", "The address book's download left a file at a place that is none of its own (CVE-2021-26858).", oab.evidence(whole),
		compromised(p.won("proxylogon", "exploited", "service-wrote", "02:40:11.221", "02:40:11.221", "02:40:11.221")))
	um := p
	um.acts = func(s *server) {
		s.created(p.at("04:12:40.700"), `C:\Program Files\Microsoft\Exchange Server\V15\bin\UMWorkerProcess.exe`, `C:\inetpub\wwwroot\aspnet_client\supp0rt.aspx`, 5120)
	}
	c.tell(KindPartial, "um-writes-page", "Unified Messaging's worker writes texts and logs, never a page (CVE-2021-26858).", um.evidence(whole),
		compromised(p.won("proxylogon", "exploited", "service-wrote", "04:12:40.700", "04:12:40.700", "04:12:40.700"),
			p.won("webshell", "compromised", "page-created", "04:12:40.700", "04:12:40.700", "04:12:40.700")))
}

// oabLog is what the offline address book's generator notes; sentences are of
// downloads that failed.
func oabLog(day string, rows ...[2]string) []byte {
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "%sT%sZ,OABGenerator,Download failed and temporary file '%s' needs to be removed\r\n", day, r[0], r[1])
	}
	return []byte(b.String())
}

// proxyLogonForms are other forms of the same requests and of their traces.
func proxyLogonForms(c *chapter, p play) {
	list := []any{"02:14:07.412", pathDiscover, 200, "02:14:08.935", pathMapi, 200, "02:14:10.118", pathLogin, 241, "02:14:12.604", ddi("GetObject", "OABVirtualDirectory"), 200,
		"02:14:15.231", ddi("SetObject", "OABVirtualDirectory"), 200, "02:14:18.775", ddi("SetObject", "ResetOABVirtualDirectory"), 200}
	listing := func(form func([]ProxyRow) []byte) func() []File {
		return func() []File {
			s := newServer(labHost, labDomain, "LAB", "192.0.2.21", "mail01."+labDomain, p.build, 11)
			p.logonSSRF(s, list...)
			return []File{{labHost + "/MAIL01-Cve-2021-26855.csv", form(s.proxy["Ecp"])}}
		}
	}
	c.tell(KindMissing, "only-export", "Of all logs only what Test-ProxyLogon exported from HttpProxy is left; it has the answers.", listing(exportRows),
		compromised(p.won("proxylogon", "compromised", "object-reset", "02:14:07.412", "02:14:08.935", "02:14:18.775", intruder)))
	c.tell(KindMissing, "only-listing", "A listing without answers: the object service was asked with what only the earlier answers give, in their order; who asked is not in it.", listing(listRows),
		compromised(p.won("proxylogon", "exploited", "object-request", "02:14:07.412", "02:14:12.604", "02:14:18.775")))
	marked := p
	marked.acts = func(s *server) {
		for i := 0; i < 9; i += 3 {
			s.ssrf(bypass{at: p.at(list[i].(string)), client: intruder, agent: tool, host: s.host, stem: "/ecp/w7.js", path: list[i+1].(string), status: list[i+2].(int), marked: true})
		}
		s.front = nil // of IIS only the log of the back end's site is left
	}
	c.tell(KindMissing, "only-back-end-rows", "The back end's own rows still hold the end of the address that was cut off, and their answers; they name the front end, not who asked.", marked.evidence(only("iis")),
		compromised(p.won("proxylogon", "exploited", "session", "02:14:07.412", "02:14:08.935", "02:14:10.118")))
	cookie := p
	cookie.acts = func(s *server) {
		s.proxy["Owa"] = append(s.proxy["Owa"], ProxyRow{Time: p.at("11:02:10.300"), ID: s.p.guid(), Build: s.build, Protocol: "Owa", Host: s.host, Stem: "/owa/auth/logon.aspx", Cookie: "Server~a]@mail01.lab.example:444/autodiscover/autodiscover.xml?#~1942062522~2021-03-03T11:05:00",
			Agent: tool, Client: intruder, Server: s.name, Status: 500, Method: "GET", Error: "System.ArgumentException"})
	}
	c.tell(KindAttempt, "cookie", "The server and the path stand in the cookie of the back end; the request was refused.", cookie.evidence(whole),
		attempted("failed", p.tried("proxylogon", "failed", "bypass-request", "11:02:10.300", "11:02:10.300", intruder)))
	fault := p
	fault.acts = func(s *server) {
		s.application(p.at("11:02:10.320"), "MSExchange Control Panel", 4, 2, `LAB\MAIL01$`, "https://mail01.lab.example:444/ecp/proxyLogon.ecp?a=~1942062522]:444/ecp/w7.js", "System.NullReferenceException: Object reference not set to an instance of an object.")
	}
	c.tell(KindAttempt, "control-panel-error", "The control panel failed on a request that came through the bypass: somebody tried, and what came of it is not shown by an error.", fault.evidence(whole),
		attempted("not-seen", p.tried("proxylogon", "not-seen", "bypass-request", "11:02:10.320", "11:02:10.320")))
	directory := func(keep func(string) bool) func() []File {
		return func() []File {
			s, dc := p.server(labHost, "192.0.2.21", 11), newServer("DC01", labDomain, "LAB", "192.0.2.20", "dc01."+labDomain, p.build, 13)
			for day := p.at("00:00:00").AddDate(0, 0, -1); day.Before(p.at("00:00:00").AddDate(0, 0, 2)); day = day.AddDate(0, 0, 1) {
				dc.logon(day.Add(9*time.Hour), "k.brandt", 1131, 3, "192.0.2.60")
			}
			dc.directoryChange(p.at("02:14:15.040"), s, "http://f/"+shellScript(demoKey))
			dc.directoryChange(p.at("09:00:00"), s, "https://mail.lab.example/OAB")
			return slices.DeleteFunc(append(s.emit(), dc.emit()...), func(f File) bool { return f.Path[:len(labHost)] == labHost && !keep(SourceOf(f.Path)) })
		}
	}
	mail := compromised(p.won("proxylogon", "compromised", "script-set", "02:14:15.040", "02:14:15.040", "02:14:15.040"))
	mail.Host = labHost
	c.list = append(c.list, Scenario{Name: "proxylogon-directory-change", Chain: "proxylogon", Kind: KindMissing, files: directory(only("system", "httpproxy", "rps-http")),
		Want: []ServerWant{mail, {Host: "DC01", Verdict: "cannot-tell"}},
		Says: "The domain controller noted that an address of a virtual directory of MAIL01 was set to script; that was done on MAIL01, and the domain controller is not accused."})
}

// exportRows is what Test-ProxyLogon exports, listRows a copied listing.
func exportRows(rows []ProxyRow) []byte {
	b := []byte("#TYPE Selected.System.Management.Automation.PSCustomObject\r\n\"DateTime\",\"RequestId\",\"ClientIpAddress\",\"UrlHost\",\"UrlStem\",\"RoutingHint\",\"UserAgent\",\"AnchorMailbox\",\"HttpStatus\"\r\n")
	for _, r := range rows {
		b = fmt.Appendf(b, "%q,%q,%q,%q,%q,%q,%q,%q,\"%d\"\r\n", stamp(r.Time), r.ID.String(), r.Client, r.Host, r.Stem, r.Hint, r.Agent, r.Anchor, r.Status)
	}
	return b
}

func listRows(rows []ProxyRow) []byte {
	b := []byte("DateTime                 AnchorMailbox\r\n--------                 -------------\r\n")
	for _, r := range rows {
		b = fmt.Appendf(b, "%s %s\r\n", stamp(r.Time), r.Anchor)
	}
	return b
}

// elsewhere is a door that opened on one server and led to another.
func elsewhere(p play) []Scenario {
	files := func(keep func(string) bool) func() []File {
		return func() []File {
			one, two := p.server(labHost, "192.0.2.21", 11), p.server("MAIL02", "192.0.2.22", 12)
			for _, b := range []bypass{
				{at: p.at("02:14:07.412"), path: pathDiscover, status: 200}, {at: p.at("02:14:08.935"), path: pathMapi, status: 200}, {at: p.at("02:14:10.118"), path: pathLogin, status: 241},
				{at: p.at("02:14:15.231"), path: ddi("SetObject", "OABVirtualDirectory"), status: 200}, {at: p.at("02:14:18.775"), path: ddi("SetObject", "ResetOABVirtualDirectory"), status: 200},
			} {
				b.client, b.agent, b.host, b.stem, b.target = intruder, tool, one.host, "/ecp/w7.js", two
				one.ssrf(b)
			}
			p.logonScript(two, "02:14:15")
			p.logonFile(two)
			var out []File
			for _, f := range append(one.emit(), two.emit()...) {
				if f.Path[:len(labHost)] == labHost || keep(SourceOf(f.Path)) {
					out = append(out, f)
				}
			}
			return out
		}
	}
	door := compromised(p.won("proxylogon", "exploited", "object-reset", "02:14:07.412", "02:14:08.935", "02:14:18.775", intruder))
	door.Host = labHost
	landed := compromised(p.won("proxylogon", "compromised", "shell-file", "02:14:08.935", "02:14:08.935", "02:14:18.775", "192.0.2.21", intruder),
		p.won("webshell", "compromised", "shell-file", "02:14:15", "02:14:15", "02:14:18.431"))
	landed.Host = "MAIL02"
	silent := compromised(p.won("proxylogon", "compromised", "object-reset", "02:14:08.935", "02:14:08.935", "02:14:18.775", intruder))
	silent.Host = "MAIL02"
	return []Scenario{
		{Name: "proxylogon-other-server", Chain: "proxylogon", Kind: KindFull, Want: []ServerWant{door, landed}, files: files(whole),
			Says: "The door of MAIL01 led to the back end of MAIL02: MAIL01 called for the intruder, the page lies on MAIL02, and each step counts where it landed."},
		{Name: "proxylogon-other-server-silent", Chain: "proxylogon", Kind: KindMissing, Want: []ServerWant{door, silent}, files: files(only("system", "httpproxy")),
			Says: "Of MAIL02 nothing is handed over that shows it; the rows of MAIL01 state where the answered steps landed."},
	}
}
