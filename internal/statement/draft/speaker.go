package draft

import (
	"slices"
	"strings"
)

// proposer reads one text sentence by sentence and remembers who was named.
type proposer struct {
	d                *Draft
	opt              Options
	names            nameTable
	verbs            verbTable
	people           map[string]entity // by last name, lower case
	lastMan          entity            // whom "he" or "she" means
	lastBody         entity            // whom "it" or "the company" means
	company          entity
	incidents        map[string]int // draft incident by key
	paragraphSpeaker entity         // who spoke last in this paragraph
	inQuote          bool           // a quotation is open at the end of the sentence
	quoting          entity         // whose quotation it is
	prosecutor       entity         // whose indictment "the indictment" is
	allies           []entity       // states named as a coalition's members
	allyQuote        span
	full             bool
}

// act is a speech verb with its subject and the words that belong to it.
type act struct {
	verbEntry
	at       int // first token of the verb
	end      int
	who      entity
	found    bool
	inverted bool
	passive  bool
	negated  bool
	from, to int // tokens of the clause
}

// entities lists what a sentence names, in order, without overlaps.
func (p *proposer) entities(ts []token) []entity {
	var out []entity
	for i := 0; i < len(ts); i++ {
		if !ts[i].word {
			continue
		}
		if name, n := p.isGroup(ts, i); n > 0 {
			out = append(out, entity{kind: entGroup, name: name, first: i, last: i + n - 1})
			i += n - 1
			continue
		}
		if e, ok := p.person(ts, i); ok {
			out = append(out, e)
			i = e.last
			continue
		}
		if e, ok := p.unnamed(ts, i); ok {
			out = append(out, e)
			i = e.last
			continue
		}
		if e, ok := p.definite(ts, i); ok {
			out = append(out, e)
			i = e.last
			continue
		}
		if e, ok := p.names.at(ts, i); ok {
			switch {
			case e.kind == entPronoun:
				e = p.pronoun(ts, i, out)
			case e.kind == entState && !e.adj && e.last+1 < len(ts) && stateWords.has(ts[e.last+1].lower):
				e.last++
			case e.kind == entState && e.adj && e.last+1 < len(ts) && regimeWords.has(ts[e.last+1].lower):
				e.adj = false
				e.last++
			}
			if e.kind != 0 {
				out = append(out, e)
				i = max(i, e.last)
			}
		}
	}
	return p.coalitions(ts, abbreviated(ts, out))
}

// abbreviated joins "Department of Justice (DoJ)" into one name.
func abbreviated(ts []token, in []entity) []entity {
	var out []entity
	for _, e := range in {
		if n := len(out); n > 0 && e.first >= 2 && ts[e.first-1].lower == "(" && out[n-1].last == e.first-2 && e.state == out[n-1].state && e.kind != entPerson && e.last+1 < len(ts) && ts[e.last+1].lower == ")" {
			out[n-1].last = e.last + 1
			continue
		}
		out = append(out, e)
	}
	return out
}

// pronoun resolves he, she and it to whom the text named last. "it is the
// first time" means nobody.
func (p *proposer) pronoun(ts []token, i int, before []entity) entity {
	e := p.lastMan
	if ts[i].lower == "it" || ts[i].lower == "they" {
		if i+1 < len(ts) && dummyVerbs.has(ts[i+1].lower) && (i+2 >= len(ts) || dummyTails.has(ts[i+2].lower)) {
			return entity{}
		}
		e = p.lastBody
		for _, b := range before {
			if (b.kind == entState && !b.adj || b.kind == entBody || b.kind == entCompany) && ts[b.first].quoted == 0 && !ts[b.last].poss && !behindPreposition(ts, b.first) {
				e = b
				break
			}
		}
	}
	if e.name == "" {
		return entity{}
	}
	e.first, e.last, e.adj = i, i, false
	return e
}

// person finds "British Foreign Minister Dominic Raab", "Frank Cilluffo, a
// specialist at ..." and later "Raab".
func (p *proposer) person(ts []token, i int) (entity, bool) {
	for _, find := range []func([]token, int) (entity, bool){p.officeHolder, p.introduced, p.knownPerson} {
		if e, ok := find(ts, i); ok {
			return e, true
		}
	}
	return entity{}, false
}

