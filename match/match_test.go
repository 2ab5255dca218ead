package match_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"spoor/event"
	"spoor/jsonevent"
	"spoor/match"
	"spoor/sigma"
)

func parse(t *testing.T, text string) *match.Ruleset {
	t.Helper()
	set, err := sigma.Parse(text, sigma.Options{Sources: []sigma.Source{{Product: "myapp", Lacks: []string{"never"}}}})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func rule(name, detection string) string {
	return "title: " + name + "\nname: " + name + "\nlogsource: {product: myapp}\ndetection: " + detection + "\n---\n"
}

func object(t *testing.T, d *jsonevent.Decoder, text string) *event.Event {
	t.Helper()
	e, err := d.Event([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// reasons writes what a hit says, a line for each reason.
func reasons(h match.Hit) string {
	var b strings.Builder
	for _, r := range h.Why() {
		fmt.Fprintf(&b, "%s.%s=%s %s\n", r.Selection, r.Field, r.Value, r.Test)
	}
	return b.String()
}

func TestAHitNamesEveryTestThatWasPassedAndNoOther(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ detection, record, want string }{
		{"{s: {a: [x, y*]}, condition: s}", `{"a":"Yes","b":"x"}`, "s.a=Yes starts with \"y\"\n"},
		{"{s: {a|contains|all: [p, q]}, condition: s}", `{"a":"qp"}`, "s.a=qp contains \"p\"\ns.a=qp contains \"q\"\n"},
		{"{s: {a: [1, x]}, condition: s}", `{"a":["x","1"]}`, "s.a=1 equals \"1\"\ns.a=x equals \"x\"\n"},
		{"{s: [{a: x}, {b: y}], condition: s}", `{"a":"x","b":"y"}`, "s.a=x equals \"x\"\ns.b=y equals \"y\"\n"},
		{"{s: [{a: x}, {b: y}], condition: s}", `{"a":"n","b":"y"}`, "s.b=y equals \"y\"\n"},
		{"{s: {a: x}, f: {b: y}, condition: s and not f}", `{"a":"x","b":"n"}`, "s.a=x equals \"x\"\n"},
		{"{s: {a: x}, u: {b: y}, condition: s or u}", `{"a":"x","b":"n"}`, "s.a=x equals \"x\"\n"},
		{"{s: {a: null}, condition: s}", `{"b":"n"}`, "s.a= is absent or empty\n"},
		{"{s: {a|exists: true}, condition: s}", `{"a":"n"}`, "s.a=n is there\n"},
		{"{s: {a|exists: false}, condition: s}", `{"b":"n"}`, "s.a= is not there\n"},
		{"{s: {a|neq: x}, condition: s}", `{"a":"n"}`, "s.a=n not: equals \"x\"\n"},
		{"{s: {a|fieldref: b}, condition: s}", `{"a":"n","b":"N"}`, "s.a=n equals the field b\n"},
		{"{k: [needle], condition: k}", `{"a":"hay","b":"needle"}`, "k.b=needle contains \"needle\"\n"},
		{"{s: {a: [p, q, r, s, t, u, v, w, x, y, z, aa, bb, cc]}, condition: s}", `{"a":"bb"}`, "s.a=bb equals \"bb\"\n"},
		{"{f: {a: x}, condition: not f}", `{"a":"n"}`, ""},
	} {
		hits := match.NewEngine(parse(t, rule("r", c.detection))).Match(object(t, jsonevent.NewDecoder(jsonevent.Format{}), c.record))
		if len(hits) != 1 {
			t.Errorf("%s on %s: %d hits", c.detection, c.record, len(hits))
			continue
		}
		if got := reasons(hits[0]); got != c.want {
			t.Errorf("%s on %s:\n%swant\n%s", c.detection, c.record, got, c.want)
		}
	}
}

func TestAHitOfAnEventThatIsGoneSaysNothing(t *testing.T) {
	t.Parallel()
	engine := match.NewEngine(parse(t, rule("r", "{s: {a: x}, condition: s}")))
	var kept []match.Hit
	rows := jsonevent.NewDecoder(jsonevent.Format{}).Log(strings.NewReader("{\"a\":\"x\"}\n{\"a\":\"y\"}\n{\"a\":\"X\"}\n"))
	for e, err := range rows.Events() {
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, engine.Match(e)...)
	}
	if len(kept) != 2 || kept[0].Why() != nil {
		t.Fatalf("%d hits, the first says %v of the last event", len(kept), kept[0].Why())
	}
}

func TestAHitSaysWhichFilterCouldNotBeTested(t *testing.T) {
	t.Parallel()
	set := parse(t, rule("r", "{s: {a: x}, f: {never: y}, condition: s and not f}"))
	hits := match.NewEngine(set).Match(object(t, jsonevent.NewDecoder(jsonevent.Format{}), `{"a":"x"}`))
	if len(hits) != 1 || !slices.Equal(hits[0].Untested, []string{"never"}) {
		t.Fatalf("%+v", hits)
	}
	if rules := set.Rules(); len(rules) != 1 || hits[0].Rule != rules[0] || rules[0].Title() != "r" || rules[0].Level() != "medium" || rules[0].File() != "rules" || rules[0].ID() != "" || rules[0].Status() != "" {
		t.Fatalf("%+v", rules)
	}
}

func TestEnginesOfOneSetRunAtOnce(t *testing.T) {
	t.Parallel()
	set := parse(t, rule("r", "{s: {a|endswith: '7'}, condition: s}"))
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			engine, d, fired := match.NewEngine(set), jsonevent.NewDecoder(jsonevent.Format{}), 0
			for n := range 1000 {
				e, err := d.Event(fmt.Appendf(nil, `{"a":"%d"}`, n))
				if err != nil {
					t.Error(err)
					return
				}
				fired += len(engine.Match(e))
			}
			if fired != 100 {
				t.Errorf("%d hits, want 100", fired)
			}
		})
	}
	wait.Wait()
}

