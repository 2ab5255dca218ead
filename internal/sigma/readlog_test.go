package sigma_test

import (
	"spoor/event"
	"spoor/evtx"
)

// readLog gives the events of a log of the data folder.
func readLog(name string, yield func(*event.Event)) (event.Total, error) {
	log, err := evtx.Open(name)
	if err != nil {
		return event.Total{}, err
	}
	for e, err := range log.Events() {
		if err != nil {
			return log.Total(), err
		}
		yield(e)
	}
	return log.Total(), nil
}
