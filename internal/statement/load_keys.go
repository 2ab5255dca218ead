package statement

import (
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// unknownKey returns the line and name of the first key that a record file
// does not have. The YAML library checks keys only while parsing; a file is
// parsed once, for its lines, and checking the tree here saves half the time
// of loading.
func unknownKey(doc *yaml.Node) (int, string) {
	type step struct {
		node *yaml.Node
		kind reflect.Type
	}
	stack := []step{{doc, reflect.TypeFor[File]()}}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		kind := at.kind
		for kind.Kind() == reflect.Pointer {
			kind = kind.Elem()
		}
		switch at.node.Kind {
		case yaml.DocumentNode:
			for _, c := range at.node.Content {
				stack = append(stack, step{c, kind})
			}
		case yaml.SequenceNode:
			if kind.Kind() != reflect.Slice {
				continue // the decoder says that this is no list
			}
			for i := len(at.node.Content) - 1; i >= 0; i-- {
				stack = append(stack, step{at.node.Content[i], kind.Elem()})
			}
		case yaml.MappingNode:
			if kind.Kind() != reflect.Struct {
				continue
			}
			for i := len(at.node.Content) - 2; i >= 0; i -= 2 {
				key := at.node.Content[i]
				field, ok := fieldOf(kind, key.Value)
				if !ok {
					return max(key.Line, 1), key.Value
				}
				stack = append(stack, step{at.node.Content[i+1], field})
			}
		}
	}
	return 0, ""
}

// fieldOf is the type of the field whose yaml key this is.
func fieldOf(kind reflect.Type, key string) (reflect.Type, bool) {
	for i := range kind.NumField() {
		f := kind.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == key && name != "-" {
			return f.Type, true
		}
	}
	return nil, false
}
