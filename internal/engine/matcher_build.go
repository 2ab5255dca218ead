package engine

import (
	"slices"
	"strings"
	"unicode/utf8"

	"spoor/internal/limits"
)

// build compiles the atoms of the inputs that read a source.
func (m *matcher) build(c *class, inputs []int, turn bool) {
	n := 0
	for _, in := range inputs {
		n += len(c.ofInput[in])
	}
	list := newTests(n)
	byTurn := map[*Turn]*tests{}
	for _, in := range inputs {
		input := c.inputs[in]
		for _, n := range c.ofInput[in] {
			a := &c.atoms[n]
			if c.lazy[n] || c.gates[n] != 0 || turn && !input.rowless && input.derived != nil && input.derived.Whole && a.anywhere(c.tests) {
				continue
			}
			list.add(c, a, n)
			if !input.keyword && a.empty(c.tests) {
				m.null = append(m.null, n)
			}
			if turn && input.turn != nil {
				if byTurn[input.turn] == nil {
					byTurn[input.turn] = newTests(0)
				}
				byTurn[input.turn].add(c, a, n)
			}
		}
	}
	m.compile(c.tests, list)
	for _, in := range inputs { // in their order, each turn once
		if turn := c.inputs[in].turn; byTurn[turn] != nil {
			sub := &matcher{}
			sub.compile(c.tests, byTurn[turn])
			m.turned = append(m.turned, turned{turn, sub})
			m.numeric = true
			delete(byTurn, turn)
		}
	}
}

// anywhere reports that the atom's tests look for something at any place of a
// text, so that they hold for a text that holds this one.
func (a *atom) anywhere(tests *testTable) bool {
	return a.kind == testAtom && !slices.ContainsFunc(a.tests, func(n testID) bool {
		t := tests.test(n)
		return t.Kind != Glob || len(t.Pattern) < 2 || !t.Pattern[0].Run || !t.Pattern[len(t.Pattern)-1].Run
	})
}

// blind reports that nothing is looked for in a text.
func (m *matcher) blind() bool {
	return len(m.always)+len(m.filled)+len(m.whole)+len(m.exact)+len(m.checks)+len(m.cidrs)+len(m.numbers)+len(m.parts)+len(m.turned)+len(m.null) == 0 &&
		m.grams == nil && m.prefix.empty() && m.suffix.empty()
}

// empty reports whether the atom fires on a text without characters.
func (a *atom) empty(tests *testTable) bool {
	switch a.kind {
	case presentAtom:
		return true
	case filledAtom:
		return false
	}
	return slices.ContainsFunc(a.tests, func(n testID) bool { return tests.test(n).match("", "") })
}

// tests gathers equal tests, whose atoms fire together.
type tests struct {
	byID  map[testID]int
	list  []check
	facts [2][]uint32 // present, filled
}

func newTests(n int) *tests { return &tests{byID: make(map[testID]int, n), list: make([]check, 0, n)} }

func (s *tests) add(c *class, a *atom, n uint32) {
	switch a.kind {
	case presentAtom:
		s.facts[0] = append(s.facts[0], n)
		return
	case filledAtom:
		s.facts[1] = append(s.facts[1], n)
		return
	}
	for _, id := range a.tests {
		t := c.tests.test(id)
		if t.Kind != OneOf {
			s.one(c, t, id, n)
			continue
		}
		for j := range t.Any {
			s.one(c, &t.Any[j], c.tests.id(&t.Any[j]), n)
		}
	}
}

func (s *tests) one(c *class, t *Test, id testID, n uint32) {
	i, ok := s.byID[id]
	if !ok {
		s.byID[id] = len(s.list)
		s.list = append(s.list, check{test: t, id: id, atoms: c.single[n : n+1 : n+1]})
		return
	}
	if atoms := s.list[i].atoms; atoms[len(atoms)-1] != n {
		s.list[i].atoms = append(atoms, n)
	}
}

func (m *matcher) compile(table *testTable, s *tests) {
	m.always, m.filled = s.facts[0], s.facts[1]
	l := &literals{list: make([]literal, 0, len(s.list)), byText: make(map[string]int, len(s.list))}
	for _, c := range s.list {
		switch c.test.Kind {
		case CIDR:
			m.cidrs, m.numeric = append(m.cidrs, c), true
		case Compare:
			m.numbers, m.numeric = append(m.numbers, c), true
		case Part:
			m.parts, m.numeric = append(m.parts, c), true
		case Regexp:
			n := int32(len(m.checks))
			x := table.expression(c.id)
			c.re = x.re
			m.checks = append(m.checks, c)
			for _, text := range x.gate.any {
				l.at(text).checks = append(l.at(text).checks, n)
			}
			if len(x.gate.any) == 0 {
				m.free = append(m.free, n)
			} else if x.gate.ascii {
				m.foreign = append(m.foreign, n)
			}
			m.numeric = m.numeric || len(x.gate.any) == 0 || slices.ContainsFunc(x.gate.any, numeric)
		case Glob:
			m.glob(c, l)
			m.numeric = m.numeric || c.test.numeric()
		}
	}
	if len(l.list) > 0 {
		m.grams = newGrams(l.list)
	}
}

