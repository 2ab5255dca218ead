package evtxlog

import (
	"spoor/event"
	"spoor/internal/cursor"
	"spoor/internal/limits"
)

// Records of one kind follow each other, and of thirty values about five
// differ: a record whose templates are those of an earlier one is compared with
// that one, and only what differs is taken apart. Inside a chunk the values that
// did not change stay windows into the earlier record, which holds the same
// bytes and lives as long; the first record of a kind in a chunk is compared
// with a copy of the last one of the chunk before. Whatever is not plain (a
// value that comes or goes, an embedded fragment in an odd place, a cut value)
// is decoded in full.

// repeating is what a plan keeps for that. It costs memory, so it is made when
// a plan has been used a few times: in a folder of small logs most are not.
type repeating struct {
	met    int // records decoded in full, up to warmUp; -1 where they always are
	ready  bool
	values []event.Value // of the record met last; nil before ready
	series event.Series
	uses   [2]uses
	next   []int32 // by slot: the next one with the same substitution, or -1
	last   previous
	kept   []byte // the record of an earlier chunk
}

const warmUp = 3

// uses holds, for each value of an instance, the first slot that it fills, or
// -1.
type uses []int32

// previous is where the record stands whose values a plan holds.
type previous struct {
	epoch  uint32 // of its chunk, keptEpoch in the plan's own copy; 0 without a record
	nested int    // the outer value that holds the inner instance, or -1
	outer  descriptors
	inner  descriptors
	end    int
}

// descriptors are those of the values of an instance: n of 4 bytes each, with
// the values behind them.
type descriptors struct{ at, n int }

func (x *descriptors) data() int { return x.at + 4*x.n }

// pair knows the plan of two templates.
type pair struct {
	outer, inner *template // inner nil without
	plan         *plan
}

func (d *Decoder) pairOf(outer, inner *template) *pair {
	at := outer.id
	if inner != nil {
		at += 16 * inner.id
	}
	return &d.pairs[at%uint32(len(d.pairs))]
}

// repeat decodes a record by comparing it with the one before that had the same
// templates. It returns its plan and where its content ends, or nil when the
// record must be decoded in full.
func (d *Decoder) repeat(pos, end int) (*plan, int) {
	var now previous
	var outer, inner *template
	if outer, now.outer = d.head(pos, end); outer == nil {
		return nil, 0
	}
	now.epoch, now.nested = d.epoch, -1
	at, size, data := 0, 0, now.outer.data()
	heads := d.chunk[now.outer.at:data]
	for i := 0; i < now.outer.n; i++ {
		// Two descriptors at a time; the types of both are in x, as zero where
		// the value is binary XML.
		if two, ok := cursor.U64(heads, 4*i); ok {
			x := (two ^ typeBinXML<<16 ^ typeBinXML<<48) & 0xff_0000_00ff_0000
			if uint32(x) != 0 && x>>32 != 0 {
				data += int(two&0xffff) + int(two>>32&0xffff)
				i++
				continue
			}
		}
		head, _ := cursor.U32(heads, 4*i)
		n := int(head & 0xffff)
		if uint8(head>>16) == typeBinXML && n > 0 {
			if now.nested >= 0 {
				return nil, 0
			}
			now.nested, at, size = i, data, n
		}
		data += n
	}
	if data > end {
		return nil, 0
	}
	if now.end = data; now.nested >= 0 {
		if inner, now.inner = d.head(at, at+size); inner == nil {
			return nil, 0
		}
	}
	known := d.pairOf(outer, inner)
	if known.outer != outer || known.inner != inner {
		return nil, 0
	}
	p := known.plan
	last := p.last
	if last.epoch == 0 || last.nested != now.nested || last.outer.n != now.outer.n || last.inner.n != now.inner.n {
		return nil, 0
	}
	d.use(p, now)
	clear(p.series.Changed)
	next, ok := 0, false
	if last.epoch == d.epoch {
		_, ok = d.compare(p, p.uses[0], last.outer, now.outer, now.nested, end)
		if ok && now.nested >= 0 {
			next, ok = d.compare(p, p.uses[1], last.inner, now.inner, -1, at+size)
		}
	} else {
		_, ok = d.follow(p, p.uses[0], last.outer, now.outer, now.nested, end)
		if ok && now.nested >= 0 {
			next, ok = d.follow(p, p.uses[1], last.inner, now.inner, -1, at+size)
		}
	}
	if !ok || now.nested >= 0 && next < at+size && startsFragment(d.chunk[next]) {
		p.last.epoch = 0
		return nil, 0
	}
	d.values = p.values
	s := &p.series
	s.N++
	if s.Has(p.channel) || s.Has(p.provider) || s.Has(p.id) {
		d.route(p)
	}
	if s.Has(p.computer) {
		p.host = d.host(d.at(p.computer))
	}
	return p, data
}

