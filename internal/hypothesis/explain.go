package hypothesis

import (
	"fmt"
	"slices"
	"sort"
)

// apart is the least difference in BM25, as a share of the first's, from
// which technique evidence is said to order two groups. 13.3 against 13.0,
// the founding case, is not an order.
const apart = 0.05

// fill lists the set, what each piece adds, what speaks against and what
// would decide.
func (c *Corpus) fill(a *Assessment, v *view, all, techniques, software query, r ranked, seen map[int32]Sighting, exclusive []Indicator) {
	w := fitted[kind(len(software) > 0)][folds].Weights
	size := setSize(len(techniques), len(software) > 0)
	a.Coverage = 0.8
	order := slices.Clone(r.order[:min(size, len(r.order))])
	// A group that exclusive evidence names is in the set however it ranks.
	for _, p := range c.proofs(v, software, seen, exclusive) {
		if !slices.Contains(order, p.group) {
			order = append(order, p.group)
		}
	}
	for _, g := range order {
		if r.scores[g] <= 0 && !slices.ContainsFunc(exclusive, func(i Indicator) bool { return c.group[i.Group] == g }) {
			continue // nothing of the evidence is known for it
		}
		k := Candidate{GroupName: c.name(g), Score: round(r.scores[g]), Word: standing(r.shares[g] / r.shares[r.order[0]]), Contributions: []Contribution{}, NotKnownFor: []string{}}
		for _, f := range all {
			i := slices.IndexFunc(v.post[f], func(p posting) bool { return p.group == g })
			if i < 0 {
				k.NotKnownFor = append(k.NotKnownFor, c.features[f])
				continue
			}
			weight := w.Techniques
			if c.software[f] {
				weight = w.Software
			}
			k.Contributions = append(k.Contributions, Contribution{c.features[f], round(weight * v.weight(f, v.post[f][i])), c.citing(g, f)})
		}
		if near := round(w.Reports * r.terms[g].reports); near > 0 {
			k.Contributions = append(k.Contributions, Contribution{"reports like this evidence", near, []string{}})
		}
		sort.SliceStable(k.Contributions, func(i, j int) bool { return k.Contributions[i].Weight > k.Contributions[j].Weight })
		a.Groups = append(a.Groups, k)
	}
	c.contradict(a, v, software, exclusive)
	c.inseparable(a, techniques)
	c.missing(a, v, all, r.order[0], r.order[1])
	c.missing(a, v, all, r.order[1], r.order[0])
}

// inseparable lists the groups at the head that techniques alone cannot put
// in an order.
func (c *Corpus) inseparable(a *Assessment, techniques query) {
	if len(techniques) == 0 {
		return
	}
	r := c.whole[0].rank(BM25, techniques, weights{})
	for _, g := range r.order {
		if r.scores[g] > 0 && r.scores[g] >= r.scores[r.order[0]]*(1-apart) {
			a.Inseparable = append(a.Inseparable, c.groups[g])
		}
	}
	if len(a.Inseparable) == 1 {
		a.Inseparable = []string{}
	}
}

// citing are addresses of reports that tie a feature to a group.
func (c *Corpus) citing(g, f int32) []string {
	var reports []int32
	from := sort.Search(len(c.docs), func(i int) bool { return c.docs[i].group >= g })
	for i := from; i < len(c.docs) && c.docs[i].group == g; i++ {
		if d := &c.docs[i]; d.report >= 0 && slices.Contains(d.features, f) {
			reports = append(reports, d.report)
		}
	}
	urls := c.urls(reports)
	return urls[:min(len(urls), maxCiting)]
}

// contradict tells where exclusive evidence names different groups.
func (c *Corpus) contradict(a *Assessment, v *view, software query, exclusive []Indicator) {
	owners := map[int32][]string{}
	for _, f := range software {
		if len(v.post[f]) == 1 {
			g := v.post[f][0].group
			owners[g] = append(owners[g], c.featureName(f))
		}
	}
	for _, i := range exclusive {
		g := c.group[i.Group]
		owners[g] = append(owners[g], i.Value)
	}
	if len(owners) < 2 {
		return
	}
	var groups []int32
	for g := range owners {
		groups = append(groups, g)
	}
	slices.Sort(groups)
	for _, g := range groups {
		a.Contradictions = append(a.Contradictions, fmt.Sprintf("%v is publicly tied to %s alone, other evidence to another group alone", owners[g], c.name(g).Name))
	}
}

// missing lists what reports tie to one group and not to the other, software
// that only it is known for first.
func (c *Corpus) missing(a *Assessment, v *view, all query, one, other int32) {
	type want struct {
		f     int32
		value float64
	}
	var list []want
	for f := range v.post {
		if slices.Contains(all, int32(f)) {
			continue
		}
		i := slices.IndexFunc(v.post[f], func(p posting) bool { return p.group == one })
		if i < 0 || slices.ContainsFunc(v.post[f], func(p posting) bool { return p.group == other }) {
			continue
		}
		value := v.weight(int32(f), v.post[f][i])
		if c.software[f] {
			value *= 2
		}
		list = append(list, want{int32(f), value})
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].value > list[j].value })
	for _, w := range list[:min(len(list), maxMissing/2)] {
		a.Missing = append(a.Missing, Missing{c.features[w.f], c.featureName(w.f), c.name(one)})
	}
}

// leaveOut gives the answer without each of the strongest items.
func (c *Corpus) leaveOut(a *Assessment, v *view, all, software query, seen map[int32]Sighting, exclusive []Indicator) {
	strongest := slices.Clone(all)
	sort.SliceStable(strongest, func(i, j int) bool { return v.idf[strongest[i]] > v.idf[strongest[j]] })
	for _, f := range strongest[:min(len(strongest), maxWithout)] {
		not := func(x int32) bool { return x == f }
		q, s := slices.DeleteFunc(slices.Clone(all), not), slices.DeleteFunc(slices.Clone(software), not)
		w := Without{ID: c.features[f], Answer: NothingToSay}
		if len(q)-len(s) >= enoughTechniques || len(s) > 0 {
			r := c.answer(q, s)
			w.Answer, w.First = ConsistentWith, c.name(r.order[0])
			if g, _ := c.named(v, seen, q, s, r, exclusive); g >= 0 && a.Answer == PointsTo {
				w.Answer = PointsTo
			}
		}
		a.Without = append(a.Without, w)
	}
}
