package engine

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"slices"

	"spoor/event"
	"spoor/internal/limits"
)

// Caps of what an engine remembers; see docs/limits.md. All are dropped
// together when one is full: that costs time and never an answer.
const (
	memoSize    = max(1<<16>>limits.Shrink, 4) // values, each 12 bytes
	maxSets     = max(1<<15>>limits.Shrink, 3) // distinct sets of atoms of a class
	maxSetAtoms = max(1<<21>>limits.Shrink, 8) // atoms in all sets of a worker: 8 MiB
	maxOutcomes = max(1<<16>>limits.Shrink, 3) // distinct outcomes of a worker
)

// memo remembers for the hash of a value which set of atoms it fires. Two
// places are open to a value; the older one goes.
type memo struct {
	keys []uint64
	sets []uint32
}

func newMemo() memo { return memo{make([]uint64, memoSize), make([]uint32, memoSize)} }

func (m *memo) get(key uint64) (uint32, bool) {
	i := int(key % memoSize)
	if m.keys[i] == key {
		return m.sets[i], true
	}
	if m.keys[i^1] == key {
		return m.sets[i^1], true
	}
	return 0, false
}

func (m *memo) put(key uint64, set uint32) {
	i := int(key % memoSize)
	m.keys[i^1], m.sets[i^1] = m.keys[i], m.sets[i]
	m.keys[i], m.sets[i] = key, set
}

// hasher makes keyed 64-bit hashes of values: of type, length and bytes.
type hasher struct {
	seed       maphash.Seed
	key, other uint64 // secret too
}

func newHasher() hasher {
	seed := maphash.MakeSeed()
	return hasher{seed, maphash.Bytes(seed, []byte("key")), maphash.Bytes(seed, []byte("other"))}
}

// mix joins two hashes; the order matters. A factor of zero, which would swallow
// the other, needs a hash that equals the secret key.
func (h *hasher) mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^h.key, b^h.other)
	return hi ^ lo
}

// value hashes a value under the number of its matcher. Zero is no key.
func (h *hasher) value(v *event.Value, matcher uint64) uint64 {
	kind := uint64(v.Kind) | uint64(v.Elem)<<8 | uint64(v.Width)<<16 | matcher<<24
	var n uint64
	switch v.Kind {
	case event.Int, event.Uint, event.Hex, event.Float, event.Bool, event.FileTime:
		n = h.mix(v.Bits, 0x2545f4914f6cdd1d)
	default:
		n = maphash.Bytes(h.seed, v.Raw)
	}
	return h.mix(n, kind) | 1
}

// sets interns sets of atoms of one class. Set 0 is the empty one.
type sets struct {
	list  [][]uint32
	byKey map[string]uint32
	key   []byte
	atoms int
}

func newSets() sets { return sets{list: [][]uint32{nil}, byKey: map[string]uint32{}} }

// intern sorts the atoms and returns the number of their set.
func (s *sets) intern(atoms []uint32) uint32 {
	if len(atoms) == 0 {
		return 0
	}
	slices.Sort(atoms)
	atoms = slices.Compact(atoms)
	s.key = s.key[:0]
	for _, a := range atoms {
		s.key = binary.LittleEndian.AppendUint32(s.key, a)
	}
	if n, ok := s.byKey[string(s.key)]; ok {
		return n
	}
	n := uint32(len(s.list))
	s.byKey[string(s.key)] = n
	s.list = append(s.list, slices.Clone(atoms))
	s.atoms += len(atoms)
	return n
}
