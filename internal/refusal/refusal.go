// Package refusal is the error of a wish that cannot be granted: an option or
// a path that a user gave and that cannot be used as it is. It carries a hint
// that says what to do instead, so that packages without a command line can
// give one.
package refusal

import "fmt"

// Error is a refused wish. It is no failure of the program and none of the
// evidence.
type Error struct {
	Err  error
	Hint string // one line, "" for none
	// NoPlace is true where no place to write could be had.
	NoPlace bool
}

// New makes a refusal with a hint; format is that of fmt.Errorf.
func New(hint, format string, args ...any) error {
	return &Error{Err: fmt.Errorf(format, args...), Hint: hint}
}

// Error is the refusal in one line, without the hint.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
