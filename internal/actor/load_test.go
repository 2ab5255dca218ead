package actor

import (
	"testing"

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
