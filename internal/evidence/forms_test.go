package evidence

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math/bits"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz/lzma"
)

// number7z writes an integer as a 7z header does, in the fewest bytes or in
// one of the longer forms.
func number7z(v uint64, more int) []byte {
	n := min(8, max(0, (bits.Len64(v)-1)/7)+more)
	if v>>(8*n) >= 1<<max(0, 7-n) && n < 8 {
		n++
	}
	first := ^byte(0xff >> n)
	if n < 7 {
		first |= byte(v >> (8 * n))
	}
	return append([]byte{first}, binary.LittleEndian.AppendUint64(nil, v)[:n]...)
}

func TestNumbersOfA7zHeader(t *testing.T) {
	t.Parallel()
	for shift := range 64 {
		for _, v := range []uint64{1 << shift, 1<<shift - 1, 1<<shift + 1, ^uint64(0) >> shift, 0x0123456789abcdef >> shift} {
			for more := range 3 {
				data := number7z(v, more)
				s := newScan7z(append(data, 0xee))
				if got := s.number(); got != v || s.c.Left() != 1 {
					t.Errorf("%d in % x is read as %d, %d bytes left", v, data, got, s.c.Left())
				}
			}
		}
	}
}

// encode7z packs the header of an archive, as 7-Zip does of all but the
// smallest.
func encode7z(archive []byte, method string, props, packed []byte) []byte {
	at := binary.LittleEndian.Uint64(archive[12:])
	streams, header := archive[32:32+at], archive[32+at:]
	h := append([]byte{23, 6}, number7z(uint64(len(streams)), 0)...)
	h = append(append(append(h, 1, 9), number7z(uint64(len(packed)), 0)...), 0, 7, 11, 1, 0, 1)
	flag := byte(len(method))
	if props != nil {
		flag |= 0x20
	}
	h = append(append(h, flag), method...)
	if props != nil {
		h = append(append(h, number7z(uint64(len(props)), 0)...), props...)
	}
	h = append(append(h, 12), number7z(uint64(len(header)), 0)...)
	h = binary.LittleEndian.AppendUint32(append(h, 10, 1), crc32.ChecksumIEEE(header))
	return around7z(bytes.Join([][]byte{streams, packed}, nil), append(h, 0, 0))
}

