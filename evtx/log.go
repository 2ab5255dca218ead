package evtx

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"spoor/event"
	"spoor/internal/evtxlog"
	"spoor/internal/stream"
)

// Log is one event log that is read front to back. One goroutine uses it.
type Log struct {
	src   io.Reader
	file  *os.File // closed at the end of the loop, nil of a reader
	used  bool
	total event.Total
}

// ErrUsed is the error of a loop over a log that was ranged over before.
var ErrUsed = errors.New("read event log: its events were taken before")

// Open opens a log. Events closes it; Close is for a log that is not ranged
// over.
func Open(name string) (*Log, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open event log: %w", err)
	}
	return &Log{src: f, file: f}, nil
}

// NewLog reads a log from a reader.
func NewLog(r io.Reader) *Log { return &Log{src: r} }

// Events gives the events in the order in which they stand. An error is the
// last thing that the loop gets, with no event.
func (l *Log) Events() iter.Seq2[*event.Event, error] {
	return func(yield func(*event.Event, error) bool) {
		if l.used {
			yield(nil, ErrUsed)
			return
		}
		l.used = true
		defer l.Close()
		err := stream.Read(evtxlog.NewSplitter(l.src, 0), evtxlog.NewDecoder(), &l.total, func(e *event.Event) bool { return yield(e, nil) })
		if err != nil {
			yield(nil, err)
		}
	}
}

// Total is what was read so far: of a loop that was left early, up to the end
// of the chunk in which it was.
func (l *Log) Total() event.Total { return l.total }

// Close closes the file of Open; to close it again does nothing.
func (l *Log) Close() error {
	if l.file == nil {
		return nil
	}
	f := l.file
	l.file = nil
	return f.Close()
}

// Detect reports whether the first bytes of a file, best 8 KiB, are those of an
// event log: its header, or a chunk where the header is cut off or damaged.
func Detect(head []byte) bool { return evtxlog.Detect(head) != "" }

// IsNote reports that a damage code tells of something normal in a log that was
// in use, by which nothing is lost and nothing is doubted.
func IsNote(code string) bool { return evtxlog.IsNote(code) }
