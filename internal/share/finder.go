package share

import (
	"cmp"
	"fmt"
	"slices"
)

// Caps of what is looked for at once; a case with more is not shared.
const (
	maxTerms = 200_000 // learned values, with their variants
	maxNodes = 8 << 20 // letters of all of them: 128 MiB
)

// term is a value that is replaced wherever it occurs.
type term struct {
	text  string // folded
	out   string
	of    string // the value itself, as learned
	kind  kind
	whole bool // only where no letter or digit touches it
}

// finder finds all terms in a text in one pass (Aho and Corasick, 1975), so
// that the time does not depend on how many terms there are.
type finder struct {
	terms []*term
	nodes []node
	root  [256]int32
}

// node is one state; its children are a list through next, the lowest byte
// first is not needed because lists are short below the root.
type node struct {
	child, next, fail int32
	term              int32 // the term that ends here, -1 none
	up                int32 // the nearest state on the way of fail where a term ends, 0 none
	depth             int32
	letter            byte
}

func newFinder(terms []*term) (*finder, error) {
	if len(terms) > maxTerms {
		return nil, fmt.Errorf("the case holds more than %d values to replace", maxTerms)
	}
	slices.SortFunc(terms, func(a, b *term) int { return cmp.Compare(a.text, b.text) })
	f := &finder{terms: terms, nodes: []node{{term: -1}}}
	for i, t := range terms {
		at := int32(0)
		for j := range len(t.text) {
			n := f.step(at, t.text[j])
			if n == 0 {
				n = int32(len(f.nodes))
				if n >= maxNodes {
					return nil, fmt.Errorf("the values to replace have more than %d letters", maxNodes)
				}
				f.nodes = append(f.nodes, node{letter: t.text[j], term: -1, depth: int32(j + 1)})
				if at == 0 {
					f.root[t.text[j]] = n
				} else {
					f.nodes[n].next = f.nodes[at].child
					f.nodes[at].child = n
				}
			}
			at = n
		}
		if at != 0 {
			f.nodes[at].term = int32(i)
		}
	}
	f.link()
	return f, nil
}

// link sets the states to go on from when a letter does not fit.
func (f *finder) link() {
	var queue []int32
	for _, n := range f.root {
		if n != 0 {
			queue = append(queue, n)
		}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for n := f.nodes[at].child; n != 0; n = f.nodes[n].next {
			fail := f.nodes[at].fail
			to := f.step(fail, f.nodes[n].letter)
			for to == 0 && fail != 0 {
				fail = f.nodes[fail].fail
				to = f.step(fail, f.nodes[n].letter)
			}
			f.nodes[n].fail = to
			f.nodes[n].up = f.nodes[to].up
			if f.nodes[to].term >= 0 {
				f.nodes[n].up = to
			}
			queue = append(queue, n)
		}
	}
}

// step is the state after a letter, 0 where there is none.
func (f *finder) step(at int32, letter byte) int32 {
	if at == 0 {
		return f.root[letter]
	}
	for n := f.nodes[at].child; n != 0; n = f.nodes[n].next {
		if f.nodes[n].letter == letter {
			return n
		}
	}
	return 0
}

// find calls hit for the terms in s, at each end the longest that holds.
func (f *finder) find(s string, hit func(from, to int, t *term)) {
	text, places := folded(s)
	at := int32(0)
	for i := range len(text) {
		to := f.step(at, text[i])
		for to == 0 && at != 0 {
			at = f.nodes[at].fail
			to = f.step(at, text[i])
		}
		at = to
		n := at
		if n != 0 && f.nodes[n].term < 0 {
			n = f.nodes[n].up
		}
		for ; n != 0; n = f.nodes[n].up {
			t := f.terms[f.nodes[n].term]
			from, end := i+1-int(f.nodes[n].depth), i+1
			if places != nil {
				from, end = int(places[from]), int(places[end])
			}
			if t.whole && !bounded(s, from, end) {
				continue
			}
			hit(from, end, t)
			break
		}
	}
}
