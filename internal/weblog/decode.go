package weblog

import (
	"bytes"
	"fmt"
	"time"

	"spoor/event"
	"spoor/internal/stream"
	"spoor/internal/textlog"
)

// Damage codes.
const (
	RowWidth   = "row-width"        // values do not match the columns of #Fields
	BadTime    = "bad-time"         // the date or the time of day is none
	NoLayout   = "no-layout"        // no #Fields, and no known layout fits
	Ambiguous  = "ambiguous-layout" // no #Fields, and two known layouts fit
	LineCut    = "line-cut"         // a line longer than textlog.MaxLine
	NulBytes   = "nul-bytes"        // a row of NULs, or NULs before a row
	BadHeader  = "bad-header"       // #Fields names no column, or too many
	NoDate     = "no-date"          // a time of day without any date before it
	maxColumns = MaxColumns + 1
)

type decoder struct {
	scan       textlog.Scanner
	clock      textlog.Clock
	candidates []candidate
	layouts    map[layoutKey]*layout
	hosts      textlog.Names
	values     []event.Value
	ev         event.Event
	sum        stream.Summary
	// in force
	state        carry
	layout       *layout
	accessLayout *layout // of rows without a header, once there was one
	bad          bool    // the #Fields line in force names no usable layout
	day          int64
	haveDay      bool
	saidDate     bool
}

type layoutKey struct {
	fields, channel string
	local           bool
}

// NewDecoder makes a decoder. location is the zone of the logs that are in
// local time, nil for UTC: the fixed IIS format, and logs that say "#Time
// Format: Local". W3C rows are UTC by specification and never shifted
// (https://www.w3.org/TR/WD-logfile.html).
func NewDecoder(location *time.Location) stream.Decoder {
	return &decoder{
		clock:      textlog.Clock{Location: location},
		candidates: candidates(),
		layouts:    make(map[layoutKey]*layout),
		values:     make([]event.Value, 0, 32),
	}
}

// Decode implements stream.Decoder.
func (d *decoder) Decode(b *stream.Block, yield func(*event.Event)) stream.Summary {
	d.sum = stream.Summary{}
	c, ok := b.Carry.(*carry)
	if !ok {
		c = &carry{text: textlog.Sniff(b.Data), channel: "iis"}
	}
	d.state, d.saidDate = *c, false
	d.useFields()
	d.useDate()
	d.scan.Reset(b, c.text)
	if c.continued {
		d.skipRest()
	}
	for {
		line, ok := d.scan.Line()
		if !ok {
			break
		}
		d.line(line, yield)
	}
	return d.sum
}

// skipRest passes over the rest of a line that was cut; the line was counted
// in the block that holds its beginning.
func (d *decoder) skipRest() {
	n, _ := d.state.text.LineEnd(d.scan.Rest(), true)
	d.scan.Take(n, 1)
	d.damage(LineCut, fmt.Sprintf("%d more bytes of a line longer than %d", n, textlog.MaxLine), 0)
}

func (d *decoder) damage(code, detail string, lost int) {
	ref := d.scan.Ref()
	d.sum.AddDamage(event.Damage{Offset: ref.Offset, Line: ref.Line, Code: code, Detail: detail, Lost: lost})
}

func (d *decoder) line(line []byte, yield func(*event.Event)) {
	d.sum.Lines.Total++
	if len(line) >= textlog.MaxLine/2-1 {
		d.checkCut()
	}
	line, nuls := textlog.TrimFront(line)
	if nuls {
		if len(bytes.TrimSpace(line)) == 0 {
			d.lost(NulBytes, "")
			return
		}
		d.damage(NulBytes, "", 0)
	}
	switch {
	case len(line) == 0 || line[0] <= ' ' && len(bytes.TrimSpace(line)) == 0:
		d.sum.Lines.Blank++
	case line[0] == '#', isHeading(line):
		d.directive(line)
	default:
		d.row(line, yield)
	}
}

