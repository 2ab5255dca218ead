package evidence

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// seen is what a visitor remembers of one item.
type seen struct {
	path, code, data string
	outcome          Outcome
	duplicate        bool
	origin           Origin
	content          Content
}

func walk(t testing.TB, opts Options, paths ...string) ([]seen, *Report) {
	t.Helper()
	var list []seen
	rep, err := Walk(t.Context(), paths, opts, func(it *Item, r io.Reader) error {
		s := seen{path: it.Path, outcome: it.Outcome, code: it.Code, duplicate: it.Duplicate, origin: it.Origin}
		if r != nil {
			data, err := io.ReadAll(r)
			if err != nil {
				t.Errorf("%s: the reader failed: %v", it.Path, err)
			}
			s.data = string(data)
		}
		s.content = it.Finish()
		if s.content.Problem != nil && s.code == "" {
			s.code = s.content.Problem.Code
		}
		if r != nil && s.content.Bytes != int64(len(s.data)) {
			t.Errorf("%s: %d bytes counted, %d read", it.Path, s.content.Bytes, len(s.data))
		}
		if sum := sha256.Sum256([]byte(s.data)); r != nil && s.content.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: its hash is wrong", it.Path)
		}
		list = append(list, s)
		return nil
	})
	if err != nil {
		t.Fatalf("walk: %v", err)
	}
	return list, rep
}

