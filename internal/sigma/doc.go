// Package sigma reads rules in the Sigma format (specification 2.1) and
// compiles them into match rules.
//
// A rule that cannot be honoured exactly is refused with a code, file, line
// and reason; nothing is approximated and nothing is skipped silently. Log
// sources are data (logsource/*.yml): which records a category, product or
// service means, and what the rule's fields are called there.
//
// Rules come from strangers: file size, depth, number of nodes and alias
// visits are bounded, regular expressions run in linear time, and parsing
// never panics.
package sigma
