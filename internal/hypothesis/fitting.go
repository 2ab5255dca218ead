package hypothesis

import "math"

// Fit estimates the parameters for each part left out and for all, from the
// split's items in every regime and draw; the fit of one part never sees an
// item whose true group is in it. The naming model is fitted on answers of
// weights that were themselves fitted without the item's group.
func Fit(c *Corpus, s *Split, software bool) [folds + 1]parameters {
	items := make([]held, len(s.Items))
	for i := range s.Items {
		items[i] = c.hold(&s.Items[i])
	}
	cases := logitCases(c, items, software)
	var out [folds + 1]parameters
	for part := range out {
		out[part].Weights = fitWeights(cases, part)
	}
	var answers [folds + 1][]answered
	for part := range out {
		answers[part] = namingCases(c, items, software, out[part].Weights, part)
	}
	for part := range out {
		// Each training part is answered with weights of the fold that leaves
		// out its own group, as it will be in use.
		var train []answered
		for p := range folds {
			if p != part {
				train = append(train, answers[p]...)
			}
		}
		out[part].Naming = fitNaming(train)
	}
	return out
}

// logitCase is one query with the true group known.
type logitCase struct {
	rows   [][3]float64
	truth  int
	weight float64
	fold   int
}

// drawsFitted bounds the draws per item and size in the fit; the rest differ
// little and cost time.
const drawsFitted = 3

func logitCases(c *Corpus, items []held, software bool) []logitCase {
	var out []logitCase
	for _, regime := range []Regime{LORO, Gap, Time} {
		for _, draw := range []int{0, 5, 10, 15} {
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
				qs := h.queries(c, draw, software)
				for _, q := range qs[:min(len(qs), drawsFitted)] {
					lc := logitCase{truth: int(h.truth[0]), fold: h.fold}
					for _, t := range v.terms(q) {
						lc.rows = append(lc.rows, [3]float64{t.techniques, t.software, t.reports})
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

// fitWeights maximises the likelihood of the true groups by Newton steps.
func fitWeights(cases []logitCase, part int) weights {
	b := [3]float64{0.3, 0.3, 1}
	const ridge = 1e-4
	for range 25 {
		var grad [3]float64
		var hess [3][3]float64
		for i := range cases {
			lc := &cases[i]
			if lc.fold == part {
				continue
			}
			s := make([]float64, len(lc.rows))
			for g, x := range lc.rows {
				s[g] = b[0]*x[0] + b[1]*x[1] + b[2]*x[2]
			}
			var mean [3]float64
			var square [3][3]float64
			for g, p := range chances(s) {
				for j, x := range lc.rows[g] {
					mean[j] += p * x
					for k, y := range lc.rows[g] {
						square[j][k] += p * x * y
					}
				}
			}
			for j := range mean {
				grad[j] += lc.weight * (lc.rows[lc.truth][j] - mean[j])
				for k := range mean {
					hess[j][k] += lc.weight * (square[j][k] - mean[j]*mean[k])
				}
			}
		}
		g, h := make([]float64, 3), make([][]float64, 3)
		for j := range g {
			g[j] = grad[j] - ridge*b[j]
			h[j] = hess[j][:]
			h[j][j] += ridge
		}
		step := solve(h, g)
		moved := 0.0
		for j := range b {
			b[j] += step[j]
			moved += math.Abs(step[j])
		}
		if moved < 1e-9 {
			break
		}
	}
	return weights{b[0], b[1], b[2]}
}

// answered is one answer with whether it was right.
type answered struct {
	signs  signs
	right  float64
	weight float64
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
		for _, draw := range []int{0, 5, 10, 15} {
			qs := h.queries(c, draw, software)
			qs = qs[:min(len(qs), drawsFitted)]
			for _, q := range qs {
				a, b := whole.rank(Blend, q, w), deleted.rank(Blend, q, w)
				right := 0.0
				if h.isTruth(a.order[0]) {
					right = 1
				}
				weight := 1 / float64(len(qs))
				if draw == 0 {
					weight = 2 // the regime that is reported first
				}
				out = append(out, answered{a.signs, right, weight}, answered{b.signs, 0, weight})
			}
		}
	}
	return out
}

// fitNaming fits the logistic by Newton steps with a small ridge.
func fitNaming(rows []answered) naming {
	var b naming
	const ridge = 1.0
	for range 30 {
		g, h := make([]float64, signCount), make([][]float64, signCount)
		for j := range h {
			h[j] = make([]float64, signCount)
			if j > 0 {
				h[j][j], g[j] = ridge, -ridge*b[j]
			} else {
				h[j][j] = 1e-6
			}
		}
		for _, r := range rows {
			p := b.chance(r.signs)
			for j, x := range r.signs {
				g[j] += r.weight * (r.right - p) * x
				for k, y := range r.signs {
					h[j][k] += r.weight * p * (1 - p) * x * y
				}
			}
		}
		step := solve(h, g)
		moved := 0.0
		for j := range b {
			b[j] += step[j]
			moved += math.Abs(step[j])
		}
		if moved < 1e-9 {
			break
		}
	}
	return b
}

// solve does Gaussian elimination with pivots on a small positive system.
func solve(h [][]float64, g []float64) []float64 {
	n := len(g)
	for i := range n {
		p := i
		for r := i + 1; r < n; r++ {
			if math.Abs(h[r][i]) > math.Abs(h[p][i]) {
				p = r
			}
		}
		h[i], h[p], g[i], g[p] = h[p], h[i], g[p], g[i]
		for r := i + 1; r < n; r++ {
			f := h[r][i] / h[i][i]
			for k := i; k < n; k++ {
				h[r][k] -= f * h[i][k]
			}
			g[r] -= f * g[i]
		}
	}
	x := make([]float64, n)
	for i := n - 1; i >= 0; i-- {
		x[i] = g[i]
		for k := i + 1; k < n; k++ {
			x[i] -= h[i][k] * x[k]
		}
		x[i] /= h[i][i]
	}
	return x
}
