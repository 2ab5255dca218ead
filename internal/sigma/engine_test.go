package sigma_test

import (
	"testing"

	"spoor/event"
	"spoor/internal/engine"
	"spoor/internal/sigma"
)

// Cases that random draws seldom meet.
func TestTheEngineKnowsRareCases(t *testing.T) {
	t.Parallel()
	web := event.NewShape("w3c", []event.Field{{Name: "cs-uri-stem"}, {Name: "cs-uri-query"}}, false)
	row := func(stem, query string) *event.Event {
		return &event.Event{Shape: web, Route: &event.Route{Format: "w3c", Channel: "iis"}, Values: []event.Value{event.TextValue([]byte(stem)), event.TextValue([]byte(query))}}
	}
	site := func(detection string) []byte {
		return []byte("title: t\nlogsource: {category: webserver}\ndetection: {a: " + detection + ", condition: a}\n")
	}
	for name, c := range map[string]struct {
		rule   []byte
		record *event.Event
		want   int
	}{
		"the long s under i":             {ruleOf("{a: {'F|re|i': 'task'}}", "a"), recordOf("F=TA\u017fK"), 1},
		"the Kelvin sign under i":        {ruleOf("{a: {'F|re|i': 'task'}}", "a"), recordOf("F=tas\u212a"), 1},
		"neither without i":              {ruleOf("{a: {'F|re': 'task'}}", "a"), recordOf("F=ta\u017f\u212a"), 0},
		"a query of a dash is none":      {site("{c-uri: /a}"), row("/a", "-"), 1},
		"an empty query is none":         {site("{c-uri: /a}"), row("/a", ""), 1},
		"a query is joined":              {site("{c-uri: '/a?x=1'}"), row("/a", "x=1"), 1},
		"a joined path is no longer one": {site("{c-uri: /a}"), row("/a", "x=1"), 0},
		"a keyword over two columns":     {site("['/a x=1']"), row("/a", "x=1"), 1},
	} {
		set, report := sigma.Load([]sigma.File{{Name: "r.yml", Data: c.rule}}, sigma.Options{})
		if report.Loaded != 1 {
			t.Errorf("%s: %+v", name, report.Refused)
			continue
		}
		fast := engine.NewProgram(set).NewEngine()
		for _, answer := range []int{
			len(engine.NewReference(set).Match(c.record, nil)),
			len(fast.Match(c.record, nil)), len(fast.Match(c.record, nil)), // unseen, then remembered
		} {
			if answer != c.want {
				t.Errorf("%s: %d hits, want %d", name, answer, c.want)
			}
		}
	}
}

// The sentence of a cmdlet depends on the event id, and the name of a crash's
// parts on the provider: what is remembered for one record does not answer for
// another with the same values.
func TestTheEngineTellsOriginsApart(t *testing.T) {
	t.Parallel()
	for rule, origins := range map[string][]event.Route{
		"logsource: {product: windows, service: msexchange-management}\ndetection: {a: ['Cmdlet failed'], condition: a}": {
			{Format: "evtx", Channel: "MSExchange Management", EventID: 1}, {Format: "evtx", Channel: "MSExchange Management", EventID: 6},
		},
		"logsource: {product: windows, service: application}\ndetection: {a: {AppName: New-X}, condition: a}": {
			{Format: "evtx", Channel: "Application", Provider: "Other", EventID: 1000}, {Format: "evtx", Channel: "Application", Provider: "Application Error", EventID: 1000},
		},
	} {
		set, report := sigma.Load([]sigma.File{{Name: "r.yml", Data: []byte("title: t\n" + rule + "\n")}}, sigma.Options{})
		if report.Loaded != 1 {
			t.Fatal(report.Refused)
		}
		fast, e := engine.NewProgram(set).NewEngine(), recordOf("Data=New-X;Data=-A b")
		for range 2 {
			for n := range origins {
				e.Route = &origins[n]
				if hits := fast.Match(e, nil); len(hits) != n {
					t.Errorf("%s on %v: %d hits", rule, e.Route, len(hits))
				}
			}
		}
	}
}
