package record

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"

	"spoor/internal/safetext"
)

// StrengthName is the one-word name of a strength on the scale of
// docs/strength.md; it is empty outside -1 to 6.
func StrengthName(n int) string {
	names := [...]string{"rejects", "mentions", "notes", "sides", "territory", "group", "association", "responsibility"}
	if n < -1 || n > 6 {
		return ""
	}
	return names[n+1]
}

// Comparison is one incident with what each issuer said about it. Words and
// legal acts are lists of their own; nothing is averaged or summed up.
type Comparison struct {
	Schema   string   `json:"schema"`
	Incident Incident `json:"incident"`
	// Words are the statements bound to this incident, strongest first.
	Words []Line `json:"words"`
	// Beside are statements of the same issuers on the same days that do not
	// speak of this incident: what they said about groups, for example.
	Beside []Line `json:"beside"`
	// Acts are legal acts of the same days or on this incident, each with
	// the incident it is really about.
	Acts []Line `json:"acts"`
	// Silent are speakers that a source only names.
	Silent []Line `json:"silent"`
	Scale  []Mark `json:"scale"`
}

// Mark is one step of the strength scale.
type Mark struct {
	Strength int    `json:"strength"`
	Name     string `json:"name"`
}

// Line is one statement as a reader needs it next to others.
type Line struct {
	ID             string   `json:"id"`
	Issuer         string   `json:"issuer"`
	Speaker        Speaker  `json:"speaker"`
	Date           Date     `json:"date"`
	Verb           string   `json:"verb,omitempty"`
	Quote          string   `json:"quote"`
	Wording        string   `json:"wording"`
	Target         Target   `json:"target"`
	Groups         []string `json:"groups,omitempty"`
	Persons        []Person `json:"persons,omitempty"`
	Strength       *int     `json:"strength,omitempty"`
	Legal          *Legal   `json:"legal,omitempty"`
	Confidence     string   `json:"confidence,omitempty"`
	Condemnation   string   `json:"condemnation,omitempty"`
	Responsibility string   `json:"responsibility,omitempty"`
	Finding        string   `json:"finding,omitempty"`
	Consequence    string   `json:"consequence,omitempty"`
	Incident       string   `json:"incident,omitempty"`
	IncidentName   string   `json:"incident_name,omitempty"`
	Period         string   `json:"period,omitempty"`
	Medium         string   `json:"medium"`
	URL            string   `json:"url"`
	Contradicts    []string `json:"contradicts,omitempty"`
	SupersededBy   []string `json:"superseded_by,omitempty"`
	Note           string   `json:"note,omitempty"`
}

// line prepares one statement.
func (r *Record) line(s Statement) Line {
	l := Line{ID: s.ID, Issuer: issuerName(s.Speaker), Speaker: s.Speaker, Date: s.Date, Verb: s.Verb, Quote: s.Quote, Wording: s.Wording, Target: s.Target, Groups: s.Groups, Persons: s.Persons, Strength: s.Strength, Legal: s.Legal, Condemnation: s.Condemnation, Responsibility: s.Responsibility, Finding: s.Finding, Consequence: s.Consequence, Incident: s.Incident, Contradicts: s.Contradicts, Note: s.Note}
	if s.Confidence != nil {
		l.Confidence = s.Confidence.Phrase
	}
	if in, ok := r.Incident(s.Incident); ok {
		l.IncidentName, l.Period = in.Name, period(in)
	}
	if src, ok := r.Source(s.Source); ok {
		l.Medium, l.URL = src.Medium, src.URL
	}
	return l
}

func period(in Incident) string {
	switch {
	case in.Until == in.From:
		return string(in.From)
	case in.Until == "":
		return "from " + string(in.From)
	}
	return string(in.From) + " to " + string(in.Until)
}

// issuerName is the state or body that speaks, with the person or office
// where that differs.
func issuerName(s Speaker) string {
	switch s.Kind {
	case "unnamed-official":
		return s.Name + " (unnamed)"
	case "media", "expert":
		return s.Name
	}
	return s.Name
}

// Compare sets the statements on one incident side by side.
func Compare(r *Record, incident string) (Comparison, error) {
	in, ok := r.Incident(incident)
	if !ok {
		return Comparison{}, fmt.Errorf("find incident %q: not in the record", incident)
	}
	c := Comparison{Schema: "spoor.record-compare/1", Incident: in, Words: []Line{}, Beside: []Line{}, Acts: []Line{}, Silent: []Line{}}
	for n := -1; n <= 6; n++ {
		c.Scale = append(c.Scale, Mark{n, StrengthName(n)})
	}
	issuers, days := map[string]bool{}, map[Date]bool{}
	superseded := map[string][]string{}
	for _, s := range r.Statements {
		for _, id := range s.Supersedes {
			superseded[id] = append(superseded[id], s.ID)
		}
		if s.Incident == incident {
			issuers[s.Speaker.Name] = true
			if s.Speaker.State != "" {
				issuers[s.Speaker.State] = true
			}
			days[s.Date] = true
		}
	}
	for _, s := range r.Statements {
		l := r.line(s)
		l.SupersededBy = superseded[s.ID]
		on := s.Incident == incident
		same := days[s.Date] && (issuers[s.Speaker.Name] || issuers[s.Speaker.State] && s.Speaker.State != "")
		switch {
		case s.Legal != nil && (on || same):
			c.Acts = append(c.Acts, l)
		case s.Legal != nil:
		case s.Wording == "none" && (on || same || days[s.Date] && s.Incident == ""):
			c.Silent = append(c.Silent, l)
		case on:
			c.Words = append(c.Words, l)
		case same && (s.Strength != nil && *s.Strength != 0 || len(s.Groups) > 0):
			c.Beside = append(c.Beside, l)
		}
	}
	for _, list := range [][]Line{c.Words, c.Beside} {
		sort.SliceStable(list, func(i, j int) bool {
			a, b := list[i], list[j]
			if sa, sb := strengthOf(a), strengthOf(b); sa != sb {
				return sa > sb
			}
			if a.Issuer != b.Issuer {
				return a.Issuer < b.Issuer
			}
			if a.Medium != b.Medium {
				return a.Medium < b.Medium
			}
			return a.ID < b.ID
		})
	}
	return c, nil
}

