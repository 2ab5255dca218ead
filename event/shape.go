package event

import (
	"slices"
	"strings"
	"sync"
)

// Slot is the index of a field in its shape, and of its value in an event.
type Slot int

// Section says which part of a record a field stands in. Where EventData or
// UserData repeat a name of System, they hide it; see [Shape.Slots].
type Section uint8

// The sections. Columns are the fields of text logs and JSON events.
const (
	Column Section = iota
	System
	EventData
	UserData
	// Rendering is the RenderingInfo of a forwarded event: sentences and
	// names that the forwarding host wrote. Its names start with
	// "RenderingInfo.", so it hides nothing.
	Rendering
)

// Field names one slot of a shape.
type Field struct {
	// Name is what rules call the field: "Image", "EventID", "cs-uri-stem".
	// An attribute of a System element is "Element_Attribute"
	// ("Provider_Name"), but TimeCreated and EventID carry plain names.
	Name string
	// Path is where the record states it: "UserData/EventXML/Address",
	// "System/Provider/@Name". Empty where it would equal Name.
	Path string
	// Section is the part of the record.
	Section Section
	// Claimed marks what the client of a request chose freely (user agent,
	// forwarded-for, user name before logon): evidence of what was said, not
	// of what was so.
	Claimed bool
}

// Shape is the layout shared by many events. It is immutable once made and
// safe for use by many goroutines.
type Shape struct {
	format   string
	fields   []Field
	inferred bool
	id       uint64
	// Names are indexed when one is first asked for: in a folder of small
	// logs most shapes differ in nothing that a rule asks.
	once  sync.Once
	slots map[string][]Slot
	out   []output
	// repeats says that two slots are written under one name.
	repeats bool
}

// output is how a slot is written to JSON, worked out once: a look-up of the
// name for every value took a quarter of the time of writing an event.
type output struct {
	name string
	key  []byte // a comma, the name as a JSON string, a colon
	same []Slot // all slots of the name, where there are others
}

// LayoutID is a hash of a layout: equal layouts have equal ids in every
// process.
func LayoutID(format string, fields []Field, inferred bool) uint64 {
	h := mix(14695981039346656037, format)
	for i := range fields {
		f := &fields[i]
		h = mix(mix(h^uint64(f.Section), f.Name), f.Path)
	}
	if inferred {
		return ^h
	}
	return h
}

// mix takes eight bytes at a time: byte by byte this was a twentieth of the
// time of decoding small logs.
func mix(h uint64, s string) uint64 {
	const odd = 0x9e3779b97f4a7c15
	h ^= uint64(len(s)) << 56
	for len(s) >= 8 {
		h = (h ^ (uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56)) * odd
		h ^= h >> 32
		s = s[8:]
	}
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * odd
	}
	return h ^ h>>29
}

// NewShape makes a shape for a format ("evtx", "w3c", "httpproxy", ...).
// inferred says that the layout was worked out from the rows because no
// header stated it. The fields are copied.
func NewShape(format string, fields []Field, inferred bool) *Shape {
	return &Shape{format: format, fields: slices.Clone(fields), inferred: inferred, id: LayoutID(format, fields, inferred)}
}

// Is reports whether the shape is exactly this layout.
func (s *Shape) Is(format string, fields []Field, inferred bool) bool {
	return s.format == format && s.inferred == inferred && slices.Equal(s.fields, fields)
}

// Same reports whether two shapes are the same layout.
func (s *Shape) Same(t *Shape) bool { return s == t || s.Is(t.format, t.fields, t.inferred) }

// index makes the look-up of names.
func (s *Shape) index() {
	s.once.Do(func() {
		s.slots = make(map[string][]Slot, len(s.fields)+8)
		for i, f := range s.fields {
			if f.Section == System {
				s.add("System."+f.Name, Slot(i))
				continue
			}
			s.add(f.Name, Slot(i))
		}
		for i, f := range s.fields {
			if f.Section == System && !s.hidden(f.Name) {
				s.add(f.Name, Slot(i))
			}
		}
		// Rules write names without their blanks (Sigma specification 2.1,
		// "Field Usage": "New Value" is NewValue). A field that is called so
		// goes before.
		for i, f := range s.fields {
			if strings.Contains(f.Name, " ") {
				short := strings.ReplaceAll(f.Name, " ", "")
				if all := s.slots[short]; len(all) == 0 || strings.Contains(s.fields[all[0]].Name, " ") {
					s.add(short, Slot(i))
				}
			}
		}
		s.out = make([]output, len(s.fields))
		for i, f := range s.fields {
			o := &s.out[i]
			o.name = f.Name
			if f.Section == System && s.hidden(f.Name) {
				o.name = "System." + f.Name
			}
			o.key = append(AppendJSONString([]byte{','}, []byte(o.name)), ':')
			if same := s.slots[o.name]; len(same) > 1 {
				o.same, s.repeats = same, true
			}
		}
	})
}

func (s *Shape) add(name string, slot Slot) { s.slots[name] = append(s.slots[name], slot) }

// hidden reports whether a section other than System uses the name: those
// slots are added first, so the first one tells.
func (s *Shape) hidden(name string) bool {
	all := s.slots[name]
	return len(all) > 0 && s.fields[all[0]].Section != System
}

// Format names the record format that made the shape.
func (s *Shape) Format() string { return s.format }

// ID is a hash of the whole layout: equal layouts have equal ids in every
// process.
func (s *Shape) ID() uint64 { return s.id }

// Inferred reports that no header stated this layout.
func (s *Shape) Inferred() bool { return s.inferred }

// Len is the number of slots.
func (s *Shape) Len() int { return len(s.fields) }

// Field describes one slot.
func (s *Shape) Field(slot Slot) Field { return s.fields[slot] }

// Slots returns the slots that a rule's field name means, in order. A name
// that occurs more than once among siblings means all of them. A System field
// whose name EventData or UserData use is reached as "System.Name" only. A name
// with blanks ("New Value") is also reached without them, where no field is
// called so. The result is shared and must not be changed.
func (s *Shape) Slots(name string) []Slot {
	s.index()
	return s.slots[name]
}

// Slot returns the first slot of a name, or -1.
func (s *Shape) Slot(name string) Slot {
	if all := s.Slots(name); len(all) > 0 {
		return all[0]
	}
	return -1
}

// OutputName is the name under which a slot is written to NDJSON: the plain
// name, or "System.Name" where the plain one means another field.
func (s *Shape) OutputName(slot Slot) string {
	s.index()
	return s.out[slot].name
}

// String lists the format and the field names, for diagnostics.
func (s *Shape) String() string {
	names := make([]string, len(s.fields))
	for i, f := range s.fields {
		names[i] = f.Name
	}
	return s.format + "(" + strings.Join(names, " ") + ")"
}
