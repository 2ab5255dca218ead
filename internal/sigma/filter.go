package sigma

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"spoor/internal/engine"
)

// filters applies the filters of all files (filters specification 2.1): a rule
// that one names holds only where the filter's condition does not.
func (l *linker) filters(docs []pending, on *loader, stated map[*engine.Rule]logsource) {
	for _, d := range docs {
		if err := l.filter(d, on, stated); err != nil {
			l.report.refuse(d.file.Name, d.doc.Line, scalar(get(d.doc, "id")), err)
			continue
		}
		l.report.Loaded++
	}
}

func (l *linker) filter(d pending, on *loader, stated map[*engine.Rule]logsource) error {
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
	c := &compiler{file: d.file, opts: on.opts, sources: on.sources, doc: d.doc}
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
	condition, err := leftOut(get(at, "condition"), c.rule)
	if err != nil {
		return err
	}
	wanted, applied := readLogsource(source), 0
	apply := func(r *engine.Rule) {
		if wanted.covers(stated[r]) {
			r.Exclude(c.rule.Selections, condition)
			applied++
		}
	}
	if len(named) == 0 || len(named) == 1 && (strings.EqualFold(named[0].Value, "any") || strings.EqualFold(named[0].Value, "all")) {
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

// leftOut is the condition of the hits that a filter takes away. The
// specification's own example names them ("selection"), other tools and most
// filters in use name those that stay ("not selection"): the one way is without
// any "not", the other is behind one. A condition that mixes both could mean
// either, the opposite of each other, and is refused.
func leftOut(at *yaml.Node, r engine.Rule) ([]engine.Op, error) {
	finished := engine.NewRule(r)
	plain, negated := false, false
	for _, op := range r.Condition {
		if op.Code == engine.OpSelection {
			plain = plain || !finished.Negated(op.Arg)
			negated = negated || finished.Negated(op.Arg)
		}
	}
	switch last := r.Condition[len(r.Condition)-1]; {
	case !negated:
		return r.Condition, nil
	case last.Code == engine.OpNot, !plain:
		return append(slices.Clone(r.Condition), engine.Op{Code: engine.OpNot}), nil
	}
	return nil, problem(at, "filter-condition", "the condition may say which hits are left out, or which stay: write all of it without not, or behind one")
}
