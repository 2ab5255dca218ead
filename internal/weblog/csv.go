package weblog

import (
	"bytes"
	"strings"

	"spoor/event"
)

// Log Parser, PowerShell and spreadsheets write a W3C log as a table: the names
// of the columns in the first line, values parted by commas, semicolons or tabs,
// and in quotes where they hold one.

// isHeading reports the first line of such a table: it names the path, and the
// client or the status.
func isHeading(line []byte) bool {
	if c := line[0] | 0x20; (c < 'a' || c > 'z') && line[0] != '"' || len(line) > maxHeader {
		return false
	}
	low := bytes.ToLower(line)
	return separatorOf(line) != 0 && bytes.Contains(low, []byte("cs-uri-stem")) && (bytes.Contains(low, []byte("c-ip")) || bytes.Contains(low, []byte("sc-status")))
}

// separatorOf is what parts the names of a heading, 0 for none.
func separatorOf(line []byte) byte {
	for _, c := range []byte{',', ';', '\t'} {
		if bytes.Count(line, []byte{c}) >= 2 {
			return c
		}
	}
	return 0
}

// tableLayout makes the layout of a heading.
func tableLayout(line []byte, channel string, local bool) *layout {
	sep := separatorOf(line)
	var names []string
	for _, name := range strings.Split(string(line), string(sep)) {
		names = append(names, columnName(strings.Trim(name, "\" \r")))
	}
	if len(names) > MaxColumns {
		return nil
	}
	l := newLayout(names, channel, false, local)
	l.sep = sep
	return l
}

// columnName is the name that IIS has for a column: tables may not hold its
// brackets.
func columnName(name string) string {
	switch strings.ToLower(name) {
	case "user-agent", "csuser-agent", "cs-user-agent", "cs(user-agent)", "cs_user_agent":
		return "cs(User-Agent)"
	case "referer", "csreferer", "cs-referer", "cs(referer)":
		return "cs(Referer)"
	case "cookie", "cscookie", "cs-cookie", "cs(cookie)":
		return "cs(Cookie)"
	}
	return name
}

// cells cuts a row of a table into d.values and returns their number. Quotes
// around a value are undone, and two of them inside one are one.
func (d *decoder) cells(line []byte, sep byte) int {
	d.values = d.values[:0]
	for len(d.values) < maxColumns {
		if len(line) == 0 || line[0] != '"' {
			i := bytes.IndexByte(line, sep)
			if i < 0 {
				d.values = append(d.values, event.TextValue(line))
				break
			}
			d.values = append(d.values, event.TextValue(line[:i:i]))
			line = line[i+1:]
			continue
		}
		end, doubled := 1, false
		for ; end < len(line); end++ {
			if line[end] == '"' {
				if end+1 < len(line) && line[end+1] == '"' {
					doubled = true
					end++
					continue
				}
				break
			}
		}
		value := line[1:min(end, len(line))]
		if doubled {
			value = bytes.ReplaceAll(value, []byte(`""`), []byte{'"'})
		}
		d.values = append(d.values, event.TextValue(value))
		line = line[min(end+1, len(line)):]
		if len(line) == 0 || line[0] != sep {
			break
		}
		line = line[1:]
	}
	return len(d.values)
}
