package html

import (
	"fmt"
	"strconv"

	"spoor/internal/message"
	"spoor/internal/safetext"
	"spoor/internal/storyline"
)

// language holds what the template asks of the message file. Every result is
// safe: values from evidence may stand in it.
type language struct{ *message.Catalogue }

// say writes a sentence with its values, given as name, value, name, value.
func (l language) say(id string, values ...any) string {
	return safetext.Terminal(l.Say(id, values...))
}

func (l language) short(t string) string { return safetext.Terminal(l.Time(t)) }

func (l language) day(t string) string { return safetext.Terminal(l.Day(t)) }

func (l language) number(n any) string { return l.say("report.number", "n", n) }

func (l language) tenth(x float64) string { return l.say("report.tenth", "x", x) }

func (l language) host(name string) string {
	return safetext.Terminal(storyline.HostName(l.Catalogue, name))
}

func (l language) headline(h *storyline.Host) string { return h.Headline(l.Catalogue) }

func (l language) patches(h *storyline.Host) []string { return h.Patches(l.Catalogue) }

func (l language) build(h *storyline.Host) string { return safetext.Terminal(h.BuildSays(l.Catalogue)) }

func (l language) unruled(v *storyline.Verdict) string {
	return safetext.Terminal(v.UnruledSays(l.Catalogue))
}

func (l language) window(w *storyline.Window) string {
	return safetext.Terminal(w.WindowSays(l.Catalogue))
}

func (l language) level(level string) string {
	return safetext.Terminal(storyline.LevelName(l.Catalogue, level))
}

func (l language) log(kind string) string {
	return safetext.Terminal(storyline.LogName(l.Catalogue, kind))
}

func (l language) outcome(outcome string) string {
	return safetext.Terminal(storyline.OutcomeName(l.Catalogue, outcome))
}

// word is the word for a code below a section of the message file, or the
// code where there is none.
func (l language) word(section string, code any) string {
	if id := section + "." + fmt.Sprint(code); l.Has(id) {
		return l.say(id)
	}
	return safe(code)
}

// door says how far a chain went, and from where.
func (l language) door(r *storyline.ChainResult) string {
	text := l.Say("page.door-says", "door", r.Title, "grade", r.Standing(l.Catalogue))
	if len(r.CVEs) > 0 {
		text = l.Say("page.door-cves", "door", text, "cves", r.CVEs)
	}
	if len(r.Sources) > 0 {
		text = l.Say("page.door-from", "door", text, "sources", r.Sources)
	}
	return safetext.Terminal(text)
}

// period says what the examination was limited to, "" for nothing.
func (l language) period(p storyline.Period) string {
	switch {
	case p.From+p.To == "":
		return ""
	case p.To == "":
		return l.say("page.only-from", "from", p.From, "n", p.LeftOut)
	case p.From == "":
		return l.say("page.only-to", "to", p.To, "n", p.LeftOut)
	}
	return l.say("page.only-between", "from", p.From, "to", p.To, "n", p.LeftOut)
}

// place is where a record lies.
func (l language) place(p storyline.Proven) string {
	switch {
	case p.Line > 0:
		return safetext.Terminal(p.Path + ":" + strconv.FormatInt(p.Line, 10))
	case p.Record > 0:
		return l.say("page.record", "path", p.Path, "id", strconv.FormatUint(p.Record, 10))
	}
	return safetext.Terminal(p.Path)
}

func (l language) proofs(e *storyline.Entry) []string {
	var list []string
	for _, p := range e.Proof {
		list = append(list, l.place(p))
	}
	if n := e.Count - len(e.Proof); n > 0 {
		list = append(list, l.say("report.more-proof", "n", n))
	}
	return list
}
