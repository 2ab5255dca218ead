package engine

import (
	"net/netip"
	"strings"
	"sync"
	"unicode/utf8"
)

// matcher finds the atoms of one text, for all rules of a class that read the
// text's field, in one pass for each way of comparing.
type matcher struct {
	built   sync.Once
	id      uint64
	always  []uint32 // any text
	filled  []uint32 // any text that is not empty
	whole   map[string][]uint32
	exact   map[string][]uint32 // with case
	prefix  trie
	suffix  trie
	grams   *grams
	checks  []check
	free    []int32 // checks that no literal gates
	foreign []int32 // checks whose gate holds for ASCII only
	cidrs   []check
	numbers []check
	parts   []check
	turned  []turned
	// null is what fires where the field is there and holds nothing: keywords
	// see no text then.
	null []uint32
	// numeric says that a number, a time, a GUID or a SID can fire more than
	// always and filled.
	numeric bool
}

// check is a test that is run by itself.
type check struct {
	test  *Test
	id    testID
	re    *automaton
	atoms []uint32
}

type turned struct {
	turn *Turn
	m    *matcher
}

// scratch is what one worker reuses from text to text.
type scratch struct {
	text   []byte
	folded []byte
	// the two sides of a field comparison
	left, right, foldedLeft, foldedRight []byte

	out   []uint32
	done  []uint64 // checks that were run for the text, as bits
	found []int32  // literals of the text
	seen  []uint64 // the same as bits, while they are searched for
	dfas  map[*automaton]*dfa
}

// match appends the atoms that fire on a text, in no order and perhaps twice.
func (m *matcher) match(s *scratch, text []byte) {
	s.out = append(s.out, m.always...)
	if len(text) > 0 {
		s.out = append(s.out, m.filled...)
	}
	folded, ascii := s.fold(text)
	if m.whole != nil {
		s.out = append(s.out, m.whole[string(folded)]...)
	}
	if m.exact != nil {
		s.out = append(s.out, m.exact[string(text)]...)
	}
	if !m.prefix.empty() {
		s.out = m.prefix.find(folded, false, s.out)
	}
	if !m.suffix.empty() {
		s.out = m.suffix.find(folded, true, s.out)
	}
	if need := len(m.checks)/64 + 1; len(s.done) < need {
		s.done = make([]uint64, need)
	} else {
		clear(s.done[:need])
	}
	if m.grams != nil {
		if need := len(m.grams.literals)/64 + 1; len(s.seen) < need {
			s.seen = make([]uint64, need)
		}
		s.found = m.grams.find(folded, s.found[:0], s.seen)
		for _, n := range s.found {
			s.seen[n>>6] = 0
			l := &m.grams.literals[n]
			s.out = append(s.out, l.atoms...)
			for _, n := range l.checks {
				m.check(s, n, text, folded)
			}
		}
	}
	for _, n := range m.free {
		m.check(s, n, text, folded)
	}
	if !ascii {
		for _, n := range m.foreign {
			m.check(s, n, text, folded)
		}
	}
	if len(m.cidrs)+len(m.numbers)+len(m.parts)+len(m.turned) > 0 {
		m.values(s, string(text))
	}
}

// check runs one test, once for a text.
func (m *matcher) check(s *scratch, n int32, text, folded []byte) {
	if s.done[n>>6]&(1<<(n&63)) != 0 {
		return
	}
	s.done[n>>6] |= 1 << (n & 63)
	c := &m.checks[n]
	hit := false
	switch {
	case c.re != nil:
		hit = s.run(c.re, text)
	case c.test.Cased:
		hit = matchGlob(c.test.Pattern, text)
	default:
		hit = matchGlob(c.test.Pattern, folded)
	}
	if hit {
		s.out = append(s.out, c.atoms...)
	}
}

// values runs the tests that read a text as something else.
func (m *matcher) values(s *scratch, text string) {
	if len(m.cidrs) > 0 {
		if addr, err := netip.ParseAddr(strings.TrimSpace(text)); err == nil {
			addr = addr.Unmap().WithZone("")
			for i := range m.cidrs {
				if m.cidrs[i].test.Prefix.Contains(addr) {
					s.out = append(s.out, m.cidrs[i].atoms...)
				}
			}
		}
	}
	if len(m.numbers) > 0 {
		if n, ok := ParseNumber(text); ok {
			for i := range m.numbers {
				if m.numbers[i].test.compare(n) {
					s.out = append(s.out, m.numbers[i].atoms...)
				}
			}
		}
	}
	for i := range m.parts {
		if m.parts[i].test.match(text, "") {
			s.out = append(s.out, m.parts[i].atoms...)
		}
	}
	for _, t := range m.turned {
		for _, form := range t.turn.Of(text) {
			t.m.match(s, []byte(form))
		}
	}
}

// fold returns the folded text, and whether it is of ASCII only. A table makes
// it twice as fast as comparing each byte with A and Z.
func (s *scratch) fold(text []byte) (folded []byte, ascii bool) {
	if cap(s.folded) < len(text) {
		s.folded = make([]byte, len(text)+len(text)/4+64)
	}
	folded = s.folded[:len(text)]
	all := byte(0)
	for i, b := range text {
		folded[i] = lower[b]
		all |= b
	}
	if all < utf8.RuneSelf {
		return folded, true
	}
	s.folded = appendFold(s.folded[:0], text)
	return s.folded, false
}

// lower maps the letters of ASCII to lower case.
var lower = func() (t [256]byte) {
	for b := range t {
		t[b] = byte(b)
		if 'A' <= b && b <= 'Z' {
			t[b] += 'a' - 'A'
		}
	}
	return t
}()
