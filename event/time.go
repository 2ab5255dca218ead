package event

import (
	"time"

	"spoor/internal/cursor"
)

// TimeSource says where a time was stated. A file's own name or creation
// time is never a source.
type TimeSource uint8

// The sources, from the most to the least binding.
const (
	NoTime       TimeSource = iota
	FromRecord              // the record's own time field, UTC by specification
	FromHeader              // the record frame (EVTX record header)
	FromRow                 // date and time columns, UTC by the format
	FromRowLocal            // columns in local time, converted by --tz
	FromCarried             // the row has a time of day only; the date was stated by an earlier line
	FromExport              // a converter's export, whose zone label may be wrong
)

// String names the source in reports.
func (s TimeSource) String() string {
	switch s {
	case FromRecord:
		return "record"
	case FromHeader:
		return "record header"
	case FromRow:
		return "row"
	case FromRowLocal:
		return "row (local time)"
	case FromCarried:
		return "row (date from an earlier line)"
	case FromExport:
		return "export"
	}
	return "none"
}

// Time is an instant in UTC with its source. The zero Time is "no time".
type Time struct {
	Sec    int64 // Unix seconds
	Nano   int32 // 0 to 999,999,999
	Digits uint8 // fractional digits stated, 0 to 9
	Source TimeSource
}

// Known reports whether a time was stated.
func (t Time) Known() bool { return t.Source != NoTime }

// Compare orders two times; an unknown time sorts after every known one.
func (t Time) Compare(u Time) int {
	switch {
	case t.Known() != u.Known():
		if t.Known() {
			return -1
		}
		return 1
	case t.Sec != u.Sec:
		if t.Sec < u.Sec {
			return -1
		}
		return 1
	case t.Nano != u.Nano:
		if t.Nano < u.Nano {
			return -1
		}
		return 1
	}
	return 0
}

// Std converts to the standard library's time, in UTC.
func (t Time) Std() time.Time { return time.Unix(t.Sec, int64(t.Nano)).UTC() }

// TimeOf converts from the standard library's time.
func TimeOf(t time.Time, digits uint8, source TimeSource) Time {
	return Time{Sec: t.Unix(), Nano: int32(t.Nanosecond()), Digits: min(digits, 9), Source: source}
}

// Append writes RFC 3339 in UTC with the fractional digits that were stated.
// Years outside 0000-9999 are written with as many digits as they need.
func (t Time) Append(dst []byte) []byte {
	return t.appendRest(t.appendSeconds(dst))
}

// appendRest writes the fraction and the zone.
func (t Time) appendRest(dst []byte) []byte {
	n := uint32(t.Nano)
	// Pairs of digits, by constants: dividing by a variable took as long as the
	// rest of the record's JSON.
	a, b, c, d, e := n/10_000_000%100*2, n/100_000%100*2, n/1_000%100*2, n/10%100*2, n%10
	if t.Digits == 7 { // of nearly all event logs
		return append(dst, '.', pairs[a], pairs[a+1], pairs[b], pairs[b+1], pairs[c], pairs[c+1], pairs[d], 'Z')
	}
	if t.Digits > 0 {
		digits := [10]byte{'.', pairs[a], pairs[a+1], pairs[b], pairs[b+1], pairs[c], pairs[c+1], pairs[d], pairs[d+1], byte('0' + e)}
		dst = append(dst, digits[:1+min(t.Digits, 9)]...)
	}
	return append(dst, 'Z')
}

