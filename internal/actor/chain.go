package actor

import (
	"slices"
	"strings"
)

// maxChain bounds the edges followed from one actor; the longest built-in
// chain has five.
const maxChain = 64

// Chain returns the edges from an actor to companies, organs, ministries and
// states, nearest first. Each edge is some source's statement of its own: a
// chain of three statements by three speakers is not one statement that the
// state did it.
func (k *Knowledge) Chain(id string) []Tie {
	var out []Tie
	seen := map[string]bool{id: true}
	queue := []string{id}
	for len(queue) > 0 && len(out) < maxChain {
		from := queue[0]
		queue = queue[1:]
		for _, t := range k.Ties {
			if t.From != from || k.Party(t.To) == nil {
				continue
			}
			out = append(out, t)
			if !seen[t.To] {
				seen[t.To] = true
				queue = append(queue, t.To)
			}
		}
	}
	return out
}

// TiesOf returns the ties of an actor or campaign to other actors and
// campaigns, in both directions.
func (k *Knowledge) TiesOf(id string) []Tie {
	var out []Tie
	for _, t := range k.Ties {
		if (t.From == id || t.To == id) && k.Party(t.To) == nil {
			out = append(out, t)
		}
	}
	return out
}

// FactsOf returns the fields that a source gives for an actor.
func (k *Knowledge) FactsOf(id string) []Fact {
	var out []Fact
	for _, f := range k.Facts {
		if f.Actor == id {
			out = append(out, f)
		}
	}
	return out
}

// ExploitsOf returns the vulnerabilities an actor, campaign or software is
// tied to.
func (k *Knowledge) ExploitsOf(id string) []Exploit {
	var out []Exploit
	for _, e := range k.Exploits {
		if e.Who == id {
			out = append(out, e)
		}
	}
	return out
}

// ProfileOf returns one group's profile; false for an id that is no ATT&CK
// group in force.
func (k *Knowledge) ProfileOf(id string, campaigns bool) (Profile, bool) {
	for _, p := range k.Profiles(campaigns) {
		if p.Group.ID == id {
			return p, true
		}
	}
	return Profile{}, false
}

// Comparison sets two entries side by side. Shared things are facts about
// reports, not a sign that the two are one.
type Comparison struct {
	A, B         *Actor
	SharedNames  []string // names that are on both, by key
	Ties         []Tie    // what a source says about the two directly
	Techniques   Overlap
	Software     Overlap
	Reports      []int32  // reports cited for uses of both
	CVEs         []string // vulnerabilities both are tied to
	ChainA       []Tie
	ChainB       []Tie
	SameSource   bool // the source keeps the two apart
	SharedParent []string
}

// Overlap counts features of two profiles.
type Overlap struct {
	Both         []string
	OnlyA, OnlyB int
}

// Compare sets two entries side by side.
func (k *Knowledge) Compare(a, b *Actor) Comparison {
	c := Comparison{A: a, B: b, SameSource: a.Source == b.Source && a.ID != b.ID, ChainA: k.Chain(a.ID), ChainB: k.Chain(b.ID)}
	names := map[string]bool{}
	for _, x := range k.AliasesOf(a.ID) {
		names[Key(x.Name)] = true
	}
	for _, x := range k.AliasesOf(b.ID) {
		if key := Key(x.Name); names[key] {
			delete(names, key)
			c.SharedNames = append(c.SharedNames, x.Name)
		}
	}
	for _, t := range k.Ties {
		if t.From == a.ID && t.To == b.ID || t.From == b.ID && t.To == a.ID {
			c.Ties = append(c.Ties, t)
		}
	}
	pa, _ := k.ProfileOf(a.ID, true)
	pb, _ := k.ProfileOf(b.ID, true)
	k.compareUses(&c, pa, pb)
	cves := map[string]bool{}
	for _, x := range k.ExploitsOf(a.ID) {
		cves[x.CVE] = true
	}
	for _, y := range k.ExploitsOf(b.ID) {
		if cves[y.CVE] {
			delete(cves, y.CVE)
			c.CVEs = append(c.CVEs, y.CVE)
		}
	}
	for _, t := range c.ChainA {
		if slices.ContainsFunc(c.ChainB, func(u Tie) bool { return u.To == t.To }) && !slices.Contains(c.SharedParent, t.To) {
			c.SharedParent = append(c.SharedParent, t.To)
		}
	}
	return c
}

func (k *Knowledge) compareUses(c *Comparison, pa, pb Profile) {
	uses := map[string][]int32{}
	cited := map[int32]bool{}
	side := func(id string) *Overlap {
		if strings.HasPrefix(id, "T") {
			return &c.Techniques
		}
		return &c.Software
	}
	for _, f := range pa.Uses {
		uses[f.ID] = f.Reports
		for _, r := range f.Reports {
			cited[r] = true
		}
	}
	for _, f := range pb.Uses {
		o := side(f.ID)
		if _, both := uses[f.ID]; both {
			o.Both = append(o.Both, f.ID)
			delete(uses, f.ID)
		} else {
			o.OnlyB++
		}
		for _, r := range f.Reports {
			if cited[r] {
				delete(cited, r)
				c.Reports = append(c.Reports, r)
			}
		}
	}
	for id := range uses {
		side(id).OnlyA++
	}
	slices.Sort(c.Reports)
}
