package coverage

import (
	"cmp"
	"slices"
	"strings"

	"spoor/event"
)

// part is what one protocol's folder holds of a log that lies in several.
type part struct {
	from, to event.Time
	hours    map[int64]struct{}
	last     int64 // hour of the last row
}

func (l *log) addPart(name []byte, at event.Time) {
	if len(name) == 0 || len(name) > 32 || !at.Known() {
		return
	}
	p := l.part
	if p == nil || string(name) != l.partName {
		p = l.parts[string(name)]
		if p == nil {
			if len(l.parts) >= maxParts {
				l.lost++
				return
			}
			if l.parts == nil {
				l.parts = make(map[string]*part)
			}
			p = &part{from: at, to: at, hours: make(map[int64]struct{}), last: -1 << 62}
			l.parts[string(name)] = p
		}
		l.part, l.partName = p, string(name)
	}
	if at.Compare(p.from) < 0 {
		p.from = at
	}
	if at.Compare(p.to) > 0 {
		p.to = at
	}
	if hour := floorHour(at.Sec); hour != p.last {
		if _, ok := p.hours[hour]; !ok && len(p.hours) >= maxHours {
			l.lost++
			return
		}
		p.hours[hour], p.last = struct{}{}, hour
	}
}

// Part is what one protocol's folder holds of a log that lies in several
// (Ecp, Mapi, ... of HttpProxy): each has its own limit of size.
type Part struct {
	Name     string
	From, To event.Time
	hours    map[int64]struct{}
}

func (t *Log) mergeParts(parts map[string]*part) {
	for name, p := range parts {
		i := slices.IndexFunc(t.Parts, func(q *Part) bool { return strings.EqualFold(q.Name, name) })
		if i < 0 {
			i = len(t.Parts)
			t.Parts = append(t.Parts, &Part{Name: name, From: p.from, To: p.to, hours: make(map[int64]struct{}, len(p.hours))})
		}
		q := t.Parts[i]
		q.Name = min(q.Name, name)
		if p.from.Compare(q.From) < 0 {
			q.From = p.from
		}
		if p.to.Compare(q.To) > 0 {
			q.To = p.to
		}
		for h := range p.hours {
			q.hours[h] = struct{}{}
		}
	}
	slices.SortFunc(t.Parts, func(a, b *Part) int { return cmp.Compare(a.Name, b.Name) })
}

// lateBy is how much later than the log's first row a protocol must begin to
// be said to have lost its older rows.
const lateBy = 48 * 3600

// Late lists the protocols that begin much later than the log, though they
// have rows in at least every second hour since: their older rows are gone,
// while those of other protocols are not, which is what a limit of size does.
func (t *Log) Late() []*Part {
	var list []*Part
	for _, p := range t.Parts {
		hours := int64(len(p.hours))
		if p.From.Sec-t.From.Sec > lateBy && hours >= 24 && hours*2 >= floorHour(p.To.Sec)-floorHour(p.From.Sec)+1 {
			list = append(list, p)
		}
	}
	return list
}
