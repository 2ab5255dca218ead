package coverage

import (
	"cmp"
	"slices"

	"spoor/event"
	"spoor/internal/exchange"
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
	Signs    Signs        `json:"-"`
	Recorded Recorded     `json:"-"`
	Builds   []BuildSeen  `json:"-"`
	Gaps     []Gap        `json:"-"` // of record ids, in their order
	Parts    []*Part      `json:"-"` // by protocol, where a log has them
	// Scattered is whether its record ids have more gaps than are listed:
	// an export of chosen records. Its gaps are not listed.
	Scattered bool `json:"-"`
	hours     map[int64]hour
	runs      []run
	holes     []Hole
}

// BuildSeen is a build that rows state, without leading zeros, with the time
// of its first and last row.
type BuildSeen struct {
	Build    string
	From, To event.Time
}

// Coverage is all logs of all hosts, in the order host, kind.
type Coverage struct {
	Logs []*Log
	// Overflow counts events beyond the caps, which were examined but whose
	// log, hour or build is not in the coverage.
	Overflow int64
}

// Dropped is Overflow.
func (c *Coverage) Dropped() int64 { return c.Overflow }

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
				t = &Log{Host: host, Kind: n.kind, Format: k.format, Unnamed: true, Item: k.item, hours: make(map[int64]hour)}
				all[n] = t
				c.Logs = append(c.Logs, t)
			}
			t.Unnamed = t.Unnamed && k.host == ""
			t.Item = min(t.Item, k.item)
			t.merge(l)
			c.Overflow += l.lost
		}
	}
	for _, t := range c.Logs {
		// A collector that is full has seen more gaps than are listed, so
		// what is said does not depend on the number of workers.
		if t.Gaps, t.runs = gaps(t.runs), nil; len(t.Gaps) > maxGaps {
			t.Scattered = true
		}
		if t.Scattered {
			t.Gaps = nil
		}
		t.holes = t.find()
	}
	slices.SortFunc(c.Logs, func(a, b *Log) int {
		return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Format, b.Format))
	})
	return c
}

// kindOf is the event log's channel or the text format; logs in the form of a
// web server's that are none (of the firewall, of FTP, of a proxy) go by what
// they are.
func kindOf(format, channel string) string {
	if format == "w3c" && (channel == "firewall" || channel == "ftp" || channel == "proxy") {
		return channel
	}
	if (format == "evtx" || format == "json" || format == "event-xml" || format == "exchange-csv") && channel != "" {
		return channel
	}
	return format
}

func (t *Log) merge(l *log) {
	t.Records += l.records
	t.Untimed += l.untimed
	t.Inferred += l.inferred
	t.Looked += l.looked
	t.Signs.Merge(l.signs)
	t.Recorded.merge(l.audit.Recorded)
	t.runs, t.Scattered = append(t.runs, l.runs...), t.Scattered || l.scattered
	t.mergeParts(l.parts)
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
	for n, seen := range l.hours {
		if old, ok := t.hours[n]; ok {
			seen = seen.join(old)
		}
		t.hours[n] = seen
	}
	for build, span := range l.builds {
		b, ok := exchange.ParseBuild(build)
		if ok {
			build = b.String()
		}
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
		x, _ := exchange.ParseBuild(a.Build)
		y, _ := exchange.ParseBuild(b.Build)
		return cmp.Or(x.Compare(y), cmp.Compare(a.Build, b.Build))
	})
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
