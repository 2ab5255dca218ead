//go:build spoorpoison

package examine

import (
	"bytes"
	"testing"

	"spoor/event"
)

func TestAValueKeptBeyondItsEventShowsAsNonsense(t *testing.T) {
	t.Parallel()
	var kept []byte
	run(t, Options{Paths: []string{folder(t, map[string][]byte{"a.evtx": securityLog("MAIL01", 20)})}, Workers: 1, Observe: func(int) func(*event.Event, bool) {
		return func(e *event.Event, _ bool) { kept = e.Get("TargetUserName").Raw }
	}})
	if len(kept) == 0 || !bytes.Equal(kept, bytes.Repeat([]byte{0xdb}, len(kept))) {
		t.Fatalf("the leaked value still reads %q", kept)
	}
}
