package statement

import (
	"fmt"
	"strings"

	"spoor/internal/expression"
)

var cvePattern = expression.Lazily(`^CVE-\d{4}-\d{4,7}$`)

func (c *checker) statement(s Statement) {
	at, id := s.Where, s.ID
	c.enum(at, id, "speaker.kind", s.Speaker.Kind, true)
	if s.Speaker.Name == "" {
		c.add(at, id, "missing-value", "speaker.name is missing")
	}
	c.enum(at, id, "wording", s.Wording, true)
	c.enum(at, id, "target.level", s.Target.Level, true)
	if s.Target.Name == "" && s.Target.Level != "none" {
		c.add(at, id, "missing-value", "target.name is missing")
	}
	c.enum(at, id, "responsibility", s.Responsibility, false)
	c.enum(at, id, "finding", s.Finding, s.Wording != "none")
	c.enum(at, id, "condemnation", s.Condemnation, false)
	c.enum(at, id, "basis", s.Basis, s.Wording != "none")
	c.enum(at, id, "consequence", s.Consequence, false)
	dated := c.date(at, id, "date", s.Date, true)
	c.quotes(s)
	c.strength(s)
	c.legal(s)
	c.victims(s)
	c.links(s)
	if s.Confidence != nil {
		c.enum(at, id, "confidence.scale", s.Confidence.Scale, true)
		c.verbatim(s, "confidence.phrase", s.Confidence.Phrase)
	}
	if s.Incident == "" {
		return
	}
	in, ok := c.r.Incident(s.Incident)
	if !ok {
		c.add(at, id, "dangling-id", "incident %q is not in the record", s.Incident)
		return
	}
	if dated && in.From != "" && s.Date.Last().Before(in.From.First()) {
		c.add(at, id, "before-incident", "date %s is before incident %s began (%s)", s.Date, in.ID, in.From)
	}
}

// quotes refuses wording that the stored excerpt does not hold.
func (c *checker) quotes(s Statement) {
	at, id := s.Where, s.ID
	if s.Source == "" {
		c.add(at, id, "no-source", "the statement has no source")
		return
	}
	src, ok := c.r.Source(s.Source)
	if !ok {
		c.add(at, id, "dangling-id", "source %q is not in the record", s.Source)
		return
	}
	if src.Read != "" && s.Date != "" && src.Read.Last().Before(s.Date.First()) {
		c.add(at, id, "read-before-said", "source was read %s, the statement is dated %s", src.Read, s.Date)
	}
	if s.Quote == "" {
		c.add(at, id, "no-quote", "the statement has no quote from its source")
		return
	}
	if len(s.Quote) > MaxQuoteBytes {
		c.add(at, id, "long-quote", "quote has %d bytes, at most %d", len(s.Quote), MaxQuoteBytes)
	}
	c.verbatim(s, "quote", s.Quote)
	for _, q := range s.More {
		c.verbatim(s, "more", q)
	}
	if len(s.Span) != 0 && (len(s.Span) != 2 || s.Span[0] < 0 || s.Span[1]-s.Span[0] != len(s.Quote)) {
		c.add(at, id, "bad-span", "span %v does not have the length of the quote (%d bytes)", s.Span, len(s.Quote))
	}
	if s.Wording == "none" {
		if s.Verb != "" {
			c.add(at, id, "invented-wording", "wording is none, yet a verb is given")
		}
		return
	}
	if s.Verb == "" {
		c.add(at, id, "missing-value", "verb is missing")
		return
	}
	for _, q := range append([]string{s.Quote}, s.More...) {
		if strings.Contains(OneLine(q), OneLine(s.Verb)) {
			return
		}
	}
	c.add(at, id, "verb-not-in-quote", "verb %q is not in the quote", s.Verb)
}

