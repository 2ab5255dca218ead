package exchange

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Folder is one from which a server hands out pages.
type Folder struct {
	Path    string // whole segments in small letters: "inetpub/wwwroot"
	Spelled string // as the product writes it: `inetpub\wwwroot`
	Product string
	Address string // where its pages are asked for, "" where that is not known
	Code    Code
}

// Code is where a product keeps libraries in a folder that is served.
type Code string

// The answers.
const (
	NoCode   Code = "none"
	InBin    Code = "bin"
	Anywhere Code = "any"
)

// Folders lists them; the first that fits a path is the one meant.
var Folders = sync.OnceValue(func() []Folder {
	var list []Folder
	for _, row := range table("folders", 6) {
		f := Folder{Path: row[0], Spelled: row[1], Product: row[2], Address: row[3], Code: Code(row[4])}
		if f.Address == none {
			f.Address = ""
		}
		list = append(list, f)
	}
	return list
})

// Served reports that a path of small letters with forward slashes lies in a
// folder from which a server hands out pages.
func Served(path string) bool {
	return slices.ContainsFunc(Folders(), func(f Folder) bool { _, ok := below(path, f.Path); return ok })
}

// below is what follows a folder in a path that lies in it, from its slash on;
// the last place where the folder stands counts.
func below(path, folder string) (string, bool) {
	for end := len(path); ; {
		i := strings.LastIndex(path[:end], folder)
		if i < 0 {
			return "", false
		}
		rest := path[i+len(folder):]
		if (i == 0 || path[i-1] == '/') && strings.HasPrefix(rest, "/") {
			return rest, true
		}
		end = i + len(folder) - 1
	}
}

// Directory is a virtual directory.
type Directory struct {
	Site        string // "front" or "back"
	Address     string // "/owa"
	Folder      string // "frontend/httpproxy/owa"
	Product     string
	Application bool
}

// Directories lists them.
var Directories = sync.OnceValue(func() []Directory {
	var list []Directory
	for _, row := range table("directories", 6) {
		list = append(list, Directory{row[0], row[1], row[2], row[3], row[4] == "yes"})
	}
	return list
})

// DirectoryOf is the address of the virtual directory that a page lies in, the
// longest one that fits, "" for none. A page is in its one form.
func DirectoryOf[T string | []byte](page T) string {
	best := ""
	for _, d := range Directories() {
		if n := len(d.Address); n > len(best) && len(page) >= n && string(page[:n]) == d.Address && (len(page) == n || page[n] == '/') {
			best = d.Address
		}
	}
	return best
}

// Address is where a file on disk is asked for, in the one form of pages; ok is
// false where its folder does not say. The path may have letters of any case
// and either slash.
func Address(file string) (page string, ok bool) {
	p := small(strings.ReplaceAll(file, `\`, "/"))
	for _, f := range Folders() {
		rest, in := below(p, f.Path)
		if !in || f.Address == "" {
			continue
		}
		inside := f.Path + rest
		best := Directory{}
		for _, d := range Directories() {
			if len(d.Folder) > len(best.Folder) && strings.HasPrefix(inside, d.Folder+"/") {
				best = d
			}
		}
		if best.Folder != "" {
			return OneLayouts(best.Address + inside[len(best.Folder):]), true
		}
		return OneLayouts(strings.TrimSuffix(f.Address, "/") + rest), true
	}
	return "", false
}

// small makes small letters; bytes that are no UTF-8 stay.
func small(s string) string {
	if utf8.ValidString(s) {
		return strings.ToLower(s)
	}
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return string(b)
}

// Files are the folders below which the file of a page lies if the server has
// it, as tails of paths in small letters: of the front and the back, and of the
// site's own root. A page is in its one form.
func Files(page string) []string {
	page = OneLayouts(page)
	var list []string
	if dir := DirectoryOf(page); dir != "" {
		for _, d := range Directories() {
			if d.Address == dir {
				list = append(list, d.Folder+page[len(dir):])
			}
		}
	}
	for _, f := range Folders() {
		if tail := strings.TrimPrefix(f.Path+page, "/"); f.Product == "iis" && f.Address == "/" {
			list = append(list, tail)
		}
	}
	return list
}

// OneLayouts is a page of SharePoint under one address: the folder LAYOUTS is
// shown below every site, and under a number for each version of its pages.
func OneLayouts(page string) string {
	i := strings.Index(page, layouts)
	if i < 0 {
		return page
	}
	rest := page[i+len(layouts):]
	for _, version := range [...]string{"15/", "16/"} {
		rest = strings.TrimPrefix(rest, version)
	}
	return layouts + rest
}

const layouts = "/_layouts/"
