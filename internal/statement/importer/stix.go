package importer

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"spoor/internal/statement"
)

// STIXExtension is the id of the property extension that carries a
// statement's fields in STIX 2.1 reports and opinions. Its properties are
// the keys of a statement in a record file: verb, quote, strength, target,
// confidence, finding, legal, victims and so on.
const STIXExtension = "extension-definition--b0b3d4f2-5c0d-5d0a-9f53-7a2f1d0c6e41"

// maxSTIXObjects bounds the objects of one bundle.
const maxSTIXObjects = 200_000

type stixObject struct {
	Type           string                     `json:"type"`
	ID             string                     `json:"id"`
	Name           string                     `json:"name"`
	Description    string                     `json:"description"`
	IdentityClass  string                     `json:"identity_class"`
	CreatedBy      string                     `json:"created_by_ref"`
	Created        string                     `json:"created"`
	Published      string                     `json:"published"`
	FirstSeen      string                     `json:"first_seen"`
	LastSeen       string                     `json:"last_seen"`
	ReportTypes    []string                   `json:"report_types"`
	ObjectRefs     []string                   `json:"object_refs"`
	Opinion        string                     `json:"opinion"`
	Explanation    string                     `json:"explanation"`
	Relationship   string                     `json:"relationship_type"`
	SourceRef      string                     `json:"source_ref"`
	TargetRef      string                     `json:"target_ref"`
	ExternalRefs   []stixReference            `json:"external_references"`
	Country        string                     `json:"country"`
	Extensions     map[string]json.RawMessage `json:"extensions"`
	ReportLanguage string                     `json:"lang"`
}

type stixReference struct {
	SourceName string `json:"source_name"`
	URL        string `json:"url"`
}

type stixImport struct {
	read    statement.Date
	objects map[string]*stixObject
	used    map[string]bool
	out     *Result
	tally   Tally
	rows    map[string]string // object id -> statement id
}

// STIX reads a STIX 2.1 bundle: reports of type attribution (or with
// STIXExtension) become statements, opinions on them acknowledgement, support
// or denial, campaigns and incidents the record's incidents, and attributed-to
// relationships the target of their report, or a statement of their own. What
// the bundle does not say is not filled in: without the extension a report has
// wording none and no strength. Every object is counted.
func STIX(rd io.Reader, read statement.Date) (Result, error) {
	var out Result
	data, err := io.ReadAll(io.LimitReader(rd, MaxBytes+1))
	if err != nil {
		return out, fmt.Errorf("read STIX bundle: %w", err)
	}
	if len(data) > MaxBytes {
		return out, fmt.Errorf("read STIX bundle: larger than %d bytes", MaxBytes)
	}
	var bundle struct {
		Type    string            `json:"type"`
		Objects []json.RawMessage `json:"objects"`
	}
	if err := json.Unmarshal(data, &bundle); err != nil {
		return out, fmt.Errorf("decode STIX bundle: %w", err)
	}
	if bundle.Type != "bundle" {
		return out, fmt.Errorf("decode STIX bundle: type is %q, want bundle", statement.Cut(bundle.Type, 40))
	}
	if len(bundle.Objects) > maxSTIXObjects {
		return out, fmt.Errorf("decode STIX bundle: more than %d objects", maxSTIXObjects)
	}
	out.File.Record = statement.FormatVersion
	im := &stixImport{read: read, objects: map[string]*stixObject{}, used: map[string]bool{}, out: &out, rows: map[string]string{}}
	im.tally = Tally{Input: "STIX bundle", Unit: "objects", Kind: "statements and incidents", Refused: []Refusal{}, In: len(bundle.Objects)}
	order := []*stixObject{}
	for i, raw := range bundle.Objects {
		var o stixObject
		if err := json.Unmarshal(raw, &o); err != nil || o.ID == "" {
			im.refuse(fmt.Sprintf("object %d", i+1), "unreadable", "not a STIX object")
			continue
		}
		if im.objects[o.ID] != nil {
			im.refuse(o.ID, "duplicate-id", "id used before in the bundle")
			continue
		}
		im.objects[o.ID] = &o
		order = append(order, &o)
	}
	done := map[string]bool{}
	// A statement refers to incidents, an opinion to reports: so the kinds
	// are taken in this order, wherever they stand in the bundle.
	for _, pass := range []struct {
		kinds []string
		take  func(*stixObject)
	}{
		{[]string{"campaign", "incident"}, im.incident},
		{[]string{"report"}, im.report},
		{[]string{"opinion"}, im.opinion},
		{[]string{"relationship"}, im.relationship},
	} {
		for _, o := range order {
			if slices.Contains(pass.kinds, o.Type) {
				done[o.ID] = true
				pass.take(o)
			}
		}
	}
	for _, o := range order {
		switch {
		case done[o.ID]:
		case im.used[o.ID]:
			im.tally.Used++
		default:
			im.refuse(o.ID, "not-imported", "a "+statement.Cut(o.Type, 40)+" that no statement refers to")
		}
	}
	out.Tables = []Tally{im.tally}
	return out, nil
}

