package sigma

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"spoor/internal/engine"
)

// loader is what the work on all files shares. It is only read, but for what
// locks itself.
type loader struct {
	opts    Options
	sources *Sources
	rooms   sync.Pool // of *room
}

// outcome is what one file gives by itself, in the order of its documents.
type outcome struct {
	rules                 []compiled
	refused               []Problem
	filters, correlations []pending
}

// compiled is a rule with what joining it to others needs.
type compiled struct {
	rule     *engine.Rule
	source   logsource
	line     int
	warnings []Problem
}

// pending is a document that can be read only when all rules are known.
type pending struct {
	file File
	doc  *yaml.Node
}

// file reads a file by itself: nothing that it does depends on another file, so
// that files are worked on at once.
func (l *loader) file(i int, f File, o *outcome) {
	if f.TooLarge || len(f.Data) > maxFile {
		o.refuse(f, 1, "", &Problem{Code: "file-too-large", Reason: "the file is larger than 1 MiB"})
		return
	}
	r, _ := l.rooms.Get().(*room)
	if r == nil {
		r = &room{}
	}
	docs, err := l.documents(i, f, r)
	l.rules(f, docs, o)
	if err != nil {
		o.refuse(f, 1, "", err)
	}
	if len(o.filters)+len(o.correlations) == 0 { // else the documents are read once more
		l.rooms.Put(r)
	}
}

// documents parses a file, or takes what the cache holds of it. With an error
// come the documents before it. They live until the room is used again.
func (l *loader) documents(i int, f File, r *room) ([]*yaml.Node, error) {
	cache := l.opts.Cache
	if cache == nil {
		return parse(f.Data)
	}
	if docs, ok := cache.documents(i, r); ok {
		return docs, nil
	}
	docs, err := parse(f.Data)
	cache.keep(i, docs, err == nil)
	return docs, err
}

// parse reads the documents of a file that have content.
func parse(data []byte) ([]*yaml.Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var docs []*yaml.Node
	for range maxDocuments {
		var node yaml.Node
		err := dec.Decode(&node)
		switch {
		case errors.Is(err, io.EOF):
			return docs, nil
		case err != nil:
			return docs, &Problem{Code: "yaml", Reason: err.Error(), Line: yamlLine(err)}
		case len(node.Content) > 0:
			docs = append(docs, node.Content[0])
		}
	}
	return docs, &Problem{Code: "too-many-documents", Reason: fmt.Sprintf("the file holds more than %d documents", maxDocuments)}
}

// yamlLine is the line that the YAML reader names in its message, else 1.
func yamlLine(err error) int {
	_, after, _ := strings.Cut(err.Error(), "line ")
	line := 0
	if n, _ := fmt.Sscanf(after, "%d", &line); n == 1 && line > 0 {
		return line
	}
	return 1
}

// rules reads the documents of a file: rules, and collections whose parts are
// joined by "action".
func (l *loader) rules(f File, docs []*yaml.Node, o *outcome) {
	var global, previous *yaml.Node
	visited := 0
	for _, doc := range docs {
		if doc.Kind == 0 || doc.Kind == yaml.ScalarNode && doc.Tag == "!!null" {
			continue
		}
		if err := bounded(doc, &visited); err != nil {
			o.refuse(f, doc.Line, "", err)
			continue
		}
		if doc.Kind != yaml.MappingNode {
			o.refuse(f, doc.Line, "", &Problem{Code: "not-a-rule", Reason: "the document is no mapping"})
			continue
		}
		own := doc
		switch action := scalar(get(doc, "action")); action {
		case "":
		case "global":
			global = doc
			continue
		case "reset":
			global = nil
			continue
		case "repeat":
			if previous == nil {
				o.refuse(f, doc.Line, "", &Problem{Code: "repeat-without-rule", Reason: "action: repeat has no rule before it"})
				continue
			}
			doc = overlay(previous, doc)
		default:
			o.refuse(f, doc.Line, "", &Problem{Code: "unknown-action", Reason: fmt.Sprintf("action %q is not in the specification", action)})
			continue
		}
		if global != nil {
			doc = overlay(global, doc)
		}
		if doc != own {
			if err := bounded(doc, &visited); err != nil {
				o.refuse(f, doc.Line, "", err)
				continue
			}
		}
		previous = doc
		l.rule(f, doc, o)
	}
}

func (l *loader) rule(f File, doc *yaml.Node, o *outcome) {
	id := scalar(get(doc, "id"))
	switch {
	case get(doc, "correlation") != nil:
		o.correlations = append(o.correlations, pending{f, doc})
		return
	case get(doc, "filter") != nil && get(doc, "detection") == nil:
		o.filters = append(o.filters, pending{f, doc})
		return
	case get(doc, "detection") == nil:
		o.refuse(f, doc.Line, id, &Problem{Code: "not-a-rule", Reason: "there is no detection"})
		return
	}
	c := &compiler{file: f, opts: l.opts, sources: l.sources, doc: doc}
	rule, err := c.compile()
	if err != nil {
		o.refuse(f, doc.Line, id, err)
		return
	}
	o.rules = append(o.rules, compiled{rule, c.stated, doc.Line, c.warnings})
}

func (o *outcome) refuse(f File, line int, id string, err error) {
	o.refused = append(o.refused, refusal(f.Name, line, id, err))
}
