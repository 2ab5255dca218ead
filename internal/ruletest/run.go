package ruletest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"spoor/internal/engine"
	"spoor/internal/evidence"
	"spoor/internal/examine"
	"spoor/internal/explain"
	"spoor/internal/finding"
	"spoor/internal/refusal"
	"spoor/internal/rulebook"
	"spoor/internal/safetext"
	"spoor/internal/sigma"
)

// Options say where rules and recordings are besides the paths of a run.
type Options struct {
	Rules   rulebook.Options
	Samples string // folder that stands for the first part of every regression_tests_path, "" for none
}

// Result is how one test went.
type Result struct {
	File string // where the test is written
	Line int
	Name string
	// Failure is what went wrong, "" where the rule did as stated; Why explains
	// the closest record, "" where that does not help.
	Failure, Why string
}

// Summary counts the tests of a run.
type Summary struct {
	Tests, Failed int
	Bare          int  // rules without a test
	Interrupted   bool // the context ended the run before its last test
}

// runner runs the tests of rules.
type runner struct {
	o       Options
	book    rulebook.Book
	tests   []sample
	seen    map[string]bool // files of tests
	bare    int             // rules without a test
	scratch string
}

// Run runs the tests of the rules in these files and folders, in their order.
// Paths and rules that cannot be used, and paths without tests, are a
// *refusal.Error; an error of each ends the run.
func Run(ctx context.Context, o Options, paths []string, each func(Result) error) (Summary, error) {
	t := &runner{o: o, seen: map[string]bool{}}
	dirs, err := t.collect(paths)
	if err != nil {
		return Summary{}, err
	}
	o.Rules.Paths = slices.Concat(o.Rules.Paths, dirs)
	if t.book, err = rulebook.Load(o.Rules); err != nil {
		return Summary{}, err
	}
	if len(t.tests) == 0 {
		return Summary{}, refusal.New("the tests of NAME.yml stand in NAME.test.yml; spoor rules test --help shows one", "no tests in %s", strings.Join(paths, ", "))
	}
	if t.scratch, err = os.MkdirTemp("", "spoor-rules-test-*"); err != nil {
		return Summary{}, fmt.Errorf("create folder for samples: %w", err)
	}
	defer os.RemoveAll(t.scratch)
	sum := Summary{Bare: t.bare}
	for i := range t.tests {
		s := &t.tests[i]
		r := Result{File: s.file, Line: s.line, Name: s.name}
		var whole bool
		if whole, err = t.try(ctx, s, i, &r); err != nil || !whole {
			sum.Interrupted = err == nil
			return sum, err
		}
		sum.Tests++
		if r.Failure != "" {
			sum.Failed++
		}
		if err := each(r); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// meant lists the rules and correlations that a test is about, or says why
// there are none. counts tells their findings from those of the rules that a
// correlation only refers to.
func (t *runner) meant(s *sample) (set *engine.Ruleset, counts func(*finding.Rule) bool, said string) {
	about := func(id, title, source string) bool {
		named := slices.ContainsFunc(s.rules, func(n string) bool { return strings.EqualFold(n, id) || n == title })
		return (s.ruleFile == "" || filepath.Clean(source) == filepath.Clean(s.ruleFile)) && (named || len(s.rules) == 0)
	}
	set = rulebook.Only(t.book.Set, func(m *engine.Meta) bool { return about(m.ID, m.Title, m.Source) })
	if len(set.Rules) > 0 {
		return set, func(r *finding.Rule) bool { return about(r.ID, r.Title, r.Source) }, ""
	}
	if i := slices.IndexFunc(t.book.Report.Refused, func(p sigma.Problem) bool {
		return slices.Contains(s.rules, p.ID) || s.ruleFile != "" && filepath.Clean(p.File) == filepath.Clean(s.ruleFile)
	}); i >= 0 {
		p := t.book.Report.Refused[i]
		return nil, nil, fmt.Sprintf("the rule is refused: %s:%d: %s: %s", p.File, p.Line, p.Code, p.Reason)
	}
	return nil, nil, fmt.Sprintf("no rule %s (--rules adds a folder of rules)", strings.Join(s.rules, ", "))
}

// try runs one test and says how it went; false is a run that was interrupted.
func (t *runner) try(ctx context.Context, s *sample, n int, r *Result) (whole bool, err error) {
	if s.broken != nil {
		r.Failure = s.broken.Error()
		return true, nil
	}
	set, counts, said := t.meant(s)
	if said != "" {
		r.Failure = said
		return true, nil
	}
	path := s.path
	if s.content != nil {
		path = filepath.Join(t.scratch, fmt.Sprintf("sample-%d.log", n))
		if err := os.WriteFile(path, s.content, 0o600); err != nil {
			return false, fmt.Errorf("write sample: %w", err)
		}
	} else if _, err := os.Stat(path); err != nil {
		r.Failure = fmt.Sprintf("the sample %s is not there", path)
		return true, nil
	}
	o := outcome{counts: counts}
	totals, err := examine.Run(ctx, examine.Options{Paths: []string{path}, Rules: set}, examine.Sink{Finding: o.finding, Item: o.item})
	switch {
	case err != nil:
		return false, err
	case totals.Interrupted:
		return false, nil
	case o.unread != "":
		r.Failure = o.unread
	case !s.want.met(o.fired, int(totals.Records)):
		r.Failure = fmt.Sprintf("fired on %d of %d records, wanted: %s", o.fired, totals.Records, s.want)
		r.Why, whole, err = why(ctx, set, path, s.want.every || o.fired < s.want.least)
		return whole, err
	case s.untested != nil:
		slices.Sort(o.untested)
		if asked := slices.Sorted(slices.Values(*s.untested)); !slices.Equal(asked, o.untested) {
			r.Failure = fmt.Sprintf("filters that could not be tested: %v, wanted: %v", o.untested, asked)
		}
	}
	return true, nil
}

// outcome is what the rules of one test did.
type outcome struct {
	counts   func(*finding.Rule) bool
	fired    int
	untested []string // fields of filters
	unread   string   // why the sample was not fully read
}

func (o *outcome) finding(f *finding.Finding) error {
	if !o.counts(&f.Rule) {
		return nil
	}
	o.fired++
	for _, note := range f.Notes {
		if field, ok := strings.CutPrefix(note, "filter could not be tested: "); ok && !slices.Contains(o.untested, field) {
			o.untested = append(o.untested, field)
		}
	}
	return nil
}

func (o *outcome) item(r *examine.ItemResult) error {
	if r.Outcome == evidence.Examined || o.unread != "" {
		return nil
	}
	o.unread = fmt.Sprintf("the sample is %s: %s", r.Outcome, r.Reason)
	for _, d := range r.Damage[:min(1, len(r.Damage))] {
		o.unread += fmt.Sprintf(" (%s)", d.Code)
	}
	return nil
}

// why explains a record: one on which the rule does not fire, the closest
// first, or one on which it does. Of a correlation it says how often its rules
// fire.
func why(ctx context.Context, set *engine.Ruleset, path string, missing bool) (text string, whole bool, err error) {
	var b strings.Builder
	w := explain.Writer{Writer: &b}
	for _, r := range set.Rules {
		s := explain.Search{Rule: r, Misses: missing && len(set.Correlations) == 0}
		if err := s.Look(ctx, path, nil); err != nil || s.Interrupted {
			return "", false, err
		}
		if len(set.Correlations) > 0 {
			fmt.Fprintf(&b, "%s fires on %d of %d records\n", safetext.Terminal(r.Meta.Title), s.Firing, s.Seen)
			continue
		}
		if len(s.Best) > 0 && (missing || s.Best[0].Fires) {
			w.Record(s.Best[0])
			break
		}
	}
	for _, c := range set.Correlations {
		fmt.Fprintf(&b, "%s\n", safetext.Terminal(c.Words()))
	}
	return b.String(), true, nil
}
