package evtxlog

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"spoor/event"
	"spoor/internal/stream"
)

// FuzzRead feeds the splitter and the decoder anything: no panic, every
// value renders, and every event points at bytes of the input.
func FuzzRead(f *testing.F) {
	f.Add(file(one(3)))
	f.Add(file(one(2), one(1))[:fileHeaderSize+chunkSize+2000])
	f.Add([]byte("ElfFile\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, d := NewSplitter(bytes.NewReader(data), 1), NewDecoder(WithSlack())
		var b stream.Block
		var buf []byte
		end := int64(0)
		for {
			err := s.Next(&b)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if b.Offset < end || b.Offset+int64(len(b.Data)) > int64(len(data)) {
				t.Fatalf("block %d at %d overlaps or leaves the input", b.Seq, b.Offset)
			}
			end = b.Offset + int64(len(b.Data))
			d.Decode(&b, func(e *event.Event) {
				if e.Ref.Offset < b.Offset || e.Ref.Offset+int64(e.Ref.Length) > end {
					t.Fatalf("event at %d+%d outside its block", e.Ref.Offset, e.Ref.Length)
				}
				if len(e.Values) != e.Shape.Len() {
					t.Fatalf("%d values for %d fields", len(e.Values), e.Shape.Len())
				}
				buf = e.AppendJSON(buf[:0])
			})
		}
	})
}

// FuzzRecord changes only the binary XML of one record, so that the fuzzer
// does not spend its time on the frame.
func FuzzRecord(f *testing.F) {
	chunk := newChunk()
	chunk.record(func(x *xml) {
		eventData(x, func() {
			x.data("A", 0)
			x.text("=")
			x.sub(0, typeString)
			x.close()
		}, wide("v"))
	})
	f.Add(chunk.buf[chunkHeaderSize+recordHeaderSize:])
	f.Add(nest(chunkHeaderSize+recordHeaderSize, 3))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > chunkSize-chunkHeaderSize-minRecordSize {
			return
		}
		c := newChunk()
		c.record(func(x *xml) { x.buf = append(x.buf, data...) })
		if len(c.buf) > chunkSize {
			return
		}
		events, sum := 0, stream.Summary{}
		sum = NewDecoder().Decode(&stream.Block{Data: c.sealed()}, func(e *event.Event) {
			events++
			e.AppendJSON(nil)
		})
		lost := 0
		for _, d := range sum.Damage {
			lost += d.Lost
		}
		if events+lost < 1 {
			t.Fatal("the record vanished without a word")
		}
	})
}

// FuzzKnown changes bytes of a log whose records are known from each other:
// what a decoder makes of them must not depend on what it knows.
func FuzzKnown(f *testing.F) {
	f.Add(uint32(0), []byte{}, uint32(70000), []byte{1})
	f.Add(uint32(24), []byte{0x4f}, uint32(900), []byte{0x21, 0, 0, 0})
	all := blocks(f, anyLog(rand.New(rand.NewPCG(1, 1)), 200))
	f.Fuzz(func(t *testing.T, at uint32, patch []byte, again uint32, other []byte) {
		changed := make([]stream.Block, len(all))
		start := uint32(0)
		for i, b := range all {
			b.Data = bytes.Clone(b.Data)
			for _, p := range []struct {
				at    uint32
				bytes []byte
			}{{at, patch}, {again, other}} {
				if p.at >= start && int(p.at-start) < len(b.Data) {
					copy(b.Data[p.at-start:], p.bytes)
				}
			}
			start += uint32(len(b.Data))
			changed[i] = b
		}
		agree(t, "changed", changed)
	})
}
