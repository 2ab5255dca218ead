package storyline

import (
	"slices"
	"strings"

	"spoor/internal/finding"
)

// hit is a finding in its place in a chain, with the grade that the place
// gives it.
type hit struct {
	f     *finding.Finding
	step  *Step
	grade Grade
	// shows is what the record proves, and unproven why it proves less than
	// its form says, "" where it does not.
	shows    finding.Shows
	unproven string
}

// source is the address that a record names as the other side.
func source(f *finding.Finding) string {
	for _, name := range [...]field{clientIPAddress, cIP, ipAddress, clientDashIP, clientIP} {
		if v := address(name.of(f)); v != "" {
			return v
		}
	}
	return ""
}

// status is the answer that a row shows, "" where it shows none.
func status(f *finding.Finding) string {
	for _, name := range [...]field{httpStatus, scStatus} {
		if v := name.of(f); v != "" && v != "-" {
			return v
		}
	}
	return ""
}

// refused reports an answer of 400 and above, or of 400 to 499 for a chain
// whose success looks like an error.
func (c *Chain) refused(f *finding.Finding) bool {
	s := status(f)
	if len(s) != 3 {
		return false
	}
	return s[0] == '4' || s[0] == '5' && (c.ErrorsRefuse == nil || *c.ErrorsRefuse)
}

// refusedHit reports that the row's answer or the kind of record shows that
// nothing came of it.
func (c *Chain) refusedHit(h *hit) bool { return h.step.Refused || c.refused(h.f) }

// denied reports that an earlier row shows an answer which speaks against what
// a later one would prove. Anything but success (2xx) speaks against the mere
// order of requests; an error does not against a result that was really seen.
func denied(earlier, h *hit) bool {
	if h.step.Grade == Attempted {
		s := status(earlier.f)
		return earlier.step.Refused || s != "" && s[0] != '2'
	}
	return earlier.step.Refused || strings.HasPrefix(status(earlier.f), "4")
}

// byTime sorts hits by time, then canonically.
func byTime(hits []*hit) {
	slices.SortStableFunc(hits, func(a, b *hit) int {
		if c := a.f.At.Compare(b.f.At); c != 0 {
			return c
		}
		return finding.Compare(a.f, b.f)
	})
}

// addOnce appends s when it is new and not empty.
func addOnce(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// before reports that the time a, as text in UTC, lies before b. The zone
// letter is cut off first: "53.7Z" sorts below "53Z" as text, though it is
// later.
func before(a, b string) bool { return strings.TrimSuffix(a, "Z") < strings.TrimSuffix(b, "Z") }
