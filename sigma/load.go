package sigma

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"spoor/match"
)

// File is one rule file.
type File struct {
	Name     string
	Data     []byte
	Builtin  bool // may use the key "spoor"
	TooLarge bool // over the reader's size limit, Data is empty
}

// Options say how rules are compiled.
type Options struct {
	Placeholders Placeholders
	// Cache, when set, gives the documents of the files that it holds, and
	// takes those that are parsed. It was opened for these files.
	Cache *Cache
	// Lint also looks for rules that can never fire or are slow.
	Lint bool
}

// Problem is a refusal or a warning.
type Problem struct {
	ID     string
	File   string
	Line   int
	Column int // of characters, from 1; 0 where only the line is known
	Code   string
	Reason string
}

// Error makes a problem an error of the compiler.
func (p *Problem) Error() string { return p.Code + ": " + p.Reason }

// Report says of every rule what became of it.
type Report struct {
	Loaded   int
	Refused  []Problem
	Warnings []Problem
	Hash     string // SHA-256 over all files, names and content
}

// Caps of one rule file; see docs/limits.md.
const (
	maxDocuments = 1_000
	maxFile      = 1 << 20
	maxNodes     = 100_000 // of a document, aliases counted each time
	maxFileNodes = 400_000 // of all documents, a global part counted each time
	maxDepth     = 100
)

// Load compiles all rules of the files, in order.
func Load(files []File, opts Options) (*match.Ruleset, *Report) {
	report := &Report{}
	set := &match.Ruleset{}
	sources, err := builtinSources()
	if err != nil { // our own embedded data; a test loads it
		report.Refused = append(report.Refused, Problem{Code: "internal", Reason: err.Error()})
		return set, report
	}
	h := sha256.New()
	l := &loading{opts: opts, sources: sources, set: set, report: report, seen: map[string]string{}, stated: map[*match.Rule]*yaml.Node{}}
	for n, f := range files {
		l.at = n
		fmt.Fprintf(h, "%s\x00%d\x00", f.Name, len(f.Data))
		h.Write(f.Data)
		if f.TooLarge || len(f.Data) > maxFile {
			report.refuse(f, 1, "", &Problem{Code: "file-too-large", Reason: "the file is larger than 1 MiB"})
			continue
		}
		l.file(f)
	}
	l.finish()
	report.Hash = hex.EncodeToString(h.Sum(nil))
	return set, report
}

func (r *Report) refuse(f File, line int, id string, err error) {
	p := Problem{ID: id, File: f.Name, Line: line, Code: "not-understood", Reason: err.Error()}
	var known *Problem
	if errors.As(err, &known) {
		p.Code, p.Reason = known.Code, known.Reason
		if known.Line > 0 {
			p.Line, p.Column = known.Line, known.Column
		}
	}
	r.Refused = append(r.Refused, p)
}

// file reads the documents of a file: rules, and collections whose parts
// are joined by "action".
func (l *loading) file(f File) {
	report := l.report
	next, keep := l.parsed(f)
	var global, previous *yaml.Node
	visited := 0
	for n := 0; ; n++ {
		if n == maxDocuments {
			report.refuse(f, 1, "", &Problem{Code: "too-many-documents", Reason: fmt.Sprintf("the file holds more than %d documents", maxDocuments)})
			return
		}
		doc, err := next()
		if errors.Is(err, io.EOF) {
			keep()
			return
		}
		if err != nil {
			report.refuse(f, yamlLine(err), "", &Problem{Code: "yaml", Reason: err.Error()})
			return
		}
		if doc == nil || doc.Kind == 0 {
			continue
		}
		if doc.Kind == yaml.ScalarNode && doc.Tag == "!!null" {
			continue
		}
		if err := bounded(doc, &visited); err != nil {
			report.refuse(f, doc.Line, "", err)
			continue
		}
		if doc.Kind != yaml.MappingNode {
			report.refuse(f, doc.Line, "", &Problem{Code: "not-a-rule", Reason: "the document is no mapping"})
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
				report.refuse(f, doc.Line, "", &Problem{Code: "repeat-without-rule", Reason: "action: repeat has no rule before it"})
				continue
			}
			doc = overlay(previous, doc)
		default:
			report.refuse(f, doc.Line, "", &Problem{Code: "unknown-action", Reason: fmt.Sprintf("action %q is not in the specification", action)})
			continue
		}
		if global != nil {
			doc = overlay(global, doc)
		}
		if doc != own {
			if err := bounded(doc, &visited); err != nil {
				report.refuse(f, doc.Line, "", err)
				continue
			}
		}
		previous = doc
		l.rule(f, doc)
	}
}

