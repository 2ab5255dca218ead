package jsonlog

import (
	"bytes"
	"unicode/utf8"
)

// unescape appends the content of a JSON string. Surrogate pairs become one
// rune, an unpaired surrogate its own three bytes; an escape that JSON does
// not know keeps its backslash.
func unescape(dst, raw []byte) []byte {
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 || i+1 >= len(raw) {
			return append(dst, raw...)
		}
		dst = append(dst, raw[:i]...)
		c := raw[i+1]
		rest := raw[i+2:]
		switch c {
		case '"', '\\', '/':
			dst = append(dst, c)
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'u':
			u, ok := hex4(rest)
			if !ok {
				dst = append(dst, '\\', 'u')
				break
			}
			rest = rest[4:]
			if u >= 0xd800 && u < 0xdc00 && len(rest) >= 6 && rest[0] == '\\' && rest[1] == 'u' {
				if v, ok := hex4(rest[2:]); ok && v >= 0xdc00 && v < 0xe000 {
					dst = utf8.AppendRune(dst, 0x10000+(u-0xd800)<<10+v-0xdc00)
					rest = rest[6:]
					break
				}
			}
			if u >= 0xd800 && u < 0xe000 {
				dst = append(dst, 0xe0|byte(u>>12), 0x80|byte(u>>6&0x3f), 0x80|byte(u&0x3f))
			} else {
				dst = utf8.AppendRune(dst, u)
			}
		default:
			dst = append(dst, '\\', c)
		}
		raw = rest
	}
}

func hex4(raw []byte) (rune, bool) {
	if len(raw) < 4 {
		return 0, false
	}
	var u rune
	for _, b := range raw[:4] {
		switch {
		case b >= '0' && b <= '9':
			u = u<<4 | rune(b-'0')
		case b|0x20 >= 'a' && b|0x20 <= 'f':
			u = u<<4 | rune(b|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return u, true
}
