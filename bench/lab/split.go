package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"

	"spoor/internal/lab"
)

// split writes an event log's chunks as n logs of equal size: the same records
// in many small files.
func split(name string, n int, dir string) error {
	in, err := os.Open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	head := make([]byte, lab.FileHeaderSize)
	if _, err := io.ReadFull(in, head); err != nil {
		return fmt.Errorf("read header: %w", err)
	}
	chunks := int(info.Size()-lab.FileHeaderSize) / lab.ChunkSize
	if n < 1 || n > chunks {
		return errors.New("more files than chunks")
	}
	data := make([]byte, (chunks/n+1)*lab.ChunkSize)
	for i := range n {
		count := (i+1)*chunks/n - i*chunks/n
		part := data[:count*lab.ChunkSize]
		if _, err := io.ReadFull(in, part); err != nil {
			return fmt.Errorf("read chunks: %w", err)
		}
		le := binary.LittleEndian
		le.PutUint64(head[16:], uint64(count-1)) // last chunk
		le.PutUint16(head[42:], uint16(count))
		le.PutUint32(head[124:], crc32.ChecksumIEEE(head[:120]))
		out := filepath.Join(dir, fmt.Sprintf("%02d", i%100), fmt.Sprintf("part%05d.evtx", i))
		if err := write(out, io.MultiReader(bytes.NewReader(head), bytes.NewReader(part))); err != nil {
			return err
		}
	}
	return nil
}
