package webpath

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// letters brings letters beyond ASCII into one form: UTF-8, each letter with its
// marks, small. What is no UTF-8 is taken for the code page of Western Windows,
// in which logs are written that are not set to UTF-8.
func (p *Path) letters(b []byte) []byte {
	if ascii(b) {
		return b
	}
	if !utf8.Valid(b) {
		p.Seen |= ANSI
		wide := make([]byte, 0, 2*len(b))
		for _, c := range b {
			wide = utf8.AppendRune(wide, charmap.Windows1252.DecodeByte(c))
		}
		b = wide
	}
	if !norm.NFC.IsNormal(b) {
		p.Seen |= Decomposed
		b = norm.NFC.Bytes(b)
	}
	return norm.NFC.Bytes(bytes.ToLower(b))
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
