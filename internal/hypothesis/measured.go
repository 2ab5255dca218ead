package hypothesis

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
)

// Measured are the rates that answers are printed with. They are not written
// by hand: "go run ./internal/hypothesis/fit -measure SPLIT.json" makes
// measured.json, and a test compares it with the split.
type Measured struct {
	Schema     string     `json:"schema"`
	Population string     `json:"population"`
	Knowledge  string     `json:"knowledge"`
	Orders     []Order    `json:"orders"`
	Naming     []Naming   `json:"naming"` // gap, software, thresholds chosen without the item's part
	Techniques []Weight   `json:"techniques"`
	Software   []Weight   `json:"software"`
	Plantings  []Planting `json:"plantings"`
}

// Order is how often the first group was right and how long a list had to
// be, gap regime, learnable items.
type Order struct {
	Software  bool       `json:"software"`
	Draw      int        `json:"draw"` // techniques drawn; 0: all
	N         int        `json:"n"`
	Items     int        `json:"items"`
	Top1      float64    `json:"top1"`
	Top1Range [2]float64 `json:"top1_95"`
	Set80     int        `json:"set_size_80"`
	Set90     int        `json:"set_size_90"`
	// Held80 is how often a list held the true group whose length was taken
	// from the other parts, where it did so in 80 %.
	Held80      float64    `json:"held_80"`
	Held80Range [2]float64 `json:"held_80_95"`
}

// Weight is what evidence that From to To groups are known for did to the
// odds of a group: known for it, and not known for it.
type Weight struct {
	From    int     `json:"from"`
	To      int     `json:"to"` // 0: no bound
	N       int     `json:"n"`  // sightings
	Known   float64 `json:"known"`
	Other   float64 `json:"other"` // share of other groups known for it
	Present float64 `json:"present"`
	Absent  float64 `json:"absent"`
}

// Planting is what planted malware of another group did: how often that group
// came first, and how often it would have been named with two exclusive
// families of two publishers standing in for two kinds.
type Planting struct {
	Software   bool       `json:"software"` // the report's own software seen too
	Families   int        `json:"families"`
	N          int        `json:"n"`
	First      float64    `json:"first"`
	FirstRange [2]float64 `json:"first_95"`
	Named      float64    `json:"named"`
}

//go:embed measured.json
var measuredFile []byte

// measured is decoded when an answer is first put into words.
var measured = sync.OnceValue(func() *Measured {
	m := &Measured{}
	if err := json.Unmarshal(measuredFile, m); err != nil {
		panic(fmt.Sprintf("measured.json inside this binary: %v", err)) // built wrong
	}
	return m
})

// Measure makes the content of measured.json.
func Measure(c *Corpus, s *Split) (*Measured, error) {
	m := &Measured{Schema: "spoor.hypothesis.measured/1", Population: population}
	for _, src := range c.know.Sources {
		if src.ID == "attack" {
			m.Knowledge = src.Name + " " + src.Version
		}
	}
	for _, software := range []bool{false, true} {
		for _, x := range c.askAll(s, Options{Gap, software, 0, Weighed}, append(drawSizes(), 0)) {
			if len(x.own) == 0 {
				return nil, fmt.Errorf("measure: no item of the split can be asked")
			}
			e := x.measure()
			held, within := x.held(s)
			m.Orders = append(m.Orders, Order{software, e.Draw, e.N, e.Items, round(e.Top1), rounded(e.Top1Range), e.Set80, e.Set90, round(held), rounded(within)})
			if !software || e.Draw != 0 {
				continue
			}
			for _, n := range e.Naming {
				if n.From == 0 {
					n.Rate, n.Right, n.Deleted = round(n.Rate), round(n.Right), round(n.Deleted)
					n.RateRange, n.RightRange, n.DeletedRange = rounded(n.RateRange), rounded(n.RightRange), rounded(n.DeletedRange)
					m.Naming = append(m.Naming, n)
				}
			}
		}
	}
	m.Techniques, m.Software = c.measureWeights(s)
	for _, software := range []bool{false, true} {
		m.Plantings = append(m.Plantings, c.measurePlanting(s, software)...)
	}
	return m, nil
}

