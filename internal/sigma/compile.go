package sigma

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"spoor/internal/engine"
)

// compiler turns one rule document into a match rule.
type compiler struct {
	file     File
	opts     Options
	sources  *Sources
	doc      *yaml.Node
	rule     engine.Rule
	pieces   []engine.Piece // made and not yet used
	coming   int            // values of the item, with the present one
	expanded int            // bytes built by placeholders
	stated   logsource
	empty    string // what the rule's logs write for an empty value
	warnings []Problem
}

// Caps of one rule; see docs/limits.md.
const (
	maxSelections = 1_000
	maxConditions = 100
	maxSteps      = 20_000 // of the compiled condition
)

// problem makes a refusal at a node.
func problem(n *yaml.Node, code, format string, args ...any) *Problem {
	p := &Problem{Code: code, Reason: fmt.Sprintf(format, args...)}
	if n != nil {
		p.Line, p.Column = n.Line, n.Column
	}
	return p
}

func (c *compiler) warn(n *yaml.Node, code, format string, args ...any) {
	c.warnings = append(c.warnings, Problem{ID: c.rule.Meta.ID, File: c.file.Name, Line: n.Line, Column: n.Column, Code: code, Reason: fmt.Sprintf(format, args...)})
}

func (c *compiler) compile() (*engine.Rule, error) {
	if err := c.meta(); err != nil {
		return nil, err
	}
	var err error
	if c.rule.Scopes, c.stated, c.empty, err = c.sources.scopes(c.doc); err != nil {
		return nil, err
	}
	det := get(c.doc, "detection")
	if err := c.detection(det); err != nil {
		return nil, err
	}
	c.unused(det)
	rule := engine.NewRule(c.rule)
	if c.opts.Lint {
		if err := c.lint(det, rule); err != nil {
			return nil, err
		}
	}
	return rule, nil
}

// detection compiles search identifiers and the condition over them.
func (c *compiler) detection(det *yaml.Node) error {
	if det.Kind != yaml.MappingNode {
		return problem(det, "detection-form", "detection is no mapping")
	}
	c.rule.Selections = make([]engine.Selection, 0, min(len(det.Content)/2, maxSelections))
	var condition *yaml.Node
	for i := 0; i+1 < len(det.Content); i += 2 {
		name, value := det.Content[i].Value, resolve(det.Content[i+1])
		switch name {
		case "condition":
			condition = value
			continue
		case "timeframe":
			return problem(det.Content[i], "timeframe", "timeframe belongs to the old aggregation syntax, which correlation rules replace")
		}
		alternatives, err := c.selection(value)
		if err != nil {
			return err
		}
		if len(c.rule.Selections) == maxSelections {
			return problem(det.Content[i], "too-complex", "the rule has more than %d selections", maxSelections)
		}
		c.rule.Selections = append(c.rule.Selections, engine.Selection{Name: name, Alternatives: alternatives})
	}
	if condition == nil {
		return problem(det, "no-condition", "detection has no condition")
	}
	if err := c.conditions(condition); err != nil {
		return err
	}
	return nil
}

// unused warns of selections that no condition asks for.
func (c *compiler) unused(det *yaml.Node) {
	asked := make([]bool, len(c.rule.Selections))
	for _, op := range c.rule.Condition {
		if op.Code == engine.OpSelection {
			asked[op.Arg] = true
		}
	}
	for i, n := 0, 0; i+1 < len(det.Content); i += 2 {
		if det.Content[i].Value == "condition" {
			continue
		}
		if !asked[n] {
			c.warn(det.Content[i], "unused-selection", "no condition asks for the selection %q", det.Content[i].Value)
		}
		n++ // selections stand in the order of their keys
	}
}

// conditions compiles the condition; a list of them means any.
func (c *compiler) conditions(n *yaml.Node) error {
	list := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		list = n.Content
	}
	if len(list) == 0 {
		return problem(n, "no-condition", "the list of conditions is empty")
	}
	if len(list) > maxConditions {
		return problem(n, "too-complex", "the rule has more than %d conditions", maxConditions)
	}
	for _, x := range list {
		x = resolve(x)
		if x.Kind != yaml.ScalarNode {
			return problem(x, "condition-form", "a condition is text")
		}
		ops, err := parseCondition(x.Value, c.rule.Selections)
		if err != nil {
			return err.stands(x)
		}
		c.rule.Condition = append(c.rule.Condition, ops...)
		if len(c.rule.Condition) > maxSteps {
			return problem(x, "too-complex", "the condition has more than %d steps", maxSteps)
		}
	}
	if len(list) > 1 {
		c.rule.Condition = append(c.rule.Condition, engine.Op{Code: engine.OpOr, Arg: len(list)})
	}
	return nil
}

func (c *compiler) meta() error {
	m := &c.rule.Meta
	m.ID, m.Title, m.Status = scalar(get(c.doc, "id")), scalar(get(c.doc, "title")), scalar(get(c.doc, "status"))
	m.Source, m.Name = c.file.Name, scalar(get(c.doc, "name"))
	m.Level = scalar(get(c.doc, "level"))
	switch m.Level {
	case "informational", "low", "medium", "high", "critical":
	case "":
		m.Level = "medium" // the specification makes level optional and names no default
	default:
		return problem(get(c.doc, "level"), "level", "level %q is not in the specification", m.Level)
	}
	if taxonomy := get(c.doc, "taxonomy"); taxonomy != nil && scalar(taxonomy) != "sigma" {
		return problem(taxonomy, "taxonomy", "the names of the taxonomy %q are not those of Sigma, which alone are read", scalar(taxonomy))
	}
	if m.Title == "" {
		return problem(c.doc, "no-title", "the rule has no title")
	}
	var details Details
	if tags := get(c.doc, "tags"); tags != nil && tags.Kind == yaml.SequenceNode {
		for _, t := range tags.Content {
			details.tag(scalar(resolve(t)))
		}
	}
	if own := get(c.doc, "spoor"); own != nil && c.file.Builtin {
		details.Chain, details.Step, details.Message = scalar(get(own, "chain")), scalar(get(own, "step")), scalar(get(own, "message"))
		details.Shows = scalar(get(own, "shows"))
	}
	m.Extra = details
	return nil
}
