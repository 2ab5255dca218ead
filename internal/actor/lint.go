package actor

import (
	"slices"
	"sort"
	"strings"
)

// Lint is what the sources say that does not fit together.
type Lint struct {
	Sources    []SourceLint
	Dead       []Alias   // ATT&CK ids in other sources that ATT&CK revoked or deprecated
	SharedIDs  []string  // ATT&CK ids that one source has on several actors
	Relabelled []Alias   // edges that are not plain "same"
	Sponsors   []Spelled // spellings of the suspected sponsor, with how many actors
	Merge      Merging
	Reports    int // publications that some use rests on
	Undated    int // of them, without a date
}

// SourceLint is about the names in one source.
type SourceLint struct {
	Source     Source
	Actors     int
	Names      int         // distinct by Key, of entries in force
	Collisions []Collision // names on more than one actor
	Exact      int         // of them, those that collide in the source's own spelling
	Entangled  int         // actors in some collision
	Repeated   int         // actors that list one name twice, by Key
}

// Collision is a name that one source has on more than one actor.
type Collision struct {
	Key    string
	Name   string // as spelt first
	Actors []*Actor
	Kind   string // "umbrella", "disputed", … where an edge says so, "renamed" for old and new main name of one list, else "shared"
}

// Spelled is a free-text value with its number of uses.
type Spelled struct {
	Value string
	Count int
}

// Merging says what joining entries by shared names would do: the reason why
// nothing is ever joined.
type Merging struct {
	Entries    int // entries of all sources
	Components int // what would remain
	Wrong      int // components with two entries that one source keeps apart
	Groups     int // components with more than one ATT&CK group in force
}

// Lint inspects the knowledge.
func (k *Knowledge) Lint() Lint {
	var out Lint
	for _, s := range k.Sources {
		if s.ID != SourceOwn {
			out.Sources = append(out.Sources, k.lintSource(s))
		}
	}
	ids := map[string]map[string]bool{}
	for _, a := range k.Aliases {
		if a.Relation != Same {
			out.Relabelled = append(out.Relabelled, a)
		}
		if strings.HasPrefix(a.Note, "ATT&CK has ") {
			out.Dead = append(out.Dead, a)
		}
		if at := k.Actor(a.Name); at != nil && at.Source == SourceAttack && a.Source != SourceAttack {
			if ids[a.Name] == nil {
				ids[a.Name] = map[string]bool{}
			}
			ids[a.Name][a.Actor] = true
		}
	}
	for id, actors := range ids {
		if len(actors) > 1 {
			out.SharedIDs = append(out.SharedIDs, id)
		}
	}
	sort.Strings(out.SharedIDs)
	count := map[string]int{}
	for _, f := range k.Facts {
		if f.Field == "cfr-suspected-state-sponsor" {
			count[f.Value]++
		}
	}
	for v, n := range count {
		out.Sponsors = append(out.Sponsors, Spelled{v, n})
	}
	slices.SortFunc(out.Sponsors, func(a, b Spelled) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Value, b.Value)
	})
	counted := map[int32]bool{}
	for _, u := range k.Uses {
		for _, r := range u.Reports {
			if counted[r] {
				continue
			}
			counted[r] = true
			if out.Reports++; k.Reports[r].Date == 0 {
				out.Undated++
			}
		}
	}
	out.Merge = k.merging()
	return out
}

func (k *Knowledge) lintSource(s Source) SourceLint {
	out := SourceLint{Source: s}
	byKey := map[string][]*Alias{}
	exact := map[string]map[string]bool{}
	perActor := map[string]int{}
	for i := range k.Actors {
		if k.Actors[i].Source == s.ID && k.Actors[i].Status == "" {
			out.Actors++
		}
	}
	repeated := map[string]bool{}
	for i := range k.Aliases {
		a := &k.Aliases[i]
		if x := k.Actor(a.Actor); a.Source != s.ID || x == nil || x.Status != "" {
			continue
		}
		key := Key(a.Name)
		byKey[key] = append(byKey[key], a)
		if exact[a.Name] == nil {
			exact[a.Name] = map[string]bool{}
		}
		exact[a.Name][a.Actor] = true
		if perActor[a.Actor+"\x00"+key]++; perActor[a.Actor+"\x00"+key] == 2 {
			repeated[a.Actor] = true
		}
	}
	out.Names, out.Repeated = len(byKey), len(repeated)
	entangled := map[string]bool{}
	for key, edges := range byKey {
		c := Collision{Key: key, Name: edges[0].Name, Kind: "shared"}
		mains := 0
		for _, e := range edges {
			if x := k.Actor(e.Actor); !slices.Contains(c.Actors, x) {
				c.Actors = append(c.Actors, x)
			}
			if e.Relation != Same {
				c.Kind = string(e.Relation)
			}
			if e.Main {
				mains++
			}
		}
		if len(c.Actors) < 2 {
			continue
		}
		if mains == 1 && len(c.Actors) == 2 && c.Kind == "shared" && s.ID == SourceMicrosoft {
			c.Kind = "renamed"
		}
		for _, x := range c.Actors {
			entangled[x.ID] = true
		}
		out.Collisions = append(out.Collisions, c)
	}
	slices.SortFunc(out.Collisions, func(a, b Collision) int { return strings.Compare(a.Key, b.Key) })
	for _, actors := range exact {
		if len(actors) > 1 {
			out.Exact++
		}
	}
	out.Entangled = len(entangled)
	return out
}

// merging joins, on paper only, all entries in force that share a name.
func (k *Knowledge) merging() Merging {
	parent := map[string]string{}
	root := func(id string) string {
		for parent[id] != id {
			parent[id] = parent[parent[id]]
			id = parent[id]
		}
		return id
	}
	for i := range k.Actors {
		if k.Actors[i].Status == "" {
			parent[k.Actors[i].ID] = k.Actors[i].ID
		}
	}
	first := map[string]string{}
	for _, a := range k.Aliases {
		if parent[a.Actor] == "" || a.Source == SourceOwn {
			continue
		}
		key := Key(a.Name)
		if first[key] == "" {
			first[key] = a.Actor
		}
		parent[root(a.Actor)] = root(first[key])
	}
	members := map[string]map[string]int{}
	for id := range parent {
		r := root(id)
		if members[r] == nil {
			members[r] = map[string]int{}
		}
		members[r][k.Actor(id).Source]++
	}
	out := Merging{Entries: len(parent), Components: len(members)}
	for _, sources := range members {
		wrong := false
		for _, n := range sources {
			wrong = wrong || n > 1
		}
		if wrong {
			out.Wrong++
		}
		if sources[SourceAttack] > 1 {
			out.Groups++
		}
	}
	return out
}
