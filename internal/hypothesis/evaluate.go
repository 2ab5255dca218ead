package hypothesis

import (
	"fmt"
	"slices"
)

// Options choose what Evaluate measures.
type Options struct {
	Regime   Regime
	Software bool
	Draw     int // 0 for all host techniques, else 5, 10 or 15
	Method   Method
}

// learnableTechniques is how many techniques must remain known for the true
// group before an item counts as learnable.
const learnableTechniques = 5

func (v *view) learnable(h *held) bool {
	return slices.ContainsFunc(h.truth, func(g int32) bool { return v.distinct[g] >= learnableTechniques })
}

func (h *held) isTruth(g int32) bool { return slices.Contains(h.truth, g) }

// outcome is one item under one method, averaged over its draws.
type outcome struct {
	learnable bool
	queries   []asked
}

// asked is one query's result.
type asked struct {
	rank    float64 // of the best true group; ties take the middle
	place   int     // its position in the printed order
	share   float64 // the first group's closed-world share (Weighed)
	right   bool
	chance  float64 // naming model
	from    float64 // the chance that names, chosen without the item's part
	deleted float64 // naming model, the true groups deleted
	two     bool    // the two-item rule allows the name
	twoGone bool    // and does so with the true groups deleted
}

// Evaluate asks every item of the split. Items of a group are asked with
// parameters fitted without that group. An error means options that make no
// sense or a split that yields no query.
func Evaluate(c *Corpus, s *Split, o Options) (*Evaluation, error) {
	if !slices.Contains([]Regime{LORO, Gap, Time}, o.Regime) {
		return nil, fmt.Errorf("evaluate: no regime is called %q", o.Regime)
	}
	if !slices.Contains([]int{0, 5, 10, 15}, o.Draw) {
		return nil, fmt.Errorf("evaluate: draws have 5, 10 or 15 techniques, not %d", o.Draw)
	}
	if !slices.Contains(Methods(), o.Method) {
		return nil, fmt.Errorf("evaluate: no method is called %q", o.Method)
	}
	x := c.askAll(s, o, []int{o.Draw})[0]
	if len(x.own) == 0 {
		return nil, fmt.Errorf("evaluate: no item of the split can be asked this way")
	}
	return x.measure(), nil
}

// cell is what one choice of options yields: each item's outcome under the
// method and under BM25; at holds the item's place in the split.
type cell struct {
	o         Options
	own, base []outcome
	at        []int
	unknown   int
}

func (x *cell) measure() *Evaluation {
	e := measure(x.own, x.base, x.o)
	e.ReportsUnknown = x.unknown
	return e
}

// askAll asks every item that the options allow, once for each size of draw:
// a view of the knowledge costs more than the questions put to it.
func (c *Corpus) askAll(s *Split, o Options, draws []int) []cell {
	cells := make([]cell, len(draws))
	for i := range s.Items {
		h := c.hold(&s.Items[i])
		if !h.applies(o.Regime) {
			continue
		}
		v := h.view(c, o.Regime, o.Software, nil)
		var gone *view
		if o.Method == Weighed {
			gone = h.view(c, o.Regime, o.Software, h.truth)
		}
		for n, draw := range draws {
			x := &cells[n]
			x.o = o
			x.o.Draw = draw
			if len(h.reports) == 0 && len(h.removed) == 0 {
				x.unknown++
			}
			qs := h.queries(draw, o.Software)
			if len(qs) == 0 {
				continue
			}
			x.own, x.at = append(x.own, c.ask(&h, v, gone, qs, x.o)), append(x.at, i)
			if o.Method == BM25 {
				x.base = append(x.base, x.own[len(x.own)-1])
				continue
			}
			bm := x.o
			bm.Method = BM25
			x.base = append(x.base, c.ask(&h, v, nil, qs, bm))
		}
	}
	return cells
}

// Overall compares a method with BM25 over all regimes and draws, with and
// without software. Every learnable item counts its mean difference, by
// paired bootstrap over items.
type Overall struct {
	Schema     string        `json:"schema"`
	Population string        `json:"population"`
	Method     Method        `json:"method"`
	Items      int           `json:"items"`
	Top1       float64       `json:"top1_minus_bm25"`
	Top1Range  [2]float64    `json:"top1_minus_bm25_95"`
	MRR        float64       `json:"mrr_minus_bm25"`
	MRRRange   [2]float64    `json:"mrr_minus_bm25_95"`
	Cells      []*Evaluation `json:"cells"`
}