func lzma2Of(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := lzma.Writer2Config{DictCap: 1 << 16}.NewWriter2(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestA7zIsReadInEachOfItsMethods(t *testing.T) {
	t.Parallel()
	files := []member{{"C/Windows/a.log", "first\n"}, {"C/Windows/b.log", strings.Repeat("second\n", 15)}}
	plain := files[0].data + files[1].data
	stored := make7z("\x00", nil, nil, files...)
	header := stored[32+binary.LittleEndian.Uint64(stored[12:]):]
	props, packed := lzmaOf(t, string(header))
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	bodyProps, body := lzmaOf(t, plain)
	for name, c := range map[string]struct {
		data []byte
		code string // of the archive, where nothing is read
	}{
		"LZMA":                      {make7z("\x03\x01\x01", bodyProps, body, files...), ""},
		"LZMA2":                     {make7z("\x21", []byte{8}, lzma2Of(t, []byte(plain)), files...), ""},
		"Zstandard":                 {make7z("\x04\xf7\x11\x01", nil, z.EncodeAll([]byte(plain), nil), files...), ""},
		"a stored header":           {encode7z(stored, "\x00", nil, header), ""},
		"a header in LZMA":          {encode7z(stored, "\x03\x01\x01", props, packed), ""},
		"a header in LZMA2":         {encode7z(stored, "\x21", []byte{8}, lzma2Of(t, header)), ""},
		"an encrypted header":       {encode7z(stored, "\x06\xf1\x07\x01", []byte{0x13}, header), "encrypted"},
		"a header in PPMd":          {encode7z(stored, "\x03\x04\x01", []byte{6, 0, 0, 0, 1}, header), "method"},
		"a header that is cut":      {encode7z(stored, "\x03\x01\x01", props, packed[:len(packed)/2]), "damaged"},
		"a header of a header":      {encode7z(stored, "\x00", nil, append([]byte{2}, header[1:]...)), "damaged"},
		"LZMA without its size":     {encode7z(stored, "\x03\x01\x01", props[:4], packed), "damaged"},
		"LZMA2 with two parameters": {encode7z(stored, "\x21", []byte{8, 8}, lzma2Of(t, header)), "damaged"},
		"LZMA2 of no such size":     {encode7z(stored, "\x21", []byte{41}, lzma2Of(t, header)), "damaged"},
		"a dictionary of 1.5 GiB":   {encode7z(stored, "\x21", []byte{37}, lzma2Of(t, header)), "dictionary"},
	} {
		list, _ := walk(t, Options{}, write(t, filepath.Join(t.TempDir(), "x.7z"), c.data))
		last := list[len(list)-1]
		if c.code != "" {
			if len(list) != 1 || last.code != c.code {
				t.Errorf("%s: %+v, want the code %s", name, list, c.code)
			}
			continue
		}
		if len(list) != 3 || list[0].data != files[0].data || list[1].data != files[1].data || last.code != "" {
			t.Errorf("%s: %+v", name, list)
		}
	}
}

func TestATarNamesItsMembersInEachOfItsForms(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("folder/", 17) // beyond the hundred bytes of the name
	for name, c := range map[string]struct {
		header tar.Header
		code   string
	}{
		"short":                      {tar.Header{Name: "C/a.log", Format: tar.FormatUSTAR}, ""},
		"a prefix":                   {tar.Header{Name: deep + "a.log", Format: tar.FormatUSTAR}, ""},
		"a prefix to the last byte":  {tar.Header{Name: strings.Repeat("d", 155) + "/" + strings.Repeat("a", 100), Format: tar.FormatUSTAR}, ""},
		"a pax record":               {tar.Header{Name: deep + strings.Repeat("n", 120) + "ä.log", Format: tar.FormatPAX}, ""},
		"a pax record of its own":    {tar.Header{Name: "C/a.log", PAXRecords: map[string]string{"SPOOR.note": "x=y"}, Format: tar.FormatPAX}, ""},
		"GNU":                        {tar.Header{Name: deep + strings.Repeat("n", 120), Format: tar.FormatGNU}, ""},
		"a symbolic link":            {tar.Header{Name: "C/a.log", Typeflag: tar.TypeSymlink, Linkname: "b"}, "symlink"},
		"a hard link":                {tar.Header{Name: "C/a.log", Typeflag: tar.TypeLink, Linkname: "b"}, "symlink"},
		"a pipe":                     {tar.Header{Name: "C/a.log", Typeflag: tar.TypeFifo}, "special-file"},
		"a device":                   {tar.Header{Name: "C/a.log", Typeflag: tar.TypeChar}, "special-file"},
		"another device":             {tar.Header{Name: "C/a.log", Typeflag: tar.TypeBlock}, "special-file"},
		"a member of a whole block":  {tar.Header{Name: "C/b.log", Size: tarBlock}, ""},
		"a member and a byte":        {tar.Header{Name: "C/c.log", Size: tarBlock + 1}, ""},
		"a member less than a block": {tar.Header{Name: "C/d.log", Size: tarBlock - 1}, ""},
	} {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		data := strings.Repeat("x", int(c.header.Size))
		if c.header.Typeflag == 0 && data == "" {
			data = "content of " + name
		}
		c.header.Size, c.header.Mode = int64(len(data)), 0o644
		if err := w.WriteHeader(&c.header); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		io.WriteString(w, data)
		if err := w.WriteHeader(&tar.Header{Name: "next.txt", Size: 4, Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, "next")
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		path := write(t, filepath.Join(t.TempDir(), "x.tar"), b.Bytes())
		list, _ := walk(t, Options{}, path)
		if len(list) != 3 || list[0].path != path+"!/"+c.header.Name || list[0].data != data || list[0].code != c.code || list[1].path != path+"!/next.txt" || list[1].data != "next" {
			t.Errorf("%s: %+v", name, list)
		}
	}
}

func TestWhatATarCallsANumber(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]int64{
		"0000017\x00": 15, "17 \x00    ": 15, "       17": 15, "\x00\x00\x00": 0, "        ": 0, "\x80\x00\x00\x01\x02": 258, "\x80\x00\x00\x00\x00\x00\x00\x00\x01": 1,
		"-17": -1, "19": -1, "x": -1, "\xff\xff": -1, "\x80\x7f\xff\xff\xff\xff\xff\xff\xff\xff\xff": -1, "\x81\x00": -1,
	} {
		got, ok := tarNumber([]byte(field))
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: %d, %v; want %d", field, got, ok, want)
		}
	}
}

func TestWhatMayBeAHostsName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"MX1": true, "mx-1.corp.example": true, "a_b": true, "": false, "a b": false, "ä": false, "a/b": false, strings.Repeat("x", 255): true, strings.Repeat("x", 256): false} {
		if isHostName(name) != want {
			t.Errorf("%.20q may be a host's name: %v", name, !want)
		}
	}
	for archive, want := range map[string]string{
		"Collection-MX1-2021-07-16T06_56_50Z.zip": "MX1", "Collection-mx-1.corp.example-2021-07-16_06_56_50.zip": "mx-1.corp.example", "2021-03-05T101010_EX02.zip": "EX02",
		"Collection-MX1.zip": "", "Collection--2021-07-16T06.zip": "", "Collection-M X-2021-07-16T06.zip": "", "2021-03-05T101010_.zip": "", "2021-03-05T10101x_EX02.zip": "", "Collection-MX1-2021-07-16T06_56_50Z.7z": "", "MX1.zip": "", "": "",
	} {
		if got := hostFromArchiveName(archive); got != want {
			t.Errorf("%s: %q, want %q", archive, got, want)
		}
	}
}

