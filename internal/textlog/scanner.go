package textlog

import (
	"spoor/event"
	"spoor/internal/stream"
)

// Scanner walks the lines of one block as UTF-8 and knows where each came
// from. It is reused for many blocks.
type Scanner struct {
	text   Text
	data   []byte
	wide   []byte
	pos    int
	start  int // of the current row
	line   int64
	next   int64 // line number of the next row
	rawPos int64 // raw offset of data[rawAt]
	rawAt  int
	item   event.ItemID
}

// Reset starts with a block.
func (s *Scanner) Reset(b *stream.Block, text Text) {
	s.text, s.data, s.pos, s.start, s.item = text, b.Data, 0, 0, b.Item
	s.line, s.next, s.rawPos, s.rawAt = b.Line, b.Line, b.Offset, 0
	if text.Wide {
		s.wide = appendUTF8(s.wide[:0], b.Data, text.Big)
		s.data = s.wide
	}
}

// Rest is the block's text after the current row.
func (s *Scanner) Rest() []byte { return s.data[s.pos:] }

// Take makes the next n bytes of Rest the current row.
func (s *Scanner) Take(n, lines int) []byte {
	s.start = s.pos
	s.pos = min(s.pos+n, len(s.data))
	s.line = s.next
	s.next += int64(lines)
	return s.data[s.start:s.pos]
}

// Line takes the next physical line and returns it without its ending.
func (s *Scanner) Line() ([]byte, bool) {
	rest := s.data[s.pos:]
	if len(rest) == 0 {
		return nil, false
	}
	n, _ := s.text.LineEnd(rest, true)
	return TrimEnd(s.Take(n, 1)), true
}

// Number is the 1-based number of the current row's first line.
func (s *Scanner) Number() int64 { return s.line }

// Ref leads to the current row, its line ending included.
func (s *Scanner) Ref() event.Ref {
	if !s.text.Wide {
		return event.Ref{Item: s.item, Offset: s.rawPos + int64(s.start), Length: int32(s.pos - s.start), Line: s.line}
	}
	s.rawPos += int64(2 * units(s.data[s.rawAt:s.start]))
	s.rawAt = s.start
	return event.Ref{Item: s.item, Offset: s.rawPos, Length: int32(2 * units(s.data[s.start:s.pos])), Line: s.line}
}
