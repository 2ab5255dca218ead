package statement

import "strings"

// Search returns the statements that hold every word, without regard to
// case, in their own texts, their incident or their source's title and
// address, in record order.
func (r *Set) Search(words []string) []Statement {
	var out []Statement
	for _, s := range r.Statements {
		parts := []string{s.ID, s.Speaker.Name, s.Speaker.Kind, s.Speaker.State, s.Speaker.Body, s.Speaker.Role, string(s.Date), s.Verb, s.Quote, s.Target.Name, s.Target.Level, s.Demand, s.Note, s.Incident, s.Joint}
		parts = append(parts, s.More...)
		parts = append(parts, s.Groups...)
		for _, p := range s.Persons {
			parts = append(parts, p.Name, p.Role)
		}
		if s.Legal != nil {
			parts = append(parts, s.Legal.Kind, s.Legal.Status, s.Legal.Court)
		}
		if in, ok := r.Incident(s.Incident); ok {
			parts = append(parts, in.Name)
			parts = append(parts, in.CVEs...)
			parts = append(parts, in.Chains...)
		}
		if src, ok := r.Source(s.Source); ok {
			parts = append(parts, src.Publisher, src.Title, src.URL)
		}
		text := strings.ToLower(strings.Join(parts, "\n"))
		all := true
		for _, w := range words {
			all = all && strings.Contains(text, strings.ToLower(w))
		}
		if all {
			out = append(out, s)
		}
	}
	return out
}
