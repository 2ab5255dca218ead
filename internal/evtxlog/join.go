package evtxlog

// joins holds the names and paths of fields, which are made of the names of
// elements and attributes. Each is made once and known by its parts: to look it
// up by its text took a third of the time of making a plan.
type joins struct {
	ids    map[uint64]uint32
	text   []string // 0 is the empty path of the root
	recent [512]joinSlot
}

type joinSlot struct {
	key uint64 // 0 is none
	id  uint32
}

type joinKind uint64

const (
	joinElement   joinKind = iota + 1 // a path and the name of an element
	joinAttribute                     // a path and the name of an attribute
	joinName                          // the names of an element and its attribute
)

func newJoins() joins { return joins{ids: map[uint64]uint32{}, text: []string{""}} }

// join returns the place in joins.text of a path or name made of two parts;
// which tables a and b are in is the kind's matter.
func (p *planner) join(kind joinKind, a, b uint32) uint32 {
	j := &p.d.joins
	key := uint64(kind)<<62 | uint64(a)<<31 | uint64(b)
	slot := &j.recent[(key*0x9e3779b97f4a7c15)>>55]
	if slot.key == key {
		return slot.id
	}
	id, ok := j.ids[key]
	if !ok {
		id = uint32(len(j.text))
		name := p.d.names.text[b]
		switch {
		case kind == joinName:
			name = p.d.names.text[a] + "_" + name
		case kind == joinAttribute:
			name = j.text[a] + "/@" + name
		case a != 0:
			name = j.text[a] + "/" + name
		}
		j.text = append(j.text, name)
		j.ids[key] = id
		p.size += len(name) + 48
	}
	*slot = joinSlot{key, id}
	return id
}