// A collector's record is read up to its bound, in whatever it lies.
func TestARecordOfACollectionIsReadUpToItsBound(t *testing.T) {
	t.Parallel()
	for more, want := range map[int]string{0: "MX1", 1: ""} {
		record := `{"Hostname":"MX1"`
		record += strings.Repeat(" ", maxMetadata+more-len(record)-1) + "}"
		files := []member{{"client_info.json", record}, {"uploads/auto/C%3A/a.log", "first\n"}}
		list, _ := walk(t, Options{}, write(t, filepath.Join(t.TempDir(), "x.zip"), makeZip(t, files...)))
		if got := find(list, "a.log").origin.Host; got != want {
			t.Errorf("a record of %d bytes in a zip: host %q, want %q", len(record), got, want)
		}
	}
}

func TestTextIsToldFromOtherContent(t *testing.T) {
	t.Parallel()
	wide := func(order binary.ByteOrder, text string) (b []byte) {
		for _, c := range text {
			b = order.(binary.AppendByteOrder).AppendUint16(b, uint16(c))
		}
		return b
	}
	line := strings.Repeat("a line of a log\r\n", 40)
	for name, c := range map[string]struct {
		head string
		want string
	}{
		"nothing":                        {"", ""},
		"ASCII":                          {line, "utf-8"},
		"a byte order mark of UTF-8":     {"\xef\xbb\xbf\x00", "utf-8"},
		"a byte order mark of UTF-16LE":  {"\xff\xfe\x00", "utf-16le"},
		"a byte order mark of UTF-16BE":  {"\xfe\xff\x00", "utf-16be"},
		"UTF-16LE without a mark":        {string(wide(binary.LittleEndian, line)), "utf-16le"},
		"UTF-16BE without a mark":        {string(wide(binary.BigEndian, line)), "utf-16be"},
		"UTF-16LE, too short to be sure": {string(wide(binary.LittleEndian, "abcdefg")), ""},
		"UTF-16LE, just long enough":     {string(wide(binary.LittleEndian, "abcdefgh")), "utf-16le"},
		"a character that is cut":        {line + "ä"[:1], "utf-8"},
		"a few bytes of a code page":     {line + "\xe4\xf6" + line, "8-bit"},
		"bytes of a code page, mostly":   {strings.Repeat("\xe4\xf6a", 100), ""},
		"a log whose end a crash lost":   {strings.Repeat(line, 10) + "\x00\x00", "utf-8"},
		"a log with NULs throughout":     {strings.Repeat(line+"\x00\x00", 10), ""},
		"one control character in many":  {strings.Repeat("x", 100) + "\x01", "utf-8"},
		"control characters":             {strings.Repeat("xxxxxxxxx\x01", 30), ""},
		"tabs, form feeds, escapes, end": {strings.Repeat("\t\f\x1b\x1a\r\n", 30), "utf-8"},
	} {
		if got := TextEncoding([]byte(c.head)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	for head, want := range map[string]Kind{
		"ElfFile\x00x": EVTX, "ElfChnk\x00": EVTX, "PK\x03\x04": Zip, "PK\x05\x06": Zip, "PK\x07\x08PK": Zip, "PK\x07\x08": Binary, "\x1f\x8b\x08": Gzip, "BZh91AY&SY": Bzip2, "BZh9\x17rE8P\x90": Bzip2,
		"BZh, a word": Text, "BZh": Text, "7z\xbc\xaf\x27\x1c": SevenZ, "Rar!\x1a\x07": Rar, "\xfd7zXZ\x00": XZ, "\x28\xb5\x2f\xfd": Zstd, "MSCF\x00\x00\x00\x00": Cab, "MSCF": Text,
	} {
		if got := sniff([]byte(head)); got != want {
			t.Errorf("%q is %s, want %s", head, fmt.Sprint(got), fmt.Sprint(want))
		}
	}
}
