package evtx

import (
	"bytes"
	"fmt"
	"hash/crc32"

	"spoor/event"
	"spoor/internal/cursor"
)

const (
	recordHeaderSize = 24
	minRecordSize    = recordHeaderSize + 4 // header and the copy of the size
)

// recordMagic starts every record: two asterisks and two zeros.
func recordMagic() []byte { return []byte{0x2a, 0x2a, 0, 0} }

// Decode yields the events of one chunk in the order they stand in, a record
// hidden inside another right after it.
func (d *Decoder) Decode(b *event.Block, yield func(*event.Event)) event.Summary {
	sum := event.Summary{Item: b.Item, Seq: b.Seq, Offset: b.Offset, Length: len(b.Data), Checksum: checksum(b.Data)}
	d.makeRoom()
	d.chunk, d.offset, d.sum, d.walked = b.Data, b.Offset, &sum, 0
	d.epoch++
	clear(d.defs)
	info, _ := b.Carry.(*carry)
	if info == nil {
		info = &carry{magic: bytes.HasPrefix(b.Data, chunkMagic())}
	}
	for _, damage := range info.damages {
		sum.AddDamage(damage)
	}
	if len(b.Data) > 0 {
		d.records(info, yield)
	}
	d.chunk, d.sum = nil, nil
	return sum
}

// checksum combines two CRC-32 of the bytes, both computed by the processor.
func checksum(data []byte) uint64 {
	return uint64(crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)))<<32 | uint64(crc32.ChecksumIEEE(data))
}

func (d *Decoder) records(info *carry, yield func(*event.Event)) {
	pos, declared := 0, len(d.chunk)
	if info.magic {
		if len(d.chunk) < chunkHeaderSize {
			d.note(0, "chunk-truncated", "the chunk header is cut off", 0)
			return
		}
		pos = chunkHeaderSize
		declared = d.header(info)
	}
	found := 0
	for pos < declared {
		size, ok := d.record(pos, len(d.chunk))
		if !ok {
			next := d.search(pos, declared)
			if next < 0 {
				if !allZero(d.chunk[pos:declared]) {
					d.note(pos, "record-area", fmt.Sprintf("%d bytes without a record", declared-pos), d.lost(info))
				}
				pos = declared
				break
			}
			d.note(pos, "record-area", fmt.Sprintf("%d bytes without a record", next-pos), d.lost(info))
			pos = next
			continue
		}
		found++
		d.emit(pos, size, yield)
		pos += size
	}
	d.slackRecords(pos, yield)
}

// lost says how many records a stretch without a record costs: one inside a
// chunk, unknown (told as none) between chunks.
func (d *Decoder) lost(info *carry) int {
	if info.magic {
		return 1
	}
	return 0
}

// header checks the chunk header and returns the declared end of the records.
func (d *Decoder) header(info *carry) int {
	c := cursor.At(d.chunk, 48)
	free, recordSum := int(c.U32()), c.U32()
	c.Seek(120)
	flags := c.U32()
	noSum := (info.flags|flags)&flagNoCRC != 0
	if !noSum && !headerSumOK(d.chunk) {
		d.note(124, dirty(info, "chunk-checksum"), "the chunk header does not match its checksum", 0)
	}
	if free < chunkHeaderSize || free > chunkSize {
		d.note(48, "chunk-free", fmt.Sprintf("free space at %d", free), 0)
		return len(d.chunk)
	}
	if free > len(d.chunk) {
		return len(d.chunk)
	}
	if !noSum && crc32.ChecksumIEEE(d.chunk[chunkHeaderSize:free]) != recordSum {
		d.note(52, dirty(info, "records-checksum"), "the records do not match their checksum", 0)
	}
	return free
}

// dirty makes a note of what is normal in a file that was not closed.
func dirty(info *carry, code string) string {
	if info.flags&flagDirty != 0 {
		return "note-" + code
	}
	return code
}

