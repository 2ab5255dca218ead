package jsonevent

import (
	"errors"
	"fmt"
	"io"
	"iter"

	"spoor/event"
	"spoor/internal/jsonlog"
)

// Format says what the objects of a program are. Its zero value is good.
type Format struct {
	// Log is what the records are called where a log source lists formats;
	// empty means "object".
	Log string
	// Time names the fields that may hold the record's time, the best first;
	// empty means the usual names (@timestamp, timestamp, time, ts and others).
	Time []string
	// Host names the field with the host that the record is of, if there is one.
	Host string
}

// Decoder makes events of JSON objects. It remembers their shapes; one goroutine
// uses it.
type Decoder struct{ objects *jsonlog.Objects }

// NewDecoder makes a decoder of the objects of any program.
func NewDecoder(f Format) *Decoder {
	if f.Log == "" {
		f.Log = "object"
	}
	return &Decoder{jsonlog.NewObjects(&jsonlog.Plain{Log: f.Log, Time: f.Time, Host: f.Host})}
}

// NewWindowsDecoder makes a decoder of exported Windows events.
func NewWindowsDecoder() *Decoder { return &Decoder{jsonlog.NewObjects(nil)} }

// Error is why an object is no event, with a code: bad-json, too-deep, too-many
// (fields), long-key, trailing-text, or not-an-event for a Windows event without
// an event id.
type Error struct{ Code string }

// Error names the code.
func (e *Error) Error() string { return "read JSON object: " + e.Code }

// Event makes an event of one object. The event is valid until the decoder is
// used again, and only as long as the object's bytes are not changed.
func (d *Decoder) Event(object []byte) (*event.Event, error) {
	e, code := d.objects.Event(object)
	if e == nil {
		return nil, &Error{code}
	}
	return e, nil
}

// Log reads a stream of objects front to back with this decoder, which is not to
// be used elsewhere meanwhile.
func (d *Decoder) Log(r io.Reader) *Log { return &Log{decoder: d, src: r} }

// Log is a stream of objects. It is ranged over once.
type Log struct {
	decoder *Decoder
	src     io.Reader
	used    bool
	total   event.Total
}

// ErrUsed is the error of a loop over a log that was ranged over before.
var ErrUsed = errors.New("read JSON: its events were taken before")

// Events gives the events in their order. An event is valid until the loop asks
// for the next one. An error, which is one of reading, is the last thing that
// the loop gets, with no event; objects that are no events are damage in Total.
func (l *Log) Events() iter.Seq2[*event.Event, error] {
	return func(yield func(*event.Event, error) bool) {
		if l.used {
			yield(nil, ErrUsed)
			return
		}
		l.used = true
		err := l.decoder.objects.Read(l.src, &l.total, func(e *event.Event) bool { return yield(e, nil) })
		if err != nil {
			yield(nil, fmt.Errorf("read JSON: %w", err))
		}
	}
}

// Total is what was read so far: of a loop that was left early, up to the end
// of the block of about a mebibyte in which it was.
func (l *Log) Total() event.Total { return l.total }
