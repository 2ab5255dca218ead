package exchangelog

import (
	"bytes"
	"strings"

	"spoor/event"
	"spoor/internal/textlog"
)

// MaxColumns bounds the columns of one header; the widest known log has 92.
const MaxColumns = 1024

// maxHeader bounds a header line; the widest known one has 2 KiB.
const maxHeader = 256 << 10

// layout is a row layout ready for decoding.
type layout struct {
	shape   *event.Shape
	route   *event.Route
	names   []string
	width   int
	time    int // column, -1 when absent
	host    int
	items   int  // column of ECP's EventData, -1 when absent
	rest    bool // two columns, the second is the rest of the line
	listing bool // columns separated by blanks
	// agent and query are the columns of a request's user agent and query, -1
	// when absent; plain is the shape of rows whose query was decoded.
	agent, query int
	plain        *event.Shape
	// widened is the layout of rows with one value more, by its position.
	widened map[int]*layout
}

func newLayout(format, channel string, names []string, inferred bool) *layout {
	l := &layout{names: names, width: len(names), time: -1, host: -1, items: -1, agent: -1, query: -1}
	fields := make([]event.Field, len(names))
	for i, name := range names {
		fields[i] = event.Field{Name: name, Claimed: claimed(name)}
		if l.time < 0 && isTimeName(name) {
			l.time = i
		}
		if l.host < 0 && isHostName(name) && format != Other {
			l.host = i
		}
		switch {
		case format == RpsHttp && name == "ClientInfo", format == HttpProxy && name == "UserAgent":
			l.agent = i
		case name == "UrlQuery":
			l.query = i
		}
		if name == "EventData" && (format == EcpServer || format == EcpActivity) {
			l.items = i
		}
	}
	l.shape = event.NewShape(format, fields, inferred)
	l.route = &event.Route{Format: format, Channel: channel}
	if l.agent >= 0 && l.query >= 0 {
		l.plain = event.NewShape(format, append(fields, event.Field{Name: textlog.Decoded, Claimed: true}), inferred)
	}
	return l
}

// statedLayout makes the layout of a #Fields line or a bare header row; nil
// when it is unusable.
func statedLayout(header, logType string) *layout {
	names, listing := headerNames(header)
	if len(names) == 0 || len(names) > MaxColumns {
		return nil
	}
	format := formatOf(logType, names)
	channel := logType
	if channel == "" {
		channel = format
	}
	l := newLayout(format, channel, names, false)
	l.listing = listing
	return l
}

const fieldsDirective = "#Fields:"

// headerNames splits a header; listing says that blanks separate the names.
func headerNames(header string) (names []string, listing bool) {
	if len(header) > len(fieldsDirective) && strings.EqualFold(header[:len(fieldsDirective)], fieldsDirective) {
		header = header[len(fieldsDirective):]
	}
	sep := separator(header)
	if sep == ',' && !strings.Contains(header, ",") && len(strings.Fields(header)) > 1 {
		return strings.Fields(header), true
	}
	if len(header) > maxHeader {
		return nil, false
	}
	for name := range strings.SplitSeq(strings.TrimSpace(header), string(sep)) {
		name = strings.TrimSpace(name)
		if len(name) >= 2 && name[0] == '"' && name[len(name)-1] == '"' {
			name = strings.ReplaceAll(name[1:len(name)-1], `""`, `"`)
		}
		names = append(names, name)
	}
	return names, false
}

// separator is what stands between the columns of a header: a comma, or in
// exports made where a comma belongs to numbers (Export-Csv -UseCulture) a
// semicolon, or a tab.
func separator(header string) byte {
	if !strings.Contains(header, ",") {
		for _, sep := range [...]byte{';', '\t'} {
			if strings.IndexByte(header, sep) > 0 {
				return sep
			}
		}
	}
	return ','
}

// isHeader reports whether a line that is not a comment is a bare header row: it
// begins with a letter, has at least two names, one of them that of a time,
// and no value that begins with a digit.
func isHeader(line []byte) bool {
	first := bytes.TrimLeft(line, "\" ")
	if len(first) == 0 || first[0]|0x20 < 'a' || first[0]|0x20 > 'z' || len(line) > maxHeader {
		return false
	}
	// Cheap refusal: a header holds one of the words in some case.
	if !bytes.Contains(line, []byte("ime")) && !bytes.Contains(line, []byte("IME")) {
		return false
	}
	names, listing := headerNames(string(line))
	if listing {
		return len(names) == 2 && isTimeName(names[0]) && strings.EqualFold(names[1], "AnchorMailbox")
	}
	found := false
	for _, name := range names {
		if name == "" || name[0] >= '0' && name[0] <= '9' || len(name) > 128 {
			return false
		}
		found = found || isTimeName(name)
	}
	return found && len(names) > 1
}

// isRule reports whether a line underlines the header of a listing.
func isRule(line []byte) bool {
	return len(line) > 0 && len(bytes.Trim(line, "- ")) == 0
}

// carry is what a block of rows cannot know alone. It is immutable.
type carry struct {
	text      textlog.Text
	header    string // the #Fields line or bare header row in force
	logType   string
	columns   int  // of the header, 0 before the first or in a listing
	sep       byte // between columns; 0 is a comma
	continued bool
}

// value returns what stands after a directive, at most 256 bytes of it.
func value(line []byte, name string) ([]byte, bool) {
	if len(line) < len(name) || line[1]|0x20 != name[1]|0x20 || !strings.EqualFold(string(line[:len(name)]), name) {
		return nil, false
	}
	return bytes.TrimSpace(line[len(name):min(len(line), len(name)+256)]), true
}

// observe takes note of a line; header says that it states a layout, changed
// that c is another one now.
func (c *carry) observe(line []byte) (header, changed bool) {
	if len(line) == 0 {
		return false, false
	}
	if line[0] == '#' {
		if v, ok := value(line, "#Log-type:"); ok {
			if changed = string(v) != c.logType; changed {
				c.logType = string(v)
			}
			return false, changed
		}
		if _, ok := value(line, "#TYPE "); ok {
			return true, false
		}
		if _, ok := value(line, fieldsDirective); !ok {
			return false, false
		}
	} else if !isHeader(line) {
		return false, false
	}
	if len(line) > maxHeader {
		line = []byte(fieldsDirective)
	}
	if c.header == string(line) {
		return true, false
	}
	c.header = string(line)
	names, listing := headerNames(c.header)
	c.sep = separator(c.header)
	if c.columns = len(names); listing {
		c.columns = 0
	}
	return true, true
}
