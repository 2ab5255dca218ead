package sigma_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"spoor/event"
	"spoor/internal/engine"
	"spoor/internal/evtxlog"
	"spoor/internal/lab"
	"spoor/internal/lab/labdata"
	"spoor/internal/sigma"
	"spoor/internal/stream"
)

// windows keeps the rules for Windows: the 2,858 of the definition.
func windows(b *testing.B) *engine.Ruleset {
	b.Helper()
	root := labdata.Path(b, "sigma")
	var files []sigma.File
	_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) == ".yml" {
			data, _ := os.ReadFile(path)
			files = append(files, sigma.File{Name: path, Data: data})
		}
		return err
	})
	set, _ := sigma.Load(files, sigma.Options{})
	return set
}

// blocks cuts event logs into blocks, kept in memory.
func blocks(b *testing.B, item event.ItemID, r io.Reader) []*stream.Block {
	b.Helper()
	var out []*stream.Block
	s := evtxlog.NewSplitter(r, item)
	for {
		blk := &stream.Block{}
		err := s.Next(blk)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, blk)
	}
}

func corpus(b *testing.B) []*stream.Block {
	b.Helper()
	var out []*stream.Block
	for _, root := range []string{labdata.Path(b, "evtx"), labdata.Path(b, "sigma-regression")} {
		_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil && strings.EqualFold(filepath.Ext(path), ".evtx") {
				data, _ := os.ReadFile(path)
				out = append(out, blocks(b, event.ItemID(len(out)), bytes.NewReader(data))...)
			}
			return err
		})
	}
	return out
}

// shared gives the blocks to SPOOR_CORES workers (one unless told), which take
// the next one when they are ready.
func shared(list []*stream.Block, work func(next func() *stream.Block)) {
	cores, _ := strconv.Atoi(os.Getenv("SPOOR_CORES"))
	var taken atomic.Int64
	var done sync.WaitGroup
	for range max(1, cores) {
		done.Go(func() {
			work(func() *stream.Block {
				if i := taken.Add(1) - 1; int(i) < len(list) {
					return list[i]
				}
				return nil
			})
		})
	}
	done.Wait()
}

// bench runs all blocks through decoders and engines, SPOOR_CORES at once (one
// unless told). Each pass begins with new engines and decoders, which remember
// no value, over a program whose classes an unmeasured pass has compiled:
// compiling them is start-up, and measured by BenchmarkStart.
func bench(b *testing.B, set *engine.Ruleset, list []*stream.Block, decoder func() stream.Decoder) {
	b.Helper()
	var size int64
	for _, blk := range list {
		size += int64(len(blk.Data))
	}
	program := engine.NewProgram(set)
	var events, hits atomic.Int64
	pass := func() {
		shared(list, func(next func() *stream.Block) {
			fast, d, n, fired := program.NewEngine(), decoder(), int64(0), int64(0)
			var room []engine.Hit
			each := func(e *event.Event) {
				n++
				room = fast.Match(e, room[:0])
				fired += int64(len(room))
			}
			for blk := next(); blk != nil; blk = next() {
				d.Decode(blk, each)
			}
			events.Add(n)
			hits.Add(fired)
		})
	}
	pass()
	events.Store(0)
	hits.Store(0)
	runtime.GC()
	b.SetBytes(size)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		pass()
	}
	b.ReportMetric(float64(events.Load())/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(hits.Load())/float64(b.N), "hits")
}

func hunt(b *testing.B, set *engine.Ruleset, list []*stream.Block) {
	b.Helper()
	bench(b, set, list, func() stream.Decoder { return evtxlog.NewDecoder() })
}

// some keeps every n-th rule.
func some(set *engine.Ruleset, n int) *engine.Ruleset {
	out := &engine.Ruleset{}
	for i := 0; i < len(set.Rules); i += n {
		out.Rules = append(out.Rules, set.Rules[i])
	}
	return out
}

func passage(b *testing.B, s *lab.EventStream) []*stream.Block {
	b.Helper()
	return blocks(b, 0, io.NewSectionReader(s, 0, s.Size()))
}

func BenchmarkHuntRecordings(b *testing.B) { hunt(b, windows(b), corpus(b)) }

// About 300 of the rules.
func BenchmarkHuntRecordingsFewRules(b *testing.B) { hunt(b, some(windows(b), 10), corpus(b)) }

// The same with engines that have met nearly every value before.
func BenchmarkHuntWarm(b *testing.B)         { warm(b, windows(b), corpus(b)) }
func BenchmarkHuntWarmFewRules(b *testing.B) { warm(b, some(windows(b), 10), corpus(b)) }

