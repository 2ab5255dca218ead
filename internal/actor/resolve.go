package actor

import (
	"slices"
	"sort"
	"strings"
)

// Answer is what a name may mean. A name means a set: every entry of every
// source that carries it, each with the edges that say so.
type Answer struct {
	Query    string
	Key      string
	Matches  []Match
	Software []*Software // software of that name
	Near     []Near      // entries one tie away from a match; not meant by the name
	Ordinary bool        // also an ordinary word: text extraction needs more than the word
}

// Match is one entry that a name may mean.
type Match struct {
	Actor *Actor
	Edges []Alias // the edges from the name, or one with the id when the query was an id
}

// Near is an entry that a source ties to a match.
type Near struct {
	Actor *Actor
	Tie   Tie
}

// Resolve returns everything that a name, or an id, may mean. Entries are
// never joined: it is for the reader to see that two sources use one name.
func (k *Knowledge) Resolve(query string) Answer {
	k.index.namesOnce.Do(k.buildNames)
	out := Answer{Query: query, Key: Key(query)}
	if out.Key == "" {
		return out
	}
	out.Ordinary = OrdinaryWord(query)
	slot := map[string]int{}
	if a := k.byID(query); a != nil {
		slot[a.ID] = 0
		out.Matches = append(out.Matches, Match{Actor: a, Edges: []Alias{{Name: a.ID, Actor: a.ID, Source: a.Source, Relation: Same, Main: true}}})
	}
	for _, i := range k.index.names[out.Key] {
		edge := k.Aliases[i]
		a := k.Actor(edge.Actor)
		if a == nil {
			continue
		}
		n, ok := slot[a.ID]
		if !ok {
			n = len(out.Matches)
			slot[a.ID] = n
			out.Matches = append(out.Matches, Match{Actor: a})
		}
		out.Matches[n].Edges = append(out.Matches[n].Edges, edge)
	}
	sort.SliceStable(out.Matches, func(i, j int) bool {
		p, q := out.Matches[i].Actor, out.Matches[j].Actor
		if x, y := sourceRank(p.Source), sourceRank(q.Source); x != y {
			return x < y
		}
		return p.ID < q.ID
	})
	for _, i := range k.index.softNames[out.Key] {
		out.Software = append(out.Software, &k.Software[i])
	}
	ties := map[[3]string]bool{}
	for _, t := range k.Ties {
		_, from := slot[t.From]
		_, to := slot[t.To]
		other := t.To
		if to {
			other = t.From
		}
		if from == to {
			continue
		}
		tie := [3]string{t.Relation, min(t.From, t.To), max(t.From, t.To)} // the sources state many ties in both directions
		if a := k.Actor(other); a != nil && !ties[tie] {
			ties[tie] = true
			out.Near = append(out.Near, Near{Actor: a, Tie: t})
		}
	}
	return out
}

func (k *Knowledge) byID(query string) *Actor {
	query = strings.TrimSpace(query)
	if a := k.Actor(strings.ToUpper(query)); a != nil {
		return a
	}
	query = strings.ToLower(query)
	if a := k.Actor(query); a != nil {
		return a
	}
	if len(query) == 36 {
		for i := range k.Actors {
			if k.Actors[i].UUID == query {
				return &k.Actors[i]
			}
		}
	}
	return nil
}

func sourceRank(source string) int {
	return slices.Index([]string{SourceAttack, SourceMISP, SourceMicrosoft, Source360}, source)
}

// Groups returns the ATT&CK groups in force that the name may mean by an
// edge of its own, ascending; a revoked entry counts as the one that
// replaced it. Disputed and malware edges are left out.
func (a *Answer) Groups(k *Knowledge) []string {
	var out []string
	for _, m := range a.Matches {
		if m.Actor.Source != SourceAttack || !slices.ContainsFunc(m.Edges, func(e Alias) bool { return e.Relation != Disputed && e.Relation != Malware }) {
			continue
		}
		id, _ := k.Forward(m.Actor.ID)
		if now := k.Actor(id); now != nil && now.Status == "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	sort.Strings(out)
	return out
}

// Similar returns names that are spelt nearly like the query, at most n, for
// a "did you mean". They are other names: nothing is inferred from spelling.
func (k *Knowledge) Similar(query string, n int) []string {
	k.index.namesOnce.Do(k.buildNames)
	key := []rune(Key(query))
	if len(key) < 4 {
		return nil
	}
	type near struct {
		name     string
		distance int
	}
	var found []near
	for other, edges := range k.index.names {
		name := k.Aliases[edges[0]].Name
		runes := []rune(other)
		d := 9
		if strings.Contains(other, string(key)) && len(runes) > len(key) {
			d = 3
		} else if len(runes) >= len(key)-2 && len(runes) <= len(key)+2 {
			d = distance(key, runes)
		}
		if d > 0 && (d <= 2 && digits(key) == digits(runes) || d == 3) {
			found = append(found, near{name, d})
		}
	}
	sort.Slice(found, func(i, j int) bool {
		if found[i].distance != found[j].distance {
			return found[i].distance < found[j].distance
		}
		return found[i].name < found[j].name
	})
	var out []string
	for _, f := range found[:min(n, len(found))] {
		out = append(out, f.name)
	}
	return out
}

// digits keeps the figures of a name: APT31 is not a misspelt APT41.
func digits(r []rune) string {
	return string(slices.DeleteFunc(slices.Clone(r), func(c rune) bool { return c < '0' || c > '9' }))
}

// distance is the number of single-letter edits between two short texts.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		last := row[0]
		row[0] = i + 1
		for j := range b {
			cost := last
			if a[i] != b[j] {
				cost++
			}
			last = row[j+1]
			row[j+1] = min(cost, row[j]+1, last+1)
		}
	}
	return row[len(b)]
}
