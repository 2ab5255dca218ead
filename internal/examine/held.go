package examine

import "sync"

// maxHeldFiles bounds the bytes of files that wait to be judged; one file is
// always let through.
const maxHeldFiles = 32 << 20

// held counts the bytes of files that were read and are not judged yet, so that
// reading waits for judging.
type held struct {
	mu    sync.Mutex
	less  *sync.Cond
	bytes int
	most  int
}

func newHeld(most int) *held {
	h := &held{most: most}
	h.less = sync.NewCond(&h.mu)
	return h
}

// take waits until n more bytes have room.
func (h *held) take(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for h.bytes > 0 && h.bytes+n > h.most {
		h.less.Wait()
	}
	h.bytes += n
}

func (h *held) give(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.bytes -= n
	h.less.Broadcast()
}
