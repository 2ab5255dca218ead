package evtxlog

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"spoor/event"
	"spoor/internal/lab/labdata"
	"spoor/internal/stream"
)

// logs lists the event logs below a folder of the shared data.
func logs(t testing.TB, rel string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(labdata.Path(t, rel), func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() && strings.HasSuffix(path, ".evtx") {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// blocks splits a log into copies of its blocks.
func blocks(t testing.TB, data []byte) []stream.Block {
	t.Helper()
	var all []stream.Block
	s := NewSplitter(bytes.NewReader(data), 0)
	for {
		var b stream.Block
		err := s.Next(&b)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b)
	}
}

// BenchmarkDecode reads every sample: slots filled only, every value rendered,
// the event as JSON. The figure to watch is records/s.
func BenchmarkDecode(b *testing.B) {
	var all []stream.Block
	for _, rel := range []string{"evtx/attack-samples", "evtx/evtx-to-attack", "evtx/damaged"} {
		for _, name := range logs(b, rel) {
			data, err := os.ReadFile(name)
			if err != nil {
				b.Fatal(err)
			}
			all = append(all, blocks(b, data)...)
		}
	}
	var buf []byte
	render := func(e *event.Event) {
		for i := range e.Values {
			buf = e.Values[i].AppendText(buf[:0])
		}
	}
	for _, mode := range []struct {
		name string
		use  func(e *event.Event)
	}{
		{"slots", func(*event.Event) {}},
		{"text", render},
		{"json", func(e *event.Event) { buf = e.AppendJSON(buf[:0]) }},
	} {
		b.Run(mode.name, func(b *testing.B) {
			d := NewDecoder()
			records := int64(0)
			yield := func(e *event.Event) {
				records++
				mode.use(e)
			}
			b.ReportAllocs()
			for b.Loop() {
				for i := range all {
					d.Decode(&all[i], yield)
				}
			}
			b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
			b.ReportMetric(0, "ns/op")
		})
	}
	b.Run("text on every core", func(b *testing.B) {
		var records atomic.Int64
		b.RunParallel(func(pb *testing.PB) {
			d := NewDecoder()
			var buf []byte
			n := int64(0)
			for pb.Next() {
				for i := range all {
					d.Decode(&all[i], func(e *event.Event) {
						n++
						for i := range e.Values {
							buf = e.Values[i].AppendText(buf[:0])
						}
					})
				}
			}
			records.Add(n)
		})
		b.ReportMetric(float64(records.Load())/b.Elapsed().Seconds(), "records/s")
		b.ReportMetric(0, "ns/op")
	})
}
