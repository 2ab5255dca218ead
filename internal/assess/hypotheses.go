package assess

import (
	"fmt"
	"slices"
	"time"

	"spoor/internal/actor"
	"spoor/internal/finding"
	"spoor/internal/hypothesis"
	"spoor/internal/storyline"
)

// hypotheses asks, for the case, for every host whose door was opened and for
// every way in, how well the evidence fits described groups. Only what is
// joined to the break-in counts, and only the doors that opened: a scanner's
// knock says nothing about who came in. The short answers go into the
// verdict, the whole weighing is returned.
func hypotheses(hosts []*storyline.Host, found []*finding.Finding) (*hypothesis.Weighing, error) {
	w := &hypothesis.Weighing{Schema: hypothesis.WeighingSchema, Hosts: []hypothesis.HostFit{}}
	var corpus *hypothesis.Corpus
	var whole []finding.Finding
	var doors []string
	for _, h := range hosts {
		if h.Verdict != storyline.IsCompromised {
			continue
		}
		if corpus == nil { // decoded only when somebody asks: 20 ms
			k, err := actor.Builtin()
			if err != nil {
				return nil, fmt.Errorf("load knowledge of actors: %w", err)
			}
			corpus = hypothesis.NewCorpus(k)
		}
		won := opened(h)
		evidence := joined(h, won, found)
		fit := hypothesis.HostFit{Host: h.Host, Assessment: weigh(corpus, evidence, won), Storylines: []hypothesis.StoryFit{}}
		h.Hypotheses = append(h.Hypotheses, fit.Assessment.Brief("host"))
		in := waysIn(won)
		for _, c := range in {
			one := hypothesis.StoryFit{Chain: c.ID, SameAs: "host"}
			if len(in) > 1 {
				part := []*storyline.ChainResult{c}
				one.SameAs, one.Assessment = "", weigh(corpus, joined(h, part, found), part)
				h.Hypotheses = append(h.Hypotheses, one.Assessment.Brief(c.ID))
			}
			fit.Storylines = append(fit.Storylines, one)
			doors = append(doors, c.CVEs...)
		}
		whole = append(whole, evidence...)
		w.Hosts = append(w.Hosts, fit)
	}
	switch len(w.Hosts) {
	case 0:
	case 1:
		w.SameAs = "hosts[0]"
	default:
		all := hypothesis.FromFindings(whole)
		all.CVEs = doors
		w.Case = corpus.Assess(all)
	}
	return w, nil
}

func weigh(c *hypothesis.Corpus, evidence []finding.Finding, won []*storyline.ChainResult) *hypothesis.Assessment {
	in := hypothesis.FromFindings(evidence)
	in.CVEs = nil
	for _, r := range won {
		in.CVEs = append(in.CVEs, r.CVEs...)
	}
	return c.Assess(in)
}

// opened lists the chains that succeeded on a host.
func opened(h *storyline.Host) []*storyline.ChainResult {
	var list []*storyline.ChainResult
	for _, c := range h.Chains {
		if c.FirstSuccess != "" {
			list = append(list, c)
		}
	}
	return list
}

// waysIn lists the chains that begin with a vulnerability; what only follows,
// such as a page that is used, belongs to each of them.
func waysIn(won []*storyline.ChainResult) []*storyline.ChainResult {
	return slices.DeleteFunc(slices.Clone(won), func(c *storyline.ChainResult) bool { return len(c.CVEs) == 0 })
}

// joined lists a host's findings that belong to the break-in by these chains:
// their steps and what came after; files and programs that an indicator
// knows; addresses that an indicator knows only where the break-in came from
// them; and, as rule tags, what high and critical rules say between the first
// success and the last trace.
func joined(h *storyline.Host, won []*storyline.ChainResult, found []*finding.Finding) []finding.Finding {
	chains, from := map[string]bool{}, map[string]bool{}
	for _, c := range won {
		chains[c.ID] = true
	}
	for _, c := range opened(h) {
		if len(c.CVEs) == 0 {
			chains[c.ID] = true
		}
	}
	for _, e := range h.Story {
		if e.Chain == finding.ChainAfter {
			chains[finding.ChainAfter] = true
		}
		if chains[e.Chain] && (e.Grade == storyline.Exploited || e.Grade == storyline.Compromised) {
			for _, s := range e.Sources {
				from[s] = true
			}
		}
	}
	loose := map[string]bool{} // rules of "after" that stayed leads
	for _, l := range h.Leads {
		loose[l.Rule] = true
	}
	var list []finding.Finding
	for _, f := range found {
		if f.Host != h.Host {
			continue
		}
		switch {
		case f.Step != nil:
			if chains[f.Step.Chain] && !loose[f.Rule.ID] {
				list = append(list, *f)
			}
		case f.Rule.Kind == "indicator":
			one := *f
			one.Ties = slices.DeleteFunc(slices.Clone(f.Ties), func(t finding.Tie) bool { return t.Kind == "infrastructure" && !from[t.Value] })
			if len(one.Ties) > 0 || len(one.Software) > 0 {
				one.Techniques, one.CVEs = nil, nil
				list = append(list, one)
			}
		case f.Rule.Level == "high" || f.Rule.Level == "critical":
			if within(f.Time, h.FirstSuccess, h.Last) {
				list = append(list, *f)
			}
		}
	}
	return list
}

// within reports whether a stated time lies in a stated period.
func within(at, from, until string) bool {
	t, err1 := time.Parse(time.RFC3339, at)
	a, err2 := time.Parse(time.RFC3339, from)
	b, err3 := time.Parse(time.RFC3339, until)
	return err1 == nil && err2 == nil && err3 == nil && !t.Before(a) && !t.After(b)
}
