package main

import (
	"fmt"
	"slices"

	"spoor/internal/actor"
	"spoor/internal/finding"
	"spoor/internal/hypothesis"
	"spoor/internal/storyline"
)

// hypotheses asks, for every host whose door was opened, how well its
// evidence fits described groups. Only steps that are joined to the break-in
// count, and only the doors that opened: a scanner's knock says nothing about
// who came in.
func hypotheses(hosts []*storyline.Host, found []*finding.Finding) error {
	var corpus *hypothesis.Corpus
	for _, h := range hosts {
		if h.Verdict != storyline.IsCompromised {
			continue
		}
		if corpus == nil { // decoded only when somebody asks: 20 ms
			k, err := actor.Builtin()
			if err != nil {
				return fmt.Errorf("load knowledge of actors: %w", err)
			}
			corpus = hypothesis.NewCorpus(k)
		}
		in := hypothesis.FromFindings(joined(h, found))
		in.CVEs = nil
		for _, c := range opened(h) {
			for _, cve := range c.CVEs {
				if !slices.Contains(in.CVEs, cve) {
					in.CVEs = append(in.CVEs, cve)
				}
			}
		}
		slices.Sort(in.CVEs)
		h.Hypotheses = append(h.Hypotheses, corpus.Assess(in))
	}
	return nil
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

// joined lists the findings that stand in the host's story as steps of an
// opened chain or of what came after.
func joined(h *storyline.Host, found []*finding.Finding) []finding.Finding {
	chains := map[string]bool{}
	for _, c := range opened(h) {
		chains[c.ID] = true
	}
	for _, e := range h.Story {
		if e.Chain == "after" {
			chains["after"] = true
		}
	}
	loose := map[string]bool{} // rules of "after" that stayed leads
	for _, l := range h.Leads {
		loose[l.Rule] = true
	}
	var list []finding.Finding
	for _, f := range found {
		if f.Host == h.Host && f.Step != nil && chains[f.Step.Chain] && !loose[f.Rule.ID] {
			list = append(list, *f)
		}
	}
	return list
}
