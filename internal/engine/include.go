package engine

import "strings"

// Negated reports whether a selection stands behind a "not".
func (r *Rule) Negated(selection int) bool { return r.negated[selection] }

// HoldsFor reports whether an item holds on a field with this one text. A
// comparison with another field counts as one that holds.
func (it *Item) HoldsFor(text string) bool {
	hits, folded := 0, Fold(text)
	for i := range it.Tests {
		if t := &it.Tests[i]; t.Kind == FieldRef || t.match(text, folded) {
			hits++
		}
	}
	return it.Null && text == "" || hits > 0 && (!it.All || hits == len(it.Tests))
}

// Literal is the one text that a test without wildcards asks for, "" for any
// other test.
func (t *Test) Literal() string {
	if t.Kind != Glob || len(t.Pattern) != 1 {
		return ""
	}
	return t.Pattern[0].Text
}

// Includes reports whether t is sure to hold on every text on which x holds;
// false also means "not known". Only plain texts and their places, and equal
// tests, are compared.
func (t *Test) Includes(x *Test) bool {
	if t.Kind == x.Kind && t.String() == x.String() {
		return t.Kind != OneOf
	}
	if t.Kind != Glob || x.Kind != Glob || t.Cased && !x.Cased {
		return false
	}
	fold := func(s string) string {
		if t.Cased {
			return s
		}
		return Fold(s)
	}
	if len(x.Pattern) == 1 && x.Pattern[0].Text != "" { // one text
		return matchGlob(t.Pattern, fold(x.Pattern[0].Text))
	}
	// Every text that x allows begins and ends with what stands in x before its
	// first wildcard and behind its last: t must hold whatever stands between.
	for _, p := range x.Pattern {
		if p.Any || p.Dash {
			return false
		}
	}
	ours, want, from, upTo := outer(t.Pattern), "", 0, len(t.Pattern)
	switch ours {
	case 0b00: // the whole value
	case 0b01: // starts with
		upTo--
	case 0b10: // ends with
		from++
	case 0b11: // contains
		from, upTo = from+1, upTo-1
	}
	if ours == 0 || upTo-from > 1 || upTo-from == 1 && t.Pattern[from].Text == "" {
		return false
	}
	if upTo > from {
		want = t.Pattern[from].Text
	}
	first, last := "", ""
	if len(x.Pattern) > 0 {
		first, last = fold(x.Pattern[0].Text), fold(x.Pattern[len(x.Pattern)-1].Text)
	}
	switch ours {
	case 0b01:
		return strings.HasPrefix(first, want)
	case 0b10:
		return strings.HasSuffix(last, want)
	}
	for _, p := range x.Pattern {
		if strings.Contains(fold(p.Text), want) {
			return true
		}
	}
	return want == ""
}

// outer says where a pattern begins (2) and ends (1) with any run; a single
// run is both.
func outer(p []Piece) int {
	n := 0
	if len(p) > 0 && p[0].Run {
		n |= 0b10
	}
	if len(p) > 1 && p[len(p)-1].Run {
		n |= 0b01
	}
	return n
}
