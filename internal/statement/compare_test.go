package statement

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"spoor/internal/message"
)

func builtinRecord(t *testing.T) *Set {
	t.Helper()
	r, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What the issuers of 19 July 2021 said about Exchange, with its hedges.
func TestTheExchangeStatementsStandSideBySideWithTheirHedges(t *testing.T) {
	t.Parallel()
	c, err := Compare(builtinRecord(t), "exchange-2021")
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]Issuer{}
	for _, is := range c.Issuers {
		by[is.Name] = is
	}
	for _, want := range []struct {
		issuer   string
		strength int
		hedge    string
	}{
		{"Australia", 6, ""}, {"Canada", 6, "is confident"}, {"United Kingdom", 5, "highly likely"}, {"New Zealand", 5, ""},
		{"United States", 5, "high degree of confidence"}, {"European Union", 3, ""}, {"NATO", 1, ""}, {"China", -1, ""}, {"Microsoft", 5, "high confidence"},
	} {
		is, ok := by[want.issuer]
		if !ok || is.Lead == nil || is.Lead.Strength == nil {
			t.Errorf("%s: no statement on Exchange", want.issuer)
			continue
		}
		if *is.Lead.Strength != want.strength {
			t.Errorf("%s: strength %d, want %d: %s", want.issuer, *is.Lead.Strength, want.strength, is.Lead.Quote)
		}
		if hedges := strings.Join(append(is.Hedges, is.Lead.Confidence), "|"); !strings.Contains(hedges, want.hedge) {
			t.Errorf("%s: hedge %q is not among %q", want.issuer, want.hedge, hedges)
		}
	}
	if jp := by["Japan"]; jp.Lead != nil || jp.Beside == nil || !slices.Contains(jp.Beside.Groups, "APT40") {
		t.Errorf("Japan names APT40 and says nothing on Exchange; got %+v", jp)
	}
	for _, l := range c.Acts {
		if l.Incident == "exchange-2021" || l.Strength != nil {
			t.Errorf("legal act %s is about %s with strength %v", l.ID, l.Incident, l.Strength)
		}
	}
	for _, table := range []string{c.Table(), c.FullTable()} {
		for _, line := range strings.Split(table, "\n") {
			if utf8.RuneCountInString(line) > 100 {
				t.Errorf("line of %d columns: %s", utf8.RuneCountInString(line), line)
			}
		}
	}
}

func TestAComparisonsPictureIsWellFormedAndHoldsEveryIssuer(t *testing.T) {
	t.Parallel()
	c, err := Compare(builtinRecord(t), "exchange-2021")
	if err != nil {
		t.Fatal(err)
	}
	for _, full := range []bool{false, true} {
		svg := c.SVG(full)
		d := xml.NewDecoder(strings.NewReader(svg))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
		for _, is := range c.Issuers {
			if !strings.Contains(svg, is.Name) {
				t.Errorf("%s is not in the picture", is.Name)
			}
		}
	}
}

func TestAHostileQuoteCannotBreakThePictureOrTheTerminal(t *testing.T) {
	t.Parallel()
	six := 6
	var r Set
	r.Add(File{Incidents: []Incident{{ID: "i", Name: "<b>&\x1b[2J", From: "2020"}}, Statements: []Statement{{ID: "s", Speaker: Speaker{Name: "</text><script>", Kind: "government"}, Date: "2020-02-01", Quote: "\u202e]]>\x07 x", Verb: "x", Wording: "quoted", Strength: &six, Target: Target{Level: "none"}, Incident: "i"}}})
	c, err := Compare(&r, "i")
	if err != nil {
		t.Fatal(err)
	}
	if svg := c.SVG(true); strings.Contains(svg, "<script>") || strings.ContainsRune(svg, '\u202e') {
		t.Error("markup or a direction override reached the picture")
	}
	if table := c.Table(); strings.ContainsAny(table, "\x1b\x07\u202e") {
		t.Error("a control reached the terminal")
	}
}

func TestTheReportShowsAnIncidentOnlyWhereChainAndPeriodMatch(t *testing.T) {
	t.Parallel()
	r := builtinRecord(t)
	day := func(s string) time.Time { d, _ := time.Parse(time.DateOnly, s); return d }
	exchange := Case{Actors: []string{"HAFNIUM", "Nobody Known"}, Chains: []string{"proxylogon"}, From: day("2021-03-01"), Until: day("2021-03-04"), Country: "NO"}
	p := ForCase(r, exchange, nil)
	found := false
	for _, in := range p.Incidents {
		found = found || in.Incident.ID == "exchange-2021" && len(in.Words) > 5
	}
	if !found {
		t.Error("the statements on Exchange are missing for a ProxyLogon case of March 2021")
	}
	if len(p.Actors[0].Words) == 0 || len(p.Actors[0].Acts) == 0 {
		t.Errorf("HAFNIUM has statements and an indictment, got %d and %d", len(p.Actors[0].Words), len(p.Actors[0].Acts))
	}
	if !p.Actors[1].NoStatement {
		t.Error("an actor nobody spoke about must say so")
	}
	if len(p.Contradictions) == 0 {
		t.Error("no contradictions beside each other")
	}
	english, err := message.Load(message.English)
	if err != nil {
		t.Fatal(err)
	}
	notes := ""
	for _, n := range p.Notes {
		notes += english.Write(n) + " "
	}
	if !strings.Contains(notes, "insurance") || !strings.Contains(notes, "international law") || !strings.Contains(notes, "not convicted") {
		t.Errorf("the notes do not say what such a line is not: %q", notes)
	}
	for _, change := range []struct {
		name string
		edit func(*Case)
	}{
		{"another chain", func(c *Case) { c.Chains = []string{"proxyshell"} }},
		{"a year later", func(c *Case) { c.From, c.Until = day("2022-06-01"), day("2022-06-03") }},
		{"no period known", func(c *Case) { c.From, c.Until = time.Time{}, time.Time{} }},
	} {
		c := exchange
		change.edit(&c)
		for _, in := range ForCase(r, c, nil).Incidents {
			if in.Incident.ID == "exchange-2021" {
				t.Errorf("%s: the Exchange statements are still shown", change.name)
			}
		}
	}
}
