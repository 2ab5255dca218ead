package coverage

import (
	"cmp"
	"math"
	"slices"

	"spoor/event"
)

// Log is one kind of log of one host.
type Log struct {
	Host     string       `json:"host"`
	Item     event.ItemID `json:"-"` // set where the records name no host
	Unnamed  bool         `json:"-"`
	Kind     string       `json:"kind"` // text format, or the event log's channel
	Format   string       `json:"-"`
	From     event.Time   `json:"-"`
	To       event.Time   `json:"-"`
	Records  int64        `json:"records"`
	Untimed  int64        `json:"-"`
	Inferred int64        `json:"-"`
	Looked   int64        `json:"-"`
	FirstID  uint64       `json:"-"`
	LastID   uint64       `json:"-"`
	Exchange bool         `json:"-"`
	Builds   []BuildSeen  `json:"-"`
	hours    map[int64]int64
}

// BuildSeen is a build that rows state, with the time of its first and last
// row.
type BuildSeen struct {
	Build    string
	From, To event.Time
}

// Hole is a time without rows inside a log that is otherwise steady.
type Hole struct{ From, To event.Time }

// Coverage is all logs of all hosts, in the order host, kind.
type Coverage struct {
	Logs []*Log
	// Overflow counts events beyond the caps, which were examined but whose
	// log, hour or build is not in the coverage.
	Overflow int64
}

// Merge joins the collectors of all workers. resolve names the host of a log
// whose records name none, and may rename named ones (aliases).
func Merge(collectors []*Collector, resolve func(host string, item event.ItemID) string) *Coverage {
	type id struct{ host, format, kind string }
	all := make(map[id]*Log)
	c := &Coverage{}
	for _, col := range collectors {
		c.Overflow += col.overflow
		for k, l := range col.logs {
			host := resolve(k.host, k.item)
			n := id{host, k.format, kindOf(k.format, k.channel)}
			t := all[n]
			if t == nil {
				t = &Log{Host: host, Kind: n.kind, Format: k.format, Unnamed: true, Item: k.item, hours: make(map[int64]int64)}
				all[n] = t
				c.Logs = append(c.Logs, t)
			}
			t.Unnamed = t.Unnamed && k.host == ""
			t.Item = min(t.Item, k.item)
			t.merge(l)
			c.Overflow += l.lost
		}
	}
	slices.SortFunc(c.Logs, func(a, b *Log) int {
		return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Format, b.Format))
	})
	return c
}

func kindOf(format, channel string) string {
	if (format == "evtx" || format == "json" || format == "exchange-csv") && channel != "" {
		return channel
	}
	return format
}

func (t *Log) merge(l *log) {
	t.Records += l.records
	t.Untimed += l.untimed
	t.Inferred += l.inferred
	t.Looked += l.looked
	t.Exchange = t.Exchange || l.exchange
	if l.from.Known() {
		if !t.From.Known() || l.from.Compare(t.From) < 0 {
			t.From = l.from
		}
		if !t.To.Known() || l.to.Compare(t.To) > 0 {
			t.To = l.to
		}
	}
	if l.first != 0 && (t.FirstID == 0 || l.first < t.FirstID) {
		t.FirstID = l.first
	}
	t.LastID = max(t.LastID, l.last)
	for h, n := range l.hours {
		t.hours[h] += n
	}
	for build, span := range l.builds {
		t.addBuild(BuildSeen{build, span.from, span.to})
	}
}

func (t *Log) addBuild(b BuildSeen) {
	for i := range t.Builds {
		if t.Builds[i].Build == b.Build {
			if b.From.Compare(t.Builds[i].From) < 0 {
				t.Builds[i].From = b.From
			}
			if b.To.Compare(t.Builds[i].To) > 0 {
				t.Builds[i].To = b.To
			}
			return
		}
	}
	t.Builds = append(t.Builds, b)
	slices.SortFunc(t.Builds, func(a, b BuildSeen) int {
		x, _ := ParseBuild(a.Build)
		y, _ := ParseBuild(b.Build)
		return cmp.Or(x.Compare(y), cmp.Compare(a.Build, b.Build))
	})
}

// Covers reports whether the log has rows at or before from and at or after
// to, with no hole that touches the time between.
func (t *Log) Covers(from, to event.Time) bool {
	if !t.From.Known() || t.From.Compare(from) > 0 || t.To.Compare(to) < 0 {
		return false
	}
	for _, h := range t.Holes() {
		if h.From.Compare(to) < 0 && h.To.Compare(from) > 0 {
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
)

// Holes lists the holes of the log, oldest first.
func (t *Log) Holes() []Hole {
	if len(t.hours) < 3 {
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
		if lacks >= minHole && (g > holeFactor*usual || lacks >= longHole) {
			holes = append(holes, Hole{hourTime(hours[i] + 1), hourTime(hours[i+1])})
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

func hourTime(h int64) event.Time { return event.Time{Sec: h * 3600, Source: event.FromRow} }

// MissingIDs is how many record ids between the least and the greatest have
// no record, for logs that number their records.
func (t *Log) MissingIDs() int64 {
	if t.FirstID == 0 {
		return 0
	}
	span := min(t.LastID-t.FirstID, math.MaxInt64-1) // ids are the evidence's own words
	return max(0, int64(span)+1-t.Records)
}

// Host returns the logs of one host.
func (c *Coverage) Host(host string) []*Log {
	var logs []*Log
	for _, l := range c.Logs {
		if l.Host == host {
			logs = append(logs, l)
		}
	}
	return logs
}

// Hosts lists the hosts, sorted.
func (c *Coverage) Hosts() []string {
	var hosts []string
	for _, l := range c.Logs {
		if len(hosts) == 0 || hosts[len(hosts)-1] != l.Host {
			hosts = append(hosts, l.Host)
		}
	}
	return hosts
}
