package hypothesis

import (
	"math"
	"slices"
)

// Fitted is what a fit yields for one kind of evidence: per part left out,
// and on all parts last.
type Fitted struct {
	Weighed [folds + 1]parameters
	Blend   [folds + 1]weights
	Chosen  [folds + 1][]string // the sets of terms whose weights are averaged
}

// termSet is one choice of summands.
type termSet struct {
	name  string
	terms []int
}

// termSets are the choices offered to the inner folds, fewest terms first.
func termSets() []termSet {
	return []termSet{
		{"bm25", []int{byTechniques, bySoftware}},
		{"blend", []int{byTechniques, bySoftware, byReports}},
		{"kin", []int{byTechniques, bySoftware, byReports, byReport, byKin, byMalware, byExclusive, byUnexplained}},
		{"all", []int{bySoftware, byReports, byReport, byKin, byThrough, byCover, byMalware, byExclusive, byUnexplained}},
	}
}

// Fit estimates everything for each part left out and for all. What is fitted
// for a part, the choice of terms and the threshold included, never sees an
// item whose true group is in it: choices are made by a second
// cross-validation among the other parts. Items of the split and the corpus's
// other reports are used.
func Fit(c *Corpus, s *Split, software bool) Fitted {
	items := c.training(s)
	cases := logitCases(c, items, software)
	var out Fitted
	for part := range folds + 1 {
		out.Blend[part] = fitWeights(cases, termSets()[1].terms, []int{part})
		sets := chooseTerms(cases, part)
		for _, set := range sets {
			out.Chosen[part] = append(out.Chosen[part], set.name)
		}
		fit := func(parts ...int) weights {
			var mean weights
			for _, set := range sets {
				for i, x := range fitWeights(cases, set.terms, parts) {
					mean[i] += x / float64(len(sets))
				}
			}
			return mean
		}
		out.Weighed[part].Weights = fit(part)
		// Each other part is answered with weights that saw neither it nor the
		// part left out, as it will be in use.
		var answers [folds][]answered
		for p := range folds {
			if p != part {
				answers[p] = namingCases(c, items, software, fit(part, p), p)
			}
		}
		train := func(without int) []answered {
			var rows []answered
			for p := range folds {
				if p != part && p != without {
					rows = append(rows, answers[p]...)
				}
			}
			return rows
		}
		out.Weighed[part].Naming = fitNaming(train(-1))
		var judged []judged
		for p := range folds {
			if p != part {
				judged = append(judged, judge(answers[p], fitNaming(train(p)))...)
			}
		}
		out.Weighed[part].From = threshold(judged)
	}
	return out
}

// nearBest is how far below the best mean reciprocal rank a set of terms may
// lie to be used too: less than the inner folds can tell apart.
const nearBest = 0.01

// chooseTerms picks the sets of terms whose mean reciprocal rank in a
// cross-validation among the other parts is best or close to it. Their
// weights are averaged: a single winner changed from part to part.
func chooseTerms(cases []logitCase, part int) []termSet {
	best, values := 0.0, make([]float64, len(termSets()))
	for at, set := range termSets() {
		sum, n := 0.0, 0.0
		for p := range folds {
			if p == part {
				continue
			}
			w := fitWeights(cases, set.terms, []int{part, p})
			for i := range cases {
				if lc := &cases[i]; lc.fold == p {
					sum += lc.weight * lc.reciprocal(&w)
					n += lc.weight
				}
			}
		}
		values[at] = sum / n
		best = max(best, values[at])
	}
	var found []termSet
	for at, set := range termSets() {
		if values[at] > best-nearBest {
			found = append(found, set)
		}
	}
	return found
}

func (lc *logitCase) score(g int, w *weights) float64 {
	s := 0.0
	for i, x := range w {
		s += x * lc.rows[g][i]
	}
	return s
}

func (lc *logitCase) reciprocal(w *weights) float64 {
	own, rank := lc.score(lc.truth, w), 1.0
	for g := range lc.rows {
		if lc.score(g, w) > own+1e-9 {
			rank++
		}
	}
	return 1 / rank
}

// fitWeights maximises the likelihood of the true groups by Newton steps,
// with no weight below zero: a term that only fits when it is subtracted
// has no meaning a reader could follow.
func fitWeights(cases []logitCase, set, without []int) weights {
	n := len(set)
	b, last := make([]float64, n), make([]float64, n)
	for j := range b {
		b[j] = 0.1
	}
	copy(last, b)
	best := math.Inf(-1)
	for range 40 {
		value, g, h := likelihood(cases, set, b, without)
		if value < best-1e-12 { // too far: half way back
			moved := 0.0
			for j := range b {
				b[j] = (b[j] + last[j]) / 2
				moved += math.Abs(b[j] - last[j])
			}
			if moved < 1e-7 {
				break
			}
			continue
		}
		best = value
		copy(last, b)
		var free []int
		for j := range b {
			if b[j] > 0 || g[j] > 0 {
				free = append(free, j)
			}
		}
		hf, gf := make([][]float64, len(free)), make([]float64, len(free))
		for x, j := range free {
			gf[x] = g[j]
			for _, k := range free {
				hf[x] = append(hf[x], h[j][k])
			}
		}
		moved := 0.0
		for x, s := range solve(hf, gf) {
			j := free[x]
			next := max(0, b[j]+s)
			moved += math.Abs(next - b[j])
			b[j] = next
		}
		if moved < 1e-6 {
			break
		}
	}
	var w weights
	for j, i := range set {
		w[i] = last[j]
	}
	return w
}

// likelihood of the true groups with its gradient and curvature.
func likelihood(cases []logitCase, set []int, b []float64, without []int) (float64, []float64, [][]float64) {
	const ridge = 1e-5
	n := len(set)
	grad, hess := make([]float64, n), make([][]float64, n)
	for j := range hess {
		hess[j] = make([]float64, n)
	}
	value, weight := 0.0, 0.0
	mean, square := make([]float64, n), make([]float64, n*n)
	x := make([]float64, n)
	for i := range cases {
		lc := &cases[i]
		if slices.Contains(without, lc.fold) {
			continue
		}
		top, s := math.Inf(-1), make([]float64, len(lc.rows))
		for g := range lc.rows {
			for j, f := range set {
				s[g] += b[j] * lc.rows[g][f]
			}
			top = max(top, s[g])
		}
		z := 0.0
		clear(mean)
		clear(square)
		for g := range lc.rows {
			p := math.Exp(s[g] - top)
			z += p
			if p < 1e-7 {
				continue // cannot be seen in the sums
			}
			for j, f := range set {
				x[j] = lc.rows[g][f]
				mean[j] += p * x[j]
				for k := 0; k <= j; k++ {
					square[j*n+k] += p * x[j] * x[k]
				}
			}
		}
		value += lc.weight * (s[lc.truth] - top - math.Log(z))
		weight += lc.weight
		for j, f := range set {
			grad[j] += lc.weight * (lc.rows[lc.truth][f] - mean[j]/z)
			for k := 0; k <= j; k++ {
				hess[j][k] += lc.weight * (square[j*n+k]/z - mean[j]/z*mean[k]/z)
			}
		}
	}
	for j := range grad {
		value -= ridge * weight * b[j] * b[j] / 2
		grad[j] -= ridge * weight * b[j]
		hess[j][j] += ridge * weight
		for k := 0; k < j; k++ {
			hess[k][j] = hess[j][k]
		}
	}
	return value, grad, hess
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
		if h[i][i] == 0 {
			h[i][i] = 1 // a term that never varies keeps its weight
			g[i] = 0
		}
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
