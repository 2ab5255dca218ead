package engine

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// String says in words what a test asks of a value: `ends with "\cmd.exe"`.
// Text that is compared without case is shown in lower case.
func (t *Test) String() string {
	switch t.Kind {
	case Glob:
		return globWords(t.Pattern) + caseWords(t.Cased)
	case Regexp:
		return "matches the expression " + t.Re.String()
	case CIDR:
		return "is an address in " + prefixWords(t.Prefix)
	case Compare:
		return "is a number " + orderWords(t.Order) + t.Number.String()
	case Part:
		return "is a time whose " + t.TimeOf + " is " + orderWords(t.Order) + t.Number.String()
	case FieldRef:
		return anchorWords(t.Anchor) + "the field " + t.Field + caseWords(t.Cased)
	case OneOf:
		list := make([]string, len(t.Any))
		for i := range t.Any {
			list[i] = t.Any[i].String()
		}
		return strings.Join(list, " or ")
	}
	return "?"
}

func prefixWords(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

func caseWords(cased bool) string {
	if cased {
		return " (with case)"
	}
	return ""
}

func orderWords(o Order) string {
	return [...]string{Less: "less than ", LessEqual: "at most ", Greater: "greater than ", GreaterEqual: "at least ", Equal: ""}[o]
}

func anchorWords(a Anchor) string {
	return [...]string{Whole: "equals ", Anywhere: "contains ", AtStart: "starts with ", AtEnd: "ends with "}[a]
}

// globWords names the plain places by their words and writes everything else
// as a pattern.
func globWords(p []Piece) string {
	open, end := len(p) > 0 && p[0].Run, len(p) > 1 && p[len(p)-1].Run
	inner := p
	if open {
		inner = inner[1:]
	}
	if end {
		inner = inner[:len(inner)-1]
	}
	switch {
	case open && len(p) == 1:
		return "is there, whatever it holds"
	case len(inner) == 0 && !open:
		return "is empty"
	case len(inner) == 1 && inner[0].Text != "":
		anchor := Whole
		switch {
		case open && end:
			anchor = Anywhere
		case end:
			anchor = AtStart
		case open:
			anchor = AtEnd
		}
		return anchorWords(anchor) + quoted(inner[0].Text)
	}
	var b strings.Builder
	for _, x := range p {
		switch {
		case x.Run:
			b.WriteByte('*')
		case x.Any:
			b.WriteByte('?')
		case x.Dash:
			b.WriteString("[-/\u2013\u2014\u2015]")
		default:
			b.WriteString(strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`).Replace(x.Text))
		}
	}
	return "is like " + quoted(b.String())
}

// quoted puts quotes around a text and leaves backslashes alone, of which
// Windows paths are full.
func quoted(s string) string { return `"` + s + `"` }

// String writes the number as a rule may state it.
func (n Number) String() string {
	if !n.whole {
		return strconv.FormatFloat(n.float, 'g', -1, 64)
	}
	sign := ""
	if n.negative {
		sign = "-"
	}
	return sign + strconv.FormatUint(n.size, 10)
}

// ConditionText writes the condition with the names of its selections and
// only the parentheses it needs. mark, when set, adds to a selection's name.
func (r *Rule) ConditionText(mark func(selection int) string) string {
	type part struct {
		text string
		rank int // 0 selection or not, 1 and, 2 or
	}
	var stack []part
	wrap := func(p part, above int) string {
		if p.rank > above {
			return "(" + p.text + ")"
		}
		return p.text
	}
	for _, op := range r.Condition {
		switch op.Code {
		case OpSelection:
			text := r.Selections[op.Arg].Name
			if mark != nil {
				text += mark(op.Arg)
			}
			stack = append(stack, part{text: text})
		case OpNot:
			last := &stack[len(stack)-1]
			*last = part{text: "not " + wrap(*last, 0)}
		default:
			word, rank := " and ", 1
			if op.Code == OpOr {
				word, rank = " or ", 2
			}
			args := stack[len(stack)-op.Arg:]
			texts := make([]string, len(args))
			for i, a := range args {
				texts[i] = wrap(a, rank)
			}
			stack = append(stack[:len(stack)-op.Arg], part{strings.Join(texts, word), rank})
		}
	}
	if len(stack) != 1 {
		return ""
	}
	return stack[0].text
}

// Words says which records are in the scope.
func (r *Scope) Words() string {
	var parts []string
	if len(r.Formats) > 0 {
		parts = append(parts, "logs of the form "+strings.Join(r.Formats, " or "))
	}
	if len(r.Channels) > 0 {
		parts = append(parts, "channel "+strings.Join(r.Channels, " or "))
	}
	if len(r.Providers) > 0 {
		parts = append(parts, "(without a channel: provider "+strings.Join(r.Providers, " or ")+")")
	}
	if len(r.EventIDs) > 0 {
		ids := make([]string, len(r.EventIDs))
		for i, id := range r.EventIDs {
			ids[i] = strconv.FormatUint(uint64(id), 10)
		}
		parts = append(parts, "event id "+strings.Join(ids, ", "))
	}
	for _, field := range slices.Sorted(maps.Keys(r.Where)) {
		parts = append(parts, fmt.Sprintf("%s is %q", field, r.Where[field]))
	}
	if len(parts) == 0 {
		return "every record"
	}
	return strings.Join(parts, ", ")
}

// Reads says which of the record's fields a rule's field means on the scope:
// "NewProcessName" for Image on a 4688.
func (r *Scope) Reads(field string) string {
	if field == "" {
		if r.Extra != nil {
			return "any value, or the record's whole sentence"
		}
		return "any value"
	}
	names, renamed := r.Fields[field]
	var parts []string
	if renamed {
		parts = append(parts, names...)
	} else {
		parts = append(parts, field)
	}
	if r.Values[field] != nil {
		parts = append(parts, "its translated form")
	}
	if r.Derived[field] != nil {
		parts = append(parts, "a text made of the record")
	}
	return strings.Join(parts, ", ")
}

// Gated reports whether every match of a regular expression holds a literal
// of a few bytes, which is looked for before the expression is tried.
func Gated(expr string) bool { return len(gateOf(expr).any) > 0 }

// Words says what a correlation counts, and when it fires.
func (c *Correlation) Words() string {
	parts := make([]string, len(c.Parts))
	for i, p := range c.Parts {
		meta := &c.Meta
		if p.Rule != nil {
			meta = &p.Rule.Meta
		} else if p.Correlation != nil {
			meta = &p.Correlation.Meta
		}
		parts[i] = quoted(meta.Title)
	}
	text := c.Kind.String() + " of the hits of " + strings.Join(parts, ", ") + " within " + time.Duration(c.Span).String()
	if len(c.GroupBy) > 0 {
		text += ", for each " + strings.Join(c.GroupBy, ", ")
	}
	if c.Stated != "" {
		text += ": " + c.Stated
	}
	for i, b := range c.Bounds {
		sep := " and "
		if i == 0 {
			sep = ": "
		}
		if b.Not {
			sep += "not "
		}
		text += sep + orderWords(b.Order) + strconv.FormatFloat(b.Value, 'g', -1, 64)
	}
	return text
}
