package exchangelog

import (
	"bytes"
	"fmt"
	"time"

	"spoor/event"
	"spoor/internal/limits"
	"spoor/internal/stream"
	"spoor/internal/textlog"
)

// Damage codes.
const (
	RowWidth  = "row-width"        // values do not match the header, and no known layout
	BadTime   = "bad-time"         // the row's time is none
	NoLayout  = "no-layout"        // no header, and no known layout fits
	Ambiguous = "ambiguous-layout" // two known layouts fit
	OpenQuote = "open-quote"       // a quoted value does not end on its line
	LineCut   = "line-cut"         // a line longer than textlog.MaxLine
	NulBytes  = "nul-bytes"        // a row of NULs, or NULs before a row
	BadHeader = "bad-header"       // a header without names or with too many
)

const (
	maxLayouts = max(64>>limits.Shrink, 1)
	// maxArena is the largest arena kept from block to block.
	maxArena = max(4<<20>>limits.Shrink, 64)
)

type decoder struct {
	scan       textlog.Scanner
	clock      textlog.Clock
	candidates []candidate
	layouts    map[layoutKey]*layout
	hosts      textlog.Names
	values     []event.Value
	arena      []byte
	nested     nested
	ev         event.Event
	sum        stream.Summary
	state      carry
	layout     *layout
	bad        bool
	lines      int64 // physical lines of the current row
}

type layoutKey struct{ header, logType string }

// NewDecoder makes a decoder. location is the zone of times without one, nil
// for UTC; Exchange writes a Z.
func NewDecoder(location *time.Location) stream.Decoder {
	return &decoder{
		clock:      textlog.Clock{Location: location},
		candidates: candidates(),
		layouts:    make(map[layoutKey]*layout),
		values:     make([]event.Value, 0, 96),
		nested:     newNested(),
	}
}

// Decode implements stream.Decoder.
func (d *decoder) Decode(b *stream.Block, yield func(*event.Event)) stream.Summary {
	d.sum = stream.Summary{}
	c, ok := b.Carry.(*carry)
	if !ok {
		c = &carry{text: textlog.Sniff(b.Data)}
	}
	d.state = *c
	d.useHeader()
	d.scan.Reset(b, c.text)
	if c.continued {
		n, _ := c.text.LineEnd(d.scan.Rest(), true)
		d.scan.Take(n, 1)
		d.damage(LineCut, fmt.Sprintf("%d more bytes of a line longer than %d", n, textlog.MaxLine), 0)
	}
	for {
		rest := d.scan.Rest()
		if len(rest) == 0 {
			if cap(d.arena) > maxArena {
				d.arena = nil
			}
			return d.sum
		}
		n, lines, open := rowEnd(c.text, rest, true, d.state.columns, d.state.sep)
		d.row(textlog.TrimEnd(d.scan.Take(n, lines)), int64(lines), open, yield)
	}
}

func (d *decoder) damage(code, detail string, lost int) {
	ref := d.scan.Ref()
	d.sum.AddDamage(event.Damage{Offset: ref.Offset, Line: ref.Line, Code: code, Detail: detail, Lost: lost})
}

func (d *decoder) lost(code, detail string) {
	d.sum.Lines.Damaged += d.lines
	d.damage(code, detail, 1)
}

func (d *decoder) useHeader() {
	d.layout, d.bad = nil, false
	if d.state.header == "" {
		return
	}
	key := layoutKey{d.state.header, d.state.logType}
	l, ok := d.layouts[key]
	if !ok {
		if len(d.layouts) >= maxLayouts {
			clear(d.layouts)
		}
		l = statedLayout(key.header, key.logType)
		d.layouts[key] = l
	}
	d.layout, d.bad = l, l == nil
}

func (d *decoder) row(line []byte, lines int64, open bool, yield func(*event.Event)) {
	d.lines = lines
	d.sum.Lines.Total += lines
	if len(line) >= textlog.MaxLine/2-1 && int(d.scan.Ref().Length) >= textlog.MaxLine && len(d.scan.Rest()) == 0 {
		d.damage(LineCut, "", 0)
	}
	line, nuls := textlog.TrimFront(line)
	if nuls {
		if len(bytes.TrimSpace(line)) == 0 {
			d.lost(NulBytes, "")
			return
		}
		d.damage(NulBytes, "", 0)
	}
	if len(line) == 0 || line[0] <= ' ' && len(bytes.TrimSpace(line)) == 0 {
		d.sum.Lines.Blank += lines
		return
	}
	if line[0] < '0' || line[0] > '9' {
		if d.frame(line) {
			return
		}
	}
	l := d.bind(line)
	if l == nil {
		return
	}
	if open {
		d.damage(OpenQuote, "", 0)
	}
	d.emit(l, line, yield)
}

// frame handles the lines around the rows: directives, comments and headers.
func (d *decoder) frame(line []byte) bool {
	header, changed := d.state.observe(line)
	if changed {
		d.useHeader()
	}
	switch {
	case header:
		d.sum.Lines.Header += d.lines
		if d.bad {
			d.damage(BadHeader, "", 0)
		}
	case line[0] == '#':
		d.sum.Lines.Comment += d.lines
	case d.layout != nil && d.layout.listing && isRule(line):
		d.sum.Lines.Header += d.lines
	default:
		return false
	}
	return true
}

