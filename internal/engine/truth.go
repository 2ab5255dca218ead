package engine

// truth is what is known of a condition: a plan is made before any value is
// seen, and a comparison of two fields is left for last.
type truth uint8

const (
	no truth = iota
	yes
	unknown
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

func (t truth) not() truth {
	switch t {
	case no:
		return yes
	case yes:
		return no
	}
	return unknown
}

func (t truth) and(u truth) truth {
	switch {
	case t == no || u == no:
		return no
	case t == yes && u == yes:
		return yes
	}
	return unknown
}

func (t truth) or(u truth) truth {
	switch {
	case t == yes || u == yes:
		return yes
	case t == no && u == no:
		return no
	}
	return unknown
}

// truth runs the condition over the selections' truth. A selection that the
// rule cannot do without is asked first.
func (r *Rule) truth(selection func(int) truth) truth {
	for _, n := range r.must {
		if selection(n) == no {
			return no
		}
	}
	var room [16]truth
	stack := room[:0]
	for _, op := range r.Condition {
		switch op.Code {
		case OpSelection:
			stack = append(stack, selection(op.Arg))
		case OpNot:
			stack[len(stack)-1] = stack[len(stack)-1].not()
		default:
			args := stack[len(stack)-op.Arg:]
			v := truthOf(op.Code == OpAnd)
			for _, a := range args {
				if op.Code == OpAnd {
					v = v.and(a)
				} else {
					v = v.or(a)
				}
			}
			stack = append(stack[:len(stack)-op.Arg], v)
		}
	}
	if len(stack) != 1 {
		return no
	}
	return stack[0]
}

// truth evaluates a program over what is known of its items.
func (p *program) truth(of func(*item) truth) truth {
	where := yes
	for _, it := range p.where {
		if where = where.and(of(it)); where == no {
			return no
		}
	}
	return where.and(p.rule.truth(func(s int) truth {
		found := no
		for _, items := range p.selections[s] {
			all := yes
			for _, it := range items {
				if all = all.and(of(it)); all == no {
					break
				}
			}
			if found = found.or(all); found == yes {
				break
			}
		}
		return found
	}))
}

// over is the item's truth over what is known of its atoms.
func (it *item) over(fired func(uint32) truth) truth {
	switch it.kind {
	case fixed:
		return truthOf(it.want)
	case later:
		return unknown
	case exists:
		return truthOf((fired(it.here) == yes) == it.want)
	}
	if !it.negate {
		return it.hit(fired)
	}
	if fired(it.here) == no {
		return no
	}
	return it.hit(fired).not()
}

func (it *item) hit(fired func(uint32) truth) truth {
	if it.null && fired(it.filled) == no {
		return yes
	}
	all := it.kind == allOf
	t := truthOf(all && len(it.atoms) > 0)
	for _, a := range it.atoms {
		if all {
			t = t.and(fired(a))
		} else {
			t = t.or(fired(a))
		}
		if t == truthOf(!all) {
			return t
		}
	}
	return t
}

// without is the item's truth in records whose shape gives its input no text.
func (it *item) without() truth {
	return it.over(func(uint32) truth { return no })
}
