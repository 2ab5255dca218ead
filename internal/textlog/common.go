package textlog

import (
	"bytes"

	"spoor/event"
)

// Common reads the time of the common log format, 10/Oct/2000:13:55:36 -0700
// (https://httpd.apache.org/docs/2.4/logs.html).
func (c *Clock) Common(text []byte, source event.TimeSource) (event.Time, bool) {
	if len(text) != 26 || text[20] != ' ' || text[21] != '+' && text[21] != '-' {
		return event.Time{}, false
	}
	day, ok := MonthDay(text)
	if !ok {
		return event.Time{}, false
	}
	sec, _, _, ok := TimeOfDay(text[12:20])
	hours, ok1 := digits(text[22:24])
	minutes, ok2 := digits(text[24:])
	if !ok || !ok1 || !ok2 {
		return event.Time{}, false
	}
	shift := int64(hours*3600 + minutes*60)
	if text[21] == '+' {
		shift = -shift
	}
	return c.At(day, sec+shift, 0, 0, source), true
}

// MonthDay reads the day of 10/Oct/2000:13:55:36.
func MonthDay(text []byte) (int64, bool) {
	if len(text) < 20 || text[2] != '/' || text[6] != '/' || text[11] != ':' {
		return 0, false
	}
	day, ok1 := digits(text[:2])
	year, ok2 := digits(text[7:11])
	month := bytes.Index([]byte("janfebmaraprmayjunjulaugsepoctnovdec"), bytes.ToLower(text[3:6]))
	if !ok1 || !ok2 || month < 0 || month%3 != 0 {
		return 0, false
	}
	return Civil(year, month/3+1, day)
}
