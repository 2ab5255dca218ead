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
	share   float64 // the first group's closed-world share (Blend)
	right   bool
	chance  float64 // naming model
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
	own, base, _, unknown := c.askAll(s, o)
	if len(own) == 0 {
		return nil, fmt.Errorf("evaluate: no item of the split can be asked this way")
	}
	e := measure(own, base, o)
	e.ReportsUnknown = unknown
	return e, nil
}

// askAll asks every item that the options allow, with the method and with
// BM25; at holds each outcome's item.
func (c *Corpus) askAll(s *Split, o Options) (own, base []outcome, at []int, unknown int) {
	for i := range s.Items {
		h := c.hold(&s.Items[i])
		if !h.applies(o.Regime) {
			continue
		}
		if len(h.reports) == 0 && len(h.removed) == 0 {
			unknown++
		}
		qs := h.queries(c, o.Draw, o.Software)
		if len(qs) == 0 {
			continue
		}
		v := h.view(c, o.Regime, o.Software, nil)
		own, at = append(own, c.ask(&h, v, qs, o)), append(at, i)
		o2 := o
		o2.Method = BM25
		if o.Method == BM25 {
			base = append(base, own[len(own)-1])
		} else {
			base = append(base, c.ask(&h, v, qs, o2))
		}
	}
	return own, base, at, unknown
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
		for _, draw := range []int{0, 5, 10, 15} {
			for _, regime := range []Regime{LORO, Gap, Time} {
				o := Options{regime, software, draw, m}
				own, base, at, unknown := c.askAll(s, o)
				if len(own) == 0 {
					continue
				}
				e := measure(own, base, o)
				e.ReportsUnknown = unknown
				out.Cells = append(out.Cells, e)
				for n, i := range at {
					if !own[n].learnable {
						continue
					}
					share := 1 / float64(len(own[n].queries))
					top[i].count++
					mrr[i].count++
					for j, a := range own[n].queries {
						b := base[n].queries[j]
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

func (c *Corpus) ask(h *held, v *view, qs []query, o Options) outcome {
	out := outcome{learnable: v.learnable(h)}
	p := fitted[kind(o.Software)][h.fold]
	var gone *view
	if o.Method == Blend {
		gone = h.view(c, o.Regime, o.Software, h.truth)
	}
	for _, q := range qs {
		r := v.rank(o.Method, q, p.Weights)
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
		if o.Method == Blend {
			a.share = r.shares[r.order[0]]
			a.chance = p.Naming.chance(r.signs)
			a.two = v.twoFamilies(q, r.order[0])
			d := gone.rank(Blend, q, p.Weights)
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
