package main

import (
	"archive/zip"
	"io/fs"
)

// zipRules passes every file of a rule archive to add.
func zipRules(path string, add func(name string, fsys fs.FS, rel string) error) error {
	z, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer z.Close()
	return fs.WalkDir(z, ".", func(rel string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return add(path+"!/"+rel, z, rel)
	})
}
