package engine

import (
	"slices"

	"spoor/event"
)

// Reason is one line of a rule that holds on a record.
type Reason struct {
	Selection string
	// Field is the field as the rule names it; of a line that searches the
	// whole record it is the field in which something was found, "" for the
	// record's text as a whole.
	Field string
	// Value is the text that passed, as the record states it or translated; ""
	// where the field is absent or empty and that was asked for.
	Value string
	Test  string // what was asked of it, in words
}

// Why lists the lines because of which a rule fires on a record: of every
// selection that holds and does not stand behind a "not", the alternatives that
// hold, and of their lines every test with the first text that passed. It is
// nil where the rule does not fire.
func Why(r *Rule, e *event.Event) []Reason {
	rec := &record{texts: map[string][]text{}, made: map[*Texts][]text{}}
	rec.reset(e)
	for i := range r.Scopes {
		scope := &r.Scopes[i]
		if scope.accepts(e.Route) && rec.where(scope) && r.eval(rec, scope) {
			return r.reasons(rec, scope)
		}
	}
	return nil
}

func (r *Rule) reasons(rec *record, scope *Scope) []Reason {
	list := []Reason{} // a rule may fire for what a record lacks alone
	for n := range r.Selections {
		s := &r.Selections[n]
		if r.negated[n] {
			continue
		}
		for _, items := range s.Alternatives {
			if slices.ContainsFunc(items, func(it Item) bool { return !it.eval(rec, scope) }) {
				continue
			}
			for i := range items {
				list = items[i].reasons(list, s.Name, rec, scope)
			}
		}
	}
	return list
}

// reasons appends what a line that holds was fulfilled by.
func (it *Item) reasons(list []Reason, selection string, rec *record, scope *Scope) []Reason {
	texts := rec.everything
	if it.Field != "" {
		texts = func(scope *Scope) []text { return rec.values(it.Field, scope) }
	}
	found := texts(scope)
	first := func() string {
		if len(found) == 0 {
			return ""
		}
		return found[0].raw
	}
	add := func(value, test string) {
		field := it.Field
		if field == "" {
			field = rec.holder(value)
		}
		list = append(list, Reason{selection, field, value, test})
	}
	switch {
	case it.Kind == ExistsItem && it.Exists:
		add(first(), "is there")
		return list
	case it.Kind == ExistsItem:
		add("", "is not there")
		return list
	case it.Negate:
		for i := range it.Tests {
			add(first(), "not: "+it.Tests[i].String())
		}
		return list
	}
	if it.Null && !slices.ContainsFunc(found, func(t text) bool { return t.raw != "" }) {
		add("", "is absent or empty")
	}
	for i := range it.Tests {
		n := slices.IndexFunc(found, func(t text) bool { return it.Tests[i].hit(rec, scope, t) })
		if n >= 0 {
			add(found[n].raw, it.Tests[i].passed(found[n]))
		}
	}
	return list
}

// passed says in words what a text passed: of a list of tests the one.
func (t *Test) passed(x text) string {
	if t.Kind == OneOf {
		for i := range t.Any {
			if t.Any[i].match(x.raw, x.folded) {
				return t.Any[i].String()
			}
		}
	}
	return t.String()
}

// holder is the output name of the first field that has a text, "" for none.
func (r *record) holder(text string) string {
	for slot, v := range r.e.Values {
		holds := false
		v.Each(func(v event.Value) { holds = holds || v.Kind != event.Null && v.String() == text })
		if holds {
			return r.e.Shape.OutputName(event.Slot(slot))
		}
	}
	return ""
}
