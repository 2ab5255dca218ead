package evtxlog

import "strings"

// notePrefix marks codes of what is normal in a log that was in use: old
// checksums in a file that was not closed, leftovers of an earlier round.
const notePrefix = "note-"

// IsNote reports that a damage code tells of something normal by which
// nothing is lost and nothing is doubted.
func IsNote(code string) bool { return strings.HasPrefix(code, notePrefix) }
