package evidence

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
)

// tarBlock is the unit of a tar stream (POSIX.1-2017, pax, "ustar Interchange
// Format").
const tarBlock = 512

// maxTarMeta bounds a header that extends the next one (long names, pax
// records); GNU tar and POSIX name no limit, real ones hold a path.
const maxTarMeta = 1 << 20

// isTar reports whether a block is a tar header: its checksum holds.
func isTar(block []byte) bool {
	if len(block) < tarBlock || block[0] == 0 && block[345] == 0 {
		return false
	}
	want, ok := tarNumber(block[148:156])
	if !ok {
		return false
	}
	var sum int64
	for i, b := range block[:tarBlock] {
		if i >= 148 && i < 156 {
			b = ' '
		}
		sum += int64(b)
	}
	return sum == want
}

// tarNumber reads octal digits, or GNU's base 256 when the first bit is set.
func tarNumber(field []byte) (int64, bool) {
	if field[0]&0x80 != 0 {
		if field[0] != 0x80 {
			return 0, false // negative, or beyond 2^88
		}
		var n int64
		for _, b := range field[1:] {
			if n > 1<<54 {
				return 0, false
			}
			n = n<<8 | int64(b)
		}
		return n, true
	}
	text := strings.Trim(string(bytes.TrimRight(field, "\x00 ")), " \x00")
	if text == "" {
		return 0, true
	}
	n, err := strconv.ParseInt(text, 8, 64)
	return n, err == nil && n >= 0
}

func tarText(field []byte) string {
	if i := bytes.IndexByte(field, 0); i >= 0 {
		field = field[:i]
	}
	return string(field)
}

// tarNext is what earlier headers say of the next member.
type tarNext struct {
	name   string
	size   int64
	hasSum bool // size was stated
	sparse bool
}

// tar reads a tar stream front to back. After a damaged header the next block
// that is one is looked for.
func (w *walker) tar(in *inside, r *bufio.Reader) error {
	var next tarNext
	zero, lost := 0, false
	block := make([]byte, tarBlock)
	for {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		n, err := io.ReadFull(r, block)
		if err != nil {
			return in.tarEnd(n, zero, err)
		}
		if len(bytes.Trim(block, "\x00")) == 0 {
			zero++
			continue // archives joined with cat go on after the end marks
		}
		if !isTar(block) {
			if !lost {
				in.fault("damaged", "a member's header is damaged; reading goes on at the next whole one")
			}
			lost, next = true, tarNext{}
			continue
		}
		zero, lost = 0, false
		more, err := w.tarMember(in, r, block, &next)
		if err != nil || !more {
			return err
		}
	}
}

// tarEnd tells what the end of the stream means.
func (in *inside) tarEnd(n, zero int, err error) error {
	switch {
	case errors.Is(err, io.EOF) && n == 0:
		if zero == 0 && in.b.problem == nil {
			in.fault("truncated", "the mark at its end is missing, so that members may be missing too")
		}
	case errors.Is(err, io.ErrUnexpectedEOF):
		in.fault("truncated", "its end is missing")
	default:
		p := problemOf(err)
		in.fault(p.Code, "%s", p.Reason)
	}
	return nil
}

// tarMember reads one header and what belongs to it.
func (w *walker) tarMember(in *inside, r *bufio.Reader, block []byte, next *tarNext) (bool, error) {
	size, ok := tarNumber(block[124:136])
	if !ok {
		in.fault("damaged", "a member states an impossible size")
		*next = tarNext{}
		return true, nil
	}
	kind := block[156]
	switch kind {
	case 'x', 'g', 'L', 'K':
		return in.tarMeta(r, kind, size, next)
	}
	name := tarText(block[:100])
	if prefix := tarText(block[345:500]); prefix != "" && string(block[257:263]) == "ustar\x00" {
		name = prefix + "/" + name
	}
	if next.name != "" {
		name = next.name
	}
	if next.hasSum {
		if size != next.size && size != 0 {
			in.fault("two-readings", "a member states two sizes, %d and %d; the second was taken", size, next.size)
		}
		size = next.size
	}
	sparse := next.sparse || kind == 'S'
	*next = tarNext{}
	link := tarText(block[157:257])
	switch kind {
	case '1', '2', '3', '4', '5', '6':
		if kind != '1' || size == 0 || link != "" {
			size = 0
		}
	}
	if kind == '5' || kind == 0 && strings.HasSuffix(name, "/") {
		return true, nil
	}
	if !w.member(in) {
		return false, nil
	}
	it := w.item(in.pl, in.it.Path+"!/"+name, path.Base(name))
	it.Size = size
	switch kind {
	case '1', '2':
		it.Kind = Link
		it.decide(Ignored, "symlink", "a link to "+link+" is not followed")
		return true, w.tell(it)
	case '3', '4', '6':
		it.Kind = Special
		it.decide(Ignored, "special-file", "a device or pipe has no content")
		return true, w.tell(it)
	}
	data := io.LimitReader(r, size)
	c := &content{size: size, once: &whole{r: data, left: size}, budget: in.pl.budget}
	if sparse {
		c.note = &Problem{"sparse", "it is stored with its holes left out, so that positions in it are not those of the file"}
	}
	in.pl.hosts.learnMember(name, func() []byte { p, _ := r.Peek(int(min(size, 60<<10))); return p })
	it.Origin = in.pl.hosts.origin(name)
	if err := w.content(it, in.pl, c); err != nil {
		return false, err
	}
	_, err := io.Copy(io.Discard, data)
	if err == nil {
		_, err = r.Discard(int(-size & (tarBlock - 1)))
	}
	if err != nil && !errors.Is(err, io.EOF) {
		p := problemOf(err)
		in.fault(p.Code, "%s", p.Reason)
		return false, nil
	}
	return true, nil
}

// tarMeta reads a header that extends the next one.
func (in *inside) tarMeta(r *bufio.Reader, kind byte, size int64, next *tarNext) (bool, error) {
	data, err := io.ReadAll(io.LimitReader(r, min(size, maxTarMeta)))
	if err == nil && size > maxTarMeta {
		in.fault("damaged", "a header of %d bytes extends a member's name", size)
		_, err = io.CopyN(io.Discard, r, size-maxTarMeta)
	}
	if err == nil {
		_, err = r.Discard(int(-size & (tarBlock - 1)))
	}
	if err != nil || int64(len(data)) < min(size, maxTarMeta) {
		in.fault("truncated", "its end is missing")
		return false, nil
	}
	switch kind {
	case 'L':
		next.name = tarText(data)
	case 'x':
		for len(data) > 0 {
			// A pax record is "length key=value\n".
			sp := bytes.IndexByte(data, ' ')
			if sp < 0 {
				break
			}
			n, err := strconv.Atoi(string(data[:sp]))
			if err != nil || n <= sp+1 || n > len(data) {
				in.fault("damaged", "a member's pax record is damaged")
				break
			}
			key, value, _ := strings.Cut(strings.TrimSuffix(string(data[sp+1:n]), "\n"), "=")
			data = data[n:]
			switch {
			case key == "path":
				next.name = value
			case key == "size":
				if v, err := strconv.ParseInt(value, 10, 64); err == nil && v >= 0 {
					next.size, next.hasSum = v, true
				}
			case strings.HasPrefix(key, "GNU.sparse."):
				next.sparse = true
				if key == "GNU.sparse.name" {
					next.name = value
				}
			}
		}
	}
	return true, nil
}

// whole notices content that ends before its stated size.
type whole struct {
	r    io.Reader
	left int64
}

func (c *whole) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.left -= int64(n)
	if err == io.EOF && c.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
