package draft

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"spoor/internal/expression"
	"spoor/internal/statement"
)

var (
	attackNoun  = expression.Lazily(`^(cyber-?attacks?|attacks?|hack|hacks|hacking|breach|breaches|compromise|compromising|exploitation|campaign|intrusions?|operation|cyberespionage|cyber-?operations?|hackings|incident)$`)
	attackVerb  = expression.Lazily(`^(compromised|exploited|exploiting|exploit|affected|breached|hacked|infiltrated|penetrated|utilizing|targeted|targeting|hit|compromising|affecting)$`)
	productNoun = expression.Lazily(`^(servers?|software|service|email|e-mail|vulnerabilit(y|ies)|flaws?|platform|products?|systems?|network|networks|appliances?|zero-day)$`)
	months      = []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}
)

// victimReach is how far behind an attack its victim may stand, in tokens.
const victimReach = 14

// incidentIn finds the incident a clause names and returns its draft id:
// an attack "against X", or harm to a product of X. Without a name in these
// words there is none: what other sentences mention is not assumed.
func (p *proposer) incidentIn(c clause) string {
	for i := c.from; i < c.to; i++ {
		noun := attackNoun().MatchString(c.ts[i].lower)
		if !noun && !attackVerb().MatchString(c.ts[i].lower) {
			continue
		}
		if id := p.victimOf(c, i, noun); id != "" {
			return id
		}
	}
	return p.flawedProduct(c)
}

// victimOf is the incident of the attack at token i: a noun wants a link word
// before its victim, a verb wants a company or a product.
func (p *proposer) victimOf(c clause, i int, noun bool) string {
	ts, limit := c.ts, min(c.to, i+victimReach)
	linked := !noun
	for k := i + 1; k < limit; k++ {
		if harmLinks.has(ts[k].lower) {
			linked = true
			continue
		}
		if ts[k].lower == "," || ts[k].lower == "." || ts[k].lower == ";" {
			break
		}
		if !linked || !ts[k].word || !ts[k].upper || p.notVictim(ts, c.ents, k) {
			continue
		}
		end := k
		for end+1 < limit && ts[end+1].word && ts[end+1].upper && !ts[end].poss {
			end++
		}
		company := slices.ContainsFunc(c.ents, func(e entity) bool { return e.kind == entCompany && e.first == k })
		product := end+1 < c.to && productNoun().MatchString(ts[end+1].lower) || end+2 < c.to && productNoun().MatchString(ts[end+2].lower)
		if !company && !product && !noun {
			continue
		}
		name := p.words(ts, k, end+1)
		if ts[end].poss {
			name = strings.TrimRight(name, "’'s ")
		}
		month := ""
		if i > 0 && slices.Contains(months, ts[i-1].lower) {
			month = ts[i-1].lower
		}
		return p.incident(ts[k].lower, name, month)
	}
	return ""
}

// flawedProduct reads "vulnerabilities in the Microsoft Exchange server".
func (p *proposer) flawedProduct(c clause) string {
	ts := c.ts
	for i := c.from; i+1 < c.to; i++ {
		if !ts[i].upper || !ts[i].word || p.notVictim(ts, c.ents, i) {
			continue
		}
		end := i
		for end+1 < c.to && ts[end+1].word && ts[end+1].upper {
			end++
		}
		if end > i && end+1 < c.to && productNoun().MatchString(ts[end+1].lower) && slices.ContainsFunc(ts[c.from:c.to], ofHarm) {
			return p.incident(ts[i].lower, p.words(ts, i, end+1), "")
		}
		i = end
	}
	return ""
}

func ofHarm(t token) bool {
	return attackVerb().MatchString(t.lower) || attackNoun().MatchString(t.lower) || strings.HasPrefix(t.lower, "vulnerabilit") || t.lower == "exploitation"
}

func (p *proposer) notVictim(ts []token, ents []entity, k int) bool {
	for _, e := range ents {
		if k >= e.first && k <= e.last && e.kind != entCompany {
			return true
		}
	}
	return slices.Contains(months, ts[k].lower) || noVictims.has(ts[k].lower)
}

func (p *proposer) incident(key, name, month string) string {
	i, ok := p.incidents[key]
	if !ok {
		i = len(p.d.Incidents)
		p.incidents[key] = i
		p.d.Incidents = append(p.d.Incidents, statement.Incident{ID: "draft-" + statement.Slug(key), Name: "Attack on " + name, Note: "Draft: fill in the period; the text gives none."})
	}
	in := &p.d.Incidents[i]
	if len("Attack on "+name) > len(in.Name) && strings.HasPrefix(strings.ToLower(name), key) {
		in.Name = "Attack on " + name
	}
	if m := slices.Index(months, month); m >= 0 && in.From == "" && len(p.opt.Date) >= 4 {
		in.From = statement.Date(fmt.Sprintf("%s-%02d", p.opt.Date[:4], m+1))
		in.Note = "Draft: the period is the month the text names; check it."
	}
	return in.ID
}

// legalIncident binds an act to the conduct it is about: one per state and
// kind of act in a text, with the period the text gives, never the incident
// of the day's news.
func (p *proposer) legalIncident(pr *Proposal, c clause) string {
	key := "act-" + strings.ToLower(pr.Speaker.State) + "-" + pr.Legal.Kind
	i, ok := p.incidents[key]
	if !ok {
		i = len(p.d.Incidents)
		p.incidents[key] = i
		p.d.Incidents = append(p.d.Incidents, statement.Incident{ID: "draft-" + statement.Slug(key), Name: "Conduct in the " + pr.Legal.Kind, Note: "Draft: a legal act has its own incident and period; take both from the act itself, not from the news around it."})
	}
	if m := periodFind().FindStringSubmatch(p.words(c.ts, c.from, c.to)); m != nil && p.d.Incidents[i].From == "" {
		p.d.Incidents[i].From, p.d.Incidents[i].Until = statement.Date(m[1]), statement.Date(m[2])
	}
	return p.d.Incidents[i].ID
}

