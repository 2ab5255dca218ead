package caseload

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// maxText bounds a text that is kept; of a longer one nothing is.
// maxNested bounds what stands inside each other in a part that is passed
// over, so that damage of that kind is told.
const (
	maxText   = 4 << 10
	maxNested = 1 << 10
)

var errSyntax = errors.New("it is no valid JSON")

// scanner reads JSON as a stream and gives out only what is asked for. It is
// made for passing over: encoding/json takes three times as long for the same
// (BenchmarkScan), and of a verdict less than a tenth is wanted.
type scanner struct {
	r        io.Reader
	buf      []byte
	pos, end int
	read     int64
	limit    int64
	err      error
	text     []byte
}

func newScanner() *scanner { return &scanner{buf: make([]byte, 64<<10)} }

// reset begins a new stream of at most limit bytes.
func (s *scanner) reset(r io.Reader, limit int64) {
	s.r, s.pos, s.end, s.read, s.limit, s.err = r, 0, 0, 0, limit, nil
}

// fill reads more; false at the end.
func (s *scanner) fill() bool {
	if s.err != nil {
		return false
	}
	n, err := s.r.Read(s.buf)
	for n == 0 && err == nil {
		n, err = s.r.Read(s.buf)
	}
	s.pos, s.end = 0, n
	s.read += int64(n)
	if s.read > s.limit {
		s.err = fmt.Errorf("it is larger than %d bytes", s.limit)
		s.end = 0
		return false
	}
	if n == 0 {
		s.err = err
		if err == io.EOF {
			s.err = io.ErrUnexpectedEOF
		}
		return false
	}
	return true
}

// peek is the next byte that is no blank, 0 at the end.
func (s *scanner) peek() byte {
	for {
		for s.pos < s.end {
			switch c := s.buf[s.pos]; c {
			case ' ', '\t', '\r', '\n':
				s.pos++
			default:
				return c
			}
		}
		if !s.fill() {
			return 0
		}
	}
}

// take passes over a byte that must come next.
func (s *scanner) take(c byte) error {
	if s.peek() != c {
		return s.wrong()
	}
	s.pos++
	return nil
}

func (s *scanner) wrong() error {
	if s.err != nil {
		return s.err
	}
	return errSyntax
}

// object calls f with every key; f takes the value. The key is valid until f
// reads on.
func (s *scanner) object(f func(key string) error) error {
	if err := s.take('{'); err != nil {
		return err
	}
	if s.peek() == '}' {
		s.pos++
		return nil
	}
	for {
		key, _, err := s.string()
		if err != nil {
			return err
		}
		if err := s.take(':'); err != nil {
			return err
		}
		if err := f(key); err != nil {
			return err
		}
		switch s.peek() {
		case ',':
			s.pos++
		case '}':
			s.pos++
			return nil
		default:
			return s.wrong()
		}
	}
}

// array calls f for every element, which f takes. null is an empty array.
func (s *scanner) array(f func() error) error {
	if s.peek() == 'n' {
		return s.skip()
	}
	if err := s.take('['); err != nil {
		return err
	}
	if s.peek() == ']' {
		s.pos++
		return nil
	}
	for {
		if err := f(); err != nil {
			return err
		}
		switch s.peek() {
		case ',':
			s.pos++
		case ']':
			s.pos++
			return nil
		default:
			return s.wrong()
		}
	}
}

// string reads a text; whole is false for one above maxText, of which nothing
// is returned.
func (s *scanner) string() (text string, whole bool, err error) {
	if err := s.take('"'); err != nil {
		return "", false, err
	}
	s.text = s.text[:0]
	whole, escaped := true, false
	keep := func(part []byte) {
		if len(s.text)+len(part) > maxText {
			whole = false
			return
		}
		s.text = append(s.text, part...)
	}
	for {
		if s.pos == s.end && !s.fill() {
			return "", false, s.err
		}
		part := s.buf[s.pos:s.end]
		i := bytes.IndexByte(part, '"')
		j := len(part)
		if i >= 0 {
			j = i
		}
		if b := bytes.IndexByte(part[:j], '\\'); b >= 0 {
			keep(part[:b+1])
			s.pos += b + 1
			if s.pos == s.end && !s.fill() {
				return "", false, s.err
			}
			keep(s.buf[s.pos : s.pos+1])
			s.pos++
			escaped = true
			continue
		}
		keep(part[:j])
		s.pos += j
		if i >= 0 {
			s.pos++
			break
		}
	}
	switch {
	case !whole:
		return "", false, nil
	case !escaped:
		return string(s.text), true, nil
	}
	plain, err := unescape(s.text)
	return plain, true, err
}