func (c *checker) verbatim(s Statement, field, text string) {
	src, ok := c.r.Source(s.Source)
	if !ok {
		return
	}
	if strings.TrimSpace(text) == "" {
		c.add(s.Where, s.ID, "missing-value", "%s is empty", field)
		return
	}
	if !strings.Contains(OneLine(src.Excerpt), OneLine(text)) {
		c.add(s.Where, s.ID, "quote-not-found", "%s %q is not in the excerpt of source %s", field, Cut(text, 60), src.ID)
	}
}

func (c *checker) strength(s Statement) {
	at, id := s.Where, s.ID
	switch {
	case s.Legal != nil && s.Strength != nil:
		c.add(at, id, "strength-of-act", "a legal act has a status, not a strength; give the words a statement of their own")
	case s.Wording == "none" && s.Strength != nil:
		c.add(at, id, "invented-wording", "no wording in this source, yet a strength is given")
	case s.Legal == nil && s.Wording != "none" && s.Strength == nil:
		c.add(at, id, "missing-value", "strength is missing; -1 to 6")
	case s.Strength != nil && (*s.Strength < -1 || *s.Strength > 6):
		c.add(at, id, "unknown-value", "strength %d is not between -1 and 6", *s.Strength)
	}
	if s.Strength == nil || s.Legal != nil {
		return
	}
	n := *s.Strength
	if n >= 3 && n <= 6 && s.Finding == "endorsement" {
		c.add(at, id, "strength-of-endorsement", "an endorsement has strength 1 or 2, not %d", n)
	}
	if (n == 1 || n == 2) && s.Finding == "own" {
		c.add(at, id, "finding-of-endorsement", "strength %d is an acknowledgement or support, finding cannot be own", n)
	}
	need := map[int][]string{3: {"territory", "state"}, 6: {"state", "organ", "provincial-department"}}
	if levels, ok := need[n]; ok && !strings.Contains(" "+strings.Join(levels, " ")+" ", " "+s.Target.Level+" ") {
		c.add(at, id, "level-of-strength", "strength %d points at %s, target.level is %s", n, strings.Join(levels, " or "), s.Target.Level)
	}
}

func (c *checker) legal(s Statement) {
	at, id := s.Where, s.ID
	for _, p := range s.Persons {
		if p.Name == "" {
			c.add(at, id, "missing-value", "person without a name")
		}
		c.enum(at, id, "person.status", p.Status, true)
		if (p.Status == "convicted" || p.Status == "acquitted") && (s.Legal == nil || s.Legal.Kind != "judgment" && s.Legal.Kind != "plea") {
			c.add(at, id, "person-without-judgment", "%s is %s, but the act is not a judgment", p.Name, p.Status)
		}
	}
	if s.Legal == nil {
		return
	}
	l := s.Legal
	c.enum(at, id, "legal.kind", l.Kind, true)
	c.enum(at, id, "legal.status", l.Status, true)
	if c.date(at, id, "legal.date", l.Date, true) && s.Date != "" && l.Date.First().After(s.Date.Last()) {
		c.add(at, id, "bad-date", "legal.date %s is after the statement's date %s", l.Date, s.Date)
	}
	if s.Incident == "" {
		c.add(at, id, "act-without-incident", "a legal act binds to an incident of its own")
	} else if in, ok := c.r.Incident(s.Incident); ok && l.Date != "" && l.Date.Last().Before(in.From.First()) {
		c.add(at, id, "before-incident", "act of %s is before incident %s began (%s)", l.Date, in.ID, in.From)
	}
	switch s.Speaker.Kind {
	case "government", "prosecutor", "court", "international-organisation":
	default:
		c.add(at, id, "act-without-authority", "a %s cannot perform a legal act", s.Speaker.Kind)
	}
	if !fits(l.Kind, l.Status) {
		c.add(at, id, "status-of-act", "%s cannot have status %s", l.Kind, l.Status)
	}
}

