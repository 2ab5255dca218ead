package main

import (
	"fmt"
	"strings"
	"time"

	"spoor/internal/record"
	"spoor/internal/report/html"
	"spoor/internal/storyline"
)

// publicRecord is the report's part on the public record: what was said about
// an incident whose door and period match the case. A case in which no door
// opened has none.
func publicRecord(v *storyline.Verdict) (*html.Record, error) {
	var c record.Case
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
	if len(c.Chains) == 0 {
		return nil, nil
	}
	all, err := record.Builtin()
	if err != nil {
		return nil, fmt.Errorf("load the public record: %w", err)
	}
	part := record.ForCase(all, c, nil)
	if len(part.Incidents) == 0 {
		return nil, nil
	}
	out := &html.Record{Title: "What has been said in public about the wave that this door and period match", Notes: part.Notes}
	for _, in := range part.Incidents {
		for _, l := range append(in.Words, in.Acts...) {
			out.Rows = append(out.Rows, recordRow(l))
		}
	}
	for _, pair := range part.Contradictions {
		out.Contradictions = append(out.Contradictions, [2]html.RecordRow{recordRow(pair[0]), recordRow(pair[1])})
	}
	return out, nil
}

func recordRow(l record.Line) html.RecordRow {
	r := html.RecordRow{Date: string(l.Date), Issuer: l.Issuer, Verb: l.Verb, Quote: l.Quote, Target: l.Target.Name, Source: l.URL}
	if !strings.Contains(r.Issuer, l.Speaker.Name) {
		r.Issuer += " (" + l.Speaker.Name + ")"
	}
	switch {
	case l.Legal != nil:
		r.Strength = strings.TrimSpace("legal act: " + l.Legal.Kind + " " + l.Legal.Status)
	case l.Strength != nil:
		r.Strength = fmt.Sprintf("%d %s", *l.Strength, record.StrengthName(*l.Strength))
	}
	if l.Medium != "primary" {
		r.Strength += ", from a " + l.Medium + " source"
	}
	return r
}
