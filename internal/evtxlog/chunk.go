package evtxlog

import (
	"bytes"
	"fmt"
	"hash/crc32"

	"spoor/event"
	"spoor/internal/cursor"
	"spoor/internal/stream"
)

const (
	recordHeaderSize = 24
	minRecordSize    = recordHeaderSize + 4 // header and the copy of the size
)

// recordMagic starts every record: two asterisks and two zeros.
func recordMagic() []byte { return []byte{0x2a, 0x2a, 0, 0} }

// Decode yields the events of one chunk in the order they stand in, a record
// hidden inside another right after it.
func (d *Decoder) Decode(b *stream.Block, yield func(*event.Event)) stream.Summary {
	var sum stream.Summary
	d.makeRoom()
	d.chunk, d.item, d.offset, d.sum, d.walked, d.made = b.Data, b.Item, b.Offset, &sum, 0, 0
	d.epoch++
	clear(d.defs)
	d.defRoom = d.defRoom[:0]
	info, _ := b.Carry.(*carry)
	if info == nil {
		info = &carry{magic: bytes.HasPrefix(b.Data, chunkMagic())}
	}
	for _, damage := range info.damages {
		sum.AddDamage(damage)
	}
	d.used = used(b.Data)
	if len(b.Data) > 0 {
		d.records(info, yield)
	}
	d.keep()
	d.chunk, d.sum = nil, nil
	return sum
}

// used is the length of a chunk without the zeros at its end. Half of the bytes
// of small logs are such zeros, and they are read once, here, instead of for
// the checksum and for leftovers as well.
func used(chunk []byte) int {
	n := len(chunk)
	for n >= 32 {
		a, _ := cursor.U64(chunk, n-32)
		b, _ := cursor.U64(chunk, n-24)
		c, _ := cursor.U64(chunk, n-16)
		d, _ := cursor.U64(chunk, n-8)
		if a|b|c|d != 0 {
			break
		}
		n -= 32
	}
	for n > 0 && chunk[n-1] == 0 {
		n--
	}
	return n
}

// walk state of one chunk.
type progress struct {
	magic    bool
	flags    uint32
	last     uint64 // id of the record read last, 0 before the first
	hidden   uint64 // id of the record found inside that one, 0 without
	firstID  uint64 // least and greatest id by the chunk header, 0 unknown
	lastID   uint64
	declared int // end of the records by the chunk header
}

func (d *Decoder) records(info *carry, yield func(*event.Event)) {
	w := progress{magic: info.magic, flags: info.flags, declared: len(d.chunk)}
	pos := 0
	if info.magic {
		if len(d.chunk) < chunkHeaderSize {
			d.note(0, "chunk-truncated", "the chunk header is cut off", 0)
			return
		}
		pos = chunkHeaderSize
		d.header(&w)
	}
	unlisted := 0
	for pos < len(d.chunk) {
		size, ok := d.record(pos, len(d.chunk))
		id, _ := cursor.U64(d.chunk, pos+8)
		if pos >= w.declared {
			// A log that is still written, or a header with a lie: records
			// that go on from the last one are no leftovers.
			if !ok || w.last == 0 || id != w.last+1 || !d.closed(pos, size) {
				break
			}
			unlisted++
		}
		if !ok {
			next := d.search(pos, w.declared)
			if next < 0 {
				next = w.declared
			}
			d.area(&w, pos, next)
			pos = next
			continue
		}
		if w.last > 0 && id <= w.last && !w.magic {
			// Without a header the end is unknown: ids that step back are
			// what an earlier use of the chunk left.
			break
		}
		d.order(&w, pos, id)
		w.last = id
		w.hidden = d.emit(pos, size, yield)
		pos += size
	}
	if w.last > 0 && w.lastID > w.last {
		d.gap(pos, w.last, w.lastID+1)
	}
	if unlisted > 0 {
		d.note(48, dirty(w.flags, "chunk-free"), fmt.Sprintf("%d records behind the declared end go on from the last one", unlisted), 0)
	}
	d.slackRecords(pos, yield)
}

// order checks that ids count up by one inside a chunk, as they do in every
// log that Windows wrote: in 579 published samples the only exceptions are
// damaged or edited ones.
func (d *Decoder) order(w *progress, pos int, id uint64) {
	before := w.last
	switch {
	case !w.magic:
		return
	case before == 0 && w.firstID > 0 && w.firstID <= id:
		before = w.firstID - 1
	case before == 0 || w.hidden > 0 && id == w.hidden+1:
		return
	}
	if id != before+1 {
		d.gap(pos, before, id)
	}
}

// gap tells of ids that are missing between two records that stand side by
// side.
func (d *Decoder) gap(pos int, before, id uint64) {
	if id <= before || id-before > chunkSize/minRecordSize {
		d.note(pos, "record-order", fmt.Sprintf("record %d follows record %d", id, before), 0)
		return
	}
	d.note(pos, "record-gap", fmt.Sprintf("records %d to %d are missing", before+1, id-1), int(id-before-1))
}

