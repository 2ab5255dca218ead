package hypothesis

import (
	"slices"
	"sort"

	"spoor/internal/message"
)

// apart is the smallest difference in BM25, as a share of the first's, from
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
	proofs := c.proofs(v, software, seen, exclusive)
	for _, p := range proofs {
		if !slices.Contains(order, p.group) {
			order = append(order, p.group)
		}
	}
	for _, g := range order {
		if r.scores[g] <= 0 && !slices.ContainsFunc(exclusive, func(i Indicator) bool { return c.group[i.Group] == g }) {
			continue // nothing of the evidence is known for it
		}
		k := Candidate{GroupName: c.name(g), Score: round(r.scores[g]), WordMessage: standing(r.shares[g] / r.shares[r.order[0]]), Contributions: []Contribution{}}
		switch {
		case len(software) == 0:
			k.WordMessage = message.New("fit.word.listed") // techniques order, they do not set apart
		case len(a.Groups) == 0:
			k.WordMessage = message.New("fit.word.first")
		}
		if slices.ContainsFunc(proofs, func(p proof) bool { return p.group == g }) {
			k.WordMessage = message.New("fit.word.exclusive", "word", k.WordMessage)
		}
		list, unknown := c.contributions(v, all, &w, &r.terms[g], g)
		k.Contributions, k.NotKnownFor = append(k.Contributions, list...), unknown
		a.Groups = append(a.Groups, k)
	}
	c.contradict(a, v, software, exclusive)
	c.inseparable(a, techniques)
	c.missing(a, v, all, r.order[0], r.order[1])
	c.missing(a, v, all, r.order[1], r.order[0])
}

// alike lists groups by technique alone. Few techniques put nobody first:
// then all groups known for each of them are named.
func (c *Corpus) alike(a *Assessment, techniques query) {
	if len(techniques) == 0 {
		return
	}
	if len(techniques) >= enoughTechniques {
		r := c.whole[0].rank(Weighed, techniques, fitted[0][folds].Weights)
		for _, g := range r.order[:maxLookAlikes] {
			if r.scores[g] > 0 {
				a.LookAlikes = append(a.LookAlikes, c.name(g))
			}
		}
		a.AlikeMessage = message.New("fit.alike.first", "n", len(a.LookAlikes))
		return
	}
	known := make([]int, len(c.groups))
	for _, f := range techniques {
		for _, p := range c.whole[0].post[f] {
			known[p.group]++
		}
	}
	for g, n := range known {
		if n == len(techniques) {
			a.LookAlikes = append(a.LookAlikes, c.name(int32(g)))
		}
	}
	sort.SliceStable(a.LookAlikes, func(i, j int) bool { return a.LookAlikes[i].Name < a.LookAlikes[j].Name })
	what := "all"
	if len(techniques) == 1 {
		what = "one"
	}
	a.AlikeMessage = message.New("fit.alike.known-"+what, "n", len(a.LookAlikes))
	if len(a.LookAlikes) > maxKnown {
		a.AlikeMessage = message.New("fit.alike.too-many-"+what, "n", len(a.LookAlikes))
		a.LookAlikes = []GroupName{}
	}
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
		a.ContradictionMessages = append(a.ContradictionMessages, message.New("fit.contradiction.two-groups", "group", c.name(g).Name, "items", some(owners[g])))
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

// leaveOut gives the answer without each of the strongest items, and without
// all that one group alone is known for, which is what somebody would plant.
func (c *Corpus) leaveOut(a *Assessment, v *view, all, software query, seen map[int32]Sighting, exclusive []Indicator) {
	strongest := slices.Clone(all)
	sort.SliceStable(strongest, func(i, j int) bool { return v.idf[strongest[i]] > v.idf[strongest[j]] })
	for _, f := range strongest[:min(len(strongest), maxWithout)] {
		w := c.without(a, v, all, software, seen, exclusive, func(x int32) bool { return x == f })
		w.ID, w.Name = c.features[f], c.featureName(f)
		a.Without = append(a.Without, w)
	}
	for n, i := range exclusive[:min(len(exclusive), maxWithout)] {
		rest := slices.Delete(slices.Clone(exclusive), n, n+1)
		w := c.without(a, v, all, software, seen, rest, func(int32) bool { return false })
		w.ID, w.Name = i.Value, i.Kind
		a.Without = append(a.Without, w)
	}
	alone := func(f int32) bool { return c.software[f] && len(v.post[f]) == 1 }
	if len(exclusive) > 0 || slices.ContainsFunc(all, alone) {
		w := c.without(a, v, all, software, seen, nil, alone)
		w.ID, w.Name = allExclusive, ifPlanted
		a.Without = append(a.Without, w)
	}
}

// What an answer without all exclusive items is called.
const (
	allExclusive = "all exclusive items"
	ifPlanted    = "if they are planted"
)

func (c *Corpus) without(a *Assessment, v *view, all, software query, seen map[int32]Sighting, exclusive []Indicator, not func(int32) bool) Without {
	q, s := slices.DeleteFunc(slices.Clone(all), not), slices.DeleteFunc(slices.Clone(software), not)
	w := Without{Answer: NothingToSay, SaysMessage: message.New("fit.without.nothing")}
	if len(q) == 0 || len(q)-len(s) < enoughTechniques && len(s) == 0 && len(exclusive) == 0 {
		return w
	}
	r := c.answer(q, s)
	w.Answer, w.First = ConsistentWith, c.name(r.order[0])
	same := len(a.Groups) > 0 && w.First.ID == a.Groups[0].ID
	if g, _ := c.named(v, seen, q, s, r, exclusive); g >= 0 && a.Answer == PointsTo {
		w.Answer = PointsTo
	}
	switch {
	case w.Answer == PointsTo:
		w.SaysMessage = message.New("fit.without.points")
	case same:
		w.SaysMessage = message.New("fit.without.same")
	default:
		w.SaysMessage = message.New("fit.without.another")
	}
	return w
}
