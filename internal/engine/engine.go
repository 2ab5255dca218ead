package engine

import (
	"spoor/event"
)

// Engine is the fast evaluator: what it costs follows the distinct values that
// it meets, not events times rules. It answers as [Reference] does, always. One
// goroutine uses one; the program is shared.
type Engine struct {
	program  *Program
	plans    map[planKey]*plan
	classes  map[*class]*classState
	byClass  []*classState
	hash     hasher
	memo     memo
	outcomes []outcome
	outcomeN int // outcomes remembered in all plans
	atoms    int // in all sets
	scratch  scratch
	numbers  []uint32 // the sets of the event's columns
	tried    bool
	rec      record

	lastRoute *event.Route
	lastShape *event.Shape
	last      *plan
}

type planKey struct {
	route *event.Route
	shape *event.Shape
}

// NewEngine returns an engine over a program.
func (p *Program) NewEngine() *Engine {
	return &Engine{
		program:  p,
		plans:    map[planKey]*plan{},
		classes:  map[*class]*classState{},
		hash:     newHasher(),
		memo:     newMemo(),
		outcomes: make([]outcome, 1),
		rec:      record{texts: map[string][]text{}, made: map[*Texts][]text{}},
	}
}

func (x *Engine) state(c *class) *classState {
	s, ok := x.classes[c]
	if !ok {
		s = &classState{class: c, sets: newSets(), fired: make([]uint64, len(c.atoms)/64+1), seen: make([]uint64, len(c.programs)/64+1)}
		x.classes[c] = s
		x.byClass = append(x.byClass, s)
	}
	return s
}

// Tried reports whether any rule was meant for the last event.
func (x *Engine) Tried() bool { return x.tried }

// Match appends the rules that fire on the event, in load order.
func (x *Engine) Match(e *event.Event, hits []Hit) []Hit {
	p := x.plan(e)
	if p.fixed && !p.holds(e) {
		if p.loose == nil {
			p.loose = x.makePlan(e.Route, e.Shape, false)
		}
		p = p.loose
	}
	x.tried = p.tried
	if !p.live {
		return hits
	}
	x.numbers = x.numbers[:0]
	key := uint64(1)
	for i := range p.columns {
		set := x.column(p, &p.columns[i], e)
		x.numbers = append(x.numbers, set)
		if set != 0 {
			key = x.hash.mix(key, uint64(i)<<32|uint64(set))
		}
	}
	n, ok := p.outcomes[key]
	if !ok {
		n = x.evaluate(p)
		if p.outcomes[key] = n; x.full(p) {
			r := x.outcomes[n]
			hits = x.emit(p, &r, e, hits)
			x.forget()
			return hits
		}
	}
	if n == 0 {
		return hits
	}
	return x.emit(p, &x.outcomes[n], e, hits)
}

// holds reports whether the record's EventID is what its route says.
func (p *plan) holds(e *event.Event) bool {
	if int(p.idSlot) >= len(e.Values) {
		return false
	}
	v := &e.Values[p.idSlot]
	return (v.Kind == event.Uint || v.Kind == event.Int) && v.Bits == p.id
}

// full counts a new outcome and reports whether a cap is reached.
func (x *Engine) full(p *plan) bool {
	x.outcomeN++
	return x.outcomeN > maxOutcomes || len(p.class.sets.list) > maxSets || x.atoms > maxSetAtoms
}

// forget drops all that was remembered of values and outcomes.
func (x *Engine) forget() {
	clear(x.memo.keys)
	for _, s := range x.byClass {
		s.sets = newSets()
	}
	for _, p := range x.plans {
		clear(p.outcomes)
		if p.loose != nil {
			clear(p.loose.outcomes)
		}
	}
	clear(x.outcomes)
	x.outcomes, x.outcomeN, x.atoms = x.outcomes[:1], 0, 0
}
