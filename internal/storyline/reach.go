package storyline

import (
	"cmp"
	"slices"

	"spoor/event"
	"spoor/internal/coverage"
	"spoor/internal/finding"
)

// reach works out how far one chain went on one host.
func reach(c *Chain, found []*finding.Finding, logs []*coverage.Log) *ChainResult {
	r := &ChainResult{ID: c.ID, Title: c.Title, CVEs: []string{}, Grade: None, Fixed: patchNow(c, logs), Sources: []string{}, Findings: []string{}}
	for _, f := range found {
		if step := c.steps[f.Step.Name]; step != nil {
			r.hits = append(r.hits, &hit{f, step, step.Grade})
		}
	}
	if len(r.hits) == 0 {
		return nil
	}
	byTime(r.hits)
	prove(r.hits)
	r.hits = deepestOfRecord(r.hits)
	r.summarise()
	if r.Grade == Attempted {
		r.Outcome = outcome(c, r.hits, logs)
		if t := answeredProbe(r.hits); t != "" {
			r.Notes = append(r.Notes, "the bypass was answered at "+t+", which shows that the server was vulnerable then; no later step is shown")
		}
	}
	return r
}

// prove raises the hits whose place in a sequence proves more than their row.
func prove(hits []*hit) {
	for i, h := range hits {
		p := h.step.Proves
		if p == nil || !h.f.At.Known() || p.Grade.rank() <= h.grade.rank() {
			continue
		}
		need := len(p.After)
		for j := i - 1; j >= 0 && need > 0; j-- {
			b := hits[j]
			if h.f.At.Std().Sub(b.f.At.Std()) > p.Within {
				break
			}
			if b.step.ID == p.After[need-1] && (p.Anybody || sameSource(b.f, h.f)) {
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
			r.Sources = addOnce(r.Sources, source(h.f)) // who only tried is in the storyline
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
		r.Deepest, r.DeepestSays, r.plain = deepest.ID, deepest.Says, cmp.Or(deepest.Plain, deepest.Says)
	}
}

// answeredProbe returns the time of the first attempt that was answered.
func answeredProbe(hits []*hit) string {
	for _, h := range hits {
		if s := status(h.f); s == "200" && h.step.ID == "bypass-request" && h.f.Step.Chain == "proxylogon" {
			return h.f.At.String()
		}
	}
	return ""
}

// outcome says of a chain that stayed an attempt what became of it.
func outcome(c *Chain, hits []*hit, logs []*coverage.Log) string {
	failed := true
	for _, h := range hits {
		if !c.refused(h.f) && !fixedAt(c, logs, h.f.At) {
			failed = false
		}
	}
	if failed {
		return Failed
	}
	for _, h := range hits {
		if c.refused(h.f) || fixedAt(c, logs, h.f.At) {
			continue
		}
		if !covered(c, logs, h.f.At) {
			return Undecided
		}
	}
	return NotSeen
}

// afterwards is how long a log must go on after an attempt to be said to
// cover what would have followed: the whole chain takes seconds to minutes in
// every public case.
const afterwards = 15 * 60

// covered reports that a source which would show success covers a time.
func covered(c *Chain, logs []*coverage.Log, t event.Time) bool {
	if !t.Known() {
		return false
	}
	until := t
	until.Sec += afterwards
	for _, l := range logs {
		if slices.Contains(c.ResultSources, l.Kind) && l.Covers(t, until) {
			return true
		}
	}
	return false
}