// unescape undoes the escapes of a JSON text.
func unescape(b []byte) (string, error) {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' {
			out = append(out, b[i])
			continue
		}
		i++
		if i == len(b) {
			return "", errSyntax
		}
		if at := bytes.IndexByte([]byte(`"\/bfnrt`), b[i]); at >= 0 {
			out = append(out, "\"\\/\b\f\n\r\t"[at])
			continue
		}
		r, ok := hex4(b, i)
		if !ok {
			return "", errSyntax
		}
		i += 4
		if r >= 0xd800 && r < 0xdc00 && i+2 < len(b) && b[i+1] == '\\' {
			if low, ok := hex4(b, i+2); ok && low >= 0xdc00 && low < 0xe000 {
				r = (r-0xd800)<<10 + (low - 0xdc00) + 0x10000
				i += 6
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out), nil
}

// hex4 reads a u and four hexadecimal digits at i.
func hex4(b []byte, i int) (rune, bool) {
	if i+5 > len(b) || b[i] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[i+1:i+5]), 16, 16)
	return rune(n), err == nil
}

// skip passes over one value of any kind.
func (s *scanner) skip() error {
	var open [maxNested]byte
	depth := 0
	for {
		switch c := s.peek(); c {
		case '{', '[':
			if depth == maxNested {
				return fmt.Errorf("it is nested deeper than %d", maxNested)
			}
			open[depth] = c + 2 // the byte that closes it, in ASCII
			depth++
			s.pos++
			continue
		case '}', ']':
			if depth == 0 || open[depth-1] != c {
				return errSyntax
			}
			depth--
			s.pos++
		case '"':
			s.pos++
			if err := s.skipString(); err != nil {
				return err
			}
		case ',', ':':
			if depth == 0 {
				return errSyntax
			}
			s.pos++
			continue
		case 0:
			return s.wrong()
		default:
			if err := s.skipWord(); err != nil {
				return err
			}
		}
		if depth == 0 {
			return nil
		}
	}
}

// count reads a whole number that is not negative.
func (s *scanner) count() (int64, error) {
	var n int64
	digits := 0
	for c := s.peek(); c >= '0' && c <= '9'; digits++ {
		if digits == 15 {
			return 0, errors.New("a count is too large")
		}
		n = n*10 + int64(c-'0')
		s.pos++
		if s.pos == s.end && !s.fill() {
			break
		}
		c = s.buf[s.pos]
	}
	if digits == 0 {
		return 0, s.wrong()
	}
	return n, nil
}

// skipString passes over the rest of a text.
func (s *scanner) skipString() error {
	for {
		if s.pos == s.end && !s.fill() {
			return s.err
		}
		part := s.buf[s.pos:s.end]
		i := bytes.IndexByte(part, '"')
		j := len(part)
		if i >= 0 {
			j = i
		}
		if b := bytes.IndexByte(part[:j], '\\'); b >= 0 {
			s.pos += b + 1
			if s.pos == s.end && !s.fill() {
				return s.err
			}
			s.pos++
			continue
		}
		if i >= 0 {
			s.pos += i + 1
			return nil
		}
		s.pos = s.end
	}
}

// skipWord passes over a number, true, false or null.
func (s *scanner) skipWord() error {
	n := 0
	for {
		for s.pos < s.end {
			c := s.buf[s.pos]
			if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c == '-' || c == '+' || c == '.' || c == 'E' {
				s.pos++
				n++
				continue
			}
			if n == 0 {
				return errSyntax
			}
			return nil
		}
		if !s.fill() {
			if n > 0 && s.err == io.ErrUnexpectedEOF {
				return nil
			}
			return s.wrong()
		}
	}
}

// finish reports that nothing but blanks follows.
func (s *scanner) finish() error {
	if s.peek() != 0 || s.err == nil {
		return errSyntax
	}
	if s.err != io.ErrUnexpectedEOF {
		return s.err
	}
	return nil
}
