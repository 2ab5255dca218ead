package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"spoor/internal/rulebook"
	"strings"

	"github.com/spf13/cobra"

	"spoor/internal/engine"
	"spoor/internal/safetext"
	"spoor/internal/sigma"
)

func newRulesCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "rules", Short: "List, check, explain and test detection rules"}
	cmd.AddCommand(newRulesListCommand(), newRulesCheckCommand(), newRulesExplainCommand(), newRulesTestCommand())
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
			set, err := rulebook.Load(r.asked())
			if err != nil {
				return err
			}
			list := slices.Clone(set.Set.Rules)
			slices.SortStableFunc(list, func(a, b *engine.Rule) int { return strings.Compare(a.Meta.Source, b.Meta.Source) })
			out := cmd.OutOrStdout()
			for _, m := range list {
				if format == "json" {
					says, _ := m.Meta.Extra.(sigma.Details)
					line, err := json.Marshal(map[string]any{"id": m.Meta.ID, "title": m.Meta.Title, "level": m.Meta.Level, "source": m.Meta.Source, "techniques": says.Techniques, "cves": says.CVEs})
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
	r := ruleFlags{rulebook.Options{NoBuiltin: true, Lint: true}}
	var format string
	cmd := &cobra.Command{
		Use:   "check FOLDER...",
		Short: "Say of every rule whether it can be honoured exactly, and why not",
		Long: `Load rules and list every one that cannot be honoured exactly, with its file, line,
code and reason, then the warnings: rules that can never fire, expressions that are
slow, and more (docs/sigma.md). Exit code 3 if any rule was refused.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r.Paths = append(r.Paths, args...)
			set, err := rulebook.Load(r.asked())
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			tell := func(out io.Writer, what string, p sigma.Problem) { tellIn(set, out, what, p) }
			switch format {
			case "table":
			case "json":
				tell = tellJSON
			default:
				return wrongUse("--format takes table or json", "check rules: unknown format %q", format)
			}
			for _, ref := range set.Report.Refused {
				tell(out, "refused", ref)
			}
			for _, w := range set.Report.Warnings {
				tell(out, "warning", w)
			}
			if format == "table" {
				fmt.Fprintf(out, "%d rules can run, %d refused, %d warnings\n", set.Report.Loaded, len(set.Report.Refused), len(set.Report.Warnings))
			}
			if len(set.Report.Refused) > 0 {
				return &exitError{code: exitPartly}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&r.Placeholders, "placeholders", "", "YAML file with values for rules that use |expand")
	cmd.Flags().StringVar(&format, "format", "table", "table, or json (one object per line, for other programs)")
	return cmd
}

// tellJSON writes what is wrong with a rule for other programs.
func tellJSON(out io.Writer, what string, p sigma.Problem) {
	reason, _, _ := strings.Cut(p.Reason, "\n")
	line, _ := json.Marshal(struct { // texts and numbers: cannot fail
		Kind   string `json:"kind"`
		Code   string `json:"code"`
		File   string `json:"file"`
		Line   int    `json:"line"`
		Column int    `json:"column,omitempty"`
		ID     string `json:"id,omitempty"`
		Reason string `json:"reason"`
	}{what, p.Code, p.File, p.Line, p.Column, p.ID, reason})
	fmt.Fprintf(out, "%s\n", line)
}

// tellIn writes what is wrong with a rule, and points at the place where that
// helps.
func tellIn(b rulebook.Book, out io.Writer, what string, p sigma.Problem) {
	reason, drawn, _ := strings.Cut(p.Reason, "\n") // a condition points for itself
	fmt.Fprintf(out, "%s:%d: %s %s: %s\n", safetext.Terminal(p.File), p.Line, what, p.Code, safetext.Terminal(reason))
	if drawn == "" {
		drawn = b.PointAt(p)
	}
	for _, line := range strings.Split(drawn, "\n") {
		if line != "" {
			fmt.Fprintf(out, "%s\n", safetext.Terminal(line))
		}
	}
}
