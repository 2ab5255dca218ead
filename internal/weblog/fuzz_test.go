package weblog_test

import (
	"bytes"
	"testing"

	"spoor/internal/weblog"
)

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{head + fields + "\n" + row + "\n", noDateF + "\r" + noDate, row, "\xff\xfe#\x00", "#Fields: a\n\x00\x00\n1", "1.2.3.4, -, 3/2/1, 1:00:00, a, b, c, 1, 2, 3, 200, 0, GET, /, -,"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		weblog.Detect(data)
		events, sum := read(t, bytes.NewReader(data), nil)
		if l := sum.Lines; l.Total != l.Header+l.Comment+l.Blank+l.Parsed+l.Damaged || l.Parsed != int64(len(events)) {
			t.Errorf("lines do not add up: %+v", l)
		}
		for _, e := range events {
			if e.Ref.Offset < 0 || e.Ref.Offset+int64(e.Ref.Length) > int64(len(data)) {
				t.Errorf("a row at %d+%d of %d bytes", e.Ref.Offset, e.Ref.Length, len(data))
			}
		}
	})
}