// remember notes a person for later sentences, which give the last name only.
func (p *proposer) remember(e entity) entity {
	p.people[lastWord(e.name)] = e
	return e
}

// officeHolder reads a state or body, an office and a name: "NCSC operations
// director Paul Chichester", "The Foreign Secretary, Jeremy Hunt,".
func (p *proposer) officeHolder(ts []token, i int) (entity, bool) {
	state, j := p.employer(ts, i)
	if j >= len(ts) {
		return entity{}, false
	}
	office := roleAt(ts, j)
	if len(office.words) == 0 {
		return entity{}, false
	}
	k := j + len(office.words)
	name, last := p.fullName(ts, k)
	if last < 0 && k < len(ts) && ts[k].lower == "," {
		if name, last = p.fullName(ts, k+1); last+1 < len(ts) && last >= 0 && ts[last+1].lower != "," {
			last = -1
		}
	}
	if last < 0 {
		return entity{}, false
	}
	kind := office.kind
	if office.state != "" {
		state = office.state
	}
	if state == "" && office.words[0] == "president" && kind == "government" {
		state = presidentState(name)
	}
	title := p.words(ts, j, k)
	if state != "" && state != office.state {
		title = p.words(ts, i, k)
	}
	if kind == "government" && accusedStates.has(state) {
		kind = "accused"
	}
	return p.remember(entity{kind: entPerson, name: name, speaker: kind, state: state, role: title, first: i, last: last}), true
}

// employer is the state that a name before an office stands for, and where
// the office begins.
func (p *proposer) employer(ts []token, i int) (state string, j int) {
	j = i
	if e, ok := p.names.at(ts, j); ok && (e.kind == entState || e.kind == entBody) {
		state, j = e.state, e.last+1
	} else if beforeOffice.has(ts[j].lower) {
		j++
		if j < len(ts) {
			if e, ok := p.names.at(ts, j); ok && e.kind == entState {
				state, j = e.state, e.last+1
			}
		}
	}
	if j == i {
		return state, j
	}
	for k := j; k < j+2 && k+1 < len(ts) && ts[k].word && !ts[k].upper && officeNouns.has(ts[k+1].lower); k++ {
		j = k + 1
	}
	return state, j
}

// roleAt returns the longest office that starts at token i.
func roleAt(ts []token, i int) role {
	best := role{}
	for _, r := range roles() {
		if len(r.words) > len(best.words) && matchWords(ts, i, r.words) {
			best = r
		}
	}
	return best
}

// introducedReach is how long what is said of a person after a comma may be,
// in tokens.
const introducedReach = 16

// introduced reads a full name and what is said of it: "Frank Cilluffo, a
// specialist at".
func (p *proposer) introduced(ts []token, i int) (entity, bool) {
	name, last := p.fullName(ts, i)
	if last <= i || last+2 >= len(ts) || ts[last+1].lower != "," || !appositionStarts.has(ts[last+2].lower) {
		return entity{}, false
	}
	start, end := last+2, last+3
	for end < len(ts) && ts[end].lower != "," && end < last+introducedReach {
		end++
	}
	if end == len(ts) {
		return entity{}, false
	}
	e := entity{kind: entPerson, name: name, speaker: "expert", role: p.words(ts, start, end), first: i, last: last}
	if speaksForState(e.role) {
		e.speaker = "government"
	}
	for _, r := range roles() {
		for k := start; k < end; k++ {
			if matchWords(ts, k, r.words) && len(r.words) > 1 && r.state != "" {
				e.speaker, e.state = r.kind, r.state
			}
		}
	}
	for k := start; k < end; k++ {
		if n, ok := p.names.at(ts, k); ok && (n.kind == entState || n.kind == entBody) {
			e.state = n.state
		}
	}
	return p.remember(e), true
}

// speaksForState reports whether a role is an office of a government.
func speaksForState(role string) bool {
	role = strings.ToLower(role)
	return slices.ContainsFunc([]string{"minister", "spokes", "attorney", "secretary"}, func(w string) bool { return strings.Contains(role, w) })
}

