package engine

import (
	"encoding/binary"
	"slices"
	"strings"
	"sync"

	"spoor/internal/limits"
)

// class is all that is known about records with the same candidate rules.
type class struct {
	built    sync.Once
	id       uint64 // for the value memo
	tried    bool   // some rule is meant for these records
	programs []*program
	inputs   []*input
	byInput  map[string]int
	byField  map[string]int // inputs that are one field as it stands
	turns    []*Turn        // numbered for byInput
	texts    []*Texts
	atoms    []atom
	byAtom   map[string]uint32
	ofInput  [][]uint32 // input -> its atoms
	single   []uint32   // the numbers of the atoms, of which lists of one are cut
	wake     [][]int32  // atom -> programs that it can make true
	always   []int32    // programs that may hold without any atom
	lazy     []bool     // atom -> is tested only when a rule needs it
	gates    []uint32   // atom -> the atom without which it is not worth asking, plus 1

	tests    *testTable
	key      []byte
	mu       sync.Mutex
	matchers map[string]*matcher
	views    map[uint64][]*view // by the id of the shape
	kept     int                // views
}

// program is one rule on one scope, with its tests turned into atoms.
type program struct {
	rule       *Rule
	scope      *Scope
	where      []*item
	selections [][][]*item
	items      []*item // all of them
	// untested says that a field behind a "not" may be one that the scope's
	// records lack.
	untested bool
}

// input is what a rule's field means on a scope: the sources of its texts.
type input struct {
	names   []source
	turn    *Turn
	derived *Texts
	keyword bool
	// rowless says that derived, the whole row, is made only for gated atoms.
	rowless bool
	// field is the rule's name of it, for fixed values and messages.
	field string
}

// source is a record's field, or two joined by mark.
type source struct {
	name string
	mark byte   // 0 for a single field
	tail string // the second field
}

// atom is one distinct test on one input, or a fact about its texts.
type atom struct {
	input int
	kind  atomKind
	tests []testID // any of them
}

type atomKind uint8

const (
	testAtom atomKind = iota
	presentAtom
	filledAtom // some text is not empty
	gateAtom   // some value makes another atom worth asking
)

// item is an Item of a rule over atoms.
type item struct {
	kind   itemKind
	input  int
	null   bool
	negate bool
	want   bool     // of exists and of fixed
	atoms  []uint32 // any, or all, of them
	own    *Item    // of later: as the rule states it
	refs   []int    // of later: the inputs that are compared
	id     uint64   // of later, for the value memo: of the class and the plan's rule
	filled uint32   // with null
	here   uint32   // with negate and exists: the input has a text
}

type itemKind uint8

const (
	anyOf itemKind = iota
	allOf
	exists
	fixed // its truth is known for the class
	later // another field's value is compared: only the reference can tell
)

// maxTestAtoms is how many tests of an item have atoms of their own. Longer
// lists (file hashes, driver names) are one atom, or a row of a thousand rules
// would carry a hundred thousand.
const maxTestAtoms = max(12>>limits.Shrink, 1)

// build compiles the candidates into atoms.
func (c *class) build(fixedID bool, id string) {
	c.byInput, c.byField, c.byAtom = map[string]int{}, map[string]int{}, map[string]uint32{}
	c.matchers, c.views = map[string]*matcher{}, map[uint64][]*view{}
	for _, p := range c.programs {
		for _, field := range orderedKeys(p.scope.Where) {
			test := Test{Kind: Glob}
			if want := p.scope.Where[field]; want != "" {
				test.Pattern = []Piece{{Text: want}}
			}
			in := c.input(field, &Scope{})
			p.where = append(p.where, &item{input: in, atoms: []uint32{c.atom(in, testAtom, []testID{c.tests.id(&test)})}})
		}
		p.selections = make([][][]*item, len(p.rule.Selections))
		for s := range p.rule.Selections {
			for _, items := range p.rule.Selections[s].Alternatives {
				list := make([]*item, len(items))
				for i := range items {
					list[i] = c.item(&items[i], p.scope)
					if fixedID && plainID(p.scope) {
						if t := items[i].withID(id); t != unknown {
							*list[i] = item{kind: fixed, want: t == yes}
						}
					}
				}
				p.selections[s] = append(p.selections[s], list)
			}
		}
		p.untested = p.mayLack()
		p.items = p.allItems()
	}
	c.gateRows()
	c.ofInput = make([][]uint32, len(c.inputs))
	c.single = make([]uint32, len(c.atoms))
	for n := range c.atoms {
		in := c.atoms[n].input
		c.ofInput[in] = append(c.ofInput[in], uint32(n))
		c.single[n] = uint32(n)
	}
	c.findWakers()
}

func orderedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// mayLack reports whether a "not" of the rule asks for a field that the
// scope's records lack.
func (p *program) mayLack() bool {
	for s, negated := range p.rule.negated {
		for _, items := range p.rule.Selections[s].Alternatives {
			for i := range items {
				if negated && slices.Contains(p.scope.Lacks, items[i].Field) {
					return true
				}
			}
		}
	}
	return false
}

// input interns what a field means on a scope.
func (c *class) input(field string, scope *Scope) int {
	names, renamed := scope.Fields[field]
	in := &input{field: field, keyword: field == "", turn: scope.Values[field], derived: scope.Derived[field]}
	if in.keyword {
		names, in.turn, in.derived = nil, nil, scope.Extra
	} else if !renamed {
		names = []string{field}
	}
	bare := !in.keyword && in.turn == nil && in.derived == nil
	if bare && (!renamed || len(names) == 1 && names[0] == field && !strings.ContainsAny(field, joints)) {
		n, ok := c.byField[field]
		if !ok {
			in.names = []source{{name: field}}
			n = c.addInput(in)
			c.byField[field] = n
		}
		return n
	}
	for _, name := range names {
		if at := strings.IndexAny(name, joints); at < 0 {
			in.names = append(in.names, source{name: name})
		} else {
			in.names = append(in.names, source{name: name[:at], mark: name[at], tail: name[at+1:]})
		}
	}
	key := binary.AppendVarint(binary.AppendVarint(c.key[:0], number(&c.turns, in.turn)), number(&c.texts, in.derived))
	if in.keyword { // a field without names may have the same text
		key = append(key, '*')
	}
	for _, s := range in.names {
		key = append(append(append(append(key, s.name...), 0, s.mark), s.tail...), 0)
	}
	c.key = key
	n, ok := c.byInput[string(key)]
	if !ok {
		n = c.addInput(in)
		c.byInput[string(key)] = n
	}
	return n
}

// number is the place of x in a short list, into which it is put if it is not
// there; -1 of nil.
func number[T any](list *[]*T, x *T) int64 {
	if x == nil {
		return -1
	}
	n := slices.Index(*list, x)
	if n < 0 {
		n = len(*list)
		*list = append(*list, x)
	}
	return int64(n)
}

// joints are the marks that join two fields in a name of a log source file.
const joints = "?\\"

func (c *class) addInput(in *input) int {
	c.inputs = append(c.inputs, in)
	return len(c.inputs) - 1
}

// atom interns tests on an input.
func (c *class) atom(in int, kind atomKind, tests []testID) uint32 {
	c.key = binary.AppendUvarint(append(c.key[:0], byte(kind)), uint64(in))
	for _, t := range tests {
		c.key = binary.AppendUvarint(c.key, uint64(t))
	}
	if n, ok := c.byAtom[string(c.key)]; ok {
		return n
	}
	n := uint32(len(c.atoms))
	c.byAtom[string(c.key)] = n
	c.atoms = append(c.atoms, atom{in, kind, tests})
	return n
}

func (c *class) item(it *Item, scope *Scope) *item {
	out := &item{negate: it.Negate, null: it.Null}
	for i := range it.Tests {
		if it.Tests[i].Kind == FieldRef {
			out.kind, out.own, out.id = later, it, c.tests.later()
			out.refs = append(out.refs, c.input(it.Tests[i].Field, scope))
		}
	}
	if out.kind == later {
		out.refs = append(out.refs, c.input(it.Field, scope))
		return out
	}
	out.input = c.input(it.Field, scope)
	in := out.input
	if it.Negate || it.Kind == ExistsItem {
		out.here = c.atom(in, presentAtom, nil)
	}
	if it.Null {
		out.filled = c.atom(in, filledAtom, nil)
	}
	switch ids := c.tests.ids(it); {
	case it.Kind == ExistsItem:
		out.kind, out.want = exists, it.Exists
	case !it.All && len(ids) > maxTestAtoms:
		out.atoms = []uint32{c.atom(in, testAtom, ids)}
	default:
		if it.All {
			out.kind = allOf
		}
		for i := range ids {
			out.atoms = append(out.atoms, c.atom(in, testAtom, ids[i:i+1]))
		}
	}
	return out
}
