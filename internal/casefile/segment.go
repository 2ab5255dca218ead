package casefile

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"

	"spoor/internal/cursor"
)

// A frame is: length (4 bytes, little-endian), CRC-32C of the data (4 bytes),
// data. maxFrame bounds what a reader believes.
const maxFrame = 64 << 20

// errTorn says that a frame is cut or damaged.
var errTorn = errors.New("torn frame")

func writeFrame(w io.Writer, data []byte) (int, error) {
	if len(data) > maxFrame {
		return 0, fmt.Errorf("frame of %d bytes is larger than %d", len(data), maxFrame)
	}
	var head [8]byte
	binary.LittleEndian.PutUint32(head[:4], uint32(len(data)))
	binary.LittleEndian.PutUint32(head[4:], crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)))
	n, err := w.Write(head[:])
	if err != nil {
		return n, err
	}
	m, err := w.Write(data)
	return n + m, err
}

// readFrame reads the frame at an offset, into room where it is large enough.
func readFrame(r io.ReaderAt, offset int64, room []byte) ([]byte, error) {
	var head [8]byte
	if _, err := r.ReadAt(head[:], offset); err != nil {
		return nil, fmt.Errorf("%w at %d: %w", errTorn, offset, err)
	}
	c := cursor.New(head[:])
	n, sum := c.U32(), c.U32()
	if n > maxFrame {
		return nil, fmt.Errorf("%w at %d: length %d", errTorn, offset, n)
	}
	data := slices.Grow(room[:0], int(n))[:n]
	if _, err := r.ReadAt(data, offset+8); err != nil {
		return nil, fmt.Errorf("%w at %d: %w", errTorn, offset, err)
	}
	if crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)) != sum {
		return nil, fmt.Errorf("%w at %d: checksum differs", errTorn, offset)
	}
	return data, nil
}

// sync makes all frames durable.
func (c *Case) sync() error {
	if err := c.out.Flush(); err != nil {
		return fmt.Errorf("write case segment: %w", err)
	}
	if err := c.segment.Sync(); err != nil {
		return fmt.Errorf("sync case segment: %w", err)
	}
	c.out = bufio.NewWriter(c.segment)
	return nil
}

func sortStored(list []stored) {
	slices.SortStableFunc(list, func(a, b stored) int {
		return cmp.Or(a.f.At.Compare(b.f.At), cmp.Compare(a.f.Source.Path, b.f.Source.Path),
			cmp.Compare(a.f.Where.Offset, b.f.Where.Offset), cmp.Compare(a.f.Where.Record, b.f.Where.Record), cmp.Compare(a.f.Rule.ID, b.f.Rule.ID))
	})
}

func sortCapped(list []Capped) {
	slices.SortFunc(list, func(a, b Capped) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Host, b.Host))
	})
}
