package evidence

import (
	"fmt"
	"io"
	"path/filepath"
	"testing"
)

// BenchmarkWalk reads 50,000 small items: what an item costs besides its
// bytes.
func BenchmarkWalk(b *testing.B) {
	const files = 50_000
	list := make([]member, files)
	for i := range list {
		list[i] = member{fmt.Sprintf("%03d/%05d.log", i%500, i), fmt.Sprintf("line %d\n", i)}
	}
	for name, path := range map[string]string{
		"zip":    write(b, filepath.Join(b.TempDir(), "a.zip"), makeZip(b, list...)),
		"folder": b.TempDir(),
	} {
		if name == "folder" {
			for _, m := range list {
				write(b, filepath.Join(path, m.name), []byte(m.data))
			}
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				_, err := Walk(b.Context(), []string{path}, Options{}, func(it *Item, r io.Reader) error {
					n++
					return nil
				})
				if err != nil || n < files {
					b.Fatal(n, err)
				}
			}
			b.ReportMetric(float64(files*b.N)/b.Elapsed().Seconds(), "items/s")
		})
	}
}
