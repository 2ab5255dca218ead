package engine

import (
	"math/rand/v2"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"spoor/event"
)

// dice draws rules and records that meet often: from few logs, fields and words.
type dice struct{ *rand.Rand }

func pick[T any](d dice, list ...T) T { return list[d.IntN(len(list))] }

func (d dice) odds(of int) bool { return d.IntN(of) == 0 }

func newDice(seed, stream uint64) dice { return dice{rand.New(rand.NewPCG(seed, stream))} }

func (d dice) word() string {
	return pick(d, "", "a", "b", "ab", "abc", "xabcx", "ABC", "cmd", "cmd.exe", `c:\cmd.exe`, "-enc", "/enc", "x –enc", "one two", "two three", " three", "straße", "ÄÖ", "äö", "\u212a", "k", "\xff", "a\nb",
		"10.0.0.1", "10.9.9.9", "::1", "fe80::1%eth0", "7", "0x7", "-7", "7.5", "1e3", "2021-03-02T06:49:43Z", "2021-03-02", "-", "p?q", "4624", "1", "aaab")
}

func (d dice) text() string {
	if d.odds(3) {
		return d.word() + pick(d, "", " ", "x") + d.word()
	}
	return d.word()
}

// logs are the routes of the drawn records.
func logs() []*event.Route {
	return []*event.Route{
		{Format: "evtx", Channel: "Security", Provider: "P", EventID: 4624},
		{Format: "evtx", Channel: "SECURITY", Provider: "P", EventID: 1},
		{Format: "evtx", Channel: "System", Provider: "Q", EventID: 1},
		{Format: "json", Provider: "p", EventID: 1},
		{Format: "w3c", Channel: "iis"},
	}
}

// fieldNames are the fields of records, and those that rules ask for: one is in
// no record, and two are what a scope makes of others.
func fieldNames() []string { return []string{"A", "B", "C", "EventID", "Data"} }

func (d dice) field() string {
	return pick(d, append(fieldNames(), "Missing", "Renamed", "Joined", "System.EventID")...)
}

// wholeRow joins the values of a record by blanks, as text logs do.
func wholeRow(dst []byte, e *event.Event) ([]byte, bool) {
	for i, v := range e.Values {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = v.AppendText(dst)
	}
	return dst, len(e.Values) > 0
}

// made are the translations that scopes share, as log sources do.
type made struct {
	turn             *Turn
	sentence, row    *Texts
	upper, sometimes *Texts
}

func newMade() made {
	return made{
		turn: &Turn{Of: func(s string) []string {
			if s == "" || len(s) > 5 {
				return nil
			}
			return []string{s + s, "turned " + s}
		}},
		row: &Texts{Whole: true, Append: wholeRow},
		sentence: &Texts{Reads: []string{"A"}, Append: func(dst []byte, e *event.Event) ([]byte, bool) {
			return append(append(dst, "said "...), e.Get("A").String()...), true
		}},
		upper: &Texts{Reads: []string{"B", "C"}, Append: func(dst []byte, e *event.Event) ([]byte, bool) {
			return append(dst, strings.ToUpper(e.Get("B").String()+e.Get("C").String())...), true
		}},
		sometimes: &Texts{Reads: []string{"A"}, Append: func(dst []byte, e *event.Event) ([]byte, bool) {
			return append(dst, "abc"...), e.Route.EventID == 1 && e.Get("A").String() == "a"
		}},
	}
}

