package hypothesis

import (
	"slices"
	"sort"
)

// What contributions call that no single piece of evidence brings.
const (
	fromReports = "reports like this evidence"
	fromKin     = "malware like this evidence"
)

// contributions divide a group's score among the pieces of evidence, largest
// first; they add up to the score. Evidence the group is not known for is
// listed apart, also where software of the group is described with it.
func (c *Corpus) contributions(v *view, q query, w *weights, t *terms, g int32) (list []Contribution, unknown []string) {
	explained := v.explained(q)
	exclusive, total := 0.0, 0.0
	for _, f := range q {
		if v.counts(f) && c.software[f] && len(v.post[f]) == 1 && v.post[f][0].group == g {
			exclusive++
		}
		if v.counts(f) && !c.software[f] {
			total += v.idf[f]
		}
	}
	unknown = []string{}
	for _, f := range q {
		sum := 0.0
		for _, p := range v.kin.through[f] {
			if p.group == g {
				sum += w[byThrough] * v.throughWeight(f, p)
			}
		}
		i := slices.IndexFunc(v.post[f], func(p posting) bool { return p.group == g })
		if i < 0 {
			unknown = append(unknown, c.features[f])
		} else {
			weight := v.weight(f, v.post[f][i])
			if c.software[f] {
				sum += w[bySoftware] * weight
				if c.malware[f] {
					sum += w[byMalware] * weight
				}
				if len(v.post[f]) == 1 {
					sum += w[byExclusive] * min(exclusive, maxExclusive) / exclusive
				}
			} else {
				sum += w[byTechniques]*weight + w[byCover]*v.idf[f]/total
				if !explained[f] {
					sum += w[byUnexplained] * weight
				}
			}
		}
		if sum > 0 {
			list = append(list, Contribution{c.features[f], round(sum), c.citing(g, f)})
		}
	}
	if near := round(w[byReports]*t.by[byReports] + w[byReport]*t.by[byReport]); near > 0 {
		list = append(list, Contribution{fromReports, near, []string{}})
	}
	if near := round(w[byKin] * t.by[byKin]); near > 0 && t.kin >= 0 {
		list = append(list, Contribution{fromKin + ": " + c.featureName(t.kin), near, c.citing(g, t.kin)})
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Weight > list[j].Weight })
	return list, unknown
}
