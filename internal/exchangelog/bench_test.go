package exchangelog_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"spoor/event"
	"spoor/internal/exchangelog"
	"spoor/internal/lab/labdata"
	"spoor/internal/stream"
)

func pass(data []byte, decode stream.Decoder, b *stream.Block) (events int) {
	split := exchangelog.NewSplitter(bytes.NewReader(data), 1)
	for {
		if err := split.Next(b); errors.Is(err, io.EOF) {
			return events
		}
		decode.Decode(b, func(*event.Event) { events++ })
	}
}

func file(tb testing.TB, name string) []byte {
	data, err := os.ReadFile(labdata.Path(tb, "exchange/"+name))
	if err != nil {
		tb.Fatal(err)
	}
	head := bytes.Index(data, []byte("\n2023-")) + 1
	return append(data[:head:head], bytes.Repeat(data[head:], 1<<24/len(data))...)
}

func bench(b *testing.B, data []byte) {
	decode, block := exchangelog.NewDecoder(nil), new(stream.Block)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		pass(data, decode, block)
	}
}

func BenchmarkHttpProxy(b *testing.B) {
	bench(b, file(b, "13_artefacts_help_benign_exchange/Mapi__HttpProxy_2023010601-1.LOG"))
}

func BenchmarkRpsCmdlet(b *testing.B) {
	bench(b, file(b, "03_debugprivilege_proxyshell_lab/Rps_Cmdlet_2023110922-1.LOG"))
}

func BenchmarkECP(b *testing.B) { bench(b, []byte(head+strings.Repeat(ecp+"\r\n", 50000))) }

// BenchmarkOpenQuotes is the worst text for the search of a quote's end.
func BenchmarkOpenQuotes(b *testing.B) {
	bench(b, []byte(head+strings.Repeat("x,\""+strings.Repeat("y", 60)+"\n", 50000)))
}

func TestSteadyStateAllocatesNothingPerEvent(t *testing.T) {
	for _, data := range [][]byte{
		file(t, "13_artefacts_help_benign_exchange/Mapi__HttpProxy_2023010601-1.LOG"),
		[]byte(head + strings.Repeat(ecp+"\r\n", 20000)),
	} {
		decode, block := exchangelog.NewDecoder(nil), new(stream.Block)
		events := pass(data, decode, block)
		if allocs := testing.AllocsPerRun(2, func() { pass(data, decode, block) }); allocs > 200 || events < 5000 {
			t.Errorf("%.0f allocations for %d events", allocs, events)
		}
	}
}