// knownPerson reads the last name of somebody who was named before, also
// behind a courtesy title.
func (p *proposer) knownPerson(ts []token, i int) (entity, bool) {
	j := i
	if courtesyTitles.has(ts[j].lower) && j+1 < len(ts) {
		j++
		if ts[j].lower == "." && j+1 < len(ts) {
			j++
		}
	}
	e, ok := p.people[ts[j].lower]
	if !ok || !ts[j].upper || ts[j].poss {
		return entity{}, false
	}
	if j == i && i > 0 && ts[i-1].upper && ts[i-1].word {
		return entity{}, false
	}
	e.first, e.last = i, j
	// "the Biden administration" is the White House, not the man.
	if j+1 < len(ts) && ts[j+1].lower == "administration" {
		return entity{kind: entBody, name: p.words(ts, j, j+1) + " administration", speaker: "government", state: e.state, body: "administration", first: i, last: j + 1}, true
	}
	return e, true
}

func presidentState(name string) string {
	switch lastWord(name) {
	case "biden", "trump", "obama", "bush":
		return "US"
	}
	return ""
}

// fullName reads two to three capitalised words that are no known name.
func (p *proposer) fullName(ts []token, i int) (string, int) {
	last := -1
	for k := i; k < len(ts) && k < i+4; k++ {
		if k > i && ts[k].lower == "." && len(ts[k-1].lower) == 1 { // "John C. Demers"
			continue
		}
		if !ts[k].word || !ts[k].upper || ts[k].lower == strings.ToUpper(ts[k].lower) {
			break
		}
		if e, ok := p.names.at(ts, k); ok && e.kind != entPronoun {
			break
		}
		if noNames.has(ts[k].lower) || ts[k].poss {
			break
		}
		last = k
		if k+1 < len(ts) && ts[k+1].start > ts[k].end+1 {
			break
		}
	}
	if last < i+1 {
		return "", -1
	}
	return p.d.Text[ts[i].start:ts[last].end], last
}

func lastWord(name string) string {
	f := strings.Fields(strings.ToLower(name))
	if len(f) == 0 {
		return ""
	}
	return f[len(f)-1]
}

// unnamed finds officials and experts without a name: "a senior US official
// on condition of anonymity".
func (p *proposer) unnamed(ts []token, i int) (entity, bool) {
	state, start, j := "", i, i
	seen := false
	for j < len(ts) && j < i+5 {
		w := ts[j].lower
		if e, ok := p.names.at(ts, j); ok && (e.kind == entState || e.kind == entBody) && !ts[j].poss {
			state, seen = e.state, true
			j = e.last + 1
			continue
		}
		if officialFillers.has(w) {
			if w == "senior" || w == "administration" || w == "top" || w == "unnamed" {
				seen = true
			}
			if w == "administration" && state == "" {
				state = "US"
			}
			j++
			continue
		}
		break
	}
	if j >= len(ts) || !officialNouns.has(ts[j].lower) || !seen {
		return entity{}, false
	}
	last := j
	for _, tail := range []string{"on condition of anonymity", "speaking on condition of anonymity", "who spoke on condition of anonymity", "who asked not to be named"} {
		if ws := strings.Fields(tail); matchWords(ts, j+1, ws) {
			last = j + len(ws)
		}
	}
	for start < j && articles.has(ts[start].lower) {
		start++
	}
	name := p.d.Text[ts[start].start:ts[j].end]
	return entity{kind: entUnnamed, name: "unnamed: " + name, speaker: "unnamed-official", state: state, role: name, first: i, last: last}, true
}

// definite resolves "the tech giant", "the alliance", "the bloc".
func (p *proposer) definite(ts []token, i int) (entity, bool) {
	if ts[i].lower != "the" {
		return entity{}, false
	}
	for _, d := range []struct {
		words string
		from  *entity
	}{{"tech giant", &p.company}, {"company", &p.company}, {"firm", &p.company}, {"software giant", &p.company}, {"software maker", &p.company}, {"redmond giant", &p.company}, {"department", &p.lastBody}, {"agency", &p.lastBody}, {"ministry", &p.lastBody}, {"alliance", &p.lastBody},
		{"indictment", &p.prosecutor}, {"complaint", &p.prosecutor}, {"release", &p.lastBody}, {"statement", &p.lastBody}, {"document", &p.lastBody}, {"declaration", &p.lastBody}} {
		ws := strings.Fields(d.words)
		if matchWords(ts, i+1, ws) && d.from.name != "" {
			e := *d.from
			e.first, e.last = i, i+len(ws)
			return e, true
		}
	}
	return entity{}, false
}

