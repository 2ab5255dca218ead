package storyline

import (
	"cmp"
	"slices"

	"spoor/event"
	"spoor/internal/coverage"
	"spoor/internal/finding"
	"spoor/internal/message"
)

// reach works out how far one chain went on one host; nil when it has no
// step there.
// away are findings that landed on another server; controlled reports whether
// an answer is told apart by what the server answered to unknown names, and
// commands are programs that the web server started.
func reach(c *Chain, found []*finding.Finding, logs []*coverage.Log, away map[*finding.Finding]bool, known servers, controlled func(*finding.Finding) bool, commands []*finding.Finding) *ChainResult {
	r := &ChainResult{ID: c.ID, CVEs: []string{}, Grade: None, Fixed: patchNow(c, logs), Sources: []string{}, Findings: []string{}}
	for _, f := range found {
		if step := c.step(f); step != nil {
			h := known.weigh(f, step, controlled)
			if away[f] && h.grade == Compromised {
				h.grade = Exploited // what was done there counts there
			}
			if h.shows == finding.ShowsAnswer && h.grade.rank() >= Exploited.rank() && fixedAt(c, logs, f.At) {
				h.grade = Attempted // a server that holds the fix takes it for what it says it is
			}
			r.hits = append(r.hits, h)
		}
	}
	byTime(r.hits)
	prove(r.hits, known, func(h *hit) bool {
		return h.step.Grade == Attempted && fixedAt(c, logs, h.f.At) || !known.orderCounts(h, controlled)
	})
	witness(r.hits, commands)
	r.hits = slices.DeleteFunc(r.hits, func(h *hit) bool { return h.step.Proves != nil && h.grade == None })
	if len(r.hits) == 0 {
		return nil
	}
	r.hits = deepestOfRecord(r.hits)
	r.summarise()
	r.noteUnproven()
	if r.Grade == Attempted {
		r.Outcome = outcome(c, r.hits, logs)
		if t := answeredProbe(r.hits); t != "" && r.Outcome != Failed { // an answer of a fixed server shows no weakness
			r.NoteMessages = append(r.NoteMessages, message.New("vulnerable-then", "at", t))
		}
	}
	return r
}

// prove raises the hits whose place in a sequence proves more than their row.
// An earlier step that its own row shows to be refused counts for nothing
// (denied).
// unproven tells of hits to which none of this applies: the order of requests
// shows nothing on a host that is shown to be fixed.
func prove(hits []*hit, known servers, unproven func(*hit) bool) {
	for i, h := range hits {
		p := h.step.Proves
		if p == nil || !h.f.At.Known() || p.Grade.rank() <= h.grade.rank() || unproven(h) {
			continue
		}
		need := len(p.After)
		for _, b := range hits[i+1:] {
			if need == 0 || p.Slack == 0 || !b.f.At.Known() || b.f.At.Std().Sub(h.f.At.Std()) > p.Slack {
				break
			}
			if b.step.ID == p.After[need-1] && !denied(b, h) && known.called(b.f) && (p.Anybody || sameSource(b.f, h.f)) {
				need--
			}
		}
		for j := i - 1; j >= 0 && need > 0; j-- {
			b := hits[j]
			if h.f.At.Std().Sub(b.f.At.Std()) > p.Within {
				break
			}
			if b.step.ID == p.After[need-1] && !denied(b, h) && known.called(b.f) && (p.Anybody || sameSource(b.f, h.f)) {
				need--
			}
		}
		if need == 0 {
			h.grade = p.Grade
		}
	}
}

// deepestOfRecord keeps one hit of each record, the one that says most: a
// request that is shown to be answered need not be told as a request too.
func deepestOfRecord(hits []*hit) []*hit {
	type place struct {
		item   event.ItemID
		offset int64
	}
	best := make(map[place]*hit, len(hits))
	for _, h := range hits {
		p := place{h.f.Item, h.f.Where.Offset}
		b := best[p]
		if b == nil || h.grade.rank() > b.grade.rank() || h.grade == b.grade && h.step.order > b.step.order {
			best[p] = h
		}
	}
	kept := hits[:0]
	for _, h := range hits {
		if best[place{h.f.Item, h.f.Where.Offset}] == h {
			kept = append(kept, h)
		}
	}
	return kept
}

