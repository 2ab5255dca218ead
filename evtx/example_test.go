package evtx_test

import (
	"fmt"
	"log"

	"spoor/evtx"
)

// Reading a log: the loop gets every event, and what could not be read is in
// the total.
func ExampleOpen() {
	security, err := evtx.Open("testdata/security.evtx")
	if err != nil {
		log.Fatal(err)
	}
	for e, err := range security.Events() {
		if err != nil {
			log.Fatal(err)
		}
		if e.Route.EventID == 4625 {
			fmt.Println(e.Time, e.Host, e.Get("TargetUserName"), e.Get("IpAddress"))
		}
	}
	total := security.Total()
	fmt.Println(total.Records, "records,", total.Lost, "lost")
	for _, d := range total.Damage {
		if !evtx.IsNote(d.Code) {
			fmt.Printf("%d: %s %s\n", d.Offset, d.Code, d.Detail)
		}
	}
	// Output:
	// 2026-03-01T08:00:00.0000000Z web01.example.org admin 192.0.2.7
	// 2026-03-01T08:00:20.0000000Z web01.example.org admin 192.0.2.7
	// 2026-03-01T08:00:40.0000000Z web01.example.org admin 192.0.2.7
	// 5 records, 0 lost
}
