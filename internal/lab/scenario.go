package lab

import (
	"slices"
	"strings"
	"time"
)

// Scenario is one story of a server with what must be concluded from the
// evidence that it left. What must be concluded follows from what the rows
// show and from the definitions of the verdict, not from what really
// happened: a story whose only telling log is missing has another conclusion.
type Scenario struct {
	Name  string // "proxylogon-without-iis"
	Chain string // the way in, or the one that it looks like
	Kind  string // one of the Kind constants
	Says  string // what happened and why the conclusion follows, one sentence
	Want  []ServerWant

	files func() []File
}

// Kinds of scenario.
const (
	KindFull    = "full intrusion"
	KindAttempt = "attempt"
	KindPartial = "partial success"
	KindMissing = "source missing"
	KindBenign  = "benign lookalike"
)

// Files writes the evidence, sorted by path.
func (s Scenario) Files() []File { return s.files() }

// ServerWant is what must be concluded about one server.
type ServerWant struct {
	Host    string
	Verdict string // as in spoor.verdict/1
	Outcome string // of attempted
	Chains  []ChainWant
	// After are the steps of what came after, in any order; nil is not asked.
	After []string
	// Taken are ids of the sentences on what was probably taken ("taken.mail"),
	// in order; nil is not asked.
	Taken []string
	// Mild asks only that nothing is said to have succeeded: chains stay
	// attempts, their steps and times are not asked. Outcome "*" is any.
	Mild bool
}

// ChainWant is how far one chain must be said to have gone. Times that are
// zero must not be stated; a log that keeps whole seconds may cut them.
type ChainWant struct {
	ID, Grade, Outcome, Deepest string
	First, Success, Last        time.Time
	Sources                     []string
}

// Scenarios lists all scenarios, chain by chain. Names are unique.
func Scenarios() []Scenario {
	var list []Scenario
	for _, chapter := range []func() []Scenario{
		proxyLogonScenarios, proxyShellScenarios, proxyNotShellScenarios, owassrfScenarios, proxyTokenScenarios,
		viewStateScenarios, calendarScenarios, getAppScenarios, toolShellScenarios, webShellScenarios, settingsScenarios, lookalikeScenarios,
		formScenarios, varietyScenarios, ordinaryScenarios, afterScenarios,
	} {
		list = append(list, chapter()...)
	}
	return list
}

// play is a story on one server: the middle one of three ordinary days.
type play struct {
	day        string
	build      Build
	sharepoint bool
	acts       func(s *server)
}

const (
	labDomain = "lab.example"
	labHost   = "MAIL01"
	intruder  = "203.0.113.77"
	visitor   = "198.51.100.230" // somebody else who asks for the same things
	tool      = "python-requests/2.25.1"
	browser   = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"
)

func (p play) server(name, addr string, seed uint64) *server {
	s := newServer(name, labDomain, "LAB", addr, strings.ToLower(name)+"."+labDomain, p.build, seed)
	middle := clock(p.day + "T00:00:00Z")
	for day := middle.AddDate(0, 0, -1); !day.After(middle.AddDate(0, 0, 1)); day = day.AddDate(0, 0, 1) {
		if p.sharepoint {
			s.pages(day)
		} else {
			s.ordinary(day, 2)
		}
	}
	return s
}

// at is a time on the day of the play.
func (p play) at(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	return clock(p.day + "T" + s + "Z")
}

// evidence writes the play, with only the wanted kinds of source where some
// are named.
func (p play) evidence(keep func(source string) bool) func() []File {
	return func() []File {
		s := p.server(labHost, "192.0.2.21", 11)
		p.acts(s)
		return slices.DeleteFunc(s.emit(), func(f File) bool { return !keep(SourceOf(f.Path)) })
	}
}

func whole(string) bool { return true }

func without(sources ...string) func(string) bool {
	return func(s string) bool { return !slices.Contains(sources, s) }
}

func only(sources ...string) func(string) bool {
	return func(s string) bool { return slices.Contains(sources, s) }
}

// rest tells, for every source of the full story that no scenario lacks yet,
// the story without it: no step rests on it alone, so the conclusion is the
// same.
func (c *chapter) rest(full play, want ServerWant) {
	for _, source := range full.sources() {
		name := c.chain + "-without-" + source
		if !slices.ContainsFunc(c.list, func(s Scenario) bool { return s.Name == name }) {
			c.tell(KindMissing, "without-"+source, "No step rests on the missing source alone.", full.evidence(without(source)), want)
		}
	}
}

// sources lists the kinds of source in the play's evidence, sorted.
func (p play) sources() []string {
	var list []string
	for _, f := range p.evidence(whole)() {
		if s := SourceOf(f.Path); !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	slices.Sort(list)
	return list
}

// SourceOf names the kind of source that a file of a scenario belongs to.
func SourceOf(path string) string {
	for _, s := range [...][2]string{
		{"/LogFiles/", "iis"}, {"Logging/HttpProxy/", "httpproxy"}, {"Logging/ECP/", "ecp"}, {"Rps_Http_", "rps-http"}, {"Rps_Cmdlet_", "rps-cmdlet"},
		{"OABGeneratorLog", "oab-generator"}, {"MessageTracking", "tracking"}, {"MSExchange Management.evtx", "management"}, {"Application.evtx", "application"}, {"Security.evtx", "security"},
		{"System.evtx", "system"}, {"Sysmon", "sysmon"},
	} {
		if strings.Contains(path, s[0]) {
			return s[1]
		}
	}
	return "files"
}

// chapter collects the scenarios of one chain.
type chapter struct {
	chain string
	list  []Scenario
}

// tell adds a scenario whose only server is the lab's.
func (c *chapter) tell(kind, name, says string, files func() []File, want ServerWant) {
	want.Host = labHost
	c.list = append(c.list, Scenario{Name: c.chain + "-" + name, Chain: c.chain, Kind: kind, Says: says, Want: []ServerWant{want}, files: files})
}

func compromised(chains ...ChainWant) ServerWant {
	return ServerWant{Verdict: "compromised", Chains: chains}
}

func attempted(outcome string, chains ...ChainWant) ServerWant {
	return ServerWant{Verdict: "attempted", Outcome: outcome, Chains: chains}
}

func suspicious(chains ...ChainWant) ServerWant {
	return ServerWant{Verdict: "suspicious", Chains: chains}
}

func nothingFound() ServerWant { return ServerWant{Verdict: "nothing-found"} }

func cannotTell() ServerWant { return ServerWant{Verdict: "cannot-tell"} }

// won is a chain that succeeded.
func (p play) won(id, grade, deepest, first, success, last string, from ...string) ChainWant {
	return ChainWant{ID: id, Grade: grade, Deepest: deepest, First: p.at(first), Success: p.at(success), Last: p.at(last), Sources: from}
}

// tried is a chain that stayed an attempt.
func (p play) tried(id, outcome, deepest, first, last string, from ...string) ChainWant {
	return ChainWant{ID: id, Grade: "attempted", Outcome: outcome, Deepest: deepest, First: p.at(first), Last: p.at(last), Sources: from}
}