func (d dice) scope(m made) Scope {
	s := Scope{Formats: pick(d, nil, []string{"evtx", "json"}, []string{"w3c"}, []string{"evtx"})}
	if d.odds(2) {
		s.Channels = pick(d, []string{"Security"}, []string{"system", "iis"}, []string{"iis"})
	}
	if d.odds(3) {
		s.Providers = pick(d, []string{"P"}, []string{"Q", "R"})
	}
	if d.odds(3) {
		s.EventIDs = pick(d, []uint32{1}, []uint32{4624, 7})
	}
	if d.odds(2) {
		s.Fields = map[string][]string{"Renamed": pick(d, []string{"A"}, []string{"A", "B"}, []string{"Missing"}), "Joined": pick(d, []string{"A?B"}, []string{`B\C`}, []string{"C", "A?B"}, []string{"Data?A"})}
	}
	if d.odds(4) {
		s.Fields = map[string][]string{"A": pick(d, []string{"B"}, []string{}), "EventID": {"C"}}
	}
	if d.odds(3) {
		s.Lacks = []string{"Missing", pick(d, "B", "Renamed")}
	}
	if d.odds(3) {
		s.Values = map[string]*Turn{pick(d, "A", "Renamed", "Data", "EventID"): m.turn}
	}
	if d.odds(4) {
		s.Where = map[string]string{pick(d, "A", "EventID", "C"): pick(d, "a", "1", "", "äö")}
	}
	if d.odds(4) {
		s.Derived = map[string]*Texts{pick(d, "Joined", "C"): pick(d, m.upper, m.sometimes)}
	}
	s.Extra = pick(d, nil, m.row, m.row, m.sentence)
	return s
}

func (d dice) pattern(cased bool) []Piece {
	text := d.word()
	if !cased {
		text = Fold(text)
	}
	lit := func(text string) []Piece {
		if text == "" {
			return nil
		}
		return []Piece{{Text: text}}
	}
	run := Piece{Run: true}
	switch d.IntN(8) {
	case 0, 1:
		return lit(text)
	case 2:
		return append(lit(text), run)
	case 3:
		return append([]Piece{run}, lit(text)...)
	case 4, 5:
		return append(append([]Piece{run}, lit(text)...), run)
	case 6:
		return append([]Piece{run, {Dash: true}}, append(lit(pick(d, "enc", "e", "")), run)...)
	}
	return append(append(lit(pick(d, "a", "", "c")), pick(d, Piece{Any: true}, run, Piece{Dash: true})), lit(pick(d, "b", "", "bc", "d.exe"))...)
}

func (d dice) test() Test {
	switch d.IntN(12) {
	case 0:
		return Test{Kind: Regexp, Re: regexp.MustCompile(pick(d, "abc", "^a", "b$", "(?i)CMD", "[a-z]+x", `\d+`, ".{4,}", "(one|two) t", "^$", "ä", `a\nb`, "(?s)a.b", `cmd\.exe$`, "(?:abc|xyz).*x"))}
	case 1:
		return Test{Kind: CIDR, Prefix: netip.MustParsePrefix(pick(d, "10.0.0.0/8", "10.0.0.1/32", "::1/128", "fe80::/10"))}
	case 2:
		n, _ := ParseNumber(pick(d, "7", "-7", "7.5", "1000", "1"))
		return Test{Kind: Compare, Number: n, Order: Order(d.IntN(5))}
	case 3:
		n, _ := ParseNumber(pick(d, "2", "3", "6", "9", "49", "2021"))
		return Test{Kind: Part, Number: n, Order: Order(d.IntN(5)), TimeOf: pick(d, "minute", "hour", "day", "week", "month", "year")}
	case 4:
		return Test{Kind: FieldRef, Field: d.field(), Anchor: Anchor(d.IntN(4)), Cased: d.odds(3)}
	case 5:
		t := Test{Kind: OneOf}
		for range 1 + d.IntN(3) {
			t.Any = append(t.Any, Test{Kind: Glob, Pattern: d.pattern(false)})
		}
		return t
	}
	cased := d.odds(4)
	return Test{Kind: Glob, Cased: cased, Pattern: d.pattern(cased)}
}

func (d dice) item() Item {
	it := Item{Field: d.field()}
	switch {
	case d.odds(12):
		it.Kind, it.Exists = ExistsItem, d.odds(2)
		return it
	case d.odds(5):
		it.Field = ""
	}
	for range 1 + d.IntN(3) {
		t := d.test()
		if it.Field == "" && t.Kind == FieldRef {
			t = Test{Kind: Glob, Pattern: []Piece{{Run: true}, {Text: "one two"}, {Run: true}}}
		}
		it.Tests = append(it.Tests, t)
	}
	if d.odds(8) { // a long list is one atom
		for range 14 {
			it.Tests = append(it.Tests, Test{Kind: Glob, Pattern: d.pattern(false)})
		}
	}
	if it.Field == "EventID" && d.odds(2) {
		it.Tests = []Test{{Kind: Glob, Pattern: []Piece{{Text: pick(d, "1", "4624", "7")}}}}
	}
	it.All = d.odds(5)
	refers := slices.ContainsFunc(it.Tests, func(t Test) bool { return t.Kind == FieldRef })
	it.Null = it.Field != "" && !refers && d.odds(8) // null stands beside no reference
	it.Negate = it.Field != "" && d.odds(8)
	return it
}

