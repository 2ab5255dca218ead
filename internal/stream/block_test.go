package stream

import (
	"slices"
	"testing"

	"spoor/event"
)

func TestASummaryCountsHoursOfUTC(t *testing.T) {
	t.Parallel()
	shape, guessed := event.NewShape("w3c", nil, false), event.NewShape("w3c", nil, true)
	var s Summary
	add := func(sec int64, line int64, record uint64, sh *event.Shape) {
		e := event.Event{Shape: sh, Time: event.Time{Sec: sec, Source: event.FromRow}, Ref: event.Ref{Line: line, Record: record}}
		if sec == 0 {
			e.Time = event.Time{}
		}
		s.Count(&e)
	}
	add(-1, 7, 0, shape)     // the last hour of 1969
	add(-3600, 5, 0, shape)  // its first second
	add(-3601, 6, 0, shape)  // the hour before
	add(7199, 0, 99, shape)  // the second hour of 1970
	add(0, 9, 0, guessed)    // no time
	add(3600, 3, 50, shape)  // the record id counts, not the line
	add(-1800, 20, 0, shape) // back to the first hour
	want := []HourCount{{-1, 3}, {-2, 1}, {1, 2}}
	if !slices.Equal(s.Hours, want) {
		t.Fatalf("hours %v, want %v", s.Hours, want)
	}
	if s.Records != 7 || s.Inferred != 1 || s.First != 5 || s.Last != 99 || s.From.Sec != -3601 || s.To.Sec != 7199 {
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
