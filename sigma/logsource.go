package sigma

import (
	"embed"
	"fmt"

	"go.yaml.in/yaml/v3"

	"spoor/match"
)

//go:embed logsource/*.yml
var sourceFiles embed.FS

// Sources resolves the log sources of rules.
type Sources struct {
	Services   map[string]service  `yaml:"services"`
	Categories map[string][]origin `yaml:"categories"`
	Text       []textSource        `yaml:"text"`
	derived    map[string]*match.Texts
	turns      map[string]*match.Turn
	schema     *schema
}

type service struct {
	Channels  []string `yaml:"channels"`
	Providers []string `yaml:"providers"`
}

// origin is one kind of record that a category means.
type origin struct {
	Service string              `yaml:"service"`
	IDs     []uint32            `yaml:"ids"`
	Where   map[string]string   `yaml:"where"`
	Fields  map[string][]string `yaml:"fields"`
	Values  map[string]string   `yaml:"values"`
	Derived map[string]string   `yaml:"derived"`
	Lacks   []string            `yaml:"lacks"`
}

type textSource struct {
	Product  string              `yaml:"product"`
	Category string              `yaml:"category"`
	Service  string              `yaml:"service"`
	Formats  []string            `yaml:"formats"`
	Fields   map[string][]string `yaml:"fields"`
	Lacks    []string            `yaml:"lacks"`
	Extra    string              `yaml:"extra"`
}

func folded(where map[string]string) map[string]string {
	out := make(map[string]string, len(where))
	for field, value := range where {
		out[field] = match.Fold(value)
	}
	return out
}

func builtinSources() (*Sources, error) {
	s := &Sources{derived: map[string]*match.Texts{
		"cmdlet":        {Reads: []string{"Data"}, Append: cmdletSentence},
		"account":       {Reads: accountFields(), Append: account},
		"registry-data": {Reads: []string{"NewValue", "NewValueType"}, Append: registryData},
		"row":           {Whole: true, Append: wholeRow},
	}, turns: turns()}
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
func eventFormats() []string { return []string{"evtx", "json"} }

// routes says which records a rule is meant for.
func (s *Sources) routes(doc *yaml.Node) ([]match.Route, error) {
	n := get(doc, "logsource")
	if n == nil || n.Kind != yaml.MappingNode {
		return nil, problem(doc, "no-logsource", "the rule has no logsource")
	}
	product, category, svc := scalar(get(n, "product")), scalar(get(n, "category")), scalar(get(n, "service"))
	if get(n, "definition") != nil && product == "" && category == "" && svc == "" {
		return nil, problem(n, "no-logsource", "the logsource names no category, product or service")
	}
	var routes []match.Route
	for _, t := range s.Text {
		if (t.Category != "" && t.Category == category && (product == "" || product == "windows" || product == "iis")) ||
			(t.Service != "" && t.Service == svc && t.Product == product) {
			routes = append(routes, match.Route{Formats: t.Formats, Fields: t.Fields, Lacks: t.Lacks, Extra: s.derived[t.Extra]})
		}
	}
	if category == "" && svc == "" && product == "windows" {
		return []match.Route{{Formats: eventFormats()}}, nil
	}
	if product == "windows" || product == "" { // a category without a product means every system that has it
		for _, o := range s.Categories[category] {
			if svc != "" && svc != o.Service {
				continue
			}
			r, err := s.windows(n, o.Service)
			if err != nil {
				return nil, err
			}
			r.EventIDs, r.Where, r.Fields, r.Lacks = o.IDs, folded(o.Where), o.Fields, o.Lacks
			for field, kind := range o.Values {
				if r.Values == nil {
					r.Values = map[string]*match.Turn{}
				}
				r.Values[field] = s.turns[kind]
			}
			for field, kind := range o.Derived {
				if r.Derived == nil {
					r.Derived = map[string]*match.Texts{}
				}
				r.Derived[field] = s.derived[kind]
			}
			routes = append(routes, r)
		}
		if _, known := s.Services[svc]; known && category == "" {
			r, err := s.windows(n, svc)
			if err != nil {
				return nil, err
			}
			routes = append(routes, r)
		}
	}
	if len(routes) == 0 {
		return nil, problem(n, "no-source", "no log that spoor reads is meant by product %q, category %q, service %q", product, category, svc)
	}
	return routes, nil
}

func (s *Sources) windows(n *yaml.Node, name string) (match.Route, error) {
	svc, ok := s.Services[name]
	if !ok {
		return match.Route{}, problem(n, "no-source", "no event log is known for the service %q", name)
	}
	r := match.Route{Formats: eventFormats(), Channels: svc.Channels, Providers: svc.Providers}
	if name == "msexchange-management" {
		r.Extra = s.derived["cmdlet"]
	}
	return r, nil
}
