package main

import (
	"github.com/spf13/cobra"

	"spoor/internal/actor"
)

func newActorsSearchCommand(flags *actorsFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "search NAME",
		Short: "Everything that a name may mean, source by source, with who coined it",
		Long: `Everything that a name may mean, source by source, with who coined it.

A name means a set. Case, spaces, hyphens and accents do not matter ("APT 40",
"apt-40"); spelling does. Entries of different sources are never joined.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			k, err := flags.load()
			if err != nil {
				return err
			}
			answer := k.Resolve(args[0])
			if len(answer.Matches) == 0 && len(answer.Software) == 0 {
				return unknownActor(k, args[0])
			}
			if flags.format == "json" {
				return writeJSON(cmd.OutOrStdout(), searchJSON(k, &answer))
			}
			printSearch(lines{cmd.OutOrStdout(), k}, &answer)
			return nil
		},
	}
}

func printSearch(l lines, answer *actor.Answer) {
	source := ""
	for _, m := range answer.Matches {
		if m.Actor.Source != source {
			source = m.Actor.Source
			l.put("%s", sourceName(l.k, source))
		}
		status := ""
		if m.Actor.Status != "" {
			status = " (" + m.Actor.Status
			if m.Actor.Now != "" {
				status += ", now " + m.Actor.Now
			}
			status += ")"
		}
		l.put("  %s  %s%s", m.Actor.ID, m.Actor.Name, status)
		for _, e := range m.Edges {
			from := ""
			if e.Source != m.Actor.Source {
				from = " (says " + sourceName(l.k, e.Source) + ")"
			}
			l.put("      %s%s", l.edge(e), from)
		}
	}
	for _, s := range answer.Software {
		l.put("Software of this name: %s %s (%s)", s.ID, s.Name, s.Kind)
	}
	if len(answer.Near) > 0 {
		l.put("Tied to these by a source, not meant by the name:")
	}
	for _, n := range answer.Near {
		l.put("  %s", l.tie(n.Tie))
	}
	if answer.Ordinary {
		l.put("Note: this is also an ordinary word; in a text it needs more than the word to mean the actor.")
	}
	if n := len(answer.Groups(l.k)); n > 1 {
		l.put("Note: the name means %d ATT&CK groups.", n)
	}
}

type aliasJSON struct {
	Name      string   `json:"name"`
	Namer     string   `json:"namer,omitempty"`
	NamerFrom string   `json:"namer_from,omitempty"`
	Source    string   `json:"source"`
	Relation  string   `json:"relation"`
	FirstSeen string   `json:"first_seen,omitempty"`
	Main      bool     `json:"main,omitempty"`
	Note      string   `json:"note,omitempty"`
	Reports   []string `json:"reports,omitempty"`
}

type tieJSON struct {
	From       string   `json:"from"`
	To         string   `json:"to"`
	Relation   string   `json:"relation"`
	Likelihood string   `json:"likelihood,omitempty"`
	Source     string   `json:"source"`
	Statement  string   `json:"statement,omitempty"`
	Date       string   `json:"date,omitempty"`
	Reports    []string `json:"reports,omitempty"`
}

type matchJSON struct {
	ID     string      `json:"id"`
	Name   string      `json:"name"`
	Source string      `json:"source"`
	Status string      `json:"status,omitempty"`
	Now    string      `json:"now,omitempty"`
	Edges  []aliasJSON `json:"edges"`
}

func makeAliasJSON(k *actor.Knowledge, a actor.Alias) aliasJSON {
	return aliasJSON{Name: a.Name, Namer: a.Namer, NamerFrom: a.NamerFrom, Source: a.Source, Relation: string(a.Relation),
		FirstSeen: a.FirstSeen.String(), Main: a.Main, Note: a.Note, Reports: urls(k, a.Reports)}
}

func makeTiesJSON(k *actor.Knowledge, ties []actor.Tie) []tieJSON {
	out := []tieJSON{}
	for _, t := range ties {
		out = append(out, tieJSON{From: t.From, To: t.To, Relation: t.Relation, Likelihood: t.Likelihood, Source: t.Source,
			Statement: t.Statement, Date: t.Date.String(), Reports: urls(k, t.Reports)})
	}
	return out
}

// urls gives each report's address, or the name it is cited by.
func urls(k *actor.Knowledge, refs []int32) []string {
	var out []string
	for _, r := range refs {
		switch report := &k.Reports[r]; {
		case report.URL != "":
			out = append(out, report.URL)
		case len(report.Names) > 0:
			out = append(out, report.Names[0])
		}
	}
	return out
}

func searchJSON(k *actor.Knowledge, answer *actor.Answer) any {
	out := struct {
		Schema   string      `json:"schema"`
		Query    string      `json:"query"`
		Key      string      `json:"key"`
		Ordinary bool        `json:"ordinary_word"`
		Groups   []string    `json:"attack_groups"`
		Matches  []matchJSON `json:"matches"`
		Software []string    `json:"software"`
		Near     []tieJSON   `json:"near"`
	}{Schema: "spoor.actors.search/1", Query: answer.Query, Key: answer.Key, Ordinary: answer.Ordinary,
		Groups: append([]string{}, answer.Groups(k)...), Matches: []matchJSON{}, Software: []string{}, Near: []tieJSON{}}
	for _, m := range answer.Matches {
		j := matchJSON{ID: m.Actor.ID, Name: m.Actor.Name, Source: m.Actor.Source, Status: m.Actor.Status, Now: m.Actor.Now, Edges: []aliasJSON{}}
		for _, e := range m.Edges {
			j.Edges = append(j.Edges, makeAliasJSON(k, e))
		}
		out.Matches = append(out.Matches, j)
	}
	for _, s := range answer.Software {
		out.Software = append(out.Software, s.ID)
	}
	for _, n := range answer.Near {
		out.Near = append(out.Near, makeTiesJSON(k, []actor.Tie{n.Tie})...)
	}
	return out
}
