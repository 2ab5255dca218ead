package sigma_test

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"spoor/event"
	"spoor/internal/engine"
	"spoor/internal/examine"
	"spoor/internal/lab/labdata"
	"spoor/internal/sigma"
)

// told writes hits for comparison.
func told(hits []engine.Hit) []string {
	var out []string
	for _, h := range hits {
		out = append(out, fmt.Sprint(h.Rule.Meta.Title, h.Rule.Meta.Source, h.Untested))
	}
	return out
}

// The engine and the reference name the same rules, in the same order, for
// every event of every log that the shared data holds.
func TestTheEngineAgreesWithTheReferenceOnEveryLog(t *testing.T) {
	t.Parallel()
	set, _ := sigma.Load(published(t), sigma.Options{})
	fast, reference := engine.NewProgram(set).NewEngine(), engine.NewReference(set)
	var a, b []engine.Hit
	events, hits, wrong := 0, 0, 0
	kinds := map[string]int{}
	step := 4
	if os.Getenv("SPOOR_ALL") != "" {
		step = 1
	}
	compare := func(e *event.Event, _ bool) {
		if events++; events%step != 0 {
			return
		}
		kinds[e.Shape.Format()]++
		a, b = fast.Match(e, a[:0]), reference.Match(e, b[:0])
		hits += len(b)
		if x, y := told(a), told(b); (!slices.Equal(x, y) || fast.Tried() != reference.Tried()) && wrong < 10 {
			wrong++
			t.Errorf("%s event %d %s: the engine says %q, the reference %q", e.Shape.Format(), e.Ref.Record, e.AppendJSON(nil), x, y)
		}
	}
	opts := examine.Options{
		Paths:   []string{labdata.Path(t, "evtx"), labdata.Path(t, "sigma-regression"), labdata.Path(t, "exchange")},
		Workers: 1, Observe: func(int) func(*event.Event, bool) { return compare },
	}
	if _, err := examine.Run(t.Context(), opts, examine.Sink{}); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d rules, %d events, %d hits: %v", len(set.Rules), events, hits, kinds)
	if events < 34_000 || hits*step < 2_500 || len(kinds) < 10 {
		t.Fatalf("only %d events of %d kinds and %d hits were compared", events, len(kinds), hits)
	}
}
