package hypothesis

import "fmt"

// Unlisted stands beside every answer.
const Unlisted = "or an actor nobody has described"

// Words with ranges: the closed-world share of a group against the first one
// of the set. They speak of the order among described groups, never of who
// did it.
func standing(ratio float64) string {
	switch {
	case ratio >= 0.8:
		return "as good as the first (share at least 80 % of the first's)"
	case ratio >= 0.3:
		return "close to the first (30 to 80 % of the first's share)"
	case ratio >= 0.05:
		return "behind the first (5 to 30 % of the first's share)"
	}
	return "far behind the first (below 5 % of the first's share)"
}

// classOf names how telling a piece of evidence is. A technique is never
// exclusive: the only group known for one was the true one in 23 % of cases,
// of malware in 88 % (held-out reports, gap regime).
func classOf(software bool, known int) string {
	switch {
	case software && known == 1:
		return "exclusive"
	case known > 0 && known <= 5:
		return "characteristic"
	}
	return "common"
}

// meaning tells what a sighting did to the odds in past cases: the ratio of
// how often true and other groups were known for it, measured on 4,810
// technique and 882 software sightings in held-out reports (gap regime).
func meaning(software bool, known int) string {
	type row struct {
		upTo            int
		technique, soft string
	}
	for _, r := range []row{
		{0, "no described group is known for it", "no described group is known for it"},
		{1, "the one group known for it was the true one in 23 % of past cases", "the one group known for it was the true one in 88 % of past cases"},
		{5, "x15 for a group known for it, x0.73 against others", "x29 for a group known for it, x0.55 against others"},
		{15, "x7.3 for a group known for it, x0.60 against others", "x9.2 for a group known for it, x0.51 against others"},
		{40, "x3.2 for a group known for it, x0.60 against others", "x3.3 for a group known for it, x0.54 against others"},
	} {
		if known <= r.upTo {
			if software {
				return r.soft
			}
			return r.technique
		}
	}
	if software {
		return "x2.5 for a group known for it, x0.40 against others"
	}
	return "x2.2 for a group known for it, x0.38 against others"
}

// setSize is how many groups held the true one in 80 % of past cases with as
// much evidence (gap regime, learnable groups; bench/attribution.md).
func setSize(techniques int, software bool) int {
	sizes := [2][3]int{{42, 31, 29}, {22, 17, 17}}[kind(software)]
	switch {
	case techniques < 8:
		return sizes[0]
	case techniques < 13:
		return sizes[1]
	}
	return sizes[2]
}

// plantedNote is what planted traces did in past cases: a second described
// group's families were added to a report's evidence (164 held-out reports).
const plantedNote = "All host evidence can be planted. With one family of another group planted, that group came first in 1 % of past cases " +
	"(5 % where only techniques were seen otherwise), with two in 22 % (38 %), with three in 48 % (60 %). Population: 164 held-out published reports, not server evidence."

// errorRate tells how often the first group was right for this kind of
// evidence; all cases, gap regime.
func errorRate(answer string, techniques int, software bool) string {
	where := "Population: held-out published reports, not server evidence."
	if answer == NothingToSay {
		return "No group is ranked, so no rate applies. " + where
	}
	first := [2][3]int{{21, 23, 29}, {45, 46, 45}}[kind(software)]
	n := first[0]
	if techniques >= 8 {
		n = first[1]
	}
	if techniques >= 13 {
		n = first[2]
	}
	s := fmt.Sprintf("With about as much evidence the first group of the list was the true one in %d %% of past cases whose group is described well enough, "+
		"and a set of this size held it in 80 %%. ", n)
	if answer == PointsTo {
		s += "Two exclusive items of different kinds could not be tested on reports that list software only; where two exclusive families of two publishers stood in for them, " +
			"all 13 names in 230 cases were right (so at least 79 % at 95 % confidence) and none was given with the true group removed (at most 1.3 %). "
	}
	return s + where
}
