package engine

import (
	"spoor/event"
)

// column returns the number of the set that a column fires.
func (x *Engine) column(p *plan, c *column, e *event.Event) uint32 {
	switch {
	case c.made != nil:
		return x.madeText(p, c, e)
	case c.join != nil:
		return x.joined(p, c, e)
	}
	return x.value(p, c.m, &e.Values[c.slot])
}

func (x *Engine) value(p *plan, m *matcher, v *event.Value) uint32 {
	switch v.Kind {
	case event.Absent:
		return 0
	case event.Int, event.Uint, event.Hex, event.FileTime, event.SysTime, event.GUID, event.SID:
		if !m.numeric {
			if len(m.always)+len(m.filled) == 0 {
				return 0
			}
			return x.set(p, append(append(x.scratch.out[:0], m.always...), m.filled...))
		}
	}
	key := x.hash.value(v, m.id)
	if set, ok := x.memo.get(key); ok {
		return set
	}
	x.scratch.out = x.scratch.out[:0]
	switch {
	case v.Kind == event.Null, v.Kind == event.List && len(v.Raw) == 0:
		x.scratch.out = append(x.scratch.out, m.null...)
	case v.Kind == event.Text:
		m.match(&x.scratch, v.Raw)
	case v.Kind == event.List:
		v.Each(func(v event.Value) { x.render(m, &v) })
	default:
		x.render(m, v)
	}
	set := x.set(p, x.scratch.out)
	x.memo.put(key, set)
	return set
}

func (x *Engine) render(m *matcher, v *event.Value) {
	if v.Kind == event.Null {
		x.scratch.out = append(x.scratch.out, m.null...)
		return
	}
	x.scratch.text = v.AppendText(x.scratch.text[:0])
	m.match(&x.scratch, x.scratch.text)
}

func (x *Engine) set(p *plan, atoms []uint32) uint32 {
	before := p.class.sets.atoms
	n := p.class.sets.intern(atoms)
	x.atoms += p.class.sets.atoms - before
	return n
}

// text looks up a text that no value of the record is.
func (x *Engine) text(p *plan, m *matcher, text []byte, key uint64) uint32 {
	x.scratch.out = x.scratch.out[:0]
	m.match(&x.scratch, text)
	set := x.set(p, x.scratch.out)
	if key != 0 {
		x.memo.put(key, set)
	}
	return set
}

// joined looks up two fields that a rule takes as one. What that is where the
// second is empty, the record's named says.
func (x *Engine) joined(p *plan, c *column, e *event.Event) uint32 {
	if c.slot >= 0 {
		a, b := &e.Values[c.slot], &e.Values[c.tail]
		if a.Kind == event.Text && b.Kind == event.Text && len(b.Raw) > 0 && string(b.Raw) != "-" {
			key := x.hash.mix(x.hash.value(a, c.m.id), x.hash.value(b, 0)) | 1
			if set, ok := x.memo.get(key); ok {
				return set
			}
			x.scratch.text = append(append(append(x.scratch.text[:0], a.Raw...), c.join.mark), b.Raw...)
			return x.text(p, c.m, x.scratch.text, key)
		}
		if a.Kind == event.Text && (b.Kind == event.Absent || b.Kind == event.Text && c.join.mark != '\\') {
			return x.value(p, c.m, a)
		}
	}
	x.rec.reset(e)
	var all []uint32
	for _, t := range x.rec.named(c.join.String()) {
		set := x.text(p, c.m, []byte(t.raw), 0)
		all = append(all, p.class.sets.list[set]...)
	}
	return x.set(p, all)
}

// String is the join as a log source file writes it.
func (s *source) String() string { return s.name + string(rune(s.mark)) + s.tail }

// madeText looks up a text made of the whole record, by the fields that it is
// made of.
func (x *Engine) madeText(p *plan, c *column, e *event.Event) uint32 {
	key := uint64(0)
	if c.made.Reads != nil {
		key = x.hash.mix(p.origin, c.m.id)
		for _, s := range c.reads {
			key = x.hash.mix(key, x.hash.value(&e.Values[s], 0))
		}
		key |= 1
		if set, ok := x.memo.get(key); ok {
			return set
		}
	}
	text, ok := c.made.Append(x.scratch.text[:0], e)
	x.scratch.text = text
	if !ok {
		if key != 0 {
			x.memo.put(key, 0)
		}
		return 0
	}
	return x.text(p, c.m, text, key)
}
