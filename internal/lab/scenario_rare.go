package lab

// calendarScenarios are about CVE-2021-28480, of which only the request's
// form is public: a later step needs its own proof.
func calendarScenarios() []Scenario {
	c := &chapter{chain: "cve-2021-28480"}
	p := play{day: "2021-04-20", build: Build{15, 2, 792, 10}}
	ask := func(s *server, status int) {
		s.web(request{at: p.at("17:40:02.300"), protocol: "Owa", method: "POST", stem: "/owa/calendar/a", client: intruder, agent: tool, status: status})
	}
	full := p
	full.acts = func(s *server) {
		ask(s, 200)
		s.spawned(p.at("17:40:02.500"), system32+"cmd.exe", "cmd.exe /c whoami")
	}
	all := p.won("cve-2021-28480", "compromised", "command", "17:40:02.300", "17:40:02.500", "17:40:02.500", intruder)
	c.tell(KindFull, "full", "The web server started a command in the second in which the request was answered.", full.evidence(whole), compromised(all))
	for _, w := range [][2]string{{"iis", "HttpProxy shows the same request"}, {"httpproxy", "IIS shows the same request"}, {"sysmon", "the Security log shows the same command"}, {"security", "Sysmon shows the same command"}} {
		c.tell(KindMissing, "without-"+w[0], "One source is missing: "+w[1]+".", full.evidence(without(w[0])), compromised(all))
	}
	c.tell(KindMissing, "without-processes", "The request was answered, and no log would show a command.", full.evidence(without("security", "sysmon")),
		attempted("cannot-tell", p.tried("cve-2021-28480", "cannot-tell", "calendar-request", "17:40:02.300", "17:40:02.300", intruder)))
	c.tell(KindMissing, "without-door-logs", "A command below the web server, which no request explains, is for a person to look at.", full.evidence(without("iis", "httpproxy")), suspicious())
	c.rest(full, compromised(all))
	part := p
	part.acts = func(s *server) {
		ask(s, 200)
		s.created(p.at("17:40:02.900"), worker, `C:\inetpub\wwwroot\aspnet_client\ab12.aspx`, 6832)
	}
	c.tell(KindPartial, "page-written", "The web server wrote a page in the second in which the request was answered; nobody is seen to have asked for it.", part.evidence(whole),
		compromised(p.won("cve-2021-28480", "compromised", "page-written", "17:40:02.300", "17:40:02.900", "17:40:02.900", intruder),
			p.won("webshell", "compromised", "page-created", "17:40:02.900", "17:40:02.900", "17:40:02.900")))
	tries := func(status int) play {
		q := p
		q.acts = func(s *server) { ask(s, status) }
		return q
	}
	c.tell(KindAttempt, "answered", "The request was answered; the logs of processes go on and show none.", tries(200).evidence(whole), attempted("not-seen", p.tried("cve-2021-28480", "not-seen", "calendar-request", "17:40:02.300", "17:40:02.300", intruder)))
	c.tell(KindAttempt, "refused", "The request was refused with 404.", tries(404).evidence(whole), attempted("failed", p.tried("cve-2021-28480", "failed", "calendar-request", "17:40:02.300", "17:40:02.300", intruder)))
	own := p
	own.build = Build{15, 2, 1748, 39}
	own.acts = func(s *server) {
		ask(s, 503)
		s.web(request{at: p.at("09:00:00.100"), protocol: "OwaCalendar", method: "GET", stem: "/owa/calendar/5f0e6c1a93d44f2b@lab.example/9a1b/calendar.html", client: "198.51.100.44", agent: browser, status: 200})
	}
	c.tell(KindBenign, "published-calendar", "Somebody looks at a published calendar, and a server that is down answers 503.", own.evidence(whole), nothingFound())
	return c.list
}

const (
	castError  = "Task Get-App throwing unhandled exception: System.InvalidCastException: Unable to cast object of type 'System.Object' to type 'Microsoft.Exchange.Data.ApplicationLogic.Extension.OrgEmptyMasterTableCache'."
	blockError = "Microsoft.Exchange.Diagnostics.BlockedDeserializeTypeException: The type to be (de)serialized is not allowed."
)

