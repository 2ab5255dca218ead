package weblog

import (
	"bytes"

	"spoor/event"
	"spoor/internal/textlog"
)

// HAProxy's HTTP format, as syslog keeps it (option httplog;
// https://docs.haproxy.org/2.8/configuration.html#8.2.3): the program's name,
// client and port, the time of the request in brackets, the ways it went,
// timers, status, bytes, cookies, how it ended, counters, captured headers in
// braces and the request. It states no zone.

// haproxy reads a row into d.values, in the order of ncsaColumns; false for
// anything else. What stands between the bytes and the request is kept as it
// is.
func (d *decoder) haproxy(line []byte) (event.Time, bool) {
	i := bytes.Index(line, []byte("haproxy["))
	if i < 0 {
		return event.Time{}, false
	}
	_, rest, ok := bytes.Cut(line[i:], []byte("]: "))
	if !ok {
		return event.Time{}, false
	}
	peer, rest := word(rest)
	port := bytes.LastIndexByte(peer, ':')
	if port < 0 || !allDigits(peer[port+1:]) || !isIP.fits(bytes.Trim(peer[:port], "[]")) {
		return event.Time{}, false
	}
	if len(rest) < 27 || rest[0] != '[' || rest[25] != ']' {
		return event.Time{}, false
	}
	clock := rest[1:25]
	t, ok := d.haproxyTime(clock)
	if !ok {
		return event.Time{}, false
	}
	_, rest = word(rest[27:]) // the front end
	site, rest := word(rest)  // back end and server
	timers, rest := word(rest)
	status, rest := word(rest)
	size, rest := word(rest)
	if bytes.Count(timers, []byte{'/'}) != 4 || !isStatus.fits(status) || !allDigits(bytes.TrimPrefix(size, []byte{'+'})) {
		return event.Time{}, false
	}
	quote := bytes.IndexByte(rest, '"')
	if quote < 0 {
		return event.Time{}, false
	}
	request, _, ok := quoted(rest[quote:])
	if !ok { // a request that was too long for the line
		request = rest[quote+1:]
	}
	none := []byte{'-'}
	d.request(site, bytes.Trim(peer[:port], "[]"), none, clock, request, status, size, none, none, none, bytes.TrimSpace(rest[:quote]))
	return t, true
}

// haproxyTime reads 19/Aug/2021:00:13:33.123 in the log's zone.
func (d *decoder) haproxyTime(text []byte) (event.Time, bool) {
	day, ok := textlog.MonthDay(text)
	if !ok || text[20] != '.' {
		return event.Time{}, false
	}
	sec, nsec, digits, ok := textlog.TimeOfDay(text[12:])
	if !ok {
		return event.Time{}, false
	}
	return d.clock.Local(day, sec, nsec, digits), true
}
