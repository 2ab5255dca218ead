package engine

import (
	"fmt"
	"testing"

	"spoor/event"
	"spoor/internal/limits"
)

// grid is a set of 2n rules, one for each value of two fields, and an engine.
func grid(n int) (*Ruleset, *Engine) {
	set := &Ruleset{}
	for _, field := range []string{"f", "g"} {
		for i := range n {
			set.Rules = append(set.Rules, simple(Scope{}, Item{Field: field, Tests: []Test{glob(fmt.Sprint(i))}}))
		}
	}
	return set, NewProgram(set).NewEngine()
}

// More different outcomes than are remembered: all is forgotten when the memory is
// full, and every answer is the same before and after.
func TestForgettingChangesNoAnswer(t *testing.T) {
	t.Parallel()
	const n = 270
	set, fast := grid(n)
	e, dropped := rec(event.Route{Format: "x"}, "f", "", "g", ""), 0
	var hits []Hit
	for i := range n {
		for j := range n {
			e.Values[0], e.Values[1] = event.TextValue(fmt.Append(nil, i)), event.TextValue(fmt.Append(nil, j))
			before := fast.outcomeN
			if hits = fast.Match(e, hits[:0]); len(hits) != 2 || hits[0].Rule != set.Rules[i] || hits[1].Rule != set.Rules[n+j] {
				t.Fatalf("%d, %d: %d hits", i, j, len(hits))
			}
			if fast.outcomeN < before {
				dropped++
				if fast.outcomeN != 0 || fast.atoms != 0 || len(fast.outcomes) != 1 {
					t.Fatalf("%d outcomes, %d atoms are left", fast.outcomeN, fast.atoms)
				}
			}
			if fast.outcomeN > maxOutcomes || len(fast.outcomes) > maxOutcomes+1 {
				t.Fatalf("%d outcomes are remembered", fast.outcomeN)
			}
		}
	}
	if dropped == 0 || limits.Shrink == 0 && dropped != n*n/maxOutcomes {
		t.Errorf("the memory was dropped %d times", dropped)
	}
}

// More sets of atoms, and more atoms in them, than are remembered.
func TestSetsOfAtomsAreBounded(t *testing.T) {
	t.Parallel()
	set := &Ruleset{}
	for i := range 70 {
		set.Rules = append(set.Rules, simple(Scope{}, Item{Field: "f", Tests: []Test{glob(fmt.Sprintf("*%c*", 'A'+i))}}))
	}
	fast, slow := NewProgram(set).NewEngine(), NewReference(set)
	d := newDice(1, 1)
	e, dropped, most := rec(event.Route{Format: "x"}, "f", ""), 0, 0
	for n := range 40_000 {
		text := make([]byte, 60)
		for i := range text {
			text[i] = byte('A' + d.IntN(70))
		}
		e.Values[0] = event.TextValue(text)
		before := fast.atoms
		hits := fast.Match(e, nil)
		if fast.atoms < before || fast.atoms == 0 {
			dropped++
		}
		most = max(most, fast.atoms)
		if n%500 == 0 {
			if got, want := told(set, hits), told(set, slow.Match(e, nil)); got != want {
				t.Fatalf("%s: %s, want %s", text, got, want)
			}
		}
	}
	if dropped == 0 || most > maxSetAtoms+100 {
		t.Errorf("dropped %d times, up to %d atoms", dropped, most)
	}
}

// Kinds of records beyond those that are remembered get the same answers.
func TestKindsOfRecordsAreBounded(t *testing.T) {
	t.Parallel()
	set := &Ruleset{Rules: []*Rule{simple(Scope{Channels: []string{"c7"}}, Item{Field: "f", Tests: []Test{glob("a")}}), simple(Scope{}, Item{Field: "f", Tests: []Test{glob("a")}})}}
	fast, slow := NewProgram(set).NewEngine(), NewReference(set)
	for round := range 2 {
		for n := range 2*maxPlans + 3 {
			if n > 300 && n < 2*maxPlans-300 && n%50 != 0 && limits.Shrink == 0 && round > 0 {
				continue
			}
			e := rec(event.Route{Format: "x", Channel: fmt.Sprintf("c%d", n%(maxPlans+1)), EventID: uint32(n)}, "f", "A")
			want := 1
			if e.Route.Channel == "c7" {
				want = 2
			}
			if a, b := fast.Match(e, nil), slow.Match(e, nil); len(a) != want || len(b) != want || !fast.Tried() {
				t.Fatalf("%v: %d and %d hits", *e.Route, len(a), len(b))
			}
			if len(fast.plans) > maxPlans || len(slow.plans) > maxPlans || len(fast.program.byRoute) > maxPlans {
				t.Fatalf("%d and %d plans, %d routes", len(fast.plans), len(slow.plans), len(fast.program.byRoute))
			}
		}
	}
}
