package assess

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
	"spoor/internal/message"
	"spoor/internal/storyline"
	"spoor/rules"
)

// run is one run of the main job, from evidence to verdict.
type run struct {
	o      *Options
	c      *casefile.Case
	tally  examine.Tally
	items  []casefile.Item
	hostOf []coverage.ItemHost
	stated map[event.ItemID][]string
	// watches are the observers at work, in their order.
	watches []watch
	// shells are findings about files, which wait for their requests.
	shells  []*finding.Finding
	hosts   *coverage.Hosts
	notAll  []storyline.NotWhole
	omitted int64
	// evidence is what observers say of it: what they dropped.
	evidence storyline.Evidence
	outside  int64           // events outside the period asked for
	crashes  []examine.Crash // at most maxCrashes
	crashed  int
	// weighing is what hypotheses.json holds.
	weighing *hypothesis.Weighing
}

func (r *run) examine(ctx context.Context, opts examine.Options) (*examine.Totals, error) {
	if opts.Workers <= 0 {
		opts.Workers = runtime.GOMAXPROCS(0)
	}
	r.stated = make(map[event.ItemID][]string)
	if r.o.Observers == nil {
		r.o.Observers = Observers()
	}
	opts.Observe = r.observe(opts.Workers)
	if opts.Inspectors = r.o.Inspectors; opts.Inspectors == nil {
		opts.Inspectors = Inspectors()
	}
	return examine.Run(ctx, opts, examine.Sink{
		Finding: func(f *finding.Finding) error {
			if r.o.Known.excludes(f) {
				r.omitted++
				return nil
			}
			f = r.marked(withShellKey(f))
			if tiesToRequests(f) {
				r.shells = append(r.shells, f)
				return nil
			}
			return r.c.Add(f)
		},
		Item: r.item,
	})
}

// marked returns the finding with the marking that the user asked for.
func (r *run) marked(f *finding.Finding) *finding.Finding {
	if r.o.TLP == "" {
		return f
	}
	return f.With(func(f *finding.Finding) { f.TLP = r.o.TLP })
}

func (r *run) item(res *examine.ItemResult) error {
	r.tally.Add(res)
	it := casefile.Item{
		Path: res.Item.Path, Kind: res.Format, Bytes: res.Bytes, SHA256: res.SHA256,
		Outcome: res.Outcome.String(), Code: res.Code, Reason: res.Reason,
		Records: res.Records, Damaged: res.Damaged, Lost: res.Lost, From: res.From.String(), To: res.To.String(),
	}
	r.outside += res.Outside
	r.crashed += res.Crashed
	r.crashes = append(r.crashes, res.Crashes[:min(len(res.Crashes), maxCrashes-len(r.crashes))]...)
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
func (r *run) verdict(t *examine.Totals) (*storyline.Verdict, error) {
	r.hosts = coverage.NewHosts(r.hostOf, r.stated)
	for i := range r.items {
		if len(r.stated[r.hostOf[i].ID]) < 2 {
			name := ""
			if s := r.stated[r.hostOf[i].ID]; len(s) == 1 {
				name = s[0]
			}
			r.items[i].Host = r.hosts.Of(name, r.hostOf[i].ID)
		}
	}
	whole, err := r.conclude()
	if err != nil {
		return nil, err
	}
	found := r.c.Findings(r.hosts.Of)
	list, err := storyline.Assess(found, whole.Coverage, r.hosts)
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
			Untold:   r.evidence.Untold, NotFollowed: r.evidence.NotFollowed, Dropped: r.evidence.Dropped,
			Known:  storyline.Known{Findings: r.omitted, Reason: r.o.Known.reason()},
			Period: storyline.Period{From: r.o.Examine.From.String(), To: r.o.Examine.To.String(), LeftOut: r.outside},
		},
		Rules: storyline.Rules{Loaded: r.o.Rules.Report.Loaded, Refused: []storyline.RefusedRule{}, Version: rules.Version},
	}
	v.Indicators = r.o.Indicators.verdict()
	if t.Interrupted {
		v.Evidence.Stopped = r.tally.Missing()
	}
	if v.Evidence.NotWhole == nil {
		v.Evidence.NotWhole = []storyline.NotWhole{}
	}
	for _, ref := range r.o.Rules.Report.Refused {
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
