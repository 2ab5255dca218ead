package event

import (
	"hash/fnv"
	"strings"
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
	slots    map[string][]Slot
}

// NewShape makes a shape for a format ("evtx", "w3c", "httpproxy", ...).
// inferred says that the layout was worked out from the rows because no
// header stated it. The fields are copied.
func NewShape(format string, fields []Field, inferred bool) *Shape {
	s := &Shape{format: format, fields: append([]Field(nil), fields...), inferred: inferred, slots: make(map[string][]Slot, len(fields)+8)}
	h := fnv.New64a()
	h.Write([]byte(format))
	for i, f := range s.fields {
		h.Write([]byte{0, byte(f.Section)})
		h.Write([]byte(f.Name))
		h.Write([]byte{1})
		h.Write([]byte(f.Path))
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
	s.id = h.Sum64()
	if inferred {
		s.id = ^s.id
	}
	return s
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
// whose name EventData or UserData use is reached as "System.Name" only. The
// result is shared and must not be changed.
func (s *Shape) Slots(name string) []Slot { return s.slots[name] }

// Slot returns the first slot of a name, or -1.
func (s *Shape) Slot(name string) Slot {
	if all := s.slots[name]; len(all) > 0 {
		return all[0]
	}
	return -1
}

// OutputName is the name under which a slot is written to NDJSON: the plain
// name, or "System.Name" where the plain one means another field.
func (s *Shape) OutputName(slot Slot) string {
	f := s.fields[slot]
	if f.Section == System && s.hidden(f.Name) {
		return "System." + f.Name
	}
	return f.Name
}

// String lists the format and the field names, for diagnostics.
func (s *Shape) String() string {
	names := make([]string, len(s.fields))
	for i, f := range s.fields {
		names[i] = f.Name
	}
	return s.format + "(" + strings.Join(names, " ") + ")"
}