// head reads the start of a template instance. It returns nil for what is not
// one with values.
func (d *Decoder) head(pos, end int) (*template, descriptors) {
	for pos+4 <= end && d.chunk[pos] == tokFragment {
		pos += 4
	}
	if pos+14 > end || d.chunk[pos] != tokInstance {
		return nil, descriptors{}
	}
	off, _ := cursor.U32(d.chunk, pos+6)
	def, at := d.definitionAt(int(off)), pos+10
	if def.t == nil {
		return nil, descriptors{}
	}
	if int(off) == at {
		at = def.end
	}
	n, ok := cursor.U32(d.chunk[:end], at)
	x := descriptors{at: at + 4, n: int(n)}
	if !ok || n == 0 || n > maxSubstitutions || x.data() > end {
		return nil, descriptors{}
	}
	return def.t, x
}

// use notes that a plan holds the values of a record of this chunk.
func (d *Decoder) use(p *plan, now previous) {
	if p.last.epoch != d.epoch {
		d.inUse = append(d.inUse, p)
	}
	p.last = now
}

// keptEpoch is the epoch of no chunk.
const keptEpoch = ^uint32(0)

// maxKept bounds the record that a plan keeps beyond its chunk.
const maxKept = max(4096>>limits.Shrink, 64)

// keep copies the last record of each kind before its chunk is handed back.
func (d *Decoder) keep() {
	for _, p := range d.inUse {
		x := &p.last
		if x.epoch != d.epoch {
			continue
		}
		start := x.outer.at
		if x.end-start > maxKept {
			x.epoch = 0
			continue
		}
		room := cap(p.kept)
		p.kept = append(p.kept[:0], d.chunk[start:x.end]...)
		d.planBytes += cap(p.kept) - room
		x.epoch, x.outer.at, x.inner.at, x.end = keptEpoch, 0, x.inner.at-start, x.end-start
	}
	clear(d.inUse)
	d.inUse = d.inUse[:0]
}

// remember keeps the record that was decoded in full for the next of its kind.
func (d *Decoder) remember(p *plan) {
	p.series.N += 2
	p.last.epoch = 0
	if p.met < warmUp {
		if p.met >= 0 {
			p.met++
		}
		return
	}
	outer := &d.inst[0]
	now := previous{epoch: d.epoch, nested: -1, outer: descriptors{outer.heads, outer.n}, end: outer.stop}
	ok := outer.plain() && len(d.inst) <= 2
	var t *template
	if ok && len(d.inst) == 2 {
		inner := &d.inst[1]
		ok = inner.plain() && inner.parent == 0
		t, now.nested, now.inner = inner.t, int(inner.sub), descriptors{inner.heads, inner.n}
	}
	if ok && !p.ready && !d.prepare(p) {
		p.met = -1
	}
	if !ok || !p.ready || len(p.uses[0]) != now.outer.n || len(p.uses[1]) != now.inner.n {
		return
	}
	d.use(p, now)
	*d.pairOf(outer.t, t) = pair{outer.t, t, p}
}

// plain reports that an instance has a template, whole values, and that none of
// them names a field.
func (in *instance) plain() bool {
	return in.t != nil && in.heads > 0 && in.n > 0 && !in.cut && len(in.t.dynamic) == 0
}

// prepare makes what a plan needs for comparing records, unless its slots are
// more than values and constants, or the memory of plans is used up.
func (d *Decoder) prepare(p *plan) bool {
	size, constants, most := len(p.sources)*(valueBytes+4), 0, 0
	for i := range d.inst {
		size += 4 * d.inst[i].n
	}
	if len(p.sources) == 0 || len(p.mixed) > 0 || d.planBytes+size > maxPlanBytes {
		return false
	}
	var use [2]uses
	for i := range d.inst {
		use[i] = make(uses, d.inst[i].n)
		for k := range use[i] {
			use[i][k] = -1
		}
	}
	next := make([]int32, len(p.sources))
	for slot := range p.sources {
		s := &p.sources[slot]
		next[slot] = -1
		if s.from == fromText {
			if constants += len(p.texts[s.extra].Raw); constants > maxExpansion/2 {
				return false
			}
			continue
		}
		if int(s.inst) >= len(d.inst) || int(s.sub) >= d.inst[s.inst].n {
			continue // null in every record with as many values
		}
		if len(d.inst) == 2 && s.inst == 0 && s.sub == d.inst[1].sub {
			return false
		}
		next[slot] = use[s.inst][s.sub]
		use[s.inst][s.sub] = int32(slot)
		n := 1
		for other := next[slot]; other >= 0; other = next[other] {
			n++
		}
		most = max(most, n)
		if most > maxExpansion/2/chunkSize {
			return false // fill must count the bytes of each record
		}
	}
	d.planBytes += size
	p.uses, p.next, p.ready = use, next, true
	p.values = append(make([]event.Value, 0, len(d.values)), d.values...)
	p.series.Changed = make([]uint64, (len(p.sources)+63)/64)
	return true
}

// valueBytes is the memory of a value.
const valueBytes = 40
