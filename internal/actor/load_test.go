package actor

import (
	"bytes"
	"encoding/binary"
	"errors"
	"runtime"
	"testing"

	"github.com/klauspost/compress/zstd"

	"spoor/knowledge"
)

func BenchmarkDecode(b *testing.B) {
	data := knowledge.Builtin()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFirstName(b *testing.B) {
	data := knowledge.Builtin()
	for b.Loop() {
		k, err := Decode(data)
		if err != nil {
			b.Fatal(err)
		}
		if len(k.Resolve("APT40").Matches) != 3 {
			b.Fatal("APT40")
		}
	}
}

func BenchmarkProfiles(b *testing.B) {
	k := builtinOf(b)
	for b.Loop() {
		if len(k.Profiles(true)) != 172 {
			b.Fatal("profiles")
		}
	}
}

func TestKnowledgeKeepsItsSize(t *testing.T) {
	t.Parallel()
	if n := len(knowledge.Builtin()); n > 2<<20 {
		t.Errorf("the built-in knowledge has %d bytes, promised are 2 MB", n)
	}
}

func TestWritingWhatWasReadGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := Encode(&out, builtinOf(t)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), knowledge.Builtin()) {
		t.Error("encode(decode(file)) differs from the file")
	}
}

// file compresses a payload as a knowledge file.
func file(t testing.TB, payload []byte, stated uint32) []byte {
	t.Helper()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	return z.EncodeAll(payload, binary.LittleEndian.AppendUint32([]byte(magic), stated))
}

func words(v ...uint32) []byte {
	var out []byte
	for _, n := range v {
		out = binary.LittleEndian.AppendUint32(out, n)
	}
	return out
}

func TestDamagedKnowledgeIsRefused(t *testing.T) {
	t.Parallel()
	good := knowledge.Builtin()
	oneEmptyText := words(1, 0)
	cases := map[string][]byte{
		"nothing at all":                    {},
		"another file":                      []byte("PK\x03\x04 not this"),
		"only a header":                     good[:headerSize],
		"cut in the middle":                 good[:len(good)/2],
		"a size that lies upwards":          file(t, words(1, 0), 1<<20),
		"a size that lies downwards":        file(t, make([]byte, 4096), 16),
		"a size above the cap":              file(t, nil, maxPayload+1),
		"texts that are not there":          file(t, words(1<<30), 4),
		"a text longer than the file":       file(t, words(1, 1<<30), 8),
		"text that is not UTF-8":            file(t, append(words(1, 1), 0xff), 9),
		"a billion rows":                    file(t, append(oneEmptyText, words(1<<30)...), 12),
		"rows that end early":               file(t, append(oneEmptyText, words(1, 0, 0)...), 20),
		"a text index out of range":         file(t, append(oneEmptyText, words(1, 7, 7, 7, 7, 7)...), 32),
		"a report that does not exist":      file(t, append(oneEmptyText, words(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 99)...), 60),
		"bytes after the last row":          file(t, append(oneEmptyText, make([]byte, 4*13)...), 8+4*13),
		"a date that is no date (33rd May)": file(t, append(oneEmptyText, words(0, 1, 0, 0, 0, 20210533, 0, 0)...), 40),
	}
	for name, data := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if k, err := Decode(data); err == nil {
				t.Errorf("accepted: %d actors", len(k.Actors))
			}
		})
	}
	if _, err := Decode([]byte("not it")); !errors.Is(err, ErrNotKnowledge) {
		t.Errorf("a foreign file gives %v", err)
	}
}

func TestSmallestKnowledgeIsAccepted(t *testing.T) {
	t.Parallel()
	payload := append(words(1, 0), make([]byte, 4*12)...)
	k, err := Decode(file(t, payload, uint32(len(payload))))
	if err != nil {
		t.Fatal(err)
	}
	if a := k.Resolve("APT40"); len(a.Matches) != 0 {
		t.Error("an empty knowledge knows APT40")
	}
}

func TestHostileFileCostsNoMoreMemoryThanItHasBytes(t *testing.T) {
	data := file(t, append(words(1, 0), words(1<<28)...), 12)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Decode(data); err == nil {
		t.Fatal("accepted")
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 48<<20 {
		t.Errorf("%d bytes allocated for a file of %d", grown, len(data))
	}
}
