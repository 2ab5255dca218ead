package finding_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"spoor/internal/finding"
)

// What is written by hand holds the same as what the struct's tags say, for
// every field that there is.
func TestTheLineHoldsEveryField(t *testing.T) {
	t.Parallel()
	f := &finding.Finding{
		Time: "2021-03-03T06:49:53Z", Host: "h", Rule: finding.Rule{ID: "i", Title: "t", Level: "high", Kind: "sigma", Source: "s"},
		Techniques: []string{"T1505.003", "T1190"}, CVEs: []string{"CVE-2021-26855"}, Actors: []string{"G0125"}, Software: []string{"S0020"},
		Ties:    []finding.Tie{{Actor: "G0125", Kind: "malware", Value: "v", Publisher: "p", URL: "u", From: "2021-01-01", Until: "", InWindow: true}},
		Message: "m", Source: finding.Source{Path: "p", Kind: "w3c", SHA256: "00"}, Where: finding.Where{Record: 7, Offset: 9, Line: 3},
		Event: json.RawMessage(`{"a":"<b>","n":1}`), Step: &finding.Step{Chain: "c", Name: "n"}, Notes: []string{"n1", "n2"}, Seen: 2, TLP: "AMBER",
	}
	f.Seal()
	v := reflect.ValueOf(*f)
	for i := range v.NumField() {
		if tag := v.Type().Field(i).Tag.Get("json"); tag != "-" && v.Field(i).IsZero() {
			t.Errorf("the test leaves %s empty", v.Type().Field(i).Name)
		}
	}
	for name, one := range map[string]*finding.Finding{"full": f, "bare": {Techniques: []string{}, CVEs: []string{}, Actors: []string{}, Event: json.RawMessage(`{}`)}} {
		one.Seal()
		tagged, err := json.Marshal(one)
		if err != nil {
			t.Fatal(err)
		}
		var want, got any
		if err := json.Unmarshal(tagged, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(one.AppendJSON(nil), &got); err != nil {
			t.Fatalf("%s: %v in %s", name, err, one.AppendJSON(nil))
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: written %s, by its tags %s", name, one.AppendJSON(nil), tagged)
		}
	}
}
