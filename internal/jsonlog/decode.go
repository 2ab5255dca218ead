package jsonlog

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"spoor/event"
	"spoor/internal/limits"
	"spoor/internal/stream"
	"spoor/internal/textlog"
)

// Damage codes.
const (
	BadJSON  = "bad-json"      // no JSON object, or cut off
	TooDeep  = "too-deep"      // nested beyond MaxDepth
	TooMany  = "too-many"      // more than MaxFields fields
	LongKey  = "long-key"      // a key longer than MaxKey
	NotEvent = "not-an-event"  // an object without an event id
	BadTime  = "bad-time"      // no time that can be read; the event is kept
	RowCut   = "row-cut"       // an object longer than textlog.MaxLine
	NulBytes = "nul-bytes"     // NULs where an object should be
	Trailing = "trailing-text" // something after the object on its line
)

const (
	maxPlans  = max(2048>>limits.Shrink, 2)
	maxRoutes = max(8192>>limits.Shrink, 2)
	maxHosts  = max(8192>>limits.Shrink, 1)
	// maxArena is the largest arena kept from block to block.
	maxArena = max(4<<20>>limits.Shrink, 64)
	// maxSignature bounds the signatures that are kept; larger ones are
	// worked out each time.
	maxSignature = max(64<<10>>limits.Shrink, 200)
	// maxPlanBytes bounds what all kept plans hold; a usual one has 5 KiB.
	maxPlanBytes = max(32<<20>>limits.Shrink, 2000)
)

type decoder struct {
	scan      textlog.Scanner
	clock     textlog.Clock
	flat      flattener
	plans     map[string]*plan
	planBytes int
	routes    map[string]*event.Route
	hosts     map[string]string
	key       []byte
	ev        event.Event
	sum       stream.Summary
	plain     *plainForm // nil for exported Windows events
	// accessRoute is that of rows of web servers, and requests their values.
	accessRoute *event.Route
	requests    []event.Value
}

// NewDecoder makes a decoder. location is the zone of times without one, nil
// for UTC.
func NewDecoder(location *time.Location) stream.Decoder { return newDecoder(location) }

func newDecoder(location *time.Location) *decoder {
	return &decoder{
		flat:   flattener{inner: new(flattener)},
		clock:  textlog.Clock{Location: location},
		plans:  make(map[string]*plan),
		routes: make(map[string]*event.Route),
		hosts:  make(map[string]string),

		accessRoute: &event.Route{Format: "w3c", Channel: "access"},
	}
}

// Decode implements stream.Decoder.
func (d *decoder) Decode(b *stream.Block, yield func(*event.Event)) stream.Summary {
	d.sum = stream.Summary{}
	c, ok := b.Carry.(*carry)
	if !ok {
		c = &carry{text: textlog.Sniff(b.Data), last: true}
	}
	d.scan.Reset(b, c.text)
	if c.continued {
		n, _ := c.text.LineEnd(d.scan.Rest(), true)
		d.scan.Take(n, 1)
		d.damage(RowCut, fmt.Sprintf("%d more bytes of a line longer than %d", n, textlog.MaxLine), 0)
	}
	for {
		rest := d.scan.Rest()
		if len(rest) == 0 {
			if cap(d.flat.arena) > maxArena || cap(d.flat.sig) > maxArena {
				d.flat = flattener{inner: new(flattener), plain: d.plain != nil}
			}
			return d.sum
		}
		r := nextRow(c.text, rest, true, c.lines)
		if r.n == 0 {
			r = row{n: len(rest), kind: badRow}
		}
		lines := countLines(c.text, rest[:r.n], c.last && r.n == len(rest))
		d.row(d.scan.Take(r.n, lines), r, int64(lines), yield)
	}
}

func (d *decoder) damage(code, detail string, lost int) {
	ref := d.scan.Ref()
	d.sum.AddDamage(event.Damage{Offset: ref.Offset, Line: ref.Line, Code: code, Detail: detail, Lost: lost})
}

