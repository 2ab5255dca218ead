package sigma

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"spoor/internal/engine"
)

// lint warns of a rule that no record can satisfy, and of expressions that are
// slow. It is asked for by "rules check" only: it costs more than compiling.
func (c *compiler) lint(det *yaml.Node, r *engine.Rule) error {
	q, schema := newQuestion(r), c.sources.schema
	if !c.neverFires(det, r, q, schema) {
		c.unknownFields(det, r, q, schema)
	}
	c.slow(det, r)
	return schema.err // of our own embedded data; a test reads it
}

// neverFires looks for a contradiction on every scope: a condition that rules
// out what it asks for, a field that the records never have, an event id that
// is not the source's. It reports whether there is one.
func (c *compiler) neverFires(det *yaml.Node, r *engine.Rule, q *question, schema *schema) bool {
	condition := get(det, "condition")
	if !q.possible(nil, -1) {
		for n := range r.Selections {
			if r.Negated(n) && q.possible(nil, n) {
				c.warn(condition, "never-fires", "no record can satisfy the condition: the selection %q holds wherever the rest does", r.Selections[n].Name)
				return true
			}
		}
		c.warn(condition, "never-fires", "no record can satisfy the condition: it rules out what it asks for")
		return true
	}
	var reasons, fields []string
	for i := range r.Scopes {
		for _, event := range q.events(&r.Scopes[i]) {
			known := schema.known(&event, q)
			if q.possible(known, -1) {
				return false
			}
			for _, v := range q.deciding(known) {
				field := q.vars[v].field
				reason := fmt.Sprintf("records of %s never have the field %s%s", sourceName(&event), field, nearField(r, schema, field))
				if q.vars[v].item != nil {
					reason = fmt.Sprintf("the %s of %s is never what the rule asks for", field, sourceName(&event))
				}
				if !slices.Contains(reasons, reason) {
					reasons, fields = append(reasons, reason), append(fields, field)
				}
			}
		}
	}
	// That records of other events are of other events says nothing new.
	if rest := slices.DeleteFunc(slices.Clone(reasons), func(why string) bool { return strings.Contains(why, otherEvents) }); len(rest) > 0 {
		reasons, fields = rest, slices.DeleteFunc(fields, func(field string) bool { return field == "EventID" && len(rest) < len(reasons) })
	}
	slices.Sort(reasons)
	at := condition
	if len(fields) > 0 {
		at = fieldNode(det, slices.Min(fields), condition)
	}
	c.warn(at, "never-fires", "no record can satisfy the condition: %s", strings.Join(reasons, "; "))
	return true
}

// unknownFields warns of tests on fields that no record of the rule has: such
// a line never holds, and a filter on it never filters.
func (c *compiler) unknownFields(det *yaml.Node, r *engine.Rule, q *question, schema *schema) {
	told := map[string]bool{}
	for _, x := range q.vars {
		if x.item == nil || x.item.Null || x.field == "" || told[x.field] {
			continue
		}
		nowhere := true
		for i := range r.Scopes {
			nowhere = nowhere && !schema.has(&r.Scopes[i], x.field)
		}
		if !nowhere {
			continue
		}
		told[x.field] = true
		c.warn(fieldNode(det, x.field, get(det, "condition")), "unknown-field", "records of %s never have the field %s%s", sourceNames(r), x.field, nearField(r, schema, x.field))
	}
}

// nearField names a field that differs from a name in letter case only.
func nearField(r *engine.Rule, schema *schema, field string) string {
	if near := schema.near(r, field); near != "" {
		return ", but " + near
	}
	return ""
}

func sourceNames(r *engine.Rule) string {
	var names []string
	for i := range r.Scopes {
		names = append(names, sourceName(&r.Scopes[i]))
	}
	return strings.Join(names, ", ")
}

// otherEvents is how records are named whose event id the rule does not name.
const otherEvents = "every other event"

// noEvent stands for all event ids that a rule does not name.
const noEvent = ^uint32(0)

