package sigma

import (
	"fmt"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"

	"spoor/internal/engine"
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

// Caps of placeholders; see docs/limits.md.
const (
	maxExpanded      = 10_000   // values that one value stands for
	maxExpandedBytes = 16 << 20 // built for one rule
)

// expand puts the placeholders' values in, which may hold wildcards as any
// value may; a placeholder without values makes the rule one that cannot be
// honoured. A percent sign behind a backslash is plain (specification,
// "Placeholders").
func (c *compiler) expand(dst []engine.Test, v *yaml.Node, field string, m *modifiers) ([]engine.Test, error) {
	texts := []string{""}
	for rest := v.Value; rest != ""; {
		plain, name, after := nextPlaceholder(rest)
		rest = after
		values := []string{""}
		if name != "" {
			values = c.opts.Placeholders[name]
			if len(values) == 0 {
				return dst, problem(v, "placeholder", "the placeholder %%%s%% has no values: give them with --placeholders", name)
			}
		}
		if len(texts)*len(values) > maxExpanded {
			return dst, problem(v, "too-complex", "the placeholders of a value stand for more than %d values", maxExpanded)
		}
		next := make([]string, 0, len(texts)*len(values))
		for _, t := range texts {
			for _, value := range values {
				if c.expanded += len(t) + len(plain) + len(value); c.expanded > maxExpandedBytes {
					return dst, problem(v, "too-complex", "the placeholders of the rule stand for more than %d bytes", maxExpandedBytes)
				}
				next = append(next, t+plain+value)
			}
		}
		texts = next
	}
	plain := *m
	plain.expand = false
	from, err := len(dst), error(nil)
	for _, t := range texts {
		n := *v
		n.Value = t
		if dst, err = c.tests(dst, &n, field, &plain); err != nil {
			return dst, err
		}
	}
	return oneOf(dst, from, m), nil
}

// nextPlaceholder splits a text into what stands before its first placeholder,
// the placeholder's name and the rest. A percent sign without a partner is
// plain.
func nextPlaceholder(s string) (plain, name, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == '%':
			b.WriteByte('%')
			i++
		case s[i] == '%':
			if n := strings.IndexByte(s[i+1:], '%'); n > 0 {
				return b.String(), s[i+1 : i+1+n], s[i+n+2:]
			}
			b.WriteByte('%')
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), "", ""
}
