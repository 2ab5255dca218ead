package evtxlog

import (
	"slices"

	"spoor/event"
	"spoor/internal/cursor"
	"spoor/internal/limits"
)

// Capacities of a decoder's caches; a full cache is emptied and filled anew.
const (
	maxTemplates = max(4096>>limits.Shrink, 1)
	maxPlans     = max(4096>>limits.Shrink, 2)
	maxNames     = max(32768>>limits.Shrink, 4)
	maxRoutes    = max(65536>>limits.Shrink, 2)
	maxHosts     = max(65536>>limits.Shrink, 1)
	// maxTemplateWalk bounds the bytes walked for definitions in one chunk:
	// true definitions do not overlap and need one chunk size at most.
	maxTemplateWalk = 16 * chunkSize
	// maxPlanFields bounds the fields of all shapes made for one chunk; true
	// chunks need a few thousand at most.
	maxPlanFields = 1 << 17
	// maxPlanBytes bounds the memory of cached plans of one decoder.
	maxPlanBytes = max(32<<20>>limits.Shrink, 2000)
	// maxTemplateBytes bounds the memory of cached templates and names.
	maxTemplateBytes = max(32<<20>>limits.Shrink, 1000)
)

// template is a walked structure with its names resolved. Equal structures
// are one template, wherever and under whichever id they are stored.
type template struct {
	id      uint32
	ops     []op
	dynamic []uint32 // substitutions that give a Data element its name
	again   bool     // a definition of it was walked before
}

// recentPlan is the plan used last with an outer template.
type recentPlan struct {
	outer, inner *template
	sub          uint32
	plan         *plan
}

// definition is a template as one chunk stores it.
type definition struct {
	t    *template
	end  int
	code string // damage, where it could not be walked
}

// defSlot remembers where a definition was found: a look-up for each record is
// dearer than the rest of its frame.
type defSlot struct {
	epoch, off uint32
	def        *definition
}

const nameSlots = 1024

type nameSlot struct{ epoch, off, id uint32 }

// nameTable interns names; equal names have equal ids until it is emptied.
type nameTable struct {
	ids  map[string]uint32 // by UTF-16LE bytes
	text []string
	wide []string // as UTF-16LE bytes
}

func (n *nameTable) intern(wide []byte) uint32 {
	if id, ok := n.ids[string(wide)]; ok {
		return id
	}
	v := event.Value{Kind: event.Wide, Raw: wide}
	id := uint32(len(n.text))
	key := string(wide)
	n.text, n.wide = append(n.text, v.String()), append(n.wide, key)
	n.ids[key] = id
	return id
}

// definitionAt walks the template definition at a chunk offset, once per
// chunk.
func (d *Decoder) definitionAt(off int) *definition {
	slot := &d.defAt[(off^off>>8)&(len(d.defAt)-1)]
	if slot.epoch == d.epoch && slot.off == uint32(off) {
		return slot.def
	}
	def, ok := d.defs[uint32(off)]
	if !ok {
		def = d.walkDefinition(off)
		d.defs[uint32(off)] = def
	}
	*slot = defSlot{epoch: d.epoch, off: uint32(off), def: def}
	return def
}

// walkDefinition reads: next definition (4), GUID (16), data size (4), data.
// The size is a hint; the end token decides.
func (d *Decoder) walkDefinition(off int) *definition {
	size, ok := cursor.U32(d.chunk, off+20)
	if !ok || off < chunkHeaderSize {
		return d.define(definition{code: "template-offset"})
	}
	start := off + 24
	stated := len(d.chunk)
	if int64(start)+int64(size) <= int64(len(d.chunk)) && size > 0 {
		stated = start + int(size)
	}
	// The GUID may lie, so the structure is compared; but as a rule it tells
	// which one to compare with.
	guid, _ := cursor.U32(d.chunk, off+4)
	at := int(guid*0x9e3779b1>>24) & (len(d.byGUID) - 1)
	if d.walked <= maxTemplateWalk {
		for _, o := range [2]*outline{d.byGUID[at], d.byGUID[at^1]} {
			if o == nil {
				continue
			}
			if stop, ok := d.fits(o, start, stated); ok {
				d.walked += stop - start
				return d.define(definition{t: o.t, end: stop})
			}
		}
	}
	end, code := d.walkBudget(start, stated)
	if code != "" && stated < len(d.chunk) {
		end, code = d.walkBudget(start, len(d.chunk))
	}
	if code != "" {
		return d.define(definition{code: "template-" + code, end: stated})
	}
	t := d.internTemplate()
	if !t.again {
		t.again = true // in a folder of small logs most are met once
	} else if d.ended {
		if old := d.byGUID[at]; old != nil {
			if out := d.byGUID[at^1]; out != nil {
				d.templateBytes -= out.size()
			}
			d.byGUID[at^1] = old
		}
		o := d.outline(t, start, end)
		d.templateBytes += o.size()
		d.byGUID[at] = o
	}
	return d.define(definition{t: t, end: end})
}

