package match

import (
	"spoor/event"
	"spoor/internal/engine"
)

// Engine evaluates a set of rules, event by event. It remembers what the values
// that it met came to; one goroutine uses it.
type Engine struct {
	engine *engine.Engine
	found  []engine.Hit
	hits   []Hit
}

// NewEngine returns an engine over a set. Engines of one set share what was
// prepared of it.
func NewEngine(set *Ruleset) *Engine {
	return &Engine{engine: set.handle().Program().NewEngine()}
}

// Match returns the rules that fire on the event, in the order in which they
// were loaded. Rules that only a correlation reports are not among them (Sigma
// says so unless the correlation has "generate: true"). The list is valid until
// the next call.
func (x *Engine) Match(e *event.Event) []Hit {
	x.hits = x.hits[:0]
	for i := range x.match(e) {
		if !x.found[i].Rule.Silent {
			x.hits = append(x.hits, newHit(&x.found[i], e))
		}
	}
	return x.hits
}

func (x *Engine) match(e *event.Event) []engine.Hit {
	x.found = x.engine.Match(e, x.found[:0])
	return x.found
}

// Hit is a rule that fired on an event.
type Hit struct {
	Rule Rule
	// Untested lists fields that a "not" of the rule asks for and that records
	// of this kind never have: the filter could not be tested.
	Untested []string

	rule *engine.Rule
	e    *event.Event
	ref  event.Ref
}

func newHit(h *engine.Hit, e *event.Event) Hit {
	return Hit{Rule: Rule{&h.Rule.Meta}, Untested: h.Untested, rule: h.Rule, e: e, ref: e.Ref}
}

// Reason is one test of a rule that an event passed.
type Reason struct {
	Selection string // of the rule
	// Field is the field as the rule names it; where the rule searches the whole
	// record it is the one in which something was found, or "".
	Field string
	// Value is what passed, "" where the field is absent or empty and the rule
	// asks for that.
	Value string
	Test  string // what was asked, in words: ends with "\whoami.exe"
}

// Why says which values of the event made the rule fire. It is worked out when
// it is asked for, from the event, which must still be valid: for a hit of an
// event that its reader went on from it is nil.
func (h *Hit) Why() []Reason {
	if h.e == nil || h.e.Ref != h.ref {
		return nil
	}
	var list []Reason
	for _, r := range engine.Why(h.rule, h.e) {
		list = append(list, Reason(r))
	}
	return list
}
