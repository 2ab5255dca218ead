package draft

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"spoor/internal/expression"
	"spoor/internal/statement"
)

const unitNouns = `servers?|organi[sz]ations|organi[sz]ation|companies|businesses|firms|universities|government agencies|agencies|entities|institutions|victims|computers|devices|machines|networks|systems|routers|people|individuals|users|customers|persons|accounts|countries|customers|emails|records`

var (
	cveFind       = expression.Lazily(`(?i)\bCVE-\d{4}-\d{4,7}\b`)
	techniqueFind = expression.Lazily(`\bT1\d{3}(?:\.\d{3})?\b`)
	figureFind    = expression.Lazily(`(?i)\b(?:(?:at least|more than|over|up to|as many as|about|around|approximately|nearly|almost|some|an estimated)\s+)?(?:\$\s?)?(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|tens of thousands|hundreds of thousands|thousands|hundreds|dozens|scores|two|three|four|five|six|seven|eight|nine|ten|twelve)\b(?:\s+(?:million|billion|thousand))?(?:\s+of)?(?:\s+[\p{L}-]+){0,3}`)
	victimFind    = expression.Lazily(`(?i)\b(?:(at least|more than|over|up to|as many as|about|around|approximately|nearly|almost|some|an estimated)\s+)?(\d{1,3}(?:,\d{3})+|\d+|tens of thousands|hundreds of thousands|thousands|hundreds|dozens|scores)(?:\s+(million|thousand))?(?:\s+of)?\s+((?:[\p{L}’'.-]+\s+){0,5}?)(` + unitNouns + `)\b((?:,\s+(?:and\s+)?(?:[\p{L}-]+\s+){0,2}(?:` + unitNouns + `)|\s+and\s+(?:[\p{L}-]+\s+){0,2}(?:` + unitNouns + `))*)`)
	countriesFind = expression.Lazily(`\b(?:many|several|numerous|various) countries(?:, including [A-Z]\p{L}+(?:(?:, | and |, and )[A-Z]\p{L}+)*)?`)
	harmFind      = expression.Lazily(`(?i)\b(compromis\w+|affect\w+|hit|hack\w*|infect\w+|breach\w*|stolen|stole|target\w*|victims?|impacted|disrupt\w+|penetrat\w+|infiltrat\w+|intru\w+)\b`)
	dateFind      = expression.Lazily(`\b(?:\d{4}-\d{2}-\d{2}|\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December),? \d{4}|(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}, \d{4}|(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}|(?:between|from) (?:\w+ )?\d{4} (?:and|to|until|through) (?:\w+ )?\d{4}|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|[Ll]ast month|[Ll]ast year|[Ll]ast week|(?:in|since) (?:19|20)\d{2}|The (?:January|February|March|April|June|July|August|September|October|November|December) (?:hack|attack|breach)|(?:in|since|until) (?:January|February|March|April|May|June|July|August|September|October|November|December))\b`)
	periodFind    = expression.Lazily(`(?i)\b(?:between|from)\s+(?:about |approximately |at least |in or around )?(?:\w+ )?(\d{4})\s+(?:and|to|until|through)\s+(?:at least |\w+ )?(\d{4})\b`)
)

// figures collects what needs no speaker: ids, dates, numbers, victims.
func (p *proposer) figures(ts []token, at span) {
	text := p.d.Text[at.start:at.end]
	add := func(list *[]Found, loc []int, value string) {
		*list = append(*list, Found{Text: text[loc[0]:loc[1]], Value: value, Start: at.start + loc[0], End: at.start + loc[1]})
	}
	for _, m := range cveFind().FindAllStringIndex(text, -1) {
		add(&p.d.CVEs, m, strings.ToUpper(text[m[0]:m[1]]))
	}
	for _, m := range techniqueFind().FindAllStringIndex(text, -1) {
		add(&p.d.Techniques, m, text[m[0]:m[1]])
	}
	for _, t := range techniqueWords() {
		for _, m := range t.pattern().FindAllStringIndex(text, -1) {
			add(&p.d.Techniques, m, t.id)
		}
	}
	dates := dateFind().FindAllStringIndex(text, -1)
	for _, m := range dates {
		add(&p.d.Dates, m, p.resolveDate(text[m[0]:m[1]]))
	}
	for _, m := range figureFind().FindAllStringIndex(text, -1) {
		if !slices.ContainsFunc(dates, func(d []int) bool { return m[0] < d[1] && d[0] < m[1] }) {
			add(&p.d.Figures, m, "")
		}
	}
	if harmFind().MatchString(text) {
		for _, m := range victimFind().FindAllStringSubmatchIndex(text, -1) {
			add(&p.d.Victims, m[:2], unitOf(text[m[10]:m[11]]))
		}
	}
	for i := 0; i < len(ts); i++ {
		if name, n := p.isGroup(ts, i); n > 0 {
			end := ts[i+n-1].end
			if ts[i+n-1].poss {
				end = ts[i].start + len(name)
			}
			p.d.Actors = append(p.d.Actors, Found{Text: p.d.Text[ts[i].start:end], Value: name, Start: ts[i].start, End: end})
			i += n - 1
		}
	}
}

