package engine

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestAScopeSaysWhichRecordsItTakes(t *testing.T) {
	t.Parallel()
	m := newMade()
	for want, s := range map[string]Scope{
		"every record":                         {},
		"logs of the form evtx or json":        {Formats: []string{"evtx", "json"}},
		"channel A or B, event id 1, 7":        {Channels: []string{"A", "B"}, EventIDs: []uint32{1, 7}},
		"(without a channel: provider P or Q)": {Providers: []string{"P", "Q"}},
		`f is "x", g is ""`:                    {Where: map[string]string{"g": "", "f": "x"}},
	} {
		if got := s.Words(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	s := Scope{Fields: map[string][]string{"f": {"a", "b"}, "none": {}}, Values: map[string]*Turn{"f": m.turn}, Derived: map[string]*Texts{"g": m.upper}}
	for field, want := range map[string]string{"x": "x", "f": "a, b, its translated form", "g": "g, a text made of the record", "": "any value", "none": ""} {
		if got := s.Reads(field); got != want {
			t.Errorf("%q reads %q, want %q", field, got, want)
		}
	}
	if got := (&Scope{Extra: m.row}).Reads(""); got != "any value, or the record's whole sentence" {
		t.Error(got)
	}
}

func TestAConditionIsWrittenWithTheParenthesesItNeeds(t *testing.T) {
	t.Parallel()
	a, b, c, not := Op{Code: OpSelection}, Op{Code: OpSelection, Arg: 1}, Op{Code: OpSelection, Arg: 2}, Op{Code: OpNot}
	and, or := Op{Code: OpAnd, Arg: 2}, Op{Code: OpOr, Arg: 2}
	for want, ops := range map[string][]Op{
		"a":                  {a},
		"not a":              {a, not},
		"a and b or c":       {a, b, and, c, or},
		"(a or b) and c":     {a, b, or, c, and},
		"not (a and b)":      {a, b, and, not},
		"not not a":          {a, not, not},
		"a and not (b or c)": {a, b, c, or, not, and},
		"":                   {a, b},
	} {
		r := &Rule{Selections: []Selection{{Name: "a"}, {Name: "b"}, {Name: "c"}}, Condition: ops}
		if got := r.ConditionText(nil); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	r := &Rule{Selections: []Selection{{Name: "a"}, {Name: "b"}}, Condition: []Op{a, b, or}}
	if got := r.ConditionText(func(n int) string { return "#" + string(rune('0'+n)) }); got != "a#0 or b#1" {
		t.Error(got)
	}
}

func TestACorrelationSaysWhatItCounts(t *testing.T) {
	t.Parallel()
	set := counting(EventCount, 2, -1, 60e9, Bound{Order: GreaterEqual, Value: 3}, Bound{Order: Less, Value: 9.5}, Bound{Order: Equal, Not: true, Value: 4})
	c := set.Correlations[0]
	if got, want := c.Words(), `event_count of the hits of "r", "r" within 1m0s, for each g: at least 3 and less than 9.5 and not 4`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	c.Bounds, c.GroupBy, c.Stated, c.Kind = nil, nil, "x and y", Temporal
	if got, want := c.Words(), `temporal of the hits of "r", "r" within 1m0s: x and y`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// A rule that does not fire names the selections that would have to turn out the
// other way: turning all of them makes it fire.
func TestWhatIsToBlameWouldMakeTheRuleFire(t *testing.T) {
	t.Parallel()
	d := newDice(1, 31)
	for range 3000 {
		n := 1 + d.IntN(4)
		r := NewRule(Rule{Selections: make([]Selection, n), Condition: d.condition(n, 3)})
		results := make([]SelectionResult, n)
		for i := range results {
			results[i].Holds = d.odds(2)
		}
		value := func(turned []int) bool {
			return evalOps(r.Condition, func(s int) bool { return results[s].Holds != slices.Contains(turned, s) })
		}
		if value(nil) {
			continue
		}
		blame := r.blame(results)
		if len(blame) == 0 || !slices.IsSorted(blame) {
			t.Fatalf("%v: %v is to blame", r.Condition, blame)
		}
		for s := range results { // what is not to blame changes nothing by itself
			if !slices.Contains(blame, s) && value([]int{s}) {
				t.Fatalf("%v: turning %d is enough, and %v is to blame", r.Condition, s, blame)
			}
		}
	}
}

// Whatever one test takes, a test that is said to include it takes too; where
// both are plain the answer is known.
func TestWhatATestIncludes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		outer, inner Test
		want         bool
	}{
		{glob("*b*"), glob("*abc*"), true}, {glob("*abc*"), glob("*b*"), false}, {glob("ab*"), glob("abc*"), true}, {glob("ab*"), glob("*abc"), false},
		{glob("*bc"), glob("*abc"), true}, {glob("*bc"), glob("abc*"), false}, {glob("*b*"), glob("abc"), true}, {glob("abc"), glob("abc"), true},
		{glob("a*"), glob("*"), false}, {glob("*"), glob("*x*"), true}, {glob("a?c"), glob("abc"), true}, {glob("*a*"), glob("*b*c*"), false}, {glob("*c*"), glob("*b*xcx*"), true},
		{cased("*B*"), glob("*abc*"), false}, {cased("*b*"), glob("*abc*"), false}, {glob("*b*"), cased("*ABC*"), true}, {cased("*B*"), cased("*ABC*"), true},
		{expr("a"), expr("a"), true}, {expr("a"), expr("ab"), false}, {glob("*a*"), expr("a"), false},
		{Test{Kind: OneOf, Any: []Test{glob("a")}}, Test{Kind: OneOf, Any: []Test{glob("a")}}, false},
		{glob("*a|*"), glob("*a-b*"), false}, {glob("*x*"), glob("a|x"), false},
	} {
		if got := c.outer.Includes(&c.inner); got != c.want {
			t.Errorf("%s includes %s: %v", c.outer.String(), c.inner.String(), got)
		}
	}
	d, said := newDice(2, 31), 0
	for range 20_000 {
		x, y := d.test(), d.test()
		if x.Kind == FieldRef || y.Kind == FieldRef || !y.Includes(&x) {
			continue
		}
		said++
		for range 20 {
			if text := d.text(); x.match(text, Fold(text)) && !y.match(text, Fold(text)) {
				t.Fatalf("%s is said to include %s and does not hold on %q", y.String(), x.String(), text)
			}
		}
	}
	if said < 100 {
		t.Errorf("only %d tests include another", said)
	}
}

// A line by itself holds on a text as it does on a record with that text alone.
func TestALineHoldsForATextAsForARecord(t *testing.T) {
	t.Parallel()
	d := dice{rand.New(rand.NewPCG(3, 31))}
	for range 4000 {
		it := d.item()
		if it.Kind == ExistsItem || it.Negate || slices.ContainsFunc(it.Tests, func(t Test) bool { return t.Kind == FieldRef }) {
			continue
		}
		it.Field = "f"
		value := d.text()
		e := rec(*logs()[0], "f", value)
		record := &record{texts: map[string][]text{}, made: map[*Texts][]text{}}
		record.reset(e)
		if got, want := it.HoldsFor(value), it.eval(record, &Scope{}); got != want {
			t.Fatalf("%v on %q: %v, on a record %v", it, value, got, want)
		}
	}
	if !(&Item{Null: true}).HoldsFor("") || (&Item{Null: true}).HoldsFor("x") || !(&Item{Tests: []Test{of("g", Whole)}}).HoldsFor("x") {
		t.Error("null holds on an empty text, a comparison on any")
	}
}
