package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"spoor/internal/rulebook"
	"strings"

	"github.com/spf13/cobra"

	"spoor/internal/engine"
	"spoor/internal/evidence"
	"spoor/internal/examine"
	"spoor/internal/finding"
	"spoor/internal/safetext"
	"spoor/internal/sigma"
)

func newRulesTestCommand() *cobra.Command {
	t := tester{rules: ruleFlags{rulebook.Options{NoBuiltin: true}}}
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
		RunE: t.run,
	}
	cmd.Flags().StringArrayVar(&t.rules.Paths, "rules", nil, "folder with the rules that an info.yml names by id (may be given more than once)")
	cmd.Flags().StringVar(&t.samples, "samples", "", "folder that stands for the first part of every regression_tests_path")
	cmd.Flags().StringVar(&t.rules.Placeholders, "placeholders", "", "YAML file with values for rules that use |expand")
	cmd.Flags().BoolVarP(&t.verbose, "verbose", "v", false, "name the tests that pass, too")
	return cmd
}

// tester runs the tests of rules.
type tester struct {
	rules   ruleFlags
	samples string
	verbose bool
	set     rulebook.Book
	tests   []sample
	seen    map[string]bool // files of tests
	bare    int             // rules without a test
	scratch string
}

func (t *tester) run(cmd *cobra.Command, args []string) error {
	t.seen = map[string]bool{}
	dirs, err := t.collect(args)
	if err != nil {
		return err
	}
	t.rules.Paths = append(t.rules.Paths, dirs...)
	if t.set, err = t.rules.load(); err != nil {
		return err
	}
	if len(t.tests) == 0 {
		return wrongUse("the tests of NAME.yml stand in NAME.test.yml; spoor rules test --help shows one", "no tests in %s", strings.Join(args, ", "))
	}
	if t.scratch, err = os.MkdirTemp("", "spoor-rules-test-*"); err != nil {
		return fmt.Errorf("create folder for samples: %w", err)
	}
	defer os.RemoveAll(t.scratch)
	out, failed := cmd.OutOrStdout(), 0
	for i := range t.tests {
		s := &t.tests[i]
		what := safetext.Terminal(fmt.Sprintf("%s:%d: %s", s.file, s.line, cmp.Or(s.name, "(no name)")))
		said, why, err := t.try(cmd, s, i)
		if err != nil {
			return err
		}
		if said == "" {
			if t.verbose {
				fmt.Fprintf(out, "ok    %s\n", what)
			}
			continue
		}
		failed++
		fmt.Fprintf(out, "FAIL  %s: %s\n", what, safetext.Terminal(said))
		if why != "" {
			fmt.Fprintf(out, "      %s\n", strings.ReplaceAll(strings.TrimSpace(why), "\n", "\n      "))
		}
	}
	fmt.Fprintf(out, "%d tests: %d passed, %d failed; %d rules have no test\n", len(t.tests), len(t.tests)-failed, failed, t.bare)
	if failed > 0 {
		return &exitError{code: exitFailed}
	}
	return nil
}

// meant lists the rules and correlations that a test is about, or says why
// there are none. counts tells their findings from those of the rules that a
// correlation only refers to.
func (t *tester) meant(s *sample) (set *engine.Ruleset, counts func(*finding.Rule) bool, said string) {
	about := func(id, title, source string) bool {
		named := slices.ContainsFunc(s.rules, func(n string) bool { return strings.EqualFold(n, id) || n == title })
		return (s.ruleFile == "" || filepath.Clean(source) == filepath.Clean(s.ruleFile)) && (named || len(s.rules) == 0)
	}
	set = chosen(t.set.Set, func(m *engine.Meta) bool { return about(m.ID, m.Title, m.Source) })
	if len(set.Rules) > 0 {
		return set, func(r *finding.Rule) bool { return about(r.ID, r.Title, r.Source) }, ""
	}
	if i := slices.IndexFunc(t.set.Report.Refused, func(p sigma.Problem) bool {
		return slices.Contains(s.rules, p.ID) || s.ruleFile != "" && filepath.Clean(p.File) == filepath.Clean(s.ruleFile)
	}); i >= 0 {
		p := t.set.Report.Refused[i]
		return nil, nil, fmt.Sprintf("the rule is refused: %s:%d: %s: %s", p.File, p.Line, p.Code, p.Reason)
	}
	return nil, nil, fmt.Sprintf("no rule %s (--rules adds a folder of rules)", strings.Join(s.rules, ", "))
}

