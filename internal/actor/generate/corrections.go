package generate

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"spoor/internal/actor"
)

// handMade is the form of knowledge/corrections.yaml. Every row names the
// address it was read at.
type handMade struct {
	Version string `yaml:"version"`
	Aliases []struct {
		Name     string         `yaml:"name"`
		Actor    string         `yaml:"actor"`
		Relation actor.Relation `yaml:"relation"`
		Namer    string         `yaml:"namer"`
		Note     string         `yaml:"note"`
		URL      string         `yaml:"url"`
		Date     string         `yaml:"date"`
		Add      bool           `yaml:"add"` // a new edge, else an existing one is relabelled
	} `yaml:"aliases"`
	Parties []struct {
		ID   string   `yaml:"id"`
		Name string   `yaml:"name"`
		Kind string   `yaml:"kind"`
		Also []string `yaml:"also"`
	} `yaml:"parties"`
	Ties []struct {
		From      string `yaml:"from"`
		To        string `yaml:"to"`
		Relation  string `yaml:"relation"`
		Statement string `yaml:"statement"`
		Date      string `yaml:"date"`
		URL       string `yaml:"url"`
	} `yaml:"ties"`
	Exploits []struct {
		Who  []string `yaml:"who"`
		CVE  string   `yaml:"cve"`
		URL  string   `yaml:"url"`
		Date string   `yaml:"date"`
	} `yaml:"exploits"`
}

// corrections adds the hand-written rows. A row that matches nothing is an
// error: it is stale or misspelt. Where the sources lack an actor that a row
// names (other, smaller inputs), the row is skipped and counted.
func (b *builder) corrections(data []byte) error {
	var h handMade
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&h); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("parse: %w", err)
	}
	sum := sha256.Sum256(data)
	b.k.Sources = append(b.k.Sources, actor.Source{ID: actor.SourceOwn, Name: "spoor's own corrections and chains of command",
		Version: h.Version, SHA256: hex.EncodeToString(sum[:]), Licence: "as spoor; every row names its source"})
	known := map[string]bool{}
	for _, a := range b.k.Actors {
		known[a.ID] = true
	}
	for _, p := range h.Parties {
		b.k.Parties = append(b.k.Parties, actor.Party{ID: p.ID, Name: p.Name, Kind: p.Kind, Also: p.Also})
		known[p.ID] = true
	}
	for _, r := range h.Aliases {
		if !known[r.Actor] {
			b.tally.skip("correction about an actor that the sources lack")
			continue
		}
		if err := b.alias(r.Name, r.Actor, r.Relation, r.Namer, r.Note, r.URL, r.Date, r.Add); err != nil {
			return err
		}
	}
	for _, r := range h.Ties {
		if !known[r.From] || !known[r.To] {
			b.tally.skip("correction about an actor that the sources lack")
			continue
		}
		if r.URL == "" || r.Statement == "" {
			return fmt.Errorf("tie %s to %s: statement and url are required", r.From, r.To)
		}
		when, err := parseDay(r.Date)
		if err != nil {
			return err
		}
		b.k.Ties = append(b.k.Ties, actor.Tie{From: r.From, To: r.To, Relation: r.Relation, Source: actor.SourceOwn,
			Statement: r.Statement, Date: when, Reports: []int32{b.handReport(r.URL, when)}})
	}
	for _, r := range h.Exploits {
		when, err := parseDay(r.Date)
		if err != nil {
			return err
		}
		if r.URL == "" {
			return fmt.Errorf("exploit of %s: url is required", r.CVE)
		}
		for _, who := range r.Who {
			if !known[who] {
				b.tally.skip("correction about an actor that the sources lack")
				continue
			}
			b.exploit(actor.Exploit{Who: who, CVE: r.CVE, Source: actor.SourceOwn, Reports: []int32{b.handReport(r.URL, when)}})
		}
	}
	return nil
}

// handReport registers a page that a correction rests on, with the date that
// the correction gives.
func (b *builder) handReport(url string, when actor.Date) int32 {
	i := b.report("", "", url)
	if d := (dated{when, "text"}); when != 0 && (b.best[i].date == 0 || better(d, b.best[i])) {
		b.best[i] = d
	}
	return i
}

func (b *builder) alias(name, id string, relation actor.Relation, namer, note, url, date string, add bool) error {
	when, err := parseDay(date)
	if err != nil {
		return err
	}
	if !slices.Contains([]actor.Relation{actor.Same, actor.Overlaps, actor.PartOf, actor.Umbrella, actor.Disputed, actor.Malware}, relation) {
		return fmt.Errorf("alias %q of %s: relation %q is not known", name, id, relation)
	}
	var reports []int32
	if url != "" {
		reports = []int32{b.handReport(url, when)}
	}
	if add {
		if url == "" {
			return fmt.Errorf("alias %q of %s: url is required", name, id)
		}
		a := actor.Alias{Name: name, Actor: id, Namer: namer, Source: actor.SourceOwn, FirstSeen: when, Relation: relation, Note: note, Reports: reports}
		if namer != "" {
			a.NamerFrom = "stated"
		}
		b.k.Aliases = append(b.k.Aliases, a)
		return nil
	}
	found := false
	for i := range b.k.Aliases {
		a := &b.k.Aliases[i]
		if a.Actor != id || actor.Key(a.Name) != actor.Key(name) {
			continue
		}
		found = true
		a.Relation, a.Note = relation, strings.TrimPrefix(a.Note+"; "+note, "; ")
		a.Reports = append(a.Reports, reports...)
		if when != 0 && (a.FirstSeen == 0 || when < a.FirstSeen) {
			a.FirstSeen = when
		}
		if namer != "" {
			a.Namer, a.NamerFrom = namer, "stated"
		}
	}
	if !found {
		return fmt.Errorf("alias %q of %s: no such edge in the sources", name, id)
	}
	return nil
}

func parseDay(s string) (actor.Date, error) {
	if s == "" {
		return 0, nil
	}
	parts := strings.Split(s+"-00-00", "-")
	n, err := strconv.Atoi(parts[0] + parts[1] + parts[2])
	if d := actor.Date(n); err == nil && len(s) <= 10 && d.Valid() {
		return d, nil
	}
	return 0, fmt.Errorf("parse date %q: want yyyy, yyyy-mm or yyyy-mm-dd", s)
}
