package weblog

import (
	"bytes"

	"spoor/event"
)

// The NCSA formats, common and combined, are what Apache, nginx and IIS (when
// told to) write: address, identity, user, time in brackets, the request, the
// status and the size, then referrer and agent; the name of the site may stand
// before it all (https://httpd.apache.org/docs/2.4/logs.html). There is no
// header, so a row must fit in every part.

// ncsaColumns are named as W3C logs name the same things, so that rules for
// web servers mean these rows too.
func ncsaColumns() []string {
	return []string{"cs-host", "c-ip", "cs-username", "time", "cs-method", "cs-uri-stem", "cs-uri-query", "cs-version", "sc-status", "sc-bytes", "cs(Referer)", "cs(User-Agent)", "X-Forwarded-For", "x-more"}
}

func ncsaLayout() *layout { return newLayout(ncsaColumns(), "access", true, false) }

// access reads a row of a server that writes no header.
func (d *decoder) access(line []byte) (event.Time, bool) {
	if t, ok := d.ncsa(line); ok {
		return t, true
	}
	return d.haproxy(line)
}

// ncsa reads a row into d.values; false for anything else.
func (d *decoder) ncsa(line []byte) (event.Time, bool) {
	open := bytes.IndexByte(line, '[')
	if open < 6 || line[open-1] != ' ' {
		return event.Time{}, false
	}
	none := []byte{'-'}
	var head [4][]byte
	n := 0
	for _, word := range bytes.Fields(line[:open]) {
		if n == len(head) {
			return event.Time{}, false
		}
		head[n] = word
		n++
	}
	site := none
	switch {
	case n == 3 && isIP.fits(head[0]):
	case n == 4 && isIP.fits(head[1]):
		site = head[0]
		copy(head[:], head[1:])
	default:
		return event.Time{}, false
	}
	rest := line[open+1:]
	if len(rest) < 29 || rest[26] != ']' || rest[27] != ' ' || rest[28] != '"' {
		return event.Time{}, false
	}
	clock := rest[:26]
	t, ok := d.clock.Common(clock, event.FromRow)
	if !ok {
		return event.Time{}, false
	}
	request, rest, ok := quoted(rest[28:])
	if !ok {
		return event.Time{}, false
	}
	status, rest := word(rest)
	size, rest := word(rest)
	if !isStatus.fits(status) || len(size) == 0 || string(size) != "-" && !allDigits(size) {
		return event.Time{}, false
	}
	referer, agent := none, none
	if len(rest) > 0 && rest[0] == '"' {
		if referer, rest, ok = quoted(rest); ok && len(rest) > 0 && rest[0] == '"' {
			agent, rest, _ = quoted(rest)
		}
	}
	forwarded, rest := forwardedFor(rest)
	if rest = bytes.TrimSpace(rest); len(rest) == 0 {
		rest = none
	}
	d.request(site, head[0], head[2], clock, request, status, size, referer, agent, forwarded, rest)
	return t, true
}

// forwardedFor cuts off what nginx's main format has behind the user agent: the
// list of addresses that the request says it came through, or a dash. The
// sender can write it.
func forwardedFor(rest []byte) (list, more []byte) {
	none := []byte{'-'}
	if len(rest) == 0 || rest[0] != '"' {
		return none, rest
	}
	value, more, ok := quoted(rest)
	if !ok {
		return none, rest
	}
	if string(value) == "-" || len(value) == 0 {
		return none, more
	}
	for part := range bytes.SplitSeq(value, []byte{','}) {
		if !isIP.fits(bytes.TrimSpace(part)) {
			return none, rest
		}
	}
	return value, more
}

// request puts the values of a row in the order of ncsaColumns; the request
// line is taken apart.
func (d *decoder) request(site, client, user, clock, request, status, size, referer, agent, forwarded, more []byte) {
	none := []byte{'-'}
	method, address := word(request)
	version := none
	if i := bytes.LastIndexByte(address, ' '); i >= 0 && bytes.HasPrefix(address[i+1:], []byte("HTTP/")) {
		address, version = address[:i], address[i+1:]
	}
	stem, query, found := bytes.Cut(address, []byte("?"))
	if !found || len(query) == 0 {
		query = none
	}
	if len(method) == 0 {
		method = none
	}
	if len(stem) == 0 {
		stem = none
	}
	d.values = d.values[:0]
	for _, v := range [...][]byte{site, client, user, clock, method, stem, query, version, status, size, referer, agent, forwarded, more} {
		d.values = append(d.values, event.TextValue(v))
	}
}

// word cuts off the first word and the blank behind it.
func word(text []byte) (first, rest []byte) {
	if i := bytes.IndexByte(text, ' '); i >= 0 {
		return text[:i:i], text[i+1:]
	}
	return text, nil
}

// quoted cuts off a text in quotes and the blank behind it; a quote after a
// backslash does not end it.
func quoted(text []byte) (inner, rest []byte, ok bool) {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return text[1:i:i], bytes.TrimPrefix(text[i+1:], []byte{' '}), true
		}
	}
	return nil, nil, false
}