func (im *stixImport) refuse(id, code, reason string) {
	im.tally.refuse(Refusal{ID: statement.Cut(id, 100), Code: code, Reason: reason})
}

func stixDay(s string) statement.Date {
	if len(s) >= 10 {
		if statement.Date(s[:10]).Valid() {
			return statement.Date(s[:10])
		}
	}
	return ""
}

func stixID(id string) string { return "stix-" + statement.Slug(strings.ReplaceAll(id, "--", "-")) }

func (im *stixImport) incident(o *stixObject) {
	if o.Name == "" || stixDay(o.FirstSeen) == "" {
		im.refuse(o.ID, "no-period", "a "+o.Type+" without name or first_seen")
		return
	}
	in := statement.Incident{ID: stixID(o.ID), Name: statement.OneLine(o.Name), From: stixDay(o.FirstSeen), Until: stixDay(o.LastSeen)}
	im.out.File.Incidents = append(im.out.File.Incidents, in)
	im.rows[o.ID] = in.ID
	im.tally.Out++
}

// statement makes what report, opinion and relationship have in common; ""
// as code means that it can stand.
func (im *stixImport) statement(o *stixObject, day, words string) (s statement.Statement, code, reason string) {
	s = statement.Statement{ID: stixID(o.ID), Date: stixDay(day), Wording: "none", Target: statement.Target{Level: "none"}}
	by := im.objects[o.CreatedBy]
	if by == nil || by.Name == "" {
		return s, "no-speaker", "created_by_ref leads to no identity"
	}
	if s.Date == "" {
		return s, "no-date", "no day"
	}
	if len(o.ExternalRefs) == 0 || o.ExternalRefs[0].URL == "" {
		return s, "no-source", "no external reference with an address"
	}
	if statement.OneLine(words) == "" {
		return s, "no-quote", "nothing to quote"
	}
	s.Speaker = statement.Speaker{Name: statement.OneLine(by.Name), Kind: "expert", State: stateCode(by.Country)}
	switch by.IdentityClass {
	case "organization":
		s.Speaker.Kind = "company"
		if s.Speaker.State != "" {
			s.Speaker.Kind = "government"
		}
	case "class", "system":
		s.Speaker.Kind = "media"
	}
	im.used[o.CreatedBy] = true
	s.Quote = words
	if len(s.Quote) > statement.MaxQuoteBytes {
		s.Quote = strings.ToValidUTF8(s.Quote[:statement.MaxQuoteBytes], "")
	}
	return s, "", ""
}

func (im *stixImport) extension(o *stixObject, s *statement.Statement) error {
	raw, ok := o.Extensions[STIXExtension]
	if !ok {
		return nil
	}
	id, source := s.ID, s.Source
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	var known struct {
		ExtensionType string `json:"extension_type"`
		*statement.Statement
	}
	known.Statement = s
	dec.DisallowUnknownFields()
	if err := dec.Decode(&known); err != nil {
		return err
	}
	s.ID, s.Source = id, source
	return nil
}

func (im *stixImport) keep(o *stixObject, s statement.Statement) {
	src := statement.Source{ID: s.ID + "-source", URL: o.ExternalRefs[0].URL, Publisher: o.ExternalRefs[0].SourceName, Title: statement.OneLine(o.Name), Read: im.read, Medium: "secondary", Language: o.ReportLanguage, Via: "STIX bundle", Excerpt: s.Quote}
	if src.Language == "" {
		src.Language = "en"
	}
	if src.Publisher == "" {
		src.Publisher = s.Speaker.Name
	}
	for _, text := range []string{o.Description, o.Explanation} {
		if len(src.Excerpt)+len(text) < statement.MaxExcerptBytes && text != s.Quote {
			src.Excerpt += "\n" + text
		}
	}
	s.Source = src.ID
	im.out.File.Sources = append(im.out.File.Sources, src)
	im.out.File.Statements = append(im.out.File.Statements, s)
	im.rows[o.ID] = s.ID
	im.tally.Out++
}