// checkCut notes a line that reached the cap without its ending.
func (d *decoder) checkCut() {
	if int(d.scan.Ref().Length) >= textlog.MaxLine && len(d.scan.Rest()) == 0 {
		d.damage(LineCut, "", 0)
	}
}

// lost counts a line that gave no event.
func (d *decoder) lost(code, detail string) {
	d.sum.Lines.Damaged++
	d.damage(code, detail, 1)
}

func (d *decoder) directive(line []byte) {
	line = closed(line)
	if hasDirective(line, "#Fields:") || line[0] != '#' {
		d.sum.Lines.Header++
		if d.state.observe(line) || d.layout == nil {
			d.useFields()
		}
		if d.bad {
			d.damage(BadHeader, "", 0)
		}
		return
	}
	d.sum.Lines.Comment++
	date := d.state.date
	if d.state.observe(line) {
		d.useFields()
		if d.state.date != date {
			d.useDate()
		}
	}
}

func (d *decoder) useFields() {
	d.layout, d.bad = nil, false
	if d.state.fields == "" {
		return
	}
	key := layoutKey{d.state.fields, d.state.channel, d.state.local}
	l, ok := d.layouts[key]
	if !ok {
		if len(d.layouts) >= maxLayouts {
			clear(d.layouts)
		}
		if d.state.fields[0] == '#' {
			l = statedLayout([]byte(d.state.fields), d.state.channel, d.state.local)
		} else {
			l = tableLayout([]byte(d.state.fields), d.state.channel, d.state.local)
		}
		d.layouts[key] = l
	}
	d.layout, d.bad = l, l == nil
}

func (d *decoder) useDate() {
	d.haveDay = false
	if len(d.state.date) >= 10 {
		d.day, d.haveDay = d.clock.Day([]byte(d.state.date[:10]))
	}
}

func (d *decoder) row(line []byte, yield func(*event.Event)) {
	l := d.layout
	if l != nil && l.sep != 0 {
		if n := d.cells(line, l.sep); n != l.width {
			d.lost(RowWidth, fmt.Sprintf("%d values, %d columns", n, l.width))
			return
		}
	} else if l != nil {
		n := d.split(line, ' ')
		if n == l.width+1 && len(d.values[n-1].Raw) == 0 {
			n-- // a trailing blank
		}
		if n != l.width {
			if !d.repair(l, line, n) {
				d.lost(RowWidth, fmt.Sprintf("%d values, %d columns", n, l.width))
				return
			}
			d.emitRow(l, l.placed, yield)
			return
		}
		d.values = d.values[:n]
	} else {
		if d.bad {
			d.lost(NoLayout, "the header in force is unusable")
			return
		}
		if t, ok := d.access(line); ok {
			if d.accessLayout == nil {
				d.accessLayout = ncsaLayout()
			}
			d.emit(d.accessLayout, t, yield)
			return
		}
		if l = d.infer(unprefixed(line)); l == nil {
			return
		}
	}
	d.emitRow(l, l.shape, yield)
}

// emitRow hands out a row whose values are in place.
func (d *decoder) emitRow(l *layout, shape *event.Shape, yield func(*event.Event)) {
	t, ok := d.time(l)
	if !ok {
		d.lost(BadTime, "")
		return
	}
	d.emitAs(l, shape, t, yield)
}

func (d *decoder) emit(l *layout, t event.Time, yield func(*event.Event)) {
	d.emitAs(l, l.shape, t, yield)
}

