package assess

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"spoor/internal/casefile"
	"spoor/internal/evidence"
	"spoor/internal/examine"
	"spoor/internal/hypothesis"
	"spoor/internal/message"
	"spoor/internal/refusal"
	"spoor/internal/rulebook"
	"spoor/internal/storyline"
)

// Options say what is assessed and how.
type Options struct {
	// Examine says where the evidence is and how it is read; its rules,
	// indicators, inspectors, sinks and places to spill are set by Run.
	Examine    examine.Options
	Rules      rulebook.Book
	Indicators Indicators
	Known      *Known // nil is nothing
	// Inspectors look at files that are no logs; nil is Inspectors().
	Inspectors []examine.Inspector
	// Observers sum up all events; nil is Observers().
	Observers []Observer
	// Case is the folder of the case; "" names it after the worst host, in the
	// current folder. Replace lets it take the place of a case that is there.
	Case    string
	Replace bool
	// TLP is a level of the Traffic Light Protocol, "" for none.
	TLP      string
	Messages *message.Catalogue // of the report
	Version  string             // of the program, as the case states it
	// Stated are the options as they were given, for the manifest.
	Stated map[string]string
	// Examined is called when all evidence was read, before the verdict; nil
	// is allowed.
	Examined func()
}

// Outcome is a finished case.
type Outcome struct {
	Verdict  *storyline.Verdict
	Weighing *hypothesis.Weighing
	Totals   *examine.Totals
	Dir      string       // the case folder
	Missing  message.Text // what an interrupted examination left out
}

// Nothing is evidence of which no item is of a known kind.
type Nothing struct {
	Totals *examine.Totals
	Tally  examine.Tally
}

func (n *Nothing) Error() string {
	return fmt.Sprintf("nothing recognised: %d items seen (%s)", n.Totals.Items, n.Tally.Kinds())
}

// Run assesses evidence and writes the case. When ctx ends, what was examined
// until then becomes a case that says what is missing. An error leaves no case.
func Run(ctx context.Context, o Options) (*Outcome, error) {
	started := time.Now()
	if err := outside(&o); err != nil {
		return nil, err
	}
	c, err := casefile.Create(o.Case, o.Replace)
	if err != nil {
		return nil, CaseError(err)
	}
	r := &run{o: &o, c: c}
	kept := false
	defer func() {
		if !kept { // after a panic, too
			c.Abandon()
		}
	}()
	out, err := r.assess(ctx, started)
	if err != nil {
		return nil, err
	}
	kept = true
	return out, nil
}

func (r *run) assess(ctx context.Context, started time.Time) (*Outcome, error) {
	opts := r.o.Examine
	opts.Rules, opts.Indicators = r.o.Rules.Set, r.o.Indicators.Set
	opts.SpillDir, opts.Evidence.SpoolDir = r.c.Dir(), r.c.Dir()
	totals, err := r.examine(ctx, opts)
	if r.o.Examined != nil {
		r.o.Examined()
	}
	if err != nil {
		return nil, err
	}
	if totals.Examined+totals.Partly+totals.Unreadable == 0 {
		return nil, &Nothing{Totals: totals, Tally: r.tally}
	}
	v, err := r.verdict(totals)
	if err != nil {
		return nil, err
	}
	dir, err := r.finish(v, started)
	if err != nil {
		return nil, err
	}
	return &Outcome{Verdict: v, Weighing: r.weighing, Totals: totals, Dir: dir, Missing: r.tally.Missing()}, nil
}

// outside refuses a case folder inside the evidence. Without a name the case
// stands in the current folder.
func outside(o *Options) error {
	if o.Case != "" {
		if evidence.Contains(o.Examine.Paths, o.Case) {
			return refusal.New("choose a folder outside the evidence: the evidence is never changed", "the case folder %s lies inside the evidence", o.Case)
		}
		return nil
	}
	wd, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("find the current folder: %w", err)
	}
	if evidence.Contains(o.Examine.Paths, wd) {
		return refusal.New("name a folder outside the evidence with -o", "the current folder lies inside the evidence, so the case cannot be written here")
	}
	return nil
}

// CaseError says what to do where a case folder could not be had.
func CaseError(err error) error {
	switch {
	case errors.Is(err, casefile.ErrOtherCase):
		return refusal.New("choose another folder with -o, or replace that case with --force", "%w", err)
	case errors.Is(err, casefile.ErrBusy):
		return refusal.New("wait until the other run is done, or choose another folder with -o", "%w", err)
	case errors.Is(err, casefile.ErrNotEmpty):
		return refusal.New("choose an empty or a new folder with -o", "%w", err)
	}
	return &refusal.Error{Err: err, Hint: "name a writable folder with -o", NoPlace: true}
}
