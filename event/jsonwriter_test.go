package event

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

// randomShape has names that repeat, names with hidden System fields and
// plain ones.
func randomShape(r *rand.Rand) *Shape {
	fields := make([]Field, r.IntN(12))
	for i := range fields {
		fields[i] = Field{Name: string(rune('a' + r.IntN(9))), Section: []Section{System, EventData, EventData}[r.IntN(3)]}
	}
	return NewShape("evtx", fields, false)
}

func randomValue(r *rand.Rand, buf []byte) Value {
	wide := func(s string) []byte {
		at := len(buf)
		for _, c := range []byte(s) {
			buf = append(buf, c, 0)
		}
		return buf[at:]
	}
	switch r.IntN(9) {
	case 8:
		return Value{Kind: FileTime, Bits: 132_537_600_000_000_000 + uint64(r.IntN(3))*9_999_999 + uint64(r.IntN(2))<<62}
	case 0:
		return Value{}
	case 1:
		return Value{Kind: Null}
	case 2:
		return Value{Kind: Uint, Bits: uint64(r.IntN(3))}
	case 3:
		return Value{Kind: Hex, Bits: uint64(r.IntN(3))}
	case 4:
		return Value{Kind: Text, Raw: bytes.Repeat([]byte{'x'}, r.IntN(2*maxWrittenRaw))}
	case 5:
		return Value{Kind: List, Elem: Wide, Raw: wide("a\x00b")}
	}
	return Value{Kind: Wide, Raw: wide(fmt.Sprint("v", r.IntN(3)))}
}

func TestEventsWrittenInARowReadAsAlone(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		shapes := make([]*Shape, 1+r.IntN(90))
		for i := range shapes {
			shapes[i] = randomShape(r)
		}
		var w JSONWriter
		var dst []byte
		window := make([]byte, 0, 1<<14) // overwritten by the next event, as a block's is
		for n := range 200 {
			if r.IntN(20) == 0 {
				w.Begin(dst)
				dst = append(dst[:0], "other text"[:r.IntN(9)]...)
			}
			e := Event{Shape: shapes[r.IntN(len(shapes))]}
			window = window[:0]
			for range e.Shape.Len() {
				v := randomValue(r, window[len(window):])
				window = window[:len(window)+len(v.Raw)]
				e.Values = append(e.Values, v)
			}
			start := len(dst)
			dst = w.Append(dst, &e)
			if want := e.AppendJSON(nil); !bytes.Equal(dst[start:], want) {
				t.Fatalf("seed %d, event %d: %s, want %s", seed, n, dst[start:], want)
			}
			dst = append(dst, "}\n"...)
			if n := cap(w.of(e.Shape).slots); n > 64 {
				t.Fatalf("seed %d, event %d: room for %d slots", seed, n, n)
			}
		}
	}
}

// A writer that is told what changed writes what it would have found out.
func TestEventsOfASeriesReadAsAlone(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		kinds := make([]Event, 1+r.IntN(6))
		windows := make([][]byte, len(kinds))
		for i := range kinds {
			kinds[i] = Event{Shape: randomShape(r), Series: new(Series)}
			if i > 0 && r.IntN(3) == 0 {
				kinds[i].Shape = kinds[0].Shape // two series of one shape
			}
			n := kinds[i].Shape.Len()
			kinds[i].Values = make([]Value, n)
			kinds[i].Series.Changed = make([]uint64, (n+63)/64)
		}
		var w JSONWriter
		var dst []byte
		for n := range 300 {
			if r.IntN(20) == 0 {
				w.Begin(dst)
				dst = append(dst[:0], "other text"[:r.IntN(9)]...)
			}
			i := r.IntN(len(kinds))
			e := &kinds[i]
			whole := n < 20 || r.IntN(10) == 0
			e.Series.N++
			if whole {
				e.Series.N++
			}
			clear(e.Series.Changed)
			for slot := range e.Values {
				was := &e.Values[slot]
				if !whole && r.IntN(4) > 0 {
					continue
				}
				v := randomValue(r, windows[i][len(windows[i]):])
				if !whole && (was.Present() != v.Present()) {
					continue // a field that comes or goes is never told as a change
				}
				*was = v
				e.Series.Changed[slot>>6] |= 1 << (slot & 63)
			}
			if r.IntN(8) == 0 {
				continue // an event that is left out
			}
			start := len(dst)
			dst = w.Append(dst, e)
			if want := e.AppendJSON(nil); !bytes.Equal(dst[start:], want) {
				t.Fatalf("seed %d, event %d: %s, want %s", seed, n, dst[start:], want)
			}
			dst = append(dst, "}\n"...)
		}
	}
}
