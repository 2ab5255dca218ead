package casefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// ErrBusy says that another run is writing the same case.
var ErrBusy = errors.New("another run is writing this case")

// Names beside a case folder while it is written. The lock is one of the
// operating system, which ends with the process that holds it, so none outlives
// a crash; what an unfinished run left is removed by the next one.
const (
	unfinished = ".unfinished" // the case that is being written
	replaced   = ".replaced"   // the case that has just been replaced
	lockEnding = ".lock"
	unmarked   = "spoor-unfinished.json" // makes a folder a case that is not done
)

// place is where a case is written and where it will stand.
type place struct {
	target string // "" until a name is chosen
	name   string // the wish for a case without target
	work   string
	force  bool
	lock   *os.File
}

// claim takes the place of a case: nobody else writes it until it is released
// or installed, and what it held stays as it is.
func claim(dir string, force bool) (*place, error) {
	if dir == "" {
		return claimAny()
	}
	target, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find case folder: %w", err)
	}
	p := &place{target: target, force: force}
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return nil, fmt.Errorf("create case folder: %w", err)
	}
	if p.lock, err = lockFile(target + lockEnding); err != nil {
		return nil, fmt.Errorf("create case in %s: %w", dir, err)
	}
	if err := p.prepare(dir); err != nil {
		p.unlock()
		return nil, err
	}
	return p, nil
}

// claimAny makes a place in the current folder that gets its name at the end.
func claimAny() (*place, error) {
	work, err := os.MkdirTemp(".", "spoor-unfinished-")
	if err != nil {
		return nil, fmt.Errorf("create case folder: %w", err)
	}
	p := &place{work: work, name: "spoor-case"}
	if p.work, err = filepath.Abs(work); err == nil {
		err = p.mark(unmarked, "unfinished")
	}
	if err != nil {
		os.RemoveAll(work)
		return nil, fmt.Errorf("create case: %w", err)
	}
	return p, nil
}

func (p *place) prepare(dir string) error {
	if err := p.recover(); err != nil {
		return err
	}
	if err := vacant(p.target, p.force); err != nil {
		return fmt.Errorf("create case in %s: %w", dir, err)
	}
	p.work = p.target + unfinished
	if _, err := os.Lstat(p.work); err == nil {
		if _, err := os.Lstat(filepath.Join(p.work, unmarked)); err != nil {
			return fmt.Errorf("create case in %s: %w: %s is not an unfinished case", dir, ErrNotEmpty, p.work)
		}
		if err := os.RemoveAll(p.work); err != nil { // of a run that was killed
			return fmt.Errorf("remove unfinished case: %w", err)
		}
	}
	if err := os.Mkdir(p.work, 0o700); err != nil {
		return fmt.Errorf("create case folder: %w", err)
	}
	if err := p.mark(unmarked, "unfinished"); err != nil {
		os.RemoveAll(p.work)
		return fmt.Errorf("create case: %w", err)
	}
	return nil
}

// mark writes a file that says what the folder is.
func (p *place) mark(name, state string) error {
	return os.WriteFile(filepath.Join(p.work, name), []byte(`{"schema":"spoor.case/1","state":"`+state+`"}`+"\n"), 0o600)
}

// vacant reports why a folder cannot become a case.
func vacant(dir string, force bool) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && len(entries) == 0:
		return nil
	case err != nil:
		return err
	case !has(entries, marker):
		return ErrNotEmpty
	case !force:
		return ErrOtherCase
	}
	return nil
}

func has(entries []fs.DirEntry, name string) bool {
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == name })
}

// recover ends what a run that was killed while it replaced a case had begun:
// either the old case gets its place back, or what is not spoor's own
// goes to the new one and the old one is removed.
func (p *place) recover() error {
	old := p.target + replaced
	entries, err := os.ReadDir(old)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || !has(entries, marker) {
		return err // nothing of ours
	}
	if _, err := os.Lstat(p.target); errors.Is(err, fs.ErrNotExist) {
		if err := os.Rename(old, p.target); err != nil {
			return fmt.Errorf("put the earlier case back: %w", err)
		}
		return nil
	}
	return p.dispose(old)
}

