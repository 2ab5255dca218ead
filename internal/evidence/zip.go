package evidence

import (
	"cmp"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"path"
	"slices"
	"strings"
)

// zipEntry is one member as the central directory, or a recovered local
// header, states it (PKWARE APPNOTE 6.3.10, sections 4.3 and 4.4).
type zipEntry struct {
	name      string
	flags     uint16
	method    uint16
	clock     uint16 // time of day in DOS form, which checks a password
	crc       uint32
	packed    int64
	size      int64 // -1 unknown
	offset    int64 // of the local header
	link, dir bool
	special   bool
	aes       aesExtra
	recovered bool
	note      *Problem
}

const (
	flagEncrypted  = 1 << 0
	flagDescriptor = 1 << 3 // sizes follow the data
	flagStrong     = 1 << 6
)

// zip reads an archive by random access: where the container has none, it is
// spooled first.
func (w *walker) zip(in *inside, r io.Reader) error {
	ra, size, free, err := w.opened(in, r)
	if err != nil || ra == nil {
		return err
	}
	defer free()
	entries, err := w.zipEntries(in, ra, size)
	if err != nil {
		return err
	}
	for i := range entries {
		e := &entries[i]
		if isMetadata(path.Base(e.name)) && e.size <= maxMetadata {
			in.pl.hosts.learnMember(e.name, func() []byte {
				rc, err := w.zipOpen(in, ra, size, e)
				if err != nil {
					return nil
				}
				defer rc.Close()
				data, _ := io.ReadAll(io.LimitReader(rc, maxMetadata))
				return data
			})
		}
	}
	for i := range entries {
		e := &entries[i]
		if e.dir {
			continue
		}
		if !w.member(in) {
			if left := len(entries) - i; in.pl.budget.spent() != nil {
				in.fault("budget-ratio", "%s; %d members were not read", in.pl.budget.spent().Reason, left)
			}
			return nil
		}
		if err := w.zipMember(in, ra, size, e); err != nil {
			return err
		}
	}
	return nil
}

// opened is random for a container that is about to be read: one that cannot
// be had is noted as its fault, and the reader is nil.
func (w *walker) opened(in *inside, r io.Reader) (io.ReaderAt, int64, func(), error) {
	ra, size, free, err := w.random(in, r)
	var p *Problem
	switch {
	case errors.As(err, &p):
		in.fault(p.Code, "%s", p.Reason)
		return nil, 0, nil, nil
	case err == nil && in.pl.budget.size < 0:
		in.pl.budget.size = size
	}
	return ra, size, free, err
}

// random gives random access to a container and its whole content to its
// hash.
func (w *walker) random(in *inside, r io.Reader) (io.ReaderAt, int64, func(), error) {
	if in.c.at != nil {
		ra, size, closer, err := in.c.at()
		if err != nil {
			return nil, 0, nil, problemOf(err)
		}
		in.b.drain()
		if err := w.ctx.Err(); err != nil {
			closer.Close()
			return nil, 0, nil, err
		}
		return ra, size, func() { closer.Close() }, nil
	}
	ra, size, free, err := w.spool.keep(r)
	if err != nil && w.ctx.Err() != nil {
		err = w.ctx.Err()
	}
	return ra, size, free, err
}

// zipEntries lists the members: those of the central directory in its order,
// then those that it leaves out.
func (w *walker) zipEntries(in *inside, ra io.ReaderAt, size int64) ([]zipEntry, error) {
	entries, p := readDirectory(ra, size, w.limits.Entries)
	if p != nil {
		in.fault(p.Code, "%s", p.Reason)
	}
	if int64(len(entries)) > w.limits.Entries {
		return entries, nil
	}
	names := make(map[string]struct{}, len(entries))
	for i := range entries {
		if _, twice := names[entries[i].name]; twice {
			in.fault("two-readings", "two members have the same name; both were read")
		}
		names[entries[i].name] = struct{}{}
	}
	order := make([]int, len(entries))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(entries[a].offset, entries[b].offset) })
	end := int64(0)
	var hidden []zipEntry
	for _, i := range order {
		if err := w.ctx.Err(); err != nil {
			return nil, err
		}
		e := &entries[i]
		local, data, ok := readLocal(ra, size, e.offset)
		if !ok {
			e.note = &Problem{"damaged", "the directory leads to a place that holds no member"}
			continue
		}
		if e.offset < end {
			in.fault("overlap", "members overlap each other")
		} else if e.offset > end {
			hidden = append(hidden, w.recover(in, ra, end, e.offset)...)
		}
		e.note = disagreement(e, &local)
		if e.note != nil && e.note.Code == "two-readings" && local.name != e.name {
			in.fault("two-readings", "%s", e.note.Reason)
		}
		end = max(end, data+min(e.packed, size))
	}
	if stop := min(size, directoryStart(ra, size, end, len(entries) > 0)); stop > end {
		hidden = append(hidden, w.recover(in, ra, end, stop)...)
	}
	if len(hidden) > 0 && p == nil {
		in.fault("two-readings", "it holds %d members that its directory leaves out; they were read too", len(hidden))
	}
	return append(entries, hidden...), nil
}

