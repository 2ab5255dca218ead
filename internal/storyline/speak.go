package storyline

import (
	"slices"
	"strings"

	"spoor/internal/message"
)

// In returns a copy of the verdict with every sentence for people in the
// catalogue's language. Ids, values and what comes from evidence stay. A
// sentence whose id the catalogue does not hold stays in the words it has.
func (v *Verdict) In(c *message.Catalogue) *Verdict {
	out := *v
	out.Hosts = make([]*Host, 0, len(v.Hosts))
	for _, h := range v.Hosts {
		said := h.copy()
		said.speak(c)
		out.Hosts = append(out.Hosts, said)
	}
	if c.Has(v.Evidence.Stopped.ID) {
		out.Evidence.Interrupted = c.Write(v.Evidence.Stopped)
	}
	return &out
}

// copy copies a host as deep as speak writes.
func (h *Host) copy() *Host {
	out := *h
	out.Fixed, out.Coverage, out.NotChecked, out.Next = slices.Clone(h.Fixed), slices.Clone(h.Coverage), slices.Clone(h.NotChecked), slices.Clone(h.Next)
	out.Chains, out.Webshells, out.Story, out.Leads, out.Windows = copies(h.Chains), copies(h.Webshells), copies(h.Story), copies(h.Leads), copies(h.Windows)
	return &out
}

func copies[T any](list []*T) []*T {
	out := make([]*T, 0, len(list))
	for _, p := range list {
		if p != nil {
			c := *p
			out = append(out, &c)
		}
	}
	return out
}

// speak writes the sentences of a host. It is the only place where ids become
// words.
func (h *Host) speak(c *message.Catalogue) {
	set := func(field *string, t message.Text) {
		if c.Has(t.ID) {
			*field = c.Write(t)
		}
	}
	set(&h.Reason, h.Why)
	set(&h.Ongoing, h.GoesOn)
	h.CannotRuleOut = written(c, h.Unseen, h.CannotRuleOut)
	h.Taken = written(c, h.Took, h.Taken)
	for i := range h.Fixed {
		set(&h.Fixed[i].Title, title(h.Fixed[i].Chain))
	}
	for _, w := range h.Windows {
		set(&w.Title, title(w.Chain))
	}
	for _, r := range h.Chains {
		set(&r.Title, title(r.ID))
		set(&r.DeepestSays, says(r.ID, r.Deepest))
		r.Notes = written(c, r.NoteMessages, r.Notes)
	}
	for _, s := range h.Webshells {
		set(&s.Says, s.message())
	}
	for _, e := range h.Story {
		set(&e.Says, says(e.Chain, e.Step))
	}
	for i := range h.Coverage {
		r := &h.Coverage[i]
		if notes := written(c, r.NoteMessages, nil); len(notes) > 0 {
			r.Note = strings.Join(notes, "; ")
		}
	}
	for i := range h.NotChecked {
		d := &h.NotChecked[i]
		set(&d.Name, message.New("unchecked."+d.ID+".name"))
		set(&d.Says, message.New("unchecked."+d.ID+".says"))
	}
	for i := range h.Next {
		a := &h.Next[i]
		set(&a.Do, message.Text{ID: "next." + a.ID + ".do", Values: a.Values})
		set(&a.Why, message.Text{ID: "next." + a.ID + ".why", Values: a.Values})
	}
}

// written writes a list of sentences, or keeps the words it has where the
// catalogue does not hold them all.
func written(c *message.Catalogue, list []message.Text, otherwise []string) []string {
	words := make([]string, 0, len(list))
	for _, t := range list {
		if !c.Has(t.ID) {
			return otherwise
		}
		words = append(words, c.Write(t))
	}
	if len(words) == 0 {
		return otherwise
	}
	return words
}

// title, says and plain name the sentences of a chain and its steps.
func title(chain string) message.Text { return message.New("chain." + chain + ".title") }

func says(chain, step string) message.Text {
	return message.New("chain." + chain + "." + step + ".says")
}

func plain(chain, step string) message.Text {
	return message.New("chain." + chain + "." + step + ".plain")
}

// unnamed begins the name of a host that no record names.
const unnamed = "unnamed host"

// HostName is a host's name for people: that of a server which no record
// names is a sentence, every other one stays as it is.
func HostName(c *message.Catalogue, host string) string {
	path, ok := strings.CutPrefix(host, unnamed+" in ")
	switch {
	case ok:
		return c.Say("host.unnamed-in", "path", path)
	case host == unnamed:
		return c.Say("host.unnamed")
	}
	return host
}

// Unnamed reports that no record names the host.
func Unnamed(host string) bool { return host == unnamed || strings.HasPrefix(host, unnamed+" in ") }

// LogName is the name of a kind of log for people.
func LogName(c *message.Catalogue, kind string) string { return named(c, "log.", kind) }

// OutcomeName is what became of an item, for people.
func OutcomeName(c *message.Catalogue, outcome string) string {
	return named(c, "item-outcome.", outcome)
}

// LevelName is a rule's level for people.
func LevelName(c *message.Catalogue, level string) string { return named(c, "level.", level) }

// named is the word for a code, or the code where there is none.
func named(c *message.Catalogue, section, code string) string {
	if c.Has(section + code) {
		return c.Say(section + code)
	}
	return code
}
