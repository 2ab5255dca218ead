// Package lab writes evidence: event logs, web logs and Exchange logs as a
// server would have written them, whole or damaged on purpose, and the
// demonstration set of a fictional town hall. It is the test kit of every
// reader and the source of the demo.
//
// Everything is deterministic: there is no clock and no randomness but a
// seeded generator of its own, so the same call gives the same bytes.
// Addresses are from the documentation ranges (RFC 5737, RFC 3849) and names
// end in .example (RFC 2606).
//
// The package writes and never reads: what it returns is built from its
// arguments, and wrong arguments (a malformed SID, a record larger than a
// chunk) panic, since they are mistakes of the caller's code.
package lab
