package hypothesis

import (
	"math"
	"slices"
	"strings"

	"spoor/internal/actor"
)

// trait is one technique that reports describe of a malware or tool.
type trait struct {
	software, technique int32
	reports             []int32
}

// traits reads what reports say about software that some group uses.
func (c *Corpus) readTraits(k *actor.Knowledge) {
	for i := range k.Uses {
		u := &k.Uses[i]
		if !strings.HasPrefix(u.From, "S") {
			continue
		}
		s, ok1 := c.feature[u.From]
		t, ok2 := c.feature[u.To]
		if ok1 && ok2 && c.host[t] && !c.software[t] {
			c.traits = append(c.traits, trait{s, t, u.Reports})
		}
	}
}

// kinOwners is how many groups may share software whose description is
// compared with the evidence; what many use is like everybody's.
const kinOwners = 3

// throughShare is what a technique counts for a group that is known for it
// only through software of its own, divided by the groups that share the
// software; 1 is a citing report. Half was fixed before any fit.
const throughShare = 0.5

// kin is what a view knows about the groups' software.
type kin struct {
	owners  [][]int32   // per software, groups by number
	traits  [][]int32   // per software: techniques, sorted
	size    []float64   // per software: length of its techniques under idf
	through [][]posting // per technique: counts of reports, and of software in parts
	length  []float64   // per group: sum of those and of its software's counts
	mean    float64
}

// newKin reads the groups' software in a view; keep says which reports about
// a software the view may know.
func (v *view) newKin(keep func(software, report int32) bool) kin {
	c := v.c
	n := len(c.features)
	k := kin{owners: v.owners, traits: make([][]int32, n), size: make([]float64, n), through: make([][]posting, n), length: slices.Clone(v.length)}
	for i := range c.traits {
		t := &c.traits[i]
		kept := len(t.reports) == 0 && keep(t.software, -1)
		for _, r := range t.reports {
			kept = kept || keep(t.software, r)
		}
		if kept {
			k.traits[t.software] = append(k.traits[t.software], t.technique)
		}
	}
	counts := make([]float64, n*len(c.groups))
	for s, list := range k.traits {
		slices.Sort(list)
		k.traits[s] = slices.Compact(list)
		sum := 0.0
		for _, t := range k.traits[s] {
			sum += v.idf[t] * v.idf[t]
			for _, g := range k.owners[s] {
				counts[int(t)*len(c.groups)+int(g)] += throughShare / float64(len(k.owners[s]))
			}
		}
		k.size[s] = math.Sqrt(sum)
	}
	for t, list := range v.post {
		if c.software[t] {
			continue
		}
		row := counts[t*len(c.groups) : (t+1)*len(c.groups)]
		for g, x := range row {
			k.length[g] += x
		}
		for _, p := range list {
			row[p.group] += p.count
		}
		for g, x := range row {
			if x > 0 {
				k.through[t] = append(k.through[t], posting{int32(g), x})
			}
		}
	}
	groups := 0.0
	for _, l := range k.length {
		if l > 0 {
			groups++
			k.mean += l
		}
	}
	k.mean /= max(groups, 1)
	return k
}

// throughWeight is what a technique adds to a group's BM25 when techniques of
// its software count in part.
func (v *view) throughWeight(f int32, p posting) float64 {
	k := saturation * (1 - lengthPart + lengthPart*v.kin.length[p.group]/v.kin.mean)
	return p.count * (saturation + 1) / (p.count + k) * v.idf[f]
}

// likeness gives for each software that few groups share the cosine of its
// techniques with the evidence's; norm is the length of the evidence's
// techniques under idf.
func (v *view) likeness(in []bool, norm float64, each func(software int32, cosine float64)) {
	for s := range v.kin.traits {
		if n := len(v.kin.owners[s]); n == 0 || n > kinOwners || v.kin.size[s] == 0 || norm == 0 {
			continue
		}
		hit := 0.0
		for _, t := range v.kin.traits[s] {
			if in[t] {
				hit += v.idf[t] * v.idf[t]
			}
		}
		if hit > 0 {
			each(int32(s), hit/(norm*v.kin.size[s]))
		}
	}
}

// explained marks techniques that software of the query is described with:
// they tell little beyond the software itself.
func (v *view) explained(q query) map[int32]bool {
	out := map[int32]bool{}
	for _, f := range q {
		if v.c.software[f] && v.counts(f) {
			for _, t := range v.kin.traits[f] {
				out[t] = true
			}
		}
	}
	return out
}
