package weblog_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"spoor/event"
	"spoor/internal/stream"
	"spoor/internal/weblog"
)

func sample() []byte {
	rows := strings.Repeat(row+"\n"+"2021-03-05 03:06:28 10.0.0.1 POST /Microsoft-Server-ActiveSync/default.eas User=johndoe&DeviceId=Appl2312SDKJ2313&DeviceType=iPhone&Cmd=Ping&CorrelationID=<empty>;&cafeReqId=cde28fc4-299e-4179-b3e9-de56f5c1d9ee; 443 domain\\johndoe 77.123.22.98 Apple-iPhone5C2/1104.257 - 200 0 0 62\n", 50000)
	return []byte(head + fields + "\n" + rows)
}

func pass(data []byte, decode stream.Decoder, b *stream.Block) (events int) {
	split := weblog.NewSplitter(bytes.NewReader(data), 1)
	for {
		if err := split.Next(b); errors.Is(err, io.EOF) {
			return events
		}
		decode.Decode(b, func(*event.Event) { events++ })
	}
}

func BenchmarkW3C(b *testing.B) {
	data := sample()
	decode, block := weblog.NewDecoder(nil), new(stream.Block)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		pass(data, decode, block)
	}
}

func TestSteadyStateAllocatesNothingPerEvent(t *testing.T) {
	data := sample()
	decode, block := weblog.NewDecoder(nil), new(stream.Block)
	events := pass(data, decode, block)
	if allocs := testing.AllocsPerRun(2, func() { pass(data, decode, block) }); allocs > 200 || events != 100000 {
		t.Errorf("%.0f allocations for %d events", allocs, events)
	}
}
