package evidence

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"testing"
)

func TestAZip64DirectoryOfManyMembersIsReadWhole(t *testing.T) {
	t.Parallel()
	const files = 66_000 // more than 65,535, which only a zip64 directory can state
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for i := range files {
		if _, err := z.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("%05d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	rep, err := Walk(t.Context(), []string{write(t, filepath.Join(t.TempDir(), "a.zip"), buf.Bytes())}, Options{}, func(*Item, io.Reader) error { return nil })
	if err != nil || rep.Items != files+1 || rep.Problems["empty"] != files || len(rep.Problems) != 1 {
		t.Errorf("%d items, %v, %v; want %d", rep.Items, rep.Problems, err, files+1)
	}
}

func TestALinkInAZipIsToldAndNotFollowed(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	h := &zip.FileHeader{Name: "link"}
	h.SetMode(fs.ModeSymlink | 0o777)
	f, err := z.CreateHeader(h)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(f, "/etc/passwd")
	z.Close()
	list, rep := walk(t, Options{}, write(t, filepath.Join(t.TempDir(), "a.zip"), buf.Bytes()))
	if rep.Problems["symlink"] != 1 || len(list) != 2 || list[0].data != "" {
		t.Errorf("%+v, %v", list, rep.Problems)
	}
}
