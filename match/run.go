package match

import (
	"cmp"
	"slices"
	"strconv"

	"spoor/event"
	"spoor/internal/engine"
)

// Run evaluates a set of rules and its correlations over the events of one
// examination, in any order. One goroutine uses it.
type Run struct {
	set    *engine.Ruleset
	engine *Engine
	rules  map[*engine.Rule]int // those that correlations refer to
	hits   []engine.Occurrence
	refs   []event.Ref // of hits, by the number that is their id
	counts Counts
}

// Counts says what correlations could not count. All zero means that every hit
// was counted.
type Counts struct {
	Timeless   int64 // hits on events without a time
	Incomplete int64 // hits that lack a field of the group or the condition
	Lost       int64 // hits beyond the cap of a run or of its open windows
}

// maxRunHits bounds the hits that a run keeps for its correlations; see
// docs/limits.md.
const maxRunHits = 1_000_000

// NewRun begins a run over a set.
func NewRun(set *Ruleset) *Run {
	r := &Run{set: set.handle().Ruleset(), engine: NewEngine(set), rules: map[*engine.Rule]int{}}
	for _, c := range r.set.Correlations {
		for _, p := range c.Parts {
			if p.Rule != nil {
				r.rules[p.Rule] = slices.Index(r.set.Rules, p.Rule)
			}
		}
	}
	return r
}

// Event returns the rules that fire on the event, as [Engine.Match] does, and
// keeps of them what correlations need. Rules that only correlations report are
// not among them.
func (r *Run) Event(e *event.Event) []Hit {
	hits := r.engine.Match(e)
	for i := range r.engine.found {
		h := &r.engine.found[i]
		n, ok := r.rules[h.Rule]
		switch {
		case !ok:
		case !e.Time.Known():
			r.counts.Timeless++
		case len(r.hits) >= maxRunHits:
			r.counts.Lost++
		default:
			r.hits = append(r.hits, engine.Occurrence{
				At: e.Time, Rule: n, Values: h.Needs, ID: strconv.Itoa(len(r.refs)), Host: e.Host,
				Item: e.Ref.Item, Offset: e.Ref.Offset, Record: e.Ref.Record, Line: e.Ref.Line,
			})
			r.refs = append(r.refs, e.Ref)
		}
	}
	return hits
}

// Occurrence is a fulfilled correlation: all overlapping windows of a group that
// meet its condition.
type Occurrence struct {
	Rule        Rule
	Group       []string // the values of the fields that it groups by
	First, Last event.Time
	Count       int64       // hits in the windows
	Events      []event.Ref // of the first hundred of them
	Host        string      // of the event that fulfilled the condition
}

// Close ends the run and returns the correlations that were fulfilled, in the
// order of the time at which they were.
func (r *Run) Close() []Occurrence {
	var found []engine.Result
	for _, level := range r.set.Levels() {
		engine.SortOccurrences(r.hits)
		var inner []engine.Occurrence
		x := r.set.NewCorrelator(level, func(res engine.Result) {
			if !res.Correlation.Silent {
				found = append(found, res)
			}
		}, func(o engine.Occurrence) {
			if len(inner) >= maxRunHits {
				r.counts.Lost++
				return
			}
			inner = append(inner, o)
		})
		for i := range r.hits {
			x.Add(r.hits[i])
		}
		x.End()
		r.counts.Lost += x.Lost
		r.counts.Incomplete += x.Incomplete
		r.hits = append(r.hits, inner...)
	}
	r.hits = nil
	slices.SortStableFunc(found, func(a, b engine.Result) int {
		return cmp.Or(a.By.At.Compare(b.By.At), cmp.Compare(a.Index, b.Index), slices.Compare(a.Group, b.Group))
	})
	list := make([]Occurrence, len(found))
	for i := range found {
		list[i] = r.occurrence(&found[i])
	}
	return list
}

func (r *Run) occurrence(res *engine.Result) Occurrence {
	o := Occurrence{Rule: Rule{&res.Correlation.Meta}, Group: res.Group, First: res.First, Last: res.Last, Count: res.Count, Host: res.By.Host}
	for _, id := range res.IDs {
		if n, err := strconv.Atoi(id); err == nil { // as Event wrote it
			o.Events = append(o.Events, r.refs[n])
		}
	}
	return o
}

// Counts says, after Close, what could not be counted.
func (r *Run) Counts() Counts { return r.counts }
