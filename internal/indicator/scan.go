package indicator

import "bytes"

// Hit is an entry of the set found in a text.
type Hit struct {
	Entry      uint32
	Value      uint32 // the entry that stands for all of this value
	Start, End int    // the part of the text that is the value
}

// Scanner finds the values of a set in texts. It is for one goroutine.
type Scanner struct {
	set  *Set
	hits []Hit
	text []byte // a URL or user agent in the form that is compared
	six  int    // end of the IPv6 candidate that was tried last
}

// NewScanner makes a scanner; many may share a set.
func NewScanner(s *Set) *Scanner { return &Scanner{set: s, text: make([]byte, 0, maxValue)} }

// Scan appends to hits what it finds in text, in the order of the text. One
// pass recognises what may be an address, name, URL, hash, path or mail
// address; each candidate is looked up whole and compared exactly. It
// allocates nothing unless it finds something.
func (s *Scanner) Scan(text []byte, hits []Hit) []Hit {
	s.hits, s.six = hits, 0
	set := s.set
	if set.has[UserAgent] && len(text) >= set.agentSize[0] && len(text) <= 3*set.agentSize[1] {
		s.agent(text)
	}
	start, seen := 0, uint8(0)
	for i := 0; i < len(text); i++ {
		c := class[text[i]]
		if c != 0 {
			seen |= c
			continue
		}
		if i-start >= 3 {
			s.word(text, start, i, seen)
		}
		if text[i] == ':' {
			s.colon(text, start, i, seen)
		}
		start, seen = i+1, 0
	}
	if len(text)-start >= 3 {
		s.word(text, start, len(text), seen)
	}
	found := s.hits
	s.hits = nil
	return found
}

// word looks at text[start:end], all of it word bytes; seen is their classes.
func (s *Scanner) word(text []byte, start, end int, seen uint8) {
	set := s.set
	if end-start >= 32 && seen&(isHex|isDigit) != 0 {
		s.hashes(text, start, end)
	}
	if (set.has[Name] || set.has[Path]) && (seen&isDot != 0 || set.bare) {
		last := end
		for last > start+1 && text[last-1] == '.' { // the end of a sentence
			last--
		}
		if set.tails[tailOf(text[start:last])] {
			s.tail(text, start, last)
		}
	}
	if seen&isDot == 0 {
		return
	}
	if start > 0 && text[start-1] == '%' && end-start > 2 { // %2Fexample.org
		_, a := hexDigit(text[start])
		_, b := hexDigit(text[start+1])
		if a && b {
			start, seen = start+2, 0
			for _, c := range text[start:end] {
				seen |= class[c]
			}
		}
	}
	for start < end && (text[start] == '.' || text[start] == '-') {
		start++
	}
	for end > start && class[text[end-1]]&(isDot|isDash) != 0 {
		end--
	}
	if start == end {
		return
	}
	if class[text[end-1]]&isDigit != 0 && set.has[Address] && end-start <= 15 && seen&^(isDigit|isDot) == 0 {
		s.address(text, start, end)
		return
	}
	if seen&isAt != 0 && set.has[Email] {
		h := set.hash(Email, text[start:end])
		if set.open(h) {
			s.take(h, Email, text, start, end)
		}
	}
	if set.has[Domain] && set.tops[topOf(text[start:end])] {
		s.domain(text, start, end)
	}
}

// take adds the entries of a kind whose value equals text[start:end].
func (s *Scanner) take(h uint64, k Kind, text []byte, start, end int) {
	s.set.find(h, func(n uint32) {
		e := &s.set.entries[n]
		if e.kind == k && equalFold(s.set.text(e), text[start:end]) {
			s.add(n, start, end)
		}
	})
}

// add notes an entry and all others of the same value.
func (s *Scanner) add(n uint32, start, end int) {
	for value := n; ; {
		s.hits = append(s.hits, Hit{n, value, start, end})
		next := s.set.entries[n].next
		if next == 0 {
			return
		}
		n = next - 1
	}
}

