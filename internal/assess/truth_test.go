package assess

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"spoor/internal/lab"
)

// What follows works out from the rows alone, and from facts written down here
// a second time, what must be said of a quiet server. It shares no code with
// what it judges.

// doorFact is a way in as the sources have it: since when it was used, which
// logs show a knock, and how new a build must be.
type doorFact struct {
	id, title string
	start     time.Time
	doors     []string // sources
	safe      int      // index into buildFacts from which on it is closed
}

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// buildFacts are builds of Exchange 2019, each with all fixes of those before:
// CU4 of 2019, CU8 of December 2020, the update of March 2021 for it, that of
// November 2021 for CU11, that of November 2022 for CU12.
func buildFacts() []lab.Build {
	return []lab.Build{{15, 2, 464, 5}, {15, 2, 792, 3}, {15, 2, 792, 10}, {15, 2, 986, 14}, {15, 2, 1118, 20}}
}

func doorFacts() []doorFact {
	web := []string{"iis", "httpproxy"}
	return []doorFact{
		{"cve-2020-0688", "CVE-2020-0688", day("2020-02-25"), web, 1},
		{"proxylogon", "ProxyLogon", day("2021-01-03"), web, 2},
		{"proxyshell", "ProxyShell", day("2021-07-20"), web, 3},
		{"proxytoken", "ProxyToken", day("2021-08-10"), web, 3},
		{"cve-2021-42321", "CVE-2021-42321", day("2021-10-16"), []string{"management"}, 3},
		{"proxynotshell", "ProxyNotShell", day("2022-08-01"), web, 4},
		{"owassrf", "OWASSRF", day("2022-11-17"), web, 4},
	}
}

// quietCase is evidence of a quiet server and what is known about it.
type quietCase struct {
	plan  lab.Quiet
	rows  map[string]lab.QuietRows
	upto  []int // builds: the index of each of plan.Builds
	audit string
}

func sourcesOf() []string {
	return []string{"iis", "httpproxy", "ecp", "rps-http", "rps-cmdlet", "management", "security", "sysmon"}
}

// newQuietCase makes a server whose logs begin and end on different days, have
// deleted spans of ten hours to three days, and whose build may change.
func newQuietCase(seed uint64) (quietCase, []lab.File) {
	rng := rand.New(rand.NewPCG(seed, 77))
	facts := doorFacts()
	c := quietCase{}
	begin := facts[rng.IntN(len(facts))].start.AddDate(0, 0, rng.IntN(60)-30).Add(time.Duration(rng.IntN(24)) * time.Hour)
	length := 16 + rng.IntN(20)
	end := begin.AddDate(0, 0, length)
	moment := func(from, to time.Time) time.Time {
		return from.Add(time.Duration(rng.Int64N(int64(to.Sub(from)/time.Minute))) * time.Minute)
	}
	build := rng.IntN(len(buildFacts()))
	c.plan = lab.Quiet{Seed: seed, Builds: []lab.BuildFrom{{Build: buildFacts()[build], From: begin}}}
	c.upto = []int{build}
	for at := begin; rng.IntN(2) == 0 && build+1 < len(buildFacts()); {
		build += 1 + rng.IntN(len(buildFacts())-build-1)
		at = moment(at, end)
		c.plan.Builds = append(c.plan.Builds, lab.BuildFrom{Build: buildFacts()[build], From: at})
		c.upto = append(c.upto, build)
	}
	c.audit = []string{"all", "no-lines", "logons"}[rng.IntN(3)]
	for _, source := range sourcesOf() {
		l := lab.QuietLog{Source: source, From: begin, To: end, LogonsOnly: source == "security" && c.audit == "logons", NoLines: source == "security" && c.audit == "no-lines"}
		if rng.IntN(2) == 0 {
			l.From = moment(begin, begin.AddDate(0, 0, 4))
		}
		if rng.IntN(2) == 0 {
			l.To = moment(end.AddDate(0, 0, -4), end)
		}
		for range rng.IntN(3) {
			from := moment(l.From.AddDate(0, 0, 1), l.To.AddDate(0, 0, -4)).Truncate(time.Hour)
			l.Deleted = append(l.Deleted, [2]time.Time{from, from.Add(time.Duration(10+rng.IntN(62)) * time.Hour)})
		}
		c.plan.Logs = append(c.plan.Logs, l)
	}
	var files []lab.File
	files, c.rows = c.plan.Files()
	return c, files
}

// expected is what must be said.
type expected struct {
	verdict  string
	reason   string // id of the sentence
	from, to time.Time
	doors    map[string]*exposure // by chain; none for a door that says nothing
	unsure   bool                 // an edge where the two ways of counting may differ
	missing  []string             // ids of logs that were not handed over
	commands string               // "", "rule-out.commands", "rule-out.command-lines"
}

// exposure is what must be said of one door.
type exposure struct {
	state  string
	before time.Time // the logs do not reach back to this, zero for none
	holes  [][2]time.Time
}

// times joins the rows of the sources handed over, in order.
func (c quietCase) times(have []string, of ...string) []time.Time {
	var list []time.Time
	for _, s := range of {
		if slices.Contains(have, s) {
			list = append(list, c.rows[s].Written...)
		}
	}
	slices.SortFunc(list, time.Time.Compare)
	return list
}

// safeSince is the first row, of those that state a build, at which a build is
// new enough; zero for none. Builds only get newer.
func (c quietCase) safeSince(stated []time.Time, index int) time.Time {
	for _, t := range stated {
		for i, b := range slices.Backward(c.plan.Builds) {
			if !b.From.After(t) {
				if c.upto[i] >= index {
					return t
				}
				break
			}
		}
	}
	return time.Time{}
}

