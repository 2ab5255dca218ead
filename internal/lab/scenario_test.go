package lab

import (
	"slices"
	"strings"
	"testing"
)

// TestEveryChainIsToldInEveryWay holds the list of scenarios to its promise:
// of each chain a full intrusion, a try, a part, a lookalike, and the full
// story without each single source.
func TestEveryChainIsToldInEveryWay(t *testing.T) {
	t.Parallel()
	kinds, names := map[string][]string{}, map[string]bool{}
	var chains []string
	for _, s := range Scenarios() {
		if names[s.Name] {
			t.Errorf("two scenarios are called %s", s.Name)
		}
		names[s.Name] = true
		if !strings.HasPrefix(s.Name, s.Chain+"-") || !strings.HasSuffix(s.Says, ".") {
			t.Errorf("%s: the name begins with the chain, and the story ends with a full stop: %q", s.Name, s.Says)
		}
		if !slices.Contains(chains, s.Chain) {
			chains = append(chains, s.Chain)
		}
		kinds[s.Chain] = append(kinds[s.Chain], s.Kind)
	}
	for _, chain := range chains {
		if slices.Contains([]string{"lookalike", "settings", "form", "variety", "ordinary", "after"}, chain) { // no ways in
			continue
		}
		for _, kind := range []string{KindFull, KindAttempt, KindPartial, KindMissing, KindBenign} {
			if !slices.Contains(kinds[chain], kind) && (kind != KindBenign || !benignElsewhere(chain)) {
				t.Errorf("%s: no scenario of the kind %q", chain, kind)
			}
		}
	}
	for _, s := range Scenarios() {
		if s.Kind != KindFull || s.Name != s.Chain+"-full" {
			continue
		}
		for _, f := range s.Files() {
			if without := s.Chain + "-without-" + SourceOf(f.Path); !names[without] {
				t.Errorf("%s has %s, but there is no %s", s.Name, f.Path, without)
			}
		}
	}
}

// benignElsewhere are chains whose lookalikes are told with the others.
func benignElsewhere(chain string) bool { return chain == "proxylogon" }

func TestAScenarioIsWrittenTheSameEachTime(t *testing.T) {
	t.Parallel()
	for _, s := range Scenarios()[:3] {
		a, b := s.Files(), s.Files()
		if len(a) == 0 || !slices.EqualFunc(a, b, func(x, y File) bool { return x.Path == y.Path && string(x.Data) == string(y.Data) }) {
			t.Errorf("%s is written in two ways", s.Name)
		}
	}
}
