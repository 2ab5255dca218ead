package assess

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/coverage"
	"spoor/internal/engine"
	"spoor/internal/examine"
	"spoor/internal/finding"
	"spoor/internal/lab"
	"spoor/internal/rulebook"
	"spoor/internal/storyline"
)

// quietSeeds is how many servers the property is tested on; SPOOR_QUIET asks
// for another number.
const quietSeeds = 4

// TestCoverageSaysWhatTheRowsAllow makes quiet servers with deleted spans,
// hands over every combination of their eight logs, and compares what is said
// with what the rows that are left allow.
func TestCoverageSaysWhatTheRowsAllow(t *testing.T) {
	t.Parallel()
	n := quietSeeds
	if s := os.Getenv("SPOOR_QUIET"); s != "" {
		more, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		n = more
	}
	set, err := rulebook.Load(rulebook.Options{})
	if err != nil {
		t.Fatal(err)
	}
	said, edges := map[string]int{}, 0
	for seed := range uint64(n) {
		c, files := newQuietCase(seed + 1)
		logs := readLogs(t, set.Set, files)
		for subset := range 1 << len(sourcesOf()) {
			var have []string
			for i, s := range sourcesOf() {
				if subset>>i&1 == 1 {
					have = append(have, s)
				}
			}
			if len(have) == 0 {
				continue
			}
			want, got := c.must(have), logs.assess(t, have)
			said[string(got.Verdict)+" "+got.Why.ID]++
			if want.unsure {
				edges++
			}
			if list := c.compare(got, want, have); len(list) > 0 {
				t.Errorf("server %d with %s (builds %v, audit %s), said %q:\n%s", seed+1, strings.Join(have, ", "), c.plan.Builds, c.audit, got.Reason, strings.Join(list, "\n"))
				if len(list) > 0 && t.Failed() {
					return
				}
			}
		}
	}
	t.Log(said, edges, "at an edge")
	if cases := n * 255; edges*5 > cases {
		t.Errorf("%d of %d combinations are at an edge where nothing is compared", edges, cases)
	}
	for _, kind := range []string{"nothing-found reason.quiet", "nothing-found reason.quiet-before", "cannot-tell reason.open", "cannot-tell reason.blind", "cannot-tell reason.no-door-log", "cannot-tell reason.no-result-log"} {
		if said[kind] == 0 {
			t.Errorf("no server was called %s", kind)
		}
	}
}

// readLogs reads the evidence once and keeps what was seen of each log apart.
type readings struct {
	cols  map[string]*coverage.Collector
	items map[string][]coverage.ItemHost
	hosts map[event.ItemID][]string
}

