package sigma

import (
	"fmt"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"

	"spoor/match"
)

// Placeholders are the values that |expand puts in for %name%.
type Placeholders map[string][]string

// maxPlaceholderFile bounds the file of placeholders.
const maxPlaceholderFile = 1 << 20

// ReadPlaceholders reads a YAML file of the form "name: [value, ...]".
func ReadPlaceholders(path string) (Placeholders, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxPlaceholderFile {
		return nil, fmt.Errorf("%s is larger than %d bytes", path, maxPlaceholderFile)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	p := Placeholders{}
	if err := yaml.Unmarshal(data, &p); err != nil {
		return nil, fmt.Errorf("parse %s: %w", path, err)
	}
	return p, nil
}

// expanded puts the placeholders' values in; a placeholder without values
// makes the rule one that cannot be honoured.
func (c *compiler) expanded(v *yaml.Node, field string, m *modifiers) ([]match.Test, error) {
	plain := *m
	plain.expand = false
	texts := []string{v.Value}
	for len(texts) > 0 {
		first := texts[0]
		start := strings.IndexByte(first, '%')
		if start < 0 {
			break
		}
		end := strings.IndexByte(first[start+1:], '%')
		if end < 0 {
			break
		}
		name := first[start+1 : start+1+end]
		values, ok := c.opts.Placeholders[name]
		if !ok || len(values) == 0 {
			return nil, problem(v, "placeholder", "the placeholder %%%s%% has no values: give them with --placeholders", name)
		}
		var next []string
		for _, t := range texts {
			for _, value := range values {
				next = append(next, strings.Replace(t, "%"+name+"%", value, 1))
			}
		}
		if len(next) > 10_000 {
			return nil, problem(v, "placeholder", "the placeholders of %q stand for more than 10,000 values", v.Value)
		}
		texts = next
	}
	var out []match.Test
	for _, t := range texts {
		n := *v
		n.Value = t
		tests, err := c.tests(&n, field, &plain)
		if err != nil {
			return nil, err
		}
		out = append(out, tests...)
	}
	if m.all && len(out) > 1 {
		return []match.Test{{Kind: match.OneOf, Any: out}}, nil
	}
	return out, nil
}
