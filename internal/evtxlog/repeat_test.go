package evtxlog

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/lab"
	"spoor/internal/limits"
	"spoor/internal/stream"
)

// told is everything that a decoder says of blocks, with what it knows from
// records and definitions before used or forgotten at every record.
func told(t *testing.T, blocks []stream.Block, forgetful bool) (events []string, sums []stream.Summary) {
	t.Helper()
	d := NewDecoder(WithSlack())
	var w event.JSONWriter
	var out, room []byte
	before := map[*event.Series]*event.Event{}
	at := map[*event.Series]uint64{}
	for _, b := range blocks {
		room = append(room[:0], b.Data...) // the memory of every block, as in an examination
		b.Data = room
		sums = append(sums, d.Decode(&b, func(e *event.Event) {
			plain := e.AppendJSON(nil)
			events = append(events, fmt.Sprintf("%s %s %v %v %+v", plain, e.Host, *e.Route, e.Time, e.Ref))
			start := len(out)
			if out = w.Append(out, e); !bytes.Equal(out[start:], plain) {
				t.Fatalf("written after others it is %s\nalone %s", out[start:], plain)
			}
			if forgetful {
				d.pairs = [len(d.pairs)]pair{}
				d.byGUID = [len(d.byGUID)]*outline{}
				return
			}
			if last := before[e.Series]; last != nil && e.Series.N == at[e.Series]+1 {
				for slot := range e.Values {
					if !e.Series.Has(event.Slot(slot)) && !reflect.DeepEqual(e.Values[slot].String(), last.Values[slot].String()) {
						t.Fatalf("field %d changed from %v to %v without a word", slot, last.Values[slot], e.Values[slot])
					}
				}
			}
			before[e.Series], at[e.Series] = e.Clone(), e.Series.N
		}))
		w.Begin(out)
		out = out[:0]
	}
	return events, sums
}

// agree compares a decoder that uses what it knows with one that does not, and
// returns how many events there were.
func agree(t *testing.T, name string, blocks []stream.Block) int {
	t.Helper()
	got, gotSums := told(t, blocks, false)
	want, wantSums := told(t, blocks, true)
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("%s: event %d\n%s\nwithout what was known before\n%s", name, i, got[i], want[i])
		}
	}
	if len(got) != len(want) || !reflect.DeepEqual(gotSums, wantSums) {
		t.Fatalf("%s: %d and %d events, or other damage", name, len(got), len(want))
	}
	return len(got)
}

// anyLog has records of a few kinds in any order, whose values change, grow,
// come and go.
func anyLog(r *rand.Rand, n int) []byte {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	l := lab.NewEventLog(lab.LogOptions{})
	for i := range n {
		kind := r.IntN(6)
		e := lab.Event{
			Provider: pick("Provider-A", "Provider-B"), EventID: uint16(4000 + r.IntN(2)), Version: uint8(r.IntN(3)),
			Keywords: 0x8020000000000000, Time: start().Add(time.Duration(r.IntN(3)) * time.Second),
			Computer: pick("one.example", "one.example", "two.example"), Channel: pick("Security", "Security", "System"),
			ProcessID: 700, ThreadID: uint32(r.IntN(2)), Bare: kind == 5,
		}
		if r.IntN(4) == 0 {
			e.Activity = lab.ParseGUID("54849625-5478-4994-a5ba-3e3b0328c30d")
		}
		if r.IntN(5) == 0 {
			e.UserSID = "S-1-5-18"
		}
		for k := range kind {
			value := lab.Text(pick("", "x", "alice", "a longer text \"with\" signs", fmt.Sprint(i)))
			switch {
			case k == 1:
				value = lab.Int(lab.TypeUint32, int64(r.IntN(3)))
			case k == 2:
				value = lab.Texts("a", pick("b", "c"))
			case k == 3 && r.IntN(3) == 0:
				value = lab.Value{} // nothing
			}
			name := fmt.Sprint("Name", k)
			if k > 1 && kind == 4 {
				name = "Data" // of that name more than once
			}
			e.Data = append(e.Data, lab.NamedValue{Name: name, Value: value})
		}
		if kind == 3 {
			e.UserRoot, e.UserNS, e.UserData, e.Data = "EventXML", "urn:x", e.Data, nil
		}
		l.Append(e)
	}
	return l.Bytes()
}

func TestWhatIsKnownFromOtherRecordsChangesNoEvent(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 7))
		all := blocks(t, anyLog(r, 600))
		if n := agree(t, fmt.Sprint("seed ", seed), all); n != 600 {
			t.Fatalf("seed %d: %d events, want 600", seed, n)
		}
		// Bytes of records are changed, and those of descriptors are likely.
		for range 20 {
			damaged := make([]stream.Block, len(all))
			for i, b := range all {
				b.Data = bytes.Clone(b.Data)
				for range 1 + r.IntN(30) {
					at := chunkHeaderSize + r.IntN(len(b.Data)-chunkHeaderSize-8)
					switch r.IntN(4) {
					case 0:
						b.Data[at] = byte(r.IntN(256))
					case 1:
						b.Data[at] ^= 1 << r.IntN(8)
					case 2:
						copy(b.Data[at:], b.Data[chunkHeaderSize+r.IntN(4096):][:r.IntN(8)])
					case 3:
						binary.LittleEndian.PutUint16(b.Data[at&^1:], uint16(r.IntN(64)))
					}
				}
				damaged[i] = b
			}
			agree(t, fmt.Sprint("damaged, seed ", seed), damaged)
		}
	}
}

func TestWhatIsKnownFromOtherRecordsChangesNoPublishedEvent(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 9))
	var all []stream.Block
	for _, rel := range []string{"evtx", "sigma-regression"} {
		for _, name := range logs(t, rel) {
			if testing.Short() && r.IntN(4) > 0 {
				continue
			}
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, blocks(t, data)...)
		}
	}
	if n := agree(t, "published logs", all); n < 1000 {
		t.Fatalf("%d events", n)
	}
}

// Most records of a log are recognised: the test above would hold as well if
// none were.
func TestRecordsOfOneKindAreTakenApartOnce(t *testing.T) {
	t.Parallel()
	if limits.Shrink > 0 {
		t.Skip("counts work, of which tiny caps make more")
	}
	known, all := 0, 0
	d := NewDecoder()
	last := map[*event.Series]uint64{}
	for _, b := range blocks(t, sample(700, false)) {
		d.Decode(&b, func(e *event.Event) {
			all++
			if e.Series.N == last[e.Series]+1 {
				known++
				if e.Series.Has(e.Shape.Slot("Channel")) || !e.Series.Has(e.Shape.Slot("TargetUserName")) {
					t.Errorf("event %d: the wrong fields are said to have changed", all)
				}
			}
			last[e.Series] = e.Series.N
		})
	}
	if all != 700 || all-known > 3*(warmUp+1) {
		t.Errorf("%d of %d records were recognised", known, all)
	}
}
