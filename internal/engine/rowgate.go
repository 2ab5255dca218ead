package engine

import (
	"slices"
	"strings"
)

// A keyword is searched for in a text that joins all values of a row by single
// blanks, which no row shares with another: scanning it would cost every byte
// of every row. A literal without a blank stands in the row only if it stands
// in a value. One with blanks stands in a value, or covers a joint: then some
// value ends with what is before one of its blanks, or, where that is nothing,
// begins with what is behind it. So the values, which are remembered, tell
// which rows are worth making.

// gateRows finds out for the keywords of a class, whose input joins rows, what
// the values can tell.
func (c *class) gateRows() {
	c.gates = make([]uint32, len(c.atoms))
	for in, input := range c.inputs {
		if !input.keyword || input.derived == nil || !input.derived.Whole {
			continue
		}
		type gated struct {
			atom  uint32
			tests []testID
		}
		var list []gated
		able := true
		for n := range c.atoms {
			a := &c.atoms[n]
			if a.input != in || c.plainWords(a) {
				continue
			}
			tests := c.rowGate(a)
			if able = able && tests != nil; !able {
				break
			}
			list = append(list, gated{uint32(n), tests})
		}
		if !able {
			continue
		}
		input.rowless = true
		for _, g := range list {
			gate := c.atom(in, gateAtom, append([]testID{testID(g.atom)}, g.tests...))
			c.atoms[gate].tests = g.tests
			c.gates = append(c.gates, make([]uint32, len(c.atoms)-len(c.gates))...)
			c.gates[g.atom] = gate + 1
		}
	}
}

// plainWords reports that the atom looks for words without blanks only: values
// tell all of it.
func (c *class) plainWords(a *atom) bool {
	return a.kind == testAtom && !slices.ContainsFunc(a.tests, func(id testID) bool {
		p := c.tests.test(id).Pattern
		return c.tests.test(id).Kind != Glob || len(p) != 3 || !p[0].Run || !p[2].Run || p[1].Text == "" || strings.Contains(p[1].Text, " ")
	})
}

// rowGate lists tests of which a value passes one if the row passes the atom;
// nil where none are known.
func (c *class) rowGate(a *atom) []testID {
	if a.kind != testAtom {
		return nil
	}
	var list []testID
	add := func(p ...Piece) { list = append(list, c.tests.id(&Test{Kind: Glob, Pattern: p})) }
	run := Piece{Run: true}
	for _, id := range a.tests {
		t := c.tests.test(id)
		p := t.Pattern
		if t.Kind != Glob || t.Cased || len(p) < 3 || !p[0].Run || !p[len(p)-1].Run {
			return nil
		}
		word := longest(p)
		if word == "" {
			return nil
		}
		add(run, Piece{Text: word}, run)
		for i := range len(word) {
			if word[i] != ' ' {
				continue
			}
			if i > 0 {
				add(run, Piece{Text: word[:i]})
				continue
			}
			next, _, _ := strings.Cut(word[1:], " ")
			if next == "" {
				return nil
			}
			add(Piece{Text: next}, run)
		}
	}
	return list
}
