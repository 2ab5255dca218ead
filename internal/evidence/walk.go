package evidence

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"spoor/event"
)

// ErrNoItems is returned when the paths hold no item at all.
var ErrNoItems = errors.New("the evidence is empty")

// walker is one walk.
type walker struct {
	ctx      context.Context
	opts     Options
	limits   Limits
	visit    func(*Item, io.Reader) error
	report   *Report
	next     event.ItemID
	known    index
	spool    spool
	buffers  buffers
	excluded []os.FileInfo
	unpacked int64
	only     string // the path, where one was given
}

// place is where items lie.
type place struct {
	root   string
	depth  int
	budget *budget // of the archive, nil outside
	hosts  *collection
}

// content is a way to an item's bytes.
type content struct {
	size   int64 // -1 unknown
	open   func() (io.ReadCloser, error)
	once   io.Reader                                     // when open is nil
	at     func() (io.ReaderAt, int64, io.Closer, error) // nil without random access
	budget *budget
	note   *Problem // found before reading
}

// Walk visits every item below paths: top-level paths sorted bytewise, inside
// a folder name by name, inside an archive in its own member order. A
// container takes its ID before its members and is visited, with its outcome
// and a nil reader, after them.
//
// visit gets the content from its start; the reader ends with io.EOF even
// when the content is damaged, and Item.Finish tells what was wrong. It
// returns a nil reader when Item.Outcome is already decided. The item and the
// reader are valid until visit returns. An error from visit ends the walk and
// is returned; so does the end of ctx.
//
// A path that does not exist is an error before anything is visited. The
// report is never nil.
func Walk(ctx context.Context, paths []string, opts Options, visit func(*Item, io.Reader) error) (*Report, error) {
	w := &walker{
		ctx: ctx, opts: opts, limits: opts.Limits.orDefault(), visit: visit,
		report: &Report{Kinds: map[Kind]int{}, Problems: map[string]int{}},
		known:  newIndex(),
	}
	w.spool = spool{dir: opts.SpoolDir, limit: w.limits.Spool}
	defer w.spool.close()
	if err := w.spool.clean(); err != nil {
		return w.report, err
	}
	for _, dir := range opts.Exclude {
		if info, err := os.Stat(dir); err == nil {
			w.excluded = append(w.excluded, info)
		}
	}
	tops := slices.Clone(paths)
	slices.SortFunc(tops, cmp.Compare[string])
	tops = slices.Compact(tops)
	for _, p := range tops {
		if _, err := os.Stat(p); err != nil {
			return w.report, fmt.Errorf("open evidence: %w", err)
		}
	}
	if len(tops) == 1 {
		w.only = tops[0]
	}
	for _, p := range tops {
		if err := w.top(p); err != nil {
			return w.report, err
		}
	}
	if err := ctx.Err(); err != nil {
		return w.report, err
	}
	if w.report.Items == 0 {
		return w.report, ErrNoItems
	}
	return w.report, nil
}

// top walks one path as given; a link in its place is followed, because the
// user named it.
func (w *walker) top(path string) error {
	info, err := os.Stat(path)
	pl := place{root: path, hosts: newCollection("")}
	it := w.item(pl, path, filepath.Base(path))
	switch {
	case err != nil:
		it.Kind, it.Size = Unknown, -1
		p := problemOf(err)
		it.decide(Unreadable, p.Code, p.Reason)
	case info.IsDir():
		w.next-- // a folder is no item
		return w.folder(path, pl)
	case !info.Mode().IsRegular():
		it.Kind = Special
		it.decide(Ignored, "special-file", "a device, pipe or socket is not opened")
	default:
		it.Size = info.Size()
		open := func() (*os.File, error) { return os.OpenFile(path, readOnly, 0) }
		return w.content(it, pl, w.file(open, info))
	}
	return w.tell(it)
}

// item makes the next item.
func (w *walker) item(pl place, path, name string) *Item {
	it := &Item{ID: w.next, Path: path, Name: name, Root: pl.root, Size: -1, Depth: pl.depth, Kind: Unknown}
	w.next++
	it.Origin = pl.hosts.origin(path[min(len(pl.hosts.base), len(path)):])
	it.HostOverride = HostFor(w.opts.Hosts, path)
	return it
}

// file is the content of a regular file. What is opened must still be the
// file that was listed.
func (w *walker) file(open func() (*os.File, error), listed os.FileInfo) *content {
	checked := func() (*os.File, error) {
		f, err := open()
		if err != nil {
			return nil, err
		}
		info, err := f.Stat()
		if err == nil && (!info.Mode().IsRegular() || !os.SameFile(info, listed)) {
			err = &Problem{"changed", "something else took its place while the evidence was read"}
		}
		if err != nil {
			f.Close()
			return nil, err
		}
		return f, nil
	}
	size := listed.Size()
	return &content{
		size: size,
		open: func() (io.ReadCloser, error) {
			f, err := checked()
			if err != nil {
				return nil, err
			}
			return &progressFile{f: f, w: w, size: size}, nil
		},
		at: func() (io.ReaderAt, int64, io.Closer, error) {
			f, err := checked()
			if err != nil {
				return nil, 0, nil, err
			}
			info, err := f.Stat()
			if err != nil {
				f.Close()
				return nil, 0, nil, err
			}
			return f, info.Size(), f, nil
		},
	}
}

