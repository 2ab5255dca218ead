package lab

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Pack writes a folder into an archive, in the order of its names, the
// folder's own name first as administrators pack it.
func Pack(kind, out, dir string) error {
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer f.Close()
	var add func(name string, data []byte) error
	var closers []io.Closer
	switch kind {
	case "zip":
		z := zip.NewWriter(f)
		closers = []io.Closer{z}
		add = func(name string, data []byte) error {
			w, err := z.Create(name)
			if err != nil {
				return err
			}
			_, err = w.Write(data)
			return err
		}
	case "tar.gz":
		g := gzip.NewWriter(f)
		t := tar.NewWriter(g)
		closers = []io.Closer{t, g}
		add = func(name string, data []byte) error {
			if err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(data))}); err != nil {
				return err
			}
			_, err := t.Write(data)
			return err
		}
	default:
		return fmt.Errorf("unknown archive kind %q", kind)
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(filepath.Dir(dir), path)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return add(filepath.ToSlash(rel), data)
	})
	for _, c := range closers {
		if cerr := c.Close(); err == nil {
			err = cerr
		}
	}
	return err
}
