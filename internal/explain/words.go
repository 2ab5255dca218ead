package explain

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"spoor/internal/engine"
	"spoor/internal/safetext"
)

// Writer writes rules and explanations for people.
type Writer struct {
	io.Writer
	All bool // every value of long lists
}

// shownValues is how many values of a list are shown without --all.
const shownValues = 6

func (w Writer) line(indent int, format string, args ...any) {
	fmt.Fprintf(w, "%s%s\n", strings.Repeat(" ", indent), safetext.Terminal(fmt.Sprintf(format, args...)))
}

// Rule writes what a rule looks at and asks, without a record.
func (w Writer) Rule(r *engine.Rule) {
	w.line(0, "%s (%s)", r.Meta.Title, r.Meta.Level)
	w.line(2, "id %s, file %s", stated(r.Meta.ID), r.Meta.Source)
	for i := range r.Scopes {
		w.line(2, "looks at: %s", r.Scopes[i].Words())
	}
	w.line(2, "fires when: %s", r.ConditionText(nil))
	for i := range r.Selections {
		w.line(2, "%s:", r.Selections[i].Name)
		for n, items := range r.Selections[i].Alternatives {
			if n > 0 {
				w.line(4, "or")
			}
			for k := range items {
				w.item(4, r, &items[k])
			}
		}
	}
}

// Correlation writes what a correlation counts.
func (w Writer) Correlation(c *engine.Correlation) {
	w.line(0, "%s (%s)", c.Meta.Title, c.Meta.Level)
	w.line(2, "id %s, file %s", stated(c.Meta.ID), c.Meta.Source)
	w.line(2, "fires on: %s", c.Words())
}

func stated(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}

// item writes one line of a selection: the field, where each source has it,
// and the tests.
func (w Writer) item(indent int, r *engine.Rule, it *engine.Item) {
	name := it.Field
	if name == "" {
		name = "any value"
	}
	tests := testWords(it)
	if len(tests) == 1 {
		w.line(indent, "%s %s", name, tests[0])
	} else {
		how := "one of:"
		switch {
		case it.Negate:
			how = "is there and none of these holds:"
		case it.All:
			how = "each of:"
		}
		w.line(indent, "%s %s", name, how)
		shown := tests
		if !w.All && len(tests) > shownValues+1 {
			shown = tests[:shownValues]
		}
		for _, t := range shown {
			w.line(indent+2, "%s", t)
		}
		if more := len(tests) - len(shown); more > 0 {
			w.line(indent+2, "... and %d more (--all)", more)
		}
	}
	for i := range r.Scopes {
		scope := &r.Scopes[i]
		switch reads := scope.Reads(it.Field); {
		case slices.Contains(scope.Lacks, it.Field):
			w.line(indent+2, "[%s: never there]", short(scope))
		case reads != it.Field && it.Field != "":
			w.line(indent+2, "[%s: %s]", short(scope), reads)
		}
	}
}

// testWords lists what an item asks of its field.
func testWords(it *engine.Item) []string {
	if it.Kind == engine.ExistsItem {
		if it.Exists {
			return []string{"is there, empty or not"}
		}
		return []string{"is not there"}
	}
	var list []string
	if it.Null {
		list = append(list, "is absent or empty")
	}
	for i := range it.Tests {
		list = append(list, it.Tests[i].String())
	}
	if it.Negate && len(list) == 1 {
		list[0] = "is there and not: " + list[0]
	}
	return list
}

// short names a scope by its channel and event ids.
func short(r *engine.Scope) string {
	name := strings.Join(r.Formats, "/")
	if len(r.Channels) > 0 {
		name = r.Channels[0]
	}
	if len(r.EventIDs) > 0 {
		name += " " + strings.Trim(fmt.Sprint(r.EventIDs), "[]")
	}
	return name
}

// Record writes what one record said.
func (w Writer) Record(r Record) {
	x := r.Explanation
	fmt.Fprintln(w)
	w.line(0, "%s: %s", r.Where, verdict(x))
	if x.Scope == nil {
		for _, why := range distinct(x.Away) {
			w.line(2, "not meant for it: %s", why)
		}
		return
	}
	w.line(2, "%s", x.Rule.ConditionText(func(n int) string { return "[" + yes(x.Selections[n].Holds) + "]" }))
	for _, field := range x.Untested {
		w.line(2, "filter could not be tested: records of this kind never have %s", field)
	}
	for n, s := range x.Selections {
		note := ""
		if slices.Contains(x.Blame, n) {
			note = " <- decides"
		}
		w.line(2, "%s: %s%s", x.Rule.Selections[n].Name, yes(s.Holds), note)
		for i, items := range s.Alternatives {
			if i > 0 {
				w.line(4, "or")
			}
			for k := range items {
				w.itemResult(&items[k])
			}
		}
	}
}

func verdict(x *engine.Explanation) string {
	switch {
	case x.Fires && len(x.Untested) > 0:
		return "fires, but a filter could not be tested"
	case x.Fires:
		return "fires"
	}
	return "does not fire"
}

func yes(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

func distinct(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }

func (w Writer) itemResult(r *engine.ItemResult) {
	it := r.Item
	name := it.Field
	if name == "" {
		name = "any value"
	}
	tests := testWords(it)
	asked := tests[0]
	switch {
	case len(tests) == 1 || it.Kind == engine.ExistsItem:
	case it.All:
		asked = w.missing(r, len(tests))
	case len(r.Hits) > 0:
		asked = it.Tests[r.Hits[0]].String()
		if more := len(r.Hits) - 1; more > 0 {
			asked += fmt.Sprintf(", and %d more of %d values", more, len(tests))
		}
	case r.Holds: // null
	default:
		asked = fmt.Sprintf("none of %d values (%s, ...)", len(tests), tests[0])
	}
	w.line(4, "%-5s %s %s", yes(r.Holds), name, asked)
	switch {
	case r.Lacks:
		w.line(10, "records of this kind never have the field")
	case it.Field != "" && len(r.Seen) == 0:
		w.line(10, "the record does not have the field")
	}
	for _, s := range r.Seen {
		w.line(10, `seen: "%s"`, s)
	}
	if r.More > 0 {
		w.line(10, "... and %d more", r.More)
	}
}

// missing names the first value of |all that no text has.
func (w Writer) missing(r *engine.ItemResult, total int) string {
	for i := range r.Item.Tests {
		if !slices.Contains(r.Hits, i) {
			return fmt.Sprintf("%d of %d values, but not: %s", len(r.Hits), total, r.Item.Tests[i].String())
		}
	}
	return fmt.Sprintf("each of %d values", total)
}
