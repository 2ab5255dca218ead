package sigma_test

import (
	"slices"
	"strings"
	"testing"

	"spoor/internal/engine"
	"spoor/internal/sigma"
)

// A rule file of any content is read without panic, gives each rule or refusal
// its place, and what it loads can be run.
func FuzzLoad(f *testing.F) {
	f.Add(ruleOf("{a: {'F|contains|windash': ' -x'}}", "not a"))
	f.Add(ruleOf("{a: {'F|re|i': '(a|b)+$'}, b: [x, {G: null}]}", "1 of them and not all of b*"))
	f.Add(ruleOf("{a: {'F|wide|base64offset|contains': 'abc', 'G|fieldref': F}}", "a"))
	f.Add([]byte("action: global\n---\naction: repeat\n---\na: &a [*a]\n"))
	f.Add([]byte("title: t\nlogsource: {category: process_creation}\ndetection: &d {a: {F|hour|gte: 3}, condition: a}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		set, report := sigma.Load([]sigma.File{{Name: "f.yml", Data: data}}, sigma.Options{Placeholders: placeholders(), Lint: true})
		for _, p := range append(report.Refused, report.Warnings...) {
			if p.Code == "" || p.Line < 1 || p.File == "" {
				t.Errorf("no code, line or file: %+v", p)
			}
		}
		hits := engine.NewReference(set).Match(recordOf("F=p -x;G=y;H~null=;I~int=-4"), nil)
		if len(hits) > report.Loaded {
			t.Errorf("%d hits of %d rules", len(hits), report.Loaded)
		}
	})
}

// A condition is either refused, or it and its negation are true in turn.
func FuzzCondition(f *testing.F) {
	f.Add("a and not (1 of b* or all of them)")
	f.Add("not not a or b1 and b2")
	f.Add("((((a))))")
	f.Fuzz(func(t *testing.T, condition string) {
		if strings.ContainsAny(condition, "\"\\") || len(condition) > 4_000 {
			return
		}
		detection := "{a: {F: x}, b1: {G: y}, b2: {G: z}, _c: {F: y}}"
		plain, one := sigma.Load([]sigma.File{{Name: "a", Data: ruleOf(detection, condition)}}, sigma.Options{})
		turned, two := sigma.Load([]sigma.File{{Name: "b", Data: ruleOf(detection, "not ("+condition+")")}}, sigma.Options{})
		if one.Loaded == 0 || two.Loaded == 0 { // ") or (" is refused alone, and may be whole inside
			return
		}
		if strings.ContainsAny(condition, "()") {
			return
		}
		for _, record := range []string{"F=x", "F=y;G=z", "G=y", "H="} {
			a := len(engine.NewReference(plain).Match(recordOf(record), nil))
			b := len(engine.NewReference(turned).Match(recordOf(record), nil))
			if a+b != 1 {
				t.Errorf("%q on %s: %d, negated %d", condition, record, a, b)
			}
		}
	})
}

// The engine answers as the reference does, for any rule and record.
func FuzzEngine(f *testing.F) {
	f.Add("{a: {'F|contains|windash': ' -x'}, b: [k, 'x y']}", "a or b", "F=p /x;G~wide=y;F=KELVIN \u212a")
	f.Add("{a: {'F|re|i': '(a|k)+$', 'G|fieldref': F}, b: {F: null}}", "a and not b", "F=\u017fk;G~null=")
	f.Add("{a: {'EventID|gte': 4, F: [1, 2, x*]}, b: {'F|cidr': '10.0.0.0/8'}}", "1 of them", "F~list=10.1.1.1,x;System.EventID~uint=5")
	f.Fuzz(func(t *testing.T, detection, condition, record string) {
		if strings.ContainsAny(condition, "\"\\") || len(detection)+len(condition)+len(record) > 3_000 {
			return
		}
		set, report := sigma.Load([]sigma.File{{Name: "f.yml", Data: ruleOf(detection, condition)}}, sigma.Options{Placeholders: placeholders()})
		if report.Loaded == 0 {
			return
		}
		fast := engine.NewProgram(set).NewEngine()
		e := recordOf(record)
		want := told(engine.NewReference(set).Match(e, nil))
		for range 2 {
			if got := told(fast.Match(e, nil)); !slices.Equal(got, want) {
				t.Fatalf("%s, %q on %q: the engine says %v, the reference %v", detection, condition, record, got, want)
			}
		}
	})
}