// install puts the finished case where it shall stand and returns that folder.
func (p *place) install() (string, error) {
	if err := p.mark(marker, "finished"); err != nil {
		return p.work, fmt.Errorf("finish case: %w", err)
	}
	if err := os.Remove(filepath.Join(p.work, unmarked)); err != nil {
		return p.work, fmt.Errorf("finish case: %w", err)
	}
	if p.target == "" {
		return p.installAs()
	}
	defer p.unlock()
	if err := vacant(p.target, p.force); err != nil { // somebody used the folder meanwhile
		return p.work, fmt.Errorf("put the case in its place: %w; it is complete in %s", err, p.work)
	}
	if err := p.swap(); err != nil {
		return p.work, fmt.Errorf("put the case in its place: %w; it is complete in %s", err, p.work)
	}
	return p.target, nil
}

// swap moves the new case to its place. A case that stands there is set aside
// first and removed last, so that at each moment one of the two is whole. An
// empty folder that cannot be replaced (a mount, the current folder) is filled
// file by file.
func (p *place) swap() error {
	entries, err := os.ReadDir(p.target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return os.Rename(p.work, p.target)
	case err != nil:
		return err
	case len(entries) == 0:
		if isCurrent(p.target) || os.Remove(p.target) != nil {
			return move(p.work, p.target)
		}
		return os.Rename(p.work, p.target)
	}
	old := p.target + replaced
	if err := os.Rename(p.target, old); err != nil {
		return err
	}
	if err := os.Rename(p.work, p.target); err != nil {
		return errors.Join(err, os.Rename(old, p.target))
	}
	return p.dispose(old)
}

// dispose removes a replaced case; what is not spoor's own (notes, keys)
// goes to the new one.
func (p *place) dispose(old string) error {
	entries, err := os.ReadDir(old)
	if err != nil {
		return fmt.Errorf("remove the replaced case: %w", err)
	}
	for _, e := range entries {
		from := filepath.Join(old, e.Name())
		if e.Name() == marker { // last: a folder without it is not ours
			continue
		}
		if slices.Contains(ownFiles(), e.Name()) {
			err = os.Remove(from)
		} else if to := filepath.Join(p.target, e.Name()); !exists(to) {
			err = os.Rename(from, to)
		}
		if err != nil {
			return fmt.Errorf("remove the replaced case: %w", err)
		}
	}
	if err := os.Remove(filepath.Join(old, marker)); err != nil {
		return fmt.Errorf("remove the replaced case: %w", err)
	}
	os.Remove(old) // only when nothing else is in it
	return nil
}

// installAs gives the case a name that is free.
func (p *place) installAs() (string, error) {
	name := p.name
	for i := 2; ; i++ {
		if !exists(name) {
			err := os.Rename(p.work, name)
			if err == nil {
				return name, nil
			}
			if !exists(name) {
				return p.work, fmt.Errorf("rename case folder: %w", err)
			}
		}
		name = fmt.Sprintf("%s-%d", p.name, i)
	}
}

// release gives the place up and removes what was written for it.
func (p *place) release() {
	os.RemoveAll(p.work)
	p.unlock()
}

func (p *place) unlock() {
	if p.lock != nil {
		unlockFile(p.lock)
		p.lock = nil
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// isCurrent reports that a folder is the current one or holds it.
func isCurrent(dir string) bool {
	wd, err := os.Getwd()
	if err != nil {
		return true
	}
	rel, err := filepath.Rel(dir, wd)
	return err != nil || filepath.IsLocal(rel)
}

// move fills an empty folder with the files of another one, the marker last.
func move(from, to string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	slices.SortStableFunc(entries, func(a, b fs.DirEntry) int {
		switch {
		case a.Name() == marker:
			return 1
		case b.Name() == marker:
			return -1
		}
		return 0
	})
	for _, e := range entries {
		if err := os.Rename(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	return os.Remove(from)
}
