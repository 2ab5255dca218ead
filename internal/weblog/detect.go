package weblog

import (
	"bytes"

	"spoor/internal/stream"
	"spoor/internal/textlog"
)

// Detect says from the head of a file whether it is a log of this package:
// "w3c", "httperr" or "". The first 64 KiB suffice.
func Detect(head []byte) string {
	text := textlog.Sniff(head)
	head = textlog.Head(head)
	d := NewDecoder(nil).(*decoder)
	rows := 0
	for len(head) > 0 && rows < 32 {
		n, _ := text.LineEnd(head, true)
		line := textlog.TrimEnd(head[:n])
		head = head[n:]
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if line[0] == '#' {
			if format := headerFormat(line); format != "" {
				return format
			}
			continue
		}
		if rows == 0 && isHeading(line) {
			return FormatW3C
		}
		rows++
		if _, ok := d.access(line); ok {
			return FormatW3C
		}
		if l := d.infer(unprefixed(line)); l != nil {
			return l.shape.Format()
		}
	}
	return ""
}

// headerFormat says which format a #Fields line belongs to; columns are
// separated by blanks, which tells it from Exchange logs.
func headerFormat(line []byte) string {
	line = closed(line)
	if !hasDirective(line, "#Fields:") || bytes.IndexByte(line, ',') >= 0 {
		return ""
	}
	l := statedLayout(line, "iis", false)
	if l == nil {
		return ""
	}
	for _, name := range [...]string{"date", "time", "c-ip", "cs-method", "cs-uri-stem"} {
		if l.shape.Slot(name) >= 0 {
			return l.shape.Format()
		}
	}
	return ""
}

var _ stream.Decoder = (*decoder)(nil)
