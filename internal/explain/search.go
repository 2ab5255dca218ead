package explain

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"spoor/event"
	"spoor/internal/engine"
	"spoor/internal/examine"
)

// maxShown bounds the records that are explained when none is named.
const maxShown = 3

// Search explains a rule on the records of a path and keeps the best: those
// on which it fires, then those that it is meant for, the fewest failing
// selections first.
type Search struct {
	Rule   *engine.Rule
	Record uint64 // id or line of the one record that is meant, 0 for any
	Misses bool   // only records on which the rule does not fire

	// What was read, what of it the rule looks at, and what it fires on.
	Seen, Meant, Firing int
	// Best are at most three records, the best first.
	Best []Record
	// Interrupted says that the context ended the search.
	Interrupted bool
}

// Record is what one record says of a rule.
type Record struct {
	Where string // for people: record or line, time, channel, event id
	*engine.Explanation
	item  event.ItemID
	order int
}

// Look reads a path with one worker, so that records come in order. item sees
// every item of evidence; nil is allowed.
func (s *Search) Look(ctx context.Context, path string, item func(*examine.ItemResult) error) error {
	paths := map[event.ItemID]string{}
	totals, err := examine.Run(ctx, examine.Options{
		Paths: []string{path}, Workers: 1,
		Observe: func(int) func(*event.Event, bool) { return func(e *event.Event, _ bool) { s.see(e) } },
	}, examine.Sink{Item: func(r *examine.ItemResult) error {
		paths[r.Item.ID] = r.Item.Path
		if item == nil {
			return nil
		}
		return item(r)
	}})
	if err != nil {
		return err
	}
	s.Interrupted = totals.Interrupted
	if len(paths) > 1 {
		for i, r := range s.Best {
			s.Best[i].Where = paths[r.item] + ", " + r.Where
		}
	}
	return nil
}

func (s *Search) see(e *event.Event) {
	where, number := "record "+strconv.FormatUint(e.Ref.Record, 10), e.Ref.Record
	if number == 0 {
		where, number = "line "+strconv.FormatInt(e.Ref.Line, 10), uint64(e.Ref.Line)
	}
	if s.Record != 0 && number != s.Record {
		return
	}
	if e.Time.Known() {
		where += ", " + e.Time.String()
	}
	if e.Route.Channel != "" {
		where += ", " + e.Route.Channel
	}
	if e.Route.EventID != 0 {
		where += fmt.Sprintf(", event %d", e.Route.EventID)
	}
	x := engine.Explain(s.Rule, e)
	s.Seen++
	if x.Scope != nil {
		s.Meant++
	}
	if x.Fires {
		s.Firing++
	}
	if s.Misses && x.Fires {
		return
	}
	s.Best = append(s.Best, Record{where, x, e.Ref.Item, s.Seen})
	slices.SortStableFunc(s.Best, func(a, b Record) int {
		return cmp.Or(cmp.Compare(a.distance(), b.distance()), cmp.Compare(a.order, b.order))
	})
	s.Best = s.Best[:min(len(s.Best), maxShown)]
}

// distance is how far a record is from one on which the rule fires.
func (r Record) distance() int {
	switch {
	case r.Fires:
		return 0
	case r.Scope == nil:
		return 1 << 20
	}
	return 1 + len(r.Blame)
}

// Search writes what was found: the counts where no record was named, then the
// records on which the rule fires, or else the closest.
func (w Writer) Search(s *Search) {
	if len(s.Best) == 0 {
		return
	}
	if s.Record == 0 {
		fmt.Fprintf(w, "records read: %d, of the rule's log source: %d, fired on: %d\n", s.Seen, s.Meant, s.Firing)
	}
	fires := s.Record == 0 && s.Best[0].Fires
	for i, r := range s.Best {
		if i > 0 && (fires != r.Fires || r.Scope == nil) {
			break
		}
		w.Record(r)
	}
}
