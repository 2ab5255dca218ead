package fault

import (
	"fmt"
	"path"
	"runtime"
	"runtime/debug"
	"strings"
)

// Caps of what is kept of a panic; see docs/limits.md.
const (
	maxText  = 200 // bytes of what the panic says
	maxStack = 16 << 10
)

// Fault is a panic that was caught.
type Fault struct {
	Doing string `json:"doing"` // what ended, as a verb and its object: "decode a block"
	Says  string `json:"says"`
	At    string `json:"at"` // function, file and line
	Stack string `json:"stack"`
}

// Error says what happened in one line.
func (f *Fault) Error() string { return fmt.Sprintf("%s: %s at %s", f.Doing, f.Says, f.At) }

// Catch calls do and returns the panic that ended it, nil where none did. A
// *Fault that is panicked with, as by another goroutine, comes back as it is.
func Catch(doing string, do func()) (f *Fault) {
	if Crash {
		do()
		return nil
	}
	defer func() {
		switch x := recover().(type) {
		case nil:
		case *Fault:
			f = x
		default:
			f = &Fault{Doing: doing, Says: clip(fmt.Sprint(x), maxText), At: origin(), Stack: clip(string(debug.Stack()), maxStack)}
		}
	}()
	do()
	return nil
}

func clip(s string, n int) string {
	if len(s) > n {
		return strings.ToValidUTF8(s[:n], "") + "..."
	}
	return s
}

// origin is the place that panicked: the first frame that is not the runtime's
// behind those of the panic.
func origin() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	for panicked := false; ; {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic":
			panicked = true
		case panicked && !strings.HasPrefix(f.Function, "runtime."):
			return fmt.Sprintf("%s (%s:%d)", f.Function, path.Base(f.File), f.Line)
		}
		if !more {
			return "a place that is not known"
		}
	}
}
