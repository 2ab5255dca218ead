package mailuse

import (
	"fmt"
	"slices"
	"testing"

	"spoor/event"
	"spoor/internal/finding"
)

func ews(second int, user, client, action, owner string, bytes int) *event.Event {
	names := []string{"SoapAction", "ImpersonatedUser", "AuthenticatedUser", "ClientIpAddress", "ResponseSize"}
	var fields []event.Field
	var values []event.Value
	for i, v := range []string{action, owner, user, client, fmt.Sprint(bytes)} {
		fields = append(fields, event.Field{Name: names[i]})
		values = append(values, event.TextValue([]byte(v)))
	}
	e := &event.Event{Shape: event.NewShape("ews", fields, false), Values: values, Host: "MAIL01", Route: &event.Route{Format: "ews"}}
	e.Time.Sec, e.Ref.Offset = int64(1_700_000_000+second), int64(second)
	return e
}

func TestReadersAreSummedWhoeverSawThem(t *testing.T) {
	t.Parallel()
	var first []string
	for workers := 1; workers < 4; workers++ {
		cols := make([]*Collector, workers)
		for i := range cols {
			cols[i] = NewCollector()
		}
		for i := range 90 {
			cols[i%workers].Add(ews(i, `LAB\svc`, "203.0.113.7", []string{"FindItem", "GetItem", "GetFolder"}[i%3], fmt.Sprintf("User%d@lab.example", i%8), 1000))
			cols[(i+1)%workers].Add(ews(i, `LAB\backup`, "192.0.2.4", "ExportItems", fmt.Sprintf("user%d@lab.example", i%30), 10))
			cols[i%workers].Add(ews(i, `LAB\person`, "192.0.2.9", "GetItem", "-", 10)) // reads own mail
		}
		var got []string
		list, dropped := Findings(cols, func(h string, _ event.ItemID) string { return h }, func(event.ItemID) finding.Source { return finding.Source{} })
		if dropped != 0 {
			t.Fatalf("%d reads were dropped", dropped)
		}
		for _, f := range list {
			got = append(got, fmt.Sprint(f.Fields["AuthenticatedUser"], " ", f.Fields["reads"], " ", f.Fields["owners"], " ", f.Fields["bytes"], " ", f.Time, " ", f.Fields["until"]))
		}
		if first == nil {
			first = got
		}
		if !slices.Equal(got, first) || len(got) != 2 {
			t.Fatalf("%d workers: %q, want %q", workers, got, first)
		}
	}
	for i, want := range []string{`LAB\backup 90 30 900`, `LAB\svc 60 8 60000`} {
		if len(first[i]) < len(want) || first[i][:len(want)] != want {
			t.Errorf("%q, want %q", first[i], want)
		}
	}
}

func TestReadsOfReadersBeyondTheCapAreCounted(t *testing.T) {
	t.Parallel()
	const more = 500
	for workers := 1; workers < 3; workers++ {
		cols := make([]*Collector, workers)
		for i := range cols {
			cols[i] = NewCollector()
		}
		for i := range 2 * (2*maxReaders + more) {
			cols[i%workers].Add(ews(i, fmt.Sprintf(`LAB\u%d`, i/2), "203.0.113.7", "GetItem", "somebody@lab.example", 10))
		}
		list, dropped := Findings(cols, func(h string, _ event.ItemID) string { return h }, func(event.ItemID) finding.Source { return finding.Source{} })
		if len(list) != maxReaders || dropped != 2*(maxReaders+more) {
			t.Errorf("%d workers: %d readers, %d reads dropped", workers, len(list), dropped)
		}
	}
}
