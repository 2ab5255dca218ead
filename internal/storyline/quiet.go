package storyline

import (
	"slices"

	"spoor/event"
	"spoor/internal/coverage"
	"spoor/internal/exchange"
	"spoor/internal/message"
)

// maxHoles bounds the holes named in one sentence; the table of logs has more.
const maxHoles = 3

// quiet decides between "nothing found" and "cannot tell" for a host without
// any step, and says why.
func quiet(h *Host, logs []*coverage.Log) {
	doorFrom, doorTo := span(logs, isDoor)
	resFrom, resTo := span(logs, isResult)
	from, to := later(doorFrom, resFrom), earlier(doorTo, resTo)
	h.Verdict = CannotTell
	switch {
	case len(logs) == 0:
		h.Why = message.New("reason.no-log")
	case oldExchange(logs):
		h.Why = message.New("reason.old-exchange")
	case !doorFrom.Known():
		h.Why = message.New("reason.no-door-log")
	case !resFrom.Known():
		h.Why = message.New("reason.no-result-log", "from", doorFrom.String(), "to", doorTo.String())
	case from.Compare(to) > 0:
		h.Why = message.New("reason.other-times", "from", doorFrom.String(), "to", doorTo.String(), "results-from", resFrom.String(), "results-to", resTo.String())
	default:
		h.covered(logs, period{from, to})
	}
}

// covered decides for a host of which a period is covered.
func (h *Host) covered(logs []*coverage.Log, p period) {
	door, results := unseen(logs, isDoor), unseen(logs, isResult)
	quiet := message.New("reason.quiet", "from", p.from.String(), "to", p.to.String())
	if holes := together(overlap(slices.Concat(door, results), []period{p})); len(holes) > 0 {
		quiet = message.New("reason.quiet-holes", "quiet", quiet, "holes", spans(holes))
	}
	h.Why = quiet
	for _, w := range h.Windows {
		if blind := together(overlap(w.holes, notCovered(results, logs))); len(blind) > 0 {
			h.Why = message.New("reason.blind", "quiet", quiet, "door", title(w.Chain), "holes", spans(blind))
			return
		}
	}
	var open []message.Text
	var first event.Time
	for _, w := range h.Windows {
		if w.State == Open {
			open = append(open, w.name())
			if w.seen && (!first.Known() || w.before.to.Compare(first) < 0) {
				first = w.before.to
			}
		}
	}
	if len(open) > 0 {
		h.Why = message.New("reason.open", "quiet", quiet, "chains", open)
		if !first.Known() {
			h.Why = message.New("reason.no-door", "quiet", quiet, "chains", open)
		}
		return
	}
	h.Verdict = NothingFound
	if groups := h.earlier(); len(groups) > 0 {
		h.Why = message.New("reason.quiet-before", "quiet", quiet, "groups", groups)
	}
}

// notCovered lists the times that no log of results covers: its holes, and
// what lies before and after it.
func notCovered(holes []period, logs []*coverage.Log) []period {
	from, to := span(logs, isResult)
	first, last := span(logs, func(*coverage.Log) bool { return true })
	return slices.Concat([]period{{first, from}}, holes, []period{{to, last}})
}

// earlier names the times before the first row in which a break-in cannot be
// ruled out, though the door was closed at that row.
func (h *Host) earlier() []message.Text {
	var list []message.Text
	for _, g := range grouped(h.Windows, func(w *Window) bool { return w.State == PartUnseen && w.before.known() }) {
		doors := make([]message.Text, 0, len(g))
		for _, w := range g {
			doors = append(doors, title(w.Chain))
		}
		list = append(list, message.New("window.before", "to", lastOf(g).String(), "chains", doors))
	}
	return list
}

// lastOf is the latest end of what the logs of some windows do not reach.
func lastOf(list []*Window) event.Time {
	var to event.Time
	for _, w := range list {
		if !to.Known() || to.Compare(w.before.to) < 0 {
			to = w.before.to
		}
	}
	return to
}

// grouped puts windows together of which the same is to be said.
func grouped(all []*Window, want func(*Window) bool) [][]*Window {
	var list [][]*Window
	for _, w := range all {
		if !want(w) {
			continue
		}
		i := slices.IndexFunc(list, func(g []*Window) bool {
			o := g[0]
			return o.State == w.State && o.Why == w.Why && o.Build == w.Build && o.seen == w.seen && near(o.before.to, w.before.to) && (o.Why != WhyFixedLater || near(o.closed, w.closed))
		})
		if i < 0 {
			list = append(list, []*Window{w})
			continue
		}
		list[i] = append(list[i], w)
	}
	return list
}

// near reports times that lie within an hour: logs of one server do not begin
// in the same second.
func near(a, b event.Time) bool { return max(a.Sec-b.Sec, b.Sec-a.Sec) < leastBreak }

func names(list []*Window) []message.Text {
	words := make([]message.Text, 0, len(list))
	for _, w := range list {
		words = append(words, w.name())
	}
	return words
}

// spans names the first periods and counts the rest.
func spans(list []period) []message.Text {
	words := make([]message.Text, 0, len(list))
	for i, p := range list {
		if i == maxHoles {
			return append(words, message.New("window.more", "n", len(list)-i))
		}
		words = append(words, message.New("window.span", "from", p.from.String(), "to", p.to.String()))
	}
	return words
}

// oldExchange reports that the host runs an Exchange older than the chains and
// the rules know, as far as its logs tell.
func oldExchange(logs []*coverage.Log) bool {
	old := false
	for _, l := range logs {
		old = old || l.Signs.OldExchange
	}
	for _, b := range builds(logs) {
		v, _ := exchange.ParseBuild(b.Build)
		if v[0] >= 15 {
			return false
		}
		old = old || v[0] > 0
	}
	return old
}
