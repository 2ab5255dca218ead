package evidence

import (
	"os"
	"path/filepath"
	"strings"
)

// Contains reports whether dir, which need not exist yet, lies inside one of
// the folders in paths or is one of them. Links are resolved first.
func Contains(paths []string, dir string) bool {
	dir = resolve(dir)
	for _, p := range paths {
		root := resolve(p)
		info, err := os.Stat(root)
		if err != nil {
			continue
		}
		if !info.IsDir() {
			if root == dir {
				return true
			}
			continue
		}
		for d := dir; ; d = filepath.Dir(d) {
			if d == root {
				return true
			}
			if di, err := os.Stat(d); err == nil && os.SameFile(info, di) {
				return true
			}
			if d == filepath.Dir(d) {
				break
			}
		}
	}
	return false
}

// resolve makes a path absolute and resolves the links of the part of it that
// exists.
func resolve(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		abs = filepath.Clean(path)
	}
	rest := ""
	for d := abs; ; d = filepath.Dir(d) {
		if real, err := filepath.EvalSymlinks(d); err == nil {
			return filepath.Join(real, rest)
		}
		if d == filepath.Dir(d) {
			return abs
		}
		rest = filepath.Join(filepath.Base(d), rest)
	}
}

// HostPath says that what lies below a path belongs to a host.
type HostPath struct {
	Host string
	Path string // a path as given, or the start of an item's path
}

// HostFor returns the host that the user named for an item's path: the one
// with the longest path that is the item's or a whole-component start of it.
func HostFor(hosts []HostPath, path string) string {
	best, name := -1, ""
	for _, h := range hosts {
		p := strings.TrimRight(strings.TrimPrefix(filepath.ToSlash(h.Path), "./"), "/")
		rest, ok := strings.CutPrefix(strings.TrimPrefix(filepath.ToSlash(path), "./"), p)
		if !ok || len(p) <= best {
			continue
		}
		if rest == "" || p == "" || rest[0] == '/' || strings.HasPrefix(rest, "!/") {
			best, name = len(p), h.Host
		}
	}
	return name
}
