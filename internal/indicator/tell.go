package indicator

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"spoor/event"
	"spoor/internal/finding"
)

// RuleKind is the kind of an indicator's findings.
const RuleKind = "indicator"

// asked are fields that say who sent a request and what for: anybody may send
// anything to a public server, so a hit in them alone is no more than medium.
var asked = [...]string{
	"c-ip", "clientipaddress", "client-ip", "clientip", "x-forwarded-for", "original-client-ip", "remote_addr", "clientaddress",
	"cs-uri-stem", "cs-uri-query", "cs-uri", "cs-host", "cs(user-agent)", "cs(referer)", "cs(cookie)", "cs-username",
	"urlhost", "urlstem", "urlquery", "useragent", "anchormailbox", "backendcookie", "url", "urlpath", "useragentstring", "clientinfo",
}

// Tell fills a finding's rule, message, ties and notes from a match. The
// finding has its time; shape is that of its event, nil for a file.
func (s *Set) Tell(f *finding.Finding, m *Match, shape *event.Shape) {
	first := &s.entries[m.Entries[0]]
	values := s.values(m)
	kind := first.kind.String()
	if m.clause != 0 {
		kind = "combination"
	}
	level, in, out := finding.Informational, 0, 0
	for _, n := range m.Entries {
		e := &s.entries[n]
		own := e.level
		if s.inWindow(e, f.At) {
			in++
		} else {
			out++
			own = lowered(own)
		}
		if e.flags&flagStated == 0 {
			own = min(own, roof(m.Slots, shape))
		}
		level = max(level, own)
	}
	if m.PortUnknown {
		level = lowered(level)
		f.Notes = append(f.Notes, "the port could not be compared: the record states none")
	}
	if m.More > 0 {
		level = lowered(level)
		f.Notes = append(f.Notes, fmt.Sprintf("the record holds %d more indicators, as a list of them does", m.More))
	}
	if in == 0 {
		f.Notes = append(f.Notes, "outside the time for which its source states it ("+s.window(first)+")")
	}
	f.Rule = finding.Rule{ID: s.ruleID(m), Title: "Indicator: " + kind + " " + values, Level: level.String(), Kind: RuleKind, Source: s.sources(m)}
	f.Message = s.message(m, kind, values, shape, in == 0)
	s.ties(f, m)
	if claimed(m.Slots, shape) {
		f.Notes = append(f.Notes, "only the client itself stated it")
	}
}

// values are the text of a match, as its source writes it but for harmless
// forms.
func (s *Set) values(m *Match) string {
	one := func(n uint32) string { i := s.At(n); return i.Value }
	if m.clause == 0 {
		return one(m.Entries[0])
	}
	var list []string
	for _, p := range s.clauses[m.clause-1].parts {
		list = append(list, one(p))
	}
	return strings.Join(list, " and ")
}

// ruleID is the same wherever the value was stated.
func (s *Set) ruleID(m *Match) string {
	entries := m.Entries[:1]
	if m.clause != 0 {
		entries = s.clauses[m.clause-1].parts
	}
	var parts []string
	for _, n := range entries {
		e := &s.entries[n]
		parts = append(parts, e.kind.String()+"\x00"+string(s.text(e)))
	}
	slices.Sort(parts)
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return "spoor-indicator-" + hex.EncodeToString(sum[:6])
}

// inWindow is true for what has no time or no window, since nothing speaks
// against it, and for hashes: a file is the same at any time.
func (s *Set) inWindow(e *entry, at event.Time) bool {
	if !at.Known() || e.kind == SHA256 || e.kind == SHA1 || e.kind == MD5 {
		return true
	}
	return (e.from == 0 || at.Sec >= e.from) && (e.until == 0 || at.Sec <= e.until)
}

// lowered is a level for what is weaker than stated: one step, and never one
// that asks a person to look.
func lowered(l finding.Level) finding.Level {
	if l > finding.Informational {
		l--
	}
	return min(l, finding.Medium)
}

