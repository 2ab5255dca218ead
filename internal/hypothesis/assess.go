package hypothesis

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"spoor/internal/actor"
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
)

// Assess gives the hedged answer for one host, storyline or case. The same
// input gives the same answer, whatever the order of its lists.
func (c *Corpus) Assess(in Input) *Assessment {
	a := &Assessment{Schema: "spoor.hypothesis/1", Groups: []Candidate{}, Evidence: []Evidence{}, Contradictions: []string{}, Missing: []Missing{},
		Without: []Without{}, Inseparable: []string{}, Doors: c.doors(in.CVEs), LookAlikes: []GroupName{}, Ignored: []string{}, Planted: plantedNote}
	for _, s := range c.know.Sources {
		a.Knowledge = append(a.Knowledge, SourceName{s.Name, s.Version})
	}
	seen := c.gather(in, a)
	var techniques, software query
	observed := 0
	for f, s := range seen {
		if c.software[f] {
			software = append(software, f)
		} else if c.host[f] {
			techniques = append(techniques, f)
		}
		if s.How == Observed {
			observed++
		}
	}
	slices.Sort(techniques)
	slices.Sort(software)
	all := append(slices.Clone(techniques), software...)
	slices.Sort(all)
	exclusive := exclusiveIndicators(in.Indicators, c)
	a.Basis = basis(observed, len(software), len(exclusive))
	v := c.whole[1]
	for _, f := range all {
		s := seen[f]
		known := len(v.post[f])
		a.Evidence = append(a.Evidence, Evidence{ID: c.features[f], Name: c.featureName(f), How: s.How, Class: classOf(c.software[f], known), KnownFor: known,
			Meaning: meaning(c.software[f], known), Findings: s.Findings})
	}
	if len(techniques) > 0 {
		r := c.whole[0].rank(Blend, techniques, fitted[0][folds].Weights)
		for _, g := range r.order[:maxLookAlikes] {
			if r.scores[g] > 0 {
				a.LookAlikes = append(a.LookAlikes, c.name(g))
			}
		}
	}
	if len(techniques) < enoughTechniques && len(software) == 0 && len(exclusive) == 0 {
		a.Answer = NothingToSay
		a.Sentence = fmt.Sprintf("Nothing can be said about the actor: %d host techniques, no software tied to a group, no indicator tied to one. It may be any described group, %s.",
			len(techniques), Unlisted)
		a.ErrorRate = errorRate(NothingToSay, 0, false)
		return a
	}
	if len(software) == 0 {
		v = c.whole[0]
	}
	r := c.answer(all, software)
	a.Answer = ConsistentWith
	named, why := int32(-1), ""
	if observed > 0 {
		named, why = c.named(v, seen, all, software, r, exclusive)
	}
	if named >= 0 {
		a.Answer = PointsTo
	}
	c.fill(a, v, all, techniques, software, r, seen, exclusive)
	c.leaveOut(a, v, all, software, seen, exclusive)
	c.sentence(a, named, why)
	a.ErrorRate = errorRate(a.Answer, len(techniques), len(software) > 0)
	return a
}

// answer ranks with the parameters for the kind of evidence at hand.
func (c *Corpus) answer(q, software query) ranked {
	return c.whole[kind(len(software) > 0)].rank(Blend, q, fitted[kind(len(software) > 0)][folds].Weights)
}

// gather joins sightings of the same id; observed wins over a rule's tag.
func (c *Corpus) gather(in Input, a *Assessment) map[int32]Sighting {
	seen := map[int32]Sighting{}
	for _, s := range append(slices.Clone(in.Techniques), in.Software...) {
		now, _ := c.know.Forward(s.ID)
		f, ok := c.feature[now]
		if !ok {
			if !slices.Contains(a.Ignored, s.ID) {
				a.Ignored = append(a.Ignored, s.ID)
			}
			continue
		}
		old, had := seen[f]
		if !had || old.How != Observed {
			old.How = RuleTagged
			if s.How == Observed {
				old.How = Observed
			}
		}
		old.Findings = append(slices.Clone(old.Findings), s.Findings...)
		slices.Sort(old.Findings)
		old.Findings = slices.Compact(old.Findings)
		seen[f] = old
	}
	slices.Sort(a.Ignored)
	return seen
}

func basis(observed, software, indicators int) string {
	switch {
	case indicators > 0:
		return "indicators"
	case observed == 0:
		return "rule tags only"
	case software > 0:
		return "software"
	}
	return "techniques"
}

