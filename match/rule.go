package match

import "spoor/internal/engine"

// Ruleset is a set of compiled rules and correlations. It does not change, and
// any number of engines on any goroutines share it.
type Ruleset engine.Handle

func (s *Ruleset) handle() *engine.Handle { return (*engine.Handle)(s) }

// Rules lists the rules in the order in which they were loaded, without the
// correlations.
func (s *Ruleset) Rules() []Rule {
	set := s.handle().Ruleset()
	list := make([]Rule, len(set.Rules))
	for i, r := range set.Rules {
		list[i] = Rule{&r.Meta}
	}
	return list
}

// Correlations lists the correlations, those that others refer to first.
func (s *Ruleset) Correlations() []Rule {
	set := s.handle().Ruleset()
	list := make([]Rule, len(set.Correlations))
	for i, c := range set.Correlations {
		list[i] = Rule{&c.Meta}
	}
	return list
}

// Rule names a rule or a correlation. Two are equal if they are the same.
type Rule struct{ meta *engine.Meta }

// ID is the rule's id, "" if it has none.
func (r Rule) ID() string { return r.meta.ID }

// Title is the rule's title.
func (r Rule) Title() string { return r.meta.Title }

// Level is informational, low, medium, high or critical.
func (r Rule) Level() string { return r.meta.Level }

// Status is what the rule says of its maturity, "" if nothing.
func (r Rule) Status() string { return r.meta.Status }

// File is the name of the file that the rule stands in.
func (r Rule) File() string { return r.meta.Source }

// Extra is what else the rule's language lets it say; the language's package
// reads it (sigma.DetailsOf).
func (r Rule) Extra() any { return r.meta.Extra }
