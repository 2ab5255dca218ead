package caseload

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"spoor/internal/storyline"
)

// Bounds of what is compared: distinct values, their bytes, and how often
// they occur. Together they hold the index below about 200 MB whatever the
// cases state.
const (
	maxDistinct   = 1_000_000
	maxValueBytes = 64 << 20
	maxUses       = 10_000_000
	maxNamed      = 20 // cases that a shared value names; all are counted
)

// Value is a value that several cases have.
type Value struct {
	Kind  string `json:"kind"`  // shell_key, file, account, address, user_agent
	Value string `json:"value"` // in the form in which it is compared
	// Cases and Hosts say where it stands, Of how many cases were read: it is
	// the rarer the less of them have it. Victims are owners told apart.
	Cases   int      `json:"cases"`
	Hosts   int      `json:"hosts"`
	Victims int      `json:"victims"`
	Of      int      `json:"of_cases"`
	Common  string   `json:"common,omitempty"` // why it means nothing
	In      []string `json:"in"`               // the first maxNamed cases
}

// uses are the rows that state a value: the first stands alone, since most
// values have one.
type uses struct {
	first int32
	more  []int32
}

type index struct {
	at      [kinds]map[string]int32
	list    []uses
	bytes   int
	total   int
	leftOut int64
}

func newIndex() *index {
	x := &index{}
	for k := range x.at {
		x.at[k] = map[string]int32{}
	}
	return x
}

// add notes that a row states a value. Rows come in order, so a value that a
// row states twice in different forms is noted once.
func (x *index) add(kind int, value string, row int32) {
	value = compared(kind, value)
	if value == "" || x.total >= maxUses {
		if value != "" {
			x.leftOut++
		}
		return
	}
	n, known := x.at[kind][value]
	if !known {
		if len(x.list) >= maxDistinct || x.bytes+len(value) > maxValueBytes {
			x.leftOut++
			return
		}
		x.bytes += len(value)
		x.total++
		x.at[kind][strings.Clone(value)] = int32(len(x.list))
		x.list = append(x.list, uses{first: row})
		return
	}
	u := &x.list[n]
	last := u.first
	if len(u.more) > 0 {
		last = u.more[len(u.more)-1]
	}
	if last != row {
		x.total++
		u.more = append(u.more, row)
	}
}

// compare lists what several cases or victims have: kind by kind, what means
// nothing last, the rarest first.
func (x *index) compare(rows []Row, cases int) (shared, same []Value) {
	shared, same = []Value{}, []Value{}
	for kind := range x.at {
		for value, n := range x.at[kind] {
			u := &x.list[n]
			if len(u.more) == 0 {
				continue
			}
			held := append([]int32{u.first}, u.more...)
			v := Value{Kind: kindName(kind), Value: value, Hosts: len(held), Of: cases, Common: common(kind, value)}
			last := int32(-1)
			for _, row := range held {
				if r := &rows[row]; r.id != last {
					last = r.id
					v.Cases++
					if len(v.In) < maxNamed {
						v.In = append(v.In, r.Case)
					}
				}
			}
			v.Victims = victims(rows, held)
			switch {
			case v.Victims > 1:
				shared = append(shared, v)
			case v.Cases > 1:
				same = append(same, v)
			}
		}
	}
	order := func(a, b Value) int {
		return cmp.Or(cmp.Compare(kindRank(a.Kind), kindRank(b.Kind)), cmp.Compare(min(len(a.Common), 1), min(len(b.Common), 1)), cmp.Compare(a.Cases, b.Cases), cmp.Compare(a.Value, b.Value))
	}
	slices.SortFunc(shared, order)
	slices.SortFunc(same, order)
	return shared, same
}

func kindRank(name string) int {
	for k := range kinds {
		if kindName(k) == name {
			return k
		}
	}
	return kinds
}

// victims counts the owners of rows that can be told apart: the domains of
// full host names, and the short names that no full one of them begins with.
func victims(rows []Row, held []int32) int {
	domains, full, short := map[int32]bool{}, map[int32]bool{}, map[int32]bool{}
	for _, n := range held {
		r := &rows[n]
		if r.domain >= 0 {
			domains[r.domain], full[r.short] = true, true
		} else {
			short[r.short] = true
		}
	}
	n := len(domains)
	for s := range short {
		if !full[s] {
			n++
		}
	}
	return n
}

// victim numbers the domain and the short name of a host. One without a name
// belongs to its case alone.
func (l *loader) victim(dir string, h *host) (domain, short int32) {
	for _, name := range append([]string{h.name}, h.aliases...) {
		if _, err := netip.ParseAddr(name); err == nil || storyline.Unnamed(name) {
			continue
		}
		if first, rest, full := strings.Cut(strings.ToLower(strings.TrimSuffix(name, ".")), "."); full && rest != "" {
			return l.name("." + rest), l.name(first)
		}
	}
	if storyline.Unnamed(h.name) {
		return -1, l.name("/" + dir)
	}
	return -1, l.name(strings.ToLower(h.name))
}
