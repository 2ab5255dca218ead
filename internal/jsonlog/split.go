package jsonlog

import (
	"io"

	"spoor/event"
	"spoor/internal/stream"
	"spoor/internal/textlog"
)

// carry is what a block cannot know alone. It is immutable.
type carry struct {
	text      textlog.Text
	lines     bool // every line holds whole objects
	continued bool // the block starts inside an object that was cut
	last      bool // the stream ends with this block
}

type splitter struct {
	cutter *textlog.Cutter
	state  carry
	shared [4]*carry
	last   bool
}

// NewSplitter cuts a stream of JSON objects into blocks between objects.
func NewSplitter(r io.Reader, item event.ItemID) stream.Splitter {
	s := &splitter{cutter: textlog.NewCutter(r, item)}
	s.state.text = s.cutter.Text()
	s.state.lines = wholeLines(s.state.text, textlog.Head(s.cutter.Head()))
	return s
}

// Next implements stream.Splitter.
func (s *splitter) Next(b *stream.Block) error {
	s.last = false
	continued, err := s.cutter.Next(b, s.rowEnd)
	if err != nil {
		return err
	}
	i := 0
	if continued {
		i |= 1
	}
	if s.last {
		i |= 2
	}
	if s.shared[i] == nil {
		c := s.state
		c.continued, c.last = continued, s.last
		s.shared[i] = &c
	}
	b.Carry = s.shared[i]
	return nil
}

func (s *splitter) rowEnd(data []byte, eof bool) (int, int) {
	r := nextRow(s.state.text, data, eof, s.state.lines)
	if r.n == 0 {
		return 0, 0
	}
	s.last = eof && r.n == len(data)
	return r.n, countLines(s.state.text, data[:r.n], s.last)
}
