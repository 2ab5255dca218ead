package webshell

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The corpus is inert text: every sample shows one structure, and ends with a
// line that keeps its language from compiling it. It is stored compressed and
// with its bits turned, so that no antivirus takes the repository for what it
// describes, and as two files: the classes that the rules were written
// against, and those set aside.
const (
	corpusUsed  = "testdata/used.bin"
	corpusAside = "testdata/aside.bin"
	corpusMask  = 0xa7
	// plainFolder names the environment variable with the folder of plain
	// samples (CLASS/NUMBER/PATH) to pack.
	plainFolder = "SPOOR_WEBSHELL_PLAIN"
)

// setAside reports that a class plays no part in writing the rules: the first
// byte of the hash of its name lies in the lowest third.
func setAside(class string) bool {
	return sha256.Sum256([]byte("spoor web shell class " + class))[0] < 86
}

type sample struct {
	class, path string
	text        []byte
}

// TestPackCorpus writes the corpus from plain samples; it is the way to add
// one.
func TestPackCorpus(t *testing.T) {
	dir := os.Getenv(plainFolder)
	if dir == "" {
		t.Skip("packs the corpus when " + plainFolder + " names a folder of plain samples")
	}
	var used, aside []sample
	for _, s := range plainSamples(t, dir) {
		if setAside(s.class) {
			aside = append(aside, s)
		} else {
			used = append(used, s)
		}
	}
	packCorpus(t, corpusUsed, used)
	packCorpus(t, corpusAside, aside)
}

// plainSamples reads CLASS/NUMBER/PATH below a folder.
func plainSamples(t *testing.T, dir string) []sample {
	t.Helper()
	roots, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(roots)
	var list []sample
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			rel, _ := filepath.Rel(root, path)
			list = append(list, sample{filepath.Base(filepath.Dir(root)), filepath.ToSlash(rel), text})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return list
}

func packCorpus(t *testing.T, name string, list []sample) {
	t.Helper()
	var out bytes.Buffer
	w, _ := flate.NewWriter(&out, flate.BestCompression)
	for _, s := range list {
		fmt.Fprintf(w, "%s\t%s\t%d\n%s", s.class, s.path, len(s.text), s.text)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, masked(out.Bytes()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func masked(b []byte) []byte {
	for i := range b {
		b[i] ^= corpusMask
	}
	return b
}

func readCorpus(t testing.TB, name string) []sample {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(flate.NewReader(bytes.NewReader(masked(raw))))
	if err != nil {
		t.Fatal(err)
	}
	var list []sample
	for len(rest) > 0 {
		head, body, _ := bytes.Cut(rest, []byte("\n"))
		part := strings.Split(string(head), "\t")
		n := 0
		if len(part) != 3 {
			t.Fatalf("%s: broken head %q", name, head)
		}
		if _, err := fmt.Sscan(part[2], &n); err != nil || n > len(body) {
			t.Fatalf("%s: broken length %q", name, part[2])
		}
		list = append(list, sample{part[0], part[1], body[:n]})
		rest = body[n:]
	}
	return list
}

func TestTheCorpusIsLargeAndDividedBeforeTheRules(t *testing.T) {
	t.Parallel()
	count, classes := 0, map[string]bool{}
	for name, aside := range map[string]bool{corpusUsed: false, corpusAside: true} {
		for _, s := range readCorpus(t, name) {
			count++
			if !strings.HasPrefix(s.class, "second-") { // written after the rules
				classes[s.class] = true
			}
			if setAside(s.class) != aside {
				t.Errorf("%s lies in %s", s.class, name)
			}
		}
	}
	kept := 0
	for c := range classes {
		if setAside(c) {
			kept++
		}
	}
	if count < 120 || kept*3 < len(classes) {
		t.Fatalf("%d samples; %d of %d classes set aside, want at least 120 and a third", count, kept, len(classes))
	}
}
