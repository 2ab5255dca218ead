package main

import (
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"spoor/internal/safetext"
	"spoor/internal/statement"
)

func newRecordListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List statements and legal acts, one a line, by date",
		Args:  cobra.NoArgs,
	}
	incident := cmd.Flags().String("incident", "", "only this incident")
	state := cmd.Flags().String("state", "", "only speakers of this state or body (US, EU, NATO ...)")
	group := cmd.Flags().String("group", "", "only statements that name this group")
	acts := cmd.Flags().Bool("acts", false, "only legal acts")
	incidents := cmd.Flags().Bool("incidents", false, "list the incidents instead")
	format := formatFlag(cmd, "table", "ndjson")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := checkFormat(*format, "table", "ndjson"); err != nil {
			return err
		}
		r, err := loadRecord(cmd)
		if err != nil {
			return err
		}
		if *incidents {
			return listIncidents(cmd.OutOrStdout(), r, *format)
		}
		var list []statement.Statement
		for _, s := range r.Statements {
			if *incident != "" && s.Incident != *incident || *state != "" && !strings.EqualFold(s.Speaker.State, *state) || *acts && s.Legal == nil {
				continue
			}
			if *group != "" && !namesGroup(s, *group) {
				continue
			}
			list = append(list, s)
		}
		return printStatements(cmd.OutOrStdout(), r, list, *format)
	}
	return cmd
}

func newRecordSearchCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "search WORD...",
		Short: "Find statements that hold every word, anywhere in the row or its source",
		Args:  cobra.MinimumNArgs(1),
	}
	format := formatFlag(cmd, "table", "ndjson")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := checkFormat(*format, "table", "ndjson"); err != nil {
			return err
		}
		r, err := loadRecord(cmd)
		if err != nil {
			return err
		}
		return printStatements(cmd.OutOrStdout(), r, r.Search(args), *format)
	}
	return cmd
}

func namesGroup(s statement.Statement, name string) bool {
	for _, g := range append(s.Groups, s.Target.Name) {
		if strings.EqualFold(g, name) {
			return true
		}
	}
	return false
}

func printStatements(w io.Writer, r *statement.Set, list []statement.Statement, format string) error {
	sort.SliceStable(list, func(i, j int) bool { return list[i].Date < list[j].Date })
	if format == "ndjson" {
		return statement.WriteNDJSON(w, r, list)
	}
	fmt.Fprintf(w, "%-10s  %-22s  %-10s  %-26s  %s\n", "date", "speaker", "strength", "about", "id")
	for _, s := range list {
		how := "no words"
		switch {
		case s.Legal != nil:
			how = s.Legal.Status
		case s.Strength != nil:
			how = fmt.Sprintf("%d", *s.Strength)
		}
		about := s.Target.Name
		if about == "" {
			about = "-"
		}
		fmt.Fprintf(w, "%-10s  %-22s  %-10s  %-26s  %s\n", s.Date, safetext.TerminalCut(s.Speaker.Name, 22), how, safetext.TerminalCut(about, 26), safetext.Terminal(s.ID))
	}
	fmt.Fprintf(w, "%d rows\n", len(list))
	return nil
}

func listIncidents(w io.Writer, r *statement.Set, format string) error {
	counts := map[string]int{}
	for _, s := range r.Statements {
		counts[s.Incident]++
	}
	if format == "ndjson" {
		enc := json.NewEncoder(w)
		for _, in := range r.Incidents {
			if err := enc.Encode(in); err != nil {
				return err
			}
		}
		return nil
	}
	for _, in := range r.Incidents {
		fmt.Fprintf(w, "%-34s  %-10s  %-10s  %3d  %s\n", safetext.TerminalCut(in.ID, 34), in.From, in.Until, counts[in.ID], safetext.TerminalCut(in.Name, 40))
	}
	return nil
}
