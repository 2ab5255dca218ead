package engine

import (
	"encoding/binary"
	"math"
	"sync"
)

// testID numbers a distinct test among all rules of a program.
type testID uint32

// testTable holds the distinct tests of a program, and what is worked out for
// a test only once.
type testTable struct {
	mu     sync.Mutex
	list   []*Test
	byKey  map[string]testID
	byItem map[*Item][]testID
	key    []byte
	runs   map[testID]*expression
	laters uint64 // items that compare fields, numbered
}

func (t *testTable) later() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.laters++
	return t.laters
}

// expression is a regular expression with its gate.
type expression struct {
	re   *automaton
	gate gate
}

// newTestTable makes room for so many items and tests. Few rules are for the
// records of one folder, so room is made for a part of them.
func newTestTable(items, tests int) testTable {
	return testTable{byKey: make(map[string]testID, tests/4), byItem: make(map[*Item][]testID, items/4), runs: map[testID]*expression{}}
}

// ids numbers the tests of an item.
func (t *testTable) ids(it *Item) []testID {
	t.mu.Lock()
	defer t.mu.Unlock()
	list, ok := t.byItem[it]
	if !ok {
		list = make([]testID, len(it.Tests))
		for i := range it.Tests {
			list[i] = t.number(&it.Tests[i])
		}
		t.byItem[it] = list
	}
	return list
}

func (t *testTable) id(test *Test) testID {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.number(test)
}

// number is id for a caller that holds the lock.
func (t *testTable) number(test *Test) testID {
	t.key = test.appendKey(t.key[:0])
	n, ok := t.byKey[string(t.key)]
	if !ok {
		n = testID(len(t.list))
		t.byKey[string(t.key)] = n
		t.list = append(t.list, test)
	}
	return n
}

func (t *testTable) test(n testID) *Test {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.list[n]
}

// expression returns the automaton and the gate of a regular expression, made
// once for all matchers.
func (t *testTable) expression(n testID) *expression {
	t.mu.Lock()
	defer t.mu.Unlock()
	x, ok := t.runs[n]
	if !ok {
		x = &expression{newAutomaton(t.list[n].Re), gateOf(t.list[n].Re.String())}
		t.runs[n] = x
	}
	return x
}

// appendKey writes all that a test depends on.
func (t *Test) appendKey(dst []byte) []byte {
	flag := func(b bool) byte {
		if b {
			return 1
		}
		return 0
	}
	dst = append(dst, byte(t.Kind), flag(t.Cased), byte(t.Order), byte(t.Anchor))
	text := func(s string) { dst = append(binary.AppendUvarint(dst, uint64(len(s))), s...) }
	switch t.Kind {
	case Glob:
		for _, p := range t.Pattern {
			dst = append(dst, flag(p.Any)|flag(p.Run)<<1|flag(p.Dash)<<2)
			text(p.Text)
		}
	case Regexp:
		text(t.Re.String())
	case CIDR:
		text(t.Prefix.String())
	case Compare, Part:
		text(t.TimeOf)
		dst = append(dst, flag(t.Number.whole), flag(t.Number.negative))
		dst = binary.LittleEndian.AppendUint64(dst, t.Number.size)
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(t.Number.float))
	case FieldRef:
		text(t.Field)
	case OneOf:
		for i := range t.Any {
			dst = append(dst, '(')
			dst = t.Any[i].appendKey(dst)
		}
		dst = append(dst, ')')
	}
	return dst
}
