package weblog

import (
	"bytes"
	"io"

	"spoor/event"
	"spoor/internal/stream"
	"spoor/internal/textlog"
)

// carry is what a block of rows cannot know alone. It is immutable.
type carry struct {
	text      textlog.Text
	fields    string // the #Fields line in force, "" before the first
	channel   string
	date      string // value of the last #Date line
	local     bool   // "#Time Format: Local"
	continued bool   // the block starts inside a line that was cut
}

// maxHeader bounds a #Fields line; a longer one is damage and the rows after
// it have no layout until the next.
const maxHeader = 64 << 10

// observe takes note of a directive; changed says that c is another one now.
func (c *carry) observe(line []byte) (changed bool) {
	line = closed(line)
	switch {
	case hasDirective(line, "#Fields:"), line[0] != '#' && isHeading(line):
		if len(line) > maxHeader {
			line = []byte("#Fields:")
		}
		if changed = c.fields != string(line); changed {
			c.fields = string(line)
		}
	case hasDirective(line, "#Software:"):
		v, _ := directive(line, "#Software:")
		name := channelOf(string(v[:min(len(v), 256)]))
		changed = c.channel != name || c.local
		c.channel, c.local = name, false
	case hasDirective(line, "#Date:"):
		v, _ := directive(line, "#Date:")
		v = v[:min(len(v), 32)]
		if changed = c.date != string(v); changed {
			c.date = string(v)
		}
	case hasDirective(line, "#Time Format:"):
		v, _ := directive(line, "#Time Format:")
		local := bytes.EqualFold(v, []byte("Local"))
		changed, c.local = c.local != local, local
	}
	return changed
}

// closed is a directive without the blank that pages put behind its first sign
// ("# Fields:").
func closed(line []byte) []byte {
	if len(line) < 3 || line[0] != '#' || line[1] != ' ' {
		return line
	}
	return append([]byte{'#'}, bytes.TrimLeft(line[1:min(len(line), maxHeader+2)], " ")...)
}

func hasDirective(line []byte, name string) bool {
	_, ok := directive(line, name)
	return ok
}

type splitter struct {
	cutter *textlog.Cutter
	state  carry  // after the rows seen so far
	shared *carry // the last one handed out
	dirty  bool
}

// NewSplitter cuts a W3C, HTTPERR or IIS log into blocks at line ends.
func NewSplitter(r io.Reader, item event.ItemID) stream.Splitter {
	s := &splitter{cutter: textlog.NewCutter(r, item), dirty: true}
	s.state = carry{text: s.cutter.Text(), channel: "iis"}
	return s
}

// Next implements stream.Splitter.
func (s *splitter) Next(b *stream.Block) error {
	if s.dirty {
		s.shared, s.dirty = new(carry), false
		*s.shared = s.state
	}
	before := s.shared
	continued, err := s.cutter.Next(b, s.rowEnd)
	if err != nil {
		return err
	}
	if continued {
		c := *before
		c.continued = true
		before = &c
	}
	b.Carry = before
	return nil
}

func (s *splitter) rowEnd(data []byte, eof bool) (int, int) {
	n, ok := s.state.text.LineEnd(data, eof)
	if !ok {
		return 0, 0
	}
	if line, _ := textlog.TrimFront(data[:n]); len(line) > 0 && (line[0] == '#' || isHeading(line)) && s.state.observe(textlog.TrimEnd(line)) {
		s.dirty = true
	}
	return n, 1
}
