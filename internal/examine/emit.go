package examine

import (
	"crypto/sha256"
	"encoding/gob"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"spoor/event"
	"spoor/internal/evidence"
	"spoor/internal/finding"
)

// emitter receives jobs in canonical order on the caller's goroutine.
type emitter struct {
	p       *pipeline
	sink    Sink
	totals  Totals
	waiting []*finding.Finding // of the item in progress
	size    int                // bytes that waiting holds, roughly
	spill   *os.File
	spilled int
	current *itemState            // the item in progress
	known   map[[16]byte]struct{} // findings on event log records
	short   map[event.ItemID]fate // items that were not wholly examined
}

// fate is what became of an item, for those that hold the same content.
type fate struct {
	outcome evidence.Outcome
	reason  string
}

// Caps of the emitter; see docs/limits.md.
const (
	maxWaiting       = 64 << 20  // bytes of findings that wait in memory
	maxKnownFindings = 4_000_000 // findings recognised as handed over again
)

func newEmitter(p *pipeline, sink Sink) *emitter {
	return &emitter{p: p, sink: sink, known: make(map[[16]byte]struct{}), short: make(map[event.ItemID]fate)}
}

func (e *emitter) emit(j *job) error {
	r := &j.item.result
	if j.end {
		e.waiting = append(e.waiting, j.findings...)
		return e.finish(j.item)
	}
	if j.repeated {
		r.Repeated++
		e.totals.TwiceBlocks++
		e.totals.TwiceBytes += int64(len(j.block.Data))
		r.Blocks++
		return nil
	}
	r.Blocks++
	e.current = j.item
	r.add(j)
	e.totals.Records += j.summary.Records
	if e.sink.Lines != nil && len(j.lines) > 0 {
		if err := e.sink.Lines(j.lines); err != nil {
			return err
		}
	}
	for _, f := range j.findings {
		if e.repeated(f) {
			e.totals.TwiceFindings++
			continue
		}
		e.waiting = append(e.waiting, f)
		e.size += 2*len(f.Event) + 512
	}
	if e.size > e.p.opts.waiting {
		return e.spillWaiting()
	}
	return nil
}

// add takes a block's summary into the item's result.
func (r *ItemResult) add(j *job) {
	s := &j.summary
	r.Records += s.Records
	r.Lines.Add(s.Lines)
	r.Inferred += s.Inferred
	r.Outside += j.outside
	r.Damaged += int64(len(s.Damage)) + s.DamageMore
	for _, d := range s.Damage {
		r.Lost += int64(d.Lost)
		if len(r.Damage) < MaxDamagePerItem {
			r.Damage = append(r.Damage, d)
		}
	}
	if s.From.Known() && (!r.From.Known() || s.From.Compare(r.From) < 0) {
		r.From = s.From
	}
	if s.To.Known() && (!r.To.Known() || s.To.Compare(r.To) > 0) {
		r.To = s.To
	}
	for _, h := range j.hosts {
		if len(r.Hosts) < maxItemHosts && !slices.Contains(r.Hosts, h) {
			r.Hosts = append(r.Hosts, h)
		}
	}
}

// repeated recognises a finding on a record that was handed over before: the
// same rule, computer, record id, time and content. Text logs have no record
// ids, and equal rows are separate requests there.
func (e *emitter) repeated(f *finding.Finding) bool {
	if f.Where.Record == 0 {
		return false
	}
	h := sha256.New()
	for _, part := range []string{f.Rule.ID, f.Host, strconv.FormatUint(f.Where.Record, 10), f.Time} {
		io.WriteString(h, part)
		h.Write([]byte{0})
	}
	h.Write(f.Event)
	var k [16]byte
	copy(k[:], h.Sum(nil))
	if _, ok := e.known[k]; ok {
		return true
	}
	if len(e.known) < maxKnownFindings {
		e.known[k] = struct{}{}
	}
	return false
}

