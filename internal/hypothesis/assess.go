package hypothesis

import (
	"math"
	"slices"

	"spoor/internal/message"
)

// enoughTechniques is how many distinct host techniques it takes to say
// anything without software or indicators.
const enoughTechniques = 5

// Caps of what an assessment lists; more is counted in its sentences.
const (
	maxMissing    = 6
	maxCiting     = 3
	maxWithout    = 5
	maxLookAlikes = 10
	maxNamed      = 5  // items or groups that one sentence lists
	maxKnown      = 30 // groups known for all of a few techniques
)

// Assess gives the hedged answer for one host, storyline or case. The same
// input gives the same answer, whatever the order of its lists. Where
// observations suffice for an answer, what only rules' tags say is listed and
// not weighed.
func (c *Corpus) Assess(in Input) *Assessment {
	a := &Assessment{Schema: "spoor.hypothesis/1", Groups: []Candidate{}, Evidence: []Evidence{}, Contradictions: []string{}, Missing: []Missing{},
		Without: []Without{}, Inseparable: []string{}, Doors: c.doors(in.CVEs), LookAlikes: []GroupName{}, Ignored: []string{}, PlantedMessage: planted(), ContradictionMessages: []message.Text{}}
	defer func() { a.speak(c.english) }()
	for _, s := range c.know.Sources {
		a.Knowledge = append(a.Knowledge, SourceName{s.Name, s.Version})
	}
	seen := c.gather(in, a)
	indicators := c.resolved(in.Indicators)
	exclusive := c.exclusiveIndicators(indicators)
	e := c.divide(seen, exclusive)
	a.Basis = basis(e, len(exclusive))
	c.list(a, e, seen, indicators, exclusive)
	c.alike(a, e.techniques)
	if len(e.techniques) < enoughTechniques && len(e.software) == 0 && len(exclusive) == 0 {
		a.Answer = NothingToSay
		a.SentenceMessage = message.New("fit.nothing", "techniques", message.New("fit.techniques", "n", len(e.techniques)), "unlisted", unlisted())
		a.ErrorRateMessage, a.PlantedMessage = errorRate(NothingToSay, 0, false), message.New("fit.planted-short")
		return a
	}
	v := c.whole[kind(len(e.software) > 0)]
	r := c.answer(e.all, e.software)
	a.Answer = ConsistentWith
	named, why := int32(-1), message.New("fit.why.unset")
	if e.observed > 0 || len(exclusive) > 0 {
		named, why = c.named(v, seen, e.all, e.software, r, exclusive)
	}
	if named >= 0 {
		a.Answer = PointsTo
		name := c.name(named)
		a.Named = &name
	}
	c.fill(a, v, e.all, e.techniques, e.software, r, seen, exclusive)
	c.leaveOut(a, v, e.all, e.software, seen, exclusive)
	said := append(c.sentences(a, e, named, why), c.tellExclusive(a, c.proofs(v, e.software, seen, exclusive), r.order[0])...)
	a.SentenceMessage = message.New("fit.run", "sentences", said)
	a.ErrorRateMessage = errorRate(a.Answer, len(e.techniques), len(e.software) > 0)
	if e.tagged > 0 {
		a.ErrorRateMessage = message.New("fit.rate.tags", "rate", a.ErrorRateMessage)
	}
	if len(exclusive) > 0 && a.Answer != PointsTo {
		a.ErrorRateMessage = message.New("fit.run", "sentences", []message.Text{a.ErrorRateMessage, message.New("fit.rate.no-indicators")})
	}
	return a
}

// answer ranks with the parameters for the kind of evidence at hand.
func (c *Corpus) answer(q, software query) ranked {
	return c.whole[kind(len(software) > 0)].rank(Weighed, q, fitted[kind(len(software) > 0)][folds].Weights)
}

// proof is one exclusive item: its kind, its group and who says so.
type proof struct {
	kind, id   string
	group      int32
	feature    int32 // -1 for an indicator
	publishers []string
}

func (c *Corpus) proofs(v *view, software query, seen map[int32]Sighting, exclusive []Indicator) []proof {
	var out []proof
	for _, f := range software {
		s := c.know.SoftwareByID(c.features[f])
		if len(v.post[f]) == 1 && seen[f].How == Observed && s != nil && s.Kind == "malware" {
			g := v.post[f][0].group
			out = append(out, proof{"malware", c.features[f], g, f, v.publishers(g, f)})
		}
	}
	for _, i := range exclusive {
		out = append(out, proof{i.Kind, i.Value, c.group[i.Group], -1, []string{i.Publisher}})
	}
	return out
}

