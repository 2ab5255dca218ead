package engine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"

	"spoor/event"
)

// A few thousand numbers that come and go are at every moment in the order that
// sorting them gives, and in as few runs as that many numbers need.
func TestNumbersThatComeAndGoStayInOrder(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 1))
		var o ordered
		var queue, sorted []float64
		draw := func() float64 {
			switch seed {
			case 0:
				return float64(r.IntN(3))
			case 1:
				return float64(len(queue)) // ascending
			case 2:
				return -float64(len(queue))
			case 3:
				return [...]float64{math.Inf(-1), -1e300, -0.5, 0, 1e-300, 7, math.Inf(1)}[r.IntN(7)]
			}
			return r.NormFloat64()
		}
		for n := range 20_000 {
			if grows := n%8000 < 5000; len(queue) == 0 || r.IntN(4) > 0 == grows {
				x := draw()
				o.add(x)
				queue = append(queue, x)
				sorted = slices.Insert(sorted, sort.SearchFloat64s(sorted, x), x)
			} else {
				x := queue[0]
				queue = queue[1:]
				o.remove(x)
				at := sort.SearchFloat64s(sorted, x)
				sorted = slices.Delete(sorted, at, at+1)
			}
			if o.n != len(sorted) || len(o.runs) > 2+4*len(sorted)/(maxRun/2) {
				t.Fatalf("seed %d: %d numbers in %d runs, want %d", seed, o.n, len(o.runs), len(sorted))
			}
			if len(sorted) == 0 {
				continue
			}
			k := r.IntN(len(sorted))
			if got := o.at(k); got != sorted[k] {
				t.Fatalf("seed %d: number %d of %d is %v, want %v", seed, k, len(sorted), got, sorted[k])
			}
			p := r.Float64() * 100
			if got, want := o.percentile(p), slowPercentile(sorted, p); got != want {
				t.Fatalf("seed %d: percentile %v of %d is %v, want %v", seed, p, len(sorted), got, want)
			}
			if got, want := o.median(), slowMedian(sorted); got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Fatalf("seed %d: median of %d is %v, want %v", seed, len(sorted), got, want)
			}
		}
	}
}

func slowPercentile(sorted []float64, p float64) float64 {
	rank := int(math.Ceil(p / 100 * float64(len(sorted))))
	return sorted[min(max(rank-1, 0), len(sorted)-1)]
}

func slowMedian(sorted []float64) float64 {
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}

// counting is a set with one correlation over one rule, by the number in its
// hits, and a stream of hits for it.
func counting(kind CorrelationKind, percentile float64, span int64, bounds ...Bound) *Ruleset {
	r := NewRule(Rule{Meta: Meta{Title: "r"}, Condition: []Op{{Code: OpSelection}}, Selections: make([]Selection, 1)})
	c := &Correlation{Kind: kind, Percentile: percentile, Span: span, Bounds: bounds, Parts: []Member{{Rule: r}}}
	c.Bind([][]string{{}}, [][]string{{"n"}})
	return &Ruleset{Rules: []*Rule{r}, Correlations: []*Correlation{c}}
}

func numbered(r *rand.Rand, n int, step int64) []Occurrence {
	list := make([]Occurrence, n)
	at := int64(1e9)
	for i := range list {
		at += r.Int64N(step)
		list[i] = Occurrence{At: event.Time{Sec: at / 1000, Nano: int32(at % 1000 * 1e6), Source: event.FromRecord}, Values: []string{fmt.Sprint(r.IntN(1000) - 500)}, ID: fmt.Sprint(i)}
	}
	return list
}

// The findings of a median and of a percentile are those that sorting every
// complete window gives.
func TestAMedianAndAPercentileAreThoseOfTheSortedWindow(t *testing.T) {
	t.Parallel()
	const span = int64(60_000) * 1e6
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 2))
		kind, p, slow := ValueMedian, -1.0, slowMedian
		if seed%2 == 1 {
			kind, p = ValuePercentile, float64(r.IntN(101))
			slow = func(sorted []float64) float64 { return slowPercentile(sorted, p) }
		}
		bound := Bound{Order: GreaterEqual, Value: float64(r.IntN(300))}
		hits := numbered(r, 600, 4000)
		set := counting(kind, p, span, bound)
		var got, want []string
		x := set.NewCorrelator([]int{0}, func(res Result) {
			got = append(got, fmt.Sprint(res.First, res.Last, res.Count))
		}, nil)
		for _, h := range hits {
			x.Add(h)
		}
		x.End()
		// The slow way: every window that no hit can be added to, those that
		// overlap put together.
		first, last := -1, -1
		flush := func() {
			if first >= 0 {
				want = append(want, fmt.Sprint(hits[first].At, hits[last].At, last-first+1))
			}
			first = -1
		}
		start := 0
		for i := range hits {
			if i+1 < len(hits) && nanos(hits[i+1].At)-nanos(hits[start].At) <= span {
				continue
			}
			var numbers []float64
			for _, h := range hits[start : i+1] {
				n, _ := ParseNumber(h.Values[0])
				numbers = append(numbers, n.float)
			}
			slices.Sort(numbers)
			if slow(numbers) >= bound.Value {
				if first >= 0 && nanos(hits[last].At) < nanos(hits[start].At) {
					flush()
				}
				if first < 0 {
					first = start
				}
				last = i
			}
			for i+1 < len(hits) && start <= i && nanos(hits[start].At) < nanos(hits[i+1].At)-span {
				start++
			}
		}
		flush()
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d, percentile %v at least %v:\n%q\nwant\n%q", seed, p, bound.Value, got, want)
		}
	}
}

// What a median costs over windows of tens of thousands of hits.
func BenchmarkMedian(b *testing.B) {
	hits := numbered(rand.New(rand.NewPCG(1, 1)), 40_000, 360)
	for b.Loop() {
		x := counting(ValueMedian, -1, 3600e9, Bound{Order: Greater, Value: 400}).NewCorrelator([]int{0}, func(Result) {}, nil)
		for _, h := range hits {
			x.Add(h)
		}
		x.End()
	}
}
