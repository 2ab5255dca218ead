package generate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"spoor/internal/actor"
)

// stix is the part of a STIX 2 object that is read.
type stix struct {
	Type        string     `json:"type"`
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	Description string     `json:"description"`
	Revoked     bool       `json:"revoked"`
	Deprecated  bool       `json:"x_mitre_deprecated"`
	Modified    string     `json:"modified"`
	Version     string     `json:"x_mitre_version"`
	Domains     []string   `json:"x_mitre_domains"`
	Aliases     []string   `json:"aliases"`
	SoftAliases []string   `json:"x_mitre_aliases"`
	FirstSeen   string     `json:"first_seen"`
	LastSeen    string     `json:"last_seen"`
	Kind        string     `json:"relationship_type"`
	From        string     `json:"source_ref"`
	To          string     `json:"target_ref"`
	Sub         bool       `json:"x_mitre_is_subtechnique"`
	Phases      []phase    `json:"kill_chain_phases"`
	References  []citation `json:"external_references"`
}

type phase struct {
	Chain string `json:"kill_chain_name"`
	Name  string `json:"phase_name"`
}

type citation struct {
	Name string `json:"source_name"`
	Text string `json:"description"`
	URL  string `json:"url"`
	ID   string `json:"external_id"`
}

func (o *stix) status() string {
	switch {
	case o.Revoked:
		return "revoked"
	case o.Deprecated:
		return "deprecated"
	}
	return ""
}

// externalID is the object's ATT&CK id, "G0125".
func (o *stix) externalID() string {
	for _, r := range o.References {
		if r.Name == "mitre-attack" {
			return r.ID
		}
	}
	return ""
}

// readBundle reads the objects of the kinds used, by STIX id.
func readBundle(data []byte) ([]stix, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	for {
		t, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("find objects of the bundle: %w", err)
		}
		if t == "objects" {
			break
		}
	}
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return nil, errors.New("objects of the bundle are not a list")
	}
	var out []stix
	for d.More() {
		var o stix
		if err := d.Decode(&o); err != nil {
			return nil, fmt.Errorf("read object %d: %w", len(out), err)
		}
		switch o.Type {
		case "relationship", "attack-pattern", "intrusion-set", "malware", "tool", "campaign", "x-mitre-collection":
			out = append(out, o)
		}
	}
	byText(out, func(o stix) string { return o.ID })
	return out, nil
}

var versionInName = regexp.MustCompile(`-(\d+\.\d+)[.-]`)

// attackVersion is the collection's version, else the one in the file's
// name, else the day of the newest change.
func attackVersion(in Input, objects []stix) string {
	newest := ""
	for _, o := range objects {
		if o.Type == "x-mitre-collection" && o.Version != "" {
			return o.Version
		}
		newest = max(newest, o.Modified)
	}
	if m := versionInName.FindStringSubmatch(in.Name); m != nil {
		return m[1]
	}
	return newest[:min(10, len(newest))]
}

func (b *builder) attack(in Input) error {
	objects, err := readBundle(in.Data)
	if err != nil {
		return err
	}
	if len(objects) == 0 {
		return errors.New("the bundle holds no ATT&CK object")
	}
	b.k.Sources = append(b.k.Sources, actor.Source{ID: actor.SourceAttack, Name: "MITRE ATT&CK Enterprise",
		Version: attackVersion(in, objects), SHA256: in.Sum, Licence: "ATT&CK terms of use, (c) The MITRE Corporation"})
	g := graph(objects)
	for i := range objects {
		b.object(&objects[i], g)
	}
	for i := range objects {
		b.relationship(&objects[i], g.ids, g.forward)
	}
	b.namedGroups(objects, g.ids, g.forward)
	return nil
}

// attackGraph is how the objects of a bundle refer to each other.
type attackGraph struct {
	ids     map[string]string // STIX id -> ATT&CK id
	now     map[string]string // ATT&CK id -> what replaces it
	parents map[string]string // sub-technique -> technique
}

