package indicator

import (
	"encoding/json"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"time"
)

// stix reads a bundle of STIX 2.1 (OASIS standard of 10 June 2021). Objects
// may come in any order, so relations wait until the end.
type stix struct {
	d       *document
	own     []ownEntries      // in the order of the bundle
	things  map[string]*thing // who and what objects are
	links   []stixLink
	seen    map[string]int // sightings by what was seen
	watched []string       // observed data that a sighting refers to
	data    map[string][]string
	loose   map[string]*stixObject // observables
	beyond  int                    // observables beyond the cap
	over    int                    // relations and things beyond the cap
	used    bool
	seed    maphash.Seed
}

// ownEntries are the entries of one indicator.
type ownEntries struct {
	id       uint64 // hash of the indicator's id: a bundle may hold a million
	first, n uint32
}

// thing is an object that a context is filled from.
type thing struct {
	kind, name, id string // id is ATT&CK's, "" if none
}

type stixLink struct {
	from, to, kind string
	start, stop    string
}

// Caps of what waits for the end of a bundle; see docs/limits.md.
const (
	maxSTIXWaiting = 1_000_000 // relations, observables and things each
	maxSTIXText    = 16 << 10  // bytes of one pattern
)

type stixObject struct {
	Type        string   `json:"type"`
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Pattern     string   `json:"pattern"`
	PatternType string   `json:"pattern_type"`
	Created     string   `json:"created"`
	ValidFrom   string   `json:"valid_from"`
	ValidUntil  string   `json:"valid_until"`
	Revoked     bool     `json:"revoked"`
	CreatedBy   string   `json:"created_by_ref"`
	Markings    []string `json:"object_marking_refs"`
	External    []struct {
		Source string `json:"source_name"`
		ID     string `json:"external_id"`
		URL    string `json:"url"`
	} `json:"external_references"`
	Relation   string            `json:"relationship_type"`
	Source     string            `json:"source_ref"`
	Target     string            `json:"target_ref"`
	Start      string            `json:"start_time"`
	Stop       string            `json:"stop_time"`
	SightingOf string            `json:"sighting_of_ref"`
	Observed   []string          `json:"observed_data_refs"`
	Count      int               `json:"count"`
	ObjectRefs []string          `json:"object_refs"`
	Value      json.RawMessage   `json:"value"`
	Hashes     map[string]string `json:"hashes"`
	Definition struct {
		TLP string `json:"tlp"`
	} `json:"definition"`
}

func newSTIX(d *document) *stix {
	return &stix{d: d, seed: maphash.MakeSeed(), things: map[string]*thing{}, seen: map[string]int{}, data: map[string][]string{}, loose: map[string]*stixObject{}}
}

// next reads one object of a bundle.
func (s *stix) next() error {
	var o stixObject
	ok, err := s.d.decode(&o)
	if ok {
		s.take(&o)
	}
	return err
}

// lone takes an object that stands alone in the file.
func (s *stix) lone(keys map[string]json.RawMessage) error {
	raw, err := json.Marshal(keys)
	if err != nil {
		return fmt.Errorf("read STIX object: %w", err)
	}
	var o stixObject
	if err := json.Unmarshal(raw, &o); err != nil {
		s.d.l.damage(0, "a STIX object is of the wrong form")
		return nil
	}
	s.take(&o)
	return nil
}

