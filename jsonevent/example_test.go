package jsonevent_test

import (
	"fmt"
	"log"
	"strings"

	"spoor/jsonevent"
)

// One object becomes an event; its nested values are fields by their paths.
func ExampleDecoder_Event() {
	d := jsonevent.NewDecoder(jsonevent.Format{Log: "myapp", Host: "server"})
	e, err := d.Event([]byte(`{"time": "2026-03-01T08:00:00Z", "server": "web01", "user": {"name": "admin"}, "tries": 3}`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(e.Time, e.Host, e.Get("user.name"), e.Get("tries"))
	// Output:
	// 2026-03-01T08:00:00Z web01 admin 3
}

// A stream of objects: what is no JSON is damage, and reading goes on.
func ExampleDecoder_Log() {
	rows := strings.NewReader(`{"user": "admin", "action": "login"}
{"user": "admin", "act
{"user": "guest", "action": "logout"}
`)
	l := jsonevent.NewDecoder(jsonevent.Format{}).Log(rows)
	for e, err := range l.Events() {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(e.Ref.Line, e.Get("user"), e.Get("action"))
	}
	for _, d := range l.Total().Damage {
		fmt.Println("line", d.Line, d.Code)
	}
	// Output:
	// 1 admin login
	// 3 guest logout
	// line 2 bad-json
}

// Windows events that another program exported have the names that package evtx
// gives.
func ExampleNewWindowsDecoder() {
	d := jsonevent.NewWindowsDecoder()
	e, err := d.Event([]byte(`{"winlog": {"channel": "Security", "event_id": 4625, "event_data": {"TargetUserName": "admin"}}}`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(e.Route.Channel, e.Route.EventID, e.Get("TargetUserName"))
	_, err = d.Event([]byte(`{"user": "admin"}`))
	fmt.Println(err)
	// Output:
	// Security 4625 admin
	// read JSON object: not-an-event
}
