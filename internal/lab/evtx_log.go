package lab

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"time"
)

// LogOptions are the properties of an event log file.
type LogOptions struct {
	Dirty       bool // header flag 1: the file was not closed
	Full        bool // header flag 2
	NoChecksums bool // chunk flag 4, as some services write
	Minor       int  // minor version: 0 is written as 1; 2 is Windows 11
}

// EventLog is an event log file while it is written.
type EventLog struct {
	opts   LogOptions
	chunks [][]byte
	cur    *chunk
	next   uint64 // record id
	number uint64 // records written
	forms  map[string]*Template
}

// NewEventLog starts an empty log.
func NewEventLog(o LogOptions) *EventLog {
	return &EventLog{opts: o, cur: newChunk(1), next: 1, number: 1, forms: map[string]*Template{}}
}

// Records is the number of records written.
func (l *EventLog) Records() int { return int(l.number - 1) }

// Append writes an event and returns its record id.
func (l *EventLog) Append(e Event) uint64 {
	id := e.RecordID
	if id == 0 {
		id = l.next
	}
	if e.Bare {
		root := e.bareRoot(id)
		return l.AppendElement(id, e.Time, root)
	}
	return l.AppendInstance(id, e.Time, e.instance(id, l.forms))
}

// AppendInstance writes a record that is an instance of a template; id 0
// takes the next one.
func (l *EventLog) AppendInstance(id uint64, t time.Time, in *Instance) uint64 {
	return l.write(id, t, func() { l.cur.instance(in) })
}

// AppendElement writes a record without a template; id 0 takes the next one.
func (l *EventLog) AppendElement(id uint64, t time.Time, root Node) uint64 {
	return l.write(id, t, func() { l.cur.bare(&root) })
}

func (l *EventLog) write(id uint64, t time.Time, body func()) uint64 {
	if id == 0 {
		id = l.next
	}
	if !l.cur.append(id, fileTime(t), body) {
		l.EndChunk()
		if !l.cur.append(id, fileTime(t), body) {
			panic(fmt.Sprintf("record %d does not fit into a chunk", id))
		}
	}
	l.next = id + 1
	l.number++
	return id
}

// EndChunk seals the chunk being written; the next record starts another.
func (l *EventLog) EndChunk() {
	if l.cur.count > 0 {
		l.chunks = append(l.chunks, l.cur.seal(l.opts.NoChecksums))
	}
	l.cur = newChunk(l.number)
}

// Bytes ends the log and returns the file.
func (l *EventLog) Bytes() []byte {
	l.EndChunk()
	out := make([]byte, FileHeaderSize, FileHeaderSize+len(l.chunks)*ChunkSize)
	putFileHeader(out, len(l.chunks), l.next, l.opts)
	for _, c := range l.chunks {
		out = append(out, c...)
	}
	return out
}

func putFileHeader(out []byte, chunks int, next uint64, o LogOptions) {
	le := binary.LittleEndian
	copy(out, "ElfFile\x00")
	le.PutUint64(out[16:], uint64(max(chunks, 1)-1))
	le.PutUint64(out[24:], next)
	le.PutUint32(out[32:], 0x80)
	le.PutUint16(out[36:], uint16(max(o.Minor, 1)))
	le.PutUint16(out[38:], 3)
	le.PutUint16(out[40:], FileHeaderSize)
	le.PutUint16(out[42:], uint16(chunks))
	if o.Dirty {
		out[0x78] |= 1
	}
	if o.Full {
		out[0x78] |= 2
	}
	le.PutUint32(out[0x7c:], crc32.ChecksumIEEE(out[:0x78]))
}
