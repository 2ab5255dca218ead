package lab

import "time"

// Truth is what really happened in an evidence set, for comparison with a
// verdict.
type Truth struct{ Hosts []HostTruth }

// HostTruth is the truth about one server. Times are zero when there is none.
type HostTruth struct {
	Host, FQDN   string
	Verdict      string // as in spoor.verdict/1
	Outcome      string // for attempted: failed, not-seen, cannot-tell
	Build        string // last one in use
	Source       string // address of the intruder or of the visitors' main one
	FirstAttempt time.Time
	FirstSuccess time.Time
	Last         time.Time // last act of the intruder
	Steps        []Step    // in time order
	Shells       []ShellTruth
}

// Step is one thing that was done.
type Step struct {
	ID   string // the chain step that it is
	Time time.Time
	Says string
}

// ShellTruth is a page that should not be there.
type ShellTruth struct {
	URL                     string
	Path                    string // in the evidence set; "" when the file is not part of it
	Key                     string
	Written, Answered, Used bool
	Sources                 []string // that asked for it and were answered
	Gone                    time.Time
}

// DemoTruth is the truth about Demo.
func DemoTruth() Truth {
	return Truth{[]HostTruth{
		{
			Host: "MAIL01", FQDN: "mail01." + demoDomain, Verdict: "compromised", Build: "15.2.792.3", Source: demoIntruder,
			FirstAttempt: clock("2021-02-28T04:40:55.301Z"), FirstSuccess: clock("2021-03-03T02:14:08.935Z"), Last: clock("2021-03-11T23:41:07.5Z"),
			Steps: []Step{
				{"bypass-request", clock("2021-03-03T02:14:07.412Z"), "autodiscover through the bypass"},
				{"mapi-answered", clock("2021-03-03T02:14:08.935Z"), "the mailbox service answered"},
				{"session", clock("2021-03-03T02:14:10.118Z"), "control panel session, status 241"},
				{"object-read", clock("2021-03-03T02:14:12.604Z"), "virtual directories read"},
				{"script-set", clock("2021-03-03T02:14:15.002Z"), "script set as the address of the OAB virtual directory"},
				{"object-set", clock("2021-03-03T02:14:15.231Z"), "the request that did so was answered"},
				{"page-written-by-share", clock("2021-03-03T02:14:18.402Z"), "the page was written by the server to its own share"},
				{"page-created", clock("2021-03-03T02:14:18.431Z"), "the page was created by System"},
				{"object-reset", clock("2021-03-03T02:14:18.775Z"), "virtual directory reset"},
				{"page-answered", clock("2021-03-03T02:15:31.090Z"), "the page answered a plain request"},
				{"page-used", clock("2021-03-03T02:16:02.550Z"), "first command through the page"},
				{"command", clock("2021-03-03T02:16:02.670Z"), "whoami below the web server"},
				{"credential-dump", clock("2021-03-03T02:31:21.060Z"), "memory of lsass dumped by comsvcs"},
				{"archive", clock("2021-03-05T01:22:10.015Z"), `C:\ProgramData\it.zip`},
				{"recovery-removed", clock("2021-03-11T23:05:41.390Z"), "shadow copies deleted"},
				{"ransom-note", clock("2021-03-11T23:41:07.500Z"), `C:\Users\Public\Desktop\READ_ME_NOW.txt`},
			},
			Shells: []ShellTruth{{URL: demoShell, Path: "MAIL01/C/inetpub/wwwroot" + demoShell, Key: demoKey, Written: true, Answered: true, Used: true, Sources: []string{demoIntruder}}},
		},
		{
			Host: "MAIL02", FQDN: "mail02." + demoDomain, Verdict: "attempted", Outcome: "failed", Build: "15.2.858.15", Source: demoIntruder,
			FirstAttempt: clock("2021-03-03T02:11:31.208Z"), Last: clock("2021-08-11T22:04:52.8Z"),
			Steps: []Step{{"bypass-request", clock("2021-03-03T02:11:31.208Z"), "refused: the server was fixed"}},
		},
	}}
}
