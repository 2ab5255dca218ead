// Package expression compiles spoor's own regular expressions when
// they are first asked for. Compiling all of them took 5 ms of every start,
// whatever the command. What cannot be compiled is a mistake in spoor and
// panics at the first use; text from outside is compiled elsewhere, with an error.
package expression

import (
	"regexp"
	"sync"
)

// Lazily is the expression of a text, compiled once, at the first call. Calls may
// come from several goroutines.
func Lazily(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
