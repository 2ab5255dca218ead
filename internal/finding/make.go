package finding

import (
	"encoding/json"
	"maps"
)

// New makes a finding that no rule made whole: what it says as the rules'
// findings say it. The maker states what fired, on what, in words, and the
// fields that prove it; New takes a copy of these and writes them as the event,
// writes the time as text and lists that are not given as empty.
//
// A finding that was handed on is not changed by anybody: see With.
func New(f Finding) *Finding {
	f.Fields = maps.Clone(f.Fields)
	for _, list := range [...]*[]string{&f.Techniques, &f.CVEs, &f.Actors} {
		if *list == nil {
			*list = []string{}
		}
	}
	f.Time = f.At.String()
	f.Event, _ = json.Marshal(f.Fields) // strings only: cannot fail
	return &f
}

// With returns a copy of a finding with a change in it. Who holds the finding
// itself sees nothing of it.
func (f *Finding) With(change func(*Finding)) *Finding {
	c := *f
	c.Fields = maps.Clone(f.Fields)
	if f.Step != nil {
		step := *f.Step
		c.Step = &step
	}
	change(&c)
	return &c
}
