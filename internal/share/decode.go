package share

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// decoded is a text with every escape undone that stands for a rune: percent
// signs (also twice and in the form %uNNNN), \uNNNN and \xNN, numbers and the
// five names of XML, quoted-printable. at is the place in s of each byte of
// text, nil where both are the same. Escapes are undone for looking, never
// for writing: what is kept is written as it stood.
func decoded(s string) (text string, at []int32) {
	if !strings.ContainsAny(s, `%\&=`) {
		return s, nil
	}
	var b []byte
	quoted := -1 // end of the last quoted-printable escape
	for i := 0; i < len(s); {
		r, n := unescape(s[i:], quoted == i)
		if n == 0 {
			if b != nil {
				b, at = append(b, s[i]), append(at, int32(i))
			}
			i++
			continue
		}
		if b == nil {
			b = append(make([]byte, 0, len(s)), s[:i]...)
			at = make([]int32, i, len(s)+1)
			for j := range at {
				at[j] = int32(j)
			}
		}
		if s[i] == '=' {
			quoted = i + n
		}
		from := len(b)
		b = utf8.AppendRune(b, r)
		for range len(b) - from {
			at = append(at, int32(i))
		}
		i += n
	}
	if b == nil {
		return s, nil
	}
	return string(b), append(at, int32(len(s)))
}

// unescape reads an escape at the start of s: its rune and its length, 0
// where there is none. quoted says that a quoted-printable escape ends here.
func unescape(s string, quoted bool) (r rune, n int) {
	switch s[0] {
	case '%':
		if r, ok := hexRune(s, 2, 4); ok && len(s) > 1 && (s[1] == 'u' || s[1] == 'U') {
			return r, 6
		}
		return percent(s)
	case '\\':
		if len(s) < 2 {
			return 0, 0
		}
		if r, ok := hexRune(s, 2, 4); ok && s[1] == 'u' {
			return r, 6
		}
		if r, ok := hexRune(s, 2, 2); ok && s[1] == 'x' {
			return r, 4
		}
	case '&':
		return entity(s)
	case '=':
		if r, ok := hexRune(s, 1, 2); ok && strings.ToUpper(s[1:3]) == s[1:3] {
			if _, more := hexRune(s, 4, 2); quoted || more && s[3] == '=' {
				return r, 3
			}
		}
	}
	return 0, 0
}

// hexRune reads n hexadecimal digits at a place of s.
func hexRune(s string, at, n int) (rune, bool) {
	if len(s) < at+n {
		return 0, false
	}
	v, err := strconv.ParseUint(s[at:at+n], 16, 32)
	return rune(v), err == nil
}

// percent reads %NN, however often the percent sign was itself encoded
// (%2541), and the bytes of one rune of UTF-8; a byte that begins none is the
// letter that Latin-1 has for it.
func percent(s string) (rune, int) {
	one := func(s string) (byte, int) {
		if s == "" || s[0] != '%' {
			return 0, 0
		}
		i := 1
		for strings.HasPrefix(s[i:], "25") {
			if _, ok := hexRune(s, i+2, 2); !ok {
				break
			}
			i += 2
		}
		r, ok := hexRune(s, i, 2)
		if !ok {
			return 0, 0
		}
		return byte(r), i + 2
	}
	first, n := one(s)
	if n == 0 || first < utf8.RuneSelf {
		return rune(first), n
	}
	raw, end := []byte{first}, n
	for len(raw) < utf8.UTFMax {
		next, m := one(s[end:])
		if m == 0 || next&0xc0 != 0x80 {
			break
		}
		raw, end = append(raw, next), end+m
		if r, size := utf8.DecodeRune(raw); r != utf8.RuneError && size == len(raw) {
			return r, end
		}
	}
	return rune(first), n
}

// entity reads a reference of XML.
func entity(s string) (rune, int) {
	end := strings.IndexByte(s[:min(len(s), 12)], ';')
	if end < 2 {
		return 0, 0
	}
	name := s[1:end]
	switch name {
	case "amp":
		return '&', end + 1
	case "lt":
		return '<', end + 1
	case "gt":
		return '>', end + 1
	case "quot":
		return '"', end + 1
	case "apos":
		return '\'', end + 1
	case "nbsp":
		return ' ', end + 1
	}
	if name[0] != '#' {
		return 0, 0
	}
	digits, base := name[1:], 10
	if strings.HasPrefix(digits, "x") || strings.HasPrefix(digits, "X") {
		digits, base = digits[1:], 16
	}
	v, err := strconv.ParseUint(digits, base, 32)
	if err != nil || v > 0x10ffff {
		return 0, 0
	}
	return rune(v), end + 1
}
