package jsonlog_test

import (
	"testing"

	"spoor/internal/jsonlog"
	"spoor/internal/stream"
)

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"EventID":1,"Channel":"c","EventData":{"Data":[{"@Name":"a","#text":"b"}]}}` + "\n",
		"[\n{\"EventID\":1,\n\"Channel\":\"\\ud800\"},\n{}]", "{\"a\":[[[", "\xff\xfe{\x00}\x00", "{\"a\":\"\\\"\r\n{}", "\x00\n{}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		jsonlog.Detect(data)
		_, sum := read(t, data)
		if l := sum.Lines; l.Total != l.Header+l.Comment+l.Blank+l.Parsed+l.Damaged {
			t.Errorf("lines do not add up: %+v", l)
		}
	})
}

var _ stream.Decoder = jsonlog.NewDecoder(nil)
