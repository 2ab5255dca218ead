package engine

import "slices"

// findWakers chooses for every program atoms of which one must have fired when
// the program holds: only those programs are evaluated whose atom fired.
func (c *class) findWakers() {
	shared := make([]int, len(c.atoms)) // how many items ask for an atom
	for _, p := range c.programs {
		for _, it := range p.items {
			for _, a := range it.atoms {
				shared[a]++
			}
		}
	}
	cost := make([]int, len(c.atoms))
	for i := range c.atoms {
		cost[i] = shared[i] + c.atoms[i].cost(c.tests)
	}
	c.wake = make([][]int32, len(c.atoms))
	for n, p := range c.programs {
		w := p.wakers(cost)
		if w.any {
			c.always = append(c.always, int32(n))
			continue
		}
		for _, a := range w.atoms {
			if g := c.gates[a]; g != 0 {
				a = g - 1
			}
			c.wake[a] = append(c.wake[a], int32(n))
		}
	}
	c.lazy = make([]bool, len(c.atoms))
	for n := range c.atoms {
		c.lazy[n] = len(c.wake[n]) == 0 && c.atoms[n].kind == testAtom && c.inputs[c.atoms[n].input].plain() && c.expensive(&c.atoms[n])
	}
}

// plain reports that the input is single fields as they stand.
func (in *input) plain() bool {
	return !in.keyword && in.turn == nil && in.derived == nil && !slices.ContainsFunc(in.names, func(s source) bool { return s.mark != 0 })
}

// expensive reports that no literal shows cheaply that the atom cannot fire: such an
// atom is left until a rule is in need of it. Of all published rules 30 such
// expressions would else run over every command line.
func (c *class) expensive(a *atom) bool {
	return slices.ContainsFunc(a.tests, func(id testID) bool { return c.tests.expensive(id) })
}

func (t *testTable) expensive(id testID) bool {
	test := t.test(id)
	switch test.Kind {
	case Regexp:
		g := t.expression(id).gate
		return g.weak() || g.shortest() < minGate
	case OneOf:
		return slices.ContainsFunc(test.Any, func(one Test) bool { return t.expensive(t.id(&one)) })
	case Glob:
		p := test.Pattern
		if len(p) == 0 || len(longest(p)) >= 3 || len(p) == 1 {
			return false
		}
		return p[0].Run && p[len(p)-1].Run
	}
	return false
}

func (p *program) allItems() []*item {
	list := slices.Clone(p.where)
	for _, s := range p.selections {
		for _, alternative := range s {
			list = append(list, alternative...)
		}
	}
	return list
}

// cost guesses how often an atom fires, in units of one more rule asking for
// it: what many rules ask for is what records often hold.
func (a *atom) cost(tests *testTable) int {
	if a.kind == presentAtom || a.kind == filledAtom {
		return 10_000
	}
	cost := 0
	for i := range a.tests {
		cost += tests.test(a.tests[i]).cost()
	}
	return cost
}

func (t *Test) cost() int {
	switch t.Kind {
	case Glob:
		switch n := len(longest(t.Pattern)); {
		case n == 0 && len(t.Pattern) > 0:
			return 5_000
		case n < 5:
			return 2_000 >> (2 * n)
		}
		return 1
	case Regexp:
		return 2_000 // what no literal gates must not wake a rule if anything else can
	case OneOf:
		cost := 0
		for i := range t.Any {
			cost += t.Any[i].cost()
		}
		return cost
	}
	return 200
}

// longest is the longest literal of a pattern.
func longest(pieces []Piece) string {
	best := ""
	for _, p := range pieces {
		if len(p.Text) > len(best) {
			best = p.Text
		}
	}
	return best
}

// wakers is a set of atoms of which one is sure to have fired, or any: nothing
// is sure. The atoms may be an item's own: they are not changed.
type wakers struct {
	any   bool
	atoms []uint32
	cost  int
}

func (w wakers) or(v wakers) wakers {
	if w.any || v.any {
		return wakers{any: true}
	}
	if len(w.atoms) == 0 {
		return v
	}
	out := wakers{atoms: slices.Concat(w.atoms, v.atoms), cost: w.cost + v.cost}
	slices.Sort(out.atoms)
	out.atoms = slices.Compact(out.atoms)
	return out
}

func (w wakers) and(v wakers) wakers {
	if w.any || !v.any && v.cost < w.cost {
		return v
	}
	return w
}

func (p *program) wakers(cost []int) wakers {
	w := wakers{any: true}
	for _, it := range p.where {
		w = w.and(it.wakers(cost))
	}
	var room [16]wakers
	stack := room[:0]
	for _, op := range p.rule.Condition {
		switch op.Code {
		case OpSelection:
			one := wakers{}
			for _, items := range p.selections[op.Arg] {
				all := wakers{any: true}
				for _, it := range items {
					all = all.and(it.wakers(cost))
				}
				one = one.or(all)
			}
			stack = append(stack, one)
		case OpNot:
			stack[len(stack)-1] = wakers{any: true}
		default:
			args := stack[len(stack)-op.Arg:]
			v := args[0]
			for _, a := range args[1:] {
				if op.Code == OpAnd {
					v = v.and(a)
				} else {
					v = v.or(a)
				}
			}
			stack = append(stack[:len(stack)-op.Arg], v)
		}
	}
	if len(stack) == 1 {
		w = w.and(stack[0])
	}
	return w
}

func (it *item) wakers(cost []int) wakers {
	switch {
	case it.kind == fixed && !it.want:
		return wakers{} // never
	case it.kind == fixed, it.kind == later, it.null, it.kind == exists && !it.want:
		return wakers{any: true}
	case it.kind == exists, it.negate:
		return wakers{atoms: []uint32{it.here}, cost: cost[it.here]}
	case it.kind == allOf:
		w := wakers{any: true}
		for _, a := range it.atoms {
			w = w.and(wakers{atoms: []uint32{a}, cost: cost[a]})
		}
		if len(it.atoms) == 0 {
			return wakers{}
		}
		return w
	}
	w := wakers{atoms: it.atoms}
	for _, a := range it.atoms {
		w.cost += cost[a]
	}
	return w
}
