package storyline

import (
	"slices"

	"spoor/event"
	"spoor/internal/coverage"
)

// period is a time from one row to another.
type period struct{ from, to event.Time }

func (p period) known() bool { return p.from.Known() && p.to.Known() && p.from.Compare(p.to) < 0 }

// within cuts a period to what lies in another; a bound that is not known does
// not cut.
func (p period) within(from, to event.Time) period {
	if from.Known() {
		p.from = later(p.from, from)
	}
	if to.Known() {
		p.to = earlier(p.to, to)
	}
	return p
}

// span is the time from the first to the last row of some logs.
func span(logs []*coverage.Log, want func(*coverage.Log) bool) (from, to event.Time) {
	for _, l := range logs {
		if !want(l) || !l.From.Known() {
			continue
		}
		if !from.Known() || l.From.Compare(from) < 0 {
			from = l.From
		}
		if !to.Known() || l.To.Compare(to) > 0 {
			to = l.To
		}
	}
	return from, to
}

// leastBreak is the time in seconds between two logs that follow each other
// from which on it is told as one that none of them covers.
const leastBreak = 3600

// unseen lists the times between the first and the last row of some logs which
// none of them covers, oldest first.
func unseen(logs []*coverage.Log, want func(*coverage.Log) bool) []period {
	var seen []period
	for _, l := range logs {
		if !want(l) || !l.From.Known() {
			continue
		}
		at := l.From
		for _, hole := range l.Holes() {
			seen = append(seen, period{at, hole.From})
			at = hole.To
		}
		seen = append(seen, period{at, l.To})
	}
	slices.SortFunc(seen, func(a, b period) int { return a.from.Compare(b.from) })
	var list []period
	for i, until := 0, (event.Time{}); i < len(seen); i++ {
		p := seen[i]
		if i > 0 && p.from.Sec-until.Sec >= leastBreak {
			list = append(list, period{until, p.from})
		}
		if i == 0 || p.to.Compare(until) > 0 {
			until = p.to
		}
	}
	return list
}

// overlap lists what two lists of periods have in common.
func overlap(a, b []period) []period {
	var list []period
	for _, p := range a {
		for _, q := range b {
			if r := p.within(q.from, q.to); r.known() {
				list = append(list, r)
			}
		}
	}
	return list
}

// together joins periods that touch or overlap, oldest first.
func together(list []period) []period {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b period) int { return a.from.Compare(b.from) })
	var out []period
	for _, p := range list {
		if n := len(out); n > 0 && p.from.Compare(out[n-1].to) <= 0 {
			out[n-1].to = later(out[n-1].to, p.to)
			continue
		}
		out = append(out, p)
	}
	return out
}
