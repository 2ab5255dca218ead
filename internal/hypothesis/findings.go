package hypothesis

import (
	"slices"

	"spoor/internal/finding"
)

// FromFindings reads techniques and vulnerabilities from findings. What a
// step of a built-in chain or a look into a file says counts as observed;
// every other technique is a rule's tag. Software and indicators have to be
// added by who knows them: no rule's name is taken for malware.
func FromFindings(findings []finding.Finding) Input {
	var in Input
	at := map[string]int{}
	for i := range findings {
		f := &findings[i]
		how := RuleTagged
		if f.Step != nil || f.Rule.Kind == "webshell" {
			how = Observed
		}
		for _, id := range f.Techniques {
			n, ok := at[id]
			if !ok {
				n = len(in.Techniques)
				at[id] = n
				in.Techniques = append(in.Techniques, Sighting{ID: id, How: how})
			}
			s := &in.Techniques[n]
			if how == Observed {
				s.How = Observed
			}
			if f.Identity != "" && len(s.Findings) < maxFindings {
				s.Findings = append(s.Findings, f.Identity)
			}
		}
		for _, cve := range f.CVEs {
			if !slices.Contains(in.CVEs, cve) {
				in.CVEs = append(in.CVEs, cve)
			}
		}
	}
	slices.Sort(in.CVEs)
	return in
}

// maxFindings bounds the findings kept per piece of evidence, in the order
// given; a report lists the rest under the rule.
const maxFindings = 20