func readLogs(t *testing.T, set *engine.Ruleset, files []lab.File) readings {
	t.Helper()
	r := readings{map[string]*coverage.Collector{}, map[string][]coverage.ItemHost{}, map[event.ItemID][]string{}}
	sourceOf := map[string]string{"w3c": "iis", "httpproxy": "httpproxy", "ecp-server": "ecp", "rps-http": "rps-http", "rps-cmdlet": "rps-cmdlet",
		"MSExchange Management": "management", "Security": "security", "Microsoft-Windows-Sysmon/Operational": "sysmon"}
	for _, s := range sourcesOf() {
		r.cols[s] = coverage.NewCollector()
	}
	opts := examine.Options{Paths: []string{packed(t, files)}, Rules: set, Workers: 1, Inspectors: Inspectors(), SpillDir: t.TempDir(),
		Observe: func(int) func(*event.Event, bool) {
			return func(e *event.Event, looked bool) {
				kind := e.Route.Format
				if kind == "evtx" {
					kind = e.Route.Channel
				}
				r.cols[sourceOf[kind]].Add(e, looked)
			}
		}}
	_, err := examine.Run(context.Background(), opts, examine.Sink{
		Finding: func(f *finding.Finding) error {
			return fmt.Errorf("%s fired on a quiet server: %s", f.Rule.ID, f.Event)
		},
		Item: func(res *examine.ItemResult) error {
			s := lab.SourceOf(res.Item.Path)
			r.items[s] = append(r.items[s], coverage.ItemHost{ID: res.Item.ID, Path: res.Item.Path, Root: res.Item.Root})
			r.hosts[res.Item.ID] = res.Hosts
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (r readings) assess(t *testing.T, have []string) *storyline.Host {
	t.Helper()
	var cols []*coverage.Collector
	var items []coverage.ItemHost
	stated := map[event.ItemID][]string{}
	for _, s := range have {
		cols = append(cols, r.cols[s])
		for _, it := range r.items[s] {
			items = append(items, it)
			stated[it.ID] = r.hosts[it.ID]
		}
	}
	hosts := coverage.NewHosts(items, stated)
	list, err := storyline.Assess(nil, coverage.Merge(cols, hosts.Of), hosts)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 {
		t.Fatalf("%d servers, want 1", len(list))
	}
	return list[0]
}

func minutely(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// compare lists what is said wrongly.
func (c quietCase) compare(h *storyline.Host, want expected, have []string) []string {
	var list []string
	say := func(format string, args ...any) { list = append(list, fmt.Sprintf("\t"+format, args...)) }
	reason := strings.TrimSuffix(strings.TrimSuffix(h.Why.ID, "-before"), "-holes")
	if reason == "reason.no-door" {
		reason = "reason.open"
	}
	if !want.unsure && (string(h.Verdict) != want.verdict || reason != want.reason) {
		say("%s (%s), want %s (%s)", h.Verdict, h.Why.ID, want.verdict, want.reason)
	}
	if !want.from.IsZero() && !strings.Contains(h.Reason, "from "+minutely(want.from)+" to "+minutely(want.to)) {
		say("the period is not from %s to %s", minutely(want.from), minutely(want.to))
	}
	c.compareDoors(h, have, want, say)
	var missing []string
	commands := ""
	for _, m := range h.Unseen {
		if id, ok := strings.CutPrefix(m.ID, "not-handed-over."); ok {
			missing = append(missing, id)
		}
		if strings.HasPrefix(m.ID, "rule-out.command") {
			commands = m.ID
		}
	}
	slices.Sort(missing)
	exchange := slices.ContainsFunc(have, func(s string) bool { return s != "security" && s != "sysmon" })
	if exchange && !slices.Equal(missing, want.missing) {
		say("not handed over: %v, want %v", missing, want.missing)
	}
	if commands != want.commands {
		say("of commands %q is said, want %q", commands, want.commands)
	}
	c.compareLogs(h, have, say)
	return list
}

// compareDoors compares what is said of the doors, in the table and in
// sentences.
func (c quietCase) compareDoors(h *storyline.Host, have []string, want expected, say func(string, ...any)) {
	told := map[string]*storyline.Window{}
	for _, w := range h.Windows {
		if w.State != storyline.NotExposed && w.State != storyline.AfterLogs {
			told[w.Chain] = w
		}
	}
	for _, f := range doorFacts() {
		x, w := want.doors[f.id], told[f.id]
		if x == nil || w == nil {
			if (x == nil) != (w == nil) {
				say("%s: %+v is said, want %v", f.title, w, x)
			}
			if named := slices.ContainsFunc(h.CannotRuleOut, func(s string) bool { return strings.Contains(s, f.title) }); named && x == nil {
				say("%s is named among what cannot be ruled out", f.title)
			}
			continue
		}
		state := x.state
		if slices.ContainsFunc(x.holes, func(p [2]time.Time) bool { return long(p) >= surely }) && state == "covered" {
			state = "part-unseen"
		}
		if w.State != state && !(state == "covered" && w.State == "part-unseen" && len(x.holes) > 0) {
			say("%s: %s is said, want %s", f.title, w.State, x)
		}
		c.compareSpans(f, have, x, w, say)
		// Every door that cannot be ruled out is named in a sentence; one that
		// can be is not.
		named := slices.ContainsFunc(h.CannotRuleOut, func(s string) bool { return strings.Contains(s, f.title) })
		if must := x.state != "covered"; must && !named {
			say("%s is not named among what cannot be ruled out: %q", f.title, h.CannotRuleOut)
		}
		if named && w.State == "covered" {
			say("%s is named among what cannot be ruled out", f.title)
		}
		if h.Verdict == storyline.NothingFound && !want.unsure && x.state == "part-unseen" && !x.before.IsZero() && slices.Contains(f.doors, "iis") && !strings.Contains(h.Reason, f.title) {
			say("the verdict's sentence does not name %s", f.title)
		}
		if !x.before.IsZero() && !beforeSaid(h.CannotRuleOut, f.title, x.before) {
			say("no sentence says that %s before %s cannot be ruled out: %q", f.title, minutely(x.before), h.CannotRuleOut)
		}
	}
}

func instant(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return t
}

// compareSpans: a time that is called unseen has no row, and every longer time
// without rows is called so.
func (c quietCase) compareSpans(f doorFact, have []string, x *exposure, w *storyline.Window, say func(string, ...any)) {
	var told [][2]time.Time
	for _, s := range w.Unseen {
		if s.To != "" {
			told = append(told, [2]time.Time{instant(s.From), instant(s.To)})
		}
	}
	for _, hole := range x.holes {
		if long(hole) >= surely && !slices.ContainsFunc(told, func(p [2]time.Time) bool {
			return p[0].Sub(hole[0]).Abs() <= time.Second && p[1].Sub(hole[1]).Abs() <= time.Second
		}) {
			say("%s: nothing is said of %s to %s without rows: %v", f.title, hole[0], hole[1], w.Unseen)
		}
	}
	shows := c.times(have, f.doors...)
	for i, p := range told {
		if i == 0 && !x.before.IsZero() {
			continue
		}
		if slices.ContainsFunc(shows, func(row time.Time) bool { return row.After(p[0]) && row.Before(p[1]) }) {
			say("%s: %s to %s is called unseen, but has rows", f.title, p[0], p[1])
		}
	}
	if x.before.IsZero() {
		return
	}
	if len(told) == 0 || !told[0][0].Equal(f.start) || told[0][1].Sub(x.before).Abs() >= time.Hour {
		say("%s: unseen %v, want first the time from %s to %s", f.title, w.Unseen, f.start, x.before)
	}
}

var beforeWords = regexp.MustCompile(`before (\d{4}-\d\d-\d\d \d\d:\d\d) UTC`)

// beforeSaid reports a sentence that names the door and a time at or within
// the hour after the given one.
func beforeSaid(sentences []string, title string, at time.Time) bool {
	return slices.ContainsFunc(sentences, func(s string) bool {
		m := beforeWords.FindStringSubmatch(s)
		if m == nil || !strings.Contains(s, title) {
			return false
		}
		t, err := time.Parse("2006-01-02 15:04", m[1])
		late := t.Sub(at.Truncate(time.Minute))
		return err == nil && late >= 0 && late <= time.Hour
	})
}

// compareLogs compares the table of logs: periods, rows, holes and record
// numbers.
func (c quietCase) compareLogs(h *storyline.Host, have []string, say func(string, ...any)) {
	kinds := map[string]string{"iis": "w3c", "httpproxy": "httpproxy", "ecp": "ecp-server", "rps-http": "rps-http", "rps-cmdlet": "rps-cmdlet",
		"management": "MSExchange Management", "security": "Security", "sysmon": "Microsoft-Windows-Sysmon/Operational"}
	if len(h.Coverage) != len(have) {
		say("%d logs are listed, want %v", len(h.Coverage), have)
	}
	for _, source := range have {
		i := slices.IndexFunc(h.Coverage, func(r storyline.CoverageRow) bool { return r.Kind == kinds[source] })
		if i < 0 {
			say("%s is not listed", source)
			continue
		}
		r, rows := h.Coverage[i], c.rows[source]
		first, last := rows.Written[0], rows.Written[len(rows.Written)-1]
		if !instant(r.From).Equal(first) || !instant(r.To).Equal(last) || r.Records != int64(len(rows.Written)) {
			say("%s: %s to %s, %d rows; want %s to %s, %d", source, r.From, r.To, r.Records, first, last, len(rows.Written))
		}
		var holes []string
		for _, p := range breaks(rows.Written) {
			holes = append(holes, p[0].Format(time.RFC3339)+" "+p[1].Format(time.RFC3339))
		}
		var told []string
		for _, s := range r.Holes {
			told = append(told, s.From+" "+s.To)
		}
		if !slices.Equal(holes, told) {
			say("%s: holes %v, want %v", source, told, holes)
		}
		missing := int64(0)
		if source == "management" || source == "security" || source == "sysmon" {
			missing = int64(rows.Missing)
		}
		if r.MissingIDs != missing {
			say("%s: %d missing record numbers, want %d", source, r.MissingIDs, missing)
		}
	}
}
