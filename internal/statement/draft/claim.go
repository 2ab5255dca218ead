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

// claim turns an act into a proposal. It returns false when the words say
// nothing the record has a place for.
func (p *proposer) claim(ts []token, ents []entity, a act, nested []act, sent span) bool {
	from, to := a.from, min(a.to, len(ts))
	to = trimTail(ts, from, to)
	if from >= to {
		return false
	}
	q := span{ts[from].start, ts[to-1].end}
	if a.inverted || to == len(ts) {
		q.end = sent.end
	}
	if a.inverted && from == 0 || quotedBefore(ts, max(a.who.first, 0)) && from == 0 {
		q.start = sent.start
	}
	quote := strings.TrimSpace(p.d.Text[q.start:q.end])
	zero := 0
	pr := Proposal{start: q.start}
	s := &pr.Statement
	s.Speaker = p.speakerOf(a.who)
	s.Date = p.opt.Date
	if lastMonth().MatchString(p.d.Text[sent.start:sent.end]) {
		if d := p.resolveDate("last month"); d != "" {
			s.Date = statement.Date(d)
		}
	}
	s.Verb = p.d.Text[ts[a.at].start:ts[a.end-1].end]
	s.Quote, s.Span = quote, []int{q.start, q.start + len(quote)}
	s.Wording, s.Finding, s.Basis, s.Consequence = "reported", "none", "not-given", "none-stated"
	if strings.ContainsAny(quote, "“\"") {
		s.Wording = "quoted"
	}
	s.Target = statement.Target{Level: "none"}
	s.Strength = &zero
	class, legal := a.class, a.legal
	// A neutral verb takes the class of what its speaker says of itself.
	for _, b := range nested {
		own := b.who.name == "" || b.who.name == a.who.name
		switch {
		case class == verbSay && own && (b.class == verbNote || b.class == verbSide || b.class == verbDeny || b.class == verbUrge || b.class == verbFind || b.class == verbCondemn || b.class == verbAccuse || b.class == verbThreat || b.class == verbConcern):
			class = b.class
			s.Verb = p.d.Text[ts[b.at].start:ts[b.end-1].end]
		case class == verbSay && b.class == verbLegal && (a.who.kind == entBody || a.who.kind == entUnnamed || own || a.who.speaker == "prosecutor"):
			if b.who.speaker != "company" && !b.negated && mayAct(a.who) {
				class, legal = verbLegal, b.legal
				s.Verb = p.d.Text[ts[b.at].start:ts[b.end-1].end]
			}
		case !own && b.who.kind != entGroup && (b.class == verbCondemn || b.class == verbAccuse || b.class == verbDeny || b.class == verbNote || b.class == verbSide || b.class == verbFind):
			pr.about = b.who.name
		}
	}
	if a.negated && class != verbSay {
		pr.Why = append(pr.Why, "the verb is negated: no strength")
		class = verbCall
	}
	if pr.about != "" {
		s.Target = statement.Target{Name: pr.about, Level: "none"}
		pr.Why = append(pr.Why, "the words are about what "+pr.about+" said; they are this speaker's, not "+pr.about+"'s")
		s.Incident = ""
		p.extras(&pr, ts, ents, from, to, quote)
		p.keep(pr)
		return true
	}
	own := a.who.state
	r := p.read(ts, ents, from, to, own)
	if class == verbSay || class == verbAccuse || class == verbFind || class == verbCondemn || class == verbConcern || class == verbUrge || class == verbThreat {
		s.Strength, s.Target, s.Groups, s.Responsibility = &r.strength, r.target, r.groups, r.responsibility
		pr.Why = append(pr.Why, r.reason())
		pr.self = r.self
	}
	switch class {
	case verbNote:
		one := 1
		s.Strength, s.Target = &one, p.aboutState(ents, from, to, own)
		pr.Why = append(pr.Why, "strength 1: acknowledges what others say")
	case verbSide:
		two := 2
		s.Strength, s.Target, s.Finding = &two, p.aboutState(ents, from, to, own), "endorsement"
		pr.Why = append(pr.Why, "strength 2: sides with others; a finding of its own is not in these words")
	case verbDeny:
		minus := -1
		s.Strength, s.Target, s.Responsibility = &minus, p.aboutState(ents, from, to, ""), "denied"
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
		if strongly().MatchString(quote) {
			s.Condemnation = "strongly"
		}
	case verbConcern:
		s.Condemnation = "concern"
		if s.Target.Level == "none" {
			s.Target = p.aboutState(ents, from, to, own)
		}
	case verbLegal:
		p.legalClaim(&pr, ts, ents, a, legal, r, from, to)
	}
	if s.Legal == nil && s.Strength != nil && *s.Strength >= 3 && s.Finding == "none" {
		s.Finding = "own"
	}
	if a.who.kind == entCoalition {
		pr.Why = append(pr.Why, "a coalition's words: they are not those of its members")
	}
	s.Incident = p.incidentIn(ts, ents, from, to)
	if s.Legal != nil {
		s.Incident = p.legalIncident(&pr, ts, from, to)
	} else if i, ok := p.incidents["act-"+strings.ToLower(own)+"-indictment"]; ok && s.Speaker.Kind == "prosecutor" && s.Incident == "" {
		s.Incident = p.d.Incidents[i].ID
		pr.Why = append(pr.Why, "prosecutors speak about their own case")
	}
	p.extras(&pr, ts, ents, from, to, quote)
	if !worth(pr, class) {
		return false
	}
	p.keep(pr)
	if m := likeState().FindStringSubmatch(p.tagged(ts, ents, from, to)); m != nil && r.self && m[1] != s.Target.State {
		other := pr
		other.Target = statement.Target{Name: statement.StateName(m[1]), Level: "state", State: m[1]}
		other.Incident, other.Victims, other.Contradicts = "", nil, nil
		other.Why = append(slices.Clone(pr.Why), "the same words name a second state")
		p.keep(other)
	}
	return true
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
func (p *proposer) legalClaim(pr *Proposal, ts []token, ents []entity, a act, kind string, r reading, from, to int) {
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
	if m := chargedPattern().FindStringIndex(p.d.Text[ts[from].start:ts[to-1].end]); m != nil {
		s.Target.Name = p.d.Text[ts[from].start+m[0] : ts[from].start+m[1]]
	}
	s.Target.State = r.target.State
	if s.Target.State == "" {
		for _, e := range ents {
			if e.kind == entState && e.state != a.who.state && e.first >= from && e.last < to {
				s.Target.State = e.state
				break
			}
		}
	}
	if officerPattern().MatchString(p.d.Text[ts[from].start:ts[to-1].end]) {
		s.Responsibility = "executed"
	}
	pr.Why = append(pr.Why, "a legal act has a status, not a strength; persons are charged, not convicted")
	for _, name := range p.namedPersons(ts, ents, a.end, to) {
		s.Persons = append(s.Persons, statement.Person{Name: name, Status: map[string]string{"indictment": "charged", "sanction": "listed", "arrest": "named"}[kind]})
	}
}

var (
	chargedPattern = expression.Lazily(`(?i)\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,3})\s+(?:\w+\s+){0,4}(?:citizens|nationals|hackers|officers|agents|individuals|persons|men|people|members|suspects|defendants|contractors|entities|companies)\b`)
	officerPattern = expression.Lazily(`(?i)\b(?:officers?|agents?|members?)\b[^.]{0,40}\b(?:MSS|GRU|SVR|FSB|PLA|Ministry|intelligence|army)\b|\b(?:MSS|GRU|SVR|FSB|PLA) (?:agents?|officers?)\b`)
)

// namedPersons returns capitalised full names in a list after the verb.
func (p *proposer) namedPersons(ts []token, ents []entity, from, to int) []string {
	var out []string
	for i := from; i < to && len(out) < 20; i++ {
		if inside(ents, i) || i > 0 && ts[i-1].upper && ts[i-1].word {
			continue
		}
		if name, last := p.fullName(ts, i); last > i && last < to && !institutionNouns.has(lastWord(name)) {
			out = append(out, name)
			i = last
		}
	}
	return out
}

// aboutState is the accused state a clause mentions, without claiming more.
func (p *proposer) aboutState(ents []entity, from, to int, own string) statement.Target {
	for _, likely := range []func(string) bool{accusedFirst.has, func(state string) bool { return !seldomAccused.has(state) }} {
		for _, e := range ents {
			if e.kind == entState && e.first >= from && e.last < to && e.state != own && likely(e.state) {
				return statement.Target{Name: e.name, Level: "state", State: e.state}
			}
		}
	}
	return statement.Target{Level: "none"}
}

// extras adds what stands beside the claim: confidence, consequence, demand.
func (p *proposer) extras(pr *Proposal, ts []token, ents []entity, from, to int, quote string) {
	s := &pr.Statement
	s.Confidence = confidenceOf(quote, s.Speaker.State)
	if s.Legal == nil {
		for _, c := range consequences {
			if c.pattern().MatchString(quote) {
				s.Consequence = c.value
				break
			}
		}
	}
	if m := demandPattern().FindStringSubmatch(quote); m != nil && s.Legal == nil && (s.Target.Level != "none" || s.Speaker.Kind == "expert") && !strings.Contains(strings.ToLower(quote), "we must") {
		s.Demand = strings.TrimSpace(strings.TrimRight(m[1]+m[2], " ,"))
	}
	text := p.d.Text[ts[from].start:ts[to-1].end]
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
