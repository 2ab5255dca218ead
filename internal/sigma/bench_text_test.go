package sigma_test

import (
	"errors"
	"io"
	"testing"

	"spoor/internal/exchangelog"
	"spoor/internal/jsonlog"
	"spoor/internal/lab"
	"spoor/internal/stream"
	"spoor/internal/weblog"
)

// huntText decodes and matches a text log kept in memory.
func huntText(b *testing.B, s stream.Splitter, decoder func() stream.Decoder) {
	b.Helper()
	var list []*stream.Block
	for {
		blk := &stream.Block{}
		if err := s.Next(blk); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			b.Fatal(err)
		}
		list = append(list, blk)
	}
	bench(b, windows(b), list, decoder)
}

const textSize = 100 << 20

func BenchmarkHuntW3C(b *testing.B) {
	huntText(b, weblog.NewSplitter(lab.NewWebTraffic(1, textSize), 0), func() stream.Decoder { return weblog.NewDecoder(nil) })
}

func BenchmarkHuntHttpProxy(b *testing.B) {
	huntText(b, exchangelog.NewSplitter(lab.NewProxyTraffic(1, textSize), 0), func() stream.Decoder { return exchangelog.NewDecoder(nil) })
}

func BenchmarkHuntNDJSON(b *testing.B) {
	huntText(b, jsonlog.NewSplitter(lab.NewJSONTraffic(1, textSize), 0), func() stream.Decoder { return jsonlog.NewDecoder(nil) })
}
