package hypothesis

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// drawsAsked are the draws per item and size that Rest makes, as many as the
// published split has.
const drawsAsked = 10

// Rest makes a split of the corpus's reports that are not in s and give a
// group five techniques, in the same form.
func Rest(c *Corpus, s *Split) *Split {
	out := &Split{Version: s.Version, Kind: "leave-one-report-out, reports of the knowledge that the split leaves out"}
	rng := rand.New(rand.NewPCG(20210719, 4))
	ids := func(q query) []string {
		list := []string{}
		for _, f := range q {
			list = append(list, c.features[f])
		}
		return list
	}
	for n, h := range c.training(s)[len(s.Items):] {
		report := &c.know.Reports[h.reports[0]]
		it := Item{ID: fmt.Sprintf("rest-%03d", n+1), Host: ids(h.host), Software: ids(h.soft), Draws: map[string][][]string{}}
		it.Report.URL = report.URL
		if len(report.Names) > 0 {
			it.Report.Name = report.Names[0]
		}
		if h.date > 0 {
			it.Report.Date = &h.date
		}
		for i := range c.docs { // a report cited for two groups has two truths
			if d := &c.docs[i]; d.report == h.reports[0] {
				it.Truth = append(it.Truth, c.groups[d.group])
			}
		}
		// The group the item was made for decides its part.
		own := slices.Index(it.Truth, c.groups[h.truth[0]])
		it.Truth[0], it.Truth[own] = it.Truth[own], it.Truth[0]
		for _, size := range drawSizes() {
			for range drawsAsked {
				if len(h.host) > size {
					q := slices.Clone(h.host)
					rng.Shuffle(len(q), func(i, j int) { q[i], q[j] = q[j], q[i] })
					slices.Sort(q[:size])
					it.Draws[fmt.Sprint(size)] = append(it.Draws[fmt.Sprint(size)], ids(q[:size]))
				}
			}
		}
		out.Items = append(out.Items, it)
	}
	return out
}
