package assess

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/coverage"
	"spoor/internal/engine"
	"spoor/internal/examine"
	"spoor/internal/finding"
	"spoor/internal/lab"
	"spoor/internal/mailuse"
	"spoor/internal/pageuse"
	"spoor/internal/rulebook"
	"spoor/internal/storyline"
)

// packed writes an evidence set as one archive, which takes a tenth of the
// time that its files take.
func packed(t *testing.T, files []lab.File) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		if err := w.WriteHeader(&tar.Header{Name: f.Path, Mode: 0o600, Size: int64(len(f.Data))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(f.Data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "evidence.tar")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// concluded examines a scenario's evidence without writing a case.
func concluded(t *testing.T, set *engine.Ruleset, s lab.Scenario) []*storyline.Host {
	t.Helper()
	var found []*finding.Finding
	var items []coverage.ItemHost
	stated := map[event.ItemID][]string{}
	col, uses, reads := coverage.NewCollector(), pageuse.NewCollector(), mailuse.NewCollector()
	opts := examine.Options{Paths: []string{packed(t, s.Files())}, Rules: set, Workers: 1, Inspectors: Inspectors(), SpillDir: t.TempDir(),
		Observe: func(int) func(*event.Event, bool) {
			return func(e *event.Event, looked bool) { col.Add(e, looked); uses.Add(e, looked); reads.Add(e, looked) }
		}}
	_, err := examine.Run(context.Background(), opts, examine.Sink{
		Finding: func(f *finding.Finding) error { found = append(found, f); return nil },
		Item: func(r *examine.ItemResult) error {
			items = append(items, coverage.ItemHost{ID: r.Item.ID, Path: r.Item.Path, Root: r.Item.Root, Collection: r.Item.Origin.Host, NamedBy: r.Item.Origin.NamedBy, Override: r.Item.HostOverride})
			if len(r.Hosts) > 0 {
				stated[r.Item.ID] = r.Hosts
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	hosts := coverage.NewHosts(items, stated)
	for _, f := range found {
		f.Host = hosts.Of(f.Host, f.Item)
	}
	var shells []*finding.Finding
	found = slices.DeleteFunc(found, func(f *finding.Finding) bool {
		if tiesToRequests(f) {
			shells = append(shells, f)
			return true
		}
		return false
	})
	files, requests := pageuse.Merge([]*pageuse.Collector{uses}, hosts.Of).Findings(shells, func(event.ItemID) pageuse.Item { return pageuse.Item{} })
	for _, f := range append(files, requests...) {
		f.Host = hosts.Of(f.Host, f.Item)
		found = append(found, f)
	}
	mail := mailuse.Merge([]*mailuse.Collector{reads}, hosts.Of).Findings(func(event.ItemID) finding.Source { return finding.Source{} })
	found = append(found, mail...)
	slices.SortStableFunc(found, finding.Compare)
	list, err := storyline.Assess(found, coverage.Merge([]*coverage.Collector{col}, hosts.Of), hosts)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// differences compares what was concluded with what must be.
func differences(got []*storyline.Host, want []lab.ServerWant) []string {
	var list []string
	say := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if len(got) != len(want) {
		say("%d servers, want %d", len(got), len(want))
	}
	for _, w := range want {
		i := slices.IndexFunc(got, func(h *storyline.Host) bool {
			name, _, _ := strings.Cut(h.Host, ".")
			return strings.EqualFold(name, w.Host) || len(want) == 1
		})
		if i < 0 {
			say("%s is missing", w.Host)
			continue
		}
		h := got[i]
		if string(h.Verdict) != w.Verdict || h.Outcome != w.Outcome && w.Outcome != "*" {
			say("%s: %s %s, want %s %s (%s)", h.Host, h.Verdict, h.Outcome, w.Verdict, w.Outcome, h.Reason)
		}
		if w.Mild {
			for _, c := range h.Chains {
				if c.Grade != storyline.Attempted {
					say("%s: %s: %s %s, want an attempt", h.Host, c.ID, c.Grade, c.Deepest)
				}
			}
			continue
		}
		first, won, last := overall(w.Chains)
		for _, m := range []struct {
			name, got string
			want      time.Time
		}{{"first attempt", h.FirstAttempt, first}, {"first success", h.FirstSuccess, won}, {"last", h.Last, last}} {
			if !sameTime(m.got, m.want) && (m.name != "last" || m.got < m.want.Format(time.RFC3339Nano)) { // what came after may be later
				say("%s: %s %s, want %s", h.Host, m.name, m.got, m.want.Format(time.RFC3339Nano))
			}
		}
		if later := laterSteps(h); w.After != nil && !slices.Equal(later, slices.Sorted(slices.Values(w.After))) {
			say("%s: what came after: %v, want %v", h.Host, later, w.After)
		}
		if w.Taken != nil {
			took := []string{}
			for _, t := range h.Took {
				took = append(took, t.ID)
			}
			if !slices.Equal(took, w.Taken) {
				say("%s: taken: %v, want %v", h.Host, took, w.Taken)
			}
		}
		var ids []string
		for _, c := range h.Chains {
			ids = append(ids, c.ID)
		}
		for _, c := range w.Chains {
			j := slices.Index(ids, c.ID)
			if j < 0 {
				say("%s: chain %s is missing", h.Host, c.ID)
				continue
			}
			ids[j] = ""
			g := h.Chains[j]
			if string(g.Grade) != c.Grade || g.Outcome != c.Outcome || g.Deepest != c.Deepest {
				say("%s: %s: %s %s %s, want %s %s %s", h.Host, c.ID, g.Grade, g.Outcome, g.Deepest, c.Grade, c.Outcome, c.Deepest)
			}
			for _, m := range []struct {
				name, got string
				want      time.Time
			}{{"first attempt", g.FirstAttempt, c.First}, {"first success", g.FirstSuccess, c.Success}, {"last", g.Last, c.Last}} {
				if !sameTime(m.got, m.want) {
					say("%s: %s: %s %s, want %s", h.Host, c.ID, m.name, m.got, m.want.Format(time.RFC3339Nano))
				}
			}
			if !slices.Equal(g.Sources, slices.Sorted(slices.Values(c.Sources))) {
				say("%s: %s: sources %v, want %v", h.Host, c.ID, g.Sources, c.Sources)
			}
		}
		for _, id := range ids {
			if id != "" {
				j := slices.IndexFunc(h.Chains, func(c *storyline.ChainResult) bool { return c.ID == id })
				say("%s: chain %s is told: %s %s", h.Host, id, h.Chains[j].Grade, h.Chains[j].Deepest)
			}
		}
	}
	return list
}

// laterSteps are the steps told of what came after, each once, sorted.
func laterSteps(h *storyline.Host) []string {
	var list []string
	for _, e := range h.Story {
		if e.Chain == "after" && !slices.Contains(list, e.Step) {
			list = append(list, e.Step)
		}
	}
	slices.Sort(list)
	return list
}

// overall are the server's own times: the earliest and the latest of its
// chains.
func overall(chains []lab.ChainWant) (first, won, last time.Time) {
	earlier := func(a *time.Time, b time.Time) {
		if !b.IsZero() && (a.IsZero() || b.Before(*a)) {
			*a = b
		}
	}
	for _, c := range chains {
		earlier(&first, c.First)
		earlier(&won, c.Success)
		if c.Last.After(last) {
			last = c.Last
		}
	}
	return first, won, last
}

// TestEveryScenarioIsConcludedAsItsEvidenceAllows runs all scenarios of the
// lab and prints how attempts and compromises were told apart.
func TestEveryScenarioIsConcludedAsItsEvidenceAllows(t *testing.T) {
	t.Parallel()
	set, err := rulebook.Load(rulebook.Options{})
	if err != nil {
		t.Fatal(err)
	}
	list := lab.Scenarios()
	if len(list) < 80 {
		t.Errorf("%d scenarios, want at least 80", len(list))
	}
	var m matrix
	t.Cleanup(func() { t.Log("what the evidence shows (rows) and what was said (columns):\n" + m.String()) })
	for _, s := range list {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			got := concluded(t, set.Set, s)
			m.add(got, s.Want)
			for _, d := range differences(got, s.Want) {
				t.Error(d)
			}
			if t.Failed() {
				for _, h := range got {
					for _, e := range h.Story {
						t.Logf("%s %s %s %s %s %v %s", h.Host, e.Time, e.Chain, e.Step, e.Grade, e.Sources, e.Detail)
					}
					for _, l := range h.Leads {
						t.Logf("lead %s %s %s", l.Level, l.Title, l.Message)
					}
				}
			}
		})
	}
}

// matrix counts servers by what must be said and what was said.
type matrix struct {
	mu    sync.Mutex
	count map[[2]string]int
}

func (m *matrix) add(got []*storyline.Host, want []lab.ServerWant) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.count == nil {
		m.count = map[[2]string]int{}
	}
	for _, w := range want {
		for _, h := range got {
			name, _, _ := strings.Cut(h.Host, ".")
			if strings.EqualFold(name, w.Host) || len(want) == 1 {
				m.count[[2]string{w.Verdict, string(h.Verdict)}]++
			}
		}
	}
}

func (m *matrix) String() string {
	words := []string{"compromised", "suspicious", "attempted", "nothing-found", "cannot-tell"}
	var b strings.Builder
	fmt.Fprintf(&b, "%-14s", "")
	for _, w := range words {
		fmt.Fprintf(&b, "%14s", w)
	}
	for _, row := range words {
		fmt.Fprintf(&b, "\n%-14s", row)
		for _, col := range words {
			fmt.Fprintf(&b, "%14d", m.count[[2]string{row, col}])
		}
	}
	return b.String()
}

// A case keeps few fields of a finding in memory; what the storyline reads
// must be among them.
func TestScenariosAreConcludedTheSameThroughACase(t *testing.T) {
	t.Parallel()
	want := []string{"variety-page-in-site-folder", "variety-page-handed-over-apart", "variety-page-given-commands", "webshell-only-files", "webshell-only-files-of-a-site",
		"after-three-mailboxes", "after-mail-in-other-names", "after-mail-without-a-shell", "ordinary-own-sign-in-page", "ordinary-everything-answered-200-only-iis", "proxylogon-full", "proxyshell-only-management"}
	found := 0
	for _, s := range lab.Scenarios() {
		if !slices.Contains(want, s.Name) {
			continue
		}
		found++
		a := assess(t, packed(t, s.Files()))
		for _, d := range differences(a.verdict.Hosts, s.Want) {
			t.Errorf("%s: %s", s.Name, d)
		}
	}
	if found != len(want) {
		t.Errorf("%d of %d scenarios are there", found, len(want))
	}
}
