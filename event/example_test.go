package event_test

import (
	"fmt"
	"time"

	"spoor/event"
)

// An event of a format of one's own: the shape is made once for all records of
// a layout, an event has one value for each of its fields.
func ExampleShape() {
	shape := event.NewShape("door", []event.Field{{Name: "badge"}, {Name: "door"}, {Name: "opened"}}, false)
	e := event.Event{
		Shape:  shape,
		Values: []event.Value{event.UintValue(4711), event.TextValue([]byte("cellar")), {Kind: event.Bool, Bits: 1}},
		Route:  &event.Route{Format: "door"},
		Time:   event.TimeOf(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), 0, event.FromRow),
	}
	fmt.Println(e.Time, e.Get("door"))
	fmt.Printf("%s\n", e.AppendJSON(nil))
	// Output:
	// 2026-03-01T08:00:00Z cellar
	// {"badge":4711,"door":"cellar","opened":true}
}
