package examine

import (
	"io"

	"spoor/internal/evidence"
	"spoor/internal/finding"
)

// Inspector judges files that are no logs, each as a whole. Its functions are
// called by several workers at once.
type Inspector struct {
	Name string // what it takes a file for: "page", "settings"
	// Wants says whether it looks at a file at all; nil is at every file.
	Wants func(f *File) bool
	// Inspect judges a file.
	Inspect func(f *File) Judgement
	// Rest leaves out files on which an inspector before it has findings.
	Rest bool
}

// File is a file that is no log. It and its content are valid until the
// inspector returns.
type File struct {
	Item *evidence.Item
	Path string // where it lay on its server, as far as it is known
	Head []byte // the start of its content, at most evidence.HeadBytes
	// Content is up to MaxFileBytes of it; nil for Wants.
	Content []byte
}

// Judgement is what an inspector says of a file. The zero Judgement is that of a
// file of no kind that it knows.
type Judgement struct {
	// Kind of file that it is, findings or not: "page", "iis-host-config", ...
	// The first inspector that knows the kind is right. A file of no known kind
	// with findings is a "file", without findings it was not examined.
	Kind     string
	Unread   string // what of it could not be read, one sentence
	Findings []*finding.Finding
}

// MaxFileBytes bounds the part of a file that is no log which is examined for
// structure; web shells in public collections have at most 1.4 MB.
const MaxFileBytes = 4 << 20

// file reads an item that is no log; a worker looks at it.
func (p *pipeline) file(st *itemState, end *job, r io.Reader) error {
	st.kind = "file"
	r, sums := p.summed(r)
	defer sums.finish(&st.sums)
	f := File{Item: st.item, Path: originalPath(st.item), Head: st.item.Head}
	wanted := false
	for i := range p.opts.Inspectors {
		in := &p.opts.Inspectors[i]
		st.catch("ask whether a file is a "+in.Name, func() { wanted = wanted || in.Wants == nil || in.Wants(&f) })
	}
	if !wanted {
		return nil
	}
	content, more, err := readAll(r, st.item.Size, MaxFileBytes)
	if err != nil {
		return err
	}
	end.file, end.more = content, more
	return nil
}

// originalPath is where a file lay on its server, as far as it is known.
func originalPath(it *evidence.Item) string {
	if it.Origin.OriginalPath != "" {
		return it.Origin.OriginalPath
	}
	return it.Path
}

// readAll reads at most limit bytes and reports whether there was more; size is
// what the content is said to have, -1 if nothing says it.
func readAll(r io.Reader, size, limit int64) (data []byte, more bool, err error) {
	// One byte more than is said shows the end without another allocation.
	data = make([]byte, 0, max(512, min(size, limit)+1))
	for {
		n, err := r.Read(data[len(data):min(int64(cap(data)), limit+1)])
		data = data[:len(data)+n]
		switch {
		case int64(len(data)) > limit:
			return data[:limit], true, nil
		case err == io.EOF:
			return data, false, nil
		case err != nil:
			return data, false, err
		case len(data) == cap(data):
			data = append(data, 0)[:len(data)]
		}
	}
}

// inspect looks at an item that is no log. The producer has handed the item
// over, and the emitter waits until this is done.
func (w *workerState) inspect(j *job) {
	st := j.item
	defer w.p.held.give(len(j.file))
	f := File{Item: st.item, Path: originalPath(st.item), Head: j.file[:min(len(j.file), evidence.HeadBytes)]}
	var kind string
	var found []*finding.Finding
	for i := range w.p.opts.Inspectors {
		in := &w.p.opts.Inspectors[i]
		if in.Rest && len(found) > 0 {
			continue
		}
		var says Judgement
		st.catch("look at a file as a "+in.Name, func() {
			f.Content = nil
			if in.Wants == nil || in.Wants(&f) {
				f.Content = j.file
				says = in.Inspect(&f)
			}
		})
		found = append(found, says.Findings...)
		if kind == "" {
			kind = says.Kind
		}
		if st.unread == "" {
			st.unread = says.Unread
		}
	}
	if kind == "" && len(found) > 0 {
		kind = "file"
	}
	for _, f := range found {
		f.Source.Kind = kind
	}
	j.findings = append(found, j.findings...)
	if kind != "" { // else an indicator may have named it
		st.result.Format = kind
	}
	st.cut = j.more && kind != ""
	poison(j.file)
	j.file = nil
}
