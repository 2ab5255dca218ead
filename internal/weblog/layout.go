package weblog

import (
	"bytes"
	"strings"

	"spoor/event"
	"spoor/internal/limits"
	"spoor/internal/textlog"
)

// Formats of the shapes.
const (
	FormatW3C     = "w3c"
	FormatHTTPERR = "httperr"
)

// MaxColumns bounds the columns of one #Fields line; IIS offers 22 and custom
// fields.
const MaxColumns = 512

// maxLayouts bounds the layouts a decoder keeps; beyond it they are made again.
const maxLayouts = max(128>>limits.Shrink, 1)

// layout is a row layout ready for decoding.
type layout struct {
	shape *event.Shape
	route *event.Route
	width int
	date  int // column, -1 when absent
	clock int
	host  int
	local bool // times are local
	// agent and query are the columns of the user agent and the query, -1 when
	// absent; plain is the shape of rows whose query was decoded.
	agent, query int
	plain        *event.Shape
	// uri is the column of a whole request target in HTTPERR, -1 when absent:
	// its path and query are two more values, named as IIS names them.
	uri int
	// anchors are the forms of the columns, and free those that may hold a
	// blank: a row with more values is put together by them. placed is the
	// shape of such rows.
	anchors []anchor
	free    []bool
	placed  *event.Shape
	referer int  // column, -1 when absent
	sep     byte // of a table, 0 for blanks
}

// claimed lists the columns whose content the client of a request chooses.
// cs-username counts, because IIS logs it before it is checked.
func claimed(name string) bool {
	switch strings.ToLower(name) {
	case "cs(user-agent)", "cs(referer)", "cs(cookie)", "cs-host", "cs(host)", "x-forwarded-for", "cs(x-forwarded-for)",
		"cs-username", "x-real-ip", "client-ip", "true-client-ip":
		return true
	}
	return false
}

// proxied reports whether only forward proxies log a column: the other side's
// host, or what the proxy made of the request.
func proxied(name string) bool {
	switch strings.ToLower(name) {
	case "r-host", "r-dns", "r-ip", "r-port", "s-action", "s-hierarchy", "s-supplier-name", "s-supplier-ip", "s-object-source", "sc-filter-result", "x-exception-id", "cs-categories":
		return true
	}
	return false
}

func newLayout(names []string, channel string, inferred, local bool) *layout {
	l := &layout{width: len(names), date: -1, clock: -1, host: -1, agent: -1, query: -1, uri: -1, referer: -1, local: local}
	format := FormatW3C
	fields := make([]event.Field, len(names))
	for i, name := range names {
		fields[i] = event.Field{Name: name, Claimed: claimed(name)}
		switch {
		case strings.EqualFold(name, "date") && l.date < 0:
			l.date = i
		case strings.EqualFold(name, "time") && l.clock < 0:
			l.clock = i
		case strings.EqualFold(name, "s-computername") && l.host < 0:
			l.host = i
		case strings.EqualFold(name, "cs(User-Agent)") && l.agent < 0:
			l.agent = i
		case strings.EqualFold(name, "cs-uri-query") && l.query < 0:
			l.query = i
		case strings.EqualFold(name, "cs(Referer)") && l.referer < 0:
			l.referer = i
		case strings.EqualFold(name, "cs-uri") && l.uri < 0:
			l.uri = i
		case strings.EqualFold(name, "s-queuename"), strings.EqualFold(name, "s-reason"):
			format, channel = FormatHTTPERR, FormatHTTPERR
		case strings.EqualFold(name, "x-session") && channel == "iis":
			channel = "ftp"
		case proxied(name) && channel == "iis":
			channel = "proxy"
		}
	}
	if format != FormatHTTPERR {
		l.uri = -1
	}
	if l.uri >= 0 {
		fields = append(fields, event.Field{Name: "cs-uri-stem"}, event.Field{Name: "cs-uri-query"})
	}
	l.shape = event.NewShape(format, fields, inferred)
	l.placed = event.NewShape(format, fields, true)
	for _, name := range names {
		l.anchors, l.free = append(l.anchors, anchorOf(name, false)), append(l.free, freeText(name))
	}
	l.route = &event.Route{Format: format, Channel: channel}
	if l.agent >= 0 && l.query >= 0 {
		l.plain = event.NewShape(format, append(fields, event.Field{Name: textlog.Decoded, Claimed: true}), inferred)
	}
	return l
}

// statedLayout makes the layout of a #Fields line; nil when it names no
// column or too many.
func statedLayout(line []byte, channel string, local bool) *layout {
	names := strings.Fields(string(line[len("#Fields:"):]))
	if len(names) == 0 || len(names) > MaxColumns {
		return nil
	}
	return newLayout(names, channel, false, local)
}

// channelOf names the kind of log by its #Software line.
func channelOf(software string) string {
	switch {
	case strings.Contains(software, "HTTP API"):
		return FormatHTTPERR
	case strings.Contains(software, "Firewall"):
		return "firewall"
	}
	return "iis"
}

// directive reports whether a line is the named directive and returns its
// value.
func directive(line []byte, name string) ([]byte, bool) {
	if len(line) <= len(name) || !bytes.EqualFold(line[:len(name)], []byte(name)) {
		return nil, false
	}
	return bytes.TrimSpace(line[len(name):]), true
}
