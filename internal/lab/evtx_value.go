package lab

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// Value types of binary XML, [MS-EVEN6] 2.2.12 BinXml types.
const (
	TypeNull       = 0x00
	TypeString     = 0x01
	TypeAnsi       = 0x02
	TypeInt8       = 0x03
	TypeUint8      = 0x04
	TypeInt16      = 0x05
	TypeUint16     = 0x06
	TypeInt32      = 0x07
	TypeUint32     = 0x08
	TypeInt64      = 0x09
	TypeUint64     = 0x0a
	TypeFloat      = 0x0b
	TypeDouble     = 0x0c
	TypeBool       = 0x0d
	TypeBinary     = 0x0e
	TypeGUID       = 0x0f
	TypeSizeT      = 0x10
	TypeFileTime   = 0x11
	TypeSystemTime = 0x12
	TypeSID        = 0x13
	TypeHex32      = 0x14
	TypeHex64      = 0x15
	TypeBinXML     = 0x21
	TypeArray      = 0x80 // flag: an array of the lower type
)

// Value is one typed value of a substitution array. The zero Value is null,
// which an optional substitution leaves out of the record.
type Value struct {
	Type byte
	data []byte
	inst *Instance // TypeBinXML
}

// Text is a UTF-16 string.
func Text(s string) Value { return Value{Type: TypeString, data: wide(s)} }

// Texts is an array of UTF-16 strings, each ended by a zero.
func Texts(list ...string) Value {
	var b []byte
	for _, s := range list {
		b = append(append(b, wide(s)...), 0, 0)
	}
	return Value{Type: TypeString | TypeArray, data: b}
}

// Ansi is a string of one-byte letters, written as given.
func Ansi(s string) Value { return Value{Type: TypeAnsi, data: []byte(s)} }

// Int is a number of one of the integer types or their hexadecimal kin, in
// that type's width; TypeSizeT is written with 8 bytes.
func Int(typ byte, n int64) Value {
	b := binary.LittleEndian.AppendUint64(nil, uint64(n))
	return Value{Type: typ, data: b[:intWidth(typ)]}
}

// Ints is an array of numbers of one integer type.
func Ints(typ byte, list ...int64) Value {
	var b []byte
	for _, n := range list {
		b = append(b, Int(typ, n).data...)
	}
	return Value{Type: typ | TypeArray, data: b}
}

func intWidth(typ byte) int {
	switch typ {
	case TypeInt8, TypeUint8:
		return 1
	case TypeInt16, TypeUint16:
		return 2
	case TypeInt32, TypeUint32, TypeHex32:
		return 4
	case TypeInt64, TypeUint64, TypeHex64, TypeSizeT:
		return 8
	}
	panic(fmt.Sprintf("value type %#x is not an integer", typ))
}

// Double is a floating point number of 8 bytes.
func Double(f float64) Value {
	return Value{Type: TypeDouble, data: binary.LittleEndian.AppendUint64(nil, math.Float64bits(f))}
}

// Float is a floating point number of 4 bytes.
func Float(f float32) Value {
	return Value{Type: TypeFloat, data: binary.LittleEndian.AppendUint32(nil, math.Float32bits(f))}
}

// Bool is a boolean of 4 bytes.
func Bool(b bool) Value {
	v := Value{Type: TypeBool, data: make([]byte, 4)}
	if b {
		v.data[0] = 1
	}
	return v
}

// Bytes is binary data.
func Bytes(b []byte) Value { return Value{Type: TypeBinary, data: b} }

// ID is a GUID value.
func ID(g GUID) Value { return Value{Type: TypeGUID, data: g[:]} }

// At is a FILETIME value.
func At(t time.Time) Value {
	return Value{Type: TypeFileTime, data: binary.LittleEndian.AppendUint64(nil, fileTime(t))}
}

// Calendar is a SYSTEMTIME value, which holds milliseconds.
func Calendar(t time.Time) Value {
	t = t.UTC()
	var b []byte
	for _, n := range []int{t.Year(), int(t.Month()), int(t.Weekday()), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond() / 1e6} {
		b = binary.LittleEndian.AppendUint16(b, uint16(n))
	}
	return Value{Type: TypeSystemTime, data: b}
}

// SID is a security identifier given as text, such as S-1-5-18.
func SID(s string) Value { return Value{Type: TypeSID, data: sidBytes(s)} }

func sidBytes(s string) []byte {
	parts := strings.Split(s, "-")
	if len(parts) < 3 || parts[0] != "S" {
		panic("not a security identifier: " + s)
	}
	b := []byte{1, byte(len(parts) - 3), 0, 0, 0, 0, 0, 0}
	for i, p := range parts[2:] {
		n, err := strconv.ParseUint(p, 10, 32)
		if err != nil {
			panic("not a security identifier: " + s)
		}
		if i == 0 {
			binary.BigEndian.PutUint32(b[4:], uint32(n))
		} else {
			b = binary.LittleEndian.AppendUint32(b, uint32(n))
		}
	}
	return b
}

// Embedded is binary XML inside a value: an own template with own values.
func Embedded(in *Instance) Value { return Value{Type: TypeBinXML, inst: in} }

// GUID is a GUID in the byte order of Windows.
type GUID [16]byte

// ParseGUID reads 8-4-4-4-12 hexadecimal digits, with or without braces.
func ParseGUID(s string) GUID {
	raw, err := hex.DecodeString(strings.NewReplacer("{", "", "}", "", "-", "").Replace(s))
	if err != nil || len(raw) != 16 {
		panic("not a GUID: " + s)
	}
	return GUID(raw).swap()
}

// swap turns the three leading numbers between big and little endian.
func (g GUID) swap() GUID {
	g[0], g[1], g[2], g[3] = g[3], g[2], g[1], g[0]
	g[4], g[5] = g[5], g[4]
	g[6], g[7] = g[7], g[6]
	return g
}

// String gives the lower-case form without braces.
func (g GUID) String() string {
	h := hex.EncodeToString(func() []byte { s := g.swap(); return s[:] }())
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func wide(s string) []byte {
	u := utf16.Encode([]rune(s))
	b := make([]byte, 0, 2*len(u))
	for _, c := range u {
		b = binary.LittleEndian.AppendUint16(b, c)
	}
	return b
}

// fileTime counts 100 ns from 1601-01-01 UTC.
func fileTime(t time.Time) uint64 {
	return uint64(t.Unix()+11644473600)*10_000_000 + uint64(t.Nanosecond()/100)
}
