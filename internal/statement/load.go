package statement

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Limits of reading record files.
const (
	// MaxFileBytes bounds one record file.
	MaxFileBytes = 4 << 20
	// MaxFiles bounds the files of one folder.
	MaxFiles = 4096
	// maxIndent bounds the depth of a file before the YAML parser sees it.
	maxIndent = 32
)

// Set is everything loaded: the merged entries in file order. The zero
// value is an empty record.
type Set struct {
	Sources    []Source
	Incidents  []Incident
	Statements []Statement

	sources    map[string]int
	incidents  map[string]int
	statements map[string]int
}

// Source returns the source with this id.
func (r *Set) Source(id string) (Source, bool) {
	i, ok := r.sources[id]
	if !ok {
		return Source{}, false
	}
	return r.Sources[i], true
}

// Incident returns the incident with this id.
func (r *Set) Incident(id string) (Incident, bool) {
	i, ok := r.incidents[id]
	if !ok {
		return Incident{}, false
	}
	return r.Incidents[i], true
}

// Statement returns the statement with this id.
func (r *Set) Statement(id string) (Statement, bool) {
	i, ok := r.statements[id]
	if !ok {
		return Statement{}, false
	}
	return r.Statements[i], true
}

// Add appends a file's entries. Of two entries with one id the first is
// found by id; Check reports the second.
func (r *Set) Add(f File) {
	if r.sources == nil {
		r.sources, r.incidents, r.statements = map[string]int{}, map[string]int{}, map[string]int{}
	}
	for _, s := range f.Sources {
		if _, ok := r.sources[s.ID]; !ok {
			r.sources[s.ID] = len(r.Sources)
		}
		r.Sources = append(r.Sources, s)
	}
	for _, in := range f.Incidents {
		if _, ok := r.incidents[in.ID]; !ok {
			r.incidents[in.ID] = len(r.Incidents)
		}
		r.Incidents = append(r.Incidents, in)
	}
	for _, s := range f.Statements {
		if _, ok := r.statements[s.ID]; !ok {
			r.statements[s.ID] = len(r.Statements)
		}
		r.Statements = append(r.Statements, s)
	}
}

// LoadFS reads every .yaml file below root in fsys, in path order, and
// merges them. The first file that cannot be decoded is the error; what the
// entries say is for Check.
func LoadFS(fsys fs.FS, root string) (*Set, error) {
	var names []string
	err := fs.WalkDir(fsys, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.Type().IsRegular() && (path.Ext(name) == ".yaml" || path.Ext(name) == ".yml") {
			names = append(names, name)
		}
		if len(names) > MaxFiles {
			return fmt.Errorf("more than %d files", MaxFiles)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list record files: %w", err)
	}
	sort.Strings(names)
	r := &Set{}
	r.Add(File{})
	for _, name := range names {
		f, err := fsys.Open(name)
		if err != nil {
			return nil, fmt.Errorf("open record file: %w", err)
		}
		file, err := Read(f, name)
		f.Close()
		if err != nil {
			return nil, err
		}
		r.Add(file)
	}
	return r, nil
}

// Read decodes one record file; name is used in messages and positions. A
// file may hold several YAML documents, each a File of its own.
func Read(rd io.Reader, name string) (File, error) {
	data, err := io.ReadAll(io.LimitReader(rd, MaxFileBytes+1))
	if err != nil {
		return File{}, fmt.Errorf("read %s: %w", name, err)
	}
	if len(data) > MaxFileBytes {
		return File{}, fmt.Errorf("read %s: larger than %d bytes", name, MaxFileBytes)
	}
	if line := tooDeep(data); line > 0 {
		return File{}, fmt.Errorf("read %s:%d: nested deeper than %d levels", name, line, maxIndent)
	}
	nodes := yaml.NewDecoder(bytes.NewReader(data))
	var all File
	for {
		var node yaml.Node
		if err := nodes.Decode(&node); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return File{}, decodeError(name, err)
		}
		if line := anchorLine(&node); line > 0 {
			return File{}, fmt.Errorf("read %s:%d: anchors and aliases are not allowed", name, line)
		}
		var f File
		if line, key := unknownKey(&node); line > 0 {
			return File{}, fmt.Errorf("read %s:%d: unknown key %q", name, line, Cut(key, 60))
		}
		if err := node.Decode(&f); err != nil {
			return File{}, decodeError(name, err)
		}
		if f.Record != FormatVersion {
			return File{}, fmt.Errorf("read %s:%d: record: %d is not a known format version, want %d", name, node.Line, f.Record, FormatVersion)
		}
		place(&f, &node, name)
		all.Record = FormatVersion
		all.Sources = append(all.Sources, f.Sources...)
		all.Incidents = append(all.Incidents, f.Incidents...)
		all.Statements = append(all.Statements, f.Statements...)
	}
	if all.Record == 0 {
		return File{}, fmt.Errorf("read %s:1: no record document", name)
	}
	return all, nil
}

// decodeError turns the YAML library's "line N: ..." into file:N.
func decodeError(name string, err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	var te *yaml.TypeError
	if errors.As(err, &te) && len(te.Errors) > 0 {
		text = te.Errors[0]
	}
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if line, reason, ok := strings.Cut(rest, ": "); ok {
			return fmt.Errorf("read %s:%s: %s", name, line, reason)
		}
	}
	return fmt.Errorf("read %s:1: %s", name, text)
}

// tooDeep returns the first line with more open flow brackets than a record
// file can need: the YAML parser recurses once for each.
func tooDeep(data []byte) int {
	depth, line := 0, 1
	for _, c := range data {
		switch c {
		case '\n':
			line++
			depth = 0
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		if depth > maxIndent {
			return line
		}
	}
	return 0
}

// anchorLine returns the line of the first anchor or alias, which a record
// file has no use for and a hostile one blows up with.
func anchorLine(root *yaml.Node) int {
	stack := []*yaml.Node{root}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if n.Kind == yaml.AliasNode || n.Anchor != "" {
			return max(n.Line, 1)
		}
		stack = append(stack, n.Content...)
	}
	return 0
}

// place notes where each entry stands.
func place(f *File, doc *yaml.Node, name string) {
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return
	}
	root := doc.Content[0]
	for i := 0; i+1 < len(root.Content); i += 2 {
		list := root.Content[i+1]
		for j, item := range list.Content {
			at := Position{File: name, Line: item.Line}
			switch root.Content[i].Value {
			case "sources":
				if j < len(f.Sources) {
					f.Sources[j].Where = at
				}
			case "incidents":
				if j < len(f.Incidents) {
					f.Incidents[j].Where = at
				}
			case "statements":
				if j < len(f.Statements) {
					f.Statements[j].Where = at
				}
			}
		}
	}
}
