package sigma

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"spoor/internal/engine"
)

//go:embed logsource/*.yml
var sourceFiles embed.FS

// Sources resolves the log sources of rules.
type Sources struct {
	Events     meaning             `yaml:"events"` // of every event log
	Services   map[string]service  `yaml:"services"`
	Categories map[string][]origin `yaml:"categories"`
	Text       []textSource        `yaml:"text"`
	derived    map[string]*engine.Texts
	turns      map[string]*engine.Turn
	own        []Source            // of the caller
	fields     map[string][]string // of the caller, for all sources
	schema     *schema
	resolved   sync.Map // logsource -> resolved; rules share few of them
}

// logsource is what a rule or a filter states of the logs that it means.
type logsource struct{ product, category, service string }

func readLogsource(n *yaml.Node) logsource {
	return logsource{scalar(get(n, "product")), scalar(get(n, "category")), scalar(get(n, "service"))}
}

// covers reports whether a filter's logsource is a rule's: what the filter
// states must be what the rule states.
func (l logsource) covers(rule logsource) bool {
	return (l.product == "" || l.product == rule.product) && (l.category == "" || l.category == rule.category) && (l.service == "" || l.service == rule.service)
}

// resolved is what a logsource means: the records, and what stands for an empty
// value in some of them. All rules that state it share it.
type resolved struct {
	scopes []engine.Scope
	empty  string
	err    *Problem // why there are none
}

type service struct {
	Channels  []string `yaml:"channels"`
	Providers []string `yaml:"providers"`
	meaning   `yaml:",inline"`
}

// meaning says what the fields that rules name are in a source's records.
type meaning struct {
	Fields  map[string][]string `yaml:"fields"`
	Values  map[string]string   `yaml:"values"`
	Derived map[string]string   `yaml:"derived"`
	Extra   string              `yaml:"extra"`
}

// origin is one kind of record that a category means.
type origin struct {
	Service string            `yaml:"service"`
	IDs     []uint32          `yaml:"ids"`
	Where   map[string]string `yaml:"where"`
	Lacks   []string          `yaml:"lacks"`
	meaning `yaml:",inline"`
}

type textSource struct {
	Product  string   `yaml:"product"`
	Category string   `yaml:"category"`
	Service  string   `yaml:"service"`
	Formats  []string `yaml:"formats"`
	Channels []string `yaml:"channels"`
	Lacks    []string `yaml:"lacks"`
	// Empty is what the log writes where a value is empty.
	Empty   string `yaml:"empty"`
	meaning `yaml:",inline"`
}

func folded(where map[string]string) map[string]string {
	out := make(map[string]string, len(where))
	for field, value := range where {
		out[field] = engine.Fold(value)
	}
	return out
}

func builtinSources() (*Sources, error) {
	s := &Sources{derived: map[string]*engine.Texts{
		"cmdlet":        {Reads: []string{"Data"}, Append: cmdletSentence},
		"account":       {Reads: accountFields(), Append: account},
		"registry-data": {Reads: []string{"NewValue", "NewValueType"}, Append: registryData},
		"row":           {Whole: true, Append: wholeRow},
		"url":           {Reads: urlFields(), Append: wholeURL},
		"crash-0":       crash(0),
		"crash-1":       crash(1),
		"crash-3":       crash(3),
		"crash-4":       crash(4),
		"crash-6":       crash(6),
	}, turns: turns()}
	for _, key := range lineKeys() {
		s.derived["line-"+key] = lineOf(key)
	}
	s.schema = &schema{sources: s}
	for _, name := range []string{"logsource/windows.yml", "logsource/text.yml"} {
		data, err := sourceFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read log sources: %w", err)
		}
		if err := yaml.Unmarshal(data, s); err != nil {
			return nil, fmt.Errorf("parse log sources %s: %w", name, err)
		}
	}
	return s, nil
}

// eventFormats are the readers whose records carry a channel.
func eventFormats() []string { return []string{"evtx", "json", "event-xml"} }

