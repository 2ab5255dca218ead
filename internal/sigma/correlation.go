package sigma

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"spoor/internal/engine"
)

// Caps of correlations; see docs/limits.md.
const (
	maxMembers = 50              // rules that one correlation refers to
	maxSpan    = 366 * 24 * 3600 // seconds
)

// correlation is a correlation rule on its way: its members are named, not yet
// found.
type correlation struct {
	pending
	at      *yaml.Node // the correlation section
	c       *engine.Correlation
	name    string
	members []*yaml.Node
	group   []string
	fields  []string
	aliases map[string]map[string]string
	keeps   bool // generate: the members speak for themselves too
	state   uint8
}

// linker joins correlations to the rules and correlations that they name.
type linker struct {
	set    *engine.Ruleset
	report *Report
	rules  map[string][]*engine.Rule
	later  map[string][]*correlation
	spoken map[*engine.Rule]bool // named with generate
	silent map[*engine.Rule]bool
}

// correlations compiles and links the correlation rules of all files.
func (l *linker) correlations(docs []pending, opts Options) {
	var list []*correlation
	for _, d := range docs {
		id := scalar(get(d.doc, "id"))
		x, err := readCorrelation(d, opts)
		if err != nil {
			l.report.refuse(d.file.Name, d.doc.Line, id, err)
			continue
		}
		list = append(list, x)
		for _, n := range []string{x.c.Meta.ID, x.name} {
			if n != "" && !slices.Contains(l.later[n], x) {
				l.later[n] = append(l.later[n], x)
			}
		}
	}
	for _, x := range list {
		l.link(x)
	}
	for r := range l.silent {
		r.Silent = !l.spoken[r]
	}
}

// The states of a correlation while it is linked.
const (
	unlinked uint8 = iota
	linking
	linked
	refused
)

// link finds the members, inner correlations first, on an explicit stack: a
// chain of correlations may be as long as the files are.
func (l *linker) link(x *correlation) {
	stack := []*correlation{x}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		if top.state >= linked {
			stack = stack[:len(stack)-1]
			continue
		}
		top.state = linking
		var inner *correlation
		var err error
		for _, m := range top.members {
			found := l.later[m.Value]
			if len(found) != 1 || len(l.rules[m.Value]) > 0 {
				continue
			}
			switch found[0].state {
			case unlinked:
				inner = found[0]
			case linking:
				err = problem(m, "correlation-cycle", "%q refers back to this rule", m.Value)
			}
		}
		if inner != nil && err == nil {
			stack = append(stack, inner)
			continue
		}
		stack = stack[:len(stack)-1]
		if err == nil {
			err = l.bind(top)
		}
		if err != nil {
			top.state = refused
			l.report.refuse(top.file.Name, top.at.Line, top.c.Meta.ID, err)
			continue
		}
		top.state = linked
		l.set.Correlations = append(l.set.Correlations, top.c)
		l.report.Loaded++
	}
}

// bind finds the members of a correlation whose inner ones are linked.
func (l *linker) bind(x *correlation) error {
	var group, fields [][]string
	for _, m := range x.members {
		rules, inner := l.rules[m.Value], l.later[m.Value]
		switch {
		case len(rules)+len(inner) == 0:
			return problem(m, "unknown-rule", "no rule that could be loaded has the id or name %q", m.Value)
		case len(rules)+len(inner) > 1:
			return problem(m, "ambiguous-rule", "%d rules have the id or name %q", len(rules)+len(inner), m.Value)
		}
		member := engine.Member{}
		name, id := "", ""
		if len(rules) == 1 {
			member.Rule, name, id = rules[0], rules[0].Meta.Name, rules[0].Meta.ID
		} else {
			if inner[0].state != linked {
				return problem(m, "unknown-rule", "the correlation %q could not be loaded", m.Value)
			}
			member.Correlation, name, id = inner[0].c, inner[0].name, inner[0].c.Meta.ID
		}
		resolved := func(list []string) ([]string, error) {
			out := slices.Clone(list)
			for i, f := range out {
				if a, ok := x.aliases[f]; ok {
					for _, called := range [...]string{m.Value, name, id} {
						if out[i] = a[called]; called != "" && out[i] != "" {
							break
						}
					}
					if out[i] == "" {
						return nil, problem(m, "alias-form", "the alias %q names no field for the rule %q", f, m.Value)
					}
				}
			}
			return out, nil
		}
		g, err := resolved(x.group)
		if err != nil {
			return err
		}
		f, err := resolved(x.fields)
		if err != nil {
			return err
		}
		x.c.Parts, group, fields = append(x.c.Parts, member), append(group, g), append(fields, f)
	}
	for i := range x.c.Parts {
		if r := x.c.Parts[i].Rule; r != nil && slices.ContainsFunc(x.c.Parts[:i], func(m engine.Member) bool { return m.Rule == r }) {
			return problem(x.members[i], "same-rule", "the rule %q is named twice", x.members[i].Value)
		}
	}
	x.c.Bind(group, fields)
	for _, p := range x.c.Parts {
		if p.Rule != nil && x.keeps {
			l.spoken[p.Rule] = true
		} else if p.Rule != nil {
			l.silent[p.Rule] = true
		}
		if p.Correlation != nil && !x.keeps {
			p.Correlation.Silent = true
		}
	}
	return nil
}

