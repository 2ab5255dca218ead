package engine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"spoor/event"
)

// counting is a set of rules with one correlation over all of them, grouped by
// "g", by the number in "n" where its kind asks for one.
func counting(kind CorrelationKind, rules int, percentile float64, span int64, bounds ...Bound) *Ruleset {
	set, c := &Ruleset{}, &Correlation{Kind: kind, Percentile: percentile, Span: span, Bounds: bounds, GroupBy: []string{"g"}}
	var group, fields [][]string
	for range rules {
		r := NewRule(Rule{Meta: Meta{Title: "r"}, Condition: []Op{{Code: OpSelection}}, Selections: make([]Selection, 1)})
		set.Rules = append(set.Rules, r)
		c.Parts = append(c.Parts, Member{Rule: r})
		group, fields = append(group, []string{"g"}), append(fields, nil)
		if kind != EventCount && kind != Temporal && kind != TemporalOrdered {
			fields[len(fields)-1] = []string{"n"}
		}
	}
	c.Bind(group, fields)
	set.Correlations = []*Correlation{c}
	return set
}

// stream draws hits in the order of time, a few of them at one time.
func stream(r *rand.Rand, n, rules, groups, numbers int, step int64) []Occurrence {
	list := make([]Occurrence, n)
	at := int64(1e9)
	for i := range list {
		if r.IntN(4) > 0 {
			at += r.Int64N(step)
		}
		number := strconv.Itoa(r.IntN(numbers) - numbers/3)
		if r.IntN(5) == 0 {
			number += ".5"
		}
		list[i] = Occurrence{At: event.Time{Sec: at / 1000, Nano: int32(at % 1000 * 1e6), Source: event.FromRecord}, Rule: r.IntN(rules), Values: []string{fmt.Sprint("G", r.IntN(groups)), number}, ID: fmt.Sprint(i)}
	}
	return list
}

func numberOf(o *Occurrence) float64 {
	f, _ := strconv.ParseFloat(o.Values[1], 64)
	return f
}

// asked is the slow way to ask a window: its hits from the first, and where the
// part that counts begins.
func (c *Correlation) asked(window []Occurrence) (from int, value float64) {
	switch c.Kind {
	case EventCount:
		return 0, float64(len(window))
	case ValueCount:
		seen := map[string]bool{}
		for i := range window {
			seen[window[i].Values[1]] = true
		}
		return 0, float64(len(seen))
	case Temporal:
		seen := map[int]bool{}
		for i := range window {
			seen[window[i].Rule] = true
		}
		return 0, float64(len(seen))
	case TemporalOrdered:
		return orderedChain(window, c.growing())
	}
	var list []float64
	sum := 0.0
	for i := range window {
		list = append(list, numberOf(&window[i]))
		sum += numberOf(&window[i])
	}
	slices.Sort(list)
	switch c.Kind {
	case ValueSum:
		return 0, sum
	case ValueAvg:
		return 0, sum / float64(len(window))
	case ValueMedian:
		return 0, slowMedian(list)
	}
	return 0, slowPercentile(list, c.Percentile)
}

// orderedChain tries all chains of hits of ascending rules at ascending or equal
// times: the longest, and of those the one that begins last. now asks only for
// chains that end at the last hit's time.
func orderedChain(window []Occurrence, now bool) (from int, length float64) {
	best, begin := 0, int64(math.MinInt64)
	last := nanos(window[len(window)-1].At)
	var try func(at, rule, n int, start int64)
	try = func(at, rule, n int, start int64) {
		end := nanos(window[at].At)
		if !now || end == last {
			if n > best || n == best && start > begin {
				best, begin = n, start
			}
		}
		for i := range window {
			if window[i].Rule > rule && nanos(window[i].At) >= end {
				try(i, window[i].Rule, n+1, start)
			}
		}
	}
	for i := range window {
		try(i, window[i].Rule, 1, nanos(window[i].At))
	}
	from = slices.IndexFunc(window, func(o Occurrence) bool { return nanos(o.At) >= begin })
	return max(from, 0), float64(best)
}

// slowly finds the results of a group's hits the plain way. Where more hits can
// only help, every hit ends a window that is asked; else only windows that no
// later hit belongs to are. Windows that overlap and meet the condition are one
// result.
func (c *Correlation) slowly(hits []Occurrence) (list []string) {
	first, last := -1, -1
	flush := func() {
		if first >= 0 {
			list = append(list, fmt.Sprint(hits[0].Values[0], " ", hits[first].At, " ", hits[last].At, " ", last-first+1))
		}
		first = -1
	}
	start := 0
	for i := range hits {
		for nanos(hits[start].At) < nanos(hits[i].At)-c.Span {
			start++
		}
		complete := i+1 == len(hits) || nanos(hits[start].At) < nanos(hits[i+1].At)-c.Span
		if !c.growing() && !complete {
			continue
		}
		from, value := c.asked(hits[start : i+1])
		if !c.meets(value) {
			continue
		}
		if from += start; first >= 0 && nanos(hits[last].At) < nanos(hits[from].At) {
			flush()
		}
		if first < 0 {
			first = from
		}
		last = i
	}
	flush()
	return list
}

