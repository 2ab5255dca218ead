package sigma

import (
	"errors"
	"fmt"

	"spoor/internal/engine"
	"spoor/internal/sigma"
	"spoor/match"
)

// File is one rule file. Its name is for messages alone.
type File struct {
	Name string
	Data []byte
}

// Options say how rules are read. The zero value knows the log sources of
// docs/sigma.md.
type Options struct {
	// Sources are log sources of one's own. A source is for the rules whose
	// logsource states all that the source states, beside what the logsource
	// means anyway.
	Sources []Source
	// Fields is for all sources: a field of rules to the fields of records, any
	// of which may match. What a source says of a field goes before.
	Fields map[string][]string
	// Placeholders are the values that |expand puts in for %name%.
	Placeholders map[string][]string
	// Lint also warns of rules that can never fire or are slow.
	Lint bool
}

// Source is a log source: which records rules are for, and what their fields are
// called there.
type Source struct {
	// What a rule's logsource must state; an empty one may be anything, but one
	// is stated.
	Product, Category, Service string
	// Which records are meant, by their [event.Route]; an empty list means any.
	// A provider is asked only of a record without a channel. Where names fields
	// of the record and the value, in any case of its letters, that they must
	// have.
	Formats, Channels, Providers []string
	EventIDs                     []uint32
	Where                        map[string]string
	// Fields maps a field of rules to fields of the record, any of which may
	// match; a field that is not in it keeps its name. "a?b" stands for the
	// values of a and b with a question mark between them, a path and its query.
	Fields map[string][]string
	// Lacks names fields of rules that these records never have: where a rule
	// filters by one, its hit says that the filter could not be tested.
	Lacks []string
	// Empty is what the log writes where a value is empty.
	Empty string
}

// ParseSources reads sources from YAML, a list of mappings with the keys product,
// category, service, formats, channels, providers, ids, where, fields, lacks and
// empty.
func ParseSources(data []byte) ([]Source, error) {
	list, err := sigma.ParseSources(data)
	if err != nil {
		return nil, err
	}
	out := make([]Source, len(list))
	for i, s := range list {
		out[i] = Source{
			Product: s.Product, Category: s.Category, Service: s.Service,
			Formats: s.Formats, Channels: s.Channels, Providers: s.Providers, EventIDs: s.EventIDs, Where: s.Where,
			Fields: s.Fields, Lacks: s.Lacks, Empty: s.Empty,
		}
	}
	return out, nil
}

func (s *Source) inside() sigma.Source {
	return sigma.Source{
		Product: s.Product, Category: s.Category, Service: s.Service,
		Formats: s.Formats, Channels: s.Channels, Providers: s.Providers, EventIDs: s.EventIDs, Where: s.Where,
		Fields: s.Fields, Lacks: s.Lacks, Empty: s.Empty,
	}
}

// Problem is why a rule is refused, or a warning about one.
type Problem struct {
	ID           string // of the rule
	File         string
	Line, Column int // from 1; a column of 0 is not known
	Code         string
	Reason       string
}

// Error says all of it in one line.
func (p *Problem) Error() string {
	return fmt.Sprintf("%s:%d: %s: %s", p.File, p.Line, p.Code, p.Reason)
}

// Report says what became of the rules.
type Report struct {
	Loaded   int
	Refused  []Problem
	Warnings []Problem
}

// Err joins what was refused, nil if nothing was.
func (r *Report) Err() error {
	list := make([]error, len(r.Refused))
	for i := range r.Refused {
		list[i] = &r.Refused[i]
	}
	return errors.Join(list...)
}

// Load compiles all rules of the files, in their order. Rules that are refused
// stand in the report and keep no other from being loaded.
func Load(files []File, opts Options) (*match.Ruleset, *Report) {
	inside := sigma.Options{Fields: opts.Fields, Placeholders: opts.Placeholders, Lint: opts.Lint}
	for i := range opts.Sources {
		inside.Sources = append(inside.Sources, opts.Sources[i].inside())
	}
	list := make([]sigma.File, len(files))
	for i, f := range files {
		list[i] = sigma.File{Name: f.Name, Data: f.Data}
	}
	set, said := sigma.Load(list, inside)
	return (*match.Ruleset)(engine.NewHandle(set)), &Report{Loaded: said.Loaded, Refused: problems(said.Refused), Warnings: problems(said.Warnings)}
}

func problems(list []sigma.Problem) []Problem {
	var out []Problem
	for _, p := range list {
		out = append(out, Problem{ID: p.ID, File: p.File, Line: p.Line, Column: p.Column, Code: p.Code, Reason: p.Reason})
	}
	return out
}

// Parse is Load for rules in one text, all of which must be good.
func Parse(rules string, opts Options) (*match.Ruleset, error) {
	set, report := Load([]File{{Name: "rules", Data: []byte(rules)}}, opts)
	if err := report.Err(); err != nil {
		return nil, err
	}
	if report.Loaded == 0 {
		return nil, errors.New("read rules: there is none")
	}
	return set, nil
}

// Details are what a rule's tags name, as ATT&CK and CVE write it: T1059.001,
// G0016, S0002, CVE-2021-26855.
type Details struct{ Techniques, Actors, Software, CVEs []string }

// DetailsOf returns the details of a rule that this package loaded.
func DetailsOf(r match.Rule) Details {
	d, _ := r.Extra().(sigma.Details)
	return Details{Techniques: d.Techniques, Actors: d.Actors, Software: d.Software, CVEs: d.CVEs}
}
