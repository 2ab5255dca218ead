package lab

import "time"

// lookalikeScenarios are what people took for attacks on servers that nobody
// had attacked.
func lookalikeScenarios() []Scenario {
	l := &lookalikes{&chapter{chain: "lookalike"}, play{day: "2025-11-12", build: Build{15, 2, 1748, 39}}}
	l.quietDays()
	l.clients()
	l.administrators()
	l.product()
	return l.list
}

type lookalikes struct {
	*chapter
	p play
}

func (l *lookalikes) add(name, says string, want ServerWant, acts func(s *server)) {
	q := l.p
	q.acts = acts
	l.tell(KindBenign, name, says, q.evidence(whole), want)
}

// quietDays are days on which nothing happens, with all logs and with some.
func (l *lookalikes) quietDays() {
	p := l.p
	l.add("quiet", "An ordinary day of a server whose first row states a build that holds every fix.", nothingFound(), func(*server) {})
	quiet := func(name, day, says string, build Build, want ServerWant, keep func(string) bool) {
		q := play{day: day, build: build, acts: func(*server) {}}
		l.tell(KindBenign, name, says, q.evidence(keep), want)
	}
	quiet("quiet-in-window", "2021-02-20", "Nothing is seen, but the logs begin while ProxyLogon was in use and the server was open: what came before cannot be told.", Build{15, 2, 792, 3}, cannotTell(), whole)
	quiet("quiet-before-window", "2020-12-10", "Nothing is seen, and ProxyLogon is not known to have been used before.", Build{15, 2, 792, 3}, nothingFound(), whole)
	quiet("quiet-only-doors", "2025-11-12", "Nobody is seen to knock, but no log would show what requests led to.", p.build, cannotTell(), only("iis", "httpproxy"))
	quiet("quiet-only-results", "2025-11-12", "Nothing is seen to have happened, but no log would show a knock.", p.build, cannotTell(), without("iis", "httpproxy"))
}

// clients are programs and scanners whose requests hold the words of attacks.
func (l *lookalikes) clients() {
	p := l.p
	discover := func(s *server, at, query string, status int) {
		s.web(request{at: p.at(at), protocol: "Autodiscover", method: "GET", stem: "/autodiscover/autodiscover.json", query: query, client: "198.51.100.44", agent: "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)", status: status})
	}
	l.add("outlook-autodiscover", "Outlook asks for its settings; the people's e-mail addresses hold the words that attacks use.", nothingFound(), func(s *server) {
		discover(s, "09:00:01.100", "Email=m.powershell@lab.example&Protocol=EWS&RedirectCount=1", 200)
		discover(s, "09:00:02.100", "Email=mapi.nspi@lab.example&Protocol=ActiveSync", 200)
		discover(s, "09:00:02.600", "Email=powershell@lab.example&Protocol=EWS", 200)
		discover(s, "09:00:03.100", "Email=k.brandt%40powershell.lab.example&Protocol=Autodiscoverv1", 302)
		s.web(request{at: p.at("09:00:04.100"), protocol: "Autodiscover", method: "GET", stem: "/autodiscover/autodiscover.json/v1.0/ews.powershell@lab.example", query: "Protocol=Autodiscoverv1&RedirectCount=1", client: "198.51.100.44", agent: "Microsoft Office/16.0", status: 200})
		s.web(request{at: p.at("09:00:05.100"), protocol: "Autodiscover", method: "GET", stem: "/autodiscover/autodiscover.json/v1.0/powershell@lab.example", query: "Protocol=Rest", user: `LAB\k.brandt`, client: "198.51.100.44", agent: "Microsoft Office/16.0", status: 200})
	})
	l.add("health-probes", "The server's own monitoring and a load balancer ask for everything, all day.", nothingFound(), func(s *server) {
		for i, stem := range []string{"/owa/healthcheck.htm", "/ecp/healthcheck.htm", "/ews/healthcheck.htm", "/powershell/healthcheck.htm", "/mapi/healthcheck.htm", "/oab/healthcheck.htm", "/autodiscover/healthcheck.htm"} {
			at := p.at("10:00:00").Add(time.Duration(i) * time.Second)
			s.web(request{at: at, method: "GET", stem: stem, client: "192.0.2.5", agent: "kemp-check", status: 200})
			s.web(request{at: at, protocol: "PowerShell", method: "POST", stem: "/powershell", query: "serializationLevel=Full", user: `LAB\HealthMailbox7c1`, client: "::1", agent: "AMProbe/Local/ClientAccess", status: 200})
		}
		s.remoteShell(p.at("10:00:09"), "HealthMailbox7c1@"+labDomain, "::1", "Exchange BackEnd Probes", "", 200)
		s.remoteShell(p.at("10:00:10"), "admin@"+labDomain, "192.0.2.61", "Microsoft WinRM Client", "", 200)
		s.remoteShell(p.at("10:00:11"), "admin@"+labDomain, "192.0.2.61", "", "", 200)
	})
	l.add("export-tool", "A scanner's request for the export tool is answered, with an anchor that names a version and no server.", nothingFound(), func(s *server) {
		at := p.at("03:12:40")
		s.front = append(s.front, WebRow{Time: at, Server: s.addr, Method: "GET", Stem: "/ecp/Current/exporttool/microsoft.exchange.ediscovery.exporttool.application", Port: 443, Client: visitor, Agent: "Mozilla/5.0 zgrab/0.x", Status: 200, Taken: 30, Computer: s.name})
		s.proxy["Ecp"] = append(s.proxy["Ecp"], ProxyRow{Time: at, ID: s.p.guid(), Build: s.build, Protocol: "Ecp", Host: s.host, Stem: "/ecp/Current/exporttool/microsoft.exchange.ediscovery.exporttool.application", Anchor: "ServerVersion~1942062522",
			Agent: "Mozilla/5.0 zgrab/0.x", Client: visitor, Server: s.name, Status: 200, BackEnd: 200, Method: "GET", Target: s.fqdn(), TargetVer: s.build.padded(), Routing: "IntraForest", Hint: "X-BEResource-Cookie"})
	})
	l.add("signed-in-anchor", "A signed-in administrator's request carries an anchor that names a server and a path.", nothingFound(), func(s *server) {
		s.proxy["Ecp"] = append(s.proxy["Ecp"], ProxyRow{Time: p.at("10:12:40"), ID: s.p.guid(), Build: s.build, Protocol: "Ecp", Host: s.host, Stem: "/ecp/default.aspx", AuthType: "FBA", User: `LAB\Administrator`, Anchor: "ServerInfo~" + s.fqdn() + "/ecp/default.aspx",
			Agent: browser, Client: "192.0.2.61", Server: s.name, Status: 200, BackEnd: 200, Method: "GET", Target: s.fqdn(), TargetVer: s.build.padded()})
	})
}

