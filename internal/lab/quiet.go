package lab

import (
	"slices"
	"time"
)

// Quiet is an Exchange server on which nothing happens but its own routine,
// every hour of the day, with pieces of its logs left out on purpose.
type Quiet struct {
	Seed   uint64
	Builds []BuildFrom // in the order of time; the first holds from the start
	Logs   []QuietLog
}

// BuildFrom is a build and the time of its installation.
type BuildFrom struct {
	Build Build
	From  time.Time
}

// QuietLog is one log of a quiet server.
type QuietLog struct {
	Source   string // as SourceOf names it: iis, httpproxy, ecp, rps-http, rps-cmdlet, management, security, sysmon
	From, To time.Time
	Deleted  [][2]time.Time // rows in these times are left out; their record numbers are used up
	// LogonsOnly is a Security log that records no process starts, NoLines one
	// that records them without command lines.
	LogonsOnly, NoLines bool
}

func (l QuietLog) deleted(t time.Time) bool {
	return slices.ContainsFunc(l.Deleted, func(d [2]time.Time) bool { return !t.Before(d[0]) && t.Before(d[1]) })
}

// QuietRows are the times of the rows of one source that were written, in
// order, and how many were left out.
type QuietRows struct {
	Written []time.Time
	Missing int
}

// Files writes the evidence, sorted by path, and tells what rows it holds.
func (q Quiet) Files() ([]File, map[string]QuietRows) {
	s := newServer(labHost, labDomain, "LAB", "192.0.2.21", "mail01."+labDomain, q.Builds[0].Build, q.Seed)
	truth := map[string]QuietRows{}
	for i, l := range q.Logs {
		p := newPRNG(q.Seed<<8 + uint64(i))
		var rows QuietRows
		id := uint64(0)
		for at := l.From.Add(time.Duration(p.below(600)) * time.Second); !at.After(l.To); at = at.Add(time.Duration(600+p.below(2100)) * time.Second) {
			id++
			if l.deleted(at) {
				rows.Missing++
				continue
			}
			s.routine(l, at, id, q.at(at))
			rows.Written = append(rows.Written, at)
		}
		truth[l.Source] = rows
	}
	return s.emit(), truth
}

// at is the build that is installed at a time.
func (q Quiet) at(t time.Time) Build {
	b := q.Builds[0].Build
	for _, c := range q.Builds {
		if !c.From.After(t) {
			b = c.Build
		}
	}
	return b
}

// routine writes one row of a log.
func (s *server) routine(l QuietLog, at time.Time, id uint64, b Build) {
	s.build = b
	switch l.Source {
	case "iis":
		s.front = append(s.front, WebRow{Time: at, Server: s.addr, Method: "GET", Stem: "/owa/healthcheck.htm", Port: 443, Client: "127.0.0.1", Agent: "AMProbe/Local/ClientAccess", Status: 200, Taken: 1, Computer: s.name})
	case "httpproxy":
		s.proxy["Autodiscover"] = append(s.proxy["Autodiscover"], ProxyRow{Time: at, ID: s.p.guid(), Build: b, Protocol: "Autodiscover", Host: "localhost", Stem: "/autodiscover/autodiscover.xml",
			AuthType: "Negotiate", User: s.netbios + `\HealthMailbox7c1`, Anchor: "Sid~" + s.sid(1104), Agent: "AMProbe/Local/ClientAccess", Client: "::1", Server: s.name, Status: 200, BackEnd: 200,
			Method: "POST", Target: s.fqdn(), TargetVer: b.padded(), Routing: "IntraForest", Hint: "WindowsIdentity", In: 300, Out: 900, Taken: 20})
	case "ecp":
		s.ecpCommand(at, "/ecp/UsersGroups/Mailboxes.svc/GetList", "Get-Recipient.ResultSize='500'.RecipientTypeDetails=('UserMailbox')", "")
	case "rps-http":
		s.shells = append(s.shells, ShellRequest{Time: at, ID: s.p.guid(), Build: b, Host: s.fqdn(), User: "backup@" + s.domain, Client: "192.0.2.40", Server: s.name, Status: 200, Bytes: 2100, Taken: 90, ClientInfo: "Microsoft WinRM Client"})
	case "rps-cmdlet":
		s.cmdlets = append(s.cmdlets, Cmdlet{Time: at, ID: s.p.guid(), Build: b, Server: s.name, User: "backup@" + s.domain, SID: s.sid(1180), Application: "PowerShell", Name: "Get-MailboxStatistics", Parameters: `-Server "` + s.name + `"`, Taken: 310})
	case "management":
		s.numbered(logManagement, id, func(t *server) {
			t.management(at, "Get-MailboxStatistics", `-Server "`+s.name+`"`, "Remote-ManagementShell-Unknown")
		})
	case "security", "sysmon":
		file := logSysmon
		if l.Source == "security" {
			file = logSecurity
		}
		s.numbered(file, id, func(t *server) {
			if l.LogonsOnly || l.Source == "security" && id%2 == 0 {
				t.logon(at, s.name+"$", 1001, 3, "::1")
				return
			}
			command := `C:\Windows\system32\svchost.exe -k netsvcs -p -s wlidsvc`
			if l.NoLines {
				command = ""
			}
			t.start(process{at: at, image: `C:\Windows\System32\svchost.exe`, command: command, parent: `C:\Windows\System32\services.exe`, user: authority, pid: 3128, ppid: 628})
		})
	}
}

// numbered adds the event that write logs in a file, under a record number.
func (s *server) numbered(file string, id uint64, write func(*server)) {
	t := newServer(s.name, s.domain, s.netbios, s.addr, s.host, s.build, id)
	write(t)
	for _, e := range t.events[file] {
		e.RecordID = id
		s.events[file] = append(s.events[file], e)
	}
}
