package statement

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
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
	// Issuers groups Words and Beside by who issued them.
	Issuers []Issuer `json:"issuers"`
	Scale   []Mark   `json:"scale"`
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
func (r *Set) line(s Statement) Line {
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
	}
	return s.Name
}

// Compare sets the statements on one incident side by side.
func Compare(r *Set, incident string) (Comparison, error) {
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
	c.Issuers = groupIssuers(c.Words, c.Beside)
	return c, nil
}

func strengthOf(l Line) int {
	if l.Strength == nil {
		return -2
	}
	return *l.Strength
}

// cutAround shortens a quote to n runes so that the verb stays in it.
func cutAround(quote, verb string, n int) string {
	quote = OneLine(quote)
	rs := []rune(quote)
	if len(rs) <= n {
		return quote
	}
	at := 0
	if i := strings.Index(quote, OneLine(verb)); i > 0 {
		at = utf8.RuneCountInString(quote[:i])
	}
	start := 0
	if at+utf8.RuneCountInString(verb) > n-2 {
		start = min(at-20, len(rs)-n)
	}
	end := min(start+n, len(rs))
	for start > 0 && start < at && rs[start-1] != ' ' {
		start++
	}
	for end < len(rs) && end > start+n/2 && rs[end] != ' ' {
		end--
	}
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
