package engine

import (
	"slices"

	"spoor/event"
)

// outcome is what the sets of an event's columns lead to: the rules that hold.
// Sets come together in the same way far more often than records repeat, so an
// outcome is worked out once and remembered.
type outcome struct {
	hits  []int32 // programs that hold
	later []int32 // programs that need a lazy atom, or compare fields
}

// evaluate finds the programs that hold for the sets of the event's columns,
// and returns the number of the outcome; 0 is that nothing holds.
func (x *Engine) evaluate(p *plan) int32 {
	c := p.class
	c.woken = append(c.woken[:0], c.always...)
	for _, n := range c.woken {
		c.seen[n>>6] |= 1 << (n & 63)
	}
	for _, set := range x.numbers {
		for _, a := range c.sets.list[set] {
			if c.fired[a>>6]&(1<<(a&63)) != 0 {
				continue
			}
			c.fired[a>>6] |= 1 << (a & 63)
			for _, n := range c.wake[a] {
				if c.seen[n>>6]&(1<<(n&63)) == 0 {
					c.seen[n>>6] |= 1 << (n & 63)
					c.woken = append(c.woken, n)
				}
			}
		}
	}
	slices.Sort(c.woken)
	var r outcome
	fired := func(a uint32) truth {
		switch g := c.gates[a]; {
		case c.lazy[a], g != 0 && c.has(g-1) == yes:
			return unknown
		case g != 0:
			return no
		}
		return c.has(a)
	}
	of := func(it *item) truth { return it.over(fired) }
	for _, n := range c.woken {
		c.seen[n>>6] = 0
		if p.dead[n] {
			continue
		}
		switch c.programs[n].truth(of) {
		case yes:
			r.hits = append(r.hits, n)
		case unknown:
			r.later = append(r.later, n)
		}
	}
	x.unmark(c)
	if len(r.hits)+len(r.later) == 0 {
		return 0
	}
	x.outcomes = append(x.outcomes, r)
	return int32(len(x.outcomes) - 1)
}

func (c *classState) has(a uint32) truth { return truth(c.fired[a>>6] >> (a & 63) & 1) }

// mark notes the atoms that the event's columns fired.
func (x *Engine) mark(c *classState) {
	for _, set := range x.numbers {
		for _, a := range c.sets.list[set] {
			c.fired[a>>6] |= 1 << (a & 63)
		}
	}
}

func (x *Engine) unmark(c *classState) {
	for _, set := range x.numbers {
		for _, a := range c.sets.list[set] {
			c.fired[a>>6] = 0
		}
	}
}

// emit appends the hits of an outcome. A second scope of the same rule adds nothing.
func (x *Engine) emit(p *plan, r *outcome, e *event.Event, hits []Hit) []Hit {
	var last *Rule
	read := false
	record := func() *record {
		if !read {
			x.rec.reset(e)
			read = true
		}
		return &x.rec
	}
	var prog *program
	var of func(*item) truth
	if len(r.later) > 0 {
		x.mark(p.class)
		defer x.unmark(p.class)
		fired := func(a uint32) truth {
			switch g := p.class.gates[a]; {
			case p.class.lazy[a]:
				return truthOf(x.lazily(p, a, e))
			case g != 0 && p.class.has(g-1) == yes:
				return truthOf(x.inRow(p, a, e))
			case g != 0:
				return no
			}
			return p.class.has(a)
		}
		of = func(it *item) truth {
			if it.kind == later {
				return truthOf(x.compares(p, it, prog.scope, e, record))
			}
			return it.over(fired)
		}
	}
	i, j := 0, 0
	for i < len(r.hits) || j < len(r.later) {
		sure := j == len(r.later) || i < len(r.hits) && r.hits[i] < r.later[j]
		if sure {
			prog = p.class.programs[r.hits[i]]
			i++
		} else {
			prog = p.class.programs[r.later[j]]
			j++
		}
		if prog.rule == last {
			continue
		}
		if !sure && prog.truth(of) == no {
			continue
		}
		h := Hit{Rule: prog.rule}
		if prog.untested {
			h.Untested = prog.rule.untested(record(), prog.scope)
		}
		if len(prog.rule.Needs) > 0 {
			h.Needs = prog.rule.needed(record(), prog.scope)
		}
		hits = append(hits, h)
		last = prog.rule
	}
	return hits
}
