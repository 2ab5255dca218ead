package main

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"spoor/internal/examine"
	"spoor/sigma"
)

// maxRuleFile bounds one rule file; the largest published one has 60 KiB.
const maxRuleFile = 1 << 20

// ruleFiles reads all .yml and .yaml files below a folder, in bytewise order,
// or one file.
func ruleFiles(path string) ([]sigma.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, wrongUse("--rules takes a folder, a zip or a file", "open rules: %w", err)
	}
	var found foundRules
	switch {
	case info.IsDir():
		found.walk(os.DirFS(path), func(rel string, d fs.DirEntry) {
			if d.Type().IsRegular() {
				found.add(filepath.Join(path, filepath.FromSlash(rel)), rel)
			}
		})
	case strings.EqualFold(filepath.Ext(path), ".zip"):
		z, err := zip.OpenReader(path)
		if err != nil {
			found.err = err
			break
		}
		defer z.Close()
		found.walk(z, func(rel string, d fs.DirEntry) {
			if !d.IsDir() {
				found.add(path+"!/"+rel, rel)
			}
		})
	default:
		found.fsys = os.DirFS(filepath.Dir(path))
		found.add(path, filepath.Base(path))
	}
	files, err := found.read()
	if err != nil {
		return nil, fmt.Errorf("read rules in %s: %w", path, err)
	}
	if len(files) == 0 {
		return nil, wrongUse("rules are .yml or .yaml files in the Sigma format", "no rules in %s", path)
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

func (r *foundRules) walk(fsys fs.FS, visit func(rel string, d fs.DirEntry)) {
	r.fsys = fsys
	r.err = fs.WalkDir(fsys, ".", func(rel string, d fs.DirEntry, err error) error {
		if err == nil {
			visit(rel, d)
		}
		return err
	})
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
		if !isSamples(f.Name, f.Data) {
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
	if err != nil || info.Size() > maxRuleFile {
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
		case len(data) > maxRuleFile:
			return nil, true, nil
		case len(data) == cap(data):
			data = append(data, 0)[:len(data)]
		}
	}
}
