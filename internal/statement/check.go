package statement

import (
	"fmt"
	"net/url"
	"sort"
	"strings"
)

// Limits of an entry's texts.
const (
	// MaxExcerptBytes bounds a stored excerpt: it proves quotes, it does not
	// republish pages.
	MaxExcerptBytes = 8 << 10
	// MaxQuoteBytes bounds a quote.
	MaxQuoteBytes = 1200
)

// Problem is one reason why a record is refused.
type Problem struct {
	Code   string   `json:"code"`
	Entry  string   `json:"entry"`
	Where  Position `json:"where"`
	Reason string   `json:"reason"`
}

func (p Problem) String() string {
	return fmt.Sprintf("%s:%d: %s: %s (%s)", p.Where.File, p.Where.Line, p.Entry, p.Reason, p.Code)
}

type checker struct {
	r        *Set
	problems []Problem
}

// Check returns everything wrong with the record, ordered by file and line.
// An empty result means that every row has a source, every quote is found
// verbatim in what was read, every reference leads somewhere and no row says
// more than its words.
func Check(r *Set) []Problem {
	c := &checker{r: r}
	c.ids()
	for _, s := range r.Sources {
		c.source(s)
	}
	for _, in := range r.Incidents {
		c.incident(in)
	}
	for _, s := range r.Statements {
		c.statement(s)
	}
	c.copies()
	sort.SliceStable(c.problems, func(i, j int) bool {
		a, b := c.problems[i].Where, c.problems[j].Where
		if a.File != b.File {
			return a.File < b.File
		}
		return a.Line < b.Line
	})
	return c.problems
}

func (c *checker) add(at Position, entry, code, reason string, args ...any) {
	c.problems = append(c.problems, Problem{Code: code, Entry: entry, Where: at, Reason: fmt.Sprintf(reason, args...)})
}

func (c *checker) ids() {
	seen := map[string]Position{}
	one := func(kind, id string, at Position) {
		if !validID(id) {
			c.add(at, kind, "bad-id", "%s id %q: want letters a-z, digits and hyphens, at most 96", kind, id)
			return
		}
		if first, ok := seen[kind+" "+id]; ok {
			c.add(at, id, "duplicate-id", "%s id already used at %s:%d", kind, first.File, first.Line)
			return
		}
		seen[kind+" "+id] = at
	}
	for _, s := range c.r.Sources {
		one("source", s.ID, s.Where)
	}
	for _, in := range c.r.Incidents {
		one("incident", in.ID, in.Where)
	}
	for _, s := range c.r.Statements {
		one("statement", s.ID, s.Where)
	}
}

func validID(id string) bool {
	if id == "" || len(id) > 96 {
		return false
	}
	for _, r := range id {
		if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-') {
			return false
		}
	}
	return true
}

func (c *checker) enum(at Position, entry, field, value string, required bool) {
	if value == "" {
		if required {
			c.add(at, entry, "missing-value", "%s is missing; one of %s", field, strings.Join(words(field), ", "))
		}
		return
	}
	if !known(field, value) {
		c.add(at, entry, "unknown-value", "%s: %q is not one of %s", field, value, strings.Join(words(field), ", "))
	}
}

func (c *checker) date(at Position, entry, field string, d Date, required bool) bool {
	if d == "" {
		if required {
			c.add(at, entry, "missing-date", "%s is missing", field)
		}
		return false
	}
	if _, _, err := d.span(); err != nil {
		c.add(at, entry, "bad-date", "%s: %v", field, err)
		return false
	}
	return true
}

func (c *checker) source(s Source) {
	u, err := url.Parse(s.URL)
	if err != nil || s.URL == "" || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		c.add(s.Where, s.ID, "no-address", "url %q is not a web address", s.URL)
	}
	if s.Publisher == "" {
		c.add(s.Where, s.ID, "missing-value", "publisher is missing")
	}
	c.enum(s.Where, s.ID, "medium", s.Medium, true)
	c.date(s.Where, s.ID, "read", s.Read, true)
	c.date(s.Where, s.ID, "published", s.Published, false)
	if s.Published != "" && s.Read != "" && s.Read.Last().Before(s.Published.First()) {
		c.add(s.Where, s.ID, "read-before-published", "read %s, published %s", s.Read, s.Published)
	}
	if s.Language == "" {
		c.add(s.Where, s.ID, "missing-value", "language is missing")
	}
	if strings.TrimSpace(s.Excerpt) == "" {
		c.add(s.Where, s.ID, "no-excerpt", "nothing that was read is stored")
	}
	if len(s.Excerpt) > MaxExcerptBytes {
		c.add(s.Where, s.ID, "long-excerpt", "excerpt has %d bytes, at most %d", len(s.Excerpt), MaxExcerptBytes)
	}
}

func (c *checker) incident(in Incident) {
	if in.Name == "" {
		c.add(in.Where, in.ID, "missing-value", "name is missing")
	}
	from := c.date(in.Where, in.ID, "from", in.From, true)
	if c.date(in.Where, in.ID, "until", in.Until, false) && from && in.Until.Last().Before(in.From.First()) {
		c.add(in.Where, in.ID, "bad-period", "until %s is before from %s", in.Until, in.From)
	}
	for _, cve := range in.CVEs {
		if !cvePattern().MatchString(cve) {
			c.add(in.Where, in.ID, "bad-cve", "%q is not a CVE id", cve)
		}
	}
}