func (s *stix) take(o *stixObject) {
	s.used = true
	switch o.Type {
	case "indicator":
		s.indicator(o)
	case "relationship":
		if len(s.links) < maxSTIXWaiting {
			s.links = append(s.links, stixLink{o.Source, o.Target, o.Relation, o.Start, o.Stop})
		} else {
			s.over++
		}
	case "sighting":
		s.seen[o.SightingOf] += max(o.Count, 1)
		if len(s.watched) < maxSTIXWaiting {
			s.watched = append(s.watched, o.Observed...)
		} else {
			s.over++
		}
	case "observed-data":
		if len(s.data) < maxSTIXWaiting {
			s.data[o.ID] = o.ObjectRefs
		} else {
			s.over++
		}
	case "ipv4-addr", "ipv6-addr", "domain-name", "url", "email-addr", "file", "user-agent":
		if len(s.loose) < maxSTIXWaiting {
			s.loose[o.ID] = &stixObject{Type: o.Type, ID: o.ID, Name: o.Name, Value: o.Value, Hashes: o.Hashes}
		} else {
			s.beyond++
		}
	case "intrusion-set", "threat-actor", "campaign", "malware", "tool", "identity", "marking-definition":
		if len(s.things) >= maxSTIXWaiting {
			s.over++
			return
		}
		t := &thing{kind: o.Type, name: o.Name}
		for _, e := range o.External {
			if attackID(e.ID) != 0 && strings.HasPrefix(e.Source, "mitre-") {
				t.id = e.ID
			}
		}
		if o.Type == "marking-definition" {
			t.name = tlp(o.Definition.TLP)
			if t.name == "" {
				t.name = tlp(o.Name)
			}
		}
		s.things[o.ID] = t
	}
}

func (s *stix) indicator(o *stixObject) {
	l := s.d.l
	switch {
	case o.Revoked:
		l.left()
		return
	case o.PatternType != "" && o.PatternType != "stix":
		l.refuse(0, o.Pattern, no("pattern-type", "patterns of the type %q are not read here", short(o.PatternType)))
		return
	}
	i := Indicator{Label: o.Name, Context: Context{Publisher: o.CreatedBy}}
	if i.Label == "" {
		i.Label = o.Description
	}
	i.Context.TLP = strings.Join(o.Markings, " ")
	for _, e := range o.External {
		if e.URL != "" {
			i.Context.Link = e.URL
			break
		}
	}
	var err1, err2 error
	i.From, err1 = parseTime(o.ValidFrom)
	i.Until, err2 = parseTime(o.ValidUntil)
	// Most producers put the time of writing here, and what they write about
	// has happened before.
	if created, err := parseTime(o.Created); err == nil && i.From.Sub(created).Abs() < 24*time.Hour {
		i.From = time.Time{}
	}
	if err1 != nil || err2 != nil {
		l.warn(0, o.ValidFrom+" "+o.ValidUntil, no("time", "this is no time; the window stays open on this side"))
	}
	observations, bad := parsePattern(o.Pattern)
	if bad != nil {
		l.refuse(0, o.Pattern, bad)
		return
	}
	first := uint32(len(l.set.entries))
	for _, ob := range observations {
		list, bad := ob.clauses()
		if bad != nil {
			l.refuse(0, o.Pattern, bad)
			continue
		}
		for _, atoms := range list {
			l.clause(atoms, i, 0)
		}
	}
	if n := uint32(len(l.set.entries)) - first; n > 0 {
		s.own = append(s.own, ownEntries{s.hash(o.ID), first, n})
	}
}

func (s *stix) hash(id string) uint64 { return maphash.String(s.seed, id) }

// end joins what the bundle says of its indicators. Publisher and TLP hold
// ids until here.
func (s *stix) end() error {
	if !s.used {
		return nil
	}
	l := s.d.l
	s.observables()
	if s.over > 0 {
		l.damage(0, fmt.Sprintf("%d relations, sightings or things named by the bundle are more than are kept; its indicators are all loaded", s.over))
	}
	extra := map[uint64]*about{}
	for _, k := range s.links {
		t := s.things[k.to]
		if t == nil || k.kind != "indicates" || !strings.HasPrefix(k.from, "indicator--") {
			continue
		}
		id := s.hash(k.from)
		x := extra[id]
		if x == nil {
			x = &about{}
			extra[id] = x
		}
		x.tell(s, k, t)
	}
	seen := make(map[uint64]int, len(s.seen))
	for id, n := range s.seen {
		seen[s.hash(id)] = n
	}
	for _, own := range s.own {
		for n := own.first; n < own.first+own.n; n++ {
			e := &l.set.entries[n]
			c := l.set.contexts[e.context]
			if t := s.things[c.Publisher]; t != nil {
				c.Publisher = t.name
			} else if strings.HasPrefix(c.Publisher, "identity--") {
				c.Publisher = ""
			}
			c.TLP = s.marking(c.TLP)
			if x := extra[own.id]; x != nil {
				c.fill(x.Context)
				if !x.from.IsZero() {
					e.first, e.last = daysTo(x.from), daysTo(x.until)
				}
			}
			e.context = l.context(c)
			e.sightings += uint32(min(seen[own.id], 1<<30))
		}
	}
	return nil
}