// warm keeps the engines and decoders from pass to pass: after four unmeasured
// ones each worker has met most of what the others have.
func warm(b *testing.B, set *engine.Ruleset, list []*stream.Block) {
	b.Helper()
	program := engine.NewProgram(set)
	type kept struct {
		fast    *engine.Engine
		decoder *evtxlog.Decoder
	}
	free := make(chan kept, 64)
	var events atomic.Int64
	pass := func() {
		shared(list, func(next func() *stream.Block) {
			var k kept
			select {
			case k = <-free:
			default:
				k = kept{program.NewEngine(), evtxlog.NewDecoder()}
			}
			n := int64(0)
			var room []engine.Hit
			for blk := next(); blk != nil; blk = next() {
				k.decoder.Decode(blk, func(e *event.Event) {
					n++
					room = k.fast.Match(e, room[:0])
				})
			}
			events.Add(n)
			free <- k
		})
	}
	for range 4 {
		pass()
	}
	events.Store(0)
	runtime.GC()
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		pass()
	}
	b.ReportMetric(float64(events.Load())/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkHuntServer(b *testing.B) {
	hunt(b, windows(b), passage(b, lab.NewServerStream(1, 200_000)))
}

// Process starts of which 0, 1, 3 or 6 values occur nowhere else.
func BenchmarkHuntUnseen(b *testing.B) {
	for _, n := range []int{0, 1, 3, 6} {
		b.Run(strconv.Itoa(n), func(b *testing.B) { hunt(b, windows(b), passage(b, lab.NewEventStream(1, 100_000, n))) })
	}
}

// BenchmarkDecodeRecordings renders every value of the recordings as UTF-8.
func BenchmarkDecodeRecordings(b *testing.B) {
	list := corpus(b)
	var events, sum atomic.Int64
	runtime.GC() // of what reading the files left
	b.ResetTimer()
	for range b.N {
		shared(list, func(next func() *stream.Block) {
			d, n, size := evtxlog.NewDecoder(), int64(0), 0
			var room []byte
			each := func(e *event.Event) {
				n++
				for i := range e.Values {
					room = e.Values[i].AppendText(room[:0])
					size += len(room)
				}
			}
			for blk := next(); blk != nil; blk = next() {
				d.Decode(blk, each)
			}
			events.Add(n)
			sum.Add(int64(size))
		})
	}
	b.ReportMetric(float64(events.Load())/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkStart reads all published rules from YAML.
func BenchmarkStart(b *testing.B) {
	for range b.N {
		engine.NewProgram(windows(b))
	}
}

// BenchmarkFirstPass hunts in the recordings on one core with nothing compiled:
// what it takes beyond BenchmarkHuntRecordings on one core is the making of a
// class for each kind of record.
func BenchmarkFirstPass(b *testing.B) {
	set, list := windows(b), corpus(b)
	b.ResetTimer()
	for range b.N {
		fast, d := engine.NewProgram(set).NewEngine(), evtxlog.NewDecoder()
		for _, blk := range list {
			d.Decode(blk, func(e *event.Event) { fast.Match(e, nil) })
		}
	}
}

// BenchmarkPlans makes the classes and plans of all kinds of records in the
// recordings, of which it matches one each.
func BenchmarkPlans(b *testing.B) {
	set, d := windows(b), evtxlog.NewDecoder()
	type kind struct {
		route *event.Route
		shape *event.Shape
	}
	seen := map[kind]bool{}
	var list []*event.Event
	for _, blk := range corpus(b) {
		d.Decode(blk, func(e *event.Event) {
			if k := (kind{e.Route, e.Shape}); !seen[k] {
				seen[k] = true
				one := *e
				one.Values = slices.Clone(e.Values)
				for i := range one.Values {
					one.Values[i].Raw = bytes.Clone(one.Values[i].Raw)
				}
				list = append(list, &one)
			}
		})
	}
	runtime.GC()
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		fast := engine.NewProgram(set).NewEngine()
		for _, e := range list {
			fast.Match(e, nil)
		}
	}
	b.ReportMetric(float64(len(list)), "kinds")
}

// BenchmarkCalibrate is the same loop of additions and loads wherever it runs:
// what it takes says how fast the machine was in that minute.
func BenchmarkCalibrate(b *testing.B) {
	table := make([]uint32, 1<<20)
	x := uint32(1)
	for b.Loop() {
		for range 1 << 20 {
			x = x*1664525 + 1013904223
			table[x>>12] += x
		}
	}
}