// administrators do what intruders do as well, with good reason.
func (l *lookalikes) administrators() {
	p := l.p
	l.add("mailbox-export", "An administrator gives himself the right to export and exports a mailbox to a share, as is done when somebody leaves.", nothingFound(), func(s *server) {
		s.cmdlet(p.at("09:30:00"), "New-ManagementRoleAssignment", `-Role "Mailbox Import Export" -User "Administrator"`, "")
		s.cmdlet(p.at("09:32:00"), "New-MailboxExportRequest", `-Mailbox "j.weiss" -FilePath "\\backup01\pst$\j.weiss.pst"`, "")
		s.cmdlet(p.at("10:32:00"), "Remove-MailboxExportRequest", `-Identity "j.weiss\MailboxExport"`, "")
	})
	l.add("new-certificate", "An administrator makes a certificate request for the server.", nothingFound(), func(s *server) {
		s.cmdlet(p.at("09:30:00"), "New-ExchangeCertificate", `-GenerateRequest "True" -RequestFile "\\mail01\c$\certs\mail.req" -SubjectName "CN=mail.lab.example"`, "")
	})
	l.add("virtual-directories", "An administrator sets the addresses of the virtual directories and makes one anew.", nothingFound(), func(s *server) {
		set := "/ecp/DDI/DDIService.svc/SetObject?schema=OABVirtualDirectory"
		s.web(request{at: p.at("11:00:00.400"), protocol: "Ecp", method: "POST", stem: "/ecp/DDI/DDIService.svc/SetObject", query: "schema=OABVirtualDirectory&msExchEcpCanary=x", user: `LAB\Administrator`, client: "192.0.2.61", agent: browser, status: 200})
		s.ecpCommand(p.at("11:00:00.300"), set, "Set-OabVirtualDirectory.ExternalUrl='https://mail.lab.example/OAB'.Identity='"+demoGUID+"'", "")
		s.management(p.at("11:00:00.310"), "Set-OabVirtualDirectory", `-ExternalUrl "https://mail.lab.example/OAB" -Identity "`+demoGUID+`"`, "ECP")
		s.management(p.at("11:10:00"), "Remove-OabVirtualDirectory", `-Identity "MAIL01\OAB (Default Web Site)"`, "Remote-ManagementShell-Unknown")
		s.management(p.at("11:10:09"), "New-OabVirtualDirectory", `-WebSiteName "Default Web Site" -Server "MAIL01"`, "Remote-ManagementShell-Unknown")
	})
}

