package hypothesis

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Evaluation is what a method reached. Rates are fractions. The population is
// held-out published reports, not server evidence.
type Evaluation struct {
	Schema     string  `json:"schema"`
	Population string  `json:"population"`
	Regime     Regime  `json:"regime"`
	Software   bool    `json:"software"`
	Draw       int     `json:"draw"` // 0: all host techniques
	Method     Method  `json:"method"`
	N          int     `json:"n"` // learnable items, or draws of them
	Items      int     `json:"items"`
	Top1       float64 `json:"top1"`
	Top3       float64 `json:"top3"`
	Top10      float64 `json:"top10"`
	MRR        float64 `json:"mrr"`
	// 95 % intervals by bootstrap over items.
	Top1Range  [2]float64 `json:"top1_95"`
	Top3Range  [2]float64 `json:"top3_95"`
	Top10Range [2]float64 `json:"top10_95"`
	MRRRange   [2]float64 `json:"mrr_95"`
	// SetSize is how many groups must be listed to hold the true one in 80 and
	// 90 % of the queries.
	Set80 int `json:"set_size_80"`
	Set90 int `json:"set_size_90"`
	// All counts also items whose group is hardly known without the report.
	All struct {
		N     int     `json:"n"`
		Top1  float64 `json:"top1"`
		Top3  float64 `json:"top3"`
		Top10 float64 `json:"top10"`
		MRR   float64 `json:"mrr"`
	} `json:"all"`
	// Against BM25, by paired bootstrap over items: difference and interval.
	VersusBM25 struct {
		Top1      float64    `json:"top1"`
		Top1Range [2]float64 `json:"top1_95"`
		MRR       float64    `json:"mrr"`
		MRRRange  [2]float64 `json:"mrr_95"`
	} `json:"versus_bm25"`
	Naming      []Naming     `json:"naming"`      // the answering method only
	Calibration *Calibration `json:"calibration"` // the answering method only
	// ReportsUnknown counts items whose report the knowledge does not cite.
	ReportsUnknown int `json:"reports_unknown"`
}

// Naming is what happens when a group is named only from a chance on. It
// counts all items, also those whose group is hardly known.
type Naming struct {
	From         float64    `json:"from"` // chance demanded; 0: each part's own, chosen on the other parts
	TwoItems     bool       `json:"two_items"`
	N            int        `json:"n"`
	Named        int        `json:"named"`
	Rate         float64    `json:"rate"`
	RateRange    [2]float64 `json:"rate_95"`
	Right        float64    `json:"right"` // of the named; 0 when none
	RightRange   [2]float64 `json:"right_95"`
	Deleted      float64    `json:"named_though_deleted"` // of the same items with the true group removed
	DeletedRange [2]float64 `json:"named_though_deleted_95"`
}

// Calibration compares the closed-world share of the first group with how
// often it is right, on learnable items.
type Calibration struct {
	ECE   float64 `json:"ece"` // ten equal bands
	Brier float64 `json:"brier"`
	Bands []Band  `json:"bands"`
}

// Band is one tenth of the shares.
type Band struct {
	From  float64 `json:"from"`
	N     int     `json:"n"`
	Said  float64 `json:"said"`
	Right float64 `json:"right"`
}

// resamples of the bootstrap; the seed is fixed, so the figures are the same
// every time.
const resamples = 2000

const population = "held-out published reports in ATT&CK, not server evidence"

