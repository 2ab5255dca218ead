package evtxlog

import (
	"bytes"

	"spoor/internal/cursor"
)

// Caps on one record's binary XML; see docs/limits.md.
const (
	maxFragmentDepth = 64   // binary XML inside a value inside a value ...
	maxElementDepth  = 512  // elements inside elements
	maxSubstitutions = 4096 // values of one template instance
	maxNameUnits     = 512  // UTF-16 units of an element or attribute name
)

// Tokens of binary XML; 0x40 is the "more follows" flag.
const (
	tokEnd        = 0x00
	tokOpen       = 0x01
	tokCloseStart = 0x02
	tokCloseEmpty = 0x03
	tokClose      = 0x04
	tokValue      = 0x05
	tokAttribute  = 0x06
	tokCData      = 0x07
	tokCharRef    = 0x08
	tokEntityRef  = 0x09
	tokPITarget   = 0x0a
	tokPIData     = 0x0b
	tokInstance   = 0x0c
	tokSub        = 0x0d
	tokOptional   = 0x0e
	tokFragment   = 0x0f
	moreFlag      = 0x40
)

type opCode uint8

const (
	opOpen    opCode = iota + 1 // an element: name, sub = dependency
	opAttr                      // an attribute: name
	opContent                   // the start tag is over
	opText                      // literal text
	opSub                       // a substitution: sub, typ, opt
	opClose                     // the element is over
	opPI                        // a processing instruction: name
)

// noDependency is the dependency id of elements that always appear.
const noDependency = 0xffff

// op is one step of a walked structure.
type op struct {
	code opCode
	opt  bool
	typ  uint8
	name uint32 // interned
	sub  uint32
	text []byte // UTF-16LE
}

// hash mixes the step into a running hash.
func (o *op) hash(h uint64) uint64 {
	x := uint64(o.code) | uint64(o.typ)<<8 | uint64(o.name)<<16 | uint64(o.sub)<<40
	if o.opt {
		x ^= 1 << 63
	}
	const odd = 0x9e3779b97f4a7c15
	h = (h ^ x) * odd
	h ^= h >> 29
	text := o.text
	for ; len(text) >= 8; text = text[8:] {
		v, _ := cursor.U64(text, 0)
		h = (h ^ v) * odd
		h ^= h >> 32
	}
	for _, b := range text {
		h = (h ^ uint64(b)) * odd
	}
	return h
}

func sameOps(a, b []op) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, y := &a[i], &b[i]
		if x.code != y.code || x.opt != y.opt || x.typ != y.typ || x.name != y.name || x.sub != y.sub || !bytes.Equal(x.text, y.text) {
			return false
		}
	}
	return true
}

// value is one substitution value: where it stands in the chunk.
type value struct {
	off, size uint32
	typ       uint8
}

// walking is where a walk through binary XML stands.
type walking struct {
	c          cursor.Cursor
	end        int
	template   bool // inside a template definition
	dependency bool // elements carry a dependency id
	depth      int
	inTag      bool // between an element's name and its content
	nameAttr   bool // in an attribute whose text is part of the structure
}

// walk reads elements from pos until the end token or end into d.ops. Inside
// a template definition elements carry a dependency id; elsewhere literal
// text becomes values, so that records that differ in text only share their
// structure. It returns the position after the last byte read, or a damage
// code.
func (d *Decoder) walk(pos, end int, template, dependency bool) (int, string) {
	d.ops, d.holes, d.ended = d.ops[:0], d.holes[:0], false
	w := walking{c: cursor.At(d.chunk[:end:end], pos), end: end, template: template, dependency: dependency}
	for w.c.Left() > 0 {
		at := w.c.Offset()
		token := w.c.U8()
		if token&^moreFlag == tokEnd {
			if w.depth > 0 {
				return at, "xml-unclosed"
			}
			d.ended = true
			return w.c.Offset(), ""
		}
		if code := d.token(&w, at, token); code != "" {
			return at, code
		}
		if !w.c.OK() {
			return at, "xml-truncated"
		}
	}
	if w.depth > 0 {
		return w.c.Offset(), "xml-unclosed"
	}
	return w.c.Offset(), ""
}

// token reads what follows the token at at. It returns a damage code.
func (d *Decoder) token(w *walking, at int, token uint8) string {
	c := &w.c
	switch token &^ moreFlag {
	case tokFragment:
		c.Skip(3)
	case tokOpen, tokAttribute, tokCloseStart, tokCloseEmpty, tokClose:
		return d.tag(w, token)
	case tokValue:
		return d.literal(c, w.template || w.nameAttr)
	case tokCData:
		if !d.text(c, w.template) {
			return "xml-text"
		}
	case tokCharRef:
		n := c.U16()
		d.ops = append(d.ops, op{code: opText, text: []byte{byte(n), byte(n >> 8)}})
	case tokEntityRef:
		name, ok := d.name(c)
		if !ok {
			return "xml-entity"
		}
		d.ops = append(d.ops, op{code: opText, text: d.entity(name)})
	case tokPITarget:
		name, ok := d.name(c)
		if !ok {
			return "xml-pi"
		}
		d.ops = append(d.ops, op{code: opPI, name: name})
	case tokPIData:
		c.Skip(2 * int(c.U16()))
	case tokSub, tokOptional:
		sub, typ := c.U16(), c.U8()
		d.ops = append(d.ops, op{code: opSub, sub: uint32(sub), typ: typ, opt: token == tokOptional})
	case tokInstance:
		return d.inserted(w, at)
	default:
		return "xml-token"
	}
	return ""
}

