package engine

import (
	"cmp"
	"math"
	"slices"

	"spoor/internal/limits"
)

// ordered holds the numbers of a window in their order while hits come and go.
// Sorting the window for each hit made a median over an hour of a web server's
// log cost the square of its rows. The numbers stand in runs of a bounded
// length, so that adding and removing one move a few kilobytes.
type ordered struct {
	runs [][]float64 // none is empty
	n    int
}

// maxRun is the length at which a run of numbers is divided; see docs/limits.md.
const maxRun = max(512>>limits.Shrink, 4)

// find is the run in which a number stands, or would, and its place there.
func (o *ordered) find(x float64) (run, at int) {
	run, _ = slices.BinarySearchFunc(o.runs, x, func(r []float64, x float64) int { return cmp.Compare(r[len(r)-1], x) })
	if run == len(o.runs) {
		run--
	}
	at, _ = slices.BinarySearchFunc(o.runs[run], x, cmp.Compare[float64])
	return run, at
}

func (o *ordered) add(x float64) {
	o.n++
	if len(o.runs) == 0 {
		o.runs = append(o.runs, append(make([]float64, 0, 16), x))
		return
	}
	i, at := o.find(x)
	r := slices.Insert(o.runs[i], at, x)
	o.runs[i] = r
	if len(r) > maxRun {
		half := len(r) / 2
		o.runs = slices.Insert(o.runs, i+1, slices.Clone(r[half:]))
		o.runs[i] = r[:half]
	}
}

// remove takes out a number that was added. Short neighbours become one run, or
// a window that slid through many values would leave a run of each.
func (o *ordered) remove(x float64) {
	o.n--
	i, at := o.find(x)
	r := slices.Delete(o.runs[i], at, at+1)
	o.runs[i] = r
	if len(r) == 0 {
		o.runs = slices.Delete(o.runs, i, i+1)
		return
	}
	for _, j := range [...]int{i, i - 1} {
		if j >= 0 && j+1 < len(o.runs) && len(o.runs[j])+len(o.runs[j+1]) <= maxRun/2 {
			o.runs[j] = append(o.runs[j], o.runs[j+1]...)
			o.runs = slices.Delete(o.runs, j+1, j+2)
		}
	}
}

// at is the number with k numbers before it.
func (o *ordered) at(k int) float64 {
	for _, r := range o.runs {
		if k < len(r) {
			return r[k]
		}
		k -= len(r)
	}
	return math.NaN()
}

// percentile is the nearest-rank percentile.
func (o *ordered) percentile(p float64) float64 {
	rank := int(math.Ceil(p / 100 * float64(o.n)))
	return o.at(min(max(rank-1, 0), o.n-1))
}

// median is the middle number, or halfway between the middle two.
func (o *ordered) median() float64 {
	if o.n%2 == 1 {
		return o.at(o.n / 2)
	}
	return (o.at(o.n/2-1) + o.at(o.n/2)) / 2
}