// coalitions joins "Washington and its allies", "Western countries" and
// lists of states into one speaker: its verb is not given to its members.
func (p *proposer) coalitions(ts []token, in []entity) []entity {
	var out []entity
	for i := 0; i < len(in); i++ {
		e := in[i]
		if e.kind == entState && e.last+3 < len(ts) && ts[e.last+1].lower == "and" {
			k := e.last + 2
			for k+1 < len(ts) && allyFillers.has(ts[k].lower) {
				k++
			}
			if allyNouns.has(ts[k].lower) && !e.adj {
				out = append(out, entity{kind: entCoalition, name: p.d.Text[ts[e.first].start:ts[k].end], speaker: "government", first: e.first, last: k})
				continue
			}
		}
		if e.kind == entState && !e.adj {
			j := i
			for j+1 < len(in) && in[j+1].kind == entState && !in[j+1].adj && gapIsList(ts, in[j].last+1, in[j+1].first) {
				j++
			}
			if j == i+1 && e.first >= 2 && ts[e.first-2].lower == "according" && !joined(ts, in[i].last+1, in[j].first) {
				j = i // "according to Norway, Russia did it"
			}
			if j > i && !ts[in[j].last].poss {
				c := entity{kind: entCoalition, speaker: "government", first: in[i].first, last: in[j].last}
				if k := c.last + 3; k < len(ts) && ts[c.last+1].lower == "and" && listFillers.has(ts[c.last+2].lower) && listNouns.has(ts[k].lower) {
					c.last = k
				}
				if c.last+1 < len(ts) && ts[c.last+1].lower == "governments" {
					c.last++
				}
				c.name = p.d.Text[ts[c.first].start:ts[c.last].end]
				if len(c.name) > 160 {
					c.name = c.name[:0] + "a list of states"
				}
				members := slices.Clone(in[i : j+1])
				if !(e.first > 0 && listedAfter.has(ts[e.first-1].lower)) || e.first > 1 && listedWith.has(ts[e.first-1].lower) {
					p.allies = append(p.allies, members...)
					p.allyQuote = span{ts[0].start, ts[len(ts)-1].end}
				}
				out = append(out, c)
				i = j
				continue
			}
		}
		out = append(out, e)
	}
	for i := range out { // "they" after a coalition is the coalition
		if ts[out[i].first].lower != "they" {
			continue
		}
		for _, c := range out[:i] {
			if c.kind == entCoalition {
				first, last := out[i].first, out[i].last
				out[i] = c
				out[i].first, out[i].last = first, last
			}
		}
	}
	for i, t := range ts {
		if t.lower == "western" && i+1 < len(ts) && westernNouns.has(ts[i+1].lower) {
			out = append(out, entity{kind: entCoalition, name: p.d.Text[t.start:ts[i+1].end], speaker: "government", first: i, last: i + 1})
		}
	}
	slices.SortStableFunc(out, func(a, b entity) int { return a.first - b.first })
	return out
}

// joined reports whether a word, and not a comma alone, joins two names.
func joined(ts []token, from, to int) bool {
	return slices.ContainsFunc(ts[from:to], func(t token) bool { return t.lower == "and" || t.lower == "&" || t.lower == "well" })
}

// gapIsList reports whether only ", and the" and brackets stand between.
func gapIsList(ts []token, from, to int) bool {
	sep := false
	inParen := false
	for _, t := range ts[from:to] {
		switch {
		case t.lower == "(":
			inParen = true
		case t.lower == ")":
			inParen = false
		case inParen:
		case t.lower == "," || t.lower == "and" || t.lower == "as" || t.lower == "well" || t.lower == "&":
			sep = true
		case t.lower == "the":
		default:
			return false
		}
	}
	return sep
}
