package event

import "strconv"

// ItemID is the position of an item of evidence in the canonical order of one
// examination.
type ItemID uint32

// Ref leads from an event back to its bytes.
type Ref struct {
	Item   ItemID
	Offset int64  // byte offset of the record in the item's content
	Length int32  // bytes of the record
	Line   int64  // 1-based line, 0 where the format has none
	Record uint64 // event record id, 0 where the format has none
}

// Route says which log a record belongs to. Readers intern routes, so that a
// plan can be found by pointer; two routes with equal content mean the same.
type Route struct {
	Format   string // the shape's format
	Channel  string // event log channel, or the log's kind for text logs
	Provider string // event provider
	EventID  uint32
}

// Event is one record: valid only until the reader's yield returns.
type Event struct {
	Shape  *Shape
	Values []Value // one per slot of the shape
	Route  *Route
	Host   string // the record's own computer or server column, "" if none
	Time   Time
	Ref    Ref
	// Series says what changed since the event before, nil where the decoder
	// does not tell. It is shared by the events of the series.
	Series *Series
}

// Series is a row of events of one shape from one decoder. A decoder that
// compares a record with the one before it says here which values differ, so
// that whoever keeps something by event need not compare again.
type Series struct {
	// N numbers the event. Where it is not one more than the number of the
	// event before, nothing is known of what changed.
	N uint64
	// Changed has a bit for each slot. A slot whose bit is zero holds what it
	// held in event N-1; values that are absent are so in both.
	Changed []uint64
}

// Has reports that a slot may have changed since the event before; a slot
// below zero has not.
func (s *Series) Has(slot Slot) bool {
	if slot < 0 || int(slot>>6) >= len(s.Changed) {
		return slot >= 0
	}
	return s.Changed[slot>>6]>>(slot&63)&1 != 0
}

// Value returns the content of a slot; a slot below zero is absent.
func (e *Event) Value(slot Slot) Value {
	if slot < 0 || int(slot) >= len(e.Values) {
		return Value{}
	}
	return e.Values[slot]
}

// Get returns the first value of a name that is present.
func (e *Event) Get(name string) Value {
	for _, slot := range e.Shape.Slots(name) {
		if v := e.Value(slot); v.Present() {
			return v
		}
	}
	return Value{}
}

// Clone copies the event and every window, so that it outlives its block.
func (e *Event) Clone() *Event {
	c := *e
	c.Series = nil
	total := 0
	for i := range e.Values {
		total += len(e.Values[i].Raw)
	}
	buf := make([]byte, 0, total)
	c.Values = append([]Value(nil), e.Values...)
	for i := range c.Values {
		if raw := c.Values[i].Raw; raw != nil {
			start := len(buf)
			buf = append(buf, raw...)
			c.Values[i].Raw = buf[start:len(buf):len(buf)]
		}
	}
	return &c
}

// AppendJSON appends the fields as one JSON object in slot order, absent
// fields left out. Equal names and lists become arrays; numbers and booleans
// that JSON readers keep exactly stay so, larger numbers become strings.
func (e *Event) AppendJSON(dst []byte) []byte {
	e.Shape.index()
	start := len(dst)
	for slot := range e.Values {
		dst = e.appendJSONSlot(dst, Slot(slot))
	}
	return closeJSON(dst, start)
}

// appendJSONSlot appends a comma, the slot's name and its value, or nothing
// where the value is absent or was written with an earlier slot of its name.
func (e *Event) appendJSONSlot(dst []byte, slot Slot) []byte {
	v := &e.Values[slot]
	if v.Kind == Absent {
		return dst
	}
	o := &e.Shape.out[slot]
	if o.same == nil {
		return v.AppendJSON(append(dst, o.key...))
	}
	if e.presentBefore(o.same, slot) {
		return dst
	}
	return e.appendJSONList(append(dst, o.key...), o.same)
}

func (e *Event) presentBefore(slots []Slot, slot Slot) bool {
	for _, s := range slots {
		if s >= slot {
			return false
		}
		if e.Values[s].Present() {
			return true
		}
	}
	return false
}

func (e *Event) appendJSONList(dst []byte, same []Slot) []byte {
	dst = append(dst, '[')
	first := true
	for _, s := range same {
		e.Value(s).Each(func(v Value) { // a list beside others adds its elements
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = v.AppendJSON(dst)
		})
	}
	return append(dst, ']')
}

// maxJSONInt is the largest integer that every JSON reader keeps exactly
// (RFC 8259 section 6).
const maxJSONInt = 1<<53 - 1

// AppendJSON appends the value as JSON. Null is null, a list an array.
func (v *Value) AppendJSON(dst []byte) []byte {
	switch v.Kind {
	case Wide:
		return appendWideJSON(dst, v.Raw)
	case Uint:
		if v.Bits <= maxJSONInt {
			return AppendUint(dst, v.Bits)
		}
		return append(AppendUint(append(dst, '"'), v.Bits), '"')
	case Absent, Null:
		return append(dst, "null"...)
	case Text:
		return AppendJSONString(dst, v.Raw)
	case Int:
		if n := int64(v.Bits); n >= -maxJSONInt && n <= maxJSONInt {
			return strconv.AppendInt(dst, n, 10)
		}
		return append(v.AppendText(append(dst, '"')), '"')
	case Hex, FileTime, SysTime, GUID, SID, Binary:
		return append(v.AppendText(append(dst, '"')), '"') // digits, letters and signs that need no escape
	case Bool:
		if v.Bits <= 1 {
			return v.AppendText(dst)
		}
	case List:
		dst = append(dst, '[')
		first := true
		v.Each(func(e Value) {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = e.AppendJSON(dst)
		})
		return append(dst, ']')
	}
	var buf [256]byte
	return AppendJSONString(dst, v.AppendText(buf[:0]))
}
