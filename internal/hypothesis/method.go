package hypothesis

import "math"

// Method is a way to order groups.
type Method string

// The methods. Overlap counts what a group's profile shares with the query,
// as most tools do; Nearest is the best cosine to any single report; BM25 is
// the usual ranking function over numbers of citing reports; Blend is the one
// that answers: BM25 over techniques and over software, and the reports near
// the evidence, added with fitted weights.
const (
	Overlap Method = "overlap"
	Nearest Method = "knn"
	BM25    Method = "bm25"
	Blend   Method = "blend"
)

// Methods lists all methods, the one that answers last.
func Methods() []Method { return []Method{Overlap, Nearest, BM25, Blend} }

// The usual constants of BM25; not tuned here.
const (
	saturation = 1.2
	lengthPart = 0.75
)

// sharpness is how fast a report's weight grows with its cosine in the
// soft maximum over a group's reports; 12 was fixed before any fit.
const sharpness = 12

// terms are a group's summands for one query.
type terms struct {
	techniques float64 // BM25
	software   float64 // BM25
	reports    float64 // soft maximum of cosines
	nearest    float64 // greatest cosine
	overlap    float64 // features shared
	contained  float64 // idf of the shared features
}

// query is evidence in the corpus's terms, sorted, no repeats.
type query []int32

func (v *view) terms(q query) []terms {
	out := make([]terms, len(v.c.groups))
	in := make([]bool, len(v.c.features))
	sum := 0.0
	for _, f := range q {
		if !v.counts(f) {
			continue
		}
		in[f] = true
		sum += v.idf[f] * v.idf[f]
		for _, p := range v.post[f] {
			t := &out[p.group]
			w := v.weight(f, p)
			if v.c.software[f] {
				t.software += w
			} else {
				t.techniques += w
			}
			t.overlap++
			t.contained += v.idf[f]
		}
	}
	norm := math.Sqrt(sum)
	for n, i := range v.docs {
		d, hit := &v.c.docs[i], 0.0
		for _, f := range d.features {
			if in[f] && !v.removed[edge{d.group, f}] {
				hit += v.idf[f] * v.idf[f]
			}
		}
		if hit == 0 || norm == 0 || v.size[n] == 0 {
			continue
		}
		cosine := hit / (norm * v.size[n])
		t := &out[d.group]
		t.nearest = max(t.nearest, cosine)
		t.reports += math.Exp(sharpness*cosine) - 1
	}
	for g := range out {
		out[g].reports = math.Log1p(out[g].reports) / sharpness
	}
	return out
}

// weight is what one feature adds to a group's BM25.
func (v *view) weight(f int32, p posting) float64 {
	k := saturation * (1 - lengthPart + lengthPart*v.length[p.group]/v.mean)
	return p.count * (saturation + 1) / (p.count + k) * v.idf[f]
}

// score turns summands into one number per group under a method.
func score(m Method, ts []terms, w weights) []float64 {
	out := make([]float64, len(ts))
	for g, t := range ts {
		switch m {
		case Overlap:
			out[g] = t.overlap
		case Nearest:
			out[g] = t.nearest
		case BM25:
			out[g] = t.techniques + t.software
		default:
			out[g] = w.Techniques*t.techniques + w.Software*t.software + w.Reports*t.reports
		}
	}
	return out
}

// weights of the blend. They are those of a conditional logit, so that the
// exponentials of two groups' scores stand in the ratio of their chances,
// given that the actor is one of the groups.
type weights struct{ Techniques, Software, Reports float64 }

// chances is the closed-world share of every group under the blend.
func chances(scores []float64) []float64 {
	top := math.Inf(-1)
	for _, s := range scores {
		top = max(top, s)
	}
	out, sum := make([]float64, len(scores)), 0.0
	for g, s := range scores {
		out[g] = math.Exp(s - top)
		sum += out[g]
	}
	for g := range out {
		out[g] /= sum
	}
	return out
}
