package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spoor/internal/safetext"
	"spoor/match"
)

func newRulesCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "rules", Short: "List and check detection rules"}
	cmd.AddCommand(newRulesListCommand(), newRulesCheckCommand())
	return cmd
}

func newRulesListCommand() *cobra.Command {
	var r ruleFlags
	var format string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the rules that would run",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			set, err := r.load(cmd)
			if err != nil {
				return err
			}
			list := slices.Clone(set.rules.Rules)
			slices.SortStableFunc(list, func(a, b *match.Rule) int { return strings.Compare(a.Meta.Source, b.Meta.Source) })
			out := cmd.OutOrStdout()
			for _, m := range list {
				if format == "json" {
					line, err := json.Marshal(map[string]any{"id": m.Meta.ID, "title": m.Meta.Title, "level": m.Meta.Level, "source": m.Meta.Source, "techniques": m.Meta.Techniques, "cves": m.Meta.CVEs})
					if err != nil {
						return fmt.Errorf("encode rule: %w", err)
					}
					fmt.Fprintf(out, "%s\n", line)
					continue
				}
				fmt.Fprintf(out, "%-13s %-36s %s\n", m.Meta.Level, safetext.Terminal(m.Meta.ID), safetext.Terminal(m.Meta.Title))
			}
			return nil
		},
	}
	r.register(cmd)
	cmd.Flags().StringVar(&format, "format", "table", "table or json (one object per line)")
	return cmd
}

func newRulesCheckCommand() *cobra.Command {
	r := ruleFlags{noBuiltin: true}
	cmd := &cobra.Command{
		Use:   "check FOLDER...",
		Short: "Say of every rule whether it can be honoured exactly, and why not",
		Long: `Load rules and list every one that cannot be honoured exactly, with its file, line,
code and reason, then the warnings. Exit code 3 if any rule was refused.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r.dirs = append(r.dirs, args...)
			set, err := r.load(cmd)
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			for _, ref := range set.report.Refused {
				fmt.Fprintf(out, "%s:%d: refused %s: %s\n", safetext.Terminal(ref.File), ref.Line, ref.Code, safetext.Terminal(ref.Reason))
			}
			for _, w := range set.report.Warnings {
				fmt.Fprintf(out, "%s:%d: warning %s: %s\n", safetext.Terminal(w.File), w.Line, w.Code, safetext.Terminal(w.Reason))
			}
			fmt.Fprintf(out, "%d rules can run, %d refused, %d warnings\n", set.report.Loaded, len(set.report.Refused), len(set.report.Warnings))
			if len(set.report.Refused) > 0 {
				return &exitError{code: exitPartly}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&r.placeholders, "placeholders", "", "YAML file with values for rules that use |expand")
	return cmd
}