func graph(objects []stix) attackGraph {
	g := attackGraph{ids: map[string]string{}, now: map[string]string{}, parents: map[string]string{}}
	for _, o := range objects {
		if id := o.externalID(); id != "" {
			g.ids[o.ID] = id
		}
	}
	for _, o := range objects {
		if o.Type != "relationship" || o.Revoked || o.Deprecated {
			continue
		}
		switch o.Kind {
		case "revoked-by":
			g.now[g.ids[o.From]] = g.ids[o.To]
		case "subtechnique-of":
			g.parents[g.ids[o.From]] = g.ids[o.To]
		}
	}
	return g
}

// maxReplaced bounds how often an id is followed to what replaces it.
const maxReplaced = 8

// forward is the id that replaces another one, or that id itself.
func (g attackGraph) forward(id string) string {
	for range maxReplaced {
		next, ok := g.now[id]
		if !ok {
			break
		}
		id = next
	}
	return id
}

// object adds what a technique, a software, a campaign or a group says.
func (b *builder) object(o *stix, g attackGraph) {
	id := g.ids[o.ID]
	if id == "" {
		return
	}
	switch o.Type {
	case "attack-pattern":
		b.k.Techniques = append(b.k.Techniques, technique(o, id, g))
	case "malware", "tool":
		b.k.Software = append(b.k.Software, software(o, id, g))
		b.vulnerabilities(o, id, "")
	case "campaign":
		b.campaign(o, id)
	case "intrusion-set":
		b.group(o, id, g.now[id])
	}
}

func technique(o *stix, id string, g attackGraph) actor.Technique {
	t := actor.Technique{ID: id, Name: o.Name, Status: o.status(), Now: g.now[id]}
	for _, p := range o.Phases {
		if p.Chain == "mitre-attack" {
			t.Tactics = append(t.Tactics, p.Name)
		}
	}
	slices.Sort(t.Tactics)
	if o.Sub {
		t.Parent = g.parents[id]
		if head, _, ok := strings.Cut(id, "."); ok && t.Parent == "" {
			t.Parent = head
		}
	}
	return t
}

func software(o *stix, id string, g attackGraph) actor.Software {
	s := actor.Software{ID: id, Name: o.Name, Kind: o.Type, Status: o.status(), Now: g.now[id]}
	for _, a := range o.SoftAliases {
		if a != o.Name && !slices.Contains(s.Aliases, a) {
			s.Aliases = append(s.Aliases, a)
		}
	}
	slices.Sort(s.Aliases)
	return s
}

// references registers an object's citations; the entry of the object itself
// and the entries that only explain a name are left out.
func (b *builder) references(o *stix) []int32 {
	var out []int32
	for _, r := range o.References {
		if r.Name != "mitre-attack" && (r.URL != "" || !strings.HasPrefix(strings.TrimSpace(r.Text), "(Citation:")) {
			out = append(out, b.report(r.Name, r.Text, r.URL))
		}
	}
	return out
}

var citationMark = regexp.MustCompile(`\(Citation: ?([^)]*)\)`)

// cited returns the reports that marks in a text point at, among the
// object's own references.
func (b *builder) cited(o *stix, text string) []int32 {
	var out []int32
	for _, m := range citationMark.FindAllStringSubmatch(text, -1) {
		for _, r := range o.References {
			if strings.TrimSpace(r.Name) == strings.TrimSpace(m[1]) && r.URL != "" {
				out = append(out, b.report(r.Name, r.Text, r.URL))
			}
		}
	}
	return out
}

func (b *builder) campaign(o *stix, id string) {
	c := actor.Campaign{ID: id, Name: o.Name, Status: o.status(), Reports: b.references(o)}
	for _, a := range o.Aliases {
		if a != o.Name {
			c.Aliases = append(c.Aliases, a)
		}
	}
	slices.Sort(c.Aliases)
	c.FirstSeen, c.LastSeen = day(o.FirstSeen), day(o.LastSeen)
	b.k.Campaigns = append(b.k.Campaigns, c)
	b.vulnerabilities(o, id, "")
}

