package evtxlog

import (
	"slices"

	"spoor/internal/cursor"
)

// instance is one template (or one bare fragment) with its values, inside a
// record.
type instance struct {
	t        *template
	parent   int32 // index of the instance whose value holds it, -1 for the record
	sub      uint32
	pos, end int // its bytes in the chunk
	base, n  int // its values in Decoder.vals
	depth    int
	extent
}

// extent is where the values of a template instance stand in the chunk.
type extent struct {
	nested int  // the first value that may hold binary XML
	heads  int  // where the values' descriptors stand, 0 without
	stop   int  // where the values end
	cut    bool // values were cut off
}

// parse reads the binary XML of one record into d.inst and d.vals. It returns
// where the record's own fragment ends, a damage code that loses the record,
// and notes damage that loses values only.
func (d *Decoder) parse(pos, end int) (int, string) {
	d.vals, d.inst = d.vals[:0], d.inst[:0]
	d.inst = append(d.inst, instance{parent: -1, pos: pos, end: end})
	recordEnd := end
	for i := 0; i < len(d.inst); i++ {
		next, code := d.fragment(i)
		if i == 0 {
			if code != "" {
				return next, code
			}
			recordEnd = next
		} else if code != "" {
			d.soft(next, "value-"+code)
			d.inst[i].t = nil
			d.inst[i].n = 0
			continue
		}
		in := d.inst[i]
		if i > 0 && next < in.end && startsFragment(d.chunk[next]) {
			more := in
			more.pos, more.t = next, nil
			d.inst = append(d.inst, more)
		}
		for k := in.nested; k < in.base+in.n; k++ {
			v := d.vals[k]
			if v.typ != typeBinXML || v.size == 0 {
				continue
			}
			if in.depth+1 > maxFragmentDepth {
				d.soft(int(v.off), "value-depth")
				continue
			}
			d.inst = append(d.inst, instance{parent: int32(i), sub: uint32(k - in.base), pos: int(v.off), end: int(v.off + v.size), depth: in.depth + 1})
		}
	}
	return recordEnd, ""
}

func startsFragment(token byte) bool {
	return token == tokFragment || token == tokInstance || token&^moreFlag == tokOpen
}

// fragment reads instance i: headers, then a template instance or elements.
func (d *Decoder) fragment(i int) (int, string) {
	in := &d.inst[i]
	pos, end := in.pos, in.end
	for pos+4 <= end && d.chunk[pos] == tokFragment {
		pos += 4
	}
	if pos >= end {
		return pos, "xml-empty"
	}
	if d.chunk[pos] == tokInstance {
		t, base, n, next, code := d.instance(pos, end, true)
		in.t, in.base, in.n, in.extent = t, base, n, d.found
		return next, code
	}
	d.rawBase = len(d.vals)
	next, code := d.walk(pos, end, false, false)
	if code != "" {
		// Some writers keep the dependency id outside templates as well.
		d.vals = d.vals[:d.rawBase]
		if next2, code2 := d.walk(pos, end, false, true); code2 == "" {
			next, code = next2, ""
		}
	}
	if code != "" {
		return next, code
	}
	if len(d.ops) == 0 {
		return next, "xml-empty"
	}
	in.base, in.n, in.extent = d.rawBase, len(d.vals)-d.rawBase, extent{nested: d.rawBase}
	// Records of one kind follow each other: the structure met last with as
	// many steps is looked at before it is hashed.
	guess := &d.byLength[len(d.ops)&(len(d.byLength)-1)]
	if *guess == nil || !sameOps((*guess).ops, d.ops) {
		*guess = d.internTemplate()
	}
	in.t = *guess
	return next, ""
}

// instance reads a template instance: token, one byte, template id (4),
// definition offset (4), the definition itself if it stands here, the number
// of values (4), a descriptor of 4 bytes each, the values. keep stores the
// values; without it only the extent is worked out.
func (d *Decoder) instance(pos, end int, keep bool) (*template, int, int, int, string) {
	off, ok := cursor.U32(d.chunk, pos+6)
	at := pos + 10
	if !ok || at > end {
		return nil, 0, 0, pos, "instance-truncated"
	}
	def := d.definitionAt(int(off))
	if int(off) == at {
		if def.end < at {
			return nil, 0, 0, at, def.code
		}
		at = def.end
	}
	if def.code != "" {
		return nil, 0, 0, at, def.code
	}
	count, ok := cursor.U32(d.chunk[:end], at)
	if !ok {
		return nil, 0, 0, at, "instance-truncated"
	}
	if count > maxSubstitutions {
		return nil, 0, 0, at, "instance-count"
	}
	desc := at + 4
	data := desc + 4*int(count)
	if data > end {
		return nil, 0, 0, at, "instance-truncated"
	}
	base := len(d.vals)
	var room []value
	if keep {
		d.vals = slices.Grow(d.vals, int(count))[:base+int(count)]
		room = d.vals[base:]
	}
	heads, nested, cut := d.chunk[desc:data], -1, false
	for i := range int(count) {
		head, _ := cursor.U32(heads, 4*i)
		size, typ := int(head&0xffff), uint8(head>>16)
		if data+size > end {
			if !cut && keep {
				d.soft(data, "value-truncated")
			}
			// What is left of the value stays text or bytes; the rest has
			// nothing.
			cut, size = true, end-data
			if typ != typeString && typ != typeBinary {
				typ = typeBinary
			}
			if size == 0 {
				typ = typeNull
			}
		}
		if i < len(room) {
			room[i] = value{off: uint32(data), size: uint32(size), typ: typ}
		}
		if typ == typeBinXML && nested < 0 {
			nested = i
		}
		data += size
	}
	if nested < 0 {
		nested = int(count)
	}
	d.found = extent{nested: base + nested, heads: desc, stop: data, cut: cut}
	return def.t, base, int(count), data, ""
}