func (im *stixImport) report(o *stixObject) {
	_, extended := o.Extensions[STIXExtension]
	if !slices.Contains(o.ReportTypes, "attribution") && !extended {
		im.refuse(o.ID, "no-attribution", "a report that is not about attribution")
		return
	}
	words := o.Description
	if words == "" {
		words = o.Name
	}
	s, code, reason := im.statement(o, o.Published, words)
	if code != "" {
		im.refuse(o.ID, code, reason)
		return
	}
	if err := im.extension(o, &s); err != nil {
		im.refuse(o.ID, "bad-extension", statement.Cut(err.Error(), 200))
		return
	}
	for _, ref := range o.ObjectRefs {
		t := im.objects[ref]
		if t == nil {
			continue
		}
		im.used[ref] = true
		switch t.Type {
		case "campaign", "incident":
			if s.Incident == "" {
				s.Incident = im.rows[ref]
			}
		case "intrusion-set", "threat-actor":
			if t.Name != "" && !slices.Contains(s.Groups, t.Name) {
				s.Groups = append(s.Groups, t.Name)
			}
		}
	}
	if s.Target.Level == "none" && len(s.Groups) > 0 {
		s.Target = statement.Target{Name: strings.Join(s.Groups, ", "), Level: "group"}
	}
	im.keep(o, s)
}

func (im *stixImport) opinion(o *stixObject) {
	strength, ok := map[string]int{"strongly-disagree": -1, "disagree": -1, "neutral": 1, "agree": 2, "strongly-agree": 2}[o.Opinion]
	if !ok {
		im.refuse(o.ID, "unknown-value", "opinion "+statement.Cut(o.Opinion, 40))
		return
	}
	s, code, reason := im.statement(o, o.Created, o.Explanation)
	if code != "" {
		im.refuse(o.ID, code, reason)
		return
	}
	s.Wording, s.Verb, s.Strength = "reported", s.Quote, &strength
	s.Finding, s.Basis, s.Consequence = "none", "not-given", "none-stated"
	if strength == 2 {
		s.Finding = "endorsement"
	}
	for _, ref := range o.ObjectRefs {
		id, ok := im.rows[ref]
		if !ok {
			continue
		}
		if strength < 0 {
			s.Contradicts = append(s.Contradicts, id)
		} else {
			s.Endorses = append(s.Endorses, id)
		}
		for _, other := range im.out.File.Statements {
			if other.ID == id {
				s.Target, s.Incident = other.Target, other.Incident
			}
		}
	}
	if err := im.extension(o, &s); err != nil {
		im.refuse(o.ID, "bad-extension", statement.Cut(err.Error(), 200))
		return
	}
	im.keep(o, s)
}

func (im *stixImport) relationship(o *stixObject) {
	if o.Relationship != "attributed-to" && o.Relationship != "originates-from" {
		im.refuse(o.ID, "not-imported", "relationship "+statement.Cut(o.Relationship, 40))
		return
	}
	if im.used[o.ID] { // part of a report: its names are the report's
		im.used[o.SourceRef], im.used[o.TargetRef] = true, true
		im.tally.Used++
		return
	}
	from, to := im.objects[o.SourceRef], im.objects[o.TargetRef]
	if from == nil || to == nil {
		im.refuse(o.ID, "dangling-id", "source_ref or target_ref is not in the bundle")
		return
	}
	s, code, reason := im.statement(o, o.Created, o.Description)
	if code != "" {
		im.refuse(o.ID, code, reason)
		return
	}
	im.used[o.SourceRef], im.used[o.TargetRef] = true, true
	s.Incident = im.rows[o.SourceRef]
	s.Target = statement.Target{Name: statement.OneLine(to.Name), Level: "group"}
	if from.Type == "intrusion-set" {
		s.Groups = []string{from.Name}
	}
	switch to.Type {
	case "location":
		s.Target.Level, s.Target.State = "territory", stateCode(to.Name)
	case "identity", "threat-actor":
		s.Target.Level = "actors"
	default:
		s.Groups = append(s.Groups, to.Name)
	}
	if s.Target.Name == "" {
		im.refuse(o.ID, "nobody-named", "its target has no name")
		return
	}
	im.keep(o, s)
}
