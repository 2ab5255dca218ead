package lines

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"spoor/internal/finding"
	"spoor/internal/safetext"
)

func sample(text string) *finding.Finding {
	return &finding.Finding{
		Time: "2021-03-03T06:49:53Z", Host: text, Rule: finding.Rule{ID: "r", Title: text, Level: "high", Kind: "sigma", Source: text},
		Techniques: []string{text}, CVEs: []string{}, Actors: []string{}, Message: text, Source: finding.Source{Path: text, Kind: "w3c"},
		Where: finding.Where{Line: 3, Offset: 7}, Event: json.RawMessage(`{"a":"<b>"}`),
	}
}

func write(t *testing.T, format string, found ...*finding.Finding) string {
	t.Helper()
	var b bytes.Buffer
	w, err := New(&b, format, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if err := w.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const nasty = "=1+1\r\n\x1b[31m\u202e\"',;<script>\xff"

func TestOneLineForEachFinding(t *testing.T) {
	t.Parallel()
	found := []*finding.Finding{sample("plain"), sample(nasty), sample(strings.Repeat("long ", 20_000))}
	got := strings.Split(strings.TrimSuffix(write(t, "ndjson", found...), "\n"), "\n")
	if len(got) != len(found) {
		t.Fatalf("%d lines for %d findings", len(got), len(found))
	}
	for i, line := range got {
		var f finding.Finding
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatal(err)
		}
		if f.Identity != found[i].ID() || f.Message != strings.ToValidUTF8(found[i].Message, "\uFFFD") || string(f.Event) != `{"a":"<b>"}` {
			t.Errorf("line %d is another finding", i)
		}
	}
	if out := write(t, "ndjson"); out != "" {
		t.Errorf("no findings are %q", out)
	}
}

func TestAnArrayIsValidForAnyNumber(t *testing.T) {
	t.Parallel()
	for n := range 4 {
		var found, back []*finding.Finding
		for range n {
			found = append(found, sample(nasty))
		}
		if err := json.Unmarshal([]byte(write(t, "json", found...)), &back); err != nil || len(back) != n || back == nil {
			t.Errorf("%d findings: %d came back (%v)", n, len(back), err)
		}
	}
}

func TestSpreadsheetsGetTextOnly(t *testing.T) {
	t.Parallel()
	rows, err := csv.NewReader(strings.NewReader(write(t, "csv", sample(nasty), sample("plain")))).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%d rows (%v)", len(rows), err)
	}
	for i, cell := range rows[1] {
		if strings.ContainsAny(cell, "\r\n\x1b") || strings.Contains(cell, "\u202e") || cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
			t.Errorf("column %s holds %q", rows[0][i], cell)
		}
	}
	want := []string{"2021-03-03T06:49:53Z", "plain", "high", "plain", "r", "plain", "", "plain", "plain", "0", "3", "7", `{"a":"<b>"}`}
	for i := range want {
		if rows[2][i] != want[i] {
			t.Errorf("column %s is %q, want %q", rows[0][i], rows[2][i], want[i])
		}
	}
	if rows[1][1] != "'"+safetext.Terminal(nasty) {
		t.Errorf("the host became %q", rows[1][1])
	}
}

func TestATableShowsNoControls(t *testing.T) {
	t.Parallel()
	f := sample(nasty)
	f.Rule.Level = nasty
	out := write(t, "table", f)
	if strings.Count(out, "\n") != 2 || strings.ContainsAny(out, "\x1b\r") || strings.Contains(out, "\u202e") || strings.Contains(out, "\xff") {
		t.Fatalf("table %q", out)
	}
	if !strings.Contains(out, ":3\n") {
		t.Errorf("no line number in %q", out)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestAFullDiskIsAnError(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"ndjson", "json", "csv", "table"} {
		w, err := New(full{}, format, "")
		if err != nil {
			t.Fatal(err)
		}
		var failed error
		for range 1000 {
			failed = errors.Join(failed, w.Write(sample("plain")))
		}
		if errors.Join(failed, w.Close()) == nil {
			t.Errorf("%s: nothing was written and nothing said", format)
		}
	}
	if _, err := New(full{}, "xml", ""); err == nil {
		t.Error("an unknown format was taken")
	}
}
