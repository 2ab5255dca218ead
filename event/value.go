package event

import (
	"encoding/hex"
	"math"
	"math/bits"
	"slices"
	"strconv"

	"spoor/internal/cursor"
)

// Kind is the type of a value as the record states it.
type Kind uint8

// The kinds. Numbers, times and booleans live in Value.Bits; everything else
// is a window in Value.Raw.
const (
	Absent   Kind = iota // the event has no such field
	Null                 // the field is there and holds nothing
	Text                 // bytes meant as UTF-8
	Wide                 // UTF-16LE code units, 2 bytes each
	Narrow               // one byte per character, Windows-1252
	Int                  // signed; Bits is the two's complement
	Uint                 // unsigned
	Hex                  // unsigned, written as 0x and lower-case digits
	Float                // Bits is math.Float64bits
	Bool                 // Bits is 0 or 1; other values are kept
	FileTime             // 100 ns steps since 1601-01-01 UTC
	SysTime              // Raw: eight 16-bit parts (Windows SYSTEMTIME)
	GUID                 // Raw: 16 bytes, Windows byte order
	SID                  // Raw: binary security identifier
	Binary               // Raw: opaque bytes, written as upper-case hexadecimal
	List                 // Raw: elements of kind Elem, see Each
)

// Value is one field's content. Raw is a window into the block's buffer and
// dies with it.
type Value struct {
	Raw  []byte
	Bits uint64
	Kind Kind
	// Elem is the kind of a list's elements. Wide and Narrow elements end
	// with a zero unit; others have the fixed width Width.
	Elem  Kind
	Width uint8
}

// TextValue wraps bytes meant as UTF-8.
func TextValue(b []byte) Value { return Value{Kind: Text, Raw: b} }

// UintValue wraps an unsigned number.
func UintValue(n uint64) Value { return Value{Kind: Uint, Bits: n} }

// Present reports whether the event has the field at all.
func (v Value) Present() bool { return v.Kind != Absent }

// Empty reports that the field is absent, null or text without characters.
func (v Value) Empty() bool {
	switch v.Kind {
	case Absent, Null:
		return true
	case Text, Wide, Narrow, Binary, List:
		return len(v.Raw) == 0
	}
	return false
}

// AppendText appends the value as text: UTF-16 as UTF-8, where an unpaired
// surrogate takes its own three bytes (WTF-8) so that nothing is lost;
// numbers in decimal; times as RFC 3339 in UTC; GUIDs in braces and upper
// case; SIDs as S-1-...; lists joined by a line feed. A GUID, a SID or a
// SYSTEMTIME whose bytes are none is written as upper-case hexadecimal.
func (v Value) AppendText(dst []byte) []byte {
	switch v.Kind {
	case Text:
		return append(dst, v.Raw...)
	case Wide:
		return appendWide(dst, v.Raw)
	case Narrow:
		return appendNarrow(dst, v.Raw)
	case Int:
		return strconv.AppendInt(dst, int64(v.Bits), 10)
	case Uint:
		return AppendUint(dst, v.Bits)
	case Hex:
		return appendHex(dst, v.Bits)
	case Float:
		return strconv.AppendFloat(dst, math.Float64frombits(v.Bits), 'g', -1, 64)
	case Bool:
		switch v.Bits {
		case 0:
			return append(dst, "false"...)
		case 1:
			return append(dst, "true"...)
		}
		return strconv.AppendUint(dst, v.Bits, 10)
	case FileTime:
		return TimeFromFileTime(v.Bits, 0).Append(dst)
	case SysTime:
		t, ok := sysTime(v.Raw)
		if !ok {
			return appendHexUpper(dst, v.Raw)
		}
		return TimeOf(t, 3, NoTime).Append(dst)
	case GUID:
		return appendGUID(dst, v.Raw)
	case SID:
		return appendSID(dst, v.Raw)
	case Binary:
		return appendHexUpper(dst, v.Raw)
	case List:
		first := true
		v.Each(func(e Value) {
			if !first {
				dst = append(dst, '\n')
			}
			first = false
			dst = e.AppendText(dst)
		})
	}
	return dst
}

// String is AppendText as a string; it allocates and is not for hot paths.
func (v Value) String() string { return string(v.AppendText(nil)) }

// Uint64 returns a non-negative number: numeric kinds as they are, text when
// it is a decimal or 0x-hexadecimal number.
func (v Value) Uint64() (uint64, bool) {
	switch v.Kind {
	case Uint, Hex, Bool:
		return v.Bits, true
	case Int:
		return v.Bits, int64(v.Bits) >= 0
	case Text, Wide, Narrow:
		var buf [32]byte
		if len(v.Raw) > 2*len(buf) {
			return 0, false
		}
		text, base := v.AppendText(buf[:0]), 10
		if len(text) > 2 && text[0] == '0' && text[1]|0x20 == 'x' {
			text, base = text[2:], 16
		}
		n, err := strconv.ParseUint(string(text), base, 64)
		return n, err == nil
	}
	return 0, false
}