// named applies the rule of two: two exclusive items of different kinds from
// two publishers for the group that also comes first, none for another group,
// the naming model's chance, and the same first group without either item.
func (c *Corpus) named(v *view, seen map[int32]Sighting, all, software query, r ranked, exclusive []Indicator) (int32, message.Text) {
	if len(all) == 0 {
		return -1, message.New("fit.why.indicators-alone")
	}
	first := r.order[0]
	proofs := c.proofs(v, software, seen, exclusive)
	for _, p := range proofs {
		if p.group != proofs[0].group {
			return -1, message.New("fit.why.several-groups")
		}
		if p.group != first {
			return -1, message.New("fit.why.not-first")
		}
	}
	if len(proofs) == 0 {
		return -1, message.New("fit.why.nothing-exclusive")
	}
	if p := fitted[kind(len(software) > 0)][folds]; p.Naming.chance(r.signs) < p.From {
		return -1, message.New("fit.why.too-weak")
	}
	holds := map[int]bool{} // each item is left out once, not once per pair
	stands := func(n int) bool {
		ok, known := holds[n]
		if !known {
			ok = c.holds(all, software, first, proofs[n])
			holds[n] = ok
		}
		return ok
	}
	for i, p := range proofs {
		for j := i + 1; j < len(proofs); j++ {
			if q := proofs[j]; p.kind != q.kind && differ(p.publishers, q.publishers) && stands(i) && stands(j) {
				return first, message.New("fit.pair", "items", []string{p.id, q.id})
			}
		}
	}
	return -1, message.New("fit.why.not-two")
}

func differ(a, b []string) bool {
	for _, x := range a {
		if slices.ContainsFunc(b, func(y string) bool { return x != "" && y != "" && x != y }) {
			return true
		}
	}
	return false
}

// holds reports whether the group still comes first without one item.
func (c *Corpus) holds(all, software query, g int32, p proof) bool {
	if p.feature < 0 {
		return true // an indicator does not enter the order
	}
	not := func(f int32) bool { return f == p.feature }
	q, s := slices.DeleteFunc(slices.Clone(all), not), slices.DeleteFunc(slices.Clone(software), not)
	return len(q) > 0 && c.answer(q, s).order[0] == g
}

func (c *Corpus) name(g int32) GroupName {
	out := GroupName{ID: c.groups[g]}
	if a := c.know.Actor(out.ID); a != nil {
		out.Name = a.Name
	}
	return out
}

func (c *Corpus) featureName(f int32) string {
	if t := c.know.Technique(c.features[f]); t != nil {
		return t.Name
	}
	if s := c.know.SoftwareByID(c.features[f]); s != nil {
		return s.Name
	}
	return ""
}

// sentences put the answer into words. None says more than its class of
// evidence allows: techniques and tags fit, an exclusive family is known for
// somebody, and only two kinds from two publishers point.
func (c *Corpus) sentences(a *Assessment, e evidence, named int32, why message.Text) []message.Text {
	list := message.New("fit.list", "groups", message.New("fit.groups", "n", len(a.Groups)), "unlisted", unlisted())
	var first message.Text
	switch {
	case a.Answer == PointsTo:
		first = message.New("fit.points-to", "group", c.name(named).Name, "unlisted", unlisted(), "items", why)
	case a.Basis == tagsOnly:
		first = message.New("fit.by-tags", "list", list)
	case e.tagged > 0:
		first = message.New("fit.by-some-tags", "pieces", message.New("fit.pieces", "n", e.tagged), "list", list, "why", why)
	case a.Basis == "techniques":
		first = message.New("fit.by-techniques", "list", list, "why", why)
	default:
		first = message.New("fit.by-evidence", "list", list, "why", why)
	}
	said := []message.Text{first}
	if len(a.Inseparable) > 1 && a.Answer != PointsTo {
		var names []string
		for _, id := range a.Inseparable {
			names = append(names, c.name(c.group[id]).Name)
		}
		said = append(said, message.New("fit.inseparable", "groups", names))
	}
	return said
}

// tellExclusive says of a case that points to nobody what its exclusive items
// are and why they do not decide, and where the rest of the evidence fits
// others better.
func (c *Corpus) tellExclusive(a *Assessment, proofs []proof, first int32) []message.Text {
	if a.Answer == PointsTo {
		return nil
	}
	var groups []int32
	items := map[int32][]string{}
	for _, p := range proofs {
		name := p.id
		if p.feature >= 0 {
			name = c.featureName(p.feature)
		}
		if len(items[p.group]) == 0 {
			groups = append(groups, p.group)
		}
		if !slices.Contains(items[p.group], name) {
			items[p.group] = append(items[p.group], name)
		}
	}
	var said []message.Text
	for n, g := range groups {
		if n == maxNamed {
			said = append(said, message.New("fit.tied-others", "n", len(groups)-n))
			break
		}
		said = append(said, message.New("fit.tied-alone", "group", c.name(g).Name, "items", some(items[g])))
		if g != first && len(items) == 1 {
			a.ContradictionMessages = append(a.ContradictionMessages, message.New("fit.contradiction.rest-differs", "group", c.name(g).Name))
		}
	}
	return said
}

func round(x float64) float64 { return math.Round(x*1000) / 1000 }

func (c *Corpus) urls(reports []int32) []string {
	out := []string{}
	for _, r := range reports {
		if u := c.know.Reports[r].URL; u != "" && !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	return out
}
