package sigma

import (
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"spoor/internal/engine"
)

// schema holds, by service and event id, the fields that records state. It is
// read when a rule of such a service is first checked.
type schema struct {
	sources *Sources
	once    sync.Once // rules are checked at once
	events  map[string]map[uint32][]string
	err     error
}

// services returns the schema's data, nil where it could not be read.
func (s *schema) services() map[string]map[uint32][]string {
	s.once.Do(func() {
		data, err := sourceFiles.ReadFile("logsource/fields.yml")
		if err == nil {
			err = yaml.Unmarshal(data, &s.events)
		}
		s.err = err
	})
	return s.events
}

// has reports whether records of a scope may have a field; it is true where
// nothing is known.
func (s *schema) has(r *engine.Scope, field string) bool {
	if slices.Contains(r.Lacks, field) {
		return false
	}
	names, renamed := r.Fields[field]
	if !renamed {
		names = []string{field}
	}
	if r.Derived[field] != nil || len(r.EventIDs) == 0 || strings.HasPrefix(field, "System.") || slices.Contains(systemFields(), field) {
		return true
	}
	for service, events := range s.services() {
		if !slices.Equal(s.sources.Services[service].Channels, r.Channels) {
			continue
		}
		for _, id := range r.EventIDs {
			stated, ok := events[id]
			if !ok {
				return true
			}
			for _, name := range names {
				first, _, _ := strings.Cut(strings.ReplaceAll(name, "?", `\`), `\`)
				if slices.Contains(stated, first) {
					return true
				}
			}
		}
		return false
	}
	return true
}

// systemFields lists what the System section of an event states, by the names
// that the readers give.
func systemFields() []string {
	return []string{
		"Provider_Name", "Provider_Guid", "Provider_EventSourceName", "EventID", "EventID_Qualifiers", "Version", "Level", "Task", "Opcode", "Keywords",
		"TimeCreated", "EventRecordID", "Correlation_ActivityID", "Correlation_RelatedActivityID", "Execution_ProcessID", "Execution_ThreadID", "Channel", "Computer", "Security_UserID",
	}
}

// near finds a field that differs from a name in letter case only.
func (s *schema) near(r *engine.Rule, name string) string {
	for i := range r.Scopes {
		known := slices.Clone(systemFields())
		for field := range r.Scopes[i].Fields {
			known = append(known, field)
		}
		slices.Sort(known)
		for service, events := range s.services() {
			if slices.Equal(s.sources.Services[service].Channels, r.Scopes[i].Channels) {
				for _, id := range r.Scopes[i].EventIDs {
					known = append(known, events[id]...)
				}
			}
		}
		if n := slices.IndexFunc(known, func(field string) bool { return strings.EqualFold(field, name) }); n >= 0 {
			return known[n]
		}
	}
	return ""
}
