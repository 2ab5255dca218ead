package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"spoor/internal/safetext"
	"spoor/internal/statement"
)

func newRecordShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show one statement with its source and what contradicts it",
		Args:  cobra.ExactArgs(1),
	}
	format := formatFlag(cmd, "text", "json")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := checkFormat(*format, "text", "json"); err != nil {
			return err
		}
		r, err := loadRecord(cmd)
		if err != nil {
			return err
		}
		s, ok := r.Statement(args[0])
		if !ok {
			return &exitError{code: exitFailed, cause: fmt.Errorf("find statement %q: not in the record", args[0]), hint: "spoor record search WORD finds ids"}
		}
		if *format == "json" {
			enc := json.NewEncoder(cmd.OutOrStdout())
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			src, _ := r.Source(s.Source)
			return enc.Encode(struct {
				statement.Statement
				SourceRead statement.Source `json:"source_read"`
			}{s, src})
		}
		showStatement(cmd.OutOrStdout(), r, s)
		return nil
	}
	return cmd
}

func showStatement(w io.Writer, r *statement.Set, s statement.Statement) {
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "%-15s %s\n", name, safetext.Terminal(value))
		}
	}
	field("id", s.ID)
	speaker := s.Speaker.Name
	if s.Speaker.Role != "" && s.Speaker.Role != s.Speaker.Name {
		speaker += ", " + s.Speaker.Role
	}
	field("speaker", speaker+" ("+strings.TrimSpace(s.Speaker.Kind+" "+s.Speaker.State)+")")
	field("date", string(s.Date))
	field("verb", s.Verb)
	field("wording", map[string]string{"quoted": "the speaker's words", "reported": "a reporter's indirect speech", "none": "only named: no wording in this source"}[s.Wording])
	for _, q := range append([]string{s.Quote}, s.More...) {
		field("quote", "“"+strings.Join(strings.Fields(q), " ")+"”")
	}
	field("about", strings.TrimSpace(s.Target.Name+" ("+s.Target.Level+")"))
	field("groups", strings.Join(s.Groups, ", "))
	if s.Strength != nil {
		field("strength", fmt.Sprintf("%d of -1..6: %s", *s.Strength, statement.StrengthName(*s.Strength)))
	}
	if s.Confidence != nil {
		field("confidence", fmt.Sprintf("“%s” (scale: %s)", s.Confidence.Phrase, s.Confidence.Scale))
	}
	field("responsibility", s.Responsibility)
	field("finding", s.Finding)
	field("condemnation", s.Condemnation)
	field("demand", s.Demand)
	field("basis", s.Basis)
	if s.Legal != nil {
		act := fmt.Sprintf("%s, %s on %s", s.Legal.Kind, s.Legal.Status, s.Legal.Date)
		if s.Legal.Court != "" {
			act += ", " + s.Legal.Court
		}
		field("legal act", act)
	}
	for _, p := range s.Persons {
		status := p.Status
		if status == "charged" {
			status = "charged, not convicted"
		}
		field("person", strings.Trim(p.Name+", "+p.Role, ", ")+": "+status)
	}
	field("consequence", s.Consequence)
	for _, v := range s.Victims {
		field("victims", fmt.Sprintf("“%s” (%s)", v.Phrase, v.Unit))
	}
	if in, ok := r.Incident(s.Incident); ok {
		field("incident", fmt.Sprintf("%s (%s), from %s", in.Name, in.ID, in.From))
	}
	for _, id := range s.Contradicts {
		field("contradicts", id)
	}
	for _, o := range r.Statements {
		for _, id := range o.Contradicts {
			if id == s.ID {
				field("contradicted by", o.ID)
			}
		}
		for _, id := range o.Supersedes {
			if id == s.ID {
				field("superseded by", o.ID)
			}
		}
	}
	field("note", s.Note)
	if src, ok := r.Source(s.Source); ok {
		field("source", fmt.Sprintf("%s, %s (%s)", src.Publisher, src.URL, src.Medium))
		field("read", strings.Trim(string(src.Read)+", "+src.Via, ", "))
	}
}
