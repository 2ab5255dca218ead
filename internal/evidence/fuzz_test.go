package evidence

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// fuzzWalk reads one container with small budgets: no panic, no error, and
// every visited item ends with an outcome or with content that adds up.
func fuzzWalk(f *testing.F, name string) {
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<20 {
			return
		}
		file, err := os.CreateTemp(dir, "*"+name)
		if err != nil {
			t.Fatal(err)
		}
		path := file.Name()
		file.Write(data)
		file.Close()
		defer os.Remove(path)
		opts := Options{Password: "x", Limits: Limits{Entries: 1000, Grace: 4 << 20, Total: 32 << 20, Spool: 64 << 20}}
		_, err = Walk(context.Background(), []string{filepath.Clean(path)}, opts, func(it *Item, r io.Reader) error {
			if r == nil {
				if it.Outcome == Undecided {
					t.Errorf("%q has neither content nor an outcome", it.Path)
				}
				return nil
			}
			n, err := io.Copy(io.Discard, r)
			if c := it.Finish(); err != nil || c.Bytes != n {
				t.Errorf("%q: %d bytes read, %d counted, %v", it.Path, n, c.Bytes, err)
			}
			return nil
		})
		if err != nil {
			t.Errorf("the walk ended: %v", err)
		}
	})
}

func FuzzZip(f *testing.F) {
	z := makeZip(f, member{"a.log", "first\n"}, member{"b.log", "second\n"})
	f.Add(z)
	f.Add(z[:len(z)*2/3])
	fuzzWalk(f, ".zip")
}

func FuzzTar(f *testing.F) {
	data := makeTar(f, member{"a.log", "first\n"}, member{"b.log", "second\n"})
	f.Add(data)
	f.Add(pack(f, data))
	f.Add(pack(f, []byte("one file\n")))
	fuzzWalk(f, ".tar")
}
