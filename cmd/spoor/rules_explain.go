package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"spoor/internal/rulebook"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"spoor/event"
	"spoor/internal/engine"
	"spoor/internal/examine"
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
			found, err := r.named(cmd, args[0])
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			w := ruleWriter{out, all}
			for _, c := range found.Correlations {
				w.correlation(c)
				fmt.Fprintln(out)
			}
			for i, rule := range found.Rules {
				if i > 0 {
					fmt.Fprintln(out)
				}
				w.rule(rule)
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

// named loads the rules of a file, or finds those with an id, a title or a
// file's name. The rules that a correlation refers to are among them.
func (r *ruleFlags) named(cmd *cobra.Command, what string) (*engine.Ruleset, error) {
	if info, err := os.Stat(what); err == nil && !info.IsDir() {
		only := ruleFlags{rulebook.Options{Paths: []string{what}, NoBuiltin: true, Placeholders: r.Placeholders}}
		set, err := only.runnable()
		return set.Set, err
	}
	set, err := r.load()
	if err != nil {
		return nil, err
	}
	found := chosen(set.Set, func(m *engine.Meta) bool {
		return strings.EqualFold(m.ID, what) || strings.EqualFold(m.Title, what) || m.Source == what || strings.HasSuffix(m.Source, "/"+what)
	})
	if len(found.Rules) > 0 {
		return found, nil
	}
	for _, p := range set.Report.Refused {
		if strings.EqualFold(p.ID, what) {
			return nil, &exitError{code: exitFailed, cause: fmt.Errorf("explain rule %s: it is refused: %s:%d: %s: %s", what, p.File, p.Line, p.Code, p.Reason)}
		}
	}
	return nil, wrongUse("spoor rules list shows the ids; --rules adds a folder of rules", "explain rule: no rule has the id, title or file %q", what)
}

// chosen keeps some rules and correlations, and all that those correlations
// refer to, in load order.
func chosen(set *engine.Ruleset, keep func(m *engine.Meta) bool) *engine.Ruleset {
	rules, correlations := map[*engine.Rule]bool{}, map[*engine.Correlation]bool{}
	for i := len(set.Correlations) - 1; i >= 0; i-- { // outer ones last
		c := set.Correlations[i]
		if !correlations[c] && !keep(&c.Meta) {
			continue
		}
		correlations[c] = true
		for _, p := range c.Parts {
			if p.Rule != nil {
				rules[p.Rule] = true
			} else {
				correlations[p.Correlation] = true
			}
		}
	}
	out := &engine.Ruleset{}
	for _, r := range set.Rules {
		if rules[r] || keep(&r.Meta) {
			out.Rules = append(out.Rules, r)
		}
	}
	for _, c := range set.Correlations {
		if correlations[c] {
			out.Correlations = append(out.Correlations, c)
		}
	}
	return out
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

// explained is what one record said.
type explained struct {
	where string
	item  event.ItemID
	x     *engine.Explanation
	order int
}

// maxShown bounds the records that are explained when none is named.
const maxShown = 3

// closest explains a rule on all records of a path and keeps the best: those
// that fire, then those the rule is meant for, the fewest failing selections
// first.
type closest struct {
	rule                *engine.Rule
	record              uint64 // 0 for any
	misses              bool   // only records on which the rule does not fire
	seen, meant, firing int
	best                []explained
}

func (c *closest) see(e *event.Event) {
	where, number := "record "+strconv.FormatUint(e.Ref.Record, 10), e.Ref.Record
	if number == 0 {
		where, number = "line "+strconv.FormatInt(e.Ref.Line, 10), uint64(e.Ref.Line)
	}
	if c.record != 0 && number != c.record {
		return
	}
	if e.Time.Known() {
		where += ", " + e.Time.String()
	}
	if e.Route.Channel != "" {
		where += ", " + e.Route.Channel
	}
	if e.Route.EventID != 0 {
		where += fmt.Sprintf(", event %d", e.Route.EventID)
	}
	x := engine.Explain(c.rule, e)
	c.seen++
	if x.Scope != nil {
		c.meant++
	}
	if x.Fires {
		c.firing++
	}
	if c.misses && x.Fires {
		return
	}
	c.best = append(c.best, explained{where, e.Ref.Item, x, c.seen})
	slices.SortStableFunc(c.best, func(a, b explained) int {
		return cmp.Or(cmp.Compare(distance(a.x), distance(b.x)), cmp.Compare(a.order, b.order))
	})
	c.best = c.best[:min(len(c.best), maxShown)]
}

func distance(x *engine.Explanation) int {
	switch {
	case x.Fires:
		return 0
	case x.Scope == nil:
		return 1 << 20
	}
	return 1 + len(x.Blame)
}

// look reads a path with one worker, so that records come in order.
func (c *closest) look(ctx context.Context, stderr io.Writer, path string) error {
	report, paths := newItemReport(stderr), map[event.ItemID]string{}
	totals, err := examine.Run(ctx, examine.Options{
		Paths: []string{path}, Workers: 1,
		Observe: func(int) func(*event.Event, bool) { return func(e *event.Event, _ bool) { c.see(e) } },
	}, examine.Sink{Item: func(r *examine.ItemResult) error {
		paths[r.Item.ID] = r.Item.Path
		return report.item(r)
	}})
	if err != nil {
		return runError(err)
	}
	if totals.Interrupted {
		return &exitError{code: exitInterrupted}
	}
	for i := range c.best {
		if len(paths) > 1 {
			c.best[i].where = paths[c.best[i].item] + ", " + c.best[i].where
		}
	}
	return nil
}

func explainRecords(cmd *cobra.Command, w ruleWriter, rule *engine.Rule, arg string) error {
	path, record, err := splitRecord(arg)
	if err != nil {
		return err
	}
	c := closest{rule: rule, record: record}
	if err := c.look(cmd.Context(), cmd.ErrOrStderr(), path); err != nil {
		return err
	}
	if c.seen == 0 {
		return wrongUse("spoor dump PATH shows the records with their ids and lines", "explain rule: no such record in %s", arg)
	}
	if record == 0 {
		fmt.Fprintf(w, "records read: %d, of the rule's log source: %d, fired on: %d\n", c.seen, c.meant, c.firing)
	}
	kind := min(distance(c.best[0].x), 1)
	for i, x := range c.best {
		if i > 0 && (record == 0 && kind == 0) != x.x.Fires || i > 0 && x.x.Scope == nil {
			break
		}
		w.explanation(x.where, x.x)
	}
	return nil
}