const correlated = `
title: three of one user
name: three
correlation: {type: event_count, rules: r, group-by: user, timespan: 1m, condition: {gte: 3}}
---
title: three of two users
correlation: {type: value_count, rules: three, timespan: 1h, condition: {gte: 2, field: user}}
`

func TestARunCountsOverAllEventsWhateverTheirOrder(t *testing.T) {
	t.Parallel()
	set := parse(t, rule("r", "{s: {a: x}, condition: s}")+correlated)
	if list := set.Correlations(); len(list) != 2 || list[0].Title() != "three of one user" {
		t.Fatalf("%+v", list)
	}
	rows := strings.Split(`{"ts":"2026-03-01T08:00:10Z","user":"b","a":"x"}
{"ts":"2026-03-01T08:00:00Z","user":"b","a":"x"}
{"ts":"2026-03-01T08:30:00Z","user":"a","a":"x"}
{"ts":"2026-03-01T08:30:20Z","user":"a","a":"x"}
{"ts":"2026-03-01T08:00:59Z","user":"b","a":"x"}
{"ts":"2026-03-01T08:30:59Z","user":"a","a":"x"}
{"ts":"2026-03-01T08:30:30Z","user":"a","a":"y"}
{"user":"a","a":"x"}
{"ts":"2026-03-01T08:30:30Z","a":"x"}`, "\n")
	for range 3 {
		rows = append(rows[1:], rows[0])
		run, d := match.NewRun(set), jsonevent.NewDecoder(jsonevent.Format{})
		for _, row := range rows {
			if hits := run.Event(object(t, d, row)); len(hits) != 0 {
				t.Fatal("a rule that only correlations report is reported")
			}
		}
		var got []string
		for _, o := range run.Close() {
			got = append(got, fmt.Sprint(o.Rule.Title(), o.Group, o.Count, len(o.Events), o.First, o.Last))
		}
		want := []string{"three of two users[] 2 2 2026-03-01T08:00:59Z 2026-03-01T08:30:59Z"}
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		if c := run.Counts(); c != (match.Counts{Timeless: 1, Incomplete: 1}) {
			t.Errorf("%+v", c)
		}
	}
}

func TestAnEmptySetFiresOnNothing(t *testing.T) {
	t.Parallel()
	run := match.NewRun(new(match.Ruleset))
	if hits := run.Event(object(t, jsonevent.NewDecoder(jsonevent.Format{}), `{"a":"x"}`)); len(hits) != 0 {
		t.Fatal(hits)
	}
	if list := run.Close(); len(list) != 0 || run.Counts() != (match.Counts{}) {
		t.Fatal(list)
	}
}
