package evidence

import (
	"bytes"
	"io"

	"github.com/klauspost/compress/flate"
)

// recover finds members by their local headers between two offsets: all of a
// truncated archive, or what a directory leaves out. A member whose size is
// not stated ends where its compressed data ends.
func (w *walker) recover(in *inside, ra io.ReaderAt, from, to int64) []zipEntry {
	var found []zipEntry
	for off := from; off < to && int64(len(found)) < w.limits.Entries && w.ctx.Err() == nil; {
		at := findSignature(w, ra, off, to)
		if at < 0 {
			break
		}
		off = at + 4
		e, data, ok := readLocal(ra, to, at)
		if !ok || !plausible(&e) {
			continue
		}
		e.recovered = true
		switch {
		case e.flags&flagDescriptor == 0 || e.packed > 0:
			e.packed = min(e.packed, to)
			off = min(data+e.packed, to)
		case e.flags&flagEncrypted != 0 || e.method != 8:
			// Its end is not known before the next header.
			next := findSignature(w, ra, data, to)
			if next < 0 {
				next = to
			}
			e.packed, e.size, off = next-data, -1, next
		default:
			n, whole := w.deflated(in, ra, data, to)
			e.packed, e.size, off = n, -1, data+n
			if !whole {
				// Damaged or cut: what can be read is a prefix.
				e.packed = to - data
				if next := findSignature(w, ra, data, to); next >= 0 {
					e.packed, off = next-data, next
				} else {
					off = to
				}
			}
		}
		found = append(found, e)
	}
	return found
}

// plausible rejects signatures that stand in content by chance.
func plausible(e *zipEntry) bool {
	switch e.method {
	case 0, 8, 9, 12, 14, 93, 95, 98, 99:
		return len(e.name) > 0
	}
	return false
}

// findSignature looks for a local header, reading forward in pieces.
func findSignature(w *walker, ra io.ReaderAt, from, to int64) int64 {
	buf := make([]byte, min(256<<10, max(to-from, 0)))
	for off := from; off < to && w.ctx.Err() == nil; {
		n, err := ra.ReadAt(buf[:min(int64(len(buf)), to-off)], off)
		if i := bytes.Index(buf[:n], []byte(localSig)); i >= 0 {
			return off + int64(i)
		}
		if n < len(localSig) || err != nil || off+int64(n) >= to {
			return -1
		}
		off += int64(n) - int64(len(localSig)-1)
	}
	return -1
}

// deflated measures compressed data that ends on its own.
func (w *walker) deflated(in *inside, ra io.ReaderAt, from, to int64) (int64, bool) {
	src := &byteReader{r: io.NewSectionReader(ra, from, to-from), buf: make([]byte, 0, 32<<10)}
	c := &countBytes{r: src}
	// Measured against a budget of its own: the visit pays for the content.
	own := &budget{w: w, size: in.pl.budget.size}
	r := charged{guarded{flate.NewReader(c)}, own}
	_, err := io.Copy(io.Discard, &stoppable{w, r})
	return c.n, err == nil
}

// countBytes counts what a decompressor takes.
type countBytes struct {
	r *byteReader
	n int64
}

func (c *countBytes) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// ReadByte is what the decompressor uses.
func (c *countBytes) ReadByte() (byte, error) {
	b, err := c.r.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}
