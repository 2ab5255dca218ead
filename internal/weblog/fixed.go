package weblog

import (
	"bytes"

	"spoor/internal/textlog"
)

// shortClock reads H:MM:SS as the fixed IIS format writes it.
func shortClock(raw []byte) (int64, bool) {
	if len(raw) != 7 {
		return 0, false
	}
	var full [8]byte
	full[0] = '0'
	copy(full[1:], raw)
	sec, _, _, ok := textlog.TimeOfDay(full[:])
	return sec, ok
}

// usDay reads M/D/YY or M/D/YYYY, the order of the fixed IIS format on an
// English server; years below 70 are of this century.
func usDay(raw []byte) (int64, bool) {
	var part [3]int
	for i := range part {
		text := raw
		if j := bytes.IndexByte(raw, '/'); j >= 0 {
			text, raw = raw[:j], raw[j+1:]
		} else {
			raw = nil
		}
		if len(text) == 0 || len(text) > 4 || !allDigits(text) {
			return 0, false
		}
		for _, b := range text {
			part[i] = part[i]*10 + int(b-'0')
		}
	}
	if len(raw) > 0 {
		return 0, false
	}
	year := part[2]
	if year < 100 {
		year += 1900
		if part[2] < 70 {
			year += 100
		}
	}
	return textlog.Civil(year, part[0], part[1])
}
