package indicator

import (
	"hash/maphash"
	"slices"
	"strings"

	"spoor/event"
	"spoor/internal/limits"
)

// missedSize bounds the values remembered as holding nothing, by a keyed
// 64-bit hash of kind and bytes; see docs/limits.md.
const missedSize = max(1<<16>>limits.Shrink, 2)

// minText is the length of the shortest indicator.
const minText = 4

// Match is one indicator in one event or file: all sources that state the
// value, or the parts of a clause.
type Match struct {
	Entries []uint32
	Slots   []event.Slot // the fields that hold it; none for a file
	// PortUnknown is true where a clause asks for a port and the record
	// states none.
	PortUnknown bool
	// More counts indicators of the same record beyond those returned: it
	// holds a list. Every match of the record has it.
	More   int
	value  uint32
	clause uint32
}

// maxMatches bounds the indicators of one record that are reported one by one; a
// record with more of them holds a list of indicators.
const maxMatches = 64

// Watch finds the indicators of a set in events and files. It is for one
// goroutine; what it returns lives until the next call.
type Watch struct {
	set     *Set
	scanner *Scanner
	seed    maphash.Seed
	missed  []uint64
	text    []byte
	hits    []Hit
	at      []event.Slot // the slot of each hit
	found   []Match
	index   map[uint64]int // place in found, for records with many hits
}

// NewWatch makes a watch; many may share a set.
func NewWatch(s *Set) *Watch {
	return &Watch{set: s, scanner: NewScanner(s), seed: maphash.MakeSeed(), missed: make([]uint64, missedSize)}
}

// Event returns the indicators in an event's values. A value that held
// nothing before is not searched again, and numbers, times and ids cannot
// hold one.
func (w *Watch) Event(e *event.Event) []Match {
	w.hits, w.at = w.hits[:0], w.at[:0]
	for slot := range e.Values {
		v := &e.Values[slot]
		switch v.Kind {
		case event.Text, event.Wide, event.Narrow, event.List, event.Binary:
		default:
			continue
		}
		if len(v.Raw) < minText {
			continue
		}
		key := maphash.Bytes(w.seed, v.Raw) ^ uint64(v.Kind)<<8 ^ uint64(v.Elem)<<16 | 1
		place := &w.missed[key>>1%missedSize]
		if *place == key {
			continue
		}
		text := v.Raw
		if v.Kind != event.Text {
			w.text = v.AppendText(w.text[:0])
			text = w.text
		}
		before := len(w.hits)
		w.hits = w.scanner.Scan(text, w.hits)
		if len(w.hits) == before {
			*place = key
		}
		for range len(w.hits) - before {
			w.at = append(w.at, event.Slot(slot))
		}
	}
	if len(w.hits) == 0 {
		return nil
	}
	return w.join(e)
}

// Sums are hashes of a file in hexadecimal, "" where not computed.
type Sums struct{ SHA256, SHA1, MD5 string }

// File returns the indicators that a file is: by its name and path (given as
// collected and, where known, as it was) and by its hashes.
func (w *Watch) File(paths []string, sums Sums) []Match {
	w.hits, w.at = w.hits[:0], w.at[:0]
	for _, p := range paths {
		n := len(w.hits)
		w.hits = w.scanner.Scan([]byte(p), w.hits)
		w.hits = slices.DeleteFunc(w.hits, func(h Hit) bool {
			n--
			k := w.set.entries[h.Entry].kind
			return n < 0 && (h.End != len(p) || k != Name && k != Path)
		})
	}
	for _, sum := range [...]struct {
		k Kind
		v string
	}{{SHA256, sums.SHA256}, {SHA1, sums.SHA1}, {MD5, sums.MD5}} {
		if sum.v != "" && w.set.has[sum.k] {
			w.scanner.hits = w.hits
			w.scanner.take(w.set.hash(sum.k, []byte(sum.v)), sum.k, []byte(sum.v), 0, len(sum.v))
			w.hits = w.scanner.hits
		}
	}
	for range w.hits {
		w.at = append(w.at, -1)
	}
	if len(w.hits) == 0 {
		return nil
	}
	return w.join(nil)
}

// join makes one match of all hits of a value, and of clauses whose parts are
// all there.
func (w *Watch) join(e *event.Event) []Match {
	w.found, w.index = w.found[:0], nil
	if len(w.hits) > maxMatches {
		w.index = make(map[uint64]int, len(w.hits))
	}
	for n, h := range w.hits {
		c := w.set.entries[h.Entry].clause
		i := w.place(c, h.Value)
		if i < 0 {
			i = len(w.found)
			w.found = append(w.found, Match{clause: c, value: h.Value})
			if w.index != nil {
				w.index[c64(c, h.Value)] = i
			}
		}
		m := &w.found[i]
		if !slices.Contains(m.Entries, h.Entry) {
			m.Entries = append(m.Entries, h.Entry)
		}
		if slot := w.at[n]; slot >= 0 && !slices.Contains(m.Slots, slot) {
			m.Slots = append(m.Slots, slot)
		}
	}
	w.found = slices.DeleteFunc(w.found, func(m Match) bool { return m.clause != 0 && !w.whole(m.clause, m.Entries) })
	for i := range w.found {
		if m := &w.found[i]; m.clause != 0 && w.set.clauses[m.clause-1].port != 0 {
			found, stated := ports(e, w.set.clauses[m.clause-1].port)
			m.PortUnknown = !stated
			if stated && !found {
				m.Entries = nil
			}
		}
	}
	w.found = slices.DeleteFunc(w.found, func(m Match) bool { return m.Entries == nil })
	if more := len(w.found) - maxMatches; more > 0 {
		w.found = w.found[:maxMatches]
		for i := range w.found {
			w.found[i].More = more
		}
	}
	return w.found
}

// place finds the match of a clause or value, -1 if there is none yet.
func (w *Watch) place(c, value uint32) int {
	if w.index != nil {
		if i, ok := w.index[c64(c, value)]; ok {
			return i
		}
		return -1
	}
	return slices.IndexFunc(w.found, func(m Match) bool { return m.clause == c && (c != 0 || m.value == value) })
}

// c64 numbers a clause or, without one, a value.
func c64(c, value uint32) uint64 {
	if c != 0 {
		return 1<<32 | uint64(c)
	}
	return uint64(value)
}

func (w *Watch) whole(c uint32, have []uint32) bool {
	for _, p := range w.set.clauses[c-1].parts {
		if !slices.Contains(have, p) {
			return false
		}
	}
	return true
}

// ports says whether any port field of an event holds a port, and whether it
// has one at all.
func ports(e *event.Event, want uint16) (found, stated bool) {
	if e == nil {
		return false, false
	}
	for slot := range e.Values {
		v := e.Values[slot]
		if !v.Present() {
			continue
		}
		name := strings.ToLower(e.Shape.Field(event.Slot(slot)).Name)
		if !strings.HasSuffix(name, "port") || name == "s-port" || name == "localport" { // a server's own
			continue
		}
		if n, ok := v.Uint64(); ok && n != 0 {
			stated = true
			found = found || n == uint64(want)
		}
	}
	return found, stated
}
