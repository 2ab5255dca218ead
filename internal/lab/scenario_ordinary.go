package lab

import (
	"fmt"
	"strings"
	"time"
)

// ordinaryScenarios are servers that nobody broke into, with what their
// owners, their products and the internet do to them.
func ordinaryScenarios() []Scenario {
	c := &chapter{chain: "ordinary"}
	ordinaryScans(c)
	ordinaryNames(c)
	ordinaryWork(c)
	ordinarySites(c)
	return c.list
}

// everything asks for all that scanners ask for and gives every answer the
// same status.
func (p play) everything(s *server, status int) {
	at := p.at("09:00:00")
	ask := func(method, stem, query, referer string) {
		at = at.Add(1300 * time.Millisecond)
		s.web(request{at: at, method: method, stem: stem, query: query, referer: referer, client: visitor, agent: "Mozilla/5.0 (compatible; Nuclei)", status: status})
	}
	for _, stem := range []string{"/.env", "/wp-login.php", "/phpmyadmin/index.php", "/manager/html", "/cgi-bin/test.cgi", "/actuator/health", "/.git/config", "/solr/admin/info/system", "/index.jsp", "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php"} {
		ask("GET", stem, "", "")
	}
	for _, stem := range []string{"/aspnet_client/shell.aspx", "/aspnet_client/discover.aspx", "/aspnet_client/supp0rt.aspx", "/owa/auth/8Lw7tAhF9i1pJnRo.aspx", "/owa/auth/OutlookEN.aspx", "/owa/auth/shel90.aspx", "/ecp/auth/one.aspx"} {
		ask("GET", stem, "", "")
		ask("POST", stem, "", "")
	}
	email := "Email=autodiscover/autodiscover.json%3F@probe.example"
	for _, inner := range []string{"/mapi/nspi/?&" + email, "/mapi/emsmdb/?" + email, "/powershell/?X-Rps-CAT=VgEAVAdX&" + email, "/EWS/Exchange.asmx?" + email} {
		ask("POST", "/autodiscover/autodiscover.json", "@probe.example"+inner, "")
	}
	ask("POST", "/owa/a%40probe.example/powershell", "", "")
	ask("POST", "/owa/calendar/a", "", "")
	ask("POST", "/ecp/x.js", "", "")
	ask("POST", "/owa/auth/x.js", "", "")
	ask("GET", "/ecp/default.aspx", "__VIEWSTATEGENERATOR=B97B4E27&__VIEWSTATE=%2FwEy", "")
	ask("POST", "/ecp/a@probe.example/RulesEditor/InboxRules.svc/NewObject", "msExchEcpCanary=x", "")
	ask("POST", "/_layouts/15/ToolPane.aspx", "DisplayMode=Edit&a=/ToolPane.aspx", "/_layouts/SignOut.aspx")
	ask("GET", "/_layouts/15/spinstall0.aspx", "", "")
	ask("GET", "/_layouts/16/ghostfile346.aspx", "", "")
}

func ordinaryScans(c *chapter) {
	p := play{day: "2025-11-18", build: Build{15, 2, 1748, 39}}
	for _, status := range []int{200, 302, 401, 403, 404, 500} {
		q := p
		q.acts = func(s *server) { p.everything(s, status) }
		name := fmt.Sprintf("everything-answered-%d", status)
		c.scanned(name, fmt.Sprintf("A scanner asks for everything, and something before the server answers %d to all of it: an answer shows nothing where every question gets the same.", status), q.evidence(whole))
		c.scanned(name+"-only-iis", "As before, with IIS alone.", q.evidence(only("iis")))
	}
}

// shellNames are names that public reports tie to web shells.
func shellNames() []string {
	return strings.Fields("aspnet_client/shell aspnet_client/discover aspnet_client/supp0rt aspnet_client/aspnet_www aspnet_client/xclkmcfldfi948398430fdjkfdkj owa/auth/8Lw7tAhF9i1pJnRo owa/auth/OutlookEN owa/auth/shel90 owa/auth/getpp owa/auth/fatal-erro owa/auth/log ecp/auth/one")
}

// scanned adds a scenario whose conclusion is an attempt with any outcome: the
// verdict must be attempted, and no chain more.
func (c *chapter) scanned(name, says string, files func() []File) {
	c.tell(KindBenign, name, says, files, ServerWant{Verdict: "attempted", Outcome: "*", Mild: true})
}

