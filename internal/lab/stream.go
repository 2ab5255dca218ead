package lab

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

// unseenSlots are the values that can be new in every event of a stream.
func unseenSlots() []string {
	return []string{"CommandLine", "ParentCommandLine", "CurrentDirectory", "Hashes", "User", "Image"}
}

// EventStream is a large event log of process starts that is never held in
// memory: each chunk is computed when it is read, from a pattern chunk of
// which only numbers, times and unseen values are replaced. It is an
// io.ReaderAt for one goroutine.
type EventStream struct {
	seed    uint64
	n       uint64
	per     uint64 // events in a full chunk
	pattern *chunk
	patches []patch
	ends    []uint32 // end of each record in the pattern
	starts  []uint32
	held    int64 // chunk in cache, -1 none
	cache   []byte
}

// patch is a place in the pattern chunk.
type patch struct {
	at     uint32
	record uint32 // event in the chunk
	kind   uint8  // patchID, patchTime, or patchText + slot
}

const (
	patchID = iota
	patchTime
	patchText
	markID   = 0x5eed_0000_0000_0000
	markTime = 0x7ead_0000_0000_0000
)

// NewEventStream describes a log of n events of which unseenPerEvent values
// (0 to 6) occur nowhere else.
func NewEventStream(seed, n uint64, unseenPerEvent int) *EventStream {
	slots := unseenSlots()[:min(max(unseenPerEvent, 0), len(unseenSlots()))]
	return newStream(seed, n, len(slots), func(j int) Event { return streamEvent(j, slots) })
}

// newStream describes a log whose chunks all hold the events that of makes,
// with up to slots unseen values in each.
func newStream(seed, n uint64, slots int, of func(j int) Event) *EventStream {
	s := &EventStream{seed: seed, n: n, held: -1}
	log := NewEventLog(LogOptions{})
	c := log.cur
	for j := uint64(0); ; j++ {
		e := of(int(j))
		in := e.instance(markID+j, log.forms)
		in.Values[subTime] = Int(TypeInt64, int64(markTime+j)) // the width; the type follows
		in.Values[subTime].Type = TypeFileTime
		start := c.here()
		if !c.append(markID+j, markTime+j, func() { c.instance(in) }) {
			s.per = j
			break
		}
		s.starts, s.ends = append(s.starts, start), append(s.ends, c.here())
		s.find(c.buf, start, j, slots)
	}
	s.pattern = c
	return s
}

func streamEvent(j int, unseen []string) Event {
	e := Event{Provider: "Microsoft-Windows-Sysmon", GUID: ParseGUID("5770385f-c22a-43e0-bf4c-06f5698ffbd9"), EventID: 1, Version: 5, Level: 4, Task: 1, Keywords: 0x8000000000000000,
		Computer: "host.lab.example", Channel: "Microsoft-Windows-Sysmon/Operational", ProcessID: 2896, ThreadID: 4128, UserSID: "S-1-5-18"}
	program := []string{"svchost.exe", "conhost.exe", "wmiprvse.exe", "taskhostw.exe", "w3wp.exe", "backgroundTaskHost.exe"}[j%6]
	text := map[string]string{"CommandLine": `C:\Windows\System32\` + program + ` -k netsvcs`, "ParentCommandLine": `C:\Windows\System32\services.exe`, "CurrentDirectory": `C:\Windows\System32\`,
		"Hashes": "SHA256=00", "User": `NT AUTHORITY\SYSTEM`, "Image": `C:\Windows\System32\` + program, "ParentImage": `C:\Windows\System32\services.exe`, "IntegrityLevel": "System"}
	for i, name := range unseen {
		text[name] += marker(i)
	}
	for _, name := range []string{"Image", "CommandLine", "CurrentDirectory", "User", "IntegrityLevel", "Hashes", "ParentImage", "ParentCommandLine"} {
		e.Data = append(e.Data, Named(name, text[name]))
	}
	e.Data = append(e.Data, num("ProcessId", TypeUint32, int64(1000+4*j)))
	return e
}

// marker is the text that an unseen value replaces, 16 letters.
func marker(slot int) string { return fmt.Sprintf("~unseen-value-%02d", slot) }

func (s *EventStream) find(buf []byte, start uint32, j uint64, slots int) {
	look := func(pattern []byte, kind uint8) {
		for at := int(start); ; {
			i := bytes.Index(buf[at:], pattern)
			if i < 0 {
				return
			}
			s.patches = append(s.patches, patch{uint32(at + i), uint32(j), kind})
			at += i + len(pattern)
		}
	}
	look(binary.LittleEndian.AppendUint64(nil, markID+j), patchID)
	look(binary.LittleEndian.AppendUint64(nil, markTime+j), patchTime)
	for i := range slots {
		look(wide(marker(i)), patchText+uint8(i))
	}
}

// Chunks is the number of chunks; a header holds only 16 bits of it.
func (s *EventStream) Chunks() int64 { return int64((s.n + s.per - 1) / s.per) }

// Size is the length of the file in bytes.
func (s *EventStream) Size() int64 { return FileHeaderSize + s.Chunks()*ChunkSize }

// chunk computes chunk k.
func (s *EventStream) chunk(k int64) []byte {
	if s.held == k {
		return s.cache
	}
	first := uint64(k) * s.per
	count := min(s.per, s.n-first)
	c := *s.pattern
	c.buf = s.pattern.buf[:s.ends[count-1]]
	c.number, c.count, c.firstID, c.lastID, c.last = first+1, count, first+1, first+count, s.starts[count-1]
	out := c.seal(true)
	le := binary.LittleEndian
	const digits = "0123456789abcdef"
	base := fileTime(time.Unix(1612137600, 0))
	for _, p := range s.patches {
		if uint64(p.record) >= count {
			break
		}
		i := first + uint64(p.record)
		switch p.kind {
		case patchID:
			le.PutUint64(out[p.at:], i+1)
		case patchTime:
			le.PutUint64(out[p.at:], base+i*1_000_000) // a tenth of a second apart
		default:
			g := prng{s.seed ^ (i*8+uint64(p.kind))*0x9e3779b97f4a7c15}
			v := g.next()
			for d := range 16 {
				out[p.at+uint32(2*d)] = digits[v>>(4*d)&15]
			}
		}
	}
	le.PutUint32(out[0x78:], 1)
	SealChunk(out)
	s.held, s.cache = k, out
	return out
}

// ReadAt reads any part of the file.
func (s *EventStream) ReadAt(b []byte, off int64) (int, error) {
	n := 0
	for n < len(b) && off < s.Size() {
		var src []byte
		if off < FileHeaderSize {
			head := make([]byte, FileHeaderSize)
			putFileHeader(head, int(s.Chunks()), s.n+1, LogOptions{})
			src = head[off:]
		} else {
			at := off - FileHeaderSize
			src = s.chunk(at / ChunkSize)[at%ChunkSize:]
		}
		m := copy(b[n:], src)
		n, off = n+m, off+int64(m)
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}
