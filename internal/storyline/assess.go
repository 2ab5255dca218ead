package storyline

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"spoor/internal/coverage"
	"spoor/internal/finding"
	"spoor/internal/message"
)

//go:embed doors.yml
var doorsFile []byte

// Assess gives one verdict per host, hosts sorted by name. The findings carry
// the resolved host; coverage is that of the same examination.
func Assess(found []*finding.Finding, cov *coverage.Coverage, hosts *coverage.Hosts) ([]*Host, error) {
	chains, err := Chains()
	if err != nil {
		return nil, err
	}
	var doors []Door
	if err := yaml.Unmarshal(doorsFile, &doors); err != nil {
		return nil, fmt.Errorf("parse the list of doors not checked: %w", err)
	}
	byHost := map[string][]*finding.Finding{}
	names := cov.Hosts()
	for _, f := range found {
		byHost[f.Host] = append(byHost[f.Host], f)
		if !slices.Contains(names, f.Host) {
			names = append(names, f.Host)
		}
	}
	english, err := message.Load(message.English)
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	known := knownServers(names, hosts)
	away := land(byHost, names, chains)
	list := make([]*Host, 0, len(names))
	for _, name := range names {
		h := &Host{Host: name, Aliases: hosts.Aliases(name), NotChecked: doors,
			Chains: []*ChainResult{}, Webshells: []*Shell{}, Story: []*Entry{}, Leads: []*Lead{}, CannotRuleOut: []string{}, Taken: []string{}, Unseen: []message.Text{}, Hypotheses: []any{}, Builds: []BuildSeen{}, Fixed: []Fixed{}}
		if h.Aliases == nil {
			h.Aliases = []string{}
		}
		h.away, h.loose, h.servers = away, map[string]bool{}, known
		h.decide(chains, byHost[name], cov.Host(name))
		h.speak(english)
		list = append(list, h)
	}
	return list, nil
}

func (h *Host) decide(chains map[string]*Chain, found []*finding.Finding, logs []*coverage.Log) {
	byChain := map[string][]*finding.Finding{}
	var outside []*finding.Finding
	for _, f := range found {
		if f.Step != nil && chains[f.Step.Chain] != nil {
			byChain[f.Step.Chain] = append(byChain[f.Step.Chain], f)
		} else {
			outside = append(outside, f)
		}
	}
	told := map[*finding.Finding]bool{}
	for _, c := range sorted(chains) {
		if c.ID == finding.ChainAfter || c.ID == finding.ChainWebShell {
			continue
		}
		if r := reach(c, steps(c, byChain), logs, h.away, h.servers, uncontrolled, byChain[finding.ChainAfter]); r != nil {
			h.Chains = append(h.Chains, r)
			h.Story = append(h.Story, entries(c.ID, r.hits)...)
			for _, hit := range r.hits {
				told[hit.f] = true
			}
		}
	}
	h.pages(chains[finding.ChainWebShell], steps(chains[finding.ChainWebShell], byChain), byChain[finding.ChainAfter], logs)
	later := slices.DeleteFunc(slices.Clone(byChain[finding.ChainAfter]), func(f *finding.Finding) bool { return told[f] })
	outside = append(outside, h.after(chains[finding.ChainAfter], later)...)
	h.Leads = leads(outside)
	h.times()
	for _, l := range logs {
		h.signs.Merge(l.Signs)
	}
	h.Windows = windows(chains, logs, h.signs)
	h.conclude(logs)
	h.assume(chains, logs)
	h.facts(chains, logs)
	h.share(found)
	h.Next = actions(h)
	slices.SortStableFunc(h.Story, func(a, b *Entry) int {
		if (a.Time == "") != (b.Time == "") {
			return strings.Compare(b.Time, a.Time) // what states no time comes last
		}
		return strings.Compare(a.sortTime(), b.sortTime())
	})
}

// steps are the findings that show a step of a chain, those of other chains
// that it shares included.
func steps(c *Chain, byChain map[string][]*finding.Finding) []*finding.Finding {
	found := slices.Clone(byChain[c.ID])
	for id, list := range byChain {
		if id == c.ID {
			continue
		}
		for _, f := range list {
			if c.step(f) != nil {
				found = append(found, f)
			}
		}
	}
	slices.SortStableFunc(found, finding.Compare)
	return found
}

// sortTime is the time for putting lines in order. The second that a shell's
// file states is that of the change it was saved after, so it goes behind the
// other steps of that second.
func (e *Entry) sortTime() string {
	t := strings.TrimSuffix(e.Time, "Z")
	if e.Step == finding.StepShellFile && t != "" && !strings.Contains(t, ".") {
		t += ".9999999"
	}
	return t
}

// succeeded returns the time of the first success of any chain, "" for none.
func (h *Host) succeeded() string {
	first := ""
	for _, r := range h.Chains {
		if r.FirstSuccess != "" && (first == "" || before(r.FirstSuccess, first)) {
			first = r.FirstSuccess
		}
	}
	return first
}

