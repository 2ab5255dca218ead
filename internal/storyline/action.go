package storyline

import (
	"slices"

	"spoor/event"
	"spoor/internal/coverage"
)

// AssumeBrokenInto is the action of a host that was exposed and not fixed when
// the bypass was answered: whatever can be proven, it must be treated as broken
// into.
const AssumeBrokenInto = "assume-broken-into"

// AssumedBrokenInto reports a host that must be treated as broken into though
// its verdict does not say that it was.
func (h *Host) AssumedBrokenInto() bool {
	return h.Action == AssumeBrokenInto && h.Verdict != IsCompromised
}

// assume sets the action that stands beside the verdict.
func (h *Host) assume(chains map[string]*Chain, logs []*coverage.Log) {
	for _, r := range h.Chains {
		c := chains[r.ID]
		if c == nil || c.fix == nil {
			continue
		}
		if slices.ContainsFunc(r.hits, func(hit *hit) bool { return c.answeredWhileOpen(hit, h.servers, logs) }) {
			h.Action = AssumeBrokenInto
			return
		}
	}
}

// answeredWhileOpen reports a request through a chain's door that got an
// answer of success from this server on a day when a build without the fix is
// shown to have been in place, and the weakness was in use.
func (c *Chain) answeredWhileOpen(h *hit, known servers, logs []*coverage.Log) bool {
	code := status(h.f)
	if len(code) != 3 || code[0] != '2' || h.step.Refused || !known.called(h.f) {
		return false
	}
	return (!c.start.Known() || !h.f.At.Known() || c.start.Compare(h.f.At) <= 0) && c.openAt(logs, h.f.At)
}

// openAt reports that a build without the fix was seen at a time or after it:
// builds only go up, so the fix was missing then.
func (c *Chain) openAt(logs []*coverage.Log, t event.Time) bool {
	if !t.Known() || fixedAt(c, logs, t) {
		return false
	}
	return slices.ContainsFunc(builds(logs), func(b coverage.BuildSeen) bool {
		return c.Patched(b.Build) == PatchMissing && b.To.Known() && b.To.Compare(t) >= 0
	})
}
