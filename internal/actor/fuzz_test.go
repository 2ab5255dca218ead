package actor

import (
	"testing"

	"github.com/klauspost/compress/zstd"

	"spoor/knowledge"
)

// FuzzDecode feeds payloads, compressed here so that the fuzzer's changes
// reach the rows. Whatever decodes must answer every question without panic.
func FuzzDecode(f *testing.F) {
	full, err := expand(knowledge.Builtin())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(full[:4096])
	f.Add(append(words(1, 0), make([]byte, 4*12)...))
	f.Add(append(words(2, 0, 1, 'A'), make([]byte, 4*20)...))
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		head := append([]byte(magic), words(uint32(len(payload)))...)
		k, err := Decode(z.EncodeAll(payload, head))
		if err != nil {
			return
		}
		a := k.Resolve("A")
		a.Groups(k)
		k.Similar("APT40", 3)
		k.Lint()
		k.Profiles(true)
		k.Exclusive(true)
		for i := range k.Actors {
			k.Chain(k.Actors[i].ID)
			k.Forward(k.Actors[i].ID)
			k.Compare(&k.Actors[i], &k.Actors[0])
		}
		for i := range k.Reports {
			k.ReportAt(k.Reports[i].URL)
		}
	})
}

// FuzzDecodeFile feeds whole files.
func FuzzDecodeFile(f *testing.F) {
	f.Add(knowledge.Builtin()[:2048])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		if k, err := Decode(data); err == nil {
			k.Resolve("APT40")
		}
	})
}

func FuzzKey(f *testing.F) {
	f.Add("APT 40")
	f.Add("Ayyıldız Tim")
	f.Fuzz(func(t *testing.T, name string) {
		if k := Key(name); Key(k) != k {
			t.Errorf("Key(%q) = %q is not stable: %q", name, k, Key(k))
		}
	})
}
