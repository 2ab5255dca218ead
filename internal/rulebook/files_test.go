package rulebook

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Files are read at once, and come in the order of a walk that reads one after the
// other, with what is in them.
func TestRuleFilesComeInTheOrderOfAWalk(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	content := map[string]string{
		"a/z.yml": "1", "a/b/c/d/e.yml": "2", "a/b.yml": "3", "a-b/x.yaml": "4", "a.yml": "5", "B.YML": "6", "a/b/notes.txt": "7", "empty.yml": "",
		"a/x.test.yml": "tests:\n", "y.test.yml": "title: a rule\n", "large.yml": strings.Repeat("x", MaxFile+1), "full.yml": strings.Repeat("x", MaxFile),
	}
	for i := range 100 {
		content[fmt.Sprintf("many/%d/%d.yml", i%7, i)] = fmt.Sprint("rule ", i)
	}
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for _, name := range slices.Sorted(maps.Keys(content)) {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content[name]), 0o600); err != nil {
			t.Fatal(err)
		}
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(t.TempDir(), "rules.zip")
	if err := os.WriteFile(archive, packed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var want []string
	err := fs.WalkDir(os.DirFS(root), ".", func(rel string, d fs.DirEntry, err error) error {
		if ext := strings.ToLower(filepath.Ext(rel)); err == nil && (ext == ".yml" || ext == ".yaml") && rel != "a/x.test.yml" {
			want = append(want, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for place, prefix := range map[string]string{root: root + string(filepath.Separator), archive: archive + "!/"} {
		files, err := Files(place)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range files {
			rel := filepath.ToSlash(strings.TrimPrefix(f.Name, prefix))
			got = append(got, rel)
			if large := rel == "large.yml"; f.TooLarge != large || !large && string(f.Data) != content[rel] {
				t.Errorf("%s: %d bytes, too large: %v", f.Name, len(f.Data), f.TooLarge)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: the files are %q, not %q", place, got, want)
		}
	}
}

// A file of an archive that does not have the content of its checksum is an error.
func TestADamagedRuleOfAnArchiveIsAnError(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	w, err := z.CreateHeader(&zip.FileHeader{Name: "a.yml", Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("title: intact")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(t.TempDir(), "rules.zip")
	if err := os.WriteFile(archive, bytes.Replace(packed.Bytes(), []byte("intact"), []byte("broken"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if files, err := Files(archive); err == nil {
		t.Fatalf("the archive was read: %q", files[0].Data)
	}
}