// held measures lists whose length was chosen on the other parts.
func (x *cell) held(s *Split) (float64, [2]float64) {
	var places [folds][]int
	part := func(n int) int { return foldOf(s.Items[x.at[n]].Truth[0]) }
	for n, own := range x.own {
		for _, a := range own.queries {
			if own.learnable {
				places[part(n)] = append(places[part(n)], a.place)
			}
		}
	}
	var sizes [folds]int
	for p := range folds {
		var rest []int
		for q := range folds {
			if q != p {
				rest = append(rest, places[q]...)
			}
		}
		slices.Sort(rest)
		sizes[p] = quantile(rest, 0.8)
	}
	var list []sums
	for n, own := range x.own {
		if !own.learnable {
			continue
		}
		one := sums{}
		for _, a := range own.queries {
			one.count++
			one.total += truth(a.place <= sizes[part(n)])
		}
		list = append(list, one)
	}
	return bootstrap(list)
}

func rounded(r [2]float64) [2]float64 { return [2]float64{round(r[0]), round(r[1])} }

// bands of how many groups are known for a piece of evidence.
func bands() [][2]int { return [][2]int{{1, 1}, {2, 5}, {6, 15}, {16, 40}, {41, 0}} }

func (c *Corpus) measureWeights(s *Split) (techniques, software []Weight) {
	type count struct{ n, known, others, other float64 }
	var all [2][5]count
	for i := range s.Items {
		h := c.hold(&s.Items[i])
		v := h.view(c, Gap, true, nil)
		if !h.applies(Gap) || !v.learnable(&h) {
			continue
		}
		for _, q := range h.queries(0, true) {
			for _, f := range q {
				n := len(v.post[f])
				at := slices.IndexFunc(bands(), func(b [2]int) bool { return n >= b[0] && (b[1] == 0 || n <= b[1]) })
				if !v.counts(f) || at < 0 {
					continue
				}
				x := &all[kind(c.software[f])][at]
				true1 := 0.0
				for _, p := range v.post[f] {
					if h.isTruth(p.group) {
						true1++
					}
				}
				x.n++
				x.known += truth(true1 > 0)
				x.other += float64(n) - true1
				x.others += float64(len(c.groups) - len(h.truth))
			}
		}
	}
	list := func(k int) []Weight {
		var out []Weight
		for i, b := range bands() {
			x := all[k][i]
			w := Weight{From: b[0], To: b[1], N: int(x.n)}
			if x.n > 0 && x.other > 0 {
				known, other := x.known/x.n, x.other/x.others
				w.Known, w.Other, w.Present, w.Absent = round(known), round(other), round(known/other), round((1-known)/(1-other))
			}
			out = append(out, w)
		}
		return out
	}
	return list(0), list(1)
}

// measurePlanting plants one to three families that one other group alone is
// known for into each learnable report's evidence.
func (c *Corpus) measurePlanting(s *Split, own bool) []Planting {
	const most = 3
	var first, named [most][]sums
	rng := rand.New(rand.NewPCG(20210719, 3))
	for i := range s.Items {
		h := c.hold(&s.Items[i])
		v := h.view(c, Gap, true, nil)
		if !h.applies(Gap) || !v.learnable(&h) {
			continue
		}
		families := map[int32][]int32{}
		for f := range v.post {
			if c.malware[f] && len(v.post[f]) == 1 && !h.isTruth(v.post[f][0].group) {
				g := v.post[f][0].group
				families[g] = append(families[g], int32(f))
			}
		}
		var decoys []int32
		for g, list := range families {
			if len(list) >= most {
				decoys = append(decoys, g)
			}
		}
		qs := h.queries(0, own)
		if len(decoys) == 0 || len(qs) == 0 {
			continue
		}
		slices.Sort(decoys)
		decoy := decoys[rng.IntN(len(decoys))]
		list := families[decoy]
		rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		p := fitted[1][h.fold]
		q := slices.Clone(qs[0])
		for n := range most {
			q = append(q, list[n])
			sorted := slices.Clone(q)
			slices.Sort(sorted)
			sorted = slices.Compact(sorted)
			r := v.rank(Weighed, sorted, p.Weights)
			hit := truth(r.order[0] == decoy)
			first[n] = append(first[n], sums{1, hit})
			named[n] = append(named[n], sums{1, hit * truth(p.Naming.chance(r.signs) >= p.From && v.twoFamilies(sorted, decoy))})
		}
	}
	var out []Planting
	for n := range most {
		p := Planting{Software: own, Families: n + 1, N: len(first[n])}
		p.First, p.FirstRange = bootstrap(first[n])
		p.Named, _ = bootstrap(named[n])
		p.First, p.FirstRange, p.Named = round(p.First), rounded(p.FirstRange), round(p.Named)
		out = append(out, p)
	}
	return out
}
