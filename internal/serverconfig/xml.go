package serverconfig

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
)

// Caps of one file; see docs/limits.md. The largest settings file of a
// documented Exchange server has 176 KB, a depth of 9 and 1,100 entries.
const (
	maxBytes   = 4 << 20  // of text, after UTF-16 is turned into UTF-8
	maxDepth   = 128      // elements inside elements; deeper ones are passed over
	maxEntries = 20_000   // sites, folders, modules, agents and tasks kept
	maxText    = 64 << 10 // of one element; longer ones are cut
	maxBroken  = 100      // places of broken XML told apart; the rest is not read
)

// Damage is a place that could not be read.
type Damage struct {
	Line   int64
	Reason string
}

// element is one start of an element with its place in the file.
type element struct {
	name   string // without namespace
	attrs  []xml.Attr
	line   int64
	offset int64 // in the text as UTF-8
}

// attr returns an attribute's value; names are compared without case, as
// the schema of IIS writes them in one case and people in any.
func (e *element) attr(name string) string {
	for _, a := range e.attrs {
		if strings.EqualFold(a.Name.Local, name) {
			return a.Value
		}
	}
	return ""
}

func (e *element) has(name string) bool {
	for _, a := range e.attrs {
		if strings.EqualFold(a.Name.Local, name) {
			return true
		}
	}
	return false
}

// visitor is told of a file's elements in order. path holds the names of the
// elements around one, outermost first, in lower case.
type visitor interface {
	start(path []string, e *element)
	text(path []string, s string) // character data of the innermost element
	end(path []string)            // path ends with the element that ends
}

// walk reads the XML in text and reports damage.
type walk struct {
	damage []Damage
	more   int  // damage beyond maxBroken
	ended  bool // text that is not XML was met too often: the rest is not read
	passed int  // elements deeper than maxDepth
	cut    int  // texts longer than maxText
	root   string
}

func (w *walk) read(text []byte, v visitor) {
	var stack []string
	over := 0 // open elements beyond maxDepth
	base, baseLine := int64(0), int64(1)
	for base < int64(len(text)) {
		rest := text[base:]
		d := xml.NewDecoder(bytes.NewReader(rest))
		d.Strict = false
		d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is UTF-8 by now
		err := w.pass(d, &stack, &over, base, baseLine, v)
		if errors.Is(err, io.EOF) {
			if len(stack)+over > 0 {
				w.broken(baseLine+int64(bytes.Count(rest, []byte{'\n'})), "the file ends inside <"+top(stack)+">")
			}
			break
		}
		at := d.InputOffset()
		line := baseLine + int64(bytes.Count(rest[:at], []byte{'\n'}))
		var se *xml.SyntaxError
		reason := "no XML"
		if errors.As(err, &se) {
			reason = se.Msg
		}
		w.broken(line, reason)
		if w.ended = w.more > 0; w.ended {
			break
		}
		at = max(at, 1)
		next := bytes.IndexByte(rest[at:], '<')
		if next < 0 {
			break
		}
		baseLine += int64(bytes.Count(rest[:at+int64(next)], []byte{'\n'}))
		base += at + int64(next)
	}
	for ; len(stack) > 0; stack = stack[:len(stack)-1] {
		v.end(stack)
	}
}

func top(stack []string) string {
	if len(stack) == 0 {
		return ""
	}
	return stack[len(stack)-1]
}

func (w *walk) broken(line int64, reason string) {
	if len(w.damage) >= maxBroken {
		w.more++
		return
	}
	w.damage = append(w.damage, Damage{line, reason})
}

// pass reads until the text ends or cannot be read.
func (w *walk) pass(d *xml.Decoder, stack *[]string, over *int, base, baseLine int64, v visitor) error {
	for {
		line, _ := d.InputPos()
		offset := d.InputOffset()
		tok, err := d.RawToken()
		if err != nil {
			return err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			name := strings.ToLower(t.Name.Local)
			if w.root == "" {
				w.root = name
			}
			if len(*stack) >= maxDepth {
				*over++
				w.passed++
				continue
			}
			v.start(*stack, &element{name: name, attrs: t.Attr, line: baseLine + int64(line) - 1, offset: base + offset})
			*stack = append(*stack, name)
		case xml.EndElement:
			if *over > 0 {
				*over--
				continue
			}
			if name := strings.ToLower(t.Name.Local); !closeTo(stack, name, v) {
				w.broken(baseLine+int64(line)-1, "</"+shortened(name)+"> does not end the element it stands in")
			}
		case xml.CharData:
			if *over > 0 || len(*stack) == 0 {
				continue
			}
			if len(t) > maxText {
				t = t[:maxText]
				w.cut++
			}
			if s := strings.TrimSpace(string(t)); s != "" {
				v.text(*stack, s)
			}
		}
	}
}

// closeTo closes the innermost open element of a name and what is still open
// in it; an end without a start is passed over. True is an end in its place.
func closeTo(stack *[]string, name string, v visitor) bool {
	for i := len(*stack) - 1; i >= 0; i-- {
		if (*stack)[i] != name {
			continue
		}
		right := i == len(*stack)-1
		for len(*stack) > i {
			v.end(*stack)
			*stack = (*stack)[:len(*stack)-1]
		}
		return right
	}
	return false
}

// utf8Text turns a file into UTF-8 without a byte order mark; wide says that
// it was UTF-16. What is neither is taken for Latin-1, so that nothing is
// lost but the letters beyond ASCII may be wrong.
func utf8Text(content []byte) (text []byte, wide bool) {
	e := unicode.LittleEndian
	switch {
	case bytes.HasPrefix(content, []byte("\xef\xbb\xbf")):
		content = content[3:]
		fallthrough
	default:
		if len(content) > 3 && content[0] == '<' && content[1] == 0 {
			break
		}
		if len(content) > 3 && content[0] == 0 && content[1] == '<' {
			e = unicode.BigEndian
			break
		}
		return latin(content), false
	case bytes.HasPrefix(content, []byte("\xff\xfe")):
	case bytes.HasPrefix(content, []byte("\xfe\xff")):
		e = unicode.BigEndian
	}
	out, err := unicode.UTF16(e, unicode.UseBOM).NewDecoder().Bytes(content)
	if err != nil {
		out, err = unicode.UTF16(e, unicode.IgnoreBOM).NewDecoder().Bytes(content)
	}
	if err != nil {
		return latin(content), false
	}
	return out, true
}

func latin(content []byte) []byte {
	if utf8.Valid(content) {
		return content
	}
	out := make([]byte, 0, len(content)+len(content)/8)
	for _, b := range content {
		out = utf8.AppendRune(out, rune(b))
	}
	return out
}
