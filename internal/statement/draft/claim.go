package draft

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"spoor/internal/expression"
	"spoor/internal/statement"
)

var (
	consequences = []struct {
		pattern func() *regexp.Regexp
		value   string
	}{
		{expression.Lazily(`(?i)\b(no announcement of|no new|did not announce|without announcing|announced no|stopped short of)\b[^.]{0,40}\b(sanctions?|retaliat\w+|measures|penalties|countermeasures)`), "none-announced"},
		{expression.Lazily(`(?i)\bbefore (taking|deciding|imposing)\b[^.]{0,30}(measures|action|sanctions|retaliat\w+|steps|response)`), "deferred"},
		{expression.Lazily(`(?i)\b(will impose|must be held accountable|will be held accountable|hold\b[^.]{0,40}\baccountable|(do|does|did) not (exclude|rule out)|reserves? the right|will face consequences|will respond|consequences will)\b`), "threatened"},
		{expression.Lazily(`(?i)\b(imposed|imposing|announced|adopted)\b[^.]{0,30}\b(sanctions|restrictive measures|visa (bans|restrictions))|\bexpel(led|ling|s)\b|\bsanctioned\b`), "imposed"},
	}
	demandPattern = expression.Lazily(`(?i)\b(?:urged?|urges|call(?:s|ed)? (?:up)?on|demand(?:s|ed)?)\b[^“"]{0,60}?[“"]?(to [^”".;]{4,160})|\b(must [^”".;]{4,120})`)
	strongly      = expression.Lazily(`(?i)\b(strongly|strongest|utterly|most serious) (condemn|terms)`)
)

// clause is a run of tokens of a sentence, with what the sentence names.
type clause struct {
	ts       []token
	ents     []entity
	from, to int
}

// bounds is where the clause stands in the text.
func (c clause) bounds() span { return span{c.ts[c.from].start, c.ts[c.to-1].end} }

// holds reports whether an entity stands in the clause.
func (c clause) holds(e entity) bool { return e.first >= c.from && e.last < c.to }

// words is the text between two tokens, the second not included.
func (p *proposer) words(ts []token, from, to int) string {
	return p.d.Text[ts[from].start:ts[to-1].end]
}

// claim turns an act into a proposal. It returns false when the words say
// nothing the record has a place for.
func (p *proposer) claim(ts []token, ents []entity, a act, nested []act, sent span) bool {
	c := clause{ts, ents, a.from, min(a.to, len(ts))}
	c.to = trimTail(ts, c.from, c.to)
	if c.from >= c.to {
		return false
	}
	pr := p.proposal(c, a, sent)
	s := &pr.Statement
	class, legal := p.classOf(&pr, ts, a, nested)
	if pr.about != "" {
		s.Target = statement.Target{Name: pr.about, Level: "none"}
		pr.Why = append(pr.Why, "the words are about what "+pr.about+" said; they are this speaker's, not "+pr.about+"'s")
		p.extras(&pr, c)
		p.keep(pr)
		return true
	}
	own := a.who.state
	r := p.read(c, own)
	if readsWords(class) {
		s.Strength, s.Target, s.Groups, s.Responsibility = &r.strength, r.target, r.groups, r.responsibility
		pr.Why = append(pr.Why, r.reason())
		pr.self = r.self
	}
	if class == verbLegal {
		p.legalClaim(&pr, c, a, legal, r)
	} else {
		p.apply(class, &pr, c, r, own)
	}
	if s.Legal == nil && s.Strength != nil && *s.Strength >= 3 && s.Finding == "none" {
		s.Finding = "own"
	}
	if a.who.kind == entCoalition {
		pr.Why = append(pr.Why, "a coalition's words: they are not those of its members")
	}
	p.bindIncident(&pr, c, own)
	p.extras(&pr, c)
	if !worth(pr, class) {
		return false
	}
	p.keep(pr)
	p.secondState(pr, c, r)
	return true
}

// proposal is what an act says before its words are read.
func (p *proposer) proposal(c clause, a act, sent span) Proposal {
	at := c.bounds()
	if a.inverted || c.to == len(c.ts) {
		at.end = sent.end
	}
	if c.from == 0 && (a.inverted || quotedBefore(c.ts, max(a.who.first, 0))) {
		at.start = sent.start
	}
	quote := strings.TrimSpace(p.d.Text[at.start:at.end])
	zero := 0
	pr := Proposal{start: at.start}
	pr.Statement = statement.Statement{
		Speaker: p.speakerOf(a.who), Date: p.opt.Date, Verb: p.words(c.ts, a.at, a.end),
		Quote: quote, Span: []int{at.start, at.start + len(quote)},
		Wording: "reported", Finding: "none", Basis: "not-given", Consequence: "none-stated",
		Target: statement.Target{Level: "none"}, Strength: &zero,
	}
	if lastMonth().MatchString(p.d.Text[sent.start:sent.end]) {
		if d := p.resolveDate("last month"); d != "" {
			pr.Date = statement.Date(d)
		}
	}
	if strings.ContainsAny(quote, "“\"") {
		pr.Wording = "quoted"
	}
	return pr
}

