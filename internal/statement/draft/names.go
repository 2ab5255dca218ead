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

// names builds the gazetteer of states, bodies, organs, offices and
// companies. Capitals stand for governments, as the press uses them.
func names() nameTable {
	n := nameTable{}
	for _, s := range statement.States() {
		kind := "government"
		if len(s.Code) != 2 || s.Code == "EU" || s.Code == "UN" || s.Code == "G7" {
			kind = "international-organisation"
		}
		n.add(entity{kind: entState, name: s.Name, speaker: kind, state: s.Code}, s.Nouns)
		if s.Adjective != "" {
			n.add(entity{kind: entState, name: s.Name, speaker: kind, state: s.Code, adj: true}, s.Adjective)
		}
	}
	for _, b := range []struct{ state, kind, name, forms string }{
		{"US", "government", "White House", "white house"}, {"US", "government", "US administration", "biden administration|trump administration|obama administration|us administration"},
		{"US", "prosecutor", "US Department of Justice", "us department of justice|u.s. department of justice|department of justice|justice department|us justice department|u.s. justice department|doj|us attorney's office|u.s. attorney's office"},
		{"US", "prosecutor", "US prosecutors", "us prosecutors|u.s. prosecutors|federal prosecutors|american prosecutors"},
		{"US", "government", "FBI", "fbi|federal bureau of investigation"}, {"US", "government", "CISA", "cisa|cybersecurity and infrastructure security agency"},
		{"US", "government", "NSA", "nsa|national security agency"}, {"US", "government", "US Treasury", "us treasury|u.s. treasury|treasury department|us treasury department|department of the treasury|ofac|office of foreign assets control|treasury's office of foreign assets control"},
		{"US", "government", "US State Department", "state department|us state department|u.s. state department|department of state|us department of state"},
		{"GB", "government", "NCSC", "ncsc|national cyber security centre"}, {"GB", "government", "GCHQ", "gchq"}, {"GB", "government", "UK Foreign Office", "foreign office|fcdo|foreign, commonwealth and development office|uk foreign office|british foreign office"},
		{"CA", "government", "Communications Security Establishment", "communications security establishment|cse"}, {"CA", "government", "Global Affairs Canada", "global affairs canada"}, {"CA", "government", "Canadian Centre for Cyber Security", "canadian centre for cyber security"},
		{"AU", "government", "Australian Signals Directorate", "australian signals directorate|asd"}, {"AU", "government", "Australian Cyber Security Centre", "acsc|australian cyber security centre"},
		{"NZ", "government", "GCSB", "gcsb|government communications security bureau"},
		{"JP", "government", "Japan's Foreign Ministry", "japan's foreign ministry|japanese foreign ministry|ministry of foreign affairs of japan"},
		{"EU", "international-organisation", "Council of the EU", "council of the eu|council of the european union|european council|eu council"},
		{"EU", "international-organisation", "High Representative", "high representative|eu high representative"}, {"EU", "international-organisation", "European External Action Service", "european external action service"}, {"EU", "international-organisation", "European Commission", "european commission"},
		{"CN", "accused", "Chinese Foreign Ministry", "chinese foreign ministry|china's foreign ministry|ministry of foreign affairs of china|chinese ministry of foreign affairs"}, {"CN", "accused", "Chinese Embassy", "chinese embassy|china's embassy"},
		{"RU", "accused", "Russian Foreign Ministry", "russian foreign ministry|russia's foreign ministry"}, {"RU", "accused", "Russian Embassy", "russian embassy|russia's embassy"},
		{"IR", "accused", "Iranian Foreign Ministry", "iranian foreign ministry|iran's foreign ministry"},
		{"DE", "government", "German domestic intelligence (BfV)", "bfv|federal office for the protection of the constitution"}, {"DE", "government", "German Foreign Office", "german foreign ministry|german foreign office"}, {"DE", "government", "BSI", "bsi"},
		{"FR", "government", "ANSSI", "anssi"}, {"CZ", "government", "NUKIB", "nukib|núkib"}, {"CZ", "government", "Czech Foreign Ministry", "czech foreign ministry|czech ministry of foreign affairs"}, {"NL", "government", "AIVD", "aivd"}, {"NL", "government", "MIVD", "mivd"},
		{"NO", "government", "Norwegian Police Security Service", "pst|norwegian police security service"}, {"FI", "government", "Finnish Security Intelligence Service", "supo|finnish security intelligence service"}, {"FI", "government", "Finnish police", "finnish police"}, {"UA", "government", "CERT-UA", "cert-ua"}, {"UA", "government", "SBU", "sbu|security service of ukraine"},
	} {
		n.add(entity{kind: entBody, name: b.name, speaker: b.kind, state: b.state, body: b.name}, b.forms)
	}
	for _, o := range []struct{ state, name, forms string }{
		{"CN", "Ministry of State Security", "ministry of state security|mss|china's ministry of state security|chinese ministry of state security|prc's mss|prc's ministry of state security|china's mss"},
		{"CN", "Hainan State Security Department", "hainan state security department|hssd"}, {"CN", "Hubei State Security Department", "hubei state security department"}, {"CN", "Shanghai State Security Bureau", "shanghai state security bureau|sssb"},
		{"CN", "People's Liberation Army", "people's liberation army|pla"}, {"RU", "GRU", "gru|russian military intelligence|russia's military intelligence|main intelligence directorate|russia's gru|russian general staff main intelligence directorate"},
		{"RU", "SVR", "svr|russian foreign intelligence service|russia's foreign intelligence service"}, {"RU", "FSB", "fsb|federal security service|russian federal security service|russia's federal security service"},
		{"IR", "Ministry of Intelligence", "mois|iranian ministry of intelligence|iran's ministry of intelligence and security|ministry of intelligence and security"}, {"IR", "IRGC", "irgc|islamic revolutionary guard corps"},
		{"KP", "Reconnaissance General Bureau", "rgb|reconnaissance general bureau"},
	} {
		n.add(entity{kind: entOrgan, name: o.name, state: o.state, speaker: "accused", body: o.name}, o.forms)
	}
	for _, c := range []string{"Microsoft", "Mandiant", "FireEye", "CrowdStrike", "ESET", "Google", "Symantec", "Kaspersky", "Volexity", "Recorded Future", "Secureworks", "Palo Alto Networks", "Trend Micro", "Check Point", "Cisco Talos", "DomainTools", "SentinelOne", "Proofpoint", "Dragos", "Sophos", "Huntress", "Rapid7", "Facebook", "Meta", "Amazon", "Apple"} {
		forms := strings.ToLower(c)
		if c == "Microsoft" {
			forms += "|microsoft threat intelligence center|mstic"
		}
		n.add(entity{kind: entCompany, name: c, speaker: "company"}, forms)
	}
	n.add(entity{kind: entPronoun}, "he|she|it|they")
	n.add(entity{kind: entUnnamed, name: "experts", speaker: "expert"}, "experts|analysts|security experts|researchers|security researchers|cybersecurity experts")
	n.add(entity{kind: entUnnamed, name: "American specialists", speaker: "expert", state: "US"}, "american specialists|american experts|us experts|u.s. experts")
	n.add(entity{kind: entUnnamed, name: "specialists", speaker: "expert"}, "specialists")
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
	for _, r := range []struct{ forms, kind, state string }{
		{"secretary of state|attorney general|deputy attorney general|deputy director|director|chief|head|commander|national security adviser|national security advisor|fbi director|acting us attorney|acting u.s. attorney|assistant attorney general|us attorney|u.s. attorney|acting us attorney|press secretary|deputy national security advisor", "government", "US"},
		{"foreign secretary|home secretary|security minister|deputy prime minister", "government", "GB"},
		{"president|prime minister|foreign minister|minister|interior minister|defence minister|defense minister|foreign affairs minister|home affairs minister|minister for home affairs|minister of foreign affairs|chancellor|ambassador|deputy foreign minister|minister for foreign affairs", "government", ""},
		{"high representative|secretary general|secretary-general", "international-organisation", ""},
		{"spokesman|spokesperson|spokeswoman|foreign ministry spokesman|foreign ministry spokesperson|foreign ministry spokeswoman", "government", ""},
		{"professor|analyst|researcher|chief executive|ceo|vice president|expert|specialist", "expert", ""},
	} {
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
