package storyline

import (
	"cmp"
	"slices"

	"spoor/event"
	"spoor/internal/coverage"
	"spoor/internal/message"
)

// Window is the time in which a host was exposed to a chain: from the
// earliest use reported in public until its rows show that the door was
// closed; and what of that time the logs that would show a knock do not cover.
type Window struct {
	Chain string `json:"chain"`
	Title string `json:"title"`
	From  string `json:"from"`  // a day
	Until string `json:"until"` // the row that shows it closed, "" for none
	State string `json:"state"` // one of the Window constants
	// Why says of an open window why nothing shows it closed, of none why the
	// host was not exposed; one of the Why constants.
	Why   string `json:"why,omitempty"`
	Build string `json:"build,omitempty"` // the build that Why speaks of
	// Unseen are the times inside the window that the logs do not cover; To is
	// empty where it does not end.
	Unseen  []Span   `json:"unseen"`
	Sources []string `json:"sources"`

	seen   bool       // there is a log that would show a knock
	closed event.Time // Until
	before period
	holes  []period
}

// States of a window.
const (
	NotExposed = "not-exposed" // the door was closed all the time
	Covered    = "covered"     // the logs cover all of the window
	PartUnseen = "part-unseen" // they do not, and at their first row the door was closed, or they have holes
	Open       = "open"        // their first row lies inside the window and nothing shows the door closed then
	AfterLogs  = "after-logs"  // the logs end before the first use
)

// Reasons of a window's state.
const (
	WhyNoBuild      = "no-build"      // no log states a build
	WhyNotFixed     = "not-fixed"     // the build then had the door open
	WhyUnknownBuild = "unknown-build" // of the build then it is not known
	WhyFixedLater   = "fixed-later"   // shown closed only later
	WhyNoFixKnown   = "no-fix-known"  // no log of this product states its build
	WhyNotAffected  = "not-affected"  // its line of builds never had the weakness
	WhyFixedBefore  = "fixed-before"  // fixed before the first use
)

// windows works out the exposure of a host to every chain that fits what it
// runs and of which use was reported, by the day of the first.
func windows(chains map[string]*Chain, logs []*coverage.Log, signs coverage.Signs) []*Window {
	list := []*Window{}
	for _, c := range sorted(chains) {
		fits := c.Applies == "exchange" && signs.Exchange || c.Applies == "sharepoint" && signs.SharePoint
		if fits && c.start.Known() {
			list = append(list, c.window(logs))
		}
	}
	slices.SortStableFunc(list, func(a, b *Window) int { return cmp.Compare(a.From, b.From) })
	return list
}

func (c *Chain) window(logs []*coverage.Log) *Window {
	since := fixedSince(c, logs)
	w := &Window{Chain: c.ID, From: c.Earliest.Date, Until: since.String(), closed: since, Unseen: []Span{}, Sources: c.Earliest.Sources}
	first, last := span(logs, c.isDoor)
	_, end := span(logs, isDoor)
	if !end.Known() {
		_, end = span(logs, func(*coverage.Log) bool { return true })
	}
	w.seen = first.Known() && last.Compare(c.start) > 0
	switch {
	case c.never(logs):
		w.State, w.Why, w.Until = NotExposed, WhyNotAffected, ""
		return w
	case since.Known() && since.Compare(c.start) <= 0:
		w.State, w.Why = NotExposed, WhyFixedBefore
		return w
	case end.Compare(c.start) <= 0:
		w.State = AfterLogs
		return w
	}
	w.State = Covered
	if !w.seen || first.Compare(c.start) > 0 {
		w.State = PartUnseen
		w.before = period{c.start, first}.within(c.start, since)
		closed := since.Known()
		if w.seen {
			closed = fixedAt(c, logs, laterBy(first, firstHour))
		}
		if !closed {
			w.State = Open
			w.why(c, logs, first, since)
		}
		to := w.before.to.String()
		if !w.seen {
			to = since.String()
		}
		w.Unseen = append(w.Unseen, Span{c.start.String(), to})
	}
	for _, p := range unseen(logs, c.isDoor) {
		if p = p.within(c.start, since); p.known() {
			w.holes = append(w.holes, p)
			w.Unseen = append(w.Unseen, Span{p.from.String(), p.to.String()})
			if w.State == Covered {
				w.State = PartUnseen
			}
		}
	}
	return w
}

// never reports that all builds that the logs state are of lines without the
// weakness.
func (c *Chain) never(logs []*coverage.Log) bool {
	all := builds(logs)
	return len(all) > 0 && !slices.ContainsFunc(all, func(b coverage.BuildSeen) bool { return c.Patched(b.Build) != NotAffected })
}

// why says why nothing shows that the door was closed at a time.
func (w *Window) why(c *Chain, logs []*coverage.Log, t, since event.Time) {
	w.Build = buildAt(logs, t)
	switch {
	case c.fix == nil:
		w.Why, w.Build = WhyNoFixKnown, ""
	case w.Build != "" && c.Patched(w.Build) == PatchMissing:
		w.Why = WhyNotFixed
	case since.Known():
		w.Why, w.Build = WhyFixedLater, ""
	case w.Build != "":
		w.Why = WhyUnknownBuild
	case len(builds(logs)) > 0:
		w.Build = builds(logs)[0].Build
		w.Why = WhyUnknownBuild
		if c.Patched(w.Build) == PatchMissing {
			w.Why = WhyNotFixed
		}
	default:
		w.Why = WhyNoBuild
	}
}

// name is the chain with the day of its first use.
func (w *Window) name() message.Text {
	return message.New("window.since", "chain", title(w.Chain), "from", w.From)
}

// ExposedTo lists the windows that say something about the host.
func (h *Host) ExposedTo() []*Window {
	return slices.DeleteFunc(slices.Clone(h.Windows), func(w *Window) bool { return w.State == AfterLogs })
}
