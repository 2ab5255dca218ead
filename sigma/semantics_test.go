package sigma_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"spoor/event"
	"spoor/match"
	"spoor/sigma"
)

func ruleOf(detection, condition string) []byte {
	return fmt.Appendf(nil, "title: t\nlogsource: {product: windows}\ndetection: %s, condition: %q}\n", strings.TrimSuffix(detection, "}"), condition)
}

func recordOf(text string) *event.Event {
	var fields []event.Field
	var values []event.Value
	for _, pair := range strings.Split(text, ";") {
		name, value, _ := strings.Cut(pair, "=")
		fields = append(fields, event.Field{Name: name})
		values = append(values, event.TextValue([]byte(value)))
	}
	return &event.Event{Shape: event.NewShape("evtx", fields, false), Values: values, Route: &event.Route{Format: "evtx", Channel: "Test", EventID: 1}}
}

// Every line of the table is one promise of docs/sigma.md.
func TestSemanticsTable(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/semantics.tsv")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for n, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cell := strings.Split(line, "\t")
		if len(cell) != 5 {
			t.Fatalf("line %d has %d cells", n+1, len(cell))
		}
		rows++
		set, report := sigma.Load([]sigma.File{{Name: "row.yml", Data: ruleOf(cell[1], cell[2])}}, sigma.Options{})
		if report.Loaded != 1 {
			t.Errorf("line %d, %s: refused: %+v", n+1, cell[0], report.Refused)
			continue
		}
		fires := len(match.NewReference(set).Match(recordOf(cell[3]), nil)) == 1
		if fires != (cell[4] == "1") {
			t.Errorf("line %d, %s: %s on %s: fires %v", n+1, cell[0], cell[1], cell[3], fires)
		}
	}
	if rows < 200 {
		t.Fatalf("the table has only %d rows", rows)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(ruleOf("{a: {'F|contains|windash': ' -x'}}", "not a"))
	f.Add([]byte("action: global\n---\naction: repeat\n---\na: &a [*a]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		set, _ := sigma.Load([]sigma.File{{Name: "f.yml", Data: data}}, sigma.Options{})
		match.NewReference(set).Match(recordOf("F=p -x;G=y"), nil)
	})
}