// appendSeconds writes the time down to the second.
func (t Time) appendSeconds(dst []byte) []byte {
	const day = 24 * 60 * 60
	days, sec := t.Sec/day, t.Sec%day
	if sec < 0 {
		days, sec = days-1, sec+day
	}
	if days < -719_528 || days >= 2_932_897 { // outside 0000-01-01 to 9999-12-31
		return t.Std().AppendFormat(dst, "2006-01-02T15:04:05")
	}
	year, month, of := civil(days)
	century, rest := uint32(year)/100, uint32(sec)
	return append(dst, byte('0'+century/10), byte('0'+century%10), byte('0'+uint32(year)/10%10), byte('0'+uint32(year)%10), '-',
		byte('0'+month/10), byte('0'+month%10), '-', byte('0'+of/10), byte('0'+of%10), 'T',
		byte('0'+rest/36000), byte('0'+rest/3600%10), ':', byte('0'+rest/600%6), byte('0'+rest/60%10), ':', byte('0'+rest/10%6), byte('0'+rest%10))
}

// Clock writes times as [Time.Append] does, and keeps the text of the time
// written last: a record writes its time twice, and most logs have many
// records in a second.
type Clock struct {
	last Time
	text []byte
	head int // bytes of the text down to the second
}

// Append writes a time.
func (c *Clock) Append(dst []byte, t Time) []byte {
	if t.Sec != c.last.Sec || c.head == 0 {
		c.text = t.appendSeconds(c.text[:0])
		c.head = len(c.text)
	} else if t.Nano == c.last.Nano && t.Digits == c.last.Digits {
		return append(dst, c.text...)
	}
	c.last = t
	c.text = t.appendRest(c.text[:c.head])
	return append(dst, c.text...)
}

// civil is the date of a day counted from 1970-01-01, in the proleptic
// Gregorian calendar. Years are counted from March here, so that the leap day
// is the last one; an era has 400 years of 146,097 days. Every record writes a
// time or two, and the standard library's formatting took a tenth of a dump.
func civil(days int64) (year, month, day int64) {
	days += 719_468 // since 0000-03-01
	era := days / 146_097
	if days < 0 {
		era = (days - 146_096) / 146_097
	}
	doe := days - era*146_097
	yoe := (doe - doe/1460 + doe/36_524 - doe/146_096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	m := (5*doy + 2) / 153
	day = doy - (153*m+2)/5 + 1
	month = m + 3
	if month > 12 {
		month -= 12
	}
	year = yoe + era*400
	if month <= 2 {
		year++
	}
	return year, month, day
}

// String is Append as a string; an unknown time is empty.
func (t Time) String() string {
	if !t.Known() {
		return ""
	}
	return string(t.Append(nil))
}

// fileTimeEpoch is 1970-01-01 in seconds since 1601-01-01 ([MS-DTYP] 2.3.3).
const fileTimeEpoch = 11644473600

// TimeFromFileTime converts 100 ns steps since 1601. A zero FILETIME is no
// time when a source is asked for.
func TimeFromFileTime(ticks uint64, source TimeSource) Time {
	if ticks == 0 && source != NoTime {
		return Time{}
	}
	// Dividing before the epoch is subtracted keeps every value exact, up to
	// the year 60056.
	return Time{Sec: int64(ticks/10_000_000) - fileTimeEpoch, Nano: int32(ticks % 10_000_000 * 100), Digits: 7, Source: source}
}

// TimeFromSysTime converts a 16-byte Windows SYSTEMTIME; other lengths and
// impossible dates give no time.
func TimeFromSysTime(raw []byte, source TimeSource) Time {
	t, ok := sysTime(raw)
	if !ok {
		return Time{}
	}
	return TimeOf(t, 3, source)
}

// sysTime reads a SYSTEMTIME of the years 1601 to 30827 ([MS-DTYP] 2.3.13).
func sysTime(raw []byte) (time.Time, bool) {
	c := cursor.New(raw)
	year, month, _, day := c.U16(), c.U16(), c.U16(), c.U16()
	hour, minute, second, milli := c.U16(), c.U16(), c.U16(), c.U16()
	if !c.OK() || c.Left() != 0 || year < 1601 || year > 30827 || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59 || milli > 999 {
		return time.Time{}, false
	}
	t := time.Date(int(year), time.Month(month), int(day), int(hour), int(minute), int(second), int(milli)*1_000_000, time.UTC)
	return t, t.Day() == int(day) // 31 February would become 3 March
}
