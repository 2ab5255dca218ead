//go:build spoorcrash

package fault

// Crash says that panics are let through.
const Crash = true
