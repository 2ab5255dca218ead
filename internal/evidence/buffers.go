package evidence

import (
	"bufio"
	"io"

	"github.com/klauspost/compress/flate"
)

// buffers keeps what every item needs for the next one: a walk of a zip with
// 50,000 small members otherwise allocates 150 KiB for each.
type buffers struct {
	heads     [][]byte
	streams   []*bufio.Reader
	inflaters []*inflate
}

// head lends HeadBytes bytes; the caller gives them back with freeHead.
func (b *buffers) head() []byte {
	if n := len(b.heads); n > 0 {
		h := b.heads[n-1]
		b.heads = b.heads[:n-1]
		return h
	}
	return make([]byte, HeadBytes)
}

func (b *buffers) freeHead(h []byte) { b.heads = append(b.heads, h) }

// streamBuffer is the read-ahead of a tar or compressed stream.
const streamBuffer = 64 << 10

func (b *buffers) stream(r io.Reader) *bufio.Reader {
	if n := len(b.streams); n > 0 {
		s := b.streams[n-1]
		b.streams = b.streams[:n-1]
		s.Reset(r)
		return s
	}
	return bufio.NewReaderSize(r, streamBuffer)
}

func (b *buffers) freeStream(s *bufio.Reader) {
	s.Reset(nil)
	b.streams = append(b.streams, s)
}

// inflate decompresses one zip member; Close lends it to the next.
type inflate struct {
	io.ReadCloser
	src   byteReader
	owner *buffers
}

func (b *buffers) inflate(r io.Reader) *inflate {
	if n := len(b.inflaters); n > 0 {
		z := b.inflaters[n-1]
		b.inflaters = b.inflaters[:n-1]
		z.src = byteReader{r: r, buf: z.src.buf[:0]}
		if z.ReadCloser.(flate.Resetter).Reset(&z.src, nil) == nil {
			return z
		}
	}
	z := &inflate{src: byteReader{r: r, buf: make([]byte, 0, 32<<10)}, owner: b}
	z.ReadCloser = flate.NewReader(&z.src)
	return z
}

// Close gives the decompressor back, once.
func (z *inflate) Close() error {
	if z.owner != nil && z.src.r != nil {
		z.src.r = nil
		z.owner.inflaters = append(z.owner.inflaters, z)
	}
	return nil
}

// headed gives the first bytes of an item again and then the rest.
type headed struct {
	head []byte
	rest io.Reader
}

func (h *headed) Read(p []byte) (int, error) {
	if len(h.head) > 0 {
		n := copy(p, h.head)
		h.head = h.head[n:]
		return n, nil
	}
	return h.rest.Read(p)
}
