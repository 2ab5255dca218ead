package engine

import (
	"fmt"
	"testing"

	"spoor/event"
)

// told writes hits by the place of their rules in the set.
func told(set *Ruleset, hits []Hit) (list string) {
	place := make(map[*Rule]int, len(set.Rules))
	for n, r := range set.Rules {
		place[r] = n
	}
	for _, h := range hits {
		list += fmt.Sprint(place[h.Rule], h.Untested, h.Needs, ";")
	}
	return list
}

// The engine answers as the reference does, with the same untested fields and
// needed values, on rules and records that nobody wrote: when it meets a value
// first, when it remembers it, and after it forgot everything. Explanations and
// reasons agree too.
func TestTheEngineAgreesWithTheReferenceOnDrawnRules(t *testing.T) {
	t.Parallel()
	seeds := uint64(160)
	if testing.Short() {
		seeds = 60
	}
	hits, pairs := 0, 0
	for seed := range seeds {
		d := newDice(seed, 21)
		set := d.set(25)
		program := NewProgram(set)
		fast, slow := program.NewEngine(), NewReference(set)
		for n, e := range d.records(120) {
			want := slow.Match(e, nil)
			hits, pairs = hits+len(want), pairs+len(set.Rules)
			if n%40 == 39 {
				fast.forget()
			}
			for _, when := range []string{"first", "again"} {
				if got := fast.Match(e, nil); told(set, got) != told(set, want) || fast.Tried() != slow.Tried() {
					t.Fatalf("seed %d, record %d %s of %v, %s: the engine says %s %v, the reference %s %v", seed, n, e.AppendJSON(nil), *e.Route, when, told(set, got), fast.Tried(), told(set, want), slow.Tried())
				}
			}
			if n%4 == 0 {
				agreeOnWhy(t, set, e, want)
			}
		}
	}
	t.Logf("%d pairs, %d hits", pairs, hits)
	if hits*50 < pairs || hits*2 > pairs {
		t.Errorf("%d hits in %d pairs: the draws do not meet", hits, pairs)
	}
}

func agreeOnWhy(t *testing.T, set *Ruleset, e *event.Event, hits []Hit) {
	t.Helper()
	fired := map[*Rule]bool{}
	for _, h := range hits {
		fired[h.Rule] = true
	}
	for _, r := range set.Rules {
		x, why := Explain(r, e), Why(r, e)
		if x.Fires != fired[r] || (why != nil) != fired[r] {
			t.Fatalf("%s of %v: fires %v, the explanation says %v, the reasons are %v", e.AppendJSON(nil), *e.Route, fired[r], x.Fires, why)
		}
		if (x.Scope == nil) != (len(x.Away) > 0) {
			t.Fatalf("%v: scope %v, away %v", *e.Route, x.Scope, x.Away)
		}
		if x.Scope != nil && !x.Fires && len(x.Blame) == 0 {
			t.Fatalf("%s: the rule does not fire and nothing is to blame: %s", e.AppendJSON(nil), r.ConditionText(nil))
		}
	}
}

// Two engines of one program that meet the events in other orders say the same.
func TestTheOrderOfEventsDoesNotMatter(t *testing.T) {
	t.Parallel()
	d := newDice(1, 22)
	set := d.set(60)
	program := NewProgram(set)
	list := d.records(400)
	said := make([]string, len(list))
	forth, back := program.NewEngine(), program.NewEngine()
	for i, e := range list {
		said[i] = told(set, forth.Match(e, nil))
	}
	for i := len(list) - 1; i >= 0; i-- {
		if got := told(set, back.Match(list[i], nil)); got != said[i] {
			t.Fatalf("record %d: %s, in the other order %s", i, said[i], got)
		}
	}
}
