package message

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

func load(t *testing.T, lang string) *Catalogue {
	t.Helper()
	c, err := Load(lang)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryLanguageHoldsTheSameSentencesAndPlaceholders(t *testing.T) {
	t.Parallel()
	english := load(t, English)
	for _, lang := range Languages() {
		c := load(t, lang)
		for _, id := range english.IDs() {
			if !c.Has(id) {
				t.Errorf("%s.yml lacks %s", lang, id)
				continue
			}
			want, got := english.Placeholders(id), c.Placeholders(id)
			if !slices.Equal(names(want), names(got)) {
				t.Errorf("%s.yml: %s has the placeholders %v, English %v", lang, id, got, want)
			}
			if (english.messages[id].one == nil) != (c.messages[id].one == nil) {
				t.Errorf("%s.yml: %s has not the same forms for one and more", lang, id)
			}
		}
		for _, id := range c.IDs() {
			if !english.Has(id) {
				t.Errorf("%s.yml holds %s, which English does not", lang, id)
			}
		}
	}
}

// names are placeholders without their forms: a language may write a list
// with another form.
func names(placeholders []string) []string {
	var list []string
	for _, p := range placeholders {
		name, _, _ := strings.Cut(p, ":")
		list = append(list, name)
	}
	return slices.Compact(list)
}

func TestSentencesHaveNoStrayBlanks(t *testing.T) {
	t.Parallel()
	for _, lang := range Languages() {
		c := load(t, lang)
		for _, id := range c.IDs() {
			for _, form := range [][]part{c.messages[id].one, c.messages[id].other} {
				whole := ""
				for _, p := range form {
					whole += p.text + "{" + p.name + "}"
				}
				if id != "page.proof" && strings.HasSuffix(whole, " {}") || strings.Contains(strings.ReplaceAll(whole, "{}", ""), "  ") && !strings.HasSuffix(id, "readme") {
					t.Errorf("%s.yml: %s: %q", lang, id, whole)
				}
			}
		}
	}
}

func TestASentenceIsWrittenInItsLanguage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		text   Text
		en, de string
	}{
		{"one of a count", New("page.servers", "n", 1), "1 server", "1 Server"},
		{"more of a count, with marks between thousands", New("page.period", "n", 12345, "from", "2021-03-03T02:14:08.935Z", "to", "2021-03-04T00:00:00Z"),
			"2021-03-03 02:14:08 to 2021-03-04 00:00:00, 12,345 records", "03.03.2021 02:14:08 bis 04.03.2021 00:00:00, 12.345 Einträge"},
		{"none of a count", New("note.untimed", "n", 0), "0 records state no time", "0 Einträge nennen keine Zeit"},
		{"a list with its last word", New("shell.partly", "has", []Text{New("shell.written"), New("shell.used")}, "not", []Text{New("shell.answered")}),
			"written and used; not shown to be answered", "abgelegt und benutzt; nicht belegt: erfolgreich aufgerufen"},
		{"a size", New("run.read", "done", 1536), "1.5 KiB read", "1,5 KiB gelesen"},
		{"a share", New("fit.share", "share", 0.664), "66 %", "66 %"},
		{"a time that nobody knows", New("ongoing", "to", ""), "the logs end an unknown time; treat it as still going on until the server is rebuilt",
			"die Protokolle enden hier: unbekannte Zeit; gehen Sie davon aus, dass der Angriff andauert, bis der Server neu aufgesetzt ist"},
		{"text that is no time", New("page.at", "at", "soon"), "soon UTC", "soon UTC"},
		{"text of evidence that looks like a placeholder", New("page.full-report", "path", "{n} {says:and"), "Full report: {n} {says:and", "Vollständiger Bericht: {n} {says:and"},
		{"a sentence that no file holds", New("page.not-there", "n", 1), "", ""},
		{"the zero text", Text{}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			data, err := json.Marshal(c.text)
			if err != nil {
				t.Fatal(err)
			}
			var again Text
			if err := json.Unmarshal(data, &again); err != nil {
				t.Fatal(err)
			}
			for _, text := range []Text{c.text, again} {
				if got := load(t, "en").Write(text); got != c.en {
					t.Errorf("%q, want %q", got, c.en)
				}
				if got := load(t, "de").Write(text); got != c.de {
					t.Errorf("%q, want %q", got, c.de)
				}
			}
		})
	}
}

func TestASentenceFromAFileCannotNestWithoutEnd(t *testing.T) {
	t.Parallel()
	text := New("page.with-note", "says", "x", "note", "end")
	for range 100 {
		text = New("page.with-note", "says", "x", "note", text)
	}
	if got := load(t, English).Write(text); got != strings.Repeat("x; ", maxDepth+1) {
		t.Errorf("%q", got)
	}
}

func TestATickOfTheChartIsShort(t *testing.T) {
	t.Parallel()
	at := time.Date(2021, 3, 4, 5, 6, 0, 0, time.UTC)
	if en, de := load(t, "en").Tick(at), load(t, "de").Tick(at); en != "03-04 05:06" || de != "04.03. 05:06" {
		t.Errorf("%q and %q", en, de)
	}
}

func TestAFileWithAMistakeIsRefused(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"empty":                   "",
		"no formats":              "a: b",
		"a list":                  "a: [b, c]",
		"an open placeholder":     "a: 'x {n'",
		"an unknown form":         "a: 'x {n:roman}'",
		"a key twice":             "a: {b: c, b: d}",
		"sections without end":    "a: {a: {a: {a: {a: {a: {a: {a: {a: b}}}}}}}}",
		"no YAML":                 "a: 'b",
		"a placeholder for and":   "format: {time: x, minute: x, day: x, tick: x, thousands: x, decimal: x, and: '{n}', or: x}",
		"a placeholder of nobody": "a: '{}'",
	} {
		if _, err := parse("xx", []byte(data)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := Load("xx"); err == nil || !strings.Contains(err.Error(), "de, en") {
		t.Errorf("an unknown language: %v", err)
	}
}