func (d *decoder) emitAs(l *layout, shape *event.Shape, t event.Time, yield func(*event.Event)) {
	d.ev = event.Event{Shape: shape, Values: d.values, Route: l.route, Time: t, Ref: d.scan.Ref()}
	if l.uri >= 0 && len(d.values) == l.width {
		stem, query, asked := bytes.Cut(d.values[l.uri].Raw, []byte("?"))
		if !asked {
			query = []byte("-")
		}
		d.values = append(d.values, event.TextValue(stem), event.TextValue(query))
		d.ev.Values = d.values
	}
	if l.plain != nil && len(d.values) == l.width {
		if plain, ok := textlog.PlainQuery(nil, d.values[l.agent].Raw, d.values[l.query].Raw); ok {
			d.values = append(d.values, event.TextValue(plain))
			d.ev.Shape, d.ev.Values = l.plain, d.values
		}
	}
	if l.host >= 0 {
		d.ev.Host = d.host(d.values[l.host].Raw)
	}
	d.sum.Lines.Parsed++
	d.sum.Count(&d.ev)
	yield(&d.ev)
}

// split cuts a row at a separator into d.values and returns the count, which
// is capped one above the widest layout.
func (d *decoder) split(line []byte, sep byte) int {
	values := d.values[:0]
	for {
		i := bytes.IndexByte(line, sep)
		if i < 0 || len(values) == maxColumns {
			values = append(values, event.TextValue(line))
			break
		}
		values = append(values, event.TextValue(line[:i:i]))
		line = line[i+1:]
	}
	d.values = values
	return len(values)
}

// infer finds the one known layout that a row fits.
func (d *decoder) infer(line []byte) *layout {
	comma := bytes.Contains(line, []byte(", "))
	var found *layout
	var width int
	if comma {
		if l := d.inferSplit(line, ',', &width); l != nil {
			return l
		}
	}
	found = d.inferSplit(line, ' ', &width)
	if found == nil && width >= 0 {
		d.lost(NoLayout, fmt.Sprintf("%d values", width))
	}
	return found
}

// inferSplit tries the known layouts of one separator; width is -1 when the
// row was counted as lost already.
func (d *decoder) inferSplit(line []byte, sep byte, width *int) *layout {
	n := d.split(line, sep)
	if sep == ',' {
		for i := range d.values {
			d.values[i].Raw = bytes.TrimLeft(d.values[i].Raw, " ")
		}
		if len(d.values[n-1].Raw) == 0 {
			n--
			d.values = d.values[:n]
		}
	}
	*width = n
	var found *layout
	for i := range d.candidates {
		c := &d.candidates[i]
		if c.comma != (sep == ',') || len(c.anchors) != n || !c.fits(d.values) {
			continue
		}
		if found != nil {
			*width = -1
			d.lost(Ambiguous, fmt.Sprintf("%d values", n))
			return nil
		}
		found = c.layout
	}
	return found
}

func (c *candidate) fits(values []event.Value) bool {
	for i, a := range c.anchors {
		if a != anything && !a.fits(values[i].Raw) {
			return false
		}
	}
	return true
}

// time reads the row's instant. A row with a date only has the beginning of
// that day; a row without any date has none.
func (d *decoder) time(l *layout) (event.Time, bool) {
	var sec int64
	var nano int32
	var fraction uint8
	ok := true
	if l.clock >= 0 {
		raw := d.values[l.clock].Raw
		if sec, nano, fraction, ok = textlog.TimeOfDay(raw); !ok && l.local {
			sec, ok = shortClock(raw)
		}
		if !ok {
			return event.Time{}, false
		}
	}
	day, source := d.day, event.FromCarried
	switch {
	case l.date >= 0:
		raw := d.values[l.date].Raw
		if day, ok = d.clock.Day(raw); !ok && l.local {
			day, ok = usDay(raw)
		}
		if !ok {
			return event.Time{}, false
		}
		source = event.FromRow
	case !d.haveDay || l.clock < 0:
		if !d.saidDate {
			d.saidDate = true
			d.damage(NoDate, "", 0)
		}
		return event.Time{}, true
	}
	if l.local {
		return d.clock.Local(day, sec, nano, fraction), true
	}
	return d.clock.At(day, sec, nano, fraction, source), true
}

// host is the server's name; "-" is none.
func (d *decoder) host(raw []byte) string {
	if len(raw) == 1 && raw[0] == '-' {
		return ""
	}
	return d.hosts.Of(raw)
}
