package exchangelog_test

import (
	"bytes"
	"testing"

	"spoor/internal/exchangelog"
)

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{head + ecp + "\r\n", tpl + "\"2021-03-03T06:49:42.162Z\",\"a\nb\",\"200\"\n", proxy(64), "DateTime AnchorMailbox\n---\n2021-02-27T19:53:36.865Z x\n", "\xff\xfe#\x00,\x00\"\x00", "#Fields: DateTime,\"\n\"\",\"\n\n\"a\",b", "2021-02-27T19:53:36.865Z,'S:CMD='';S:A=b"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		exchangelog.Detect(data)
		events, sum := read(t, bytes.NewReader(data))
		if l := sum.Lines; l.Total != l.Header+l.Comment+l.Blank+l.Parsed+l.Damaged {
			t.Errorf("lines do not add up: %+v", l)
		}
		end := int64(0)
		for _, e := range events {
			if e.Ref.Offset < end || e.Ref.Offset+int64(e.Ref.Length) > int64(len(data)) {
				t.Errorf("a row at %d+%d of %d bytes, after %d", e.Ref.Offset, e.Ref.Length, len(data), end)
			}
			end = e.Ref.Offset + int64(e.Ref.Length)
			if len(e.Values) != e.Shape.Len() {
				t.Errorf("%d values for %s", len(e.Values), e.Shape)
			}
		}
	})
}
