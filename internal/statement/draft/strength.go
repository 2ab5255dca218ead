package draft

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"spoor/internal/expression"
	"spoor/internal/statement"
)

// reading is what the words of one clause point at.
type reading struct {
	strength       int
	target         statement.Target
	groups         []string
	responsibility string
	why            string
	self           bool
}

// tagged writes a clause with its names replaced, so that one pattern serves
// all of them: <S:CN> a state, <A:CN> its adjective, <P:CN> its possessive,
// <O:name> an organ, <G> a group. Marks are left out.
func (p *proposer) tagged(c clause) string {
	ts := c.ts
	var b strings.Builder
	for i := c.from; i < c.to; {
		hit := false
		for _, e := range c.ents {
			if e.first != i || e.last >= c.to {
				continue
			}
			tag := ""
			switch {
			case e.kind == entOrgan:
				tag = "<O:" + e.name + ">"
			case e.kind == entGroup:
				tag = "<G>"
			case e.kind == entState && e.adj:
				tag = "<A:" + e.state + ">"
			case e.kind == entState && ts[e.last].poss:
				tag = "<P:" + e.state + ">"
			case e.kind == entState:
				tag = "<S:" + e.state + ">"
			}
			if tag != "" {
				if !strings.HasSuffix(b.String(), tag+" ") {
					b.WriteString(tag + " ")
				}
				i, hit = e.last+1, true
			}
			break
		}
		if hit {
			continue
		}
		if ts[i].word {
			b.WriteString(ts[i].lower)
			b.WriteByte(' ')
		}
		i++
	}
	return b.String()
}

type cue struct {
	pattern        func() *regexp.Regexp
	strength       int
	level          string
	responsibility string
	why            string
}

const anyTag = `(?:the |its |their )?(?:<[SPA]:(\w+)>|<O:([^>]+)>)`

// consumed are phrases that put distance between a state and the act: they
// are taken out before stronger readings are tried, so that "actors
// affiliated with the ministry conducted" does not become "the ministry
// conducted".
var consumed = []cue{
	{expression.Lazily(`(?:not|without|nor|stopped short of) (?:\w+ ){0,2}(?:blam\w+|accus\w+|attribut\w+|nam\w+) ` + anyTag), 0, "", "", "avoided"},
	{expression.Lazily(`(?:affiliated (?:with|to)|associated with|sponsored by|backed by|supported by|on behalf of|working for|work for|worked for|acting for|acting under|employed by|controlled by|agents? of|officers? of|officers? (?:of|in|at|with)|contractors? (?:for|of)|part of|connected (?:to|with)|members? of|hired by|at the behest of|in the service of|elements of|arm of|unit of|belonging to|run by|units? within) ` + anyTag), 5, "", "", "says that those who did it belong to or are backed by"},
	{expression.Lazily(`<[SPA]:(\w+)> ?(?:state|government|military|nation-state)?-?(?:sponsored|backed|affiliated|directed|supported)`), 5, "", "", "calls them sponsored or backed by the state"},
	{expression.Lazily(`<A:(\w+)> (?:state|government|military|intelligence|nation-state)(?:-sponsored|-backed|-affiliated|-linked)? (?:sponsored |backed )?(?:actors?|hackers|groups?|agents?|officers?|cyber)`), 5, "", "", "calls them the state's actors"},
	{expression.Lazily(`(?:from|within|in) (?:the |its |their |<P:\w+> )?(?:own )?(?:territory|soil)(?: of ` + anyTag + `)?`), 3, "territory", "", "names the territory it came from"},
	{expression.Lazily(`(?:linked to|ties to|links to|links with|linked with|tied to|connections to|-linked) ` + anyTag), 4, "", "", "says linked"},
	{expression.Lazily(`<[SA]:(\w+)> ?-?linked`), 4, "", "", "says linked"},
	{expression.Lazily(`<[SA]:(\w+)> ?based`), 3, "territory", "", "says where the actors are based"},
	{expression.Lazily(`<A:(\w+)> (?:\w+ ){0,2}(?:hackers?|actors?|cybercriminals?|spies|cyberspies|groups?|operatives)`), 3, "territory", "", "names the actors' nationality only"},
	{expression.Lazily(`(?:hackers?|actors?|groups?|criminals?|cybercriminals?|gangs?|operators?|individuals?|people)(?: based| located| operating| residing)? (?:in|from|out of|within|inside) ` + anyTag), 3, "territory", "", "names where the actors are"},
	{expression.Lazily(`(?:attacks?|activit\w+|operations?|originat\w+|emanat\w+|based|carried out|conducted|launched) (?:in|from|out of) ` + anyTag), 3, "territory", "", "names where it came from"},
}

