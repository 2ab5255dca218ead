package evidence

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxFolders bounds the folders inside folders; a deeper one is unreadable.
const maxFolders = 1000

// level is one folder on the way down.
type level struct {
	rel   string // below the top folder, "." for itself
	names []string
}

// folder walks a folder depth first, names in bytewise order. Everything is
// opened below the top folder's handle, so that a link put into the way of
// the walk cannot lead out of it.
func (w *walker) folder(path string, pl place) error {
	base := trim(path)
	pl.hosts.base, pl.hosts.name = base, filepath.Base(base)
	root, err := os.OpenRoot(path)
	if err != nil {
		return w.folderProblem(path, pl, err)
	}
	defer root.Close()
	var stack []level
	enter := func(rel string) error {
		names, err := readNames(root, rel)
		if err != nil {
			if err := w.folderProblem(joinPath(base, rel), pl, err); err != nil {
				return err
			}
		}
		w.report.Folders++
		w.learn(root, rel, names, pl)
		stack = append(stack, level{rel, names})
		return nil
	}
	if err := enter("."); err != nil {
		return err
	}
	for len(stack) > 0 {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		top := &stack[len(stack)-1]
		if len(top.names) == 0 {
			stack = stack[:len(stack)-1]
			continue
		}
		name := top.names[0]
		top.names = top.names[1:]
		rel := filepath.Join(top.rel, name)
		info, err := root.Lstat(rel)
		if err == nil && info.IsDir() {
			switch {
			case w.isExcluded(info):
			case len(stack) >= maxFolders:
				err := w.folderProblem(joinPath(base, rel), pl, &Problem{"depth", "it lies too deep inside folders"})
				if err != nil {
					return err
				}
			default:
				if err := enter(rel); err != nil {
					return err
				}
			}
			continue
		}
		if err := w.entry(root, rel, name, base, info, err, pl); err != nil {
			return err
		}
	}
	return nil
}

// entry visits what is not a folder.
func (w *walker) entry(root *os.Root, rel, name, base string, info fs.FileInfo, err error, pl place) error {
	it := w.item(pl, joinPath(base, rel), name)
	switch {
	case err != nil:
		p := problemOf(err)
		it.decide(Unreadable, p.Code, p.Reason)
	case info.Mode()&fs.ModeSymlink != 0:
		it.Kind = Link
		target, _ := root.Readlink(rel)
		it.decide(Ignored, "symlink", "a link to "+target+" is not followed; hand its target over by name")
	case !info.Mode().IsRegular():
		it.Kind = Special
		it.decide(Ignored, "special-file", "a device, pipe, socket or reparse point is not opened")
	default:
		it.Size = info.Size()
		open := func() (*os.File, error) { return root.OpenFile(rel, readOnly, 0) }
		return w.content(it, pl, w.file(open, info))
	}
	return w.tell(it)
}

func (w *walker) isExcluded(info fs.FileInfo) bool {
	return slices.ContainsFunc(w.excluded, func(e os.FileInfo) bool { return os.SameFile(e, info) })
}

// folderProblem reports a folder that could not be listed.
func (w *walker) folderProblem(path string, pl place, err error) error {
	it := w.item(pl, path, filepath.Base(path))
	p := problemOf(err)
	it.decide(Unreadable, p.Code, "the folder could not be listed: "+p.Reason)
	return w.tell(it)
}

// readNames lists a folder in bytewise order; what could be listed before an
// error is returned with it.
func readNames(root *os.Root, rel string) ([]string, error) {
	f, err := root.OpenFile(rel, readOnly, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	slices.Sort(names)
	return names, err
}

// joinPath joins a path as given and what lies below it.
func joinPath(base, rel string) string {
	if rel == "." {
		return base
	}
	if strings.HasSuffix(base, string(os.PathSeparator)) || strings.HasSuffix(base, "/") {
		return base + rel
	}
	return base + string(os.PathSeparator) + rel
}
