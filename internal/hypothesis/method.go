package hypothesis

import "math"

// Method is a way to order groups.
type Method string

// The methods. Overlap counts what a group's profile shares with the query,
// as most tools do; Nearest is the best cosine to any single report; BM25 is
// the usual ranking function over numbers of citing reports; Blend is BM25
// over techniques and over software and the reports near the evidence, added
// with fitted weights; Weighed, the one that answers, adds what is known
// about the groups' malware and what software in the evidence explains.
const (
	Overlap Method = "overlap"
	Nearest Method = "knn"
	BM25    Method = "bm25"
	Blend   Method = "blend"
	Weighed Method = "weighed"
)

// Methods lists all methods, the one that answers last.
func Methods() []Method { return []Method{Overlap, Nearest, BM25, Blend, Weighed} }

// The usual constants of BM25; not tuned here.
const (
	saturation = 1.2
	lengthPart = 0.75
)

// sharpness is how fast a report's weight grows with its cosine in the
// soft maximum over a group's reports; 12 was fixed before any fit.
const sharpness = 12

// maxExclusive bounds how many exclusive families count.
const maxExclusive = 3

// The summands that weights multiply.
const (
	byTechniques  = iota // BM25 over techniques
	bySoftware           // BM25 over software
	byReports            // soft maximum of cosines to the group's reports
	byReport             // best single report: idf shared, over its length
	byKin                // greatest likeness to a malware few groups share
	byThrough            // BM25 over techniques, those of its software in part
	byCover              // share of the evidence's techniques, by idf
	byMalware            // BM25 over malware alone
	byExclusive          // families that only this group is known for
	byUnexplained        // BM25 over techniques that no software explains
	termCount
)

// sums of one group for one query.
type terms struct {
	by        [termCount]float64
	nearest   float64 // greatest cosine
	overlap   float64 // features shared
	contained float64 // idf of the shared features
	kin       int32   // the software behind byKin; -1 for none
}

// weights of the summands. They are those of a conditional logit, so that
// the exponentials of two groups' scores stand in the ratio of their chances,
// given that the actor is one of the groups. None is negative.
type weights [termCount]float64

// query is evidence in the corpus's terms, sorted, no repeats.
type query []int32

func (v *view) terms(q query) []terms {
	c := v.c
	out := make([]terms, len(c.groups))
	for g := range out {
		out[g].kin = -1
	}
	in := make([]bool, len(c.features))
	sum, techniques, total := 0.0, 0.0, 0.0
	explained := v.explained(q)
	for _, f := range q {
		if !v.counts(f) {
			continue
		}
		in[f] = true
		sum += v.idf[f] * v.idf[f]
		if !c.software[f] {
			techniques += v.idf[f] * v.idf[f]
			total += v.idf[f]
			for _, p := range v.kin.through[f] {
				out[p.group].by[byThrough] += v.throughWeight(f, p)
			}
		}
		for _, p := range v.post[f] {
			t := &out[p.group]
			w := v.weight(f, p)
			switch {
			case !c.software[f]:
				t.by[byTechniques] += w
				t.by[byCover] += v.idf[f]
				if !explained[f] {
					t.by[byUnexplained] += w
				}
			default:
				t.by[bySoftware] += w
				if c.malware[f] {
					t.by[byMalware] += w
				}
				if len(v.post[f]) == 1 {
					t.by[byExclusive] = min(maxExclusive, t.by[byExclusive]+1)
				}
			}
			t.overlap++
			t.contained += v.idf[f]
		}
	}
	v.nearReports(out, in, math.Sqrt(sum))
	v.likeness(in, math.Sqrt(techniques), func(s int32, cosine float64) {
		for _, g := range v.kin.owners[s] {
			if t := &out[g]; cosine > t.by[byKin] {
				t.by[byKin], t.kin = cosine, s
			}
		}
	})
	for g := range out {
		if t := &out[g]; total > 0 {
			t.by[byCover] /= total
		}
	}
	return out
}

// nearReports fills what single reports of a group have in common with the
// evidence.
func (v *view) nearReports(out []terms, in []bool, norm float64) {
	for n, i := range v.docs {
		d, hit, shared := &v.c.docs[i], 0.0, 0.0
		for _, f := range d.features {
			if in[f] && !v.removed[edge{d.group, f}] {
				hit += v.idf[f] * v.idf[f]
				shared += v.idf[f]
			}
		}
		if hit == 0 || norm == 0 || v.size[n] == 0 {
			continue
		}
		cosine := hit / (norm * v.size[n])
		t := &out[d.group]
		t.nearest = max(t.nearest, cosine)
		t.by[byReports] += math.Exp(sharpness*cosine) - 1
		t.by[byReport] = max(t.by[byReport], shared/(0.5+0.5*v.lengths[n]/v.usual))
	}
	for g := range out {
		out[g].by[byReports] = math.Log1p(out[g].by[byReports]) / sharpness
	}
}

// weight is what one feature adds to a group's BM25.
func (v *view) weight(f int32, p posting) float64 {
	k := saturation * (1 - lengthPart + lengthPart*v.length[p.group]/v.mean)
	return p.count * (saturation + 1) / (p.count + k) * v.idf[f]
}

// score turns summands into one number per group under a method.
func score(m Method, ts []terms, w weights) []float64 {
	out := make([]float64, len(ts))
	for g := range ts {
		t := &ts[g]
		switch m {
		case Overlap:
			out[g] = t.overlap
		case Nearest:
			out[g] = t.nearest
		case BM25:
			out[g] = t.by[byTechniques] + t.by[bySoftware]
		default:
			for i, x := range w {
				out[g] += x * t.by[i]
			}
		}
	}
	return out
}

// chances is the closed-world share of every group under fitted weights.
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
