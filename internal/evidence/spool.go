package evidence

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// spoolPattern names the temporary files; they are numbered by the system
// and never named by evidence.
const spoolPattern = "spoor-spool-*.tmp"

// spool keeps inner archives that need random access: small ones in memory,
// others in private temporary files.
type spool struct {
	dir    string
	limit  int64
	onDisk int64
	files  map[*os.File]int64
}

// clean removes what a crash left in a folder that is ours alone.
func (s *spool) clean() error {
	if s.dir == "" {
		return nil
	}
	left, err := filepath.Glob(filepath.Join(s.dir, spoolPattern))
	if err != nil {
		return nil // a folder name with pattern signs: nothing is recognised
	}
	for _, f := range left {
		if err := os.Remove(f); err != nil {
			return fmt.Errorf("remove an earlier temporary file: %w", err)
		}
	}
	return nil
}

// keep stores all of r. A *Problem means that r is over the budget; other
// errors are of the disk and end the walk.
func (s *spool) keep(r io.Reader) (io.ReaderAt, int64, func(), error) {
	var small bytes.Buffer
	n, err := io.CopyN(&small, r, memorySpool+1)
	if err == io.EOF {
		return bytes.NewReader(small.Bytes()), n, func() {}, nil
	}
	if err != nil {
		return nil, 0, nil, err
	}
	f, err := os.CreateTemp(s.dir, spoolPattern)
	if err != nil {
		return nil, 0, nil, fmt.Errorf("create temporary file: %w", err)
	}
	if s.files == nil {
		s.files = make(map[*os.File]int64)
	}
	s.files[f] = 0
	free := func() { s.remove(f) }
	for src := io.Reader(io.MultiReader(&small, struct{ io.Reader }{r})); ; {
		n, err := io.CopyN(f, src, 1<<20)
		s.files[f] += n
		s.onDisk += n
		switch {
		case errors.Is(err, io.EOF):
			return f, s.files[f], free, nil
		case err != nil:
			free()
			return nil, 0, nil, fmt.Errorf("write temporary file: %w", err)
		case s.onDisk > s.limit:
			free()
			return nil, 0, nil, &Problem{"budget-spool", fmt.Sprintf("archives inside archives need more than %d bytes of temporary space", s.limit)}
		}
	}
}

func (s *spool) remove(f *os.File) {
	s.onDisk -= s.files[f]
	delete(s.files, f)
	f.Close()
	os.Remove(f.Name())
}

func (s *spool) close() {
	for f := range s.files {
		s.remove(f)
	}
}
