package generate

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"spoor/internal/actor"
)

// galaxy is one MISP galaxy cluster file.
type galaxy struct {
	Type    string    `json:"type"`
	Name    string    `json:"name"`
	Version int       `json:"version"`
	Values  []cluster `json:"values"`

	source string // Source.ID
	sum    string
}

type cluster struct {
	UUID    string         `json:"uuid"`
	Value   string         `json:"value"`
	Meta    map[string]any `json:"meta"`
	Related []struct {
		Dest string   `json:"dest-uuid"`
		Kind string   `json:"type"`
		Tags []string `json:"tags"`
	} `json:"related"`
}

func readGalaxy(in Input) (galaxy, error) {
	var g galaxy
	if err := json.Unmarshal(in.Data, &g); err != nil {
		return g, fmt.Errorf("parse cluster file: %w", err)
	}
	switch g.Type {
	case "threat-actor":
		g.source = actor.SourceMISP
	case "microsoft-activity-group":
		g.source = actor.SourceMicrosoft
	case "360net-threat-actor":
		g.source = actor.Source360
	default:
		return g, fmt.Errorf("galaxy type %q is not one of threat-actor, microsoft-activity-group, 360net-threat-actor", g.Type)
	}
	if len(g.Values) == 0 {
		return g, errors.New("the cluster file holds no entry")
	}
	g.sum = in.Sum
	byText(g.Values, func(c cluster) string { return c.UUID })
	return g, nil
}

// meta returns a field as texts, whether the source wrote one or a list.
func (c *cluster) meta(field string) []string {
	var out []string
	add := func(v any) {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case float64:
			out = append(out, strconv.FormatFloat(v, 'g', -1, 64))
		}
	}
	if all, ok := c.Meta[field].([]any); ok {
		for _, v := range all {
			add(v)
		}
	} else {
		add(c.Meta[field])
	}
	return out
}

// galaxyFacts are the fields kept verbatim.
var galaxyFacts = [...]string{"GRU", "attribution-confidence", "cfr-suspected-state-sponsor", "cfr-suspected-victims",
	"cfr-target-category", "cfr-type-of-incident", "country", "microsoft-origin-threat", "motive", "since",
	"targeted-sector", "threat-actor-classification"}

