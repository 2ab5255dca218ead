package evtxlog

import (
	"encoding/binary"
	"hash/crc32"
	"testing"

	"spoor/event"
	"spoor/internal/stream"
)

// xml writes binary XML whose names stand in line.
type xml struct {
	buf  []byte
	base int // chunk offset of buf[0]
}

func (x *xml) u8(n ...byte)  { x.buf = append(x.buf, n...) }
func (x *xml) u16(n int)     { x.buf = binary.LittleEndian.AppendUint16(x.buf, uint16(n)) }
func (x *xml) u32(n int)     { x.buf = binary.LittleEndian.AppendUint32(x.buf, uint32(n)) }
func (x *xml) at() int       { return x.base + len(x.buf) }
func (x *xml) wide(s string) { x.buf = append(x.buf, utf16LE(s)...) }

func (x *xml) name(s string) {
	x.u32(x.at() + 4)
	x.u32(0)
	x.u16(0)
	x.u16(len(utf16LE(s)) / 2)
	x.wide(s)
	x.u16(0)
}

// open starts an element; dep is its dependency id, or below zero where the
// grammar has none. attrs says that attributes follow.
func (x *xml) open(name string, dep int, attrs bool) {
	token := byte(tokOpen)
	if attrs {
		token |= moreFlag
	}
	x.u8(token)
	if dep >= 0 {
		x.u16(dep)
	}
	x.u32(0)
	x.name(name)
	if attrs {
		x.u32(0)
	}
}

func (x *xml) attr(name string)    { x.u8(tokAttribute); x.name(name) }
func (x *xml) text(s string)       { x.u8(tokValue, typeString); x.u16(len(utf16LE(s)) / 2); x.wide(s) }
func (x *xml) sub(n int, typ byte) { x.u8(tokSub); x.u16(n); x.u8(typ) }
func (x *xml) opt(n int, typ byte) { x.u8(tokOptional); x.u16(n); x.u8(typ) }
func (x *xml) data(name string, dep int) {
	x.open("Data", dep, true)
	x.attr("Name")
	x.text(name)
	x.content()
}
func (x *xml) content()  { x.u8(tokCloseStart) }
func (x *xml) close()    { x.u8(tokClose) }
func (x *xml) end()      { x.u8(tokEnd) }
func (x *xml) fragment() { x.u8(tokFragment, 1, 1, 0) }

type given struct {
	typ byte
	raw []byte
}

// instance writes a template instance with its definition in line and
// returns the definition's offset.
func (x *xml) instance(body func(), values ...given) int {
	x.u8(tokInstance, 1)
	x.u32(7)
	off := x.at() + 4
	x.u32(off)
	x.buf = append(x.buf, make([]byte, 4+16)...)
	size := len(x.buf)
	x.u32(0)
	x.fragment()
	body()
	x.end()
	binary.LittleEndian.PutUint32(x.buf[size:], uint32(len(x.buf)-size-4))
	x.values(values...)
	return off
}

// again writes an instance of a definition that stands at off.
func (x *xml) again(off int, values ...given) {
	x.u8(tokInstance, 1)
	x.u32(7)
	x.u32(off)
	x.values(values...)
}

func (x *xml) values(values ...given) {
	x.u32(len(values))
	for _, v := range values {
		x.u16(len(v.raw))
		x.u8(v.typ, 0)
	}
	for _, v := range values {
		x.buf = append(x.buf, v.raw...)
	}
}

// chunk holds records with right sizes and checksums.
type chunk struct {
	buf  []byte
	next uint64
}

func newChunk() *chunk { return &chunk{buf: make([]byte, chunkHeaderSize), next: 1} }

// record adds a record whose binary XML the function writes.
func (c *chunk) record(write func(*xml)) {
	start := len(c.buf)
	x := xml{base: start + recordHeaderSize}
	write(&x)
	x.end()
	for (len(x.buf)+minRecordSize)%8 != 0 {
		x.u8(0)
	}
	size := uint32(len(x.buf) + minRecordSize)
	c.buf = append(c.buf, recordMagic()...)
	c.buf = binary.LittleEndian.AppendUint32(c.buf, size)
	c.buf = binary.LittleEndian.AppendUint64(c.buf, c.next)
	c.buf = binary.LittleEndian.AppendUint64(c.buf, 132000000000000000+c.next)
	c.buf = append(c.buf, x.buf...)
	c.buf = binary.LittleEndian.AppendUint32(c.buf, size)
	c.next++
}

// sealed returns the 64 KiB with a true header.
func (c *chunk) sealed() []byte {
	free := len(c.buf)
	out := append(append([]byte(nil), c.buf...), make([]byte, chunkSize-free)...)
	copy(out, chunkMagic())
	le := binary.LittleEndian
	le.PutUint64(out[8:], 1)
	le.PutUint64(out[16:], c.next-1)
	le.PutUint64(out[24:], 1)
	le.PutUint64(out[32:], c.next-1)
	le.PutUint32(out[40:], 128)
	le.PutUint32(out[48:], uint32(free))
	seal(out)
	return out
}

// seal sets both checksums for the free offset that the header states.
func seal(out []byte) {
	le := binary.LittleEndian
	le.PutUint32(out[52:], crc32.ChecksumIEEE(out[chunkHeaderSize:le.Uint32(out[48:])]))
	le.PutUint32(out[124:], crc32.Update(crc32.ChecksumIEEE(out[:120]), crc32.IEEETable, out[128:chunkHeaderSize]))
}

// file puts a true file header before the chunks.
func file(chunks ...[]byte) []byte {
	out := make([]byte, fileHeaderSize)
	copy(out, "ElfFile\x00")
	le := binary.LittleEndian
	le.PutUint32(out[32:], 128)
	le.PutUint16(out[40:], fileHeaderSize)
	le.PutUint16(out[42:], uint16(len(chunks)))
	le.PutUint32(out[124:], crc32.ChecksumIEEE(out[:120]))
	for _, c := range chunks {
		out = append(out, c...)
	}
	return out
}

// one returns a chunk with n records that differ in one value.
func one(n int) []byte {
	c := newChunk()
	off := 0
	for i := range n {
		c.record(func(x *xml) {
			x.fragment()
			value := given{typeUint32, []byte{byte(i), 0, 0, 0}}
			if off > 0 {
				x.again(off, value)
				return
			}
			off = x.instance(func() {
				x.open("Event", noDependency, false)
				x.content()
				x.open("EventData", noDependency, false)
				x.content()
				x.data("Number", noDependency)
				x.sub(0, typeUint32)
				x.close()
				x.close()
				x.close()
			}, value)
		})
	}
	return c.sealed()
}

// decodeChunk returns clones of the events of one chunk.
func decodeChunk(t testing.TB, data []byte, opts ...Option) ([]*event.Event, stream.Summary) {
	t.Helper()
	var all []*event.Event
	sum := NewDecoder(opts...).Decode(&stream.Block{Data: data}, func(e *event.Event) { all = append(all, e.Clone()) })
	return all, sum
}