// area tells of bytes that hold no record and works out from the ids around
// them how many records they held. Between chunks they have been told already,
// except where records follow.
func (d *Decoder) area(w *progress, from, to int) {
	if to == len(d.chunk) && (!w.magic || allZero(d.chunk[from:to])) {
		return
	}
	if !w.magic && w.last == 0 && to-from <= chunkHeaderSize {
		return
	}
	following := w.lastID + 1
	if to < w.declared {
		following, _ = cursor.U64(d.chunk, to+8)
	}
	lost := 1
	if n := following - w.last - 1; w.last > 0 && following > w.last && n <= uint64((to-from)/minRecordSize)+1 {
		lost = int(n)
	}
	if !w.magic && w.last == 0 {
		lost = 0
	}
	// What this hole explains is no gap any more.
	w.last = max(w.last, following-1)
	d.note(from, "record-area", fmt.Sprintf("%d bytes without a record", to-from), lost)
}

// header checks the chunk header and takes the declared end of the records
// from it.
func (d *Decoder) header(w *progress) {
	c := cursor.At(d.chunk, 24)
	firstID, lastID := c.U64(), c.U64()
	c.Skip(8)
	free, recordSum := int(c.U32()), c.U32()
	c.Seek(120)
	flags := c.U32()
	noSum := (w.flags|flags)&flagNoCRC != 0
	if lastID != ^uint64(0) && firstID <= lastID && lastID-firstID < chunkSize/minRecordSize {
		w.firstID, w.lastID = firstID, lastID
	}
	if !noSum && !headerSumOK(d.chunk) {
		d.note(124, dirty(w.flags, "chunk-checksum"), "the chunk header does not match its checksum", 0)
	}
	if free < chunkHeaderSize || free > chunkSize {
		d.note(48, "chunk-free", fmt.Sprintf("free space at %d", free), 0)
		return
	}
	if free > len(d.chunk) {
		return
	}
	w.declared = free
	if !noSum && crc32.ChecksumIEEE(d.chunk[chunkHeaderSize:free]) != recordSum {
		d.note(52, dirty(w.flags, "records-checksum"), "the records do not match their checksum", 0)
	}
}

// dirty makes a note of what is normal in a file that was not closed.
func dirty(flags uint32, code string) string {
	if flags&flagDirty != 0 {
		return notePrefix + code
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
// the bytes that its own content leaves over. It returns the hidden id.
func (d *Decoder) emit(pos, size int, yield func(*event.Event)) uint64 {
	if !d.closed(pos, size) {
		d.note(pos+size-4, "record-size", "the record's end does not repeat its size", 0)
	}
	last := uint64(0)
	end := d.decode(pos, size, yield)
	for end >= 0 && pos+size-end > minRecordSize {
		at, inner := d.hidden(end, pos+size)
		if at < 0 {
			break
		}
		id, _ := cursor.U64(d.chunk, at+8)
		d.note(at, "hidden-record", fmt.Sprintf("record %d stands inside the declared size of the record at %d", id, d.offset+int64(pos)), 0)
		d.decode(at, inner, yield)
		end, last = at+inner, id
	}
	return last
}

// hidden finds a record between the end of a record's content and its
// declared end. The tool that hides records gives the outer one the sum of
// the sizes and writes that sum over the inner one's copy of its size, so an
// inner record that ends where the outer one does counts too.
func (d *Decoder) hidden(from, end int) (int, int) {
	magic := recordMagic()
	for from < end {
		at := bytes.Index(d.chunk[from:end], magic)
		if at < 0 {
			return -1, 0
		}
		from += at
		if size, ok := d.record(from, end); ok && (from+size == end || d.closed(from, size)) {
			return from, size
		}
		from++
	}
	return -1, 0
}

// decode yields one record and returns where its content ends, or -1.
func (d *Decoder) decode(pos, size int, yield func(*event.Event)) int {
	c := cursor.At(d.chunk, pos+8)
	id, written := c.U64(), c.U64()
	p, end := d.repeat(pos+recordHeaderSize, pos+size-4)
	if p == nil {
		var code string
		end, code = d.parse(pos+recordHeaderSize, pos+size-4)
		if code != "" {
			d.note(end, code, fmt.Sprintf("record %d at %d", id, d.offset+int64(pos)), 1)
			return -1
		}
		if p = d.plan(); p == nil {
			d.note(pos, "shape-budget", fmt.Sprintf("record %d: the chunk holds too many different structures", id), 1)
			return -1
		}
		d.fill(p)
		p.route = d.route(p)
		p.host = d.host(d.at(p.computer))
		d.remember(p)
	}
	e := &d.ev
	*e = event.Event{Shape: p.shape, Values: d.values, Route: p.route, Host: p.host, Series: &p.series}
	e.Ref = event.Ref{Item: d.item, Offset: d.offset + int64(pos), Length: int32(size), Record: id}
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
	first, n, told := -1, 0, len(d.sum.Damage)
	for pos < d.used { // a record's size is not zero, so none begins behind it
		at := d.search(pos-1, d.used)
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
	// What is broken in a leftover is no loss: its templates are often gone.
	for i := range d.sum.Damage[told:] {
		damage := &d.sum.Damage[told+i]
		damage.Code, damage.Lost = notePrefix+"slack-"+damage.Code, 0
	}
	if n > 0 {
		d.note(first, "note-slack-records", fmt.Sprintf("%d records behind the chunk's declared end", n), 0)
	}
}
