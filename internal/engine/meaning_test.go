package engine

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"

	"spoor/event"
)

func parsed(text string) Number {
	n, ok := ParseNumber(text)
	if !ok {
		panic(text)
	}
	return n
}

func glob(pattern string) Test  { return Test{Kind: Glob, Pattern: pieces(Fold(pattern))} }
func cased(pattern string) Test { return Test{Kind: Glob, Pattern: pieces(pattern), Cased: true} }
func expr(text string) Test     { return Test{Kind: Regexp, Re: regexp.MustCompile(text)} }
func inside(p string) Test      { return Test{Kind: CIDR, Prefix: netip.MustParsePrefix(p)} }
func compare(o Order, n string) Test {
	return Test{Kind: Compare, Order: o, Number: parsed(n)}
}
func part(of string, o Order, n string) Test {
	return Test{Kind: Part, TimeOf: of, Order: o, Number: parsed(n)}
}
func of(field string, a Anchor) Test { return Test{Kind: FieldRef, Field: field, Anchor: a} }

// rec makes a record of a route: fields as name, value; a name that begins with
// a point stands in System.
func rec(route event.Route, fields ...string) *event.Event {
	e := &event.Event{Route: &route, Host: "HOST"}
	var list []event.Field
	for i := 0; i < len(fields); i += 2 {
		f := event.Field{Name: fields[i], Section: event.EventData}
		if name, ok := strings.CutPrefix(f.Name, "."); ok {
			f.Name, f.Section = name, event.System
		}
		v := event.TextValue([]byte(fields[i+1]))
		if fields[i+1] == "<null>" {
			v = event.Value{Kind: event.Null}
		}
		list, e.Values = append(list, f), append(e.Values, v)
	}
	e.Shape = event.NewShape(route.Format, list, false)
	return e
}

// holds asks everybody who can tell whether a rule fires: they must agree.
func holds(t *testing.T, what string, r *Rule, e *event.Event) bool {
	t.Helper()
	set := &Ruleset{Rules: []*Rule{r}}
	fast := NewProgram(set).NewEngine()
	said := []bool{
		len(NewReference(set).Match(e, nil)) > 0, len(fast.Match(e, nil)) > 0, len(fast.Match(e, nil)) > 0, Explain(r, e).Fires, Why(r, e) != nil,
	}
	if slices.Contains(said, true) == slices.Contains(said, false) {
		t.Errorf("%s: the reference, the engine twice, the explanation and the reasons say %v", what, said)
	}
	return said[0]
}

func simple(scope Scope, items ...Item) *Rule {
	return NewRule(Rule{Scopes: []Scope{scope}, Selections: []Selection{{Name: "s", Alternatives: [][]Item{items}}}, Condition: []Op{{Code: OpSelection}}})
}

