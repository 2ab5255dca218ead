package evtxlog_test

import (
	"fmt"
	"log"

	"spoor/event"
	"spoor/internal/evtxlog"
)

// Reading a log: every event comes to the function, what could not be read is
// in the total.
func ExampleOpen() {
	total, err := evtxlog.Open("Security.evtx", func(e *event.Event) {
		if e.Route.EventID == 4624 {
			fmt.Println(e.Time, e.Host, e.Get("TargetUserName"))
		}
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range total.Damage {
		if !evtxlog.IsNote(d.Code) {
			fmt.Printf("%d: %s %s\n", d.Offset, d.Code, d.Detail)
		}
	}
}
