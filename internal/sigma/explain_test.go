package sigma_test

import (
	"slices"
	"strings"
	"testing"

	"spoor/event"
	"spoor/internal/engine"
	"spoor/internal/lab/labdata"
	"spoor/internal/sigma"
)

func TestExplanationsOfARecordingAgreeForEveryRule(t *testing.T) {
	t.Parallel()
	set, _ := sigma.Load(published(t), sigma.Options{})
	reference := engine.NewReference(set)
	events, fires := 0, 0
	name := labdata.Path(t, "sigma-regression/rules/windows/process_creation/proc_creation_win_certutil_download/19b08b1c-861d-4e75-a1ef-ea0c1baf202b.evtx")
	if _, err := readLog(name, func(e *event.Event) {
		events++
		hits := reference.Match(e, nil)
		for _, r := range set.Rules {
			x := engine.Explain(r, e)
			if want := slices.ContainsFunc(hits, func(h engine.Hit) bool { return h.Rule == r }); x.Fires != want {
				t.Errorf("%s: explained as %v", r.Meta.Title, x.Fires)
			}
			if x.Fires {
				fires++
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	if events == 0 || fires == 0 {
		t.Fatalf("%d events, %d fire", events, fires)
	}
}

// The selections to blame are those that would have to turn out the other way.
func TestABlamedSelectionDecides(t *testing.T) {
	t.Parallel()
	const detection = "{a: {F: x}, b: {G: y}, c: {H: z}}"
	for _, c := range []struct{ condition, record, blame string }{
		{"a and b", "F=x", "b"},
		{"a and b", "K=x", "a b"},
		{"a or b", "K=x", "a b"},
		{"a and not b", "F=x;G=y", "b"},
		{"a and not b", "K=x", "a"},
		{"not (a or b)", "F=x", "a"},
		{"not (a and b)", "F=x;G=y", "a b"},
		{"a and (b or c)", "F=x", "b c"},
		{"(a or b) and not c", "H=z", "a b c"},
		{"not not a", "K=x", "a"},
		{"a or b and not c", "G=y;H=z", "a c"},
	} {
		set, report := sigma.Load([]sigma.File{{Name: "r.yml", Data: ruleOf(detection, c.condition)}}, sigma.Options{})
		if report.Loaded != 1 {
			t.Fatal(report.Refused)
		}
		x := engine.Explain(set.Rules[0], recordOf(c.record))
		var names []string
		for _, n := range x.Blame {
			names = append(names, x.Rule.Selections[n].Name)
		}
		if got := strings.Join(names, " "); got != c.blame || x.Fires {
			t.Errorf("%s on %s: blames %q, want %q", c.condition, c.record, got, c.blame)
		}
	}
}

func TestTestsAreToldInWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ detection, want string }{
		{`{a: {F: 'C:\a'}}`, `equals "c:\a"`},
		{`{a: {'F|contains': x}}`, `contains "x"`},
		{`{a: {'F|startswith|cased': X}}`, `starts with "X" (with case)`},
		{`{a: {'F|endswith': '\x'}}`, `ends with "\x"`},
		{`{a: {F: 'a*b?'}}`, `is like "a*b?"`},
		{`{a: {F: 'a\*b?'}}`, `is like "a\*b?"`},
		{`{a: {F: ''}}`, `is empty`},
		{`{a: {F: '*'}}`, `is there, whatever it holds`},
		{`{a: {'F|re': 'a.*b'}}`, `matches the expression a.*b`},
		{`{a: {'F|cidr': 10.0.0.0/8}}`, `is an address in 10.0.0.0/8`},
		{`{a: {'F|cidr': 10.0.0.1}}`, `is an address in 10.0.0.1`},
		{`{a: {'F|gte': -0x10}}`, `is a number at least -16`},
		{`{a: {'F|lt': 1.5}}`, `is a number less than 1.5`},
		{`{a: {'F|hour|gt': 22}}`, `is a time whose hour is greater than 22`},
		{`{a: {'F|day': 3}}`, `is a time whose day is 3`},
		{`{a: {'F|fieldref|endswith': G}}`, `ends with the field G`},
		{`{a: {'F|windash|contains': ' -e'}}`, "is like \"* [-/\u2013\u2014\u2015]e*\""},
	} {
		set, report := sigma.Load([]sigma.File{{Name: "r.yml", Data: ruleOf(c.detection, "a")}}, sigma.Options{})
		if report.Loaded != 1 {
			t.Fatalf("%s: %v", c.detection, report.Refused)
		}
		if got := set.Rules[0].Selections[0].Alternatives[0][0].Tests[0].String(); got != c.want {
			t.Errorf("%s: %q, want %q", c.detection, got, c.want)
		}
	}
}
