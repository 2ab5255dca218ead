package importer

import (
	"os"
	"strings"
	"testing"

	"spoor/internal/lab/labdata"
	"spoor/internal/statement"
)

func TestEveryRowOfTheEuRepoCTablesIsAccountedFor(t *testing.T) {
	t.Parallel()
	in, err := os.Open(labdata.Path(t, "record/EuRepoC_Global_Database_1.1.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	at, err := os.Open(labdata.Path(t, "record/EuRepoC_Attribution_dataset_1.1.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer at.Close()
	got, err := EuRepoC(in, at, "2026-11-23")
	if err != nil {
		t.Fatal(err)
	}
	for _, tally := range got.Tables {
		t.Log(tally)
		if !tally.Balanced() {
			t.Errorf("%s: %d in, %d out, %d left out", tally.Input, tally.In, tally.Out, len(tally.Refused))
		}
	}
	if got.Tables[0].In != 1643 || got.Tables[1].In != 2643 {
		t.Errorf("rows in: %d and %d, want 1643 and 2643", got.Tables[0].In, got.Tables[1].In)
	}
	var r statement.Set
	r.Add(got.File)
	for i, p := range statement.Check(&r) {
		if i < 10 {
			t.Error(p)
		}
	}
	for _, s := range got.File.Statements {
		if s.Strength != nil || s.Verb != "" {
			t.Fatalf("%s: a table without wording gave strength or verb", s.ID)
		}
	}
}

func TestAnImportRefusesRowsForAReason(t *testing.T) {
	t.Parallel()
	incidents := "ID,name,start_date,end_date,sources_url\n1,First,2020-05-01,2020-06-01,['https://a.example']\n2,Second,,,\n"
	header := "incident_ID,attribution_ID,attribution_date,attribution_type,attribution_basis,attributing_actor,attribution_it_company,attributing_country,attributed_initiator,attributed_initiator_country,attributed_initiator_category\n"
	rows := []struct{ row, code string }{
		{`1,1,2020-07-01,"Technical report (e.g., by IT-companies)",IT-security community attributes attacker,ESET,,,X Group,China,Non-state-group`, ""},
		{`1,1,2020-07-01,"Technical report (e.g., by IT-companies)",IT-security community attributes attacker,ESET,,,X Group,China,Non-state-group`, "duplicate-row"},
		{`1,2,,Media report,Media-based attribution,,,,X Group,China,Non-state-group`, "no-date"},
		{`1,3,2020-07-02,Not available,Media-based attribution,,,,X Group,China,Non-state-group`, "no-type"},
		{`1,4,2019-01-01,Media report,Media-based attribution,,,,X Group,China,Non-state-group`, "before-incident"},
		{`1,5,2020-01-01,Media report,Media-based attribution,,,,X Group,China,Non-state-group`, ""},
		{`1,6,2020-07-02,Media report,Media-based attribution,,,,Not available,Unknown,Unknown - not attributed`, "nobody-named"},
		{`2,7,2020-07-02,Media report,Media-based attribution,,,,X Group,China,Non-state-group`, "no-incident"},
		{`1,8,2020-07-02,Media report,Attribution by third-party,,,,X Group,China,Non-state-group`, "no-speaker"},
	}
	var text strings.Builder
	text.WriteString(header)
	want := map[string]int{}
	for _, r := range rows {
		text.WriteString(r.row + "\n")
		want[r.code]++
	}
	got, err := EuRepoC(strings.NewReader(incidents), strings.NewReader(text.String()), "2026-11-23")
	if err != nil {
		t.Fatal(err)
	}
	tally := got.Tables[1]
	if tally.Out != want[""] || !tally.Balanced() {
		t.Errorf("%d statements out, want %d: %s", tally.Out, want[""], tally)
	}
	for code, n := range tally.Reasons() {
		if n != want[code] {
			t.Errorf("%s: %d rows, want %d", code, n, want[code])
		}
	}
	if len(tally.Reasons()) != len(want)-1 {
		t.Errorf("reasons %v, want %v", tally.Reasons(), want)
	}
}
