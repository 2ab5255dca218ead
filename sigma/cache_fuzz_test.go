package sigma

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Whatever a cache file holds behind correct seals, decoding ends, and what it
// gives is written as it was read.
func FuzzCache(f *testing.F) {
	f.Add([]byte("titlet"), []byte{2, 4, 7, 1, 1, 0, 2, 8, 1, 1, 1, 5, 0, 8, 1, 1, 8, 1, 0})
	f.Add([]byte(""), []byte{1})
	f.Fuzz(func(t *testing.T, text, body []byte) {
		c := &Cache{made: true}
		data := append([]byte(cacheMagic), c.key[:]...)
		data = append(append(binary.AppendUvarint(data, uint64(len(text))), text...), body...)
		sum := sha256.Sum256(data)
		docs, ok := c.decode(append(data, sum[:]...), 1)
		if !ok {
			return
		}
		c.docs = docs
		again, ok := c.decode(c.encode(), 1)
		if !ok || len(again[0]) != len(docs[0]) {
			t.Fatalf("%d documents became %d", len(docs[0]), len(again[0]))
		}
		for i := range docs[0] {
			a, _ := yaml.Marshal(docs[0][i])
			b, _ := yaml.Marshal(again[0][i])
			if !bytes.Equal(a, b) {
				t.Fatalf("%s became %s", a, b)
			}
		}
	})
}
