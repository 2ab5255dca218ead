package storyline

import (
	"fmt"
	"slices"
	"time"

	"spoor/event"
	"spoor/internal/coverage"
)

// patchNow tells whether the newest build that the logs state holds the fix.
func patchNow(c *Chain, logs []*coverage.Log) Patch {
	build, _ := newestBuild(logs)
	if build == "" {
		return PatchUnknown
	}
	return c.Patched(build)
}

// newestBuild returns the build stated by the latest row.
func newestBuild(logs []*coverage.Log) (string, event.Time) {
	var build string
	var at event.Time
	for _, l := range logs {
		for _, b := range l.Builds {
			if build == "" || b.To.Compare(at) > 0 || b.To.Compare(at) == 0 && b.Build > build {
				build, at = b.Build, b.To
			}
		}
	}
	return build, at
}

// fixedSince returns the time of the first row that states a fixed build
// after which no row states one without the fix.
func fixedSince(c *Chain, logs []*coverage.Log) event.Time {
	var since, unfixed event.Time
	for _, l := range logs {
		for _, b := range l.Builds {
			switch c.Patched(b.Build) {
			case PatchPresent:
				if !since.Known() || b.From.Compare(since) < 0 {
					since = b.From
				}
			case PatchMissing:
				if !unfixed.Known() || b.To.Compare(unfixed) > 0 {
					unfixed = b.To
				}
			}
		}
	}
	if unfixed.Known() && since.Known() && unfixed.Compare(since) > 0 {
		return event.Time{} // two servers' rows, or a roll-back: nothing is shown
	}
	return since
}

func fixedAt(c *Chain, logs []*coverage.Log, t event.Time) bool {
	since := fixedSince(c, logs)
	return since.Known() && t.Known() && since.Compare(t) <= 0
}

// doorKinds are the logs in which every known door shows a knock.
func isDoor(l *coverage.Log) bool { return l.Format == "w3c" || l.Format == "httpproxy" }

// isResult reports the logs that show what a request led to.
func isResult(l *coverage.Log) bool {
	switch l.Kind {
	case "ecp-server", "rps-cmdlet", "rps-http", "MSExchange Management", "Security", "Microsoft-Windows-Sysmon/Operational":
		return true
	}
	return false
}

// span is the time from the first to the last row of some logs.
func span(logs []*coverage.Log, want func(*coverage.Log) bool) (from, to event.Time) {
	for _, l := range logs {
		if !want(l) || !l.From.Known() {
			continue
		}
		if !from.Known() || l.From.Compare(from) < 0 {
			from = l.From
		}
		if !to.Known() || l.To.Compare(to) > 0 {
			to = l.To
		}
	}
	return from, to
}

// quiet decides between "nothing found" and "cannot tell" for a host without
// any step, and says why.
func quiet(h *Host, chains map[string]*Chain, logs []*coverage.Log) {
	doorFrom, doorTo := span(logs, isDoor)
	resFrom, resTo := span(logs, isResult)
	switch {
	case len(logs) == 0:
		h.Verdict, h.Reason = CannotTell, "no log of this host was handed over"
		return
	case !doorFrom.Known():
		h.Verdict, h.Reason = CannotTell, "no web server log (IIS or HttpProxy) with times was handed over, so a knock at the door could not be seen"
		return
	case !resFrom.Known():
		h.Verdict, h.Reason = CannotTell, "web server logs were read, but no log that shows what requests led to (ECP, MSExchange Management, Security or Sysmon)"
		return
	}
	from, to := later(doorFrom, resFrom), earlier(doorTo, resTo)
	if from.Compare(to) > 0 {
		h.Verdict, h.Reason = CannotTell, "the web server logs and the logs that show results cover different times"
		return
	}
	exchange := false
	for _, l := range logs {
		exchange = exchange || l.Exchange
	}
	h.Verdict = NothingFound
	h.Reason = fmt.Sprintf("nothing was found from %s to %s", minute(from), minute(to))
	if !exchange {
		return
	}
	for _, c := range sorted(chains) {
		open, sentence := exposure(c, logs, doorFrom)
		if sentence != "" {
			h.CannotRuleOut = append(h.CannotRuleOut, sentence)
		}
		if open {
			h.Verdict = CannotTell
			h.Reason = sentence
		}
		for _, hole := range blind(c, logs) {
			says := fmt.Sprintf("%s between %s and %s cannot be ruled out: the web server logs have no rows then", c.Title, minute(hole.From), minute(hole.To))
			h.CannotRuleOut = append(h.CannotRuleOut, says)
			if !resultCovers(logs, hole) && h.Verdict == NothingFound {
				h.Verdict, h.Reason = CannotTell, says+", and no log that would show its results goes on"
			}
		}
	}
	if h.Verdict == NothingFound && len(h.CannotRuleOut) > 0 {
		h.Reason += "; " + h.CannotRuleOut[0]
	}
}

