package hypothesis

import (
	"slices"
	"sort"
	"strings"

	"spoor/internal/actor"
)

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