var readings = []cue{
	{expression.Lazily(`<[SP]:(\w+)> (?:.*)\bis not doing this\b.*\b(?:protecting|allowing|harbou?ring)`), 5, "state", "ignored", "says the state does not do it itself but protects or allows those who do"},
	{expression.Lazily(`(?:<[SP]:(\w+)>|<O:([^>]+)>) (?:\w+ ){0,6}(?:foster\w*|encourag\w*|harbou?r\w*|shelter\w*|tolerat\w*|protect\w*|turn\w* a blind eye|provid\w+ safe haven)`), 5, "", "encouraged", "says the state fosters or tolerates those who do it"},
	{expression.Lazily(anyTag + ` (?:has|had|have) (?:\w+ ){1,3}on (?:its|their) payroll`), 5, "", "", "says the state or organ pays them"},
	{expression.Lazily(`\b(?:accus\w+|blam\w+|blame for .* on|points? the finger at|pointed the finger at|called out|calls out) ` + anyTag), 6, "", "", "accuses by name"},
	{expression.Lazily(`\bblam\w+ (?:\w+ ){0,14}?the state ` + anyTag), 6, "state", "", "blames the state by name"},
	{expression.Lazily(`\b(?:are|is|was|were) (?:in fact |actually )?(?:the )?<O:([^>]+)>`), 6, "", "", "says that they are the organ"},
	{expression.Lazily(`<O:([^>]+)> (?:\w+ )?(?:actions|behaviou?r|attacks?|cyberattacks?|campaigns?|operations?|activit\w+)`), 6, "", "", "calls the acts the organ's own"},
	{expression.Lazily(`\battribut\w+ (?:.* )?to ` + anyTag), 6, "", "", "attributes to by name"},
	{expression.Lazily(anyTag + ` (?:\w+ ){0,3}(?:is|was|are|were|being|stands?|has been) (?:\w+ ){0,2}(?:responsible|behind|the culprit|to blame)`), 6, "", "", "says responsible or behind it"},
	{expression.Lazily(`(?:responsib\w+|behind|blame) (?:.* )?(?:to|on|lies with|rests with|was|is) ` + anyTag), 6, "", "", "says responsible"},
	{expression.Lazily(anyTag + ` (?:has |have |had |also |successfully |it |then |repeatedly )*(?:exploited|conducted|carried out|launched|hacked|executed|ordered|directed|compromised|stole|breached|interfered|attacked|targeted|perpetrated|committed|engaged in|unleashed|hired|exploits|conducts|carries out|uses|used|sought|attempted|undertook)\b`), 6, "", "", "says the state or organ itself did it"},
	{expression.Lazily(`(?:behaviou?r|activit\w+|attacks?|campaigns?|operations?|conduct|conducted|espionage|intrusions?|carried out|committed|perpetrated|cyberspace|undertaken|orchestrated|launched|campaign directed|directed|led|attack|cyberattacks conducted)(?: in cyberspace)? by ` + anyTag), 6, "", "", "says by the state or organ"},
	{expression.Lazily(anyTag + ` (?:government )?(?:must|should|needs to|has to|to) (?:end|stop|cease|halt|refrain from) (?:its|their|this|these|all|such|the)`), 6, "state", "", "demands that the state end what it does"},
	{expression.Lazily(`<P:(\w+)> (?:\w+ ){0,3}(?:cybercriminals|cyber actors|hackers|cyber criminals|operatives|agents|spies)`), 5, "actors", "", "calls the actors the state's"},
	{expression.Lazily(`<[PA]:(\w+)> (?:\w+ ){0,4}(?:malicious|irresponsible|reckless|hybrid|destabili[sz]ing|cyber|hacking|cyberattacks?|espionage|digital)`), 5, "", "", "calls the activity or the actors the state's"},
	{expression.Lazily(`(?:state-sponsored|state-backed|government-backed|nation-state|state-affiliated|state sponsored|state backed)()`), 5, "actors", "", "calls them state-sponsored"},
}

// read finds what a clause says about whom. The speaker's own state is never
// the target.
func (p *proposer) read(c clause, own string) reading {
	r := reading{target: statement.Target{Level: "none"}}
	for _, e := range c.ents {
		if e.kind == entGroup && c.holds(e) && !slices.Contains(r.groups, e.name) {
			r.groups = append(r.groups, e.name)
		}
	}
	all := p.tagged(c)
	text := all
	for _, cue := range consumed {
		if cue.why == "avoided" {
			text = cue.pattern().ReplaceAllString(text, "AVOIDED")
			continue
		}
		p.try(&r, cue, c, text, own)
		text = cue.pattern().ReplaceAllString(text, "TAKEN")
	}
	distant := r
	for _, cue := range readings {
		p.try(&r, cue, c, text, own)
	}
	// Distance words win over a possessive reading of the same clause, and
	// territory stays territory unless the state itself is named as doing it.
	if distant.strength > 0 && r.strength == 5 && distant.strength != 5 && strings.Contains(r.why, "the state's") {
		r = distant
	}
	r.self = strings.Contains(all, " not doing this") && (strings.Contains(all, "protecting") || strings.Contains(all, "allowing"))
	r.aimAtGroups(all)
	return r
}

