package sigma

import (
	"embed"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"spoor/event"
	"spoor/match"
)

//go:embed logsource/*.yml
var sourceFiles embed.FS

// Sources resolves the log sources of rules.
type Sources struct {
	Services   map[string]service  `yaml:"services"`
	Categories map[string][]origin `yaml:"categories"`
	Text       []textSource        `yaml:"text"`
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
	Lacks   []string            `yaml:"lacks"`
}

type textSource struct {
	Product  string              `yaml:"product"`
	Category string              `yaml:"category"`
	Service  string              `yaml:"service"`
	Formats  []string            `yaml:"formats"`
	Fields   map[string][]string `yaml:"fields"`
	Lacks    []string            `yaml:"lacks"`
}

func builtinSources() (*Sources, error) {
	s := &Sources{}
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
			routes = append(routes, match.Route{Formats: t.Formats, Fields: t.Fields, Lacks: t.Lacks})
		}
	}
	if category == "" && svc == "" && product == "windows" {
		return []match.Route{{Formats: eventFormats()}}, nil
	}
	if product == "windows" || product == "" && category == "antivirus" {
		for _, o := range s.Categories[category] {
			if svc != "" && svc != o.Service {
				continue
			}
			r, err := s.windows(n, o.Service)
			if err != nil {
				return nil, err
			}
			r.EventIDs, r.Where, r.Fields, r.Lacks = o.IDs, o.Where, o.Fields, o.Lacks
			for field, kind := range o.Values {
				if r.Values == nil {
					r.Values = map[string]func(string) []string{}
				}
				r.Values[field] = turn(kind)
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
		r.Extra = cmdletSentence
	}
	return r, nil
}

// cmdletSentence is the sentence that the event viewer shows for a record of
// the MSExchange Management log, of which the record holds only the parts.
func cmdletSentence(e *event.Event) []string {
	var parts []string
	for _, slot := range e.Shape.Slots("Data") {
		e.Values[slot].Each(func(v event.Value) { parts = append(parts, v.String()) })
	}
	if len(parts) < 2 {
		return nil
	}
	switch e.Route.EventID {
	case 1:
		return []string{fmt.Sprintf("Cmdlet suceeded. Cmdlet %s, parameters %s.", parts[0], parts[1])} // the vendor's spelling
	case 6, 8:
		return []string{fmt.Sprintf("Cmdlet failed. Cmdlet %s, parameters %s.", parts[0], parts[1])}
	}
	return nil
}

// turn returns the translation of a value's form.
func turn(kind string) func(string) []string {
	switch kind {
	case "integrity":
		return integrity
	case "hex":
		return fromHex
	case "registry":
		return registryRoots
	}
	return nil
}

// integrity names a mandatory label ([MS-DTYP] 2.4.2.4) as Sysmon does.
func integrity(label string) []string {
	switch label {
	case "S-1-16-0":
		return []string{"Untrusted"}
	case "S-1-16-4096":
		return []string{"Low"}
	case "S-1-16-8192":
		return []string{"Medium"}
	case "S-1-16-8448":
		return []string{"MediumPlus"}
	case "S-1-16-12288":
		return []string{"High"}
	case "S-1-16-16384":
		return []string{"System"}
	}
	return nil
}

func fromHex(text string) []string {
	digits, ok := strings.CutPrefix(text, "0x")
	if !ok {
		return nil
	}
	n, err := strconv.ParseUint(digits, 16, 64)
	if err != nil {
		return nil
	}
	return []string{strconv.FormatUint(n, 10)}
}

// registryRoots writes a kernel path of the registry as Sysmon does.
func registryRoots(path string) []string {
	for _, r := range [...][2]string{{`\REGISTRY\MACHINE\`, `HKLM\`}, {`\REGISTRY\USER\`, `HKU\`}} {
		if len(path) >= len(r[0]) && strings.EqualFold(path[:len(r[0])], r[0]) {
			return []string{r[1] + path[len(r[0]):]}
		}
	}
	return nil
}
