package evtx_test

import (
	"fmt"
	"log"

	"spoor/event"
	"spoor/evtx"
)

// Reading a log: every event comes to the function, what could not be read is
// in the total.
func ExampleOpen() {
	total, err := evtx.Open("Security.evtx", func(e *event.Event) {
		if e.Route.EventID == 4624 {
			fmt.Println(e.Time, e.Host, e.Get("TargetUserName"))
		}
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range total.Damage {
		if !evtx.IsNote(d.Code) {
			fmt.Printf("%d: %s %s\n", d.Offset, d.Code, d.Detail)
		}
	}
}