var (
	judgement = expression.Lazily(`(?i)\b(broadest|strongest|sharpest|unprecedented|first time|no announcement of|stopped short|toughest|rare)\b[^.]{0,60}\b(condemn\w*|sanctions?|retaliat\w+|attribut\w+|statement|rebuke|response|measures|accus\w+|blam\w+)`)
)

// narration is a sentence nobody is quoted for: it becomes the text's own row
// when it gives victims or judges the response, and nothing otherwise.
func (p *proposer) narration(ts []token, ents []entity, at span) {
	text := p.d.Text[at.start:at.end]
	victims := victimsIn(text)
	judges := judgement().MatchString(text)
	if len(victims) == 0 && !judges {
		return
	}
	zero := 0
	name := p.opt.Publisher
	if name == "" {
		name = "the text"
	}
	who := statement.Speaker{Name: name, Kind: "media"}
	if p.opt.Publisher != "" {
		if e := p.issuer(); e.state != "" || e.speaker == "company" {
			who = p.speakerOf(e)
		}
	}
	quote := strings.TrimSpace(text)
	pr := Proposal{start: at.start}
	pr.Statement = statement.Statement{Speaker: who, Date: p.opt.Date, Wording: "reported", Quote: quote, Span: []int{at.start, at.start + len(quote)}, Verb: firstVerb(ts, p.d.Text, text), Target: statement.Target{Level: "none"}, Strength: &zero, Finding: "none", Basis: "not-given", Consequence: "none-stated", Victims: victims}
	all := clause{ts, ents, 0, len(ts)}
	pr.Incident = p.incidentIn(all)
	p.extras(&pr, all)
	pr.Confidence = nil
	pr.Why = append(pr.Why, "nobody is named as saying this: the text's own words")
	p.keep(pr)
}

// firstVerb picks a word of the clause that acts, for rows of narration.
func firstVerb(ts []token, all, text string) string {
	if m := harmFind().FindString(text); m != "" {
		return m
	}
	for _, t := range ts {
		if plainVerbs.has(t.lower) {
			return all[t.start:t.end]
		}
	}
	return all[ts[0].start:ts[0].end]
}

// finish adds what only the whole text shows: allies without wording of
// their own, contradictions, ids.
func (p *proposer) finish() {
	p.alliesWithoutWords()
	list := p.d.Statements
	sort.SliceStable(list, func(i, j int) bool { return list[i].start < list[j].start })
	seen := map[string]int{}
	for i := range list {
		id := "draft-" + statement.Slug(list[i].Speaker.Name)
		seen[id]++
		list[i].ID = fmt.Sprintf("%s-%d", id, seen[id])
		list[i].Source = "draft-source"
	}
	for i := range list {
		for j := range list {
			if i != j && contradict(list[i], list[j]) && !slices.Contains(list[i].Contradicts, list[j].ID) {
				list[i].Contradicts = append(list[i].Contradicts, list[j].ID)
			}
		}
	}
	for i := range list {
		if len(list[i].Contradicts) > 0 {
			list[i].Why = append(list[i].Why, "contradicts "+strings.Join(list[i].Contradicts, ", "))
		}
	}
	p.d.Statements = list
}

var lastMonth = expression.Lazily(`^(?i)last month\b`)

// contradict reports whether a says something b's words or act exclude.
func contradict(a, b Proposal) bool {
	sameState := a.Target.State != "" && a.Target.State == b.Target.State
	switch {
	case a.self && sameState && b.Legal != nil && b.Responsibility == "executed":
		return true
	case a.self && sameState && b.Strength != nil && *b.Strength == 6:
		return true
	case a.about != "" && b.Speaker.Name == a.about && b.Wording != "none" && b.Condemnation != "condemn" && b.Condemnation != "strongly":
		return b.Strength != nil && *b.Strength == 1
	case a.Strength != nil && *a.Strength == -1 && sameState && b.Strength != nil && *b.Strength >= 5:
		return true
	}
	return false
}

// alliesWithoutWords gives each state that is only named as a partner a row
// that says so, instead of inventing what it said.
func (p *proposer) alliesWithoutWords() {
	if len(p.allies) == 0 {
		return
	}
	quote := strings.TrimSpace(p.d.Text[p.allyQuote.start:p.allyQuote.end])
	if len(quote) > statement.MaxQuoteBytes {
		return
	}
	for _, e := range p.allies {
		spoke := false
		for _, s := range p.d.Statements {
			spoke = spoke || s.Speaker.State == e.state && s.Speaker.Kind != "expert" && s.Speaker.Kind != "unnamed-official"
		}
		if spoke {
			continue
		}
		pr := Proposal{start: p.allyQuote.start}
		pr.Statement = statement.Statement{Speaker: p.speakerOf(e), Date: p.opt.Date, Wording: "none", Quote: quote, Span: []int{p.allyQuote.start, p.allyQuote.start + len(quote)}, Target: statement.Target{Level: "none"}}
		pr.Why = []string{"only named: no wording in this source"}
		p.keep(pr)
	}
}
