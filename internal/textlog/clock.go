package textlog

import (
	"time"

	"spoor/event"
)

// Clock turns dates and times of day into instants. It remembers the last
// date, since neighbours mostly share it.
type Clock struct {
	// Location is the zone of times that are in local time; nil means UTC.
	Location *time.Location
	last     [10]byte
	day      int64
	ok       bool
}

// Day reads YYYY-MM-DD as days since 1970-01-01.
func (c *Clock) Day(text []byte) (int64, bool) {
	if len(text) != 10 {
		return 0, false
	}
	if c.ok && string(text) == string(c.last[:]) {
		return c.day, true
	}
	if text[4] != '-' || text[7] != '-' {
		return 0, false
	}
	y, ok1 := digits(text[:4])
	m, ok2 := digits(text[5:7])
	d, ok3 := digits(text[8:])
	if !ok1 || !ok2 || !ok3 {
		return 0, false
	}
	day, ok := Civil(y, m, d)
	if !ok {
		return 0, false
	}
	copy(c.last[:], text)
	c.day, c.ok = day, true
	return day, true
}

// Civil turns a Gregorian date into days since 1970-01-01; ok is false for a
// date that does not exist.
func Civil(year, month, day int) (int64, bool) {
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return 0, false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Day() != day {
		return 0, false
	}
	return t.Unix() / 86400, true
}

func digits(text []byte) (int, bool) {
	n := 0
	for _, b := range text {
		if b < '0' || b > '9' {
			return 0, false
		}
		n = n*10 + int(b-'0')
	}
	return n, len(text) > 0
}

// TimeOfDay reads HH:MM:SS with an optional fraction of up to nine digits.
func TimeOfDay(text []byte) (sec int64, nano int32, fraction uint8, ok bool) {
	if len(text) < 8 || text[2] != ':' || text[5] != ':' {
		return 0, 0, 0, false
	}
	h, ok1 := digits(text[:2])
	m, ok2 := digits(text[3:5])
	s, ok3 := digits(text[6:8])
	if !ok1 || !ok2 || !ok3 || h > 23 || m > 59 || s > 60 {
		return 0, 0, 0, false
	}
	sec = int64(h*3600 + m*60 + min(s, 59))
	if len(text) == 8 {
		return sec, 0, 0, true
	}
	part := text[9:]
	if text[8] != '.' || len(part) > 9 {
		return 0, 0, 0, false
	}
	n, ok := digits(part)
	if !ok {
		return 0, 0, 0, false
	}
	for range 9 - len(part) {
		n *= 10
	}
	return sec, int32(n), uint8(len(part)), true
}

// At joins a day and a time of day that the format says are UTC.
func (c *Clock) At(day, sec int64, nano int32, fraction uint8, source event.TimeSource) event.Time {
	return event.Time{Sec: day*86400 + sec, Nano: nano, Digits: fraction, Source: source}
}

// Local joins a day and a time of day of the clock's Location.
func (c *Clock) Local(day, sec int64, nano int32, fraction uint8) event.Time {
	t := event.Time{Sec: day*86400 + sec, Nano: nano, Digits: fraction, Source: event.FromRowLocal}
	if c.Location == nil {
		return t
	}
	u := time.Unix(t.Sec, 0).UTC()
	t.Sec = time.Date(u.Year(), u.Month(), u.Day(), u.Hour(), u.Minute(), u.Second(), 0, c.Location).Unix()
	return t
}

// ISO reads YYYY-MM-DDTHH:MM:SS[.fraction] with Z, +HH:MM, -HH:MM or nothing
// at the end; a blank may stand for the T. zoned says that a zone was stated,
// and then the time is UTC.
func (c *Clock) ISO(text []byte, source event.TimeSource) (t event.Time, zoned, ok bool) {
	if len(text) < 19 || text[10] != 'T' && text[10] != ' ' {
		return t, false, false
	}
	day, ok := c.Day(text[:10])
	if !ok {
		return t, false, false
	}
	rest := text[11:]
	shift := int64(0)
	n := len(rest)
	switch {
	case rest[n-1] == 'Z' || rest[n-1] == 'z':
		zoned, rest = true, rest[:n-1]
	case n >= 14 && (rest[n-6] == '+' || rest[n-6] == '-') && rest[n-3] == ':':
		h, ok1 := digits(rest[n-5 : n-3])
		m, ok2 := digits(rest[n-2:])
		if !ok1 || !ok2 || h > 23 || m > 59 {
			return t, false, false
		}
		shift = int64(h*3600 + m*60)
		if rest[n-6] == '+' {
			shift = -shift
		}
		zoned, rest = true, rest[:n-6]
	}
	sec, nano, fraction, ok := TimeOfDay(rest)
	if !ok {
		return t, false, false
	}
	if !zoned && c.Location != nil {
		return c.Local(day, sec, nano, fraction), false, true
	}
	return c.At(day, sec+shift, nano, fraction, source), zoned, true
}
