package engine

import (
	"regexp/syntax"
	"slices"
	"unicode/utf8"
)

// dfa is one worker's states of an automaton, made when a text needs them.
type dfa struct {
	a      *automaton
	stride int
	next   []int32 // state*stride+class; the last class is the end of the text
	states []dfaState
	byKey  map[string]int32
	key    []byte
	stack  []uint32
	mark   []uint32 // instruction -> turn in which it was reached
	turn   uint32
	kernel []uint32
}

// dfaState is a set of instructions that go on behind a place. State 0 is the
// begin; the two special ones are no rows.
type dfaState struct {
	kernel []uint32
	prev   place
}

// What stands in a table in place of a state.
const (
	unmade  = -1
	matched = -2
	dead    = -3
)

func newDFA(a *automaton) *dfa {
	d := &dfa{a: a, stride: len(a.reps) + 1, mark: make([]uint32, len(a.prog.Inst))}
	d.clear()
	return d
}

func (d *dfa) clear() {
	d.next, d.states, d.byKey = d.next[:0], d.states[:0], map[string]int32{}
	d.state(nil, atBegin)
}

// state interns a state.
func (d *dfa) state(kernel []uint32, prev place) int32 {
	d.key = append(d.key[:0], byte(prev))
	for _, pc := range kernel {
		d.key = append(d.key, byte(pc), byte(pc>>8))
	}
	if n, ok := d.byKey[string(d.key)]; ok {
		return n
	}
	n := int32(len(d.states))
	d.byKey[string(d.key)] = n
	d.states = append(d.states, dfaState{slices.Clone(kernel), prev})
	for range d.stride {
		d.next = append(d.next, unmade)
	}
	return n
}

// step works out where a state goes for a class of runes.
func (d *dfa) step(state int32, class int) int32 {
	s := d.states[state]
	r := rune(-1)
	if class < len(d.a.reps) {
		r = d.a.reps[class]
	}
	allowed := syntax.EmptyOpContext(s.prev.rune(), r)
	d.turn++
	d.kernel = d.kernel[:0]
	d.stack = append(d.stack[:0], s.kernel...)
	if !d.a.anchored || s.prev == atBegin {
		d.stack = append(d.stack, uint32(d.a.prog.Start))
	}
	for len(d.stack) > 0 {
		pc := d.stack[len(d.stack)-1]
		d.stack = d.stack[:len(d.stack)-1]
		if d.mark[pc] == d.turn {
			continue
		}
		d.mark[pc] = d.turn
		switch in := &d.a.prog.Inst[pc]; in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			d.stack = append(d.stack, in.Out, in.Arg)
		case syntax.InstCapture, syntax.InstNop:
			d.stack = append(d.stack, in.Out)
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(in.Arg)&^allowed == 0 {
				d.stack = append(d.stack, in.Out)
			}
		case syntax.InstMatch:
			return matched
		case syntax.InstFail:
		default:
			if r >= 0 && in.MatchRune(r) {
				d.kernel = append(d.kernel, in.Out)
			}
		}
	}
	if r < 0 || len(d.kernel) == 0 && d.a.anchored {
		return dead
	}
	prev := afterOther
	if d.a.context {
		prev = before(r)
	}
	slices.Sort(d.kernel)
	return d.state(slices.Compact(d.kernel), prev)
}

// match runs a text; ok is false where it would need too many states.
func (d *dfa) match(text []byte) (hit, ok bool) {
	state, clears := int32(0), 0
	for i := 0; i <= len(text); {
		class := d.stride - 1
		switch {
		case i == len(text):
			i++
		case text[i] < utf8.RuneSelf:
			class = int(d.a.ascii[text[i]])
			i++
		default:
			r, size := utf8.DecodeRune(text[i:])
			class = int(d.a.class(r))
			i += size
		}
		to := d.next[int(state)*d.stride+class]
		if to == unmade {
			if len(d.next) > maxCells {
				if clears++; clears > maxClears {
					return false, false
				}
				s := d.states[state]
				d.clear()
				state = d.state(s.kernel, s.prev)
			}
			to = d.step(state, class)
			d.next[int(state)*d.stride+class] = to
		}
		if to < 0 {
			return to == matched, true
		}
		state = to
	}
	return false, true
}

// run matches a text, as the standard library would.
func (s *scratch) run(a *automaton, text []byte) bool {
	switch {
	case len(text) < a.least:
		return false
	case a.prog == nil:
		return a.re.Match(text)
	case a.run > 0:
		return a.hasRun(text)
	}
	d := s.dfas[a]
	if d == nil {
		cells := 0
		for _, other := range s.dfas {
			cells += cap(other.next)
		}
		if cells > maxTables || s.dfas == nil {
			s.dfas = map[*automaton]*dfa{}
		}
		d = newDFA(a)
		s.dfas[a] = d
	}
	if hit, ok := d.match(text); ok {
		return hit
	}
	return a.re.Match(text)
}
