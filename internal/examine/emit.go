package examine

import (
	"bufio"
	"encoding/gob"
	"fmt"
	"io"
	"os"
	"slices"

	"spoor/event"
	"spoor/internal/evidence"
	"spoor/internal/finding"
	"spoor/internal/limits"
)

// emitter receives jobs in canonical order on the caller's goroutine.
type emitter struct {
	p       *pipeline
	sink    Sink
	totals  Totals
	waiting []*finding.Finding // of the item in progress
	size    int                // bytes that waiting holds, roughly
	spill   *os.File
	batches []int                 // findings in each batch of the spill file
	lined   lined                 // the same, where workers wrote lines
	current *itemState            // the item in progress
	known   map[uint64]struct{}   // hashes of findings on event log records
	short   map[event.ItemID]fate // items that were not wholly examined
	skipped bool                  // workers left out blocks, because the examination was interrupted
}

// fate is what became of an item, for those that hold the same content.
type fate struct {
	outcome evidence.Outcome
	reason  string
}

// Caps of the emitter; see docs/limits.md.
const (
	maxWaiting = max(32<<20>>limits.Shrink, 4000) // bytes of findings that wait in memory
	// maxKnownFindings is how many findings are recognised as seen before.
	// At 4,000,000 the map has just doubled: 20 GB of logs then took 375 MB, and
	// take 284.
	maxKnownFindings = 3_600_000
)

func newEmitter(p *pipeline, sink Sink) *emitter {
	return &emitter{p: p, sink: sink, known: make(map[uint64]struct{}), short: make(map[event.ItemID]fate)}
}

func (e *emitter) emit(j *job) error {
	r := &j.item.result
	if j.end {
		if j.skipped {
			j.item.broken, e.skipped = true, true
		}
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
	if j.skipped {
		j.item.broken, e.skipped = true, true
	}
	if j.crash != nil {
		r.Crashed++
		if len(r.Crashes) < maxCrashes {
			r.Crashes = append(r.Crashes, *j.crash)
		}
	}
	r.add(j)
	e.totals.Records += j.summary.Records
	if e.p.rendering {
		return e.wait(j)
	}
	if e.sink.Lines != nil && len(j.lines) > 0 {
		if err := e.sink.Lines(j.lines); err != nil {
			return err
		}
	}
	for _, f := range j.findings {
		if e.again(e.p.key(f)) {
			e.totals.TwiceFindings++
			continue
		}
		e.waiting = append(e.waiting, f)
		e.size += f.Size()
	}
	if e.size > e.p.waiting {
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

// spillWaiting moves the waiting findings to a private temporary file.
func (e *emitter) spillWaiting() error {
	slices.SortStableFunc(e.waiting, finding.Compare)
	if e.spill == nil {
		f, err := os.CreateTemp(e.p.opts.SpillDir, "spoor-wait-*")
		if err != nil {
			return fmt.Errorf("create file for waiting findings: %w", err)
		}
		e.spill = f
	}
	out := bufio.NewWriterSize(e.spill, 1<<20)
	enc := gob.NewEncoder(out)
	for _, f := range e.waiting {
		if err := enc.Encode(f); err != nil {
			return fmt.Errorf("write waiting findings: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write waiting findings: %w", err)
	}
	e.batches = append(e.batches, len(e.waiting))
	clear(e.waiting)
	e.waiting, e.size = e.waiting[:0], 0
	return nil
}

// finish hands on the findings of an item, now that its hash is known.
func (e *emitter) finish(st *itemState) error {
	r := &st.result
	st.settle()
	e.sameFate(r)
	if e.p.rendering {
		if err := e.handLines(e.waiting, st); err != nil {
			return err
		}
	} else {
		if err := e.unspill(st); err != nil {
			return err
		}
		if err := e.hand(e.waiting, st); err != nil {
			return err
		}
	}
	clear(e.waiting)
	e.waiting, e.size, e.current = e.waiting[:0], 0, nil
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

// sameFate gives an item that came again the outcome of the one
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

// unspill hands on the findings that were moved to the file, one at a time.
func (e *emitter) unspill(st *itemState) error {
	if len(e.batches) == 0 {
		return nil
	}
	if _, err := e.spill.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read waiting findings: %w", err)
	}
	in := bufio.NewReaderSize(e.spill, 1<<20) // gob takes a byte reader as it is, and no byte of the next batch
	for _, n := range e.batches {
		dec := gob.NewDecoder(in)
		for range n {
			f := new(finding.Finding)
			if err := dec.Decode(f); err != nil {
				return fmt.Errorf("read waiting findings: %w", err)
			}
			if err := e.hand([]*finding.Finding{f}, st); err != nil {
				return err
			}
		}
	}
	e.batches = e.batches[:0]
	if err := e.spill.Truncate(0); err != nil {
		return fmt.Errorf("reset waiting findings: %w", err)
	}
	if _, err := e.spill.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("reset waiting findings: %w", err)
	}
	return nil
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
		if f.Correlated {
			if err := e.p.correlator.take(f); err != nil {
				return err
			}
			if f.Silent {
				continue
			}
		}
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

// correlate hands on the findings of correlations, after all others.
func (e *emitter) correlate() error {
	c := e.p.correlator
	if c == nil {
		return nil
	}
	found, notes, err := c.run()
	if err != nil {
		return err
	}
	e.totals.Correlation = notes
	for _, f := range found {
		e.totals.Findings++
		if e.sink.Finding != nil {
			if err := e.sink.Finding(f); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *emitter) close() {
	e.lined.close()
	if e.p.correlator != nil {
		e.p.correlator.close()
	}
	if e.spill != nil {
		e.spill.Close()
		os.Remove(e.spill.Name())
	}
}
