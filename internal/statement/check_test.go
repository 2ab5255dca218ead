package statement

import (
	"strings"
	"testing"
)

const goodRecord = `record: 1
sources:
  - {id: src, url: "https://example.org/a", publisher: P, read: 2022-01-02, medium: primary, language: en, excerpt: "Norway and Denmark condemn it. Norway accuses Russia of the attack on 30 organisations and 900 servers with high confidence. A court charged Jane Doe."}
incidents:
  - {id: inc, name: The attack, from: 2020-08, until: 2020-09, cves: [CVE-2020-1234]}
statements:
  - id: one
    speaker: {name: Norway, kind: government, state: "NO"}
    date: 2020-10-13
    wording: quoted
    verb: accuses
    quote: Norway accuses Russia of the attack
    target: {name: Russia, level: state, state: RU}
    incident: inc
    strength: 6
    confidence: {phrase: with high confidence, scale: issuer}
    finding: own
    basis: intelligence
    victims: [{count: 30, bound: exactly, phrase: 30 organisations, unit: organisations}]
    source: src
  - id: act
    speaker: {name: A court, kind: court}
    date: 2020-11-01
    wording: quoted
    verb: charged
    quote: A court charged Jane Doe
    target: {name: Jane Doe, level: persons}
    incident: inc
    finding: none
    basis: investigation
    legal: {kind: indictment, status: charged, date: 2020-11-01}
    persons: [{name: Jane Doe, status: charged}]
    source: src
`

func problemsOf(t *testing.T, text string) []Problem {
	t.Helper()
	f, err := Read(strings.NewReader(text), "x.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var r Set
	r.Add(f)
	return Check(&r)
}

func TestARecordWithoutFaultHasNoProblem(t *testing.T) {
	t.Parallel()
	for _, p := range problemsOf(t, goodRecord) {
		t.Error(p)
	}
}

func TestCheckRefusesWithCodeFileAndLine(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, from, to, code string }{
		{"an act without a source", "persons: [{name: Jane Doe, status: charged}]\n    source: src", "persons: [{name: Jane Doe, status: charged}]\n    source: \"\"", "no-source"},
		{"a quote that the excerpt does not hold", "quote: Norway accuses Russia of the attack", "quote: Norway accuses Russia of every attack", "quote-not-found"},
		{"a date before its incident", "date: 2020-10-13", "date: 2020-07-31", "before-incident"},
		{"an unknown value", "finding: own", "finding: maybe", "unknown-value"},
		{"strength on a legal act", "legal: {", "strength: 6\n    legal: {", "strength-of-act"},
		{"strength beyond the scale", "strength: 6", "strength: 7", "unknown-value"},
		{"an incident that does not exist", "incident: inc\n    strength", "incident: other\n    strength", "dangling-id"},
		{"a source that does not exist", "source: src\n  - id: act", "source: other\n  - id: act", "dangling-id"},
		{"a contradiction of nothing", "finding: own", "contradicts: [nobody]\n    finding: own", "dangling-id"},
		{"a company that indicts", "kind: court}", "kind: company}", "act-without-authority"},
		{"a legal act that binds to no incident", "target: {name: Jane Doe, level: persons}\n    incident: inc", "target: {name: Jane Doe, level: persons}", "act-without-incident"},
		{"a person convicted without a judgment", "status: charged}]", "status: convicted}]", "person-without-judgment"},
		{"an indictment that lists", "kind: indictment, status: charged", "kind: indictment, status: listed", "status-of-act"},
		{"servers counted as organisations", "phrase: 30 organisations", "phrase: 900 servers", "mixed-units"},
		{"a verb that is not in the quote", "verb: accuses", "verb: condemns", "verb-not-in-quote"},
		{"a hedge that was not said", "phrase: with high confidence", "phrase: with low confidence", "quote-not-found"},
		{"an endorsement of strength 6", "finding: own", "finding: endorsement", "strength-of-endorsement"},
		{"responsibility of a territory", "level: state", "level: territory", "level-of-strength"},
		{"wording for somebody only named", "wording: quoted\n    verb: accuses", "wording: none\n    verb: accuses", "invented-wording"},
		{"a source without an address", `url: "https://example.org/a"`, `url: "a book"`, "no-address"},
		{"a source read before the words were said", "read: 2022-01-02", "read: 2019-01-02", "read-before-said"},
		{"a date that is none", "date: 2020-10-13", "date: 2020-13-13", "bad-date"},
		{"an incident that ends before it begins", "until: 2020-09", "until: 2019", "bad-period"},
		{"a CVE that is none", "CVE-2020-1234", "CVE-20-1", "bad-cve"},
		{"an id used twice", "id: act", "id: one", "duplicate-id"},
		{"a coalition's verb given to two members", "quote: A court charged Jane Doe\n", "quote: Norway accuses Russia of the attack\n    more: [A court charged Jane Doe]\n", "copied-verb"},
		{"one statement given twice", "speaker: {name: A court, kind: court}\n    date: 2020-11-01\n    wording: quoted\n    verb: charged\n    quote: A court charged Jane Doe\n    target: {name: Jane Doe, level: persons}\n    incident: inc\n    finding: none\n    basis: investigation\n    legal: {kind: indictment, status: charged, date: 2020-11-01}\n    persons: [{name: Jane Doe, status: charged}]", "speaker: {name: Norway, kind: government}\n    date: 2020-10-13\n    wording: quoted\n    verb: accuses\n    quote: Norway accuses Russia\n    target: {name: Russia, level: state, state: RU}\n    incident: inc\n    strength: 6\n    finding: own\n    basis: not-given", "duplicate-row"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(goodRecord, tt.from) {
				t.Fatalf("the good record does not hold %q", tt.from)
			}
			problems := problemsOf(t, strings.Replace(goodRecord, tt.from, tt.to, 1))
			for _, p := range problems {
				if p.Code == tt.code && p.Where.File == "x.yaml" && p.Where.Line > 1 && p.Reason != "" {
					return
				}
			}
			t.Errorf("want %s, got %v", tt.code, problems)
		})
	}
}

func TestAFileThatCannotBeDecodedIsRefusedWithItsLine(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"an unknown key", "record: 1\nincidents:\n  - id: a\n    nmae: b\n", "x.yaml:4"},
		{"another format version", "record: 2\n", "x.yaml:1"},
		{"no document", "", "x.yaml:1"},
		{"an alias", "record: 1\nincidents: &a\n  - {id: b}\nsources: *a\n", "x.yaml:4"},
		{"deep nesting", "record: 1\nincidents: " + strings.Repeat("[", 40) + "\n", "x.yaml:2"},
		{"a list where a text belongs", "record: 1\nincidents:\n  - id: [a]\n", "x.yaml:3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := Read(strings.NewReader(tt.text), "x.yaml")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}