func write(t testing.TB, path string, data []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// member is one file of an archive under test.
type member struct{ name, data string }

func makeZip(t testing.TB, members ...member) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, m := range members {
		w, err := z.Create(m.name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, m.data)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func makeTar(t testing.TB, members ...member) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, m := range members {
		if err := w.WriteHeader(&tar.Header{Name: m.name, Size: int64(len(m.data)), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, m.data)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func pack(t testing.TB, data []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	w.Write(data)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// texts makes members with distinct content, named in canonical order.
func texts() []member {
	var list []member
	for _, name := range []string{"a/b/one.log", "a/b.log", "a.log", "b/two.log", "z"} {
		list = append(list, member{name, strings.Repeat("line of "+name+"\n", 3000)})
	}
	return list
}

func readable(list []seen) []string {
	var out []string
	for _, s := range list {
		if s.data != "" {
			_, rest, _ := strings.Cut(s.path, "!/")
			out = append(out, rest+" "+s.content.SHA256)
		}
	}
	return out
}

func TestTheSameTreeIsTheSameEvidenceInEveryWrapping(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, m := range texts() {
		write(t, filepath.Join(dir, "tree", m.name), []byte(m.data))
	}
	list, rep := walk(t, Options{}, filepath.Join(dir, "tree"))
	var want []string
	for _, s := range list {
		rel, _ := filepath.Rel(filepath.Join(dir, "tree"), s.path)
		want = append(want, filepath.ToSlash(rel)+" "+s.content.SHA256)
	}
	if rep.Items != 5 || !slices.Equal(want, func() []string {
		var names []string
		for i, m := range texts() {
			names = append(names, m.name+" "+list[i].content.SHA256)
		}
		return names
	}()) {
		t.Fatalf("the folder's order is %v", want)
	}
	tarball := makeTar(t, texts()...)
	for name, data := range map[string][]byte{"t.zip": makeZip(t, texts()...), "t.tar": tarball, "t.tar.gz": pack(t, tarball)} {
		got, _ := walk(t, Options{}, write(t, filepath.Join(dir, name), data))
		if !slices.Equal(readable(got), want) {
			t.Errorf("%s: got %v, want %v", name, readable(got), want)
		}
		if last := got[len(got)-1]; last.outcome != Examined || last.content.SHA256 == "" {
			t.Errorf("%s: the container ends as %v", name, last)
		}
	}
}

func TestArchivesInsideArchivesAreReadToTheThirdDepth(t *testing.T) {
	t.Parallel()
	inner := makeZip(t, member{"deep.log", "found in the third archive\n"})
	middle := makeTar(t, member{"inner.zip", string(inner)}, member{"side.log.gz", string(pack(t, []byte("side\n")))})
	outer := makeZip(t, member{"middle.tgz", string(pack(t, middle))})
	dir := t.TempDir()
	list, _ := walk(t, Options{}, write(t, filepath.Join(dir, "outer.zip"), outer))
	want := "outer.zip!/middle.tgz!/inner.zip!/deep.log"
	if !slices.ContainsFunc(list, func(s seen) bool { return strings.HasSuffix(s.path, want) && s.data != "" }) {
		t.Errorf("%s was not read: %v", want, list)
	}
	if !slices.ContainsFunc(list, func(s seen) bool { return strings.HasSuffix(s.path, "side.log.gz!/side.log") && s.data == "side\n" }) {
		t.Errorf("the compressed file was not read: %v", list)
	}
	list, _ = walk(t, Options{}, write(t, filepath.Join(dir, "more.zip"), makeZip(t, member{"outer.zip", string(outer)})))
	if !slices.ContainsFunc(list, func(s seen) bool {
		return strings.HasSuffix(s.path, "inner.zip") && s.outcome == Unreadable && s.code == "depth"
	}) {
		t.Errorf("the fourth archive is not told of: %v", list)
	}
}

func TestNamesFromArchivesAreDataAndCreateNothing(t *testing.T) {
	t.Parallel()
	names := []string{"../evil", "/abs", `..\evil`, `C:\x`, "a/../../b", "COM1 ", "a:stream", "\x1b[31m", strings.Repeat("n", 300), "\u202e", "a\x00b"}
	var members []member
	for i, n := range names {
		members = append(members, member{n, fmt.Sprintf("content %d\n", i)})
	}
	dir := t.TempDir()
	spool := filepath.Join(dir, "spool")
	os.Mkdir(spool, 0o755)
	ev := write(t, filepath.Join(dir, "ev", "n.zip"), makeZip(t, members...))
	list, _ := walk(t, Options{SpoolDir: spool}, ev)
	for _, n := range names {
		if !slices.ContainsFunc(list, func(s seen) bool { return s.path == ev+"!/"+n && s.data != "" }) {
			t.Errorf("member %q was not read under its own name", n)
		}
	}
	var found []string
	filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if !d.IsDir() {
			found = append(found, path)
		}
		return nil
	})
	if len(found) != 1 || found[0] != ev {
		t.Errorf("files were created: %v", found)
	}
}

func TestADuplicateIsToldAndNotReadAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	big := strings.Repeat("the same content twice\n", 10000)
	tarball := makeTar(t, member{"x", big}, member{"y", big[:len(big)-1] + "!"}, member{"z", big})
	write(t, filepath.Join(dir, "1.log"), []byte(big))
	write(t, filepath.Join(dir, "2.log"), []byte(big))
	write(t, filepath.Join(dir, "3.tgz"), pack(t, tarball))
	write(t, filepath.Join(dir, "4.log.gz"), pack(t, []byte(big)))
	write(t, filepath.Join(dir, "5.zip"), makeZip(t, member{"x", big}))
	list, rep := walk(t, Options{}, dir)
	read := 0
	for _, s := range list {
		if s.data != "" {
			read++
		}
	}
	if read != 2 || rep.Duplicates != 5 || rep.TwiceBytes != 5*int64(len(big)) {
		t.Errorf("%d items read, %d duplicates with %d bytes; want 2, 5, %d: %v", read, rep.Duplicates, rep.TwiceBytes, 5*len(big), list)
	}
}

func TestMistakenPathsAreErrors(t *testing.T) {
	t.Parallel()
	none := func(*Item, io.Reader) error { return nil }
	if _, err := Walk(t.Context(), []string{filepath.Join(t.TempDir(), "no")}, Options{}, none); !os.IsNotExist(unwrap(err)) {
		t.Errorf("a missing path gives %v", err)
	}
	if _, err := Walk(t.Context(), []string{t.TempDir()}, Options{}, none); err != ErrNoItems {
		t.Errorf("an empty folder gives %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a"), []byte("x"))
	if _, err := Walk(ctx, []string{dir}, Options{}, none); err != context.Canceled {
		t.Errorf("an interrupt gives %v", err)
	}
}

func unwrap(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		if _, is := err.(*os.PathError); is {
			return err
		}
		err = u.Unwrap()
	}
}
