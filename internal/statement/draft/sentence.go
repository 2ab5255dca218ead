package draft

import (
	"fmt"
	"slices"
	"strings"
)

func (p *proposer) paragraph(par paragraph) {
	p.paragraphSpeaker = entity{}
	for _, s := range sentences(p.d.Text, par.span) {
		if len(p.d.Statements) >= maxProposals {
			if !p.full {
				p.full = true
				p.d.Notes = append(p.d.Notes, fmt.Sprintf("more than %d proposals; the rest of the text was not read", maxProposals))
			}
			return
		}
		for s.start < s.end {
			s.start = p.sentence(s)
		}
	}
}

// sentence reads one sentence and returns where the next begins, which is
// inside it where it has more words than one reading takes.
func (p *proposer) sentence(whole span) int {
	at := whole
	began := p.inQuote
	ts := tokens(p.d.Text, at, began)
	if len(ts) == 0 {
		return whole.end
	}
	if len(ts) >= maxSentenceWords*2 {
		at.end = ts[len(ts)-1].end
	}
	p.quoteState(ts)
	ents := p.entities(ts)
	if p.allyQuote.start == ts[0].start && !isAllyTalk(strings.ToLower(p.d.Text[at.start:at.end])) {
		p.allies, p.allyQuote = p.allies[:0], span{}
	}
	p.figures(ts, at)
	acts := p.acts(ts, ents)
	said := false
	for i, a := range acts {
		if !a.found {
			continue
		}
		var nested []act
		for _, b := range acts[i+1:] {
			if b.at >= a.from && b.at < a.to && b.at > a.at {
				nested = append(nested, b)
			}
		}
		if a.inverted {
			for _, b := range acts[:i] {
				if b.at >= a.from {
					nested = append(nested, b)
				}
			}
		}
		if p.claim(ts, ents, a, nested, at) {
			said = true
		}
	}
	if !said {
		said = p.continued(ts, ents, at, began)
	}
	if !said {
		p.narration(ts, ents, at)
	}
	for _, e := range ents {
		if ts[e.first].quoted > 3 {
			continue
		}
		switch e.kind {
		case entPerson:
			p.lastMan = e
		case entCompany:
			p.company = e
		case entUnnamed:
			if !strings.HasSuffix(e.name, "s") {
				p.lastMan = e
			}
		case entBody:
			p.lastBody = e
			if e.speaker == "prosecutor" {
				p.prosecutor = e
			}
		case entState:
			if !e.adj && !isAny(e.state, "CN RU IR KP") {
				p.lastBody = e
			}
		}
	}
	for _, a := range acts {
		if a.found && a.class != verbLegal {
			p.paragraphSpeaker = a.who
		}
		if a.found && p.inQuote {
			p.quoting = a.who
		}
	}
	for _, a := range acts { // "he" is rather who spoke than who was named last
		if a.found && (a.who.kind == entPerson || a.who.kind == entUnnamed && !strings.HasSuffix(a.who.name, "s")) {
			p.lastMan = a.who
		}
	}
	return at.end
}

// quoteState follows whether a quotation is open at the end of a sentence.
func (p *proposer) quoteState(ts []token) {
	for _, t := range ts {
		switch t.lower {
		case "“":
			p.inQuote = true
		case "”":
			p.inQuote = false
		case "\"":
			p.inQuote = !p.inQuote
		}
	}
}

// continued gives a sentence nobody introduces to who is speaking anyway: the
// speaker of a quotation that is still open, or, in a text published by a
// government or body, its issuer.
func (p *proposer) continued(ts []token, ents []entity, at span, began bool) bool {
	who := entity{}
	switch {
	case (began || ts[0].lower == "“" && p.quoting.name != "") && p.quoting.name != "":
		who = p.quoting
		if !p.inQuote {
			p.quoting = entity{}
		}
	case isAny(ts[0].lower, "“ \"") && p.paragraphSpeaker.name != "": // “...,” said X. “And ...”
		who = p.paragraphSpeaker
	case p.opt.Publisher != "" && !began:
		if who = p.issuer(); who.state == "" {
			return false
		}
	default:
		return false
	}
	if r := p.read(ts, ents, 0, len(ts), who.state); r.strength == 0 {
		return false
	}
	who.first, who.last = 0, 0
	v := 0
	for i, t := range ts {
		if isAny(t.lower, "is are was were has have must should will can") {
			v = i
			break
		}
	}
	return p.claim(ts, ents, act{verbEntry: verbEntry{words: []string{ts[v].lower}, class: verbSay}, at: v, end: v + 1, who: who, found: true, from: 0, to: len(ts)}, nil, at)
}

