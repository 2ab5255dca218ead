package draft

import (
	"fmt"
	"slices"
	"strings"
)

// shortQuote is the length in words up to which a quotation is part of the
// sentence around it.
const shortQuote = 3

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
		if a.found && p.claim(ts, ents, a, nested(acts, i), at) {
			said = true
		}
	}
	if !said {
		said = p.continued(ts, ents, at, began)
	}
	if !said {
		p.narration(ts, ents, at)
	}
	p.note(ts, ents, acts)
	return at.end
}

// nested lists the acts inside the clause of act i: what it says.
func nested(acts []act, i int) []act {
	a := acts[i]
	var out []act
	for _, b := range acts[i+1:] {
		if b.at >= a.from && b.at < a.to && b.at > a.at {
			out = append(out, b)
		}
	}
	if a.inverted {
		for _, b := range acts[:i] {
			if b.at >= a.from {
				out = append(out, b)
			}
		}
	}
	return out
}

// note remembers whom later sentences mean by "he", "it" and "the company",
// and who is speaking in this paragraph.
func (p *proposer) note(ts []token, ents []entity, acts []act) {
	for _, e := range ents {
		if ts[e.first].quoted <= shortQuote {
			p.named(e)
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
		if a.found && (a.who.kind == entPerson || a.who.kind == entUnnamed && !several(a.who)) {
			p.lastMan = a.who
		}
	}
}

// several reports "experts", "officials": more than one.
func several(e entity) bool { return strings.HasSuffix(e.name, "s") }

func (p *proposer) named(e entity) {
	switch e.kind {
	case entPerson:
		p.lastMan = e
	case entCompany:
		p.company = e
	case entUnnamed:
		if !several(e) {
			p.lastMan = e
		}
	case entBody:
		p.lastBody = e
		if e.speaker == "prosecutor" {
			p.prosecutor = e
		}
	case entState:
		if !e.adj && !accusedStates.has(e.state) {
			p.lastBody = e
		}
	}
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
	case openingMarks.has(ts[0].lower) && p.paragraphSpeaker.name != "": // “...,” said X. “And ...”
		who = p.paragraphSpeaker
	case p.opt.Publisher != "" && !began:
		if who = p.issuer(); who.state == "" {
			return false
		}
	default:
		return false
	}
	if r := p.read(clause{ts, ents, 0, len(ts)}, who.state); r.strength == 0 {
		return false
	}
	who.first, who.last = 0, 0
	v := 0
	for i, t := range ts {
		if anyVerbs.has(t.lower) {
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
		if !ts[i].word || ts[i].quoted > shortQuote || inside(ents, i) {
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
		return len(a.words) == 1 && strings.HasSuffix(a.words[0], "ing") && a.at > 0 && (a.class == verbLegal && a.at > first || participleLinks.has(ts[a.at-1].lower))
	})
	for i := range acts {
		a := &acts[i]
		if a.passive && a.class == verbSay {
			a.found = false // "was revealed"
		}
	}
	for i := range acts {
		if acts[i].found {
			delimit(ts, acts, i)
		}
	}
	return swallow(acts)
}

// quotedReach is how far behind its subject a verb may stand for the words
// before a quotation to be its introduction, in tokens.
const quotedReach = 30

// delimit sets the clause of act i: from its subject to the next act's
// subject, or, for a neutral verb, everything it governs.
func delimit(ts []token, acts []act, i int) {
	a := &acts[i]
	if a.inverted {
		a.from, a.to = clauseStart(ts, a.at), len(ts)
		return
	}
	a.from, a.to = a.at, boundary(ts, a.end)
	if a.passive && a.who.first > a.at {
		a.from = clauseStart(ts, a.at)
	}
	if a.who.kind != 0 && a.who.first < a.at && (i == 0 || a.who.first > acts[i-1].at) {
		a.from = a.who.first
	}
	if a.from > 0 && a.at-a.from < quotedReach && quotedBefore(ts, a.from) {
		a.from, a.to = clauseStart(ts, a.from), len(ts) // “...,” he added
	}
	if a.class == verbSay {
		return
	}
	for _, b := range acts[i+1:] {
		if !b.found || b.at >= a.to {
			continue
		}
		a.to = b.at
		if b.who.first > a.at && b.who.first < b.at {
			a.to = b.who.first
		}
		return
	}
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
	if !decisions.has(ts[i].lower) {
		return false
	}
	for k := i + 1; k < len(ts) && k < i+9; k++ {
		if (ts[k].lower == "measures" && ts[k-1].lower == "restrictive" || ts[k].lower == "sanctions") && k+1 < len(ts) && opposites.has(ts[k+1].lower) {
			return ts[k-1].lower != "no"
		}
	}
	return false
}

// inserted reports ", it said," in the middle of another act's clause.
func inserted(ts []token, a act) bool {
	return a.found && a.class == verbSay && a.at >= 2 && a.end < len(ts) && ts[a.end].lower == "," && ts[a.at-2].lower == "," && ts[a.at-2].quoted == 0 && pronouns.has(ts[a.at-1].lower)
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
	return k >= 1 && (ts[k].lower == "”" || ts[k].lower == "\"") && ts[k-1].quoted > 0 || k >= 0 && i > 1 && ts[i-1].lower == "," && ts[k].quoted > shortQuote
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
		if ts[i].lower == "," && i+1 < len(ts) && clauseBreaks.has(ts[i+1].lower) {
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

// issuer is the publisher as a speaker of its own text.
func (p *proposer) issuer() entity {
	ts := tokens(p.opt.Publisher, span{0, len(p.opt.Publisher)}, false)
	e := entity{kind: entBody, name: p.opt.Publisher, speaker: "government", body: p.opt.Publisher}
	for i := range ts {
		if f, ok := p.names.at(ts, i); ok && f.state != "" {
			e.state, e.speaker = f.state, f.speaker
			if f.kind == entState {
				e.speaker = "government"
				if bodies.has(f.state) {
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
