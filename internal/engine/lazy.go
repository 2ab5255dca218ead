package engine

import (
	"bytes"
	"slices"

	"spoor/event"
)

// lazily tests a lazy atom on the values of its fields.
func (x *Engine) lazily(p *plan, a uint32, e *event.Event) bool {
	at := &p.class.atoms[a]
	for _, s := range p.slots[at.input] {
		v := &e.Values[s]
		if v.Kind == event.Absent {
			continue
		}
		key := x.hash.mix(x.hash.value(v, 0), p.class.id<<32|uint64(a)) | 1
		hit, ok := x.memo.get(key)
		if !ok {
			hit = x.lazyValue(p, at, v)
			x.memo.put(key, hit)
		}
		if hit == 1 {
			return true
		}
	}
	return false
}

// inRow tests a gated atom on the whole row.
func (x *Engine) inRow(p *plan, a uint32, e *event.Event) bool {
	at := &p.class.atoms[a]
	text, ok := p.class.inputs[at.input].derived.Append(x.scratch.text[:0], e)
	x.scratch.text = text
	folded, _ := x.scratch.fold(text)
	return ok && slices.ContainsFunc(at.tests, func(id testID) bool { return x.scratch.test(p.class.tests, id, text, folded) })
}

func (x *Engine) lazyValue(p *plan, at *atom, v *event.Value) (hit uint32) {
	test := func(text []byte) {
		folded, _ := x.scratch.fold(text)
		for _, id := range at.tests {
			if hit == 0 && x.scratch.test(p.class.tests, id, text, folded) {
				hit = 1
			}
		}
	}
	if v.Kind == event.Null || v.Kind == event.List && len(v.Raw) == 0 {
		test(nil)
		return hit
	}
	v.Each(func(v event.Value) {
		if v.Kind == event.Text {
			test(v.Raw)
			return
		}
		x.scratch.text = v.AppendText(x.scratch.text[:0])
		test(x.scratch.text)
	})
	return hit
}

// test runs one test by itself.
func (s *scratch) test(tests *testTable, id testID, text, folded []byte) bool {
	switch t := tests.test(id); t.Kind {
	case Regexp:
		return s.run(tests.expression(id).re, text)
	case OneOf:
		return slices.ContainsFunc(t.Any, func(one Test) bool { return s.test(tests, tests.id(&one), text, folded) })
	case Glob:
		if t.Cased {
			return matchGlob(t.Pattern, text)
		}
		return matchGlob(t.Pattern, folded)
	default:
		return t.match(string(text), string(folded))
	}
}

// compares asks an item that compares two fields, whose answer is remembered
// for the values of both.
func (x *Engine) compares(p *plan, it *item, scope *Scope, e *event.Event, record func() *record) bool {
	key := x.hash.mix(2, it.id)
	for _, in := range it.refs {
		if !p.class.inputs[in].plain() {
			return it.own.eval(record(), scope)
		}
		// How many there are keeps one field's values from being taken for the
		// other's where a kind of record lacks one.
		key = x.hash.mix(key, uint64(len(p.slots[in])))
		for _, s := range p.slots[in] {
			key = x.hash.mix(key, x.hash.value(&e.Values[s], 0))
		}
	}
	key |= 1
	hit, ok := x.memo.get(key)
	if !ok {
		if len(it.own.Tests) == 1 {
			hit = x.compareSlots(p, it, e)
		} else if it.own.eval(record(), scope) {
			hit = 1
		}
		x.memo.put(key, hit)
	}
	return hit == 1
}

// compareSlots compares the texts of two plain fields, each with each.
func (x *Engine) compareSlots(p *plan, it *item, e *event.Event) (hit uint32) {
	t := &it.own.Tests[0]
	any, there := false, false
	x.texts(p.slots[it.refs[1]], e, &x.scratch.left, func(a []byte) {
		there = true
		x.texts(p.slots[it.refs[0]], e, &x.scratch.right, func(b []byte) {
			any = any || t.holds(a, b, &x.scratch)
		})
	})
	if there && any != it.own.Negate { // null stands beside no reference
		hit = 1
	}
	return hit
}

// texts calls f for each text of the slots; it is valid until f returns.
func (x *Engine) texts(slots []event.Slot, e *event.Event, room *[]byte, f func([]byte)) {
	for _, s := range slots {
		v := &e.Values[s]
		if v.Kind == event.Null || v.Kind == event.List && len(v.Raw) == 0 {
			f(nil)
			continue
		}
		v.Each(func(v event.Value) {
			*room = v.AppendText((*room)[:0])
			f(*room)
		})
	}
}

// holds compares two texts as a field reference asks.
func (t *Test) holds(a, b []byte, s *scratch) bool {
	if !t.Cased {
		s.foldedLeft = appendFold(s.foldedLeft[:0], a)
		s.foldedRight = appendFold(s.foldedRight[:0], b)
		a, b = s.foldedLeft, s.foldedRight
	}
	switch t.Anchor {
	case Whole:
		return bytes.Equal(a, b)
	case Anywhere:
		return bytes.Contains(a, b)
	case AtStart:
		return bytes.HasPrefix(a, b)
	}
	return bytes.HasSuffix(a, b)
}
