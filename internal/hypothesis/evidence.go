package hypothesis

import (
	"slices"
	"sort"

	"spoor/internal/actor"
	"spoor/internal/message"
)

// evidence is what is weighed, divided by kind.
type evidence struct {
	all, techniques, software query
	observed, tagged          int   // of those weighed
	left                      query // tags that are listed and not weighed
}

// divide keeps observations alone where they suffice, and everything where
// they do not.
func (c *Corpus) divide(seen map[int32]Sighting, exclusive []Indicator) evidence {
	take := func(tags bool) (e evidence) {
		for f, s := range seen {
			switch {
			case !c.host[f]:
				continue
			case s.How != Observed && !tags:
				e.left = append(e.left, f)
				continue
			case c.software[f]:
				e.software = append(e.software, f)
			default:
				e.techniques = append(e.techniques, f)
			}
			if s.How == Observed {
				e.observed++
			} else {
				e.tagged++
			}
		}
		slices.Sort(e.left)
		slices.Sort(e.techniques)
		slices.Sort(e.software)
		e.all = append(slices.Clone(e.techniques), e.software...)
		slices.Sort(e.all)
		return e
	}
	if e := take(false); len(e.techniques) >= enoughTechniques || len(e.software) > 0 || len(exclusive) > 0 {
		return e
	}
	return take(true)
}

// list tells each piece of evidence with what it is worth.
func (c *Corpus) list(a *Assessment, e evidence, seen map[int32]Sighting, indicators, exclusive []Indicator) {
	v := c.whole[1]
	for _, f := range e.all {
		known := len(v.post[f])
		a.Evidence = append(a.Evidence, Evidence{ID: c.features[f], Name: c.featureName(f), How: seen[f].How, Class: classOf(c.software[f], known), KnownFor: known,
			MeaningMessage: meaning(c.software[f], known), Findings: seen[f].Findings})
	}
	for _, f := range e.left {
		known := len(v.post[f])
		a.Evidence = append(a.Evidence, Evidence{ID: c.features[f], Name: c.featureName(f), How: RuleTagged, Class: classOf(c.software[f], known), KnownFor: known,
			MeaningMessage: message.New("fit.meaning.tag-only"), Findings: seen[f].Findings})
	}
	known, alone := map[string]map[string]bool{}, map[string]bool{}
	for _, i := range indicators {
		if known[i.Value] == nil {
			known[i.Value] = map[string]bool{}
		}
		known[i.Value][i.Group] = true
	}
	for _, i := range exclusive {
		alone[i.Value] = true
	}
	for _, i := range indicators {
		x := Evidence{ID: i.Value, Name: i.Kind, How: Observed, Class: "characteristic", KnownFor: len(known[i.Value]), Findings: i.Findings, MeaningMessage: i.says(c)}
		if alone[i.Value] && i.InWindow {
			x.Class = "exclusive"
		}
		a.Evidence = append(a.Evidence, x)
	}
}

// says is what a source says of an indicator, and whether the time fits.
func (i *Indicator) says(c *Corpus) message.Text {
	who := i.Group
	if g, ok := c.group[i.Group]; ok {
		who = c.name(g).Name
	}
	var by any = i.Publisher
	if i.Publisher == "" {
		by = message.New("fit.meaning.nameless")
	}
	if !i.InWindow {
		return message.New("fit.meaning.out-of-window", "by", by, "group", who)
	}
	return message.New("fit.meaning.in-window", "by", by, "group", who)
}

// gather joins sightings of the same id; observed wins over a rule's tag.
func (c *Corpus) gather(in Input, a *Assessment) map[int32]Sighting {
	seen := map[int32]Sighting{}
	for _, s := range append(slices.Clone(in.Techniques), in.Software...) {
		now, _ := c.know.Forward(s.ID)
		f, ok := c.feature[now]
		if !ok { // an indicator's source may give a program's name
			if named := c.know.Resolve(s.ID).Software; len(named) == 1 {
				f, ok = c.feature[named[0].ID]
			}
		}
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

// tagsOnly is the basis of an answer that no observation supports.
const tagsOnly = "rule tags only"

func basis(e evidence, indicators int) string {
	switch {
	case indicators > 0:
		return "indicators"
	case e.observed == 0:
		return tagsOnly
	case len(e.software) > 0:
		return "software"
	case e.tagged > 0:
		return "techniques, some by rule tags only"
	}
	return "techniques"
}

// resolved maps the names that sources give to groups' ids, where a name
// means one group only, and puts the list in one order.
func (c *Corpus) resolved(list []Indicator) []Indicator {
	out := slices.Clone(list)
	for n := range out {
		if _, ok := c.group[out[n].Group]; ok {
			continue
		}
		answer := c.know.Resolve(out[n].Group)
		var groups []string
		for _, m := range answer.Matches {
			same := slices.ContainsFunc(m.Edges, func(e actor.Alias) bool { return e.Relation == actor.Same })
			if _, ok := c.group[m.Actor.ID]; ok && same {
				groups = append(groups, m.Actor.ID)
			}
		}
		if len(groups) == 1 {
			out[n].Group = groups[0]
		}
	}
	key := func(i *Indicator) string { return i.Value + "\x00" + i.Publisher + "\x00" + i.Group + "\x00" + i.Kind }
	sort.SliceStable(out, func(x, y int) bool { return key(&out[x]) < key(&out[y]) })
	return out
}

// exclusiveIndicators are those tied to a group of the knowledge in their
// window, and whose value no source ties to anybody else.
func (c *Corpus) exclusiveIndicators(list []Indicator) []Indicator {
	owners := map[string]map[string]bool{}
	for _, i := range list {
		if owners[i.Value] == nil {
			owners[i.Value] = map[string]bool{}
		}
		owners[i.Value][i.Group] = true
	}
	var out []Indicator
	for _, i := range list {
		if _, known := c.group[i.Group]; known && i.InWindow && i.Kind != "" && len(owners[i.Value]) == 1 {
			out = append(out, i)
		}
	}
	return out
}
