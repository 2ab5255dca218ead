package evtxlog

import (
	"bytes"
	"encoding/binary"
	"os"
	"testing"

	"spoor/event"
	"spoor/internal/stream"
)

// spot is a record of a chunk: its offset in the file and its size.
type spot struct{ at, size int }

// spots lists the records of a log's first chunk.
func spots(t *testing.T, data []byte) []spot {
	t.Helper()
	var all []spot
	b := blocks(t, data)
	NewDecoder().Decode(&b[0], func(e *event.Event) {
		all = append(all, spot{int(e.Ref.Offset), int(e.Ref.Length)})
	})
	return all
}

// Somebody who edits a log and mends the checksums must not go unnoticed.
func TestEditedLogsAreNoticed(t *testing.T) {
	t.Parallel()
	le := binary.LittleEndian
	chunkOf := func(b []byte) []byte { return b[fileHeaderSize : fileHeaderSize+chunkSize] }
	tools := []struct {
		name   string
		edit   func(b []byte, r, next spot, end int)
		mended bool
		code   string
	}{
		{"deleted, the rest moved up", func(b []byte, r, _ spot, end int) {
			copy(b[r.at:end], b[r.at+r.size:end])
			clear(b[end-r.size : end])
			le.PutUint32(b[fileHeaderSize+48:], uint32(end-r.size-fileHeaderSize))
		}, true, "record-gap"},
		{"swallowed by the one before", func(b []byte, r, next spot, _ int) {
			le.PutUint32(b[r.at+4:], uint32(r.size+next.size))
			le.PutUint32(b[next.at+next.size-4:], uint32(r.size+next.size))
		}, true, "hidden-record"},
		{"overwritten with zeros", func(b []byte, r, _ spot, _ int) { clear(b[r.at : r.at+r.size]) }, true, "record-area"},
		{"a byte of a value changed", func(b []byte, r, _ spot, _ int) { b[r.at+r.size-10] ^= 1 }, false, "records-checksum"},
	}
	edits, missed, logsUsed := 0, 0, 0
	for _, name := range logs(t, "evtx/attack-samples") {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all := spots(t, data)
		if len(data) != fileHeaderSize+chunkSize || len(all) < 12 {
			continue
		}
		if logsUsed++; logsUsed > 10 {
			break
		}
		end := fileHeaderSize + int(le.Uint32(data[fileHeaderSize+48:]))
		for _, tool := range tools {
			// Not the first record: later ones refer to its templates.
			for _, i := range []int{1, 2, 3, 5, len(all) / 2, len(all) - 3, len(all) - 2} {
				b := bytes.Clone(data)
				tool.edit(b, all[i], all[i+1], end)
				if tool.mended {
					seal(chunkOf(b))
				}
				edits++
				total, err := Read(bytes.NewReader(b), func(*event.Event) {})
				if err != nil {
					t.Fatal(err)
				}
				found := false
				for _, d := range total.Damage {
					found = found || d.Code == tool.code
				}
				if !found {
					missed++
					t.Errorf("%s: record %d %s: %v", name, i, tool.name, codes(total.Damage))
				}
			}
		}
	}
	if edits < 280 {
		t.Errorf("only %d edits tried", edits)
	}
	t.Logf("%d edits, %d missed", edits, missed)
}

func TestEveryRecordOfAZeroedSectorIsReadOrCountedAsLost(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(logs(t, "evtx/damaged")[0])
	if err != nil {
		t.Fatal(err)
	}
	data = data[:fileHeaderSize+chunkSize]
	all := spots(t, data)
	d, b := NewDecoder(), &stream.Block{}
	complete := 0
	for at := fileHeaderSize + chunkHeaderSize; at < len(data); at += 512 {
		cut := bytes.Clone(data)
		clear(cut[at : at+512])
		touched := 0
		for _, r := range all {
			if r.at < at+512 && r.at+r.size > at {
				touched++
			}
		}
		got := readAll(t, d, b, cut)
		if len(got.ids)+got.lost < len(all) {
			t.Errorf("sector at %d: %d records and %d lost of %d", at, len(got.ids), got.lost, len(all))
		}
		if len(got.ids) >= len(all)-touched {
			complete++
		}
	}
	// The rest held a template that other records need: two sectors for the
	// structure of every event of this chunk.
	if sectors := (chunkSize - chunkHeaderSize) / 512; complete < sectors-2 {
		t.Errorf("%d of %d sectors took records with them that they do not touch", sectors-complete, sectors)
	}
}
