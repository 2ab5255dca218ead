package engine

import (
	"math"
	"math/bits"
)

// grams finds many literals in one pass over a text. Of every literal the
// rarest four bytes are its mark; at each position of the text one bit says
// whether its four bytes are anybody's mark, and only then the literals are
// compared. Literals of less than four bytes have a table by their first two.
type grams struct {
	literals []literal
	few      *[1 << 16 / 64]uint64 // of up to 4,096 marks: 8 KiB stay in the first-level cache beside all else
	many     *[1 << 18 / 64]uint64 // of more
	keys     []uint32
	lists    [][]marked // beside keys; an empty list is a free place
	pairs    *[1 << 16 / 64]uint64
	short    *[256][]int32 // by first byte
}

// literal is a text and what to do when it occurs.
type literal struct {
	text   string
	atoms  []uint32
	checks []int32
}

// marked is a literal whose mark stands at offset.
type marked struct {
	literal int32
	offset  int32
}

const gramHash = 0x9e3779b1

// newGrams makes the tables. Counting and placing go through arrays by hash:
// with maps of grams they were 7 % of a first look at many small logs.
func newGrams(list []literal) *grams {
	g := &grams{literals: list}
	long, size := 0, 0
	for _, l := range list {
		if n := len(l.text); n >= 4 {
			long++
			size += n - 3
		}
	}
	// A gram that many literals share is what texts often hold.
	seen := newTally(size)
	for _, l := range list {
		for i := 0; i+4 <= len(l.text); i++ {
			seen.add(gramAt(l.text, i))
		}
	}
	marks := make([]marked, 0, long) // of the long literals, in order
	for n, l := range list {
		switch len(l.text) {
		case 0:
		case 1, 2, 3:
			g.addShort(l.text, int32(n))
		default:
			marks = append(marks, marked{int32(n), int32(rarest(l.text, seen))})
		}
	}
	if long > 0 {
		g.place(marks)
	}
	return g
}

// addShort enters a literal of one to three bytes.
func (g *grams) addShort(text string, n int32) {
	if g.pairs == nil {
		g.pairs, g.short = new([1 << 16 / 64]uint64), new([256][]int32)
	}
	g.short[text[0]] = append(g.short[text[0]], n)
	// A single byte is any pair that begins with it.
	for second := range 256 {
		if len(text) > 1 {
			second = int(text[1])
		}
		k := uint16(text[0]) | uint16(second)<<8
		g.pairs[k>>6] |= 1 << (k & 63)
		if len(text) > 1 {
			break
		}
	}
}

// place enters the marks of the long literals: those of one gram stand beside
// each other in one array.
func (g *grams) place(marks []marked) {
	n := 1 << bits.Len(uint(len(marks)*2))
	g.keys, g.lists = make([]uint32, n), make([][]marked, n)
	counts, at := make([]int32, n), make([]int32, len(marks))
	distinct := 0
	for m, mark := range marks {
		k := gramAt(g.literals[mark.literal].text, int(mark.offset))
		i := gramPlace(k, n)
		for counts[i] > 0 && g.keys[i] != k {
			i = (i + 1) & (n - 1)
		}
		if counts[i] == 0 {
			g.keys[i] = k
			distinct++
		}
		counts[i]++
		at[m] = int32(i)
	}
	if distinct > 4_096 {
		g.many = new([1 << 18 / 64]uint64)
	} else {
		g.few = new([1 << 16 / 64]uint64)
	}
	room := make([]marked, len(marks))
	for m, mark := range marks {
		i := at[m]
		if g.lists[i] == nil {
			g.lists[i], room = room[:0:counts[i]], room[counts[i]:]
			if h := g.keys[i] * gramHash; g.many != nil {
				g.many[h>>20] |= 1 << (h >> 14 & 63)
			} else {
				g.few[h>>22] |= 1 << (h >> 16 & 63)
			}
		}
		g.lists[i] = append(g.lists[i], mark)
	}
}

// gramPlace is where the search for a gram begins in a table of n places.
func gramPlace(k uint32, n int) int { return int(k*gramHash>>7) & (n - 1) }

// tally counts grams by a hash: two that share a place are counted as one, which
// can only make another gram the mark.
type tally []uint16

