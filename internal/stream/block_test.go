package stream

import (
	"testing"

	"spoor/event"
)

func TestASummaryCountsEventsAndTheTimesBetweenWhichTheyLie(t *testing.T) {
	t.Parallel()
	stated, inferred := event.NewShape("w3c", nil, false), event.NewShape("w3c", nil, true)
	var s Summary
	for _, e := range []struct {
		sec   int64
		shape *event.Shape
	}{{-1, stated}, {-3601, stated}, {7199, inferred}, {3600, stated}} {
		s.Count(&event.Event{Shape: e.shape, Time: event.Time{Sec: e.sec, Source: event.FromRow}})
	}
	s.Count(&event.Event{Shape: inferred}) // an event without a time is counted, and moves neither end
	if s.Records != 5 || s.Inferred != 2 || s.From.Sec != -3601 || s.To.Sec != 7199 {
		t.Fatalf("summary %+v", s)
	}
}

func TestDamageIsCountedBeyondWhatIsDescribed(t *testing.T) {
	t.Parallel()
	var s Summary
	for range MaxDamagePerBlock + 5 {
		s.AddDamage(event.Damage{Code: "x"})
	}
	if len(s.Damage) != MaxDamagePerBlock || s.DamageMore != 5 {
		t.Fatalf("%d described, %d more", len(s.Damage), s.DamageMore)
	}
}

func TestABlockGrowsInPlace(t *testing.T) {
	t.Parallel()
	var b Block
	first := b.Grow(100)
	if again := b.Grow(50); &again[0] != &first[0] || len(again) != 50 {
		t.Fatal("a smaller block took new memory")
	}
	if len(b.Grow(200)) != 200 {
		t.Fatal("a larger block did not grow")
	}
}

func TestLinesAddUp(t *testing.T) {
	t.Parallel()
	a := Lines{Total: 15, Header: 1, Comment: 2, Blank: 3, Parsed: 4, Damaged: 5}
	a.Add(Lines{Total: 150, Header: 10, Comment: 20, Blank: 30, Parsed: 40, Damaged: 50})
	if a != (Lines{165, 11, 22, 33, 44, 55}) {
		t.Fatalf("sum %+v", a)
	}
}
