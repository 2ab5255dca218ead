package xmllog

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"spoor/event"
	"spoor/internal/limits"
	"spoor/internal/stream"
	"spoor/internal/textlog"
)

const (
	maxPlans  = max(2048>>limits.Shrink, 2)
	maxRoutes = max(8192>>limits.Shrink, 2)
	maxHosts  = max(8192>>limits.Shrink, 1)
	// maxArena is the largest arena kept from block to block.
	maxArena = max(4<<20>>limits.Shrink, 64)
	// maxSignature bounds the signatures that are kept; larger ones are worked
	// out each time.
	maxSignature = max(64<<10>>limits.Shrink, 200)
)

type decoder struct {
	scan   textlog.Scanner
	clock  textlog.Clock
	read   reader
	plans  map[string]*plan
	routes map[string]*event.Route
	hosts  map[string]string
	key    []byte
	ev     event.Event
	sum    stream.Summary
}

// NewDecoder makes a decoder. location is the zone of times without one, nil
// for UTC; events state theirs.
func NewDecoder(location *time.Location) stream.Decoder {
	return &decoder{clock: textlog.Clock{Location: location}, plans: map[string]*plan{}, routes: map[string]*event.Route{}, hosts: map[string]string{}}
}

// Decode implements stream.Decoder.
func (d *decoder) Decode(b *stream.Block, yield func(*event.Event)) stream.Summary {
	d.sum = stream.Summary{}
	c, ok := b.Carry.(*carry)
	if !ok {
		c = &carry{text: textlog.Sniff(b.Data), last: true}
	}
	d.scan.Reset(b, c.text)
	first := c.continued
	for {
		rest := d.scan.Rest()
		if len(rest) == 0 {
			if cap(d.read.arena) > maxArena {
				d.read = reader{}
			}
			return d.sum
		}
		n := nextRow(rest, true)
		lines := countLines(rest[:n], c.last && n == len(rest))
		row := d.scan.Take(n, lines)
		d.sum.Lines.Total += int64(lines)
		if first { // the end of an event that was too long
			first = false
			d.sum.Lines.Damaged += int64(lines)
			d.damage(RowCut, fmt.Sprintf("%d more bytes of an event longer than %d", n, textlog.MaxLine), 0)
			continue
		}
		d.row(row, int64(lines), yield)
	}
}

func (d *decoder) damage(code, detail string, lost int) {
	ref := d.scan.Ref()
	d.sum.AddDamage(event.Damage{Offset: ref.Offset, Line: ref.Line, Code: code, Detail: detail, Lost: lost})
}

// row reads an event with what stands before it.
func (d *decoder) row(row []byte, lines int64, yield func(*event.Event)) {
	start := eventStart(row)
	if start < 0 {
		d.between(row, lines)
		return
	}
	if !onlyMarkup(row[:start]) {
		d.damage(Stray, "", 0)
	}
	code := d.read.read(row[start:])
	if code != "" {
		if len(row) >= textlog.MaxLine {
			code = RowCut
		}
		d.sum.Lines.Damaged += lines
		d.damage(code, "", 1)
		return
	}
	d.sum.Lines.Parsed += lines
	d.emit(yield)
}

// between counts what stands before, between and behind events.
func (d *decoder) between(row []byte, lines int64) {
	switch {
	case len(bytes.Trim(textlog.TrimBOM(row), " \t\r\n")) == 0:
		d.sum.Lines.Blank += lines
	case onlyMarkup(row):
		d.sum.Lines.Comment += lines
	default:
		d.sum.Lines.Damaged += lines
		d.damage(BadXML, "", 1)
	}
}

// eventStart finds the start tag of an event, -1 for none. Of several the last
// one is it: the others were cut off.
func eventStart(row []byte) int {
	for end := len(row); ; {
		i := bytes.LastIndex(row[:end], []byte("<Event"))
		if i < 0 {
			return -1
		}
		if next := i + len("<Event"); next < len(row) && (isSpace(row[next]) || row[next] == '>') {
			return i
		}
		end = i
	}
}

// onlyMarkup reports a declaration, comments, and the tags of a root.
func onlyMarkup(text []byte) bool {
	text = bytes.Trim(textlog.TrimBOM(text), " \t\r\n")
	for len(text) > 0 {
		end := bytes.IndexByte(text, '>')
		if text[0] != '<' || end < 0 {
			return false
		}
		tag := bytes.TrimPrefix(text[1:end], []byte{'/'})
		if bytes.HasPrefix(tag, []byte("Event")) && !bytes.HasPrefix(tag, []byte("Events")) {
			return false // an event that was cut off
		}
		text = bytes.TrimLeft(text[end+1:], " \t\r\n")
	}
	return true
}

// webProvider is what IIS logs requests as, where it logs them as events
// (https://learn.microsoft.com/iis/manage/provisioning-and-managing-iis/
// configure-logging-in-iis, log event destination).
const webProvider = "Microsoft-Windows-IIS-Logging"

func (d *decoder) emit(yield func(*event.Event)) {
	p := d.plan()
	d.ev = event.Event{Shape: p.shape, Values: d.read.values, Ref: d.scan.Ref()}
	e := &d.ev
	if id := e.Value(p.record); id.Present() {
		e.Ref.Record, _ = id.Uint64()
	}
	if v := e.Value(p.time); v.Present() {
		t, _, ok := d.clock.ISO(v.Raw, event.FromExport)
		if !ok {
			d.damage(BadTime, "", 0)
		}
		e.Time = t
	}
	e.Route = d.route(e, p)
	e.Host = d.host(e.Value(p.computer))
	d.sum.Count(e)
	yield(e)
}

func (d *decoder) plan() *plan {
	if p, ok := d.plans[string(d.read.sig)]; ok && p.web == d.isWeb(p) {
		return p
	}
	p := makePlan(d.read.sig, false)
	if d.isWeb(p) {
		p = makePlan(d.read.sig, true)
	}
	if len(d.read.sig) <= maxSignature {
		if len(d.plans) >= maxPlans {
			clear(d.plans)
		}
		d.plans[string(d.read.sig)] = p
	}
	return p
}

func (d *decoder) isWeb(p *plan) bool {
	return p.provider >= 0 && string(d.read.values[p.provider].Raw) == webProvider
}

func (d *decoder) route(e *event.Event, p *plan) *event.Route {
	channel, provider := e.Value(p.channel), e.Value(p.provider)
	id, _ := e.Value(p.id).Uint64()
	d.key = channel.AppendText(d.key[:0])
	split := len(d.key)
	d.key = append(d.key, 0)
	d.key = provider.AppendText(d.key)
	end := len(d.key)
	d.key = strconv.AppendUint(append(d.key, 0), id, 10)
	r, ok := d.routes[string(d.key)]
	if !ok {
		if len(d.routes) >= maxRoutes {
			clear(d.routes)
		}
		r = &event.Route{Format: Format, Channel: string(d.key[:split]), Provider: string(d.key[split+1 : end]), EventID: uint32(min(id, 1<<32-1))}
		if p.web {
			r = &event.Route{Format: "w3c", Channel: "iis"}
		}
		d.routes[string(d.key)] = r
	}
	return r
}

func (d *decoder) host(v event.Value) string {
	if v.Empty() {
		return ""
	}
	d.key = v.AppendText(d.key[:0])
	name, ok := d.hosts[string(d.key)]
	if !ok {
		if len(d.hosts) >= maxHosts {
			clear(d.hosts)
		}
		name = string(d.key)
		d.hosts[name] = name
	}
	return name
}
