package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"spoor/internal/engine"
	"spoor/internal/examine"
	"spoor/internal/sigma"
	"spoor/rules"
)

// ruleFlags are the options that choose rules.
type ruleFlags struct {
	dirs         []string
	noBuiltin    bool
	placeholders string
	cache        string
	lint         bool // look for rules that can never fire or are slow, too
}

func (r *ruleFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&r.dirs, "rules", nil, "folder, zip or file with Sigma rules (may be given more than once)")
	cmd.Flags().BoolVar(&r.noBuiltin, "no-builtin", false, "leave the built-in rules out")
	cmd.Flags().StringVar(&r.cache, "rule-cache", "", "folder that keeps parsed rules for a faster start; do not use it on a machine under examination")
	cmd.Flags().StringVar(&r.placeholders, "placeholders", "", "YAML file with values for rules that use |expand: name: [value, ...]")
}

// ruleSet is what was loaded, with the report on every rule that was not.
type ruleSet struct {
	rules  *engine.Ruleset
	report *sigma.Report
	files  []sigma.File
}

func (s ruleSet) words() string {
	if n := len(s.report.Refused); n > 0 {
		return fmt.Sprintf("%d rules, %d more could not be honoured exactly (spoor rules check lists them)", s.report.Loaded, n)
	}
	return fmt.Sprintf("%d rules", s.report.Loaded)
}

// runnable loads rules that are to run: none at all is wrong use.
func (r *ruleFlags) runnable(cmd *cobra.Command) (ruleSet, error) {
	set, err := r.load(cmd)
	if err == nil && set.report.Loaded == 0 {
		first := set.report.Refused[0]
		return set, wrongUse("spoor rules check FOLDER says why each was refused", "none of %d rules could be loaded; the first: %s:%d: %s: %s", len(set.report.Refused), first.File, first.Line, first.Code, first.Reason)
	}
	return set, err
}

// load reads the built-in rules and those named on the command line.
func (r *ruleFlags) load(cmd *cobra.Command) (ruleSet, error) {
	var files []sigma.File
	if !r.noBuiltin {
		builtin, err := rules.Builtin()
		if err != nil {
			return ruleSet{}, err
		}
		for _, f := range builtin {
			files = append(files, sigma.File{Name: "builtin/" + f.Name, Data: f.Data, Builtin: true})
		}
	}
	for _, dir := range r.dirs {
		found, err := ruleFiles(dir)
		if err != nil {
			return ruleSet{}, err
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		return ruleSet{}, wrongUse("give --rules FOLDER, or leave --no-builtin out", "no rules to run")
	}
	opts := sigma.Options{Lint: r.lint, Each: examine.Each}
	if r.placeholders != "" {
		p, err := sigma.ReadPlaceholders(r.placeholders)
		if err != nil {
			return ruleSet{}, wrongUse("", "read placeholders: %w", err)
		}
		opts.Placeholders = p
	}
	if r.cache != "" {
		opts.Cache = sigma.OpenCache(r.cache, programVersion())
	}
	set, report := sigma.Load(files, opts)
	if opts.Cache != nil {
		if err := opts.Cache.Save(); err != nil {
			return ruleSet{}, err
		}
	}
	return ruleSet{set, report, files}, nil
}