func strengthOf(l Line) int {
	if l.Strength == nil {
		return -2
	}
	return *l.Strength
}

// Table renders a comparison for a terminal, at most 100 columns wide.
func (c Comparison) Table() string {
	var b strings.Builder
	w := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	w("%s", safetext.TerminalCut(fmt.Sprintf("%s (%s), %s", c.Incident.Name, c.Incident.ID, period(c.Incident)), 100))
	w("Strength of the words; * primary source, o press or translation. Legal acts are no strength.")
	w("")
	w("%-24s -1  0  1  2  3  4  5  6   what was said", "issuer")
	for _, l := range c.Words {
		c.row(&b, l)
	}
	if len(c.Beside) > 0 {
		w("\nSame issuers, same days, not about this incident")
		for _, l := range c.Beside {
			c.row(&b, l)
		}
	}
	if len(c.Acts) > 0 {
		w("\nLegal acts, each about its own incident")
		for _, l := range c.Acts {
			w("%-24s %s, %s %s; %s", safetext.TerminalCut(l.Issuer, 24), l.Legal.Kind, l.Legal.Status, l.Legal.Date, safetext.TerminalCut(l.IncidentName+", "+l.Period, 46))
			names := make([]string, 0, len(l.Persons))
			for _, p := range l.Persons {
				names = append(names, p.Name+" ("+status(p.Status)+")")
			}
			text := strings.Join(names, ", ")
			if text == "" {
				text = l.Target.Name + " (" + status(l.Legal.Status) + ")"
			}
			for _, part := range wrap(text, 74) {
				w("%-24s %s", "", safetext.Terminal(part))
			}
		}
	}
	if len(c.Silent) > 0 {
		var names []string
		for _, l := range c.Silent {
			names = append(names, l.Issuer)
		}
		w("\nOnly named, no wording in the source")
		for _, part := range wrap(strings.Join(names, ", "), 98) {
			w("  %s", safetext.Terminal(part))
		}
	}
	return b.String()
}

// status says charged together with what it is not.
func status(s string) string {
	if s == "charged" {
		return "charged, not convicted"
	}
	return s
}

func (c Comparison) row(b *strings.Builder, l Line) {
	var scale strings.Builder
	for n := -1; n <= 6; n++ {
		mark := " ."
		if strengthOf(l) == n {
			mark = " o"
			if l.Medium == "primary" {
				mark = " *"
			}
		}
		scale.WriteString(mark + " ")
	}
	text := hedged(l)
	for i, part := range wrap(text, 48) {
		if i == 0 {
			fmt.Fprintf(b, "%-24s %s  %s\n", safetext.TerminalCut(l.Issuer, 24), scale.String(), safetext.Terminal(part))
			continue
		}
		fmt.Fprintf(b, "%-51s%s\n", "", safetext.Terminal(part))
	}
}

// hedged is the sentence of a row: the words, then what qualifies them.
func hedged(l Line) string {
	text := "“" + cutAround(l.Quote, l.Verb, 150) + "”"
	var q []string
	if l.Target.Level != "none" {
		q = append(q, l.Target.Level+": "+l.Target.Name)
	}
	if len(l.Groups) > 0 && l.Target.Level != "group" {
		q = append(q, "groups: "+strings.Join(l.Groups, ", "))
	}
	if l.Confidence != "" {
		q = append(q, "“"+l.Confidence+"”")
	}
	if l.Finding == "endorsement" {
		q = append(q, "no finding of its own")
	}
	if l.Condemnation == "condemn" || l.Condemnation == "strongly" {
		q = append(q, "condemns")
	}
	q = append(q, string(l.Date))
	if len(l.Contradicts) > 0 {
		q = append(q, "contradicts "+strings.Join(l.Contradicts, ", "))
	}
	if len(l.SupersededBy) > 0 {
		q = append(q, "superseded by "+strings.Join(l.SupersededBy, ", "))
	}
	return text + " [" + strings.Join(q, "; ") + "]"
}

// cutAround shortens a quote to n runes so that the verb stays in it.
func cutAround(quote, verb string, n int) string {
	quote = squash(quote)
	rs := []rune(quote)
	if len(rs) <= n {
		return quote
	}
	at := 0
	if i := strings.Index(quote, squash(verb)); i > 0 {
		at = utf8.RuneCountInString(quote[:i])
	}
	start := 0
	if at+utf8.RuneCountInString(verb) > n-2 {
		start = min(at-20, len(rs)-n)
	}
	end := min(start+n, len(rs))
	out := strings.TrimSpace(string(rs[start:end]))
	if start > 0 {
		out = "…" + out
	}
	if end < len(rs) {
		out += "…"
	}
	return out
}

// wrap breaks a text at blanks into parts of at most n runes.
func wrap(s string, n int) []string {
	var out []string
	line := ""
	for _, word := range strings.Fields(s) {
		for utf8.RuneCountInString(word) > n {
			r := []rune(word)
			if line != "" {
				out, line = append(out, line), ""
			}
			out, word = append(out, string(r[:n])), string(r[n:])
		}
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > n {
			out, line = append(out, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(out, line)
}
