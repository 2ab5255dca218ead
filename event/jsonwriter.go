package event

import (
	"bytes"
	"slices"
)

// JSONWriter writes events exactly as [Event.AppendJSON] does. Most values of
// a log are those of the event of the same shape before (provider, channel,
// computer, level, names of accounts), so it keeps those and the text that
// they became, and copies whole runs of fields that did not change. One
// goroutine uses it at a time.
type JSONWriter struct {
	clock   Clock
	buffer  uint64 // the number of the buffer in use
	written [writtenShapes]writtenEvent
}

const (
	// writtenShapes is how many shapes are remembered. A shape that takes the
	// place of another costs time, never an answer.
	writtenShapes = 64
	// maxWrittenSlots, maxWrittenRaw and maxWrittenText bound what is
	// remembered of one shape: events with more fields are written anew each
	// time, and so are values with more bytes; a longer text is not kept from
	// one buffer to the next.
	maxWrittenSlots = 512
	maxWrittenRaw   = 256
	maxWrittenText  = 16 << 10
)

// writtenEvent is the event of a shape that was written last.
type writtenEvent struct {
	shape  *Shape
	slots  []writtenSlot
	buffer uint64 // where its text stands: at is an offset there
	at     int
	text   []byte // else the text itself
}

type writtenSlot struct {
	Value // Raw is the slot's own copy
	known bool
	end   int // of the slot's text, from the start of the event
}

// Begin makes ready for another buffer; dst is the one used before, nil if
// there was none.
func (w *JSONWriter) Begin(dst []byte) {
	for i := range w.written {
		last := &w.written[i]
		if last.shape == nil || last.buffer != w.buffer {
			continue
		}
		end := last.at + last.slots[len(last.slots)-1].end
		if end > len(dst) || end-last.at > maxWrittenText {
			last.shape = nil
			continue
		}
		last.text = append(last.text[:0], dst[last.at:end]...)
	}
	w.buffer++
}

// AppendTime writes a time as [Time.Append] does.
func (w *JSONWriter) AppendTime(dst []byte, t Time) []byte { return w.clock.Append(dst, t) }

// Append appends the event's fields as one JSON object to the buffer, which
// must be the one that it was called with since Begin, with nothing changed
// in what was appended.
func (w *JSONWriter) Append(dst []byte, e *Event) []byte {
	s := e.Shape
	s.index()
	n := len(e.Values)
	if n == 0 || n > maxWrittenSlots {
		return e.AppendJSON(dst)
	}
	last := &w.written[s.id%writtenShapes]
	start, from, before := len(dst), 0, last.text
	if last.shape != s || len(last.slots) != n {
		last.forget(s, n)
	} else if last.buffer == w.buffer {
		from, before = last.at, dst
	}
	last.at, last.buffer = start, w.buffer
	// Each slot's text starts with a comma. What stands in the event before
	// from run on, in slots that did not change, waits to be copied.
	run, end := from, from
	for slot := range e.Values {
		v, was := &e.Values[slot], &last.slots[slot]
		next := from + was.end
		if was.is(v) {
			was.end = len(dst) - start + next - run
			end = next
			continue
		}
		dst = again(dst, before, run, end, run == from)
		run, end = next, next
		alone := s.out[slot].same == nil
		if v.Kind == FileTime && alone {
			dst = append(append(dst, s.out[slot].key...), '"')
			dst = append(w.clock.Append(dst, TimeFromFileTime(v.Bits, NoTime)), '"')
		} else {
			dst = e.appendJSONSlot(dst, Slot(slot))
		}
		was.set(v, alone)
		was.end = len(dst) - start
	}
	return closeJSON(again(dst, before, run, end, run == from), start)
}

// forget makes the event before one without any text.
func (last *writtenEvent) forget(s *Shape, n int) {
	last.shape = s
	last.slots = slices.Grow(last.slots[:0], n)[:n]
	for i := range last.slots {
		last.slots[i].known, last.slots[i].end = false, 0
	}
}

// is reports that a value is written like the one before.
func (was *writtenSlot) is(v *Value) bool {
	return was.known && v.Bits == was.Bits && v.Kind == was.Kind && v.Elem == was.Elem && v.Width == was.Width && bytes.Equal(v.Raw, was.Raw)
}

func (was *writtenSlot) set(v *Value, known bool) {
	was.known = known && len(v.Raw) <= maxWrittenRaw
	if was.known {
		raw := append(was.Raw[:0], v.Raw...)
		was.Value = *v
		was.Raw = raw
	}
}

// again copies a run of the event before.
func again(dst, before []byte, run, end int, opening bool) []byte {
	if run == end {
		return dst
	}
	at := len(dst)
	dst = append(dst, before[run:end]...)
	if opening {
		dst[at] = ',' // a brace there: it may no longer be the first field
	}
	return dst
}

// closeJSON makes an object of slots that start with a comma each.
func closeJSON(dst []byte, start int) []byte {
	if len(dst) == start {
		return append(dst, '{', '}')
	}
	dst[start] = '{'
	return append(dst, '}')
}
