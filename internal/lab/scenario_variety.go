package lab

import (
	"strings"
	"time"
)

// varietyScenarios are intrusions that differ from the well known ones in what
// an intruder is free to choose: names, places, letter case, order of
// parameters, the directory that is abused, the language of the page.
func varietyScenarios() []Scenario {
	c := &chapter{chain: "variety"}
	varietyLogon(c)
	varietyShell(c)
	varietyPages(c)
	varietySharePoint(c)
	return c.list
}

func varietyLogon(c *chapter) {
	p := play{day: "2021-03-04", build: Build{15, 1, 2106, 2}}
	add := func(name, says string, keep func(string) bool, want ServerWant, acts func(s *server)) {
		q := p
		q.acts = acts
		c.tell(KindFull, name, says, q.evidence(keep), want)
	}
	first, mapi, reset := "02:14:07.412", "02:14:08.935", "02:14:18.775"
	won := func(grade, deepest string) ChainWant {
		return p.won("proxylogon", grade, deepest, first, mapi, reset, intruder)
	}
	add("logon-letter-case", "The paths are written in other letter case, which neither front nor back end minds.", only("httpproxy"), compromised(won("compromised", "object-reset")), func(s *server) {
		p.logonSSRF(s, first, "/AutoDiscover/Autodiscover.xml?", 200, mapi, "/MAPI/EmsMdb/?", 200, "02:14:10.118", "/ECP/ProxyLogon.ECP?", 241,
			"02:14:15.231", "/ECP/ddi/ddiservice.svc/setobject?MSEXCHECPCANARY=pT9dN2xv.&Schema=OABVirtualDirectory", 200,
			reset, "/ECP/ddi/ddiservice.svc/setobject?MSEXCHECPCANARY=pT9dN2xv.&Schema=ResetOABVirtualDirectory", 200)
	})
	add("logon-parameter-order", "The parameters of the object service stand in the other order.", only("httpproxy"), compromised(won("compromised", "object-reset")), func(s *server) {
		p.logonSSRF(s, first, pathDiscover, 200, mapi, pathMapi, 200, "02:14:10.118", pathLogin, 241,
			"02:14:12.604", "/ecp/DDI/DDIService.svc/GetObject?schema=OABVirtualDirectory&msExchEcpCanary=pT9dN2xv.", 200,
			"02:14:15.231", "/ecp/DDI/DDIService.svc/SetObject?schema=OABVirtualDirectory&msExchEcpCanary=pT9dN2xv.", 200,
			reset, "/ecp/DDI/DDIService.svc/SetObject?schema=ResetOABVirtualDirectory&msExchEcpCanary=pT9dN2xv.", 200)
	})
	add("logon-parameter-order-unreset", "As before, without the reset: the directory was changed through the bypass.", only("httpproxy"),
		compromised(p.won("proxylogon", "exploited", "object-set", first, mapi, "02:14:15.231", intruder)), func(s *server) {
			p.logonSSRF(s, first, pathDiscover, 200, mapi, pathMapi, 200, "02:14:10.118", pathLogin, 241,
				"02:14:15.231", "/ecp/DDI/DDIService.svc/SetObject?schema=OABVirtualDirectory&msExchEcpCanary=pT9dN2xv.", 200)
		})
	for _, dir := range []string{"Ecp", "Owa", "PowerShell", "WebServices", "ActiveSync"} {
		set := "Set-" + dir + "VirtualDirectory"
		add("logon-directory-"+strings.ToLower(dir), "Another virtual directory's internal address was set to script.", only("management", "ecp"),
			compromised(p.won("proxylogon", "compromised", "script-set", "02:14:15.002", "02:14:15.002", "02:14:15.010")), func(s *server) {
				address := "http://o/" + shellScript(demoKey)
				s.ecpCommand(p.at("02:14:15.002"), ddi("SetObject", strings.ToUpper(dir)+"VirtualDirectory"), set+".InternalUrl='"+address+"'.Identity='"+demoGUID+"'", "")
				s.management(p.at("02:14:15.010"), set, `-InternalUrl "`+address+`" -Identity "`+demoGUID+`"`, "ECP")
			})
	}
	add("logon-other-quotes", "The management log quotes with single quotes, and the script stands between percent signs.", only("management"),
		compromised(p.won("proxylogon", "compromised", "script-set", "02:14:15.010", "02:14:15.010", "02:14:15.010")), func(s *server) {
			s.management(p.at("02:14:15.010"), "Set-OabVirtualDirectory", "-ExternalUrl 'http://ooo/#"+turned("<% riny(Erdhrfg[\"x\"],\"hafnsr\") %>")+"' -Identity '"+demoGUID+"'", "ECP")
		})
	add("logon-dump-of-control-panel", "The page is the dump of the control panel's directory, in a folder of themes.", only("files"),
		compromised(p.won("proxylogon", "compromised", "shell-file", "02:14:15", "02:14:15", "02:14:15"), p.won("webshell", "compromised", "shell-file", "02:14:15", "02:14:15", "02:14:15")), func(s *server) {
			dump := strings.NewReplacer("OAB (Default Web Site)", "ecp (Default Web Site)", "msExchOABVirtualDirectory", "msExchECPVirtualDirectory", "ExternalUrl ", "InternalUrl ", "InternalUrl ", "ExternalUrl ").
				Replace(string(vdirDump(s, "http://g/"+shellScript(demoKey), demoGUID, p.at("02:14:15"))))
			s.placed("Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth/Current/themes/resources/logo2.aspx", []byte(dump))
		})
	add("logon-mail-other-case", "Mail was read through the bypass, with the service's path in small letters and its own port.", only("httpproxy"),
		compromised(p.won("proxylogon", "exploited", "mail-read", first, "02:14:09.500", "02:15:09.500", intruder)), func(s *server) {
			p.logonSSRF(s, first, pathDiscover, 200, "02:14:09.500", "/ews/exchange.asmx?", 200, "02:15:09.500", "/EWS/Exchange.asmx?", 200)
		})
}

