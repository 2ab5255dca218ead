package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spoor/internal/actor"
)

func newActorsShowCommand(flags *actorsFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "One entry in full: names, chain of command, vulnerabilities, techniques, software, ties",
		Long: `One entry in full. ID is an ATT&CK group id (G0125), an id that actors search
prints (misp:4f05d6c1), or a name that means one ATT&CK group.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			k, err := flags.load()
			if err != nil {
				return err
			}
			a, err := oneActor(k, args[0])
			if err != nil {
				return err
			}
			if flags.format == "json" {
				return writeJSON(cmd.OutOrStdout(), showJSON(k, a))
			}
			printActor(lines{cmd.OutOrStdout(), k}, a)
			return nil
		},
	}
}

func printActor(l lines, a *actor.Actor) {
	l.put("%s  %s   (%s)", a.ID, a.Name, sourceName(l.k, a.Source))
	if a.Status != "" {
		l.put("This entry is %s; now: %s", a.Status, a.Now)
	}
	l.put("Names:")
	for _, e := range l.k.AliasesOf(a.ID) {
		l.put("  %s", l.edge(e))
	}
	if chain := l.k.Chain(a.ID); len(chain) > 0 {
		l.put("Who is said to stand behind it, each line a statement of its own:")
		for _, t := range chain {
			l.put("  %s", l.tie(t))
		}
	}
	if facts := l.k.FactsOf(a.ID); len(facts) > 0 {
		l.put("As the source puts it:")
		for at := 0; at < len(facts); {
			var values []string
			field := facts[at].Field
			for ; at < len(facts) && facts[at].Field == field; at++ {
				values = append(values, facts[at].Value)
			}
			l.put("  %s: %s", field, strings.Join(values, ", "))
		}
	}
	if exploits := l.k.ExploitsOf(a.ID); len(exploits) > 0 {
		l.put("Publicly tied to vulnerabilities:")
		for at := 0; at < len(exploits); { // ordered by name; one row per technique it was used with
			cve := exploits[at].CVE
			var refs []int32
			for ; at < len(exploits) && exploits[at].CVE == cve; at++ {
				refs = append(refs, exploits[at].Reports...)
			}
			slices.Sort(refs)
			l.put("  %s  (%s)", cve, strings.Join(urls(l.k, slices.Compact(refs)), ", "))
		}
	}
	if p, ok := l.k.ProfileOf(a.ID, true); ok {
		printProfile(l, p)
	}
	if ties := l.k.TiesOf(a.ID); len(ties) > 0 {
		l.put("Ties:")
		for _, t := range ties {
			l.put("  %s", l.tie(t))
		}
	}
}

func printProfile(l lines, p actor.Profile) {
	var techniques, software []actor.Feature
	for _, f := range p.Uses {
		if strings.HasPrefix(f.ID, "T") {
			techniques = append(techniques, f)
		} else {
			software = append(software, f)
		}
	}
	owner := l.k.Exclusive(true)
	l.put("Software: %d", len(software))
	for _, f := range software {
		only := ""
		if owner[f.ID] != "" {
			only = ", no other group is reported to use it"
		}
		l.put("  %s %s  %s%s", f.ID, featureName(l.k, f.ID), reportCount(l.k, f), only)
	}
	l.put("Techniques: %d", len(techniques))
	for _, f := range techniques {
		l.put("  %s %s  %s", f.ID, featureName(l.k, f.ID), reportCount(l.k, f))
	}
}

// featureName is the name of a technique or software, empty for an id that
// the knowledge does not have.
func featureName(k *actor.Knowledge, id string) string {
	if t := k.Technique(id); t != nil {
		return t.Name
	}
	if s := k.SoftwareByID(id); s != nil {
		return s.Name
	}
	return ""
}

// reportCount tells how many reports, of which years, and whether only a
// campaign carries the claim.
func reportCount(k *actor.Knowledge, f actor.Feature) string {
	var first, last int
	for _, r := range f.Reports {
		y, _, _ := k.Reports[r].Date.Parts()
		if y > 0 && (first == 0 || y < first) {
			first = y
		}
		last = max(last, y)
	}
	s := fmt.Sprintf("%d reports", len(f.Reports))
	if len(f.Reports) == 1 {
		s = "1 report"
	}
	switch {
	case first == 0:
	case first == last:
		s += fmt.Sprintf(", %d", first)
	default:
		s += fmt.Sprintf(", %d-%d", first, last)
	}
	if !f.Direct {
		s += ", only in campaign " + strings.Join(f.Via, ", ")
	}
	return s
}

func showJSON(k *actor.Knowledge, a *actor.Actor) any {
	type feature struct {
		ID      string   `json:"id"`
		Reports []string `json:"reports"`
		Via     []string `json:"campaigns,omitempty"`
		Direct  bool     `json:"direct"`
	}
	type exploit struct {
		CVE     string   `json:"cve"`
		Source  string   `json:"source"`
		Via     string   `json:"via,omitempty"`
		Reports []string `json:"reports"`
	}
	out := struct {
		Schema   string              `json:"schema"`
		ID       string              `json:"id"`
		UUID     string              `json:"uuid"`
		Name     string              `json:"name"`
		Source   string              `json:"source"`
		Status   string              `json:"status,omitempty"`
		Now      string              `json:"now,omitempty"`
		Names    []aliasJSON         `json:"names"`
		Chain    []tieJSON           `json:"chain"`
		Parties  map[string]string   `json:"parties,omitempty"`
		Facts    map[string][]string `json:"facts,omitempty"`
		Exploits []exploit           `json:"vulnerabilities"`
		Uses     []feature           `json:"uses"`
		Ties     []tieJSON           `json:"ties"`
		Reports  []string            `json:"reports"`
	}{Schema: "spoor.actors.show/1", ID: a.ID, UUID: a.UUID, Name: a.Name, Source: a.Source, Status: a.Status, Now: a.Now,
		Names: []aliasJSON{}, Chain: makeTiesJSON(k, k.Chain(a.ID)), Parties: map[string]string{}, Facts: map[string][]string{},
		Exploits: []exploit{}, Uses: []feature{}, Ties: makeTiesJSON(k, k.TiesOf(a.ID)), Reports: append([]string{}, urls(k, a.Reports)...)}
	for _, e := range k.AliasesOf(a.ID) {
		out.Names = append(out.Names, makeAliasJSON(k, e))
	}
	for _, t := range out.Chain {
		for _, id := range []string{t.From, t.To} {
			if p := k.Party(id); p != nil {
				out.Parties[id] = p.Name
			}
		}
	}
	for _, f := range k.FactsOf(a.ID) {
		out.Facts[f.Field] = append(out.Facts[f.Field], f.Value)
	}
	for _, e := range k.ExploitsOf(a.ID) {
		out.Exploits = append(out.Exploits, exploit{e.CVE, e.Source, e.Via, append([]string{}, urls(k, e.Reports)...)})
	}
	if p, ok := k.ProfileOf(a.ID, true); ok {
		for _, f := range p.Uses {
			out.Uses = append(out.Uses, feature{f.ID, append([]string{}, urls(k, f.Reports)...), f.Via, f.Direct})
		}
	}
	return out
}
