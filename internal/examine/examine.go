package examine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"spoor/event"
	"spoor/internal/engine"
	"spoor/internal/evidence"
	"spoor/internal/finding"
	"spoor/internal/indicator"
	"spoor/internal/limits"
	"spoor/internal/stream"
)

// Options says what to examine and how.
type Options struct {
	Paths    []string
	Evidence evidence.Options
	Workers  int // 0 is one per core
	Rules    *engine.Ruleset
	// Indicators are looked for in every value and file; nil is none.
	Indicators *indicator.Set
	// Location is the zone of logs that state local time; nil is UTC.
	Location *time.Location
	// From and To bound the events that are examined; zero is open.
	From, To event.Time
	// Dump asks for every event as a line of JSON.
	Dump bool
	// NoFields leaves Finding.Fields empty: a hunt has no use for them, and
	// they are most of what a finding holds.
	NoFields bool
	// SpillDir is where large waiting findings go; "" is the system's
	// temporary folder.
	SpillDir string
	// Observe, when set, is called once per worker and returns the function
	// that sees each of its events; looked says whether a rule was tried.
	Observe func(worker int) func(e *event.Event, looked bool)
	// Inspectors look at items that are no log, in this order.
	Inspectors []Inspector
}

// Sink receives results in canonical order, on the caller's goroutine.
type Sink struct {
	// Lines receives the events of a block as lines of JSON (Dump only).
	Lines func(lines []byte) error
	// Finding receives findings, each complete with its item's hash.
	Finding func(f *finding.Finding) error
	// FindingLines receives findings as whole lines of JSON instead, which is
	// several times faster; without effect where rules correlate.
	FindingLines func(lines []byte) error
	// Item is called when an item is done.
	Item func(r *ItemResult) error
}

// ItemResult is what became of one item.
type ItemResult struct {
	Item     *evidence.Item
	Format   string // the log's kind, "" if it is none
	Outcome  evidence.Outcome
	Code     string // stable reason code
	Reason   string
	SHA256   string
	Bytes    int64
	Records  int64
	Lines    stream.Lines
	Damage   []event.Damage // described, at most MaxDamagePerItem
	Damaged  int64          // all damage
	Lost     int64          // records known to be lost
	From, To event.Time
	Inferred int64
	Blocks   int
	Repeated int      // blocks that were seen before
	Crashes  []Crash  // of this program while it read the item, at most maxCrashes
	Crashed  int      // all of them
	Hosts    []string // names that its records state, at most maxItemHosts
	Outside  int64    // events outside From and To
}

// Totals sums an examination up.
type Totals struct {
	Items, Examined, Partly, Unreadable, Ignored int
	Bytes                                        int64
	Records                                      int64
	TwiceItems, TwiceBlocks, TwiceFindings       int
	TwiceBytes                                   int64
	Findings                                     int64
	// Correlation says which hits correlations could not count, in sentences.
	Correlation []string
	Interrupted bool
}

// Caps of one item and of the jobs in flight; see docs/limits.md.
const (
	MaxDamagePerItem = 1000
	maxItemHosts     = 1000
	maxCrashes       = 3 // of an item that are described; all are counted
	jobsPerWorker    = max(8>>limits.Shrink, 1)
	// A dump's blocks take equally long, so few need to wait, and those that
	// few share stay in the processor's cache: 8 % of a dump's time.
	dumpJobsPerWorker = max(2>>limits.Shrink, 1)
)

// Run examines everything and returns the totals. An interrupted context ends
// the examination cleanly: what is done is handed on, Interrupted is set.
func Run(ctx context.Context, opts Options, sink Sink) (*Totals, error) {
	return newPipeline(ctx, opts).run(sink)
}

func (p *pipeline) run(sink Sink) (*Totals, error) {
	var cancel context.CancelFunc
	p.ctx, cancel = context.WithCancel(p.ctx)
	defer cancel()
	p.rendering = sink.FindingLines != nil && p.correlator == nil && !p.opts.Dump
	walked := make(chan error, 1)
	go func() {
		walked <- p.produce()
		close(p.work)
		close(p.order)
	}()
	for w := range p.opts.Workers {
		go p.worker(w)
	}
	e := newEmitter(p, sink)
	defer e.close()
	var failed error
	for j := range p.order {
		<-j.ready
		if failed == nil {
			if failed = e.emit(j); failed != nil {
				cancel()
			}
		}
		p.release(j)
	}
	err := <-walked
	e.totals.Interrupted = p.interrupted || e.skipped
	if failed == nil && e.totals.Interrupted {
		failed = e.breakOff()
	}
	if failed == nil {
		failed = e.correlate()
	}
	if failed != nil {
		return &e.totals, failed
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		return &e.totals, err
	}
	return &e.totals, nil
}

// errStopped ends the walk after an interrupt.
var errStopped = fmt.Errorf("stop examination: %w", context.Canceled)
