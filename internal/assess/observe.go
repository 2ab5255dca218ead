package assess

import (
	"spoor/event"
	"spoor/internal/coverage"
	"spoor/internal/finding"
	"spoor/internal/storyline"
)

// Collector sums up the events of one worker; looked says whether a rule was tried
// on the event.
type Collector interface {
	Add(e *event.Event, looked bool)
}

// Sum is what the collectors of all workers make together, whichever of them saw
// which event. It must say how many events it left out at its limits: what was
// dropped and not said would be taken for what was not there.
type Sum interface {
	Dropped() int64
}

// Whole is what observers may know when all evidence was read.
type Whole struct {
	// Host is the host of a record.
	Host func(stated string, item event.ItemID) string
	// Source is the item that a record lies in.
	Source func(item event.ItemID) finding.Source
	// Files are findings on files that wait for their requests; page use puts the
	// page that each is into them.
	Files []*finding.Finding
	// Coverage is that of all logs.
	Coverage *coverage.Coverage
}

// Observer sums something up over all events; Observe makes one.
type Observer struct {
	Name  string
	begin func(workers int) watch
	// count notes what was dropped; nil is by the observer's name.
	count func(e *storyline.Evidence, n int64)
}

// watch is an observer at work.
type watch struct {
	add func(worker int) func(e *event.Event, looked bool)
	end func(w *Whole) (found []*finding.Finding, dropped int64)
}

// Observe makes an observer of a way to collect on one worker, to merge what all
// workers collected, and to find something in it.
func Observe[C Collector, S Sum](name string, collect func() C, merge func([]C, func(stated string, item event.ItemID) string) S, conclude func(S, *Whole) []*finding.Finding) Observer {
	return Observer{Name: name, begin: func(workers int) watch {
		cols := make([]C, workers)
		for i := range cols {
			cols[i] = collect()
		}
		return watch{
			add: func(worker int) func(*event.Event, bool) { return cols[worker].Add },
			end: func(w *Whole) ([]*finding.Finding, int64) {
				sum := merge(cols, w.Host)
				return conclude(sum, w), sum.Dropped()
			},
		}
	}}
}

// counted returns the observer with a place of its own for what it drops.
func (o Observer) counted(count func(*storyline.Evidence, int64)) Observer {
	o.count = count
	return o
}

// dropped notes what the observer left out.
func (o *Observer) dropped(e *storyline.Evidence, n int64) {
	switch {
	case n == 0:
	case o.count != nil:
		o.count(e, n)
	default:
		e.Dropped = append(e.Dropped, storyline.Dropped{By: o.Name, Events: n})
	}
}

// observe begins to watch, and returns what sees the events of each worker.
func (r *run) observe(workers int) func(worker int) func(e *event.Event, looked bool) {
	r.watches = nil
	for _, o := range r.o.Observers {
		r.watches = append(r.watches, o.begin(workers))
	}
	return func(worker int) func(*event.Event, bool) {
		var see []func(*event.Event, bool)
		for _, w := range r.watches {
			see = append(see, w.add(worker))
		}
		return func(e *event.Event, looked bool) {
			for _, s := range see {
				s(e, looked)
			}
		}
	}
}

// conclude stores what observers found, and the findings on files that waited for
// it.
func (r *run) conclude() (*Whole, error) {
	place := map[event.ItemID]int{}
	for i := range r.hostOf {
		place[r.hostOf[i].ID] = i
	}
	w := &Whole{Host: r.hosts.Of, Coverage: &coverage.Coverage{}, Source: func(id event.ItemID) finding.Source {
		i, ok := place[id]
		if !ok {
			return finding.Source{}
		}
		return finding.Source{Path: r.items[i].Path, SHA256: r.items[i].SHA256}
	}}
	for _, f := range r.shells {
		w.Files = append(w.Files, f.With(func(f *finding.Finding) { f.Host = r.hosts.Of(f.Host, f.Item) }))
	}
	var more []*finding.Finding
	for i, o := range r.watches {
		found, dropped := o.end(w)
		more = append(more, found...)
		r.o.Observers[i].dropped(&r.evidence, dropped)
	}
	for _, f := range append(w.Files, more...) {
		if r.o.Known.excludes(f) {
			r.omitted++
			continue
		}
		if err := r.c.Add(r.marked(f)); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// tiesToRequests reports a finding about a file that is a web shell by its
// structure: it waits until all requests are known.
func tiesToRequests(f *finding.Finding) bool {
	return f.Rule.Kind == "webshell" && f.Rule.Source == "builtin" && f.Field("outcome") == "web shell"
}
