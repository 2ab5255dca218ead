package sigma_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"spoor/event"
	"spoor/internal/engine"
	"spoor/internal/sigma"
)

func ruleOf(detection, condition string) []byte {
	return fmt.Appendf(nil, "title: t\nlogsource: {product: windows}\ndetection: %s, condition: %q}\n", strings.TrimSuffix(detection, "}"), condition)
}

// recordOf makes a record of "name=text;...". "name~kind=text" gives the value
// another type than text; "System.name" and "UserData.name" put it into those
// sections. A byte is written as \xhh.
func recordOf(text string) *event.Event {
	var fields []event.Field
	var values []event.Value
	for _, pair := range strings.Split(text, ";") {
		name, value, _ := strings.Cut(pair, "=")
		name, kind, _ := strings.Cut(name, "~")
		f := event.Field{Name: name, Section: event.EventData}
		if plain, ok := strings.CutPrefix(name, "System."); ok {
			f = event.Field{Name: plain, Section: event.System}
		} else if plain, ok := strings.CutPrefix(name, "UserData."); ok {
			f = event.Field{Name: plain, Section: event.UserData}
		}
		fields = append(fields, f)
		values = append(values, valueOf(kind, value))
	}
	return &event.Event{Shape: event.NewShape("evtx", fields, false), Values: values, Route: &event.Route{Format: "evtx", Channel: "Test", EventID: 1}}
}

func valueOf(kind, text string) event.Value {
	if unquoted, err := strconv.Unquote(`"` + strings.NewReplacer(`\x`, `\x`, `\`, `\\`, `"`, `\"`).Replace(text) + `"`); err == nil {
		text = unquoted
	}
	n, _ := strconv.ParseInt(text, 0, 64)
	switch kind {
	case "absent":
		return event.Value{}
	case "null":
		return event.Value{Kind: event.Null}
	case "int":
		return event.Value{Kind: event.Int, Bits: uint64(n)}
	case "uint":
		return event.UintValue(uint64(n))
	case "hex":
		return event.Value{Kind: event.Hex, Bits: uint64(n)}
	case "float":
		f, _ := strconv.ParseFloat(text, 64)
		return event.Value{Kind: event.Float, Bits: math.Float64bits(f)}
	case "bool":
		return event.Value{Kind: event.Bool, Bits: uint64(n)}
	case "time":
		at, _ := time.Parse(time.RFC3339, text)
		return event.Value{Kind: event.FileTime, Bits: uint64(at.Unix()*10_000_000 + 116444736000000000)}
	case "wide":
		return event.Value{Kind: event.Wide, Raw: wideOf(text)}
	case "list":
		return event.Value{Kind: event.List, Elem: event.Wide, Raw: wideOf(strings.ReplaceAll(text, ",", "\x00"))}
	case "emptylist":
		return event.Value{Kind: event.List, Elem: event.Wide}
	}
	return event.TextValue([]byte(text))
}

func wideOf(text string) (raw []byte) {
	for _, u := range utf16.Encode([]rune(text)) {
		raw = append(raw, byte(u), byte(u>>8))
	}
	return raw
}

func placeholders() sigma.Placeholders {
	return sigma.Placeholders{"one": {"alpha"}, "two": {"alpha", "be*a"}, "percent": {"50%", "%one%"}}
}

// row is a line of the table: five cells, and a sixth and seventh where the log
// source and the record's origin matter.
type row struct {
	what     string
	rule     []byte
	record   *event.Event
	fires    bool
	untested []string
}

// rowOf reads a line. The fifth cell is 0, 1, or 1 with the filters that could
// not be tested ("1 OriginalFileName"); the seventh is format, channel,
// provider and event id ("evtx/Security//4688"), with | for a slash in a name.
func rowOf(line string) (row, error) {
	cell := strings.Split(line, "\t")
	if len(cell) != 5 && len(cell) != 7 {
		return row{}, fmt.Errorf("%d cells", len(cell))
	}
	r := row{what: cell[0], rule: ruleOf(cell[1], cell[2]), record: recordOf(cell[3])}
	answer := strings.Fields(cell[4])
	if len(answer) == 0 || answer[0] != "0" && answer[0] != "1" {
		return row{}, fmt.Errorf("the answer is %q", cell[4])
	}
	r.fires, r.untested = answer[0] == "1", answer[1:]
	if len(cell) == 5 {
		return r, nil
	}
	r.rule = bytes.Replace(r.rule, []byte("{product: windows}"), []byte(cell[5]), 1)
	part := strings.Split(cell[6], "/")
	if len(part) != 4 {
		return row{}, fmt.Errorf("the origin is %q", cell[6])
	}
	for i := range part {
		part[i] = strings.ReplaceAll(part[i], "|", "/")
	}
	id, err := strconv.ParseUint(part[3], 10, 32)
	if err != nil {
		return row{}, err
	}
	r.record.Route = &event.Route{Format: part[0], Channel: part[1], Provider: part[2], EventID: uint32(id)}
	return r, nil
}

// Every line of the table is one promise of docs/sigma.md. An explanation says
// what the evaluators say, and names a reason where a rule does not fire.
func TestSemanticsTable(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/semantics.tsv")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var rows []row
	var files []sigma.File
	for n, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		row, err := rowOf(line)
		if err != nil {
			t.Fatalf("line %d: %v", n+1, err)
		}
		row.what = fmt.Sprintf("line %d, %s", n+1, row.what)
		_, promise, _ := strings.Cut(line, "\t")
		if seen[promise] {
			t.Errorf("%s: the row is there twice", row.what)
		}
		seen[promise] = true
		rows = append(rows, row)
		files = append(files, sigma.File{Name: row.what, Data: row.rule})
	}
	all, report := sigma.Load(files, sigma.Options{Placeholders: placeholders(), Lint: true})
	if report.Loaded != len(rows) {
		t.Fatalf("refused: %+v", report.Refused)
	}
	never := map[string]bool{}
	for _, w := range report.Warnings {
		never[w.File] = never[w.File] || w.Code == "never-fires"
	}
	for i, row := range rows {
		set := &engine.Ruleset{Rules: all.Rules[i : i+1]}
		if row.fires && never[row.what] {
			t.Errorf("%s: it fires, and is said never to", row.what)
		}
		fast := engine.NewProgram(set).NewEngine()
		for who, hits := range map[string][]engine.Hit{
			"the reference":             engine.NewReference(set).Match(row.record, nil),
			"the engine":                fast.Match(row.record, nil),
			"the engine, a second time": fast.Match(row.record, nil),
		} {
			if (len(hits) == 1) != row.fires || len(hits) == 1 && !slices.Equal(hits[0].Untested, row.untested) {
				t.Errorf("%s: %s says %d hits %+v", row.what, who, len(hits), hits)
			}
		}
		switch x := engine.Explain(set.Rules[0], row.record); {
		case x.Fires != row.fires, !slices.Equal(x.Untested, row.untested):
			t.Errorf("%s: explained as %v %v", row.what, x.Fires, x.Untested)
		case !x.Fires && len(x.Blame) == 0 && len(x.Away) == 0:
			t.Errorf("%s: no reason is given", row.what)
		case x.Rule.ConditionText(nil) == "":
			t.Errorf("%s: no condition is shown", row.what)
		}
	}
	if len(rows) < 2500 {
		t.Fatalf("the table has only %d rows", len(rows))
	}
}