// EvaluateAll measures one method in every cell.
func EvaluateAll(c *Corpus, s *Split, m Method) (*Overall, error) {
	if !slices.Contains(Methods(), m) {
		return nil, fmt.Errorf("evaluate: no method is called %q", m)
	}
	out := &Overall{Schema: "spoor.actors.evaluate-all/1", Population: population, Method: m}
	top, mrr := make([]sums, len(s.Items)), make([]sums, len(s.Items))
	for _, software := range []bool{false, true} {
		for _, regime := range []Regime{LORO, Gap, Time} {
			for _, x := range c.askAll(s, Options{regime, software, 0, m}, append([]int{0}, drawSizes()...)) {
				if len(x.own) == 0 {
					continue
				}
				out.Cells = append(out.Cells, x.measure())
				for n, i := range x.at {
					if !x.own[n].learnable {
						continue
					}
					share := 1 / float64(len(x.own[n].queries))
					top[i].count++
					mrr[i].count++
					for j, a := range x.own[n].queries {
						b := x.base[n].queries[j]
						top[i].total += share * (truth(a.rank <= 1) - truth(b.rank <= 1))
						mrr[i].total += share * (1/a.rank - 1/b.rank)
					}
				}
			}
		}
	}
	if len(out.Cells) == 0 {
		return nil, fmt.Errorf("evaluate: no item of the split can be asked")
	}
	never := func(x sums) bool { return x.count == 0 }
	top, mrr = slices.DeleteFunc(top, never), slices.DeleteFunc(mrr, never)
	out.Items = len(top)
	out.Top1, out.Top1Range = bootstrap(top)
	out.MRR, out.MRRRange = bootstrap(mrr)
	return out, nil
}

func (c *Corpus) ask(h *held, v, gone *view, qs []query, o Options) outcome {
	out := outcome{learnable: v.learnable(h)}
	p := fitted[kind(o.Software)][h.fold]
	w := p.Weights
	if o.Method == Blend {
		w = blended[kind(o.Software)][h.fold]
	}
	for _, q := range qs {
		r := v.rank(o.Method, q, w)
		best, place := -1.0, 0
		for _, g := range h.truth {
			higher, equal := 0.0, -1.0
			for _, s := range r.scores {
				switch d := s - r.scores[g]; {
				case d > 1e-9:
					higher++
				case d >= -1e-9:
					equal++
				}
			}
			if n := 1 + higher + equal/2; best < 0 || n < best {
				best, place = n, slices.Index(r.order, g)+1
			}
		}
		a := asked{rank: best, place: place, right: h.isTruth(r.order[0])}
		if o.Method == Weighed {
			a.share = r.shares[r.order[0]]
			a.chance = p.Naming.chance(r.signs)
			a.two = v.twoFamilies(q, r.order[0])
			a.from = p.From
			d := gone.rank(Weighed, q, w)
			a.deleted = p.Naming.chance(d.signs)
			a.twoGone = gone.twoFamilies(q, d.order[0])
		}
		out.queries = append(out.queries, a)
	}
	return out
}

// twoFamilies reports whether a query holds two families that only this group
// is known for, tied to it by two publishers, and nothing exclusive to
// another: the stand-in for the two-item rule where evidence is software only.
func (v *view) twoFamilies(q query, g int32) bool {
	var held []int32
	for _, f := range q {
		if !v.counts(f) || !v.c.software[f] || len(v.post[f]) != 1 {
			continue
		}
		if v.post[f][0].group != g {
			return false
		}
		held = append(held, f)
	}
	for i, a := range held {
		for _, b := range held[i+1:] {
			pa, pb := v.publishers(g, a), v.publishers(g, b)
			for _, x := range pa {
				if slices.ContainsFunc(pb, func(y string) bool { return y != x }) {
					return true
				}
			}
		}
	}
	return false
}

// publishers are who ties a feature to a group in this view.
func (v *view) publishers(g, f int32) []string {
	var out []string
	for _, i := range v.docs {
		d := &v.c.docs[i]
		if d.group != g || d.report < 0 || !slices.Contains(d.features, f) {
			continue
		}
		if p := v.c.know.Reports[d.report].Publisher; p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}
