package coverage

import "spoor/event"

// What an event log is able to record, by which audit is told to be on.
const (
	nothing = iota
	security
	sysmon
)

// audited tells whether the events of a log are counted by what they record.
func audited(k key) uint8 {
	switch k.channel {
	case "Security":
		return security
	case "Microsoft-Windows-Sysmon/Operational":
		return sysmon
	}
	return nothing
}

// Recorded counts the events of a log that tell which audit is on. All are
// zero for logs other than Security and Sysmon.
type Recorded struct {
	Processes    int64 // programs started: 4688, Sysmon 1
	CommandLines int64 // of these, with a command line
	ShareFiles   int64 // files reached over a share: 5145
	Files        int64 // files reached or created: 4663, Sysmon 11
	Logons       int64 // 4624, 4625, 4634, 4648, 4672, 4768, 4769, 4776
	// Cleared counts the records that say that the Security log was cleared
	// (1102), and LastCleared is the time of the last.
	Cleared     int64
	LastCleared event.Time
}

type audit struct {
	of uint8
	Recorded
}

// add counts one event; command is the slot of its command line.
func (a *audit) add(e *event.Event, command event.Slot) {
	switch id := e.Route.EventID; {
	case a.of == security && id == 4688, a.of == sysmon && id == 1:
		a.Processes++
		if v := e.Value(command); !v.Empty() {
			a.CommandLines++
		}
	case a.of == sysmon && id == 11, a.of == security && id == 4663:
		a.Files++
	case a.of != security:
	case id == 1102:
		a.cleared(1, e.Time)
	case id == 5145:
		a.ShareFiles++
	case id == 4624, id == 4625, id == 4634, id == 4648, id == 4672, id == 4768, id == 4769, id == 4776:
		a.Logons++
	}
}

func (r *Recorded) cleared(n int64, at event.Time) {
	r.Cleared += n
	if at.Known() && (!r.LastCleared.Known() || at.Compare(r.LastCleared) > 0) {
		r.LastCleared = at
	}
}

func (r *Recorded) merge(t Recorded) {
	r.cleared(t.Cleared, t.LastCleared)
	r.Processes += t.Processes
	r.CommandLines += t.CommandLines
	r.ShareFiles += t.ShareFiles
	r.Files += t.Files
	r.Logons += t.Logons
}

// An audit is called off only where the log had the chance to record: it
// holds logons, which every server audits, and is not a mere extract.
const (
	chanceRecords = 50
	chanceHours   = 24
	busyRecords   = 2_000 // a busy server's log may hold less than a day
)

// Audits reports whether the log holds enough of what every server records to
// say that what it lacks was not recorded.
func (t *Log) Audits() bool {
	if t.Recorded.Logons == 0 || t.Records < chanceRecords {
		return false
	}
	return t.Records >= busyRecords || t.To.Sec-t.From.Sec >= chanceHours*3600
}
