package importer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"spoor/internal/statement"
)

// eurepocAddress is where version 1.1 of the tables was published with a
// licence note (CC0).
const eurepocAddress = "https://github.com/michalbcz/eurepoc-database-analysis"

// MaxImportBytes bounds one file of an import.
const MaxBytes = 64 << 20

// EuRepoC reads the incident table and the attribution table of the
// European Repository of Cyber Incidents, version 1.1. The tables hold no
// wording: every row becomes a statement with wording none and no strength.
// A date that is the first of January is taken as the year, as the tables
// use it. read is the day of the import.
func EuRepoC(incidents, attributions io.Reader, read statement.Date) (Result, error) {
	im := &eurepoc{
		read: read, incidents: map[string]statement.Incident{}, seen: map[string]bool{}, sources: map[string]int{},
		incidentRows:  Tally{Input: "incidents", Unit: "rows", Kind: "incidents", Refused: []Refusal{}},
		statementRows: Tally{Input: "attributions", Unit: "rows", Kind: "statements", Refused: []Refusal{}},
	}
	im.file.Record = statement.FormatVersion
	if err := eachRow(incidents, incidentColumns[:], im.incident); err != nil {
		return Result{File: im.file}, fmt.Errorf("read incident table: %w", err)
	}
	if err := eachRow(attributions, attributionColumns[:], im.attribution); err != nil {
		return Result{File: im.file}, fmt.Errorf("read attribution table: %w", err)
	}
	return Result{File: im.file, Tables: []Tally{im.incidentRows, im.statementRows}}, nil
}

// The columns that are read; the tables have more.
var (
	incidentColumns    = [...]string{"ID", "name", "start_date", "end_date", "sources_url"}
	attributionColumns = [...]string{"incident_ID", "attribution_ID", "attribution_date", "attribution_type", "attribution_basis", "attributing_actor", "attribution_it_company", "attributing_country", "attributed_initiator", "attributed_initiator_country", "attributed_initiator_category"}
)

// maxCited bounds the addresses that an incident's note quotes from the
// table, in characters.
const maxCited = 300

type eurepoc struct {
	read                        statement.Date
	file                        statement.File
	incidents                   map[string]statement.Incident // by the table's id
	seen                        map[string]bool               // statements, by what tells them apart
	sources                     map[string]int                // source that is being filled, by incident
	incidentRows, statementRows Tally
}

func (im *eurepoc) incident(line int, row map[string]string, _ string) {
	im.incidentRows.In++
	in, code, reason := tableIncident(row)
	if code == "" && im.incidents[row["ID"]].ID != "" {
		code, reason = "duplicate-id", "incident id already used"
	}
	if code != "" {
		im.incidentRows.refuse(Refusal{Line: line, ID: row["ID"], Code: code, Reason: reason})
		return
	}
	im.incidents[row["ID"]] = in
	im.file.Incidents = append(im.file.Incidents, in)
	im.incidentRows.Out++
}

// tableIncident makes an incident of a row, or says why it is none.
func tableIncident(row map[string]string) (in statement.Incident, code, reason string) {
	in = statement.Incident{ID: "eurepoc-" + statement.Slug(row["ID"]), Name: statement.OneLine(row["name"]), From: tableDate(row["start_date"]), Until: tableDate(row["end_date"])}
	switch {
	case row["ID"] == "" || in.Name == "":
		return in, "no-name", "incident without id or name"
	case in.From == "":
		return in, "no-start", "incident without a start date"
	}
	if in.Until != "" && in.Until.Last().Before(in.From.First()) {
		in.Note, in.Until = "the table's end date "+string(in.Until)+" is before its start", ""
	}
	if urls := strings.Trim(row["sources_url"], "[]"); urls != "" {
		in.Note = strings.TrimSpace(in.Note + " The table cites " + statement.Cut(urls, maxCited))
	}
	return in, "", ""
}

