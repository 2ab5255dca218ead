package evtxlog

import (
	"slices"
	"strings"

	"spoor/event"
)

// plan says how the slots of a shape are filled from a record's instances.
type plan struct {
	shape   *event.Shape
	sources []source
	texts   []event.Value
	mixed   [][]part
	// Slots that every event is asked for, or -1.
	time, channel, provider, id, computer event.Slot
	size                                  int // bytes of memory, about

	route *event.Route // the route met last, with the bytes it came from
	raw   routeRaw
	host  string // of the record met last
	repeating
}

type routeRaw struct {
	channel, provider []byte
	id                uint64
}

// ref names a substitution of one of the record's instances.
type ref struct {
	inst int32
	sub  uint32
}

// source says where a slot's value comes from. It is small, for a record
// walks over all of them: what few slots need stands in the plan.
type source struct {
	ref
	from     origin
	optional bool
	extra    uint32 // in plan.texts or plan.mixed
	deps     []ref  // the element is there only if none of these is null
}

type origin uint8

const (
	fromRecord origin = iota // a substitution
	fromText                 // a constant
	fromParts                // several pieces
)

// part is literal text or a substitution.
type part struct {
	ref
	literal bool
	text    event.Value
}

// element is an open element while a plan is made.
type element struct {
	name     string
	nameID   uint32
	path     uint32 // in names.joined
	label    string // content of a naming attribute
	labelled bool
	section  event.Section
	pieces
	optional bool // its only part is an optional substitution
	children bool
	attrs    int
	deps     []ref
}

// pieces are the parts of a text; nearly always there is one, which then
// needs no memory of its own.
type pieces struct {
	n    int
	one  part
	more []part // all of them, where there are several
}

func (x *pieces) add(p part) {
	switch x.n {
	case 0:
		x.one = p
	case 1:
		x.more = append(x.more, x.one, p)
	default:
		x.more = append(x.more, p)
	}
	x.n++
}

func (x *pieces) all() []part {
	switch x.n {
	case 0:
		return nil
	case 1:
		return []part{x.one}
	}
	return x.more
}

// planner flattens instances into fields. It is kept between plans, with its
// memory.
type planner struct {
	d       *Decoder
	fields  []event.Field
	sources []source
	texts   []event.Value
	mixed   [][]part
	system  [5]event.Slot // of the plan's own slots, see systemSlot
	stack   []element
	frames  []frame
	visited []bool // by instance
	seen    []bool // by value
	// The attribute being read.
	attr      string
	attrID    uint32
	attrParts pieces
	attrOpt   bool
	inAttr    bool
	size      int
	refs      []ref // room for dependencies, shared by plans
}

type frame struct{ inst, op int }

// compile makes the plan of the record in d.inst.
func (d *Decoder) compile() *plan {
	p := &d.planner
	p.d, p.fields, p.sources, p.texts, p.mixed, p.size = d, p.fields[:0], p.sources[:0], p.texts[:0], p.mixed[:0], 0
	p.system = [5]event.Slot{-1, -1, -1, -1, -1}
	p.visited, p.seen = cleared(p.visited, len(d.inst)), cleared(p.seen, len(d.vals))
	for root := range d.inst {
		if d.inst[root].parent >= 0 || d.inst[root].t == nil {
			continue
		}
		p.visited[root] = true
		p.frames = append(p.frames[:0], frame{inst: root})
		for len(p.frames) > 0 {
			top := &p.frames[len(p.frames)-1]
			in := &d.inst[top.inst]
			if top.op >= len(in.t.ops) {
				p.frames = p.frames[:len(p.frames)-1]
				continue
			}
			o := &in.t.ops[top.op]
			top.op++
			if o.code == opSub && !p.inAttr {
				if nested := p.nested(top.inst, o.sub); len(nested) > 0 {
					// The stack is last in, first out: keep the order.
					for i := len(nested) - 1; i >= 0; i-- {
						p.frames = append(p.frames, frame{inst: nested[i]})
					}
					continue
				}
			}
			p.step(top.inst, o)
		}
		for len(p.stack) > 0 {
			p.close()
		}
	}
	return p.finish()
}

func cleared(list []bool, n int) []bool {
	if cap(list) < n {
		return make([]bool, n, 2*n)
	}
	list = list[:n]
	clear(list)
	return list
}

