// Package fault is the last line of defence: it turns a panic into a value, so
// that a mistake in this program costs a block or a file, and not the run.
//
// It is no way to handle errors: what can go wrong with evidence is an error and
// is returned. A Fault is a bug. In a build with the tag spoorcrash panics are let
// through, so that no test passes because the net caught something.
package fault