// What every kind of test means, in its words, and one text on each side.
func TestWhatATestMeans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		test     Test
		words    string
		yes, not []string
	}{
		{glob("Cmd.exe"), `equals "cmd.exe"`, []string{"cmd.exe", "CMD.EXE"}, []string{"cmd.exe ", "xcmd.exe", ""}},
		{cased("Cmd"), `equals "Cmd" (with case)`, []string{"Cmd"}, []string{"cmd", "CMD"}},
		{glob("ab*"), `starts with "ab"`, []string{"ab", "ABC"}, []string{"xab", "a"}},
		{glob("*ab"), `ends with "ab"`, []string{"ab", "xAB"}, []string{"abx", "b"}},
		{glob("*ab*"), `contains "ab"`, []string{"ab", "xABx"}, []string{"a b"}},
		{cased("*ab*"), `contains "ab" (with case)`, []string{"xabx"}, []string{"xABx"}},
		{glob("a?c"), `is like "a?c"`, []string{"abc", "aäc", "a\xffc"}, []string{"ac", "abbc"}},
		{glob("*a|b*"), `is like "*a[-/–—―]b*"`, []string{"xa-b", "a/b", "a–b", "a―b"}, []string{"ab", "a_b", "a‐b"}},
		{glob(""), "is empty", []string{""}, []string{" "}},
		{glob("*"), "is there, whatever it holds", []string{"", "x"}, nil},
		{glob("ÄÖ"), `equals "äö"`, []string{"äÖ"}, []string{"ao"}},
		{expr("a.c"), "matches the expression a.c", []string{"xabcx"}, []string{"ABC", "a\nc"}},
		{expr("^a$"), "matches the expression ^a$", []string{"a"}, []string{"a\n", "ba"}},
		{inside("10.0.0.0/8"), "is an address in 10.0.0.0/8", []string{"10.1.2.3", " 10.1.2.3 ", "::ffff:10.0.0.1"}, []string{"11.0.0.1", "10.0.0", "x"}},
		{inside("fe80::/10"), "is an address in fe80::/10", []string{"fe80::1", "fe80::1%eth0"}, []string{"::1"}},
		{inside("10.0.0.1/32"), "is an address in 10.0.0.1", []string{"10.0.0.1"}, []string{"10.0.0.2"}},
		{compare(Less, "7"), "is a number less than 7", []string{"6", "-8", "6.9", "0x6"}, []string{"7", "8", "", "x"}},
		{compare(LessEqual, "7"), "is a number at most 7", []string{"7", "7.0"}, []string{"7.1"}},
		{compare(Greater, "-7"), "is a number greater than -7", []string{"-6", "0"}, []string{"-7", "-8"}},
		{compare(GreaterEqual, "7.5"), "is a number at least 7.5", []string{"7.5", "1e3"}, []string{"7"}},
		{compare(Greater, "18446744073709551614"), "is a number greater than 18446744073709551614", []string{"18446744073709551615"}, []string{"18446744073709551614"}},
		{compare(Less, "-9007199254740993"), "is a number less than -9007199254740993", []string{"-9007199254740994"}, []string{"-9007199254740993", "-9007199254740992", "9007199254740994"}},
		{part("hour", Equal, "6"), "is a time whose hour is 6", []string{"2021-03-02T06:49:43Z", "2021-03-02T08:49:43+02:00", "2021-03-02 06:00:00.5"}, []string{"2021-03-02", "06:00", ""}},
		{part("minute", GreaterEqual, "49"), "is a time whose minute is at least 49", []string{"2021-03-02T06:49:43Z"}, []string{"2021-03-02T06:48:43Z", "2021-03-02"}},
		{part("day", Equal, "2"), "is a time whose day is 2", []string{"2021-03-02"}, []string{"2021-02-03"}},
		{part("week", Equal, "9"), "is a time whose week is 9", []string{"2021-03-02"}, []string{"2021-03-12"}},
		{part("month", Less, "4"), "is a time whose month is less than 4", []string{"2021-03-02"}, []string{"2021-04-02"}},
		{part("year", Equal, "2021"), "is a time whose year is 2021", []string{"2021-03-02T06:49:43"}, []string{"2022-03-02"}},
		{Test{Kind: OneOf, Any: []Test{glob("a"), glob("b*")}}, `equals "a" or starts with "b"`, []string{"a", "bc"}, []string{"c", "ab"}},
	} {
		if got := c.test.String(); got != c.words {
			t.Errorf("%q is told as %s", c.words, got)
		}
		ask := func(text string, want bool) {
			what := fmt.Sprintf("%s on %q", c.words, text)
			if got := holds(t, what, simple(Scope{}, Item{Field: "f", Tests: []Test{c.test}}), rec(event.Route{Format: "x"}, "f", text)); got != want {
				t.Errorf("%s: %v", what, got)
			}
			if it := (&Item{Field: "f", Tests: []Test{c.test}}); it.HoldsFor(text) != want {
				t.Errorf("%s: by itself it is %v", what, !want)
			}
		}
		for _, text := range c.yes {
			ask(text, true)
		}
		for _, text := range c.not {
			ask(text, false)
		}
	}
}

