package finding_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/finding"
)

func TestAFindingMadeOutsideRulesIsWhole(t *testing.T) {
	t.Parallel()
	fields := map[string]string{"path": `C:\x<y`, "a": "1"}
	at := event.TimeOf(time.Date(2021, 3, 3, 1, 2, 3, 0, time.UTC), 0, event.FromRecord)
	f := finding.New(finding.Finding{At: at, CVEs: []string{"CVE-2021-26855"}, Fields: fields})
	fields["path"] = "changed later"
	if f.Time != "2021-03-03T01:02:03Z" || f.Techniques == nil || f.Actors == nil || len(f.CVEs) != 1 || f.Field("path") != `C:\x<y` {
		t.Errorf("%+v", f)
	}
	var got map[string]string
	if err := json.Unmarshal(f.Event, &got); err != nil || !reflect.DeepEqual(got, f.Fields) {
		t.Errorf("event %s, %v", f.Event, err)
	}
	if bare := finding.New(finding.Finding{}); bare.Time != "" || !json.Valid(bare.AppendJSON(nil)) {
		t.Errorf("%s", bare.AppendJSON(nil))
	}
}

func TestAChangeMakesAnotherFinding(t *testing.T) {
	t.Parallel()
	f := finding.New(finding.Finding{Fields: map[string]string{"a": "1"}, Step: &finding.Step{Name: "one"}})
	before := string(f.AppendJSON(nil))
	g := f.With(func(f *finding.Finding) {
		f.Fields["a"], f.Step.Name, f.Host = "2", "two", "H"
	})
	if g.Field("a") != "2" || g.Step.Name != "two" || g.Host != "H" || g.ID() != f.ID() {
		t.Errorf("the copy is %+v", g)
	}
	if f.Field("a") != "1" || string(f.AppendJSON(nil)) != before {
		t.Errorf("the finding itself became %s", f.AppendJSON(nil))
	}
}
