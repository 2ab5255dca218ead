package importer

import (
	"strings"
	"testing"

	"spoor/internal/statement"
)

const bundleFixture = `{"type":"bundle","id":"bundle--1","objects":[
{"type":"identity","id":"identity--gov","name":"Government of Norway","identity_class":"organization","country":"Norway"},
{"type":"identity","id":"identity--lab","name":"Example Lab","identity_class":"organization"},
{"type":"campaign","id":"campaign--1","name":"Intrusion of 2020","first_seen":"2020-08-24T00:00:00Z"},
{"type":"intrusion-set","id":"intrusion-set--1","name":"APT28"},
{"type":"report","id":"report--1","created_by_ref":"identity--gov","published":"2020-10-13T00:00:00Z","name":"Statement","report_types":["attribution"],"description":"It is our assessment that Russia was responsible for this activity.","object_refs":["campaign--1"],"external_references":[{"source_name":"regjeringen","url":"https://example.org/no"}],
 "extensions":{"` + STIXExtension + `":{"extension_type":"property-extension","wording":"quoted","verb":"assessment","quote":"It is our assessment that Russia was responsible for this activity.","target":{"name":"Russia","level":"state","state":"RU"},"strength":6,"finding":"own","basis":"not-given"}}},
{"type":"report","id":"report--2","created_by_ref":"identity--lab","published":"2020-10-14T00:00:00Z","name":"A lab's report","report_types":["attribution"],"object_refs":["intrusion-set--1"],"external_references":[{"source_name":"lab","url":"https://example.org/lab"}]},
{"type":"report","id":"report--3","created_by_ref":"identity--lab","published":"2020-10-14T00:00:00Z","name":"Malware","report_types":["malware"]},
{"type":"opinion","id":"opinion--1","created_by_ref":"identity--lab","created":"2020-10-15T00:00:00Z","opinion":"neutral","explanation":"We note the statement.","object_refs":["report--1"],"external_references":[{"source_name":"lab","url":"https://example.org/note"}]},
{"type":"opinion","id":"opinion--2","created_by_ref":"identity--gone","created":"2020-10-15T00:00:00Z","opinion":"agree","explanation":"Yes.","object_refs":["report--1"]},
{"type":"relationship","id":"relationship--1","relationship_type":"attributed-to","source_ref":"campaign--1","target_ref":"intrusion-set--1","created_by_ref":"identity--lab","created":"2020-11-01T00:00:00Z","description":"APT28 carried out the intrusion.","external_references":[{"source_name":"lab","url":"https://example.org/lab2"}]},
{"type":"relationship","id":"relationship--2","relationship_type":"uses","source_ref":"campaign--1","target_ref":"intrusion-set--1"},
{"type":"malware","id":"malware--1","name":"X"}
]}`

func TestASTIXBundleBecomesStatementsAndReasons(t *testing.T) {
	t.Parallel()
	got, err := STIX(strings.NewReader(bundleFixture), "2026-11-23")
	if err != nil {
		t.Fatal(err)
	}
	tally := got.Tables[0]
	if !tally.Balanced() || tally.In != 12 || tally.Out != 5 || tally.Used != 3 {
		t.Errorf("want 12 in, 5 out, 3 used, 4 left out: %s", tally)
	}
	want := map[string]int{"no-attribution": 1, "no-speaker": 1, "not-imported": 2}
	for code, n := range want {
		if tally.Reasons()[code] != n {
			t.Errorf("%s: %d, want %d", code, tally.Reasons()[code], n)
		}
	}
	byID := map[string]statement.Statement{}
	for _, s := range got.File.Statements {
		byID[s.ID] = s
	}
	if s := byID["stix-report-1"]; s.Strength == nil || *s.Strength != 6 || s.Incident != "stix-campaign-1" || s.Speaker.State != "NO" || s.Speaker.Kind != "government" {
		t.Errorf("report with extension: %+v", s)
	}
	if s := byID["stix-report-2"]; s.Strength != nil || s.Wording != "none" || s.Target.Name != "APT28" {
		t.Errorf("a report without wording got more than its group: %+v", s)
	}
	if s := byID["stix-opinion-1"]; s.Strength == nil || *s.Strength != 1 || len(s.Endorses) != 1 || s.Target.State != "RU" {
		t.Errorf("a neutral opinion is an acknowledgement: %+v", s)
	}
	var r statement.Set
	r.Add(got.File)
	for _, p := range statement.Check(&r) {
		t.Error(p)
	}
}
