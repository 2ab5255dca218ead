// Package storyline turns findings into what happened: steps of known chains
// in order, the deepest step reached, what came after, and one verdict per
// host with its reason.
//
// Vocabulary: a chain is a known way in, described by data; a step is a place
// in it that built-in rules give evidence for; a grade says how far a step
// goes (attempted, exploited, compromised); an outcome says of an attempt
// whether it failed, would have been seen, or cannot be told. Only steps of
// built-in chains make attempted or compromised; everything else makes at
// most suspicious.
//
// It reads findings and coverage only, never a parser's output, and gives the
// same verdict for the same set whatever its order.
package storyline
