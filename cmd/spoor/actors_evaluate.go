package main

import (
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"spoor/internal/actor"
	"spoor/internal/hypothesis"
)

func newActorsEvaluateCommand() *cobra.Command {
	var regime, method, format, knowledge string
	o := hypothesis.Options{}
	cmd := &cobra.Command{
		Use:   "evaluate SPLIT.json",
		Short: "How often the ranking of groups is right, measured on held-out reports",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "table" && format != "json" {
				return wrongUse("the forms are table and json", "unknown form %q", format)
			}
			o.Regime, o.Method = hypothesis.Regime(regime), hypothesis.Method(method)
			f, err := os.Open(args[0])
			if err != nil {
				return fmt.Errorf("open split: %w", err)
			}
			defer f.Close()
			split, err := hypothesis.ReadSplit(f)
			if err != nil {
				return err
			}
			know, err := actor.Builtin()
			if knowledge != "" {
				know, err = actor.Open(knowledge)
			}
			if err != nil {
				return err
			}
			if regime == "all" {
				all, err := hypothesis.EvaluateAll(hypothesis.NewCorpus(know), split, o.Method)
				if err != nil {
					return wrongUse("see spoor actors evaluate --help", "%v", err)
				}
				if format == "json" {
					return writeJSON(cmd.OutOrStdout(), all)
				}
				return printOverall(cmd.OutOrStdout(), all)
			}
			e, err := hypothesis.Evaluate(hypothesis.NewCorpus(know), split, o)
			if err != nil {
				return wrongUse("see spoor actors evaluate --help", "%v", err)
			}
			if format == "json" {
				return writeJSON(cmd.OutOrStdout(), e)
			}
			return printEvaluation(cmd.OutOrStdout(), e)
		},
	}
	cmd.Flags().StringVar(&regime, "regime", "loro", "what is removed first: loro (the report), gap (also the group's reports within half a year), time (all that is not older); all: every regime, draw and both kinds of evidence")
	cmd.Flags().BoolVar(&o.Software, "software", false, "use the report's malware and tools too")
	cmd.Flags().IntVar(&o.Draw, "draw", 0, "use the item's draws of 5, 10 or 15 host techniques instead of all")
	cmd.Flags().StringVar(&method, "method", string(hypothesis.Weighed), "overlap, knn, bm25, blend or weighed")
	cmd.Flags().StringVar(&format, "format", "table", "output form: table or json")
	cmd.Flags().StringVar(&knowledge, "knowledge", "", "use this knowledge file instead of the built-in one")
	return cmd
}

func printEvaluation(w io.Writer, e *hypothesis.Evaluation) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	band := func(r [2]float64) string { return fmt.Sprintf("%.1f to %.1f", 100*r[0], 100*r[1]) }
	fmt.Fprintf(t, "Population:\t%s\n", e.Population)
	fmt.Fprintf(t, "Method %s, regime %s, software %v, techniques drawn %d (0: all)\n\n", e.Method, e.Regime, e.Software, e.Draw)
	fmt.Fprintf(t, "learnable\tn\ttop-1 %%\ttop-3 %%\ttop-10 %%\tMRR\n")
	fmt.Fprintf(t, "\t%d\t%.1f\t%.1f\t%.1f\t%.3f\n", e.N, 100*e.Top1, 100*e.Top3, 100*e.Top10, e.MRR)
	fmt.Fprintf(t, "95 %% interval\t\t%s\t%s\t%s\t%.3f to %.3f\n", band(e.Top1Range), band(e.Top3Range), band(e.Top10Range), e.MRRRange[0], e.MRRRange[1])
	fmt.Fprintf(t, "all cases\t%d\t%.1f\t%.1f\t%.1f\t%.3f\n", e.All.N, 100*e.All.Top1, 100*e.All.Top3, 100*e.All.Top10, e.All.MRR)
	fmt.Fprintf(t, "minus BM25\t\t%+.1f (%s)\t\t\t%+.3f (%.3f to %.3f)\n\n", 100*e.VersusBM25.Top1, band(e.VersusBM25.Top1Range), e.VersusBM25.MRR, e.VersusBM25.MRRRange[0], e.VersusBM25.MRRRange[1])
	fmt.Fprintf(t, "Groups to list for 80 %% coverage: %d, for 90 %%: %d\n", e.Set80, e.Set90)
	if len(e.Naming) > 0 {
		fmt.Fprintf(t, "\nnaming from\ttwo items\tnamed\tof\trate %%\tright %%\tnamed though the true group was removed %%\n")
		for _, n := range e.Naming {
			from := fmt.Sprintf("%.2f", n.From)
			if n.From == 0 {
				from = "own" // each part's, chosen on the others
			}
			fmt.Fprintf(t, "%s\t%v\t%d\t%d\t%.1f (%s)\t%.1f (%s)\t%.1f (%s)\n", from, n.TwoItems, n.Named, n.N, 100*n.Rate, band(n.RateRange), 100*n.Right, band(n.RightRange), 100*n.Deleted, band(n.DeletedRange))
		}
	}
	if e.Calibration != nil {
		fmt.Fprintf(t, "\nShare of the first group against how often it is right: ECE %.3f, Brier %.3f\n", e.Calibration.ECE, e.Calibration.Brier)
		fmt.Fprintf(t, "share from\tn\tsaid %%\tright %%\n")
		for _, b := range e.Calibration.Bands {
			fmt.Fprintf(t, "%.1f\t%d\t%.1f\t%.1f\n", b.From, b.N, 100*b.Said, 100*b.Right)
		}
	}
	if e.ReportsUnknown > 0 {
		fmt.Fprintf(t, "\n%d items' reports are not cited in the knowledge: nothing to remove for them.\n", e.ReportsUnknown)
	}
	return t.Flush()
}

func printOverall(w io.Writer, o *hypothesis.Overall) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintf(t, "Population:\t%s\n\n", o.Population)
	fmt.Fprintf(t, "regime\tsoftware\tdrawn\tn\ttop-1 %%\ttop-3 %%\ttop-10 %%\tMRR\ttop-1 minus BM25 (95 %%)\tMRR minus BM25 (95 %%)\tset 80/90 %%\n")
	for _, e := range o.Cells {
		v := e.VersusBM25
		fmt.Fprintf(t, "%s\t%v\t%d\t%d\t%.1f\t%.1f\t%.1f\t%.3f\t%+.1f (%+.1f to %+.1f)\t%+.3f (%+.3f to %+.3f)\t%d/%d\n", e.Regime, e.Software, e.Draw, e.N,
			100*e.Top1, 100*e.Top3, 100*e.Top10, e.MRR, 100*v.Top1, 100*v.Top1Range[0], 100*v.Top1Range[1], v.MRR, v.MRRRange[0], v.MRRRange[1], e.Set80, e.Set90)
	}
	fmt.Fprintf(t, "\nOver all cells, %d items: %s minus BM25 top-1 %+.1f points (%+.1f to %+.1f), MRR %+.3f (%+.3f to %+.3f)\n", o.Items, o.Method,
		100*o.Top1, 100*o.Top1Range[0], 100*o.Top1Range[1], o.MRR, o.MRRRange[0], o.MRRRange[1])
	return t.Flush()
}
