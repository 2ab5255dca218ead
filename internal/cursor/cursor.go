// Package cursor is the only place where bytes of evidence become integers.
// A Cursor reads little-endian values from a byte slice, never past its end:
// the first read that does not fit makes it fail for good, and every later
// read gives zero, so a parser may read a whole structure and ask once.
package cursor

import (
	"encoding/binary"
	"math/bits"
)

// Cursor reads forward through one byte slice.
type Cursor struct {
	data   []byte
	off    int
	failed bool
}

// New returns a cursor at the start of data.
func New(data []byte) Cursor { return Cursor{data: data} }

// At returns a cursor at byte offset off; an offset outside data fails it.
func At(data []byte, off int) Cursor {
	c := Cursor{data: data, off: off}
	if off < 0 || off > len(data) {
		c.off, c.failed = len(data), true
	}
	return c
}

// OK reports whether every read so far was inside the data.
func (c *Cursor) OK() bool { return !c.failed }

// Offset returns the position of the next read.
func (c *Cursor) Offset() int { return c.off }

// Left returns how many bytes remain.
func (c *Cursor) Left() int { return len(c.data) - c.off }

// Seek moves to an absolute offset.
func (c *Cursor) Seek(off int) {
	if off < 0 || off > len(c.data) {
		c.fail()
		return
	}
	c.off = off
}

// Skip moves forward by n bytes; a negative n fails.
func (c *Cursor) Skip(n int) { c.Bytes(n) }

// Bytes returns the next n bytes as a window into the data, or nil.
func (c *Cursor) Bytes(n int) []byte {
	if c.failed || n < 0 || n > len(c.data)-c.off {
		c.fail()
		return nil
	}
	b := c.data[c.off : c.off+n : c.off+n]
	c.off += n
	return b
}

// U8 reads one byte.
func (c *Cursor) U8() uint8 {
	if c.failed || c.off >= len(c.data) {
		c.fail()
		return 0
	}
	v := c.data[c.off]
	c.off++
	return v
}

// U16 reads two bytes, little-endian.
func (c *Cursor) U16() uint16 {
	if b := c.Bytes(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

// U32 reads four bytes, little-endian.
func (c *Cursor) U32() uint32 {
	if b := c.Bytes(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// U64 reads eight bytes, little-endian.
func (c *Cursor) U64() uint64 {
	if b := c.Bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// Uvarint reads an unsigned number of seven bits a byte, least first, of at
// most ten bytes.
func (c *Cursor) Uvarint() uint64 {
	n := uint64(0)
	for shift := uint(0); shift < 64; shift += 7 {
		b := c.U8()
		if shift == 63 && b > 1 {
			break
		}
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return n
		}
	}
	c.fail()
	return 0
}

func (c *Cursor) fail() { c.failed, c.off = true, len(c.data) }

// U16 reads two bytes at off, or 0 and false outside data.
func U16(data []byte, off int) (uint16, bool) {
	if off < 0 || off > len(data)-2 {
		return 0, false
	}
	return binary.LittleEndian.Uint16(data[off:]), true
}

// U32 reads four bytes at off, or 0 and false outside data.
func U32(data []byte, off int) (uint32, bool) {
	if off < 0 || off > len(data)-4 {
		return 0, false
	}
	return binary.LittleEndian.Uint32(data[off:]), true
}

// U64 reads eight bytes at off, or 0 and false outside data.
func U64(data []byte, off int) (uint64, bool) {
	if off < 0 || off > len(data)-8 {
		return 0, false
	}
	return binary.LittleEndian.Uint64(data[off:]), true
}

// Differ returns the offset of the first byte at or behind from in which two
// slices of one length differ, or their length.
func Differ(a, b []byte, from int) int {
	n := min(len(a), len(b))
	if from < 0 || from > n {
		return n
	}
	a, b = a[from:n], b[from:n]
	for len(a) >= 16 && len(b) >= 16 {
		x := binary.LittleEndian.Uint64(a) ^ binary.LittleEndian.Uint64(b)
		y := binary.LittleEndian.Uint64(a[8:]) ^ binary.LittleEndian.Uint64(b[8:])
		if x|y != 0 {
			if x != 0 {
				return n - len(a) + bits.TrailingZeros64(x)/8
			}
			return n - len(a) + 8 + bits.TrailingZeros64(y)/8
		}
		a, b = a[16:], b[16:]
	}
	if len(a) >= 8 && len(b) >= 8 {
		if x := binary.LittleEndian.Uint64(a) ^ binary.LittleEndian.Uint64(b); x != 0 {
			return n - len(a) + bits.TrailingZeros64(x)/8
		}
		a, b = a[8:], b[8:]
	}
	for i := range a {
		if a[i] != b[i] {
			return n - len(a) + i
		}
	}
	return n
}
