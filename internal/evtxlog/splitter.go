package evtxlog

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"spoor/event"
	"spoor/internal/cursor"
	"spoor/internal/stream"
)

const (
	fileHeaderSize  = 4096
	chunkSize       = 64 << 10
	chunkHeaderSize = 512
	// lookAhead is what the splitter reads beyond a chunk to judge a second
	// chunk header inside it.
	lookAhead = chunkHeaderSize
)

// Flags of the file header.
const (
	flagDirty = 1 // not closed properly: counts and checksums may be old
	flagNoCRC = 4 // checksums are not kept
)

// chunkMagic starts every chunk.
func chunkMagic() []byte { return []byte("ElfChnk\x00") }

// carry is what a chunk cannot know alone.
type carry struct {
	flags   uint32         // of the file header
	magic   bool           // the chunk signature is there
	damages []event.Damage // met on the way to this block
}

// Splitter cuts an event log into chunks. Blocks without the chunk signature
// are bytes between chunks that are not all zero.
type Splitter struct {
	src     io.Reader
	in      *bufio.Reader // of src
	careful bool          // see whole
	item    event.ItemID
	seq     int
	offset  int64
	started bool
	done    bool
	chunks  int
	flags   uint32
	claimed int // chunks by the file header, -1 unknown
	magic   []byte
	zeros   int64 // unused bytes met last
	zeroAt  int64
	pending []event.Damage
	err     error
}

// NewSplitter reads one event log front to back.
func NewSplitter(r io.Reader, item event.ItemID) *Splitter {
	return &Splitter{src: r, in: bufio.NewReaderSize(r, 2*chunkSize), item: item, claimed: -1, magic: chunkMagic()}
}

// Reset begins another log in the memory of the one before: a folder of small
// logs otherwise takes 128 KiB for each.
func (s *Splitter) Reset(r io.Reader, item event.ItemID) {
	s.in.Reset(r)
	*s = Splitter{src: r, in: s.in, item: item, claimed: -1, magic: s.magic}
}

// Next fills b with the next chunk, or with nonzero bytes that stand where a
// chunk should. After the last one it returns a read error, if there was one,
// and then io.EOF.
func (s *Splitter) Next(b *stream.Block) error {
	if !s.started {
		s.started = true
		s.header()
	}
	for !s.done {
		if s.whole(b) {
			return nil
		}
		window := s.peek(chunkSize + lookAhead)
		if len(window) == 0 {
			return s.finish(b)
		}
		if bytes.HasPrefix(window, s.magic) {
			s.blank()
			n := min(len(window), chunkSize)
			if cut := s.inner(window); cut > 0 {
				s.note("chunk-overlap", fmt.Sprintf("another chunk starts %d bytes into this one", cut), int64(cut))
				n = cut
			} else if n < chunkSize {
				s.note("chunk-truncated", fmt.Sprintf("%d of %d bytes present", n, chunkSize), 0)
			}
			s.chunks++
			return s.emit(b, window[:n], true)
		}
		n := s.gap(window)
		if allZero(window[:n]) {
			if s.zeros == 0 {
				s.zeroAt = s.offset
			}
			s.zeros += int64(n)
			s.discard(n)
			continue
		}
		s.blank()
		s.note("chunk-magic", fmt.Sprintf("%d bytes without a chunk signature", n), 0)
		return s.emit(b, window[:n], false)
	}
	if s.err != nil {
		err := s.err
		s.err = nil
		return err
	}
	return io.EOF
}

// blank tells of zeros that something follows: unused chunks stand at the end
// of a log only.
func (s *Splitter) blank() {
	if s.zeros > 0 {
		s.pending = append(s.pending, event.Damage{Offset: s.zeroAt, Code: dirty(s.flags, "chunk-zero"), Detail: fmt.Sprintf("%d zero bytes before the next chunk", s.zeros)})
		s.zeros = 0
	}
}

// gap returns how many bytes to take where no chunk starts: up to the next
// signature, at most one chunk.
func (s *Splitter) gap(window []byte) int {
	n := min(len(window), chunkSize)
	if at := bytes.Index(window[:min(len(window), n+len(s.magic)-1)], s.magic); at > 0 {
		return at
	}
	return n
}

// inner finds a second chunk inside a chunk whose end was cut off; only a
// header with a valid checksum counts, since any bytes may stand in a record.
func (s *Splitter) inner(window []byte) int {
	for from := len(s.magic); ; {
		at := bytes.Index(window[from:min(len(window), chunkSize+len(s.magic)-1)], s.magic)
		if at < 0 || from+at >= chunkSize {
			return 0
		}
		from += at
		if from+chunkHeaderSize <= len(window) && headerSumOK(window[from:]) {
			return from
		}
		from++
	}
}

