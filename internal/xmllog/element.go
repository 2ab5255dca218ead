package xmllog

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"spoor/event"
)

// MaxDepth is how deep elements may nest; events need six levels.
const MaxDepth = 64

// MaxFields bounds the fields of one event; most have some dozens.
const MaxFields = 4096

// Damage codes.
const (
	BadXML  = "bad-xml"    // no event, or cut off
	TooDeep = "too-deep"   // nested beyond MaxDepth
	TooMany = "too-many"   // more than MaxFields fields
	BadTime = "bad-time"   // no time that can be read; the event is kept
	RowCut  = "row-cut"    // an event longer than textlog.MaxLine
	Stray   = "stray-text" // something between events
)

// element is one that is open.
type element struct {
	name, label []byte // label is the Name of a Data
	inner       bool   // it has elements
	text        []byte
	parts       int
}

// reader takes one event apart into leaves. Their values are windows into the
// event or into its arena, which holds until the next event.
type reader struct {
	sig    []byte // section, name and path of each leaf, with marks between
	values []event.Value
	arena  []byte
	stack  [MaxDepth]element
	depth  int
}

// read takes apart the event that data is, from its start tag on. It returns a
// damage code, "" when all went well.
func (r *reader) read(data []byte) string {
	r.sig, r.values, r.arena, r.depth = r.sig[:0], r.values[:0], r.arena[:0], 0
	for len(data) > 0 {
		i := bytes.IndexByte(data, '<')
		if i < 0 {
			return BadXML
		}
		if i > 0 && r.depth > 0 {
			r.text(data[:i], true)
		}
		data = data[i:]
		n, code := r.markup(data)
		if code != "" {
			return code
		}
		data = data[n:]
		if r.depth == 0 {
			return ""
		}
	}
	return BadXML
}

// markup reads what begins with "<" and returns its length.
func (r *reader) markup(data []byte) (int, string) {
	switch {
	case bytes.HasPrefix(data, []byte("<![CDATA[")):
		end := bytes.Index(data, []byte("]]>"))
		if end < 0 {
			return 0, BadXML
		}
		r.text(data[len("<![CDATA["):end], false)
		return end + 3, ""
	case bytes.HasPrefix(data, []byte("<!--")):
		end := bytes.Index(data, []byte("-->"))
		if end < 0 {
			return 0, BadXML
		}
		return end + 3, ""
	case bytes.HasPrefix(data, []byte("<?")), bytes.HasPrefix(data, []byte("<!")):
		end := bytes.IndexByte(data, '>')
		if end < 0 {
			return 0, BadXML
		}
		return end + 1, ""
	case bytes.HasPrefix(data, []byte("</")):
		end := bytes.IndexByte(data, '>')
		if end < 0 || r.depth == 0 || !bytes.Equal(bytes.TrimSpace(data[2:end]), r.stack[r.depth-1].name) {
			return 0, BadXML
		}
		return end + 1, r.close()
	}
	return r.open(data)
}

// open reads a start tag with its attributes.
func (r *reader) open(data []byte) (int, string) {
	if r.depth == MaxDepth {
		return 0, TooDeep
	}
	i := 1
	for i < len(data) && !isSpace(data[i]) && data[i] != '>' && data[i] != '/' {
		i++
	}
	if i == 1 {
		return 0, BadXML
	}
	if r.depth > 0 {
		r.stack[r.depth-1].inner = true
	}
	r.stack[r.depth] = element{name: data[1:i]}
	r.depth++
	for {
		for i < len(data) && isSpace(data[i]) {
			i++
		}
		switch {
		case i >= len(data):
			return 0, BadXML
		case data[i] == '>':
			return i + 1, ""
		case data[i] == '/':
			if i+1 >= len(data) || data[i+1] != '>' {
				return 0, BadXML
			}
			return i + 2, r.close()
		}
		n, code := r.attribute(data[i:])
		if code != "" {
			return 0, code
		}
		i += n
	}
}

// attribute reads name="value" and returns its length.
func (r *reader) attribute(data []byte) (int, string) {
	eq := bytes.IndexByte(data, '=')
	if eq <= 0 || bytes.IndexByte(data[:eq], '>') >= 0 {
		return 0, BadXML
	}
	name, i := bytes.TrimSpace(data[:eq]), eq+1
	for i < len(data) && isSpace(data[i]) {
		i++
	}
	if i >= len(data) || data[i] != '"' && data[i] != '\'' {
		return 0, BadXML
	}
	end := bytes.IndexByte(data[i+1:], data[i])
	if end < 0 {
		return 0, BadXML
	}
	value := data[i+1 : i+1+end]
	e := &r.stack[r.depth-1]
	switch {
	case string(name) == "xmlns" || bytes.HasPrefix(name, []byte("xmlns:")):
	case string(name) == "Name" && string(e.name) == "Data" && r.section() != event.System:
		e.label = r.plain(value)
	default:
		if code := r.leaf(name, r.plain(value)); code != "" {
			return 0, code
		}
	}
	return i + end + 2, ""
}

// text adds to the text of the innermost element.
func (r *reader) text(data []byte, references bool) {
	e := &r.stack[r.depth-1]
	if e.inner {
		return
	}
	if references {
		data = r.plain(data)
	}
	if e.parts++; e.parts == 1 {
		e.text = data
		return
	}
	joined := r.room(len(e.text) + len(data))
	joined = append(append(joined, e.text...), data...)
	r.arena = r.arena[:len(r.arena)+len(joined)]
	e.text = joined
}

// room is space at the arena's end. A full arena is begun anew; what stands in
// the old one stays, since windows hold it.
func (r *reader) room(n int) []byte {
	if cap(r.arena)-len(r.arena) < n {
		r.arena = make([]byte, 0, max(2*cap(r.arena), n, 4096))
	}
	return r.arena[len(r.arena):len(r.arena):cap(r.arena)]
}

// plain undoes character references.
func (r *reader) plain(text []byte) []byte {
	if bytes.IndexByte(text, '&') < 0 {
		return text
	}
	out := r.room(len(text))
	for len(text) > 0 {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			out = append(out, text...)
			break
		}
		out = append(out, text[:i]...)
		text = text[i:]
		semi := bytes.IndexByte(text[:min(len(text), 12)], ';')
		c, ok := reference(text[1:max(semi, 1)])
		if !ok {
			out = append(out, '&')
			text = text[1:]
			continue
		}
		out = utf8.AppendRune(out, c)
		text = text[semi+1:]
	}
	r.arena = r.arena[:len(r.arena)+len(out)]
	return out
}

// reference is the character that a name or a number stands for.
func reference(name []byte) (rune, bool) {
	switch string(name) {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := string(name[1:]), 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	if err != nil || n > utf8.MaxRune {
		return 0, false
	}
	return rune(n), true
}

// close ends the innermost element: one without elements is a leaf.
func (r *reader) close() string {
	e := &r.stack[r.depth-1]
	code := ""
	if !e.inner && (len(e.text) > 0 || r.section() == event.EventData || r.section() == event.UserData && r.depth > 3) && r.depth > 2 {
		code = r.leaf(nil, e.text)
	}
	r.depth--
	return code
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
