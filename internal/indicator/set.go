package indicator

import (
	"bytes"
	"hash/maphash"
	"slices"
	"time"

	"spoor/internal/finding"
)

// entry is an indicator in a set: 48 bytes, its texts in one arena.
type entry struct {
	from, until  int64 // Unix seconds; 0 is open
	value, label uint32
	context      uint32
	clause       uint32 // 1 + number of the clause it is part of, 0 if none
	next         uint32 // 1 + number of another entry of the same value, 0 if none
	sightings    uint32
	first, last  uint16 // days of use since 1970, 0 where none is stated
	size         uint16 // bytes of the value
	labelSize    uint8
	kind         Kind
	level        finding.Level
	flags        uint8
}

const flagStated = 1 // the source states the level

// clause is several entries that must be there together, and a port.
type clause struct {
	parts []uint32
	port  uint16
}

// Set is all indicators that were loaded. It is built by a Loader and read by
// any number of scanners.
type Set struct {
	entries  []entry
	arena    []byte
	contexts []Context
	clauses  []clause

	// slots are the open hash table: the upper half of a slot is that of the
	// hash, the lower half 1 + the entry. gate holds one bit per 8 places of
	// it, so that most misses stay within the processor's cache.
	slots []uint64
	gate  []uint64
	seed  uint64
	has   [kinds]bool

	lengths   []uint8    // prefix lengths of networks, longest first, of 128
	tops      [1024]bool // by hash of the last label of a domain
	tails     [4096]bool // by length and last bytes of a path's last word
	urlMax    int        // length of the longest URL
	bare      bool       // the last word of some path has no dot
	agentSize [2]int     // smallest and largest length of a user agent
}

// Len is the number of indicators; the parts of a clause are one.
func (s *Set) Len() int {
	n := len(s.clauses)
	for i := range s.entries {
		if s.entries[i].clause == 0 {
			n++
		}
	}
	return n
}

// Has reports whether a kind is looked for at all.
func (s *Set) Has(k Kind) bool { return s.has[k] }

func (s *Set) text(e *entry) []byte { return s.arena[e.value : e.value+uint32(e.size)] }

// At returns entry n as an indicator. An address is written as a network
// where it is one.
func (s *Set) At(n uint32) Indicator {
	e := &s.entries[n]
	i := Indicator{
		Kind: e.kind, Value: string(s.text(e)), Label: string(s.arena[e.label : e.label+uint32(e.labelSize)]),
		Sightings: int(e.sightings), Level: e.level, Stated: e.flags&flagStated != 0, Context: s.contexts[e.context],
	}
	if e.kind == Address {
		i.Value = addressText(s.text(e))
	}
	if e.from != 0 {
		i.From = time.Unix(e.from, 0).UTC()
	}
	if e.until != 0 {
		i.Until = time.Unix(e.until, 0).UTC()
	}
	i.FirstUse, i.LastUse = dayOf(e.first), dayOf(e.last)
	return i
}

const secondsPerDay = 24 * 3600

// dayOf is the start of a day since 1970, zero for day 0.
func dayOf(n uint16) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(int64(n)*secondsPerDay, 0).UTC()
}

// daysTo counts the days since 1970; a time that does not fit is none.
func daysTo(t time.Time) uint16 {
	if t.IsZero() || t.Unix() < 0 || t.Unix()/secondsPerDay > 1<<16-1 {
		return 0
	}
	return uint16(t.Unix() / secondsPerDay)
}

// All calls f for every indicator in the order of loading; a clause is called
// once, with its other parts in Also.
func (s *Set) All(f func(Indicator)) {
	for n := range s.entries {
		c := s.entries[n].clause
		if c == 0 {
			f(s.At(uint32(n)))
			continue
		}
		cl := &s.clauses[c-1]
		if cl.parts[0] != uint32(n) {
			continue
		}
		one := s.At(uint32(n))
		one.Port = cl.port
		for _, p := range cl.parts[1:] {
			one.Also = append(one.Also, s.At(p))
		}
		f(one)
	}
}

// append adds an entry without indexing it.
func (s *Set) append(k Kind, value, label string) uint32 {
	e := entry{kind: k, value: uint32(len(s.arena)), size: uint16(len(value))}
	s.arena = append(s.arena, value...)
	label = label[:min(len(label), maxLabel)]
	e.label, e.labelSize = uint32(len(s.arena)), uint8(len(label))
	s.arena = append(s.arena, label...)
	s.entries = append(s.entries, e)
	return uint32(len(s.entries) - 1)
}

