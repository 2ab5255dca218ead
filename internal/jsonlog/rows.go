package jsonlog

import (
	"bytes"

	"spoor/internal/textlog"
)

// rowKind is what a row of a JSON stream is.
type rowKind uint8

const (
	blankRow rowKind = iota
	punctRow         // brackets and commas of the array around the objects
	objectRow
	badRow
)

// row is the extent of one row: an object with the punctuation around it, up
// to the line end where only punctuation stands between.
type row struct {
	n     int // bytes
	start int // of the object
	kind  rowKind
}

// nextRow finds the row that data starts with; n is 0 when more data is
// needed. lines says that every line holds whole objects.
func nextRow(text textlog.Text, data []byte, eof, lines bool) row {
	p := 0
	if bytes.HasPrefix(data, []byte{0xef, 0xbb, 0xbf}) {
		p = 3
	}
	punct := false
	for ; p < len(data); p++ {
		switch data[p] {
		case ' ', '\t':
			continue
		case '[', ',', ']':
			punct = true
			continue
		}
		break
	}
	if p == len(data) {
		if !eof {
			return row{}
		}
		return row{n: p, kind: emptyKind(punct)}
	}
	switch data[p] {
	case '\n', '\r':
		n, ok := text.LineEnd(data[p:], eof)
		if !ok {
			return row{}
		}
		if !text.CR && data[p] == '\r' && n > 2 {
			// A CR that ends no line is white space here.
			return objectAfter(text, data, p+1, eof, lines)
		}
		return row{n: p + n, kind: emptyKind(punct)}
	case '{':
		return objectAfter(text, data, p, eof, lines)
	}
	n, ok := text.LineEnd(data[p:], eof)
	if !ok {
		return row{}
	}
	return row{n: p + n, kind: badRow, start: p}
}

func emptyKind(punct bool) rowKind {
	if punct {
		return punctRow
	}
	return blankRow
}

// objectAfter finds the end of the object at p.
func objectAfter(text textlog.Text, data []byte, p int, eof, lines bool) row {
	if lines {
		n, ok := text.LineEnd(data[p:], eof)
		if !ok {
			return row{}
		}
		if end := bytes.TrimRight(data[p:p+n], " \t\r\n,]"); len(end) > 1 && end[len(end)-1] == '}' {
			return row{n: p + n, start: p, kind: objectRow}
		}
	}
	end, state := balance(data[p:])
	if state == unfinished && !eof {
		return row{}
	}
	if state == balanced {
		return trailer(text, data, p, p+end, eof)
	}
	// Go on at the line that begins another object, else at the next line.
	q := p + end
	if q < len(data) && data[q] == '{' {
		line := bytes.LastIndexByte(data[:q], '\n') + 1
		if line > p && len(bytes.TrimSpace(data[line:q])) == 0 {
			return row{n: line, start: p, kind: badRow}
		}
	}
	n, ok := text.LineEnd(data[min(q, len(data)):], eof)
	if !ok && q < len(data) {
		return row{}
	}
	return row{n: min(q+n, len(data)), start: p, kind: badRow}
}

// trailer adds the punctuation after an object, and the line end if nothing
// else stands before it.
func trailer(text textlog.Text, data []byte, start, end int, eof bool) row {
	q := end
	for q < len(data) && (data[q] == ' ' || data[q] == '\t' || data[q] == ',' || data[q] == ']' || data[q] == '\r' && !text.CR) {
		q++
	}
	switch {
	case q == len(data):
		if !eof {
			return row{}
		}
	case data[q] == '\n':
		q++
	case data[q] == '\r':
		n, ok := text.LineEnd(data[q:], eof)
		if !ok {
			return row{}
		}
		q += n
	default:
		q = end
		if q < len(data) && data[q] == ',' {
			q++
		}
	}
	return row{n: q, start: start, kind: objectRow}
}

type balanceState uint8

const (
	balanced balanceState = iota
	unfinished
	invalid
)

// balance finds the end of the object that data starts with, checking only
// what is needed to notice where it stops being one. It returns the place of
// the end or of the first byte that cannot be.
func balance(data []byte) (int, balanceState) {
	var objects [MaxDepth]bool
	depth := 0
	key := false        // a key or the object's end must come
	before := byte(',') // the last byte that is not white space
	for i := 0; i < len(data); i++ {
		c := data[i]
		switch c {
		case ' ', '\t', '\r', '\n':
			continue
		case '{', '[':
			if depth == MaxDepth || key && depth > 0 || before != ':' && before != ',' && before != '[' {
				return i, invalid
			}
			objects[depth] = c == '{'
			depth++
			key = c == '{'
		case '}', ']':
			if depth == 0 || objects[depth-1] != (c == '}') {
				return i, invalid
			}
			depth--
			key = false
			if depth == 0 {
				return i + 1, balanced
			}
		case ',':
			key = objects[max(depth-1, 0)]
		case ':':
			key = false
		case '"':
			raw, next := quoted(data, i)
			if next < 0 {
				if j := bytes.IndexByte(data[i:], '\n'); j >= 0 {
					return i + j, invalid
				}
				return len(data), unfinished
			}
			if j := bytes.IndexByte(raw, '\n'); j >= 0 {
				return i + 1 + j, invalid
			}
			i = next - 1
		default:
			if key {
				return i, invalid
			}
		}
		before = c
	}
	return len(data), unfinished
}

// countLines counts the line ends of a row; a last line without one counts at
// the end of the stream.
func countLines(text textlog.Text, data []byte, last bool) int {
	if len(data) == 0 {
		return 0
	}
	n := 0
	if text.CR {
		n = bytes.Count(data, []byte{'\r'}) + bytes.Count(data, []byte{'\n'}) - bytes.Count(data, []byte{'\r', '\n'})
	} else {
		n = bytes.Count(data, []byte{'\n'})
	}
	if end := data[len(data)-1]; last && end != '\n' && !(text.CR && end == '\r') {
		n++
	}
	return n
}

// wholeLines reports whether the stream's head has one object per line.
func wholeLines(text textlog.Text, head []byte) bool {
	head = textlog.TrimBOM(head)
	for len(head) > 0 {
		n, ok := text.LineEnd(head, false)
		line := bytes.TrimSpace(head[:n])
		if !ok {
			return false
		}
		if len(line) > 0 {
			end, state := balance(line)
			return line[0] == '{' && state == balanced && end == len(line)
		}
		head = head[n:]
	}
	return false
}
