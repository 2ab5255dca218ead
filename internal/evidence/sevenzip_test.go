package evidence

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/ulikunitz/xz/lzma"
)

// make7z writes one solid stream with a method and its parameters; short
// members only, so that every number takes one or two bytes.
func make7z(method string, props []byte, packed []byte, members ...member) []byte {
	num := func(n int) []byte {
		if n < 0x80 {
			return []byte{byte(n)}
		}
		return []byte{0x80 | byte(n>>8), byte(n)}
	}
	total := 0
	var plain []byte
	for _, m := range members {
		total += len(m.data)
		plain = append(plain, m.data...)
	}
	if packed == nil {
		packed = plain
	}
	var h bytes.Buffer
	put := func(parts ...[]byte) {
		for _, p := range parts {
			h.Write(p)
		}
	}
	put([]byte{1, 4, 6, 0, 1, 9}, num(len(packed)), []byte{0, 7, 11, 1, 0, 1})
	flag := byte(len(method))
	if props != nil {
		flag |= 0x20
	}
	put([]byte{flag}, []byte(method))
	if props != nil {
		put(num(len(props)), props)
	}
	put([]byte{12}, num(total), []byte{0, 8, 13}, num(len(members)), []byte{9})
	for _, m := range members[:len(members)-1] {
		put(num(len(m.data)))
	}
	put([]byte{10, 1})
	for _, m := range members {
		put(binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(m.data))))
	}
	put([]byte{0, 0, 5}, num(len(members)))
	names := []byte{0}
	for _, m := range members {
		for _, u := range utf16.Encode([]rune(m.name + "\x00")) {
			names = binary.LittleEndian.AppendUint16(names, u)
		}
	}
	put([]byte{17}, num(len(names)), names, []byte{0, 0})
	return around7z(packed, h.Bytes())
}

// around7z puts the start header before packed streams and a header.
func around7z(packed, header []byte) []byte {
	start := binary.LittleEndian.AppendUint64(nil, uint64(len(packed)))
	start = binary.LittleEndian.AppendUint64(start, uint64(len(header)))
	start = binary.LittleEndian.AppendUint32(start, crc32.ChecksumIEEE(header))
	out := append([]byte("7z\xbc\xaf\x27\x1c\x00\x04"), binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(start))...)
	return append(append(append(out, start...), packed...), header...)
}

func lzmaOf(t testing.TB, data string) (props, packed []byte) {
	t.Helper()
	var buf bytes.Buffer
	z, err := lzma.WriterConfig{DictCap: 1 << 16, SizeInHeader: true, Size: int64(len(data))}.NewWriter(&buf)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(z, data)
	z.Close()
	return buf.Bytes()[:5], buf.Bytes()[13:]
}

func TestSevenZipIsReadOrToldWhyNot(t *testing.T) {
	t.Parallel()
	files := []member{{"C/Windows/a.log", "first\n"}, {"C/Windows/b.log", "second\n"}}
	props, packed := lzmaOf(t, "first\nsecond\n")
	damaged := make7z("\x00", nil, nil, files...)
	damaged[33] ^= 1
	for name, tc := range map[string]struct {
		data []byte
		want string // what was read, and the code of the archive
	}{
		"stored members of a solid stream":          {make7z("\x00", nil, nil, files...), "first\n second\n "},
		"LZMA members of a solid stream":            {make7z("\x03\x01\x01", props, packed, files...), "first\n second\n "},
		"a dictionary of 1.5 GiB":                   {make7z("\x21", []byte{37}, nil, files...), "  dictionary"},
		"an encrypted stream":                       {make7z("\x06\xf1\x07\x01", []byte{0x13}, nil, files...), "  encrypted"},
		"PPMd":                                      {make7z("\x03\x04\x01", []byte{6, 0, 0, 0, 1}, nil, files...), "  method"},
		"a damaged member, and the one behind it":   {damaged, "fhrst\n second\n "},
		"a cut archive":                             {make7z("\x00", nil, nil, files...)[:60], "truncated"},
		"a header that states four billion members": {around7z(nil, []byte{1, 5, 0xf0, 0xff, 0xff, 0xff, 0xff, 0}), "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list, _ := walk(t, Options{}, write(t, filepath.Join(t.TempDir(), "x.7z"), tc.data))
			var got strings.Builder
			for _, s := range list[:len(list)-1] {
				got.WriteString(s.data + " ")
			}
			got.WriteString(list[len(list)-1].code)
			if g := got.String(); g != tc.want {
				t.Errorf("read %q, want %q (%+v)", g, tc.want, list)
			}
			for _, s := range list[:len(list)-1] {
				if s.origin.OriginalPath == "" {
					t.Errorf("%s: no original path", s.path)
				}
			}
		})
	}
}

func TestACollectorsRecordNamesTheHostOfWhatFollowsInA7z(t *testing.T) {
	t.Parallel()
	data := make7z("\x00", nil, nil, member{"client_info.json", `{"Hostname":"MX1"}`}, member{"uploads/auto/C%3A/a.log", "first\n"})
	list, _ := walk(t, Options{}, write(t, filepath.Join(t.TempDir(), "x.7z"), data))
	if len(list) != 3 || list[0].data != `{"Hostname":"MX1"}` || list[1].origin.Host != "MX1" || list[1].data != "first\n" {
		t.Errorf("%+v", list)
	}
}

func FuzzSevenZip(f *testing.F) {
	props, packed := lzmaOf(f, "first\nsecond\n")
	files := []member{{"a.log", "first\n"}, {"b.log", "second\n"}}
	f.Add(make7z("\x00", nil, nil, files...))
	f.Add(make7z("\x03\x01\x01", props, packed, files...))
	fuzzWalk(f, ".7z")
}
