// Package match evaluates rules on events.
//
// A [Ruleset] comes from a loader of rules, as sigma.Load. An [Engine] says
// which of its rules fire on an event; what it costs follows the distinct values
// that it meets, not events times rules. A [Run] is an engine with the
// correlations of the set: it gets all events and says at its end which
// correlations were fulfilled. A [Hit] says on request why its rule fired.
//
// A rule is evaluated exactly as it is written: a field that a record lacks
// makes a positive test false, so "not filter" holds. Text is compared after
// Unicode's simple lower-case mapping. Regular expressions run in linear time.
// Every memory has a bound (docs/limits.md), which costs time and never an
// answer where nothing else is said.
package match
