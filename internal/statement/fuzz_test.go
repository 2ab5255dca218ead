package statement

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func FuzzRead(f *testing.F) {
	for _, name := range []string{"draft/testdata/founding-article.yaml"} {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("record: 1\nstatements:\n- {id: a, speaker: {name: x}}\n"))
	f.Add([]byte("a: &x [*x]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Read(bytes.NewReader(data), "f")
		if err != nil {
			return
		}
		var r Set
		r.Add(file)
		Check(&r)
		for _, in := range r.Incidents {
			c, err := Compare(&r, in.ID)
			if err != nil {
				t.Fatal(err)
			}
			if s := c.Table() + c.FullTable() + c.SVG(true); strings.ContainsAny(s, "\x1b\x07") {
				t.Fatal("a control reached the output")
			}
		}
		var b bytes.Buffer
		if err := WriteYAML(&b, file); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(&b, "again"); err != nil && b.Len() < MaxFileBytes {
			t.Fatalf("what was written cannot be read: %v", err)
		}
	})
}