// ordinaryNames are scanners that ask for nothing but names of shells.
func ordinaryNames(c *chapter) {
	p := play{day: "2025-11-18", build: Build{15, 2, 1748, 39}}
	all := p
	all.acts = func(s *server) {
		for i, name := range shellNames() {
			s.visit(p.at("09:00:00").Add(time.Duration(i)*time.Second), "POST", "/"+name+".aspx", "", visitor, 200)
		}
	}
	c.tell(KindBenign, "all-names-answered", "A scanner asks for a dozen names of shells, and all of them are answered with 200: no server has them all.", all.evidence(whole), nothingFound())
	several := p
	several.acts = func(s *server) {
		for i, name := range shellNames()[:6] {
			s.visit(p.at("09:00:00").Add(time.Duration(i)*time.Hour), "POST", "/"+name+".aspx", "", "203.0.113."+number(10+i), 200)
		}
	}
	c.tell(KindPartial, "several-names-used", "Six pages that no product ships were each used by another address: a server that several groups found has as many.", several.evidence(whole), suspicious())
}

func ordinaryWork(c *chapter) {
	p := play{day: "2025-11-19", build: Build{15, 2, 1748, 39}}
	add := func(name, says string, want ServerWant, acts func(s *server)) {
		q := p
		q.acts = acts
		c.tell(KindBenign, name, says, q.evidence(whole), want)
	}
	add("migration", "Mailboxes are moved and exported to a share by night, with all rights that this asks for.", nothingFound(), func(s *server) {
		s.cmdlet(p.at("20:00:00"), "New-ManagementRoleAssignment", `-Role "Mailbox Import Export" -SecurityGroup "Migration"`, "")
		for i := range 30 {
			at := p.at("20:10:00").Add(time.Duration(i) * time.Minute)
			s.cmdlet(at, "New-MailboxExportRequest", fmt.Sprintf(`-Mailbox "user%d" -FilePath "\\files01\pst$\user%d.pst"`, i, i), "")
			s.cmdlet(at.Add(time.Second), "New-MoveRequest", fmt.Sprintf(`-Identity "user%d" -TargetDatabase "DB02"`, i), "")
		}
		s.cmdlet(p.at("23:00:00"), "Remove-MailboxExportRequest", `-Confirm "False" -Identity "user1\MailboxExport"`, "")
	})
	add("impersonation", "A backup and a customer database read all mailboxes on behalf of their owners, as they were given the right to.", nothingFound(), func(s *server) {
		s.cmdlet(p.at("08:00:00"), "New-ManagementRoleAssignment", `-Name "crm" -Role "ApplicationImpersonation" -User "svc-crm"`, "")
		for i := range 60 {
			s.web(request{at: p.at("08:10:00").Add(time.Duration(i) * time.Minute), protocol: "Ews", method: "POST", stem: "/EWS/Exchange.asmx", user: `LAB\svc-crm`, client: "192.0.2.44", agent: "ExchangeServicesClient/15.00.0913.015", status: 200})
		}
	})
	add("certificate", "A certificate is asked for and put in place.", nothingFound(), func(s *server) {
		s.cmdlet(p.at("10:00:00"), "New-ExchangeCertificate", `-GenerateRequest "True" -RequestFile "\\files01\certs\mail.req" -SubjectName "CN=mail.lab.example"`, "")
		s.cmdlet(p.at("10:30:00"), "Enable-ExchangeCertificate", `-Services "IIS, SMTP" -Thumbprint "5113AE0233A72FCCB75B1D0198628675333D010E"`, "")
	})
	add("helpdesk", "The helpdesk makes accounts and puts people into groups.", nothingFound(), func(s *server) {
		for i := range 5 {
			s.security(p.at("09:00:00").Add(time.Duration(i)*time.Minute), 4720, 13824, append([]NamedValue{Named("TargetUserName", "new.user"+number(i)), Named("TargetDomainName", s.netbios), user("TargetSid", s.sid(2200+i))}, s.subject("helpdesk", 1190)...)...)
		}
		s.security(p.at("09:10:00"), 4756, 13826, append([]NamedValue{Named("MemberName", "CN=n"), user("MemberSid", s.sid(2201)), Named("TargetUserName", "Recipient Management"), Named("TargetDomainName", s.netbios), user("TargetSid", s.sid(1120))}, s.subject("helpdesk", 1190)...)...)
		s.cmdlet(p.at("09:12:00"), "Set-Mailbox", `-Identity "n.new" -ForwardingAddress "team@lab.example"`, "")
	})
	add("monitoring", "Monitoring of two makers, a load balancer and Exchange itself ask all day; one of them signs in.", nothingFound(), func(s *server) {
		for i := range 200 {
			at := p.at("00:05:00").Add(time.Duration(i) * 7 * time.Minute)
			s.web(request{at: at, protocol: "Owa", method: "GET", stem: "/owa/healthcheck.htm", client: "192.0.2.250", agent: "-", status: 200})
			s.web(request{at: at.Add(time.Second), protocol: "Ecp", method: "GET", stem: "/ecp/", client: "192.0.2.30", agent: "Mozilla/5.0 (compatible; PRTG Network Monitor (www.paessler.com); Windows)", status: 302})
			s.web(request{at: at.Add(2 * time.Second), protocol: "Owa", method: "POST", stem: "/owa/auth.owa", client: "192.0.2.30", agent: "Zabbix", status: 302})
			s.web(request{at: at.Add(3 * time.Second), protocol: "PowerShell", method: "POST", stem: "/powershell/", query: "clientApplication=ActiveMonitor;PSVersion=5.1", user: `LAB\HealthMailbox6f41`, client: "::1", agent: "AMProbe/Local/ClientAccess", status: 200})
			s.remoteShell(at.Add(3*time.Second), `LAB\HealthMailbox6f41`, "::1", "Exchange BackEnd Probes", "?clientApplication=ActiveMonitor;PSVersion=5.1", 200)
		}
	})
	add("antivirus-and-update", "A scanner for mail, a sensor and an update of Exchange work on the server.", nothingFound(), func(s *server) {
		s.start(process{at: p.at("02:00:00"), image: `C:\ExchangeSetup\Setup.exe`, command: `Setup.exe /m:upgrade /IAcceptExchangeServerLicenseTerms`, parent: system32 + "cmd.exe", user: `LAB\admin`, pid: 4100, ppid: 4000})
		for _, name := range []string{`FrontEnd\HttpProxy\owa\auth\logon.aspx`, `FrontEnd\HttpProxy\owa\auth\signout.aspx`, `FrontEnd\HttpProxy\ecp\auth\TimeoutLogoff.aspx`, `ClientAccess\ecp\default.aspx`, `ClientAccess\owa\prem\15.2.1748.39\default.aspx`} {
			s.created(p.at("02:20:00"), `C:\ExchangeSetup\Setup\ServerRoles\Common\ExSetupUI.exe`, `C:\Program Files\Microsoft\Exchange Server\V15\`+name, 4300)
		}
		s.spawned(p.at("02:40:00"), `C:\Windows\Microsoft.NET\Framework64\v4.0.30319\csc.exe`, `csc.exe /noconfig @"C:\Windows\TEMP\b1.cmdline"`)
		s.start(process{at: p.at("02:40:01"), image: `C:\Windows\Microsoft.NET\Framework64\v4.0.30319\cvtres.exe`, command: `cvtres.exe /NOLOGO /READONLY`, parent: `C:\Windows\Microsoft.NET\Framework64\v4.0.30319\csc.exe`, user: authority, pid: 9100, ppid: 9012})
		s.spawned(p.at("02:41:00"), system32+"WerFault.exe", `C:\Windows\system32\WerFault.exe -u -p 6832 -s 3520`)
		s.created(p.at("03:00:00"), `C:\Program Files\Backup\agent.exe`, `C:\ProgramData\Backup\catalog\2025-11-19.zip`, 5200)
		s.created(p.at("03:00:10"), `C:\Program Files\VMware\VMware Tools\vmtoolsd.exe`, `C:\ProgramData\VMware\VMware Tools\vss_manifests.zip`, 5300)
		s.start(process{at: p.at("03:10:00"), image: `C:\Program Files\Backup\agent.exe`, command: `agent.exe --vss create --volume C:`, parent: system32 + "services.exe", user: authority, pid: 5204, ppid: 628})
	})
	add("own-sign-in-page", "The sign-in page has the town's picture, and a page for forgotten passwords that only shows a text lies beside it and is asked for often.", nothingFound(), func(s *server) {
		s.placed("Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth/forgotten.aspx", []byte("<%@ Page Language=\"C#\" %>\r\n<html><body><h1>Forgotten password</h1><p>Call 1234. <%= DateTime.Now.Year %></p></body></html>\r\n"))
		for i := range 40 {
			s.visit(p.at("06:00:00").Add(time.Duration(i)*20*time.Minute), "GET", "/owa/auth/forgotten.aspx", "lang=de", "198.51.100."+number(10+i), 200)
			s.visit(p.at("06:00:30").Add(time.Duration(i)*20*time.Minute), "GET", "/owa/auth/forgotten.aspx", "", "198.51.100."+number(10+i), 200)
		}
		s.scan(p.at("12:02:02"), visitor, "Mozilla/5.0 zgrab/0.x", 404, "/owa/auth/shel90.aspx", "/aspnet_client/discover.aspx")
	})
	add("remote-administration", "Administrators work through remote PowerShell with tools of their own, from a script and from another server.", nothingFound(), func(s *server) {
		for i, info := range []string{"Microsoft WinRM Client", "Python PSRP Client", "Ruby WinRM Client", "MgmtTool/2.1"} {
			at := p.at("11:00:00").Add(time.Duration(i) * time.Minute)
			s.web(request{at: at, protocol: "PowerShell", method: "POST", stem: "/powershell/", query: "PSVersion=5.1.17763.1", user: `LAB\admin`, client: "192.0.2.33", agent: info, status: 200})
			s.remoteShell(at, "admin@"+labDomain, "192.0.2.33", info, "?PSVersion=5.1.17763.1", 200)
		}
	})
	add("virtual-directories-made-anew", "A directory is removed, made anew and given its addresses, for mail and for the control panel.", nothingFound(), func(s *server) {
		for i, cmd := range []string{"Remove-OabVirtualDirectory", "New-OabVirtualDirectory", "Set-OabVirtualDirectory", "Set-EcpVirtualDirectory", "Set-OwaVirtualDirectory"} {
			at := p.at("13:00:00").Add(time.Duration(i*2) * time.Second)
			args := `-Identity "MAIL01\X (Default Web Site)"`
			if strings.HasPrefix(cmd, "Set") {
				args += ` -ExternalUrl "https://mail.lab.example/x" -InternalUrl "https://mail01.lab.example/x"`
			}
			s.management(at, cmd, args, "Remote-ManagementShell-Unknown")
			s.ecpCommand(at, "/ecp/DDI/DDIService.svc/SetObject?schema=OABVirtualDirectory&msExchEcpCanary=a", cmd+".ExternalUrl='https://mail.lab.example/x'.Identity='"+demoGUID+"'", "")
		}
	})
}

func ordinarySites(c *chapter) {
	p := play{day: "2025-11-20", sharepoint: true}
	add := func(name, says string, want ServerWant, acts func(s *server)) {
		q := p
		q.acts = acts
		c.tell(KindBenign, name, says, q.evidence(whole), want)
	}
	add("php-application", "An application in PHP lies below IIS: a front controller, uploads, exports, and a picture converter that the web server starts.", cannotTell(), func(s *server) {
		s.placed("inetpub/wwwroot/erp/index.php", []byte("<?php\n$c = isset($_GET['c']) ? preg_replace('/[^a-z]/', '', $_GET['c']) : 'home';\nrequire 'controllers/' . $c . '.php';\n$class = ucfirst($c) . 'Controller';\n$o = new $class();\ncall_user_func_array(array($o, $_GET['m']), array_slice($_GET, 2));\n"))
		s.placed("inetpub/wwwroot/erp/upload.php", []byte("<?php\nsession_start();\nif (empty($_SESSION['user'])) { exit; }\n$n = md5(uniqid()) . '.jpg';\nmove_uploaded_file($_FILES['photo']['tmp_name'], __DIR__ . '/data/' . $n);\necho $n;\n"))
		for i := range 300 {
			at := p.at("06:00:00").Add(time.Duration(i) * 2 * time.Minute)
			s.web(request{at: at, method: "POST", stem: "/erp/index.php", query: "c=orders&m=save&id=" + number(i), user: `LAB\k.brandt`, client: "192.0.2.60", agent: browser, status: 200})
			s.web(request{at: at.Add(time.Second), method: "POST", stem: "/erp/upload.php", user: `LAB\k.brandt`, client: "192.0.2.60", agent: browser, status: 200})
		}
		s.spawned(p.at("09:00:01"), `C:\Program Files\ImageMagick\magick.exe`, `magick.exe convert a.jpg -resize 200 b.jpg`)
	})
	add("own-tool-pages", "An administrator's pages ping a host and convert a document with fixed programs; the web server starts them beside the requests.", cannotTell(), func(s *server) {
		s.placed("inetpub/wwwroot/tools/ping.aspx", []byte("<%@ Page Language=\"C#\" %>\r\n<script runat=\"server\">\r\nvoid Go(object s, EventArgs e) {\r\n  var p = new System.Diagnostics.ProcessStartInfo(\"ping.exe\", \"-n 2 \" + host.Text) { UseShellExecute = false, RedirectStandardOutput = true };\r\n  using (var x = System.Diagnostics.Process.Start(p)) o.Text = Server.HtmlEncode(x.StandardOutput.ReadToEnd());\r\n}\r\n</script><form runat=\"server\"><asp:TextBox id=\"host\" runat=\"server\"/><asp:Button runat=\"server\" OnClick=\"Go\"/><asp:Literal id=\"o\" runat=\"server\"/></form>\r\n"))
		for i := range 6 {
			at := p.at("09:00:00").Add(time.Duration(i) * 40 * time.Minute)
			s.web(request{at: at, method: "POST", stem: "/tools/ping.aspx", user: `LAB\admin`, client: "192.0.2.33", agent: browser, status: 200})
			s.spawned(at.Add(100*time.Millisecond), system32+"PING.EXE", `ping.exe -n 2 mail01`)
		}
	})
	add("application-given-commands", "A scanner puts commands into the address of a page that people use all day, and it answers as it always does.", cannotTell(), func(s *server) {
		for i := range 200 {
			s.visit(p.at("07:00:00").Add(time.Duration(i)*3*time.Minute), "GET", "/shop/item.aspx", "id="+number(i), "198.51.100."+number(i%90), 200)
		}
		for i, q := range []string{"id=whoami", "cmd=cmd.exe+/c+dir", "id=1%7Cipconfig"} {
			s.visit(p.at("12:00:00").Add(time.Duration(i)*time.Second), "GET", "/shop/item.aspx", q, visitor, 200)
		}
	})
	add("sharepoint-solution", "A solution with pages of its own is deployed, edited and used all day.", cannotTell(), func(s *server) {
		for _, name := range []string{`TownForms\Approve.aspx`, `TownForms\List.aspx`} {
			s.created(p.at("07:00:00"), `C:\Program Files\Common Files\Microsoft Shared\Web Server Extensions\16\BIN\OWSTIMER.EXE`, `C:\Program Files\Common Files\Microsoft Shared\Web Server Extensions\16\TEMPLATE\LAYOUTS\`+name, 3300)
		}
		for i := range 100 {
			at := p.at("08:00:00").Add(time.Duration(i) * 5 * time.Minute)
			s.web(request{at: at, method: "POST", stem: "/_layouts/15/TownForms/Approve.aspx", query: "ID=" + number(i), user: `LAB\k.brandt`, client: "192.0.2.60", agent: browser, status: 200})
			s.web(request{at: at.Add(time.Second), method: "POST", stem: "/_layouts/15/ToolPane.aspx", query: "DisplayMode=Edit&ToolPane=1", user: `LAB\k.brandt`, client: "192.0.2.60", agent: browser, referer: "https://intranet.lab.example/sites/rathaus/SitePages/Home.aspx", status: 200})
		}
	})
	add("add-on-of-iis", "A page of a load balancer's maker is asked for every ten seconds, and answers.", cannotTell(), func(s *server) {
		s.placed("inetpub/wwwroot/aspnet_client/alive.aspx", []byte("<%@ Page Language=\"C#\" %>\r\n<% Response.Write(System.Environment.MachineName + \" ok\"); %>\r\n"))
		for i := range 1000 {
			s.visit(p.at("01:00:00").Add(time.Duration(i)*10*time.Second), "GET", "/aspnet_client/alive.aspx", "", "192.0.2.250", 200)
		}
		s.scan(p.at("12:02:02"), visitor, "Mozilla/5.0 zgrab/0.x", 404, "/aspnet_client/discover.aspx")
	})
}
