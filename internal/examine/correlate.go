package examine

import (
	"bufio"
	"container/heap"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"spoor/event"
	"spoor/internal/engine"
	"spoor/internal/finding"
	"spoor/internal/limits"
	"spoor/internal/sigma"
)

// correlator keeps the hits that correlation rules refer to, and runs those
// rules over them, in the order of time, when everything has been examined. What
// outgrows memory is sorted into a private temporary file.
type correlator struct {
	set      *engine.Ruleset
	dir      string
	members  map[*engine.Rule]int
	list     []engine.Occurrence
	size     int
	room     int      // bytes of hits that wait in memory
	runs     []string // names of files of sorted hits
	items    map[event.ItemID]finding.Source
	timeless int64
}

// maxCorrelating is how many bytes of hits wait in memory; see docs/limits.md.
const maxCorrelating = max(32<<20>>limits.Shrink, 1000)

// newCorrelator returns nil where no correlation is loaded.
func newCorrelator(opts *Options) *correlator {
	if opts.Rules == nil || len(opts.Rules.Correlations) == 0 {
		return nil
	}
	c := &correlator{set: opts.Rules, dir: opts.SpillDir, room: maxCorrelating, members: map[*engine.Rule]int{}, items: map[event.ItemID]finding.Source{}}
	for _, x := range opts.Rules.Correlations {
		for _, p := range x.Parts {
			if p.Rule != nil {
				c.members[p.Rule] = 0
			}
		}
	}
	for n, r := range opts.Rules.Rules {
		if _, ok := c.members[r]; ok {
			c.members[r] = n
		}
	}
	return c
}

// take keeps a finding of a rule that correlations refer to.
func (c *correlator) take(f *finding.Finding) error {
	if !f.At.Known() {
		c.timeless++
		return nil
	}
	c.items[f.Item] = f.Source
	o := engine.Occurrence{At: f.At, Rule: f.Member, Values: f.Needs, ID: f.ID(), Host: f.Host, Item: f.Item, Offset: f.Where.Offset, Record: f.Where.Record, Line: f.Where.Line}
	c.list = append(c.list, o)
	c.size += 200
	for _, v := range o.Values {
		c.size += 16 + len(v)
	}
	if c.size > c.room {
		return c.spill()
	}
	return nil
}

func (c *correlator) spill() error {
	engine.SortOccurrences(c.list)
	f, err := os.CreateTemp(c.dir, "spoor-hits-*")
	if err != nil {
		return fmt.Errorf("create file for correlated hits: %w", err)
	}
	c.runs = append(c.runs, f.Name())
	out := bufio.NewWriterSize(f, 1<<20)
	enc := gob.NewEncoder(out)
	for i := range c.list {
		if err := enc.Encode(&c.list[i]); err != nil {
			f.Close()
			return fmt.Errorf("write correlated hits: %w", err)
		}
	}
	clear(c.list)
	c.list, c.size = c.list[:0], 0
	return errors.Join(out.Flush(), f.Close())
}

func (c *correlator) close() {
	for _, name := range c.runs {
		os.Remove(name)
	}
}

// hitStream is one sorted source of hits.
type hitStream struct {
	now  engine.Occurrence
	next func(*engine.Occurrence) (bool, error)
}

// streams is a heap of them, by their next hit.
type streams []*hitStream

func (s streams) Len() int           { return len(s) }
func (s streams) Less(i, j int) bool { return s[i].now.Compare(&s[j].now) < 0 }
func (s streams) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }
func (s *streams) Push(x any)        { *s = append(*s, x.(*hitStream)) }
func (s *streams) Pop() any {
	old := *s
	x := old[len(old)-1]
	*s = old[:len(old)-1]
	return x
}

// each gives all hits in order, those of the list too.
func (c *correlator) each(lists [][]engine.Occurrence, f func(engine.Occurrence)) error {
	var all streams
	add := func(s *hitStream) error {
		ok, err := s.next(&s.now)
		if ok {
			all = append(all, s)
		}
		return err
	}
	for _, list := range lists {
		if err := add(&hitStream{next: func(o *engine.Occurrence) (bool, error) {
			if len(list) == 0 {
				return false, nil
			}
			*o, list = list[0], list[1:]
			return true, nil
		}}); err != nil {
			return err
		}
	}
	for _, name := range c.runs {
		file, err := os.Open(name)
		if err != nil {
			return fmt.Errorf("read correlated hits: %w", err)
		}
		defer file.Close()
		dec := gob.NewDecoder(bufio.NewReaderSize(file, 256<<10))
		if err := add(&hitStream{next: func(o *engine.Occurrence) (bool, error) {
			*o = engine.Occurrence{}
			err := dec.Decode(o)
			if errors.Is(err, io.EOF) {
				return false, nil
			}
			if err != nil {
				return false, fmt.Errorf("read correlated hits: %w", err)
			}
			return true, nil
		}}); err != nil {
			return err
		}
	}
	heap.Init(&all)
	for len(all) > 0 {
		s := all[0]
		f(s.now)
		ok, err := s.next(&s.now)
		if err != nil {
			return err
		}
		if ok {
			heap.Fix(&all, 0)
		} else {
			heap.Pop(&all)
		}
	}
	return nil
}