// sameSource reports that two records do not name different addresses.
func sameSource(a, b *finding.Finding) bool {
	x, y := source(a), source(b)
	return x == "" || y == "" || x == y
}

func (r *ChainResult) summarise() {
	for _, h := range r.hits {
		if h.grade.rank() > r.Grade.rank() {
			r.Grade = h.grade
		}
	}
	var deepest *Step
	for _, h := range r.hits {
		if h.grade == None && r.Grade != None {
			continue // a control, not an act
		}
		t := h.f.At.String()
		if r.FirstAttempt == "" {
			r.FirstAttempt = t
		}
		if t != "" {
			r.Last = t
		}
		won := h.grade.rank() >= Exploited.rank()
		if won && r.FirstSuccess == "" {
			r.FirstSuccess = t
		}
		if won || r.Grade.rank() < Exploited.rank() {
			r.Sources = addOnce(r.Sources, sourceOf(h, r.hits)) // who only tried is in the storyline
		}
		r.Findings = append(r.Findings, h.f.ID())
		if !won && h.grade != r.Grade {
			continue
		}
		for _, cve := range h.step.CVEs {
			r.CVEs = addOnce(r.CVEs, cve)
		}
		if deepest == nil || h.step.order > deepest.order {
			deepest = h.step
		}
	}
	slices.Sort(r.CVEs)
	slices.Sort(r.Sources)
	if deepest != nil {
		r.Deepest = deepest.ID
	}
}

// sameRequest is how far the rows of one request may lie apart in the logs of
// the front end and the back end, in seconds.
const sameRequest = 1

// sourceOf is the address behind a hit. The back end's own row of a request
// names the front end, and what the request did names nobody, so the front
// end's row of the same moment is asked. hits are sorted by time.
func sourceOf(h *hit, hits []*hit) string {
	ip := source(h.f)
	if ip != "" || !h.f.At.Known() {
		return ip
	}
	first, _ := slices.BinarySearchFunc(hits, h.f.At.Sec-sameRequest, func(o *hit, sec int64) int {
		if !o.f.At.Known() {
			return 1 // they stand at the end
		}
		return cmp.Compare(o.f.At.Sec, sec)
	})
	for _, o := range hits[first:] {
		if !o.f.At.Known() || o.f.At.Sec > h.f.At.Sec+sameRequest {
			break
		}
		v := source(o.f)
		if v == "" || status(h.f) != "" && status(o.f) != status(h.f) {
			continue
		}
		if ip != "" && ip != v {
			return "" // two of them: nothing is shown
		}
		ip = v
	}
	return ip
}

// answeredProbe returns the time of the first attempt that was answered.
func answeredProbe(hits []*hit) string {
	for _, h := range hits {
		if s := status(h.f); s == "200" && h.step.ID == finding.StepBypassRequest && h.f.Step.Chain == finding.ChainProxyLogon {
			return h.f.At.String()
		}
	}
	return ""
}

// outcome says of a chain that stayed an attempt what became of it.
func outcome(c *Chain, hits []*hit, logs []*coverage.Log) string {
	failed := true
	for _, h := range hits {
		if !c.refusedHit(h) && !fixedAt(c, logs, h.f.At) {
			failed = false
		}
	}
	if failed {
		return Failed
	}
	for _, h := range hits {
		if c.refusedHit(h) || fixedAt(c, logs, h.f.At) {
			continue
		}
		sources := c.ResultSources
		if h.step.ResultSources != nil {
			sources = h.step.ResultSources
		}
		if !covered(sources, logs, h.f.At) {
			return Undecided
		}
	}
	return NotSeen
}

// afterwards is how long a log must go on after an attempt to be said to
// cover what would have followed: the whole chain takes seconds to minutes in
// every public case.
const afterwards = 15 * 60

// covered reports that one of the sources which would show success covers a time.
func covered(sources []string, logs []*coverage.Log, t event.Time) bool {
	if !t.Known() {
		return false
	}
	until := t
	until.Sec += afterwards
	for _, l := range logs {
		if slices.Contains(sources, l.Kind) && shows(l) && l.Covers(t, until) {
			return true
		}
	}
	return false
}
