package hypothesis

import (
	"slices"

	"spoor/internal/finding"
)

// FromFindings reads techniques, software, indicators and vulnerabilities from
// findings. What a step of a built-in chain, a look into a file or an
// indicator says counts as observed; every other technique or software is a
// rule's tag, the weakest input. A group that only a rule's tag names is no
// evidence at all and is not read. Lists are in the order of first sight.
func FromFindings(findings []finding.Finding) Input {
	var in Input
	techniques, software := map[string]int{}, map[string]int{}
	ties := map[finding.Tie]int{}
	for i := range findings {
		f := &findings[i]
		how := RuleTagged
		if f.Step != nil || f.Rule.Kind == "webshell" || f.Rule.Kind == "file" {
			how = Observed
		}
		for _, id := range f.Techniques {
			see(&in.Techniques, techniques, id, how, f.Identity)
		}
		if f.Rule.Kind == "indicator" && (f.Source.Kind == "file" || slices.ContainsFunc(f.Ties, func(t finding.Tie) bool { return t.Kind == "malware" })) {
			how = Observed // the very file that a source names; an address of a program is not the program
		}
		for _, id := range f.Software {
			see(&in.Software, software, id, how, f.Identity)
		}
		for _, t := range f.Ties {
			in.tie(ties, t, f.Identity)
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

// see adds one sighting of an id to a list; observed wins over a rule's tag.
func see(list *[]Sighting, at map[string]int, id string, how How, by string) {
	n, ok := at[id]
	if !ok {
		n = len(*list)
		at[id] = n
		*list = append(*list, Sighting{ID: id, How: how})
	}
	s := &(*list)[n]
	if how == Observed {
		s.How = Observed
	}
	s.Findings = oneMore(s.Findings, by)
}

// tie adds what a source says about an indicator's user. The same statement
// behind many findings is one piece of evidence, in its window if any of the
// findings lies there.
func (in *Input) tie(at map[finding.Tie]int, t finding.Tie, by string) {
	same := finding.Tie{Actor: t.Actor, Kind: t.Kind, Value: t.Value, Publisher: t.Publisher}
	n, ok := at[same]
	if !ok {
		n = len(in.Indicators)
		at[same] = n
		in.Indicators = append(in.Indicators, Indicator{Value: t.Value, Kind: t.Kind, Group: t.Actor, Publisher: t.Publisher, URL: t.URL})
	}
	i := &in.Indicators[n]
	i.InWindow = i.InWindow || t.InWindow
	i.Findings = oneMore(i.Findings, by)
}

func oneMore(ids []string, id string) []string {
	if id == "" || len(ids) >= maxFindings || slices.Contains(ids, id) {
		return ids
	}
	return append(ids, id)
}

// maxFindings bounds the findings kept per piece of evidence, in the order
// given; a report lists the rest under the rule.
const maxFindings = 20
