//go:build !spoorcrash

package fault

// Crash says that panics are let through; see crash_on.go.
const Crash = false
