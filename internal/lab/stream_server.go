package lab

// NewServerStream describes a log of n events as a collector receives them
// from an Exchange server: of 40 events 15 are of Security (logons, logoffs,
// privileges, process starts, file shares, the filtering platform), 11 of
// Sysmon (process, network, image, file, registry), 6 of Application, 4 of
// System, 2 of MSExchange Management and 2 of PowerShell. In 15 of 40 one
// value occurs nowhere else: user names of logons (3, in two fields), command
// lines (3), file names (2), registry values (2), shares (1), ports of
// connections (2), texts of Application events (1) and of cmdlets (1). Numbers
// and times differ in every event besides.
func NewServerStream(seed, n uint64) *EventStream {
	return newStream(seed, n, 1, serverEvent)
}

// serverEvent is the j-th event of a chunk.
func serverEvent(j int) Event {
	security := func(id uint16, data ...NamedValue) Event {
		return Event{Provider: "Microsoft-Windows-Security-Auditing", GUID: ParseGUID("54849625-5478-4994-a5ba-3e3b0328c30d"), EventID: id, Version: 2, Task: 12544, Keywords: 0x8020000000000000,
			Computer: "mail01.lab.example", Channel: "Security", ProcessID: 640, ThreadID: uint32(700 + j%7), Data: data}
	}
	sysmon := func(id uint16, data ...NamedValue) Event {
		return Event{Provider: "Microsoft-Windows-Sysmon", GUID: ParseGUID("5770385f-c22a-43e0-bf4c-06f5698ffbd9"), EventID: id, Version: 5, Level: 4, Task: id, Keywords: 0x8000000000000000,
			Computer: "mail01.lab.example", Channel: "Microsoft-Windows-Sysmon/Operational", ProcessID: 2896, ThreadID: 4128, UserSID: "S-1-5-18", Data: data}
	}
	classic := func(channel, provider string, id uint16, texts ...string) Event {
		e := Event{Provider: provider, EventID: id, Qualify: 0x4004, Level: 4, Task: 1, Keywords: 0x80000000000000, Computer: "mail01.lab.example", Channel: channel}
		for _, t := range texts {
			e.Data = append(e.Data, Named("", t))
		}
		return e
	}
	user := []string{"anna", "bert", "HealthMailbox3f2", "svc-backup", "MAIL01$", "carla"}[j%6]
	program := []string{"svchost.exe", "conhost.exe", "w3wp.exe", "taskhostw.exe", "MSExchangeHMWorker.exe", "wmiprvse.exe"}[j%6]
	image := `C:\Windows\System32\` + program
	subject := []NamedValue{Named("SubjectUserSid", "S-1-5-18"), Named("SubjectUserName", "MAIL01$"), Named("SubjectDomainName", "LAB"), num("SubjectLogonId", TypeHex64, 0x3e7)}
	with := func(more ...NamedValue) []NamedValue { return append(subject[:len(subject):len(subject)], more...) }
	switch k := j % 40; {
	case k < 5:
		if k < 3 {
			user = marker(0)
		}
		return security(4624, with(Named("TargetUserSid", "S-1-5-21-1-2-3-1105"), Named("TargetUserName", user), Named("TargetDomainName", "LAB"), num("TargetLogonId", TypeHex64, int64(1_000_000+j)), num("LogonType", TypeUint32, 3),
			Named("LogonProcessName", "NtLmSsp "), Named("AuthenticationPackageName", "NTLM"), Named("WorkstationName", "PC-"+user), Named("ProcessName", "-"), Named("IpAddress", "198.51.100.7"), Named("IpPort", "0"))...)
	case k < 8:
		return security(4634, Named("TargetUserSid", "S-1-5-21-1-2-3-1105"), Named("TargetUserName", user), Named("TargetDomainName", "LAB"), num("TargetLogonId", TypeHex64, int64(1_000_000+j)), num("LogonType", TypeUint32, 3))
	case k < 10:
		return security(4672, with(Named("PrivilegeList", "SeSecurityPrivilege\n\t\t\tSeTcbPrivilege\n\t\t\tSeBackupPrivilege"))...)
	case k < 12:
		line := image + " -k netsvcs -p"
		if k == 10 {
			line += " " + marker(0)
		}
		return security(4688, with(num("NewProcessId", TypeHex64, int64(4*j)), Named("NewProcessName", image), Named("TokenElevationType", "%%1936"), num("ProcessId", TypeHex64, 0x2a4), Named("CommandLine", line),
			Named("TargetUserSid", "S-1-0-0"), Named("TargetUserName", "-"), Named("TargetDomainName", "-"), num("TargetLogonId", TypeHex64, 0), Named("ParentProcessName", `C:\Windows\System32\services.exe`), Named("MandatoryLabel", "S-1-16-16384"))...)
	case k < 13:
		return security(5145, with(Named("ObjectType", "File"), Named("IpAddress", "198.51.100.9"), Named("IpPort", "50123"), Named("ShareName", `\\*\IPC$`), Named("RelativeTargetName", marker(0)), num("AccessMask", TypeHex32, 1))...)
	case k < 15:
		return security(5156, num("ProcessID", TypeUint64, 4040), Named("Application", `\device\harddiskvolume2\windows\system32\`+program), Named("Direction", "%%14592"), Named("SourceAddress", "192.0.2.10"), Named("SourcePort", "443"), Named("DestAddress", "198.51.100.7"), Named("DestPort", marker(0)), num("Protocol", TypeUint32, 6))
	case k < 18:
		line := image + " /scan"
		if k > 15 {
			line += " " + marker(0)
		}
		return sysmon(1, Named("RuleName", "-"), num("ProcessId", TypeUint32, int64(4*j)), Named("Image", image), Named("FileVersion", "10.0.17763.1"), Named("Description", "Host Process"), Named("Product", "Microsoft Windows"), Named("Company", "Microsoft Corporation"),
			Named("OriginalFileName", program), Named("CommandLine", line), Named("CurrentDirectory", `C:\Windows\system32\`), Named("User", `NT AUTHORITY\SYSTEM`), Named("IntegrityLevel", "System"), Named("Hashes", "SHA256=C7AB"), Named("ParentImage", `C:\Windows\System32\services.exe`), Named("ParentCommandLine", `C:\Windows\system32\services.exe`))
	case k < 20:
		return sysmon(3, Named("Image", image), Named("User", `NT AUTHORITY\SYSTEM`), Named("Protocol", "tcp"), Named("Initiated", "true"), Named("SourceIp", "192.0.2.10"), num("SourcePort", TypeUint16, int64(49152+j)), Named("DestinationIp", "192.0.2.20"), Named("DestinationHostname", "dc01.lab.example"), num("DestinationPort", TypeUint16, 389))
	case k < 22:
		return sysmon(7, Named("Image", image), Named("ImageLoaded", `C:\Windows\System32\ntdll.dll`), Named("Description", "NT Layer DLL"), Named("OriginalFileName", "ntdll.dll"), Named("Hashes", "SHA256=77AF"), Named("Signed", "true"), Named("Signature", "Microsoft Windows"), Named("SignatureStatus", "Valid"))
	case k < 24:
		return sysmon(11, Named("Image", image), Named("TargetFilename", `C:\Windows\Temp\`+marker(0)+`.tmp`), Named("User", `NT AUTHORITY\SYSTEM`))
	case k < 26:
		return sysmon(13, Named("EventType", "SetValue"), Named("Image", image), Named("TargetObject", `HKLM\System\CurrentControlSet\Services\bam\State\`+marker(0)), Named("Details", "Binary Data"))
	case k < 32:
		text := "Database redundancy health check passed."
		if k == 26 {
			text += " " + marker(0)
		}
		return classic("Application", "MSExchangeRepl", 4382, "MAIL01", text)
	case k < 36:
		return classic("System", "Service Control Manager", 7036, "Windows Modules Installer", []string{"running", "stopped"}[j%2])
	case k < 38:
		parameters := `-Identity "Default"`
		if k == 36 {
			parameters = `-Identity "` + marker(0) + `"`
		}
		return classic("MSExchange Management", "MSExchange CmdletLogs", 1, "Get-Mailbox", parameters, "lab.example/Users/anna", "S-1-5-21-1-2-3-1105", "S-1-5-21-1-2-3-1105", "Remote-PowerShell", "2896 w3wp#MSExchangePowerShellAppPool", "", "22", "00:00:00.1", "View Entire Forest: 'True'", "", "", "", "0")
	}
	return Event{Provider: "Microsoft-Windows-PowerShell", GUID: ParseGUID("a0c1853b-5c40-4b15-8766-3cf1c58f985a"), EventID: 4104, Version: 1, Level: 5, Task: 2, Opcode: 15, Computer: "mail01.lab.example", Channel: "Microsoft-Windows-PowerShell/Operational", ProcessID: 5120, ThreadID: 88,
		UserSID: "S-1-5-18", Data: []NamedValue{num("MessageNumber", TypeInt32, 1), num("MessageTotal", TypeInt32, 1), Named("ScriptBlockText", "Get-ExchangeServer | Where-Object { $_.IsHubTransportServer } | Sort-Object Name"), Named("ScriptBlockId", "8d2c1f4e-0000-4a11-9b1c-000000000000"), Named("Path", "")}}
}
