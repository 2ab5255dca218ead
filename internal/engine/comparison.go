package engine

import (
	"net/netip"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// TestKind is how a test compares.
type TestKind uint8

// The kinds of tests.
const (
	Glob     TestKind = iota // pattern with * and ?, whole value
	Regexp                   // anywhere in the value
	CIDR                     // the value is an address inside the prefix
	Compare                  // numeric, Order says how
	Part                     // a part of the value as a time, Order says how it compares
	FieldRef                 // another field's value, Anchor says how
	OneOf                    // any of Any
)

// Order is a numeric comparison.
type Order uint8

// The comparisons.
const (
	Less Order = iota
	LessEqual
	Greater
	GreaterEqual
	Equal
)

// Anchor says where a referenced value must stand.
type Anchor uint8

// The anchors of a field reference.
const (
	Whole Anchor = iota
	Anywhere
	AtStart
	AtEnd
)

// Test compares one text.
type Test struct {
	Kind    TestKind
	Pattern []Piece // Glob, folded unless Cased
	Cased   bool
	Re      *regexp.Regexp
	Prefix  netip.Prefix
	Number  Number
	Order   Order
	TimeOf  string // minute, hour, day, week, month, year
	Field   string // FieldRef
	Anchor  Anchor
	Any     []Test // OneOf
}

// Piece is a part of a pattern: literal text, any one rune, or any run.
type Piece struct {
	Text string // literal
	Any  bool   // one rune
	Run  bool   // any run of runes, also none
	Dash bool   // one of the dashes of windash
}

// Fold maps text to lower case rune by rune with Unicode's simple mapping.
// The Kelvin, Ohm and Angstrom signs stay themselves: the mapping would make
// letters of them. Bytes that are no UTF-8 stay as they are, so that two
// different ones never compare equal.
func Fold(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return fold(s)
		}
	}
	return strings.ToLower(s) // of ASCII: s itself, or one allocation
}

func fold(s string) string { return string(appendFold(make([]byte, 0, len(s)+8), []byte(s))) }

// appendFold appends the folded text.
func appendFold(out, s []byte) []byte {
	for i := 0; i < len(s); {
		if b := s[i]; b < utf8.RuneSelf {
			if 'A' <= b && b <= 'Z' {
				b |= 0x20
			}
			out = append(out, b)
			i++
			continue
		}
		r, size := utf8.DecodeRune(s[i:])
		switch {
		case r == utf8.RuneError && size <= 1, r == '\u212a', r == '\u2126', r == '\u212b':
			out = append(out, s[i:i+size]...)
		default:
			out = utf8.AppendRune(out, unicode.ToLower(r))
		}
		i += size
	}
	return out
}

// Dashes lists the characters that windash takes for each other.
func Dashes() []string { return []string{"-", "/", "\u2013", "\u2014", "\u2015"} }

// dashLen is the length of the dash that the text begins with, 0 without one.
func dashLen[T ~string | ~[]byte](s T) int {
	switch {
	case len(s) == 0:
	case s[0] == '-', s[0] == '/':
		return 1
	case len(s) >= 3 && s[0] == 0xe2 && s[1] == 0x80 && s[2] >= 0x93 && s[2] <= 0x95: // U+2013 to U+2015
		return 3
	}
	return 0
}

// matchGlob reports whether the whole text matches; it runs in time
// proportional to text times pieces, without recursion.
func matchGlob[T ~string | ~[]byte](pieces []Piece, text T) bool {
	p, t := 0, 0
	star, mark := -1, 0
	for {
		switch {
		case p < len(pieces) && pieces[p].Run:
			star, mark = p, t
			p++
			continue
		case p < len(pieces) && pieces[p].Any && t < len(text):
			t += runeLen(text[t:])
			p++
			continue
		case p < len(pieces) && pieces[p].Dash && dashLen(text[t:]) > 0:
			t += dashLen(text[t:])
			p++
			continue
		case p < len(pieces) && !pieces[p].Any && !pieces[p].Dash && begins(text[t:], pieces[p].Text):
			t += len(pieces[p].Text)
			p++
			continue
		case p == len(pieces) && t == len(text):
			return true
		}
		if star < 0 || mark >= len(text) {
			return false
		}
		// Let the last run take one rune more; a literal behind it is looked
		// for at once.
		mark += runeLen(text[mark:])
		if next := star + 1; next < len(pieces) && pieces[next].Text != "" {
			i := indexOf(text[mark:], pieces[next].Text)
			if i < 0 {
				return false
			}
			mark += i
		}
		p, t = star+1, mark
	}
}

func begins[T ~string | ~[]byte](text T, lit string) bool {
	return len(text) >= len(lit) && string(text[:len(lit)]) == lit
}

// indexOf finds a literal that is not empty. Its first byte is looked for
// first; a text full of that byte costs text times literal, as short as
// literals are.
func indexOf[T ~string | ~[]byte](text T, lit string) int {
	for i := 0; i+len(lit) <= len(text); i++ {
		if text[i] == lit[0] && string(text[i:i+len(lit)]) == lit {
			return i
		}
	}
	return -1
}

func runeLen[T ~string | ~[]byte](s T) int {
	if len(s) == 0 || s[0] < utf8.RuneSelf {
		return min(1, len(s))
	}
	_, size := utf8.DecodeRuneInString(string(s[:min(utf8.UTFMax, len(s))]))
	return size
}

// match compares one text; folded is its folded form.
func (t *Test) match(text, folded string) bool {
	switch t.Kind {
	case Glob:
		if t.Cased {
			return matchGlob(t.Pattern, text)
		}
		return matchGlob(t.Pattern, folded)
	case Regexp:
		return t.Re.MatchString(text)
	case CIDR:
		addr, err := netip.ParseAddr(strings.TrimSpace(text))
		return err == nil && t.Prefix.Contains(addr.Unmap().WithZone(""))
	case Compare:
		n, ok := ParseNumber(text)
		return ok && t.compare(n)
	case OneOf:
		for i := range t.Any {
			if t.Any[i].match(text, folded) {
				return true
			}
		}
	case Part:
		n, ok := timePart(text, t.TimeOf)
		return ok && t.compare(Number{whole: true, size: uint64(n), float: float64(n)})
	}
	return false
}

func (t *Test) compare(n Number) bool {
	c := n.Compare(t.Number)
	switch t.Order {
	case Less:
		return c < 0
	case LessEqual:
		return c <= 0
	case Greater:
		return c > 0
	case GreaterEqual:
		return c >= 0
	}
	return c == 0
}

// timePart reads a time and returns one part of it: of the time as stated,
// in UTC where it states its own zone. A date alone has no hour or minute.
func timePart(text, part string) (int, bool) {
	text = strings.TrimSpace(text)
	if len(text) > maxTime {
		return 0, false
	}
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", time.DateOnly} {
		at, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		at = at.UTC()
		switch part {
		case "minute":
			return at.Minute(), layout != time.DateOnly
		case "hour":
			return at.Hour(), layout != time.DateOnly
		case "day":
			return at.Day(), true
		case "week":
			_, w := at.ISOWeek()
			return w, true
		case "month":
			return int(at.Month()), true
		case "year":
			return at.Year(), true
		}
	}
	return 0, false
}

// maxTime is longer than any time that the layouts read.
const maxTime = 64