// nested returns the instances inside a value that were not visited yet.
func (p *planner) nested(parent int, sub uint32) []int {
	in := &p.d.inst[parent]
	if int(sub) >= in.n {
		return nil
	}
	at := in.base + int(sub)
	if p.d.vals[at].typ != typeBinXML || p.seen[at] {
		return nil
	}
	p.seen[at] = true
	var found []int
	for i := range p.d.inst {
		in := &p.d.inst[i]
		if int(in.parent) == parent && in.sub == sub && in.t != nil && !p.visited[i] {
			p.visited[i] = true
			found = append(found, i)
		}
	}
	return found
}

func (p *planner) step(inst int, o *op) {
	switch o.code {
	case opOpen:
		p.endAttr()
		p.open(inst, o)
	case opAttr:
		p.endAttr()
		p.attr, p.attrID, p.attrParts, p.attrOpt, p.inAttr = p.d.names.text[o.name], o.name, pieces{}, false, true
	case opContent:
		p.endAttr()
	case opClose:
		p.endAttr()
		p.close()
	case opText:
		p.add(part{literal: true, text: event.Value{Kind: event.Wide, Raw: o.text}}, false)
	case opSub:
		p.add(part{ref: ref{int32(inst), o.sub}}, o.opt)
	}
}

func (p *planner) add(x part, optional bool) {
	if p.inAttr {
		p.attrOpt = optional && p.attrParts.n == 0
		p.attrParts.add(x)
		return
	}
	if len(p.stack) == 0 {
		return
	}
	e := &p.stack[len(p.stack)-1]
	e.optional = optional && e.n == 0
	e.add(x)
}

func (p *planner) open(inst int, o *op) {
	name := p.d.names.text[o.name]
	e := element{name: name, nameID: o.name}
	if n := len(p.stack); n > 0 {
		up := &p.stack[n-1]
		up.children = true
		e.deps, e.section = up.deps, up.section
		if n == 1 {
			e.section = sectionOf(name)
		}
		if e.path = p.join(joinElement, up.path, o.name); len(p.d.joins.text[e.path]) > maxPath {
			e.path = up.path
		}
	}
	// The root stands whatever it depends on: a torn write that zeroes the
	// value it names would else hide the fields that are left.
	if o.sub != noDependency && len(p.stack) > 0 {
		e.deps = p.depend(e.deps, ref{int32(inst), o.sub})
	}
	p.stack = append(p.stack, e)
}

// depend returns the list with one more, in the room that plans share.
func (p *planner) depend(deps []ref, r ref) []ref {
	if cap(p.refs)-len(p.refs) <= len(deps) {
		p.refs = make([]ref, 0, 256+2*len(deps))
	}
	start := len(p.refs)
	p.refs = append(append(p.refs, deps...), r)
	return p.refs[start:len(p.refs):len(p.refs)]
}

// maxPath bounds a field's path: nested elements would otherwise make paths
// grow with the square of the depth.
const maxPath = 1024

func sectionOf(name string) event.Section {
	switch name {
	case "System":
		return event.System
	case "EventData":
		return event.EventData
	case "RenderingInfo":
		return event.Rendering
	}
	return event.UserData
}

func (p *planner) endAttr() {
	if !p.inAttr {
		return
	}
	p.inAttr = false
	if len(p.stack) == 0 || isNamespace(p.attr) {
		return
	}
	e := &p.stack[len(p.stack)-1]
	if e.section != event.System && namesByAttribute(e.name) && p.attr == "Name" {
		e.label, e.labelled = p.label(), true
		return
	}
	e.attrs++
	name := p.d.joins.text[p.join(joinName, e.nameID, p.attrID)]
	if e.section == event.System && e.name == "TimeCreated" && p.attr == "SystemTime" {
		name = "TimeCreated"
	}
	p.field(e, name, p.d.joins.text[p.join(joinAttribute, e.path, p.attrID)], &p.attrParts, p.attrOpt)
}

func (p *planner) close() {
	n := len(p.stack)
	if n == 0 {
		return
	}
	e := &p.stack[n-1] // stays until another is opened
	p.stack = p.stack[:n-1]
	if e.children && blank(e.all()) {
		return
	}
	if e.n == 0 && (e.section == event.System || e.attrs > 0 || n <= 2) {
		// System elements without content only carry attributes, and an
		// empty EventData holds no field.
		return
	}
	name := e.name
	if e.labelled && e.label != "" {
		name = e.label
	}
	if n == 1 {
		// Where the event's data should have been binary XML.
		name, e.section = "EventData", event.EventData
	}
	p.field(e, name, p.d.joins.text[e.path], &e.pieces, e.optional)
}

