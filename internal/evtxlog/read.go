package evtxlog

import (
	"io"

	"spoor/event"
	"spoor/internal/stream"
)

// Read yields every event of one log and returns what was found in it. The
// event is valid until the function returns. The error is a read error; bad
// content is damage in the total.
func Read(r io.Reader, yield func(*event.Event)) (event.Total, error) {
	var total event.Total
	err := stream.Read(NewSplitter(r, 0), NewDecoder(), &total, func(e *event.Event) bool {
		yield(e)
		return true
	})
	return total, err
}
