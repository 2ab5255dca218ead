package hypothesis

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"spoor/internal/actor"
	"spoor/internal/finding"
)

var builtin = sync.OnceValue(func() *Corpus {
	k, err := actor.Builtin()
	if err != nil {
		panic(err)
	}
	return NewCorpus(k)
})

func observed(ids ...string) []Sighting {
	var out []Sighting
	for _, id := range ids {
		out = append(out, Sighting{ID: id, How: Observed})
	}
	return out
}

// founding is what a ProxyLogon victim's server usually shows.
func founding() Input {
	return Input{Techniques: observed("T1190", "T1505.003", "T1003.001", "T1560.001", "T1059.001", "T1136.002"), CVEs: []string{"ProxyLogon"}}
}

// unlistedActor stands in every answer.
const unlistedActor = "or an actor nobody has described"

func TestTechniquesOfProxyLogonDoNotSeparateHafniumFromGallium(t *testing.T) {
	t.Parallel()
	a := builtin().Assess(founding())
	if a.Answer != ConsistentWith {
		t.Fatalf("answer %q, want %q: %s", a.Answer, ConsistentWith, a.Sentence)
	}
	for _, id := range []string{"G0125", "G0093"} {
		if !slices.Contains(a.Inseparable, id) {
			t.Errorf("%s is not among the inseparable %v", id, a.Inseparable)
		}
	}
	if !slices.ContainsFunc(a.LookAlikes, func(g GroupName) bool { return g.Name == "GALLIUM" }) {
		t.Errorf("GALLIUM is no look-alike: %v", a.LookAlikes)
	}
	if !strings.Contains(a.Sentence, unlistedActor) {
		t.Errorf("the sentence forgets the undescribed actor: %s", a.Sentence)
	}
}

func TestADoorListsEveryActorTiedToItWithSourcesAndCountsSameNamesOnce(t *testing.T) {
	t.Parallel()
	a := builtin().Assess(founding())
	if len(a.Doors) != 1 {
		t.Fatalf("%d doors, want 1", len(a.Doors))
	}
	names := map[string]int{}
	for _, d := range a.Doors[0].Tied {
		names[actor.Key(d.Name)]++
		if len(d.Sources) == 0 {
			t.Errorf("%s has no source", d.Name)
		}
	}
	for _, want := range []string{"hafnium", "threatgroup3390", "toddycat", "calypso", "tontoteam", "winntigroup"} {
		if names[want] != 1 {
			t.Errorf("%s counted %d times, want once", want, names[want])
		}
	}
	if names["gallium"] != 0 {
		t.Error("a technique look-alike stands among those tied to the door")
	}
	if len(a.Doors[0].Tied) < 10 {
		t.Errorf("%d actors, want at least 10", len(a.Doors[0].Tied))
	}
}