// run evaluates all correlations and returns their findings in the order of
// time, rule and group; a second list says what could not be counted.
func (c *correlator) run() ([]*finding.Finding, []string, error) {
	engine.SortOccurrences(c.list)
	lists := [][]engine.Occurrence{c.list}
	var found []*finding.Finding
	var lost, incomplete int64
	for _, level := range c.set.Levels() {
		var inner []engine.Occurrence
		x := c.set.NewCorrelator(level, func(r engine.Result) {
			if !r.Correlation.Silent {
				found = append(found, c.finding(&r))
			}
		}, func(o engine.Occurrence) {
			if len(inner) < maxInner {
				inner = append(inner, o)
			} else {
				lost++
			}
		})
		if err := c.each(lists, x.Add); err != nil {
			return nil, nil, err
		}
		x.End()
		lost += x.Lost
		incomplete += x.Incomplete
		engine.SortOccurrences(inner)
		lists = append(lists, inner)
	}
	slices.SortStableFunc(found, func(a, b *finding.Finding) int {
		if d := a.At.Compare(b.At); d != 0 {
			return d
		}
		return strings.Compare(a.Rule.ID+a.Rule.Title+string(a.Event), b.Rule.ID+b.Rule.Title+string(b.Event))
	})
	var notes []string
	for _, n := range []struct {
		count int64
		text  string
	}{
		{c.timeless, "hits without a time could not be correlated"},
		{incomplete, "hits lack a field that a correlation groups or counts by, and are in none of its groups"},
		{lost, "hits were too many to be held for correlation: results may be missing"},
	} {
		if n.count > 0 {
			notes = append(notes, fmt.Sprintf("%d %s", n.count, n.text))
		}
	}
	return found, notes, nil
}

// maxInner bounds the fulfilments of correlations that others refer to.
const maxInner = 1_000_000

// finding tells a result. It stands at the hit that met the condition first.
func (c *correlator) finding(r *engine.Result) *finding.Finding {
	m := &r.Correlation.Meta
	says, _ := m.Extra.(sigma.Details)
	f := &finding.Finding{
		Time: r.By.At.String(), At: r.By.At, Host: r.By.Host,
		Rule:       finding.Rule{ID: m.ID, Title: m.Title, Level: m.Level, Kind: "correlation", Source: m.Source},
		Techniques: list(says.Techniques), CVEs: list(says.CVEs), Actors: list(says.Actors), Software: says.Software,
		Source: c.items[r.By.Item], Item: r.By.Item,
		Where: finding.Where{Record: r.By.Record, Offset: r.By.Offset, Line: r.By.Line},
	}
	text := func(dst []byte, key, value string) []byte {
		return event.AppendJSONString(append(dst, key...), []byte(value))
	}
	b := text(nil, `{"correlation":`, r.Correlation.Kind.String())
	b = fmt.Appendf(b, `,"count":%d`, r.Count)
	b = text(b, `,"first":`, r.First.String())
	b = text(b, `,"last":`, r.Last.String())
	b = append(b, `,"group":{`...)
	var words []string
	for i, name := range r.Correlation.GroupBy {
		if i > 0 {
			b = append(b, ',')
		}
		b = text(append(event.AppendJSONString(b, []byte(name)), ':'), "", r.Group[i])
		words = append(words, name+" "+r.Group[i])
	}
	b = append(b, `},"findings":[`...)
	for i, id := range r.IDs {
		if i > 0 {
			b = append(b, ',')
		}
		b = text(b, "", id)
	}
	f.Event = append(b, "]}"...)
	span := time.Duration(r.Correlation.Span)
	f.Message = fmt.Sprintf("%s: %d hits within windows of %s, from %s to %s", m.Title, r.Count, span, r.First, r.Last)
	if len(words) > 0 {
		f.Message += ", " + strings.Join(words, ", ")
	}
	f.Seal()
	return f
}
