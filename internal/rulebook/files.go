package rulebook

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"spoor/internal/examine"
	"spoor/internal/refusal"
	"spoor/internal/sigma"
)

// MaxFile bounds one rule file; the largest published one has 60 KiB.
const MaxFile = 1 << 20

// Files reads all .yml and .yaml files below a folder, in bytewise order,
// or one file.
func Files(root string) ([]sigma.File, error) {
	info, err := os.Stat(root)
	if err != nil {
		return nil, refusal.New("--rules takes a folder, a zip or a file", "open rules: %w", err)
	}
	var found foundRules
	switch {
	case info.IsDir():
		found.inFolder(root)
	case strings.EqualFold(filepath.Ext(root), ".zip"):
		z, err := zip.OpenReader(root)
		if err != nil {
			found.err = err
			break
		}
		defer z.Close()
		found.fsys = z
		found.err = fs.WalkDir(z, ".", func(rel string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				found.add(root+"!/"+rel, rel)
			}
			return err
		})
	default:
		found.fsys = os.DirFS(filepath.Dir(root))
		found.add(root, filepath.Base(root))
	}
	files, err := found.read()
	if err != nil {
		return nil, fmt.Errorf("read rules in %s: %w", root, err)
	}
	if len(files) == 0 {
		return nil, refusal.New("rules are .yml or .yaml files in the Sigma format", "no rules in %s", root)
	}
	return files, nil
}

// foundRules are rule files that were found and are still to be read.
type foundRules struct {
	fsys  fs.FS
	names []string // as they are told
	rels  []string // in fsys
	err   error    // of the search, which ended with it
}

// folder is a folder below which rules are looked for.
type folder struct {
	rel     string
	entries []fs.DirEntry // by name
	below   []*folder     // of the entries that are folders, in their order
	err     error
}

// inFolder finds the rule files below a folder in the order of fs.WalkDir, up to
// the first folder that cannot be read. Folders are read a level at a time on all
// cores: the published rules lie in 553 of them, and finding them took as long as
// a third of reading them.
func (r *foundRules) inFolder(root string) {
	r.fsys = os.DirFS(root)
	top := &folder{rel: "."}
	for level := []*folder{top}; len(level) > 0; {
		examine.Each(len(level), func(i int) {
			f := level[i]
			f.entries, f.err = fs.ReadDir(r.fsys, f.rel)
			for _, d := range f.entries {
				if d.IsDir() {
					f.below = append(f.below, &folder{rel: path.Join(f.rel, d.Name())})
				}
			}
		})
		var next []*folder
		for _, f := range level {
			next = append(next, f.below...)
		}
		level = next
	}
	r.visit(root, top)
}

// visit adds the files of a folder and of those below it.
func (r *foundRules) visit(root string, f *folder) {
	if r.err == nil && f.err != nil {
		r.err = f.err
	}
	below := f.below
	for _, d := range f.entries {
		switch {
		case r.err != nil:
			return
		case d.IsDir():
			r.visit(root, below[0])
			below = below[1:]
		case d.Type().IsRegular():
			rel := path.Join(f.rel, d.Name())
			r.add(filepath.Join(root, filepath.FromSlash(rel)), rel)
		}
	}
}

func (r *foundRules) add(name, rel string) {
	if ext := strings.ToLower(filepath.Ext(rel)); ext == ".yml" || ext == ".yaml" {
		r.names, r.rels = append(r.names, name), append(r.rels, rel)
	}
}

// read reads the files on all cores. The first error in their order counts.
func (r *foundRules) read() ([]sigma.File, error) {
	read, failed := make([]sigma.File, len(r.rels)), make([]error, len(r.rels))
	examine.Each(len(read), func(i int) {
		read[i].Name = r.names[i]
		read[i].Data, read[i].TooLarge, failed[i] = readRule(r.fsys, r.rels[i])
	})
	files := read[:0]
	for i, f := range read {
		if failed[i] != nil {
			return nil, failed[i]
		}
		if !isTests(f.Name, f.Data) {
			files = append(files, f)
		}
	}
	return files, r.err
}

// readRule reads one file, or says that it is too large. Thousands are read, and
// what is on disk has as many bytes as it says: asking for more to see the end is a
// fifth of the calls. What is in an archive is read to its end, where its checksum
// stands.
func readRule(fsys fs.FS, rel string) (data []byte, large bool, err error) {
	f, err := fsys.Open(rel)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() > MaxFile {
		return nil, err == nil, err
	}
	_, onDisk := f.(*os.File)
	size := int(info.Size())
	data = make([]byte, 0, size+1)
	for {
		n, err := f.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case errors.Is(err, io.EOF), err == nil && onDisk && len(data) == size && size > 0:
			return data, false, nil
		case err != nil:
			return nil, false, err
		case len(data) > MaxFile:
			return nil, true, nil
		case len(data) == cap(data):
			data = append(data, 0)[:len(data)]
		}
	}
}