func varietyShell(c *chapter) {
	p := play{day: "2021-08-21", build: Build{15, 1, 2242, 4}}
	add := func(name, says string, keep func(string) bool, want ServerWant, acts func(s *server)) {
		q := p
		q.acts = acts
		c.tell(KindFull, name, says, q.evidence(keep), want)
	}
	const token = "X-Rps-CAT=VgEAVAdXaW5kb3dzQwBBCEtlcmJlcm9z"
	// bare is the request with the e-mail in the cookie: neither the query
	// nor the back end's row holds it.
	bare := func(s *server, at, inner string) {
		path, query, _ := strings.Cut(inner, "?")
		s.web(request{at: p.at(at), protocol: "Autodiscover", method: "POST", stem: "/autodiscover/autodiscover.json", query: "@evil.example" + path + "?" + query, cookie: "Email=autodiscover/autodiscover.json?@evil.example",
			client: intruder, agent: tool, status: 200, inner: path + "?" + query, as: `NT AUTHORITY\SYSTEM`})
		if query != "" {
			s.remoteShell(p.at(at), `LAB\Administrator`, intruder, psrp, "?"+query, 200)
		}
	}
	cookie := func(s *server) {
		bare(s, "03:20:05.120", "/mapi/emsmdb")
		bare(s, "03:20:20.340", "/powershell/?"+token)
	}
	opened := p.won("proxyshell", "exploited", "backend-answered", "03:20:05.120", "03:20:20.340", "03:20:20.340", intruder)
	add("shell-email-in-cookie", "The e-mail stands in the cookie, so only the token shows what the request was.", whole, compromised(opened), cookie)
	add("shell-email-in-cookie-only-rps-http", "Remote PowerShell answered somebody outside who brought a token in the address.", only("rps-http"),
		compromised(p.won("proxyshell", "exploited", "backend-answered", "03:20:20.340", "03:20:20.340", "03:20:20.340", intruder)), cookie)
	add("shell-letter-case", "Paths and parameters are written in other letter case, the at sign behind a percent sign.", whole, compromised(opened), func(s *server) {
		for _, x := range [][2]string{{"03:20:05.120", "/MAPI/EmsMdb/?"}, {"03:20:20.340", "/PowerShell/?X-RPS-CAT=VgEAVAdX&"}} {
			path, query, _ := strings.Cut(x[1], "?")
			email := query + "EMAIL=Autodiscover/Autodiscover.json%3F%40evil.example"
			s.web(request{at: p.at(x[0]), protocol: "Autodiscover", method: "POST", stem: "/AutoDiscover/AutoDiscover.json", query: "%40evil.example" + path + "?" + email, client: intruder, agent: tool, status: 200, inner: path + "?" + email, as: `NT AUTHORITY\SYSTEM`})
			if query != "" {
				s.remoteShell(p.at(x[0]), `LAB\Administrator`, intruder, "Microsoft WinRM Client", "?"+email, 200)
			}
		}
	})
	for _, x := range [][2]string{
		{"owa-auth", `-Mailbox 'a' -FilePath '\\localhost\C$\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth\Logout2.aspx'`},
		{"other-drive", `-Mailbox "a" -FilePath "\\mail01\e$\Exchange\FrontEnd\HttpProxy\ecp\auth\t.ashx"`},
		{"no-quotes", `-Mailbox:a -IncludeFolders:#Drafts# -FilePath:\\127.0.0.1\c$\inetpub\wwwroot\aspnet_client\a.aspx -ContentFilter:x`},
		{"asmx", `-Mailbox "a" -FilePath "\\127.0.0.1\ADMIN$\..\inetpub\wwwroot\a.asmx" -ExcludeDumpster "True"`},
	} {
		add("shell-export-"+x[0], "The export goes to another page, path and ending.", only("management", "rps-cmdlet"),
			compromised(p.won("proxyshell", "compromised", "export-page", "03:20:40.250", "03:20:40.250", "03:20:40.258")), func(s *server) {
				s.cmdlet(p.at("03:20:40.250"), "New-MailboxExportRequest", x[1], "")
			})
	}
	add("shell-get-behind-proxy", "A load balancer stands before the server, so all requests have its address; the page is used by parameters in the address.", whole,
		compromised(p.won("proxyshell", "compromised", "shell-file", "03:20:05.120", "03:20:20.340", "03:20:40.258", "192.0.2.250"),
			p.won("webshell", "compromised", "shell-file", "03:20:52.110", "03:20:52.110", "03:22:10.700", "192.0.2.250")), func(s *server) {
			behind := p
			behind.confuse(s, "03:20:05.120", "POST", "/mapi/emsmdb", 200)
			behind.shellCommands(s, "03:20:20.340", "03:20:40.160")
			p.exported(s, "")
			s.shareWrite(p.at("03:20:52.110"), `inetpub\wwwroot\aspnet_client\tkevsn.aspx`)
			s.placed("inetpub/wwwroot"+exportPage, pstShell("cmd"))
			s.visit(p.at("03:22:10.700"), "GET", exportPage, "cmd=Response.Write(1)", intruder, 200)
			s.throughProxy("192.0.2.250")
		})
}

