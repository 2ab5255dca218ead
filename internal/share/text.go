package share

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// mark is a part of a text that is replaced or kept as a whole.
type mark struct {
	from, to int // bytes of the decoded text
	out      string
	keep     bool
}

// reading is one text being read: what is decided about its parts.
type reading struct {
	*Copy
	text  string // decoded
	taken []bool // bytes that are decided
	marks []mark
	depth int
	how   manner
	// noBlob is where the last row of letters of base64 ended.
	noBlob int
}

// maxNested bounds texts inside texts (base64 of base64).
const maxNested = 3

// manner is how much of a text is trusted.
type manner uint8

const (
	strict manner = iota // of evidence: words that are not known are withheld
	said                 // one of spoor's sentences: its own words stay too
	outer                // from outside, a user agent: only what is internal is replaced
	known                // public knowledge: only learned values are replaced
)

// strict rewrites a text of evidence.
func (c *Copy) strict(s string) string { return c.rewrite(s, strict, 0) }

func (c *Copy) rewrite(s string, how manner, depth int) string {
	if s == "" {
		return s
	}
	text, at := decoded(s)
	r := &reading{Copy: c, text: text, taken: make([]bool, len(text)), depth: depth, how: how}
	if !c.learning {
		r.terms()
	}
	if how != known {
		r.forms()
	}
	if how <= said && !c.learning {
		r.withhold()
	}
	if len(r.marks) == 0 || c.learning {
		return s
	}
	slices.SortFunc(r.marks, func(a, b mark) int { return cmp.Compare(a.from, b.from) })
	source := func(i int) int {
		if at == nil {
			return i
		}
		return int(at[i])
	}
	var b strings.Builder
	pos := 0
	for _, m := range r.marks {
		if !m.keep {
			b.WriteString(s[source(pos):source(m.from)])
			b.WriteString(m.out)
			pos = m.to
		}
	}
	b.WriteString(s[source(pos):])
	return b.String()
}

// free reports that nothing is decided about any byte of a part.
func (r *reading) free(from, to int) bool { return !slices.Contains(r.taken[from:to], true) }

func (r *reading) claim(m mark) bool {
	if m.from >= m.to || !r.free(m.from, m.to) {
		return false
	}
	for i := m.from; i < m.to; i++ {
		r.taken[i] = true
	}
	r.marks = append(r.marks, m)
	return true
}

// replace puts out in the place of a part that is still free.
func (r *reading) replace(from, to int, out string) bool {
	if out == r.text[from:to] {
		return r.keep(from, to)
	}
	return r.claim(mark{from: from, to: to, out: out})
}

// keep lets a part stand.
func (r *reading) keep(from, to int) bool { return r.claim(mark{from: from, to: to, keep: true}) }

// keepRest lets what is still free of a part stand.
func (r *reading) keepRest(from, to int) {
	for from < to {
		if r.taken[from] {
			from++
			continue
		}
		end := from
		for end < to && !r.taken[end] {
			end++
		}
		r.keep(from, end)
		from = end
	}
}

// terms replaces learned values: of those that overlap the first one, and of
// those that begin together the longest.
func (r *reading) terms() {
	type hit struct {
		from, to int
		t        *term
	}
	var hits []hit
	from, to, plain := 0, 0, false // the last token and whether it tells nothing: a token may be long and full of hits
	r.finder.find(r.text, func(a, b int, t *term) {
		if !bounded(r.text, a, b) && t.kind != isHidden {
			if a < from || b > to {
				from, to = r.token(a, b)
				plain = r.ordinary(r.text[from:to])
			}
			if plain {
				return // inside a word that tells nothing
			}
		}
		hits = append(hits, hit{a, b, t})
	})
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
	for _, h := range hits {
		if r.replace(h.from, h.to, h.t.out) {
			r.note("replaced", h.t.kind, h.t.of, h.t.out)
			continue
		}
		for h.from < h.to && r.taken[h.from] { // it begins inside another value
			h.from++
		}
		if h.from < h.to && r.free(h.from, h.to) {
			r.word(h.from, h.to)
		}
	}
}

// token widens a part to the letters and digits that touch it.
func (r *reading) token(from, to int) (int, int) {
	for from > 0 {
		c, n := utf8.DecodeLastRuneInString(r.text[:from])
		if !alnum(c) {
			break
		}
		from -= n
	}
	for to < len(r.text) {
		c, n := utf8.DecodeRuneInString(r.text[to:])
		if !alnum(c) {
			break
		}
		to += n
	}
	return from, to
}
