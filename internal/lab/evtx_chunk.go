package lab

import (
	"encoding/binary"
	"hash/crc32"
	"slices"
)

// Sizes of the file format (libyal libevtx, "Windows XML Event Log (EVTX)").
const (
	ChunkSize      = 0x10000
	FileHeaderSize = 0x1000
	chunkTables    = 0x200 // chunk header with its string and template tables
	nameTable      = 0x80
	templateTable  = 0x180
)

// chunk is one chunk while it is written. Offsets are from its start.
type chunk struct {
	buf       []byte
	names     map[string]uint32
	templates map[GUID]uint32
	firstID   uint64
	lastID    uint64
	last      uint32 // offset of the last record
	count     uint64
	number    uint64 // number of the first record in the file
	noDeps    bool   // elements without dependency ids
	undoNames []string
	undoDefs  []GUID
}

func newChunk(number uint64) *chunk {
	return &chunk{
		buf:       make([]byte, chunkTables, ChunkSize),
		names:     map[string]uint32{},
		templates: map[GUID]uint32{},
		number:    number,
	}
}

func (c *chunk) u8(b ...byte)  { c.buf = append(c.buf, b...) }
func (c *chunk) u16(n uint16)  { c.buf = binary.LittleEndian.AppendUint16(c.buf, n) }
func (c *chunk) u32(n uint32)  { c.buf = binary.LittleEndian.AppendUint32(c.buf, n) }
func (c *chunk) u64(n uint64)  { c.buf = binary.LittleEndian.AppendUint64(c.buf, n) }
func (c *chunk) here() uint32  { return uint32(len(c.buf)) }
func (c *chunk) size() (p int) { p = len(c.buf); c.u32(0); return p }

// sized fills a size field with the bytes written after it.
func (c *chunk) sized(p int) {
	binary.LittleEndian.PutUint32(c.buf[p:], uint32(len(c.buf)-p-4))
}

// name writes a name's offset and, on its first use, the name itself.
func (c *chunk) name(s string) {
	if off, ok := c.names[s]; ok {
		c.u32(off)
		return
	}
	off := c.here() + 4
	c.u32(off)
	c.names[s] = off
	c.undoNames = append(c.undoNames, s)
	w := wide(s)
	hash := uint32(0)
	for i := 0; i < len(w); i += 2 {
		hash = hash*65599 + uint32(binary.LittleEndian.Uint16(w[i:]))
	}
	hash &= 0xffff
	bucket := c.buf[nameTable+4*(hash%64):]
	c.u32(binary.LittleEndian.Uint32(bucket)) // the previous head of the bucket
	binary.LittleEndian.PutUint32(bucket, off)
	c.u16(uint16(hash))
	c.u16(uint16(len(w) / 2))
	c.u8(w...)
	c.u16(0)
}

// define writes a template's definition, to which the offset field just
// before it points.
func (c *chunk) define(t *Template) {
	off := c.here()
	c.templates[t.id] = off
	c.undoDefs = append(c.undoDefs, t.id)
	bucket := c.buf[templateTable+4*(binary.LittleEndian.Uint32(t.id[:])%32):]
	c.u32(binary.LittleEndian.Uint32(bucket))
	binary.LittleEndian.PutUint32(bucket, off)
	c.u8(t.id[:]...)
	p := c.size()
	c.u8(tokFragment, 1, 1, 0)
	c.node(&t.root)
	c.u8(tokEOF)
	c.sized(p)
}

// append writes a record; false when it does not fit, then the chunk is as
// before.
func (c *chunk) append(id uint64, stamp uint64, body func()) bool {
	start := len(c.buf)
	tables := slices.Clone(c.buf[:chunkTables])
	c.undoNames, c.undoDefs = c.undoNames[:0], c.undoDefs[:0]
	c.u32(0x00002a2a)
	c.u32(0)
	c.u64(id)
	c.u64(stamp)
	body()
	for (len(c.buf)+4-start)%8 != 0 {
		c.u8(0)
	}
	size := uint32(len(c.buf) + 4 - start)
	c.u32(size)
	if len(c.buf) > ChunkSize {
		c.buf = c.buf[:start]
		copy(c.buf, tables)
		for _, s := range c.undoNames {
			delete(c.names, s)
		}
		for _, g := range c.undoDefs {
			delete(c.templates, g)
		}
		return false
	}
	binary.LittleEndian.PutUint32(c.buf[start+4:], size)
	if c.count == 0 {
		c.firstID = id
	}
	c.lastID, c.last = id, uint32(start)
	c.count++
	return true
}

// seal gives the chunk's 64 KiB with header and checksums.
func (c *chunk) seal(noChecksums bool) []byte {
	out := make([]byte, ChunkSize)
	copy(out, c.buf)
	le := binary.LittleEndian
	copy(out, "ElfChnk\x00")
	le.PutUint64(out[8:], c.number)
	le.PutUint64(out[16:], c.number+max(c.count, 1)-1)
	le.PutUint64(out[24:], c.firstID)
	le.PutUint64(out[32:], c.lastID)
	le.PutUint32(out[40:], 0x80)
	le.PutUint32(out[44:], c.last)
	le.PutUint32(out[48:], uint32(len(c.buf)))
	if noChecksums {
		le.PutUint32(out[0x78:], 4) // flag: no checksums
		return out
	}
	le.PutUint32(out[0x78:], 1)
	SealChunk(out)
	return out
}

// SealChunk recomputes both checksums of a chunk, so that damage can be
// made which the checksums do not show.
func SealChunk(chunk []byte) {
	le := binary.LittleEndian
	free := min(max(int(le.Uint32(chunk[48:])), chunkTables), len(chunk))
	le.PutUint32(chunk[52:], crc32.ChecksumIEEE(chunk[chunkTables:free]))
	sum := crc32.ChecksumIEEE(chunk[:0x78])
	sum = crc32.Update(sum, crc32.IEEETable, chunk[0x80:chunkTables])
	le.PutUint32(chunk[0x7c:], sum)
}
