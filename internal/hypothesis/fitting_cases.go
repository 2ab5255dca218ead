package hypothesis

import (
	"math/rand/v2"
	"slices"
)

// drawsFitted bounds the draws per item and size in the fit; the rest differ
// little and cost time.
const drawsFitted = 3

// training are the items a fit learns from: those of the split and, made the
// same way, every other report of the corpus that gives a group five
// techniques. An item never counts in a fit that is used on its group.
func (c *Corpus) training(s *Split) []held {
	var out []held
	have := map[[2]int32]bool{}
	for i := range s.Items {
		h := c.hold(&s.Items[i])
		for _, r := range h.reports {
			for _, g := range h.truth {
				have[[2]int32{r, g}] = true
			}
		}
		out = append(out, h)
	}
	rng := rand.New(rand.NewPCG(20210719, 2))
	for i := range c.docs {
		d := &c.docs[i]
		if d.report < 0 || have[[2]int32{d.report, d.group}] {
			continue
		}
		h := held{id: c.groups[d.group], truth: []int32{d.group}, reports: []int32{d.report}, date: d.date, draws: map[int][]query{}, fold: foldOf(c.groups[d.group])}
		techniques := 0
		for _, f := range d.features {
			switch {
			case c.software[f]:
				h.soft = append(h.soft, f)
			case c.host[f]:
				h.host = append(h.host, f)
				techniques++
			default:
				techniques++
			}
		}
		if techniques < learnableTechniques {
			continue
		}
		slices.Sort(h.soft)
		slices.Sort(h.host)
		for _, n := range drawSizes() {
			for range drawsFitted {
				if len(h.host) > n {
					q := slices.Clone(h.host)
					rng.Shuffle(len(q), func(i, j int) { q[i], q[j] = q[j], q[i] })
					q = q[:n]
					slices.Sort(q)
					h.draws[n] = append(h.draws[n], q)
				}
			}
		}
		out = append(out, h)
	}
	return out
}

// logitCase is one query with the true group known.
type logitCase struct {
	rows   [][termCount]float64
	truth  int
	weight float64
	fold   int
}

func logitCases(c *Corpus, items []held, software bool) []logitCase {
	var out []logitCase
	for _, regime := range []Regime{LORO, Gap, Time} {
		for _, draw := range append([]int{0}, drawSizes()...) {
			from := len(out)
			for i := range items {
				h := &items[i]
				if !h.applies(regime) {
					continue
				}
				v := h.view(c, regime, software, nil)
				if !v.learnable(h) {
					continue
				}
				qs := h.queries(draw, software)
				for _, q := range qs[:min(len(qs), drawsFitted)] {
					lc := logitCase{truth: int(h.truth[0]), fold: h.fold}
					for _, t := range v.terms(q) {
						lc.rows = append(lc.rows, t.by)
					}
					out = append(out, lc)
				}
			}
			for i := from; i < len(out); i++ {
				out[i].weight = 1 / float64(len(out)-from) // every cell counts the same
			}
		}
	}
	return out
}

// answered is one answer with whether it was right.
type answered struct {
	signs  signs
	right  float64
	weight float64
	// asked is true for the answers that a threshold is chosen on: all host
	// techniques of an item.
	asked, deleted bool
}

// namingCases answers the items of one part in the gap regime, each once as
// it is and once with its true group deleted.
func namingCases(c *Corpus, items []held, software bool, w weights, part int) []answered {
	var out []answered
	for i := range items {
		h := &items[i]
		if h.fold != part || !h.applies(Gap) {
			continue
		}
		whole, deleted := h.view(c, Gap, software, nil), h.view(c, Gap, software, h.truth)
		for _, draw := range append([]int{0}, drawSizes()...) {
			qs := h.queries(draw, software)
			qs = qs[:min(len(qs), drawsFitted)]
			for _, q := range qs {
				a, b := whole.rank(Weighed, q, w), deleted.rank(Weighed, q, w)
				weight := 1 / float64(len(qs))
				if draw == 0 {
					weight = 2 // the evidence that is reported first
				}
				out = append(out, answered{a.signs, truth(h.isTruth(a.order[0])), weight, draw == 0, false}, answered{b.signs, 0, weight, draw == 0, true})
			}
		}
	}
	return out
}
