package engine

import (
	"slices"
	"strings"

	"spoor/event"
	"spoor/internal/limits"
)

// Reference is the slow, obviously right evaluator: every rule that is meant
// for a record is evaluated as it is written. One goroutine uses one; the
// rules are shared.
type Reference struct {
	set   *Ruleset
	plans map[event.Route][]candidate
	tried bool
	rec   record // reused, its maps emptied, from event to event
}

type candidate struct {
	rule  *Rule
	scope *Scope
}

// maxPlans bounds the routes that are remembered; a log has a few hundred.
const maxPlans = max(20_000>>limits.Shrink, 2)

// NewReference returns an evaluator for a set of rules.
func NewReference(set *Ruleset) *Reference {
	return &Reference{
		set:   set,
		plans: make(map[event.Route][]candidate),
		rec:   record{texts: map[string][]text{}, made: map[*Texts][]text{}},
	}
}

// Tried reports whether any rule was meant for the last event.
func (x *Reference) Tried() bool { return x.tried }

// Match appends the rules that fire on the event, in load order.
func (x *Reference) Match(e *event.Event, hits []Hit) []Hit {
	plan, ok := x.plans[*e.Route]
	if !ok {
		plan = x.plan(e.Route)
		if len(x.plans) < maxPlans {
			x.plans[*e.Route] = plan
		}
	}
	x.tried = len(plan) > 0
	if !x.tried {
		return hits
	}
	r := &x.rec
	r.reset(e)
	var last *Rule
	for _, c := range plan {
		if c.rule == last || !r.where(c.scope) {
			continue
		}
		if c.rule.eval(r, c.scope) {
			hits = append(hits, Hit{Rule: c.rule, Untested: c.rule.untested(r, c.scope), Needs: c.rule.needed(r, c.scope)})
			last = c.rule // a second scope of the same rule adds nothing
		}
	}
	return hits
}

// plan lists the rules that are meant for a route.
func (x *Reference) plan(to *event.Route) []candidate {
	var list []candidate
	for _, r := range x.set.Rules {
		for i := range r.Scopes {
			if r.Scopes[i].accepts(to) {
				list = append(list, candidate{r, &r.Scopes[i]})
			}
		}
	}
	return list
}

func (r *Scope) accepts(to *event.Route) bool {
	if len(r.Formats) > 0 && !slices.Contains(r.Formats, to.Format) {
		return false
	}
	if len(r.EventIDs) > 0 && !slices.Contains(r.EventIDs, to.EventID) {
		return false
	}
	if len(r.Channels) == 0 && len(r.Providers) == 0 {
		return true
	}
	if to.Channel != "" {
		return containsFold(r.Channels, to.Channel)
	}
	return containsFold(r.Providers, to.Provider)
}

func containsFold(list []string, s string) bool {
	return slices.ContainsFunc(list, func(x string) bool { return strings.EqualFold(x, s) })
}

// text is a value as text, and folded.
type text struct{ raw, folded string }

// record caches the texts of one event's fields.
type record struct {
	e     *event.Event
	texts map[string][]text
	made  map[*Texts][]text
	all   []text
	read  bool
}

func (r *record) reset(e *event.Event) {
	clear(r.texts)
	clear(r.made)
	clear(r.all)
	r.e, r.all, r.read = e, r.all[:0], false
}

// derived returns the texts that are made of the whole record.
func (r *record) derived(from *Texts) []text {
	if from == nil {
		return nil
	}
	if list, ok := r.made[from]; ok {
		return list
	}
	var list []text
	if b, ok := from.Append(nil, r.e); ok {
		list = append(list, text{string(b), Fold(string(b))})
	}
	r.made[from] = list
	return list
}

func (r *record) where(scope *Scope) bool {
	for field, want := range scope.Where {
		if !slices.ContainsFunc(r.field(field), func(t text) bool { return t.folded == want }) {
			return false
		}
	}
	return true
}

// field returns the texts of a record's own field, nil if it has none.
func (r *record) field(name string) []text {
	if t, ok := r.texts[name]; ok {
		return t
	}
	var list []text
	for _, slot := range r.e.Shape.Slots(name) {
		v := r.e.Values[slot]
		if v.Kind == event.Null {
			list = append(list, text{})
			continue
		}
		v.Each(func(v event.Value) {
			s := v.String()
			list = append(list, text{s, Fold(s)})
		})
		if v.Kind == event.List && len(v.Raw) == 0 {
			list = append(list, text{})
		}
	}
	r.texts[name] = list
	return list
}

// values returns the texts that a rule's field means on a scope.
func (r *record) values(name string, scope *Scope) []text {
	names, renamed := scope.Fields[name]
	turn, derived := scope.Values[name], scope.Derived[name]
	switch {
	case !renamed && turn == nil && derived == nil:
		return r.field(name)
	case !renamed:
		names = []string{name}
	case len(names) == 1 && turn == nil && derived == nil:
		return r.named(names[0])
	}
	var list []text
	for _, n := range names {
		list = append(list, r.named(n)...)
	}
	if turn != nil {
		for _, t := range slices.Clone(list) {
			for _, s := range turn.Of(t.raw) {
				list = append(list, text{s, Fold(s)})
			}
		}
	}
	return append(list, r.derived(derived)...)
}

