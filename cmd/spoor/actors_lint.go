package main

import (
	"strings"

	"github.com/spf13/cobra"

	"spoor/internal/actor"
)

func newActorsLintCommand(flags *actorsFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "lint",
		Short: "What in the sources does not fit together: names on several actors, dead ids, disputed edges",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			k, err := flags.load()
			if err != nil {
				return err
			}
			lint := k.Lint()
			if flags.format == "json" {
				return writeJSON(cmd.OutOrStdout(), lintJSON(k, &lint))
			}
			printLint(lines{cmd.OutOrStdout(), k}, &lint)
			return nil
		},
	}
}

func printLint(l lines, lint *actor.Lint) {
	for _, s := range lint.Sources {
		l.put("%s, version %s, sha256 %s", s.Source.Name, s.Source.Version, s.Source.SHA256)
		l.put("  %d entries, %d names, %d of them on more than one entry (%d in the exact spelling), %d entries involved; %d entries list one name twice",
			s.Actors, s.Names, len(s.Collisions), s.Exact, s.Entangled, s.Repeated)
		for _, c := range s.Collisions {
			var on []string
			for _, a := range c.Actors {
				on = append(on, a.Name+" ("+a.ID+")")
			}
			l.put("    %s [%s]: %s", c.Name, c.Kind, strings.Join(on, ", "))
		}
	}
	l.put("ATT&CK ids that are dead but still listed as names: %d", len(lint.Dead))
	for _, a := range lint.Dead {
		name := ""
		if x := l.k.Actor(a.Actor); x != nil {
			name = x.Name
		}
		l.put("    %s on %s (%s): %s", a.Name, name, a.Actor, a.Note)
	}
	l.put("ATT&CK ids on more than one entry: %d  %s", len(lint.SharedIDs), strings.Join(lint.SharedIDs, ", "))
	l.put("Edges that are not plain other names: %d", len(lint.Relabelled))
	for _, a := range lint.Relabelled {
		l.put("    %s -> %s: %s", a.Name, a.Actor, l.edge(a))
	}
	l.put("Spellings of the suspected sponsor: %d", len(lint.Sponsors))
	for _, s := range lint.Sponsors {
		l.put("    %s: %d", s.Value, s.Count)
	}
	m := lint.Merge
	l.put("If entries that share a name were joined: %d entries would become %d, %d of these would hold entries that one source keeps apart, %d more than one ATT&CK group. So nothing is joined.",
		m.Entries, m.Components, m.Wrong, m.Groups)
	l.put("Reports that the uses rest on: %d, of which %d without a date", lint.Reports, lint.Undated)
}

func lintJSON(k *actor.Knowledge, lint *actor.Lint) any {
	type collision struct {
		Name   string   `json:"name"`
		Key    string   `json:"key"`
		Kind   string   `json:"kind"`
		Actors []string `json:"actors"`
	}
	type source struct {
		ID         string      `json:"id"`
		Name       string      `json:"name"`
		Version    string      `json:"version"`
		SHA256     string      `json:"sha256"`
		Entries    int         `json:"entries"`
		Names      int         `json:"names"`
		Exact      int         `json:"collisions_exact_spelling"`
		Entangled  int         `json:"entries_in_collisions"`
		Repeated   int         `json:"entries_repeating_a_name"`
		Collisions []collision `json:"collisions"`
	}
	type edge struct {
		Actor string `json:"actor"`
		aliasJSON
	}
	out := struct {
		Schema    string         `json:"schema"`
		Sources   []source       `json:"sources"`
		Dead      []edge         `json:"dead_ids"`
		SharedIDs []string       `json:"ids_on_several_entries"`
		NotSame   []edge         `json:"edges_not_same"`
		Sponsors  map[string]int `json:"sponsor_spellings"`
		Merge     map[string]int `json:"if_joined_by_name"`
		Reports   int            `json:"reports"`
		Undated   int            `json:"reports_undated"`
	}{Schema: "spoor.actors.lint/1", Sources: []source{}, Dead: []edge{}, SharedIDs: append([]string{}, lint.SharedIDs...), NotSame: []edge{},
		Sponsors: map[string]int{}, Reports: lint.Reports, Undated: lint.Undated,
		Merge: map[string]int{"entries": lint.Merge.Entries, "components": lint.Merge.Components, "wrong": lint.Merge.Wrong, "several_groups": lint.Merge.Groups}}
	for _, s := range lint.Sources {
		j := source{ID: s.Source.ID, Name: s.Source.Name, Version: s.Source.Version, SHA256: s.Source.SHA256, Entries: s.Actors,
			Names: s.Names, Exact: s.Exact, Entangled: s.Entangled, Repeated: s.Repeated, Collisions: []collision{}}
		for _, c := range s.Collisions {
			x := collision{Name: c.Name, Key: c.Key, Kind: c.Kind}
			for _, a := range c.Actors {
				x.Actors = append(x.Actors, a.ID)
			}
			j.Collisions = append(j.Collisions, x)
		}
		out.Sources = append(out.Sources, j)
	}
	for _, a := range lint.Dead {
		out.Dead = append(out.Dead, edge{a.Actor, makeAliasJSON(k, a)})
	}
	for _, a := range lint.Relabelled {
		out.NotSame = append(out.NotSame, edge{a.Actor, makeAliasJSON(k, a)})
	}
	for _, s := range lint.Sponsors {
		out.Sponsors[s.Value] = s.Count
	}
	return out
}
