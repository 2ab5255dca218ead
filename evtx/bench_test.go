package evtx

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spoor/event"
	"spoor/internal/lab/labdata"
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
func blocks(t testing.TB, data []byte) []event.Block {
	t.Helper()
	var all []event.Block
	s := NewSplitter(bytes.NewReader(data), 0)
	for {
		var b event.Block
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

// BenchmarkDecode reads every sample and renders every value; the figure to
// watch is records/s on one core.
func BenchmarkDecode(b *testing.B) {
	var all []event.Block
	for _, rel := range []string{"evtx/attack-samples", "evtx/evtx-to-attack", "evtx/damaged"} {
		for _, name := range logs(b, rel) {
			data, err := os.ReadFile(name)
			if err != nil {
				b.Fatal(err)
			}
			all = append(all, blocks(b, data)...)
		}
	}
	for _, mode := range []struct {
		name   string
		render bool
	}{{"slots", false}, {"rendered", true}} {
		b.Run(mode.name, func(b *testing.B) {
			d := NewDecoder()
			var buf []byte
			records := int64(0)
			yield := func(e *event.Event) {
				records++
				if !mode.render {
					return
				}
				for i := range e.Values {
					buf = e.Values[i].AppendText(buf[:0])
				}
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
}
