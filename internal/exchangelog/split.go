package exchangelog

import (
	"io"

	"spoor/event"
	"spoor/internal/stream"
	"spoor/internal/textlog"
)

type splitter struct {
	cutter *textlog.Cutter
	state  carry
	shared *carry
	dirty  bool
}

// NewSplitter cuts an Exchange log into blocks at row ends.
func NewSplitter(r io.Reader, item event.ItemID) stream.Splitter {
	s := &splitter{cutter: textlog.NewCutter(r, item), dirty: true}
	s.state = carry{text: s.cutter.Text()}
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
	n, lines, _ := rowEnd(s.state.text, data, eof, s.state.columns, s.state.sep)
	if n == 0 {
		return 0, 0
	}
	// Rows begin with a digit, as their time does; only other lines can
	// change the state.
	if b := data[0]; b < '0' || b > '9' {
		line, _ := textlog.TrimFront(textlog.TrimEnd(data[:n]))
		if _, changed := s.state.observe(line); changed {
			s.dirty = true
		}
	}
	return n, lines
}
