package actor

import (
	"sort"
	"strings"
)

// Profile is what the reports say one group uses.
type Profile struct {
	Group *Actor
	Uses  []Feature // by id
}

// Feature is one technique or software in a profile.
type Feature struct {
	ID      string   // "T1190" or "S0020"
	Reports []int32  // indexes into Knowledge.Reports, ascending, no repeats
	Via     []string // campaigns attributed to the group that also use it; empty when only the group does
	Direct  bool     // the group itself is said to use it
}

// Profiles returns the profile of every ATT&CK group in force, by id, also
// of groups without any use. With campaigns, what a campaign attributed to
// the group uses counts as the group's, and a campaign attributed to two
// groups counts for both.
func (k *Knowledge) Profiles(campaigns bool) []Profile {
	owners := map[string][]string{} // user id -> groups
	slot := map[string]int{}
	var out []Profile
	for i := range k.Actors {
		if a := &k.Actors[i]; a.Source == SourceAttack && a.Status == "" {
			slot[a.ID] = len(out)
			out = append(out, Profile{Group: a})
			owners[a.ID] = []string{a.ID}
		}
	}
	if campaigns {
		for _, t := range k.Ties {
			if _, ok := slot[t.To]; ok && t.Relation == "attributed-to" {
				owners[t.From] = append(owners[t.From], t.To)
			}
		}
	}
	features := make([]map[string]*Feature, len(out))
	for _, u := range k.Uses {
		for _, group := range owners[u.From] {
			n := slot[group]
			if features[n] == nil {
				features[n] = map[string]*Feature{}
			}
			f := features[n][u.To]
			if f == nil {
				f = &Feature{ID: u.To}
				features[n][u.To] = f
			}
			if u.From == group {
				f.Direct = true
			} else {
				f.Via = append(f.Via, u.From)
			}
			f.Reports = append(f.Reports, u.Reports...)
		}
	}
	for n := range out {
		for _, f := range features[n] {
			f.Reports = distinct(f.Reports)
			out[n].Uses = append(out[n].Uses, *f)
		}
		sort.Slice(out[n].Uses, func(i, j int) bool { return out[n].Uses[i].ID < out[n].Uses[j].ID })
	}
	return out
}

func distinct(refs []int32) []int32 {
	sort.Slice(refs, func(i, j int) bool { return refs[i] < refs[j] })
	out := refs[:0]
	for i, r := range refs {
		if i == 0 || r != refs[i-1] {
			out = append(out, r)
		}
	}
	return out
}

// Parents returns the technique that each sub-technique belongs to.
func (k *Knowledge) Parents() map[string]string {
	out := map[string]string{}
	for _, t := range k.Techniques {
		if t.Parent != "" {
			out[t.ID] = t.Parent
		}
	}
	return out
}

// HostVisible reports whether a technique can leave a trace on a server: it
// has a tactic other than reconnaissance and resource development.
func (t *Technique) HostVisible() bool {
	for _, tactic := range t.Tactics {
		if tactic != "reconnaissance" && tactic != "resource-development" {
			return true
		}
	}
	return false
}

// Exclusive returns the software that exactly one group is reported to use,
// with that group's id.
func (k *Knowledge) Exclusive(campaigns bool) map[string]string {
	owner := map[string]string{}
	for _, p := range k.Profiles(campaigns) {
		for _, f := range p.Uses {
			if !strings.HasPrefix(f.ID, "S") {
				continue
			}
			if _, taken := owner[f.ID]; taken {
				owner[f.ID] = ""
			} else {
				owner[f.ID] = p.Group.ID
			}
		}
	}
	for id, group := range owner {
		if group == "" {
			delete(owner, id)
		}
	}
	return owner
}