// fits says which status an act of this kind can have.
func fits(kind, status string) bool {
	allowed := ""
	switch kind {
	case "indictment", "complaint":
		allowed = "charged dismissed"
	case "arrest-warrant":
		allowed = "wanted"
	case "arrest":
		allowed = "arrested"
	case "extradition":
		allowed = "extradited"
	case "plea":
		allowed = "convicted"
	case "judgment":
		allowed = "convicted acquitted dismissed"
	case "sanction", "designation":
		allowed = "listed delisted"
	case "reward":
		allowed = "offered"
	default:
		return true
	}
	return strings.Contains(" "+allowed+" ", " "+status+" ")
}

func (c *checker) victims(s Statement) {
	for i, v := range s.Victims {
		c.enum(s.Where, s.ID, "victim.unit", v.Unit, true)
		c.enum(s.Where, s.ID, "victim.bound", v.Bound, v.Count != 0)
		if v.Count < 0 {
			c.add(s.Where, s.ID, "bad-figure", "victims[%d].count %d is negative", i, v.Count)
		}
		c.verbatim(s, fmt.Sprintf("victims[%d].phrase", i), v.Phrase)
		phrase := strings.ToLower(v.Phrase)
		if v.Unit == "organisations" && strings.Contains(phrase, "server") || v.Unit == "servers" && strings.Contains(phrase, "organi") {
			c.add(s.Where, s.ID, "mixed-units", "victims[%d] counts %s, its phrase is %q", i, v.Unit, v.Phrase)
		}
	}
}

func (c *checker) links(s Statement) {
	lists := []struct {
		name string
		ids  []string
	}{{"endorses", s.Endorses}, {"contradicts", s.Contradicts}, {"supersedes", s.Supersedes}}
	for _, l := range lists {
		for _, id := range l.ids {
			other, ok := c.r.Statement(id)
			switch {
			case !ok:
				c.add(s.Where, s.ID, "dangling-id", "%s %q is not in the record", l.name, id)
			case id == s.ID:
				c.add(s.Where, s.ID, "self-reference", "%s itself", l.name)
			case l.name == "supersedes" && other.Date != "" && s.Date != "" && other.Date.First().After(s.Date.Last()):
				c.add(s.Where, s.ID, "bad-date", "supersedes %s, which is later", id)
			}
		}
	}
}

// copies refuses one row told twice and a coalition's verb given to each of
// its members: the same words of the same source cannot be the own words of
// two speakers, unless both signed them (joint) and are named beside them.
func (c *checker) copies() {
	rows := map[string]Statement{}
	quotes := map[string]Statement{}
	for _, s := range c.r.Statements {
		kind := "words"
		if s.Legal != nil {
			kind = s.Legal.Kind + " " + s.Legal.Status
		}
		key := strings.Join([]string{s.Speaker.Name, s.Target.Name, s.Target.Level, s.Incident, string(s.Date), s.Source, kind}, "\x00")
		if first, ok := rows[key]; ok {
			c.add(s.Where, s.ID, "duplicate-row", "same speaker, target, incident, date and source as %s", first.ID)
		} else {
			rows[key] = s
		}
		if s.Wording == "none" || s.Quote == "" {
			continue
		}
		key = s.Source + "\x00" + OneLine(s.Quote)
		first, ok := quotes[key]
		if !ok {
			quotes[key] = s
			continue
		}
		if first.Speaker.Name == s.Speaker.Name || s.Joint != "" && s.Joint == first.Joint {
			continue
		}
		c.add(s.Where, s.ID, "copied-verb", "%s and %s are given the same words; a coalition's verb is not its members'", first.Speaker.Name, s.Speaker.Name)
	}
	for _, s := range c.r.Statements {
		if src, ok := c.r.Source(s.Source); ok && s.Joint != "" && !strings.Contains(OneLine(src.Excerpt), OneLine(s.Speaker.Name)) && (s.Speaker.Body == "" || !strings.Contains(OneLine(src.Excerpt), OneLine(s.Speaker.Body))) {
			c.add(s.Where, s.ID, "copied-verb", "a joint statement, but the excerpt does not name %s", s.Speaker.Name)
		}
	}
}
