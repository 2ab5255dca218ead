package sigma

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"spoor/internal/engine"
)

// maxTests bounds the tests of one field; see docs/limits.md.
const maxTests = 100_000

// selection compiles a search identifier: a mapping (all items), a list of
// mappings (any), or a list or single value of keywords (any).
func (c *compiler) selection(n *yaml.Node) ([][]engine.Item, error) {
	n = resolve(n)
	switch n.Kind {
	case yaml.MappingNode:
		items, err := c.items(n)
		if err != nil {
			return nil, err
		}
		return [][]engine.Item{items}, nil
	case yaml.SequenceNode:
		if len(n.Content) == 0 {
			return nil, problem(n, "empty-selection", "the list is empty")
		}
		var out [][]engine.Item
		var keywords []*yaml.Node
		for _, child := range n.Content {
			child = resolve(child)
			if child.Kind == yaml.ScalarNode {
				keywords = append(keywords, child)
				continue
			}
			alternatives, err := c.selection(child)
			if err != nil {
				return nil, err
			}
			out = append(out, alternatives...)
		}
		if len(keywords) > 0 {
			item, err := c.item(n, "", nil, keywords)
			if err != nil {
				return nil, err
			}
			out = append(out, []engine.Item{item})
		}
		return out, nil
	case yaml.ScalarNode:
		item, err := c.item(n, "", nil, []*yaml.Node{n})
		if err != nil {
			return nil, err
		}
		return [][]engine.Item{{item}}, nil
	}
	return nil, problem(n, "selection-form", "a selection is a mapping or a list")
}

func (c *compiler) items(m *yaml.Node) ([]engine.Item, error) {
	if len(m.Content) == 0 {
		return nil, problem(m, "empty-selection", "the selection is empty")
	}
	var room [8]string
	items := make([]engine.Item, 0, len(m.Content)/2)
	for i := 0; i+1 < len(m.Content); i += 2 {
		key, value := m.Content[i], resolve(m.Content[i+1])
		parts := room[:0]
		for rest, more := key.Value, true; more; {
			var word string
			word, rest, more = strings.Cut(rest, "|")
			parts = append(parts, word)
		}
		if key.Value == "" || strings.TrimSpace(parts[0]) != parts[0] {
			return nil, problem(key, "key-form", "%q is no name of a field", key.Value)
		}
		values := []*yaml.Node{value}
		if value.Kind == yaml.SequenceNode {
			values = value.Content
			if len(values) == 0 {
				return nil, problem(value, "empty-selection", "the list of values of %q is empty", key.Value)
			}
		} else if value.Kind == yaml.MappingNode {
			return nil, problem(value, "value-form", "the value of %q is a mapping", key.Value)
		}
		item, err := c.item(key, parts[0], parts[1:], values)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

// item compiles one field with its modifiers and values.
func (c *compiler) item(at *yaml.Node, field string, words []string, values []*yaml.Node) (engine.Item, error) {
	var mods modifiers
	if err := mods.read(at, words); err != nil {
		return engine.Item{}, err
	}
	item := engine.Item{Field: field, All: mods.all, Negate: mods.neq}
	if mods.exists {
		v := resolve(values[0])
		if len(values) != 1 || v.Kind != yaml.ScalarNode || v.Tag != "!!bool" || field == "" {
			return item, problem(at, "exists-form", "exists takes a field and true or false")
		}
		item.Kind, item.Exists = engine.ExistsItem, strings.EqualFold(v.Value, "true")
		return item, nil
	}
	if field == "" && (mods.fieldref || mods.neq) {
		return item, problem(at, "keyword-form", "keywords take neither fieldref nor neq")
	}
	item.Tests = make([]engine.Test, 0, len(values))
	for i, v := range values {
		v, c.coming = resolve(v), len(values)-i
		switch {
		case v.Kind != yaml.ScalarNode:
			return item, problem(v, "value-form", "a value of %q is neither text nor number", field)
		case v.Tag == "!!null" && len(words) > 0 && (!mods.neq || len(words) > 1):
			return item, problem(v, "null-modifier", "null takes no modifier but neq")
		case v.Tag == "!!null" && field == "":
			return item, problem(v, "null-keyword", "a keyword cannot be null")
		case v.Tag == "!!null":
			item.Null = true
			item.Tests = append(item.Tests, c.mark()...)
			continue
		case v.Value == "" && field == "":
			return item, problem(v, "empty-keyword", "an empty keyword is in every record")
		}
		var err error
		if item.Tests, err = c.tests(item.Tests, v, field, &mods); err != nil {
			return item, err
		}
		if v.Value == "" && len(words) == 0 {
			item.Tests = append(item.Tests, c.mark()...)
		}
		if len(item.Tests) > maxTests {
			return item, problem(v, "too-complex", "the values of %q stand for more than %d tests", field, maxTests)
		}
	}
	if mods.all && len(item.Tests) < 2 && len(values) < 2 {
		c.warn(at, "all-of-one", "all stands before a single value")
	}
	return item, nil
}

// mark is the test for what stands for an empty value in the rule's logs, if
// anything does: - in a W3C log.
func (c *compiler) mark() []engine.Test {
	if c.empty == "" {
		return nil
	}
	return []engine.Test{{Kind: engine.Glob, Pattern: []engine.Piece{{Text: c.empty}}}}
}