func run1(set *Ruleset, hits []Occurrence, change func(*Correlator)) (list []string, x *Correlator) {
	x = set.NewCorrelator([]int{0}, func(r Result) {
		if len(r.IDs) != int(min(r.Count, MaxResultIDs)) {
			list = append(list, fmt.Sprint(len(r.IDs), " ids of ", r.Count))
		}
		list = append(list, fmt.Sprint(r.Group[0], " ", r.First, " ", r.Last, " ", r.Count))
	}, nil)
	if change != nil {
		change(x)
	}
	for _, h := range hits {
		x.Add(h)
	}
	x.End()
	slices.Sort(list)
	return list, x
}

// Every kind of correlation finds what looking at every window finds.
func TestCorrelationsAreThoseOfEveryWindow(t *testing.T) {
	t.Parallel()
	const span = int64(60_000) * 1e6
	found := map[string]int{}
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 2))
		kind, rules := CorrelationKind(seed%8), 1
		if kind == Temporal || kind == TemporalOrdered {
			rules = 4
		}
		bound := Bound{Order: Order(r.IntN(5)), Value: float64(r.IntN(5))}
		if kind >= ValueSum {
			bound.Value = float64(r.IntN(12) - 3)
		}
		bound.Not = r.IntN(6) == 0
		bounds := []Bound{bound}
		if r.IntN(4) == 0 {
			bounds = append(bounds, Bound{Order: LessEqual, Value: bound.Value + 2})
		}
		percentile := -1.0
		if kind == ValuePercentile {
			percentile = float64(r.IntN(101))
		}
		set := counting(kind, rules, percentile, span, bounds...)
		n := 120
		if kind == TemporalOrdered {
			n = 40
		}
		hits := stream(r, n, rules, 2, 12, 30_000)
		var want []string
		for g := range 2 {
			var own []Occurrence
			for _, h := range hits {
				if h.Values[0] == fmt.Sprint("G", g) {
					own = append(own, h)
				}
			}
			if len(own) > 0 {
				want = append(want, set.Correlations[0].slowly(own)...)
			}
		}
		slices.Sort(want)
		got, x := run1(set, hits, nil)
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d, %s:\n%s\nwant\n%s", seed, set.Correlations[0].Words(), strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if x.held != 0 || x.Lost != 0 || x.Incomplete != 0 {
			t.Fatalf("%d hits are held, %d lost, %d incomplete", x.held, x.Lost, x.Incomplete)
		}
		found[kind.String()] += len(want)
	}
	for kind, n := range found {
		if n < 20 {
			t.Errorf("%s: only %d results", kind, n)
		}
	}
}

