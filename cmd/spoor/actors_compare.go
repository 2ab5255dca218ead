package main

import (
	"strings"

	"github.com/spf13/cobra"

	"spoor/internal/actor"
)

func newActorsCompareCommand(flags *actorsFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "compare A B",
		Short: "Two entries side by side: what they share and what a source says about the two",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			k, err := flags.load()
			if err != nil {
				return err
			}
			a, err := oneActor(k, args[0])
			if err != nil {
				return err
			}
			b, err := oneActor(k, args[1])
			if err != nil {
				return err
			}
			c := k.Compare(a, b)
			if flags.format == "json" {
				return writeJSON(cmd.OutOrStdout(), compareJSON(k, &c))
			}
			printComparison(lines{cmd.OutOrStdout(), k}, &c)
			return nil
		},
	}
}

func printComparison(l lines, c *actor.Comparison) {
	l.put("A  %s  %s   (%s)", c.A.ID, c.A.Name, sourceName(l.k, c.A.Source))
	l.put("B  %s  %s   (%s)", c.B.ID, c.B.Name, sourceName(l.k, c.B.Source))
	switch {
	case c.A.ID == c.B.ID:
		l.put("This is one entry.")
	case c.SameSource:
		l.put("%s keeps the two apart.", sourceName(l.k, c.A.Source))
	}
	l.put("Names on both: %s", orNone(strings.Join(c.SharedNames, ", ")))
	if len(c.Ties) == 0 {
		l.put("No source ties the two directly.")
	}
	for _, t := range c.Ties {
		l.put("Tie: %s", l.tie(t))
	}
	l.put("Techniques: %d on both, %d only A, %d only B", len(c.Techniques.Both), c.Techniques.OnlyA, c.Techniques.OnlyB)
	var software []string
	for _, id := range c.Software.Both {
		software = append(software, id+" "+featureName(l.k, id))
	}
	l.put("Software: %d on both, %d only A, %d only B: %s", len(c.Software.Both), c.Software.OnlyA, c.Software.OnlyB, orNone(strings.Join(software, ", ")))
	l.put("Reports cited for both: %d", len(c.Reports))
	for _, u := range urls(l.k, c.Reports) {
		l.put("  %s", u)
	}
	l.put("Vulnerabilities both are tied to: %s", orNone(strings.Join(c.CVEs, ", ")))
	printChain(l, "A", c.ChainA)
	printChain(l, "B", c.ChainB)
	var shared []string
	for _, id := range c.SharedParent {
		shared = append(shared, l.k.Party(id).Name)
	}
	if len(shared) > 0 {
		l.put("Both chains reach: %s", strings.Join(shared, ", "))
	}
	l.put("What two groups share does not make them one; most techniques and tools are common.")
}

func printChain(l lines, side string, chain []actor.Tie) {
	if len(chain) == 0 {
		l.put("Behind %s: no statement in this knowledge", side)
		return
	}
	l.put("Behind %s:", side)
	for _, t := range chain {
		l.put("  %s", l.tie(t))
	}
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func compareJSON(k *actor.Knowledge, c *actor.Comparison) any {
	type overlap struct {
		Both  []string `json:"both"`
		OnlyA int      `json:"only_a"`
		OnlyB int      `json:"only_b"`
	}
	type entry struct {
		ID     string    `json:"id"`
		Name   string    `json:"name"`
		Source string    `json:"source"`
		Chain  []tieJSON `json:"chain"`
	}
	list := func(s []string) []string { return append([]string{}, s...) }
	return struct {
		Schema     string    `json:"schema"`
		A          entry     `json:"a"`
		B          entry     `json:"b"`
		KeptApart  bool      `json:"kept_apart_by_source"`
		Names      []string  `json:"names_on_both"`
		Ties       []tieJSON `json:"ties"`
		Techniques overlap   `json:"techniques"`
		Software   overlap   `json:"software"`
		Reports    []string  `json:"reports_for_both"`
		CVEs       []string  `json:"vulnerabilities_of_both"`
		Parents    []string  `json:"chains_meet_at"`
	}{"spoor.actors.compare/1",
		entry{c.A.ID, c.A.Name, c.A.Source, makeTiesJSON(k, c.ChainA)}, entry{c.B.ID, c.B.Name, c.B.Source, makeTiesJSON(k, c.ChainB)},
		c.SameSource, list(c.SharedNames), makeTiesJSON(k, c.Ties),
		overlap{list(c.Techniques.Both), c.Techniques.OnlyA, c.Techniques.OnlyB}, overlap{list(c.Software.Both), c.Software.OnlyA, c.Software.OnlyB},
		list(urls(k, c.Reports)), list(c.CVEs), list(c.SharedParent)}
}
