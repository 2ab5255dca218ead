package exchangelog

import (
	"bytes"

	"spoor/internal/textlog"
)

// maxSpan is how far the end of a quoted value is searched beyond its line,
// and maxSpanLines how many lines.
const (
	maxSpan      = 256 << 10
	maxSpanLines = 4096
)

// rowEnd finds the end of the row at the beginning of data. It is one line,
// unless a quoted value is open at the line's end and the row is complete and
// has exactly the header's columns when the value ends on a later line. open
// says that a quote was left open. Zero means that more data is needed.
func rowEnd(text textlog.Text, data []byte, eof bool, columns int, sep byte) (n, lines int, open bool) {
	n, ok := text.LineEnd(data, eof)
	if !ok {
		return 0, 0, false
	}
	line := textlog.TrimEnd(data[:n])
	if bytes.IndexByte(line, '"') < 0 {
		return n, 1, false
	}
	w := walker{data: line, sep: comma(sep)}
	for w.next() {
	}
	if !w.open {
		return n, 1, false
	}
	if columns == 0 || text.CR {
		return n, 1, true
	}
	end, spans, more := span(data, columns, sep)
	if more && !eof {
		return 0, 0, false
	}
	if end > 0 {
		return end, spans, false
	}
	return n, 1, true
}

// comma is the separator that a header states, a comma where it states none.
func comma(sep byte) byte {
	if sep == 0 {
		return ','
	}
	return sep
}

// span finds the end of a row that goes on over several lines; more says that
// data ended too early to know.
func span(data []byte, columns int, sep byte) (end, lines int, more bool) {
	limit := data[:min(len(data), maxSpan)]
	w := walker{data: limit, multi: true, sep: comma(sep)}
	count := 0
	for w.next() {
		if count++; count > columns || w.broken {
			return 0, 0, false
		}
		if w.ended {
			break
		}
	}
	if !w.ended {
		return 0, 0, len(limit) < maxSpan
	}
	if lines = bytes.Count(data[:w.pos], []byte{'\n'}); count != columns || lines > maxSpanLines {
		return 0, 0, false
	}
	return w.pos, lines, false
}

// walker steps over the values of a row. A quote opens a value only as its
// first byte; anywhere else it is a letter like any other.
type walker struct {
	data   []byte
	sep    byte
	pos    int
	start  int // of the value, without its quotes
	end    int
	quoted bool
	twice  bool // the value holds doubled quotes
	multi  bool // values may hold line ends, and the row ends at one
	open   bool // a quote was left open
	broken bool // something stands between a closing quote and the comma
	ended  bool // multi: the row's line end was reached
	done   bool
}

func (w *walker) next() bool {
	if w.done {
		return false
	}
	w.quoted, w.twice = false, false
	if w.pos < len(w.data) && w.data[w.pos] == '"' {
		return w.nextQuoted()
	}
	w.start = w.pos
	rest := w.data[w.pos:]
	if w.multi {
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			rest = rest[:i]
		}
	}
	if i := bytes.IndexByte(rest, w.sep); i >= 0 {
		w.end = w.pos + i
		w.pos = w.end + 1
		return true
	}
	w.end = w.pos + len(rest)
	w.finish()
	return true
}

// finish ends the row at w.end.
func (w *walker) finish() {
	w.done, w.pos = true, w.end
	if w.multi && w.end < len(w.data) {
		w.ended, w.pos = true, w.end+1
	}
}

func (w *walker) nextQuoted() bool {
	w.quoted, w.start = true, w.pos+1
	p := w.start
	for {
		i := bytes.IndexByte(w.data[p:], '"')
		if i < 0 {
			w.end, w.open, w.done, w.pos = len(w.data), true, true, len(w.data)
			return true
		}
		p += i
		if p+1 < len(w.data) && w.data[p+1] == '"' {
			w.twice = true
			p += 2
			continue
		}
		break
	}
	w.end = p
	after := w.data[p+1:]
	switch {
	case len(after) == 0:
		w.done, w.pos = true, len(w.data)
	case after[0] == w.sep:
		w.pos = p + 2
	case w.multi && after[0] == '\n':
		w.done, w.ended, w.pos = true, true, p+2
	case w.multi && len(after) > 1 && after[0] == '\r' && after[1] == '\n':
		w.done, w.ended, w.pos = true, true, p+3
	default:
		// The quote closed nothing: the value reaches to the next comma,
		// quotes and all.
		w.broken, w.quoted, w.start = true, false, w.start-1
		if i := bytes.IndexByte(after, w.sep); i >= 0 {
			w.end = p + 1 + i
			w.pos = w.end + 1
			return true
		}
		w.end = len(w.data)
		w.done, w.pos = true, w.end
	}
	return true
}

// undouble appends text with every pair of quotes made one.
func undouble(dst, text []byte, quote byte) []byte {
	for {
		i := bytes.IndexByte(text, quote)
		if i < 0 {
			return append(dst, text...)
		}
		dst = append(dst, text[:i+1]...)
		text = text[i+1:]
		if len(text) > 0 && text[0] == quote {
			text = text[1:]
		}
	}
}
