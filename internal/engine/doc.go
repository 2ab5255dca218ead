// Package engine holds compiled rules and evaluates them over events. It knows
// no rule language: Sigma and others compile into its Rule.
//
// Vocabulary: a test compares one text; an item asks a field's values for its
// tests; a selection is a list of alternatives, each a list of items that
// must all hold; a condition is a boolean program over selections; a route
// says which records a rule is for and what its fields are called there.
//
// The evaluator is two-valued: a field that a record lacks makes a positive
// test false, so "not filter" holds. Text is compared after Unicode's simple
// lower-case mapping, rune by rune, and nothing more.
package engine
