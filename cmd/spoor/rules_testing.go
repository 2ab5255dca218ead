package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"spoor/internal/rulebook"
	"spoor/internal/ruletest"
	"spoor/internal/safetext"
)

func newRulesTestCommand() *cobra.Command {
	o := ruletest.Options{Rules: rulebook.Options{NoBuiltin: true}}
	var verbose bool
	cmd := &cobra.Command{
		Use:   "test PATH...",
		Short: "Run rules on their sample records and say which do not fire as stated",
		Long: `Run rules on the sample records that belong to them. PATH is a rule, or a folder.

The tests of NAME.yml stand in NAME.test.yml beside it:

  tests:
    - name: certutil fetches a file
      fires: true            # at least once; or false, all, or a number
      events:
        - {Channel: Security, EventID: 4688, NewProcessName: 'C:\certutil.exe',
           CommandLine: certutil -urlcache -f http://192.0.2.1/a}
    - name: a recording
      fires: 3
      file: samples/a.evtx   # anything that spoor reads, relative to this file
    - name: rows of a web log
      fires: false
      log: |
        #Fields: date time cs-method cs-uri-stem
        2021-03-03 06:00:00 GET /owa/

"rule" names the rule's id or title where a file holds several; "untested" lists
the fields that the findings must name as filters that could not be tested.

The rule publisher's layout is read too: a rule's regression_tests_path, looked
for in the folders above the rule and below --samples, and every info.yml.

Exit code 1 if a test fails.`,
		Example: `  spoor rules test my-rules/
  spoor rules test --samples sigma/regression_data sigma/rules/windows`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			out := cmd.OutOrStdout()
			sum, err := ruletest.Run(cmd.Context(), o, args, func(r ruletest.Result) error { return writeTest(out, r, verbose) })
			switch {
			case err != nil:
				return err
			case sum.Interrupted:
				return &exitError{code: exitInterrupted, cause: errors.New("interrupted")}
			}
			fmt.Fprintf(out, "%d tests: %d passed, %d failed; %d rules have no test\n", sum.Tests, sum.Tests-sum.Failed, sum.Failed, sum.Bare)
			if sum.Failed > 0 {
				return &exitError{code: exitFailed}
			}
			return nil
		},
	}
	cmd.Flags().StringArrayVar(&o.Rules.Paths, "rules", nil, "folder with the rules that an info.yml names by id (may be given more than once)")
	cmd.Flags().StringVar(&o.Samples, "samples", "", "folder that stands for the first part of every regression_tests_path")
	cmd.Flags().StringVar(&o.Rules.Placeholders, "placeholders", "", "YAML file with values for rules that use |expand")
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "name the tests that pass, too")
	return cmd
}

// writeTest names a test that failed and says why, or one that passed where
// that was asked for.
func writeTest(out io.Writer, r ruletest.Result, passed bool) error {
	what := safetext.Terminal(fmt.Sprintf("%s:%d: %s", r.File, r.Line, cmp.Or(r.Name, "(no name)")))
	var err error
	switch {
	case r.Failure != "":
		_, err = fmt.Fprintf(out, "FAIL  %s: %s\n", what, safetext.Terminal(r.Failure))
	case passed:
		_, err = fmt.Fprintf(out, "ok    %s\n", what)
	}
	if r.Why != "" && err == nil {
		_, err = fmt.Fprintf(out, "      %s\n", strings.ReplaceAll(strings.TrimSpace(r.Why), "\n", "\n      "))
	}
	return err
}
