package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash/maphash"
	"io"

	"spoor/event"
)

// known is content that was visited before.
type known struct {
	id   event.ItemID
	path string
	sum  string
	size int64
}

// maxKnown bounds the memory for recognising duplicates, about 200 bytes
// each. Beyond it an item that comes again is examined again.
const maxKnown = 1_000_000

// headKey is a fast hash of an item's first bytes: only items that begin
// alike are worth a second reading. Two that share it by chance or by design
// cost that reading and nothing else, since SHA-256 decides.
type headKey uint64

type index struct {
	seed   maphash.Seed
	byHead map[headKey][]*known
	n      int
}

func newIndex() index { return index{seed: maphash.MakeSeed(), byHead: make(map[headKey][]*known)} }

func (x *index) key(head []byte) headKey {
	return headKey(maphash.Bytes(x.seed, head))
}

func (x *index) add(key headKey, c Content, it *Item) {
	if x.n >= maxKnown {
		return
	}
	x.n++
	x.byHead[key] = append(x.byHead[key], &known{id: it.ID, path: it.Path, sum: c.SHA256, size: c.Bytes})
}

func (x *index) find(key headKey, sum string, size int64) (*known, bool) {
	for _, k := range x.byHead[key] {
		if k.size == size && k.sum == sum {
			return k, true
		}
	}
	return nil, false
}

// maybe reports whether an earlier item begins alike and may have this size.
func (x *index) maybe(key headKey, size int64) (largest int64, ok bool) {
	for _, k := range x.byHead[key] {
		if size < 0 || k.size == size {
			ok, largest = true, max(largest, k.size)
		}
	}
	return largest, ok
}

// before looks for an earlier item with the same content, before this one is
// visited. Content that can be opened again is hashed first; what can be read
// only once is kept in memory when it is small, and returned as the reader to
// go on with.
func (w *walker) before(key headKey, it *Item, c *content, b *body) (*known, io.Reader, error) {
	if b.done && b.problem == nil { // the head is all there is
		if k, ok := w.known.find(key, b.sum(), b.n); ok {
			it.content = b.content(it)
			it.body = nil
			return k, nil, nil
		}
		return nil, nil, nil
	}
	largest, ok := w.known.maybe(key, it.Size)
	if !ok || b.problem != nil {
		return nil, nil, nil
	}
	if c.open == nil {
		if it.Size < 0 || it.Size > memoryTwice {
			return nil, nil, nil
		}
		var rest bytes.Buffer
		if _, err := io.CopyN(&rest, struct{ io.Reader }{b}, it.Size-b.n+1); err != nil && err != io.EOF {
			return nil, nil, err
		}
		if b.done && b.problem == nil {
			if k, ok := w.known.find(key, b.sum(), b.n); ok {
				it.content = b.content(it)
				it.body = nil
				return k, nil, nil
			}
		}
		return nil, io.MultiReader(&rest, b), nil
	}
	rc, err := c.open()
	if err != nil {
		return nil, nil, nil // the visit tells it
	}
	defer rc.Close()
	h := sha256.New()
	n, err := io.Copy(h, &stoppable{w, io.LimitReader(rc, largest+1)})
	if w.ctx.Err() != nil {
		return nil, nil, w.ctx.Err()
	}
	if err != nil {
		return nil, nil, nil
	}
	sum := hex.EncodeToString(h.Sum(nil))
	if k, ok := w.known.find(key, sum, n); ok {
		it.content = Content{SHA256: sum, Bytes: n, Problem: c.note}
		it.body = nil
		return k, nil, nil
	}
	return nil, nil, nil
}

// stoppable ends with the context.
type stoppable struct {
	w *walker
	r io.Reader
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.w.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}
