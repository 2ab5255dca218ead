package evtxlog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"spoor/event"
	"spoor/internal/limits"
	"spoor/internal/stream"
)

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestChunksAreFoundWhateverTheFileHeaderSays(t *testing.T) {
	t.Parallel()
	whole := one(3)
	junk := bytes.Repeat([]byte{0xa5}, 1000)
	blank := make([]byte, chunkSize)
	noMagic := append([]byte(nil), whole...)
	copy(noMagic, "NoMagic!")
	lying := file(whole, whole)
	binary.LittleEndian.PutUint16(lying[42:], 0)
	cases := []struct {
		name    string
		data    []byte
		records int64
		codes   string // "code@offset"
	}{
		{"an intact log", file(whole, whole), 6, ""},
		{"unused chunks at the end are nothing to tell", join(file(whole, whole), blank), 6, ""},
		{"a chunk of zeros between others", file(whole, blank, whole), 6, "chunk-count@200704 chunk-zero@69632"},
		{"a count that lies in the file header", lying, 6, "chunk-count@135168 file-checksum@0"},
		{"the same chunk twice", join(file(whole), whole), 6, "chunk-count@135168"},
		{"no bytes at all", nil, 0, "file-empty@0"},
		{"one byte", []byte{'E'}, 0, "file-magic@0 chunk-magic@0"},
		{"a header without chunks", file()[:fileHeaderSize], 0, ""},
		{"a cut header", file()[:100], 0, "file-truncated@0"},
		{"a file header without its signature", join(make([]byte, fileHeaderSize), whole), 3, "file-magic@0"},
		{"chunks without any file header", join(whole, whole), 6, "file-magic@0"},
		{"bytes inserted before a chunk", file(whole, junk, whole), 6, "chunk-count@136168 chunk-magic@69632"},
		{"a chunk whose end is gone", file(whole[:20000], whole), 6, "chunk-overlap@24096"},
		{"the last chunk cut off behind its records", file(whole, whole[:30000]), 6, "chunk-truncated@69632"},
		{"the last chunk cut off inside its header", file(whole, whole[:300]), 3, "chunk-truncated@69632 chunk-truncated@69632"},
		{"a chunk without its signature gives its records", file(whole, noMagic), 6, "chunk-count@135168 chunk-magic@69632"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			total, err := Read(iotest.OneByteReader(bytes.NewReader(c.data)), func(*event.Event) {})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range total.Damage {
				got = append(got, d.Code+"@"+itoa(d.Offset))
			}
			slices.Sort(got)
			want := strings.Fields(c.codes)
			slices.Sort(want)
			if total.Records != c.records || !slices.Equal(got, want) {
				t.Errorf("%d records, damage %q; want %d, %q", total.Records, got, c.records, want)
			}
		})
	}
}

func itoa(n int64) string { return event.UintValue(uint64(n)).String() }

func TestAReadErrorComesAfterWhatWasRead(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk gone")
	data := file(one(3), one(3))
	r := io.MultiReader(bytes.NewReader(data[:len(data)-1000]), iotest.ErrReader(broken))
	total, err := Read(r, func(*event.Event) {})
	if !errors.Is(err, broken) || total.Records != 6 {
		t.Errorf("%d records, error %v", total.Records, err)
	}
}

// Whole chunks are read straight into their blocks until one is not whole: the
// blocks are those of a splitter that looks ahead from the start.
func TestChunksReadAtOnceAreThoseReadWithCare(t *testing.T) {
	t.Parallel()
	type block struct {
		Offset int64
		Seq    int
		Data   string
		Carry  string
	}
	read := func(r io.Reader, careful bool) (all []block, err error) {
		s := NewSplitter(r, 0)
		s.careful = careful
		for {
			var b stream.Block
			if err = s.Next(&b); err != nil {
				return all, err
			}
			c := b.Carry.(*carry)
			all = append(all, block{b.Offset, b.Seq, string(b.Data), fmt.Sprintf("%+v", *c)})
		}
	}
	whole := one(3)
	inside := bytes.Clone(whole) // another chunk's header in its slack
	copy(inside[40000:], whole[:chunkHeaderSize])
	across := bytes.Clone(whole) // or what may be one at its end
	copy(across[chunkSize-3:], "Elf")
	parts := [][]byte{whole, whole, whole, whole, inside, across, whole[:chunkSize-1], whole[:600], make([]byte, chunkSize), make([]byte, 512), []byte("ElfChnk\x00"), bytes.Repeat([]byte{7}, 9000)}
	broken := errors.New("disk gone")
	rng := rand.New(rand.NewPCG(1, 2))
	for n := range 300 {
		data := file()
		for range rng.IntN(8) {
			data = append(data, parts[rng.IntN(len(parts))]...)
		}
		if rng.IntN(4) == 0 {
			data = data[:rng.IntN(len(data))]
		}
		streams := []func() io.Reader{
			func() io.Reader { return bytes.NewReader(data) },
			func() io.Reader { return iotest.HalfReader(bytes.NewReader(data)) },
			func() io.Reader { return iotest.DataErrReader(bytes.NewReader(data)) },
			func() io.Reader { return io.MultiReader(bytes.NewReader(data), iotest.ErrReader(broken)) },
		}
		for i, stream := range streams {
			got, err := read(stream(), false)
			want, wantErr := read(stream(), true)
			if !slices.Equal(got, want) || err.Error() != wantErr.Error() {
				t.Fatalf("log %d, stream %d: %d blocks (%v), with care %d (%v)", n, i, len(got), err, len(want), wantErr)
			}
		}
	}
}

