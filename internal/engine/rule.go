package engine

import (
	"slices"

	"spoor/event"
)

// Meta is what a rule says about itself.
type Meta struct {
	ID     string
	Name   string // by which correlations refer to it
	Title  string
	Level  string // informational, low, medium, high, critical
	Status string
	Source string // file
	// Extra is what else the rule's language lets it say. The engine does not
	// look at it.
	Extra any
}

// Rule is a compiled rule. While its set is loaded, filters narrow it and
// correlations note what they read of it; from [NewProgram] on it does not
// change and all workers share it.
type Rule struct {
	Meta       Meta
	Scopes     []Scope
	Selections []Selection
	Condition  []Op
	// Needs names the fields that correlations read of a hit. Silent says that
	// the rule speaks only through them.
	Needs   []string
	Silent  bool
	negated []bool // selections that stand behind a "not"
	must    []int  // selections without which the condition cannot hold
}

// Scope says for which records a rule is meant. Empty lists mean any.
type Scope struct {
	Formats   []string
	Channels  []string
	Providers []string // asked only where a record has no channel that decides
	EventIDs  []uint32
	// Fields renames: the rule's field to the record's fields, any of which
	// may match. A field that is not in it keeps its name.
	Fields map[string][]string
	// Lacks names fields that the records of this scope never have; a
	// negated test on one is told as "could not be tested".
	Lacks []string
	// Values turns a record's text of a field into the forms that rules
	// expect; the text itself is always tested too.
	Values map[string]*Turn
	// Where holds extra conditions on the record, folded ("EventType" is
	// "createkey").
	Where map[string]string
	// Derived adds texts to a field that no single field of the record holds
	// (an account as DOMAIN\name).
	Derived map[string]*Texts
	// Extra adds a text for keyword searches (the rendered sentence of an
	// event).
	Extra *Texts
}

// Turn writes one text of a record in the forms that rules expect. Scopes
// share one by pointer, so that equal ones are known as equal.
type Turn struct{ Of func(text string) []string }

// Texts makes a text of a whole record. Scopes share one by pointer, so that
// it is made once for an event.
type Texts struct {
	// Reads names the record's fields that the text depends on, and on nothing
	// else but its provider and event id; nil means the whole record.
	Reads []string
	// Whole says that the text holds the text of every value of the record:
	// what is searched for anywhere in it need not be searched for in them.
	Whole bool
	// Append appends the text, or reports false where the record gives none.
	Append func(dst []byte, e *event.Event) ([]byte, bool)
}

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

// Ruleset is a set of rules, in load order, and the correlations over them,
// inner ones first.
type Ruleset struct {
	Rules        []*Rule
	Correlations []*Correlation
}

// Hit is a rule that fired on an event.
type Hit struct {
	Rule *Rule
	// Untested lists negated fields that the record's kind never has.
	Untested []string
	// Needs holds the first text of each of the rule's needed fields, "" where
	// there is none.
	Needs []string
}

// NewRule finishes a rule: it finds which selections stand behind a "not". The
// condition is walked from its end, where the outermost step stands.
func NewRule(r Rule) *Rule {
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

// Exclude makes the rule hold only where a filter's condition does not. It is
// for loading only.
func (r *Rule) Exclude(selections []Selection, condition []Op) {
	out := *r
	out.must, out.negated = nil, nil
	out.Selections = slices.Concat(r.Selections, selections)
	out.Condition = slices.Clone(r.Condition)
	for _, op := range condition {
		if op.Code == OpSelection {
			op.Arg += len(r.Selections)
		}
		out.Condition = append(out.Condition, op)
	}
	out.Condition = append(out.Condition, Op{Code: OpNot}, Op{Code: OpAnd, Arg: 2})
	*r = *NewRule(out)
}
