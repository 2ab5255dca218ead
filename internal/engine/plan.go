package engine

import (
	"slices"

	"spoor/event"
)

// plan is what an engine does with events of one route and shape.
type plan struct {
	*view
	class  *classState
	tried  bool
	idSlot event.Slot
	fixed  bool // the class took the route's event id for granted
	id     uint64
	loose  *plan // used when an event does not have that id
	// origin stands for the route's provider and event id, on which a text made
	// of a record may depend: records of one class differ in them.
	origin   uint64
	outcomes map[uint64]int32
}

// view is what a class makes of a shape. It is shared by all engines.
type view struct {
	shape   *event.Shape
	live    bool // some rule can still hold for this shape
	columns []column
	dead    []bool         // programs that the shape rules out
	slots   [][]event.Slot // of the inputs
}

// column is one thing that is looked up for each event: a slot, two slots
// joined, or a text made of the whole record.
type column struct {
	slot  event.Slot
	m     *matcher
	join  *source
	tail  event.Slot // of a join of two single slots, else -1
	made  *Texts
	reads []event.Slot
}

// classState is a worker's memory of a class.
type classState struct {
	*class
	sets  sets
	fired []uint64 // bits by atom
	woken []int32
	seen  []uint64 // bits by program
}

// plan finds or makes the plan of an event.
func (x *Engine) plan(e *event.Event) *plan {
	if e.Route == x.lastRoute && e.Shape == x.lastShape {
		return x.last
	}
	key := planKey{e.Route, e.Shape}
	p, ok := x.plans[key]
	if !ok {
		if len(x.plans) >= maxPlans {
			clear(x.plans)
		}
		p = x.makePlan(e.Route, e.Shape, true)
		x.plans[key] = p
	}
	x.lastRoute, x.lastShape, x.last = e.Route, e.Shape, p
	return p
}

func (x *Engine) makePlan(route *event.Route, shape *event.Shape, fix bool) *plan {
	p := &plan{idSlot: -1, id: uint64(route.EventID)}
	if fix {
		p.idSlot = idSlot(shape)
		p.fixed = p.idSlot >= 0
	}
	c := x.program.classOf(route, p.fixed)
	p.class, p.tried = x.state(c), c.tried
	p.view = x.program.view(c, shape)
	p.outcomes = map[uint64]int32{}
	p.origin = x.hash.mix(x.hash.value(&event.Value{Kind: event.Text, Raw: []byte(route.Provider)}, 0), uint64(route.EventID))
	return p
}

// idSlot is the slot that alone is called EventID, where System states it, or
// -1. The shape's index of names is not asked: most shapes of a folder of small
// logs never need one.
func idSlot(shape *event.Shape) event.Slot {
	found := event.Slot(-1)
	for i := range event.Slot(shape.Len()) {
		switch f := shape.Field(i); {
		case f.Name == "System.EventID", f.Name == "EventID" && (found >= 0 || f.Section != event.System):
			return -1
		case f.Name == "EventID":
			found = i
		}
	}
	return found
}

// view finds or makes what a class makes of a shape. Shapes are told apart by
// their whole content: evidence could make two of one hash.
func (p *Program) view(c *class, shape *event.Shape) *view {
	c.mu.Lock()
	for _, l := range c.views[shape.ID()] {
		if l.shape.Same(shape) {
			c.mu.Unlock()
			return l
		}
	}
	c.mu.Unlock()
	l := p.newView(c, shape)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept < maxPlans {
		c.views[shape.ID()] = append(c.views[shape.ID()], l)
		c.kept++
	}
	return l
}

func (p *Program) newView(c *class, shape *event.Shape) *view {
	l := &view{shape: shape, dead: make([]bool, len(c.programs)), slots: make([][]event.Slot, len(c.inputs))}
	holds := make([]bool, len(c.inputs))
	for n, in := range c.inputs {
		holds[n] = in.mayHold(shape)
		for _, s := range in.names {
			l.slots[n] = append(l.slots[n], shape.Slots(s.name)...)
		}
	}
	used := make([]bool, len(c.inputs))
	of := func(it *item) truth {
		switch {
		case it.kind == fixed:
			return truthOf(it.want)
		case it.kind == later || holds[it.input]:
			return unknown
		}
		return it.without()
	}
	for n, prog := range c.programs {
		if l.dead[n] = prog.truth(of) == no; l.dead[n] {
			continue
		}
		l.live = true
		for _, it := range prog.items {
			if it.kind != fixed && it.kind != later {
				used[it.input] = true
			}
		}
	}
	if l.live {
		l.addColumns(p, c, shape, used)
	}
	return l
}

// mayHold reports whether records of a shape can give the input a text.
func (in *input) mayHold(shape *event.Shape) bool {
	return in.keyword || in.derived != nil || slices.ContainsFunc(in.names, func(s source) bool { return len(shape.Slots(s.name)) > 0 })
}

// addColumns lists what must be looked up, for the inputs that are used.
func (l *view) addColumns(program *Program, c *class, shape *event.Shape, used []bool) {
	slots := make([][]int, shape.Len())
	type joint struct {
		source source
		inputs []int
	}
	var joins []joint
	var made []struct {
		texts  *Texts
		inputs []int
	}
	for n, in := range c.inputs {
		if !used[n] {
			continue
		}
		if in.keyword {
			for s := range slots {
				slots[s] = append(slots[s], n)
			}
		}
		for _, src := range in.names {
			if src.mark != 0 {
				i := slices.IndexFunc(joins, func(j joint) bool { return j.source == src })
				if i < 0 {
					i = len(joins)
					joins = append(joins, joint{source: src})
				}
				joins[i].inputs = append(joins[i].inputs, n)
				continue
			}
			for _, s := range shape.Slots(src.name) {
				if !slices.Contains(slots[s], n) {
					slots[s] = append(slots[s], n)
				}
			}
		}
		if in.derived != nil && !in.rowless {
			i := slices.IndexFunc(made, func(m struct {
				texts  *Texts
				inputs []int
			}) bool {
				return m.texts == in.derived
			})
			if i < 0 {
				i = len(made)
				made = append(made, struct {
					texts  *Texts
					inputs []int
				}{texts: in.derived})
			}
			made[i].inputs = append(made[i].inputs, n)
		}
	}
	for s, inputs := range slots {
		if len(inputs) == 0 {
			continue
		}
		if m := program.matcherFor(c, inputs, true); !m.blind() {
			l.columns = append(l.columns, column{slot: event.Slot(s), tail: -1, m: m})
		}
	}
	for _, j := range joins {
		col := column{slot: -1, tail: -1, join: &j.source, m: program.matcherFor(c, j.inputs, true)}
		a, b := shape.Slots(j.source.name), shape.Slots(j.source.tail)
		if len(a) == 0 {
			continue
		}
		if len(a) == 1 && len(b) == 1 {
			col.slot, col.tail = a[0], b[0]
		}
		l.columns = append(l.columns, col)
	}
	for _, d := range made {
		col := column{slot: -1, tail: -1, made: d.texts, m: program.matcherFor(c, d.inputs, false)}
		for _, name := range d.texts.Reads {
			col.reads = append(col.reads, shape.Slots(name)...)
		}
		l.columns = append(l.columns, col)
	}
}
