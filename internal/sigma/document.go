package sigma

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// bounded walks a document with aliases followed, so that a small file cannot
// stand for a huge one; visited counts on over the documents of a file. It
// also refuses what readers of YAML take in different ways.
func bounded(root *yaml.Node, visited *int) error {
	type at struct {
		n     *yaml.Node
		depth int
	}
	var room [256]at // on the stack: published rules need no more
	stack := append(room[:0], at{root, 0})
	for here := 0; len(stack) > 0; here++ {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		*visited++
		if here > maxNodes || *visited > maxFileNodes || x.depth > maxDepth {
			return problem(x.n, "too-complex", "more than %d nodes in a document, %d in a file, or %d levels", maxNodes, maxFileNodes, maxDepth)
		}
		if err := plain(x.n); err != nil {
			return err
		}
		if x.n.Alias != nil {
			stack = append(stack, at{x.n.Alias, x.depth + 1})
		}
		for _, child := range x.n.Content {
			stack = append(stack, at{child, x.depth + 1})
		}
	}
	return nil
}

// plain refuses keys that stand twice in a mapping, keys that are no text,
// merged mappings and types of one's own.
func plain(n *yaml.Node) error {
	switch n.Kind {
	case yaml.ScalarNode:
		switch n.Tag {
		case "!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp":
			return nil
		}
		return problem(n, "yaml-form", "a value has the type %s", n.Tag)
	case yaml.MappingNode:
		var seen map[string]bool // for the few large ones
		if len(n.Content) > 2*fewKeys {
			seen = make(map[string]bool, len(n.Content)/2)
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			switch {
			case key.Kind != yaml.ScalarNode || key.Tag == "!!null":
				return problem(key, "key-form", "a key is no text")
			case key.Tag == "!!merge":
				return problem(key, "yaml-form", "merged mappings (<<) are not read")
			case seen[key.Value], seen == nil && before(n.Content[:i], key.Value):
				return problem(key, "same-key", "the key %q is there twice", key.Value)
			}
			if seen != nil {
				seen[key.Value] = true
			}
		}
	}
	return nil
}

// fewKeys is how many keys are compared with each other one by one.
const fewKeys = 24

// before reports whether a key is among those of a mapping's beginning.
func before(content []*yaml.Node, key string) bool {
	for i := 0; i < len(content); i += 2 {
		if content[i].Value == key {
			return true
		}
	}
	return false
}

// get returns the value of a key of a mapping, aliases resolved; nil if it is
// absent.
func get(m *yaml.Node, key string) *yaml.Node {
	m = resolve(m)
	if m == nil || m.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return resolve(m.Content[i+1])
		}
	}
	return nil
}

func resolve(n *yaml.Node) *yaml.Node {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func scalar(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}

// overlay returns base with the keys of over laid on it; mappings are joined
// key by key, one level for "detection" and "logsource".
func overlay(base, over *yaml.Node) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode, Line: over.Line, Column: over.Column, Content: slices.Clone(base.Content)}
	for i := 0; i+1 < len(over.Content); i += 2 {
		k, v := over.Content[i], over.Content[i+1]
		if k.Value == "action" {
			continue
		}
		placed := false
		for j := 0; j+1 < len(out.Content); j += 2 {
			if out.Content[j].Value != k.Value {
				continue
			}
			placed = true
			a, b := resolve(out.Content[j+1]), resolve(v)
			if a.Kind == yaml.MappingNode && b.Kind == yaml.MappingNode && (k.Value == "detection" || k.Value == "logsource") {
				out.Content[j+1] = joinMaps(a, b)
			} else {
				out.Content[j+1] = v
			}
		}
		if !placed {
			out.Content = append(out.Content, k, v)
		}
	}
	for j := 0; j+1 < len(out.Content); j += 2 {
		if out.Content[j].Value == "action" {
			out.Content = slices.Delete(slices.Clone(out.Content), j, j+2)
			break
		}
	}
	return out
}

func joinMaps(a, b *yaml.Node) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode, Line: b.Line, Content: slices.Clone(a.Content)}
	for i := 0; i+1 < len(b.Content); i += 2 {
		placed := false
		for j := 0; j+1 < len(out.Content); j += 2 {
			if out.Content[j].Value == b.Content[i].Value {
				out.Content[j+1], placed = b.Content[i+1], true
			}
		}
		if !placed {
			out.Content = append(out.Content, b.Content[i], b.Content[i+1])
		}
	}
	return out
}