// The share that a value has among all values of a window.
func TestTheShareOfAValue(t *testing.T) {
	t.Parallel()
	at := func(sec int64, value string) Occurrence {
		return Occurrence{At: event.Time{Sec: sec, Source: event.FromRecord}, Values: []string{"G", value}}
	}
	set := counting(ValuePercentile, 1, -1, 10e9, Bound{Order: GreaterEqual, Value: 75})
	for name, c := range map[string]struct {
		hits []Occurrence
		want int
	}{
		"three of four":     {[]Occurrence{at(1, "a"), at(2, "A"), at(3, "b"), at(4, "a")}, 1},
		"two of four":       {[]Occurrence{at(1, "a"), at(2, "a"), at(3, "b"), at(4, "b")}, 0},
		"alone in the next": {[]Occurrence{at(1, "a"), at(2, "b"), at(3, "c"), at(20, "c")}, 1},
	} {
		if got, _ := run1(set, c.hits, nil); len(got) != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Groups that are over end at a sweep, and no result changes.
func TestASweepEndsGroupsThatAreOver(t *testing.T) {
	t.Parallel()
	set := counting(EventCount, 1, -1, 10e9, Bound{Order: GreaterEqual, Value: 2})
	var hits []Occurrence
	const groups = 3*sweepGroups/2 + 1
	for i := range int64(groups) {
		for range 1 + i%2 {
			hits = append(hits, Occurrence{At: event.Time{Sec: 1000 + i, Source: event.FromRecord}, Values: []string{fmt.Sprint(i), "1"}})
		}
	}
	most := 0
	got := 0
	x := set.NewCorrelator([]int{0}, func(r Result) {
		if got++; r.Count != 2 {
			t.Fatalf("%+v", r)
		}
	}, nil)
	for _, h := range hits {
		x.Add(h)
		most = max(most, len(x.runs[0].groups))
	}
	if left := len(x.runs[0].groups); most > sweepGroups+22 || left > sweepGroups+22 || x.held > 2*left {
		t.Errorf("up to %d groups, %d left with %d hits", most, left, x.held)
	}
	x.End()
	if got != groups/2 || x.held != 0 {
		t.Errorf("%d results, want %d; %d hits are held", got, groups/2, x.held)
	}
}

// Hits beyond the cap are counted, and what is held is given back.
func TestHitsBeyondTheCapAreCounted(t *testing.T) {
	t.Parallel()
	set := counting(EventCount, 1, -1, 10e9, Bound{Order: GreaterEqual, Value: 4})
	hits := stream(rand.New(rand.NewPCG(1, 1)), 10, 1, 1, 2, 1)
	if got, x := run1(set, hits, func(x *Correlator) { x.room = 4 }); len(got) != 1 || !strings.HasSuffix(got[0], " 4") || x.Lost != 6 || x.held != 0 {
		t.Errorf("%v, %d lost, %d held", got, x.Lost, x.held)
	}
	if got, x := run1(set, hits, func(x *Correlator) { x.room = 3 }); len(got) != 0 || x.Lost != 7 {
		t.Errorf("%v, %d lost", got, x.Lost)
	}
}

// A hit without a field of the group or of the condition is counted, and is in
// no group.
func TestHitsThatLackAFieldAreCounted(t *testing.T) {
	t.Parallel()
	set := counting(ValueSum, 1, -1, 10e9, Bound{Order: GreaterEqual, Value: 1})
	at := event.Time{Sec: 1, Source: event.FromRecord}
	got, x := run1(set, []Occurrence{{At: at, Values: []string{"", "1"}}, {At: at, Values: []string{"G", ""}}, {At: at, Values: []string{"G", "x"}}, {At: at, Values: []string{"G", "-0x1"}}, {At: at, Values: []string{"g", "2"}}}, nil)
	if len(got) != 1 || !strings.HasSuffix(got[0], " 2") || x.Incomplete != 3 {
		t.Errorf("%v, %d incomplete", got, x.Incomplete)
	}
}

// A correlation over a correlation sees when it was fulfilled, with the values of
// the group and of the hit that did it.
func TestACorrelationOverACorrelation(t *testing.T) {
	t.Parallel()
	set := counting(EventCount, 1, -1, 10e9, Bound{Order: GreaterEqual, Value: 2})
	outer := &Correlation{Kind: ValueCount, Percentile: -1, Span: 100e9, Bounds: []Bound{{Order: GreaterEqual, Value: 2}}, GroupBy: []string{"n"}, Parts: []Member{{Correlation: set.Correlations[0]}}}
	outer.Bind([][]string{{"n"}}, [][]string{{"g"}})
	set.Correlations = append(set.Correlations, outer)
	levels := set.Levels()
	if fmt.Sprint(levels) != "[[0] [1]]" {
		t.Fatal(levels)
	}
	at := func(sec int64, group, n string) Occurrence {
		return Occurrence{At: event.Time{Sec: sec, Source: event.FromRecord}, Values: []string{group, n}, ID: fmt.Sprint(sec)}
	}
	var inner []Occurrence
	x := set.NewCorrelator(levels[0], func(Result) {}, func(o Occurrence) { inner = append(inner, o) })
	for _, h := range []Occurrence{at(1, "A", "7"), at(2, "A", "7"), at(30, "B", "8"), at(31, "B", "7"), at(60, "C", "7")} {
		x.Add(h)
	}
	x.End()
	if len(inner) != 2 || inner[0].Rule != -1 || fmt.Sprint(inner[0].Values, inner[1].Values) != "[7 A] [7 B]" {
		t.Fatalf("%+v", inner)
	}
	var found []Result
	y := set.NewCorrelator(levels[1], func(r Result) { found = append(found, r) }, nil)
	for _, o := range inner {
		y.Add(o)
	}
	y.End()
	if len(found) != 1 || found[0].Group[0] != "7" || found[0].Count != 2 || fmt.Sprint(found[0].IDs) != "[2 31]" || found[0].Index != 1 || found[0].By.ID != "31" {
		t.Fatalf("%+v", found)
	}
}

// Hits stand by time, then by their place in the evidence.
func TestHitsAreInTheOrderOfTimeAndPlace(t *testing.T) {
	t.Parallel()
	at := event.Time{Sec: 5, Source: event.FromRecord}
	want := []Occurrence{
		{At: event.Time{Sec: 4, Nano: 9, Source: event.FromRecord}, Item: 9}, {At: at, Item: 1, Offset: 9}, {At: at, Item: 2, Offset: 1, Record: 9},
		{At: at, Item: 2, Offset: 2, Record: 1, Rule: 9}, {At: at, Item: 2, Offset: 2, Record: 2, Rule: 1}, {At: at, Item: 2, Offset: 2, Record: 2, Rule: 3},
	}
	got := slices.Clone(want)
	rand.New(rand.NewPCG(3, 3)).Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
	SortOccurrences(got)
	for i := range want {
		if got[i].Compare(&want[i]) != 0 {
			t.Fatalf("%+v", got)
		}
	}
}

// What a median costs over windows of tens of thousands of hits.
func BenchmarkMedian(b *testing.B) {
	hits := stream(rand.New(rand.NewPCG(1, 1)), 40_000, 1, 1, 1000, 360)
	for b.Loop() {
		run1(counting(ValueMedian, 1, -1, 3600e9, Bound{Order: Greater, Value: 700}), hits, nil)
	}
}