// damaged records in one chunk; the offsets are those of one(5).
func TestRecordsAroundDamageAreRead(t *testing.T) {
	t.Parallel()
	second := 0
	NewDecoder().Decode(&stream.Block{Data: one(5)}, func(e *event.Event) {
		if e.Ref.Record == 2 {
			second = int(e.Ref.Offset)
		}
	})
	size := int(one(5)[second+4])
	le := binary.LittleEndian
	cases := []struct {
		name  string
		edit  func(b []byte)
		ids   []uint64
		lost  int
		codes []string
	}{
		{"nothing changed", func([]byte) {}, []uint64{1, 2, 3, 4, 5}, 0, nil},
		{"a record's signature is gone", func(b []byte) { b[second] = 0; seal(b) }, []uint64{1, 3, 4, 5}, 1, []string{"record-area"}},
		{"two records are zeroed", func(b []byte) { clear(b[second : second+2*size]); seal(b) }, []uint64{1, 4, 5}, 2, []string{"record-area"}},
		{"a size of zero", func(b []byte) { le.PutUint32(b[second+4:], 0); seal(b) }, []uint64{1, 3, 4, 5}, 1, []string{"record-area"}},
		{"a size beyond the chunk", func(b []byte) { le.PutUint32(b[second+4:], 1<<31); seal(b) }, []uint64{1, 3, 4, 5}, 1, []string{"record-area"}},
		{"the end does not repeat the size", func(b []byte) { b[second+size-4]++; seal(b) }, []uint64{1, 2, 3, 4, 5}, 0, []string{"record-size"}},
		{"a record swallowed the next one", func(b []byte) { b[second+4] *= 2; b[second+2*size-4] *= 2; seal(b) }, []uint64{1, 2, 3, 4, 5}, 0, []string{"hidden-record"}},
		{"a record was cut out and the rest moved up", func(b []byte) {
			free := int(le.Uint32(b[48:]))
			copy(b[second:free], b[second+size:free])
			clear(b[free-size : free])
			le.PutUint32(b[48:], uint32(free-size))
			seal(b)
		}, []uint64{1, 3, 4, 5}, 1, []string{"record-gap"}},
		{"the last two records were cut off", func(b []byte) {
			free := int(le.Uint32(b[48:]))
			clear(b[free-2*size : free])
			le.PutUint32(b[48:], uint32(free-2*size))
			seal(b)
		}, []uint64{1, 2, 3}, 2, []string{"record-gap"}},
		{"a record took another's id", func(b []byte) {
			b[second+8] = 1
			seal(b)
		}, []uint64{1, 1, 3, 4, 5}, 1, []string{"record-gap", "record-order"}},
		{"the declared end is before the last records", func(b []byte) {
			le.PutUint32(b[48:], uint32(second))
			seal(b)
		}, []uint64{1, 2, 3, 4, 5}, 0, []string{"chunk-free"}},
		{"the declared end is outside the chunk", func(b []byte) {
			free := le.Uint32(b[48:])
			le.PutUint32(b[48:], 1<<20)
			le.PutUint32(b[124:], 0)
			_ = free
		}, []uint64{1, 2, 3, 4, 5}, 0, []string{"chunk-checksum", "chunk-free"}},
		{"both checksums are wrong", func(b []byte) { b[52]++ }, []uint64{1, 2, 3, 4, 5}, 0, []string{"chunk-checksum", "records-checksum"}},
		{"checksums are not kept", func(b []byte) { b[52]++; b[120] = flagNoCRC }, []uint64{1, 2, 3, 4, 5}, 0, nil},
		{"what an earlier round left behind the end is only counted", func(b []byte) {
			free := int(le.Uint32(b[48:]))
			copy(b[free+64:], b[second:second+size])
		}, []uint64{1, 2, 3, 4, 5}, 0, []string{"note-slack-records"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			data := one(5)
			c.edit(data)
			events, sum := decodeChunk(t, data)
			var ids []uint64
			for _, e := range events {
				ids = append(ids, e.Ref.Record)
			}
			var codes []string
			lost := 0
			for _, d := range sum.Damage {
				codes, lost = append(codes, d.Code), lost+d.Lost
			}
			slices.Sort(codes)
			if !slices.Equal(ids, c.ids) || lost != c.lost || !slices.Equal(codes, c.codes) {
				t.Errorf("ids %v lost %d damage %v; want %v %d %v", ids, lost, codes, c.ids, c.lost, c.codes)
			}
		})
	}
}

func TestLeftoversAreYieldedOnRequest(t *testing.T) {
	t.Parallel()
	data := one(5)
	copy(data[40000:], data[chunkHeaderSize:chunkHeaderSize+int(data[chunkHeaderSize+4])])
	events, sum := decodeChunk(t, data, WithSlack())
	if len(events) != 6 || events[5].Ref.Record != 1 || events[5].Ref.Offset != 40000 || sum.Records != 6 {
		t.Errorf("%d events, summary %+v", len(events), sum)
	}
}

func TestASummaryHasCountsAndTimes(t *testing.T) {
	t.Parallel()
	data := one(5)
	_, sum := decodeChunk(t, data)
	if sum.Records != 5 || sum.From.Source != event.FromHeader || sum.To.Compare(sum.From) < 0 {
		t.Errorf("%+v", sum)
	}
}

func TestTheSteadyStateAllocatesNothingPerEvent(t *testing.T) {
	if limits.Shrink > 0 {
		t.Skip("counts work, of which tiny caps make more")
	}
	small, large := &stream.Block{Data: one(1)}, &stream.Block{Data: one(200)}
	d := NewDecoder()
	count := func(b *stream.Block) float64 {
		d.Decode(b, func(*event.Event) {})
		return testing.AllocsPerRun(50, func() { d.Decode(b, func(*event.Event) {}) })
	}
	if a, b := count(small), count(large); b > a {
		t.Errorf("a chunk of 1 event allocates %v times, one of 200 events %v times", a, b)
	}
}
