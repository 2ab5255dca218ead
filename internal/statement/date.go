package statement

import (
	"fmt"
	"strconv"
	"time"
)

// Date is a day, a month or a year as the source gives it: 2021-07-19,
// 2021-07 or 2021. What is not known is left out, never filled in.
type Date string

// First and Last are the earliest and the latest day that d can mean, in UTC.
// Both are the zero time for an empty or malformed date.
func (d Date) First() time.Time {
	from, _, err := d.span()
	if err != nil {
		return time.Time{}
	}
	return from
}

// Last is the latest day that d can mean; see First.
func (d Date) Last() time.Time {
	_, last, err := d.span()
	if err != nil {
		return time.Time{}
	}
	return last
}

// Valid reports whether d has one of the three forms and exists.
func (d Date) Valid() bool {
	_, _, err := d.span()
	return err == nil
}

func (d Date) span() (first, last time.Time, err error) {
	s := string(d)
	switch len(s) {
	case 4:
		year, err := strconv.ParseUint(s, 10, 16)
		if err != nil {
			break
		}
		first = time.Date(int(year), 1, 1, 0, 0, 0, 0, time.UTC)
		return first, first.AddDate(1, 0, -1), nil
	case 7:
		first, err = time.Parse("2006-01", s)
		if err == nil {
			return first, first.AddDate(0, 1, -1), nil
		}
	case 10:
		first, err = time.Parse(time.DateOnly, s)
		if err == nil {
			return first, first, nil
		}
	}
	return time.Time{}, time.Time{}, fmt.Errorf("read date %q: want 2021-07-19, 2021-07 or 2021", s)
}