func (im *eurepoc) attribution(line int, row map[string]string, raw string) {
	im.statementRows.In++
	in, ok := im.incidents[row["incident_ID"]]
	s := statement.Statement{ID: fmt.Sprintf("eurepoc-%s-%d", statement.Slug(row["incident_ID"]), line), Date: tableDate(row["attribution_date"]), Wording: "none", Incident: in.ID, Quote: statement.OneLine(raw)}
	s.Speaker, s.Target = tableSpeaker(row), tableTarget(row)
	code, reason := "no-incident", "its incident was left out or is unknown"
	if ok {
		code, reason = im.refused(s, in, row)
	}
	if code != "" {
		im.statementRows.refuse(Refusal{Line: line, ID: row["incident_ID"] + "/" + row["attribution_ID"], Code: code, Reason: reason})
		return
	}
	im.seen[identity(s)] = true
	s.Note = tableNote(row)
	s.Source = im.source(in, s.Quote)
	im.file.Statements = append(im.file.Statements, s)
	im.statementRows.Out++
}

// refused says why a row becomes no statement, or "".
func (im *eurepoc) refused(s statement.Statement, in statement.Incident, row map[string]string) (code, reason string) {
	switch {
	case given(row["attribution_type"]) == "":
		return "no-type", "the table gives no type of attribution"
	case s.Date == "":
		return "no-date", "the table gives no date"
	case s.Target.Name == "":
		return "nobody-named", "the row points at nobody"
	case s.Speaker.Name == "":
		return "no-speaker", "the row does not say who attributes"
	case s.Date.Last().Before(in.From.First()):
		return "before-incident", fmt.Sprintf("dated %s, incident began %s", s.Date, in.From)
	case len(s.Quote) > statement.MaxQuoteBytes:
		return "long-row", "row longer than a quote may be"
	case im.seen[identity(s)]:
		return "duplicate-row", "same speaker, target, incident and date as an earlier row"
	}
	return "", ""
}

// identity is what tells one statement of the table from another.
func identity(s statement.Statement) string {
	return strings.Join([]string{s.Speaker.Name, s.Target.Name, s.Target.Level, s.Incident, string(s.Date)}, "\x00")
}

func tableNote(row map[string]string) string {
	note := "EuRepoC: " + given(row["attribution_type"])
	if b := given(row["attribution_basis"]); b != "" {
		note += "; " + b
	}
	if strings.Contains(row["attribution_type"], "indictment") || row["attribution_type"] == "Domestic legal action" {
		note += ". Kind and status of the legal act are not in the table."
	}
	return note
}

// source adds a row to the excerpt of its incident's source, or begins a new
// source where that is full, and returns the source's id.
func (im *eurepoc) source(in statement.Incident, row string) string {
	i, ok := im.sources[in.ID]
	if !ok || len(im.file.Sources[i].Excerpt)+len(row)+1 > statement.MaxExcerptBytes {
		i = len(im.file.Sources)
		im.sources[in.ID] = i
		im.file.Sources = append(im.file.Sources, statement.Source{ID: fmt.Sprintf("eurepoc-source-%d", i+1), URL: eurepocAddress, Publisher: "European Repository of Cyber Incidents, version 1.1", Title: in.Name, Read: im.read, Medium: "secondary", Language: "en", Via: "data set"})
	}
	im.file.Sources[i].Excerpt += row + "\n"
	return im.file.Sources[i].ID
}