// after joins later steps to a success on the same host and returns the
// findings that stay unjoined.
func (h *Host) after(c *Chain, found []*finding.Finding) (unjoined []*finding.Finding) {
	won := h.succeeded()
	var from []string // addresses behind what succeeded
	for _, r := range h.Chains {
		if r.Grade.rank() >= Exploited.rank() {
			from = append(from, r.Sources...)
		}
	}
	var hits []*hit
	for _, f := range found {
		step := c.steps[f.Step.Name]
		if f.Step.Name == finding.StepImpersonatedRead && !slices.Contains(from, source(f)) {
			continue // a backup or an archive at work, unless it is an intruder's address
		}
		if won == "" || step == nil || f.Time != "" && before(f.Time, won) {
			unjoined = append(unjoined, f)
			h.loose[f.Step.Name] = true
			continue
		}
		hits = append(hits, &hit{f: f, step: step, grade: Compromised, shows: f.Step.Shows})
	}
	byTime(hits)
	h.Story = append(h.Story, entries(c.ID, hits)...)
	h.taken(hits)
	return unjoined
}

// times sets the host's own first and last from its chains.
func (h *Host) times() {
	for _, r := range h.Chains {
		if r.FirstAttempt != "" && (h.FirstAttempt == "" || before(r.FirstAttempt, h.FirstAttempt)) {
			h.FirstAttempt = r.FirstAttempt
		}
		h.Last = latest(h.Last, r.Last)
	}
	h.FirstSuccess = h.succeeded()
	for _, e := range h.Story {
		if h.FirstSuccess != "" && e.Grade.rank() >= Exploited.rank() {
			h.Last = latest(h.Last, latest(e.Time, e.Until))
		}
	}
}

// conclude chooses the verdict in the order of precedence.
func (h *Host) conclude(logs []*coverage.Log) {
	var best, tried *ChainResult
	for _, r := range h.Chains {
		if r.Grade.rank() >= Exploited.rank() && (best == nil || before(r.FirstSuccess, best.FirstSuccess) || best.ID == finding.ChainWebShell) {
			best = r
		}
		if r.Grade == Attempted && (tried == nil || worse(r.Outcome, tried.Outcome)) {
			tried = r
		}
	}
	switch {
	case best != nil:
		h.Verdict, h.Why = IsCompromised, compromisedReason(best)
	case h.unexplained().ID != "":
		h.Verdict, h.Why = IsSuspicious, h.unexplained()
	case tried != nil:
		h.Verdict, h.Outcome, h.Why = IsAttempted, tried.Outcome, attemptedReason(tried)
	default:
		quiet(h, logs)
	}
}

// worse orders outcomes: what cannot be told weighs most.
func worse(a, b string) bool {
	order := []string{Failed, NotSeen, Undecided}
	return slices.Index(order, a) > slices.Index(order, b)
}

// unexplained names what a person must look at, nothing for nothing.
func (h *Host) unexplained() message.Text {
	for _, s := range h.Webshells {
		if r, from := h.triedBefore(s); r != nil {
			return message.New("reason.page-after", "page", s.Path, "says", s.message(), "from", from, "door", title(r.ID))
		}
	}
	if len(h.Webshells) > 0 {
		s := h.Webshells[0]
		return message.New("reason.page", "page", s.Path, "says", s.message())
	}
	for _, r := range h.Chains {
		if r.Grade == Suspicious {
			return message.New("reason.step-unexplained", "door", title(r.ID), "says", says(r.ID, r.Deepest))
		}
	}
	for _, l := range h.Leads {
		if grave(l.Level) {
			return message.New("reason.lead", "level", message.New("level."+l.Level), "rule", l.Title)
		}
	}
	return message.Text{}
}

// triedBefore returns the chain, with the address, by which somebody knocked who
// asked for a page afterwards.
func (h *Host) triedBefore(s *Shell) (*ChainResult, string) {
	first := s.FirstUsed
	if first == "" {
		first = s.FirstAnswered
	}
	if first == "" {
		return nil, ""
	}
	for _, r := range h.Chains {
		if r.Grade != Attempted || r.Outcome == Failed || r.FirstAttempt == "" || before(first, r.FirstAttempt) {
			continue
		}
		for _, from := range s.Sources {
			if slices.Contains(r.Sources, from) {
				return r, from
			}
		}
	}
	return nil, ""
}

// facts fills in what stands beside the verdict: builds, coverage, gaps.
func (h *Host) facts(chains map[string]*Chain, logs []*coverage.Log) {
	h.Build = newestBuild(logs)
	for _, b := range builds(logs) {
		h.Builds = append(h.Builds, BuildSeen{Build: b.Build, From: b.From.String(), To: b.To.String()})
	}
	for _, c := range sorted(chains) {
		if c.fix == nil || h.Build == "" {
			continue
		}
		h.Fixed = append(h.Fixed, Fixed{Chain: c.ID, Patch: c.Patched(h.Build), Since: fixedSince(c, logs).String()})
	}
	h.Coverage = make([]CoverageRow, 0, len(logs))
	for _, l := range logs {
		h.Coverage = append(h.Coverage, row(l))
	}
	h.ongoing(logs)
	h.missing(logs)
	h.absentNow = h.absent(logs)
}

// ongoing says whether the last step lies close to the end of the logs.
func (h *Host) ongoing(logs []*coverage.Log) {
	if h.Verdict != IsCompromised || h.Last == "" {
		return
	}
	_, to := span(logs, func(*coverage.Log) bool { return true })
	h.GoesOn = message.New("ongoing", "to", to.String())
}

// latest returns the later of two times as text; "" is none.
func latest(a, b string) string {
	if before(a, b) {
		return b
	}
	return a
}