// try reads a clause with one cue and keeps the result where it is stronger.
func (p *proposer) try(r *reading, cue cue, c clause, text, own string) {
	for _, m := range cue.pattern().FindAllStringSubmatch(text, maxCueMatches) {
		state, organ := "", ""
		for _, g := range m[1:] {
			if isStateCode(g) {
				state = g
			} else if g != "" {
				organ = g
			}
		}
		if state != "" && state == own || organ == "" && state == "" && cue.level != "territory" && cue.level != "actors" {
			continue
		}
		if cue.strength > r.strength {
			r.strength, r.why = cue.strength, cue.why
			r.target = p.targetOf(c, state, organ, cue, own)
			r.responsibility = cue.responsibility
		}
		return
	}
}

// maxCueMatches bounds how often one cue is looked for in a clause.
const maxCueMatches = 8

// aimAtGroups makes the groups that a clause names its target, unless it says
// more of the state or organ behind them.
func (r *reading) aimAtGroups(all string) {
	if len(r.groups) == 0 {
		return
	}
	group := statement.Target{Name: strings.Join(r.groups, ", "), Level: "group", State: r.target.State}
	switch {
	case r.strength <= 4:
		if r.strength > 0 || strings.Contains(all, "known as") || strings.Contains(all, "called") {
			r.strength, r.why = 4, "names a group; the state's part is absent or hedged"
		}
		r.target = group
	case r.strength == 5 && (r.target.Level == "state" || r.target.Level == "actors"):
		r.target = group
	case r.target.Level == "none":
		r.target = statement.Target{Name: group.Name, Level: "group"}
	}
}

func isStateCode(s string) bool {
	return len(s) == 2 && strings.ToUpper(s) == s || s == "NATO"
}

// targetOf names the target as far as the words reach.
func (p *proposer) targetOf(c clause, state, organ string, cue cue, own string) statement.Target {
	if organ != "" {
		for _, e := range c.ents {
			if e.kind == entOrgan && e.name == organ {
				level := "organ"
				if strings.Contains(organ, "Department") || strings.Contains(organ, "Bureau") && organ != "Reconnaissance General Bureau" {
					level = "provincial-department"
				}
				return statement.Target{Name: organ, Level: level, State: e.state}
			}
		}
	}
	name := state
	for _, e := range c.ents {
		if e.kind == entState && (state == "" && e.state != own && accusedStates.has(e.state) || e.state == state && state != "") && c.holds(e) {
			name, state = e.name, e.state
			break
		}
	}
	level := "state"
	if cue.level != "" {
		level = cue.level
	}
	if level == "territory" {
		if name == "" {
			name = "the territory"
		}
		return statement.Target{Name: name, Level: "territory", State: state}
	}
	if name == "" {
		return statement.Target{Name: "state-sponsored actors", Level: "actors"}
	}
	if level == "actors" {
		name += "'s actors"
	}
	return statement.Target{Name: name, Level: level, State: state}
}

// confidence finds the phrase that hedges or grades a clause.
var confidencePattern = expression.Lazily(`(?i)\b(high degree of confidence|high level of confidence|high confidence|moderate confidence|medium confidence|low confidence|almost certainly|almost certain|highly likely|very likely|highly probable|highly unlikely|perhaps even|is confident|are confident|confident that|believed to|suspected of|suspected|allegedly|likely|probably|possibly|may also|reasonable grounds)\b`)

func confidenceOf(text, state string) *statement.Confidence {
	m := confidencePattern().FindString(text)
	if m == "" {
		return nil
	}
	scale := "none-given"
	switch l := strings.ToLower(m); {
	case state == "GB" && (strings.Contains(l, "likely") || strings.Contains(l, "almost certain")):
		scale = "uk-phia"
	case state == "US" && (strings.Contains(l, "confidence") || strings.Contains(l, "likely") || strings.Contains(l, "almost certain")):
		scale = "us-icd203"
	case state != "":
		scale = "issuer"
	}
	return &statement.Confidence{Phrase: m, Scale: scale}
}

func (r reading) reason() string {
	if r.why == "" {
		return "strength 0: points at nobody in these words"
	}
	return fmt.Sprintf("strength %d: %s", r.strength, r.why)
}
