package sigma_test

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"spoor/event"
	"spoor/match"
	"spoor/sigma"
)

func ruleOf(detection, condition string) []byte {
	return fmt.Appendf(nil, "title: t\nlogsource: {product: windows}\ndetection: %s, condition: %q}\n", strings.TrimSuffix(detection, "}"), condition)
}

// recordOf makes a record of "name=text;...". "name~kind=text" gives the value
// another type than text, and "System.name" puts it into the System section. A
// byte is written as \xhh.
func recordOf(text string) *event.Event {
	var fields []event.Field
	var values []event.Value
	for _, pair := range strings.Split(text, ";") {
		name, value, _ := strings.Cut(pair, "=")
		name, kind, _ := strings.Cut(name, "~")
		f := event.Field{Name: name, Section: event.EventData}
		if plain, ok := strings.CutPrefix(name, "System."); ok {
			f = event.Field{Name: plain, Section: event.System}
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
		set, report := sigma.Load([]sigma.File{{Name: "row.yml", Data: ruleOf(cell[1], cell[2])}}, sigma.Options{Placeholders: placeholders()})
		if report.Loaded != 1 {
			t.Errorf("line %d, %s: refused: %+v", n+1, cell[0], report.Refused)
			continue
		}
		fires := len(match.NewReference(set).Match(recordOf(cell[3]), nil)) == 1
		if fires != (cell[4] == "1") {
			t.Errorf("line %d, %s: %s on %s: fires %v", n+1, cell[0], cell[1], cell[3], fires)
		}
	}
	if rows < 400 {
		t.Fatalf("the table has only %d rows", rows)
	}
}