func (d *Decoder) note(at int, code, detail string, lost int) {
	d.sum.AddDamage(event.Damage{Offset: d.offset + int64(at), Code: code, Detail: detail, Lost: lost})
}

// record checks the frame at pos: signature and a size that fits.
func (d *Decoder) record(pos, end int) (int, bool) {
	magic, ok := cursor.U32(d.chunk, pos)
	if !ok || magic != 0x2a2a {
		return 0, false
	}
	size, ok := cursor.U32(d.chunk, pos+4)
	if !ok || size < minRecordSize || int64(size) > int64(end-pos) {
		return 0, false
	}
	return int(size), true
}

// closed reports that the size is repeated at the record's end.
func (d *Decoder) closed(pos, size int) bool {
	again, ok := cursor.U32(d.chunk, pos+size-4)
	return ok && again == uint32(size)
}

// search finds the next whole record behind pos, or -1.
func (d *Decoder) search(pos, end int) int {
	magic := recordMagic()
	for from := pos + 1; from < end; {
		at := bytes.Index(d.chunk[from:end], magic)
		if at < 0 {
			return -1
		}
		from += at
		if size, ok := d.record(from, len(d.chunk)); ok && d.closed(from, size) {
			return from
		}
		from++
	}
	return -1
}

// emit decodes one record and yields it, then looks for a record hidden in
// the bytes that its own content leaves over.
func (d *Decoder) emit(pos, size int, yield func(*event.Event)) {
	if !d.closed(pos, size) {
		d.note(pos+size-4, "record-size", "the record's end does not repeat its size", 0)
	}
	end := d.decode(pos, size, yield)
	for end >= 0 && pos+size-end > minRecordSize {
		at := d.search(end-1, pos+size)
		if at < 0 {
			return
		}
		inner, _ := d.record(at, len(d.chunk))
		if at+inner > pos+size {
			return
		}
		id, _ := cursor.U64(d.chunk, at+8)
		d.note(at, "hidden-record", fmt.Sprintf("record %d stands inside the declared size of the record at %d", id, d.offset+int64(pos)), 0)
		d.decode(at, inner, yield)
		end = at + inner
	}
}

// decode yields one record and returns where its content ends, or -1.
func (d *Decoder) decode(pos, size int, yield func(*event.Event)) int {
	c := cursor.At(d.chunk, pos+8)
	id, written := c.U64(), c.U64()
	end, code := d.parse(pos+recordHeaderSize, pos+size-4)
	if code != "" {
		d.note(end, code, fmt.Sprintf("record %d at %d", id, d.offset+int64(pos)), 1)
		return -1
	}
	p := d.plan()
	d.fill(p)
	e := &d.ev
	*e = event.Event{Shape: p.shape, Values: d.values}
	e.Ref = event.Ref{Item: d.sum.Item, Offset: d.offset + int64(pos), Length: int32(size), Record: id}
	e.Route = d.route(p)
	e.Host = d.host(d.at(p.computer))
	e.Time = created(d.at(p.time))
	if !e.Time.Known() {
		e.Time = event.TimeFromFileTime(written, event.FromHeader)
	}
	d.sum.Count(e)
	yield(e)
	return end
}

// slackRecords counts, or yields, whole records behind the declared end: what
// an earlier use of the chunk left.
func (d *Decoder) slackRecords(pos int, yield func(*event.Event)) {
	first, n := -1, 0
	for pos < len(d.chunk) {
		at := d.search(pos-1, len(d.chunk))
		if at < 0 {
			break
		}
		size, _ := d.record(at, len(d.chunk))
		if n++; first < 0 {
			first = at
		}
		if d.slack {
			d.decode(at, size, yield)
		}
		pos = at + size
	}
	if n > 0 {
		d.note(first, "note-slack-records", fmt.Sprintf("%d records behind the chunk's declared end", n), 0)
	}
}
