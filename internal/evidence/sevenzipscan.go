package evidence

import (
	"bytes"
	"io"
	"math/bits"

	"spoor/internal/cursor"
)

// scan7z reads a 7z header only as far as its counts stand in it: the library
// allocates what a header states, up to 2^32 members, before it looks for
// them. No count may be larger than the header has bytes, since everything
// that is counted takes at least one (7zFormat.txt of the LZMA SDK).
type scan7z struct {
	c     cursor.Cursor
	limit uint64
	// Of an encoded header: where its one stream lies and how it is packed.
	pos, packed, size uint64
	coders            int
	method, props     []byte
}

func newScan7z(header []byte) *scan7z {
	return &scan7z{c: cursor.New(header), limit: uint64(min(len(header), MaxEntries))}
}

// number reads the format's integer: the ones at the top of the first byte
// say how many bytes follow.
func (s *scan7z) number() uint64 {
	first := s.c.U8()
	n := bits.LeadingZeros8(^first)
	var v uint64
	for i := range n {
		v |= uint64(s.c.U8()) << (8 * i)
	}
	if n < 7 {
		v |= uint64(first&(1<<(7-n)-1)) << (8 * n)
	}
	return v
}

// count reads a number of things; too many spoil the cursor.
func (s *scan7z) count() int {
	v := s.number()
	if v > s.limit {
		s.c.Bytes(s.c.Left() + 1)
		return 0
	}
	return int(v)
}

// digests skips checksums and says which of n are there.
func (s *scan7z) digests(n int) []bool {
	has := make([]bool, n)
	all := s.c.U8() != 0
	var b uint8
	for i := range has {
		if !all && i%8 == 0 {
			b = s.c.U8()
		}
		has[i] = all || b&(0x80>>(i%8)) != 0
	}
	for _, h := range has {
		if h {
			s.c.Skip(4)
		}
	}
	return has
}

// folder reads the coders of one stream and returns its outputs.
func (s *scan7z) folder() int {
	coders := s.count()
	ins, outs := 0, 0
	for range coders {
		flag := s.c.U8()
		s.method = s.c.Bytes(int(flag & 15))
		in, out := 1, 1
		if flag&0x10 != 0 {
			in, out = s.count(), s.count()
		}
		s.props = nil
		if flag&0x20 != 0 {
			s.props = s.c.Bytes(s.count())
		}
		ins, outs = ins+in, outs+out
		if !s.c.OK() || ins > 64 || outs > 64 {
			s.c.Bytes(s.c.Left() + 1)
			return 0
		}
	}
	s.coders = coders
	for range 2 * max(outs-1, 0) {
		s.number()
	}
	if packed := ins - (outs - 1); packed > 1 {
		for range packed {
			s.number()
		}
	}
	return outs
}

// streams reads the information about streams; false means that it is not
// what the format demands.
func (s *scan7z) streams() bool {
	id := s.c.U8()
	if id == 6 {
		s.pos = s.number()
		n := s.count()
		for id = s.c.U8(); id != 0 && s.c.OK(); id = s.c.U8() {
			switch id {
			case 9:
				for range n {
					s.packed = s.number()
				}
			case 10:
				s.digests(n)
			default:
				return false
			}
		}
		id = s.c.U8()
	}
	var known []bool
	if id == 7 {
		if s.c.U8() != 11 {
			return false
		}
		n := s.count()
		if s.c.U8() != 0 {
			return false
		}
		outs := 0
		for range n {
			if outs += s.folder(); !s.c.OK() {
				return false
			}
		}
		if s.c.U8() != 12 {
			return false
		}
		for range outs {
			s.size = s.number()
		}
		known = make([]bool, n)
		if id = s.c.U8(); id == 10 {
			known = s.digests(n)
			id = s.c.U8()
		}
		if id != 0 {
			return false
		}
		id = s.c.U8()
	}
	if id == 8 {
		if !s.parts(known) {
			return false
		}
		id = s.c.U8()
	}
	return id == 0 && s.c.OK()
}

// parts reads how the streams divide into members.
func (s *scan7z) parts(known []bool) bool {
	id := s.c.U8()
	total, sizes, unknown := 0, 0, 0
	given := id == 13
	for _, k := range known {
		n := 1
		if given {
			n = s.count()
		}
		total += n
		sizes += max(n-1, 0)
		if n != 1 || !k {
			unknown += n
		}
		if !s.c.OK() || total > MaxEntries {
			return false
		}
	}
	if given {
		id = s.c.U8()
	}
	if id == 9 {
		for range sizes {
			s.number()
		}
		id = s.c.U8()
	}
	if id == 10 {
		s.digests(unknown)
		id = s.c.U8()
	}
	return id == 0 && s.c.OK()
}

// members reads a header as far as the number of members.
func (s *scan7z) members() bool {
	id := s.c.U8()
	if id == 4 {
		if !s.streams() {
			return false
		}
		id = s.c.U8()
	}
	if id == 5 {
		s.count()
	}
	return (id == 0 || id == 5) && s.c.OK()
}

// check7z looks at a header's counts, unpacking it first where it is packed.
func check7z(ra io.ReaderAt, size int64, header []byte) *Problem {
	bad := &Problem{"damaged", "its header states more than it can hold, or has a form that spoor does not read"}
	if len(header) == 0 {
		return &Problem{"damaged", "it lists no members"}
	}
	s := newScan7z(header[1:])
	switch header[0] {
	case 1:
		if !s.members() {
			return bad
		}
		return nil
	case 23:
	default:
		return bad
	}
	if !s.streams() {
		return bad
	}
	if string(s.method) == "\x06\xf1\x07\x01" || s.coders > 1 {
		return &Problem{"encrypted", "its list of members is encrypted; spoor does not decrypt 7z archives: unpack it with its password and hand over the folder"}
	}
	if s.size > max7zHeader || s.pos > uint64(size) || s.packed > uint64(size) {
		return bad
	}
	in := []io.ReadCloser{io.NopCloser(io.NewSectionReader(ra, int64(32+s.pos), int64(s.packed)))}
	plain, err := io.ReadCloser(in[0]), error(nil)
	switch string(s.method) {
	case "\x00":
	case "\x03\x01\x01":
		plain, err = lzma7z(s.props, s.size, in)
	case "\x21":
		plain, err = lzma27z(s.props, s.size, in)
	default:
		return &Problem{"method", "its list of members is packed with a method that spoor does not read"}
	}
	if err != nil {
		return problemOf7z(err)
	}
	var buf bytes.Buffer
	if _, err := io.CopyN(&buf, plain, int64(s.size)); err != nil {
		return problemOf7z(err)
	}
	if b := buf.Bytes(); len(b) > 0 && b[0] == 1 && newScan7z(b[1:]).members() {
		return nil
	}
	return bad
}
