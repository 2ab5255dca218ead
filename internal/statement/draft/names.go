package draft

import (
	"strings"
	"sync"

	"spoor/internal/expression"
	"spoor/internal/statement"
)

type entityKind int

const (
	entState   entityKind = iota + 1 // a country or union, its government or capital
	entBody                          // a body that speaks for a state or a union
	entOrgan                         // an organ that statements accuse
	entCompany                       // a company that publishes findings
	entPerson                        // a named person
	entUnnamed                       // an official or expert without a name
	entGroup                         // a threat group
	entPronoun
	entCoalition
)

// entity is something of the text that can speak or be spoken about.
type entity struct {
	kind    entityKind
	name    string // canonical
	speaker string // speaker kind
	state   string
	body    string
	role    string
	adj     bool // an adjective form ("Chinese"): cannot be a subject alone
	first   int  // token range
	last    int
}

// nameTable finds the longest name that starts at a word.
type nameTable map[string][]nameEntry

type nameEntry struct {
	words  []string
	entity entity
}

func (n nameTable) add(e entity, forms string) {
	for _, form := range strings.Split(forms, "|") {
		ws := strings.Fields(form)
		n[ws[0]] = append(n[ws[0]], nameEntry{words: ws, entity: e})
	}
}

// gazetteer is built once: it is read for every row of an import.
var gazetteer = sync.OnceValue(names)

// names builds the gazetteer of states, bodies, organs, companies and experts.
func names() nameTable {
	n := nameTable{}
	for _, s := range statement.States() {
		kind := "government"
		if len(s.Code) != 2 || bodies.has(s.Code) {
			kind = "international-organisation"
		}
		n.add(entity{kind: entState, name: s.Name, speaker: kind, state: s.Code}, s.Nouns)
		if s.Adjective != "" {
			n.add(entity{kind: entState, name: s.Name, speaker: kind, state: s.Code, adj: true}, s.Adjective)
		}
	}
	for _, b := range bodyNames {
		n.add(entity{kind: entBody, name: b.name, speaker: b.kind, state: b.state, body: b.name}, b.forms)
	}
	for _, o := range organNames {
		n.add(entity{kind: entOrgan, name: o.name, state: o.state, speaker: "accused", body: o.name}, o.forms)
	}
	for _, c := range companyNames {
		n.add(entity{kind: entCompany, name: c.name, speaker: "company"}, c.forms)
	}
	n.add(entity{kind: entPronoun}, "he|she|it|they")
	for _, u := range unnamedExperts {
		n.add(entity{kind: entUnnamed, name: u.name, speaker: "expert", state: u.state}, u.forms)
	}
	return n
}

// at returns the longest entry that starts at token i.
func (n nameTable) at(ts []token, i int) (entity, bool) {
	best, found := nameEntry{}, false
	for _, e := range n[ts[i].lower] {
		if len(e.words) > len(best.words) && matchWords(ts, i, e.words) {
			best, found = e, true
		}
	}
	// "China's Ministry": the table has the possessive as one word.
	if ts[i].poss {
		for _, e := range n[ts[i].lower+"'s"] {
			if len(e.words) > len(best.words) && matchPossessive(ts, i, e.words) {
				best, found = e, true
			}
		}
	}
	if !found {
		return entity{}, false
	}
	// Short names are acronyms: "us" and "it" in running text are not.
	w := best.words[0]
	if len(best.words) == 1 && best.entity.kind != entPronoun && best.entity.kind != entUnnamed && !ts[i].upper {
		return entity{}, false
	}
	if len(best.words) == 1 && len(w) <= 3 && ts[i].end-ts[i].start >= 2 && best.entity.kind != entPronoun && !ts[i].upper {
		return entity{}, false
	}
	e := best.entity
	e.first, e.last = i, i+len(best.words)-1
	return e, true
}

func matchWords(ts []token, i int, ws []string) bool {
	if i+len(ws) > len(ts) {
		return false
	}
	for k, w := range ws {
		t := ts[i+k]
		if t.lower != w && !(t.poss && t.lower+"'s" == w) {
			return false
		}
		if k < len(ws)-1 && t.poss && t.lower+"'s" != w {
			return false
		}
	}
	return true
}

func matchPossessive(ts []token, i int, ws []string) bool {
	if i+len(ws) > len(ts) || ts[i].lower+"'s" != ws[0] {
		return false
	}
	return matchWords(ts, i, ws)
}

// role is an office that names its holder's state, or none.
type role struct {
	words []string
	kind  string
	state string
}

// roles are the offices after or before which a person's name stands; they
// are asked for at every word, so the list is built once.
var roles = sync.OnceValue(listRoles)

func listRoles() []role {
	var out []role
	for _, r := range offices {
		for _, f := range strings.Split(r.forms, "|") {
			out = append(out, role{words: strings.Fields(f), kind: r.kind, state: r.state})
		}
	}
	return out
}

var groupPattern = expression.Lazily(`^(?:APT-?C?-?\d{1,3}|UNC\d{3,5}|UAC-\d{4}|UTA\d{4}|FIN\d{1,2}|TA\d{3}|TAG-\d+|Storm-\d{4}|DEV-\d{4}|TEMP\.\w+|Hafnium|HAFNIUM|Sandworm|Turla|Nobelium|NOBELIUM|Gallium|GALLIUM|Strontium|Zirconium|ZIRCONIUM|Lazarus|Gamaredon|Snake|Kimsuky|Andariel|Winnti|DarkSide|REvil|Conti|LockBit)$`)

// isGroup reports whether tokens i.. are a threat group's name and how many
// words it has.
func (p *proposer) isGroup(ts []token, i int) (string, int) {
	text := p.d.Text
	t := ts[i]
	if !t.word || !t.upper {
		return "", 0
	}
	if i+1 < len(ts) && ts[i+1].word && ts[i+1].upper {
		two := text[t.start:ts[i+1].end]
		switch ts[i+1].lower {
		case "typhoon", "blizzard", "sandstorm", "sleet", "tempest", "panda", "bear", "kitten", "chollima", "spider", "castle", "buffalo":
			return two, 2
		}
		if p.opt.Actor != nil && p.opt.Actor(two) {
			return two, 2
		}
	}
	one := text[t.start:t.end]
	if t.poss {
		one = one[:len(one)-len("s")]
		one = strings.TrimRight(one, "'’")
	}
	if groupPattern().MatchString(one) {
		return one, 1
	}
	// A single word of a list of names may be an ordinary word: only forms
	// that no sentence has by accident are taken.
	if p.opt.Actor != nil && (strings.ContainsAny(one, "0123456789") || one == strings.ToUpper(one)) && len(one) >= 4 && p.opt.Actor(one) {
		return one, 1
	}
	return "", 0
}
