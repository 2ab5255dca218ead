package sigma_test

import (
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"spoor/internal/engine"
	"spoor/internal/sigma"
)

// 37 published rules filter by a field that no 4688 has, seven of them by
// OriginalFileName. Where all that the filter asks besides holds, the finding
// says that it could not be tested.
func TestFiltersThatAn4688CannotTestAreTold(t *testing.T) {
	t.Parallel()
	files := published(t)
	set, _ := sigma.Load(files, sigma.Options{})
	concerned, byName, marked := 0, 0, 0
	var unmarked []string
	for n, f := range files {
		i := slices.IndexFunc(set.Rules, func(r *engine.Rule) bool { return r.Meta.Source == f.Name })
		if i < 0 {
			continue
		}
		r := set.Rules[i]
		at := slices.IndexFunc(r.Scopes, func(to engine.Scope) bool { return slices.Equal(to.EventIDs, []uint32{4688}) })
		if at < 0 {
			continue
		}
		route := &r.Scopes[at]
		filters := map[string]bool{} // selections
		lacking := map[string]bool{} // fields
		for s := range r.Selections {
			for _, items := range r.Selections[s].Alternatives {
				for _, it := range items {
					if r.Negated(s) && slices.Contains(route.Lacks, it.Field) {
						filters[r.Selections[s].Name], lacking[it.Field] = true, true
					}
				}
			}
		}
		if len(filters) == 0 {
			continue
		}
		concerned++
		if lacking["OriginalFileName"] {
			byName++
		}
		m, conditions := readMaker(t, f.Data)
		told := false
		alone := engine.NewReference(&engine.Ruleset{Rules: []*engine.Rule{r}})
		for m.turn = 0; m.turn < 24 && !told; m.turn++ {
			m.rng = rand.New(rand.NewPCG(uint64(n), uint64(m.turn)))
			fields, keywords := m.almostFiltered(conditions, filters, route.Lacks)
			for _, h := range alone.Match(written(route, fields, keywords), nil) {
				told = told || len(h.Untested) > 0 && lacking[h.Untested[0]]
			}
		}
		if told {
			marked++
		} else {
			unmarked = append(unmarked, path.Base(f.Name))
		}
	}
	if concerned != 37 || byName != 7 {
		t.Errorf("%d rules filter by a field that a 4688 lacks, %d by OriginalFileName; there were 37 and 7", concerned, byName)
	}
	// Three of the others need such a field themselves, and five also filter by
	// null, which holds where a field is not there: no 4688 meets them.
	if len(unmarked) != 8 {
		t.Errorf("%d are told; not %v", marked, unmarked)
	}
}

// almostFiltered makes a record that meets a rule and, but for the fields that
// the log lacks, one of its filters.
func (m *maker) almostFiltered(conditions []string, filters map[string]bool, lacks []string) (map[string]string, []string) {
	ways := m.ways(conditions[0])
	way := ways[m.turn%len(ways)]
	var wishes []wish
	for _, name := range way {
		plain, not := strings.CutPrefix(name, "!")
		if !not || filters[plain] && (m.turn%2 == 0 || m.rng.IntN(len(filters)) == 0) {
			for _, w := range m.selection(m.detection[plain]) {
				if !not || !slices.Contains(lacks, w.field) {
					wishes = append(wishes, w)
				}
			}
		}
	}
	fields, keywords := granted(wishes, false)
	m.harmless(way, fields)
	return fields, keywords
}
