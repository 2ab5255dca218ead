package examine

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"spoor/event"
	"spoor/internal/finding"
	"spoor/internal/sigma"
)

// Hits that do not fit into memory give the same findings of correlations as
// those that do, in whatever order and from whatever files and hosts they come.
func TestSpilledHitsGiveTheSameCorrelations(t *testing.T) {
	t.Parallel()
	const rules = `
title: a
name: a
logsource: {product: windows}
detection: {s: {F: a}, condition: s}
---
title: b
name: b
logsource: {product: windows}
detection: {s: {F: b}, condition: s}
---
title: many
name: many
correlation: {type: event_count, rules: [a], group-by: [User], timespan: 60s, condition: {gte: 4}}
---
title: then
correlation: {type: temporal_ordered, rules: [many, b], group-by: [User], timespan: 5m}
---
title: values
correlation: {type: value_count, rules: [a, b], group-by: [Computer], timespan: 2m, condition: {field: User, gte: 3}}
`
	set, report := sigma.Load([]sigma.File{{Name: "c.yml", Data: []byte(rules)}}, sigma.Options{})
	if len(report.Refused) > 0 {
		t.Fatal(report.Refused)
	}
	rng := rand.New(rand.NewPCG(5, 5))
	var hits []*finding.Finding
	for n := range 4_000 {
		member := rng.IntN(2)
		needs := make([]string, len(set.Rules[member].Needs))
		for i, name := range set.Rules[member].Needs {
			needs[i] = fmt.Sprintf("%s-%d", name, rng.IntN(6))
		}
		f := &finding.Finding{Rule: finding.Rule{ID: set.Rules[member].Meta.Title}, Host: fmt.Sprintf("h%d", rng.IntN(3)), Member: member, Needs: needs,
			At: event.Time{Sec: int64(rng.IntN(30_000)), Source: event.FromRecord}, Item: event.ItemID(rng.IntN(5)), Where: finding.Where{Record: uint64(n)}, Event: []byte("{}")}
		f.Seal()
		hits = append(hits, f)
	}
	told := func(limit int) (string, int) {
		c := newCorrelator(&Options{Rules: set, SpillDir: t.TempDir()})
		c.room = limit
		for _, n := range rng.Perm(len(hits)) {
			if err := c.take(hits[n]); err != nil {
				t.Fatal(err)
			}
		}
		found, notes, err := c.run()
		if err != nil || len(notes) > 0 {
			t.Fatal(err, notes)
		}
		var b strings.Builder
		for _, f := range found {
			fmt.Fprintf(&b, "%s %s %d %s\n", f.Time, f.Rule.Title, f.Item, f.Event)
		}
		files := len(c.runs)
		c.close()
		for _, name := range c.runs {
			if _, err := os.Stat(name); err == nil {
				t.Errorf("%s is left behind", name)
			}
		}
		return b.String(), files
	}
	want, files := told(32 << 20)
	if lines := strings.Count(want, "\n"); files != 0 || lines < 100 || !strings.Contains(want, " values ") || !strings.Contains(want, " then ") {
		t.Fatalf("%d findings, %d files", lines, files)
	}
	for _, limit := range []int{1_000, 50_000} {
		if got, files := told(limit); got != want || files < 2 {
			t.Errorf("with %d bytes in memory and %d files the findings are other ones", limit, files)
		}
	}
}
