package engine

import (
	"math"
	"slices"
	"sort"
	"strings"

	"spoor/event"
	"spoor/internal/limits"
)

// CorrelationKind is what a correlation rule asks of the hits in a window.
type CorrelationKind uint8

// The kinds (Sigma correlation rules specification 2.1).
const (
	EventCount CorrelationKind = iota
	ValueCount
	Temporal
	TemporalOrdered
	ValueSum
	ValueAvg
	ValuePercentile
	ValueMedian
)

// String is the kind's name in rules.
func (k CorrelationKind) String() string {
	return [...]string{"event_count", "value_count", "temporal", "temporal_ordered", "value_sum", "value_avg", "value_percentile", "value_median"}[k]
}

// Bound is one comparison of a correlation's condition.
type Bound struct {
	Order Order
	Not   bool // neq
	Value float64
}

// Correlation is a rule over the hits of other rules. It is immutable once the
// rules are loaded.
type Correlation struct {
	Meta    Meta
	Kind    CorrelationKind
	Parts   []Member
	GroupBy []string // fields or aliases, as the rule names them
	Span    int64    // nanoseconds; hits exactly this far apart are together
	Bounds  []Bound
	// Condition, of Temporal only and instead of Bounds, is over the parts:
	// whether each has a hit in the window. Stated is how the rule writes it.
	Condition []Op
	Stated    string
	// Percentile is the one that value_percentile compares, below zero when
	// the condition is on the share that a value has among all values.
	Percentile float64
	Silent     bool     // only outer correlations report it
	needs      []string // what outer correlations read of a result
	from       [][]int  // need -> part -> where that part's hits hold it; nil: a group value
	group      []int    // need -> group-by that it is, -1 none
}

// Member is a rule that a correlation refers to, or another correlation.
type Member struct {
	Rule        *Rule
	Correlation *Correlation
	group       []int // group-by -> where the part's hits hold it
	fields      []int // fields of the condition, likewise
}

// Bind works out where the hits of each part hold the group's fields and the
// condition's; group and fields give the names for each part.
func (c *Correlation) Bind(group, fields [][]string) {
	for i := range c.Parts {
		for _, name := range group[i] {
			c.Parts[i].group = append(c.Parts[i].group, c.Parts[i].need(name))
		}
		for _, name := range fields[i] {
			c.Parts[i].fields = append(c.Parts[i].fields, c.Parts[i].need(name))
		}
	}
}

// need returns where a part's hits hold a field, which is noted to be read.
func (p *Member) need(name string) int {
	if p.Rule != nil {
		n := slices.Index(p.Rule.Needs, name)
		if n < 0 {
			n = len(p.Rule.Needs)
			p.Rule.Needs = append(p.Rule.Needs, name)
		}
		return n
	}
	c := p.Correlation
	if n := slices.Index(c.needs, name); n >= 0 {
		return n
	}
	c.needs, c.group, c.from = append(c.needs, name), append(c.group, slices.Index(c.GroupBy, name)), append(c.from, nil)
	n := len(c.needs) - 1
	if c.group[n] < 0 {
		from := make([]int, len(c.Parts))
		for i := range c.Parts {
			from[i] = c.Parts[i].need(name)
		}
		c.from[n] = from
	}
	return n
}

// Occurrence is a hit in the stream that correlations see.
type Occurrence struct {
	At     event.Time
	Rule   int // index of the rule in the set, or of the correlation, negative and minus one
	Values []string
	ID     string // of the finding
	Host   string
	Item   event.ItemID
	Offset int64
	Record uint64
	Line   int64
}

// Result is one finding of a correlation: all overlapping windows of a group
// that meet the condition.
type Result struct {
	Correlation *Correlation
	Index       int // of the correlation in the set
	Group       []string
	First, Last event.Time
	Count       int64
	IDs         []string   // of the findings in it, at most MaxResultIDs
	By          Occurrence // the hit that met the condition first
}

// Caps of correlations; see docs/limits.md.
const (
	MaxResultIDs = 100
	maxHeld      = 1_000_000                    // hits in all windows together
	sweepGroups  = max(1<<16>>limits.Shrink, 2) // hits between two looks for groups that are over
)

// nanos is a time in nanoseconds since 1970, at the bounds of what that holds.
func nanos(t event.Time) int64 {
	const limit = math.MaxInt64 / 1_000_000_000
	return min(max(t.Sec, -limit), limit-1)*1_000_000_000 + int64(t.Nano)
}

// meets reports whether a number meets all bounds.
func (c *Correlation) meets(n float64) bool {
	for _, b := range c.Bounds {
		ok := false
		switch b.Order {
		case Less:
			ok = n < b.Value
		case LessEqual:
			ok = n <= b.Value
		case Greater:
			ok = n > b.Value
		case GreaterEqual:
			ok = n >= b.Value
		default:
			ok = n == b.Value
		}
		if ok == b.Not {
			return false
		}
	}
	return true
}

// holds reports whether the parts that have hits meet the condition over them.
func (c *Correlation) holds(hits []int) bool {
	return evalOps(c.Condition, func(part int) bool { return hits[part] > 0 })
}

// growing reports that more hits can only help: then the condition is met by
// the window that ends at the hit that was missing. Otherwise only windows that
// no later hit belongs to are asked.
func (c *Correlation) growing() bool {
	if c.Condition != nil {
		return !slices.ContainsFunc(c.Condition, func(op Op) bool { return op.Code == OpNot })
	}
	switch c.Kind {
	case EventCount, ValueCount, Temporal, TemporalOrdered, ValueSum:
		return !slices.ContainsFunc(c.Bounds, func(b Bound) bool { return b.Not || b.Order != Greater && b.Order != GreaterEqual })
	}
	return false
}

// key joins folded values so that no two different lists are one.
func key(values []string) string {
	var b strings.Builder
	for _, v := range values {
		v = Fold(v)
		b.WriteString(v)
		b.WriteByte(0xff) // no byte of UTF-8
		b.WriteByte(byte(len(v)))
	}
	return b.String()
}

// SortOccurrences orders hits by time, then by their place in the evidence.
func SortOccurrences(list []Occurrence) {
	sort.SliceStable(list, func(i, j int) bool { return list[i].Compare(&list[j]) < 0 })
}

// Compare orders two hits by time, then by their place in the evidence.
func (o *Occurrence) Compare(p *Occurrence) int {
	switch d := o.At.Compare(p.At); {
	case d != 0:
		return d
	case o.Item != p.Item:
		return order(o.Item < p.Item, o.Item > p.Item)
	case o.Offset != p.Offset:
		return order(o.Offset < p.Offset, o.Offset > p.Offset)
	case o.Record != p.Record:
		return order(o.Record < p.Record, o.Record > p.Record)
	}
	return order(o.Rule < p.Rule, o.Rule > p.Rule)
}
