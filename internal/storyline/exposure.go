package storyline

import (
	"cmp"
	"slices"
	"time"

	"spoor/event"
	"spoor/internal/coverage"
	"spoor/internal/exchange"
)

// builds joins what the logs of a host state of its build, oldest first. Some
// kinds of log state no revision and write 0: such a build is left out where
// another log states it whole.
func builds(logs []*coverage.Log) []coverage.BuildSeen {
	var list []coverage.BuildSeen
	for _, l := range logs {
		for _, b := range l.Builds {
			i := slices.IndexFunc(list, func(o coverage.BuildSeen) bool { return o.Build == b.Build })
			if i < 0 {
				list = append(list, b)
				continue
			}
			list[i].From, list[i].To = earlier(list[i].From, b.From), later(list[i].To, b.To)
		}
	}
	list = slices.DeleteFunc(slices.Clone(list), func(b coverage.BuildSeen) bool {
		x, ok := exchange.ParseBuild(b.Build)
		return ok && x[3] == 0 && slices.ContainsFunc(list, func(o coverage.BuildSeen) bool {
			y, ok := exchange.ParseBuild(o.Build)
			return ok && y[3] != 0 && [3]int(x[:3]) == [3]int(y[:3])
		})
	})
	slices.SortFunc(list, func(a, b coverage.BuildSeen) int {
		return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To), older(a.Build, b.Build))
	})
	return list
}

// older orders builds by their numbers.
func older(a, b string) int {
	x, _ := exchange.ParseBuild(a)
	y, _ := exchange.ParseBuild(b)
	return cmp.Or(x.Compare(y), cmp.Compare(a, b))
}

// newestBuild returns the build stated by the latest row, "" for none.
func newestBuild(logs []*coverage.Log) string {
	var newest coverage.BuildSeen
	for _, b := range builds(logs) {
		if newest.Build == "" || cmp.Or(b.To.Compare(newest.To), older(b.Build, newest.Build)) > 0 {
			newest = b
		}
	}
	return newest.Build
}

// buildAt returns the build that rows state at a time, or state first within
// the hour after it; "" for none.
func buildAt(logs []*coverage.Log, t event.Time) string {
	found := ""
	for _, b := range builds(logs) {
		if b.From.Compare(laterBy(t, firstHour)) <= 0 && (found == "" || b.To.Compare(t) >= 0) {
			found = b.Build
		}
	}
	return found
}

// firstHour is how long after the first row of the door logs a build may be
// stated for the first time and still count as the one at that row: Exchange
// makes a new file of each log every hour.
const firstHour = time.Hour

// patchNow tells whether the newest build that the logs state holds the fix.
func patchNow(c *Chain, logs []*coverage.Log) Patch {
	build := newestBuild(logs)
	if build == "" {
		return PatchUnknown
	}
	return c.Patched(build)
}

// fixedSince returns the time of the first row that states a build with the
// door closed after which no row states one with it open. Rows of both kinds
// side by side, as two servers or a step back make them, show nothing.
func fixedSince(c *Chain, logs []*coverage.Log) event.Time {
	var since, unfixed event.Time
	all := builds(logs)
	for _, b := range all {
		if c.Patched(b.Build) == PatchMissing && (!unfixed.Known() || b.To.Compare(unfixed) > 0) {
			unfixed = b.To
		}
	}
	for _, b := range all {
		if c.Patched(b.Build).Closed() && (!unfixed.Known() || b.From.Compare(unfixed) > 0) && (!since.Known() || b.From.Compare(since) < 0) {
			since = b.From
		}
	}
	return since
}

func fixedAt(c *Chain, logs []*coverage.Log, t event.Time) bool {
	since := fixedSince(c, logs)
	return since.Known() && t.Known() && since.Compare(t) <= 0
}

// isDoor reports the logs in which most doors show a knock.
func isDoor(l *coverage.Log) bool { return l.Kind == "w3c" || l.Format == "httpproxy" }

// isDoorOf reports the logs in which the door of one chain shows a knock.
func (c *Chain) isDoor(l *coverage.Log) bool {
	if len(c.DoorSources) == 0 {
		return isDoor(l)
	}
	return slices.Contains(c.DoorSources, l.Kind)
}

// isResult reports the logs that show what a request led to. The Security log
// and Sysmon count only for what they are seen to record: programs that were
// started, or files that were written or reached over a share.
func isResult(l *coverage.Log) bool {
	switch l.Kind {
	case "ecp-server", "rps-cmdlet", "rps-http", "MSExchange Management":
		return true
	case "Security", "Microsoft-Windows-Sysmon/Operational":
		return l.Recorded.Processes+l.Recorded.Files+l.Recorded.ShareFiles > 0
	}
	return false
}

// shows reports that a log which could show a success really records what
// would show it: the Security log and Sysmon show it by the programs started.
func shows(l *coverage.Log) bool {
	switch l.Kind {
	case "Security", "Microsoft-Windows-Sysmon/Operational":
		return l.Recorded.Processes > 0
	}
	return true
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

func sorted(chains map[string]*Chain) []*Chain {
	list := make([]*Chain, 0, len(chains))
	for _, c := range chains {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *Chain) int { return cmp.Compare(a.ID, b.ID) })
	return list
}
