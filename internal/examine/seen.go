package examine

import (
	"hash/maphash"
	"io"

	"spoor/internal/stream"
)

// seenBlocks recognises chunks that were seen before, by a hash with a
// secret key: nobody can write a chunk that is taken for another.
type seenBlocks struct {
	seed   maphash.Seed
	hashes map[uint64]struct{}
	heads  map[uint64]uint64 // by the hash of a head: the first chunk that had it
}

const (
	// maxSeenBlocks bounds the memory for recognising repeated chunks: 4 million
	// are 256 GiB of event logs. Beyond it a repeated chunk is examined again and
	// its findings are recognised instead.
	maxSeenBlocks = 4_000_000
	// seenHead is the part of a chunk that is compared first: the header, with
	// record numbers and checksums.
	seenHead = 512
	// blockBits are those of a length in heads; the offset stands above.
	blockBits  = 20
	headHashed = ^uint64(0) // in heads: the first chunk's hash is known
)

func newSeenBlocks() seenBlocks {
	return seenBlocks{seed: maphash.MakeSeed(), hashes: make(map[uint64]struct{}), heads: make(map[uint64]uint64)}
}

// again reports that an equal chunk was met before. Of evidence that is one file
// only chunks with equal heads are hashed, the first of them by reading it
// again: to hash all took a dump 6 % of its time.
func (s *seenBlocks) again(b *stream.Block, alone io.ReaderAt) bool {
	if len(s.hashes)+len(s.heads) >= maxSeenBlocks {
		return false
	}
	if alone != nil && len(b.Data) < 1<<blockBits && b.Offset < 1<<(63-blockBits) {
		head := maphash.Bytes(s.seed, b.Data[:min(len(b.Data), seenHead)])
		first, known := s.heads[head]
		if !known {
			s.heads[head] = uint64(b.Offset)<<blockBits | uint64(len(b.Data))
			return false
		}
		if first != headHashed {
			data := make([]byte, first&(1<<blockBits-1))
			// A chunk that cannot be read again is not recognised: it is examined
			// twice.
			if n, _ := alone.ReadAt(data, int64(first>>blockBits)); n == len(data) {
				s.hashes[maphash.Bytes(s.seed, data)] = struct{}{}
			}
			s.heads[head] = headHashed
		}
	}
	h := maphash.Bytes(s.seed, b.Data)
	_, known := s.hashes[h]
	s.hashes[h] = struct{}{}
	return known
}
