package evidence

import (
	"bytes"
	"unicode/utf8"
)

// signature is the start that a kind of content always has.
type signature struct {
	magic string
	kind  Kind
}

func signatures() [12]signature {
	return [12]signature{
		{"ElfFile\x00", EVTX},
		{"ElfChnk\x00", EVTX},
		{"PK\x03\x04", Zip},
		{"PK\x05\x06", Zip},
		{"PK\x07\x08PK", Zip},
		{"\x1f\x8b\x08", Gzip},
		{"BZh", Bzip2},
		{"7z\xbc\xaf\x27\x1c", SevenZ},
		{"Rar!\x1a\x07", Rar},
		{"\xfd7zXZ\x00", XZ},
		{"\x28\xb5\x2f\xfd", Zstd},
		{"MSCF\x00\x00\x00\x00", Cab},
	}
}

// sniff classifies content by its first bytes.
func sniff(head []byte) Kind {
	for _, s := range signatures() {
		if bytes.HasPrefix(head, []byte(s.magic)) {
			if s.kind == Bzip2 && (len(head) < 10 || string(head[4:10]) != "1AY&SY" && string(head[4:10]) != "\x17rE8P\x90") {
				continue
			}
			return s.kind
		}
	}
	if isTar(head) {
		return Tar
	}
	if TextEncoding(head) != "" {
		return Text
	}
	return Binary
}

// TextEncoding names the encoding of what may be text: "utf-8" (ASCII
// included), "utf-16le", "utf-16be", "8-bit" for an unknown code page, or ""
// for binary content. A byte order mark decides; without one, text holds no
// NUL and hardly any control characters.
func TextEncoding(head []byte) string {
	switch {
	case len(head) == 0:
		return ""
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return "utf-8"
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return "utf-16le"
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "utf-16be"
	}
	var nulEven, nulOdd, controls, high int
	for i, b := range head {
		switch {
		case b == 0 && i%2 == 0:
			nulEven++
		case b == 0:
			nulOdd++
		case b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1b && b != 0x1a:
			controls++
		case b >= 0x80:
			high++
		}
	}
	half := len(head) / 2
	switch {
	case half >= 8 && nulOdd > half*7/10 && nulEven == 0 && controls == 0:
		return "utf-16le"
	case half >= 8 && nulEven > half*7/10 && nulOdd == 0 && controls == 0:
		return "utf-16be"
	case nulEven+nulOdd > 0 && nulEven+nulOdd+controls > len(head)/1000, controls > len(head)/100:
		// A few NUL bytes are a log whose end was lost by a crash.
		return ""
	case high == 0 || validUTF8(head):
		return "utf-8"
	case high < len(head)*3/10:
		return "8-bit"
	}
	return ""
}

// validUTF8 allows for a character that the end of the head cut.
func validUTF8(head []byte) bool {
	for cut := range utf8.UTFMax {
		if cut > len(head) {
			return false
		}
		if utf8.Valid(head[:len(head)-cut]) {
			return true
		}
	}
	return false
}
