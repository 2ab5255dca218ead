package storyline

import (
	"fmt"
	"slices"
	"testing"

	"spoor/event"
	"spoor/internal/coverage"
	"spoor/internal/finding"
)

// Whether somebody is still there cannot be said beyond the end of the logs,
// whichever of them goes on longest.
func TestHowFarTheLogsGoIsSaidOfAnOpenEnd(t *testing.T) {
	t.Parallel()
	longer := logOf{"evtx", "System", "2021-03-01T00:00:00Z", "2021-04-02T05:00:00Z", ""}
	won := []*finding.Finding{found("proxylogon", "script-set", "2021-03-03T06:49:53Z")}
	for _, logs := range [][]logOf{{door, result, longer}, {longer, door, result}} {
		if h := assess(t, won, logs...); h.GoesOn.Values["to"] != "2021-04-02T05:00:00Z" {
			t.Errorf("the logs go on to %v", h.GoesOn.Values["to"])
		}
	}
	if h := assess(t, nil, door, result); h.GoesOn.ID != "" || h.Ongoing != "" {
		t.Errorf("of a server that nobody came in by is said %q", h.Ongoing)
	}
}

func TestTheTimesThatResultsDoNotCoverAreSaid(t *testing.T) {
	t.Parallel()
	say := func(logs ...logOf) (before, hole bool) {
		for _, m := range assess(t, nil, logs...).Unseen {
			before, hole = before || m.ID == "rule-out.results-before", hole || m.ID == "rule-out.results-hole"
		}
		return before, hole
	}
	part := func(from, to string) logOf { l := result; l.from, l.to = from, to; return l }
	for name, c := range map[string]struct {
		logs         []logOf
		before, hole bool
	}{
		"results all the time":          {[]logOf{door, result}, false, false},
		"results from a day after":      {[]logOf{door, part("2020-12-21T00:00:00Z", result.to)}, true, false},
		"results from a little after":   {[]logOf{door, part("2020-12-20T23:00:00Z", result.to)}, false, false},
		"results with a hole":           {[]logOf{door, part(result.from, "2021-02-01T00:00:00Z"), part("2021-02-10T00:00:00Z", result.to)}, false, true},
		"results and no log of a door":  {[]logOf{result}, false, false},
		"a log of a door and no result": {[]logOf{door}, false, false},
	} {
		before, hole := say(c.logs...)
		if before != c.before || hole != c.hole {
			t.Errorf("%s: before %v, hole %v; want %v, %v", name, before, hole, c.before, c.hole)
		}
	}
}

// Windows of which the same is to be said stand together, and no others: each
// row differs from the first window in one thing.
func TestWindowsStandTogetherWhereTheSameIsSaid(t *testing.T) {
	t.Parallel()
	at := func(sec int64) event.Time { return event.Time{Sec: 1_000_000 + sec, Source: event.FromRow} }
	first := func() *Window {
		return &Window{State: Open, Why: WhyFixedLater, Build: "15.1.2176.2", seen: true, before: period{to: at(0)}, closed: at(0)}
	}
	for name, c := range map[string]struct {
		change func(*Window)
		same   bool
	}{
		"nothing":                      {func(*Window) {}, true},
		"another chain":                {func(w *Window) { w.Chain = "x" }, true},
		"another state":                {func(w *Window) { w.State = PartUnseen }, false},
		"another reason":               {func(w *Window) { w.Why = "x" }, false},
		"another build":                {func(w *Window) { w.Build = "15.2.1.1" }, false},
		"no log that shows a knock":    {func(w *Window) { w.seen = false }, false},
		"logs that begin an hour less": {func(w *Window) { w.before.to = at(-leastBreak + 1) }, true},
		"logs that begin an hour on":   {func(w *Window) { w.before.to = at(leastBreak) }, false},
		"closed an hour less":          {func(w *Window) { w.closed = at(leastBreak - 1) }, true},
		"closed an hour before":        {func(w *Window) { w.closed = at(-leastBreak) }, false},
	} {
		w := first()
		c.change(w)
		left := &Window{Title: "left out"}
		groups := grouped([]*Window{first(), left, w}, func(w *Window) bool { return w != left })
		if got := len(groups) == 1 && len(groups[0]) == 2; got != c.same || len(groups) > 2 {
			t.Errorf("%s: together %v, want %v", name, got, c.same)
		}
	}
	a, b := first(), first()
	a.Why, b.Why, b.closed = "x", "x", at(9*leastBreak)
	if len(grouped([]*Window{a, b}, func(*Window) bool { return true })) != 1 {
		t.Error("when a door was closed keeps windows apart that do not speak of it")
	}
	if got := lastOf([]*Window{{before: period{to: at(1)}}, {before: period{to: at(3)}}, {before: period{to: at(2)}}}); got != at(3) {
		t.Errorf("last %v", got)
	}
}

func TestTheSpanOfLogsIsThatOfTheWantedOnes(t *testing.T) {
	t.Parallel()
	at := func(sec int64) event.Time { return event.Time{Sec: sec, Source: event.FromRow} }
	logs := []*coverage.Log{{Kind: "a", From: at(50), To: at(60)}, {Kind: "b", From: at(10), To: at(90)}, {Kind: "a", From: at(40), To: at(45)}, {Kind: "a"}, {Kind: "a", From: at(55), To: at(70)}}
	for kind, want := range map[string]string{"a": fmt.Sprint(at(40), at(70)), "b": fmt.Sprint(at(10), at(90)), "c": fmt.Sprint(event.Time{}, event.Time{})} {
		for range 2 {
			from, to := span(logs, func(l *coverage.Log) bool { return l.Kind == kind })
			if got := fmt.Sprint(from, to); got != want {
				t.Errorf("%s: %s, want %s", kind, got, want)
			}
			slices.Reverse(logs)
		}
	}
}
