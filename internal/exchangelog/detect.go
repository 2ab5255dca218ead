package exchangelog

import (
	"bytes"

	"spoor/internal/textlog"
)

// Detect names the format of a log of this package from the head of the
// file, or returns "". The first 64 KiB suffice.
func Detect(head []byte) string {
	text := textlog.Sniff(head)
	head = textlog.Head(head)
	d := NewDecoder(nil).(*decoder)
	exchange := false
	for tried := 0; len(head) > 0 && tried < 64; tried++ {
		n, _ := text.LineEnd(head, true)
		line := textlog.TrimEnd(head[:n])
		head = head[n:]
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if v, ok := value(line, "#Software:"); ok && string(v) == "Microsoft Exchange Server" {
			exchange = true
			continue
		}
		if line[0] == '#' && !bytes.HasPrefix(line, []byte("#TYPE ")) {
			if _, ok := value(line, fieldsDirective); ok && bytes.IndexByte(line, ',') < 0 && !exchange {
				return "" // a W3C log
			}
		}
		if header, changed := d.state.observe(line); header || changed {
			d.useHeader()
			continue
		}
		if line[0] == '#' {
			continue
		}
		if format := d.detectRow(line); format != "" {
			return format
		}
	}
	if !exchange {
		return ""
	}
	if d.layout != nil {
		return d.layout.route.Format
	}
	return formatOf(d.state.logType, nil)
}

// detectRow tries a row: it must fit, and its time must be one.
func (d *decoder) detectRow(line []byte) string {
	if d.layout != nil && d.layout.listing && isRule(line) {
		return ""
	}
	l := d.bind(line)
	if l == nil || l.time < 0 {
		return ""
	}
	if _, _, ok := d.clock.ISO(d.values[l.time].Raw, 0); !ok {
		return ""
	}
	return l.route.Format
}