// families returns malware that only the group is known for, at least so many.
func families(t *testing.T, group string, least int) []string {
	t.Helper()
	c := builtin()
	var out []string
	for id, owner := range c.know.Exclusive(true) {
		if s := c.know.SoftwareByID(id); owner == group && s != nil && s.Kind == "malware" {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	if len(out) < least {
		t.Fatalf("%s has %d exclusive families in this knowledge, the test needs %d", group, len(out), least)
	}
	return out
}

func TestExclusiveMalwareAloneNeverNames(t *testing.T) {
	t.Parallel()
	own := families(t, "G0007", 3)
	for _, n := range []int{1, 2, 3} {
		in := founding()
		in.Software = observed(own[:n]...)
		a := builtin().Assess(in)
		if a.Answer != ConsistentWith {
			t.Errorf("%d planted families of one kind give %q: %s", n, a.Answer, a.Sentence)
		}
		if !slices.ContainsFunc(a.Groups, func(g Candidate) bool { return g.ID == "G0007" }) {
			t.Errorf("%d families: their owner is not in the list", n)
		}
	}
}

func TestOneExclusiveItemIsNeverMoreThanConsistentWith(t *testing.T) {
	t.Parallel()
	owner, other := families(t, "G0125", 1), families(t, "G0007", 3)
	for name, change := range map[string]func(*Input){
		"a family of the group the techniques fit": func(in *Input) { in.Software = observed(owner[0]) },
		"a family planted of another group":        func(in *Input) { in.Software = observed(other[0]) },
		"two families, which are one kind":         func(in *Input) { in.Software = observed(other[0], other[1]) },
		"one address in its window": func(in *Input) {
			in.Indicators = []Indicator{{Value: "203.0.113.9", Kind: "infrastructure", Group: "HAFNIUM", Publisher: "A vendor", InWindow: true}}
		},
		"two addresses of two publishers, which are one kind": func(in *Input) {
			in.Indicators = []Indicator{{Value: "203.0.113.9", Kind: "infrastructure", Group: "G0125", Publisher: "A vendor", InWindow: true},
				{Value: "203.0.113.10", Kind: "infrastructure", Group: "G0125", Publisher: "Another", InWindow: true}}
		},
		"an address alone, nothing seen on the host": func(in *Input) {
			in.Techniques = nil
			in.Indicators = []Indicator{{Value: "203.0.113.9", Kind: "infrastructure", Group: "G0125", Publisher: "A vendor", InWindow: true},
				{Value: "key", Kind: "operator-key", Group: "G0125", Publisher: "Another", InWindow: true}}
		},
	} {
		in := founding()
		change(&in)
		a := builtin().Assess(in)
		if a.Answer != ConsistentWith || strings.Contains(a.Sentence, "points to") {
			t.Errorf("%s: %q: %s", name, a.Answer, a.Sentence)
		}
		if !slices.ContainsFunc(a.Without, func(w Without) bool { return w.Name == "if they are planted" && w.Answer != PointsTo }) {
			t.Errorf("%s: the answer does not tell what is left if the exclusive items are planted: %v", name, a.Without)
		}
	}
}

func TestEverySentenceStaysBelowItsClassOfEvidence(t *testing.T) {
	t.Parallel()
	c := builtin()
	rng := rand.New(rand.NewPCG(3, 4))
	var techniques, software []string
	for f, id := range c.features {
		if c.software[f] {
			software = append(software, id)
		} else if c.host[f] {
			techniques = append(techniques, id)
		}
	}
	answers := map[string]int{}
	for range 300 {
		var in Input
		for range rng.IntN(14) {
			s := Sighting{ID: techniques[rng.IntN(len(techniques))], How: Observed}
			if rng.IntN(3) == 0 {
				s.How = RuleTagged
			}
			in.Techniques = append(in.Techniques, s)
		}
		for range rng.IntN(3) {
			s := Sighting{ID: software[rng.IntN(len(software))], How: Observed}
			if rng.IntN(3) == 0 {
				s.How = RuleTagged
			}
			in.Software = append(in.Software, s)
		}
		if rng.IntN(4) == 0 {
			in.Indicators = []Indicator{{Value: "203.0.113.9", Kind: "infrastructure", Group: c.groups[rng.IntN(len(c.groups))], Publisher: "A vendor", InWindow: rng.IntN(2) == 0}}
		}
		a := c.Assess(in)
		answers[a.Answer]++
		if !strings.Contains(a.Sentence, unlistedActor) || a.Planted == "" || a.ErrorRate == "" {
			t.Fatalf("an answer without the undescribed actor or its rates: %+v", a)
		}
		if a.Answer != PointsTo && !strings.Contains(a.Sentence, "No group is named") && a.Answer != NothingToSay {
			t.Fatalf("%s", a.Sentence)
		}
		for _, word := range []string{"attributed", "responsible", "guilty", "behind the attack", "China", "Russia", "Iran", "Korea"} {
			if strings.Contains(a.Sentence, word) {
				t.Fatalf("%q in: %s", word, a.Sentence)
			}
		}
		tags := strings.Contains(a.Sentence, "tags")
		if a.Answer != NothingToSay && tags != strings.Contains(a.ErrorRate, "tags of rules no rate was measured") {
			t.Fatalf("%s\n%s", a.Sentence, a.ErrorRate)
		}
		if strings.Contains(a.ErrorRate, "%") && !strings.Contains(a.ErrorRate, "not server evidence") {
			t.Fatalf("a rate without its population: %s", a.ErrorRate)
		}
	}
	if answers[ConsistentWith] == 0 || answers[NothingToSay] == 0 {
		t.Errorf("answers %v", answers)
	}
}

// pointing holds malware and infrastructure of one group from two publishers.
func pointing(t *testing.T) Input {
	t.Helper()
	c := builtin()
	p, ok := c.know.ProfileOf("G0007", true)
	if !ok {
		t.Fatal("no profile of G0007")
	}
	in := Input{Software: observed(families(t, "G0007", 3)[:3]...), Indicators: []Indicator{{Value: "203.0.113.9", Kind: "infrastructure", Group: "G0007", Publisher: "A third publisher", InWindow: true}}}
	for _, f := range p.Uses {
		if f.ID[0] == 'T' && len(f.Reports) >= 3 {
			in.Techniques = append(in.Techniques, Sighting{ID: f.ID, How: Observed})
		}
	}
	return in
}

func TestTwoExclusiveItemsOfDifferentKindsAndPublishersMayPoint(t *testing.T) {
	t.Parallel()
	a := builtin().Assess(pointing(t))
	if a.Answer != PointsTo || !strings.Contains(a.Sentence, "APT28") || !strings.Contains(a.Sentence, unlistedActor) {
		t.Fatalf("answer %q: %s", a.Answer, a.Sentence)
	}
	for name, change := range map[string]func(*Input){
		"indicator outside its window": func(in *Input) { in.Indicators[0].InWindow = false },
		"indicator publicly on two groups": func(in *Input) {
			in.Indicators = append(in.Indicators, Indicator{Value: "203.0.113.9", Kind: "infrastructure", Group: "G0016", InWindow: true})
		},
		"indicator of another group":    func(in *Input) { in.Indicators[0].Group = "G0016" },
		"indicator without a publisher": func(in *Input) { in.Indicators[0].Publisher = "" },
		"malware only a rule's tag speaks of": func(in *Input) {
			for i := range in.Software {
				in.Software[i].How = RuleTagged
			}
		},
		"a family planted of a different actor": func(in *Input) { in.Software = append(in.Software, observed(families(t, "G0032", 1)[0])...) },
	} {
		in := pointing(t)
		change(&in)
		if a := builtin().Assess(in); a.Answer == PointsTo {
			t.Errorf("%s: still named: %s", name, a.Sentence)
		}
	}
}

func TestRuleTagsAloneNeverName(t *testing.T) {
	t.Parallel()
	in := pointing(t)
	in.Indicators = nil
	for i := range in.Techniques {
		in.Techniques[i].How = RuleTagged
	}
	for i := range in.Software {
		in.Software[i].How = RuleTagged
	}
	a := builtin().Assess(in)
	if a.Answer != ConsistentWith || a.Basis != "rule tags only" || strings.Contains(a.Sentence, "APT28") {
		t.Errorf("answer %q on %q: %s", a.Answer, a.Basis, a.Sentence)
	}
}

func TestFewTechniquesSayNothing(t *testing.T) {
	t.Parallel()
	a := builtin().Assess(Input{Techniques: observed("T1190", "T1505.003", "T9999", "T1059.001")})
	if a.Answer != NothingToSay || len(a.Groups) != 0 {
		t.Errorf("answer %q with %d groups", a.Answer, len(a.Groups))
	}
	if !slices.Equal(a.Ignored, []string{"T9999"}) {
		t.Errorf("ignored %v", a.Ignored)
	}
}

func TestTheAnswerDoesNotDependOnTheOrderOfTheEvidence(t *testing.T) {
	t.Parallel()
	in := pointing(t)
	in.CVEs = []string{"CVE-2021-26855", "ProxyLogon"}
	want, _ := json.Marshal(builtin().Assess(in))
	rng := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		rng.Shuffle(len(in.Techniques), func(i, j int) { in.Techniques[i], in.Techniques[j] = in.Techniques[j], in.Techniques[i] })
		rng.Shuffle(len(in.Software), func(i, j int) { in.Software[i], in.Software[j] = in.Software[j], in.Software[i] })
		slices.Reverse(in.CVEs)
		if got, _ := json.Marshal(builtin().Assess(in)); string(got) != string(want) {
			t.Fatal("another order gave another answer")
		}
	}
}

// BenchmarkAssess is the answer for a case of 500 findings; bench/attribution.md
// has its record.
func BenchmarkAssess(b *testing.B) {
	c := builtin()
	var in Input
	for i := range 500 {
		in.Techniques = append(in.Techniques, Sighting{ID: c.features[(i*7)%400], How: Observed, Findings: []string{fmt.Sprint(i)}})
	}
	b.ResetTimer()
	for b.Loop() {
		c.Assess(in)
	}
}

func TestManyIndicatorsAreWeighed(t *testing.T) {
	c := builtin()
	var found []finding.Finding
	for i := range 20000 {
		found = append(found, finding.Finding{Identity: fmt.Sprint(i), Rule: finding.Rule{Kind: "indicator"}, Ties: []finding.Tie{
			{Actor: []string{"G0125", "HAFNIUM", "G0007", "nobody"}[i%4], Kind: "infrastructure", Value: fmt.Sprint("host", i%3000), Publisher: "A vendor", InWindow: i%2 == 0}}})
	}
	in := FromFindings(found)
	in.Techniques, in.Software = founding().Techniques, observed(families(t, "G0125", 1)...)
	a := c.Assess(in)
	if a.Answer != ConsistentWith || len(a.Contradictions) == 0 || len(a.Sentence) > 1000 {
		t.Errorf("answer %q, contradictions %v: %s", a.Answer, a.Contradictions, a.Sentence)
	}
}

func TestOnlyStepsOfChainsCountAsObserved(t *testing.T) {
	t.Parallel()
	in := FromFindings([]finding.Finding{
		{Techniques: []string{"T1190"}, CVEs: []string{"CVE-2021-26855"}, Rule: finding.Rule{Kind: "sigma"}, Step: &finding.Step{Chain: "proxylogon"}},
		{Techniques: []string{"T1059.001", "T1190"}, Rule: finding.Rule{Kind: "sigma"}},
	})
	how := map[string]How{}
	for _, s := range in.Techniques {
		how[s.ID] = s.How
	}
	if how["T1190"] != Observed || how["T1059.001"] != RuleTagged || len(in.CVEs) != 1 {
		t.Errorf("read %v and %v", how, in.CVEs)
	}
}

func TestTwoWaysInHaveTwoLists(t *testing.T) {
	t.Parallel()
	a := builtin().Assess(Input{CVEs: []string{"CVE-2021-34473", "CVE-2021-26855", "CVE-2021-27065"}})
	if len(a.Doors) != 2 || a.Answer != NothingToSay {
		t.Fatalf("%d doors, answer %q; want 2 and nothing to say", len(a.Doors), a.Answer)
	}
	for _, d := range a.Doors {
		tied := slices.ContainsFunc(d.Tied, func(x Tied) bool { return x.Name == "HAFNIUM" })
		if want := slices.Contains(d.CVEs, "CVE-2021-26855"); tied != want {
			t.Errorf("HAFNIUM tied to %v: %v", d.CVEs, tied)
		}
	}
}
