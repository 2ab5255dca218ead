package lab_test

import (
	"testing"

	"spoor/internal/lab"
	"spoor/internal/webshell"
)

// TestOnlyTheShellIsAShell: of the files beside the logs only the page that
// the truth names has a web shell's structure, with the key and the time of
// the truth inside.
func TestOnlyTheShellIsAShell(t *testing.T) {
	t.Parallel()
	truth := lab.DemoTruth().Hosts[0]
	found := 0
	for _, f := range lab.Demo() {
		r := webshell.Inspect(f.Path, f.Data)
		if r.Outcome == webshell.Nothing {
			continue
		}
		found++
		if f.Path != truth.Shells[0].Path || r.Key != truth.Shells[0].Key || !webshell.Served(f.Path) {
			t.Errorf("%s taken for a shell with key %q", f.Path, r.Key)
		}
		if set := truth.Steps[4]; set.ID != "script-set" || r.When.Unix() != set.Time.Unix() {
			t.Errorf("the shell says %v, the truth %v (%s)", r.When, set.Time, set.ID)
		}
	}
	if found != 1 {
		t.Errorf("%d shells, want 1", found)
	}
}
