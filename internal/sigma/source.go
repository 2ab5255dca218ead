package sigma

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"

	"spoor/internal/engine"
)

// Source is a log source of the caller's own: which records the rules of a
// logsource are for, and what their fields are called there.
type Source struct {
	// What a rule's logsource must state; an empty one may be anything, but one
	// is stated.
	Product  string `yaml:"product"`
	Category string `yaml:"category"`
	Service  string `yaml:"service"`
	// Which records are meant; an empty list means any. A provider is asked only
	// of a record without a channel. Where names fields of the record and the
	// value, in any case of its letters, that they must have.
	Formats   []string          `yaml:"formats"`
	Channels  []string          `yaml:"channels"`
	Providers []string          `yaml:"providers"`
	EventIDs  []uint32          `yaml:"ids"`
	Where     map[string]string `yaml:"where"`
	// Fields maps a field of rules to fields of the record, any of which may
	// match; a field that is not in it keeps its name. "a?b" stands for the
	// values of a and b with a question mark between them, a path and its query.
	Fields map[string][]string `yaml:"fields"`
	// Lacks names fields of rules that these records never have: where a rule
	// filters by one, its hit says that the filter could not be tested.
	Lacks []string `yaml:"lacks"`
	// Empty is what the log writes where a value is empty.
	Empty string `yaml:"empty"`
}

// maxSources bounds the sources of a caller, of which every rule is asked.
const maxSources = 1_000

// ParseSources reads sources from YAML, a list of mappings with the keys of
// [Source]: product, category, service, formats, channels, providers, ids, where,
// fields, lacks, empty.
func ParseSources(data []byte) ([]Source, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("parse log sources: larger than %d bytes", maxFile)
	}
	var node yaml.Node
	if err := yaml.Unmarshal(data, &node); err != nil {
		return nil, fmt.Errorf("parse log sources: %w", err)
	}
	visited := 0
	if err := bounded(&node, &visited); err != nil {
		return nil, fmt.Errorf("parse log sources: %w", err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	var list []Source
	if err := dec.Decode(&list); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("parse log sources: %w", err)
	}
	return list, checkSources(list)
}

// checkSources refuses sources that would be for every rule.
func checkSources(list []Source) error {
	if len(list) > maxSources {
		return fmt.Errorf("read log sources: more than %d", maxSources)
	}
	for i := range list {
		if s := &list[i]; s.Product == "" && s.Category == "" && s.Service == "" {
			return fmt.Errorf("read log source %d: it states no product, category or service", i+1)
		}
	}
	return nil
}

// covers reports whether a rule's logsource is one that the source is for.
func (s *Source) covers(rule logsource) bool {
	return logsource{s.Product, s.Category, s.Service}.covers(rule)
}

// scope is the source's records as the engine knows them. It is a copy: what the
// caller does with the source later changes nothing.
func (s *Source) scope() engine.Scope {
	return engine.Scope{
		Formats: slices.Clone(s.Formats), Channels: slices.Clone(s.Channels), Providers: slices.Clone(s.Providers), EventIDs: slices.Clone(s.EventIDs),
		Where: folded(s.Where), Fields: maps.Clone(s.Fields), Lacks: slices.Clone(s.Lacks),
	}
}

// mapped adds the caller's names of fields to a scope, of which the source's own
// go before.
func (s *Sources) mapped(to *engine.Scope) {
	if len(s.fields) == 0 {
		return
	}
	all := maps.Clone(s.fields)
	maps.Copy(all, to.Fields)
	to.Fields = all
}