func (d *decoder) row(data []byte, r row, lines int64, yield func(*event.Event)) {
	d.sum.Lines.Total += lines
	switch r.kind {
	case blankRow:
		d.sum.Lines.Blank += lines
		return
	case punctRow:
		d.sum.Lines.Comment += lines
		return
	case badRow:
		d.sum.Lines.Damaged += lines
		code := BadJSON
		if len(bytes.Trim(data, "\x00 \t\r\n")) == 0 {
			code = NulBytes
		}
		if len(data) >= textlog.MaxLine {
			code = RowCut
		}
		d.damage(code, "", 1)
		return
	}
	good := false
	data = data[r.start:]
	for len(data) > 0 {
		n, code := d.flat.object(data)
		if code == "" {
			code = d.emit(yield)
		}
		if code != "" {
			d.damage(code, "", 1)
			if code != NotEvent {
				break
			}
		} else {
			good = true
		}
		data = bytes.TrimLeft(data[n:], " \t\r\n,]")
		if len(data) > 0 && data[0] != '{' {
			d.damage(Trailing, "", 0)
			break
		}
	}
	if good {
		d.sum.Lines.Parsed += lines
	} else {
		d.sum.Lines.Damaged += lines
	}
}

// emit yields the event of the object that was flattened.
func (d *decoder) emit(yield func(*event.Event)) string {
	code := d.event(d.scan.Ref())
	if code == NotEvent {
		return code
	}
	if code != "" {
		d.damage(code, "", 0)
	}
	d.sum.Count(&d.ev)
	yield(&d.ev)
	return ""
}

// event makes an event of the object that was flattened. An event is there
// after every code but NotEvent.
func (d *decoder) event(ref event.Ref) (code string) {
	p := d.plan()
	if !p.event {
		return NotEvent
	}
	values := d.flat.values
	if len(p.drop) > 0 {
		values = compact(values, p.drop)
	}
	d.ev = event.Event{Shape: p.shape, Values: values, Ref: ref}
	e := &d.ev
	if id := e.Value(p.record); id.Present() {
		e.Ref.Record, _ = id.Uint64()
	}
	stated := false
	for _, slot := range p.times {
		v := values[slot]
		if v.Empty() {
			continue
		}
		stated = true
		if t, ok := d.time(v); ok {
			e.Time = t
			break
		}
	}
	if stated && !e.Time.Known() {
		code = BadTime
	}
	switch {
	case p.access != nil:
		d.requests = p.access.row(append(d.requests[:0], values...))
		e.Values, e.Route = d.requests, d.accessRoute
	case d.plain != nil:
		e.Route = d.plain.route
	default:
		e.Route = d.route(e, p)
	}
	e.Host = d.host(e.Value(p.computer))
	return code
}

// compact removes the values at ascending places.
func compact(values []event.Value, drop []int) []event.Value {
	out := values[:drop[0]]
	for i, at := range drop {
		end := len(values)
		if i+1 < len(drop) {
			end = drop[i+1]
		}
		out = append(out, values[at+1:end]...)
	}
	return out
}

func (d *decoder) plan() *plan {
	if p, ok := d.plans[string(d.flat.sig)]; ok {
		return p
	}
	p := makePlan(d.flat.sig, d.plain)
	if len(d.flat.sig) <= maxSignature {
		if d.planBytes += p.size + len(d.flat.sig); len(d.plans) >= maxPlans || d.planBytes > maxPlanBytes {
			clear(d.plans)
			d.planBytes = p.size + len(d.flat.sig)
		}
		d.plans[string(d.flat.sig)] = p
	}
	return p
}

func (d *decoder) route(e *event.Event, p *plan) *event.Route {
	channel, provider := e.Value(p.channel), e.Value(p.provider)
	id, _ := e.Value(p.id).Uint64()
	d.key = channel.AppendText(d.key[:0])
	split := len(d.key)
	d.key = append(d.key, 0)
	d.key = provider.AppendText(d.key)
	end := len(d.key)
	d.key = strconv.AppendUint(append(d.key, 0), id, 10)
	r, ok := d.routes[string(d.key)]
	if !ok {
		if len(d.routes) >= maxRoutes {
			clear(d.routes)
		}
		r = &event.Route{Format: "json", Channel: string(d.key[:split]), Provider: string(d.key[split+1 : end]), EventID: uint32(min(id, 1<<32-1))}
		d.routes[string(d.key)] = r
	}
	return r
}

func (d *decoder) host(v event.Value) string {
	if v.Empty() {
		return ""
	}
	d.key = v.AppendText(d.key[:0])
	name, ok := d.hosts[string(d.key)]
	if !ok {
		if len(d.hosts) >= maxHosts {
			clear(d.hosts)
		}
		name = string(d.key)
		d.hosts[name] = name
	}
	return name
}
