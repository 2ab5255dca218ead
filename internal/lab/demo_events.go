package lab

import (
	"fmt"
	"time"
)

// Log file names, as below winevt/Logs.
const (
	logSecurity   = "Security"
	logSystem     = "System"
	logApp        = "Application"
	logManagement = "MSExchange Management"
	logSysmon     = "Microsoft-Windows-Sysmon%4Operational"
)

func (s *server) log(file string, e Event) {
	e.Computer = s.fqdn()
	s.events[file] = append(s.events[file], e)
}

func (s *server) security(at time.Time, id, task int, data ...NamedValue) {
	s.log(logSecurity, Event{Provider: "Microsoft-Windows-Security-Auditing", GUID: ParseGUID("54849625-5478-4994-a5ba-3e3b0328c30d"), EventID: uint16(id),
		Version: securityVersion(id), Task: uint16(task), Keywords: 0x8020000000000000, Time: at, Channel: "Security", ProcessID: 4, ThreadID: uint32(60 + s.p.below(9)*4), Data: data})
}

func securityVersion(id int) uint8 {
	if id == 4688 || id == 4624 {
		return 2
	}
	return 0
}

func num(name string, typ byte, n int64) NamedValue { return NamedValue{name, Int(typ, n)} }
func user(name, sid string) NamedValue              { return NamedValue{name, SID(sid)} }
func (s *server) sid(rid int) string                { return "S-1-5-21-3623811015-3361044348-30300820-" + number(rid) }
func sysmonTime(at time.Time) NamedValue {
	return Named("UtcTime", at.UTC().Format("2006-01-02 15:04:05.000"))
}
func (s *server) processGUID(name string) NamedValue { return NamedValue{name, ID(s.p.guid())} }
func (s *server) subject(name string, rid int) []NamedValue {
	return []NamedValue{user("SubjectUserSid", s.sid(rid)), Named("SubjectUserName", name), Named("SubjectDomainName", s.netbios), num("SubjectLogonId", TypeHex64, int64(0x3e7+rid))}
}

// logon is a network or interactive logon (4624); source "" is the machine.
func (s *server) logon(at time.Time, name string, rid, typ int, source string) {
	if source == "" {
		source = "-"
	}
	s.security(at, 4624, 12544, user("SubjectUserSid", "S-1-0-0"), Named("SubjectUserName", "-"), Named("SubjectDomainName", "-"), num("SubjectLogonId", TypeHex64, 0),
		user("TargetUserSid", s.sid(rid)), Named("TargetUserName", name), Named("TargetDomainName", s.netbios), num("TargetLogonId", TypeHex64, int64(0x100000+s.p.below(0xffffff))),
		num("LogonType", TypeUint32, int64(typ)), Named("LogonProcessName", "Kerberos"), Named("AuthenticationPackageName", "Kerberos"), Named("WorkstationName", "-"),
		NamedValue{"LogonGuid", ID(s.p.guid())}, Named("TransmittedServices", "-"), Named("LmPackageName", "-"), num("KeyLength", TypeUint32, 0), num("ProcessId", TypeHex64, 0),
		Named("ProcessName", "-"), Named("IpAddress", source), Named("IpPort", number(49152+s.p.below(16000))), Named("ImpersonationLevel", "%%1833"))
}

// process is a started program.
type process struct {
	at                     time.Time
	image, command, parent string
	user                   string
	pid, ppid              int
}