// with is both lists; neither is changed, and nothing is copied for the first.
func with(list, more []uint32) []uint32 {
	if len(list) == 0 {
		return more[:len(more):len(more)]
	}
	return append(list[:len(list):len(list)], more...)
}

// literals gathers texts to be searched for, each once.
type literals struct {
	list   []literal
	byText map[string]int
}

func (l *literals) at(text string) *literal {
	n, ok := l.byText[text]
	if !ok {
		n = len(l.list)
		l.byText[text] = n
		l.list = append(l.list, literal{text: text})
	}
	return &l.list[n]
}

// glob puts a pattern where it is found fastest.
func (m *matcher) glob(c check, lits *literals) {
	p := c.test.Pattern
	run := func(i int) bool { return p[i].Run }
	text := func(i int) bool { return p[i].Text != "" }
	switch {
	case len(p) == 1 && run(0):
		m.always = append(m.always, c.atoms...)
		return
	case len(p) == 0, len(p) == 1 && text(0):
		into := &m.whole
		if c.test.Cased {
			into = &m.exact
		}
		if *into == nil {
			*into = map[string][]uint32{}
		}
		whole := ""
		if len(p) == 1 {
			whole = p[0].Text
		}
		(*into)[whole] = with((*into)[whole], c.atoms)
		return
	case c.test.Cased:
	case len(p) == 2 && text(0) && run(1):
		m.prefix.add(p[0].Text, false, c.atoms)
		return
	case len(p) == 2 && run(0) && text(1):
		m.suffix.add(p[1].Text, true, c.atoms)
		return
	case len(p) == 3 && run(0) && text(1) && run(2):
		l := lits.at(p[1].Text)
		l.atoms = with(l.atoms, c.atoms)
		return
	case len(p) > 2 && m.dashes(c, lits):
		return
	}
	n := int32(len(m.checks))
	m.checks = append(m.checks, c)
	lit := longest(p)
	// Bytes that are no UTF-8 may be the end of a letter of the text, which
	// folding would change.
	if lit == "" || c.test.Cased && !utf8.ValidString(lit) {
		m.free = append(m.free, n)
		return
	}
	if c.test.Cased {
		lit = Fold(lit)
	}
	lits.at(lit).checks = append(lits.at(lit).checks, n)
}

// dashes enters a pattern of literals and dashes as all the texts that it
// stands for, if they are few: the literals alone are often a single letter.
func (m *matcher) dashes(c check, lits *literals) bool {
	p := c.test.Pattern
	head, tail := p[0].Run, p[len(p)-1].Run
	if head {
		p = p[1:]
	}
	if tail {
		p = p[:len(p)-1]
	}
	list := spelled(p)
	for _, text := range list {
		switch {
		case head && tail:
			l := lits.at(text)
			l.atoms = with(l.atoms, c.atoms)
		case head:
			m.suffix.add(text, true, c.atoms)
		case tail:
			m.prefix.add(text, false, c.atoms)
		default:
			if m.whole == nil {
				m.whole = map[string][]uint32{}
			}
			m.whole[text] = with(m.whole[text], c.atoms)
		}
	}
	return len(list) > 0
}

// maxSpelled bounds the texts that a pattern with dashes is written out to.
const maxSpelled = max(25>>limits.Shrink, 1)

// spelled writes out the texts of a pattern that holds nothing but literals
// and dashes; nil where there are others, or too many.
func spelled(p []Piece) []string {
	list := []string{""}
	for _, piece := range p {
		kinds := []string{piece.Text}
		if piece.Dash {
			kinds = Dashes()
		}
		if piece.Any || piece.Run || len(list)*len(kinds) > maxSpelled {
			return nil
		}
		var next []string
		for _, head := range list {
			for _, k := range kinds {
				next = append(next, head+k)
			}
		}
		list = next
	}
	return list
}

// numeric reports whether a text may be in that of a number, a time, a GUID or
// a SID.
func numeric(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune("0123456789abcdefABCDEFxtTzZsS-+.:{}", r) }) < 0
}

func (t *Test) numeric() bool {
	return !slices.ContainsFunc(t.Pattern, func(p Piece) bool { return p.Text != "" && !numeric(p.Text) }) &&
		!(len(t.Pattern) == 1 && t.Pattern[0].Run)
}
