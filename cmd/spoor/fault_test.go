package main

import (
	"strings"
	"testing"

	"spoor/internal/fault"
)

func TestAPanicHasAnExitCodeOfItsOwnAndOneLine(t *testing.T) {
	t.Parallel()
	if fault.Crash {
		t.Skip("panics are let through in this build")
	}
	var out strings.Builder
	if code := guarded(&out, func() int { var none []int; return none[2] }); code != 70 {
		t.Errorf("exit code %d, want 70", code)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], "index out of range") || !strings.Contains(lines[0], "fault_test.go") || !strings.HasPrefix(lines[1], "hint: ") {
		t.Errorf("said %q", out.String())
	}
	if code := guarded(&out, func() int { return 3 }); code != 3 {
		t.Errorf("exit code %d, want that of the command", code)
	}
}
