package assess

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"spoor/internal/finding"
	"spoor/internal/hypothesis"
	"spoor/internal/message"
	"spoor/internal/storyline"
)

// broken is a server that was entered by ProxyLogon on a day.
func broken(day string) *storyline.Host {
	return &storyline.Host{
		Host: "mail", Verdict: storyline.IsCompromised, FirstSuccess: day + "T02:00:00Z", Last: day + "T05:00:00Z",
		Chains: []*storyline.ChainResult{{ID: "proxylogon", CVEs: []string{"CVE-2021-26855", "CVE-2021-27065"}, Grade: storyline.Compromised,
			FirstSuccess: day + "T02:00:00Z", Last: day + "T05:00:00Z"}},
		Story: []*storyline.Entry{{Chain: "proxylogon", Grade: storyline.Exploited, Sources: []string{"203.0.113.7"}}},
	}
}

// traces are what such a server shows.
func traces(day string) []*finding.Finding {
	var list []*finding.Finding
	for i, id := range []string{"T1190", "T1505.003", "T1003.001", "T1560.001", "T1059.001", "T1136.002"} {
		list = append(list, &finding.Finding{Host: "mail", Time: day + "T03:00:00Z", Rule: finding.Rule{ID: fmt.Sprint("r", i), Kind: "sigma", Level: "high"},
			Techniques: []string{id}, Step: &finding.Step{Chain: "proxylogon"}, Identity: fmt.Sprint("f", i)})
	}
	return list
}

func TestTheRecordOfJuly2021StandsBesideAProxyLogonCaseOfMarch2021AndNotOf2024(t *testing.T) {
	t.Parallel()
	english, err := message.Load(message.English)
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]bool{"2021-03-03": true, "2024-05-14": false} {
		said, err := PublicRecord(&storyline.Verdict{Hosts: []*storyline.Host{broken(day)}}, &hypothesis.Weighing{}, english)
		if err != nil {
			t.Fatal(err)
		}
		july := 0
		for _, part := range said {
			for _, r := range part.Rows {
				if r.Date == "2021-07-19" {
					july++
				}
			}
		}
		if (july > 0) != want {
			t.Errorf("case of %s: %d statements of 19 July 2021 beside it, want any: %v", day, july, want)
		}
	}
}

func TestTheRecordStandsNextToAGroupThatTheEvidencePointsTo(t *testing.T) {
	t.Parallel()
	english, err := message.Load(message.English)
	if err != nil {
		t.Fatal(err)
	}
	w := &hypothesis.Weighing{Hosts: []hypothesis.HostFit{{Assessment: &hypothesis.Assessment{Answer: hypothesis.PointsTo, Named: &hypothesis.GroupName{ID: "G0125", Name: "HAFNIUM"}}}}}
	said, err := PublicRecord(&storyline.Verdict{Hosts: []*storyline.Host{broken("2024-05-14")}}, w, english)
	if err != nil {
		t.Fatal(err)
	}
	if len(said) != 1 || !strings.Contains(said[0].Title, "HAFNIUM") || len(said[0].Rows) == 0 {
		t.Fatalf("%d parts: %+v", len(said), said)
	}
	for _, r := range said[0].Rows {
		if strings.Contains(r.Target, "APT40") {
			t.Errorf("a statement on %s next to HAFNIUM: %s", r.Target, r.Quote)
		}
	}
}

func TestTheFoundingCaseHasTwoListsWhateverItsYear(t *testing.T) {
	t.Parallel()
	for _, day := range []string{"2021-03-03", "2024-05-14"} {
		h := broken(day)
		w, err := hypotheses([]*storyline.Host{h}, traces(day))
		if err != nil {
			t.Fatal(err)
		}
		a := w.Hosts[0].Assessment
		if a.Answer != hypothesis.ConsistentWith || len(a.Doors) != 1 || len(a.Doors[0].Tied) < 10 {
			t.Errorf("%s: answer %s, %d doors", day, a.Answer, len(a.Doors))
		}
		if !slices.ContainsFunc(a.LookAlikes, func(g hypothesis.GroupName) bool { return g.Name == "GALLIUM" }) || !slices.Contains(a.Inseparable, "G0093") || !slices.Contains(a.Inseparable, "G0125") {
			t.Errorf("%s: look-alikes %v, inseparable %v", day, a.LookAlikes, a.Inseparable)
		}
		if len(h.Hypotheses) != 1 || w.SameAs == "" || w.Hosts[0].Storylines[0].SameAs != "host" {
			t.Errorf("%s: one way in is answered %d times", day, len(h.Hypotheses))
		}
	}
}

