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
	var out Result
	out.File.Record = statement.FormatVersion
	inc := Tally{Input: "incidents", Unit: "rows", Kind: "incidents", Refused: []Refusal{}}
	known := map[string]statement.Incident{}
	err := eachRow(incidents, []string{"ID", "name", "start_date", "end_date", "sources_url"}, func(line int, row map[string]string, _ string) {
		inc.In++
		refuse := func(code, reason string) {
			inc.Refused = append(inc.Refused, Refusal{Line: line, ID: row["ID"], Code: code, Reason: reason})
		}
		id := "eurepoc-" + statement.Slug(row["ID"])
		in := statement.Incident{ID: id, Name: statement.OneLine(row["name"]), From: tableDate(row["start_date"]), Until: tableDate(row["end_date"])}
		switch {
		case row["ID"] == "" || in.Name == "":
			refuse("no-name", "incident without id or name")
		case in.From == "":
			refuse("no-start", "incident without a start date")
		case known[row["ID"]].ID != "":
			refuse("duplicate-id", "incident id already used")
		default:
			if in.Until != "" && in.Until.Last().Before(in.From.First()) {
				in.Note, in.Until = "the table's end date "+string(in.Until)+" is before its start", ""
			}
			if urls := strings.Trim(row["sources_url"], "[]"); urls != "" {
				in.Note = strings.TrimSpace(in.Note + " The table cites " + statement.Cut(urls, 300))
			}
			known[row["ID"]] = in
			out.File.Incidents = append(out.File.Incidents, in)
			inc.Out++
		}
	})
	if err != nil {
		return out, fmt.Errorf("read incident table: %w", err)
	}
	att := Tally{Input: "attributions", Unit: "rows", Kind: "statements", Refused: []Refusal{}}
	seen := map[string]bool{}
	sources := map[string]int{} // open source per incident
	columns := []string{"incident_ID", "attribution_ID", "attribution_date", "attribution_type", "attribution_basis", "attributing_actor", "attribution_it_company", "attributing_country", "attributed_initiator", "attributed_initiator_country", "attributed_initiator_category"}
	err = eachRow(attributions, columns, func(line int, row map[string]string, raw string) {
		att.In++
		refuse := func(code, reason string) {
			att.Refused = append(att.Refused, Refusal{Line: line, ID: row["incident_ID"] + "/" + row["attribution_ID"], Code: code, Reason: reason})
		}
		in, ok := known[row["incident_ID"]]
		s := statement.Statement{ID: fmt.Sprintf("eurepoc-%s-%d", statement.Slug(row["incident_ID"]), line), Date: tableDate(row["attribution_date"]), Wording: "none", Incident: in.ID}
		s.Speaker, s.Target = tableSpeaker(row), tableTarget(row)
		raw = statement.OneLine(raw)
		switch {
		case !ok:
			refuse("no-incident", "its incident was left out or is unknown")
			return
		case given(row["attribution_type"]) == "":
			refuse("no-type", "the table gives no type of attribution")
			return
		case s.Date == "":
			refuse("no-date", "the table gives no date")
			return
		case s.Target.Name == "":
			refuse("nobody-named", "the row points at nobody")
			return
		case s.Speaker.Name == "":
			refuse("no-speaker", "the row does not say who attributes")
			return
		case s.Date.Last().Before(in.From.First()):
			refuse("before-incident", fmt.Sprintf("dated %s, incident began %s", s.Date, in.From))
			return
		case len(raw) > statement.MaxQuoteBytes:
			refuse("long-row", "row longer than a quote may be")
			return
		}
		key := strings.Join([]string{s.Speaker.Name, s.Target.Name, s.Target.Level, s.Incident, string(s.Date)}, "\x00")
		if seen[key] {
			refuse("duplicate-row", "same speaker, target, incident and date as an earlier row")
			return
		}
		seen[key] = true
		s.Quote = raw
		s.Note = "EuRepoC: " + given(row["attribution_type"])
		if b := given(row["attribution_basis"]); b != "" {
			s.Note += "; " + b
		}
		if strings.Contains(row["attribution_type"], "indictment") || row["attribution_type"] == "Domestic legal action" {
			s.Note += ". Kind and status of the legal act are not in the table."
		}
		i, ok := sources[in.ID]
		if !ok || len(out.File.Sources[i].Excerpt)+len(raw)+1 > statement.MaxExcerptBytes {
			i = len(out.File.Sources)
			sources[in.ID] = i
			out.File.Sources = append(out.File.Sources, statement.Source{ID: fmt.Sprintf("eurepoc-source-%d", i+1), URL: eurepocAddress, Publisher: "European Repository of Cyber Incidents, version 1.1", Title: in.Name, Read: read, Medium: "secondary", Language: "en", Via: "data set"})
		}
		out.File.Sources[i].Excerpt += raw + "\n"
		s.Source = out.File.Sources[i].ID
		out.File.Statements = append(out.File.Statements, s)
		att.Out++
	})
	if err != nil {
		return out, fmt.Errorf("read attribution table: %w", err)
	}
	out.Tables = []Tally{inc, att}
	return out, nil
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
