package match_test

import (
	"fmt"
	"log"
	"strings"

	"spoor/jsonevent"
	"spoor/match"
	"spoor/sigma"
)

const rules = `
title: Shell started by the web application
name: shell
logsource: {product: myapp}
level: high
detection:
  shell: {command|endswith: [/sh, /bash]}
  admin: {user: admin}
  condition: shell and not admin
---
title: Many shells of one user
correlation:
  type: event_count
  rules: shell
  group-by: user
  timespan: 10m
  condition: {gte: 3}
  generate: true
`

// options knows the records of the application that the rules are for.
func options() sigma.Options {
	return sigma.Options{Sources: []sigma.Source{{Product: "myapp", Formats: []string{"myapp"}, Fields: map[string][]string{"command": {"process.path"}}}}}
}

// A hit says why its rule fired.
func ExampleEngine_Match() {
	set, err := sigma.Parse(rules, options())
	if err != nil {
		log.Fatal(err)
	}
	d, engine := jsonevent.NewDecoder(jsonevent.Format{Log: "myapp"}), match.NewEngine(set)
	e, err := d.Event([]byte(`{"user": "guest", "process": {"path": "/bin/BASH"}}`))
	if err != nil {
		log.Fatal(err)
	}
	for _, hit := range engine.Match(e) {
		fmt.Println(hit.Rule.Level(), hit.Rule.Title())
		for _, why := range hit.Why() {
			fmt.Printf("%s is %q, which %s\n", why.Field, why.Value, why.Test)
		}
	}
	// Output:
	// high Shell started by the web application
	// command is "/bin/BASH", which ends with "/bash"
}

// A run gets all events, in any order, and says at its end which correlations
// were fulfilled.
func ExampleRun() {
	set, err := sigma.Parse(rules, options())
	if err != nil {
		log.Fatal(err)
	}
	rows := `{"time": "2026-03-01T08:00:00Z", "user": "guest", "process": {"path": "/bin/sh"}}
{"time": "2026-03-01T08:07:00Z", "user": "guest", "process": {"path": "/bin/sh"}}
{"time": "2026-03-01T08:01:00Z", "user": "guest", "process": {"path": "/bin/bash"}}
{"time": "2026-03-01T08:02:00Z", "user": "other", "process": {"path": "/bin/bash"}}
`
	run := match.NewRun(set)
	for e, err := range jsonevent.NewDecoder(jsonevent.Format{Log: "myapp"}).Log(strings.NewReader(rows)).Events() {
		if err != nil {
			log.Fatal(err)
		}
		run.Event(e)
	}
	for _, o := range run.Close() {
		fmt.Println(o.Rule.Title(), o.Group, o.Count, "from", o.First, "to", o.Last)
		for _, ref := range o.Events {
			fmt.Println("line", ref.Line)
		}
	}
	// Output:
	// Many shells of one user [guest] 3 from 2026-03-01T08:00:00Z to 2026-03-01T08:07:00Z
	// line 1
	// line 3
	// line 2
}
