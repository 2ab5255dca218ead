package evtxlog

import (
	"bytes"
	"encoding/binary"
	"time"

	"spoor/event"
	"spoor/internal/cursor"
	"spoor/internal/stream"
)

// Decoder turns chunks into events. It keeps templates, plans, names, routes
// and hosts between chunks, each bounded. One goroutine uses it at a time.
type Decoder struct {
	slack bool // an option
	ofDecoder
	ofChunk
	ofRecord
}

// ofDecoder is remembered from chunk to chunk. It is bounded: makeRoom and
// dropPlans empty it.
type ofDecoder struct {
	names         nameTable
	byGUID        [256]*outline // walked last for the definition's GUID, in one of two places
	byLength      [64]*template // found last outside definitions, by the number of steps
	templates     map[uint64][]*template
	templateCount uint32
	templateBytes int
	plans         map[string]*plan
	shapes        map[uint64][]*event.Shape
	joins         joins
	planner       planner
	planBytes     int
	recent        [256]recentPlan
	pairs         [256]pair
	routes        map[string]*event.Route
	hosts         map[string]string
	lastHost      string
	lastHostRaw   []byte
}

// ofChunk holds for one chunk: places in it mean nothing in the next. What is not
// emptied is told from what an earlier chunk left by the epoch.
type ofChunk struct {
	chunk   []byte
	item    event.ItemID
	offset  int64 // of chunk in the item
	sum     *stream.Summary
	epoch   uint32
	walked  int // bytes of definitions walked in this chunk
	made    int // fields of the shapes made for this chunk
	used    int // length of the chunk without the zeros at its end
	nameAt  [nameSlots]nameSlot
	defs    map[uint32]*definition
	defAt   [256]defSlot
	defRoom []definition
	inUse   []*plan // whose last record is of this chunk
}

// ofRecord holds for one record; only its memory is used again.
type ofRecord struct {
	ops     []op
	inner   []op   // room for a walk inside another
	holes   []hole // of the walk
	ended   bool   // by its end token
	vals    []value
	rawBase int
	found   extent // by instance
	inst    []instance
	key     []byte
	arena   []byte
	ev      event.Event
	room    []event.Value // for the values of plans that have none
	values  []event.Value // of the record at hand
}

// Option changes what a decoder does.
type Option func(*Decoder)

// WithSlack yields the old records behind a chunk's declared end as well;
// without it they are only counted.
func WithSlack() Option { return func(d *Decoder) { d.slack = true } }

// NewDecoder makes a decoder with empty caches.
func NewDecoder(opts ...Option) *Decoder {
	d := &Decoder{}
	d.names = nameTable{ids: map[string]uint32{}}
	d.defs = map[uint32]*definition{}
	d.templates = map[uint64][]*template{}
	d.plans = map[string]*plan{}
	d.shapes = map[uint64][]*event.Shape{}
	d.joins = newJoins()
	d.routes = map[string]*event.Route{}
	d.hosts = map[string]string{}
	for _, o := range opts {
		o(d)
	}
	return d
}

// soft notes damage that loses no record.
func (d *Decoder) soft(at int, code string) {
	d.sum.AddDamage(event.Damage{Offset: d.offset + int64(at), Code: code})
}

// null reports that a substitution has no value in this record.
func (d *Decoder) null(r ref) bool {
	in := &d.inst[r.inst]
	return int(r.sub) >= in.n || d.vals[in.base+int(r.sub)].typ == typeNull
}

func (d *Decoder) valueOf(r ref) event.Value {
	var v event.Value
	d.load(r, &v)
	return v
}

// load puts a substitution's value into out.
func (d *Decoder) load(r ref, out *event.Value) {
	in := &d.inst[r.inst]
	if int(r.sub) >= in.n {
		*out = event.Value{Kind: event.Null}
		return
	}
	v := d.vals[in.base+int(r.sub)]
	put(out, v.typ, d.chunk[v.off:v.off+v.size:v.off+v.size])
}

