package webshell

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

type tally struct{ shells, reviews, all int }

func (c *tally) add(o Outcome) {
	c.all++
	switch o {
	case WebShell:
		c.shells++
	case Review:
		c.reviews++
	}
}

// table renders figures by class.
func table(title string, by map[string]*tally) (string, tally) {
	var b strings.Builder
	sum := tally{}
	fmt.Fprintf(&b, "%s (regression figures, not field evidence)\n%-34s %9s %7s %4s\n", title, "class", "web shell", "review", "of")
	for _, class := range slices.Sorted(maps.Keys(by)) {
		c := by[class]
		fmt.Fprintf(&b, "%-34s %9d %7d %4d\n", class, c.shells, c.reviews, c.all)
		sum.shells, sum.reviews, sum.all = sum.shells+c.shells, sum.reviews+c.reviews, sum.all+c.all
	}
	fmt.Fprintf(&b, "%-34s %9d %7d %4d  (%.1f %% web shell)\n", "all", sum.shells, sum.reviews, sum.all, 100*float64(sum.shells)/float64(max(1, sum.all)))
	return b.String(), sum
}

func measureCorpus(t *testing.T, name string) (map[string]*tally, []string) {
	t.Helper()
	by := map[string]*tally{}
	var missed []string
	for i, s := range readCorpus(t, name) {
		r := Inspect(s.path, s.text)
		if by[s.class] == nil {
			by[s.class] = &tally{}
		}
		by[s.class].add(r.Outcome)
		if r.Outcome != WebShell {
			missed = append(missed, fmt.Sprintf("%s %s (sample %d): %v %s", s.class, s.path, i, r.Outcome, r.Class))
		}
	}
	return by, missed
}

func TestClassesThatTheRulesWereWrittenAgainst(t *testing.T) {
	t.Parallel()
	by, missed := measureCorpus(t, corpusUsed)
	text, sum := table("classes used while the rules were written", by)
	t.Log("\n" + text + strings.Join(missed, "\n"))
	if sum.shells*100 < sum.all*95 {
		t.Errorf("%d of %d detected, want at least 95 %%", sum.shells, sum.all)
	}
}

// TestClassesSetAside: these classes were stored before the first rule and
// first judged when the rules were done: 54 of 55. That is the figure of
// docs/webshells.md; the miss (a library loaded by the name of the method) was
// repaired afterwards, so this test only guards what was reached.
func TestClassesSetAside(t *testing.T) {
	t.Parallel()
	by, missed := measureCorpus(t, corpusAside)
	text, sum := table("classes set aside", by)
	t.Log("\n" + text + strings.Join(missed, "\n"))
	if sum.shells*100 < sum.all*95 {
		t.Errorf("%d of %d detected, want at least 95 %%", sum.shells, sum.all)
	}
}
