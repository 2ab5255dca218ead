package exchange

import "testing"

func TestWhatAServerDeletesByItself(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]int{"httpproxy": 30, "rps-http": 30, "ecp-server": 30, "msgtrk": 30, "agentlog": 7, "w3c": 0} {
		if l, ok := LogOf(format); !ok || l.Days != want || (l.Megabytes > 0) != (want > 0) {
			t.Errorf("%s is kept %d days and %d MB", format, l.Days, l.Megabytes)
		}
	}
	if _, ok := LogOf("evtx"); ok {
		t.Error("an event log is kept by Exchange")
	}
}