// disagreement compares what directory and local header say of a member.
func disagreement(e, local *zipEntry) *Problem {
	switch {
	case local.name != e.name:
		return &Problem{"two-readings", "directory and member state different names; the directory's was taken"}
	case local.method != e.method:
		return &Problem{"two-readings", "directory and member state different compression methods; the directory's was taken"}
	case local.flags&flagDescriptor == 0 && local.size >= 0 && (local.size != e.size || local.packed != e.packed):
		return &Problem{"two-readings", "directory and member state different sizes; the directory's were taken"}
	}
	return nil
}

func (w *walker) zipMember(in *inside, ra io.ReaderAt, size int64, e *zipEntry) error {
	it := w.item(in.pl, in.it.Path+"!/"+e.name, path.Base(strings.ReplaceAll(e.name, `\`, "/")))
	it.Origin = in.pl.hosts.origin(strings.ReplaceAll(e.name, `\`, "/"))
	it.Size = e.size
	switch {
	case e.link:
		it.Kind = Link
		it.decide(Ignored, "symlink", "a link is not followed")
		return w.tell(it)
	case e.special:
		it.Kind = Special
		it.decide(Ignored, "special-file", "a device or pipe has no content")
		return w.tell(it)
	}
	c := &content{size: e.size, budget: in.pl.budget, note: e.note}
	c.open = func() (io.ReadCloser, error) {
		r, err := w.zipOpen(in, ra, size, e)
		if err != nil {
			return nil, err
		}
		return r, nil
	}
	if e.method == 0 && e.flags&flagEncrypted == 0 && e.packed == e.size {
		if _, data, ok := readLocal(ra, size, e.offset); ok && data+e.size <= size {
			c.at = func() (io.ReaderAt, int64, io.Closer, error) {
				return io.NewSectionReader(ra, data, e.size), e.size, io.NopCloser(nil), nil
			}
		}
	}
	return w.content(it, in.pl, c)
}

// zipOpen opens a member's content: decrypted, decompressed, charged to the
// budget and checked against its stated size and CRC.
func (w *walker) zipOpen(in *inside, ra io.ReaderAt, size int64, e *zipEntry) (io.ReadCloser, error) {
	_, data, ok := readLocal(ra, size, e.offset)
	if !ok {
		return nil, &Problem{"damaged", "the directory leads to a place that holds no member"}
	}
	packed := max(min(e.packed, size-data), 0)
	var r io.Reader = io.NewSectionReader(ra, data, packed)
	method := e.method
	check := &zipCheck{e: e, crc: true, short: packed < e.packed}
	if e.flags&flagEncrypted != 0 {
		plain, m, err := decrypt(r, packed, e, w.opts.Password)
		if err != nil {
			return nil, err
		}
		r, method = plain, m
		check.crc = e.aes.version != 2 // AE-2 states no CRC
	}
	switch method {
	case 0:
	case 8:
		z := w.buffers.inflate(r)
		r, check.free = z, z
	case 12:
		z, err := inflater(Bzip2, r)
		if err != nil {
			return nil, err
		}
		r = z
	default:
		return nil, &Problem{"method", fmt.Sprintf("it is compressed with method %d, which spoor does not read", method)}
	}
	check.r = charged{guarded{r}, in.pl.budget}
	return check, nil
}

// zipCheck ends a member at its stated size and compares its CRC.
type zipCheck struct {
	r     io.Reader
	e     *zipEntry
	n     int64
	sum   uint32
	crc   bool
	short bool // the container ends before the member does
	free  io.Closer
}

// Close gives the decompressor back.
func (c *zipCheck) Close() error {
	if c.free != nil {
		return c.free.Close()
	}
	return nil
}

func (c *zipCheck) Read(p []byte) (int, error) {
	if c.e.size >= 0 && int64(len(p)) > c.e.size-c.n+1 {
		p = p[:c.e.size-c.n+1]
	}
	n, err := c.r.Read(p)
	if c.e.size >= 0 && c.n+int64(n) > c.e.size {
		n, err = int(c.e.size-c.n), &Problem{"two-readings", "it holds more than the size that the archive states"}
	}
	c.n += int64(n)
	c.sum = crc32.Update(c.sum, crc32.IEEETable, p[:n])
	if err == io.EOF {
		switch {
		case c.short || c.e.size >= 0 && c.n < c.e.size:
			err = io.ErrUnexpectedEOF
		case c.crc && c.e.size >= 0 && c.sum != c.e.crc:
			err = &Problem{"checksum", "its checksum does not fit, so that some of its content is damaged"}
		}
	} else if errors.Is(err, io.ErrUnexpectedEOF) {
		err = &Problem{"truncated", "its end is missing"}
	}
	return n, err
}

// byteReader makes the decompressor read no more than it needs.
type byteReader struct {
	r   io.Reader
	buf []byte
	off int
}

func (b *byteReader) fill() error {
	n, err := b.r.Read(b.buf[:cap(b.buf)])
	b.buf, b.off = b.buf[:n], 0
	if n > 0 {
		return nil
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	return err
}

func (b *byteReader) Read(p []byte) (int, error) {
	if b.off == len(b.buf) {
		if err := b.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, b.buf[b.off:])
	b.off += n
	return n, nil
}

// ReadByte is what the decompressor uses.
func (b *byteReader) ReadByte() (byte, error) {
	if b.off == len(b.buf) {
		if err := b.fill(); err != nil {
			return 0, err
		}
	}
	b.off++
	return b.buf[b.off-1], nil
}
