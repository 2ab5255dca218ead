package actor

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"

	"spoor/internal/cursor"
	"spoor/knowledge"
)

// A knowledge file is the magic, the payload's length, the string table's
// count and length, then one Zstandard frame that holds the table (lengths,
// then bytes) and the rows.
const (
	magic      = "spoorkn1"
	headerSize = len(magic) + 4
)

const (
	// maxFile bounds a knowledge file on disk; the built-in one has 0.4 MB.
	maxFile = 8 << 20
	// maxPayload bounds what it expands to; the built-in one has 2 MB.
	maxPayload = 32 << 20
)

// ErrNotKnowledge says that a file does not start like a knowledge file.
var ErrNotKnowledge = errors.New("not a knowledge file")

// builtin is decoded when first asked for: most verbs never need it.
var builtin = sync.OnceValues(func() (*Knowledge, error) { return Decode(knowledge.Builtin()) })

// Builtin returns the knowledge inside this binary. It is decoded on first
// use; the error can only mean that the binary was built wrong.
func Builtin() (*Knowledge, error) { return builtin() }

// Open reads a knowledge file that "spoor actors update" wrote.
func Open(path string) (*Knowledge, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open knowledge: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read knowledge: %w", err)
	}
	k, err := Decode(data)
	if err != nil {
		return nil, fmt.Errorf("read knowledge %s: %w", path, err)
	}
	return k, nil
}

// Encode writes k as a knowledge file. The same knowledge gives the same
// bytes.
func Encode(w io.Writer, k *Knowledge) error {
	c := &codec{strings: map[string]uint32{}}
	empty := ""
	c.text(&empty) // index 0 is the empty text
	c.out = c.out[:0]
	c.knowledge(k)
	if c.err != nil {
		return fmt.Errorf("encode knowledge: %w", c.err)
	}
	payload := binary.LittleEndian.AppendUint32(nil, uint32(len(c.table)))
	for _, s := range c.table {
		payload = binary.LittleEndian.AppendUint32(payload, uint32(len(s)))
	}
	for _, s := range c.table {
		payload = append(payload, s...)
	}
	payload = append(payload, c.out...)
	if len(payload) > maxPayload {
		return fmt.Errorf("encode knowledge: %d bytes exceed the limit of %d", len(payload), maxPayload)
	}
	var file bytes.Buffer
	file.WriteString(magic)
	file.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(payload))))
	z, err := zstd.NewWriter(&file, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return fmt.Errorf("compress knowledge: %w", err)
	}
	if _, err := z.Write(payload); err != nil {
		return fmt.Errorf("compress knowledge: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("compress knowledge: %w", err)
	}
	_, err = w.Write(file.Bytes())
	return err
}

// Decode reads a knowledge file from memory.
func Decode(data []byte) (*Knowledge, error) {
	payload, err := expand(data)
	if err != nil {
		return nil, err
	}
	in := cursor.New(payload)
	c := &codec{reading: true, in: &in}
	if err := c.readTable(); err != nil {
		return nil, err
	}
	k := &Knowledge{}
	c.knowledge(k)
	if c.err != nil {
		return nil, fmt.Errorf("decode knowledge: %w", c.err)
	}
	if in.Left() != 0 {
		return nil, fmt.Errorf("decode knowledge: %d bytes left over", in.Left())
	}
	k.buildIndex()
	return k, nil
}

// expand checks the header and decompresses. The frame may not grow beyond
// the length that the header states, and that length may not exceed the cap.
func expand(data []byte) ([]byte, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("decode knowledge: file exceeds %d bytes", maxFile)
	}
	c := cursor.New(data)
	if string(c.Bytes(len(magic))) != magic {
		return nil, ErrNotKnowledge
	}
	size := c.U32()
	if !c.OK() || size > maxPayload {
		return nil, fmt.Errorf("decode knowledge: stated size %d exceeds %d", size, maxPayload)
	}
	z, err := zstd.NewReader(bytes.NewReader(data[headerSize:]), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(maxPayload), zstd.WithDecoderMaxWindow(8<<20))
	if err != nil {
		return nil, fmt.Errorf("decompress knowledge: %w", err)
	}
	defer z.Close()
	// ReadAll grows with what really arrives, so a lying size costs nothing.
	var out bytes.Buffer
	out.Grow(int(min(size, uint32(min(len(data)*8, maxPayload)))) + bytes.MinRead)
	n, err := io.Copy(&out, io.LimitReader(z, int64(size)+1))
	if err != nil {
		return nil, fmt.Errorf("decompress knowledge: %w", err)
	}
	if n != int64(size) {
		return nil, fmt.Errorf("decompress knowledge: %d bytes, header states %d", n, size)
	}
	return out.Bytes(), nil
}

// readTable reads the string table. All texts are windows into one string,
// which saves 30,000 allocations on every start.
func (c *codec) readTable() error {
	n := c.in.U32()
	if !c.in.OK() || uint64(n)*4 > uint64(c.in.Left()) {
		return fmt.Errorf("decode knowledge: %d texts do not fit in %d bytes", n, c.in.Left())
	}
	sizes := *c.in
	c.in.Skip(int(n) * 4)
	var total uint64
	for s := sizes; s.Offset() < c.in.Offset(); {
		total += uint64(s.U32())
	}
	if total > uint64(c.in.Left()) {
		return fmt.Errorf("decode knowledge: %d bytes of text, %d present", total, c.in.Left())
	}
	rest := string(c.in.Bytes(int(total)))
	if strings.ToValidUTF8(rest, "") != rest {
		return errors.New("decode knowledge: text is not UTF-8")
	}
	c.table = make([]string, n)
	for i := range c.table {
		size := int(sizes.U32())
		c.table[i], rest = rest[:size], rest[size:]
	}
	return nil
}