type techniqueWord struct {
	id      string
	pattern func() *regexp.Regexp
}

var techniqueList = []techniqueWord{
	{"T1190", expression.Lazily(`(?i)\bexploit(?:ed|ing|s|ation of)\b (?:\w+ ){0,5}(?:flaws?|vulnerabilit\w+|zero-days?)`)},
	{"T1505.003", expression.Lazily(`(?i)\bweb ?shells?\b`)},
	{"T1566", expression.Lazily(`(?i)\b(?:spear-?\s?)?phishing\b`)},
	{"T1486", expression.Lazily(`(?i)\bransomware\b`)},
	{"T1110.003", expression.Lazily(`(?i)\bpassword spray\w*\b`)},
	{"T1195", expression.Lazily(`(?i)\bsupply[- ]chain (?:attack|compromise)s?\b`)},
}

func techniqueWords() []techniqueWord { return techniqueList }

// resolveDate gives a date the text names a calendar value, using the day of
// publication for weekdays and "last month"; "" where that is not known.
func (p *proposer) resolveDate(s string) string {
	for _, layout := range []string{time.DateOnly, "2 January 2006", "2 January, 2006", "January 2, 2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	if t, err := time.Parse("January 2006", s); err == nil {
		return t.Format("2006-01")
	}
	base := p.opt.Date.First()
	if len(p.opt.Date) != 10 || base.IsZero() {
		return ""
	}
	if strings.EqualFold(s, "last month") {
		return time.Date(base.Year(), base.Month()-1, 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
	}
	if strings.EqualFold(s, "last year") {
		return strconv.Itoa(base.Year() - 1)
	}
	for i := 0; i < 7; i++ {
		if day := base.AddDate(0, 0, -i); day.Weekday().String() == s {
			return day.Format(time.DateOnly)
		}
	}
	return ""
}

func unitOf(noun string) string {
	switch n := strings.ToLower(noun); {
	case strings.HasPrefix(n, "server"):
		return "servers"
	case computerNouns.has(n):
		return "computers"
	case personNouns.has(n):
		if n == "victims" {
			return "organisations"
		}
		return "persons"
	case n == "accounts":
		return "accounts"
	case n == "countries":
		return "countries"
	case recordNouns.has(n):
		return "records"
	}
	return "organisations"
}

// victimsIn reads victim figures from a clause that mentions harm. Each
// unit stays an entry of its own.
func victimsIn(text string) []statement.Victim {
	if !harmFind().MatchString(text) {
		return nil
	}
	var out []statement.Victim
	if m := countriesFind().FindString(text); m != "" {
		out = append(out, statement.Victim{Phrase: m, Unit: "countries"})
	}
	for _, m := range victimFind().FindAllStringSubmatch(text, 16) {
		v := statement.Victim{Phrase: strings.TrimSpace(m[0]), Unit: unitOf(m[5])}
		number := strings.ReplaceAll(m[2], ",", "")
		if n, err := strconv.ParseInt(number, 10, 64); err == nil && n < 1<<40 {
			switch strings.ToLower(m[3]) {
			case "million":
				n *= 1_000_000
			case "thousand":
				n *= 1000
			}
			if n > 1900 && n < 2100 && m[1] == "" && !strings.Contains(m[2], ",") {
				continue // a year
			}
			v.Count, v.Bound = n, "exactly"
			switch strings.ToLower(m[1]) {
			case "at least", "more than", "over":
				v.Bound = "at-least"
			case "up to", "as many as":
				v.Bound = "at-most"
			case "about", "around", "approximately", "nearly", "almost", "some", "an estimated":
				v.Bound = "about"
			}
		}
		words := " " + m[4]
		for _, us := range []string{" US ", " U.S. ", " American "} {
			if strings.Contains(words, us) {
				v.Where = "US"
			}
		}
		out = append(out, v)
	}
	return out
}
