package hypothesis

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
)

// maxSplit bounds a split file; the published one has 0.9 MB.
const maxSplit = 64 << 20

// Split is a set of held-out reports with their true groups.
type Split struct {
	Version string `json:"attack_version"`
	Kind    string `json:"kind"`
	Items   []Item `json:"items"`
}

// Item is one held-out report.
type Item struct {
	ID     string `json:"id"`
	Report struct {
		Name string   `json:"source_name"`
		URL  string   `json:"url"`
		Date *float64 `json:"date"` // fractional year
	} `json:"report"`
	Truth        []string              `json:"truth"` // group ids; the best ranked counts
	Techniques   []string              `json:"techniques"`
	Host         []string              `json:"host_techniques"`
	Software     []string              `json:"software"`
	Draws        map[string][][]string `json:"draws"` // size -> draws of host techniques
	RemovedEdges json.RawMessage       `json:"removed_edges"`
}

// ReadSplit reads a split file.
func ReadSplit(r io.Reader) (*Split, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxSplit+1))
	if err != nil {
		return nil, fmt.Errorf("read split: %w", err)
	}
	if len(data) > maxSplit {
		return nil, fmt.Errorf("read split: larger than %d bytes", maxSplit)
	}
	var s Split
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("read split: %w", err)
	}
	if len(s.Items) == 0 {
		return nil, fmt.Errorf("read split: it has no items")
	}
	return &s, nil
}

// held is an item in the corpus's terms.
type held struct {
	id      string
	truth   []int32
	reports []int32 // the item's report; several when a name is cited twice
	date    float64
	host    query
	soft    query
	draws   map[int][]query // by size
	removed map[edge]bool
	fold    int
}

func (c *Corpus) hold(it *Item) held {
	h := held{id: it.ID, host: c.query(it.Host), soft: c.query(it.Software), draws: map[int][]query{}}
	for _, n := range drawSizes() {
		for _, ids := range it.Draws[fmt.Sprint(n)] {
			h.draws[n] = append(h.draws[n], c.query(ids))
		}
	}
	for _, id := range it.Truth {
		now, _ := c.know.Forward(id)
		if g, ok := c.group[now]; ok {
			h.truth = append(h.truth, g)
		}
	}
	if it.Report.Date != nil {
		h.date = *it.Report.Date
	}
	if i := c.know.ReportAt(it.Report.URL); i >= 0 && it.Report.URL != "" {
		h.reports = append(h.reports, i)
	} else {
		h.reports = c.know.ReportsNamed(it.Report.Name)
	}
	h.removed = c.removedEdges(it.RemovedEdges, h.truth)
	if len(it.Truth) > 0 {
		h.fold = foldOf(it.Truth[0])
	}
	return h
}

// query maps ids forward and keeps those some group is known for.
func (c *Corpus) query(ids []string) query {
	var q query
	for _, id := range ids {
		now, _ := c.know.Forward(id)
		if f, ok := c.feature[now]; ok {
			q = append(q, f)
		}
	}
	slices.Sort(q)
	return slices.Compact(q)
}

var idPattern = regexp.MustCompile(`\b[GTSC]\d{4}(\.\d{3})?\b`)

// removedEdges reads edges however they are written: each is a list, an
// object or a text that holds a group's and a feature's id; a feature alone
// means the true groups' use of it, and an object of lists maps a group to its
// features.
func (c *Corpus) removedEdges(raw json.RawMessage, truth []int32) map[edge]bool {
	if len(raw) == 0 {
		return nil
	}
	out := map[edge]bool{}
	add := func(text string) {
		groups := truth
		var named []int32
		for _, id := range idPattern.FindAllString(text, -1) {
			if g, ok := c.group[id]; ok {
				named = append(named, g)
			}
		}
		if len(named) > 0 {
			groups = named
		}
		for _, f := range c.query(idPattern.FindAllString(text, -1)) {
			for _, g := range groups {
				out[edge{g, f}] = true
			}
		}
	}
	var list []json.RawMessage
	var object map[string]json.RawMessage
	switch {
	case json.Unmarshal(raw, &list) == nil:
		for _, e := range list {
			add(string(e))
		}
	case json.Unmarshal(raw, &object) == nil:
		for key, e := range object {
			add(key + " " + string(e))
		}
	default:
		add(string(raw))
	}
	return out
}

// Regime says what is removed from the knowledge before an item is asked.
type Regime string

// The regimes: LORO the item's report; Gap also the true groups' reports
// within half a year of it; Time everything that is not at least a month
// older, for items from 2016 on.
const (
	LORO Regime = "loro"
	Gap  Regime = "gap"
	Time Regime = "time"
)

// Windows of the regimes, in years.
const (
	gapWindow = 0.5 + 1e-9
	timeLead  = 1.0/12 - 1e-9
	timeFirst = 2016
)

// applies reports whether an item can be asked in a regime.
func (h *held) applies(r Regime) bool {
	return len(h.truth) > 0 && (r != Time || h.date >= timeFirst)
}

// view is the corpus as the item may see it; without are groups deleted whole.
func (h *held) view(c *Corpus, r Regime, software bool, without []int32) *view {
	return c.newView(software, h.removed, func(d *doc) bool {
		if slices.Contains(without, d.group) || d.report >= 0 && slices.Contains(h.reports, d.report) {
			return false
		}
		switch r {
		case Gap:
			away := d.date - h.date
			return h.date == 0 || d.date == 0 || away > gapWindow || away < -gapWindow || !slices.Contains(h.truth, d.group)
		case Time:
			return d.date > 0 && d.date <= h.date-timeLead
		}
		return true
	}, h.accepts(c, r))
}

// accepts says which reports about software an item may know: those that it may
// know about groups and, in the gap regime, none of the half year that is
// about software of the true groups or cited for them.
func (h *held) accepts(c *Corpus, r Regime) func(software, report int32) bool {
	own := map[int32]bool{}
	for i := range c.docs {
		if d := &c.docs[i]; slices.Contains(h.truth, d.group) {
			own[-2-d.report] = true // reports below -1, software from 0
			for _, f := range d.features {
				own[f] = true
			}
		}
	}
	return func(software, report int32) bool {
		date := 0.0
		if report >= 0 {
			if slices.Contains(h.reports, report) {
				return false
			}
			date = c.know.Reports[report].Date.Year()
		}
		switch r {
		case Gap:
			away := date - h.date
			return h.date == 0 || date == 0 || away > gapWindow || away < -gapWindow || !own[software] && !own[-2-report]
		case Time:
			return date > 0 && date <= h.date-timeLead
		}
		return true
	}
}

// queries are the item's pieces of evidence: all, or its draws of n host
// techniques; with software all of the item's software each time.
func (h *held) queries(draw int, software bool) []query {
	techniques := []query{h.host}
	if draw > 0 {
		techniques = h.draws[draw]
	}
	var out []query
	for _, q := range techniques {
		q = slices.Clone(q)
		if software {
			q = append(q, h.soft...)
			slices.Sort(q)
		}
		if len(q) > 0 {
			out = append(out, q)
		}
	}
	return out
}

// drawSizes are the sizes of the drawn evidence.
func drawSizes() []int { return []int{5, 10, 15} }

// folds is the number of parts of the cross-validation.
const folds = 5

// foldOf puts a group in a part by its number, so that all items of a group
// fall in one part and an item is always asked with parameters that were
// fitted without its group.
func foldOf(group string) int {
	n := 0
	for _, r := range group {
		if r >= '0' && r <= '9' {
			n = (n*10 + int(r-'0')) % folds
		}
	}
	return n
}