func newTally(grams int) tally { return make(tally, 1<<bits.Len(uint(grams*4))) }

func (t tally) at(k uint32) *uint16 { return &t[gramPlace(k, len(t))] }

func (t tally) add(k uint32) {
	if c := t.at(k); *c < 1<<12 {
		*c++
	}
}

func gramAt(s string, i int) uint32 {
	return uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16 | uint32(s[i+3])<<24
}

// rarest is where the gram begins that the fewest literals hold; of equals the
// one with the fewest letters and blanks, which text is full of.
func rarest(text string, seen tally) int {
	best, at := math.MaxInt, 0
	for i := 0; i+4 <= len(text); i++ {
		cost := int(*seen.at(gramAt(text, i)))*8 + int(common[text[i]]+common[text[i+1]]+common[text[i+2]]+common[text[i+3]])
		if cost < best {
			best, at = cost, i
		}
	}
	return at
}

// common says how often a byte stands in texts: 0 rarely, 2 often.
var common = func() (t [256]byte) {
	for i := range t {
		t[i] = 1
	}
	for _, b := range []byte("qzxjvkwy") {
		t[b] = 0
	}
	for _, b := range []byte("etaoinsr \\.0dlcm") {
		t[b] = 2
	}
	return t
}()

// find appends the literals that occur, each once; seen has a bit for each, all
// of them clear, and has those of the found ones set afterwards. One loop looks
// for both kinds: v holds four bytes, and slides by one. The tables are arrays
// of known size, so that no index is checked: that halves the time of a byte.
func (g *grams) find(text []byte, found []int32, seen []uint64) []int32 {
	few, pairs := g.few, g.pairs
	if few == nil {
		few = &noPairs
	}
	if pairs == nil {
		pairs = &noPairs
	}
	v := uint32(0)
	if many := g.many; many != nil {
		for i, b := range text {
			v = v>>8 | uint32(b)<<24
			if i < 3 {
				continue
			}
			if h := v * gramHash; many[h>>20]&(1<<(h>>14&63)) != 0 {
				found = g.long(text, i-3, v, found, seen)
			}
			if k := uint16(v); pairs[k>>6]&(1<<(k&63)) != 0 {
				found = g.pair(text, i-3, found, seen)
			}
		}
	} else {
		for i, b := range text {
			v = v>>8 | uint32(b)<<24
			if i < 3 {
				continue
			}
			if h := v * gramHash; few[h>>22]&(1<<(h>>16&63)) != 0 {
				found = g.long(text, i-3, v, found, seen)
			}
			if k := uint16(v); pairs[k>>6]&(1<<(k&63)) != 0 {
				found = g.pair(text, i-3, found, seen)
			}
		}
	}
	if g.pairs != nil {
		for at := max(0, len(text)-3); at < len(text); at++ {
			found = g.pair(text, at, found, seen)
		}
	}
	return found
}

// noPairs stands in for a table that a matcher does not need.
var noPairs [1 << 16 / 64]uint64

// pair compares the short literals that begin at a place.
func (g *grams) pair(text []byte, at int, found []int32, seen []uint64) []int32 {
	for _, n := range g.short[text[at]] {
		if begins(text[at:], g.literals[n].text) {
			found = note(n, found, seen)
		}
	}
	return found
}

func note(n int32, found []int32, seen []uint64) []int32 {
	if seen[n>>6]&(1<<(n&63)) != 0 {
		return found
	}
	seen[n>>6] |= 1 << (n & 63)
	return append(found, n)
}

// long compares the literals whose mark stands at a place.
func (g *grams) long(text []byte, at int, v uint32, found []int32, seen []uint64) []int32 {
	for i := gramPlace(v, len(g.keys)); g.lists[i] != nil; i = (i + 1) & (len(g.keys) - 1) {
		if g.keys[i] != v {
			continue
		}
		for _, m := range g.lists[i] {
			l := g.literals[m.literal].text
			from := at - int(m.offset)
			if from >= 0 && len(text)-from >= len(l) && string(text[from:from+len(l)]) == l {
				found = note(m.literal, found, seen)
			}
		}
		break
	}
	return found
}
