package engine

import (
	"math"
	"slices"
	"sort"
)

// Correlator runs the correlations of one level of a set over a stream of hits
// in the order of time. It holds only the hits of open windows.
type Correlator struct {
	byRule map[int][]feed
	runs   []*run
	held   int // of at most room
	room   int
	seen   int
	yield  func(Result)
	also   func(Occurrence) // fulfilments, for the next level; nil when none
	// Lost counts hits beyond maxHeld: windows with them are not complete.
	Lost int64
	// Incomplete counts hits that lack a field of the group or the condition.
	Incomplete int64
}

type feed struct {
	run  *run
	part int
}

// run is one correlation at work.
type run struct {
	c      *Correlation
	index  int
	groups map[string]*group
	inner  bool // another correlation refers to it
}

// group is the hits of one group, those of the open window from start on.
type group struct {
	values []string
	hits   []held
	start  int
	seq    int64 // of the first hit in hits
	counts map[string]int
	parts  []int // hits of each part in the window
	sum    float64
	broken int // values in the window that are no whole number
	order  *chains
	sorted *ordered // of ValueMedian, and of ValuePercentile at one
	open   *Result
	upTo   int64 // sequence of the last hit that open counts
}

type held struct {
	occ    Occurrence
	at     int64
	part   int
	value  string
	number float64
}

// Levels divides the correlations so that each refers to earlier levels only.
func (s *Ruleset) Levels() [][]int {
	level := make(map[*Correlation]int, len(s.Correlations))
	var out [][]int
	for n, c := range s.Correlations { // loaded inner ones first
		at := 0
		for _, p := range c.Parts {
			if p.Correlation != nil {
				at = max(at, level[p.Correlation]+1)
			}
		}
		level[c] = at
		for len(out) <= at {
			out = append(out, nil)
		}
		out[at] = append(out[at], n)
	}
	return out
}

// NewCorrelator prepares the correlations with these indices. yield gets each
// result; also gets every fulfilment of those that others refer to.
func (s *Ruleset) NewCorrelator(level []int, yield func(Result), also func(Occurrence)) *Correlator {
	x := &Correlator{byRule: map[int][]feed{}, yield: yield, also: also, room: maxHeld}
	rules := make(map[*Rule]int, len(s.Rules))
	for n, r := range s.Rules {
		rules[r] = n
	}
	inner := map[*Correlation]int{}
	for n, c := range s.Correlations {
		inner[c] = n
	}
	for _, n := range level {
		c := s.Correlations[n]
		r := &run{c: c, index: n, groups: map[string]*group{}, inner: len(c.needs) > 0 || s.refers(c)}
		x.runs = append(x.runs, r)
		for i, p := range c.Parts {
			id := 0
			if p.Rule != nil {
				id = rules[p.Rule]
			} else {
				id = -1 - inner[p.Correlation]
			}
			x.byRule[id] = append(x.byRule[id], feed{r, i})
		}
	}
	return x
}

func (s *Ruleset) refers(c *Correlation) bool {
	return slices.ContainsFunc(s.Correlations, func(o *Correlation) bool {
		return slices.ContainsFunc(o.Parts, func(p Member) bool { return p.Correlation == c })
	})
}

// Add takes the next hit; times must not go back.
func (x *Correlator) Add(o Occurrence) {
	for _, f := range x.byRule[o.Rule] {
		x.feed(f, o)
	}
	if x.seen++; x.seen%sweepGroups == 0 {
		x.sweep(nanos(o.At))
	}
}

// feed gives a hit to one correlation.
func (x *Correlator) feed(f feed, o Occurrence) {
	p := &f.run.c.Parts[f.part]
	values := make([]string, len(p.group))
	for i, n := range p.group {
		if values[i] = o.Values[n]; values[i] == "" {
			x.Incomplete++
			return
		}
	}
	h := held{occ: o, at: nanos(o.At), part: f.part}
	if !f.run.c.read(&h, p) {
		x.Incomplete++
		return
	}
	k := key(values)
	g := f.run.groups[k]
	if g == nil {
		g = &group{values: values, counts: map[string]int{}, parts: make([]int, len(f.run.c.Parts)), upTo: -1}
		if c := f.run.c; c.Kind == ValueMedian || c.Kind == ValuePercentile && c.Percentile >= 0 {
			g.sorted = &ordered{}
		}
		f.run.groups[k] = g
	}
	x.push(f.run, g, h)
}

