package xmllog

import (
	"bytes"
	"io"

	"spoor/event"
	"spoor/internal/stream"
	"spoor/internal/textlog"
)

// carry is what a block cannot know alone. It is immutable.
type carry struct {
	text      textlog.Text
	continued bool // the block starts inside an element that was cut
	last      bool // the stream ends with this block
}

type splitter struct {
	cutter *textlog.Cutter
	last   bool
}

// NewSplitter cuts a stream of events into blocks between events.
func NewSplitter(r io.Reader, item event.ItemID) stream.Splitter {
	return &splitter{cutter: textlog.NewCutter(r, item)}
}

// Next implements stream.Splitter.
func (s *splitter) Next(b *stream.Block) error {
	s.last = false
	continued, err := s.cutter.Next(b, s.rowEnd)
	if err != nil {
		return err
	}
	b.Carry = &carry{text: s.cutter.Text(), continued: continued, last: s.last}
	return nil
}

func (s *splitter) rowEnd(data []byte, eof bool) (int, int) {
	n := nextRow(data, eof)
	s.last = eof && n == len(data)
	return n, countLines(data[:n], s.last)
}

// endTag ends an event.
const endTag = "</Event>"

// nextRow is how many bytes the next event takes, with what stands before it
// and the line end behind it; what follows the last event is a row of its own.
// 0 asks for more data.
func nextRow(data []byte, eof bool) int {
	i := bytes.Index(data, []byte(endTag))
	if i < 0 {
		if eof {
			return len(data)
		}
		return 0
	}
	n := i + len(endTag)
	for n < len(data) && (data[n] == ' ' || data[n] == '\t' || data[n] == '\r') {
		n++
	}
	if n < len(data) && data[n] == '\n' {
		n++
	}
	return n
}

// countLines counts the line ends of a row; a last line without one counts at
// the end of the stream.
func countLines(data []byte, last bool) int {
	n := bytes.Count(data, []byte{'\n'})
	if last && len(data) > 0 && data[len(data)-1] != '\n' {
		n++
	}
	return n
}