// seal builds the table. Equal values of one kind are one place in it.
func (s *Set) seal() {
	s.seed = maphash.Bytes(maphash.MakeSeed(), nil) | 1
	s.has, s.lengths = [kinds]bool{}, nil
	size := 64
	for size < 2*len(s.entries) {
		size *= 2
	}
	s.slots = make([]uint64, size)
	s.gate = make([]uint64, max(size/16, 1))
	s.agentSize = [2]int{maxValue + 1, 0}
	var lengths [129]bool
	for n := range s.entries {
		e := &s.entries[n]
		e.next = 0
		text := s.text(e)
		s.has[e.kind] = true
		switch e.kind {
		case Address:
			lengths[text[16]] = true
		case Domain:
			s.tops[topOf(text)] = true
		case Name, Path:
			w := lastWord(text)
			s.tails[tailOf(w)] = true
			s.bare = s.bare || bytes.IndexByte(w, '.') < 0
		case URL:
			s.urlMax = max(s.urlMax, len(text))
		case UserAgent:
			s.agentSize[0] = min(s.agentSize[0], len(text))
			s.agentSize[1] = max(s.agentSize[1], len(text))
		}
		s.index(uint32(n), s.hashOf(e.kind, text))
	}
	for n := 128; n >= 0; n-- {
		if lengths[n] {
			s.lengths = append(s.lengths, uint8(n))
		}
	}
}

// hashOf hashes an entry's key: a path's and a name's is its last word.
func (s *Set) hashOf(k Kind, text []byte) uint64 {
	if k == Name || k == Path {
		return s.hash(Name, lastWord(text))
	}
	if k == Domain {
		h := s.start(k)
		for i := len(text) - 1; i >= 0; i-- {
			h = step(h, text[i])
		}
		return finish(h)
	}
	return s.hash(k, text)
}

func (s *Set) index(n uint32, h uint64) {
	e := &s.entries[n]
	s.gate[h>>6&uint64(len(s.gate)-1)] |= 1 << (h & 63)
	mask := uint64(len(s.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		slot := s.slots[i]
		if slot == 0 {
			s.slots[i] = h&^0xffffffff | uint64(n+1)
			return
		}
		if slot>>32 != h>>32 {
			continue
		}
		o := &s.entries[uint32(slot)-1]
		if o.kind == e.kind && bytes.Equal(s.text(o), s.text(e)) {
			e.next, o.next = o.next, n+1
			return
		}
	}
}

// find calls f for every entry under a hash until there are no more; f checks
// the value itself.
func (s *Set) find(h uint64, f func(n uint32)) {
	mask := uint64(len(s.slots) - 1)
	for i := h & mask; s.slots[i] != 0; i = (i + 1) & mask {
		if s.slots[i]>>32 == h>>32 {
			f(uint32(s.slots[i]) - 1)
		}
	}
}

// open reports whether a hash may be in the table.
func (s *Set) open(h uint64) bool {
	return s.gate[h>>6&uint64(len(s.gate)-1)]&(1<<(h&63)) != 0
}

func (s *Set) start(k Kind) uint64 { return s.seed ^ uint64(k+1)*0x9e3779b97f4a7c15 }

// step takes one byte into a hash; letters are folded by the caller.
func step(h uint64, c byte) uint64 { return (h ^ uint64(c)) * 0x100000001b3 }

func finish(h uint64) uint64 {
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	h ^= h >> 29
	return h
}

func (s *Set) hash(k Kind, text []byte) uint64 {
	h := s.start(k)
	for _, c := range text {
		h = step(h, lower[c])
	}
	return finish(h)
}

// topOf hashes the last label of a domain name, without a final dot.
func topOf(name []byte) int {
	h := uint32(0)
	for i := len(name) - 1; i >= 0 && name[i] != '.'; i-- {
		h = h*31 + uint32(lower[name[i]])
	}
	return int(h & 1023)
}

// tailOf hashes the length and last bytes of a word.
func tailOf(word []byte) int {
	n := len(word)
	h := uint32(n) * 0x9e3779b1
	for _, c := range word[max(n-3, 0):] {
		h = (h ^ uint32(lower[c])) * 0x85ebca6b
	}
	return int(h >> 20)
}

// lastWord is the part of a path after the last byte that is none of a word.
func lastWord(text []byte) []byte {
	for i := len(text) - 1; i >= 0; i-- {
		if class[text[i]]&isWord == 0 {
			return text[i+1:]
		}
	}
	return text
}

func (c Context) equal(o Context) bool {
	return c.Publisher == o.Publisher && c.Feed == o.Feed && c.Link == o.Link && c.TLP == o.TLP && c.File == o.File && slices.Equal(c.Actors, o.Actors) && slices.Equal(c.Software, o.Software)
}
