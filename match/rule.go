package match

import (
	"slices"

	"spoor/event"
)

// Meta is what a rule says about itself.
type Meta struct {
	ID         string
	Title      string
	Level      string // informational, low, medium, high, critical
	Status     string
	Source     string // file
	Techniques []string
	CVEs       []string
	Actors     []string
	Software   []string
	// Chain, Step and Message are set by built-in rules only.
	Chain, Step, Message string
}

// Rule is a compiled rule. It is immutable and shared by all workers.
type Rule struct {
	Meta       Meta
	Routes     []Route
	Selections []Selection
	Condition  []Op
	negated    []bool // selections that stand behind a "not"
	must       []int  // selections without which the condition cannot hold
}

// Route says for which records a rule is meant. Empty lists mean any.
type Route struct {
	Formats   []string
	Channels  []string
	Providers []string // asked only where a record has no channel that decides
	EventIDs  []uint32
	// Fields renames: the rule's field to the record's fields, any of which
	// may match. A field that is not in it keeps its name.
	Fields map[string][]string
	// Lacks names fields that the records of this route never have; a
	// negated test on one is told as "could not be tested".
	Lacks []string
	// Values turns a record's text of a field into the forms that rules
	// expect; the text itself is always tested too.
	Values map[string]func(text string) []string
	// Where holds extra conditions on the record, folded ("EventType" is
	// "createkey").
	Where map[string]string
	// Derived adds texts to a field that no single field of the record holds
	// (an account as DOMAIN\name).
	Derived map[string]*Texts
	// Extra adds texts for keyword searches (the rendered sentence of an
	// event).
	Extra *Texts
}

// Texts makes texts of a whole record. Routes share one by pointer, so that it
// is asked once for an event.
type Texts struct{ Of func(e *event.Event) []string }

// Selection is a list of alternatives.
type Selection struct {
	Name         string
	Alternatives [][]Item
}

// Item asks one field, or with an empty field every value of the record.
type Item struct {
	Field string
	Tests []Test
	All   bool // every test must match some value
	// Null holds when the field is absent, null or empty among the tests.
	Null bool
	// Exists, when Kind is ExistsItem, is whether the field must be there.
	Kind   ItemKind
	Exists bool
	Negate bool // neq: no value may match
}

// ItemKind tells tests on values from tests on presence.
type ItemKind uint8

// The kinds of items.
const (
	ValueItem ItemKind = iota
	ExistsItem
)

// Op is one step of a condition in postfix order.
type Op struct {
	Code OpCode
	Arg  int // selection, or how many operands
}

// OpCode is what a step does.
type OpCode uint8

// The steps of a condition.
const (
	OpSelection OpCode = iota // push the truth of a selection
	OpNot
	OpAnd // of Arg operands
	OpOr  // of Arg operands
)

// Ruleset is a set of rules, in load order.
type Ruleset struct{ Rules []*Rule }

// Hit is a rule that fired on an event.
type Hit struct {
	Rule *Rule
	// Untested lists negated fields that the record's kind never has.
	Untested []string
}

// New finishes a rule: it finds which selections stand behind a "not". The
// condition is walked from its end, where the outermost step stands.
func New(r Rule) *Rule {
	r.negated = make([]bool, len(r.Selections))
	type operand struct{ negated, must bool }
	pending := []operand{{must: true}} // the operands that are still to come
	for i := len(r.Condition) - 1; i >= 0; i-- {
		op := r.Condition[i]
		x := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		switch op.Code {
		case OpSelection:
			r.negated[op.Arg] = r.negated[op.Arg] || x.negated
			if x.must {
				r.must = append(r.must, op.Arg)
			}
		case OpNot:
			pending = append(pending, operand{negated: !x.negated})
		default:
			x.must = x.must && op.Code == OpAnd
			for range op.Arg {
				pending = append(pending, x)
			}
		}
	}
	slices.Sort(r.must) // the selection that rules write first says most
	return &r
}
