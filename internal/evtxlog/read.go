package evtxlog

import (
	"errors"
	"io"
	"os"

	"spoor/event"
	"spoor/internal/stream"
)

// Read yields every event of one log and returns what was found in it. The
// event is valid until the function returns. The error is a read error; bad
// content is damage in the summary.
func Read(r io.Reader, yield func(*event.Event)) (Total, error) {
	var total Total
	var b stream.Block
	s, d := NewSplitter(r, 0), NewDecoder()
	for {
		err := s.Next(&b)
		if errors.Is(err, io.EOF) {
			return total, nil
		}
		if err != nil {
			return total, err
		}
		total.add(d.Decode(&b, yield))
	}
}

// Open is Read for a named file.
func Open(name string, yield func(*event.Event)) (Total, error) {
	f, err := os.Open(name)
	if err != nil {
		return Total{}, err
	}
	defer f.Close()
	return Read(f, yield)
}

// Total is the sum of a log's block summaries.
type Total struct {
	Records  int64
	Lost     int64 // records known to be lost
	From, To event.Time
	// Damage describes at most MaxDamage things; DamageMore counts the rest.
	Damage     []event.Damage
	DamageMore int64
}

// MaxDamage bounds the described damage of a Total.
const MaxDamage = 4096

func (t *Total) add(s stream.Summary) {
	t.Records += s.Records
	if s.From.Known() && (!t.From.Known() || s.From.Compare(t.From) < 0) {
		t.From = s.From
	}
	if s.To.Known() && (!t.To.Known() || s.To.Compare(t.To) > 0) {
		t.To = s.To
	}
	t.DamageMore += s.DamageMore
	for _, d := range s.Damage {
		t.Lost += int64(d.Lost)
		if len(t.Damage) < MaxDamage {
			t.Damage = append(t.Damage, d)
			continue
		}
		t.DamageMore++
	}
}
