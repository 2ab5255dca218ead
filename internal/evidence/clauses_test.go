package evidence

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

func TestEscapesOfAStoredName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain": "plain", "C%3A": "C:", "%3a%3A": "::", "%00x%0f": "\x00x\x0f", "%F0%0A": "\xf0\n", "a%20b": "a b", "100%": "100%", "100%2": "100%2", "%zz": "%zz", "%2z": "%2z", "%z2": "%z2", "%%41": "%A", "%2541": "%41", "%41%": "A%", "": "",
	} {
		if got := unescape(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestWhatAListOfUploadsTeaches(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		line string
		want string // the path of uploads/auto/kept/1.bin
	}{
		"a path":                       {`{"Path":"C:\\a\\x.aspx","Components":["uploads","auto","kept","1.bin"]}`, `C:\a\x.aspx`},
		"a path of the virtual system": {`{"vfs_path":"C:\\a\\x.aspx","_Components":["uploads","auto","kept","1.bin"]}`, `C:\a\x.aspx`},
		"a device's path":              {`{"vfs_path":"\\\\.\\C:\\a/x.aspx","_Components":["uploads","auto","kept","1.bin"]}`, `C:\a\x.aspx`},
		"a folder above":               {`{"vfs_path":"C:\\a\\x.aspx","_Components":["clients","C.1","uploads","auto","kept","1.bin"]}`, `C:\a\x.aspx`},
		"no path":                      {`{"vfs_path":"registry","_Components":["uploads","auto","kept","1.bin"]}`, ""},
		"nothing":                      {`{"_Components":["uploads","auto","kept","1.bin"]}`, ""},
		"another folder":               {`{"vfs_path":"C:\\a\\x.aspx","_Components":["results","auto","kept","1.bin"]}`, ""},
		"an index of holes":            {`{"vfs_path":"C:\\a\\x.aspx","_Components":["uploads","auto","kept","1.bin"],"Type":"idx"}`, ""},
		"a path with a zero byte":      {`{"vfs_path":"C:\\a\u0000x.aspx","_Components":["uploads","auto","kept","1.bin"]}`, ""},
		"a list":                       {`[{"vfs_path":"C:\\a\\x.aspx","_Components":["uploads","auto","kept","1.bin"]}]`, `C:\a\x.aspx`},
		"what is torn":                 {`{"vfs_path":"C:\\a\\x.aspx","_Comp`, ""},
	} {
		data := makeZip(t, member{"uploads/auto/kept/1.bin", "x"}, member{"uploads.json", c.line})
		list, _ := walk(t, Options{}, write(t, filepath.Join(t.TempDir(), "x.zip"), data))
		if got := find(list, "1.bin").origin.OriginalPath; got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Only a record of KAPE makes a folder one of KAPE's.
func TestOnlyItsOwnRecordMakesATreeOfACollector(t *testing.T) {
	t.Parallel()
	for record, want := range map[member]string{
		{"2021-03-05T10_10_10_ConsoleLog.txt", "System info: Machine name: EX03, x"}: "kape EX03",
		{"client_info.json", `{"Hostname":"EX03"}`}:                                  "other EX03",
		{"client_info.json", `{"Hostname":"EX03","Fqdn":"ex03.corp.example"}`}:       "other ex03.corp.example",
		{"client_info.json", `{"Hostname":"EX03","Fqdn":"ex03"}`}:                    "other EX03",
		{"client_info.json", `{"Fqdn":"ex 03.corp.example"}`}:                        "other ",
		{"client_info.json", `{"a":{"Hostname":"EX03"},"Hostname":"EX04"}`}:          "other EX03",
		{"client_info.json", `{"x":"hostname","y":"EX03"}`}:                          "other ",
	} {
		c := &collection{byDir: map[string]string{}, trees: map[string]string{}, stored: map[string]map[string]string{}}
		c.learnMember("a/"+record.name, func() []byte { return []byte(record.data) })
		tool := "other"
		if t := c.trees["a"]; t != "" {
			tool = t
		}
		if got := tool + " " + c.byDir["a"]; got != want {
			t.Errorf("%s %s: %q, want %q", record.name, record.data, got, want)
		}
	}
}

func TestHowManyFaultsAnArchiveHas(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		faults []Problem
		more   int64
		says   string
	}{
		"one":              {[]Problem{{"damaged", "first"}}, 0, "first; members found: 2"},
		"two":              {[]Problem{{"damaged", "first"}, {"truncated", "second"}}, 0, "first, and 1 more faults; members found: 2"},
		"more than listed": {[]Problem{{"damaged", "first"}, {"truncated", "second"}}, 7, "first, and 8 more faults; members found: 2"},
	} {
		in := &inside{it: &Item{}, b: &body{}, pl: place{budget: &budget{}}, faults: c.faults, more: c.more, members: 2}
		in.settle()
		if in.it.Reason != c.says || in.it.Code != "damaged" || in.it.Outcome != Partly {
			t.Errorf("%s: %s %q, want %q", name, in.it.Code, in.it.Reason, c.says)
		}
	}
}

// What Unix calls a link, a pipe, a socket or a device has no content, whatever
// the archive holds under its name.
func TestSpecialMembersOfAZipAreToldAndNotRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mode fs.FileMode
		code string
	}{
		"a file": {0o644, ""}, "a link": {fs.ModeSymlink | 0o777, "symlink"}, "a pipe": {fs.ModeNamedPipe | 0o644, "special-file"}, "a socket": {fs.ModeSocket | 0o644, "special-file"},
		"a device": {fs.ModeDevice | 0o644, "special-file"}, "a terminal": {fs.ModeDevice | fs.ModeCharDevice | 0o644, "special-file"},
	} {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		h := &zip.FileHeader{Name: "a.log"}
		h.SetMode(c.mode)
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte("content")); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		list, _ := walk(t, Options{}, write(t, filepath.Join(t.TempDir(), "x.zip"), b.Bytes()))
		if list[0].code != c.code || (list[0].data == "content") != (c.code == "") {
			t.Errorf("%s: %+v", name, list[0])
		}
	}
}