// getAppScenarios are about CVE-2021-42321.
func getAppScenarios() []Scenario {
	c := &chapter{chain: "cve-2021-42321"}
	p := play{day: "2021-11-05", build: Build{15, 2, 986, 5}}
	read := func(s *server) {
		s.failed(p.at("19:30:44.900"), "Get-App", `-Mailbox "a.lindqvist" -OrganizationApp "False"`, "ECP", castError)
	}
	full := p
	full.acts = func(s *server) {
		read(s)
		s.spawned(p.at("19:30:45.300"), system32+"cmd.exe", "cmd.exe /c whoami")
		s.created(p.at("19:33:02.110"), worker, `C:\inetpub\wwwroot\aspnet_client\ab12.aspx`, 6832)
		s.useShell(p.at("19:34:00.100"), "/aspnet_client/ab12.aspx", intruder)
	}
	opened := p.won("cve-2021-42321", "exploited", "setting-read", "19:30:44.900", "19:30:44.900", "19:30:44.900")
	shell := p.won("webshell", "compromised", "page-created", "19:33:02.110", "19:33:02.110", "19:34:30.100", intruder)
	c.tell(KindFull, "full", "Get-App failed on an object of the wrong type, which it had read and built before; a page was written and used.", full.evidence(whole), compromised(opened, shell))
	for _, w := range [][2]string{{"security", "Sysmon shows the same commands"}} {
		c.tell(KindMissing, "without-"+w[0], "One source is missing: "+w[1]+".", full.evidence(without(w[0])), compromised(opened, shell))
	}
	c.tell(KindMissing, "without-management", "The door is not shown; a page was used in the second in which the web server started a command.", full.evidence(without("management")),
		compromised(p.won("webshell", "compromised", "page-created", "19:33:02.110", "19:33:02.110", "19:34:30.100", intruder)))
	c.tell(KindMissing, "without-iis", "That the page was used cannot be seen; it was written after the door was opened.", full.evidence(without("iis")),
		compromised(opened, p.won("webshell", "compromised", "page-created", "19:33:02.110", "19:33:02.110", "19:33:02.110")))
	c.tell(KindMissing, "without-sysmon", "That the page was written is not shown; the Security log shows that the web server started a command when it was used.", full.evidence(without("sysmon")),
		compromised(opened, p.won("webshell", "compromised", "page-used", "19:34:00.100", "19:34:00.100", "19:34:30.100", intruder)))
	c.rest(full, compromised(opened, shell))
	part := p
	part.acts = read
	c.tell(KindPartial, "read-only", "The object was read and built, which runs what it holds; nothing shows what that was.", part.evidence(whole), compromised(opened))
	c.tell(KindMissing, "only-management", "The command's own failure shows it.", part.evidence(only("management")), compromised(opened))
	blocked := p
	blocked.build = Build{15, 2, 986, 14}
	blocked.acts = func(s *server) {
		s.failed(p.at("19:30:44.900"), "Get-App", `-Mailbox "a.lindqvist"`, "ECP", blockError)
	}
	c.tell(KindAttempt, "blocked", "Get-App failed because the type is not allowed: nothing was built.", blocked.evidence(whole), attempted("failed", p.tried("cve-2021-42321", "failed", "setting-refused", "19:30:44.900", "19:30:44.900")))
	other := p
	other.build = Build{15, 2, 1748, 39}
	other.acts = func(s *server) {
		s.failed(p.at("10:30:44.900"), "Get-App", `-Mailbox "nobody"`, "ECP", "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException: The operation couldn't be performed because object 'nobody' couldn't be found.")
		s.failed(p.at("10:31:44.900"), "Get-Mailbox", `-Identity "k.brandt"`, "ECP", "System.InvalidCastException: Specified cast is not valid.")
	}
	c.tell(KindBenign, "other-failures", "Get-App did not find a mailbox, and another command failed on a cast.", other.evidence(whole), nothingFound())
	return c.list
}