// whole reads a chunk straight into the block. From the first one on that is not
// whole, or holds what may be another chunk's signature, the log is read through
// the buffer and with a look ahead: copying every chunk once more cost a dump a
// tenth of its time.
func (s *Splitter) whole(b *stream.Block) bool {
	n := s.in.Buffered()
	if s.careful || s.err != nil || n > chunkSize {
		return false
	}
	data := b.Grow(chunkSize)
	n, _ = io.ReadFull(s.in, data[:n])
	more, err := io.ReadFull(s.src, data[n:])
	data = data[:n+more]
	if err == nil && bytes.HasPrefix(data, s.magic) && !s.again(data) {
		s.blank()
		s.chunks++
		s.label(b, true)
		s.offset += chunkSize
		return true
	}
	s.careful = true
	rest := s.src
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		rest = failed{err}
	}
	s.in.Reset(io.MultiReader(bytes.NewReader(bytes.Clone(data)), rest))
	return false
}

// failed is the rest of a stream that could not be read.
type failed struct{ err error }

func (f failed) Read([]byte) (int, error) { return 0, f.err }

// again reports that the signature of a chunk stands in another one, or begins
// at its end.
func (s *Splitter) again(data []byte) bool {
	if bytes.Contains(data[len(s.magic):], s.magic) {
		return true
	}
	for n := 1; n < len(s.magic); n++ {
		if bytes.HasSuffix(data, s.magic[:n]) {
			return true
		}
	}
	return false
}

func (s *Splitter) emit(b *stream.Block, data []byte, magic bool) error {
	copy(b.Grow(len(data)), data)
	s.label(b, magic)
	s.discard(len(data))
	return nil
}

// label fills in what a block carries.
func (s *Splitter) label(b *stream.Block, magic bool) {
	b.Item, b.Seq, b.Offset, b.Line = s.item, s.seq, s.offset, 0
	b.Carry = &carry{flags: s.flags, magic: magic, damages: s.pending}
	s.pending = nil
	s.seq++
}

// finish hands out what is still to be told in a block without data.
func (s *Splitter) finish(b *stream.Block) error {
	s.done = true
	if s.claimed >= 0 && s.claimed != s.chunks {
		s.note(dirty(s.flags, "chunk-count"), fmt.Sprintf("the file header counts %d chunks, %d are present", s.claimed, s.chunks), 0)
	}
	if len(s.pending) > 0 {
		return s.emit(b, nil, false)
	}
	return s.Next(b)
}

func (s *Splitter) header() {
	window := s.peek(fileHeaderSize + len(s.magic))
	if len(window) == 0 {
		s.note("file-empty", "no bytes", 0)
		return
	}
	if !bytes.HasPrefix(window, []byte("ElfFile\x00")) {
		s.note("file-magic", "the file does not start with ElfFile", 0)
		if len(window) > fileHeaderSize && bytes.Equal(window[fileHeaderSize:], s.magic) {
			s.discard(fileHeaderSize)
		}
		return
	}
	c := cursor.At(window, 42)
	count := c.U16()
	c.Seek(min(120, len(window)))
	flags, sum := c.U32(), c.U32()
	if !c.OK() {
		s.note("file-truncated", "the file header is cut off", 0)
		s.discard(len(window))
		return
	}
	s.claimed, s.flags = int(count), flags
	if crc32.ChecksumIEEE(window[:120]) != sum {
		s.note("file-checksum", "the file header does not match its checksum", 0)
	}
	n := min(len(window), fileHeaderSize)
	if at := bytes.Index(window, s.magic); at > 0 && at < n {
		n = at
		s.note("file-truncated", "a chunk starts inside the file header", 0)
	}
	s.discard(n)
}

func (s *Splitter) note(code, detail string, ahead int64) {
	s.pending = append(s.pending, event.Damage{Offset: s.offset + ahead, Code: code, Detail: detail})
}

// peek returns up to n bytes; a read error ends the input after them.
func (s *Splitter) peek(n int) []byte {
	window, err := s.in.Peek(n)
	if err != nil && s.err == nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		s.err = fmt.Errorf("read event log at %d: %w", s.offset+int64(len(window)), err)
	}
	return window
}

func (s *Splitter) discard(n int) {
	got, _ := s.in.Discard(n)
	s.offset += int64(got)
}

func allZero(b []byte) bool {
	for len(b) >= 8 {
		if v, _ := cursor.U64(b, 0); v != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// headerSumOK verifies a chunk header: CRC-32 of bytes 0 to 119 and 128 to
// 511.
func headerSumOK(chunk []byte) bool {
	if len(chunk) < chunkHeaderSize {
		return false
	}
	want, _ := cursor.U32(chunk, 124)
	return crc32.Update(crc32.ChecksumIEEE(chunk[:120]), crc32.IEEETable, chunk[128:chunkHeaderSize]) == want
}
