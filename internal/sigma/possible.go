package sigma

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"spoor/internal/engine"
)

// question asks whether any record can satisfy a rule's condition. Every
// different line of its selections is a part that holds or does not; what one
// part says about another is taken into account as far as it is certain. An
// answer of "no" is exact, "yes" also means "not known".
type question struct {
	rule  *engine.Rule
	vars  []part
	lines [][][][]literal      // of selection, alternative and item: all must hold
	imply [][2][]literal       // what follows when a part is false, or true
	index map[string]int       // part by what it says
	there map[string]int       // part "the field is there" by field
	mine  map[*engine.Item]int // part by item
}

// part is a test of a field, or with a nil item its being there.
type part struct {
	field string
	item  *engine.Item
}

// literal is a part and the truth that is asked of it.
type literal struct {
	part  int
	truth bool
}

// Caps of the search; beyond them a rule is taken to be possible.
const (
	maxParts   = 2_000
	maxSearch  = 2_000_000 // steps
	maxCompare = 200_000   // pairs of tests
)

func newQuestion(r *engine.Rule) *question {
	q := &question{rule: r, index: map[string]int{}, there: map[string]int{}, mine: map[*engine.Item]int{}}
	for s := range r.Selections {
		var alternatives [][][]literal
		for _, items := range r.Selections[s].Alternatives {
			var list [][]literal
			for i := range items {
				list = append(list, q.literals(&items[i]))
			}
			alternatives = append(alternatives, list)
		}
		q.lines = append(q.lines, alternatives)
	}
	q.imply = make([][2][]literal, len(q.vars))
	q.implications()
	return q
}

func (q *question) add(key, field string, item *engine.Item) int {
	n, ok := q.index[key]
	if !ok {
		n = len(q.vars)
		q.vars, q.index[key] = append(q.vars, part{field, item}), n
	}
	return n
}

// literals says what an item asks: a part, and for neq that the field is there
// and the part does not hold.
func (q *question) literals(it *engine.Item) []literal {
	if it.Field != "" {
		q.there[it.Field] = q.add("there\x00"+it.Field, it.Field, nil)
	}
	if it.Kind == engine.ExistsItem {
		return []literal{{q.there[it.Field], it.Exists}}
	}
	words := make([]string, len(it.Tests))
	for i := range it.Tests {
		words[i] = it.Tests[i].String()
	}
	slices.Sort(words)
	n := q.add(fmt.Sprintf("%s\x00%v%v\x00%s", it.Field, it.All, it.Null, strings.Join(words, "\x00")), it.Field, it)
	if it.Negate {
		return []literal{{q.there[it.Field], true}, {n, false}}
	}
	return []literal{{n, true}}
}

func (q *question) follows(a literal, b literal) {
	q.imply[a.part][truthIndex(a.truth)] = append(q.imply[a.part][truthIndex(a.truth)], b)
	q.imply[b.part][truthIndex(!b.truth)] = append(q.imply[b.part][truthIndex(!b.truth)], literal{a.part, !a.truth})
}

func truthIndex(b bool) int {
	if b {
		return 1
	}
	return 0
}

// implications finds what parts say about each other: a test that holds needs
// its field, null holds without it, and one test may include another.
func (q *question) implications() {
	byField, compared := map[string][]int{}, 0
	for n, x := range q.vars {
		if x.item == nil || x.field == "" {
			continue
		}
		byField[x.field] = append(byField[x.field], n)
		there := q.there[x.field]
		if x.item.Null {
			q.follows(literal{there, false}, literal{n, true})
		} else {
			q.follows(literal{n, true}, literal{there, true})
		}
	}
	for _, parts := range byField {
		for _, a := range parts {
			for _, b := range parts {
				x, y := q.vars[a].item, q.vars[b].item
				if compared += len(x.Tests)*len(y.Tests) + 1; a == b || compared > maxCompare {
					continue
				}
				if includes(y, x) {
					q.follows(literal{a, true}, literal{b, true})
				}
				if x.Null && len(x.Tests) == 0 && !y.Null && !y.HoldsFor("") {
					q.follows(literal{a, true}, literal{b, false})
				}
			}
		}
	}
}

