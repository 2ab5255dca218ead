package sigma

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Whatever a part of a cache holds, decoding ends, and what it gives is written as
// it was read and can be read as rules.
func FuzzCachePart(f *testing.F) {
	for _, text := range []string{"title: t\n", "a: [1, 2.5, true, ~, 2020-01-01, 'x', \"y\"]\n---\nb: |\n  c\n", "", "- {a: b}\n"} {
		docs, err := parse([]byte(text))
		part, ok := encodeDocs(docs)
		if err != nil || !ok {
			f.Fatal(err)
		}
		f.Add(part)
	}
	f.Fuzz(func(t *testing.T, part []byte) {
		var r, used room
		docs, ok := r.decode(part)
		if !ok {
			return
		}
		written, ok := encodeDocs(docs)
		if !ok {
			t.Fatal("what was read cannot be written")
		}
		used.decode(written)
		again, ok := used.decode(written)
		if !ok || len(again) != len(docs) {
			t.Fatalf("%d documents became %d", len(docs), len(again))
		}
		for i := range docs {
			a, _ := yaml.Marshal(docs[i])
			b, _ := yaml.Marshal(again[i])
			if !bytes.Equal(a, b) {
				t.Fatalf("%s became %s", a, b)
			}
		}
		cached := &Cache{parts: [][]byte{part}}
		sources, err := builtinSources()
		if err != nil {
			t.Fatal(err)
		}
		load([]File{{Name: "a.yml"}}, Options{Cache: cached, Each: inTurn}, sources, &Report{})
	})
}

// Whatever a cache file holds behind a correct checksum, it gives the parts that
// are written as they were read, or none.
func FuzzCacheFile(f *testing.F) {
	f.Add([]byte{1, 2, 0, 1, 1}, uint8(2))
	f.Add([]byte{0}, uint8(1))
	f.Fuzz(func(t *testing.T, body []byte, files uint8) {
		c := &Cache{}
		data := append(append([]byte(cacheMagic), c.key[:]...), body...)
		data = binary.LittleEndian.AppendUint32(data, checksum(data))
		parts, ok := c.unpack(data, int(files))
		if !ok {
			return
		}
		c.parts = parts
		again, ok := c.unpack(c.pack(), int(files))
		if !ok || len(again) != int(files) {
			t.Fatalf("%d parts became %d", files, len(again))
		}
		for i := range parts {
			if !bytes.Equal(parts[i], again[i]) {
				t.Fatalf("%x became %x", parts[i], again[i])
			}
		}
	})
}

// A part that claims, or holds, more nodes than a file may have is not read, so that
// a cache file does not take more memory than rules could.
func TestACachePartHasNoMoreNodesThanAFile(t *testing.T) {
	t.Parallel()
	docs, err := parse([]byte("a: [" + strings.Repeat("1,", maxFileNodes-5) + "1]\n")) // 3 nodes around them
	if err != nil {
		t.Fatal(err)
	}
	list := docs[0].Content[1]
	part, ok := encodeDocs(docs)
	if !ok {
		t.Fatal("as many nodes as a file may have are not kept")
	}
	var r room
	if _, ok := r.decode(part); !ok {
		t.Fatal("as many nodes as a file may have are not read")
	}
	list.Content = append(list.Content, list.Content[:2]...)
	if _, ok := encodeDocs(docs); ok {
		t.Error("more nodes than a file may have are kept")
	}
	head := binary.AppendUvarint(binary.AppendUvarint(binary.AppendUvarint([]byte{partDocs}, 1), maxFileNodes+1), 0)
	if _, ok := r.decode(append(head, make([]byte, 6*(maxFileNodes+1))...)); ok || cap(r.nodes) > maxFileNodes {
		t.Error("more nodes than a file may have are read")
	}
}
