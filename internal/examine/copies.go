package examine

import (
	"bytes"

	"spoor/event"
	"spoor/internal/finding"
	"spoor/internal/limits"
)

// copies is what a worker copies out of an event that something fired on, once
// for all its findings. Where the findings become lines at the end of their
// block, their memory is used again for the next one: a noisy rule set fires on
// every third event of a server, and each finding took twenty allocations.
type copies struct {
	time  string
	event []byte // JSON
	seal  []byte
	json  []byte // of the whole block, or of one event
	list  []*finding.Finding
	used  int
}

// keptFindings bounds the findings whose memory a worker keeps between blocks.
const keptFindings = max(4096>>limits.Shrink, 1)

// take copies an event; lent says that drop will follow.
func (c *copies) take(e *event.Event, lent bool) {
	var room [64]byte
	c.time = ""
	if e.Time.Known() {
		c.time = string(e.Time.Append(room[:0]))
	}
	if !lent {
		c.json = e.AppendJSON(c.json[:0])
		c.event = bytes.Clone(c.json)
		return
	}
	// What was copied before stays where it is when the memory grows.
	start := len(c.json)
	c.json = e.AppendJSON(c.json)
	c.event = c.json[start:len(c.json):len(c.json)]
}

// room returns a finding to fill, old content included.
func (c *copies) room(lent bool) *finding.Finding {
	if !lent {
		return new(finding.Finding)
	}
	if c.used == len(c.list) {
		c.list = append(c.list, new(finding.Finding))
	}
	c.used++
	return c.list[c.used-1]
}

// drop ends the life of all findings lent.
func (c *copies) drop() {
	if c.used > keptFindings {
		c.list, c.json = nil, nil
	}
	poison(c.json)
	c.used, c.json = 0, c.json[:0]
}
