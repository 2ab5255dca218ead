package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"spoor/internal/engine"
	"spoor/internal/explain"
	"spoor/internal/rulebook"
)

func newRulesExplainCommand() *cobra.Command {
	var r ruleFlags
	var records string
	var all bool
	cmd := &cobra.Command{
		Use:   "explain ID|FILE",
		Short: "Say which records a rule looks at and what it asks, and why it fires on one or does not",
		Long: `Say which records a rule looks at, what it asks of which of their fields, and how
its selections are joined. With --event, say of each selection whether it held on
a record and which text decided, and so why the rule fired or did not.

--event takes anything that spoor reads. PATH:N means the record with the id N,
or line N of a log without record ids. Without N the records on which the rule
fires are explained, or those that come closest.`,
		Example: `  spoor rules explain --rules sigma/rules 7d4a5fc9-0a5f-4a1b-8b0c-3d5d1f3f0c55
  spoor rules explain my_rule.yml --event Security.evtx:48213`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := rulebook.Named(r.asked(), args[0])
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			w := explain.Writer{Writer: out, All: all}
			for _, c := range found.Correlations {
				w.Correlation(c)
				fmt.Fprintln(out)
			}
			for i, rule := range found.Rules {
				if i > 0 {
					fmt.Fprintln(out)
				}
				w.Rule(rule)
				if records == "" {
					continue
				}
				fmt.Fprintln(out)
				if err := explainRecords(cmd, w, rule, records); err != nil {
					return err
				}
			}
			return nil
		},
	}
	r.register(cmd)
	cmd.Flags().StringVar(&records, "event", "", "records to explain the rule on: PATH, or PATH:N for one record")
	cmd.Flags().BoolVar(&all, "all", false, "show every value of long lists")
	return cmd
}

// splitRecord takes "PATH:N" apart; a path that is there wins.
func splitRecord(arg string) (path string, record uint64, err error) {
	if _, err := os.Stat(arg); err == nil {
		return arg, 0, nil
	}
	if at := strings.LastIndexByte(arg, ':'); at > 0 {
		n, bad := strconv.ParseUint(arg[at+1:], 10, 64)
		if _, err := os.Stat(arg[:at]); err == nil && bad == nil && n > 0 {
			return arg[:at], n, nil
		}
	}
	return "", 0, wrongUse("--event takes PATH or PATH:N", "open events: no file %s", arg)
}

func explainRecords(cmd *cobra.Command, w explain.Writer, rule *engine.Rule, arg string) error {
	path, record, err := splitRecord(arg)
	if err != nil {
		return err
	}
	s := explain.Search{Rule: rule, Record: record}
	if err := s.Look(cmd.Context(), path, newItemReport(cmd.ErrOrStderr()).item); err != nil {
		return err
	}
	switch {
	case s.Interrupted:
		return &exitError{code: exitInterrupted}
	case s.Seen == 0:
		return wrongUse("spoor dump PATH shows the records with their ids and lines", "explain rule: no such record in %s", arg)
	}
	w.Search(&s)
	return nil
}
