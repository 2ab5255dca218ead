package statement

import (
	"slices"
	"strings"
	"testing"
)

func TestAStateIsFoundByEveryNameThatTextsGiveIt(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"United States": "US", "U.S.": "US", "Kremlin": "RU", "People's Republic of China": "CN", "russian": "RU", "e.u.": "EU", "north korean": "KP",
		"": "", "Atlantis": "", "united": "",
	} {
		if got := StateCode(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
	if StateName("KP") != "North Korea" || StateName("XX") != "XX" {
		t.Errorf("names: %q, %q", StateName("KP"), StateName("XX"))
	}
}

func TestNoNameMeansTwoStates(t *testing.T) {
	t.Parallel()
	first := map[string]string{}
	for _, s := range States() {
		for _, name := range append(strings.Split(s.Nouns, "|"), s.Adjective) {
			if name == "" {
				continue
			}
			if name != strings.ToLower(strings.TrimSpace(name)) {
				t.Errorf("%s: %q is not in lower case", s.Code, name)
			}
			if other, ok := first[name]; ok && other != s.Code {
				t.Errorf("%q is %s and %s", name, other, s.Code)
			}
			first[name] = s.Code
		}
	}
	if codes := States(); !slices.ContainsFunc(codes, func(s State) bool { return s.Code == "NATO" }) {
		t.Error("NATO speaks as a state does and is missing")
	}
}

func TestADateIsADayAMonthOrAYearThatExists(t *testing.T) {
	t.Parallel()
	for d, want := range map[Date]bool{"2021": true, "2021-07": true, "2021-07-19": true, "": false, "2021-13": false, "2021-02-30": false, "21": false, "2021-7-19": false, "20x1": false} {
		if d.Valid() != want {
			t.Errorf("%q: %v, want %v", d, d.Valid(), want)
		}
	}
}

func TestALongLegalActKeepsItsLineSpacingInThePicture(t *testing.T) {
	t.Parallel()
	name := strings.TrimSpace(strings.Repeat("a long name ", 30))
	p := &picture{}
	p.act(Line{Issuer: "X", IncidentName: name, Period: "2020", Legal: &Legal{Kind: "indictment", Status: "charged", Date: "2020"}, Target: Target{Name: "persons"}})
	lines := wrap(name, 130)
	if len(lines) < 3 {
		t.Fatalf("%d lines: the case shows nothing", len(lines))
	}
	for _, y := range []string{`y="22"`, `y="38"`, `y="54"`} {
		if !strings.Contains(p.drawn.String(), `x="236" `+y+` class="words"`) {
			t.Errorf("no line at %s:\n%s", y, p.drawn.String())
		}
	}
}
