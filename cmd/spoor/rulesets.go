package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"spoor/internal/rulebook"
)

// ruleFlags are the options that choose rules.
type ruleFlags struct{ rulebook.Options }

func (r *ruleFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&r.Paths, "rules", nil, "folder, zip or file with Sigma rules (may be given more than once)")
	f.BoolVar(&r.NoBuiltin, "no-builtin", false, "leave the built-in rules out")
	f.StringVar(&r.Cache, "rule-cache", "", "folder that keeps parsed rules for a faster start; do not use it on a machine under examination")
	f.StringVar(&r.Placeholders, "placeholders", "", "YAML file with values for rules that use |expand: name: [value, ...]")
}

// asked are the rules that the flags ask for.
func (r *ruleFlags) asked() rulebook.Options {
	o := r.Options
	o.Version = thisBuild().String()
	return o
}

// rulesLoaded is the part of a summary on rules.
func rulesLoaded(b rulebook.Book) string {
	if n := len(b.Report.Refused); n > 0 {
		return fmt.Sprintf("%d rules, %d more could not be honoured exactly (spoor rules check lists them)", b.Report.Loaded, n)
	}
	return fmt.Sprintf("%d rules", b.Report.Loaded)
}
