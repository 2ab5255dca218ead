package evtxlog

import (
	"bytes"

	"spoor/internal/cursor"
)

// Every chunk stores its definitions anew. They are the bytes of the chunk
// before, but for the sizes of elements, which nobody needs, and for names: a
// name stands in line where the chunk meets it first, and is an offset later. An
// outline is a definition with holes in these places. One that fits is the same
// template, which is seen five times faster than by walking.
type outline struct {
	t     *template
	steps []outlineStep
}

// outlineStep is four bytes or none of any content, constant bytes, four bytes
// or none, and a name or none.
type outlineStep struct {
	want, mask uint64 // the constant, where it has at most eight bytes
	long       []byte // else
	n          int    // bytes of the constant
	name       uint32 // interned, or noName
	lead, gap  uint8
}

const noName = ^uint32(0)

// outlineBytes is the memory of one step, its constant counted as if it were
// short.
const outlineBytes = 96

func (o *outline) size() int { return outlineBytes * len(o.steps) }

// hole is a place of a walked definition where chunks differ.
type hole struct {
	at, end int
	name    uint32 // or noName: any bytes
}

// outline makes the outline of the definition that was just walked.
func (d *Decoder) outline(t *template, start, stop int) *outline {
	o := &outline{t: t, steps: make([]outlineStep, 0, len(d.holes)/2+1)}
	s, at := outlineStep{name: noName}, start
	flush := func() {
		o.steps = append(o.steps, s)
		s = outlineStep{name: noName}
	}
	for _, h := range d.holes {
		if h.at > at {
			if s.n > 0 || s.gap > 0 {
				flush()
			}
			s.constant(d.chunk[at:h.at])
		}
		switch at = h.end; {
		case h.name != noName:
			s.name = h.name
			flush()
		case s.n == 0 && s.lead == 0:
			s.lead = 4
		default:
			if s.gap > 0 {
				flush()
			}
			s.gap = 4
		}
	}
	if stop > at && (s.n > 0 || s.gap > 0) {
		flush()
	}
	s.constant(d.chunk[at:stop])
	flush()
	return o
}

func (s *outlineStep) constant(b []byte) {
	if s.n = len(b); s.n > 8 {
		s.long = bytes.Clone(b)
		return
	}
	for i, c := range b {
		s.want |= uint64(c) << (8 * i)
		s.mask |= 0xff << (8 * i)
	}
}

// fits compares the definition at start with an outline, and returns where the
// definition ends.
func (d *Decoder) fits(o *outline, start, end int) (int, bool) {
	chunk, pos := d.chunk[:end:end], start
	for i := range o.steps {
		s := &o.steps[i]
		pos += int(s.lead)
		if s.long != nil {
			if end-pos < s.n || !bytes.Equal(chunk[pos:pos+s.n], s.long) {
				return 0, false
			}
		} else if v, ok := cursor.U64(d.chunk, pos); !ok || v&s.mask != s.want {
			return 0, false
		}
		pos += s.n + int(s.gap)
		if s.name == noName {
			continue
		}
		off, ok := cursor.U32(chunk, pos)
		if !ok {
			return 0, false
		}
		if pos += 4; int(off) == pos {
			// The name in line, as Decoder.name reads it.
			name := d.names.wide[s.name]
			if n, ok := cursor.U16(chunk, pos+6); !ok || 2*int(n) != len(name) || end-pos < 10+len(name) || string(chunk[pos+8:pos+8+len(name)]) != name {
				return 0, false
			}
			pos += 10 + len(name)
			d.nameAt[nameSlotOf(int(off))] = nameSlot{epoch: d.epoch, off: off, id: s.name}
			continue
		}
		slot := &d.nameAt[nameSlotOf(int(off))]
		if slot.epoch != d.epoch || slot.off != off {
			if id, ok := d.nameThere(int(off)); !ok || id != s.name {
				return 0, false
			}
		} else if slot.id != s.name {
			return 0, false
		}
	}
	return pos, pos <= end
}
