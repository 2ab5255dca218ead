package textlog

import (
	"bytes"
	"math/bits"
	"unicode/utf8"

	"spoor/internal/cursor"
)

// Text says how a stream's text is written. It is found from the head of the
// stream and holds for all of it.
type Text struct {
	Wide bool // UTF-16, two bytes per unit
	Big  bool // UTF-16 with the high byte first
	CR   bool // lines end at CR, LF or CRLF; otherwise at LF only
}

// sniffSize is how much of the head is looked at: several rows of every
// known log.
const sniffSize = 64 << 10

// Sniff finds the encoding and the line ending from the head of a stream. A
// byte order mark decides; without one, text whose every second byte is NUL in
// more than 9 of 10 cases is UTF-16.
func Sniff(head []byte) Text {
	if len(head) > sniffSize {
		head = head[:sniffSize]
	}
	var t Text
	switch {
	case len(head) >= 2 && head[0] == 0xff && head[1] == 0xfe:
		t.Wide = true
	case len(head) >= 2 && head[0] == 0xfe && head[1] == 0xff:
		t.Wide, t.Big = true, true
	default:
		t.Wide, t.Big = nulPattern(head)
	}
	if t.Wide {
		head = appendUTF8(nil, head, t.Big)
	}
	t.CR = bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0
	return t
}

func nulPattern(head []byte) (wide, big bool) {
	if len(head) < 16 {
		return false, false
	}
	var even, odd int
	for i, b := range head[:len(head)&^1] {
		if b != 0 {
			continue
		}
		if i&1 == 0 {
			even++
		} else {
			odd++
		}
	}
	pairs := len(head) / 2
	switch {
	case odd*10 > pairs*9 && even*10 < pairs:
		return true, false
	case even*10 > pairs*9 && odd*10 < pairs:
		return true, true
	}
	return false, false
}

// Head returns the head of a stream as UTF-8 without a byte order mark, for
// finding out what it is.
func Head(head []byte) []byte {
	t := Sniff(head)
	if t.Wide {
		head = appendUTF8(nil, head, t.Big)
	}
	return TrimBOM(head)
}

// TrimBOM removes a UTF-8 byte order mark.
func TrimBOM(line []byte) []byte {
	if len(line) >= 3 && line[0] == 0xef && line[1] == 0xbb && line[2] == 0xbf {
		return line[3:]
	}
	return line
}

// appendUTF8 converts UTF-16; an unpaired surrogate takes its own three bytes,
// so the unit count of the result tells the raw length again (see units). A
// last odd byte is dropped.
func appendUTF8(dst, raw []byte, big bool) []byte {
	for ; len(raw) >= 2; raw = raw[2:] {
		u := unit(raw, 0, big)
		switch {
		case u < 0x80:
			dst = append(dst, byte(u))
			continue
		case u < 0x800:
			dst = append(dst, 0xc0|byte(u>>6), 0x80|byte(u&0x3f))
			continue
		case u >= 0xd800 && u < 0xdc00 && len(raw) >= 4:
			if v := unit(raw, 2, big); v >= 0xdc00 && v < 0xe000 {
				dst = utf8.AppendRune(dst, 0x10000+(rune(u)-0xd800)<<10+rune(v)-0xdc00)
				raw = raw[2:]
				continue
			}
		}
		dst = append(dst, 0xe0|byte(u>>12), 0x80|byte(u>>6&0x3f), 0x80|byte(u&0x3f))
	}
	return dst
}

// TrimFront removes a byte order mark and NULs from the front of a line; nuls
// says that there were some. A log that was not written out in a crash has
// runs of NULs.
func TrimFront(line []byte) (rest []byte, nuls bool) {
	line = TrimBOM(line)
	if len(line) == 0 || line[0] != 0 {
		return line, false
	}
	return bytes.TrimLeft(line, "\x00"), true
}

func unit(raw []byte, at int, big bool) uint16 {
	u, _ := cursor.U16(raw, at)
	if big {
		u = bits.ReverseBytes16(u)
	}
	return u
}

// units counts the UTF-16 units that text converted by appendUTF8 came from.
func units(text []byte) int {
	n := 0
	for _, b := range text {
		if b&0xc0 != 0x80 {
			n++
		}
		if b >= 0xf0 {
			n++
		}
	}
	return n
}
