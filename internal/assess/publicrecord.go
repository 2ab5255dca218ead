package assess

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"spoor/internal/actor"
	"spoor/internal/hypothesis"
	"spoor/internal/message"
	"spoor/internal/report/html"
	"spoor/internal/statement"
	"spoor/internal/storyline"
)

// PublicRecord is the report's part on the public record: what was said about
// an incident whose door and period match the case, and about every group
// that the evidence points to. It never changes what the evidence fits.
func PublicRecord(v *storyline.Verdict, w *hypothesis.Weighing, words *message.Catalogue) ([]*html.Record, error) {
	var c statement.Case
	for _, h := range v.Hosts {
		for _, r := range h.Chains {
			if r.FirstSuccess == "" || len(r.CVEs) == 0 {
				continue
			}
			c.Chains = append(c.Chains, r.ID)
			c.CVEs = append(c.CVEs, r.CVEs...)
			if t, err := time.Parse(time.RFC3339, r.FirstSuccess); err == nil && (c.From.IsZero() || t.Before(c.From)) {
				c.From = t
			}
			if t, err := time.Parse(time.RFC3339, r.Last); err == nil && t.After(c.Until) {
				c.Until = t
			}
		}
	}
	for _, g := range w.Named() {
		c.Actors = append(c.Actors, g.ID)
	}
	if len(c.Chains)+len(c.Actors) == 0 {
		return nil, nil
	}
	all, err := statement.Builtin()
	if err != nil {
		return nil, fmt.Errorf("load the public record: %w", err)
	}
	know, err := actor.Builtin()
	if err != nil {
		return nil, fmt.Errorf("load knowledge of actors: %w", err)
	}
	part := statement.ForCase(all, c, func(name, id string) bool { return meansOnly(know, name, id) })
	var notes []string
	for _, n := range part.Notes {
		notes = append(notes, words.Write(n))
	}
	var out []*html.Record
	if len(part.Incidents) > 0 {
		r := &html.Record{Title: words.Say("public.wave"), Notes: notes}
		for _, in := range part.Incidents {
			for _, l := range append(in.Words, in.Acts...) {
				r.Rows = append(r.Rows, recordRow(l, words))
			}
		}
		for _, pair := range part.Contradictions {
			r.Contradictions = append(r.Contradictions, [2]html.RecordRow{recordRow(pair[0], words), recordRow(pair[1], words)})
		}
		out = append(out, r)
	}
	for _, a := range part.Actors {
		r := &html.Record{Title: words.Say("public.group", "group", know.Actor(a.Name).Name), Notes: notes}
		if a.NoStatement {
			r.Notes = append([]string{words.Say("public.no-statement")}, notes...)
		}
		for _, l := range append(a.Words, a.Acts...) {
			r.Rows = append(r.Rows, recordRow(l, words))
		}
		out = append(out, r)
	}
	return out, nil
}

// meansOnly reports whether a name means one ATT&CK group as its own name,
// and that one.
func meansOnly(k *actor.Knowledge, name, id string) bool {
	var groups []string
	for _, m := range k.Resolve(name).Matches {
		if m.Actor.Source == actor.SourceAttack && slices.ContainsFunc(m.Edges, func(e actor.Alias) bool { return e.Relation == actor.Same }) {
			groups = append(groups, m.Actor.ID)
		}
	}
	return len(groups) == 1 && groups[0] == id
}

func recordRow(l statement.Line, words *message.Catalogue) html.RecordRow {
	r := html.RecordRow{Date: string(l.Date), Issuer: l.Issuer, Verb: l.Verb, Quote: l.Quote, Target: l.Target.Name, Source: l.URL}
	if !strings.Contains(r.Issuer, l.Speaker.Name) {
		r.Issuer += " (" + l.Speaker.Name + ")"
	}
	switch {
	case l.Legal != nil:
		r.Strength = strings.TrimSpace(words.Say("public.legal-act", "kind", legalWord(words, "act", l.Legal.Kind), "status", legalWord(words, "status", l.Legal.Status)))
	case l.Strength != nil:
		r.Strength = words.Say("public.strength", "n", *l.Strength, "word", message.New("public.word."+statement.StrengthName(*l.Strength)))
	}
	if l.Medium != "primary" {
		r.Strength = words.Say("public.second-hand", "strength", r.Strength, "medium", message.New("public.medium."+l.Medium))
	}
	return r
}

// legalWord is the word for a kind or status of a legal act, or the record's
// own where there is none.
func legalWord(words *message.Catalogue, section, code string) string {
	if id := "public." + section + "." + code; words.Has(id) {
		return words.Say(id)
	}
	return code
}