func readCorrelation(d pending, opts Options) (*correlation, error) {
	c := &compiler{file: d.file, opts: opts, doc: d.doc}
	if err := c.meta(); err != nil {
		return nil, err
	}
	at := get(d.doc, "correlation")
	if at.Kind != yaml.MappingNode {
		return nil, problem(at, "correlation-form", "correlation is no mapping")
	}
	x := &correlation{pending: d, at: at, name: c.rule.Meta.Name, c: &engine.Correlation{Meta: c.rule.Meta, Percentile: -1}}
	var condition *yaml.Node
	for i := 0; i+1 < len(at.Content); i += 2 {
		k, v := at.Content[i], resolve(at.Content[i+1])
		var err error
		switch k.Value {
		case "type":
			err = x.kind(v)
		case "rules":
			x.members, err = names(v)
		case "group-by":
			var list []*yaml.Node
			list, err = names(v)
			for _, n := range list {
				x.group = append(x.group, n.Value)
			}
		case "timespan":
			x.c.Span, err = timespan(v)
		case "condition":
			condition = v
		case "aliases":
			err = x.alias(v)
		case "generate":
			if v.Tag != "!!bool" {
				err = problem(v, "correlation-form", "generate is true or false")
			}
			x.keeps = strings.EqualFold(v.Value, "true")
		default:
			err = problem(k, "correlation-form", "the key %q is not in the specification", k.Value)
		}
		if err != nil {
			return nil, err
		}
	}
	if g := get(d.doc, "generate"); g != nil {
		x.keeps = strings.EqualFold(scalar(g), "true")
	}
	x.c.GroupBy = x.group
	if condition != nil && condition.Kind == yaml.ScalarNode && condition.Tag == "!!str" {
		if err := x.expression(condition); err != nil {
			return nil, err
		}
	}
	switch {
	case get(at, "type") == nil:
		return nil, problem(at, "correlation-form", "the correlation has no type")
	case len(x.members) == 0:
		return nil, problem(at, "correlation-form", "the correlation names no rules")
	case len(x.members) > maxMembers:
		return nil, problem(at, "too-complex", "the correlation names more than %d rules", maxMembers)
	case x.c.Span == 0:
		return nil, problem(at, "correlation-form", "the correlation has no timespan")
	}
	if x.c.Condition != nil {
		return x, nil
	}
	return x, x.condition(condition)
}

// expression reads a condition that is text, over the names of rules: which of
// them must have hits in the window, and which must not. It is not in the
// specification 2.1, but pySigma reads it. Without a list of rules those that it
// names are meant.
func (x *correlation) expression(v *yaml.Node) error {
	if x.c.Kind != engine.Temporal {
		return problem(v, "correlation-condition", "only a temporal correlation takes a condition over rules")
	}
	if len(x.members) == 0 {
		seen := map[string]bool{}
		for _, t := range tokenize(v.Value) {
			switch word := strings.ToLower(t.text); {
			case seen[t.text], word == "and", word == "or", word == "not", word == "(", word == ")", word == "|":
			default:
				seen[t.text] = true
				x.members = append(x.members, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: t.text, Line: v.Line, Column: v.Column})
			}
		}
	}
	sels := make([]engine.Selection, len(x.members))
	for i, m := range x.members {
		sels[i].Name = m.Value
	}
	ops, err := parseCondition(v.Value, sels)
	if err != nil {
		return err.stands(v)
	}
	x.c.Condition, x.c.Stated = ops, v.Value
	return nil
}

func (x *correlation) kind(v *yaml.Node) error {
	for k := engine.EventCount; k <= engine.ValueMedian; k++ {
		if k.String() == v.Value {
			x.c.Kind = k
			return nil
		}
	}
	return problem(v, "correlation-type", "the type %q is not in the specification", v.Value)
}