// product is what Exchange and IIS themselves write, start and answer.
func (l *lookalikes) product() {
	p := l.p
	l.add("voice-mail", "Unified Messaging warns about a greeting and writes its logs and clean-up list.", nothingFound(), func(s *server) {
		s.application(p.at("06:00:00"), "MSExchange Unified Messaging", 1621, 3, "A voice mail greeting could not be read.")
		for _, name := range []string{"um.log", "grammar.cfg", "greeting.txt", "CacheCleanup.bin"} {
			s.created(p.at("06:01:00"), `C:\Program Files\Microsoft\Exchange Server\V15\bin\UMWorkerProcess.exe`, `C:\Program Files\Microsoft\Exchange Server\V15\UnifiedMessaging\temp\`+name, 5120)
		}
	})
	l.add("address-book", "The address book's download failed and left a temporary file in its own folder.", nothingFound(), func(s *server) {
		s.placed(exchangeDir+"Logging/OABGeneratorLog/OABGenerator20251112-1.log", oabLog(p.day, [2]string{"02:00:10.000", `C:\Program Files\Microsoft\Exchange Server\V15\ClientAccess\OAB\Temp\a.lzx`}))
	})
	l.add("static-files", "Browsers fetch pictures and scripts of the front end, and a scanner gets 404 for others.", nothingFound(), func(s *server) {
		s.visit(p.at("07:00:00"), "GET", "/owa/auth/15.2.1748/themes/resources/logon.css", "", "198.51.100.20", 200)
		s.visit(p.at("07:00:01"), "GET", "/owa/prem/15.2.1748.39/scripts/boot.worldwide.0.mouse.js", "", "198.51.100.20", 200)
		s.scan(p.at("11:02:10"), visitor, tool, 404, "/ecp/auth/x.js", "/ecp/main.js", "/ecp/default.flt")
	})
	l.add("compiler", "The web server compiles its pages, and an error page answers 500.", nothingFound(), func(s *server) {
		s.spawned(p.at("04:00:00"), `C:\Windows\Microsoft.NET\Framework64\v4.0.30319\csc.exe`, "csc.exe /noconfig")
		s.spawned(p.at("04:00:01"), `C:\Windows\Microsoft.NET\Framework64\v4.0.30319\cvtres.exe`, "cvtres.exe /NOLOGO")
		s.visit(p.at("04:00:02"), "GET", "/owa/auth/errorFE.aspx", "httpCode=500", "198.51.100.20", 200)
	})
	l.add("telephone", "Telephones synchronise; their query begins with Cmd=, and the pages of sign-in take what is typed.", nothingFound(), func(s *server) {
		s.web(request{at: p.at("07:00:00.100"), protocol: "Eas", method: "POST", stem: "/Microsoft-Server-ActiveSync/default.eas", query: "Cmd=Ping&User=k.brandt&DeviceId=APPL1&DeviceType=iPhone", user: `LAB\k.brandt`, client: "198.51.100.20", agent: "Apple-iPhone12C1/1803.73", status: 200})
		s.visit(p.at("07:00:01"), "GET", "/owa/auth/logon.aspx", "replaceCurrent=1&reason=2", "198.51.100.20", 200)
		s.visit(p.at("07:00:02"), "POST", "/owa/auth/ExpiredPassword.aspx", "", "198.51.100.20", 200)
		s.visit(p.at("07:00:03"), "GET", "/ecp/auth/TimeoutLogoff.aspx", "", "198.51.100.20", 200)
	})
	l.add("old-telephone", "An old telephone's user agent begins as the disguise of ProxyNotShell does; its query is what it seems.", nothingFound(), func(s *server) {
		s.web(request{at: p.at("07:00:00.100"), protocol: "Owa", method: "GET", stem: "/owa/", query: "layout=light&a=b", user: `LAB\k.brandt`, client: "198.51.100.20", agent: "UP Browser 6.1", status: 200})
	})
	l.add("update", "An update that an administrator started puts pages and programs where the server serves them.", nothingFound(), func(s *server) {
		for _, name := range []string{`FrontEnd\HttpProxy\owa\auth\logon.aspx`, `ClientAccess\ecp\default.aspx`, `FrontEnd\HttpProxy\owa\auth\errorFE.aspx`} {
			s.created(p.at("22:00:00"), `C:\Windows\System32\msiexec.exe`, `C:\Program Files\Microsoft\Exchange Server\V15\`+name, 4400)
		}
	})
}