// throughProxy gives all requests the address of a load balancer.
func (s *server) throughProxy(addr string) {
	for _, list := range [][]WebRow{s.front, s.back} {
		for i := range list {
			if !strings.HasPrefix(list[i].Client, "fe80:") {
				list[i].Forwarded, list[i].Client = list[i].Client, addr
			}
		}
	}
	for _, rows := range s.proxy {
		for i := range rows {
			rows[i].Client = addr
		}
	}
	for i := range s.shells {
		s.shells[i].Client = addr
	}
}

func varietyPages(c *chapter) {
	p := play{day: "2024-05-14", build: Build{15, 2, 1544, 9}}
	add := func(name, says string, keep func(string) bool, want ServerWant, acts func(s *server)) {
		q := p
		q.acts = acts
		c.tell(KindFull, name, says, q.evidence(keep), want)
	}
	used := func(s *server, stem string) {
		s.visit(p.at("12:01:30"), "GET", stem, "", intruder, 200)
		s.visit(p.at("12:02:00"), "POST", stem, "", intruder, 200)
		s.visit(p.at("12:02:30"), "POST", stem, "", intruder, 200)
	}
	shell := func(last string, from ...string) ServerWant {
		return compromised(p.won("webshell", "compromised", "shell-file", "12:01:30", "12:01:30", last, from...))
	}
	const exchange = "Program Files/Microsoft/Exchange Server/V15/"
	for _, x := range []struct{ name, disk, stem string }{
		{"themes", exchange + "FrontEnd/HttpProxy/owa/auth/Current/themes/resources/lgnleft.aspx", "/owa/auth/Current/themes/resources/lgnleft.aspx"},
		{"version-folder", exchange + "FrontEnd/HttpProxy/owa/auth/15.2.1544/scripts/premium/fexppw.aspx", "/owa/auth/15.2.1544/scripts/premium/fexppw.aspx"},
		{"control-panel", exchange + "FrontEnd/HttpProxy/ecp/auth/w.aspx", "/ecp/auth/w.aspx"},
		{"oab", exchange + "FrontEnd/HttpProxy/OAB/log.aspx", "/OAB/log.aspx"},
		{"system-web-version", "inetpub/wwwroot/aspnet_client/system_web/4_0_30319/update.aspx", "/aspnet_client/system_web/4_0_30319/update.aspx"},
		{"client-access", exchange + "ClientAccess/Owa/prem/15.2.1544.9/a.aspx", "/owa/prem/15.2.1544.9/a.aspx"},
		{"site-folder", "inetpub/wwwroot/intranet/img/thumb.aspx", "/intranet/img/thumb.aspx"},
		{"site-root", "inetpub/wwwroot/iisstart2.aspx", "/iisstart2.aspx"},
		{"upper-case", "inetpub/wwwroot/ASPNET_CLIENT/Shell1.ASPX", "/Aspnet_Client/shell1.aspx"},
	} {
		add("page-in-"+x.name, "No door is known; the page runs what it is sent by its structure, and it was used.", only("iis", "files"), shell("12:02:30", intruder), func(s *server) {
			s.placed(x.disk, plainShell())
			used(s, x.stem)
		})
	}
	add("page-in-other-site", "The site has a root of its own on another drive; its folder is the end of the page's path.", only("iis", "files"), shell("12:02:30", intruder), func(s *server) {
		s.files = append(s.files, File{s.name + "/D/Webs/shop/wwwroot/img/help9.aspx", plainShell()})
		used(s, "/img/help9.aspx")
	})
	add("page-in-php", "PHP runs below IIS, and the page was uploaded through an application.", only("iis", "files"), shell("12:02:30", intruder), func(s *server) {
		s.placed("inetpub/wwwroot/blog/wp-content/uploads/2024/05/c.php", phpShell())
		used(s, "/blog/wp-content/uploads/2024/05/c.php")
	})
	for _, x := range []struct {
		name, path, stem string
		data             []byte
	}{
		{"exchange-on-other-drive", "/E/Exchange/FrontEnd/HttpProxy/owa/auth/l2.aspx", "/owa/auth/l2.aspx", plainShell()},
		{"page-handed-over-apart", "/suspicious/help9.aspx", "/aspnet_client/system_web/help9.aspx", plainShell()},
		{"page-renamed-by-examiner", "/suspicious/help9.aspx.txt", "/owa/auth/help9.aspx", plainShell()},
		{"page-in-utf-16", "/C/inetpub/wwwroot/aspnet_client/u16.aspx", "/aspnet_client/u16.aspx", wideText(plainShell())},
	} {
		add(x.name, "The page came in another place or form than the usual ones; it runs what it is sent by its structure, and it was used.", only("iis", "files"), shell("12:02:30", intruder), func(s *server) {
			s.files = append(s.files, File{s.name + x.path, x.data})
			used(s, x.stem)
		})
	}
	add("page-given-commands", "A page in a site's own folder, which nobody else ever asked for, was given commands in its address; nothing else is handed over.", only("iis"), suspicious(), func(s *server) {
		for i, q := range []string{"cmd=whoami", "cmd=net+user", "cmd=dir+c:%5Cinetpub"} {
			s.visit(p.at("12:02:00").Add(time.Duration(i)*time.Minute), "GET", "/uploads/2024/report.aspx", q, intruder, 200)
		}
	})
	add("page-below-apache", "Apache and PHP serve the site, and their own access log tells of the requests.", only("files"), shell("12:02:30", intruder), func(s *server) {
		s.files = append(s.files, File{s.name + "/D/xampp/htdocs/shop/img/c7.php", phpShell()})
		var log strings.Builder
		for _, r := range [][3]string{{"11:58:00", "GET /shop/index.php?cat=3", "200"}, {"12:01:30", "GET /shop/img/c7.php", "200"}, {"12:02:00", "POST /shop/img/c7.php", "200"}, {"12:02:30", "POST /shop/img/c7.php", "200"}, {"12:03:00", "GET /shop/wp-login.php", "404"}} {
			log.WriteString(intruder + " - - [14/May/2024:" + r[0] + " +0000] \"" + r[1] + " HTTP/1.1\" " + r[2] + " 512 \"-\" \"" + tool + "\"\r\n")
		}
		s.files = append(s.files, File{s.name + "/D/xampp/apache/logs/access.log", []byte(log.String())})
	})
	add("page-of-handler", "The page is a handler that takes its command from a header, so every use is a bare GET; the web server started a command beside one.", only("iis", "files", "sysmon"),
		compromised(p.won("webshell", "compromised", "shell-file", "12:01:30", "12:01:30", "12:03:30", intruder)), func(s *server) {
			s.placed("inetpub/wwwroot/aspnet_client/ping.ashx", handlerShell())
			for _, at := range []string{"12:01:30", "12:02:30", "12:03:30"} {
				s.visit(p.at(at), "GET", "/aspnet_client/ping.ashx", "", intruder, 200)
			}
			s.scan(p.at("12:05:00"), visitor, "Mozilla/5.0 zgrab/0.x", 404, "/aspnet_client/discover.aspx")
			s.spawned(p.at("12:02:30.120"), system32+"cmd.exe", `cmd.exe /c whoami /all`)
		})
	add("page-and-command-without-iis", "The web server wrote a page that runs what it is sent, and then started commands; the requests are not handed over.", only("files", "sysmon"),
		compromised(p.won("webshell", "compromised", "shell-file", "12:01:00.500", "12:01:00.500", "12:01:00.500")), func(s *server) {
			s.created(p.at("12:01:00.500"), worker, plainDisk, 6832)
			s.placed("inetpub/wwwroot"+plainPage, plainShell())
			s.spawned(p.at("12:02:30.120"), system32+"cmd.exe", `cmd.exe /c whoami /all`)
		})
	add("page-alone-in-product-folder", "A page that runs what it is sent lies in a folder that only the product fills: nothing else is handed over, and nothing else is needed.", only("files"),
		compromised(ChainWant{ID: "webshell", Grade: "compromised", Deepest: "shell-file"}), func(s *server) {
			s.placed(exchange+"FrontEnd/HttpProxy/owa/auth/errorFF.aspx", plainShell())
		})
	add("page-below-own-virtual-directory", "The intruder made a virtual directory of a folder in ProgramData, and used a page in it.", only("iis", "files"), shell("12:02:30", intruder), func(s *server) {
		s.placed("ProgramData/COM/pic.aspx", plainShell())
		used(s, "/owa/auth/com/pic.aspx")
	})
}