// condition draws a boolean program over n selections, in postfix order.
func (d dice) condition(n, depth int) []Op {
	switch {
	case depth == 0 || d.odds(3):
		return []Op{{Code: OpSelection, Arg: d.IntN(n)}}
	case d.odds(3):
		return append(d.condition(n, depth-1), Op{Code: OpNot})
	}
	args := 2 + d.IntN(2)
	var ops []Op
	for range args {
		ops = append(ops, d.condition(n, depth-1)...)
	}
	return append(ops, Op{Code: pick(d, OpAnd, OpAnd, OpOr), Arg: args})
}

func (d dice) rule(m made) *Rule {
	r := Rule{Meta: Meta{Title: "drawn"}}
	for range 1 + d.IntN(2) {
		r.Scopes = append(r.Scopes, d.scope(m))
	}
	for n := range 1 + d.IntN(3) {
		s := Selection{Name: string(rune('a' + n))}
		for range 1 + d.IntN(2) {
			var items []Item
			for range 1 + d.IntN(2) {
				items = append(items, d.item())
			}
			s.Alternatives = append(s.Alternatives, items)
		}
		r.Selections = append(r.Selections, s)
	}
	r.Condition = d.condition(len(r.Selections), 2)
	if d.odds(6) {
		r.Needs = []string{d.field(), "Computer"}
	}
	return NewRule(r)
}

func (d dice) set(n int) *Ruleset {
	m, set := newMade(), &Ruleset{}
	for range n {
		set.Rules = append(set.Rules, d.rule(m))
	}
	return set
}

func wide(s string) []byte {
	var out []byte
	for _, r := range s {
		out = append(out, byte(r), byte(r>>8))
	}
	return out
}

func (d dice) value() event.Value {
	switch d.IntN(14) {
	case 0:
		return event.Value{}
	case 1:
		return event.Value{Kind: event.Null}
	case 2:
		return event.UintValue(pick(d, uint64(1), 7, 4624))
	case 3:
		return event.Value{Kind: event.Hex, Bits: 7}
	case 4:
		return event.Value{Kind: event.List, Elem: event.Wide, Raw: wide(pick(d, "a\x00b\x00", "abc\x00\x00", "x\x00one two\x00"))}
	case 5:
		return event.Value{Kind: event.List, Elem: event.Wide}
	case 6:
		return event.Value{Kind: event.Wide, Raw: wide(d.text())}
	}
	return event.TextValue([]byte(d.text()))
}

// records draws records of few shapes and many values.
func (d dice) records(n int) []*event.Event {
	type layout struct {
		shape *event.Shape
		route *event.Route
	}
	var layouts []layout
	for _, route := range logs() {
		for range 2 {
			var fields []event.Field
			if d.odds(2) {
				fields = append(fields, event.Field{Name: "EventID", Section: event.System})
			}
			for _, name := range append(fieldNames(), "Data") {
				if name == "EventID" && !d.odds(5) || d.odds(4) {
					continue
				}
				fields = append(fields, event.Field{Name: name, Section: event.EventData})
			}
			layouts = append(layouts, layout{event.NewShape(route.Format, fields, false), route})
		}
	}
	var out []*event.Event
	for range n {
		l := pick(d, layouts...)
		e := &event.Event{Shape: l.shape, Route: l.route, Host: "host"}
		for i := range event.Slot(l.shape.Len()) {
			if f := l.shape.Field(i); f.Section == event.System && !d.odds(6) {
				e.Values = append(e.Values, event.UintValue(uint64(l.route.EventID)))
			} else {
				e.Values = append(e.Values, d.value())
			}
		}
		out = append(out, e)
	}
	return out
}
