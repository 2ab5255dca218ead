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

//go:generate go run ./pack indicators

//go:embed indicators.zip
var packedIndicators []byte

// Indicators returns the built-in lists of public indicators, as CSV, in
// bytewise order of their names ("indicators/exchange_2021.csv").
func Indicators() ([]File, error) {
	z, err := zip.NewReader(bytes.NewReader(packedIndicators), int64(len(packedIndicators)))
	if err != nil {
		return nil, fmt.Errorf("open built-in indicators: %w", err)
	}
	files := make([]File, 0, len(z.File))
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("open built-in indicators %s: %w", f.Name, err)
		}
		data, err := io.ReadAll(io.LimitReader(r, maxFile))
		r.Close()
		if err != nil {
			return nil, fmt.Errorf("read built-in indicators %s: %w", f.Name, err)
		}
		files = append(files, File{Name: f.Name, Data: data})
	}
	return files, nil
}

// PackIndicators writes the lists of a folder as the archive that is
// embedded, compressed for the reason that the rules are.
func PackIndicators(w io.Writer, folder fs.FS) error {
	names, err := fs.Glob(folder, "indicators/*.csv")
	if err != nil {
		return fmt.Errorf("pack indicators: %w", err)
	}
	z := zip.NewWriter(w)
	for _, name := range names {
		data, err := fs.ReadFile(folder, name)
		if err != nil {
			return fmt.Errorf("pack indicators: %w", err)
		}
		f, err := z.CreateHeader(&zip.FileHeader{Name: path.Clean(name), Method: zip.Deflate})
		if err == nil {
			_, err = f.Write(data)
		}
		if err != nil {
			return fmt.Errorf("pack indicators: %w", err)
		}
	}
	return z.Close()
}