// define keeps a definition for the time of its chunk.
func (d *Decoder) define(def definition) *definition {
	if len(d.defRoom) == cap(d.defRoom) {
		d.defRoom = make([]definition, 0, 64+2*cap(d.defRoom))
	}
	d.defRoom = append(d.defRoom, def)
	return &d.defRoom[len(d.defRoom)-1]
}

func (d *Decoder) walkBudget(start, end int) (int, string) {
	if d.walked > maxTemplateWalk {
		return 0, "budget"
	}
	stop, code := d.walk(start, end, true, true)
	d.walked += stop - start
	return stop, code
}

// internTemplate turns d.ops into a template, or finds the equal one.
func (d *Decoder) internTemplate() *template {
	h := uint64(len(d.ops))
	for i := range d.ops {
		h = d.ops[i].hash(h)
	}
	for _, t := range d.templates[h] {
		if sameOps(t.ops, d.ops) {
			return t
		}
	}
	d.templateCount++
	t := &template{id: d.templateCount, ops: append([]op(nil), d.ops...)}
	for i := range t.ops {
		if t.ops[i].text != nil {
			t.ops[i].text = append([]byte(nil), t.ops[i].text...)
		}
	}
	t.dynamic = d.dynamicNames(t.ops)
	d.templates[h] = append(d.templates[h], t)
	d.templateBytes += opBytes * len(t.ops)
	return t
}

// opBytes is the memory of one step, its text counted as if it were short:
// text is bounded by the bytes walked.
const opBytes = 64

// dynamicNames finds substitutions inside the Name attribute of Data
// elements.
func (d *Decoder) dynamicNames(ops []op) []uint32 {
	var subs []uint32
	naming := false
	element := ""
	for i := range ops {
		switch ops[i].code {
		case opOpen:
			element, naming = d.names.text[ops[i].name], false
		case opAttr:
			naming = namesByAttribute(element) && d.names.text[ops[i].name] == "Name"
		case opSub:
			if naming && !slices.Contains(subs, ops[i].sub) {
				subs = append(subs, ops[i].sub)
			}
		case opContent, opClose:
			naming = false
		}
	}
	return subs
}

// namesByAttribute reports elements that rules call by their Name attribute.
func namesByAttribute(element string) bool { return element == "Data" || element == "ComplexData" }

// makeRoom empties the caches that are full; called between chunks.
func (d *Decoder) makeRoom() {
	if len(d.names.text) > maxNames || d.templateCount > maxTemplates || d.templateBytes > maxTemplateBytes {
		d.names = nameTable{ids: map[string]uint32{}}
		d.templates = map[uint64][]*template{}
		d.byGUID = [len(d.byGUID)]*outline{}
		d.byLength = [len(d.byLength)]*template{}
		d.templateCount, d.templateBytes = 0, 0
		d.dropPlans()
	}
	if len(d.routes) > maxRoutes {
		d.routes = map[string]*event.Route{}
		d.dropPlans()
	}
	if len(d.hosts) > maxHosts {
		d.hosts = map[string]string{}
	}
}

// dropPlans empties the cache of plans.
func (d *Decoder) dropPlans() {
	d.plans = map[string]*plan{}
	d.shapes = map[uint64][]*event.Shape{}
	d.joins = newJoins()
	d.recent = [len(d.recent)]recentPlan{}
	d.pairs = [len(d.pairs)]pair{}
	d.planBytes = 0
}