// read takes the condition's fields out of a hit.
func (c *Correlation) read(h *held, p *Member) bool {
	if len(p.fields) == 0 {
		return true
	}
	list := make([]string, len(p.fields))
	for i, n := range p.fields {
		if list[i] = h.occ.Values[n]; list[i] == "" {
			return false
		}
	}
	h.value = key(list)
	if c.Kind == ValueCount || c.Kind == ValuePercentile && c.Percentile < 0 {
		return true
	}
	n, ok := ParseNumber(list[0])
	h.number = n.float
	if n.negative {
		h.number = -float64(n.size)
	}
	return ok
}

// push adds a hit to its group. Before it is added, the window that it ends is
// complete if it does not reach the hit.
func (x *Correlator) push(r *run, g *group, h held) {
	if !r.c.growing() && len(g.hits) > g.start && g.hits[g.start].at < h.at-r.c.Span {
		x.check(r, g)
	}
	for g.start < len(g.hits) && g.hits[g.start].at < h.at-r.c.Span {
		g.drop()
		x.held--
	}
	if g.start > 64 && g.start*2 > len(g.hits) {
		n := copy(g.hits, g.hits[g.start:])
		clear(g.hits[n:])
		g.hits, g.seq, g.start = g.hits[:n], g.seq+int64(g.start), 0
	}
	if x.held >= x.room {
		x.Lost++
		return
	}
	x.held++
	g.hits = append(g.hits, h)
	g.parts[h.part]++
	if h.value != "" {
		g.counts[h.value]++
	}
	g.add(h.number, 1)
	if g.sorted != nil {
		g.sorted.add(h.number)
	}
	if r.c.Kind == TemporalOrdered {
		if g.order == nil {
			g.order = newChains(len(r.c.Parts))
		}
		g.order.add(h.part, h.at)
	}
	if r.c.growing() {
		x.check(r, g)
	}
}

func (g *group) add(n float64, sign int) {
	if n != float64(int64(n)) {
		g.broken += sign
	}
	g.sum += n * float64(sign)
}

// drop takes the oldest hit out of the window.
func (g *group) drop() {
	h := &g.hits[g.start]
	g.start++
	g.parts[h.part]--
	if h.value != "" {
		if g.counts[h.value]--; g.counts[h.value] == 0 {
			delete(g.counts, h.value)
		}
	}
	g.add(h.number, -1)
	if g.sorted != nil {
		g.sorted.remove(h.number)
	}
}

// check asks the window whether the condition is met, and notes it.
func (x *Correlator) check(r *run, g *group) {
	window := g.hits[g.start:]
	from, ok := r.c.fulfilled(g, window)
	if !ok {
		return
	}
	last := &window[len(window)-1]
	first := g.seq + int64(g.start+from)
	if g.open != nil && nanos(g.open.Last) < window[from].at {
		x.finish(r, g)
	}
	if g.open == nil {
		g.open = &Result{Correlation: r.c, Index: r.index, Group: g.values, First: window[from].occ.At, By: last.occ}
		g.upTo = first - 1
	}
	for seq := max(g.upTo+1, first); seq < g.seq+int64(len(g.hits)); seq++ {
		g.open.Count++
		if len(g.open.IDs) < MaxResultIDs {
			g.open.IDs = append(g.open.IDs, g.hits[seq-g.seq].occ.ID)
		}
	}
	g.upTo = g.seq + int64(len(g.hits)) - 1
	g.open.Last = last.occ.At
	if r.inner && x.also != nil {
		x.also(r.c.occurrence(r.index, g.values, last))
	}
}

// occurrence is what a fulfilment looks like to an outer correlation: a hit at
// the moment when the condition was met.
func (c *Correlation) occurrence(index int, group []string, last *held) Occurrence {
	o := last.occ
	o.Rule, o.Values = -1-index, make([]string, len(c.needs))
	for i := range c.needs {
		if c.group[i] >= 0 {
			o.Values[i] = group[c.group[i]]
		} else {
			o.Values[i] = last.occ.Values[c.from[i][last.part]]
		}
	}
	return o
}