// producer names the vendors that threat-actor.json refers to by their UUID
// in MISP's producer galaxy (misp-galaxy, clusters/producer.json).
func producer(uuid string) string {
	switch uuid {
	case "d0c33595-b684-45ef-91c3-e2f5ce1a8191":
		return "Microsoft"
	case "f9eb432f-2293-48b7-bca4-cc78beb50df0":
		return "CrowdStrike"
	case "da5cdcd1-7b15-4371-b7eb-ca32916d2052":
		return "Mandiant"
	case "a7119872-bc6b-494b-9f7a-8c50faaf53a9":
		return "Secureworks"
	case "a1ad5090-2487-46d2-8237-6151a2dd5063":
		return "MITRE"
	case "cae79680-67a6-4411-903c-f824dbcc813f":
		return "Proofpoint"
	case "e9491d3b-2174-47d6-8a15-ecec552d16ae":
		return "Unit 42"
	case "0d4886f9-97e1-4cb2-8822-580fd09540e5":
		return "Kaspersky"
	case "3ac8f6fc-9c04-4ebd-bda2-788cc02fe4ed":
		return "Trend Micro"
	case "598308b3-5475-48c6-9a2c-676fe1d2c6fb":
		return "Google"
	case "0adf6f0f-3795-4de1-9763-1bdd1c31a5d7":
		return "Cisco Talos"
	case "3a43aca5-6366-4168-b182-a8afec4550b5":
		return "ESET"
	case "ad7032df-0e9a-4ea9-b35c-c68ff854be80":
		return "Recorded Future"
	case "e583434b-7fb8-42c8-90ce-89aa8ed35f0c", "0904b30c-a86b-402b-9a14-87bbc44648aa":
		return "Symantec"
	case "adb3369a-5683-46b2-bceb-4dafa6526b21":
		return "Check Point"
	case "996c48de-7bb8-414d-b6fe-ec94abb5f461":
		return "SentinelOne"
	case "21afba9e-cd2a-45c9-b421-b1f14fd181e9":
		return "Group-IB"
	case "e4ed3168-7830-490f-9eed-d1b3ef2daccd":
		return "Dragos"
	case "b8ca0932-c4cb-45c0-b7b1-88b9685ba24b":
		return "McAfee"
	case "9f2ba728-8b29-48f9-badf-4f4cefb929f0":
		return "PwC"
	case "c2f76813-f24c-450e-abfd-0db4495ab68e":
		return "Volexity"
	case "f063b54b-293c-4713-87c1-92ff760ee4ba":
		return "Malwarebytes"
	case "1c141c9b-ec78-4f86-a8ea-b02944fa5492":
		return "Bitdefender"
	case "455b9e40-e8dd-443b-87b3-c70bd09b4231":
		return "Sophos"
	case "ac46bac7-e7b5-4efe-8f32-b79e9015ab86":
		return "Intezer"
	case "bfafdca5-3171-4953-86ab-c74f44822fd3":
		return "Fortinet"
	case "58d7efca-402a-4b36-9178-dc14e52f12e5":
		return "Elastic"
	case "94e95ed2-e07a-464a-9d56-a03679b9717a":
		return "BlackBerry"
	case "d597f230-4f70-43cb-817e-c745efd4fe35":
		return "WithSecure"
	case "4c94ea8e-6bbd-4638-b7ba-34354cfa2281":
		return "Fox-IT"
	case "3176f708-da5b-4c41-926b-0a94ebeb0e3b":
		return "Trellix"
	case "adc57f66-9910-4500-a16b-311cd4f08409":
		return "Rapid7"
	case "1427d7df-a9b8-4809-afe0-1180cfdd930d":
		return "Zscaler"
	}
	return ""
}

var attackID = regexp.MustCompile(`^G\d{4}$`)

// galaxyActors adds the entries of a cluster file with their names and facts.
func (b *builder) galaxyActors(g *galaxy) error {
	licence := "CC0 1.0 or BSD-2-Clause, MISP project and contributors"
	b.k.Sources = append(b.k.Sources, actor.Source{ID: g.source, Name: "MISP galaxy: " + g.Name,
		Version: strconv.Itoa(g.Version), SHA256: g.sum, Licence: licence})
	taken := map[string]bool{}
	for i := range g.Values {
		c := &g.Values[i]
		if len(c.UUID) < 8 || c.Value == "" || b.uuids[c.UUID] != "" {
			return fmt.Errorf("read %s entry %d: uuid %q is missing or used twice, or the name is empty", g.source, i, c.UUID)
		}
		id := g.source + ":" + c.UUID[:8]
		if taken[id] || !utf8.ValidString(id) { // a letter of a made-up id may be cut
			id = g.source + ":" + c.UUID
		}
		taken[id] = true
		b.uuids[c.UUID] = id
		a := actor.Actor{ID: id, UUID: c.UUID, Source: g.source, Name: c.Value}
		for _, url := range c.meta("refs") {
			a.Reports = append(a.Reports, b.report("", "", url))
		}
		b.k.Actors = append(b.k.Actors, a)
		b.galaxyNames(g, c, id)
		for _, field := range galaxyFacts {
			for _, v := range c.meta(field) {
				b.k.Facts = append(b.k.Facts, actor.Fact{Actor: id, Field: field, Value: v, Source: g.source})
			}
		}
	}
	return nil
}

