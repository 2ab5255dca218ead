package evidence

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"

	"github.com/bodgit/sevenzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz/lzma"

	"spoor/internal/cursor"
)

// maxDictionary bounds the memory that a 7z archive's header may ask of its
// decompressor: a quarter of the gibibyte that an examination may take. The
// strongest preset of 7-Zip 25 asks for as much.
const maxDictionary = 256 << 20

// max7zHeader bounds a 7z header as stored; 50,000 members need about 5 MiB.
const max7zHeader = 64 << 20

// wrap7z puts our own decompressors in the place of the library's where a
// header decides how much memory or time they take. The library keeps one
// table for the process, so this happens once and without options.
var wrap7z = sync.OnceFunc(func() {
	sevenzip.RegisterDecompressor([]byte{3, 1, 1}, lzma7z)
	sevenzip.RegisterDecompressor([]byte{0x21}, lzma27z)
	sevenzip.RegisterDecompressor([]byte{4, 0xf7, 0x11, 1}, zstd7z)
	for method, name := range map[string]string{"\x03\x04\x01": "PPMd", "\x04\xf7\x11\x02": "Brotli", "\x04\xf7\x11\x04": "LZ4"} {
		sevenzip.RegisterDecompressor([]byte(method), func([]byte, uint64, []io.ReadCloser) (io.ReadCloser, error) {
			return nil, &Problem{"method", "it is compressed with " + name + ", which spoor does not read; unpack it and hand over the folder"}
		})
	}
	// A header may ask for 2^63 rounds of its key derivation, and the library
	// asks for no password until it reads.
	sevenzip.RegisterDecompressor([]byte{6, 0xf1, 7, 1}, func([]byte, uint64, []io.ReadCloser) (io.ReadCloser, error) {
		return nil, &Problem{"encrypted", "it is encrypted; spoor does not decrypt 7z archives: unpack it with its password and hand over the folder"}
	})
})

// fitting refuses a dictionary before it is allocated.
func fitting(size int64) error {
	if size > maxDictionary {
		return &Problem{"dictionary", fmt.Sprintf("its decompression needs %d MiB of memory, more than the %d MiB allowed; unpack it and hand over the folder", size>>20, maxDictionary>>20)}
	}
	return nil
}

// lzma7z reads LZMA: one byte of parameters and the dictionary's size.
func lzma7z(p []byte, size uint64, in []io.ReadCloser) (io.ReadCloser, error) {
	dict, ok := cursor.U32(p, 1)
	if !ok || len(p) != 5 || len(in) != 1 {
		return nil, &Problem{"damaged", "its LZMA parameters are damaged"}
	}
	if err := fitting(int64(dict)); err != nil {
		return nil, err
	}
	head := binary.LittleEndian.AppendUint64(append([]byte(nil), p...), size)
	r, err := lzma.NewReader(io.MultiReader(bytes.NewReader(head), in[0]))
	if err != nil {
		return nil, err
	}
	return joined{r, in[0]}, nil
}

// lzma27z reads LZMA2: its one byte of parameters is the dictionary's size,
// 2 or 3 shifted left.
func lzma27z(p []byte, _ uint64, in []io.ReadCloser) (io.ReadCloser, error) {
	if len(p) != 1 || p[0] > 40 || len(in) != 1 {
		return nil, &Problem{"damaged", "its LZMA2 parameters are damaged"}
	}
	dict := int64(2|p[0]&1) << (p[0]/2 + 11)
	if err := fitting(dict); err != nil {
		return nil, err
	}
	r, err := lzma.Reader2Config{DictCap: int(dict)}.NewReader2(in[0])
	if err != nil {
		return nil, err
	}
	return joined{r, in[0]}, nil
}

func zstd7z(_ []byte, _ uint64, in []io.ReadCloser) (io.ReadCloser, error) {
	if len(in) != 1 {
		return nil, &Problem{"damaged", "its Zstandard parameters are damaged"}
	}
	d, err := zstd.NewReader(in[0], zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxDictionary))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}

// sevenz reads a 7z archive: the header by random access, the members front
// to back, each solid stream once.
func (w *walker) sevenz(in *inside, r io.Reader) error {
	wrap7z()
	ra, size, free, err := w.opened(in, r)
	if err != nil || ra == nil {
		return err
	}
	defer free()
	z, p := open7z(ra, size)
	if p != nil {
		in.fault(p.Code, "%s", p.Reason)
		return nil
	}
	failed := map[int]*Problem{}
	for i, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		if !w.member(in) {
			if over := in.pl.budget.spent(); over != nil {
				in.fault(over.Code, "%s; %d members were not read", over.Reason, len(z.File)-i)
			}
			return nil
		}
		if err := w.sevenzMember(in, f, failed); err != nil {
			return err
		}
	}
	return nil
}

