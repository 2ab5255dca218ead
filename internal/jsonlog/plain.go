package jsonlog

import (
	"io"
	"slices"
	"strings"

	"spoor/event"
	"spoor/internal/stream"
)

// Plain says how the objects of a program are read that are not Windows events:
// every value is a field by its dotted path, and every object is an event.
type Plain struct {
	Log  string   // what the records are called, as their route's format
	Time []string // fields with the time, the first that is there; empty means the usual names
	Host string   // the field with the host's name, "" for none
}

type plainForm struct {
	route *event.Route
	times []string
	host  string
}

func (p Plain) form() *plainForm {
	f := &plainForm{route: &event.Route{Format: p.Log}, times: slices.Clone(p.Time), host: p.Host}
	if len(f.times) == 0 {
		names := timeNames()
		f.times = append(append(f.times, names[:]...), "time", "ts")
	}
	return f
}

// plainField names a leaf by the keys on the way to it.
func plainField(path []string) event.Field {
	name, full := clip(strings.Join(path, ".")), clip(strings.Join(path, "/"))
	if full == name {
		full = ""
	}
	return event.Field{Name: name, Path: full}
}

func (f *plainForm) bind(p *plan, fields []event.Field) {
	for _, name := range f.times {
		for i := range fields {
			if fields[i].Name == name {
				p.times = append(p.times, event.Slot(i))
			}
		}
	}
	if f.host != "" {
		p.computer = event.Slot(slices.IndexFunc(fields, func(x event.Field) bool { return x.Name == f.host }))
	}
}

// Objects reads objects one by one or from a stream, for users of the library:
// exported Windows events, or with a form those of any program. One goroutine
// uses it.
type Objects struct{ d *decoder }

// NewObjects makes a reader of objects; of a nil form they are exported Windows
// events.
func NewObjects(form *Plain) *Objects {
	o := &Objects{newDecoder(nil)}
	if form != nil {
		o.d.plain = form.form()
		o.d.flat.plain = true
	}
	return o
}

// Event makes an event of one object. It and its values are windows into data
// and the reader, until the next call. With the code BadTime there is an event,
// with every other there is none.
func (o *Objects) Event(data []byte) (*event.Event, string) {
	d := o.d
	if cap(d.flat.arena) > maxArena || cap(d.flat.sig) > maxArena {
		d.flat = flattener{inner: new(flattener), plain: d.plain != nil}
	}
	start := skip(data, 0)
	if start >= len(data) || data[start] != '{' {
		return nil, BadJSON
	}
	n, code := d.flat.object(data[start:])
	if code == "" && skip(data, start+n) != len(data) {
		code = Trailing
	}
	if code != "" {
		return nil, code
	}
	code = d.event(event.Ref{Length: int32(min(len(data), 1<<31-1))})
	if code == NotEvent {
		return nil, code
	}
	return &d.ev, code
}

// Read yields the events of a stream of objects until yield returns false.
func (o *Objects) Read(r io.Reader, t *event.Total, yield func(*event.Event) bool) error {
	return stream.Read(NewSplitter(r, 0), o.d, t, yield)
}