// classOf is the class of the act: a neutral verb takes the class of what its
// speaker says of itself, and words about what another speaker said belong to
// neither (pr.about).
func (p *proposer) classOf(pr *Proposal, ts []token, a act, nested []act) (class verbClass, legal string) {
	class, legal = a.class, a.legal
	for _, b := range nested {
		own := b.who.name == "" || b.who.name == a.who.name
		switch {
		case class == verbSay && own && ofItself(b.class):
			class = b.class
			pr.Verb = p.words(ts, b.at, b.end)
		case class == verbSay && b.class == verbLegal && (a.who.kind == entBody || a.who.kind == entUnnamed || own || a.who.speaker == "prosecutor"):
			if b.who.speaker != "company" && !b.negated && mayAct(a.who) {
				class, legal = verbLegal, b.legal
				pr.Verb = p.words(ts, b.at, b.end)
			}
		case !own && b.who.kind != entGroup && ofAnother(b.class):
			pr.about = b.who.name
		}
	}
	if a.negated && class != verbSay {
		pr.Why = append(pr.Why, "the verb is negated: no strength")
		class = verbCall
	}
	return class, legal
}

// ofItself reports the classes that a speaker can say of itself: "said that
// it condemns".
func ofItself(c verbClass) bool {
	switch c {
	case verbNote, verbSide, verbDeny, verbUrge, verbFind, verbCondemn, verbAccuse, verbThreat, verbConcern:
		return true
	}
	return false
}

// ofAnother reports the classes by which one speaker speaks about the words
// of another: "said that NATO has condemned".
func ofAnother(c verbClass) bool {
	switch c {
	case verbCondemn, verbAccuse, verbDeny, verbNote, verbSide, verbFind:
		return true
	}
	return false
}

// readsWords reports the classes whose strength is in the words that follow.
func readsWords(c verbClass) bool {
	switch c {
	case verbSay, verbAccuse, verbFind, verbCondemn, verbConcern, verbUrge, verbThreat:
		return true
	}
	return false
}

// apply adds what the class of the verb says on its own.
func (p *proposer) apply(class verbClass, pr *Proposal, c clause, r reading, own string) {
	s := &pr.Statement
	strength := func(n int) { s.Strength = &n }
	switch class {
	case verbNote:
		strength(1)
		s.Target = p.aboutState(c, own)
		pr.Why = append(pr.Why, "strength 1: acknowledges what others say")
	case verbSide:
		strength(2)
		s.Target, s.Finding = p.aboutState(c, own), "endorsement"
		pr.Why = append(pr.Why, "strength 2: sides with others; a finding of its own is not in these words")
	case verbDeny:
		strength(-1)
		s.Target, s.Responsibility = p.aboutState(c, ""), "denied"
		if (s.Target.Name == "" || s.Speaker.Kind == "accused") && own != "" {
			s.Target = statement.Target{Name: statement.StateName(own), Level: "state", State: own}
		}
	case verbCall:
		s.Target = statement.Target{Level: "none"}
	case verbUrge:
		if r.strength == 3 && r.responsibility == "" {
			s.Responsibility = "prohibited-but-inadequate"
		}
	case verbCondemn:
		s.Condemnation = "condemn"
		if strongly().MatchString(s.Quote) {
			s.Condemnation = "strongly"
		}
	case verbConcern:
		s.Condemnation = "concern"
		if s.Target.Level == "none" {
			s.Target = p.aboutState(c, own)
		}
	}
}

// bindIncident names the incident that the words or the legal act are about.
func (p *proposer) bindIncident(pr *Proposal, c clause, own string) {
	s := &pr.Statement
	s.Incident = p.incidentIn(c)
	if s.Legal != nil {
		s.Incident = p.legalIncident(pr, c)
	} else if i, ok := p.incidents["act-"+strings.ToLower(own)+"-indictment"]; ok && s.Speaker.Kind == "prosecutor" && s.Incident == "" {
		s.Incident = p.d.Incidents[i].ID
		pr.Why = append(pr.Why, "prosecutors speak about their own case")
	}
}

