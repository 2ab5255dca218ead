package storyline

import (
	"testing"

	"spoor/internal/coverage"
)

// A firewall's log in the form of a web server's covers no door, and does not
// stand for the missing log of the web server.
func TestAFirewallsLogIsNoDoor(t *testing.T) {
	t.Parallel()
	for kind, door := range map[string]bool{"w3c": true, "firewall": false, "ftp": false, "proxy": false} {
		l := &coverage.Log{Kind: kind, Format: "w3c"}
		if isDoor(l) != door {
			t.Errorf("%s: a door is %v", kind, !door)
		}
		missed := false
		for _, w := range (&Host{}).absent([]*coverage.Log{l}) {
			missed = missed || w.kind == "w3c"
		}
		if missed == door {
			t.Errorf("%s: the web server's log is missed: %v", kind, missed)
		}
	}
}
