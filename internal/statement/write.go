package statement

import (
	"encoding/json"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
)

// WriteYAML writes a record file that Read accepts.
func WriteYAML(w io.Writer, f File) error {
	f.Record = FormatVersion
	enc := yaml.NewEncoder(w)
	enc.SetIndent(2)
	if err := enc.Encode(f); err != nil {
		return fmt.Errorf("write record file: %w", err)
	}
	return enc.Close()
}

// WriteNDJSON writes one statement a line, each with its source and incident
// in full, so that a line stands alone.
func WriteNDJSON(w io.Writer, r *Set, list []Statement) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, s := range list {
		out := struct {
			Statement
			SourceRead Source    `json:"source_read"`
			About      *Incident `json:"incident_about,omitempty"`
		}{Statement: s}
		out.SourceRead, _ = r.Source(s.Source)
		if in, ok := r.Incident(s.Incident); ok {
			out.About = &in
		}
		if err := enc.Encode(out); err != nil {
			return fmt.Errorf("write statement %s: %w", s.ID, err)
		}
	}
	return nil
}
