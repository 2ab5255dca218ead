package event

import (
	"encoding/binary"
	"slices"
	"unicode/utf8"

	"spoor/internal/cursor"
)

// appendWide converts UTF-16LE to UTF-8. An unpaired surrogate becomes the
// three bytes that UTF-8 would give its number; a last odd byte becomes the
// rune U+FFFD followed by nothing, because it is no code unit.
func appendWide(dst, raw []byte) []byte {
	for len(raw) >= 2 {
		// Nearly all text is ASCII: four characters at a time, into room that
		// is made once, make rendering several times faster.
		if len(raw) >= 8 {
			n := len(dst)
			dst = slices.Grow(dst, len(raw)/2)
			room := dst[n : n+len(raw)/2]
			for len(raw) >= 8 && len(room) >= 4 {
				v, _ := cursor.U64(raw, 0)
				if v&0xff80_ff80_ff80_ff80 != 0 {
					break
				}
				binary.LittleEndian.PutUint32(room, narrow(v))
				raw, room, n = raw[8:], room[4:], n+4
			}
			if dst = dst[:n]; len(raw) < 2 {
				break
			}
		}
		u, _ := cursor.U16(raw, 0)
		raw = raw[2:]
		switch {
		case u < 0x80:
			dst = append(dst, byte(u))
		case u < 0x800:
			dst = append(dst, 0xc0|byte(u>>6), 0x80|byte(u&0x3f))
		case u >= 0xd800 && u < 0xdc00:
			if low, ok := cursor.U16(raw, 0); ok && low >= 0xdc00 && low < 0xe000 {
				raw = raw[2:]
				dst = utf8.AppendRune(dst, 0x10000+(rune(u)-0xd800)<<10+rune(low)-0xdc00)
				continue
			}
			fallthrough
		default:
			dst = append(dst, 0xe0|byte(u>>12), 0x80|byte(u>>6&0x3f), 0x80|byte(u&0x3f))
		}
	}
	if len(raw) == 1 {
		dst = append(dst, "\uFFFD"...)
	}
	return dst
}

// narrow puts four ASCII characters of UTF-16 side by side.
func narrow(v uint64) uint32 {
	v |= v >> 8
	return uint32(v&0xffff) | uint32(v>>16)&0xffff_0000
}

// special reports that one of four characters of UTF-16 is no ASCII, or does not
// stand for itself in a JSON string: a control, DEL, a quote or a backslash.
// Each lane that is meant borrows from its highest bit; a borrow goes on to the
// next lane only where there was one.
func special(v uint64) bool {
	const one, high = 0x0001_0001_0001_0001, 0x8000_8000_8000_8000
	return v&0xff80_ff80_ff80_ff80|((v-0x20*one)|((v^0x22*one)-one)|((v^0x5c*one)-one)|((v^0x7f*one)-one))&high != 0
}

// appendWideJSON writes UTF-16LE as a JSON string. Four characters at a time are
// copied when they stand for themselves, which nearly all do; the backslashes of
// paths are written here too, and a text with anything else is written by
// AppendJSONString.
func appendWideJSON(dst, raw []byte) []byte {
	start := len(dst)
	dst = append(slices.Grow(dst, len(raw)/2+2), '"')
	rest, room := raw, dst[len(dst):cap(dst)]
	for len(rest) >= 8 && len(room) >= 4 {
		v, _ := cursor.U64(rest, 0)
		if special(v) {
			break
		}
		binary.LittleEndian.PutUint32(room, narrow(v))
		rest, room = rest[8:], room[4:]
	}
	dst = dst[:start+1+(len(raw)-len(rest))/2]
	for len(rest) >= 8 {
		v, _ := cursor.U64(rest, 0)
		if special(v) {
			if v&0xff80_ff80_ff80_ff80 != 0 {
				return appendWideEscaped(dst[:start], raw)
			}
			four := narrow(v)
			for i := range 4 {
				switch x := byte(four >> (8 * i)); {
				case plainJSON[x]:
					dst = append(dst, x)
				case x == '\\':
					dst = append(dst, '\\', '\\')
				default:
					return appendWideEscaped(dst[:start], raw)
				}
			}
		} else {
			dst = binary.LittleEndian.AppendUint32(dst, narrow(v))
		}
		rest = rest[8:]
	}
	for ; len(rest) >= 2; rest = rest[2:] {
		switch x := rest[0]; {
		case rest[1] != 0 || x >= 0x80:
			return appendWideEscaped(dst[:start], raw)
		case plainJSON[x]:
			dst = append(dst, x)
		case x == '\\':
			dst = append(dst, '\\', '\\')
		default:
			return appendWideEscaped(dst[:start], raw)
		}
	}
	if len(rest) > 0 {
		return appendWideEscaped(dst[:start], raw)
	}
	return append(dst, '"')
}

