package sigma

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"spoor/match"
)

// filters applies the filters of all files (filters specification 2.1): a rule
// that one names holds only where the filter's condition does not.
func (l *linker) filters(docs []pending, opts Options, sources *Sources, stated map[*match.Rule]*yaml.Node) {
	for _, d := range docs {
		if err := l.filter(d, opts, sources, stated); err != nil {
			l.report.refuse(d.file, d.doc.Line, scalar(get(d.doc, "id")), err)
			continue
		}
		l.report.Loaded++
	}
}

func (l *linker) filter(d pending, opts Options, sources *Sources, stated map[*match.Rule]*yaml.Node) error {
	at := get(d.doc, "filter")
	if at.Kind != yaml.MappingNode {
		return problem(at, "filter-form", "filter is no mapping")
	}
	source := get(d.doc, "logsource")
	if source == nil || source.Kind != yaml.MappingNode {
		return problem(d.doc, "no-logsource", "the filter has no logsource")
	}
	targets := get(at, "rules")
	if targets == nil {
		return problem(at, "filter-form", "the filter names no rules")
	}
	named, err := names(targets)
	if err != nil {
		return err
	}
	c := &compiler{file: d.file, opts: opts, sources: sources, doc: d.doc}
	if err := c.meta(); err != nil {
		return err
	}
	own := &yaml.Node{Kind: yaml.MappingNode, Line: at.Line, Column: at.Column}
	for i := 0; i+1 < len(at.Content); i += 2 {
		if at.Content[i].Value != "rules" {
			own.Content = append(own.Content, at.Content[i], at.Content[i+1])
		}
	}
	if err := c.detection(own); err != nil {
		return err
	}
	applied := 0
	apply := func(r *match.Rule) {
		if meant(source, stated[r]) {
			r.Exclude(c.rule.Selections, c.rule.Condition)
			applied++
		}
	}
	if len(named) == 1 && named[0].Value == "any" {
		for _, r := range l.set.Rules {
			apply(r)
		}
		return nil
	}
	for _, n := range named {
		rules := l.rules[n.Value]
		if len(rules) == 0 {
			l.report.Warnings = append(l.report.Warnings, Problem{ID: c.rule.Meta.ID, File: d.file.Name, Line: n.Line, Column: n.Column, Code: "unknown-rule", Reason: "no rule that could be loaded has the id or name \"" + n.Value + "\""})
		}
		before := applied
		for _, r := range rules {
			apply(r)
		}
		if len(rules) > 0 && applied == before {
			l.report.Warnings = append(l.report.Warnings, Problem{ID: c.rule.Meta.ID, File: d.file.Name, Line: n.Line, Column: n.Column, Code: "filter-logsource", Reason: "the filter's logsource is not that of the rule \"" + n.Value + "\""})
		}
	}
	if applied == 0 {
		return problem(targets, "unknown-rule", "the filter fits none of the rules that it names")
	}
	return nil
}

// meant reports whether a filter's logsource is a rule's: what the filter
// states must be what the rule states.
func meant(filter, rule *yaml.Node) bool {
	return !slices.ContainsFunc([]string{"category", "product", "service"}, func(key string) bool {
		want := scalar(get(filter, key))
		return want != "" && want != scalar(get(rule, key))
	})
}
