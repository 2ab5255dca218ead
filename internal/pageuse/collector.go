package pageuse

import (
	"bytes"
	"cmp"
	"slices"

	"spoor/event"
	"spoor/internal/exchange"
	"spoor/internal/webpath"
)

// Caps of one examination; see docs/limits.md.
const (
	maxPages    = 100_000 // pages of all hosts
	maxRequests = 6       // requests that are kept of a page
	maxStem     = 2048    // bytes of an address path
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
	// disguised is whether the path was written in another way than the page's
	// name, so that rules which read it as it is may not see it.
	disguised bool
	status    [3]byte
	cell      [cells][]byte // copies
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

// hostPages are the pages of one host by the one form of their path.
type hostPages struct {
	pages map[string]*page
	// answered are kinds of page that cannot all exist and that answered under
	// a name of their own: what stands behind the name of a page that is there
	// is none.
	answered uint16
	asked    int64 // requests in the product's folders, for whatever page
}

func newHost() *hostPages { return &hostPages{pages: map[string]*page{}} }

type page struct {
	hash     uint64
	n        int64     // requests that were noted
	requests []request // the first ones, sorted
	last     request
	order    request  // the first with a command in a parameter
	visitors []uint64 // the least hashes of addresses, one more than fewVisitors
	back     returns
}

// Collector gathers pages on one worker.
type Collector struct {
	hosts    map[hostKey]*hostPages
	count    int
	plans    map[*event.Shape]*plan
	greatest uint64 // hash of a page that has to give way
	seen     int64  // requests that were noted, those for pages beyond maxPages included
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
func (c *Collector) Add(e *event.Event, _ bool) {
	if e.Route.Format != "w3c" {
		return
	}
	p := c.plan(e.Shape)
	if !p.web {
		return
	}
	stemOf := e.Value(p.cell[stem]).Raw
	if len(stemOf) > maxStem {
		return
	}
	path := webpath.Normal(stemOf, c.low)
	c.low = path.Page[:0]
	kind, foreign := kindOf(path.Page)
	if kind == 0 && !foreign {
		return
	}
	status := e.Value(p.status).Raw
	answered := string(status) == "200"
	h := c.host(e)
	if exchange.ClosedAddress(path.Page) {
		h.asked++
	}
	if answered && foreign && len(path.Info) == 0 && unsigned(e.Value(p.cell[user]).Raw) {
		h.answered |= kind
	}
	if !runs(kind) {
		return
	}
	if !answered {
		if exchange.ClosedAddress(path.Page) && !exchange.Ships(path.Page) && bytes.EqualFold(e.Value(p.cell[method]).Raw, []byte("POST")) {
			c.note(h, path, e, p, status)
		}
		return
	}
	c.note(h, path, e, p, status)
}

func (c *Collector) host(e *event.Event) *hostPages {
	k := hostKey{host: e.Host}
	if e.Host == "" {
		k.item = e.Ref.Item
	}
	if c.lastHost == nil || c.lastKey != k {
		h := c.hosts[k]
		if h == nil {
			h = newHost()
			c.hosts[k] = h
		}
		c.lastKey, c.lastHost = k, h
	}
	return c.lastHost
}

func unsigned(name []byte) bool { return len(name) == 0 || string(name) == "-" }

// page returns a page by its path, nil beyond the cap.
func (c *Collector) page(h *hostPages, path []byte) *page {
	pg := h.pages[string(path)]
	if pg != nil {
		return pg
	}
	sum := hashOf(path)
	if c.greatest != 0 && sum >= c.greatest {
		return nil
	}
	pg = &page{hash: sum}
	h.pages[string(path)] = pg
	if c.count++; c.count > 2*maxPages {
		c.shrink()
		pg = h.pages[string(path)] // it may have given way at once
	}
	return pg
}

func (c *Collector) note(h *hostPages, path webpath.Path, e *event.Event, p *plan, status []byte) {
	c.seen++
	pg := c.page(h, path.Page)
	if pg == nil {
		return
	}
	pg.n++
	r := &c.now
	r.at, r.ref, r.host, r.disguised = e.Time, e.Ref, e.Host, path.Disguised
	copy(r.status[:], status)
	client := hashOf(e.Value(p.cell[client]).Raw)
	if string(status) != "200" {
		pg.back.add(r, client, func() request { return c.filled(r, e, p) })
		return
	}
	pg.visit(client)
	order := hasOrder(e.Value(p.cell[query]).Raw) && (pg.order.cell[stem] == nil || r.compare(&pg.order) < 0)
	early := len(pg.requests) < maxRequests || r.compare(&pg.requests[len(pg.requests)-1]) < 0
	late := pg.last.cell[stem] == nil || pg.last.compare(r) < 0
	if !early && !late && !order {
		return
	}
	c.fill(r, e, p)
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

// fill copies the columns of a request.
func (c *Collector) fill(r *request, e *event.Event, p *plan) {
	for i, s := range p.cell {
		r.cell[i] = append(r.cell[i][:0], e.Value(s).Raw...)
	}
	switch verb := string(bytes.ToUpper(r.cell[method])); verb {
	case "GET":
		r.used = own(r.cell[query])
	case "HEAD", "OPTIONS":
		r.used = false
	default: // it has a body, or it is no ordinary request
		r.used, r.disguised = true, r.disguised || verb != "POST"
	}
}

func (c *Collector) filled(r *request, e *event.Event, p *plan) request {
	c.fill(r, e, p)
	return r.clone()
}

// visit notes an address.
func (pg *page) visit(h uint64) { pg.visitors = least(pg.visitors, h) }

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

// shrink keeps the maxPages pages with the lowest hashes, and none that had to
// give way before.
func (c *Collector) shrink() {
	var hashes []uint64
	for _, h := range c.hosts {
		for _, pg := range h.pages {
			hashes = append(hashes, pg.hash)
		}
	}
	c.count = len(hashes)
	if len(hashes) > maxPages {
		slices.Sort(hashes)
		c.giveWay(hashes[maxPages])
	}
	if c.greatest == 0 {
		return
	}
	for _, h := range c.hosts {
		for path, pg := range h.pages {
			if pg.hash >= c.greatest {
				delete(h.pages, path)
				c.count--
			}
		}
	}
}

// giveWay notes the lowest hash of a page that has to give way, 0 for none.
func (c *Collector) giveWay(hash uint64) {
	if c.greatest == 0 || hash != 0 && hash < c.greatest {
		c.greatest = hash
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
