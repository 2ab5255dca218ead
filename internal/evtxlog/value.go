package evtxlog

import (
	"unicode/utf16"

	"spoor/event"
)

// Value types of binary XML ([MS-EVEN6] 2.2.12).
const (
	typeNull     = 0x00
	typeString   = 0x01
	typeAnsi     = 0x02
	typeInt8     = 0x03
	typeUint8    = 0x04
	typeInt16    = 0x05
	typeUint16   = 0x06
	typeInt32    = 0x07
	typeUint32   = 0x08
	typeInt64    = 0x09
	typeUint64   = 0x0a
	typeReal32   = 0x0b
	typeReal64   = 0x0c
	typeBool     = 0x0d
	typeBinary   = 0x0e
	typeGUID     = 0x0f
	typeSize     = 0x10
	typeFileTime = 0x11
	typeSysTime  = 0x12
	typeSID      = 0x13
	typeHex32    = 0x14
	typeHex64    = 0x15
	typeXML      = 0x23 // a string of XML
	typeBinXML   = 0x21
	typeArray    = 0x80
)

// typeWidth is the size in bytes of a fixed-width type, else 0.
func typeWidth(typ uint8) int {
	switch typ {
	case typeInt8, typeUint8:
		return 1
	case typeInt16, typeUint16:
		return 2
	case typeInt32, typeUint32, typeReal32, typeBool, typeHex32:
		return 4
	case typeInt64, typeUint64, typeReal64, typeFileTime, typeHex64, typeSize:
		return 8
	case typeGUID, typeSysTime:
		return 16
	}
	return 0
}

// kinds maps value types to kinds; what is not listed is binary.
var kinds = [typeXML + 1]event.Kind{
	typeString: event.Wide, typeXML: event.Wide, typeAnsi: event.Narrow,
	typeInt8: event.Int, typeInt16: event.Int, typeInt32: event.Int, typeInt64: event.Int,
	typeUint8: event.Uint, typeUint16: event.Uint, typeUint32: event.Uint, typeUint64: event.Uint,
	typeReal32: event.Float, typeReal64: event.Float, typeBool: event.Bool,
	typeGUID: event.GUID, typeSID: event.SID, typeFileTime: event.FileTime, typeSysTime: event.SysTime,
	typeSize: event.Hex, typeHex32: event.Hex, typeHex64: event.Hex,
}

func kindOf(typ uint8) event.Kind {
	if int(typ) < len(kinds) && kinds[typ] != 0 {
		return kinds[typ]
	}
	return event.Binary
}

// convert makes a value of a type from its bytes. A numeric type whose size
// fits no number is kept as binary, so that no byte is lost. Zero characters
// that end a string belong to its storage and are left out.
func convert(typ uint8, raw []byte) event.Value {
	if typ&typeArray != 0 {
		return convertList(typ&^typeArray, raw)
	}
	kind := kindOf(typ)
	switch kind {
	case event.Wide:
		return event.Value{Kind: kind, Raw: trimWide(raw)}
	case event.Narrow:
		for len(raw) > 0 && raw[len(raw)-1] == 0 {
			raw = raw[:len(raw)-1]
		}
		return event.Value{Kind: kind, Raw: raw}
	case event.Int, event.Uint, event.Hex, event.Bool, event.Float, event.FileTime:
		switch len(raw) {
		case 0:
			return event.Value{Kind: event.Null}
		case 1, 2, 4, 8:
			return event.Fixed(kind, raw)
		}
		return event.Value{Kind: event.Binary, Raw: raw}
	case event.GUID, event.SID, event.SysTime:
		if len(raw) == 0 {
			return event.Value{Kind: event.Null}
		}
		if kind == event.SysTime && len(raw) != 16 {
			kind = event.Binary
		}
	}
	return event.Value{Kind: kind, Raw: raw}
}

func convertList(typ uint8, raw []byte) event.Value {
	v := event.Value{Kind: event.List, Elem: kindOf(typ), Width: uint8(typeWidth(typ)), Raw: raw}
	switch v.Elem {
	case event.Binary:
		return event.Value{Kind: event.Binary, Raw: raw}
	case event.Wide, event.Narrow, event.SID:
	default:
		if typ == typeSize && len(raw)%8 != 0 {
			v.Width = 4
		}
		if len(raw)%int(v.Width) != 0 {
			return event.Value{Kind: event.Binary, Raw: raw}
		}
	}
	return v
}

func trimWide(raw []byte) []byte {
	for n := len(raw); n >= 2 && raw[n-1] == 0 && raw[n-2] == 0 && n%2 == 0; n = len(raw) {
		raw = raw[:n-2]
	}
	return raw
}

func utf16LE(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}
