package caseload

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// Bounds of one comparison.
const (
	maxFolders = 64        // folders inside folders in which cases are looked for
	maxEntries = 4_000_000 // folders and files that are looked at
	maxRows    = 200_000   // hosts of all cases
	maxListed  = 1_000     // cases listed that could not be read; all are counted
)

// Row is one host of one case.
type Row struct {
	Case         string `json:"case"` // folder below the one given, with slashes
	Host         string `json:"host"`
	Verdict      string `json:"verdict"`
	Outcome      string `json:"outcome"`
	FirstAttempt string `json:"first_attempt"`
	FirstSuccess string `json:"first_success"`
	Last         string `json:"last"`
	Door         string `json:"door"` // id of the chain, "" for none

	id     int32 // of the case
	domain int32 // -1 for a host whose full name is not known
	short  int32
}

// Unread is a case that is not among the rows, and why.
type Unread struct {
	Case   string `json:"case"`
	Code   string `json:"code"` // damaged, schema, unfinished, link, unreadable
	Reason string `json:"reason"`
}

// Comparison is the answer.
type Comparison struct {
	Cases  int   // that were read
	Rows   []Row // the worst first
	Shared []Value
	// Same are values that several cases have, but perhaps one victim alone.
	Same   []Value
	Unread []Unread // the first maxListed
	// UnreadCases counts all of them.
	UnreadCases int
	// Old counts hosts of cases that an older spoor wrote, which state no
	// values for comparing.
	Old int
	// LeftOut counts values, hosts and folders beyond the bounds.
	LeftOut struct {
		Values, Hosts, Folders int64
	}
	// Links counts links, which are not followed.
	Links int
	// Marks are the markings that cases have, sorted, each once; what is none
	// of the Traffic Light Protocol is the reader's to judge.
	Marks []string
}

// loader reads cases one after the other; 30,000 of them are bound by the
// number of files to open, not by the reading, so one goroutine does it.
type loader struct {
	root  *os.Root
	scan  *scanner
	out   *Comparison
	index *index
	names map[string]int32 // of domains and of hosts' short names
	words map[string]string
	seen  int
}

// Load reads every case below dir and compares them. It is an error when dir
// cannot be read or ctx ends; what is wrong with a single case is not.
func Load(ctx context.Context, dir string) (*Comparison, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open cases: %w", err)
	}
	defer root.Close()
	l := &loader{root: root, scan: newScanner(), out: &Comparison{Rows: []Row{}, Unread: []Unread{}}, index: newIndex(), names: map[string]int32{}, words: map[string]string{}}
	if err := l.walk(ctx); err != nil {
		return nil, err
	}
	l.out.Shared, l.out.Same = l.index.compare(l.out.Rows, l.out.Cases)
	l.out.LeftOut.Values += l.index.leftOut
	slices.SortFunc(l.out.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(rank(a.Verdict), rank(b.Verdict)), late(a.FirstSuccess, b.FirstSuccess), late(a.FirstAttempt, b.FirstAttempt), cmp.Compare(a.Case, b.Case), cmp.Compare(a.Host, b.Host))
	})
	return l.out, nil
}

// late orders times, none last. Times of one second may have fractions of
// different length; the point sorts before the Z, which is the earlier time
// last: the cut fraction is undone for comparing.
func late(a, b string) int {
	if (a == "") != (b == "") {
		return cmp.Compare(b, a)
	}
	return cmp.Compare(strings.TrimSuffix(a, "Z"), strings.TrimSuffix(b, "Z"))
}

// walk goes through the folders by name, depth first, without recursion.
func (l *loader) walk(ctx context.Context) error {
	type level struct {
		dir   string
		names []string
	}
	stack := []level{{".", nil}}
	found, err := l.enter(".", &stack[0].names)
	if err != nil {
		return fmt.Errorf("open cases: %w", err)
	}
	if found {
		return nil
	}
	for len(stack) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		top := &stack[len(stack)-1]
		if len(top.names) == 0 {
			stack = stack[:len(stack)-1]
			continue
		}
		dir := path.Join(top.dir, top.names[0])
		top.names = top.names[1:]
		var names []string
		found, err := l.enter(dir, &names)
		switch {
		case err != nil:
			l.unread(dir, "unreadable", plain(err))
		case found || len(names) == 0:
		case len(stack) >= maxFolders:
			l.out.LeftOut.Folders++
		default:
			stack = append(stack, level{dir, names})
		}
	}
	return nil
}