// tag reads the begin of an element, an attribute's name, or an end.
func (d *Decoder) tag(w *walking, token uint8) string {
	c := &w.c
	switch token &^ moreFlag {
	case tokOpen:
		w.depth++
		if w.depth > maxElementDepth {
			return "xml-depth"
		}
		dep := uint32(noDependency)
		if w.dependency {
			dep = uint32(c.U16())
		}
		d.skip(c)
		name, ok := d.name(c)
		if !ok {
			return "xml-name"
		}
		if token&moreFlag != 0 {
			d.skip(c)
		}
		d.ops = append(d.ops, op{code: opOpen, name: name, sub: dep})
		w.inTag, w.nameAttr = true, false
	case tokAttribute:
		name, ok := d.name(c)
		if !ok || !w.inTag {
			return "xml-attribute"
		}
		d.ops = append(d.ops, op{code: opAttr, name: name})
		text := d.names.text[name]
		w.nameAttr = text == "Name" || isNamespace(text)
	case tokCloseStart:
		if !w.inTag {
			return "xml-token"
		}
		d.ops = append(d.ops, op{code: opContent})
		w.inTag, w.nameAttr = false, false
	case tokCloseEmpty, tokClose:
		if w.depth--; w.depth < 0 || w.inTag != (token == tokCloseEmpty) {
			return "xml-close"
		}
		d.ops = append(d.ops, op{code: opClose})
		w.inTag, w.nameAttr = false, false
	}
	return ""
}

// inserted reads a template instance between elements: its window becomes a
// value. Its definition may stand here and be walked.
func (d *Decoder) inserted(w *walking, at int) string {
	if w.template || w.inTag {
		return "xml-instance"
	}
	ops := d.ops
	d.ops = d.inner
	_, _, _, next, code := d.instance(at, w.end, false)
	d.ops, d.inner = ops, d.ops
	if code != "" {
		return code
	}
	d.virtual(value{off: uint32(at), size: uint32(next - at), typ: typeBinXML})
	w.c.Seek(next)
	return ""
}

// virtual notes a value that no substitution token names.
func (d *Decoder) virtual(v value) {
	d.ops = append(d.ops, op{code: opSub, sub: uint32(len(d.vals) - d.rawBase), typ: v.typ})
	d.vals = append(d.vals, v)
}

// literal reads a value token: a type and, for the one type that the
// specification allows, counted UTF-16 text; fixed-width types are accepted.
func (d *Decoder) literal(c *cursor.Cursor, constant bool) string {
	typ := c.U8()
	if typ == typeString {
		if !d.text(c, constant) {
			return "xml-text"
		}
		return ""
	}
	size := typeWidth(typ)
	if size == 0 {
		return "xml-value-type"
	}
	off := c.Offset()
	raw := c.Bytes(size)
	if raw == nil {
		return "xml-text"
	}
	if !constant {
		d.virtual(value{off: uint32(off), size: uint32(size), typ: typ})
		return ""
	}
	v := convert(typ, raw)
	d.ops = append(d.ops, op{code: opText, text: utf16LE(v.String())})
	return ""
}

func (d *Decoder) text(c *cursor.Cursor, constant bool) bool {
	n := 2 * int(c.U16())
	off := c.Offset()
	raw := c.Bytes(n)
	if raw == nil {
		return n == 0 && c.OK()
	}
	if constant {
		d.ops = append(d.ops, op{code: opText, text: raw})
		return true
	}
	d.virtual(value{off: uint32(off), size: uint32(n), typ: typeString})
	return true
}

// name reads a name offset and interns the name there. A name that stands
// right behind its offset is stepped over.
func (d *Decoder) name(c *cursor.Cursor) (uint32, bool) {
	at := c.Offset()
	off := int(c.U32())
	if !c.OK() {
		return 0, false
	}
	// A name is an offset to the next of its hash bucket, a hash, a count,
	// the characters and a zero.
	if off == c.Offset() {
		n, ok := cursor.U16(d.chunk, off+6)
		if c.Skip(10 + 2*int(n)); !ok || !c.OK() {
			return 0, false
		}
	}
	slot := &d.nameAt[nameSlotOf(off)]
	id, ok := slot.id, true
	if slot.epoch != d.epoch || slot.off != uint32(off) {
		id, ok = d.nameThere(off)
	}
	d.holes = append(d.holes, hole{at, c.Offset(), id})
	return id, ok
}

func nameSlotOf(off int) int { return (off ^ off>>9) & (nameSlots - 1) }

// nameThere interns the name at an offset of the chunk.
func (d *Decoder) nameThere(off int) (uint32, bool) {
	n, ok := cursor.U16(d.chunk, off+6)
	from, to := off+8, off+8+2*int(n)
	if !ok || off < 0 || n == 0 || n > maxNameUnits || to > len(d.chunk) {
		return 0, false
	}
	id := d.names.intern(d.chunk[from:to])
	d.nameAt[nameSlotOf(off)] = nameSlot{epoch: d.epoch, off: uint32(off), id: id}
	return id, true
}

// skip steps over a size.
func (d *Decoder) skip(c *cursor.Cursor) {
	at := c.Offset()
	c.Skip(4)
	d.holes = append(d.holes, hole{at, c.Offset(), noName})
}

func (d *Decoder) entity(name uint32) []byte {
	switch text := d.names.text[name]; text {
	case "lt":
		return []byte{'<', 0}
	case "gt":
		return []byte{'>', 0}
	case "amp":
		return []byte{'&', 0}
	case "quot":
		return []byte{'"', 0}
	case "apos":
		return []byte{'\'', 0}
	default:
		return utf16LE("&" + text + ";")
	}
}

func isNamespace(name string) bool { return name == "xmlns" || len(name) > 6 && name[:6] == "xmlns:" }
