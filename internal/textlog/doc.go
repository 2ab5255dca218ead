// Package textlog holds what every text log reader needs: finding out how a
// stream's text is written, cutting it into blocks at row ends, walking the
// lines of a block, and reading the date forms that logs share.
//
// A line is physical: it ends at LF (a CR before it belongs to the ending);
// in a stream whose head has CR but no LF it ends at CR, LF or CRLF. A row is
// what a format makes of one or more lines.
//
// Blocks hold the item's own bytes, never converted ones, so offsets and
// checksums stay true; UTF-16 is turned into UTF-8 when a block is decoded.
//
// On bad input: a line longer than [MaxLine] is cut and its rest is handed on
// as a continuation, so that no byte is lost and memory stays bounded; invalid
// UTF-8, NULs and unpaired surrogates are kept.
package textlog