// put makes a value of a type from its bytes, as convert does. The types that
// make up nearly all values are built in place, which halves the time of a
// record.
func put(out *event.Value, typ uint8, raw []byte) {
	switch typ {
	case typeNull:
		*out = event.Value{Kind: event.Null}
		return
	case typeString:
		if n := len(raw); n >= 2 && raw[n-1] == 0 && raw[n-2] == 0 {
			raw = trimWide(raw)
		}
		*out = event.Value{Kind: event.Wide, Raw: raw}
		return
	case typeUint8:
		if len(raw) == 1 {
			*out = event.Value{Kind: event.Uint, Bits: uint64(raw[0]), Raw: raw}
			return
		}
	case typeUint16:
		if n, ok := cursor.U16(raw, 0); ok && len(raw) == 2 {
			*out = event.Value{Kind: event.Uint, Bits: uint64(n), Raw: raw}
			return
		}
	case typeUint32, typeHex32:
		if n, ok := cursor.U32(raw, 0); ok && len(raw) == 4 {
			*out = event.Value{Kind: kinds[typ], Bits: uint64(n), Raw: raw}
			return
		}
	case typeUint64, typeHex64, typeFileTime:
		if n, ok := cursor.U64(raw, 0); ok && len(raw) == 8 {
			*out = event.Value{Kind: kinds[typ], Bits: n, Raw: raw}
			return
		}
	}
	*out = convert(typ, raw)
}

// plan finds or makes the plan for the record just parsed; nil when the chunk
// has used up its shapes.
func (d *Decoder) plan() *plan {
	outer := d.inst[0].t
	var inner *template
	var sub uint32
	simple := len(d.inst) <= 2 && len(outer.dynamic) == 0
	if len(d.inst) == 2 {
		inner, sub = d.inst[1].t, d.inst[1].sub
		simple = simple && (inner == nil || len(inner.dynamic) == 0)
	}
	recent := &d.recent[int(outer.id)%len(d.recent)]
	if simple && recent.outer == outer && recent.inner == inner && recent.sub == sub {
		return recent.plan
	}
	d.planKey()
	p, ok := d.plans[string(d.key)]
	if !ok {
		if d.made > maxPlanFields {
			return nil
		}
		if len(d.plans) >= maxPlans || d.planBytes > maxPlanBytes {
			d.dropPlans()
		}
		p = d.compile()
		d.made += p.shape.Len() + 1
		d.planBytes += p.size + len(d.key)
		d.plans[string(d.key)] = p
	}
	if simple {
		*recent = recentPlan{outer: outer, inner: inner, sub: sub, plan: p}
	}
	return p
}

// planKey writes what a plan depends on to d.key: the templates, how they are
// nested, and the values that name fields.
func (d *Decoder) planKey() {
	d.key = d.key[:0]
	for i := range d.inst {
		in := &d.inst[i]
		id := uint32(0)
		if in.t != nil {
			id = in.t.id
		}
		d.key = binary.LittleEndian.AppendUint32(d.key, id)
		d.key = binary.LittleEndian.AppendUint32(d.key, uint32(in.parent))
		d.key = binary.LittleEndian.AppendUint32(d.key, in.sub)
		if in.t == nil {
			continue
		}
		for _, s := range in.t.dynamic {
			v := d.valueOf(ref{int32(i), s})
			d.key = binary.LittleEndian.AppendUint32(d.key, uint32(len(v.Raw)))
			d.key = binary.LittleEndian.AppendUint64(append(append(d.key, byte(v.Kind)), v.Raw...), v.Bits)
		}
	}
}

// maxExpansion bounds the bytes of all values of one event: a value of a
// record that stands in many fields would else make 64 KiB into gigabytes.
const maxExpansion = 16 * chunkSize

