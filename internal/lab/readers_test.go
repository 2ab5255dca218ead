package lab_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/evtxlog"
	"spoor/internal/exchangelog"
	"spoor/internal/lab"
	"spoor/internal/stream"
	"spoor/internal/weblog"
)

// TestReadersTakeEveryRecord reads both evidence sets with the project's own
// readers: nothing is damaged, and every row and record comes out.
func TestReadersTakeEveryRecord(t *testing.T) {
	t.Parallel()
	for _, f := range append(lab.Demo(), lab.Clinic()...) {
		var s stream.Splitter
		var d stream.Decoder
		want := int64(0)
		r := bytes.NewReader(f.Data)
		switch {
		case strings.HasSuffix(f.Path, ".evtx"):
			s, d = evtxlog.NewSplitter(r, 0), evtxlog.NewDecoder()
			want = int64(bytes.Count(f.Data, []byte("**\x00\x00")))
		case strings.Contains(f.Path, "/LogFiles/"):
			s, d = weblog.NewSplitter(r, 0), weblog.NewDecoder(time.UTC)
		case strings.HasSuffix(f.Path, ".LOG"):
			s, d = exchangelog.NewSplitter(r, 0), exchangelog.NewDecoder(time.UTC)
		default:
			continue
		}
		if want == 0 {
			for line := range bytes.Lines(f.Data) {
				if line[0] != '#' {
					want++
				}
			}
		}
		got := int64(0)
		for {
			var b stream.Block
			err := s.Next(&b)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			sum := d.Decode(&b, func(*event.Event) { got++ })
			for _, dm := range sum.Damage {
				t.Errorf("%s: %+v", f.Path, dm)
			}
		}
		if got != want {
			t.Errorf("%s: %d events, want %d", f.Path, got, want)
		}
	}
}