// scopes says which records a rule is meant for, and what stands for an empty
// value in some of them.
func (s *Sources) scopes(doc *yaml.Node) (scopes []engine.Scope, of logsource, empty string, err error) {
	n := get(doc, "logsource")
	if n == nil || n.Kind != yaml.MappingNode {
		return nil, of, "", problem(doc, "no-logsource", "the rule has no logsource")
	}
	of = readLogsource(n)
	if get(n, "definition") != nil && of == (logsource{}) {
		return nil, of, "", problem(n, "no-logsource", "the logsource names no category, product or service")
	}
	known, ok := s.resolved.Load(of)
	if !ok {
		of = logsource{strings.Clone(of.product), strings.Clone(of.category), strings.Clone(of.service)}
		known = s.resolve(of)
		s.resolved.Store(of, known)
	}
	r := known.(resolved)
	if r.err != nil {
		at := *r.err
		at.Line, at.Column = n.Line, n.Column
		return nil, of, "", &at
	}
	return r.scopes, of, r.empty, nil
}

// resolve finds what a logsource means: to the caller's own sources, and to the
// tables.
func (s *Sources) resolve(of logsource) resolved {
	known := s.table(of)
	found := resolved{empty: known.empty}
	for i := range s.own {
		if own := &s.own[i]; own.covers(of) {
			found.scopes = append(found.scopes, own.scope())
			if own.Empty != "" {
				found.empty = own.Empty
			}
		}
	}
	if len(found.scopes) == 0 && known.err != nil {
		return known
	}
	found.scopes = append(found.scopes, known.scopes...)
	for i := range found.scopes {
		s.mapped(&found.scopes[i])
	}
	return found
}

// table looks a logsource up in the tables. The place of a problem is its
// rule's.
func (s *Sources) table(of logsource) (found resolved) {
	product, category, svc := of.product, of.category, of.service
	for _, t := range s.Text {
		if (t.Category != "" && t.Category == category && (product == "" || product == "windows" || product == "iis")) ||
			(t.Service != "" && t.Service == svc && t.Product == product) {
			r := engine.Scope{Formats: t.Formats, Channels: t.Channels, Lacks: t.Lacks}
			s.means(&r, t.meaning)
			found.scopes = append(found.scopes, r)
			found.empty = t.Empty
		}
	}
	if category == "" && svc == "" && product == "windows" {
		r := engine.Scope{Formats: eventFormats()}
		s.means(&r, s.Events)
		return resolved{scopes: []engine.Scope{r}}
	}
	if product == "windows" || product == "" { // a category without a product means every system that has it
		for _, o := range s.Categories[category] {
			if svc != "" && svc != o.Service {
				continue
			}
			r, err := s.windows(o.Service)
			if err != nil {
				return resolved{err: err}
			}
			r.EventIDs, r.Where, r.Lacks = o.IDs, folded(o.Where), o.Lacks
			s.means(&r, o.meaning)
			found.scopes = append(found.scopes, r)
		}
		if _, known := s.Services[svc]; known && category == "" {
			r, err := s.windows(svc)
			if err != nil {
				return resolved{err: err}
			}
			found.scopes = append(found.scopes, r)
		}
	}
	if len(found.scopes) == 0 {
		near := hint("; %q is a category that is read", category, slices.Sorted(maps.Keys(s.Categories))) + hint("; %q is a service that is read", svc, slices.Sorted(maps.Keys(s.Services)))
		return resolved{err: problem(nil, "no-source", "no log that spoor reads is meant by product %q, category %q, service %q%s", product, category, svc, near)}
	}
	return found
}

// means adds to a scope what the fields of rules mean there.
func (s *Sources) means(r *engine.Scope, m meaning) {
	if r.Fields == nil {
		r.Fields, r.Values, r.Derived = map[string][]string{}, map[string]*engine.Turn{}, map[string]*engine.Texts{}
	}
	maps.Copy(r.Fields, m.Fields)
	for field, kind := range m.Values {
		r.Values[field] = s.turns[kind]
	}
	for field, kind := range m.Derived {
		r.Derived[field] = s.derived[kind]
	}
	if m.Extra != "" {
		r.Extra = s.derived[m.Extra]
	}
}

func (s *Sources) windows(name string) (engine.Scope, *Problem) {
	svc, ok := s.Services[name]
	if !ok {
		return engine.Scope{}, problem(nil, "no-source", "no event log is known for the service %q", name)
	}
	r := engine.Scope{Formats: eventFormats(), Channels: svc.Channels, Providers: svc.Providers}
	s.means(&r, s.Events)
	s.means(&r, svc.meaning)
	return r, nil
}
