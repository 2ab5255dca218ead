package fault

import (
	"errors"
	"strings"
	"testing"
)

func indexOf(list []int, i int) int { return list[i] }

func TestAPanicBecomesAValueWithItsPlace(t *testing.T) {
	t.Parallel()
	if Crash {
		t.Skip("panics are let through in this build")
	}
	f := Catch("read a list", func() { indexOf(nil, 3) })
	if f == nil || f.Doing != "read a list" || !strings.Contains(f.Says, "index out of range") {
		t.Fatalf("%+v", f)
	}
	if !strings.Contains(f.At, "indexOf (fault_test.go:") || !strings.Contains(f.Stack, "indexOf") {
		t.Errorf("the place is %q, the stack %q", f.At, f.Stack)
	}
	if f := Catch("again", func() { panic(f) }); f.Doing != "read a list" {
		t.Errorf("a fault that was handed on became %+v", f)
	}
	if f := Catch("say much", func() { panic(errors.New(strings.Repeat("ä", 5000))) }); len(f.Says) > maxText+3 {
		t.Errorf("%d bytes are kept of what the panic says", len(f.Says))
	}
}

func TestWithoutAPanicThereIsNoFault(t *testing.T) {
	t.Parallel()
	done := false
	if f := Catch("nothing", func() { done = true }); f != nil || !done {
		t.Fatalf("%+v, called %v", f, done)
	}
}
