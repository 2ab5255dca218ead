package examine

import (
	"context"
	"encoding/json"
	"testing"

	"spoor/internal/evidence"
	"spoor/internal/finding"
)

// oneFound is an emitter with one finding of an item in progress.
func oneFound(t *testing.T) (*emitter, *itemState, *[]*finding.Finding, *[]*ItemResult) {
	t.Helper()
	var found []*finding.Finding
	var items []*ItemResult
	e := newEmitter(newPipeline(context.Background(), Options{Workers: 1}), Sink{
		Finding: func(f *finding.Finding) error { found = append(found, f); return nil },
		Item:    func(r *ItemResult) error { items = append(items, r); return nil },
	})
	st := &itemState{item: &evidence.Item{Path: "a.log"}}
	st.result.Item, st.result.Format, st.result.Records = st.item, "w3c", 1
	e.current = st
	e.waiting = []*finding.Finding{{Rule: finding.Rule{ID: "r"}, Event: json.RawMessage(`{}`)}}
	return e, st, &found, &items
}

func TestFindingsOfACopySeenOnlyWhileReadingAreCountedOnce(t *testing.T) {
	t.Parallel()
	e, st, found, items := oneFound(t)
	st.content.Duplicate = true
	if err := e.finish(st); err != nil {
		t.Fatal(err)
	}
	if len(*found) != 0 || e.totals.TwiceFindings != 1 || e.totals.TwiceItems != 1 {
		t.Fatalf("%d findings handed on, %d findings and %d items told as repeated", len(*found), e.totals.TwiceFindings, e.totals.TwiceItems)
	}
	if r := (*items)[0]; r.Code != "duplicate" || r.Outcome != evidence.Examined {
		t.Fatalf("outcome %v, code %q", r.Outcome, r.Code)
	}
}

func TestFindingsOfAnInterruptedItemAreHandedOnAndTheItemIsPartlyExamined(t *testing.T) {
	t.Parallel()
	e, _, found, items := oneFound(t)
	if err := e.breakOff(); err != nil {
		t.Fatal(err)
	}
	if len(*found) != 1 || len(*items) != 1 || (*items)[0].Outcome != evidence.Partly || (*items)[0].Code != "interrupted" {
		t.Fatalf("%d findings, items %+v", len(*found), *items)
	}
	if e.current != nil || e.breakOff() != nil || len(*items) != 1 {
		t.Fatal("an item is finished twice")
	}
}
