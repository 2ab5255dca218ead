package message

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// English is the language of machine output and the default.
const English = "en"

//go:embed *.yml
var files embed.FS

// maxNested bounds how deep sections stand inside each other in a file; the
// files are our own, so more is a mistake in one.
const maxNested = 6

// Catalogue holds the sentences of one language. It is never changed after it
// was loaded, so any number of readers may share it. A nil Catalogue holds no
// sentence.
type Catalogue struct {
	lang     string
	messages map[string]message
	format   formats
}

// message is one sentence, cut at its placeholders. few is nil where the
// sentence is the same for one and for more.
type message struct {
	one, other []part
}

// part is literal text, or a placeholder with the form to write it in.
type part struct {
	text       string
	name, form string
}

// formats are how a language writes times, numbers and lists.
type formats struct {
	time, minute, day, tick string // layouts of package time
	thousands, decimal      string
	and, or                 string
}

// Languages lists the codes of the message files, sorted.
func Languages() []string {
	names, err := fs.Glob(files, "*.yml")
	if err != nil {
		return nil // the pattern is a constant and right
	}
	for i, n := range names {
		names[i] = strings.TrimSuffix(n, ".yml")
	}
	slices.Sort(names)
	return names
}

// Load reads the message file of a language, named by its code ("de").
func Load(lang string) (*Catalogue, error) {
	if !slices.Contains(Languages(), lang) {
		return nil, fmt.Errorf("load messages: no file for the language %q, only for %s", lang, strings.Join(Languages(), ", "))
	}
	data, err := files.ReadFile(lang + ".yml")
	if err != nil {
		return nil, fmt.Errorf("load messages: %w", err)
	}
	c, err := parse(lang, data)
	if err != nil {
		return nil, fmt.Errorf("load messages %s.yml: %w", lang, err)
	}
	return c, nil
}

func parse(lang string, data []byte) (*Catalogue, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, err
	}
	if len(root.Content) != 1 {
		return nil, fmt.Errorf("the file is empty")
	}
	c := &Catalogue{lang: lang, messages: make(map[string]message)}
	if err := c.section("", root.Content[0], 0); err != nil {
		return nil, err
	}
	for id, field := range map[string]*string{
		"format.time": &c.format.time, "format.minute": &c.format.minute, "format.day": &c.format.day, "format.tick": &c.format.tick,
		"format.thousands": &c.format.thousands, "format.decimal": &c.format.decimal, "format.and": &c.format.and, "format.or": &c.format.or,
	} {
		m, ok := c.messages[id]
		if !ok || len(m.other) != 1 || m.other[0].text == "" {
			return nil, fmt.Errorf("%s is missing or not plain text", id)
		}
		*field = m.other[0].text
	}
	return c, nil
}

// section adds what stands below a key: a sentence, its forms for one and
// more, or sections of their own.
func (c *Catalogue) section(id string, n *yaml.Node, depth int) error {
	switch {
	case n.Kind == yaml.ScalarNode && id != "":
		parts, err := cut(n.Value)
		if err != nil {
			return fmt.Errorf("line %d: %s: %w", n.Line, id, err)
		}
		c.messages[id] = message{other: parts}
		return nil
	case n.Kind != yaml.MappingNode || depth > maxNested:
		return fmt.Errorf("line %d: %s is neither a sentence nor a section", n.Line, id)
	}
	forms := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if _, twice := forms[n.Content[i].Value]; twice {
			return fmt.Errorf("line %d: %s.%s stands twice", n.Content[i].Line, id, n.Content[i].Value)
		}
		forms[n.Content[i].Value] = n.Content[i+1]
	}
	if one, other := forms["one"], forms["other"]; len(forms) == 2 && one != nil && other != nil {
		var m message
		var err error
		if m.one, err = cut(one.Value); err == nil {
			m.other, err = cut(other.Value)
		}
		if err != nil {
			return fmt.Errorf("line %d: %s: %w", n.Line, id, err)
		}
		c.messages[id] = m
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(forms)) {
		if err := c.section(strings.TrimPrefix(id+"."+key, "."), forms[key], depth+1); err != nil {
			return err
		}
	}
	return nil
}

// cut splits a sentence at its placeholders, "{name}" or "{name:form}".
func cut(s string) ([]part, error) {
	var parts []part
	for s != "" {
		i := strings.IndexByte(s, '{')
		if i < 0 {
			return append(parts, part{text: s}), nil
		}
		if i > 0 {
			parts = append(parts, part{text: s[:i]})
		}
		end := strings.IndexByte(s, '}')
		if end < i {
			return nil, fmt.Errorf("a placeholder is not closed: %q", s)
		}
		p := part{name: s[i+1 : end]}
		p.name, p.form, _ = strings.Cut(p.name, ":")
		if p.name == "" || !knownForm(p.form) {
			return nil, fmt.Errorf("%q is no placeholder", s[i:end+1])
		}
		parts = append(parts, p)
		s = s[end+1:]
	}
	return parts, nil
}

// Lang is the code of the catalogue's language.
func (c *Catalogue) Lang() string { return c.lang }

// Has reports whether the file holds a sentence of this id.
func (c *Catalogue) Has(id string) bool {
	if c == nil {
		return false
	}
	_, ok := c.messages[id]
	return ok
}

// IDs lists the ids of all sentences, sorted.
func (c *Catalogue) IDs() []string { return slices.Sorted(maps.Keys(c.messages)) }

// Placeholders lists the placeholders of a sentence with their forms, sorted,
// each once.
func (c *Catalogue) Placeholders(id string) []string {
	var list []string
	for _, form := range [][]part{c.messages[id].one, c.messages[id].other} {
		for _, p := range form {
			if p.name != "" {
				list = append(list, strings.TrimSuffix(p.name+":"+p.form, ":"))
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
