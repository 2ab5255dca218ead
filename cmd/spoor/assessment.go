package main

import (
	"context"
	"runtime"

	"spoor/event"
	"spoor/internal/casefile"
	"spoor/internal/coverage"
	"spoor/internal/evidence"
	"spoor/internal/examine"
	"spoor/internal/finding"
	"spoor/internal/hypothesis"
	"spoor/internal/mailuse"
	"spoor/internal/message"
	"spoor/internal/pageuse"
	"spoor/internal/storyline"
	"spoor/rules"
)

// assessment is one run of the main job, from evidence to verdict.
type assessment struct {
	known      *known
	opts       examine.Options
	set        ruleSet
	indicators indicatorSet
	c          *casefile.Case
	report     *itemReport
	items      []casefile.Item
	hostOf     []coverage.ItemHost
	stated     map[event.ItemID][]string
	cols       []*coverage.Collector
	uses       []*pageuse.Collector
	reads      []*mailuse.Collector
	// shells are findings about files, which wait for their requests.
	shells  []*finding.Finding
	hosts   *coverage.Hosts
	notAll  []storyline.NotWhole
	omitted int64
	tlp     string
	outside int64 // events outside the period asked for
	// weighing is what hypotheses.json holds.
	weighing *hypothesis.Weighing
}

func (r *assessment) examine(ctx context.Context, opts examine.Options) (*examine.Totals, error) {
	if opts.Workers <= 0 {
		opts.Workers = runtime.GOMAXPROCS(0)
	}
	observers(&r.cols, opts.Workers)
	r.stated = make(map[event.ItemID][]string)
	r.uses, r.reads = make([]*pageuse.Collector, opts.Workers), make([]*mailuse.Collector, opts.Workers)
	opts.Observe = func(w int) func(*event.Event, bool) {
		r.uses[w], r.reads[w] = pageuse.NewCollector(), mailuse.NewCollector()
		return func(e *event.Event, looked bool) {
			r.cols[w].Add(e, looked)
			r.uses[w].Add(e)
			r.reads[w].Add(e)
		}
	}
	opts.File = inspectFile()
	return examine.Run(ctx, opts, examine.Sink{
		Finding: func(f *finding.Finding) error {
			if r.known.excludes(f) {
				r.omitted++
				return nil
			}
			f.TLP = r.tlp
			noteShellKey(f)
			if tiesToRequests(f) {
				r.shells = append(r.shells, f)
				return nil
			}
			return r.c.Add(f)
		},
		Item: r.item,
	})
}

func (r *assessment) item(res *examine.ItemResult) error {
	r.report.see(res)
	it := casefile.Item{
		Path: res.Item.Path, Kind: res.Format, Bytes: res.Bytes, SHA256: res.SHA256,
		Outcome: res.Outcome.String(), Code: res.Code, Reason: res.Reason,
		Records: res.Records, Damaged: res.Damaged, Lost: res.Lost, From: res.From.String(), To: res.To.String(),
	}
	r.outside += res.Outside
	if res.Lines.Total > 0 {
		l := res.Lines
		it.Lines = &casefile.Lines{Total: l.Total, Header: l.Header, Comment: l.Comment, Blank: l.Blank, Parsed: l.Parsed, Damaged: l.Damaged}
	}
	r.items = append(r.items, it)
	r.hostOf = append(r.hostOf, coverage.ItemHost{ID: res.Item.ID, Path: res.Item.Path, Root: res.Item.Root, Collection: res.Item.Origin.Host, NamedBy: res.Item.Origin.NamedBy, Override: res.Item.HostOverride})
	if len(res.Hosts) > 0 {
		r.stated[res.Item.ID] = res.Hosts
	}
	if res.Outcome == evidence.Partly || res.Outcome == evidence.Unreadable {
		r.notAll = append(r.notAll, storyline.NotWhole{Path: res.Item.Path, Outcome: res.Outcome.String(), Reason: res.Reason})
	}
	return nil
}

// verdict resolves hosts and lets the storyline decide.
func (r *assessment) verdict(t *examine.Totals) (*storyline.Verdict, error) {
	r.hosts = coverage.NewHosts(r.hostOf, r.stated)
	cov := coverage.Merge(r.cols, r.hosts.Of)
	for i := range r.items {
		if len(r.stated[r.hostOf[i].ID]) < 2 {
			name := ""
			if s := r.stated[r.hostOf[i].ID]; len(s) == 1 {
				name = s[0]
			}
			r.items[i].Host = r.hosts.Of(name, r.hostOf[i].ID)
		}
	}
	if err := r.tie(); err != nil {
		return nil, err
	}
	found := r.c.Findings(r.hosts.Of)
	list, err := storyline.Assess(found, cov, r.hosts)
	if err != nil {
		return nil, err
	}
	if r.weighing, err = hypotheses(list, found); err != nil {
		return nil, err
	}
	v := &storyline.Verdict{
		Schema: storyline.Schema, Hosts: list,
		Evidence: storyline.Evidence{
			Items: t.Items, Examined: t.Examined, Partly: t.Partly, Unreadable: t.Unreadable, Ignored: t.Ignored, Bytes: t.Bytes,
			Twice:    storyline.Twice{Items: t.TwiceItems, Blocks: t.TwiceBlocks, Findings: t.TwiceFindings, Bytes: t.TwiceBytes},
			NotWhole: r.notAll,
			Untold:   cov.Overflow,
			Known:    storyline.Known{Findings: r.omitted, Reason: r.known.Reason},
			Period:   storyline.Period{From: r.opts.From.String(), To: r.opts.To.String(), LeftOut: r.outside},
		},
		Rules: storyline.Rules{Loaded: r.set.report.Loaded, Refused: []storyline.RefusedRule{}, Version: rules.Version},
	}
	v.Indicators = r.indicators.verdict()
	if t.Interrupted {
		v.Evidence.Stopped = r.report.missing()
	}
	if v.Evidence.NotWhole == nil {
		v.Evidence.NotWhole = []storyline.NotWhole{}
	}
	for _, ref := range r.set.report.Refused {
		v.Rules.Refused = append(v.Rules.Refused, storyline.RefusedRule{ID: ref.ID, File: ref.File, Line: ref.Line, Code: ref.Code, Reason: ref.Reason})
	}
	english, err := message.Load(message.English)
	if err != nil {
		return nil, err
	}
	v.Evidence.Interrupted = english.Write(v.Evidence.Stopped)
	for _, c := range r.c.Capped() {
		v.Rules.Capped = append(v.Rules.Capped, storyline.CappedRule{ID: c.Rule, Host: c.Host, Total: c.Total})
	}
	return v, nil
}