// day reads the date of an RFC 3339 time; ATT&CK gives months as their first
// day, which is kept as it stands.
func day(s string) actor.Date {
	if len(s) < 10 {
		return 0
	}
	return makeDate(s[:4], s[5:7], s[8:10], 0)
}

func (b *builder) group(o *stix, id, now string) {
	b.uuids[strings.TrimPrefix(o.ID, "intrusion-set--")] = id
	b.k.Actors = append(b.k.Actors, actor.Actor{ID: id, UUID: strings.TrimPrefix(o.ID, "intrusion-set--"),
		Source: actor.SourceAttack, Name: o.Name, Status: o.status(), Now: now, Reports: b.references(o)})
	names := []string{o.Name}
	for _, a := range o.Aliases {
		if !slices.Contains(names, a) {
			names = append(names, a)
		}
	}
	for i, name := range names {
		a := actor.Alias{Name: name, Actor: id, Source: actor.SourceAttack, Relation: actor.Same, Main: i == 0}
		a.Namer, a.NamerFrom = actor.SchemeOf(name), "scheme"
		if a.Namer == "" {
			a.NamerFrom = ""
		}
		for _, r := range o.References {
			if r.Name != name {
				continue
			}
			a.Reports = append(a.Reports, b.cited(o, r.Text)...)
			// ATT&CK says in words when a name is not quite the group.
			if onlyOverlaps(citationMark.ReplaceAllString(r.Text, "")) {
				a.Relation = actor.Overlaps
			}
		}
		b.k.Aliases = append(b.k.Aliases, a)
	}
	b.vulnerabilities(o, id, "")
}

// onlyOverlaps reads the few words with which ATT&CK explains a name.
func onlyOverlaps(prose string) bool {
	prose = strings.ToLower(prose)
	if strings.Contains(prose, "combined") {
		return false
	}
	return strings.Contains(prose, "overlap") || strings.Contains(prose, "potential relationship") || strings.Contains(prose, "largely align")
}

func (b *builder) relationship(o *stix, ids map[string]string, forward func(string) string) {
	if o.Type != "relationship" || o.Revoked || o.Deprecated {
		return
	}
	kind, _, _ := strings.Cut(o.From, "--")
	if o.Kind != "uses" && o.Kind != "attributed-to" || !slices.Contains([]string{"intrusion-set", "campaign", "malware", "tool"}, kind) {
		return
	}
	from, to := forward(ids[o.From]), forward(ids[o.To])
	if from == "" || to == "" {
		b.tally.skip("relation to an unknown object")
		return
	}
	reports := b.references(o)
	if o.Kind == "attributed-to" {
		b.k.Ties = append(b.k.Ties, actor.Tie{From: from, To: to, Relation: "attributed-to", Source: actor.SourceAttack, Reports: reports})
		return
	}
	key := [2]string{from, to}
	b.uses[key] = append(b.uses[key], reports...)
	b.vulnerabilities(o, from, to)
}

var groupLink = regexp.MustCompile(`attack\.mitre\.org/groups/(G\d{4})`)

// namedGroups ties campaigns to the groups that their text names without an
// attribution edge: ATT&CK keeps several-actor campaigns only in prose.
func (b *builder) namedGroups(objects []stix, ids map[string]string, forward func(string) string) {
	attributed := map[[2]string]bool{}
	for _, t := range b.k.Ties {
		attributed[[2]string{t.From, t.To}] = true
	}
	for i := range objects {
		o := &objects[i]
		if o.Type != "campaign" {
			continue
		}
		for _, m := range groupLink.FindAllStringSubmatch(o.Description, -1) {
			edge := [2]string{ids[o.ID], forward(m[1])}
			if !attributed[edge] {
				attributed[edge] = true
				b.k.Ties = append(b.k.Ties, actor.Tie{From: edge[0], To: edge[1], Relation: "named-in", Source: actor.SourceAttack})
			}
		}
	}
}