// fill puts the record's values into the slots.
func (d *Decoder) fill(p *plan) {
	d.arena = d.arena[:0]
	d.values = p.values
	if d.values == nil {
		if cap(d.room) < len(p.sources) {
			d.room = make([]event.Value, len(p.sources)+16)
		}
		d.values = d.room[:len(p.sources)]
	}
	room, full := maxExpansion, false
	values := d.values
next:
	for i := range p.sources {
		s, v := &p.sources[i], &values[i]
		for _, r := range s.deps {
			if d.null(r) {
				*v = event.Value{}
				continue next
			}
		}
		switch s.from {
		case fromRecord:
			d.load(s.ref, v)
			if v.Kind == event.Null && s.optional {
				v.Kind = event.Absent
			}
		case fromText:
			*v = p.texts[s.extra]
		case fromParts:
			*v = d.mixed(p.mixed[s.extra], room)
		}
		if room -= len(v.Raw); room < 0 {
			room += len(v.Raw)
			*v, full = event.Value{Kind: event.Null}, true
		}
	}
	if full {
		d.soft(d.inst[0].pos, "value-expansion")
	}
}

// mixed joins literal text and values in the arena, up to about room bytes.
func (d *Decoder) mixed(parts []part, room int) event.Value {
	start := len(d.arena)
	for i := range parts {
		v := parts[i].text
		if !parts[i].literal {
			v = d.valueOf(parts[i].ref)
		}
		if d.arena = v.AppendText(d.arena); len(d.arena)-start > room {
			break
		}
	}
	return event.TextValue(d.arena[start:len(d.arena):len(d.arena)])
}

func (d *Decoder) at(slot event.Slot) event.Value {
	if slot < 0 {
		return event.Value{}
	}
	return d.values[slot]
}

// route interns where the event came from.
func (d *Decoder) route(p *plan) *event.Route {
	channel, provider := d.at(p.channel), d.at(p.provider)
	id, _ := d.at(p.id).Uint64()
	if p.route != nil && p.raw.id == id && bytes.Equal(p.raw.channel, channel.Raw) && bytes.Equal(p.raw.provider, provider.Raw) {
		return p.route
	}
	d.key = append(channel.AppendText(d.key[:0]), 0)
	split := len(d.key)
	d.key = provider.AppendText(d.key)
	end := len(d.key)
	d.key = binary.LittleEndian.AppendUint64(d.key, id)
	r, ok := d.routes[string(d.key)]
	if !ok {
		r = &event.Route{Format: "evtx", Channel: string(d.key[:split-1]), Provider: string(d.key[split:end]), EventID: uint32(id)}
		d.routes[string(d.key)] = r
	}
	p.route = r
	p.raw = routeRaw{
		channel:  append(p.raw.channel[:0], channel.Raw...),
		provider: append(p.raw.provider[:0], provider.Raw...),
		id:       id,
	}
	return r
}

func (d *Decoder) host(v event.Value) string {
	if len(v.Raw) == 0 {
		return ""
	}
	if bytes.Equal(v.Raw, d.lastHostRaw) {
		return d.lastHost
	}
	start := len(d.arena)
	d.arena = v.AppendText(d.arena)
	name := d.arena[start:]
	host, ok := d.hosts[string(name)]
	if !ok {
		host = string(name)
		d.hosts[host] = host
	}
	d.lastHost, d.lastHostRaw = host, append(d.lastHostRaw[:0], v.Raw...)
	return host
}

// created reads the record's own time; a text form stands in records that
// another program wrote.
func created(v event.Value) event.Time {
	switch v.Kind {
	case event.FileTime:
		return event.TimeFromFileTime(v.Bits, event.FromRecord)
	case event.SysTime:
		return event.TimeFromSysTime(v.Raw, event.FromRecord)
	case event.Wide, event.Text:
		if len(v.Raw) < 128 {
			if t, err := time.Parse(time.RFC3339Nano, v.String()); err == nil {
				return event.TimeOf(t, 9, event.FromRecord)
			}
		}
	}
	return event.Time{}
}
