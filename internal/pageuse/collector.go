package pageuse

import (
	"bytes"
	"cmp"
	"slices"

	"spoor/event"
)

// Caps of one examination; see docs/limits.md.
const (
	maxPages    = 20_000 // pages of all hosts
	maxRequests = 6      // requests that are kept of a page
	maxStem     = 512    // bytes of an address path
)

// The columns that are kept of a request.
const (
	method = iota
	stem
	query
	client
	user
	agent
	proxied
	cells
)

// request is one that a page answered with 200.
type request struct {
	at   event.Time
	ref  event.Ref
	host string
	used bool
	cell [cells][]byte // copies
}

func (r *request) compare(o *request) int {
	return cmp.Or(r.at.Compare(o.at), cmp.Compare(r.ref.Item, o.ref.Item), cmp.Compare(r.ref.Offset, o.ref.Offset))
}

// clone copies what a reused request holds.
func (r *request) clone() request {
	c := *r
	for i := range c.cell {
		c.cell[i] = bytes.Clone(c.cell[i])
	}
	return c
}

type hostKey struct {
	host string
	item event.ItemID // only where the record names no host
}

// hostPages are the pages of one host by address path in lower case.
type hostPages struct {
	pages    map[string]*page
	answered uint16 // kinds of page that cannot all exist
}

type page struct {
	hash     uint64
	requests []request // the first ones, sorted
	last     request
	order    request  // the first with a command in a parameter
	visitors []uint64 // the least hashes of addresses, one more than fewVisitors
}

// Collector gathers pages on one worker.
type Collector struct {
	hosts    map[hostKey]*hostPages
	count    int
	plans    map[*event.Shape]*plan
	greatest uint64 // hash of a page that has to give way
	low      []byte
	now      request
	lastKey  hostKey
	lastHost *hostPages
}

// plan holds the slots of a shape of a web server's log.
type plan struct {
	web    bool
	status event.Slot
	cell   [cells]event.Slot
}

// NewCollector returns an empty collector.
func NewCollector() *Collector {
	return &Collector{hosts: map[hostKey]*hostPages{}, plans: map[*event.Shape]*plan{}}
}

func (c *Collector) plan(s *event.Shape) *plan {
	p := c.plans[s]
	if p == nil {
		p = &plan{}
		slot := func(name string) event.Slot {
			if list := s.Slots(name); len(list) > 0 {
				return list[0]
			}
			return -1
		}
		for i, name := range [cells]string{"cs-method", "cs-uri-stem", "cs-uri-query", "c-ip", "cs-username", "cs(User-Agent)", "X-Forwarded-For"} {
			p.cell[i] = slot(name)
		}
		p.status = slot("sc-status")
		p.web = p.cell[stem] >= 0 && p.status >= 0
		c.plans[s] = p
	}
	return p
}

// Add notes one event; events of other logs cost a comparison, and no event
// of a page that is known costs an allocation.
func (c *Collector) Add(e *event.Event) {
	if e.Route.Format != "w3c" {
		return
	}
	p := c.plan(e.Shape)
	if !p.web || string(e.Value(p.status).Raw) != "200" {
		return
	}
	path := e.Value(p.cell[stem]).Raw
	kind, foreign := kindOf(path)
	if kind == 0 && !foreign {
		return
	}
	h := c.host(e)
	if foreign && unsigned(e.Value(p.cell[user]).Raw) {
		h.answered |= kind
	}
	if runs(kind) && len(path) <= maxStem {
		c.low = append(c.low[:0], path...)
		lower(c.low)
		c.note(h, e, p)
	}
}

func (c *Collector) host(e *event.Event) *hostPages {
	k := hostKey{host: e.Host}
	if e.Host == "" {
		k.item = e.Ref.Item
	}
	if c.lastHost == nil || c.lastKey != k {
		h := c.hosts[k]
		if h == nil {
			h = &hostPages{pages: map[string]*page{}}
			c.hosts[k] = h
		}
		c.lastKey, c.lastHost = k, h
	}
	return c.lastHost
}

func unsigned(name []byte) bool { return len(name) == 0 || string(name) == "-" }

func (c *Collector) note(h *hostPages, e *event.Event, p *plan) {
	pg := h.pages[string(c.low)]
	if pg == nil {
		sum := hashOf(c.low)
		if c.greatest != 0 && sum >= c.greatest {
			return
		}
		pg = &page{hash: sum}
		h.pages[string(c.low)] = pg
		if c.count++; c.count > 2*maxPages {
			c.shrink()
		}
	}
	r := &c.now
	r.at, r.ref, r.host = e.Time, e.Ref, e.Host
	pg.visit(hashOf(e.Value(p.cell[client]).Raw))
	order := hasOrder(e.Value(p.cell[query]).Raw) && (pg.order.cell[stem] == nil || r.compare(&pg.order) < 0)
	early := len(pg.requests) < maxRequests || r.compare(&pg.requests[len(pg.requests)-1]) < 0
	late := pg.last.cell[stem] == nil || pg.last.compare(r) < 0
	if !early && !late && !order {
		return
	}
	for i, s := range p.cell {
		r.cell[i] = append(r.cell[i][:0], e.Value(s).Raw...)
	}
	r.used = bytes.EqualFold(r.cell[method], []byte("POST")) || string(r.cell[method]) != "HEAD" && own(r.cell[query])
	if order {
		pg.order = r.clone()
	}
	if early {
		pg.keep(r.clone())
	}
	if late { // the older copy's memory is used again
		pg.last, c.now = c.now, pg.last
	}
}

// visit notes an address.
func (pg *page) visit(h uint64) {
	i, found := slices.BinarySearch(pg.visitors, h)
	if found || i > fewVisitors {
		return
	}
	pg.visitors = slices.Insert(pg.visitors, i, h)
	if len(pg.visitors) > fewVisitors+1 {
		pg.visitors = pg.visitors[:fewVisitors+1]
	}
}

// own reports a query that is not only what Exchange itself adds.
func own(query []byte) bool {
	q := bytes.TrimPrefix(query, []byte("&"))
	return len(q) > 0 && string(q) != "-" && !bytes.HasPrefix(q, []byte("CorrelationID="))
}

// keep adds one of the first requests.
func (pg *page) keep(r request) {
	i, found := slices.BinarySearchFunc(pg.requests, r, func(a, b request) int { return a.compare(&b) })
	if !found {
		pg.requests = slices.Insert(pg.requests, i, r)
		if len(pg.requests) > maxRequests {
			pg.requests = pg.requests[:maxRequests]
		}
	}
}

// shrink keeps the maxPages pages with the least hashes.
func (c *Collector) shrink() {
	var hashes []uint64
	for _, h := range c.hosts {
		for _, pg := range h.pages {
			hashes = append(hashes, pg.hash)
		}
	}
	c.count = len(hashes)
	if len(hashes) <= maxPages {
		return
	}
	slices.Sort(hashes)
	c.greatest = hashes[maxPages]
	for _, h := range c.hosts {
		for path, pg := range h.pages {
			if pg.hash >= c.greatest {
				delete(h.pages, path)
				c.count--
			}
		}
	}
}

// hashOf is the same in every process, so that which pages stay is too.
func hashOf(s []byte) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

func lower(b []byte) {
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
}
