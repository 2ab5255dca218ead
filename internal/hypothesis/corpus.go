package hypothesis

import (
	"math"
	"slices"
	"sort"
	"strings"

	"spoor/internal/actor"
	"spoor/internal/message"
)

// Corpus is the knowledge as documents. It is read-only and safe for
// concurrent use.
type Corpus struct {
	know     *actor.Knowledge
	english  *message.Catalogue
	groups   []string // by id
	group    map[string]int32
	features []string // by id
	feature  map[string]int32
	software []bool   // per feature
	host     []bool   // per feature: leaves a trace on a host
	malware  []bool   // per feature: software that is not a tool
	traits   []trait  // what software is described with
	docs     []doc    // by group, then report
	whole    [2]*view // everything, without and with software
}

// doc is what one report says about one group. A use without any citation
// is in a doc whose report is -1.
type doc struct {
	group, report int32
	date          float64 // fractional year, 0 when unknown
	features      []int32
}

// NewCorpus reads every ATT&CK group in force with its own uses and those of
// campaigns attributed to it.
func NewCorpus(k *actor.Knowledge) *Corpus {
	english, _ := message.Load(message.English) // embedded and tested; without it answers have no words
	c := &Corpus{know: k, english: english, group: map[string]int32{}, feature: map[string]int32{}}
	profiles := k.Profiles(true)
	ids := map[string]bool{}
	for _, p := range profiles {
		for _, f := range p.Uses {
			ids[f.ID] = true
		}
	}
	for id := range ids {
		c.features = append(c.features, id)
	}
	slices.Sort(c.features)
	for i, id := range c.features {
		c.feature[id] = int32(i)
		c.software = append(c.software, strings.HasPrefix(id, "S"))
		s := k.SoftwareByID(id)
		c.malware = append(c.malware, s != nil && s.Kind == "malware")
		t := k.Technique(id)
		c.host = append(c.host, t == nil || t.HostVisible())
	}
	c.readTraits(k)
	for _, p := range profiles {
		g := int32(len(c.groups))
		c.groups = append(c.groups, p.Group.ID)
		c.group[p.Group.ID] = g
		byReport := map[int32][]int32{}
		for _, f := range p.Uses {
			reports := f.Reports
			if len(reports) == 0 {
				reports = []int32{-1}
			}
			for _, r := range reports {
				byReport[r] = append(byReport[r], c.feature[f.ID])
			}
		}
		for r, fs := range byReport {
			d := doc{group: g, report: r, features: fs}
			if r >= 0 {
				d.date = k.Reports[r].Date.Year()
			}
			c.docs = append(c.docs, d)
		}
	}
	sort.Slice(c.docs, func(i, j int) bool {
		a, b := &c.docs[i], &c.docs[j]
		return a.group < b.group || a.group == b.group && a.report < b.report
	})
	for _, software := range []bool{false, true} {
		c.whole[kind(software)] = c.newView(software, nil, func(*doc) bool { return true }, func(_, _ int32) bool { return true })
	}
	return c
}

// edge is one group's use of one feature.
type edge struct{ group, feature int32 }

// posting says how many documents of a group hold a feature.
type posting struct {
	group int32
	count float64
}

// view is the corpus without what an item forbids.
type view struct {
	c        *Corpus
	software bool
	removed  map[edge]bool
	docs     []int32     // kept documents
	size     []float64   // per kept document: its length under idf, for the cosine
	post     [][]posting // per feature, by group
	idf      []float64   // per feature, over groups
	length   []float64   // per group: sum of counts
	distinct []int       // per group: techniques known, also those no host shows
	mean     float64     // mean length of the groups that have any
	lengths  []float64   // per kept document: how many features count
	usual    float64     // their mean
	owners   [][]int32   // per software: the groups that use it
	kin      kin
}

// newView keeps the documents that keep accepts, without the removed edges,
// and of reports about software those that accepts lets through. Without software
// only techniques count as evidence; what groups' software does is known all
// the same.
func (c *Corpus) newView(software bool, removed map[edge]bool, keep func(d *doc) bool, accepts func(software, report int32) bool) *view {
	v := &view{c: c, software: software, removed: removed, post: make([][]posting, len(c.features)), idf: make([]float64, len(c.features)),
		length: make([]float64, len(c.groups)), distinct: make([]int, len(c.groups)), owners: make([][]int32, len(c.features))}
	techniques := make([]int32, len(c.features)) // last group + 1 that had it
	for i := range c.docs {
		d := &c.docs[i]
		if !keep(d) {
			continue
		}
		v.docs = append(v.docs, int32(i))
		for _, f := range d.features {
			if removed[edge{d.group, f}] {
				continue
			}
			if !c.software[f] && techniques[f] != d.group+1 {
				techniques[f] = d.group + 1
				v.distinct[d.group]++
			}
			if o := v.owners[f]; c.software[f] && (len(o) == 0 || o[len(o)-1] != d.group) {
				v.owners[f] = append(o, d.group)
			}
			if !v.counts(f) {
				continue
			}
			p := v.post[f]
			if n := len(p); n > 0 && p[n-1].group == d.group {
				p[n-1].count++
			} else {
				v.post[f] = append(p, posting{d.group, 1})
			}
			v.length[d.group]++
		}
	}
	groups := 0.0
	for _, l := range v.length {
		if l > 0 {
			groups++
			v.mean += l
		}
	}
	v.mean /= max(groups, 1)
	for f := range v.post {
		n := float64(len(v.post[f]))
		v.idf[f] = math.Log(1 + (groups-n+0.5)/(n+0.5))
	}
	for _, i := range v.docs {
		d, sum, n := &c.docs[i], 0.0, 0.0
		for _, f := range d.features {
			if v.counts(f) && !removed[edge{d.group, f}] {
				sum += v.idf[f] * v.idf[f]
				n++
			}
		}
		v.size, v.lengths = append(v.size, math.Sqrt(sum)), append(v.lengths, n)
		v.usual += n / float64(len(v.docs))
	}
	v.kin = v.newKin(accepts)
	return v
}

// counts reports whether a feature is evidence in this view.
func (v *view) counts(f int32) bool { return v.c.host[f] && (v.software || !v.c.software[f]) }
