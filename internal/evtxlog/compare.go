package evtxlog

import (
	"bytes"

	"spoor/event"
	"spoor/internal/cursor"
)

// compare looks for the values of an instance that differ from the record
// before, which stands in the same chunk, and takes them apart. It returns where
// the values end. Where descriptors are equal their values are compared across
// all of them: one by one took twice as long. The outer value that holds the
// inner instance is left out.
func (d *Decoder) compare(p *plan, u uses, was, now descriptors, nested, end int) (int, bool) {
	before, at := was.data(), now.data()
	old, heads := d.chunk[was.at:before], d.chunk[now.at:at]
	limit := now.n
	if nested >= 0 {
		limit = nested
	}
	for i := 0; i < now.n; {
		// Two descriptors at a time, as long as they are equal.
		j, sizes := i, uint64(0)
		for j+2 <= limit {
			x, _ := cursor.U64(old, 4*j)
			y, _ := cursor.U64(heads, 4*j)
			if x != y {
				break
			}
			sizes += x & 0xffff_0000_ffff
			j += 2
		}
		size := int(uint32(sizes)) + int(sizes>>32)
		if size > 0 {
			if size > end-at || !p.differing(u, heads, i, d.chunk[before:before+size], d.chunk[at:at+size]) {
				return 0, false
			}
			before, at = before+size, at+size
		}
		if j == now.n {
			break
		}
		x, _ := cursor.U32(old, 4*j)
		y, _ := cursor.U32(heads, 4*j)
		n, m := int(x&0xffff), int(y&0xffff)
		if m > end-at {
			return 0, false
		}
		if j == nested {
			limit = now.n
		} else if (x^y)&0xff_ffff != 0 || !bytes.Equal(d.chunk[before:before+n], d.chunk[at:at+m]) {
			if !p.renew(u, j, uint8(x>>16), uint8(y>>16), d.chunk[at:at+m:at+m]) {
				return 0, false
			}
		}
		before, at, i = before+n, at+m, j+1
	}
	return at, true
}

// differing takes those values apart whose bytes differ. The bytes are those of
// the value i and of others behind it, which are as long as in the record before.
func (p *plan) differing(u uses, heads []byte, i int, old, now []byte) bool {
	start := 0 // of value i
	for at := cursor.Differ(old, now, 0); at < len(now); at = cursor.Differ(old, now, start) {
		for {
			head, _ := cursor.U32(heads, 4*i)
			from := start
			start, i = start+int(head&0xffff), i+1
			if start > at {
				typ := uint8(head >> 16)
				if !p.renew(u, i-1, typ, typ, now[from:start:start]) {
					return false
				}
				break
			}
		}
	}
	return true
}

// follow is compare for a record whose predecessor stands in the plan's copy:
// the values that did not change become windows into the chunk at hand.
func (d *Decoder) follow(p *plan, u uses, was, now descriptors, nested, end int) (int, bool) {
	before, at := was.data(), now.data()
	old, heads := p.kept[was.at:before], d.chunk[now.at:at]
	for i := range now.n {
		x, _ := cursor.U32(old, 4*i)
		y, _ := cursor.U32(heads, 4*i)
		n, m := int(x&0xffff), int(y&0xffff)
		if m > end-at {
			return 0, false
		}
		raw := d.chunk[at : at+m : at+m]
		if i == nested {
			before, at = before+n, at+m
			continue
		}
		if (x^y)&0xff_ffff != 0 || !bytes.Equal(p.kept[before:before+n], raw) {
			if !p.renew(u, i, uint8(x>>16), uint8(y>>16), raw) {
				return 0, false
			}
		} else {
			for slot := u[i]; slot >= 0; slot = p.next[slot] {
				if v := &p.values[slot]; len(v.Raw) > 0 {
					v.Raw = raw[:len(v.Raw):len(v.Raw)]
				}
			}
		}
		before, at = before+n, at+m
	}
	return at, true
}

// renew fills the slots of a value that changed. It gives up where a field
// comes or goes, because others may depend on it.
func (p *plan) renew(u uses, sub int, was, typ uint8, raw []byte) bool {
	if (was == typeNull) != (typ == typeNull) || was == typeBinXML || typ == typeBinXML {
		return false
	}
	for slot := u[sub]; slot >= 0; slot = p.next[slot] {
		v := &p.values[slot]
		if v.Kind == event.Absent {
			return false
		}
		put(v, typ, raw)
		if v.Kind == event.Null && p.sources[slot].optional {
			return false
		}
		p.series.Changed[slot>>6] |= 1 << (slot & 63)
	}
	return true
}