// roof bounds the level by where a value stands.
func roof(slots []event.Slot, shape *event.Shape) finding.Level {
	if shape == nil || len(slots) == 0 {
		return finding.Critical
	}
	if claimed(slots, shape) {
		return finding.Medium
	}
	for _, slot := range slots {
		name := strings.ToLower(shape.Field(slot).Name)
		if !slices.Contains(asked[:], name) && !strings.HasPrefix(name, "column-") { // a column without a name
			return finding.Critical
		}
	}
	return finding.Medium
}

// claimed reports that only fields which the client of a request chooses
// hold it.
func claimed(slots []event.Slot, shape *event.Shape) bool {
	if shape == nil || len(slots) == 0 {
		return false
	}
	for _, slot := range slots {
		if !shape.Field(slot).Claimed {
			return false
		}
	}
	return true
}

func (s *Set) window(e *entry) string {
	day := func(sec int64, open string) string {
		if sec == 0 {
			return open
		}
		return time.Unix(sec, 0).UTC().Format("2006-01-02")
	}
	return day(e.from, "any time") + " to " + day(e.until, "now")
}

// sources names the file, publisher, title and link of a match's sources.
func (s *Set) sources(m *Match) string {
	const most = 3
	var list []string
	for _, n := range m.Entries {
		c := &s.contexts[s.entries[n].context]
		text, mark := c.File, ""
		if c.TLP != "" {
			mark = "TLP:" + strings.ToUpper(c.TLP)
		}
		for _, part := range [...]string{c.Publisher, c.Feed, c.Link, mark} {
			if part != "" {
				text += "; " + part
			}
		}
		if !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	if len(list) > most {
		list = append(list[:most], "and more")
	}
	return strings.Join(list, " | ")
}

func (s *Set) message(m *Match, kind, values string, shape *event.Shape, out bool) string {
	e := &s.entries[m.Entries[0]]
	c := &s.contexts[e.context]
	var b strings.Builder
	b.WriteString(values)
	if shape != nil {
		for n, slot := range m.Slots {
			b.WriteString([...]string{" in ", ", "}[min(n, 1)])
			b.WriteString(shape.OutputName(slot))
		}
	}
	b.WriteString(" is an indicator (" + kind + ") of ")
	by := c.Publisher
	if by == "" {
		by = c.File
	}
	b.WriteString(by)
	if c.Feed != "" {
		b.WriteString(", " + c.Feed)
	}
	if label := s.arena[e.label : e.label+uint32(e.labelSize)]; len(label) > 0 {
		b.WriteString(": " + string(label))
	}
	if e.sightings > 0 {
		fmt.Fprintf(&b, " (sighted %d times)", e.sightings)
	}
	if out {
		b.WriteString("; seen outside " + s.window(e))
	}
	return b.String()
}

// ties adds whom the sources tie to the value, and which programs.
func (s *Set) ties(f *finding.Finding, m *Match) {
	f.Techniques, f.CVEs, f.Actors = []string{}, []string{}, []string{}
	for _, n := range m.Entries {
		e := &s.entries[n]
		c := &s.contexts[e.context]
		for _, id := range c.Software {
			f.Software = oneMore(f.Software, id)
		}
		for _, actor := range c.Actors {
			if attackID(actor) == 'G' {
				f.Actors = oneMore(f.Actors, actor)
			}
			t := finding.Tie{Actor: actor, Kind: e.kind.tie(), Value: s.At(n).Value, Publisher: c.Publisher, URL: c.Link}
			t.From, t.Until = day(e.first), day(e.last)
			t.InWindow = e.first != 0 && e.last != 0 && f.At.Known() && f.At.Sec >= int64(e.first)*secondsPerDay && f.At.Sec < (int64(e.last)+1)*secondsPerDay
			if len(f.Ties) < maxTies && !slices.Contains(f.Ties, t) {
				f.Ties = append(f.Ties, t)
			}
		}
	}
}

func day(n uint16) string {
	if n == 0 {
		return ""
	}
	return dayOf(n).Format("2006-01-02")
}