// secondState adds the same words about a state that they compare the first
// one with: "like Russia".
func (p *proposer) secondState(pr Proposal, c clause, r reading) {
	m := likeState().FindStringSubmatch(p.tagged(c))
	if m == nil || !r.self || m[1] == pr.Target.State {
		return
	}
	pr.Target = statement.Target{Name: statement.StateName(m[1]), Level: "state", State: m[1]}
	pr.Incident, pr.Victims, pr.Contradicts = "", nil, nil
	pr.Why = append(slices.Clone(pr.Why), "the same words name a second state")
	p.keep(pr)
}

var likeState = expression.Lazily(`\blike (?:the )?<S:(\w+)>`)

// mayAct reports whether a speaker can perform a legal act.
func mayAct(e entity) bool {
	switch e.speaker {
	case "government", "prosecutor", "court", "international-organisation", "unnamed-official":
		return true
	}
	return false
}

// legalClaim makes a legal act, or refuses to: a company cannot indict.
func (p *proposer) legalClaim(pr *Proposal, c clause, a act, kind string, r reading) {
	s := &pr.Statement
	if !mayAct(a.who) || a.who.kind == entCoalition {
		s.Strength, s.Target, s.Groups = &r.strength, r.target, r.groups
		pr.Why = append(pr.Why, fmt.Sprintf("%q is the source's word; a %s cannot perform a legal act, so this is words only", s.Verb, s.Speaker.Kind), r.reason())
		return
	}
	status := map[string]string{"indictment": "charged", "sanction": "listed", "arrest": "arrested"}[kind]
	s.Strength = nil
	s.Legal = &statement.Legal{Kind: kind, Status: status, Date: p.opt.Date}
	if kind == "indictment" || kind == "arrest" {
		s.Basis = "investigation"
		if s.Speaker.State == "US" && s.Speaker.Kind == "government" && s.Speaker.Body == "" {
			s.Speaker.Body = "US Department of Justice"
		}
	}
	if kind == "sanction" {
		s.Consequence = "imposed"
	}
	s.Groups = r.groups
	s.Target = statement.Target{Name: "persons", Level: "persons"}
	text := p.words(c.ts, c.from, c.to)
	if m := chargedPattern().FindStringIndex(text); m != nil {
		s.Target.Name = text[m[0]:m[1]]
	}
	s.Target.State = r.target.State
	if s.Target.State == "" {
		for _, e := range c.ents {
			if e.kind == entState && e.state != a.who.state && c.holds(e) {
				s.Target.State = e.state
				break
			}
		}
	}
	if officerPattern().MatchString(text) {
		s.Responsibility = "executed"
	}
	pr.Why = append(pr.Why, "a legal act has a status, not a strength; persons are charged, not convicted")
	for _, name := range p.namedPersons(clause{c.ts, c.ents, a.end, c.to}) {
		s.Persons = append(s.Persons, statement.Person{Name: name, Status: map[string]string{"indictment": "charged", "sanction": "listed", "arrest": "named"}[kind]})
	}
}

var (
	chargedPattern = expression.Lazily(`(?i)\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,3})\s+(?:\w+\s+){0,4}(?:citizens|nationals|hackers|officers|agents|individuals|persons|men|people|members|suspects|defendants|contractors|entities|companies)\b`)
	officerPattern = expression.Lazily(`(?i)\b(?:officers?|agents?|members?)\b[^.]{0,40}\b(?:MSS|GRU|SVR|FSB|PLA|Ministry|intelligence|army)\b|\b(?:MSS|GRU|SVR|FSB|PLA) (?:agents?|officers?)\b`)
)

// maxPersons bounds the persons that one legal act names.
const maxPersons = 20

// namedPersons returns capitalised full names in a list after the verb.
func (p *proposer) namedPersons(c clause) []string {
	var out []string
	for i := c.from; i < c.to && len(out) < maxPersons; i++ {
		if inside(c.ents, i) || i > 0 && c.ts[i-1].upper && c.ts[i-1].word {
			continue
		}
		if name, last := p.fullName(c.ts, i); last > i && last < c.to && !institutionNouns.has(lastWord(name)) {
			out = append(out, name)
			i = last
		}
	}
	return out
}

// aboutState is the accused state a clause mentions, without claiming more.
func (p *proposer) aboutState(c clause, own string) statement.Target {
	for _, likely := range []func(string) bool{accusedFirst.has, func(state string) bool { return !seldomAccused.has(state) }} {
		for _, e := range c.ents {
			if e.kind == entState && c.holds(e) && e.state != own && likely(e.state) {
				return statement.Target{Name: e.name, Level: "state", State: e.state}
			}
		}
	}
	return statement.Target{Level: "none"}
}

