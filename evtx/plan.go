package evtx

import (
	"strings"

	"spoor/event"
)

// plan says how the slots of a shape are filled from a record's instances.
type plan struct {
	shape   *event.Shape
	sources []source
	// Slots that every event is asked for, or -1.
	time, channel, provider, id, computer event.Slot
	size                                  int // bytes of memory, about

	route *event.Route // the route met last, with the bytes it came from
	raw   routeRaw
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

type source struct {
	part
	optional bool
	parts    []part // text made of several pieces
	deps     []ref  // the element is there only if none of these is null
}

// part is literal text or a substitution.
type part struct {
	ref
	literal bool
	text    event.Value
}

// element is an open element while a plan is made.
type element struct {
	name     string
	path     string
	label    string // content of a naming attribute
	labelled bool
	section  event.Section
	parts    []part
	optional bool // its only part is an optional substitution
	children bool
	attrs    int
	deps     []ref
}

// planner flattens instances into fields.
type planner struct {
	d       *Decoder
	fields  []event.Field
	sources []source
	stack   []element
	visited []bool // by instance
	seen    []bool // by value
	// The attribute being read.
	attr      string
	attrParts []part
	attrOpt   bool
	inAttr    bool
	size      int
}

type frame struct{ inst, op int }

// compile makes the plan of the record in d.inst.
func (d *Decoder) compile() *plan {
	p := planner{d: d, visited: make([]bool, len(d.inst)), seen: make([]bool, len(d.vals))}
	for root := range d.inst {
		if d.inst[root].parent >= 0 || d.inst[root].t == nil {
			continue
		}
		p.visited[root] = true
		frames := []frame{{inst: root}}
		for len(frames) > 0 {
			top := &frames[len(frames)-1]
			in := &d.inst[top.inst]
			if top.op >= len(in.t.ops) {
				frames = frames[:len(frames)-1]
				continue
			}
			o := &in.t.ops[top.op]
			top.op++
			if o.code == opSub && !p.inAttr {
				if nested := p.nested(top.inst, o.sub); len(nested) > 0 {
					// The stack is last in, first out: keep the order.
					for i := len(nested) - 1; i >= 0; i-- {
						frames = append(frames, frame{inst: nested[i]})
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
		p.attr, p.attrParts, p.attrOpt, p.inAttr = p.d.names.text[o.name], nil, false, true
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
		p.attrOpt = optional && len(p.attrParts) == 0
		p.attrParts = append(p.attrParts, x)
		return
	}
	if len(p.stack) == 0 {
		return
	}
	e := &p.stack[len(p.stack)-1]
	e.optional = optional && len(e.parts) == 0
	e.parts = append(e.parts, x)
}

func (p *planner) open(inst int, o *op) {
	name := p.d.names.text[o.name]
	e := element{name: name}
	if n := len(p.stack); n > 0 {
		up := &p.stack[n-1]
		up.children = true
		e.deps, e.section = up.deps, up.section
		if n == 1 {
			e.section = sectionOf(name)
			e.path = name
		} else {
			e.path = up.path + "/" + name
		}
		if len(e.path) > maxPath {
			e.path = up.path
		}
	}
	if o.sub != noDependency {
		e.deps = append(e.deps[:len(e.deps):len(e.deps)], ref{int32(inst), o.sub})
	}
	p.stack = append(p.stack, e)
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
		e.label, e.labelled = p.render(p.attrParts), true
		return
	}
	e.attrs++
	name := e.name + "_" + p.attr
	if e.section == event.System && e.name == "TimeCreated" && p.attr == "SystemTime" {
		name = "TimeCreated"
	}
	p.field(e, name, e.path+"/@"+p.attr, p.attrParts, p.attrOpt)
}

func (p *planner) close() {
	n := len(p.stack)
	if n == 0 {
		return
	}
	e := p.stack[n-1]
	p.stack = p.stack[:n-1]
	if e.children && blank(e.parts) {
		return
	}
	if len(e.parts) == 0 && (e.section == event.System || e.attrs > 0 || n <= 2) {
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
	p.field(&e, name, e.path, e.parts, e.optional)
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

func (p *planner) field(e *element, name, path string, parts []part, optional bool) {
	if e.section == event.Rendering {
		name = "RenderingInfo." + name
	}
	if path == name {
		path = ""
	}
	p.fields = append(p.fields, event.Field{Name: name, Path: path, Section: e.section})
	s := source{deps: e.deps}
	switch {
	case len(parts) == 0:
		s.literal, s.text = true, event.Value{Kind: event.Null}
	case len(parts) == 1:
		s.part, s.optional = parts[0], optional
	case allLiteral(parts):
		s.literal, s.text = true, event.TextValue(joined(parts))
	default:
		s.parts = parts
	}
	p.sources = append(p.sources, s)
	p.size += fieldBytes + len(name) + len(path) + 8*len(s.deps) + 96*len(s.parts)
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
		shape:   event.NewShape("evtx", p.fields, false),
		sources: p.sources,
		size:    p.size,
	}
	out.time = out.system("TimeCreated")
	out.channel = out.system("Channel")
	out.provider = out.system("Provider_Name")
	out.id = out.system("EventID")
	out.computer = out.system("Computer")
	return out
}

func (p *plan) system(name string) event.Slot {
	for slot := range event.Slot(p.shape.Len()) {
		if f := p.shape.Field(slot); f.Section == event.System && f.Name == name {
			return slot
		}
	}
	return -1
}
