package indicator

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// LoadPath reads a file, or every file below a folder in bytewise order.
// What is wrong with a file's content is in the report; an error is one of
// reading the path itself.
func (l *Loader) LoadPath(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("open indicators: %w", err)
	}
	if !info.IsDir() {
		return l.loadFile(path, path)
	}
	count := 0
	feed := false
	if head, err := readHead(filepath.Join(path, "manifest.json")); err == nil {
		feed = isManifest(head)
	}
	return filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("read indicators: %w", err)
		}
		if d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return nil
		}
		if feed && d.Name() == "hashes.csv" { // an index of the feed's values
			return nil
		}
		if count++; count > maxFiles {
			return fmt.Errorf("read indicators in %s: more than %d files", path, maxFiles)
		}
		return l.loadFile(name, name)
	})
}

func readHead(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, headBytes)
	n, err := io.ReadFull(f, head)
	if n == 0 {
		return nil, err
	}
	return head[:n], nil
}

func (l *Loader) loadFile(path, name string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open indicators: %w", err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	return l.Load(name, f)
}

// headBytes is how much of a file decides what it is.
const headBytes = 4096

// Load reads one file, whatever its name, by its content: STIX, MISP,
// OpenIOC, CSV or a plain list.
func (l *Loader) Load(name string, r io.Reader) error {
	l.begin(name)
	limited := &io.LimitedReader{R: r, N: maxFileBytes + 1}
	b := bufio.NewReaderSize(limited, 64<<10)
	head, err := b.Peek(headBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read indicators in %s: %w", name, err)
	}
	start := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case len(start) == 0:
		l.file.Format = "empty"
	case bytes.IndexByte(head, 0) >= 0:
		l.damage(0, "this is no text: neither JSON, XML, CSV nor a list")
	case start[0] == '{' || start[0] == '[' && len(start) > 1 && bytes.IndexByte([]byte("{ \r\n\t]"), start[1]) >= 0:
		err = l.json(b)
	case start[0] == '<':
		err = l.openIOC(b)
	default:
		err = l.text(b)
	}
	if limited.N == 0 {
		l.damage(0, "the file is larger than a file of indicators may be; the rest was not read")
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read indicators in %s: %w", name, err)
	}
	return nil
}