// start logs a program's start in Security (4688) and Sysmon (1).
func (s *server) start(p process) {
	data := append([]NamedValue{user("SubjectUserSid", "S-1-5-18"), Named("SubjectUserName", s.name+"$"), Named("SubjectDomainName", s.netbios), num("SubjectLogonId", TypeHex64, 0x3e7)},
		num("NewProcessId", TypeHex64, int64(p.pid)), Named("NewProcessName", p.image), Named("TokenElevationType", "%%1936"), num("ProcessId", TypeHex64, int64(p.ppid)),
		Named("CommandLine", p.command), user("TargetUserSid", "S-1-0-0"), Named("TargetUserName", "-"), Named("TargetDomainName", "-"), num("TargetLogonId", TypeHex64, 0),
		Named("ParentProcessName", p.parent), user("MandatoryLabel", "S-1-16-16384"))
	s.security(p.at, 4688, 13312, data...)
	s.sysmon(p.at, 1, 5, Named("RuleName", "-"), sysmonTime(p.at), s.processGUID("ProcessGuid"), num("ProcessId", TypeUint32, int64(p.pid)), Named("Image", p.image),
		Named("FileVersion", "10.0.17763.1"), Named("Description", "-"), Named("Product", "Microsoft Windows Operating System"), Named("Company", "Microsoft Corporation"), Named("OriginalFileName", "-"),
		Named("CommandLine", p.command), Named("CurrentDirectory", `c:\windows\system32\inetsrv\`), Named("User", p.user), s.processGUID("LogonGuid"), num("LogonId", TypeHex64, 0x3e7),
		num("TerminalSessionId", TypeUint32, 0), Named("IntegrityLevel", "System"), Named("Hashes", "SHA256="+s.fakeHash(p.image)), s.processGUID("ParentProcessGuid"),
		num("ParentProcessId", TypeUint32, int64(p.ppid)), Named("ParentImage", p.parent), Named("ParentCommandLine", p.parent))
}

// fakeHash stands for a program's hash: the same for the same program.
func (s *server) fakeHash(image string) string {
	seed := uint64(0)
	for _, c := range image {
		seed = seed*31 + uint64(c)
	}
	g := newPRNG(seed)
	return fmt.Sprintf("%016X%016X%016X%016X", g.next(), g.next(), g.next(), g.next())
}

func (s *server) sysmon(at time.Time, id int, version uint8, data ...NamedValue) {
	s.log(logSysmon, Event{Provider: "Microsoft-Windows-Sysmon", GUID: ParseGUID("5770385f-c22a-43e0-bf4c-06f5698ffbd9"), EventID: uint16(id), Version: version, Level: 4,
		Task: uint16(id), Keywords: 0x8000000000000000, Time: at, Channel: "Microsoft-Windows-Sysmon/Operational", ProcessID: 2896, ThreadID: 4128, UserSID: "S-1-5-18", Data: data})
}

// created logs a file's creation (Sysmon 11).
func (s *server) created(at time.Time, image, target string, pid int) {
	s.sysmon(at, 11, 2, Named("RuleName", "-"), sysmonTime(at), s.processGUID("ProcessGuid"), num("ProcessId", TypeUint32, int64(pid)), Named("Image", image),
		Named("TargetFilename", target), Named("CreationUtcTime", at.UTC().Format("2006-01-02 15:04:05.000")))
}

// accessed logs one process opening another (Sysmon 10).
func (s *server) accessed(at time.Time, source, target string, rights, pid int) {
	s.sysmon(at, 10, 3, Named("RuleName", "-"), sysmonTime(at), s.processGUID("SourceProcessGUID"), num("SourceProcessId", TypeUint32, int64(pid)), num("SourceThreadId", TypeUint32, 5120),
		Named("SourceImage", source), s.processGUID("TargetProcessGUID"), num("TargetProcessId", TypeUint32, 636), Named("TargetImage", target), num("GrantedAccess", TypeHex32, int64(rights)),
		Named("CallTrace", `C:\Windows\SYSTEM32\ntdll.dll+9fc24|C:\Windows\System32\KERNELBASE.dll+20d0e|C:\windows\system32\comsvcs.dll+2c7b0`))
}

// shareWrite logs access to a file through an administrative share (5145).
func (s *server) shareWrite(at time.Time, target string) {
	s.security(at, 5145, 12811, append(s.subject(s.name+"$", 1001), Named("ObjectType", "File"), Named("IpAddress", "::1"), Named("IpPort", "51677"), Named("ShareName", `\\*\C$`),
		Named("ShareLocalPath", `\??\C:\`), Named("RelativeTargetName", target), num("AccessMask", TypeHex32, 0x120196), Named("AccessList", "%%1538\n\t\t\t\t%%1541\n\t\t\t\t%%4417\n\t\t\t\t%%4418"), Named("AccessReason", "-"))...)
}

// management logs a command of the management shell (MSExchange Management 1).
func (s *server) management(at time.Time, command, parameters, client string) {
	user := s.domain + "/Users/Administrator"
	s.log(logManagement, Event{Provider: "MSExchange CmdletLogs", EventID: 1, Qualify: 16384, Level: 4, Task: 1, Keywords: 0x80000000000000, Time: at, Channel: "MSExchange Management",
		Data: []NamedValue{{"", Texts(command, parameters, user, s.sid(500), s.sid(500), client, "6832 w3wp#MSExchangeECPAppPool", "", "32", "00:00:00.1562631",
			"View Entire Forest: 'True', Configuration Domain Controller: 'dc01."+s.domain+"'", "")}}})
}

// service logs a service's change of state (System 7036).
func (s *server) service(at time.Time, name, state string) {
	s.log(logSystem, Event{Provider: "Service Control Manager", GUID: ParseGUID("555908d1-a6d7-4695-8e1e-26931d2012f4"), EventID: 7036, Qualify: 16384, Level: 4, Keywords: 0x8080000000000000,
		Time: at, Channel: "System", ProcessID: 628, ThreadID: 4040, Data: []NamedValue{Named("param1", name), Named("param2", state), {"", Bytes(wide(name + "/4\x00"))}}})
}

// application logs a classic event with one text.
func (s *server) application(at time.Time, provider string, id, level int, texts ...string) {
	s.log(logApp, Event{Provider: provider, EventID: uint16(id), Qualify: 16388, Level: uint8(level), Task: 1, Keywords: 0x80000000000000, Time: at, Channel: "Application",
		Data: []NamedValue{{"", Texts(texts...)}}})
}