// Each calls f for every element of a list, and once for any other present
// value. Elements are windows too; bytes at the end of a list that make no
// whole element are one last Binary element.
func (v Value) Each(f func(Value)) {
	switch {
	case v.Kind == Absent:
	case v.Kind != List:
		f(v)
	case v.Elem == Wide:
		raw := v.Raw
		for len(raw) >= 2 {
			n := 0
			for n+1 < len(raw) && (raw[n] != 0 || raw[n+1] != 0) {
				n += 2
			}
			f(Value{Kind: Wide, Raw: raw[:n]})
			raw = raw[min(n+2, len(raw)-len(raw)&1):]
		}
		rest(raw, f)
	case v.Elem == Narrow || v.Elem == Text:
		for raw := v.Raw; len(raw) > 0; {
			n := 0
			for n < len(raw) && raw[n] != 0 {
				n++
			}
			f(Value{Kind: v.Elem, Raw: raw[:n]})
			if n+1 > len(raw) {
				return
			}
			raw = raw[n+1:]
		}
	case v.Elem == SID:
		raw := v.Raw
		for len(raw) >= 8 {
			n := 8 + 4*int(raw[1])
			if n > len(raw) {
				n = len(raw)
			}
			f(Value{Kind: SID, Raw: raw[:n]})
			raw = raw[n:]
		}
		rest(raw, f)
	default:
		w, raw := int(v.Width), v.Raw
		for ; w > 0 && len(raw) >= w; raw = raw[w:] {
			f(Fixed(v.Elem, raw[:w]))
		}
		rest(raw, f)
	}
}

func rest(raw []byte, f func(Value)) {
	if len(raw) > 0 {
		f(Value{Kind: Binary, Raw: raw})
	}
}

// Fixed makes a value of a fixed-width kind from its little-endian bytes;
// signed and 32-bit floating kinds are widened. A number of any width but 1,
// 2, 4 or 8 bytes becomes Binary.
func Fixed(kind Kind, raw []byte) Value {
	v := Value{Kind: kind, Raw: raw}
	c := cursor.New(raw)
	switch len(raw) {
	case 1:
		v.Bits = uint64(c.U8())
		if kind == Int {
			v.Bits = uint64(int64(int8(v.Bits)))
		}
	case 2:
		v.Bits = uint64(c.U16())
		if kind == Int {
			v.Bits = uint64(int64(int16(v.Bits)))
		}
	case 4:
		v.Bits = uint64(c.U32())
		switch kind {
		case Int:
			v.Bits = uint64(int64(int32(v.Bits)))
		case Float:
			v.Bits = math.Float64bits(float64(math.Float32frombits(uint32(v.Bits))))
		}
	case 8:
		v.Bits = c.U64()
	default:
		switch kind {
		case Int, Uint, Hex, Float, Bool, FileTime:
			v.Kind = Binary
		}
	}
	return v
}

// AppendUint writes a number in decimal. The standard library writes it
// elsewhere first; a line of a dump has five numbers, and they took a twentieth
// of its time.
func AppendUint(dst []byte, n uint64) []byte {
	if n < 10 { // levels, versions, opcodes: most numbers of a record
		return append(dst, byte('0'+n))
	}
	digits := bits.Len64(n) * 1233 >> 12 // the logarithm, or one too few
	if n >= tens[digits] {
		digits++
	}
	at := len(dst) + digits
	dst = slices.Grow(dst, digits)[:at]
	for ; n >= 100; at -= 2 {
		two := n % 100 * 2
		n /= 100
		dst[at-1], dst[at-2] = pairs[two+1], pairs[two]
	}
	if n >= 10 {
		dst[at-1], dst[at-2] = pairs[2*n+1], pairs[2*n]
	} else {
		dst[at-1] = byte('0' + n)
	}
	return dst
}

// pairs holds the numbers of two digits.
const pairs = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"

// tens holds the powers of ten.
var tens = func() (t [20]uint64) {
	t[0] = 1
	for i := 1; i < len(t); i++ {
		t[i] = 10 * t[i-1]
	}
	return t
}()

// appendHex writes 0x and lower-case digits. The standard library's writer of
// any base clears room for 64 digits first.
func appendHex(dst []byte, n uint64) []byte {
	var text [18]byte
	at := len(text)
	for {
		at--
		text[at] = hexDigits[n&15]
		if n >>= 4; n == 0 {
			break
		}
	}
	text[at-1], text[at-2] = 'x', '0'
	return append(dst, text[at-2:]...)
}

func appendHexUpper(dst, raw []byte) []byte {
	start := len(dst)
	dst = hex.AppendEncode(dst, raw)
	for i := start; i < len(dst); i++ {
		if dst[i] >= 'a' {
			dst[i] -= 'a' - 'A'
		}
	}
	return dst
}

// appendGUID writes 16 bytes in the Windows order as {8-4-4-4-12}; bytes of
// another length are written as plain hexadecimal.
func appendGUID(dst, raw []byte) []byte {
	if len(raw) != 16 {
		return appendHexUpper(dst, raw)
	}
	const digits = "0123456789ABCDEF"
	var text [38]byte
	text[0], text[37] = '{', '}'
	at := 1
	for i, from := range [16]uint8{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15} {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			text[at] = '-'
			at++
		}
		b := raw[from]
		text[at], text[at+1] = digits[b>>4], digits[b&15]
		at += 2
	}
	return append(dst, text[:]...)
}

// appendSID writes a binary SID as S-R-I-S... ([MS-DTYP] 2.4.2.1); a
// truncated one is written as hexadecimal. An authority of 2^32 and above has
// twelve hexadecimal digits (2.4.2.1).
func appendSID(dst, raw []byte) []byte {
	c := cursor.New(raw)
	revision, count := c.U8(), int(c.U8())
	high := c.Bytes(6)
	if !c.OK() || c.Left() < 4*count {
		return appendHexUpper(dst, raw)
	}
	var authority uint64
	for _, b := range high {
		authority = authority<<8 | uint64(b)
	}
	dst = append(dst, "S-"...)
	dst = strconv.AppendUint(dst, uint64(revision), 10)
	dst = append(dst, '-')
	if authority >= 1<<32 {
		dst = hex.AppendEncode(append(dst, "0x"...), high)
	} else {
		dst = strconv.AppendUint(dst, authority, 10)
	}
	for range count {
		dst = append(dst, '-')
		dst = strconv.AppendUint(dst, uint64(c.U32()), 10)
	}
	return dst
}