func measure(own, base []outcome, o Options) *Evaluation {
	e := &Evaluation{Schema: "spoor.actors.evaluate/1", Population: population, Regime: o.Regime, Software: o.Software, Draw: o.Draw, Method: o.Method, Naming: []Naming{}}
	var known, knownBase []outcome
	for i, x := range own {
		if x.learnable {
			known, knownBase = append(known, x), append(knownBase, base[i])
		}
	}
	top := func(n float64) func(asked) float64 {
		return func(a asked) float64 { return truth(a.rank <= n) }
	}
	mrr := func(a asked) float64 { return 1 / a.rank }
	e.Items = len(known)
	for _, x := range known {
		e.N += len(x.queries)
	}
	e.Top1, e.Top1Range = interval(known, top(1))
	e.Top3, e.Top3Range = interval(known, top(3))
	e.Top10, e.Top10Range = interval(known, top(10))
	e.MRR, e.MRRRange = interval(known, mrr)
	for _, x := range own {
		e.All.N += len(x.queries)
	}
	e.All.Top1, _ = interval(own, top(1))
	e.All.Top3, _ = interval(own, top(3))
	e.All.Top10, _ = interval(own, top(10))
	e.All.MRR, _ = interval(own, mrr)
	e.VersusBM25.Top1, e.VersusBM25.Top1Range = paired(known, knownBase, top(1))
	e.VersusBM25.MRR, e.VersusBM25.MRRRange = paired(known, knownBase, mrr)
	var places []int
	for _, x := range known {
		for _, a := range x.queries {
			places = append(places, a.place)
		}
	}
	slices.Sort(places)
	e.Set80, e.Set90 = quantile(places, 0.8), quantile(places, 0.9)
	if o.Method == Weighed {
		for _, two := range []bool{false, true} {
			for _, from := range []float64{0, 0.5, 0.7, 0.9} {
				e.Naming = append(e.Naming, measureNaming(own, from, two))
			}
		}
		e.Calibration = calibrate(known)
	}
	return e
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// quantile is the lowest of the sorted values that covers the share.
func quantile(sorted []int, share float64) int {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(math.Ceil(share*float64(len(sorted))))-1)]
}

// sums are one item's count and total of a figure.
type sums struct{ count, total float64 }

func total(xs []outcome, count, f func(asked) float64) []sums {
	out := make([]sums, len(xs))
	for i, x := range xs {
		for _, a := range x.queries {
			out[i].count += count(a)
			out[i].total += f(a)
		}
	}
	return out
}

func one(asked) float64 { return 1 }

func interval(xs []outcome, f func(asked) float64) (float64, [2]float64) {
	return bootstrap(total(xs, one, f))
}

func paired(a, b []outcome, f func(asked) float64) (float64, [2]float64) {
	xs, ys := total(a, one, f), total(b, one, f)
	for i := range xs {
		xs[i].total -= ys[i].total
	}
	return bootstrap(xs)
}

// bootstrap is the ratio of the totals with its 95 % interval over items.
func bootstrap(xs []sums) (float64, [2]float64) {
	ratio := func(c, t float64) float64 {
		if c == 0 {
			return 0
		}
		return t / c
	}
	var c, t float64
	for _, x := range xs {
		c += x.count
		t += x.total
	}
	if len(xs) == 0 {
		return 0, [2]float64{}
	}
	rng := rand.New(rand.NewPCG(20210719, 1))
	out := make([]float64, resamples)
	for r := range out {
		var c, t float64
		for range xs {
			x := xs[rng.IntN(len(xs))]
			c += x.count
			t += x.total
		}
		out[r] = ratio(c, t)
	}
	slices.Sort(out)
	return ratio(c, t), [2]float64{out[resamples*25/1000], out[resamples*975/1000]}
}

func measureNaming(xs []outcome, from float64, two bool) Naming {
	demanded := func(a asked) float64 {
		if from == 0 {
			return a.from
		}
		return from
	}
	named := func(a asked) float64 { return truth(a.chance >= demanded(a) && (!two || a.two)) }
	n := Naming{From: from, TwoItems: two}
	for _, x := range xs {
		n.N += len(x.queries)
		for _, a := range x.queries {
			n.Named += int(named(a))
		}
	}
	n.Rate, n.RateRange = interval(xs, named)
	n.Right, n.RightRange = bootstrap(total(xs, named, func(a asked) float64 { return named(a) * truth(a.right) }))
	n.Deleted, n.DeletedRange = interval(xs, func(a asked) float64 { return truth(a.deleted >= demanded(a) && (!two || a.twoGone)) })
	return n
}

func calibrate(xs []outcome) *Calibration {
	c := &Calibration{Bands: make([]Band, 10)}
	n := 0.0
	for _, x := range xs {
		for _, a := range x.queries {
			b := &c.Bands[min(9, int(a.share*10))]
			b.N++
			b.Said += a.share
			b.Right += truth(a.right)
			c.Brier += (a.share - truth(a.right)) * (a.share - truth(a.right))
			n++
		}
	}
	for i := range c.Bands {
		b := &c.Bands[i]
		b.From = float64(i) / 10
		if b.N > 0 {
			c.ECE += math.Abs(b.Said-b.Right) / n
			b.Said /= float64(b.N)
			b.Right /= float64(b.N)
		}
	}
	if n > 0 {
		c.Brier /= n
	}
	return c
}
