package evidence

import (
	"bytes"
	"io"
	"strings"

	"spoor/internal/cursor"
)

const (
	localSig     = "PK\x03\x04"
	centralSig   = "PK\x01\x02"
	endSig       = "PK\x05\x06"
	end64Sig     = "PK\x06\x06"
	end64LocSig  = "PK\x06\x07"
	localLen     = 30
	centralLen   = 46
	endLen       = 22
	maxComment   = 1<<16 - 1
	maxDirectory = 512 << 20 // bytes of a central directory; a million members with long names take 200 MiB
)

// zipEnd is where the central directory is said to be.
type zipEnd struct{ count, length, offset, at int64 }

// findEnd looks for the end record, from the back.
func findEnd(ra io.ReaderAt, size int64) (zipEnd, bool) {
	tail := make([]byte, min(size, endLen+maxComment))
	n, _ := ra.ReadAt(tail, size-int64(len(tail)))
	tail = tail[:n]
	for i := len(tail) - endLen; i >= 0; i-- {
		if string(tail[i:i+4]) != endSig {
			continue
		}
		c := cursor.At(tail, i+10)
		e := zipEnd{count: int64(c.U16()), length: int64(c.U32()), offset: int64(c.U32()), at: size - int64(len(tail)) + int64(i)}
		if comment := int(c.U16()); i+endLen+comment > len(tail) {
			continue
		}
		if e.count == 0xffff || e.length == 0xffffffff || e.offset == 0xffffffff {
			if e64, ok := findEnd64(ra, e.at); ok {
				return e64, true
			}
		}
		return e, true
	}
	return zipEnd{}, false
}

func findEnd64(ra io.ReaderAt, end int64) (zipEnd, bool) {
	loc := make([]byte, 20)
	if n, _ := ra.ReadAt(loc, end-20); end < 20 || n < 20 || string(loc[:4]) != end64LocSig {
		return zipEnd{}, false
	}
	c := cursor.At(loc, 8)
	at := int64(c.U64())
	rec := make([]byte, 56)
	if at < 0 || at > end {
		return zipEnd{}, false
	}
	if n, _ := ra.ReadAt(rec, at); n < 56 || string(rec[:4]) != end64Sig {
		return zipEnd{}, false
	}
	c = cursor.At(rec, 32)
	return zipEnd{count: int64(c.U64()), length: int64(c.U64()), offset: int64(c.U64()), at: at}, true
}

// readDirectory lists the central directory. What it holds before damage is
// returned with the problem.
func readDirectory(ra io.ReaderAt, size, most int64) ([]zipEntry, *Problem) {
	end, ok := findEnd(ra, size)
	if !ok {
		return nil, &Problem{"truncated", "its directory is missing, so its end is; members were looked for in what is there"}
	}
	start := end.offset
	if end.length < 0 || end.offset < 0 || end.length > end.at || end.length > maxDirectory {
		return nil, &Problem{"damaged", "its directory is said to lie outside the archive; members were looked for in what is there"}
	}
	dir := make([]byte, end.length)
	shift := int64(0)
	if start+end.length > end.at || !startsWith(ra, start, centralSig) && end.length > 0 {
		// Something was put before the archive: the directory ends at its
		// end record all the same.
		start = end.at - end.length
		shift = start - end.offset
	}
	if n, _ := ra.ReadAt(dir, start); int64(n) < end.length {
		return nil, &Problem{"read-error", "its directory could not be read; members were looked for in what is there"}
	}
	var list []zipEntry
	for len(dir) > 0 {
		e, n, ok := centralEntry(dir)
		if !ok {
			return list, &Problem{"damaged", "its directory is damaged; members were looked for in what is there"}
		}
		e.offset += shift
		dir = dir[n:]
		list = append(list, e)
		if int64(len(list)) > most {
			return list, nil // the walk tells that the budget is spent
		}
	}
	if int64(len(list))&0xffff != end.count&0xffff {
		return list, &Problem{"two-readings", "its directory holds another number of members than it states; all were read"}
	}
	return list, nil
}

