package pageuse

import "slices"

// A page may answer its visitor with whatever status it likes: a shell that
// says 404 looks as if it were not there. What gives it away is the visitor,
// who comes back to it again and again and sends it bodies, while a scanner
// asks for each name once.

// returns are requests with a body that a page of no product refused.
type returns struct {
	n           int64
	first, last request
	clients     []uint64
}

// manyReturns and longReturns are how often, and over how many seconds, the
// same few visitors must have come back.
const (
	manyReturns = 10
	longReturns = 10 * 60
)

func (b *returns) add(r *request, client uint64, copied func() request) {
	b.n++
	b.clients = least(b.clients, client)
	if b.first.cell[stem] == nil || r.compare(&b.first) < 0 {
		b.first = copied()
	}
	if b.last.cell[stem] == nil || b.last.compare(r) < 0 {
		b.last = copied()
	}
}

func (b *returns) merge(o *returns) {
	b.n += o.n
	for _, c := range o.clients {
		b.clients = least(b.clients, c)
	}
	if o.n > 0 && (b.first.cell[stem] == nil || o.first.compare(&b.first) < 0) {
		b.first = o.first
	}
	if o.n > 0 && (b.last.cell[stem] == nil || b.last.compare(&o.last) < 0) {
		b.last = o.last
	}
}

// told reports that somebody came back.
func (b *returns) told() bool {
	return b.n >= manyReturns && len(b.clients) <= fewVisitors && b.first.at.Known() && b.last.at.Sec-b.first.at.Sec >= longReturns
}

// least keeps the least hashes, one more than fewVisitors.
func least(list []uint64, h uint64) []uint64 {
	i, found := slices.BinarySearch(list, h)
	if found || i > fewVisitors {
		return list
	}
	list = slices.Insert(list, i, h)
	return list[:min(len(list), fewVisitors+1)]
}