// hashes looks at the runs of letters and digits that have a hash's length.
func (s *Scanner) hashes(text []byte, start, end int) {
	for i := start; i < end; {
		from, seen := i, uint8(0)
		for i < end && class[text[i]]&(isDigit|isHex|isAlpha) != 0 {
			seen |= class[text[i]]
			i++
		}
		if seen&isAlpha == 0 {
			k := kinds
			switch i - from {
			case 64:
				k = SHA256
			case 40:
				k = SHA1
			case 32:
				k = MD5
			}
			if k != kinds && s.set.has[k] {
				if h := s.set.hash(k, text[from:i]); s.set.open(h) {
					s.take(h, k, text, from, i)
				}
			}
		}
		i++
	}
}

// address looks up an address and the networks that hold it.
func (s *Scanner) address(text []byte, start, end int) {
	k, ok := parseAddress(text[start:end])
	if !ok {
		return
	}
	for _, n := range s.set.lengths {
		m := k.masked(n)
		h := s.set.hash(Address, m[:])
		if !s.set.open(h) {
			continue
		}
		s.set.find(h, func(n uint32) {
			e := &s.set.entries[n]
			if e.kind == Address && bytes.Equal(s.set.text(e), m[:]) {
				s.add(n, start, end)
			}
		})
	}
}

// domain looks up a name and every name above it: the hash is taken from the
// right, so that one pass serves all.
func (s *Scanner) domain(text []byte, start, end int) {
	h := s.set.start(Domain)
	dots := 0
	for i := end - 1; i >= start; i-- {
		c := text[i]
		h = step(h, lower[c])
		if c == '.' {
			dots++
		}
		if dots == 0 || c == '.' || i > start && text[i-1] != '.' && text[i-1] != '@' {
			continue
		}
		if f := finish(h); s.set.open(f) {
			s.take(f, Domain, text, i, end)
		}
		if i > start && text[i-1] == '@' {
			return
		}
	}
}

// tail looks up names and paths whose last word is text[start:end], and
// compares them backwards from there.
func (s *Scanner) tail(text []byte, start, end int) {
	h := s.set.hash(Name, text[start:end])
	if !s.set.open(h) {
		return
	}
	s.set.find(h, func(n uint32) {
		e := &s.set.entries[n]
		if e.kind != Name && e.kind != Path {
			return
		}
		if from, ok := endsWith(text[:end], s.set.text(e), e.kind); ok {
			s.add(n, from, end)
		}
	})
}

// endsWith compares a path with the end of a text: letters folded, both
// slashes alike, several in a row as one. A path that begins with a slash may
// stand without it at the start of the text. What stands before it must not
// be part of a name.
func endsWith(text, path []byte, k Kind) (int, bool) {
	i, j := len(text), len(path)
	for j > 0 {
		c := path[j-1]
		switch {
		case slash(c):
			if i == 0 {
				return 0, j == 1
			}
			if !slash(text[i-1]) {
				return 0, j == 1 && !partOfName(text[i-1])
			}
			for i > 0 && slash(text[i-1]) {
				i--
			}
			if j == 1 {
				return i, true
			}
		case i == 0 || lower[text[i-1]] != lower[c]:
			return 0, false
		default:
			i--
		}
		j--
	}
	if i > 0 && partOfName(text[i-1]) {
		return 0, false
	}
	return i, true
}

// partOfName reports a byte that would make the text before a name part of
// the name. A blank ends a name: command lines separate by it.
func partOfName(c byte) bool {
	return class[c] != 0 || c == '~' || c == '$' || c == '#' || c == '!' || c == '^' || c == '{' || c == '}'
}

// colon looks at what a colon may belong to: text[start:i] stands before it.
func (s *Scanner) colon(text []byte, start, i int, seen uint8) {
	if i+2 < len(text) && text[i+1] == '/' && text[i+2] == '/' {
		if s.set.has[URL] && i > start && seen&^(isAlpha|isHex) == 0 {
			s.url(text, start, i)
		}
		return
	}
	if !s.set.has[Address] || i < s.six || i-start > 4 || seen&^(isDigit|isHex) != 0 {
		return
	}
	end, colons, double := i, 0, false
	for end < len(text) && end-start < 46 {
		c := text[end]
		if c == ':' {
			colons++
			double = double || end+1 < len(text) && text[end+1] == ':'
		} else if _, ok := hexDigit(c); !ok && c != '.' {
			break
		}
		end++
	}
	s.six = end
	if colons < 2 || !double && colons < 6 {
		return
	}
	s.address(text, start, end)
}
