package lab

import "time"

const (
	layoutPage = "/_layouts/15/spinstall0.aspx"
	layoutDisk = `C:\PROGRA~1\COMMON~1\MICROS~1\WEBSER~1\16\TEMPLATE\LAYOUTS\spinstall0.aspx`
)

// toolPane asks for the tool pane as ToolShell does.
func (p play) toolPane(s *server, at, user, client, referer string, status int) {
	s.web(request{at: p.at(at), method: "POST", stem: "/_layouts/15/ToolPane.aspx", query: "DisplayMode=Edit&a=/ToolPane.aspx", user: user, client: client, agent: browser, referer: referer, status: status})
}

func toolShellScenarios() []Scenario {
	c := &chapter{chain: "toolshell"}
	p := play{day: "2025-07-18", sharepoint: true}
	full := p
	full.acts = func(s *server) {
		p.toolPane(s, "18:06:12", "", intruder, "/_layouts/SignOut.aspx", 200)
		s.spawned(p.at("18:06:12.300"), system32+"cmd.exe", `cmd.exe /c powershell.exe -EncodedCommand JABhAD0AMQA=`)
		s.created(p.at("18:06:13.050"), system32+`WindowsPowerShell\v1.0\powershell.exe`, layoutDisk, 9120)
		s.visit(p.at("18:06:40"), "GET", layoutPage, "", intruder, 200)
		s.visit(p.at("18:20:11"), "GET", layoutPage, "", visitor, 200)
	}
	told := func(deepest, first, success, last string, from ...string) ChainWant {
		return p.won("toolshell", "compromised", deepest, first, success, last, from...)
	}
	all := told("page-answered", "18:06:12", "18:06:12.300", "18:20:11", intruder, visitor)
	c.tell(KindFull, "full", "The tool pane was opened from the sign-out page, the web server ran a command, a page was written and answered: with the machine keys it tells, a patch does not close the door.", full.evidence(whole), compromised(all))
	for _, w := range [][2]string{{"security", "Sysmon shows the same command"}, {"sysmon", "the Security log shows the command, and the page answered"}} {
		c.tell(KindMissing, "without-"+w[0], "One source is missing: "+w[1]+".", full.evidence(without(w[0])), compromised(all))
	}
	c.tell(KindMissing, "without-processes", "A page that is none of SharePoint's answered after the request that places it, on a server of which no refusal of another name is seen.", full.evidence(without("security", "sysmon")),
		attempted("cannot-tell", p.tried("toolshell", "cannot-tell", "page-answered", "18:06:12", "18:20:11", intruder, visitor)))
	c.tell(KindMissing, "without-iis", "A page was written where SharePoint serves it and a command ran, but no request explains it: a person must look.", full.evidence(without("iis")),
		suspicious(ChainWant{ID: "toolshell", Grade: "suspicious", Deepest: "page-created", First: p.at("18:06:13.050"), Last: p.at("18:06:13.050")}))
	c.rest(full, compromised(all))
	command := p
	command.acts = func(s *server) {
		p.toolPane(s, "18:06:12", "", intruder, "/_layouts/SignOut.aspx", 200)
		s.spawned(p.at("18:06:12.300"), system32+`WindowsPowerShell\v1.0\powershell.exe`, `powershell.exe -EncodedCommand JABhAD0AMQA=`)
	}
	c.tell(KindPartial, "command-only", "The web server ran a command in the second of the request; no page was left.", command.evidence(whole), compromised(told("command", "18:06:12", "18:06:12.300", "18:06:12.300", intruder)))
	tries := func(status int) play {
		q := p
		q.acts = func(s *server) { p.toolPane(s, "18:06:12", "", intruder, "/_layouts/SignOut.aspx", status) }
		return q
	}
	tried := func(outcome string) ServerWant {
		return attempted(outcome, p.tried("toolshell", outcome, "toolpane-request", "18:06:12", "18:06:12", intruder))
	}
	c.tell(KindAttempt, "refused", "The request was refused with 401.", tries(401).evidence(whole), tried("failed"))
	c.tell(KindAttempt, "answered", "The tool pane answered; the logs that would show a command or a page go on and show none.", tries(200).evidence(whole), tried("not-seen"))
	c.tell(KindAttempt, "answered-only-iis", "The tool pane answered, and no log would show a command or a page.", tries(200).evidence(only("iis")), tried("cannot-tell"))
	round := p
	round.acts = func(s *server) {
		p.toolPane(s, "18:06:12", "", intruder, "https://sp.lab.example/_layouts/15/./SignOut.aspx", 403)
	}
	c.tell(KindAttempt, "other-referrer", "The sign-out page is written in another way; the request was refused with 403.", round.evidence(whole), tried("failed"))
	relative := p
	relative.day = "2025-07-07"
	relative.acts = func(s *server) {
		s.web(request{at: relative.at("18:06:12"), method: "POST", stem: "/_layouts/16/ToolPane.aspx/abc", query: "DisplayMode=Edit&a=/ToolPane.aspx", client: intruder, agent: browser, referer: "/_layouts/SignOut.aspx", status: 200})
		s.spawned(relative.at("18:06:12.300"), system32+"cmd.exe", `cmd.exe /c powershell.exe -EncodedCommand JABhAD0AMQA=`)
	}
	c.tell(KindPartial, "relatives", "The earlier pair of weaknesses (CVE-2025-49704, CVE-2025-49706) and the one that goes round its fix (CVE-2025-53770, CVE-2025-53771) look the same in the logs.", relative.evidence(whole),
		compromised(relative.won("toolshell", "compromised", "command", "18:06:12", "18:06:12.300", "18:06:12.300", intruder)))
	pages := p
	pages.day = "2024-05-14" // before anybody is known to have used the chain
	pages.acts = func(s *server) {
		for i, name := range []string{"spinstall0", "spinstall1", "ghostfile346", "debug_dev"} {
			s.visit(pages.at("03:00:00").Add(time.Duration(i)*time.Second), "GET", "/_layouts/15/"+name+".aspx", "", visitor, 404)
		}
		pages.toolPane(s, "09:10:00", `LAB\k.brandt`, "192.0.2.60", "https://sp.lab.example/sites/rathaus/SitePages/Home.aspx", 200)
		s.created(pages.at("09:30:00"), `C:\Windows\System32\msiexec.exe`, `C:\Program Files\Common Files\microsoft shared\Web Server Extensions\16\TEMPLATE\LAYOUTS\picker.aspx`, 4400)
	}
	c.tell(KindBenign, "editor", "Somebody edits a page in the tool pane, an update installs pages, and a scanner asks for known names that are not there.", pages.evidence(whole), nothingFound())
	return c.list
}
