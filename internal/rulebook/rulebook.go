// Package rulebook gathers the rules of a run: the built-in ones and those in
// folders, zip files and single files that a user names, read and compiled on
// all cores. A file that cannot be read ends the loading; a rule that cannot be
// honoured exactly is listed with its reason and the others run.
package rulebook

import (
	"spoor/internal/engine"
	"spoor/internal/examine"
	"spoor/internal/refusal"
	"spoor/internal/sigma"
	"spoor/rules"
)

// Options say which rules are wanted.
type Options struct {
	Paths        []string // folders, zip files and files, in this order
	NoBuiltin    bool
	Placeholders string // file with values for |expand, "" for none
	Cache        string // folder that keeps parsed rules, "" for none
	Version      string // of the program: a cache of another one is not used
	Lint         bool   // look for rules that can never fire or are slow, too
}

// Book is what was loaded, with the report on every rule that was not.
type Book struct {
	Set    *engine.Ruleset
	Report *sigma.Report
	Files  []sigma.File
}

// Load reads and compiles the rules. What the user named and cannot be used is
// a *refusal.Error.
func Load(o Options) (Book, error) {
	files, err := o.files()
	if err != nil {
		return Book{}, err
	}
	opts := sigma.Options{Lint: o.Lint, Each: examine.Each}
	if o.Placeholders != "" {
		if opts.Placeholders, err = sigma.ReadPlaceholders(o.Placeholders); err != nil {
			return Book{}, refusal.New("", "read placeholders: %w", err)
		}
	}
	if o.Cache != "" {
		opts.Cache = sigma.OpenCache(o.Cache, o.Version)
	}
	set, report := sigma.Load(files, opts)
	if opts.Cache != nil {
		if err := opts.Cache.Save(); err != nil {
			return Book{}, err
		}
	}
	return Book{set, report, files}, nil
}

// LoadSome is Load for rules that are to run: none at all is a *refusal.Error.
func LoadSome(o Options) (Book, error) {
	b, err := Load(o)
	if err != nil || b.Report.Loaded > 0 {
		return b, err
	}
	if len(b.Report.Refused) == 0 {
		return b, refusal.New("rules are .yml or .yaml files in the Sigma format", "the rule files hold no rule")
	}
	first := b.Report.Refused[0]
	return b, refusal.New("spoor rules check FOLDER says why each was refused", "none of %d rules could be loaded; the first: %s:%d: %s: %s", len(b.Report.Refused), first.File, first.Line, first.Code, first.Reason)
}

func (o Options) files() ([]sigma.File, error) {
	var files []sigma.File
	if !o.NoBuiltin {
		builtin, err := rules.Builtin()
		if err != nil {
			return nil, err
		}
		for _, f := range builtin {
			files = append(files, sigma.File{Name: "builtin/" + f.Name, Data: f.Data, Builtin: true})
		}
	}
	for _, path := range o.Paths {
		found, err := Files(path)
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		return nil, refusal.New("give --rules FOLDER, or leave --no-builtin out", "no rules to run")
	}
	return files, nil
}
