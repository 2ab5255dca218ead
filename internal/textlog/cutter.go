package textlog

import (
	"bytes"
	"errors"
	"io"

	"spoor/event"
	"spoor/internal/stream"
)

// BlockSize is the wished size of a block: about one mebibyte keeps two
// workers busy and fits the second-level caches.
const BlockSize = 1 << 20

// MaxLine is the longest line that is read as one: 16 MiB, a thousand times
// the longest URL that IIS accepts by default.
const MaxLine = 16 << 20

// RowEnd finds the end of the row that data starts with. It returns the bytes
// of the row with its line ending and its physical lines, or zeros when more
// data is needed; at eof the rest of data is a row. It may take note of
// headers: every row of a stream is shown once and in order.
type RowEnd func(data []byte, eof bool) (n, lines int)

// Cutter reads a stream once and cuts it into blocks at row ends.
type Cutter struct {
	r      io.Reader
	item   event.ItemID
	rowEnd RowEnd
	text   Text
	known  bool
	rest   []byte // read, but after the last row end
	wide   []byte // UTF-8 of a UTF-16 block
	offset int64
	line   int64
	seq    int
	eof    bool
	err    error
	open   bool // the last block ended inside a line that was too long
}

// NewCutter starts at the beginning of a stream. Next must not be called
// before Text, which tells the row grammar how lines end.
func NewCutter(r io.Reader, item event.ItemID) *Cutter {
	return &Cutter{r: r, item: item, line: 1}
}

// Text reads the head of the stream and says how it is written.
func (c *Cutter) Text() Text {
	if !c.known {
		c.known = true
		head := make([]byte, sniffSize)
		n := c.read(head)
		c.rest = head[:n]
		c.text = Sniff(c.rest)
	}
	return c.text
}

// Head is the beginning of the stream as far as Text read it; valid until the
// first Next.
func (c *Cutter) Head() []byte {
	c.Text()
	return c.rest
}

// read fills buf as far as the stream goes.
func (c *Cutter) read(buf []byte) int {
	n := 0
	for n < len(buf) && !c.eof {
		m, err := c.r.Read(buf[n:])
		n += m
		if err != nil {
			c.eof = true
			if !errors.Is(err, io.EOF) {
				c.err = err
			}
		}
	}
	return n
}

// Next fills b with whole rows. continued says that the block starts inside a
// line whose beginning the block before held; such bytes reach up to the next
// line end. At the end it returns the stream's read error once, then io.EOF.
func (c *Cutter) Next(b *stream.Block, rowEnd RowEnd) (continued bool, err error) {
	c.Text()
	c.rowEnd = rowEnd
	data := b.Grow(max(BlockSize, len(c.rest)))
	n := copy(data, c.rest)
	for {
		n += c.read(data[n:])
		if n == 0 {
			b.Data = data[:0]
			if err, c.err = c.err, nil; err == nil {
				err = io.EOF
			}
			return false, err
		}
		cut, lines := c.cut(data[:n])
		if cut == 0 && n < MaxLine && !c.eof {
			data = append(make([]byte, 0, min(2*len(data), MaxLine)), data[:n]...)
			data = data[:cap(data)]
			continue
		}
		continued, c.open = c.open, false
		if cut == 0 {
			cut, c.open = n, true
		}
		c.rest = append(c.rest[:0], data[cut:n]...)
		b.Item, b.Seq, b.Offset, b.Line, b.Data = c.item, c.seq, c.offset, c.line, data[:cut]
		c.seq++
		c.offset += int64(cut)
		c.line += int64(lines)
		return continued, nil
	}
}

// cut returns how many raw bytes are whole rows, and their lines. It is
// called again with more data only when it found no row at all.
func (c *Cutter) cut(raw []byte) (int, int) {
	data := raw
	if c.text.Wide {
		c.wide = appendUTF8(c.wide[:0], raw, c.text.Big)
		data = c.wide
	}
	pos, lines := 0, 0
	if c.open {
		end, ok := c.text.LineEnd(data, c.eof)
		if !ok {
			return 0, 0
		}
		pos, lines = end, 1
	}
	for pos < len(data) {
		n, more := c.rowEnd(data[pos:], c.eof)
		if n == 0 {
			break
		}
		pos += n
		lines += more
	}
	if c.text.Wide {
		if pos == len(data) && c.eof {
			return len(raw), lines
		}
		return 2 * units(data[:pos]), lines
	}
	return pos, lines
}

// LineEnd returns the length of the first line with its ending; ok is false
// when the line is not complete and the stream goes on.
func (t Text) LineEnd(data []byte, eof bool) (n int, ok bool) {
	if !t.CR {
		if i := bytes.IndexByte(data, '\n'); i >= 0 {
			return i + 1, true
		}
		return len(data), eof && len(data) > 0
	}
	i := bytes.IndexAny(data, "\r\n")
	switch {
	case i < 0 || i+1 == len(data) && data[i] == '\r':
		return len(data), eof && len(data) > 0
	case data[i] == '\r' && data[i+1] == '\n':
		return i + 2, true
	}
	return i + 1, true
}

// TrimEnd removes the line ending from a line that LineEnd found.
func TrimEnd(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line
}