// named returns a field's texts. "a?b" is two fields joined by a question
// mark, the path and query of a web request, or the first alone where the
// second is empty; "a\b" is joined by a backslash, a registry key and its
// value, of which the one without a name is called (Default).
func (r *record) named(name string) []text {
	at := strings.IndexAny(name, "?\\")
	if at < 0 {
		return r.field(name)
	}
	a, b := r.field(name[:at]), r.field(name[at+1:])
	if len(a) == 0 || len(b) == 0 {
		return a
	}
	mark, tail := name[at:at+1], b[0]
	if tail.raw == "" || tail.raw == "-" {
		if mark == "?" {
			return a
		}
		tail = text{"(Default)", "(default)"}
	}
	return []text{{a[0].raw + mark + tail.raw, a[0].folded + mark + tail.folded}}
}

// everything returns the texts of all values, for keywords.
func (r *record) everything(scope *Scope) []text {
	if !r.read {
		r.read = true
		for _, v := range r.e.Values {
			v.Each(func(v event.Value) {
				if v.Kind != event.Null {
					s := v.String()
					r.all = append(r.all, text{s, Fold(s)})
				}
			})
		}
	}
	if scope.Extra == nil {
		return r.all
	}
	return append(slices.Clone(r.all), r.derived(scope.Extra)...)
}

// eval runs the condition, unless a selection that it cannot do without fails:
// most records end there, which saves a fifth of the time of all published rules.
func (r *Rule) eval(rec *record, scope *Scope) bool {
	for _, n := range r.must {
		if !r.Selections[n].eval(rec, scope) {
			return false
		}
	}
	return evalOps(r.Condition, func(n int) bool { return r.Selections[n].eval(rec, scope) })
}

// evalOps runs a condition over the truth of its selections.
func evalOps(ops []Op, holds func(selection int) bool) bool {
	var room [16]bool
	stack := room[:0]
	for _, op := range ops {
		switch op.Code {
		case OpSelection:
			stack = append(stack, holds(op.Arg))
		case OpNot:
			stack[len(stack)-1] = !stack[len(stack)-1]
		default:
			args := stack[len(stack)-op.Arg:]
			v := op.Code == OpAnd
			for _, a := range args {
				if op.Code == OpAnd {
					v = v && a
				} else {
					v = v || a
				}
			}
			stack = append(stack[:len(stack)-op.Arg], v)
		}
	}
	return len(stack) == 1 && stack[0]
}

func (s *Selection) eval(rec *record, scope *Scope) bool {
	for _, items := range s.Alternatives {
		all := true
		for i := range items {
			if !items[i].eval(rec, scope) {
				all = false
				break
			}
		}
		if all {
			return true
		}
	}
	return false
}

func (it *Item) eval(rec *record, scope *Scope) bool {
	var list []text
	if it.Field == "" {
		list = rec.everything(scope)
	} else {
		list = rec.values(it.Field, scope)
	}
	if it.Kind == ExistsItem {
		return (len(list) > 0) == it.Exists
	}
	if it.Negate {
		// "not equal" still asks for the field: without it nothing is compared.
		return len(list) > 0 && !it.any(rec, scope, list)
	}
	return it.any(rec, scope, list)
}

func (it *Item) any(rec *record, scope *Scope, list []text) bool {
	if it.Null && !slices.ContainsFunc(list, func(t text) bool { return t.raw != "" }) {
		return true
	}
	for i := range it.Tests {
		hit := slices.ContainsFunc(list, func(t text) bool { return it.Tests[i].hit(rec, scope, t) })
		if hit != it.All {
			return hit
		}
	}
	return it.All && len(it.Tests) > 0
}

func (t *Test) hit(rec *record, scope *Scope, v text) bool {
	if t.Kind != FieldRef {
		return t.match(v.raw, v.folded)
	}
	for _, other := range rec.values(t.Field, scope) {
		a, b := v.folded, other.folded
		if t.Cased {
			a, b = v.raw, other.raw
		}
		switch t.Anchor {
		case Whole:
			if a == b {
				return true
			}
		case Anywhere:
			if strings.Contains(a, b) {
				return true
			}
		case AtStart:
			if strings.HasPrefix(a, b) {
				return true
			}
		case AtEnd:
			if strings.HasSuffix(a, b) {
				return true
			}
		}
	}
	return false
}

// untested lists the fields that stand behind a "not", that the scope's records
// never have, and that decide: everything else beside them holds.
func (r *Rule) untested(rec *record, scope *Scope) []string {
	if len(scope.Lacks) == 0 {
		return nil
	}
	var list []string
	for i, s := range r.Selections {
		if !r.negated[i] {
			continue
		}
		for _, items := range s.Alternatives {
			for _, field := range lacking(items, rec, scope) {
				if !slices.Contains(list, field) {
					list = append(list, field)
				}
			}
		}
	}
	return list
}

// lacking returns the fields without which a list of items holds, none if it
// does not.
func lacking(items []Item, rec *record, scope *Scope) []string {
	var fields []string
	for i := range items {
		switch field := items[i].Field; {
		case items[i].eval(rec, scope):
		case slices.Contains(scope.Lacks, field) && len(rec.values(field, scope)) == 0:
			fields = append(fields, field)
		default:
			return nil
		}
	}
	return fields
}

// needed reads the fields that correlations ask of a hit. A record's computer
// goes by several names in rules.
func (r *Rule) needed(rec *record, scope *Scope) []string {
	if len(r.Needs) == 0 {
		return nil
	}
	list := make([]string, len(r.Needs))
	for i, name := range r.Needs {
		for _, t := range rec.values(name, scope) {
			if t.raw != "" {
				list[i] = t.raw
				break
			}
		}
		if list[i] == "" {
			switch name {
			case "Computer", "ComputerName", "Hostname", "host":
				list[i] = rec.e.Host
			}
		}
	}
	return list
}