// blank reports that there is nothing but white space between child
// elements.
func blank(parts []part) bool {
	for i := range parts {
		if !parts[i].literal || strings.TrimSpace(parts[i].text.String()) != "" {
			return false
		}
	}
	return true
}

func (p *planner) field(e *element, name, path string, parts *pieces, optional bool) {
	if e.section == event.Rendering {
		name = "RenderingInfo." + name
	}
	if path == name {
		path = ""
	}
	if e.section == event.System {
		if i := systemSlot(name); i >= 0 && p.system[i] < 0 {
			p.system[i] = event.Slot(len(p.fields))
		}
	}
	p.fields = append(p.fields, event.Field{Name: name, Path: path, Section: e.section})
	s := source{deps: e.deps}
	switch {
	case parts.n == 0:
		p.constant(&s, event.Value{Kind: event.Null})
	case parts.n == 1 && parts.one.literal:
		p.constant(&s, parts.one.text)
	case parts.n == 1:
		s.ref, s.optional = parts.one.ref, optional
		s.deps = s.withoutSelf()
	case allLiteral(parts.more):
		p.constant(&s, event.TextValue(joined(parts.more)))
	default:
		s.from, s.extra = fromParts, uint32(len(p.mixed))
		p.mixed = append(p.mixed, parts.more)
		p.size += 96 * len(parts.more)
	}
	p.sources = append(p.sources, s)
	p.size += fieldBytes + len(name) + len(path) + 8*len(s.deps)
}

func (p *planner) constant(s *source, v event.Value) {
	s.from, s.extra = fromText, uint32(len(p.texts))
	p.texts = append(p.texts, v)
}

// withoutSelf leaves out that an element is there only if its own value is:
// an optional value says so itself.
func (s *source) withoutSelf() []ref {
	if !s.optional {
		return s.deps
	}
	if n := len(s.deps); n > 0 && s.deps[n-1] == s.ref {
		return s.deps[:n-1]
	}
	return s.deps
}

// fieldBytes is about what one field costs in a plan and its shape.
const fieldBytes = 320

func allLiteral(parts []part) bool {
	for i := range parts {
		if !parts[i].literal {
			return false
		}
	}
	return true
}

func joined(parts []part) []byte {
	var buf []byte
	for i := range parts {
		buf = parts[i].text.AppendText(buf)
	}
	return buf
}

// maxLabel bounds the bytes of a name that values make up.
const maxLabel = 1024

// label is the content of the attribute just read; nearly always it is one
// constant, which is interned.
func (p *planner) label() string {
	if a := &p.attrParts; a.n == 1 && a.one.literal && len(a.one.text.Raw) <= 2*maxNameUnits {
		return p.d.names.text[p.d.names.intern(a.one.text.Raw)]
	}
	return p.render(p.attrParts.all())
}

// render writes parts as text with the values of the present record; it is
// for names and constants.
func (p *planner) render(parts []part) string {
	var buf []byte
	for i := range parts {
		v := parts[i].text
		if !parts[i].literal {
			v = p.d.valueOf(parts[i].ref)
		}
		if buf = v.AppendText(buf); len(buf) > maxLabel {
			return string(buf[:maxLabel])
		}
	}
	return string(buf)
}

func (p *planner) finish() *plan {
	out := &plan{
		shape:   p.d.shapeOf(p.fields),
		sources: slices.Clone(p.sources),
		texts:   slices.Clone(p.texts),
		mixed:   slices.Clone(p.mixed),
		size:    p.size,
	}
	out.time, out.channel, out.provider, out.id, out.computer = p.system[0], p.system[1], p.system[2], p.system[3], p.system[4]
	return out
}

// systemSlot is the place in planner.system of a System field that every event
// is asked for, or -1.
func systemSlot(name string) int {
	switch name {
	case "TimeCreated":
		return 0
	case "Channel":
		return 1
	case "Provider_Name":
		return 2
	case "EventID":
		return 3
	case "Computer":
		return 4
	}
	return -1
}

// shapeOf finds or makes a shape. Structures that differ in types or constant
// texts only have one shape, and whoever keeps something by shape keeps it
// once: of 956 plans of the published recordings 405 differ in shape.
func (d *Decoder) shapeOf(fields []event.Field) *event.Shape {
	id := event.LayoutID("evtx", fields, false)
	for _, s := range d.shapes[id] {
		if s.Is("evtx", fields, false) {
			return s
		}
	}
	s := event.NewShape("evtx", fields, false)
	d.shapes[id] = append(d.shapes[id], s)
	return s
}
