package draft

import "strings"

// How far words reach, in tokens.
const (
	sourceReach     = 3  // from "according to" to the source
	agentReach      = 12 // from a passive verb to its "by"
	byReach         = 3  // from "by" to the agent
	behindReach     = 2  // from "said" to a speaker behind it
	subjectReach    = 25 // from a subject to its verb
	appositionReach = 14 // from a name to the comma that closes what is said of it
)

// subjectSearch looks for who does an act.
type subjectSearch struct {
	p    *proposer
	ts   []token
	ents []entity
	prev *act // the act before it in the sentence, nil for the first
	a    *act
	left int // the word before the verb and its auxiliaries, -1 for none
}

// subject finds who does the act at index n. The readings are tried in this
// order; the first that applies decides, even where it finds nobody.
func (p *proposer) subject(ts []token, ents []entity, acts []act, n int) {
	s := &subjectSearch{p: p, ts: ts, ents: ents, a: &acts[n]}
	if n > 0 {
		s.prev = &acts[n-1]
	}
	for _, decides := range []func() bool{s.source, s.infinitive, s.ownVoice, s.agent, s.behind, s.shared, s.nearest, s.unknown} {
		if decides() {
			return
		}
	}
}

func (s *subjectSearch) found(e entity) bool {
	s.a.who, s.a.found = e, true
	return true
}

func (s *subjectSearch) inverted(e entity) bool {
	s.a.inverted = true
	return s.found(e)
}

// speaks reports whether an entity can be a subject.
func speaks(e entity) bool { return e.kind != entGroup && !e.adj && e.kind != 0 }

// between returns the first speaker that begins in [from, to].
func (s *subjectSearch) between(from, to int) (entity, bool) {
	for _, e := range s.ents {
		if e.first >= from && e.first <= to && speaks(e) {
			return e, true
		}
	}
	return entity{}, false
}

// newPerson makes a full name that nobody introduced a person of the text.
func (s *subjectSearch) newPerson(name string, first, last int) entity {
	return s.p.remember(entity{kind: entPerson, name: name, speaker: "expert", first: first, last: last})
}

// source reads "according to X".
func (s *subjectSearch) source() bool {
	if s.a.words[0] != "according" {
		return false
	}
	if e, ok := s.between(s.a.end, s.a.end+sourceReach); ok {
		s.inverted(e)
	}
	return true
}

// infinitive walks back over auxiliaries and adverbs, which say whether the
// verb is negated or passive, and drops infinitives: "to condemn" has no
// subject, unless its subject intends it.
func (s *subjectSearch) infinitive() bool {
	j := s.a.at - 1
	for j >= 0 && belongsToVerb(s.ts[j].lower) {
		if negations.has(s.ts[j].lower) {
			s.a.negated = true
		}
		if passives.has(s.ts[j].lower) {
			s.a.passive = true
		}
		j--
	}
	s.left = j
	if j < 0 || !infinitives.has(s.ts[j].lower) {
		return false
	}
	s.a.negated = s.ts[j].lower == "without"
	return s.a.negated || j == 0 || !intentions.has(s.ts[j-1].lower)
}

func belongsToVerb(w string) bool {
	adverb := strings.HasSuffix(w, "ly") && w != "italy"
	return adverb || auxiliaries.has(w) || helpers.has(w) || w == "not" || w == "n't" || w == "“" || w == "\""
}

// ownVoice reads "we condemn": the publisher of the text speaks.
func (s *subjectSearch) ownVoice() bool {
	at := max(s.left, 0)
	if s.left < 0 && s.a.at == 0 || !ownVoice.has(s.ts[at].lower) {
		return false
	}
	if s.p.opt.Publisher != "" && s.ts[at].quoted == 0 {
		e := s.p.issuer()
		e.first, e.last = at, at
		s.found(e)
	}
	return true
}

// agent reads "was condemned by X". "is confident" is no passive.
func (s *subjectSearch) agent() bool {
	if !s.a.passive || s.a.class == verbSay {
		return false
	}
	for k := s.a.end; k < len(s.ts) && k < s.a.end+agentReach; k++ {
		if s.ts[k].lower != "by" {
			continue
		}
		if e, ok := s.between(k+1, k+byReach); ok {
			return s.found(e)
		}
	}
	if copulas.has(s.a.words[0]) {
		s.a.passive = false
		return false
	}
	return true
}

