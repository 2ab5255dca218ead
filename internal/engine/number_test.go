package engine

import "testing"

func TestNumbersAreOrdered(t *testing.T) {
	t.Parallel()
	ascending := []string{"-1e300", "-99999999999999999999", "-9223372036854775809", "-2.5", "-1", "0", "0.25", "1", "0x10", "17",
		"9007199254740992", "9007199254740993", "18446744073709551614", "0xffffffffffffffff", "1e25"}
	for i, a := range ascending {
		for j, b := range ascending {
			x, ok1 := ParseNumber(a)
			y, ok2 := ParseNumber(b)
			if !ok1 || !ok2 || x.Compare(y) != order(i < j, i > j) {
				t.Errorf("%s against %s: %d", a, b, x.Compare(y))
			}
		}
	}
	for _, text := range []string{"", "-", "0x", "0xg", "1_000", "inf", "NaN", "1 2", "0x1p4", "0b1", "--1", "e", "1e", "a"} {
		if n, ok := ParseNumber(text); ok {
			t.Errorf("%q is read as the number %+v", text, n)
		}
	}
}

// A selection behind one "not" stays negated however often it is used, and a
// selection behind two does not.
func TestSelectionsBehindNot(t *testing.T) {
	t.Parallel()
	sel := func(n int) Op { return Op{Code: OpSelection, Arg: n} }
	not, and, or := Op{Code: OpNot}, Op{Code: OpAnd, Arg: 2}, Op{Code: OpOr, Arg: 2}
	for name, c := range map[string]struct {
		condition []Op
		negated   bool
		must      int
	}{
		"a":                {[]Op{sel(0)}, false, 1},
		"not a":            {[]Op{sel(0), not}, true, 0},
		"not not a":        {[]Op{sel(0), not, not}, false, 0},
		"not a and not a":  {[]Op{sel(0), not, sel(0), not, and}, true, 0},
		"a and not a":      {[]Op{sel(0), sel(0), not, and}, true, 1},
		"a or a":           {[]Op{sel(0), sel(0), or}, false, 0},
		"not (a and a)":    {[]Op{sel(0), sel(0), and, not}, true, 0},
		"not (not a or a)": {[]Op{sel(0), not, sel(0), or, not}, true, 0},
	} {
		r := NewRule(Rule{Selections: make([]Selection, 1), Condition: c.condition})
		if r.negated[0] != c.negated || len(r.must) != c.must {
			t.Errorf("%s: negated %v, must %v", name, r.negated[0], r.must)
		}
	}
}