// enter reads the case that a folder is, else lists the folders in it.
func (l *loader) enter(dir string, names *[]string) (found bool, err error) {
	switch info, err := l.root.Lstat(path.Join(dir, "verdict.json")); {
	case err == nil:
		l.one(dir, info)
		return true, nil
	case !errors.Is(err, fs.ErrNotExist):
		return false, err
	}
	if _, err := l.root.Lstat(path.Join(dir, "spoor-case.json")); err == nil {
		l.unread(dir, "unfinished", "it has no verdict.json")
		return true, nil
	}
	f, err := l.root.Open(dir)
	if err != nil {
		return false, err
	}
	defer f.Close()
	for {
		entries, err := f.ReadDir(1024)
		for _, e := range entries {
			l.seen++
			switch {
			case l.seen > maxEntries:
				l.out.LeftOut.Folders++
			case e.IsDir():
				*names = append(*names, e.Name())
			case e.Type()&fs.ModeSymlink != 0:
				l.out.Links++
			}
		}
		if len(entries) == 0 || err != nil {
			slices.Sort(*names)
			if err != nil && len(entries) > 0 {
				return false, err
			}
			return false, nil
		}
	}
}

func (l *loader) unread(dir, code, reason string) {
	l.out.UnreadCases++
	if len(l.out.Unread) < maxListed {
		l.out.Unread = append(l.out.Unread, Unread{dir, code, reason})
	}
}

// one reads the case in a folder.
func (l *loader) one(dir string, info fs.FileInfo) {
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		l.unread(dir, "link", "its verdict.json is a link, which is not followed")
		return
	case !info.Mode().IsRegular():
		l.unread(dir, "unreadable", "its verdict.json is no file")
		return
	}
	f, err := l.root.Open(path.Join(dir, "verdict.json"))
	if err != nil {
		l.unread(dir, "unreadable", plain(err))
		return
	}
	defer f.Close()
	v, err := readVerdict(l.scan, f)
	switch {
	case errors.Is(err, ErrSchema):
		l.unread(dir, "schema", err.Error())
	case err != nil:
		l.unread(dir, "damaged", "verdict.json: "+plain(err))
	default:
		l.add(dir, v)
	}
}

// plain is an error without the operation and path that stand beside it.
func plain(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

func (l *loader) add(dir string, v *verdictFile) {
	id := int32(l.out.Cases)
	l.out.Cases++
	l.out.LeftOut.Hosts += int64(v.hostsBeyond)
	if at, known := slices.BinarySearch(l.out.Marks, v.tlp); v.tlp != "" && !known && len(l.out.Marks) < maxListed {
		l.out.Marks = slices.Insert(l.out.Marks, at, v.tlp)
	}
	for i := range v.hosts {
		h := &v.hosts[i]
		if len(l.out.Rows) >= maxRows {
			l.out.LeftOut.Hosts++
			continue
		}
		n := int32(len(l.out.Rows))
		r := Row{Case: dir, Host: h.name, Verdict: l.word(h.verdict), Outcome: l.word(h.outcome), FirstAttempt: h.firstAttempt, FirstSuccess: h.success, Last: h.last, Door: l.word(h.way()), id: id}
		r.domain, r.short = l.victim(dir, h)
		l.out.Rows = append(l.out.Rows, r)
		l.out.LeftOut.Values += h.leftOut
		if !h.stated {
			l.out.Old++
		}
		for kind, list := range h.values {
			for _, value := range list {
				l.index.add(kind, value, n)
			}
		}
	}
}

// word keeps one copy of texts that every case has.
func (l *loader) word(s string) string {
	if w, ok := l.words[s]; ok {
		return w
	}
	if len(l.words) < maxListed {
		l.words[strings.Clone(s)] = s
	}
	return s
}

// name numbers a name.
func (l *loader) name(s string) int32 {
	n, ok := l.names[s]
	if !ok {
		n = int32(len(l.names))
		l.names[s] = n
	}
	return n
}