func startsWith(ra io.ReaderAt, off int64, sig string) bool {
	b := make([]byte, len(sig))
	n, _ := ra.ReadAt(b, off)
	return n == len(sig) && string(b) == sig
}

// centralEntry reads one entry of the directory.
func centralEntry(b []byte) (zipEntry, int, bool) {
	if !bytes.HasPrefix(b, []byte(centralSig)) {
		return zipEntry{}, 0, false
	}
	c := cursor.At(b, 4)
	made := c.U16()
	c.Skip(2)
	e := zipEntry{flags: c.U16(), method: c.U16(), clock: c.U16()}
	c.Skip(2)
	e.crc, e.packed, e.size = c.U32(), int64(c.U32()), int64(c.U32())
	names, extras, comment := int(c.U16()), int(c.U16()), int(c.U16())
	c.Skip(4)
	attr := c.U32()
	e.offset = int64(c.U32())
	e.name = string(c.Bytes(names))
	extra := c.Bytes(extras)
	c.Skip(comment)
	if !c.OK() {
		return zipEntry{}, 0, false
	}
	e.extras(extra)
	e.dir = strings.HasSuffix(e.name, "/") || strings.HasSuffix(e.name, `\`) && e.size == 0
	if made>>8 == 3 { // Unix: the mode is in the upper half
		switch attr >> 28 {
		case 0xa:
			e.link = true
		case 0x1, 0x2, 0x6, 0xc:
			e.special = true
		}
	}
	return e, c.Offset(), e.packed >= 0 && e.size >= 0 && e.offset >= 0
}

// extras reads sizes above 4 GiB and the parameters of AES.
func (e *zipEntry) extras(extra []byte) {
	c := cursor.New(extra)
	for c.Left() >= 4 {
		id, n := c.U16(), int(c.U16())
		f := cursor.New(c.Bytes(n))
		if !c.OK() {
			return
		}
		switch id {
		case 0x0001:
			for _, v := range []*int64{&e.size, &e.packed, &e.offset} {
				if *v == 0xffffffff {
					*v = int64(f.U64())
				}
			}
		case 0x9901:
			a := aesExtra{version: f.U16()}
			f.Skip(2)
			a.strength, a.method = f.U8(), f.U16()
			if f.OK() {
				e.aes = a
			}
		}
	}
}

// readLocal reads a local header; data is where the content starts.
func readLocal(ra io.ReaderAt, size, off int64) (e zipEntry, data int64, ok bool) {
	head := make([]byte, localLen)
	if off < 0 || off > size-localLen {
		return e, 0, false
	}
	if n, _ := ra.ReadAt(head, off); n < localLen || string(head[:4]) != localSig {
		return e, 0, false
	}
	c := cursor.At(head, 6)
	e = zipEntry{flags: c.U16(), method: c.U16(), clock: c.U16(), offset: off}
	c.Skip(2)
	e.crc, e.packed, e.size = c.U32(), int64(c.U32()), int64(c.U32())
	names, extras := int(c.U16()), int(c.U16())
	rest := make([]byte, names+extras)
	if n, _ := ra.ReadAt(rest, off+localLen); n < len(rest) {
		return e, 0, false
	}
	e.name = string(rest[:names])
	e.extras(rest[names:])
	e.dir = strings.HasSuffix(e.name, "/")
	if e.packed < 0 || e.size < 0 {
		return e, 0, false
	}
	return e, off + localLen + int64(len(rest)), true
}

// directoryStart is where the search for unlisted members ends.
func directoryStart(ra io.ReaderAt, size, end int64, listed bool) int64 {
	if e, ok := findEnd(ra, size); ok && listed {
		return max(end, e.at-e.length)
	}
	return size
}