// try runs one test. said is what went wrong, "" if nothing did; why explains
// the closest record.
func (t *tester) try(cmd *cobra.Command, s *sample, n int) (said, why string, err error) {
	if s.broken != nil {
		return s.broken.Error(), "", nil
	}
	set, counts, said := t.meant(s)
	if said != "" {
		return said, "", nil
	}
	path := s.path
	if s.content != nil {
		path = filepath.Join(t.scratch, fmt.Sprintf("sample-%d.log", n))
		if err := os.WriteFile(path, s.content, 0o600); err != nil {
			return "", "", fmt.Errorf("write sample: %w", err)
		}
	} else if _, err := os.Stat(path); err != nil {
		return fmt.Sprintf("the sample %s is not there", path), "", nil
	}
	fired, unread := 0, ""
	var untested []string
	totals, err := examine.Run(cmd.Context(), examine.Options{Paths: []string{path}, Rules: set}, examine.Sink{
		Finding: func(f *finding.Finding) error {
			if !counts(&f.Rule) {
				return nil
			}
			fired++
			for _, note := range f.Notes {
				if field, ok := strings.CutPrefix(note, "filter could not be tested: "); ok && !slices.Contains(untested, field) {
					untested = append(untested, field)
				}
			}
			return nil
		},
		Item: func(r *examine.ItemResult) error {
			if r.Outcome != evidence.Examined && unread == "" {
				unread = fmt.Sprintf("the sample is %s: %s", r.Outcome, r.Reason)
				for _, d := range r.Damage[:min(1, len(r.Damage))] {
					unread += fmt.Sprintf(" (%s)", d.Code)
				}
			}
			return nil
		},
	})
	switch {
	case err != nil:
		return "", "", runError(err)
	case totals.Interrupted:
		return "", "", &exitError{code: exitInterrupted, cause: errors.New("interrupted")}
	case unread != "":
		return unread, "", nil
	case !s.want.met(fired, int(totals.Records)):
		said = fmt.Sprintf("fired on %d of %d records, wanted: %s", fired, totals.Records, s.want)
		why, err = t.why(cmd, set, path, s.want.every || fired < s.want.least)
		return said, why, err
	}
	if s.untested != nil {
		slices.Sort(untested)
		if asked := slices.Sorted(slices.Values(*s.untested)); !slices.Equal(asked, untested) {
			return fmt.Sprintf("filters that could not be tested: %v, wanted: %v", untested, asked), "", nil
		}
	}
	return "", "", nil
}

// why explains a record: one on which the rule does not fire, the closest
// first, or one on which it does. Of a correlation it says how often its rules
// fire.
func (t *tester) why(cmd *cobra.Command, set *engine.Ruleset, path string, missing bool) (string, error) {
	var b strings.Builder
	for _, r := range set.Rules {
		c := closest{rule: r, misses: missing && len(set.Correlations) == 0}
		if err := c.look(cmd.Context(), io.Discard, path); err != nil {
			return "", err
		}
		if len(set.Correlations) > 0 {
			fmt.Fprintf(&b, "%s fires on %d of %d records\n", safetext.Terminal(r.Meta.Title), c.firing, c.seen)
			continue
		}
		if len(c.best) > 0 && (missing || c.best[0].x.Fires) {
			ruleWriter{Writer: &b}.explanation(c.best[0].where, c.best[0].x)
			break
		}
	}
	for _, c := range set.Correlations {
		ruleWriter{Writer: &b}.line(0, "%s", c.Words())
	}
	return b.String(), nil
}