func isAllyTalk(s string) bool {
	for _, w := range []string{"allies", "allied", "partners", "coordinat", "jointly", "joined", "together with", "alongside", "joint statement", "concerted", "in concert", "coalition"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// acts finds the speech verbs that stand outside quotations (a quotation of
// up to three words is part of the sentence) and who is their subject.
func (p *proposer) acts(ts []token, ents []entity) []act {
	var acts []act
	for i := 0; i < len(ts); i++ {
		if !ts[i].word || ts[i].quoted > 3 || inside(ents, i) {
			continue
		}
		e, ok := p.verbs.at(ts, i)
		if !ok || len(e.words) == 1 {
			if measures(ts, i) {
				e, ok = verbEntry{words: []string{ts[i].lower}, class: verbLegal, legal: "sanction"}, true
			}
		}
		if !ok || !canAct(ts, i, e) {
			continue
		}
		acts = append(acts, act{verbEntry: e, at: i, end: i + len(e.words)})
		i += len(e.words) - 1
	}
	for i := range acts {
		p.subject(ts, ents, acts, i)
	}
	acts = slices.DeleteFunc(acts, func(a act) bool { return inserted(ts, a) })
	first := 0
	if len(acts) > 0 {
		first = acts[0].at
	}
	acts = slices.DeleteFunc(acts, func(a act) bool { // a participle belongs to the act before it
		return len(a.words) == 1 && strings.HasSuffix(a.words[0], "ing") && a.at > 0 && (a.class == verbLegal && a.at > first || isAny(ts[a.at-1].lower, "in for of by without from after before"))
	})
	for i := range acts {
		a := &acts[i]
		if a.passive && a.class == verbSay {
			a.found = false // "was revealed"
		}
	}
	// Clauses: from the subject to the next act's subject, or, for a neutral
	// verb, everything it governs.
	for i := range acts {
		a := &acts[i]
		if !a.found {
			continue
		}
		a.from = a.at
		if a.passive && a.who.first > a.at {
			a.from = clauseStart(ts, a.at)
		}
		if a.who.kind != 0 && a.who.first < a.at && !a.inverted && (i == 0 || a.who.first > acts[i-1].at) {
			a.from = a.who.first
		}
		a.to = boundary(ts, a.end)
		if a.inverted {
			a.from = clauseStart(ts, a.at)
			a.to = len(ts)
			continue
		}
		if a.from > 0 && a.at-a.from < 30 && quotedBefore(ts, a.from) {
			a.from = clauseStart(ts, a.from) // “...,” he added
			a.to = len(ts)
		}
		if a.class != verbSay {
			for _, b := range acts[i+1:] {
				if !b.found || b.at >= a.to {
					continue
				}
				stop := b.at
				if b.who.first > a.at && b.who.first < b.at {
					stop = b.who.first
				}
				a.to = stop
				break
			}
		}
	}
	return swallow(acts)
}

// swallow takes the subject's own voice from acts that another speaker
// reports: "an official said it is the first time that NATO has condemned".
func swallow(acts []act) []act {
	for i := range acts {
		a := acts[i]
		if !a.found || a.class != verbSay {
			continue
		}
		for j := range acts {
			b := &acts[j]
			if j == i || b.at < a.from || b.at >= a.to {
				continue
			}
			if b.at > a.at || a.inverted || a.from < b.at && b.at < a.at {
				b.found = false
			}
		}
	}
	return acts
}

// measures reports "decided to introduce restrictive measures against".
func measures(ts []token, i int) bool {
	if !isAny(ts[i].lower, "agreed decided adopted imposed introduced announced approved imposes adopts") {
		return false
	}
	for k := i + 1; k < len(ts) && k < i+9; k++ {
		if (ts[k].lower == "measures" && ts[k-1].lower == "restrictive" || ts[k].lower == "sanctions") && k+1 < len(ts) && isAny(ts[k+1].lower, "against on") {
			return ts[k-1].lower != "no"
		}
	}
	return false
}

// inserted reports ", it said," in the middle of another act's clause.
func inserted(ts []token, a act) bool {
	return a.found && a.class == verbSay && a.at >= 2 && a.end < len(ts) && ts[a.end].lower == "," && ts[a.at-2].lower == "," && ts[a.at-2].quoted == 0 && isAny(ts[a.at-1].lower, "it he she they")
}

func inside(ents []entity, i int) bool {
	for _, e := range ents {
		if i >= e.first && i <= e.last && e.kind != entPronoun {
			return true
		}
	}
	return false
}

// quotedBefore reports whether a quotation ends right before token i.
func quotedBefore(ts []token, i int) bool {
	k := i - 1
	for n := 0; n < 4 && k >= 0 && ts[k].word && ts[k].quoted == 0 && (ts[k].lower == "the" || ts[k].upper); n++ {
		k, i = k-1, i-1 // "“...,” National Security Council spokesperson X said"
	}
	if k >= 0 && ts[k].lower == "," {
		k--
	}
	return k >= 1 && (ts[k].lower == "”" || ts[k].lower == "\"") && ts[k-1].quoted > 0 || k >= 0 && i > 1 && ts[i-1].lower == "," && ts[k].quoted > 3
}

// boundary is where the clause that starts at i ends.
func boundary(ts []token, i int) int {
	for ; i < len(ts); i++ {
		if ts[i].quoted > 0 {
			continue
		}
		if ts[i].lower == ";" {
			return i
		}
		if ts[i].lower == "," && i+1 < len(ts) && isAny(ts[i+1].lower, "while whereas but although") {
			return i
		}
	}
	return len(ts)
}

func clauseStart(ts []token, i int) int {
	for ; i > 0; i-- {
		if ts[i].quoted == 0 && (ts[i].lower == ";" || ts[i].lower == "while" && ts[i-1].lower == ",") {
			return i + 1
		}
	}
	return 0
}

// subject finds who does the act at index n.
func (p *proposer) subject(ts []token, ents []entity, acts []act, n int) {
	a := &acts[n]
	speaks := func(e entity) bool { return e.kind != entGroup && !e.adj && e.kind != 0 }
	if a.words[0] == "according" {
		for _, e := range ents {
			if e.first >= a.end && e.first <= a.end+3 && speaks(e) {
				a.who, a.found, a.inverted = e, true, true
				return
			}
		}
		return
	}
	// Walk back over auxiliaries and adverbs.
	j := a.at - 1
	for j >= 0 && (isAny(ts[j].lower, auxiliaries) || strings.HasSuffix(ts[j].lower, "ly") && ts[j].lower != "italy" || ts[j].lower == "“" || ts[j].lower == "\"" || ts[j].lower == "not" || ts[j].lower == "n't" || isAny(ts[j].lower, "did does do never")) {
		if isAny(ts[j].lower, "not never") {
			a.negated = true
		}
		if isAny(ts[j].lower, "was were been is are being be") {
			a.passive = true
		}
		j--
	}
	if j >= 0 && isAny(ts[j].lower, "without to") {
		a.negated = ts[j].lower == "without"
		if a.negated {
			return
		}
		if j == 0 || !isAny(ts[j-1].lower, "continues continue want wants wish wishes would-like like") {
			return
		}
	}
	if j >= 0 && isAny(ts[j].lower, "we i") || j < 0 && a.at > 0 && isAny(ts[0].lower, "we i") {
		if p.opt.Publisher != "" && ts[max(j, 0)].quoted == 0 {
			a.who = p.issuer()
			a.who.first, a.who.last = max(j, 0), max(j, 0)
			a.found = true
		}
		return
	}
	if a.passive && a.class != verbSay {
		for k := a.end; k < len(ts) && k < a.end+12; k++ {
			if ts[k].lower != "by" {
				continue
			}
			for _, e := range ents {
				if e.first > k && e.first <= k+3 && speaks(e) {
					a.who, a.found = e, true
					return
				}
			}
		}
		if isAny(a.words[0], "is are") { // "is confident" is no passive
			a.passive = false
		} else {
			return
		}
	}
	// said X
	if (a.class == verbSay || a.words[0] == "confirmed") && a.at > 0 {
		prev := ts[a.at-1].lower
		if (prev == "," && !p.apposition(ts, ents, a.at-1)) || prev == "”" || prev == "\"" || ts[a.at-1].quoted > 0 {
			for _, e := range ents {
				if speaks(e) && e.first >= a.end && e.first <= a.end+2 {
					a.who, a.found, a.inverted = e, true, true
					return
				}
			}
			if name, last := p.fullName(ts, a.end); last >= 0 {
				e := entity{kind: entPerson, name: name, speaker: "expert", first: a.end, last: last}
				p.people[lastWord(name)] = e
				a.who, a.found, a.inverted = e, true, true
				return
			}
		}
	}
	if j >= 0 && n > 0 && (ts[j].lower == "and" || ts[j].lower == "or" || ts[j].lower == ",") && acts[n-1].found && !acts[n-1].inverted {
		if ts[j].lower != "," || !p.apposition(ts, ents, j) {
			a.who, a.found = acts[n-1].who, true
			return
		}
	}
	// The nearest name before the verb that is not behind a preposition.
	limit := 0
	for k := a.at; k > 0; k-- {
		if ts[k].quoted == 0 && (ts[k].lower == ";" || isAny(ts[k].lower, "while whereas") || ts[k].lower == ":" && k > 2) {
			limit = k
			break
		}
	}
	for k := len(ents) - 1; k >= 0; k-- {
		e := ents[k]
		if e.first >= a.at || e.first < limit || !speaks(e) || ts[e.first].quoted > 3 && e.kind != entPronoun {
			continue
		}
		if ts[e.last].poss && e.kind != entBody {
			continue
		}
		if e.first > 0 && behindPreposition(ts, e.first) {
			continue
		}
		if e.kind == entOrgan && a.class != verbDeny {
			continue // an accused organ does not accuse
		}
		if e.last+1 < a.at && ts[e.last+1].word && ts[e.last+1].lower != "on" && (e.kind == entState) && !ts[e.last].poss && e.last+1 <= j && ts[e.last+1].upper && ts[e.last+1].lower != "monday" && !isAny(ts[e.last+1].lower, auxiliaries) {
			// "US Cyber Command said": a name the table does not know.
			last := e.last
			for last+1 <= j && ts[last+1].word && ts[last+1].upper {
				last++
			}
			name := p.d.Text[ts[e.first].start:ts[last].end]
			e.kind, e.name, e.body, e.last = entBody, name, name, last
		}
		if a.at-e.last > 25 {
			return
		}
		a.who, a.found = e, true
		return
	}
	// "Jane Doe told reporters": a name nobody introduced.
	if a.class == verbSay && j >= 1 {
		for k := max(0, j-2); k < j; k++ {
			if name, last := p.fullName(ts, k); last == j && (k == 0 || !ts[k-1].upper) {
				e := entity{kind: entPerson, name: name, speaker: "expert", first: k, last: last}
				p.people[lastWord(name)] = e
				a.who, a.found = e, true
				return
			}
		}
	}
}

// apposition reports whether the comma at j closes an insertion after a name
// that stands nearer than the previous act.
func (p *proposer) apposition(ts []token, ents []entity, j int) bool {
	for k := j - 1; k > 0; k-- {
		if ts[k].lower == "," {
			for _, e := range ents {
				if e.last == k-1 && e.kind != entGroup && !e.adj {
					return true
				}
			}
			return false
		}
		if j-k > 14 {
			return false
		}
	}
	return false
}

func behindPreposition(ts []token, i int) bool {
	k := i - 1
	for k >= 0 && (isAny(ts[k].lower, "the a an its their us british chinese russian american tech giant western") || ts[k].poss) {
		k--
	}
	return k >= 0 && ts[k].word && isAny(ts[k].lower, prepositions)
}

// issuer is the publisher as a speaker of its own text.
func (p *proposer) issuer() entity {
	ts := tokens(p.opt.Publisher, span{0, len(p.opt.Publisher)}, false)
	e := entity{kind: entBody, name: p.opt.Publisher, speaker: "government", body: p.opt.Publisher}
	for i := range ts {
		if f, ok := p.names.at(ts, i); ok && f.state != "" {
			e.state, e.speaker = f.state, f.speaker
			if f.kind == entState {
				e.speaker = "government"
				if isAny(f.state, "EU NATO UN G7") {
					e.speaker = "international-organisation"
				}
			}
			break
		} else if ok && f.kind == entCompany {
			e.speaker = "company"
			break
		}
	}
	return e
}
