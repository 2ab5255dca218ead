package exchangelog

import (
	"bytes"
	"time"
)

// Leftover is a temporary file that the offline address book's download left
// behind, as the OABGenerator log reports it.
type Leftover struct {
	Path   string
	Line   int64 // of the text, the first is 1
	Offset int64
	Time   time.Time // at the line's beginning, zero where none is stated
}

// MaxLeftovers bounds what is told of one text.
const MaxLeftovers = 1000

// Leftovers finds the lines of an OABGenerator log that report a download
// which failed and left its temporary file at a place that is none of the
// offline address book's own (ClientAccess\OAB): CVE-2021-26858 writes a file
// that way (https://msrc.microsoft.com/update-guide/vulnerability/CVE-2021-26858).
// The log's layout is not known from samples, so that only the sentence
// counts; more says that there were more than MaxLeftovers.
func Leftovers(text []byte) (list []Leftover, more bool) {
	const before, after = "Download failed and temporary file '", "' needs to be removed"
	if !bytes.Contains(text, []byte(before)) {
		return nil, false
	}
	var offset, line int64
	for row := range bytes.Lines(text) {
		line++
		start := offset
		offset += int64(len(row))
		_, rest, ok := bytes.Cut(row, []byte(before))
		if !ok {
			continue
		}
		path, _, ok := bytes.Cut(rest, []byte(after))
		if !ok || len(path) == 0 || bytes.Contains(bytes.ToLower(path), []byte(`\clientaccess\oab\`)) {
			continue
		}
		if len(list) == MaxLeftovers {
			return list, true
		}
		l := Leftover{Path: string(path), Line: line, Offset: start}
		if n := bytes.IndexAny(row, "Z,"); n > 0 && n < 32 {
			if t, err := time.Parse("2006-01-02T15:04:05", string(bytes.TrimPrefix(row[:n], []byte("\xef\xbb\xbf")))); err == nil {
				l.Time = t
			}
		}
		list = append(list, l)
	}
	return list, false
}
