package ruletest

import (
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// jsonLines writes records given as YAML mappings as lines of JSON. Numbers
// keep their text where JSON can say it.
func jsonLines(events []yaml.Node) ([]byte, error) {
	var out []byte
	for i := range events {
		if events[i].Kind != yaml.MappingNode && events[i].Kind != yaml.AliasNode {
			return nil, fmt.Errorf("line %d: an event is a mapping of fields", events[i].Line)
		}
		var v any
		if err := plainValue(&events[i], &v, 0); err != nil {
			return nil, err
		}
		line, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", events[i].Line, err)
		}
		out = append(append(out, line...), '\n')
	}
	return out, nil
}

// maxSampleDepth bounds the nesting of a record in a test.
const maxSampleDepth = 8

func plainValue(n *yaml.Node, v *any, depth int) error {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if depth > maxSampleDepth {
		return fmt.Errorf("line %d: more than %d levels", n.Line, maxSampleDepth)
	}
	switch n.Kind {
	case yaml.MappingNode:
		fields := make(orderedFields, 0, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			f := orderedField{name: n.Content[i].Value}
			if err := plainValue(n.Content[i+1], &f.value, depth+1); err != nil {
				return err
			}
			fields = append(fields, f)
		}
		*v = fields
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i := range n.Content {
			if err := plainValue(n.Content[i], &list[i], depth+1); err != nil {
				return err
			}
		}
		*v = list
	default:
		switch {
		case n.Tag == "!!null":
			*v = nil
		case n.Tag == "!!bool":
			*v = strings.EqualFold(n.Value, "true")
		case (n.Tag == "!!int" || n.Tag == "!!float") && json.Valid([]byte(n.Value)):
			*v = json.Number(n.Value)
		default:
			*v = n.Value
		}
	}
	return nil
}

// orderedFields is an object whose keys keep the order in which they are
// written.
type orderedFields []orderedField

type orderedField struct {
	name  string
	value any
}

// MarshalJSON writes the object.
func (o orderedFields) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, f := range o {
		if i > 0 {
			out = append(out, ',')
		}
		name, err := json.Marshal(f.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(f.value)
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, name...), ':'), value...)
	}
	return append(out, '}'), nil
}