func appendWideEscaped(dst, raw []byte) []byte {
	var buf [256]byte
	return AppendJSONString(dst, appendWide(buf[:0], raw))
}

// windows1252 maps 0x80 to 0x9f; the five unassigned bytes map to the C1
// control of the same number, as the Encoding Standard does
// (https://encoding.spec.whatwg.org/#windows-1252).
var windows1252 = [32]rune{
	0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d, 0x017d, 0x8f,
	0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d, 0x017e, 0x0178,
}

func appendNarrow(dst, raw []byte) []byte {
	for _, b := range raw {
		switch {
		case b < 0x80:
			dst = append(dst, b)
		case b < 0xa0:
			dst = utf8.AppendRune(dst, windows1252[b-0x80])
		default:
			dst = utf8.AppendRune(dst, rune(b))
		}
	}
	return dst
}

const hexDigits = "0123456789abcdef"

// plainJSON holds the bytes that stand for themselves in a JSON string.
var plainJSON = func() (plain [256]bool) {
	for b := 0x20; b < 0x7f; b++ {
		plain[b] = b != '"' && b != '\\'
	}
	return plain
}()

// AppendJSONString appends text as a JSON string: valid JSON whatever the
// bytes hold. A surrogate kept as three bytes is written as its \u escape; a
// byte that is no UTF-8 is written as the escape of U+DC00 plus its value (an
// unpaired low surrogate, Python's "surrogateescape"), so that the bytes can
// be restored. Where a surrogate's own escape would read as such a byte, or
// would pair up with the escape after it, its three bytes are written as
// bytes. Controls, DEL, C1 and bidirectional controls are escaped too.
func AppendJSONString(dst, text []byte) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(text); {
		// Runs that need no escape are copied at once.
		run := i
		for run < len(text) && plainJSON[text[run]] {
			run++
		}
		dst = append(dst, text[i:run]...)
		if i = run; i == len(text) {
			break
		}
		b := text[i]
		if b < utf8.RuneSelf {
			switch {
			case b == '"' || b == '\\':
				dst = append(dst, '\\', b)
			case b == '\n':
				dst = append(dst, '\\', 'n')
			case b == '\r':
				dst = append(dst, '\\', 'r')
			case b == '\t':
				dst = append(dst, '\\', 't')
			default:
				dst = appendEscape(dst, rune(b))
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			n := surrogates(text[i:])
			for ; n > 0; n -= 3 {
				dst = appendEscape(dst, surrogate(text[i:]))
				i += 3
			}
			if n == 0 {
				continue
			}
			for ; n < 0; n++ {
				dst = appendEscape(dst, 0xdc00+rune(text[i]))
				i++
			}
			continue
		case r < 0xa0, r == 0x061c, r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
			dst = appendEscape(dst, r)
		default:
			dst = append(dst, text[i:i+size]...)
		}
		i += size
	}
	return append(dst, '"')
}

// surrogate returns the surrogate that three bytes at the start of text
// stand for, or -1.
func surrogate(text []byte) rune {
	if len(text) < 3 || text[0] != 0xed || text[1] < 0xa0 || text[1] >= 0xc0 || text[2]&0xc0 != 0x80 {
		return -1
	}
	return 0xd000 | rune(text[1]&0x3f)<<6 | rune(text[2]&0x3f)
}

// surrogates looks at the bytes that are no UTF-8 at the start of text. It
// returns how many of them are surrogates to be written by number, else,
// negative, how many are to be written as bytes. High surrogates in a row
// are decided together, because each escape could pair with the next.
func surrogates(text []byte) int {
	n := 0
	for {
		r := surrogate(text[n:])
		if r < 0xd800 || r >= 0xdc00 {
			break
		}
		n += 3
	}
	if n == 0 {
		switch r := surrogate(text); {
		case r < 0:
			return -1
		case r >= 0xdc80 && r <= 0xdcff:
			return -3
		}
		return 3
	}
	if r, size := utf8.DecodeRune(text[n:]); r == utf8.RuneError && size == 1 {
		return -n
	}
	return n
}

func appendEscape(dst []byte, r rune) []byte {
	return append(dst, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}