// progressFile tells how much of the evidence as given was read, and notices
// a file that became shorter.
type progressFile struct {
	f    *os.File
	w    *walker
	n    int64
	size int64
}

func (p *progressFile) Read(b []byte) (int, error) {
	n, err := p.f.Read(b)
	p.n += int64(n)
	if p.w.opts.Progress != nil && n > 0 {
		p.w.opts.Progress(int64(n))
	}
	if err == io.EOF && p.n < p.size {
		err = &Problem{"changed", fmt.Sprintf("it became shorter while it was read: %d bytes were listed, %d were there", p.size, p.n)}
	}
	return n, err
}

func (p *progressFile) Close() error { return p.f.Close() }

// tell visits an item that is already decided.
func (w *walker) tell(it *Item) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	w.count(it)
	err := w.visit(it, nil)
	it.Head, it.body = nil, nil
	return err
}

func (w *walker) count(it *Item) {
	w.report.Items++
	w.report.Kinds[it.Kind]++
	if it.Code != "" {
		w.report.Problems[it.Code]++
	}
	if it.Duplicate {
		w.report.Duplicates++
		w.report.TwiceBytes += it.content.Bytes
	}
}

// content reads one item: it is classified, and then entered as an archive,
// recognised as a duplicate, or visited.
func (w *walker) content(it *Item, pl place, c *content) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	r := c.once
	if c.open != nil {
		rc, err := c.open()
		if err != nil {
			p := problemOf(err)
			it.decide(Unreadable, p.Code, p.Reason)
			return w.tell(it)
		}
		defer rc.Close()
		r = rc
	}
	b := newBody(w.ctx, r)
	if it.Path == w.only {
		if f, ok := r.(*progressFile); ok {
			it.alone = f.f
			defer func() { it.alone = nil }()
		}
		if w.opts.Unhashed {
			b.hash = nil
		}
	}
	head := w.buffers.head()
	defer w.buffers.freeHead(head)
	n, err := io.ReadFull(b, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return err
	}
	it.Head, it.body = head[:n:n], b
	if b.problem == nil {
		b.problem = c.note
	}
	if n == 0 {
		return w.nothing(it, b)
	}
	it.Kind = sniff(it.Head)
	if f, ok := foreignOf(it.Head, it.Path); ok {
		it.decide(Unreadable, "not-read", fmt.Sprintf("this is %s, which spoor does not read; %s", f.what, f.advice))
		b.drain()
		it.content = b.content(it)
		return w.tell(it)
	}
	switch it.Kind {
	case Zip, Gzip, Tar, Bzip2, SevenZ:
		return w.container(it, pl, c, b)
	case Rar, XZ, Zstd, Cab:
		it.decide(Unreadable, "archive-kind", fmt.Sprintf("spoor does not read %s archives; unpack it and hand over the folder", it.Kind))
		b.drain()
		it.content = b.content(it)
		return w.tell(it)
	}
	return w.leaf(it, c, b)
}

// nothing decides an item without a byte of content.
func (w *walker) nothing(it *Item, b *body) error {
	it.content = b.content(it)
	if b.problem != nil {
		it.decide(Unreadable, b.problem.Code, b.problem.Reason)
	} else {
		it.Kind = Empty
		it.decide(Ignored, "empty", "it holds no byte")
	}
	it.body = nil
	return w.tell(it)
}

// leaf visits an item that is not an archive.
func (w *walker) leaf(it *Item, c *content, b *body) error {
	rest := io.Reader(b)
	key := w.known.key(it.Head)
	if k, r, err := w.before(key, it, c, b); err != nil {
		return err
	} else if k != nil {
		it.Duplicate, it.DuplicateOf = true, k.id
		it.decide(Examined, "duplicate", "the same content as "+k.path+", which was read before")
		return w.tell(it)
	} else if r != nil {
		rest = r
	}
	b.dup = func(sum string, n int64) (*known, bool) { return w.known.find(key, sum, n) }
	err := w.visit(it, &headed{it.Head, rest})
	if err != nil {
		w.count(it)
		return err
	}
	done := it.Finish()
	if err := w.ctx.Err(); err != nil {
		return err
	}
	w.report.Bytes += done.Bytes
	if done.Problem != nil {
		w.report.Problems[done.Problem.Code]++
	}
	if done.Duplicate {
		w.report.Duplicates++
		w.report.TwiceBytes += done.Bytes
	} else if done.Problem == nil {
		w.known.add(key, done, it)
	}
	w.count(it)
	it.Head, it.body = nil, nil
	return nil
}

// trim removes the separators at the end of a path as given.
func trim(path string) string {
	if t := strings.TrimRightFunc(path, func(r rune) bool { return r < 0x80 && os.IsPathSeparator(uint8(r)) }); t != "" {
		return t
	}
	return path
}
