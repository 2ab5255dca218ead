package casefile

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"spoor/internal/finding"
)

// ErrNoCase says that a folder holds no finished case.
var ErrNoCase = errors.New("the folder holds no finished case")

// ErrChanged says that a file of a case is not the one that its manifest
// names.
var ErrChanged = errors.New("the file was changed after the case was written")

// maxStated bounds a file of a case that is read as a whole; the largest one
// of the lab's cases has 0.4 MB.
const maxStated = 1 << 30

// Finished is a case that was written before. It is only read.
type Finished struct {
	dir      string
	Manifest Manifest
}

// Open opens a finished case. A folder without one is ErrNoCase.
func Open(dir string) (*Finished, error) {
	for _, name := range []string{marker, "manifest.json"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("open case %s: %w", dir, ErrNoCase)
		} else if err != nil {
			return nil, fmt.Errorf("open case: %w", err)
		}
	}
	f := &Finished{dir: dir}
	data, err := f.whole("manifest.json")
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &f.Manifest); err != nil {
		return nil, fmt.Errorf("read manifest.json: %w", err)
	}
	if f.Manifest.Schema != manifestSchema {
		return nil, fmt.Errorf("read manifest.json: schema %q is not %s", f.Manifest.Schema, manifestSchema)
	}
	return f, nil
}

// Dir is the case folder.
func (f *Finished) Dir() string { return f.dir }

// whole reads a file of the case.
func (f *Finished) whole(name string) ([]byte, error) {
	file, err := os.Open(filepath.Join(f.dir, name))
	if err != nil {
		return nil, fmt.Errorf("read case: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxStated+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(data) > maxStated {
		return nil, fmt.Errorf("read %s: more than %d bytes", name, maxStated)
	}
	return data, nil
}

// Derived reads a derived file, verdict.json or hypotheses.json, and checks
// its hash against the manifest: a file that differs is ErrChanged.
func (f *Finished) Derived(name string) ([]byte, error) {
	data, err := f.whole(name)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	if hex.EncodeToString(sum[:]) != f.Manifest.Files[name] {
		return nil, fmt.Errorf("read %s: %w", name, ErrChanged)
	}
	return data, nil
}

// Findings calls each for every line of findings.ndjson, in the case's order.
// The line is valid until each returns. A file that differs from the manifest
// is ErrChanged, told after its last line.
func (f *Finished) Findings(each func(line []byte) error) error {
	const name = "findings.ndjson"
	file, err := os.Open(filepath.Join(f.dir, name))
	if err != nil {
		return fmt.Errorf("read case: %w", err)
	}
	defer file.Close()
	h := sha256.New()
	lines := bufio.NewScanner(io.TeeReader(file, h))
	lines.Buffer(make([]byte, 0, 256<<10), maxFrame)
	for lines.Scan() {
		if line := bytes.TrimSpace(lines.Bytes()); len(line) > 0 {
			if err := each(line); err != nil {
				return err
			}
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if hex.EncodeToString(h.Sum(nil)) != f.Manifest.Files[name] {
		return fmt.Errorf("read %s: %w", name, ErrChanged)
	}
	return nil
}

// Keep stores a finding of a finished case in another one as it is: with the
// identity that it has, and without counting it against MaxPerRuleHost, which
// was done when it was first stored.
func (c *Case) Keep(f *finding.Finding) error {
	if f.Identity == "" {
		f.Seal()
	}
	return c.store(f)
}