// about is what relations say of an indicator.
type about struct {
	Context
	from, until time.Time // of use, by the relation
}

func (x *about) tell(s *stix, k stixLink, t *thing) {
	switch t.kind {
	case "intrusion-set", "threat-actor", "campaign":
		x.Actors = oneMore(x.Actors, s.actor(k.to, t))
		from, err1 := parseTime(k.start)
		stop, err2 := parseTime(k.stop)
		if err1 == nil && err2 == nil && !from.IsZero() && !stop.IsZero() {
			x.from, x.until = from, stop
		}
	case "malware", "tool":
		if attackID(t.id) == 'S' {
			x.Software = oneMore(x.Software, t.id)
		}
	}
}

// actor is the ATT&CK id of a group, else its name. A campaign that the
// bundle attributes to a group stands for the group.
func (s *stix) actor(id string, t *thing) string {
	if t.kind == "campaign" {
		for _, k := range s.links {
			if g := s.things[k.to]; k.from == id && k.kind == "attributed-to" && g != nil && g.kind != "campaign" {
				t = g
				break
			}
		}
	}
	if attackID(t.id) == 'G' {
		return t.id
	}
	return t.name
}

// marking finds the TLP among the ids of markings: defined in the bundle, or
// one of the four that the specification predefines (section 7.2.1.4).
func (s *stix) marking(refs string) string {
	for id := range strings.FieldsSeq(refs) {
		switch id {
		case "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487":
			return "clear"
		case "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb":
			return "green"
		case "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421":
			return "amber"
		case "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003":
			return "amber+strict"
		case "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1":
			return "red"
		}
		if t := s.things[id]; t != nil && t.kind == "marking-definition" && t.name != "" {
			return t.name
		}
	}
	return ""
}

// observables adds what a sighting says was seen. An observable without one
// is context and not an indicator.
func (s *stix) observables() {
	l := s.d.l
	wanted := map[string]bool{}
	for _, id := range s.watched {
		for _, ref := range s.data[id] {
			wanted[ref] = true
		}
	}
	ids := make([]string, 0, len(s.loose))
	for id := range s.loose {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		o := s.loose[id]
		if !wanted[id] && s.seen[id] == 0 {
			l.left()
			continue
		}
		i := Indicator{Sightings: max(s.seen[id], 1)}
		var value string
		if len(o.Value) > 0 {
			_ = json.Unmarshal(o.Value, &value) // a value of another type stays empty and is refused
		}
		switch o.Type {
		case "file":
			s.file(o, i)
			continue
		case "domain-name":
			i.Kind = Domain
		case "url":
			i.Kind = URL
		case "email-addr":
			i.Kind = Email
		}
		i.Value = value
		l.add(i, 0)
	}
	l.report.Left += s.beyond
	l.file.Left += s.beyond
}

// file adds a file by its strongest hash, else by its name.
func (s *stix) file(o *stixObject, i Indicator) {
	i.Label = o.Name
	for _, name := range [...]string{"SHA-256", "SHA-1", "MD5"} {
		if v := o.Hashes[name]; v != "" {
			i.Kind, i.Value = typeNamed(name), v
			s.d.l.add(i, 0)
			return
		}
	}
	i.Kind, i.Value = Name, o.Name
	s.d.l.add(i, 0)
}
