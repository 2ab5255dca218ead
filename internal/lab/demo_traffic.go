package lab

import (
	"time"
)

// people are the staff of the town hall with their computers and telephones.
type person struct {
	login, agent, phone string
	rid                 int
}

func people() []person {
	const edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.150 Safari/537.36 Edg/88.0.705.63"
	const firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:85.0) Gecko/20100101 Firefox/85.0"
	return []person{
		{"k.brandt", edge, "Apple-iPhone12C1/1803.73", 1131}, {"m.oezdemir", edge, "", 1132}, {"a.lindqvist", firefox, "Android-SAMSUNG-SM-A515F/10.0", 1133},
		{"buergerbuero", edge, "", 1134}, {"standesamt", firefox, "", 1135}, {"j.weiss", edge, "Apple-iPhone10C6/1802.53", 1136}, {"kaemmerei", edge, "", 1137},
		{"b.müller", firefox, "Apple-iPad11C3/1803.73", 1138},
	}
}

// ordinary writes what the server does on a working day when nothing happens:
// at night only probes, few things at the weekend. share is how busy it is.
func (s *server) ordinary(day time.Time, share int) {
	p := s.p
	weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
	for hour := 0; hour < 24; hour += 4 { // the server's own monitoring
		at := day.Add(time.Duration(hour)*time.Hour + time.Duration(p.below(3000))*time.Second)
		s.web(request{at: at, method: "GET", stem: "/owa/healthcheck.htm", client: "127.0.0.1", agent: "AMProbe/Local/ClientAccess", status: 200, host: "localhost", taken: 1})
		s.web(request{at: at.Add(7 * time.Second), protocol: "Autodiscover", method: "POST", stem: "/autodiscover/autodiscover.xml", user: s.netbios + `\HealthMailbox7c1`, client: "::1",
			agent: "AMProbe/Local/ClientAccess", status: 200, host: "localhost"})
	}
	work := func() time.Time { // business hours in Central Europe, most in the morning
		return day.Add(7*time.Hour - 30*time.Minute + time.Duration(min(p.below(33000), p.below(37000)))*time.Second + time.Duration(p.below(1000))*time.Millisecond)
	}
	for i, who := range people() {
		if weekend && i%3 != 0 || i >= share {
			continue
		}
		name := s.netbios + `\` + who.login
		home := "198.51.100." + number(20+i*3)
		desk := "192.0.2." + number(60+i)
		s.logon(work(), who.login, who.rid, 3, desk)
		if !weekend {
			at := work()
			s.web(request{at: at, protocol: "Owa", method: "GET", stem: "/owa/auth/logon.aspx", query: "replaceCurrent=1&url=https%3a%2f%2f" + s.host + "%2fowa%2f", client: desk, agent: who.agent, status: 200})
			s.web(request{at: at.Add(9 * time.Second), method: "POST", stem: "/owa/auth.owa", user: name, client: desk, agent: who.agent, status: 302})
			for j := range 2 + p.below(3) {
				s.web(request{at: at.Add(time.Duration(12+20*j) * time.Second), protocol: "Owa", method: "POST", stem: "/owa/service.svc", query: "action=GetConversationItems&EP=1&ID=-" + number(20+j) + "&AC=1",
					user: name, client: desk, agent: who.agent, status: 200})
			}
			s.mail(at.Add(3*time.Minute), who.login)
		}
		if who.phone == "" {
			continue
		}
		for range 3 {
			query := "Cmd=" + []string{"Sync", "Ping", "FolderSync"}[p.below(3)] + "&User=" + who.login + "&DeviceId=ApplDNPZ" + number(who.rid) + "&DeviceType=iPhone"
			s.web(request{at: work().Add(time.Duration(p.below(4)) * time.Hour), protocol: "Eas", method: "POST", stem: "/Microsoft-Server-ActiveSync/default.eas", query: query, user: name, client: home, agent: who.phone, status: 200})
		}
	}
	s.background(day)
}

// background are the day's events of the system itself.
func (s *server) background(day time.Time) {
	p := s.p
	for hour := 1; hour < 24; hour += 6 {
		at := day.Add(time.Duration(hour)*time.Hour + time.Duration(p.below(3500))*time.Second)
		s.logon(at, s.name+"$", 1001, 3, "::1")
		s.service(at.Add(time.Second), "WinHTTP Web Proxy Auto-Discovery Service", []string{"running", "stopped"}[p.below(2)])
		s.start(process{at: at.Add(2 * time.Second), image: `C:\Windows\System32\svchost.exe`, command: `C:\Windows\system32\svchost.exe -k netsvcs -p -s wlidsvc`, parent: `C:\Windows\System32\services.exe`,
			user: `NT AUTHORITY\SYSTEM`, pid: 3000 + p.below(900)*4, ppid: 628})
		s.application(at.Add(3*time.Second), "MSExchange ADAccess", 2080, 4, "MSExchangeHMWorker.exe (PID="+number(4000+p.below(999))+")", "dc01."+s.domain+"\tCDG 1 7 7 1 0 1 1 7 1")
	}
	at := day.Add(4*time.Hour + time.Duration(p.below(1200))*time.Second)
	s.start(process{at: at, image: `C:\Windows\Microsoft.NET\Framework64\v4.0.30319\csc.exe`, command: `"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\csc.exe" /noconfig /fullpaths @"C:\Windows\TEMP\` + number(p.below(99999)) + `.cmdline"`,
		parent: `C:\Windows\System32\inetsrv\w3wp.exe`, user: `NT AUTHORITY\SYSTEM`, pid: 9012, ppid: 6832})
	s.management(at.Add(time.Hour), "Get-MailboxStatistics", `-Server "`+s.name+`"`, "Remote-ManagementShell-Unknown")
	s.ecpCommand(day.Add(9*time.Hour+time.Duration(p.below(9000))*time.Second), "/ecp/UsersGroups/Mailboxes.svc/GetList", "Get-Recipient.ResultSize='500'.RecipientTypeDetails=('UserMailbox')", "")
	s.shells = append(s.shells, ShellRequest{Time: at.Add(time.Hour), ID: p.guid(), Build: s.build, Host: s.fqdn(), User: "backup@" + s.domain, Client: "192.0.2.40", Server: s.name, Status: 200, Bytes: 2100, Taken: 90, ClientInfo: "Microsoft WinRM Client"})
	s.cmdlets = append(s.cmdlets, Cmdlet{Time: at.Add(time.Hour), ID: p.guid(), Build: s.build, Server: s.name, User: "backup@" + s.domain, SID: s.sid(1180), Application: "PowerShell", Name: "Get-MailboxStatistics", Parameters: `-Server "` + s.name + `"`, Taken: 310})
	s.refused = append(s.refused, WebRow{Time: day.Add(time.Duration(p.below(86000)) * time.Second), Client: "198.51.100." + number(1+p.below(250)), ClientPort: 40000 + p.below(9999), Server: s.addr, Port: 443,
		Method: "GET", Stem: "/", Status: 400, Reason: "Timer_ConnectionIdle"})
}

func (s *server) mail(at time.Time, login string) {
	g := s.p.guid()
	s.mails = append(s.mails, Mail{Time: at, Client: s.addr, ClientHost: s.name, ServerHost: s.name, Context: "08D8D2A1;2021, MessageClass:IPM.Note", Source: "STOREDRIVER", Event: "DELIVER", ID: "<" + g.String() + "@" + s.domain + ">",
		Recipient: "post@kreis-seeland.example", Sender: login + "@" + s.domain, Subject: "Sitzung am " + at.Format("02.01."), Size: 9000 + s.p.below(90000), Direction: "Originating", LogID: g, Build: s.build, Traffic: "Email"})
}

// scan is a visitor who asks for pages that are not there.
func (s *server) scan(at time.Time, client, agent string, status int, stems ...string) {
	for i, stem := range stems {
		s.web(request{at: at.Add(time.Duration(i*730) * time.Millisecond), method: "GET", stem: stem, client: client, agent: agent, status: status})
	}
}
