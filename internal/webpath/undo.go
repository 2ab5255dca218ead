package webpath

import (
	"unicode/utf8"
)

// undo replaces percent signs, plus signs, backslashes and characters in more
// bytes than they need by what they stand for, in place and until nothing
// changes: a server decodes once, and proxies and rewrite rules in front of it
// once more each. Each step puts a byte at the end of what was made and looks
// whether the end now stands for something shorter, so that all levels are
// undone in one pass, and no order of undoing gives another result: what can be
// replaced begins with a byte that stands nowhere else in it.
func (p *Path) undo(b []byte) []byte {
	n, made := 0, -1
	for i := 0; i < len(b); i++ {
		b[n] = p.plain(b[i])
		n++
		for {
			c, size, way := ending(b[:n])
			if size == 0 {
				break
			}
			if way == Percent && made >= n-size {
				way |= PercentTwice
			}
			p.Seen |= way
			n -= size
			if c < utf8.RuneSelf {
				b[n] = p.plain(byte(c))
				made, n = n, n+1
				continue
			}
			if way&Percent != 0 && c <= 0xFF && size == 3 { // a byte, not a character
				b[n] = byte(c)
				made, n = n, n+1
				continue
			}
			n += utf8.EncodeRune(b[n:n+size], c)
			made = n - 1
		}
	}
	return b[:n]
}

// plain is a byte as it stands in the one form.
func (p *Path) plain(c byte) byte {
	switch {
	case c >= 'A' && c <= 'Z':
		return c | 0x20
	case c == '\\':
		p.Seen |= Backslash
		return '/'
	case c == '+':
		p.Seen |= Plus
		return ' '
	}
	return c
}

// ending is what the last bytes stand for and how many they are, 0 for bytes
// that stand for themselves.
func ending(b []byte) (c rune, size int, way Disguise) {
	n := len(b)
	last := b[n-1]
	if isHex(last) {
		if n >= 3 && b[n-3] == '%' && isHex(b[n-2]) {
			return rune(unhex(b[n-2])<<4 | unhex(last)), 3, Percent
		}
		if n >= 6 && b[n-6] == '%' && b[n-5] == 'u' && isHex(b[n-4]) && isHex(b[n-3]) && isHex(b[n-2]) {
			return rune(unhex(b[n-4]))<<12 | rune(unhex(b[n-3]))<<8 | rune(unhex(b[n-2])<<4|unhex(last)), 6, Percent
		}
		return 0, 0, 0
	}
	if last&0xC0 != 0x80 {
		return 0, 0, 0
	}
	low := rune(last & 0x3F)
	switch {
	case n >= 2 && b[n-2]&0xFE == 0xC0:
		return rune(b[n-2]&1)<<6 | low, 2, Overlong
	case n >= 3 && b[n-3] == 0xE0 && b[n-2]&0xFE == 0x80:
		return rune(b[n-2]&1)<<6 | low, 3, Overlong
	case n >= 4 && b[n-4] == 0xF0 && b[n-3] == 0x80 && b[n-2]&0xFE == 0x80:
		return rune(b[n-2]&1)<<6 | low, 4, Overlong
	}
	return 0, 0, 0
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
