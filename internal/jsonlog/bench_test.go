package jsonlog_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"

	"spoor/event"
	"spoor/internal/jsonlog"
	"spoor/internal/lab/labdata"
	"spoor/internal/limits"
	"spoor/internal/stream"
)

func sample(tb testing.TB) []byte {
	data, err := os.ReadFile(labdata.Path(tb, "exchange/22_markernan_synthetic/sysmon_otrf_real.json"))
	if err != nil {
		tb.Fatal(err)
	}
	return bytes.Repeat(data, 1<<24/len(data))
}

func pass(data []byte, decode stream.Decoder, b *stream.Block) (events int) {
	split := jsonlog.NewSplitter(bytes.NewReader(data), 1)
	for {
		if err := split.Next(b); errors.Is(err, io.EOF) {
			return events
		}
		decode.Decode(b, func(*event.Event) { events++ })
	}
}

func BenchmarkNDJSON(b *testing.B) {
	data := sample(b)
	decode, block := jsonlog.NewDecoder(nil), new(stream.Block)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		pass(data, decode, block)
	}
}

func TestSteadyStateAllocatesNothingPerEvent(t *testing.T) {
	if limits.Shrink > 0 {
		t.Skip("counts work, of which tiny caps make more")
	}
	data := sample(t)
	decode, block := jsonlog.NewDecoder(nil), new(stream.Block)
	events := pass(data, decode, block)
	allocs := testing.AllocsPerRun(2, func() { pass(data, decode, block) })
	if allocs > 200 || events < 5000 {
		t.Errorf("%.0f allocations for %d events", allocs, events)
	}
}
