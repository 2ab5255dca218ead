package coverage

import (
	"strings"

	"spoor/event"
)

// Caps of one collector; see docs/limits.md.
const (
	maxLogs   = 20_000  // (host or item, log) pairs
	maxHours  = 200_000 // distinct hours of one log, 22 years
	maxBuilds = 1_000   // distinct builds of one log
	maxRuns   = 262_144 // runs of record ids of one log; each chunk may begin one, so 16 GiB of them
	maxGaps   = 10_000  // gaps in the record ids of one log
	maxParts  = 32      // protocols of one log; Exchange has ten
)

// key names one log of one host; where the records name no host, of one item.
type key struct {
	host    string
	item    event.ItemID // only where host is empty
	format  string
	channel string
}

type log struct {
	records  int64
	untimed  int64
	inferred int64
	looked   int64 // events that at least one rule was tried on
	from, to event.Time
	first    uint64 // least record id
	last     uint64 // greatest record id
	hours    map[int64]hour
	lost     int64 // events whose hour, build or protocol is beyond the caps
	builds   map[string]*buildSpan
	signs    Signs
	audit    audit
	runs     []run
	// scattered is whether there are more runs than are kept
	scattered bool
	parts     map[string]*part
	part      *part // the last one, and its name
	partName  string
}

type buildSpan struct{ from, to event.Time }

// Collector gathers coverage on one worker.
type Collector struct {
	logs     map[key]*log
	overflow int64
	lastKey  key
	lastLog  *log
	plans    map[*event.Shape]*plan
}

// plan holds the slots that coverage reads from a shape.
type plan struct {
	build    [4]event.Slot
	text     event.Slot // a whole build in one column ("15.1.2176.9")
	stem     event.Slot
	status   event.Slot
	protocol event.Slot // of an HttpProxy log
	command  event.Slot // the command line of a process that was started
}

// NewCollector returns an empty collector.
func NewCollector() *Collector {
	return &Collector{logs: make(map[key]*log), plans: make(map[*event.Shape]*plan)}
}

// Add notes one event; looked says whether any rule was tried on it.
func (c *Collector) Add(e *event.Event, looked bool) {
	k := key{host: e.Host, format: e.Route.Format, channel: e.Route.Channel}
	if k.host == "" {
		k.item = e.Ref.Item
	}
	l := c.lastLog
	if l == nil || k != c.lastKey {
		l = c.logs[k]
		if l == nil {
			if len(c.logs) >= maxLogs {
				c.overflow++
				return
			}
			l = &log{hours: make(map[int64]hour), builds: make(map[string]*buildSpan), audit: audit{of: audited(k)}}
			l.signs.Exchange = strings.HasPrefix(k.channel, "MSExchange")
			c.logs[k] = l
		}
		c.lastKey, c.lastLog = k, l
	}
	l.records++
	if looked {
		l.looked++
	}
	if e.Shape.Inferred() {
		l.inferred++
	}
	if id := e.Ref.Record; id != 0 {
		if l.first == 0 || id < l.first {
			l.first = id
		}
		l.last = max(l.last, id)
		l.addID(id, e.Time, e.Ref.Item)
	}
	l.addTime(e.Time)
	if l.audit.of != nothing {
		l.audit.add(e, c.plan(e.Shape).command)
	}
	c.facts(l, e)
}

func (l *log) addTime(t event.Time) {
	if !t.Known() {
		l.untimed++
		return
	}
	if !l.from.Known() || t.Compare(l.from) < 0 {
		l.from = t
	}
	if !l.to.Known() || t.Compare(l.to) > 0 {
		l.to = t
	}
	n := floorHour(t.Sec)
	sec := uint16(t.Sec - n*3600)
	seen, ok := l.hours[n]
	if !ok {
		if len(l.hours) >= maxHours {
			l.lost++
			return
		}
		seen = hour{sec, sec}
	}
	l.hours[n] = seen.join(hour{sec, sec})
}

func floorHour(sec int64) int64 {
	h := sec / 3600
	if sec%3600 < 0 {
		h--
	}
	return h
}

func (c *Collector) plan(s *event.Shape) *plan {
	p := c.plans[s]
	if p != nil {
		return p
	}
	p = &plan{text: s.Slot("S:BLD"), stem: s.Slot("cs-uri-stem"), status: s.Slot("sc-status"), protocol: -1, command: s.Slot("CommandLine")}
	for i, name := range [4]string{"MajorVersion", "MinorVersion", "BuildVersion", "RevisionVersion"} {
		p.build[i] = s.Slot(name)
	}
	if s.Format() == "httpproxy" {
		p.protocol = s.Slot("Protocol")
	}
	if len(c.plans) < maxLogs {
		c.plans[s] = p
	}
	return p
}

// facts reads the build columns, the protocol, and the signs of what the
// server runs.
func (c *Collector) facts(l *log, e *event.Event) {
	if e.Route.Format == "evtx" || e.Route.Format == "json" || e.Route.Format == "event-xml" {
		return
	}
	p := c.plan(e.Shape)
	if p.build[0] >= 0 || p.text >= 0 {
		l.signs.Exchange = true
	}
	if p.protocol >= 0 {
		l.addPart(e.Value(p.protocol).Raw, e.Time)
	}
	var buf [48]byte
	var b []byte
	switch {
	case p.build[0] >= 0 && p.build[1] >= 0 && p.build[2] >= 0 && p.build[3] >= 0:
		b = buf[:0]
		for i, slot := range p.build {
			if i > 0 {
				b = append(b, '.')
			}
			v := e.Values[slot]
			if v.Empty() || len(v.Raw) > 8 {
				return
			}
			b = v.AppendText(b)
		}
	case p.text >= 0 && !e.Values[p.text].Empty() && len(e.Values[p.text].Raw) < 32:
		b = e.Values[p.text].AppendText(buf[:0])
	case p.stem >= 0:
		l.signs.read(e.Values[p.stem].Raw, e.Value(p.status).Raw)
		return
	default:
		return
	}
	if !validBuild(b) || !e.Time.Known() {
		return
	}
	span := l.builds[string(b)]
	if span == nil {
		if len(l.builds) >= maxBuilds {
			l.lost++
			return
		}
		l.builds[string(b)] = &buildSpan{e.Time, e.Time}
		return
	}
	if e.Time.Compare(span.from) < 0 {
		span.from = e.Time
	}
	if e.Time.Compare(span.to) > 0 {
		span.to = e.Time
	}
}