// spillWaiting moves the waiting findings to a private temporary file.
func (e *emitter) spillWaiting() error {
	if e.spill == nil {
		f, err := os.CreateTemp(e.p.opts.SpillDir, "spoor-wait-*")
		if err != nil {
			return fmt.Errorf("create file for waiting findings: %w", err)
		}
		e.spill = f
	}
	enc := gob.NewEncoder(e.spill)
	if err := enc.Encode(e.waiting); err != nil {
		return fmt.Errorf("write waiting findings: %w", err)
	}
	e.spilled++
	e.waiting, e.size = nil, 0
	return nil
}

// finish hands on the findings of an item, now that its hash is known.
func (e *emitter) finish(st *itemState) error {
	r := &st.result
	st.settle()
	e.sameFate(r)
	if e.spilled > 0 {
		if _, err := e.spill.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("read waiting findings: %w", err)
		}
		buffered := &oneReader{e.spill}
		for range e.spilled {
			var batch []*finding.Finding
			if err := gob.NewDecoder(buffered).Decode(&batch); err != nil {
				return fmt.Errorf("read waiting findings: %w", err)
			}
			if err := e.hand(batch, st); err != nil {
				return err
			}
		}
		if err := e.spill.Truncate(0); err != nil {
			return fmt.Errorf("reset waiting findings: %w", err)
		}
		if _, err := e.spill.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("reset waiting findings: %w", err)
		}
		e.spilled = 0
	}
	if err := e.hand(e.waiting, st); err != nil {
		return err
	}
	e.waiting, e.size, e.current = nil, 0, nil
	e.count(r)
	if e.sink.Item != nil {
		return e.sink.Item(r)
	}
	return nil
}

// breakOff hands on what was found in the item in progress when the
// examination was interrupted; its hash is not known.
func (e *emitter) breakOff() error {
	st := e.current
	if st == nil {
		return nil
	}
	st.broken = true
	return e.finish(st)
}

// sameFate gives an item that was handed over again the outcome of the one
// that was read: a copy of what no reader knows was not examined either.
func (e *emitter) sameFate(r *ItemResult) {
	if r.Item.Duplicate {
		if f, ok := e.short[r.Item.DuplicateOf]; ok {
			r.Outcome, r.Reason = f.outcome, r.Reason+": "+f.reason
		}
		return
	}
	if r.Outcome != evidence.Examined {
		e.short[r.Item.ID] = fate{r.Outcome, r.Reason}
	}
}

// oneReader reads byte by byte where gob asks for it, so that one decoder
// does not take bytes of the next batch.
type oneReader struct{ f *os.File }

func (o *oneReader) Read(p []byte) (int, error) { return o.f.Read(p) }

// ReadByte makes gob use the reader without a buffer of its own.
func (o *oneReader) ReadByte() (byte, error) {
	var b [1]byte
	_, err := io.ReadFull(o.f, b[:])
	return b[0], err
}

// hand passes findings on. Those of an item that turned out to be a copy only
// while it was read were passed on with the original, and are counted once.
func (e *emitter) hand(found []*finding.Finding, st *itemState) error {
	r := &st.result
	if st.content.Duplicate {
		e.totals.TwiceFindings += len(found)
		return nil
	}
	slices.SortStableFunc(found, finding.Compare)
	for _, f := range found {
		// A spilled finding comes back with nil where it had an empty list.
		f.Techniques, f.CVEs, f.Actors = list(f.Techniques), list(f.CVEs), list(f.Actors)
		f.Source.Path, f.Source.SHA256 = r.Item.Path, r.SHA256
		e.totals.Findings++
		if e.sink.Finding != nil {
			if err := e.sink.Finding(f); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *emitter) count(r *ItemResult) {
	t := &e.totals
	t.Items++
	t.Bytes += r.Bytes
	switch r.Outcome {
	case evidence.Examined:
		t.Examined++
	case evidence.Partly:
		t.Partly++
	case evidence.Unreadable:
		t.Unreadable++
	default:
		t.Ignored++
	}
	if r.Code == "duplicate" {
		t.TwiceItems++
		t.TwiceBytes += r.Bytes
	}
}

func (e *emitter) close() {
	if e.spill != nil {
		e.spill.Close()
		os.Remove(e.spill.Name())
	}
}
