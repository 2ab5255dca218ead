package mailuse

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
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
			cols[i%workers].Add(ews(i, `LAB\svc`, "203.0.113.7", []string{"FindItem", "GetItem", "GetFolder"}[i%3], fmt.Sprintf("User%d@lab.example", i%8), 1000), true)
			cols[(i+1)%workers].Add(ews(i, `LAB\backup`, "192.0.2.4", "ExportItems", fmt.Sprintf("user%d@lab.example", i%30), 10), true)
			cols[i%workers].Add(ews(i, `LAB\person`, "192.0.2.9", "GetItem", "-", 10), true) // reads own mail
		}
		var got []string
		reads := Merge(cols, func(h string, _ event.ItemID) string { return h })
		list, dropped := reads.Findings(func(event.ItemID) finding.Source { return finding.Source{} }), reads.Dropped()
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
			cols[i%workers].Add(ews(i, fmt.Sprintf(`LAB\u%d`, i/2), "203.0.113.7", "GetItem", "somebody@lab.example", 10), true)
		}
		reads := Merge(cols, func(h string, _ event.ItemID) string { return h })
		list, dropped := reads.Findings(func(event.ItemID) finding.Source { return finding.Source{} }), reads.Dropped()
		if len(list) != maxReaders || dropped != 2*(maxReaders+more) {
			t.Errorf("%d workers: %d readers, %d reads dropped", workers, len(list), dropped)
		}
	}
}

// The same account at the same address of three servers has one hash, so three
// readers give way together; whoever comes back later is not counted in part.
func TestWhoIsKeptDoesNotDependOnWorkersOrOrder(t *testing.T) {
	t.Parallel()
	const users = 2*maxReaders/3 + 1500
	type read struct{ user, host, second int }
	var all []read
	for i := range 6 * users {
		all = append(all, read{i % users, i / users % 3, i})
	}
	var want string
	for workers := 1; workers < 4; workers++ {
		rng := rand.New(rand.NewPCG(uint64(workers), 5))
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		cols := make([]*Collector, workers)
		for i := range cols {
			cols[i] = NewCollector()
		}
		for _, r := range all {
			e := ews(r.second, fmt.Sprintf(`LAB\u%d`, r.user), "203.0.113.7", "GetItem", "somebody@lab.example", 10)
			e.Host = fmt.Sprintf("MAIL%d", r.host)
			cols[rng.IntN(workers)].Add(e, true)
		}
		reads := Merge(cols, func(h string, _ event.ItemID) string { return h })
		var got strings.Builder
		kept := reads.Dropped()
		for _, f := range reads.Findings(func(event.ItemID) finding.Source { return finding.Source{} }) {
			fmt.Fprintln(&got, f.Host, f.Fields["AuthenticatedUser"], f.Fields["reads"], f.Time)
			n, _ := strconv.ParseInt(f.Fields["reads"], 10, 64)
			kept += n
		}
		if want == "" {
			want = got.String()
		}
		if got.String() != want || kept != int64(len(all)) || reads.Dropped() == 0 || strings.Count(want, " 2 ") != strings.Count(want, "\n") {
			t.Fatalf("%d workers: %d readers, %d of %d reads kept or dropped", workers, strings.Count(got.String(), "\n"), kept, len(all))
		}
	}
}

func TestMoreOwnersThanAreToldApartAreSaid(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{maxOwners: 0, maxOwners + 1: 1} {
		cols := []*Collector{NewCollector(), NewCollector()}
		for i := range n {
			cols[i%2].Add(ews(i, `LAB\svc`, "203.0.113.7", "GetItem", fmt.Sprintf("user%d@lab.example", i), 10), true)
		}
		f := Merge(cols, func(h string, _ event.ItemID) string { return h }).Findings(func(event.ItemID) finding.Source { return finding.Source{} })[0]
		if len(f.Notes) != want || f.Fields["owners"] != strconv.Itoa(maxOwners) {
			t.Errorf("%d owners: %q, notes %q", n, f.Fields["owners"], f.Notes)
		}
	}
}