// bind splits a row by the layout in force, or by the one known layout that it
// fits; nil when the row was counted as lost.
func (d *decoder) bind(line []byte) *layout {
	if l := d.layout; l != nil {
		if l.listing {
			return d.bindListing(l, line)
		}
		n := d.split(line)
		if n == l.width {
			return l
		}
		if found, _ := d.infer(line, n); found != nil {
			return found
		}
		if n == l.width+1 {
			if found := d.widen(l); found != nil {
				return found
			}
		}
		d.lost(RowWidth, fmt.Sprintf("%d values, %d columns", n, l.width))
		return nil
	}
	n := d.split(line)
	found, twice := d.infer(line, n)
	switch {
	case found != nil:
		return found
	case twice:
		d.lost(Ambiguous, fmt.Sprintf("%d values", n))
	default:
		d.lost(NoLayout, fmt.Sprintf("%d values", n))
	}
	return nil
}

// bindListing splits a row of a listing: a time, blanks, and the rest.
func (d *decoder) bindListing(l *layout, line []byte) *layout {
	i := bytes.IndexByte(line, ' ')
	if i < 0 || !isTime.fits(line[:i]) {
		d.lost(RowWidth, "")
		return nil
	}
	d.values = append(d.values[:0], event.TextValue(line[:i:i]), event.TextValue(bytes.TrimSpace(line[i:])))
	return l
}

// split cuts a row into d.values; doubled quotes are made one in the arena.
func (d *decoder) split(line []byte) int {
	values, sep := d.values[:0], comma(d.state.sep)
	if bytes.IndexByte(line, '"') < 0 {
		for {
			i := bytes.IndexByte(line, sep)
			if i < 0 || len(values) == MaxColumns {
				break
			}
			values = append(values, event.TextValue(line[:i:i]))
			line = line[i+1:]
		}
		d.values = append(values, event.TextValue(line))
		return len(d.values)
	}
	if need := 2 * len(line); cap(d.arena) < need {
		d.arena = make([]byte, 0, need)
	}
	d.arena = d.arena[:0]
	w := walker{data: line, sep: sep}
	for len(values) <= MaxColumns && w.next() {
		raw := line[w.start:w.end:w.end]
		if w.twice && w.quoted {
			start := len(d.arena)
			d.arena = undouble(d.arena, raw, '"')
			raw = d.arena[start:len(d.arena):len(d.arena)]
		}
		values = append(values, event.TextValue(raw))
	}
	d.values = values
	return len(values)
}

// infer finds the one known layout that the split row fits; where the log
// type is known only its layouts are tried. twice says that two fitted.
func (d *decoder) infer(line []byte, n int) (found *layout, twice bool) {
	want := formatOf(d.state.logType, nil)
	for i := range d.candidates {
		c := &d.candidates[i]
		if want != Other && c.layout.route.Format != want || !d.fits(c, line, n) {
			continue
		}
		if found != nil {
			return nil, true
		}
		found = c.layout
	}
	if found != nil && found.rest {
		d.takeRest(line)
	}
	return found, false
}

func (d *decoder) fits(c *candidate, line []byte, n int) bool {
	if c.layout.rest {
		first := d.values[0].Raw
		return n >= 2 && isTime.fits(first) && len(first) < len(line) && isItems.fits(line[len(first)+1:])
	}
	if n != len(c.anchors) {
		return false
	}
	for i, a := range c.anchors {
		if a != anything && !a.fits(d.values[i].Raw) {
			return false
		}
	}
	return true
}

// takeRest makes the rest of the line the second value. Such a row lost the
// quotes around its last value, but not the doubling inside.
func (d *decoder) takeRest(line []byte) {
	first := d.values[0]
	raw := line[len(first.Raw)+1:]
	if bytes.Contains(raw, []byte(`""`)) {
		d.arena = undouble(d.arena[:0], raw, '"')
		raw = d.arena
	}
	d.values = append(d.values[:0], first, event.TextValue(raw))
}

func (d *decoder) emit(l *layout, line []byte, yield func(*event.Event)) {
	var t event.Time
	if l.time >= 0 && len(d.values[l.time].Raw) > 0 {
		var ok bool
		if t, _, ok = d.clock.ISO(d.values[l.time].Raw, event.FromRow); !ok {
			d.lost(BadTime, "")
			return
		}
	} else if l.time < 0 {
		t, _, _ = d.clock.ISO(d.values[0].Raw, event.FromRow)
	}
	host := ""
	if l.host >= 0 {
		host = d.hosts.Of(d.values[l.host].Raw)
	}
	shape := l.shape
	if l.items >= 0 {
		shape = d.expand(l, line)
	}
	if l.plain != nil && len(d.values) == l.width {
		// A new buffer, because the row's values may be windows into the arena;
		// such a row is rare.
		if plain, ok := textlog.PlainQuery(nil, d.values[l.agent].Raw, d.values[l.query].Raw); ok {
			d.values = append(d.values, event.TextValue(plain))
			shape = l.plain
		}
	}
	d.ev = event.Event{Shape: shape, Values: d.values, Route: l.route, Host: host, Time: t, Ref: d.scan.Ref()}
	d.sum.Lines.Parsed += d.lines
	d.sum.Count(&d.ev)
	yield(&d.ev)
}
