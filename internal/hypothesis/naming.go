package hypothesis

import (
	"math"
	"sort"
)

// signs are what the naming model sees of one answer.
const signCount = 8

type signs [signCount]float64

// ranked is one query's answer before words are put to it.
type ranked struct {
	order  []int32   // groups, best first
	scores []float64 // per group
	shares []float64 // per group, closed world; nil for other methods
	terms  []terms
	signs  signs
}

// rank orders the groups of a view. Groups with equal scores stand in the
// order of their ids.
func (v *view) rank(m Method, q query, w weights) ranked {
	r := ranked{terms: v.terms(q)}
	r.scores = score(m, r.terms, w)
	r.order = make([]int32, len(r.scores))
	for g := range r.order {
		r.order[g] = int32(g)
	}
	sort.SliceStable(r.order, func(i, j int) bool { return r.scores[r.order[i]] > r.scores[r.order[j]] })
	if m == Blend || m == Weighed {
		r.shares = chances(r.scores)
		r.signs = v.signs(q, &r)
	}
	return r
}

// signs describe how far the first group stands out and how much of the
// evidence it explains.
func (v *view) signs(q query, r *ranked) signs {
	first, second := r.order[0], r.order[1]
	p := min(max(r.shares[first], 1e-6), 1-1e-6)
	total, own, foreign, techniques := 0.0, 0.0, 0.0, 0.0
	for _, f := range q {
		if !v.counts(f) {
			continue
		}
		total += v.idf[f]
		if !v.c.software[f] {
			techniques++
			continue
		}
		if len(v.post[f]) == 1 {
			if v.post[f][0].group == first {
				own++
			} else {
				foreign++
			}
		}
	}
	contained := 0.0
	if total > 0 {
		contained = r.terms[first].contained / total
	}
	return signs{1, math.Log(p / (1 - p)), (r.scores[first] - r.scores[second]), r.terms[first].nearest, contained,
		min(own, 3), min(foreign, 2), math.Log1p(techniques)}
}

// naming holds the coefficients of the naming model, one per sign.
type naming [signCount]float64

// chance is the probability that the first group is the right one, when it
// is as likely as not that the true group is not in the knowledge at all.
func (n naming) chance(s signs) float64 {
	z := 0.0
	for i, x := range s {
		z += n[i] * x
	}
	return 1 / (1 + math.Exp(-z))
}

// parameters is one fitted set for the method that answers.
type parameters struct {
	Weights weights
	Naming  naming
	From    float64 // the chance from which a group may be named at all
}

// kind tells apart the two fitted families: evidence without and with
// software.
func kind(software bool) int {
	if software {
		return 1
	}
	return 0
}