// Rows are at most 45 minutes apart, and what is deleted from a log is ten
// hours or more; where several logs are deleted, what none of them shows may be
// shorter, and times are told to the hour.
const (
	deleted = time.Hour     // a longer gap is none of the server's own
	surely  = 3 * time.Hour // a gap that must be told; a shorter one is an edge
)

// breaks are the times without a row.
func breaks(rows []time.Time) [][2]time.Time {
	var list [][2]time.Time
	for i := 1; i < len(rows); i++ {
		if rows[i].Sub(rows[i-1]) > deleted {
			list = append(list, [2]time.Time{rows[i-1], rows[i]})
		}
	}
	return list
}

func clip(p [2]time.Time, from, to time.Time) [2]time.Time {
	if p[0].Before(from) {
		p[0] = from
	}
	if !to.IsZero() && p[1].After(to) {
		p[1] = to
	}
	return p
}

func long(p [2]time.Time) time.Duration { return p[1].Sub(p[0]) }

// must says what must be said of the sources handed over.
func (c quietCase) must(have []string) expected {
	e := expected{verdict: "cannot-tell", doors: map[string]*exposure{}}
	for source, id := range map[string]string{"iis": "iis", "httpproxy": "httpproxy", "ecp": "ecp-server", "management": "management", "security": "security"} {
		if !slices.Contains(have, source) {
			e.missing = append(e.missing, id)
		}
	}
	slices.Sort(e.missing)
	door := c.times(have, "iis", "httpproxy")
	results := []string{"ecp", "rps-http", "rps-cmdlet", "management", "sysmon"}
	if c.audit != "logons" {
		results = append(results, "security")
	}
	result := c.times(have, results...)
	if slices.Contains(have, "security") && !slices.Contains(have, "sysmon") {
		e.commands = map[string]string{"logons": "rule-out.commands", "no-lines": "rule-out.command-lines"}[c.audit]
	}
	c.exposed(&e, have, door)
	switch {
	case len(have) == 0:
		e.reason = "reason.no-log"
		return e
	case len(door) == 0:
		e.reason = "reason.no-door-log"
		return e
	case len(result) == 0:
		e.reason = "reason.no-result-log"
		return e
	}
	e.from, e.to = door[0], door[len(door)-1]
	if result[0].After(e.from) {
		e.from = result[0]
	}
	if result[len(result)-1].Before(e.to) {
		e.to = result[len(result)-1]
	}
	blindest := c.blind(e.doors, result)
	open := slices.ContainsFunc(doorFacts(), func(f doorFact) bool { return e.doors[f.id] != nil && e.doors[f.id].state == "open" })
	switch {
	case blindest >= surely:
		e.reason = "reason.blind"
	case open:
		e.reason, e.unsure = "reason.open", blindest > 0
	default:
		e.verdict, e.reason, e.unsure = "nothing-found", "reason.quiet", blindest > 0
	}
	return e
}

// blind is the longest time of a hole of the doors that no result covers.
func (c quietCase) blind(doors map[string]*exposure, result []time.Time) time.Duration {
	gaps := append(breaks(result), [2]time.Time{{}, result[0]}, [2]time.Time{result[len(result)-1], day("2100-01-01")})
	var blindest time.Duration
	for _, x := range doors {
		for _, hole := range x.holes {
			for _, g := range gaps {
				blindest = max(blindest, long(clip(hole, g[0], g[1])))
			}
		}
	}
	return blindest
}

// exposed says what must be said of each door.
func (c quietCase) exposed(e *expected, have []string, door []time.Time) {
	var last time.Time
	for _, s := range have {
		if rows := c.rows[s].Written; rows[len(rows)-1].After(last) {
			last = rows[len(rows)-1]
		}
	}
	if len(door) > 0 {
		last = door[len(door)-1]
	}
	if !strings.Contains(strings.Join(have, " "), "iis") && len(c.times(have, "httpproxy", "ecp", "rps-http", "rps-cmdlet", "management")) == 0 {
		return // nothing shows Exchange
	}
	stated := c.times(have, "httpproxy", "ecp", "rps-http", "rps-cmdlet")
	for _, f := range doorFacts() {
		safe, rows := c.safeSince(stated, f.safe), door
		if len(f.doors) == 1 {
			rows = c.times(have, f.doors...)
		}
		switch {
		case !safe.IsZero() && !safe.After(f.start), !last.After(f.start):
			continue
		case len(rows) > 0 && !rows[len(rows)-1].After(f.start):
			rows = nil
		}
		x := &exposure{state: "covered"}
		e.doors[f.id] = x
		if len(rows) == 0 {
			x.state, x.before = "part-unseen", safe
			if safe.IsZero() {
				x.state = "open"
			}
			continue
		}
		if rows[0].After(f.start) {
			x.state, x.before = "part-unseen", rows[0]
			if safe.IsZero() || safe.After(rows[0].Add(time.Hour)) {
				x.state = "open"
			} else if safe.Before(x.before) {
				x.before = safe
			}
		}
		for _, p := range breaks(rows) {
			if p = clip(p, f.start, safe); long(p) > 0 {
				x.holes = append(x.holes, p)
			}
		}
	}
}

func (x *exposure) String() string {
	s := x.state
	if !x.before.IsZero() {
		s += " before " + x.before.Format(time.RFC3339)
	}
	for _, h := range x.holes {
		s += fmt.Sprint(" hole ", h[0].Format(time.RFC3339), " ", h[1].Format(time.RFC3339))
	}
	return s
}