func (x *Correlator) finish(r *run, g *group) {
	if g.open != nil {
		x.yield(*g.open)
		g.open = nil
	}
}

// sweep ends the groups whose window is over.
func (x *Correlator) sweep(now int64) {
	for _, r := range x.runs {
		for k, g := range r.groups {
			if n := len(g.hits); n == 0 || g.hits[n-1].at < now-r.c.Span {
				x.end(r, g)
				delete(r.groups, k)
			}
		}
	}
}

func (x *Correlator) end(r *run, g *group) {
	if !r.c.growing() && len(g.hits) > g.start {
		x.check(r, g)
	}
	x.finish(r, g)
	x.held -= len(g.hits) - g.start
}

// End ends all groups.
func (x *Correlator) End() {
	for _, r := range x.runs {
		for _, g := range r.groups {
			x.end(r, g)
		}
	}
}

// fulfilled asks a window, and returns where the part of it that counts begins.
func (c *Correlation) fulfilled(g *group, window []held) (from int, ok bool) {
	switch c.Kind {
	case EventCount:
		return 0, c.meets(float64(len(window)))
	case ValueCount:
		return 0, c.meets(float64(len(g.counts)))
	case Temporal:
		if c.Condition != nil {
			return 0, c.holds(g.parts)
		}
		n := 0
		for _, k := range g.parts {
			if k > 0 {
				n++
			}
		}
		return 0, c.meets(float64(n))
	case TemporalOrdered:
		n, begin := g.order.longest(window[0].at, c.growing())
		from = sort.Search(len(window), func(i int) bool { return window[i].at >= begin })
		return min(from, len(window)-1), c.meets(float64(n))
	case ValueSum:
		return 0, c.meets(g.total(window))
	case ValueAvg:
		return 0, c.meets(g.total(window) / float64(len(window)))
	}
	if c.Kind == ValuePercentile && c.Percentile < 0 {
		for _, n := range g.counts {
			if c.meets(100 * float64(n) / float64(len(window))) {
				return 0, true
			}
		}
		return 0, false
	}
	if c.Kind == ValueMedian {
		return 0, c.meets(g.sorted.median())
	}
	return 0, c.meets(g.sorted.percentile(c.Percentile))
}

// total is the sum of the window; a running sum of fractions would drift.
func (g *group) total(window []held) float64 {
	if g.broken == 0 {
		return g.sum
	}
	sum := 0.0
	for i := range window {
		sum += window[i].number
	}
	return sum
}

// chains finds how many members of an ordered correlation have occurred in
// their order. begin[k*(n+1)+m] is the latest begin of a chain of m members
// that ends with member k. Hits at one time stand in any order.
type chains struct {
	n     int
	begin []int64
	at    int64
	here  []bool // members that occurred at the present time
}

const never = math.MinInt64

func newChains(n int) *chains {
	x := &chains{n: n, begin: make([]int64, n*(n+1)), at: never, here: make([]bool, n)}
	for i := range x.begin {
		x.begin[i] = never
	}
	return x
}

func (x *chains) add(member int, at int64) {
	if at != x.at {
		clear(x.here)
		x.at = at
	}
	if x.here[member] {
		return
	}
	x.here[member] = true
	for k, here := range x.here {
		if !here {
			continue
		}
		row := x.begin[k*(x.n+1):]
		row[1] = at
		for p := range k {
			for m := 1; m <= p+1; m++ {
				row[m+1] = max(row[m+1], x.begin[p*(x.n+1)+m])
			}
		}
	}
}

// longest is the length and the latest begin of the longest chain that begins
// at a time or later; now asks only for chains that end at the present time.
func (x *chains) longest(from int64, now bool) (length int, begin int64) {
	for k := range x.n {
		if now && !x.here[k] {
			continue
		}
		for m := 1; m <= k+1; m++ {
			if b := x.begin[k*(x.n+1)+m]; b >= from && b != never && (m > length || m == length && b > begin) {
				length, begin = m, b
			}
		}
	}
	return length, begin
}
