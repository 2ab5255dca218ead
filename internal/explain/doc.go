// Package explain says in words which records a rule looks at and what it asks
// of them, and why it fires on a record or does not. A search looks through
// evidence for the records that say most: those on which the rule fires, then
// those that come closest. All of a rule and of a record that is written goes
// through safetext; evidence that cannot be read is reported by the caller, who
// sees every item.
package explain