// What a line of a rule means where a field is there, empty, absent or twice.
func TestWhatALineMeans(t *testing.T) {
	t.Parallel()
	a, b := glob("a"), glob("*b*")
	for _, c := range []struct {
		name   string
		item   Item
		fields []string
		want   bool
	}{
		{"any of the tests", Item{Field: "f", Tests: []Test{a, b}}, []string{"f", "xbx"}, true},
		{"all of the tests", Item{Field: "f", Tests: []Test{glob("*a*"), b}, All: true}, []string{"f", "ab"}, true},
		{"not all of the tests", Item{Field: "f", Tests: []Test{glob("*a*"), b}, All: true}, []string{"f", "b"}, false},
		{"all over two values", Item{Field: "f", Tests: []Test{a, b}, All: true}, []string{"f", "a", "f", "b"}, true},
		{"no field", Item{Field: "f", Tests: []Test{glob("*")}}, []string{"g", "a"}, false},
		{"a null field is an empty text", Item{Field: "f", Tests: []Test{glob("")}}, []string{"f", "<null>"}, true},
		{"null and no field", Item{Field: "f", Null: true}, []string{"g", "a"}, true},
		{"null and an empty field", Item{Field: "f", Null: true}, []string{"f", ""}, true},
		{"null and a null field", Item{Field: "f", Null: true}, []string{"f", "<null>"}, true},
		{"null and a text", Item{Field: "f", Null: true}, []string{"f", "a"}, false},
		{"null beside a text", Item{Field: "f", Null: true, Tests: []Test{a}}, []string{"f", "a"}, true},
		{"null beside another text", Item{Field: "f", Null: true, Tests: []Test{a}}, []string{"f", "x"}, false},
		{"exists", Item{Field: "f", Kind: ExistsItem, Exists: true}, []string{"f", ""}, true},
		{"exists without it", Item{Field: "f", Kind: ExistsItem, Exists: true}, []string{"g", ""}, false},
		{"does not exist", Item{Field: "f", Kind: ExistsItem}, []string{"g", ""}, true},
		{"does not exist with it", Item{Field: "f", Kind: ExistsItem}, []string{"f", ""}, false},
		{"not equal", Item{Field: "f", Tests: []Test{a}, Negate: true}, []string{"f", "x"}, true},
		{"not equal of one of two", Item{Field: "f", Tests: []Test{a}, Negate: true}, []string{"f", "x", "f", "a"}, false},
		{"not equal without the field", Item{Field: "f", Tests: []Test{a}, Negate: true}, []string{"g", "x"}, false},
		{"a keyword in any field", Item{Tests: []Test{glob("*needle*")}}, []string{"f", "hay", "g", "x needle"}, true},
		{"a keyword over two fields", Item{Tests: []Test{glob("*hay needle*")}}, []string{"f", "hay", "g", "needle"}, false},
		{"all keywords, each in another field", Item{Tests: []Test{glob("*hay*"), glob("*needle*")}, All: true}, []string{"f", "hay", "g", "needle"}, true},
		{"another field's value", Item{Field: "f", Tests: []Test{of("g", Whole)}}, []string{"f", "A", "g", "a"}, true},
		{"another field's value with case", Item{Field: "f", Tests: []Test{{Kind: FieldRef, Field: "g", Cased: true}}}, []string{"f", "A", "g", "a"}, false},
		{"that contains another's", Item{Field: "f", Tests: []Test{of("g", Anywhere)}}, []string{"f", "xax", "g", "A"}, true},
		{"that starts with another's", Item{Field: "f", Tests: []Test{of("g", AtStart)}}, []string{"f", "ax", "g", "a"}, true},
		{"that does not start with another's", Item{Field: "f", Tests: []Test{of("g", AtStart)}}, []string{"f", "xa", "g", "a"}, false},
		{"that ends with another's", Item{Field: "f", Tests: []Test{of("g", AtEnd)}}, []string{"f", "xa", "g", "a"}, true},
		{"that does not end with another's", Item{Field: "f", Tests: []Test{of("g", AtEnd)}}, []string{"f", "ax", "g", "a"}, false},
		{"another field that is not there", Item{Field: "f", Tests: []Test{of("g", Whole)}}, []string{"f", ""}, false},
		{"not another field's value", Item{Field: "f", Tests: []Test{of("g", Whole)}, Negate: true}, []string{"f", "a", "g", "b"}, true},
		{"not the value of a field that is not there", Item{Field: "f", Tests: []Test{of("g", Whole)}, Negate: true}, []string{"f", "a"}, true},
		{"a field that hides one of System", Item{Field: "f", Tests: []Test{a}}, []string{".f", "a", "f", "x"}, false},
		{"System's own", Item{Field: "System.f", Tests: []Test{a}}, []string{".f", "a", "f", "x"}, true},
	} {
		if got := holds(t, c.name, simple(Scope{}, c.item), rec(event.Route{Format: "x"}, c.fields...)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// Which records a scope takes, and what the rule's fields are in them.
func TestWhatAScopeMeans(t *testing.T) {
	t.Parallel()
	m := newMade()
	a := Item{Field: "f", Tests: []Test{glob("a")}}
	security := event.Route{Format: "evtx", Channel: "Security", Provider: "P", EventID: 4}
	without := event.Route{Format: "evtx", Provider: "P", EventID: 4}
	for _, c := range []struct {
		name   string
		scope  Scope
		item   Item
		route  event.Route
		fields []string
		want   bool
	}{
		{"every record", Scope{}, a, security, []string{"f", "a"}, true},
		{"the format", Scope{Formats: []string{"json", "evtx"}}, a, security, []string{"f", "a"}, true},
		{"another format", Scope{Formats: []string{"json"}}, a, security, []string{"f", "a"}, false},
		{"the channel in other letters", Scope{Channels: []string{"SECURITY"}}, a, security, []string{"f", "a"}, true},
		{"another channel", Scope{Channels: []string{"System"}}, a, security, []string{"f", "a"}, false},
		{"the provider does not count where there is a channel", Scope{Providers: []string{"p"}}, a, security, []string{"f", "a"}, false},
		{"the provider where there is none", Scope{Channels: []string{"System"}, Providers: []string{"p"}}, a, without, []string{"f", "a"}, true},
		{"another provider", Scope{Channels: []string{"System"}, Providers: []string{"q"}}, a, without, []string{"f", "a"}, false},
		{"the event id", Scope{EventIDs: []uint32{3, 4}}, a, security, []string{"f", "a"}, true},
		{"another event id", Scope{EventIDs: []uint32{3}}, a, security, []string{"f", "a"}, false},
		{"a value that is asked for, in any case", Scope{Where: map[string]string{"g": "x"}}, a, security, []string{"f", "a", "g", "X"}, true},
		{"another value", Scope{Where: map[string]string{"g": "x"}}, a, security, []string{"f", "a", "g", "y"}, false},
		{"an empty value that is asked for", Scope{Where: map[string]string{"g": ""}}, a, security, []string{"f", "a", "g", "<null>"}, true},
		{"a field by another name", Scope{Fields: map[string][]string{"f": {"h", "g"}}}, a, security, []string{"g", "a"}, true},
		{"its own name no longer", Scope{Fields: map[string][]string{"f": {"g"}}}, a, security, []string{"f", "a"}, false},
		{"two fields joined", Scope{Fields: map[string][]string{"f": {"p?q"}}}, Item{Field: "f", Tests: []Test{{Kind: Glob, Pattern: []Piece{{Text: "a?b"}}}}}, security, []string{"p", "a", "q", "b"}, true},
		{"the first where the second is empty", Scope{Fields: map[string][]string{"f": {"p?q"}}}, a, security, []string{"p", "a", "q", "-"}, true},
		{"the first where the second is not there", Scope{Fields: map[string][]string{"f": {"p?q"}}}, a, security, []string{"p", "a"}, true},
		{"nothing where the first is not there", Scope{Fields: map[string][]string{"f": {"p?q"}}}, a, security, []string{"q", "a"}, false},
		{"a value without a name is the default", Scope{Fields: map[string][]string{"f": {`p\q`}}}, Item{Field: "f", Tests: []Test{glob(`a\(default)`)}}, security, []string{"p", "a", "q", ""}, true},
		{"a translated value", Scope{Values: map[string]*Turn{"f": m.turn}}, Item{Field: "f", Tests: []Test{glob("turned x")}}, security, []string{"f", "x"}, true},
		{"the value itself too", Scope{Values: map[string]*Turn{"f": m.turn}}, a, security, []string{"f", "a"}, true},
		{"a text that is made", Scope{Derived: map[string]*Texts{"f": m.upper}}, Item{Field: "f", Tests: []Test{cased("XY")}}, security, []string{"B", "x", "C", "y"}, true},
		{"the field itself too", Scope{Derived: map[string]*Texts{"f": m.upper}}, a, security, []string{"f", "a", "B", "x"}, true},
		{"a sentence for keywords", Scope{Extra: m.sentence}, Item{Tests: []Test{glob("*said x*")}}, security, []string{"A", "x"}, true},
		{"keywords over the joints of a row", Scope{Extra: m.row}, Item{Tests: []Test{glob("*one two three*")}}, security, []string{"A", "one", "B", "two three"}, true},
		{"keywords that are not in the row", Scope{Extra: m.row}, Item{Tests: []Test{glob("*two one*")}}, security, []string{"A", "one", "B", "two three"}, false},
		{"a keyword that begins with the joint", Scope{Extra: m.row}, Item{Tests: []Test{glob("* two*")}}, security, []string{"A", "one", "B", "two three"}, true},
		{"a keyword that ends with the joint", Scope{Extra: m.row}, Item{Tests: []Test{glob("*one *")}}, security, []string{"A", "one", "B", "two three"}, true},
	} {
		if got := holds(t, c.name, simple(c.scope, c.item), rec(c.route, c.fields...)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// The event id decides rules before a value is looked at, but only where the
// record's own field says the same.
func TestTheEventIDIsThatOfTheRecord(t *testing.T) {
	t.Parallel()
	route := event.Route{Format: "evtx", Channel: "Security", EventID: 4}
	ask := func(item Item, scope Scope, fields ...string) bool {
		return holds(t, fmt.Sprint(item.Tests[0].String(), fields), simple(scope, item), rec(route, fields...))
	}
	four, five := Item{Field: "EventID", Tests: []Test{glob("4")}}, Item{Field: "EventID", Tests: []Test{glob("5")}}
	for _, c := range []struct {
		name   string
		item   Item
		scope  Scope
		fields []string
		want   bool
	}{
		{"as the route says", four, Scope{}, []string{".EventID", "4"}, true},
		{"another than the rule's", five, Scope{}, []string{".EventID", "4"}, false},
		{"another than the route's", five, Scope{}, []string{".EventID", "5"}, true},
		{"no field", four, Scope{}, []string{"f", "4"}, false},
		{"in EventData", five, Scope{}, []string{".EventID", "4", "EventID", "5"}, true},
		{"of another field", five, Scope{Fields: map[string][]string{"EventID": {"f"}}}, []string{".EventID", "4", "f", "5"}, true},
		{"not equal", Item{Field: "EventID", Tests: []Test{glob("5")}, Negate: true}, Scope{}, []string{".EventID", "4"}, true},
	} {
		if got := ask(c.item, c.scope, c.fields...); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	e := rec(route, ".EventID", "", "f", "a")
	e.Values[0] = event.UintValue(4)
	if !holds(t, "a number", simple(Scope{}, four), e) || holds(t, "another number", simple(Scope{}, five), e) {
		t.Error("an event id that is a number")
	}
	e.Values[0] = event.UintValue(5)
	if holds(t, "a number that is not the route's", simple(Scope{}, four), e) || !holds(t, "the record's own number", simple(Scope{}, five), e) {
		t.Error("an event id that is not the route's")
	}
}

// A rule says which filters could not be tested and what correlations need.
func TestWhatAHitCarries(t *testing.T) {
	t.Parallel()
	r := NewRule(Rule{
		Scopes: []Scope{{Lacks: []string{"never", "other"}}},
		Selections: []Selection{
			{Name: "s", Alternatives: [][]Item{{{Field: "f", Tests: []Test{glob("a")}}}}},
			{Name: "filter", Alternatives: [][]Item{{{Field: "never", Tests: []Test{glob("x")}}, {Field: "g", Tests: []Test{glob("b")}}}, {{Field: "other", Tests: []Test{glob("x")}}, {Field: "g", Tests: []Test{glob("c")}}}}},
		},
		Condition: []Op{{Code: OpSelection}, {Code: OpSelection, Arg: 1}, {Code: OpNot}, {Code: OpAnd, Arg: 2}},
		Needs:     []string{"g", "ComputerName", "absent"},
	})
	set := &Ruleset{Rules: []*Rule{r, r, NewRule(*r)}}
	e := rec(event.Route{Format: "x"}, "f", "a", "g", "b")
	for name, hits := range map[string][]Hit{"reference": NewReference(set).Match(e, nil), "engine": NewProgram(set).NewEngine().Match(e, nil)} {
		if len(hits) != 2 { // a rule that stands twice speaks once
			t.Errorf("%s: %d hits", name, len(hits))
			continue
		}
		if h := hits[0]; h.Rule != r || !slices.Equal(h.Untested, []string{"never"}) || !slices.Equal(h.Needs, []string{"b", "HOST", ""}) {
			t.Errorf("%s: %+v", name, h)
		}
	}
	if !r.Negated(1) || r.Negated(0) || !slices.Equal(r.must, []int{0}) {
		t.Errorf("negated %v, must %v", r.negated, r.must)
	}
}

// Two kinds of records, of which one lacks what the other compares with: what is
// remembered of one pair of values is not taken for the other.
func TestAComparisonIsRememberedForItsOwnFields(t *testing.T) {
	t.Parallel()
	route := event.Route{Format: "x"}
	set := &Ruleset{Rules: []*Rule{simple(Scope{}, Item{Field: "f", Tests: []Test{of("g", Whole)}, Negate: true}), simple(Scope{}, Item{Field: "f", Tests: []Test{of("g", Whole)}})}}
	fast, slow := NewProgram(set).NewEngine(), NewReference(set)
	for _, fields := range [][]string{{"f", "v"}, {"g", "v"}, {"f", "v", "f", "v"}, {"f", "v", "g", "v"}, {"g", "v", "g", "v"}} {
		e := rec(route, fields...)
		if got, want := told(set, fast.Match(e, nil)), told(set, slow.Match(e, nil)); got != want {
			t.Errorf("%v: %s, want %s", fields, got, want)
		}
	}
}