// phpShell is inert text with the structure of a page that runs what it is
// sent.
func phpShell() []byte { return []byte(turned("<?cuc flfgrz($_CBFG['p9']);\n")) }

// handlerShell starts the command that a header holds.
func handlerShell() []byte {
	return []byte(turned("<%@ JroUnaqyre Ynathntr=\"P#\" Pynff=\"C\" %>\r\nhfvat Flfgrz; hfvat Flfgrz.Jro; hfvat Flfgrz.Qvntabfgvpf;\r\nchoyvp pynff C : VUggcUnaqyre {\r\n  choyvp ibvq CebprffErdhrfg(UggcPbagrkg k) {\r\n    Cebprff.Fgneg(\"pzq.rkr\", \"/p \" + k.Erdhrfg.Urnqref[\"K-Genpr\"]);\r\n  }\r\n  choyvp obby VfErhfnoyr { trg { erghea gehr; } }\r\n}\r\n"))
}

func varietySharePoint(c *chapter) {
	p := play{day: "2025-07-19", sharepoint: true}
	add := func(name, says string, keep func(string) bool, want ServerWant, acts func(s *server)) {
		q := p
		q.acts = acts
		c.tell(KindFull, name, says, q.evidence(keep), want)
	}
	for _, x := range [][4]string{
		{"layouts-16", "/_layouts/16/ToolPane.aspx", "DisplayMode=Edit&foo=/ToolPane.aspx", "https://intranet.lab.example/_layouts/16/SignOut.aspx"},
		{"trailing-slash", "/_layouts/15/ToolPane.aspx/", "DisplayMode=Edit&a=/ToolPane.aspx", "/_layouts/SignOut.aspx"},
		{"letter-case", "/_LAYOUTS/15/toolpane.aspx", "displaymode=edit&A=/toolpane.aspx", "/_Layouts/signout.aspx"},
		{"below-site", "/sites/rathaus/_layouts/15/ToolPane.aspx", "DisplayMode=Edit&b1=/ToolPane.aspx", "/_layouts/15/SignOut.aspx"},
	} {
		add("toolpane-"+x[0], "The tool pane's address is written in another way; the web server started a command just then.", whole,
			compromised(p.won("toolshell", "compromised", "command", "18:06:12", "18:06:12.300", "18:06:12.300", intruder)), func(s *server) {
				s.web(request{at: p.at("18:06:12"), method: "POST", stem: x[1], query: x[2], client: intruder, agent: browser, referer: x[3], status: 200})
				s.spawned(p.at("18:06:12.300"), system32+"cmd.exe", `cmd.exe /c powershell.exe -EncodedCommand JABhAD0AMQA=`)
			})
	}
	for i, name := range []string{"info3.aspx", "style_v2.aspx"} {
		add("sharepoint-page-"+number(i+1), "The page has a name of its own; it runs what it is sent by its structure, and was used after the tool pane was opened.", only("iis", "files"),
			compromised(p.won("webshell", "compromised", "shell-file", "18:06:40", "18:06:40", "18:07:10", intruder), p.tried("toolshell", "cannot-tell", "toolpane-request", "18:06:12", "18:06:12", intruder)), func(s *server) {
				p.toolPane(s, "18:06:12", "", intruder, "/_layouts/SignOut.aspx", 200)
				s.placed("Program Files/Common Files/Microsoft Shared/Web Server Extensions/16/TEMPLATE/LAYOUTS/"+name, plainShell())
				s.visit(p.at("18:06:40"), "GET", "/_layouts/15/"+name, "", intruder, 200)
				s.visit(p.at("18:07:10"), "POST", "/_layouts/16/"+name, "", intruder, 200)
			})
	}
}