func TestAnIndicatorCountsOnlyWhereTheBreakInCameFromIt(t *testing.T) {
	t.Parallel()
	knock := func(address string) *finding.Finding {
		return &finding.Finding{Host: "mail", Time: "2021-03-03T03:00:00Z", Rule: finding.Rule{ID: "i", Kind: "indicator"}, Identity: "x",
			Ties: []finding.Tie{{Actor: "HAFNIUM", Kind: "infrastructure", Value: address, Publisher: "A vendor", InWindow: true}}}
	}
	for address, want := range map[string]bool{"203.0.113.7": true, "198.51.100.9": false} {
		w, err := hypotheses([]*storyline.Host{broken("2021-03-03")}, append(traces("2021-03-03"), knock(address)))
		if err != nil {
			t.Fatal(err)
		}
		a := w.Hosts[0].Assessment
		weighed := slices.ContainsFunc(a.Evidence, func(e hypothesis.Evidence) bool { return e.ID == address && e.Class == "exclusive" })
		if weighed != want {
			t.Errorf("%s is weighed: %v, want %v", address, weighed, want)
		}
		if a.Answer == hypothesis.PointsTo {
			t.Errorf("one exclusive item names: %s", a.Sentence)
		}
	}
}

func TestRuleTagsAreListedAndNotWeighedBesideObservations(t *testing.T) {
	t.Parallel()
	tag := &finding.Finding{Host: "mail", Time: "2021-03-03T04:00:00Z", Rule: finding.Rule{ID: "t", Kind: "sigma", Level: "critical"}, Techniques: []string{"T1486"}, Software: []string{"S0154"}, Identity: "y"}
	w, err := hypotheses([]*storyline.Host{broken("2021-03-03")}, append(traces("2021-03-03"), tag))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, e := range w.Hosts[0].Assessment.Evidence {
		if e.ID == "T1486" || e.ID == "S0154" {
			seen++
			if e.How != hypothesis.RuleTagged || !strings.Contains(e.Meaning, "not weighed") {
				t.Errorf("%s: %s, %s", e.ID, e.How, e.Meaning)
			}
		}
	}
	if seen != 2 || w.Hosts[0].Assessment.Basis != "techniques" {
		t.Errorf("%d tags listed, basis %s", seen, w.Hosts[0].Assessment.Basis)
	}
}

func TestACaseOfTwoServersIsWeighedAsOneToo(t *testing.T) {
	t.Parallel()
	one, two := broken("2021-03-03"), broken("2021-03-04")
	two.Host = "mail2"
	var more []*finding.Finding
	for _, f := range traces("2021-03-04") {
		f.Host, f.Techniques = "mail2", []string{strings.Replace(f.Techniques[0], "T1136.002", "T1486", 1)}
		more = append(more, f)
	}
	w, err := hypotheses([]*storyline.Host{one, two}, append(traces("2021-03-03"), more...))
	if err != nil {
		t.Fatal(err)
	}
	if len(w.Hosts) != 2 || w.Case == nil || len(w.Case.Evidence) != 7 {
		t.Fatalf("%d hosts, case %v", len(w.Hosts), w.Case)
	}
	again, err := hypotheses([]*storyline.Host{broken("2021-03-03"), two}, append(more, traces("2021-03-03")...))
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(w.Case)
	b, _ := json.Marshal(again.Case)
	if string(a) != string(b) {
		t.Error("another order of findings gave another answer")
	}
}

// manyTraces are 500 findings of such a server.
func manyTraces() []*finding.Finding {
	var found []*finding.Finding
	for i := range 500 {
		for _, f := range traces("2021-03-03")[i%6 : i%6+1] {
			f.Identity = fmt.Sprint("many", i)
			f.Techniques = append(f.Techniques, []string{"T1486", "T1490", "T1059.003", "T1087.002", "T1018", "T1021.002"}[i%6])
			found = append(found, f)
		}
	}
	return found
}

func TestTheSameFindingsGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	first := ""
	for range 3 {
		w, err := hypotheses([]*storyline.Host{broken("2021-03-03")}, manyTraces())
		if err != nil {
			t.Fatal(err)
		}
		out, err := json.Marshal(w)
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(out)
		}
		if string(out) != first {
			t.Fatal("the same findings gave other bytes")
		}
	}
}

// BenchmarkFiveHundredFindings is the whole weighing of a case, knowledge
// included after the first round; bench/attribution.md has its record.
func BenchmarkFiveHundredFindings(b *testing.B) {
	found := manyTraces()
	for b.Loop() {
		if _, err := hypotheses([]*storyline.Host{broken("2021-03-03")}, found); err != nil {
			b.Fatal(err)
		}
	}
}
