// Package sigma reads rules in the Sigma format (specification 2.1) and makes
// of them a set for package match.
//
// A rule that cannot be honoured exactly is refused with a code, file, line and
// reason; nothing is approximated and nothing is skipped silently. docs/sigma.md
// says what every modifier means and which log sources are known: Windows event
// logs by product, category or service, and the logs of web servers. Others are
// given as a [Source].
//
// Rules come from strangers: file size, depth, number of nodes and alias visits
// are bounded, regular expressions run in linear time, and parsing never panics.
package sigma