// names reads a text or a list of texts.
func names(v *yaml.Node) ([]*yaml.Node, error) {
	list := []*yaml.Node{v}
	if v.Kind == yaml.SequenceNode {
		list = v.Content
	}
	out := make([]*yaml.Node, 0, len(list))
	for _, n := range list {
		n = resolve(n)
		if n.Kind != yaml.ScalarNode || n.Value == "" {
			return nil, problem(n, "correlation-form", "a name is text")
		}
		out = append(out, n)
	}
	return out, nil
}

// timespan reads a number of seconds, minutes, hours or days.
func timespan(v *yaml.Node) (int64, error) {
	if n := len(v.Value); v.Kind == yaml.ScalarNode && n > 1 {
		if unit, ok := map[byte]int64{'s': 1, 'm': 60, 'h': 3600, 'd': 24 * 3600}[v.Value[n-1]]; ok {
			count, err := strconv.ParseInt(v.Value[:n-1], 10, 64)
			if err == nil && count > 0 && count <= maxSpan/unit {
				return count * unit * 1_000_000_000, nil
			}
		}
	}
	return 0, problem(v, "timespan", "%q is no number of seconds (s), minutes (m), hours (h) or days (d) up to a year", v.Value)
}

func (x *correlation) alias(v *yaml.Node) error {
	if v.Kind != yaml.MappingNode {
		return problem(v, "alias-form", "aliases is no mapping")
	}
	x.aliases = map[string]map[string]string{}
	for i := 0; i+1 < len(v.Content); i += 2 {
		of := resolve(v.Content[i+1])
		if of.Kind != yaml.MappingNode {
			return problem(v.Content[i], "alias-form", "the alias %q is no mapping of rules to fields", v.Content[i].Value)
		}
		fields := map[string]string{}
		for j := 0; j+1 < len(of.Content); j += 2 {
			f := resolve(of.Content[j+1])
			if f.Kind != yaml.ScalarNode || f.Value == "" {
				return problem(of.Content[j], "alias-form", "a field's name is text")
			}
			fields[of.Content[j].Value] = f.Value
		}
		x.aliases[v.Content[i].Value] = fields
	}
	return nil
}

// condition reads the bounds. Without them temporal kinds ask for all rules.
func (x *correlation) condition(v *yaml.Node) error {
	timed := x.c.Kind == engine.Temporal || x.c.Kind == engine.TemporalOrdered
	if v == nil && timed {
		x.c.Bounds = []engine.Bound{{Order: engine.GreaterEqual, Value: float64(len(x.members))}}
		return nil
	}
	if v == nil || v.Kind != yaml.MappingNode {
		return problem(x.at, "correlation-condition", "the condition of %s is a mapping of comparisons", x.c.Kind)
	}
	for i := 0; i+1 < len(v.Content); i += 2 {
		k, n := v.Content[i], resolve(v.Content[i+1])
		switch k.Value {
		case "field":
			list, err := names(n)
			if err != nil {
				return err
			}
			for _, f := range list {
				x.fields = append(x.fields, f.Value)
			}
			continue
		case "percentile":
			p, err := strconv.ParseFloat(n.Value, 64)
			if err != nil || !(p >= 0 && p <= 100) || x.c.Kind != engine.ValuePercentile {
				return problem(n, "correlation-condition", "percentile is a number from 0 to 100 of value_percentile")
			}
			x.c.Percentile = p
			continue
		}
		b, err := bound(k, n)
		if err != nil {
			return err
		}
		x.c.Bounds = append(x.c.Bounds, b)
	}
	counts := x.c.Kind == engine.EventCount || timed
	switch {
	case len(x.c.Bounds) == 0:
		return problem(v, "correlation-condition", "the condition compares nothing")
	case counts && len(x.fields) > 0:
		return problem(v, "correlation-condition", "%s counts hits: it takes no field", x.c.Kind)
	case !counts && len(x.fields) == 0:
		return problem(v, "correlation-condition", "%s needs a field", x.c.Kind)
	case len(x.fields) > 1 && x.c.Kind != engine.ValueCount:
		return problem(v, "correlation-condition", "%s takes one field", x.c.Kind)
	}
	return nil
}

func bound(k, n *yaml.Node) (engine.Bound, error) {
	b := engine.Bound{}
	switch k.Value {
	case "gt", "gte", "lt", "lte", "eq":
		b.Order = orderOf(k.Value)
	case "neq":
		b.Order, b.Not = engine.Equal, true
	default:
		return b, problem(k, "correlation-condition", "%q is no comparison of the specification", k.Value)
	}
	var err error
	if b.Value, err = strconv.ParseFloat(n.Value, 64); n.Kind != yaml.ScalarNode || err != nil || math.IsNaN(b.Value) || math.IsInf(b.Value, 0) {
		return b, problem(n, "number", "%q is no number", n.Value)
	}
	return b, nil
}
