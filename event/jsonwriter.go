package event

import (
	"bytes"
	"math/bits"
	"slices"

	"spoor/internal/limits"
)

// JSONWriter writes events exactly as [Event.AppendJSON] does. Most values of
// a log are those of the event of the same shape before (provider, channel,
// computer, level, names of accounts), so it keeps those and the text that
// they became, and copies whole runs of fields that did not change. One
// goroutine uses it at a time.
type JSONWriter struct {
	clock   Clock
	buffer  uint64 // the number of the buffer in use
	changed []uint64
	turn    uint64
	written [writtenShapes]writtenEvent
}

const (
	// writtenShapes is how many shapes are remembered. A shape that takes the
	// place of another costs time, never an answer.
	writtenShapes = max(64>>limits.Shrink, 4)
	// maxWrittenSlots, maxWrittenRaw and maxWrittenText bound what is
	// remembered of one shape: events with more fields are written anew each
	// time, and so are values with more bytes; a longer text is not kept from
	// one buffer to the next.
	maxWrittenSlots = max(512>>limits.Shrink, 4)
	maxWrittenRaw   = max(256>>limits.Shrink, 4)
	maxWrittenText  = max(16<<10>>limits.Shrink, 64)
)

// writtenEvent is the event of a shape that was written last.
type writtenEvent struct {
	shape  *Shape
	series *Series // of the event, with its number there
	number uint64
	slots  []writtenSlot
	ends   []int  // of each slot's text, from the start of the event
	buffer uint64 // where the text stands: at is an offset there
	at     int
	text   []byte // else the text itself
}

// writtenSlot is what a slot's text was made of.
type writtenSlot struct {
	Value // Raw is the slot's own copy
	known bool
}

// Begin makes ready for another buffer; dst is the one used before, nil if
// there was none.
func (w *JSONWriter) Begin(dst []byte) {
	for i := range w.written {
		last := &w.written[i]
		if last.shape == nil || last.buffer != w.buffer {
			continue
		}
		end := last.at + last.ends[len(last.ends)-1]
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
	last := w.of(s)
	start, from, before := len(dst), 0, last.text
	told := e.Series != nil && e.Series == last.series && e.Series.N == last.number+1
	if last.shape != s || len(last.slots) != n {
		last.forget(s, n)
		told = false
	} else if last.buffer == w.buffer {
		from, before = last.at, dst
	}
	last.at, last.buffer = start, w.buffer
	if last.series = e.Series; last.series != nil {
		last.number = last.series.N
	}
	if told {
		return w.appendChanged(dst, e, last, before[from:])
	}
	// Each slot's text starts with a comma. What stands in the event before
	// from run on, in slots that did not change, waits to be copied.
	run, end := from, from
	for slot := range e.Values {
		v, was := &e.Values[slot], &last.slots[slot]
		next := from + last.ends[slot]
		if was.is(v) {
			last.ends[slot] = len(dst) - start + next - run
			end = next
			continue
		}
		dst = again(dst, before, run, end, run == from)
		run, end = next, next
		dst = w.appendSlot(dst, e, Slot(slot))
		was.set(v, s.out[slot].same == nil)
		last.ends[slot] = len(dst) - start
	}
	return closeJSON(again(dst, before, run, end, run == from), start)
}

// appendChanged writes an event of which its decoder said what changed since
// the one before: no value is compared, and what stands between the slots that
// changed is copied.
func (w *JSONWriter) appendChanged(dst []byte, e *Event, last *writtenEvent, before []byte) []byte {
	start, ends := len(dst), last.ends
	changed := e.Series.Changed
	if e.Shape.repeats {
		changed = w.spread(e)
	}
	// The text before is copied down to copied. The ends before next are those
	// of this event; the others have moved by shift.
	copied, next, shift := 0, 0, 0
	for i, word := range changed {
		for ; word != 0; word &= word - 1 {
			slot := i<<6 | bits.TrailingZeros64(word)
			if shift != 0 {
				for k := next; k < slot; k++ {
					ends[k] += shift
				}
			}
			begin := 0
			if slot > 0 {
				begin = ends[slot-1] - shift
			}
			dst = append(dst, before[copied:begin]...)
			dst = w.appendSlot(dst, e, Slot(slot))
			last.slots[slot].known = false
			copied, next = ends[slot], slot+1
			ends[slot] = len(dst) - start
			shift = ends[slot] - copied
		}
	}
	end := ends[len(ends)-1]
	if next < len(ends) {
		for k := next; shift != 0 && k < len(ends); k++ {
			ends[k] += shift
		}
		dst = append(dst, before[copied:end]...)
	}
	return closeJSON(dst, start)
}

// spread returns the slots to write again where names repeat: the first slot
// of a name that is present holds the text of all.
func (w *JSONWriter) spread(e *Event) []uint64 {
	w.changed = append(w.changed[:0], e.Series.Changed...)
	for i, word := range e.Series.Changed {
		for ; word != 0; word &= word - 1 {
			for _, s := range e.Shape.out[i<<6|bits.TrailingZeros64(word)].same {
				if e.Values[s].Kind != Absent {
					w.changed[s>>6] |= 1 << (s & 63)
					break
				}
			}
		}
	}
	return w.changed
}

// appendSlot writes a slot as [Event.AppendJSON] does; the kinds that change
// most come first.
func (w *JSONWriter) appendSlot(dst []byte, e *Event, slot Slot) []byte {
	v, o := &e.Values[slot], &e.Shape.out[slot]
	if o.same != nil {
		return e.appendJSONSlot(dst, slot)
	}
	switch v.Kind {
	case Absent:
		return dst
	case Wide:
		return appendWideJSON(append(dst, o.key...), v.Raw)
	case FileTime:
		dst = append(append(dst, o.key...), '"')
		return append(w.clock.Append(dst, TimeFromFileTime(v.Bits, NoTime)), '"')
	}
	return v.AppendJSON(append(dst, o.key...))
}

// of finds the event of a shape that was written last, or the one to give up
// for it: a shape has four places, so that a log's dozen shapes do not push each
// other out.
func (w *JSONWriter) of(s *Shape) *writtenEvent {
	first := s.id % writtenShapes
	for i := range uint64(4) {
		if last := &w.written[first^i]; last.shape == s {
			return last
		}
	}
	for i := range uint64(4) {
		if last := &w.written[first^i]; last.shape == nil {
			return last
		}
	}
	w.turn++
	return &w.written[first^w.turn&3]
}

// forget makes the event before one without any text.
func (last *writtenEvent) forget(s *Shape, n int) {
	last.shape = s
	last.slots = slices.Grow(last.slots[:0], n)[:n]
	last.ends = slices.Grow(last.ends[:0], n)[:n]
	clear(last.ends)
	for i := range last.slots {
		last.slots[i].known = false
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