// loading is the state of one Load.
type loading struct {
	opts    Options
	sources *Sources
	set     *match.Ruleset
	report  *Report
	seen    map[string]string          // id -> file
	stated  map[*match.Rule]*yaml.Node // logsource
	at      int                        // number of the present file
	// what refers to rules, which may stand in later files
	filters, correlations []pending
}

func (l *loading) rule(f File, doc *yaml.Node) {
	id := scalar(get(doc, "id"))
	switch {
	case get(doc, "correlation") != nil:
		l.correlations = append(l.correlations, pending{f, doc})
		return
	case get(doc, "filter") != nil && get(doc, "detection") == nil:
		l.filters = append(l.filters, pending{f, doc})
		return
	case get(doc, "detection") == nil:
		l.report.refuse(f, doc.Line, id, &Problem{Code: "not-a-rule", Reason: "there is no detection"})
		return
	}
	c := &compiler{file: f, opts: l.opts, sources: l.sources, doc: doc}
	rule, err := c.compile()
	if err != nil {
		l.report.refuse(f, doc.Line, id, err)
		return
	}
	if id != "" {
		if first, twice := l.seen[id]; twice {
			l.report.Warnings = append(l.report.Warnings, Problem{ID: id, File: f.Name, Line: doc.Line, Code: "same-id", Reason: "the id is that of the rule in " + first})
		}
		l.seen[id] = f.Name
	}
	l.report.Warnings = append(l.report.Warnings, c.warnings...)
	l.set.Rules = append(l.set.Rules, rule)
	l.stated[rule] = get(doc, "logsource")
	l.report.Loaded++
}

// finish joins what refers to rules to them: filters first, since they change
// which hits correlations see.
func (l *loading) finish() {
	if len(l.filters)+len(l.correlations) == 0 {
		return
	}
	x := &linker{set: l.set, report: l.report, rules: map[string][]*match.Rule{}, later: map[string][]*correlation{}, spoken: map[*match.Rule]bool{}, silent: map[*match.Rule]bool{}}
	for _, r := range l.set.Rules {
		for _, n := range []string{r.Meta.ID, r.Meta.Name} {
			if n != "" && !slices.Contains(x.rules[n], r) {
				x.rules[n] = append(x.rules[n], r)
			}
		}
	}
	x.filters(l.filters, l.opts, l.sources, l.stated)
	x.correlations(l.correlations, l.opts)
}

// parsed gives the documents of a file one after the other, from the cache where
// that has them; nil is a document without content. keep hands what was parsed
// to the cache, once the file has been read without error.
func (l *loading) parsed(f File) (next func() (*yaml.Node, error), keep func()) {
	cache := l.opts.Cache
	if cache != nil && cache.docs[l.at] != nil {
		docs := cache.docs[l.at]
		return func() (*yaml.Node, error) {
			if len(docs) == 0 {
				return nil, io.EOF
			}
			d := docs[0]
			docs = docs[1:]
			return d, nil
		}, func() {}
	}
	dec := yaml.NewDecoder(bytes.NewReader(f.Data))
	docs := []*yaml.Node{}
	next = func() (*yaml.Node, error) {
		var node yaml.Node
		if err := dec.Decode(&node); err != nil || len(node.Content) == 0 {
			return nil, err
		}
		docs = append(docs, node.Content[0])
		return node.Content[0], nil
	}
	return next, func() {
		if cache != nil && cache.made {
			cache.docs[l.at] = docs
		}
	}
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

// bounded walks a document with aliases followed, so that a small file cannot
// stand for a huge one; visited counts on over the documents of a file. It
// also refuses what readers of YAML take in different ways.
func bounded(root *yaml.Node, visited *int) error {
	type at struct {
		n     *yaml.Node
		depth int
	}
	stack := []at{{root, 0}}
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
		seen := make(map[string]bool, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			switch {
			case key.Kind != yaml.ScalarNode || key.Tag == "!!null":
				return problem(key, "key-form", "a key is no text")
			case key.Tag == "!!merge":
				return problem(key, "yaml-form", "merged mappings (<<) are not read")
			case seen[key.Value]:
				return problem(key, "same-key", "the key %q is there twice", key.Value)
			}
			seen[key.Value] = true
		}
	}
	return nil
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
