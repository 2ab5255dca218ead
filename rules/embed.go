// Package rules holds spoor's built-in rules: Sigma rules written from public
// facts about attacks on Exchange and IIS, each with the place it has in a
// chain of steps. They are embedded compressed, because antivirus products
// delete programs that carry detection text in the clear.
//
// The archive builtin.zip is made from the rule files beside it by
// "go generate ./rules"; a test fails when it is older than they are.
package rules

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"io/fs"
	"path"
)

//go:generate go run ./pack

//go:embed builtin.zip
var packed []byte

// Version is the date of the newest built-in rule, as printed on page one.
const Version = "2026-11-23"

// maxFile bounds one built-in file; the largest has under 8 KiB.
const maxFile = 1 << 20

// File is one built-in file.
type File struct {
	Name string // "chain/proxylogon_ssrf.yml"
	Data []byte
}

// Builtin returns the built-in rule files in bytewise order of their names.
func Builtin() ([]File, error) { return unpack(packed) }

func unpack(archive []byte) ([]File, error) {
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, fmt.Errorf("open built-in files: %w", err)
	}
	files := make([]File, 0, len(z.File))
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("open built-in file %s: %w", f.Name, err)
		}
		data, err := io.ReadAll(io.LimitReader(r, maxFile))
		r.Close()
		if err != nil {
			return nil, fmt.Errorf("read built-in file %s: %w", f.Name, err)
		}
		files = append(files, File{Name: f.Name, Data: data})
	}
	return files, nil
}

// Pack writes the rule files of a folder as the archive that is embedded:
// names sorted, times zero, so that the same rules give the same bytes.
func Pack(w io.Writer, folder fs.FS) error { return pack(w, folder, ".", ".yml") }

func pack(w io.Writer, folder fs.FS, root, ending string) error {
	z := zip.NewWriter(w)
	err := fs.WalkDir(folder, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ending {
			return err
		}
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		_, err = f.Write(data)
		return err
	})
	if err != nil {
		return fmt.Errorf("pack built-in files: %w", err)
	}
	return z.Close()
}
