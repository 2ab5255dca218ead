package engine

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"
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