func (b *builder) galaxyNames(g *galaxy, c *cluster, id string) {
	stated := map[string]string{}
	for _, s := range c.meta("name-attribution") {
		if at := strings.LastIndexByte(s, ':'); at > 0 {
			if who := producer(s[at+1:]); who != "" {
				stated[s[:at]] = who
			} else {
				b.tally.skip("name credited to an unknown producer")
			}
		}
	}
	for field := range c.Meta {
		if name, ok := strings.CutPrefix(field, "origin:"); ok && len(c.meta(field)) > 0 && stated[name] == "" {
			stated[name] = c.meta(field)[0]
		}
	}
	names := []string{c.Value}
	if g.source == actor.Source360 {
		names = split360(c.Value)
	}
	main := len(names)
	for _, s := range c.meta("synonyms") {
		parts := []string{s}
		if g.source == actor.Source360 {
			parts = split360(s)
		}
		for _, p := range parts {
			if !slices.Contains(names, p) {
				names = append(names, p)
			}
		}
	}
	for i, name := range names {
		a := actor.Alias{Name: name, Actor: id, Source: g.source, Relation: actor.Same, Main: i < main}
		switch {
		case stated[name] != "":
			a.Namer, a.NamerFrom = stated[name], "stated"
		case actor.SchemeOf(name) != "":
			a.Namer, a.NamerFrom = actor.SchemeOf(name), "scheme"
		case i < main && g.source == actor.Source360 && name[0] >= 0x80:
			a.Namer, a.NamerFrom = "360", "scheme" // its Chinese names; the Latin ones are others'
		}
		if attackID.MatchString(name) {
			b.groupID(&a)
		}
		b.k.Aliases = append(b.k.Aliases, a)
	}
}

// groupID handles an ATT&CK id that a galaxy lists as a name: it is a tie
// to that group, and a dead one is told.
func (b *builder) groupID(a *actor.Alias) {
	for _, x := range b.k.Actors {
		if x.ID != a.Name || x.Source != actor.SourceAttack {
			continue
		}
		b.k.Ties = append(b.k.Ties, actor.Tie{From: a.Actor, To: x.ID, Relation: "cites-id", Source: a.Source})
		if x.Status != "" {
			a.Relation, a.Note = actor.Disputed, "ATT&CK has "+x.Status+" this id"
			if x.Now != "" {
				a.Note += ", now " + x.Now
			}
		}
		return
	}
	a.Note = "not an id of ATT&CK Enterprise in this version"
	b.tally.skip("ATT&CK id unknown to this version")
}

// split360 takes "海莲花 - APT-C-00" and "核危机行动（Operation NuclearCrisis）"
// apart: each part is a name.
func split360(s string) []string {
	var out []string
	for _, p := range strings.Split(s, " - ") {
		head, rest, found := strings.Cut(p, "（")
		if found {
			rest = strings.TrimSuffix(strings.TrimSpace(rest), "）")
		}
		for _, name := range []string{head, rest} {
			if name = strings.TrimSpace(name); name != "" && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

var likelihood = regexp.MustCompile(`likelihood-probability="([^"]+)"`)

// galaxyTies adds the edges between entries. Edges to kinds of entry that
// are not read (tools, malware, sectors of other galaxies) are counted.
func (b *builder) galaxyTies(g *galaxy) {
	for i := range g.Values {
		c := &g.Values[i]
		for _, r := range c.Related {
			to, ok := b.uuids[r.Dest]
			if !ok {
				b.tally.skip("edge of " + g.source + " to an entry of another galaxy")
				continue
			}
			t := actor.Tie{From: b.uuids[c.UUID], To: to, Relation: r.Kind, Source: g.source}
			switch r.Kind {
			case "linked-to", "related-to", "associated-with":
				t.Relation = "linked"
			}
			for _, tag := range r.Tags {
				if m := likelihood.FindStringSubmatch(tag); m != nil {
					t.Likelihood = m[1]
				}
			}
			b.k.Ties = append(b.k.Ties, t)
		}
	}
}
