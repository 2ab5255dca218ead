package draft

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"spoor/internal/lab/labdata"
	"spoor/internal/statement"
)

func founding(t *testing.T) (Draft, statement.File) {
	t.Helper()
	text, err := os.ReadFile(labdata.Path(t, "record/2021-07-19-news-article.txt"))
	if err != nil {
		t.Fatal(err)
	}
	return Propose(string(text), Options{Date: "2021-07-19"}), encoding(t, "testdata/founding-article.yaml")
}

func encoding(t *testing.T, name string) statement.File {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	file, err := statement.Read(f, name)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// brief is all of a row that a reader would check, in one line.
func brief(s statement.Statement, incident string) string {
	strength, legal := "-", ""
	if s.Strength != nil {
		strength = fmt.Sprint(*s.Strength)
	}
	if s.Legal != nil {
		legal = s.Legal.Kind + " " + s.Legal.Status
	}
	var victims []string
	for _, v := range s.Victims {
		victims = append(victims, fmt.Sprintf("%s=%q %d %s %s", v.Unit, v.Phrase, v.Count, v.Bound, v.Where))
	}
	conf := ""
	if s.Confidence != nil {
		conf = s.Confidence.Phrase
	}
	return fmt.Sprintf("%s/%s/%s/%s | %s %s %q | S%s %s | %s (%s %s) | %s | %v | %s %s %s | %s | %s | %v | demand %q", s.Speaker.Name, s.Speaker.Kind, s.Speaker.State, s.Speaker.Role, s.Date, s.Wording, s.Verb, strength, legal, s.Target.Name, s.Target.Level, s.Target.State, incident, s.Groups, s.Responsibility, s.Condemnation, s.Consequence, conf, s.Finding, victims, s.Demand)
}

func TestTheDraftOfTheFoundingArticleIsItsEncodingStatementByStatement(t *testing.T) {
	t.Parallel()
	draft, want := founding(t)
	same := map[string]string{"": "", "draft-microsoft": "exchange-2021", "draft-act-us-indictment": "doj-2011-2018"}
	got := map[int]Proposal{}
	for _, p := range draft.Statements {
		got[len(got)] = p
	}
	ids := map[string]string{}
	for _, w := range want.Statements {
		found := -1
		for i, g := range got {
			if slices.Equal(g.Span, w.Span) && g.Speaker.Name == w.Speaker.Name && g.Target == w.Target {
				found = i
			}
		}
		if found < 0 {
			t.Errorf("%s: not drafted: %s", w.ID, brief(w, w.Incident))
			continue
		}
		g := got[found]
		delete(got, found)
		ids[g.ID] = w.ID
		if a, b := brief(g.Statement, same[g.Incident]), brief(w, w.Incident); a != b {
			t.Errorf("%s\n got %s\nwant %s", w.ID, a, b)
		}
		if g.Quote != w.Quote || !slices.Equal(g.More, w.More) {
			t.Errorf("%s: quotes differ:\n got %q %q\nwant %q %q", w.ID, g.Quote, g.More, w.Quote, w.More)
		}
		if draft.Text[g.Span[0]:g.Span[1]] != g.Quote {
			t.Errorf("%s: span %v does not hold the quote", w.ID, g.Span)
		}
	}
	for _, g := range got {
		t.Errorf("drafted, but not in the encoding: %s: %s", g.ID, brief(g.Statement, same[g.Incident]))
	}
	for _, p := range draft.Statements {
		for _, w := range want.Statements {
			if ids[p.ID] != w.ID {
				continue
			}
			var c []string
			for _, id := range p.Contradicts {
				c = append(c, ids[id])
			}
			if !slices.Equal(c, w.Contradicts) {
				t.Errorf("%s: contradicts %v, want %v", w.ID, c, w.Contradicts)
			}
		}
	}
}

func TestTheTrapsOfTheFoundingArticle(t *testing.T) {
	t.Parallel()
	d, _ := founding(t)
	text := d.Text
	tail := strings.Index(text, "COVID-19 |")
	for _, p := range d.Statements {
		if p.Span[1] > tail {
			t.Errorf("%s was taken from page furniture: %q", p.ID, p.Quote)
		}
		if p.Speaker.Name == "NATO" && p.Condemnation != "" && p.Condemnation != "concern" {
			t.Errorf("NATO is made to %s", p.Condemnation)
		}
		if p.Speaker.Kind == "company" && p.Legal != nil {
			t.Errorf("a company performs a legal act: %q", p.Quote)
		}
		if p.Legal != nil && p.Incident == "draft-microsoft" {
			t.Errorf("a legal act is bound to the Exchange incident: %q", p.Quote)
		}
		if slices.Contains([]string{"AU", "CA", "NZ", "JP"}, p.Speaker.State) && (p.Wording != "none" || p.Verb != "" || p.Strength != nil) {
			t.Errorf("wording was invented for %s", p.Speaker.Name)
		}
		for _, v := range p.Victims {
			if v.Unit == "servers" && v.Count == 30000 || v.Unit == "organisations" && strings.Contains(v.Phrase, "server") {
				t.Errorf("servers and organisations are merged: %+v", v)
			}
		}
		for _, person := range p.Persons {
			if person.Status != "charged" {
				t.Errorf("%s is %s", person.Name, person.Status)
			}
		}
	}
	for _, v := range append(d.Victims, d.Figures...) {
		if v.Start >= tail {
			t.Errorf("a figure was taken from page furniture: %+v", v)
		}
	}
	if len(d.Furniture) != 2 || d.Title == nil {
		t.Errorf("title %v, furniture %v: want the headline and the two last lines", d.Title, d.Furniture)
	}
}

func TestTheReviewedEncodingOfTheArticleHasNoProblem(t *testing.T) {
	t.Parallel()
	var r statement.Set
	r.Add(encoding(t, "testdata/founding-article.yaml"))
	for _, p := range statement.Check(&r) {
		t.Error(p)
	}
}