// events splits a scope that takes every event id into one for each id that
// the rule names and one for all others; a scope with ids, and one of a rule
// that asks for ids in another way than by number, stays as it is.
func (q *question) events(r *engine.Scope) []engine.Scope {
	if len(r.EventIDs) > 0 || len(r.Channels) == 0 {
		return []engine.Scope{*r}
	}
	var ids []uint32
	for _, x := range q.vars {
		if x.field != "EventID" || x.item == nil {
			continue
		}
		for i := range x.item.Tests {
			id, err := strconv.ParseUint(x.item.Tests[i].Literal(), 10, 32)
			if err != nil || x.item.All {
				return []engine.Scope{*r}
			}
			ids = append(ids, uint32(id))
		}
	}
	if len(ids) == 0 {
		return []engine.Scope{*r}
	}
	slices.Sort(ids)
	var list []engine.Scope
	for _, id := range append(slices.Compact(ids), noEvent) {
		event := *r
		event.EventIDs = []uint32{id}
		list = append(list, event)
	}
	return list
}

// deciding lists the parts without which the condition could hold; all that
// are known where no single field decides.
func (q *question) deciding(known map[int]bool) []int {
	var list []int
	for _, v := range slices.Sorted(maps.Keys(known)) {
		rest := map[int]bool{}
		for other, truth := range known {
			if q.vars[other].field != q.vars[v].field {
				rest[other] = truth
			}
		}
		if q.possible(rest, -1) {
			list = append(list, v)
		}
	}
	if len(list) == 0 {
		return slices.Sorted(maps.Keys(known))
	}
	return list
}

func sourceName(r *engine.Scope) string {
	name := strings.Join(r.Formats, " or ")
	if len(r.Channels) > 0 {
		name = r.Channels[0]
	}
	for i, id := range r.EventIDs {
		if id == noEvent {
			return otherEvents + " of " + name
		}
		if i == 0 {
			name += " event"
		}
		name += " " + strconv.FormatUint(uint64(id), 10)
	}
	return name
}

// fieldNode is the line of a selection that asks for a field.
func fieldNode(det *yaml.Node, field string, otherwise *yaml.Node) *yaml.Node {
	found := otherwise
	eachKey(det, func(key *yaml.Node, name string) bool {
		if name == field {
			found = key
		}
		return found == otherwise
	})
	return found
}

// eachKey visits the keys of all selections until told to stop. What is
// walked was bounded when the document was read.
func eachKey(det *yaml.Node, visit func(key *yaml.Node, field string) bool) {
	for stack := []*yaml.Node{det}; len(stack) > 0; {
		n := resolve(stack[len(stack)-1])
		stack = stack[:len(stack)-1]
		if n.Kind == yaml.SequenceNode {
			for i := len(n.Content) - 1; i >= 0; i-- {
				stack = append(stack, n.Content[i])
			}
			continue
		}
		if n.Kind != yaml.MappingNode {
			continue
		}
		for i := len(n.Content) - 2; i >= 0; i -= 2 {
			name, _, _ := strings.Cut(n.Content[i].Value, "|")
			if n != det && !visit(n.Content[i], name) {
				return
			}
			stack = append(stack, n.Content[i+1])
		}
	}
}

// known says which of a question's parts are settled on a scope.
func (s *schema) known(r *engine.Scope, q *question) map[int]bool {
	known := map[int]bool{}
	for v, x := range q.vars {
		switch {
		case x.field == "":
		case x.item == nil && !s.has(r, x.field):
			known[v] = false
		case x.item != nil && x.field == "EventID" && len(r.EventIDs) > 0:
			holds := false
			for _, id := range r.EventIDs {
				holds = holds || x.item.HoldsFor(strconv.FormatUint(uint64(id), 10))
			}
			if !holds {
				known[v] = false
			}
		case x.item != nil && r.Where[x.field] != "" && !cased(x.item) && !x.item.HoldsFor(r.Where[x.field]):
			known[v] = false
		}
	}
	return known
}

func cased(it *engine.Item) bool {
	return slices.ContainsFunc(it.Tests, func(t engine.Test) bool { return t.Cased || t.Kind == engine.Regexp })
}
