package hypothesis

import (
	"slices"
	"strings"

	"spoor/internal/message"
)

// In returns a copy of the weighing with every sentence in the catalogue's
// language. Ids, values and what sources say stay.
func (w *Weighing) In(c *message.Catalogue) *Weighing {
	if w == nil {
		return nil
	}
	out := *w
	out.Case = w.Case.in(c)
	out.Hosts = slices.Clone(w.Hosts)
	for i := range out.Hosts {
		h := &out.Hosts[i]
		h.Assessment = h.Assessment.in(c)
		h.Storylines = slices.Clone(h.Storylines)
		for j := range h.Storylines {
			h.Storylines[j].Assessment = h.Storylines[j].Assessment.in(c)
		}
	}
	return &out
}

func (a *Assessment) in(c *message.Catalogue) *Assessment {
	if a == nil {
		return nil
	}
	out := *a
	out.Groups, out.Evidence, out.Without = slices.Clone(a.Groups), slices.Clone(a.Evidence), slices.Clone(a.Without)
	out.speak(c)
	for i := range out.Groups {
		k := &out.Groups[i]
		k.Contributions = slices.Clone(k.Contributions)
		for j := range k.Contributions {
			k.Contributions[j].ID = contributor(c, k.Contributions[j].ID)
		}
	}
	for i := range out.Without {
		if w := &out.Without[i]; w.ID == allExclusive {
			w.ID, w.Name = c.Say("fit.without.all-exclusive"), c.Say("fit.without.if-planted")
		}
	}
	return &out
}

// contributor is what a contribution comes from, for people.
func contributor(c *message.Catalogue, id string) string {
	if id == fromReports {
		return c.Say("fit.contribution.reports")
	}
	if name, ok := strings.CutPrefix(id, fromKin+": "); ok {
		return c.Say("fit.contribution.kin", "name", name)
	}
	return id
}

// speak writes the sentences of an assessment. It is the only place where ids
// become words; a sentence whose id the catalogue does not hold stays.
func (a *Assessment) speak(c *message.Catalogue) {
	set := func(field *string, t message.Text) {
		if c.Has(t.ID) {
			*field = c.Write(t)
		}
	}
	set(&a.Sentence, a.SentenceMessage)
	set(&a.ErrorRate, a.ErrorRateMessage)
	set(&a.Planted, a.PlantedMessage)
	set(&a.AlikeNote, a.AlikeMessage)
	if len(a.ContradictionMessages) > 0 {
		a.Contradictions = make([]string, len(a.ContradictionMessages))
		for i, t := range a.ContradictionMessages {
			set(&a.Contradictions[i], t)
		}
	}
	for i := range a.Groups {
		set(&a.Groups[i].Word, a.Groups[i].WordMessage)
	}
	for i := range a.Evidence {
		set(&a.Evidence[i].Meaning, a.Evidence[i].MeaningMessage)
	}
	for i := range a.Without {
		set(&a.Without[i].Says, a.Without[i].SaysMessage)
	}
}
