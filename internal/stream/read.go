package stream

import (
	"errors"
	"io"

	"spoor/event"
)

// AddTo adds a block to the total of its log.
func (s *Summary) AddTo(t *event.Total) {
	t.Records += s.Records
	t.AddTime(s.From)
	t.AddTime(s.To)
	for _, d := range s.Damage {
		t.AddDamage(d)
	}
	t.DamageMore += s.DamageMore
}

// Read yields the events of one log, block after block, until yield returns
// false. It adds to the total what it has read, and returns a read error.
func Read(s Splitter, d Decoder, t *event.Total, yield func(*event.Event) bool) error {
	var b Block
	for {
		err := s.Next(&b)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		going := true
		sum := d.Decode(&b, func(e *event.Event) {
			going = going && yield(e)
		})
		sum.AddTo(t)
		if !going {
			return nil
		}
	}
}
