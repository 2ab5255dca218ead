package coverage

import (
	"strconv"

	"spoor/event"
)

// Caps of one collector; see docs/limits.md.
const (
	maxLogs   = 20_000  // (host or item, log) pairs
	maxHours  = 200_000 // distinct hours of one log, 22 years
	maxBuilds = 1_000   // distinct builds of one log
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
	hours    map[int64]int64
	lost     int64 // events whose hour or build is beyond the caps
	builds   map[string]*buildSpan
	exchange bool // rows address Exchange's own paths
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
	build [4]event.Slot
	text  event.Slot // a whole build in one column ("15.1.2176.9")
	stem  event.Slot
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
			l = &log{hours: make(map[int64]int64), builds: make(map[string]*buildSpan)}
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
	}
	l.addTime(e.Time)
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
	hour := floorHour(t.Sec)
	if _, ok := l.hours[hour]; !ok && len(l.hours) >= maxHours {
		l.lost++
		return
	}
	l.hours[hour]++
}

func floorHour(sec int64) int64 {
	h := sec / 3600
	if sec%3600 < 0 {
		h--
	}
	return h
}

// facts reads the build columns and the sign that the server runs Exchange.
func (c *Collector) facts(l *log, e *event.Event) {
	if e.Route.Format == "evtx" || e.Route.Format == "json" {
		return
	}
	p := c.plans[e.Shape]
	if p == nil {
		p = &plan{text: e.Shape.Slot("S:BLD"), stem: e.Shape.Slot("cs-uri-stem")}
		for i, name := range [4]string{"MajorVersion", "MinorVersion", "BuildVersion", "RevisionVersion"} {
			p.build[i] = e.Shape.Slot(name)
		}
		if len(c.plans) < maxLogs {
			c.plans[e.Shape] = p
		}
	}
	if p.build[0] >= 0 || p.text >= 0 {
		l.exchange = true
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
		if !l.exchange {
			l.exchange = exchangePath(e.Values[p.stem].Raw)
		}
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

// exchangePath reports the virtual directories that only Exchange has. A
// scanner asks for them on any server, so this is a sign, not a proof.
func exchangePath(stem []byte) bool {
	for _, dir := range [...]string{"/owa/", "/ecp/", "/ews/", "/mapi/", "/microsoft-server-activesync", "/rpc/rpcproxy.dll", "/powershell"} {
		if len(stem) >= len(dir) && equalFold(stem[:len(dir)], dir) {
			return true
		}
	}
	return false
}

func equalFold(b []byte, lower string) bool {
	for i := range b {
		c := b[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

func validBuild(b []byte) bool {
	parts := 1
	for _, c := range b {
		switch {
		case c == '.':
			parts++
		case c < '0' || c > '9':
			return false
		}
	}
	return parts == 4 && len(b) >= 7
}

// Build is an Exchange build number, comparable part by part.
type Build [4]int

// ParseBuild reads "15.1.2176.9".
func ParseBuild(s string) (Build, bool) {
	var b Build
	part := 0
	for i := 0; i <= len(s); {
		j := i
		for j < len(s) && s[j] != '.' {
			j++
		}
		n, err := strconv.Atoi(s[i:j])
		if err != nil || part > 3 || n < 0 {
			return Build{}, false
		}
		b[part] = n
		part++
		i = j + 1
	}
	return b, part == 4
}

// Compare orders builds.
func (b Build) Compare(c Build) int {
	for i := range b {
		if b[i] != c[i] {
			if b[i] < c[i] {
				return -1
			}
			return 1
		}
	}
	return 0
}
