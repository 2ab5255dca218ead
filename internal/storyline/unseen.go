package storyline

import (
	"spoor/internal/coverage"
	"spoor/internal/message"
)

// Where a server keeps its logs unless it was installed elsewhere.
const (
	iisLogs      = `C:\inetpub\logs\LogFiles`
	exchangeLogs = `C:\Program Files\Microsoft\Exchange Server\V15\Logging`
	eventLogs    = `C:\Windows\System32\winevt\Logs`
)

// wanted is a log that the verdict needs.
type wanted struct {
	id, kind, folder string
	exchange         bool // only Exchange has it
}

func wantedLogs() []wanted {
	return []wanted{
		{"iis", "w3c", iisLogs, false},
		{"httpproxy", "httpproxy", exchangeLogs, true},
		{"ecp-server", "ecp-server", exchangeLogs, true},
		{"management", "MSExchange Management", eventLogs, true},
		{"security", "Security", eventLogs, false},
	}
}

// absent lists the logs that were not handed over. Those of Exchange are not
// missed on a web server that shows no sign of Exchange.
func (h *Host) absent(logs []*coverage.Log) []wanted {
	has := map[string]bool{}
	exchange := h.exchange() || h.signs.Exchange
	for _, l := range logs {
		has[l.Kind] = true
		if l.Format != "w3c" { // which a firewall's log is too
			has[l.Format] = true
		}
	}
	var list []wanted
	for _, s := range wantedLogs() {
		if !has[s.kind] && (!s.exchange || exchange || !has["w3c"]) {
			list = append(list, s)
		}
	}
	return list
}

// missing lists what could not be seen: times, then logs, then what a log
// does not record. Of a door that was shown to be opened it is no news that
// somebody may have come in before.
func (h *Host) missing(logs []*coverage.Log) {
	say := func(t message.Text) { h.Unseen = append(h.Unseen, t) }
	for _, g := range grouped(h.Windows, func(w *Window) bool { return len(w.Unseen) > len(w.holes) && !h.won(w.Chain) }) {
		w := g[0]
		switch {
		case w.State != Open && w.seen:
			say(message.New("rule-out.before", "to", lastOf(g).String(), "chains", names(g)))
		case w.State != Open:
			say(message.New("rule-out.before", "to", w.Until, "chains", names(g)))
		case !w.seen:
			say(message.New("rule-out.no-door", "chains", names(g)))
		default:
			say(message.New("rule-out."+w.Why, "to", lastOf(g).String(), "chains", names(g), "build", w.Build, "since", w.Until))
		}
	}
	h.holes(say)
	if h.Verdict == NothingFound || h.Verdict == CannotTell {
		doorFrom, doorTo := span(logs, isDoor)
		resFrom, resTo := span(logs, isResult)
		if doorFrom.Known() && resFrom.Known() && resFrom.Sec-doorFrom.Sec >= 86400 {
			say(message.New("rule-out.results-before", "to", earlier(resFrom, doorTo).String()))
		}
		if blind := overlap(unseen(logs, isResult), []period{{doorFrom, doorTo}}); doorFrom.Known() && resTo.Known() && len(blind) > 0 {
			say(message.New("rule-out.results-hole", "holes", spans(together(blind))))
		}
	}
	for _, s := range h.absent(logs) {
		say(message.New("not-handed-over." + s.id))
	}
	if t := commands(logs); t.ID != "" {
		say(t)
	}
}

// holes says which chains could have come in while the logs that would show it
// have no rows.
func (h *Host) holes(say func(message.Text)) {
	type hole struct {
		period
		chains []message.Text
	}
	var list []*hole
	for _, w := range h.Windows {
		for _, p := range w.holes {
			if h.won(w.Chain) {
				break
			}
			found := false
			for _, o := range list {
				if o.period == p {
					o.chains, found = append(o.chains, w.name()), true
				}
			}
			if !found {
				list = append(list, &hole{p, []message.Text{w.name()}})
			}
		}
	}
	for i, o := range list {
		if i == maxHoles {
			say(message.New("rule-out.more-holes", "n", len(list)-i))
			return
		}
		say(message.New("rule-out.hole", "from", o.from.String(), "to", o.to.String(), "chains", o.chains))
	}
}

// commands says that no log records which programs were started, or with which
// command lines, nothing where one does or where it cannot be known.
func commands(logs []*coverage.Log) message.Text {
	var evident *coverage.Log
	var processes, lines int64
	for _, l := range logs {
		processes += l.Recorded.Processes
		lines += l.Recorded.CommandLines
		if l.Kind == "Security" && l.Audits() {
			evident = l
		}
	}
	switch {
	case evident != nil && processes == 0:
		return message.New("rule-out.commands")
	case evident != nil && lines == 0:
		return message.New("rule-out.command-lines")
	}
	return message.Text{}
}