// behind reads “...,” said X.
func (s *subjectSearch) behind() bool {
	a := s.a
	if a.class != verbSay && a.words[0] != "confirmed" || a.at == 0 {
		return false
	}
	prev := s.ts[a.at-1]
	afterComma := prev.lower == "," && !apposition(s.ts, s.ents, a.at-1)
	if !afterComma && prev.lower != "”" && prev.lower != "\"" && prev.quoted == 0 {
		return false
	}
	if e, ok := s.between(a.end, a.end+behindReach); ok {
		return s.inverted(e)
	}
	if name, last := s.p.fullName(s.ts, a.end); last >= 0 {
		return s.inverted(s.newPerson(name, a.end, last))
	}
	return false
}

// shared reads "X condemned and attributed": both verbs have one subject.
func (s *subjectSearch) shared() bool {
	if s.left < 0 || s.prev == nil || !s.prev.found || s.prev.inverted {
		return false
	}
	switch s.ts[s.left].lower {
	case "and", "or":
		return s.found(s.prev.who)
	case ",":
		if !apposition(s.ts, s.ents, s.left) {
			return s.found(s.prev.who)
		}
	}
	return false
}

// nearest takes the nearest name before the verb that can be its subject.
func (s *subjectSearch) nearest() bool {
	start := s.clauseStart()
	for k := len(s.ents) - 1; k >= 0; k-- {
		e := s.ents[k]
		if e.first >= s.a.at || e.first < start || !s.mayBeSubject(e) {
			continue
		}
		e = s.lengthened(e)
		if s.a.at-e.last <= subjectReach {
			s.found(e)
		}
		return true
	}
	return false
}

// clauseStart is where the verb's clause begins.
func (s *subjectSearch) clauseStart() int {
	for k := s.a.at; k > 0; k-- {
		if t := s.ts[k]; t.quoted == 0 && (t.lower == ";" || contrasts.has(t.lower) || t.lower == ":" && k > 2) {
			return k
		}
	}
	return 0
}

func (s *subjectSearch) mayBeSubject(e entity) bool {
	switch {
	case !speaks(e):
		return false
	case s.ts[e.first].quoted > shortQuote && e.kind != entPronoun:
		return false
	case s.ts[e.last].poss && e.kind != entBody:
		return false
	case e.first > 0 && behindPreposition(s.ts, e.first):
		return false
	}
	return e.kind != entOrgan || s.a.class == verbDeny // an accused organ does not accuse
}

// lengthened makes "US" in "US Cyber Command said" the body that the table
// does not know.
func (s *subjectSearch) lengthened(e entity) entity {
	next := e.last + 1
	if e.kind != entState || s.ts[e.last].poss || next >= s.a.at || next > s.left {
		return e
	}
	t := s.ts[next]
	if !t.word || !t.upper || t.lower == "on" || t.lower == "monday" || auxiliaries.has(t.lower) {
		return e
	}
	last := e.last
	for last+1 <= s.left && s.ts[last+1].word && s.ts[last+1].upper {
		last++
	}
	name := s.p.words(s.ts, e.first, last+1)
	e.kind, e.name, e.body, e.last = entBody, name, name, last
	return e
}

// unknown reads "Jane Doe told reporters": a name that nobody introduced.
func (s *subjectSearch) unknown() bool {
	j := s.left
	if s.a.class != verbSay || j < 1 {
		return false
	}
	for k := max(0, j-2); k < j; k++ {
		if name, last := s.p.fullName(s.ts, k); last == j && (k == 0 || !s.ts[k-1].upper) {
			return s.found(s.newPerson(name, k, last))
		}
	}
	return false
}

// apposition reports whether the comma at j closes an insertion after a name
// that stands nearer than the previous act.
func apposition(ts []token, ents []entity, j int) bool {
	for k := j - 1; k > 0; k-- {
		if ts[k].lower == "," {
			for _, e := range ents {
				if e.last == k-1 && e.kind != entGroup && !e.adj {
					return true
				}
			}
			return false
		}
		if j-k > appositionReach {
			return false
		}
	}
	return false
}

func behindPreposition(ts []token, i int) bool {
	k := i - 1
	for k >= 0 && (nameFillers.has(ts[k].lower) || ts[k].poss) {
		k--
	}
	return k >= 0 && ts[k].word && prepositions.has(ts[k].lower)
}