// blind lists the holes of the door logs that no other door log covers, while
// a chain was in use and the host is not shown to be fixed.
func blind(c *Chain, logs []*coverage.Log) []coverage.Hole {
	start, ok := c.start()
	if !ok {
		return nil
	}
	var holes []coverage.Hole
	for _, l := range logs {
		if !isDoor(l) {
			continue
		}
		for _, hole := range l.Holes() {
			seen := slices.Contains(holes, hole) || slices.ContainsFunc(logs, func(o *coverage.Log) bool {
				return isDoor(o) && o.Covers(hole.From, hole.To)
			})
			if !seen && hole.To.Compare(start) > 0 && !fixedAt(c, logs, hole.From) {
				holes = append(holes, hole)
			}
		}
	}
	return holes
}

func resultCovers(logs []*coverage.Log, hole coverage.Hole) bool {
	return slices.ContainsFunc(logs, func(l *coverage.Log) bool { return isResult(l) && l.Covers(hole.From, hole.To) })
}

// start is the day of the chain's earliest publicly reported use.
func (c *Chain) start() (event.Time, bool) {
	if c.Earliest == nil {
		return event.Time{}, false
	}
	day, err := time.Parse("2006-01-02", c.Earliest.Date)
	return event.TimeOf(day, 0, event.FromRecord), err == nil
}

// exposure tells whether the first door-log row lies in a chain's open
// exposure window, and the sentence on what cannot be ruled out.
func exposure(c *Chain, logs []*coverage.Log, doorFrom event.Time) (open bool, sentence string) {
	start, ok := c.start()
	if !ok || doorFrom.Compare(start) <= 0 {
		return false, ""
	}
	if fixedAt(c, logs, laterBy(doorFrom, time.Hour)) {
		return false, fmt.Sprintf("%s between %s and %s cannot be ruled out: the logs do not reach back so far", c.Title, c.Earliest.Date, minute(doorFrom))
	}
	return true, fmt.Sprintf("the web server logs begin on %s, after %s was first used (%s), and nothing shows that the server was fixed before: whether it was broken into in between cannot be told", minute(doorFrom), c.Title, c.Earliest.Date)
}

func later(a, b event.Time) event.Time {
	if a.Compare(b) > 0 {
		return a
	}
	return b
}

func earlier(a, b event.Time) event.Time {
	if a.Compare(b) < 0 {
		return a
	}
	return b
}

func laterBy(t event.Time, d time.Duration) event.Time {
	t.Sec += int64(d / time.Second)
	return t
}

// minute writes a time to the minute, for sentences.
func minute(t event.Time) string {
	if !t.Known() {
		return "an unknown time"
	}
	return t.Std().Format("2006-01-02 15:04Z")
}

func sorted(chains map[string]*Chain) []*Chain {
	list := make([]*Chain, 0, len(chains))
	for _, c := range chains {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *Chain) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return list
}
