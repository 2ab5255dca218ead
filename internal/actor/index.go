package actor

import (
	"sort"
	"strings"
	"sync"
)

// index finds rows by id. The small part is built with the knowledge; names,
// report addresses and profiles are built when first asked for.
type index struct {
	actors    map[string]int32
	techs     map[string]int32
	software  map[string]int32
	campaigns map[string]int32
	parties   map[string]int32

	namesOnce sync.Once
	names     map[string][]int32 // Key -> aliases
	softNames map[string][]int32 // Key -> software

	urlsOnce sync.Once
	urls     map[string]int32   // Address -> report
	cited    map[string][]int32 // source name -> reports
}

func (k *Knowledge) buildIndex() {
	x := &k.index
	x.actors = make(map[string]int32, len(k.Actors))
	for i := range k.Actors {
		x.actors[k.Actors[i].ID] = int32(i)
	}
	x.techs = make(map[string]int32, len(k.Techniques))
	for i := range k.Techniques {
		x.techs[k.Techniques[i].ID] = int32(i)
	}
	x.software = make(map[string]int32, len(k.Software))
	for i := range k.Software {
		x.software[k.Software[i].ID] = int32(i)
	}
	x.campaigns = make(map[string]int32, len(k.Campaigns))
	for i := range k.Campaigns {
		x.campaigns[k.Campaigns[i].ID] = int32(i)
	}
	x.parties = make(map[string]int32, len(k.Parties))
	for i := range k.Parties {
		x.parties[k.Parties[i].ID] = int32(i)
	}
}

func at[T any](rows []T, ids map[string]int32, id string) *T {
	if i, ok := ids[id]; ok {
		return &rows[i]
	}
	return nil
}

// Actor returns the actor with the id, or nil.
func (k *Knowledge) Actor(id string) *Actor { return at(k.Actors, k.index.actors, id) }

// Technique returns the technique with exactly this id, or nil; see Forward
// for ids that were replaced.
func (k *Knowledge) Technique(id string) *Technique { return at(k.Techniques, k.index.techs, id) }

// SoftwareByID returns the software with the id, or nil.
func (k *Knowledge) SoftwareByID(id string) *Software { return at(k.Software, k.index.software, id) }

// Campaign returns the campaign with the id, or nil.
func (k *Knowledge) Campaign(id string) *Campaign { return at(k.Campaigns, k.index.campaigns, id) }

// Party returns the company, organ or state with the id, or nil.
func (k *Knowledge) Party(id string) *Party { return at(k.Parties, k.index.parties, id) }

// maxForward bounds how often a replaced id is replaced again; the longest
// chain in ATT&CK 18.1 has one step.
const maxForward = 8

// Forward maps the id of a technique, group or software to the one in force:
// itself, or what replaced it. known is false for an id that this knowledge
// does not have at all; a deprecated one without a successor is known.
func (k *Knowledge) Forward(id string) (now string, known bool) {
	id = strings.ToUpper(strings.TrimSpace(id))
	for range maxForward {
		next := ""
		if t := k.Technique(id); t != nil {
			next, known = t.Now, true
		} else if a := k.Actor(id); a != nil {
			next, known = a.Now, true
		} else if s := k.SoftwareByID(id); s != nil {
			next, known = s.Now, true
		}
		if next == "" {
			break
		}
		id = next
	}
	return id, known
}

// Address is the form under which a report's address is compared: no scheme,
// no "www.", no archive's prefix, host in lower case, no fragment (unless it
// routes: "#!" or "#/"), no closing slash.
func Address(url string) string {
	url = strings.TrimSpace(url)
	for range 2 {
		if i := strings.Index(url, "web.archive.org/web/"); i >= 0 && i < 16 {
			rest := url[i+len("web.archive.org/web/"):]
			if _, inner, ok := strings.Cut(rest, "/"); ok && strings.Contains(inner, ".") {
				url = inner
			}
		}
	}
	if i := strings.Index(url, ":/"); i >= 0 && i < 6 {
		url = strings.TrimLeft(url[i+1:], "/")
	}
	if i := strings.IndexByte(url, '#'); i >= 0 && !strings.HasPrefix(url[i:], "#!") && !strings.HasPrefix(url[i:], "#/") {
		url = url[:i]
	}
	host, path, found := strings.Cut(url, "/")
	host = strings.TrimPrefix(strings.ToLower(host), "www.")
	if !found {
		return host
	}
	return strings.TrimRight(host+"/"+path, "/")
}

func (k *Knowledge) buildReports() {
	x := &k.index
	x.urls = make(map[string]int32, len(k.Reports))
	x.cited = make(map[string][]int32, len(k.Reports))
	for i := range k.Reports {
		r := &k.Reports[i]
		if r.URL != "" {
			x.urls[Address(r.URL)] = int32(i)
		}
		for _, name := range r.Names {
			x.cited[name] = append(x.cited[name], int32(i))
		}
	}
}

// ReportAt returns the index in Reports of the publication at an address, or
// -1.
func (k *Knowledge) ReportAt(url string) int32 {
	k.index.urlsOnce.Do(k.buildReports)
	if i, ok := k.index.urls[Address(url)]; ok {
		return i
	}
	return -1
}

// ReportsNamed returns the indexes of the reports that a source cites by
// exactly this name ("FBI BlackByte 2022").
func (k *Knowledge) ReportsNamed(name string) []int32 {
	k.index.urlsOnce.Do(k.buildReports)
	return k.index.cited[name]
}

func (k *Knowledge) buildNames() {
	x := &k.index
	x.names = make(map[string][]int32, len(k.Aliases))
	for i := range k.Aliases {
		key := Key(k.Aliases[i].Name)
		x.names[key] = append(x.names[key], int32(i))
	}
	x.softNames = make(map[string][]int32, len(k.Software))
	for i := range k.Software {
		s := &k.Software[i]
		add := func(name string) {
			key := Key(name)
			if at := x.softNames[key]; len(at) == 0 || at[len(at)-1] != int32(i) {
				x.softNames[key] = append(at, int32(i))
			}
		}
		add(s.Name)
		for _, a := range s.Aliases {
			add(a)
		}
	}
}

// AliasesOf returns the names of an actor, main name first, then by name.
func (k *Knowledge) AliasesOf(actor string) []Alias {
	var out []Alias
	for _, a := range k.Aliases {
		if a.Actor == actor {
			out = append(out, a)
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].Main != out[j].Main {
			return out[i].Main
		}
		return Key(out[i].Name) < Key(out[j].Name)
	})
	return out
}
