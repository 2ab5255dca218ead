package hypothesis

import (
	"math"
	"testing"
)

func TestContributionsAddUpToTheScore(t *testing.T) {
	t.Parallel()
	in := founding()
	in.Software = observed("S0020", "S0002", families(t, "G0007", 3)[0], families(t, "G0007", 3)[1])
	a := builtin().Assess(in)
	if len(a.Groups) < 5 {
		t.Fatalf("%d groups", len(a.Groups))
	}
	for _, g := range a.Groups {
		sum := 0.0
		for _, c := range g.Contributions {
			sum += c.Weight
			if c.Weight < 0 {
				t.Errorf("%s: %s counts %.3f against it", g.Name, c.ID, c.Weight)
			}
		}
		if math.Abs(sum-g.Score) > 0.001*float64(len(g.Contributions)+1) {
			t.Errorf("%s: contributions add up to %.3f, score %.3f", g.Name, sum, g.Score)
		}
	}
}

func TestAReportAboutMalwareIsNotSeenWhenItIsHeldOut(t *testing.T) {
	t.Parallel()
	s, c := shared(t), builtin()
	edges := 0
	for i := range s.Items[:60] {
		h := c.hold(&s.Items[i])
		for _, regime := range []Regime{LORO, Gap, Time} {
			accepts := h.accepts(c, regime)
			for _, r := range h.reports {
				for software := range c.features {
					if accepts(int32(software), r) {
						t.Fatalf("item %s %s: its report tells what %s does", h.id, regime, c.features[software])
					}
				}
			}
			allowed := map[[2]int32]bool{}
			for _, x := range c.traits {
				ok := len(x.reports) == 0 && accepts(x.software, -1)
				for _, r := range x.reports {
					ok = ok || accepts(x.software, r)
				}
				allowed[[2]int32{x.software, x.technique}] = ok
			}
			for software, list := range h.view(c, regime, true, nil).kin.traits {
				edges += len(list)
				for _, technique := range list {
					if !allowed[[2]int32{int32(software), technique}] {
						t.Fatalf("item %s %s: %s has %s from a removed report only", h.id, regime, c.features[software], c.features[technique])
					}
				}
			}
		}
	}
	if edges == 0 {
		t.Fatal("no malware is described at all")
	}
}
