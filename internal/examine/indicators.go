package examine

import (
	"crypto/md5"
	"crypto/sha1"
	"encoding/hex"
	"hash"
	"io"

	"spoor/event"
	"spoor/internal/finding"
	"spoor/internal/indicator"
)

// indicators adds a finding for every indicator that an event holds.
func (w *workerState) indicators(j *job, e *event.Event) {
	for i, m := range w.watch.Event(e) {
		if i == 0 {
			w.copies.take(e, w.p.rendering)
		}
		f := w.copies.room(w.p.rendering)
		*f = finding.Finding{
			Time: w.copies.time, At: e.Time, Host: e.Host,
			Source: finding.Source{Kind: j.item.kind},
			Where:  finding.Where{Record: e.Ref.Record, Offset: e.Ref.Offset, Line: e.Ref.Line},
			Item:   e.Ref.Item,
			Event:  w.copies.event,
		}
		if !w.p.opts.NoFields {
			f.Fields = fields(e)
		}
		w.p.opts.Indicators.Tell(f, &m, e.Shape)
		j.findings = append(j.findings, f)
	}
}

// fileSums hashes a file that is no log while it is read, where indicators
// ask for more than the hash that every item gets.
type fileSums struct {
	r         io.Reader
	sha1, md5 hash.Hash
}

// summed returns the reader to use instead of r, and nil where no more hashes
// are needed.
func (p *pipeline) summed(r io.Reader) (io.Reader, *fileSums) {
	set := p.opts.Indicators
	if set == nil || !set.Has(indicator.SHA1) && !set.Has(indicator.MD5) {
		return r, nil
	}
	s := &fileSums{sha1: sha1.New(), md5: md5.New()}
	s.r = io.TeeReader(r, io.MultiWriter(s.sha1, s.md5))
	return s.r, s
}

// finish reads what nobody read and notes the hashes. An error of reading is
// the content's problem, and then no hash is looked up.
func (s *fileSums) finish(sums *indicator.Sums) {
	if s == nil {
		return
	}
	if _, err := io.Copy(io.Discard, s.r); err == nil {
		sums.SHA1, sums.MD5 = hex.EncodeToString(s.sha1.Sum(nil)), hex.EncodeToString(s.md5.Sum(nil))
	}
}

// known adds a finding for every indicator that an item is, by its path and
// hashes.
func (p *pipeline) known(st *itemState, end *job) {
	if p.opts.Indicators == nil {
		return
	}
	if p.watch == nil {
		p.watch = indicator.NewWatch(p.opts.Indicators)
	}
	sums := st.sums
	sums.SHA256 = st.content.SHA256
	if st.content.Problem != nil {
		sums = indicator.Sums{} // not the hash of the whole
	}
	it := st.item
	paths := []string{it.Path}
	if p := it.Origin.OriginalPath; p != "" {
		paths = append(paths, p)
	}
	kind := st.kind
	if kind == "" {
		kind = "file"
	}
	for _, m := range p.watch.File(paths, sums) {
		path := paths[len(paths)-1]
		f := finding.Finding{Source: finding.Source{Kind: kind}, Item: it.ID, Fields: map[string]string{"path": path, "sha256": sums.SHA256}}
		p.opts.Indicators.Tell(&f, &m, nil)
		f.Message += "; the file is " + path
		end.findings = append(end.findings, finding.New(f))
		if st.result.Format == "" {
			st.result.Format = kind
		}
	}
}
