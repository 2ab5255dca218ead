package jsonlog

import (
	"bytes"
	"math"
	"strconv"

	"spoor/event"
)

// time reads the forms that exporters write: ISO 8601 with or without a zone,
// seconds, milliseconds, microseconds or nanoseconds since 1970 by size, and
// PowerShell's /Date(milliseconds)/.
func (d *decoder) time(v event.Value) (event.Time, bool) {
	if v.Kind != event.Text {
		return event.Time{}, false
	}
	raw := v.Raw
	if t, ok := d.clock.Common(raw, event.FromExport); ok {
		return t, true
	}
	if t, _, ok := d.clock.ISO(raw, event.FromExport); ok {
		return t, true
	}
	if inner, ok := bytes.CutPrefix(raw, []byte("/Date(")); ok {
		raw, _, _ = bytes.Cut(inner, []byte(")"))
	}
	if len(raw) == 0 || len(raw) > 40 {
		return event.Time{}, false
	}
	whole, part, dotted := bytes.Cut(raw, []byte{'.'})
	sec, err := strconv.ParseInt(string(whole), 10, 64)
	if err != nil || dotted && (len(part) == 0 || bytes.ContainsAny(part, "eE+-")) {
		f, err := strconv.ParseFloat(string(raw), 64)
		if err != nil || math.Abs(f) > 1e11 {
			return event.Time{}, false
		}
		s := math.Floor(f)
		return event.Time{Sec: int64(s), Nano: int32((f - s) * 1e9), Digits: 6, Source: event.FromExport}, true
	}
	if dotted {
		nano, digits := int64(0), min(len(part), 9)
		for i := range 9 {
			nano *= 10
			if i < digits {
				if part[i] < '0' || part[i] > '9' {
					return event.Time{}, false
				}
				nano += int64(part[i] - '0')
			}
		}
		return event.Time{Sec: sec, Nano: int32(nano), Digits: uint8(digits), Source: event.FromExport}, sec >= 0 && sec < 1e11
	}
	// Seconds of the years to 5138 are below 1e11; larger numbers are
	// fractions of a second.
	unit, digits := int64(1), uint8(0)
	for unit < 1e9 && (sec >= 1e11*unit || -sec >= 1e11*unit) {
		unit, digits = unit*1000, digits+3
	}
	s, rest := sec/unit, sec%unit
	if rest < 0 {
		s, rest = s-1, rest+unit
	}
	return event.Time{Sec: s, Nano: int32(rest * (1e9 / unit)), Digits: digits, Source: event.FromExport}, true
}
