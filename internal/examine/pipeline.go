package examine

import (
	"context"
	"errors"
	"hash/maphash"
	"io"
	"runtime"
	"sync"

	"spoor/internal/engine"
	"spoor/internal/evidence"
	"spoor/internal/fault"
	"spoor/internal/finding"
	"spoor/internal/indicator"
	"spoor/internal/stream"
)

// job is one block on its way, or the end of an item.
type job struct {
	item     *itemState
	block    *stream.Block // nil at the end of an item
	repeated bool          // an equal block was examined before
	end      bool
	file     []byte // of an item that is no log: its content, at the end
	more     bool   // the file goes on beyond it
	ready    chan struct{}

	// filled by the worker
	summary  stream.Summary
	findings []*finding.Finding
	lines    []byte // lines of JSON: events for a dump, or findings
	marks    []mark // of the lines of findings
	hosts    []string
	outside  int64
	crash    *Crash // what ended the work on it
	skipped  bool   // the examination was interrupted before it was worked on
}

// itemState is shared by the producer and the emitter; the producer stops
// writing before it sends the end job.
type itemState struct {
	item   *evidence.Item
	format *format
	kind   string
	result ItemResult

	content evidence.Content
	// destroyed says why the item is a log by its name only.
	destroyed, why string
	sums           indicator.Sums
	broken         bool    // the examination was interrupted inside the item
	readErr        error   // reading stopped here
	cut            bool    // only the start of a file was looked at
	unread         string  // what of a file that is no log could not be read
	crashes        []Crash // of the producer, and of inspectors
}

type pipeline struct {
	ctx         context.Context
	opts        Options
	formats     []format
	program     *engine.Program  // nil without rules
	correlator  *correlator      // nil without correlations
	watch       *indicator.Watch // of the producer, made when first needed
	work        chan *job
	order       chan *job
	blocks      sync.Pool
	lines       sync.Pool    // *[]byte
	seen        seenBlocks   // EVTX chunks
	seed        maphash.Seed // of findings
	interrupted bool
	rendering   bool // workers write findings as lines
	held        *held
	waiting     int // bytes of findings that wait in memory
	// walk visits the evidence.
	walk func(ctx context.Context, visit func(*evidence.Item, io.Reader) error) error
}

func newPipeline(ctx context.Context, opts Options) *pipeline {
	if opts.Workers <= 0 {
		opts.Workers = runtime.GOMAXPROCS(0)
	}
	n := opts.Workers * jobsPerWorker
	if opts.Dump {
		n = opts.Workers * dumpJobsPerWorker
	}
	var program *engine.Program
	if opts.Rules != nil {
		program = engine.NewProgram(opts.Rules)
	}
	return &pipeline{
		program: program, correlator: newCorrelator(&opts),
		ctx: ctx, opts: opts, formats: formats(),
		work: make(chan *job, n), order: make(chan *job, n),
		seen: newSeenBlocks(), seed: maphash.MakeSeed(),
		blocks:  sync.Pool{New: func() any { return new(stream.Block) }},
		waiting: maxWaiting, held: newHeld(maxHeldFiles),
		walk: func(ctx context.Context, visit func(*evidence.Item, io.Reader) error) error {
			_, err := evidence.Walk(ctx, opts.Paths, opts.Evidence, visit)
			return err
		},
	}
}

// produce walks the evidence and sends jobs; it runs on one goroutine.
func (p *pipeline) produce() error {
	var err error
	if f := fault.Catch("walk through the evidence", func() { err = p.walk(p.ctx, p.visit) }); f != nil {
		err = f
	}
	if p.ctx.Err() != nil {
		p.interrupted = true
	}
	return err
}

// send hands a job to a worker and to the emitter, in order.
func (p *pipeline) send(j *job) error {
	j.ready = make(chan struct{})
	select {
	case p.order <- j:
	case <-p.ctx.Done():
		return errStopped
	}
	if j.block == nil && j.file == nil || j.repeated {
		close(j.ready)
		return nil
	}
	p.held.take(len(j.file))
	select {
	case p.work <- j:
		return nil
	case <-p.ctx.Done():
		p.held.give(len(j.file))
		j.skipped = true
		close(j.ready)
		return errStopped
	}
}

func (p *pipeline) release(j *job) {
	if j.lines != nil {
		p.lines.Put(&j.lines)
	}
	if j.block != nil {
		poison(j.block.Data)
		p.blocks.Put(j.block)
		j.block = nil
	}
}

// split sends the blocks of one item.
func (p *pipeline) split(st *itemState, r io.Reader) error {
	s := st.format.splitter(r, st.item.ID)
	for {
		b := p.blocks.Get().(*stream.Block)
		b.Carry = nil
		err := s.Next(b)
		if err != nil {
			p.blocks.Put(b)
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		j := &job{item: st, block: b}
		if st.format.name == "evtx" {
			j.repeated = p.seen.again(b, st.item.Alone())
		}
		if err := p.send(j); err != nil {
			return err
		}
	}
}
