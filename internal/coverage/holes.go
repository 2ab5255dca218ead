package coverage

import (
	"slices"

	"spoor/event"
)

// Hole is a time without rows inside a log that is otherwise steady: from the
// last row before it to the first one after it, in whole seconds.
type Hole struct{ From, To event.Time }

// hour holds the seconds of an hour's first and last row.
type hour struct{ first, last uint16 }

func (h hour) join(o hour) hour { return hour{min(h.first, o.first), max(h.last, o.last)} }

// Covers reports whether the log has rows at or before from and at or after
// to, with no hole that touches the time between and no record missing there.
func (t *Log) Covers(from, to event.Time) bool {
	if t.Scattered || !t.From.Known() || t.From.Compare(from) > 0 || t.To.Compare(to) < 0 {
		return false
	}
	for _, h := range t.Holes() {
		if h.From.Compare(to) < 0 && h.To.Compare(from) > 0 {
			return false
		}
	}
	for _, g := range t.Gaps {
		if g.From.Known() && g.To.Known() && g.From.Compare(to) < 0 && g.To.Compare(from) > 0 {
			return false
		}
	}
	return true
}

// A hole is longer than minHole hours and lacks at least minHole hours in
// which rows were to be expected; besides, it is holeFactor times as long as
// all but 5 % of the log's gaps, or lacks longHole such hours. How far a row
// is to be expected in an hour of the day is the share of the other days that
// have one: a server that sleeps at night has no holes, one that is polled
// every minute and then silent for a day has one.
const (
	minHole    = 6
	longHole   = 9
	holeFactor = 3
	leastHours = 8 // with rows; of less it cannot be said what is steady
)

// Whatever a log's habit is, a time without rows of more than so many hours is
// not covered. A web server that is reached from outside is asked for something
// within four days, also over holidays; logs that are written only when
// something happens are kept for thirty days by Exchange, so rows further apart
// are not of one log that went on.
const (
	silentDoor = 4 * 24
	silentLog  = 31 * 24
	// silentFew is the same for a web log with rows in fewer than leastHours
	// hours, of which no habit is known.
	silentFew = 48
)

// silence is the longest time without rows, in hours, that the log covers.
func (t *Log) silence() int64 {
	switch {
	case t.Format != "w3c" && t.Format != "httpproxy":
		return silentLog
	case len(t.hours) < leastHours:
		return silentFew
	}
	return silentDoor
}

// Holes lists the holes of the log, oldest first.
func (t *Log) Holes() []Hole { return t.holes }

// find works the holes out; every chain asks for them.
func (t *Log) find() []Hole {
	if len(t.hours) < 2 {
		return nil
	}
	hours := make([]int64, 0, len(t.hours))
	var rows [24]int64 // hours with rows, by hour of the day
	for h := range t.hours {
		hours = append(hours, h)
		rows[hourOfDay(h)]++
	}
	slices.Sort(hours)
	first, last := hours[0], hours[len(hours)-1]
	gaps := make([]int64, 0, len(hours))
	for i := 1; i < len(hours); i++ {
		gaps = append(gaps, hours[i]-hours[i-1])
	}
	sorted := slices.Clone(gaps)
	slices.Sort(sorted)
	usual := sorted[(len(sorted)-1)*95/100]
	var holes []Hole
	for i, g := range gaps {
		if g <= minHole {
			continue
		}
		elsewhere := float64(len(hours)) / float64(last-first+1-(g-1))
		var lacks float64
		for day := range int64(24) {
			silent := times(hours[i]+1, hours[i+1]-1, day)
			share := elsewhere // of a log too short to know this hour
			if others := times(first, last, day) - silent; others > 0 {
				share = float64(rows[day]) / float64(others)
			}
			lacks += float64(silent) * share
		}
		habit := len(hours) >= leastHours && lacks >= minHole && (g > holeFactor*usual || lacks >= longHole)
		if habit || g > t.silence() {
			from, to := t.hours[hours[i]].last, t.hours[hours[i+1]].first
			holes = append(holes, Hole{rowTime(hours[i], from), rowTime(hours[i+1], to)})
		}
	}
	return holes
}

func hourOfDay(h int64) int64 { return (h%24 + 24) % 24 }

// times counts how often an hour of the day lies in the hours from first to
// last.
func times(first, last, day int64) int64 {
	n := (last - first + 1) / 24
	if rest := (last - first + 1) % 24; (day-hourOfDay(first)+24)%24 < rest {
		n++
	}
	return n
}

func rowTime(h int64, sec uint16) event.Time {
	return event.Time{Sec: h*3600 + int64(sec), Source: event.FromRow}
}