// open7z reads the header behind a recover.
func open7z(ra io.ReaderAt, size int64) (z *sevenzip.Reader, p *Problem) {
	defer func() {
		if x := recover(); x != nil {
			z, p = nil, &Problem{"damaged", fmt.Sprintf("its header made the reader fail (%v)", x)}
		}
	}()
	var start [32]byte
	if n, err := ra.ReadAt(start[:], 0); n < len(start) {
		return nil, &Problem{"truncated", fmt.Sprintf("its header is cut short (%v)", err)}
	}
	at, _ := cursor.U64(start[:], 12)
	length, _ := cursor.U64(start[:], 20)
	switch {
	case at > uint64(size) || length > uint64(size) || 32+at+length > uint64(size):
		return nil, &Problem{"truncated", "its end is missing, and with it the list of its members"}
	case length > max7zHeader:
		return nil, &Problem{"damaged", fmt.Sprintf("its header states %d bytes, more than the %d allowed", length, max7zHeader)}
	}
	header := make([]byte, length)
	if n, err := ra.ReadAt(header, int64(32+at)); n < len(header) {
		return nil, problemOf(err)
	}
	if p := check7z(ra, size, header); p != nil {
		return nil, p
	}
	z, err := sevenzip.NewReader(ra, size)
	if err != nil {
		return nil, problemOf7z(err)
	}
	return z, nil
}

// problemOf7z keeps our own words and calls the rest damage.
func problemOf7z(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	return &Problem{"damaged", fmt.Sprintf("its structure is damaged (%v)", err)}
}

// sevenzMember reads one member. What follows damage in a solid stream cannot
// be reached: it is told and not tried again, which would cost the whole
// stream each time.
func (w *walker) sevenzMember(in *inside, f *sevenzip.File, failed map[int]*Problem) error {
	name := strings.ReplaceAll(f.Name, `\`, "/")
	it := w.item(in.pl, in.it.Path+"!/"+f.Name, path.Base(name))
	it.Origin = in.pl.hosts.origin(name)
	it.Size = int64(min(f.UncompressedSize, 1<<62))
	const windowsLink = 0x400 // FILE_ATTRIBUTE_REPARSE_POINT
	if !f.FileInfo().Mode().IsRegular() || f.Attributes&windowsLink != 0 {
		it.Kind = Link
		it.decide(Ignored, "symlink", "a link is not followed")
		return w.tell(it)
	}
	p := failed[f.Stream]
	var rc io.ReadCloser
	if p == nil {
		rc, p = open7zMember(f)
		if p != nil {
			failed[f.Stream] = p
		}
	}
	if p != nil {
		it.decide(Unreadable, p.Code, p.Reason)
		in.fault(p.Code, "%s", p.Reason)
		return w.tell(it)
	}
	check := &zipCheck{e: &zipEntry{size: it.Size, crc: f.CRC32}, crc: f.CRC32 != 0, r: charged{guarded{rc}, in.pl.budget}}
	var once io.Reader = check
	if isMetadata(path.Base(name)) && it.Size <= maxMetadata {
		head := bufio.NewReaderSize(check, int(it.Size)+1)
		in.pl.hosts.learnMember(name, func() []byte { p, _ := head.Peek(int(it.Size)); return p })
		once = head
	}
	err := w.content(it, in.pl, &content{size: it.Size, once: once, budget: in.pl.budget})
	if bad := it.content.Problem; bad != nil && bad.Code != "checksum" {
		failed[f.Stream] = &Problem{bad.Code, "it follows damage in a solid stream: " + bad.Reason}
		return err
	}
	close7z(rc)
	return err
}

func open7zMember(f *sevenzip.File) (rc io.ReadCloser, p *Problem) {
	defer func() {
		if x := recover(); x != nil {
			rc, p = nil, &Problem{"damaged", fmt.Sprintf("its compressed data made the decompressor fail (%v)", x)}
		}
	}()
	rc, err := f.Open()
	if err != nil {
		return nil, problemOf7z(err)
	}
	return rc, nil
}

// close7z lends the solid stream on to the next member.
func close7z(rc io.Closer) {
	defer func() { _ = recover() }() // the next member opens it again and tells
	rc.Close()
}
