package coverage

import (
	"cmp"
	"math"
	"slices"

	"spoor/event"
)

// run is a row of record ids of one item without a gap, and the times at its
// ends in seconds, math.MinInt64 where a record states none. Two items of one
// log may hold the same numbers with other times (a copy, numbers that began
// anew), so a run never goes on in another item: which worker saw which block
// must not decide whose times are told.
type run struct {
	first, last uint64
	from, to    int64
	item        event.ItemID
}

func (l *log) addID(id uint64, at event.Time, item event.ItemID) {
	sec := int64(math.MinInt64)
	if at.Known() {
		sec = at.Sec
	}
	if n := len(l.runs); n > 0 && l.runs[n-1].item == item {
		r := &l.runs[n-1]
		if id == r.last+1 {
			r.last, r.to = id, sec
			return
		}
		if r.first <= id && id <= r.last {
			return // in the evidence twice
		}
	}
	if len(l.runs) >= maxRuns {
		l.scattered = true
		return
	}
	l.runs = append(l.runs, run{id, id, sec, sec, item})
}

// Gap is a row of record ids that are missing between two records of a log.
// Nothing but a missing, damaged or deleted piece, or an export of chosen
// records, makes one. From and To are the times of the two records.
type Gap struct {
	From, To event.Time
	Missing  int64
}

// gaps sorts runs, joins those that touch or overlap, and lists what lies
// between.
func gaps(runs []run) []Gap {
	slices.SortFunc(runs, func(a, b run) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(b.last, a.last), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	var list []Gap
	for i, at := 0, (run{}); i < len(runs); i++ {
		r := runs[i]
		switch {
		case i == 0:
			at = r
		case r.first > at.last && r.first-at.last > 1:
			list = append(list, Gap{secTime(at.to), secTime(r.from), int64(min(r.first-at.last-1, math.MaxInt64))})
			at = r
		case r.last > at.last:
			at.last, at.to = r.last, r.to
		}
	}
	return list
}

func secTime(sec int64) event.Time {
	if sec == math.MinInt64 {
		return event.Time{}
	}
	return event.Time{Sec: sec, Source: event.FromRecord}
}

// MissingIDs is how many record ids between the least and the greatest have
// no record, for logs that number their records. Of a scattered log it is a
// lower bound.
func (t *Log) MissingIDs() int64 {
	if t.Scattered {
		span := min(t.LastID-t.FirstID, math.MaxInt64-1) // ids are the evidence's own words
		return max(0, int64(span)+1-t.Records)
	}
	var n int64
	for _, g := range t.Gaps {
		if n += g.Missing; n < 0 {
			return math.MaxInt64
		}
	}
	return n
}

// Largest is the gap that lacks most records.
func (t *Log) Largest() (largest Gap) {
	for _, g := range t.Gaps {
		if g.Missing > largest.Missing {
			largest = g
		}
	}
	return largest
}
