package evidence

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"testing"
	"time"
)

func TestEveryChangedByteOfAnArchiveStillEndsTheWalk(t *testing.T) {
	t.Parallel()
	inner := makeZip(t, member{"c.log", "third\n"})
	members := []member{{"a.log", "first\n"}, {"b.log", "second\n"}, {"i.zip", string(inner)}}
	tarball := makeTar(t, members...)
	for name, data := range map[string][]byte{"m.zip": makeZip(t, members...), "m.tar": tarball[:5*tarBlock], "m.tgz": pack(t, tarball)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), name)
			for i := range data {
				for _, to := range []byte{0, 0x7f, 0xff} {
					changed := bytes.Clone(data)
					changed[i] = to
					write(t, path, changed)
					start := time.Now()
					_, err := Walk(context.Background(), []string{path}, Options{Password: "x"}, func(it *Item, r io.Reader) error {
						if r == nil {
							if it.Outcome == Undecided {
								t.Errorf("byte %d as %#x: %q has neither content nor an outcome", i, to, it.Path)
							}
							return nil
						}
						n, err := io.Copy(io.Discard, r)
						if c := it.Finish(); c.Bytes != n {
							t.Errorf("byte %d as %#x: %q: %d bytes read, %d counted", i, to, it.Path, n, c.Bytes)
						}
						return err
					})
					if d := time.Since(start); err != nil || d > 30*time.Second {
						t.Fatalf("byte %d as %#x: the walk took %v and ended with %v", i, to, d, err)
					}
				}
			}
		})
	}
}