// extras adds what goes with the claim: confidence, consequence, demand.
func (p *proposer) extras(pr *Proposal, c clause) {
	s := &pr.Statement
	quote := s.Quote
	s.Confidence = confidenceOf(quote, s.Speaker.State)
	if s.Legal == nil {
		for _, known := range consequences {
			if known.pattern().MatchString(quote) {
				s.Consequence = known.value
				break
			}
		}
	}
	if m := demandPattern().FindStringSubmatch(quote); m != nil && s.Legal == nil && (s.Target.Level != "none" || s.Speaker.Kind == "expert") && !strings.Contains(strings.ToLower(quote), "we must") {
		s.Demand = strings.TrimSpace(strings.TrimRight(m[1]+m[2], " ,"))
	}
	text := p.words(c.ts, c.from, c.to)
	if m := negatedPattern().FindString(text); m != "" {
		pr.Negated = append(pr.Negated, m)
	}
	s.Victims = victimsIn(text)
}

var negatedPattern = expression.Lazily(`(?i)\b(?:without|stopped short of|did not|does not|has not|have not)\b (?:\w+ ){0,2}(?:blam\w+|accus\w+|attribut\w+|nam\w+|condemn\w+)[^.,;”]{0,80}`)

// worth keeps proposals that say something about attribution, a legal act, a
// consequence or the response; "reported earnings" is none of these.
func worth(pr Proposal, class verbClass) bool {
	s := pr.Statement
	if s.Legal != nil || s.Incident != "" || len(s.Groups) > 0 || s.Strength != nil && *s.Strength != 0 || len(s.Victims) > 0 || s.Consequence != "none-stated" || pr.self {
		return true
	}
	if s.Target.Level != "none" || s.Condemnation != "" || class == verbUrge && s.Speaker.Kind != "expert" {
		return true
	}
	return topicPattern().MatchString(s.Quote)
}

var topicPattern = expression.Lazily(`(?i)\b(cyber\w*|hack\w*|ransom\w*|espionage|attribut\w+|sanction\w*|indict\w*|consequences|cooperation|allies|intrusion\w*|malware|breach\w*|stolen|unprecedented|malicious)\b`)

// speakerOf turns a name of the text into a speaker.
func (p *proposer) speakerOf(e entity) statement.Speaker {
	return statement.Speaker{Name: strings.TrimPrefix(e.name, "unnamed: "), Kind: e.speaker, State: e.state, Body: e.body, Role: e.role}
}

// trimTail drops a conjunction or a comma that belongs to the next clause.
func trimTail(ts []token, from, to int) int {
	for to > from && (clauseTails.has(ts[to-1].lower) || ts[to-1].lower == "“") {
		to--
	}
	return to
}

// keep adds a proposal or joins it to the row it belongs to: one row per
// speaker, target and incident.
func (p *proposer) keep(pr Proposal) {
	for i := range p.d.Statements {
		o := &p.d.Statements[i]
		if o.Speaker.Name != pr.Speaker.Name || o.Target != pr.Target || o.Incident != pr.Incident || (o.Legal == nil) != (pr.Legal == nil) || o.Date != pr.Date || (o.Wording == "none") != (pr.Wording == "none") {
			continue
		}
		if o.Legal != nil && *o.Legal != *pr.Legal {
			continue
		}
		if o.Quote != pr.Quote && !slices.Contains(o.More, pr.Quote) {
			o.More = append(o.More, pr.Quote)
		}
		o.Victims = append(o.Victims, pr.Victims...)
		o.Why = append(o.Why, "joined with a further sentence of the same speaker about the same target")
		o.Negated = append(o.Negated, pr.Negated...)
		for _, g := range pr.Groups {
			if !slices.Contains(o.Groups, g) {
				o.Groups = append(o.Groups, g)
			}
		}
		if o.Strength != nil && pr.Strength != nil && *pr.Strength > *o.Strength {
			o.Strength, o.Verb = pr.Strength, pr.Verb
		}
		if o.Consequence == "none-stated" {
			o.Consequence = pr.Consequence
		}
		if o.Demand == "" {
			o.Demand = pr.Demand
		}
		if o.Condemnation == "" {
			o.Condemnation = pr.Condemnation
		}
		if o.Confidence == nil {
			o.Confidence = pr.Confidence
		}
		o.self = o.self || pr.self
		return
	}
	p.d.Statements = append(p.d.Statements, pr)
}
