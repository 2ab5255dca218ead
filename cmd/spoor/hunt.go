package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"spoor/internal/examine"
	"spoor/internal/finding"
	findinglines "spoor/internal/report/lines"
)

func newHuntCommand() *cobra.Command {
	var in inputFlags
	var rules ruleFlags
	var indicators indicatorFlags
	var format, marking string
	cmd := &cobra.Command{
		Use:   "hunt PATH...",
		Short: "Match rules against the evidence and write each finding as it is found",
		Long: `Match Sigma rules against the evidence and write one finding per line.

The built-in rules run too, unless --no-builtin leaves them out. Findings go to
stdout in the order of the evidence; the summary goes to stderr.`,
		Example: `  spoor hunt --rules sigma/rules/windows logs/
  spoor hunt --no-builtin --rules my-rules collection.zip --format csv > findings.csv`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			tlp, err := readLevel(marking)
			if err != nil {
				return err
			}
			in.quiet = in.quiet || isTerminal(cmd.OutOrStdout()) // the lines themselves show progress
			opts, done, err := in.options(cmd, args)
			if err != nil {
				return err
			}
			defer done()
			set, err := indicators.rules(&rules)
			if err != nil {
				return err
			}
			opts.Rules, opts.NoFields = set.Set, true
			known, err := indicators.load(!rules.NoBuiltin)
			if err != nil {
				return err
			}
			opts.Indicators = known.Set
			w, err := findinglines.New(cmd.OutOrStdout(), format, string(tlp))
			if err != nil {
				return wrongUse("--format takes ndjson, json, csv or table", "%w", err)
			}
			report := newItemReport(cmd.ErrOrStderr())
			sink := examine.Sink{Finding: func(f *finding.Finding) error { return w.Write(f) }, Item: report.item}
			if format == "ndjson" && tlp == "" { // lines are marked one by one
				sink.FindingLines = w.Lines
			}
			totals, err := examine.Run(cmd.Context(), opts, sink)
			if cerr := w.Close(); err == nil {
				err = cerr
			}
			if err != nil {
				return runError(err)
			}
			return report.end(totals, fmt.Sprintf("%d findings from %d events, %s, %s", totals.Findings, totals.Records, rulesLoaded(set), indicatorsLoaded(known.Report)))
		},
	}
	in.register(cmd)
	rules.register(cmd)
	indicators.register(cmd)
	cmd.Flags().StringVar(&format, "format", "ndjson", "how findings are written: ndjson, json, csv or table")
	registerLevel(cmd, &marking)
	return cmd
}
