package reissue

import (
	"errors"
	"fmt"
	"io"
	"os"

	"spoor/internal/refusal"
)

// WriteNew writes a file that must not be there yet, readable by its owner
// alone; of a failure nothing is left.
func WriteNew(name string, fill func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return refusal.New("choose another name with -o", "write %s: there is such a file already", name)
	} else if err != nil {
		return &refusal.Error{Err: fmt.Errorf("write %s: %w", name, err), Hint: "name a writable file with -o", NoPlace: true}
	}
	err = fill(f)
	if serr := f.Sync(); err == nil {
		err = serr
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		os.Remove(name)
	}
	return err
}
