package draft

import (
	"slices"
	"strings"
	"testing"
)

func TestTheSubjectOfAVerbIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		speakers   []string // of the statements, in the order of the text
	}{
		{"source", "Russia carried out the attack on the parliament according to Norway.", []string{"Norway"}},
		{"source before another state", "According to Norway, Russia is responsible for the attack on the parliament.", []string{"Norway"}},
		{"infinitive without a subject", "It would be a mistake to condemn China for the hack of the servers.", nil},
		{"infinitive that its subject intends", "Norway continues to condemn China for the hack of the servers.", []string{"Norway"}},
		{"verb that did not happen", "Norway closed the case of the hack without condemning China.", nil},
		{"own voice", "We condemn the hack of the servers by Russia.", []string{"Ministry of Test"}},
		{"agent of a passive", "Russia was condemned for the hack of the servers by Norway.", []string{"Norway"}},
		{"copula that is no passive", "Canada is confident that the Ministry of State Security is behind the hack of the servers.", []string{"Canada"}},
		{"behind the verb", "“Russia is responsible for the hack of the servers,” said Norway.", []string{"Norway"}},
		{"full name behind the verb", "“Russia is responsible for the hack of the servers,” said Jane Roe.", []string{"Jane Roe"}},
		{"subject of two verbs", "Norway condemned what hit Denmark and blamed Russia for the attack on the servers.", []string{"Norway"}},
		{"name behind a preposition", "In talks with Denmark about the hack, Norway accused Russia of the attack on the servers.", []string{"Norway"}},
		{"name longer than the table knows", "US Test Command accused Russia of the attack on the servers.", []string{"US Test Command"}},
		{"name that nobody introduced", "Jane Roe said Russia is responsible for the hack of the servers.", []string{"Jane Roe"}},
		{"an accused organ accuses nobody", "The GRU exposed the servers of the parliament in the hack.", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			publisher := ""
			if strings.HasPrefix(c.text, "We ") {
				publisher = "Ministry of Test"
			}
			for _, p := range Propose(c.text, Options{Date: "2022-01-01", Publisher: publisher}).Statements {
				if !slices.Contains(got, p.Speaker.Name) {
					got = append(got, p.Speaker.Name)
				}
			}
			if !slices.Equal(got, c.speakers) {
				t.Errorf("got %q, want %q", got, c.speakers)
			}
		})
	}
}

func TestAWordListHoldsWholeWords(t *testing.T) {
	t.Parallel()
	if !passives.has("was") || passives.has("wa") || passives.has("") || passives.has("was were") {
		t.Error("a word list answers for parts or for more than one word")
	}
}
