package evtxlog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"runtime/metrics"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/stream"
)

// The mutation plan: at every step of the file header, the chunk header and
// the first record bytes, single bytes and the numbers on which lengths break.
// SPOOR_FULL=1 takes every offset of 20 logs: about 740,000 mutants in 70 s.
const (
	mutantMemory = 8 << 20 // what reading one mutant of one chunk may allocate
	mutantTime   = time.Second
)

// edits returns the data with one change each, restoring it afterwards.
func edits(data []byte, at int, try func()) {
	old := append([]byte(nil), data[at:min(at+4, len(data))]...)
	for _, b := range []byte{0x00, 0x01, 0x7f, 0x80, 0xff, ^old[0]} {
		if b == old[0] {
			continue
		}
		data[at] = b
		try()
		copy(data[at:], old)
	}
	if len(old) < 4 {
		return
	}
	for _, n := range []uint32{0, 1, 0x7fff, 0x8000, 0xffff, 0xffffffff} {
		binary.LittleEndian.PutUint32(data[at:], n)
		if !bytes.Equal(data[at:at+4], old) {
			try()
		}
		copy(data[at:], old)
	}
}

type reading struct {
	ids    []uint64
	lost   int
	told   int // damage and notes
	hashes uint64
}

func readAll(t testing.TB, d *Decoder, b *stream.Block, data []byte) reading {
	t.Helper()
	var r reading
	var buf []byte
	s := NewSplitter(bytes.NewReader(data), 0)
	for {
		err := s.Next(b)
		if errors.Is(err, io.EOF) {
			return r
		}
		if err != nil {
			t.Fatal(err)
		}
		sum := d.Decode(b, func(e *event.Event) {
			r.ids = append(r.ids, e.Ref.Record)
			for i := range e.Values {
				buf = e.Values[i].AppendText(buf[:0])
				for _, c := range buf {
					r.hashes = (r.hashes ^ uint64(c)) * 0x100000001b3
				}
			}
		})
		r.told += len(sum.Damage) + int(sum.DamageMore)
		for _, damage := range sum.Damage {
			r.lost += damage.Lost
		}
	}
}

// This test runs alone, because it watches what is allocated.
func TestNoChangedByteStopsTheReaderOrLosesRecordsSilently(t *testing.T) {
	step, samples := 37, 6
	if os.Getenv("SPOOR_FULL") != "" {
		step, samples = 1, 20
	}
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	mutants := 0
	for _, name := range logs(t, "evtx/attack-samples") {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) != fileHeaderSize+chunkSize {
			continue
		}
		if samples--; samples < 0 {
			break
		}
		d, b := NewDecoder(), &stream.Block{}
		clean := readAll(t, d, b, data)
		plan := func(from, to int) {
			for at := from; at < to; at += step {
				edits(data, at, func() {
					mutants++
					metrics.Read(sample)
					before, start := sample[0].Value.Uint64(), time.Now()
					got := readAll(t, d, b, data)
					took := time.Since(start)
					metrics.Read(sample)
					// A busy machine may hold up one pass, not three.
					for again := 0; took > mutantTime && again < 3; again++ {
						start = time.Now()
						readAll(t, d, b, data)
						took = time.Since(start)
					}
					if used := sample[0].Value.Uint64() - before; used > mutantMemory {
						t.Errorf("%s: a change at %#x made the reader allocate %d bytes", name, at, used)
					}
					if took > mutantTime {
						t.Errorf("%s: a change at %#x took %v", name, at, took)
					}
					if len(got.ids) < len(clean.ids) && got.told == clean.told {
						t.Errorf("%s: a change at %#x lost %d records silently", name, at, len(clean.ids)-len(got.ids))
					}
				})
			}
		}
		plan(0, 128)
		plan(fileHeaderSize, fileHeaderSize+128)
		plan(fileHeaderSize+chunkHeaderSize, fileHeaderSize+chunkHeaderSize+3000)
		// The caches that the mutants filled must not change the answer.
		if again := readAll(t, d, b, data); again.hashes != clean.hashes || len(again.ids) != len(clean.ids) {
			t.Errorf("%s: read differently after its mutants", name)
		}
	}
	t.Logf("%d mutants", mutants)
}

func TestACutFileGivesEveryRecordBeforeTheCut(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(logs(t, "evtx/damaged")[0])
	if err != nil {
		t.Fatal(err)
	}
	d, b := NewDecoder(), &stream.Block{}
	whole := blocks(t, data)
	per := make([]int, len(whole))
	for i := range whole {
		d.Decode(&whole[i], func(*event.Event) { per[i]++ })
	}
	for cut := 0; cut < len(data); cut += 4096 {
		want := 0
		for i := range whole {
			if whole[i].Offset+int64(len(whole[i].Data)) <= int64(cut) {
				want += per[i]
			}
		}
		got := readAll(t, d, b, data[:cut])
		if len(got.ids) < want {
			t.Errorf("cut at %d: %d records, the whole chunks before it hold %d", cut, len(got.ids), want)
		}
		if got.told == 0 {
			t.Errorf("cut at %d is not told", cut)
		}
	}
}