// The end of a directory is found behind whatever comment, and its 64-bit form
// only where it is whole.
func TestTheEndOfAZipsDirectory(t *testing.T) {
	t.Parallel()
	plain := makeZip(t, texts()...)
	const tail = 22
	end := len(plain) - tail
	commented := func(n int) []byte {
		b := append(bytes.Clone(plain), strings.Repeat("c", n)...)
		binary.LittleEndian.PutUint16(b[len(plain)-2:], uint16(n))
		return b
	}
	wide := func(change func(record, locator []byte)) []byte {
		record, locator := make([]byte, 56), make([]byte, 20)
		copy(record, "PK\x06\x06")
		binary.LittleEndian.PutUint64(record[4:], 44)
		for i, from := range []int{10, 12, 16} { // count, length, offset
			v := uint64(binary.LittleEndian.Uint32(plain[end+from:]))
			if from == 10 {
				v = uint64(binary.LittleEndian.Uint16(plain[end+from:]))
			}
			binary.LittleEndian.PutUint64(record[32+8*i:], v)
		}
		binary.LittleEndian.PutUint64(record[24:], binary.LittleEndian.Uint64(record[32:]))
		copy(locator, "PK\x06\x07")
		binary.LittleEndian.PutUint64(locator[8:], uint64(end))
		change(record, locator)
		last := bytes.Clone(plain[end:])
		for i := 8; i < 20; i++ {
			last[i] = 0xff
		}
		return bytes.Join([][]byte{plain[:end], record, locator, last}, nil)
	}
	for name, c := range map[string]struct {
		data []byte
		code string
	}{
		"no comment":              {plain, ""},
		"a comment":               {commented(300), ""},
		"the longest comment":     {commented(0xffff), ""},
		"64 bits":                 {wide(func([]byte, []byte) {}), ""},
		"64 bits, no locator":     {wide(func(_, l []byte) { l[0] = 'x' }), "two-readings"},
		"64 bits, no record":      {wide(func(r, _ []byte) { r[0] = 'x' }), "two-readings"},
		"64 bits, a wild locator": {wide(func(_, l []byte) { l[15] = 0x80 }), "two-readings"},
		"64 bits, beyond the end": {wide(func(_, l []byte) { binary.LittleEndian.PutUint64(l[8:], 1<<40) }), "two-readings"},
	} {
		list, _ := walk(t, Options{}, write(t, filepath.Join(t.TempDir(), "x.zip"), c.data))
		var read int
		for _, s := range list[:len(list)-1] {
			if s.outcome == Examined || s.data != "" {
				read++
			}
		}
		last := list[len(list)-1]
		if read != len(texts()) || (last.code == "") != (c.code == "") {
			t.Errorf("%s: %d members of %d are read, code %q %v", name, read, len(texts()), last.code, last.outcome)
		}
	}
}
