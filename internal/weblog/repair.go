package weblog

import (
	"bytes"

	"spoor/event"
)

// Real rows have blanks inside values: Exchange writes one before the account
// in its back end's rows for /powershell, and some of its modules one inside the
// query. Such a row has more values than its header names. The forms of the
// named columns (numbers, addresses, statuses, methods, paths) say where the
// surplus belongs, and where they leave one place only the row is read and
// marked as inferred; everything else is damage, as before.

// maxSurplus bounds the values that a row may have beyond its columns.
const maxSurplus = 32

// repair joins the surplus values of a row into the one column that can hold
// them; false where there is none or more than one.
func (d *decoder) repair(l *layout, line []byte, n int) bool {
	surplus := n - l.width
	if surplus < 1 || surplus > maxSurplus || l.anchors == nil {
		return false
	}
	place := -1
	for i, a := range l.anchors {
		if a != anything || !l.free[i] || !l.fitsAround(d.values[:n], i, surplus) {
			continue
		}
		if i == l.referer && !isReferer(d.values[i].Raw) {
			continue // it begins as no address does
		}
		if place >= 0 {
			return false // more than one place
		}
		place = i
	}
	if place < 0 {
		return false
	}
	from := 0
	for i := range place {
		from += len(d.values[i].Raw) + 1
	}
	to := from
	for i := place; i <= place+surplus; i++ {
		to += len(d.values[i].Raw) + 1
	}
	d.values[place] = event.TextValue(bytes.TrimLeft(line[from:to-1:to-1], " "))
	d.values = append(d.values[:place+1], d.values[place+surplus+1:n]...)
	return true
}

// fitsAround reports that all anchored columns fit when the values from place
// on, one and the surplus, are one value.
func (l *layout) fitsAround(values []event.Value, place, surplus int) bool {
	for i, a := range l.anchors {
		at := i
		if i > place {
			at += surplus
		}
		if i == l.referer && i != place && string(values[at].Raw) != "-" && !isReferer(values[at].Raw) {
			return false
		}
		if a != anything && !a.fits(values[at].Raw) {
			return false
		}
	}
	return true
}

// isReferer reports what begins as an address does.
func isReferer(v []byte) bool {
	scheme, _, ok := bytes.Cut(v[:min(len(v), 40)], []byte("://"))
	return ok && len(scheme) > 1 && bytes.IndexByte(scheme, ' ') < 0 || len(v) > 1 && v[0] == '/'
}

// freeText reports the columns whose values may hold a blank: what a client or
// a module wrote.
func freeText(name string) bool {
	switch name {
	case "cs-uri-stem", "cs-uri-query", "cs-username", "cs(User-Agent)", "cs(Referer)", "cs(Cookie)", "cs-host":
		return true
	}
	return claimed(name)
}

// unprefixed is a row without what a search tool (grep, findstr, Select-String),
// a mail program or a page put before it: the name of a file and a line's number,
// a mark of a quotation or a list. It is the row itself where nothing stands
// before its date.
func unprefixed(line []byte) []byte {
	for i := 0; i+20 < len(line) && i < maxPrefix; i++ {
		if line[i+4] == '-' && line[i+10] == ' ' && isDate.fits(line[i:i+10]) && isTime.fits(line[i+11:i+19]) && (line[i+19] == ' ' || line[i+19] == '.') {
			if i == 0 || bytes.IndexByte([]byte(":> \t*|-"), line[i-1]) >= 0 || line[i-1] >= 0x80 {
				return line[i:]
			}
		}
	}
	return line
}

// maxPrefix bounds what stands before a row: a path and a number.
const maxPrefix = 600