// eachRow calls f for every record of a CSV file with a header, with the
// line it starts at and its raw text. A file without the wanted columns is
// an error; a damaged record ends the reading with one.
func eachRow(rd io.Reader, want []string, f func(line int, row map[string]string, raw string)) error {
	data, err := io.ReadAll(io.LimitReader(rd, MaxBytes+1))
	if err != nil {
		return err
	}
	if len(data) > MaxBytes {
		return fmt.Errorf("larger than %d bytes", MaxBytes)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = -1
	header, err := r.Read()
	if err != nil {
		return fmt.Errorf("read header: %w", err)
	}
	at := map[string]int{}
	for i, name := range header {
		if _, ok := at[name]; !ok {
			at[name] = i
		}
	}
	for _, name := range want {
		if _, ok := at[name]; !ok {
			return fmt.Errorf("no column %q; is this the EuRepoC table, version 1.1?", name)
		}
	}
	start := r.InputOffset()
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read record: %w", err)
		}
		line, _ := r.FieldPos(0)
		row := map[string]string{}
		for _, name := range want {
			if i := at[name]; i < len(fields) {
				row[name] = strings.ToValidUTF8(fields[i], "\uFFFD")
			}
		}
		end := r.InputOffset()
		f(line, row, strings.ToValidUTF8(strings.TrimSpace(string(data[start:end])), "\uFFFD"))
		start = end
	}
}

// tableDate reads a table's date; the first of January stands for the year.
func tableDate(s string) statement.Date {
	s = strings.TrimSpace(s)
	if year, ok := strings.CutSuffix(s, "-01-01"); ok {
		s = year
	}
	d := statement.Date(s)
	if !d.Valid() {
		return ""
	}
	return d
}

// given is "" for the table's words for nothing.
func given(s string) string {
	s = statement.OneLine(s)
	switch s {
	case "Not available", "Unknown", "nan", "None":
		return ""
	}
	return s
}

func tableSpeaker(row map[string]string) statement.Speaker {
	actor, company, country := given(row["attributing_actor"]), given(row["attribution_it_company"]), given(row["attributing_country"])
	basis := row["attribution_basis"]
	s := statement.Speaker{Name: actor, State: stateCode(country)}
	switch {
	case basis == "Attacker confirms":
		s.Kind = "accused"
		if s.Name == "" {
			s.Name = given(row["attributed_initiator"])
		}
		if s.Name == "" {
			s.Name = "the attackers, not named in the table"
		}
	case company != "":
		s.Kind = "company"
		if s.Name == "" {
			s.Name = company
		}
	case basis == "IT-security community attributes attacker":
		s.Kind = "company"
		if s.Name == "" {
			s.Name = "IT security community, not named in the table"
		}
	case basis == "Media-based attribution":
		s.Kind = "media"
		if s.Name == "" {
			s.Name = "media, not named in the table"
		}
	case strings.HasPrefix(basis, "Attribution by EU") || strings.HasPrefix(basis, "Attribution by international"):
		s.Kind = "international-organisation"
	case strings.HasPrefix(basis, "Attribution by receiver government"):
		s.Kind = "government"
		if s.Name == "" && country != "" {
			s.Name = "government of " + country
		}
		if s.Name == "" {
			s.Name = "government of the victim, not named in the table"
		}
	default:
		s.Kind = "government"
		if s.Name == "" && country != "" {
			s.Name = "government of " + country
		} else if s.State == "" {
			s.Kind = "expert"
		}
	}
	return s
}

func tableTarget(row map[string]string) statement.Target {
	name, country := given(row["attributed_initiator"]), given(row["attributed_initiator_country"])
	t := statement.Target{Name: name, State: stateCode(country), Level: "group"}
	switch row["attributed_initiator_category"] {
	case "State":
		t.Level = "state"
	case "Individual hacker(s)":
		t.Level = "persons"
	}
	if name == "" {
		t.Name = country
		switch {
		case row["attributed_initiator_category"] == "State":
		case country != "":
			t.Level = "territory"
		}
	}
	return t
}

// stateCode is the ISO code of a country the states' table knows, else "".
func stateCode(country string) string {
	switch country {
	case "Korea, Democratic People's Republic of":
		return "KP"
	case "Korea, Republic of":
		return "KR"
	case "Iran, Islamic Republic of":
		return "IR"
	case "EU (institutions)", "EU (region)":
		return "EU"
	}
	return statement.StateCode(country)
}