// includes reports whether y holds wherever x does.
func includes(y, x *engine.Item) bool {
	if x.Null && !y.Null || len(x.Tests) == 0 && !x.Null || len(x.Tests) > 0 && len(y.Tests) == 0 {
		return false
	}
	some := func(ts []engine.Test, f func(*engine.Test) bool) bool {
		return slices.ContainsFunc(ts, func(t engine.Test) bool { return f(&t) })
	}
	every := func(ts []engine.Test, f func(*engine.Test) bool) bool {
		return !some(ts, func(t *engine.Test) bool { return !f(t) })
	}
	switch {
	case x.All && y.All: // each test of y must follow from one of x
		return every(y.Tests, func(b *engine.Test) bool {
			return some(x.Tests, func(a *engine.Test) bool { return b.Includes(a) })
		})
	case x.All:
		return some(x.Tests, func(a *engine.Test) bool { return some(y.Tests, func(b *engine.Test) bool { return b.Includes(a) }) })
	case y.All:
		return every(x.Tests, func(a *engine.Test) bool { return every(y.Tests, func(b *engine.Test) bool { return b.Includes(a) }) })
	}
	return every(x.Tests, func(a *engine.Test) bool { return some(y.Tests, func(b *engine.Test) bool { return b.Includes(a) }) })
}

// truth of a part or of anything made of parts: unknown is zero.
const (
	no  = int8(-1)
	yes = int8(1)
)

func truthOf(b bool) int8 {
	if b {
		return yes
	}
	return no
}

// search is the state of one search.
type search struct {
	q     *question
	value []int8
	trail []int // parts in the order in which they were settled
	off   int   // a selection that is taken not to hold, -1 for none
	steps int
}

// set settles a part and all that follows, and reports a contradiction.
func (s *search) set(l literal) bool {
	queue := []literal{l}
	for len(queue) > 0 {
		x := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		switch s.value[x.part] {
		case truthOf(x.truth):
			continue
		case 0:
		default:
			return false
		}
		s.value[x.part] = truthOf(x.truth)
		s.trail = append(s.trail, x.part)
		s.steps++
		queue = append(queue, s.q.imply[x.part][truthIndex(x.truth)]...)
	}
	return true
}

func (s *search) undo(to int) {
	for _, n := range s.trail[to:] {
		s.value[n] = 0
	}
	s.trail = s.trail[:to]
}

// possible searches for an assignment under which the condition holds. known
// settles parts at the start; off names a selection that is taken not to hold.
func (q *question) possible(known map[int]bool, off int) bool {
	if len(q.vars) > maxParts {
		return true
	}
	s := &search{q: q, value: make([]int8, len(q.vars)), off: off}
	for n := range q.vars {
		if truth, ok := known[n]; ok && !s.set(literal{n, truth}) {
			return false
		}
	}
	type choice struct {
		trail int
		other literal // the way that is still to be tried
		tried bool
	}
	var choices []choice
	for {
		truth, open := s.condition()
		if truth == yes || s.steps > maxSearch {
			return true
		}
		if truth == 0 {
			choices = append(choices, choice{trail: len(s.trail), other: literal{open.part, !open.truth}})
			if s.set(open) {
				continue
			}
		}
		for {
			if len(choices) == 0 {
				return false
			}
			last := &choices[len(choices)-1]
			s.undo(last.trail)
			if !last.tried {
				last.tried = true
				if s.set(last.other) {
					break
				}
				s.undo(last.trail)
			}
			choices = choices[:len(choices)-1]
		}
	}
}

// condition evaluates the condition as far as it is settled, and names a part
// that is open and the truth that would help.
func (s *search) condition() (truth int8, open literal) {
	open.part = -1
	var stack []int8
	for _, op := range s.q.rule.Condition {
		switch op.Code {
		case engine.OpSelection:
			v, l := s.selection(op.Arg)
			if v == 0 && open.part < 0 {
				open = l
				if s.q.rule.Negated(op.Arg) {
					open.truth = !open.truth
				}
			}
			stack = append(stack, v)
		case engine.OpNot:
			stack[len(stack)-1] = -stack[len(stack)-1]
		default:
			args := stack[len(stack)-op.Arg:]
			v := slices.MinFunc(args, cmp.Compare[int8])
			if op.Code == engine.OpOr {
				v = slices.Max(args)
			}
			stack = append(stack[:len(stack)-op.Arg], v)
		}
	}
	return stack[0], open
}

// selection evaluates one selection: the best of its alternatives, each as
// good as its worst item.
func (s *search) selection(n int) (truth int8, open literal) {
	if n == s.off {
		return no, open
	}
	truth = no
	for _, items := range s.q.lines[n] {
		all, first := yes, literal{part: -1}
		for _, item := range items {
			for _, l := range item {
				s.steps++
				v := s.value[l.part]
				if !l.truth {
					v = -v
				}
				if v == 0 && first.part < 0 {
					first = l
				}
				all = min(all, v)
			}
		}
		if all == yes {
			return yes, literal{}
		}
		if all == 0 && truth == no {
			truth, open = 0, first
		}
	}
	return truth, open
}
