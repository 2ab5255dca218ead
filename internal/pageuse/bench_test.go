package pageuse

import (
	"errors"
	"io"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/lab"
	"spoor/internal/stream"
	"spoor/internal/weblog"
)

// BenchmarkAdd is what the collector costs beside decoding: "none" decodes
// alone.
func BenchmarkAdd(b *testing.B) {
	for _, with := range []bool{false, true} {
		name := "none"
		if with {
			name = "collector"
		}
		b.Run(name, func(b *testing.B) {
			events := 0
			for b.Loop() {
				split, decode, col := weblog.NewSplitter(lab.NewWebTraffic(7, 8<<20), 1), weblog.NewDecoder(time.UTC), NewCollector()
				for {
					var block stream.Block
					err := split.Next(&block)
					if errors.Is(err, io.EOF) {
						break
					}
					if err != nil {
						b.Fatal(err)
					}
					decode.Decode(&block, func(e *event.Event) {
						events++
						if with {
							col.Add(e, true)
						}
					})
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(events), "ns/event")
		})
	}
}
