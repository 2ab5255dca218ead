package examine

import (
	"slices"
	"strings"

	"spoor/event"
	"spoor/internal/engine"
	"spoor/internal/fault"
	"spoor/internal/finding"
	"spoor/internal/indicator"
	"spoor/internal/sigma"
	"spoor/internal/stream"
)

// workerState is what one worker keeps between blocks.
type workerState struct {
	p        *pipeline
	decoders map[string]stream.Decoder
	rules    *engine.Engine
	observe  func(*event.Event, bool)
	watch    *indicator.Watch // nil without indicators
	hits     []engine.Hit
	lastHost string
	copies   copies
	lines    lineWriter
	events   int64 // of the block
}

// worker decodes and matches blocks until the producer is done.
func (p *pipeline) worker(n int) {
	w := &workerState{p: p}
	w.prepare()
	if p.opts.Observe != nil {
		w.observe = p.opts.Observe(n)
	}
	for j := range p.work {
		switch {
		case p.ctx.Err() != nil:
			j.skipped = true
			p.held.give(len(j.file))
		case j.block == nil:
			w.inspect(j)
		default:
			w.block(j)
		}
		close(j.ready)
	}
}

// prepare makes what a worker keeps between blocks.
func (w *workerState) prepare() {
	w.decoders = make(map[string]stream.Decoder)
	if w.p.program != nil {
		w.rules = w.p.program.NewEngine()
	}
	if w.p.opts.Indicators != nil {
		w.watch = indicator.NewWatch(w.p.opts.Indicators)
	}
}

// block works on one block. A crash ends it: what was found before is kept, and
// what the worker remembers is begun again, because it may be half changed.
func (w *workerState) block(j *job) {
	w.events = 0
	if f := fault.Catch("decode a block", func() { w.decode(j) }); f != nil {
		j.crash = &Crash{Path: j.item.item.Path, Offset: j.block.Offset, Fault: f}
		j.summary.Records = w.events
		w.lines = lineWriter{}
		w.prepare()
	}
	if !w.p.rendering {
		return
	}
	if f := fault.Catch("write findings", func() { w.render(j) }); f != nil {
		j.crash = &Crash{Path: j.item.item.Path, Offset: j.block.Offset, Fault: f}
		j.findings, j.lines, j.marks, w.copies = nil, nil, nil, copies{}
	}
}

func (w *workerState) decode(j *job) {
	f := j.item.format
	d := w.decoders[f.name]
	if d == nil {
		d = f.decoder(w.p.opts.Location)
		w.decoders[f.name] = d
	}
	w.lastHost = ""
	if w.p.opts.Dump {
		w.lines.begin(j.item)
		if b, ok := w.p.lines.Get().(*[]byte); ok {
			j.lines = (*b)[:0]
		}
	}
	j.summary = d.Decode(j.block, func(e *event.Event) { w.event(j, e) })
	if w.p.opts.Dump {
		w.lines.fields.Begin(j.lines) // before the lines are handed on
	}
}

func (w *workerState) event(j *job, e *event.Event) {
	w.events++
	if !w.p.inPeriod(e.Time) {
		j.outside++
		return
	}
	if e.Host != "" && e.Host != w.lastHost {
		w.lastHost = e.Host
		if len(j.hosts) < maxItemHosts && !slices.Contains(j.hosts, e.Host) {
			j.hosts = append(j.hosts, e.Host)
		}
	}
	looked := false
	if w.rules != nil {
		w.hits = w.rules.Match(e, w.hits[:0])
		looked = w.rules.Tried()
		for i := range w.hits {
			if i == 0 {
				w.copies.take(e, w.p.rendering)
			}
			f := w.finding(e, &w.hits[i], j.item.kind)
			if c := w.p.correlator; c != nil {
				if n, ok := c.members[w.hits[i].Rule]; ok {
					f.Needs, f.Member, f.Silent, f.Correlated = w.hits[i].Needs, n, w.hits[i].Rule.Silent, true
				}
			}
			j.findings = append(j.findings, f)
		}
	}
	if w.watch != nil {
		w.indicators(j, e)
	}
	if w.observe != nil {
		w.observe(e, looked)
	}
	if w.p.opts.Dump {
		j.lines = w.lines.append(j.lines, e)
	}
}

// inPeriod keeps events without a time: leaving them out would lose them.
func (p *pipeline) inPeriod(t event.Time) bool {
	if !t.Known() {
		return true
	}
	return (!p.opts.From.Known() || t.Compare(p.opts.From) >= 0) && (!p.opts.To.Known() || t.Compare(p.opts.To) <= 0)
}

// finding copies what a hit needs out of the block.
func (w *workerState) finding(e *event.Event, h *engine.Hit, kind string) *finding.Finding {
	r := h.Rule
	says, _ := r.Meta.Extra.(sigma.Details)
	f := w.copies.room(w.p.rendering)
	*f = finding.Finding{
		Time: w.copies.time, At: e.Time, Host: e.Host,
		Rule:       finding.Rule{ID: r.Meta.ID, Title: r.Meta.Title, Level: r.Meta.Level, Kind: "sigma", Source: r.Meta.Source},
		Techniques: list(says.Techniques), CVEs: list(says.CVEs), Actors: list(says.Actors), Software: says.Software,
		Source: finding.Source{Kind: kind},
		Where:  finding.Where{Record: e.Ref.Record, Offset: e.Ref.Offset, Line: e.Ref.Line},
		Item:   e.Ref.Item,
		Event:  w.copies.event,
	}
	if !w.p.opts.NoFields {
		f.Fields = fields(e)
	}
	if says.Chain != "" {
		f.Step = &finding.Step{Chain: says.Chain, Name: says.Step, Shows: finding.Shows(says.Shows)}
	}
	f.Message = sentence(says.Message, r.Meta.Title, e)
	for _, name := range h.Untested {
		f.Notes = append(f.Notes, "filter could not be tested: "+name)
	}
	w.copies.seal = f.SealIn(w.copies.seal) // here, where all workers share the work
	return f
}

func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// fields holds the text of every present field by output name; the first
// value of a name wins.
func fields(e *event.Event) map[string]string {
	m := make(map[string]string, len(e.Values))
	for slot, v := range e.Values {
		if !v.Present() {
			continue
		}
		name := e.Shape.OutputName(event.Slot(slot))
		if _, ok := m[name]; !ok {
			m[name] = v.String()
		}
	}
	return m
}

// message fills a rule's sentence with the event's fields: {a|b} is the first
// of the fields that the event has, because logs name one thing differently.
// A field that is not there is shown as "?". Placeholders do not nest, and
// what is filled in is not searched again.
func sentence(format, title string, e *event.Event) string {
	if format == "" {
		return title
	}
	var out strings.Builder
	for {
		start := strings.IndexByte(format, '{')
		end := strings.IndexByte(format[max(start, 0):], '}')
		if start < 0 || end < 0 {
			out.WriteString(format)
			return out.String()
		}
		end += start
		out.WriteString(format[:start])
		value := "?"
		for name := range strings.SplitSeq(format[start+1:end], "|") {
			if v := e.Get(name).String(); v != "" {
				value = v
				break
			}
		}
		out.WriteString(value)
		format = format[end+1:]
	}
}
