package evtxlog

import (
	"encoding/binary"
	"runtime/metrics"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/stream"
)

// One chunk of 64 KiB must not cost more than this, whatever it holds.
const (
	hostileMemory = 128 << 20
	hostileTime   = 4 * time.Second // 80 ms on a quiet machine
)

func TestOneChunkCannotCostMuch(t *testing.T) {
	// Alone, because it watches what is allocated.
	cases := []struct {
		name  string
		build func() []byte
		code  string // must be told, "" if nothing needs to
	}{
		{"names that overlap each other", func() []byte {
			c := newChunk()
			c.record(func(x *xml) {
				x.fragment()
				x.open("E", -1, false)
				x.content()
				for i := range 4000 {
					x.u8(tokOpen)
					x.u32(0)
					x.u32(48000 + 2*i)
					x.u8(tokCloseEmpty)
				}
				x.close()
			})
			b := c.sealed()
			for at := 48000; at < len(b); at += 2 {
				// Any place holds a long name, and each another one.
				binary.LittleEndian.PutUint16(b[at:], uint16(maxNameUnits-at/2%97))
			}
			return b
		}, ""},
		{"field names that differ in every record", func() []byte {
			c := newChunk()
			off := 0
			for i := 0; len(c.buf) < chunkSize-300; i++ {
				value := given{typeString, []byte{byte('a' + i%26), 0, byte('a' + i/26%26), 0}}
				c.record(func(x *xml) {
					x.fragment()
					if off > 0 {
						x.again(off, value)
						return
					}
					off = x.instance(func() {
						x.open("Event", noDependency, false)
						x.content()
						x.open("EventData", noDependency, false)
						x.content()
						for range 700 {
							x.open("Data", noDependency, true)
							x.attr("Name")
							x.sub(0, typeString)
							x.content()
							x.close()
						}
						x.close()
						x.close()
					}, value)
				})
			}
			return c.sealed()
		}, "shape-budget"},
		{"one value in thousands of fields", func() []byte {
			c := newChunk()
			c.record(func(x *xml) {
				eventData(x, func() {
					x.open("Data", noDependency, false)
					x.content()
					for range 1000 {
						x.sub(0, typeString)
					}
					x.close()
					for range 700 {
						x.open("Data", noDependency, false)
						x.content()
						x.sub(0, typeString)
						x.close()
					}
				}, given{typeString, letters(20000)})
			})
			return c.sealed()
		}, "value-expansion"},
		{"every record its own broken definition", func() []byte {
			c := newChunk()
			for i := 0; len(c.buf) < chunkSize-200; i++ {
				c.record(func(x *xml) { x.fragment(); x.again(chunkHeaderSize+8*i, wide("a")) })
			}
			return c.sealed()
		}, "template-xml-token"},
	}
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			data := c.build()
			metrics.Read(sample)
			before, start := sample[0].Value.Uint64(), time.Now()
			var buf []byte
			rendered := 0
			sum := NewDecoder().Decode(&stream.Block{Data: data}, func(e *event.Event) {
				for i := range e.Values {
					buf = e.Values[i].AppendText(buf[:0])
					rendered += len(buf)
				}
			})
			took := time.Since(start)
			metrics.Read(sample)
			used := sample[0].Value.Uint64() - before
			t.Logf("%d records, %d MiB allocated in all, %d bytes rendered, %v", sum.Records, used>>20, rendered, took)
			if used > hostileMemory || took > hostileTime {
				t.Errorf("%d bytes, %v", used, took)
			}
			told := c.code == ""
			for _, d := range sum.Damage {
				told = told || d.Code == c.code
			}
			if !told {
				t.Errorf("%s is not told: %v", c.code, sum.Damage[:min(3, len(sum.Damage))])
			}
		})
	}
}

func letters(n int) []byte {
	b := make([]byte, n)
	for i := 0; i < n; i += 2 {
		b[i] = 'x'
	}
	return b
}