// exclusiveIndicators are those tied to a known group in their window, and
// whose value no source ties to a second group.
func exclusiveIndicators(list []Indicator, c *Corpus) []Indicator {
	owners := map[string]map[string]bool{}
	for _, i := range list {
		if owners[i.Value] == nil {
			owners[i.Value] = map[string]bool{}
		}
		owners[i.Value][i.Group] = true
	}
	var out []Indicator
	for _, i := range list {
		if _, ok := c.group[i.Group]; ok && i.InWindow && len(owners[i.Value]) == 1 {
			out = append(out, i)
		}
	}
	sort.SliceStable(out, func(x, y int) bool {
		return out[x].Value+"\x00"+out[x].Publisher < out[y].Value+"\x00"+out[y].Publisher
	})
	return out
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
func (c *Corpus) named(v *view, seen map[int32]Sighting, all, software query, r ranked, exclusive []Indicator) (int32, string) {
	first := r.order[0]
	proofs := c.proofs(v, software, seen, exclusive)
	for _, p := range proofs {
		if p.group != first {
			return -1, "exclusive evidence for more than one group, or not for the first"
		}
	}
	if len(proofs) == 0 {
		return -1, "no exclusive evidence"
	}
	if chance := fitted[kind(len(software) > 0)][folds].Naming.chance(r.signs); chance < nameFrom {
		return -1, "the evidence as a whole is too weak"
	}
	for i, p := range proofs {
		for _, q := range proofs[i+1:] {
			if p.kind != q.kind && differ(p.publishers, q.publishers) && c.holds(all, software, first, p) && c.holds(all, software, first, q) {
				return first, p.id + " and " + q.id
			}
		}
	}
	return -1, "not two exclusive items of different kinds from two publishers that each hold without the other"
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

// sentence puts the answer into words.
func (c *Corpus) sentence(a *Assessment, named int32, why string) {
	switch {
	case a.Answer == PointsTo:
		a.Sentence = fmt.Sprintf("The evidence points to %s (%s: two exclusive items of different kinds from two publishers, and the order holds without either), %s.", c.name(named).Name, why, Unlisted)
	case a.Basis == "rule tags only":
		a.Sentence = fmt.Sprintf("By rule tags alone, which are not observations, %d described groups cannot be told apart, %s. No group is named.", len(a.Groups), Unlisted)
	default:
		a.Sentence = fmt.Sprintf("The evidence is consistent with %d described groups (a list that held the true group in 80 %% of past cases where it was described), %s. No group is named: %s.", len(a.Groups), Unlisted, why)
	}
	if len(a.Inseparable) > 1 && a.Answer != PointsTo {
		var names []string
		for _, id := range a.Inseparable {
			names = append(names, c.name(c.group[id]).Name)
		}
		a.Sentence += " Techniques cannot separate " + strings.Join(names, " and ") + "."
	}
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

// doors gives one list per way in: the CVEs of a chain with a common name
// belong together, any other stands alone.
func (c *Corpus) doors(cves []string) []Door {
	out := []Door{}
	cves = slices.Clone(cves)
	slices.Sort(cves)
	cves = slices.Compact(cves)
	for _, chain := range actor.VulnerabilityNames() {
		var part []string
		cves = slices.DeleteFunc(cves, func(cve string) bool {
			if !strings.EqualFold(cve, chain.Name) && !slices.Contains(chain.CVEs, strings.ToUpper(cve)) {
				return false
			}
			part = append(part, cve)
			return true
		})
		if len(part) > 0 {
			out = append(out, c.door(part))
		}
	}
	for _, cve := range cves {
		out = append(out, c.door([]string{cve}))
	}
	return out
}

// door lists the actors publicly tied to a case's vulnerabilities.
func (c *Corpus) door(cves []string) Door {
	door := Door{CVEs: cves, Tied: []Tied{}}
	var ids []string
	reports := map[string][]int32{}
	for _, e := range c.know.TiedTo(cves...) {
		if a := c.know.Actor(e.Who); a == nil || a.Status != "" {
			continue
		}
		if !slices.Contains(ids, e.Who) {
			ids = append(ids, e.Who)
		}
		reports[e.Who] = append(reports[e.Who], e.Reports...)
	}
	sort.SliceStable(ids, func(i, j int) bool { // ATT&CK's entries first, then by id
		x, y := c.know.Actor(ids[i]).Source == actor.SourceAttack, c.know.Actor(ids[j]).Source == actor.SourceAttack
		return x && !y || x == y && ids[i] < ids[j]
	})
	for _, id := range ids {
		n := slices.IndexFunc(door.Tied, func(t Tied) bool { return c.sameName(t.ID, id) })
		if n < 0 {
			door.Tied = append(door.Tied, Tied{ID: id, Name: c.know.Actor(id).Name, Also: []string{}, Sources: []string{}})
			n = len(door.Tied) - 1
		} else {
			door.Tied[n].Also = append(door.Tied[n].Also, id)
		}
		for _, u := range c.urls(reports[id]) {
			if !slices.Contains(door.Tied[n].Sources, u) {
				door.Tied[n].Sources = append(door.Tied[n].Sources, u)
			}
		}
	}
	return door
}

// sameName reports whether one of two entries carries the other's main name
// as a name of its own, in its source's words. It goes one step and no
// further.
func (c *Corpus) sameName(a, b string) bool {
	carries := func(x, y string) bool {
		main := actor.Key(c.know.Actor(y).Name)
		return slices.ContainsFunc(c.know.AliasesOf(x), func(e actor.Alias) bool {
			return e.Relation == actor.Same && actor.Key(e.Name) == main
		})
	}
	return carries(a, b) || carries(b, a)
}
