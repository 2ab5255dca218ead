package storyline

import (
	"math"
	"slices"
	"strings"

	"spoor/internal/coverage"
	"spoor/internal/exchange"
	"spoor/internal/finding"
	"spoor/internal/webpath"
)

// pages grades what was seen of server pages. A page is a compromise only when
// something shows what it is: its own structure, that a chain or the server
// itself wrote it, that who used it had come through a door before, or that the
// web server ran a command just then (pageReasons). Where the server answers
// everything, answers show nothing.
func (h *Host) pages(c *Chain, found, after []*finding.Finding, logs []*coverage.Log) {
	controls := controlsOf(found)
	found = telling(found, controls)
	if len(found) == 0 {
		return
	}
	h.Webshells = shells(found, controls)
	r := reach(c, found, logs, nil, h.servers, func(*finding.Finding) bool { return true }, nil) // pages are weighed below
	if r == nil {
		return
	}
	won := h.succeeded()
	for _, s := range h.Webshells {
		s.Reasons = (&sight{Shell: s, host: h, won: won, hits: r.hits, after: after, logs: logs}).reasons()
		whole := slices.ContainsFunc(s.Reasons, func(why string) bool { return why != writtenAfterSuccess })
		for _, hit := range r.hits {
			if whole && samePage(s.Path, pageName(hit.f)) && hit.step.ID != finding.StepPageRefused {
				hit.grade = Compromised
			}
		}
	}
	for _, hit := range r.hits {
		// A page written or created after a chain succeeded belongs to it.
		if writtenSince(hit, won) {
			hit.grade = Compromised
		}
	}
	for _, file := range r.hits { // a file states no time; the same page's other rows do
		if file.step.ID == finding.StepShellFile && file.f.Time == "" && slices.ContainsFunc(r.hits, func(o *hit) bool {
			return o.grade == Compromised && samePage(pageName(o.f), pageName(file.f))
		}) {
			file.grade = Compromised
		}
	}
	r.Grade, r.CVEs, r.Sources, r.Findings = None, []string{}, []string{}, []string{}
	r.FirstAttempt, r.FirstSuccess, r.Last = "", "", ""
	r.summarise()
	var shown []*hit
	for _, hit := range r.hits {
		if hit.step.ID != finding.StepPageRefused && hit.f.Step.Chain == c.ID { // the others are told with their chain
			shown = append(shown, hit)
		}
	}
	if r.Grade.rank() >= Exploited.rank() {
		h.Chains = append(h.Chains, r)
	}
	if len(h.Webshells) > 0 {
		h.Story = append(h.Story, entries(c.ID, shown)...)
	}
}

// manyNames is how many pages that Exchange does not ship must have answered
// one address for an answer to show nothing where no name was refused: a
// scanner asks for dozens of names, an intruder has a few.
const manyNames = 8

// control is what a server answered to names in one folder.
type control struct {
	refused    bool // some names were refused
	everything bool // answers show nothing
}

// controlsOf gathers what each folder answers. A server that answers names that
// no server has together, or many names of one address, answers everything, but
// not in a folder in which it refused a name.
func controlsOf(found []*finding.Finding) map[string]*control {
	all, anything := map[string]*control{}, false
	asked := map[string]map[string]bool{} // names, by address
	of := func(dir string) *control {
		if all[dir] == nil {
			all[dir] = &control{}
		}
		return all[dir]
	}
	for _, f := range found {
		page := requestPage(f)
		dir := folderOf(page)
		switch f.Step.Name {
		case finding.StepAnswersEverything:
			anything = true
		case finding.StepPageRefused:
			of(dir).refused = true
		case finding.StepPageAnswered, finding.StepPageUsed:
			if exchange.Ships(page) {
				continue // whatever stood behind its name
			}
			from := source(f)
			if asked[from] == nil {
				asked[from] = map[string]bool{}
			}
			asked[from][page] = true
			of(dir)
		}
	}
	for _, names := range asked {
		anything = anything || len(names) >= manyNames
	}
	for _, c := range all {
		c.everything = anything && !c.refused
	}
	return all
}

// requestPage is the page of a request in its one form, "" for a finding that
// is about none.
func requestPage(f *finding.Finding) string {
	for _, name := range [...]field{csURIStem, urlStem} {
		if v := name.of(f); v != "" && v != "-" {
			return string(webpath.Normal([]byte(v), nil).Page)
		}
	}
	return ""
}

func folderOf(page string) string { return page[:strings.LastIndexByte(page, '/')+1] }

// telling leaves out answers that show nothing: those in a folder where the
// server answers everything, those of a page that was examined and does not
// read what a request sends, and those of a page of the product, whatever
// stood behind its name.
func telling(found []*finding.Finding, controls map[string]*control) []*finding.Finding {
	var inert []string
	for _, f := range found {
		if f.Step.Name == finding.StepPageDeaf {
			inert = append(inert, pageName(f))
		}
	}
	return slices.DeleteFunc(slices.Clone(found), func(f *finding.Finding) bool {
		switch f.Step.Name {
		case finding.StepAnswersEverything, finding.StepPageDeaf:
			return true
		case finding.StepPageAnswered, finding.StepPageUsed:
			page := requestPage(f)
			c := controls[folderOf(page)]
			return exchange.Ships(page) || c != nil && c.everything || slices.ContainsFunc(inert, func(name string) bool { return samePage(name, pageName(f)) })
		}
		return false
	})
}

// commandAfter reports that the web server started a command when the page
// was there, as far as it is known since when.
func commandAfter(s *Shell, after []*finding.Finding) bool {
	return slices.ContainsFunc(after, func(f *finding.Finding) bool {
		return f.Step.Name == finding.StepCommand && f.Time != "" && (s.FirstWritten == "" || !before(f.Time, s.FirstWritten))
	})
}

// cameThrough reports that an address which a chain succeeded from used the
// page afterwards.
func (h *Host) cameThrough(s *Shell, hits []*hit) bool {
	for _, r := range h.Chains {
		if r.FirstSuccess == "" {
			continue
		}
		for _, u := range hits {
			if u.step.ID == finding.StepPageUsed && samePage(s.Path, pageName(u.f)) && slices.Contains(r.Sources, source(u.f)) && !before(u.f.Time, r.FirstSuccess) {
				return true
			}
		}
	}
	return false
}

// answerTime is how close to a request a command must start to be run by it,
// in seconds; the request is noted at its end.
const answerTime = 5

// accident is the greatest chance that commands fall beside a page's requests
// by accident at which they are still said to be run by it.
const accident = 0.01

// ran reports that the web server started commands while the page was used,
// and that this is no accident: a page that is used all day, as an add-on's
// sign-in page is, has a request beside every command.
func ran(s *Shell, hits []*hit, after []*finding.Finding, logs []*coverage.Log) bool {
	var uses []int64
	for _, u := range hits {
		if u.step.ID == finding.StepPageUsed && u.f.At.Known() && samePage(s.Path, pageName(u.f)) {
			uses = append(uses, u.f.At.Sec)
		}
	}
	slices.Sort(uses)
	from, to := span(logs, func(*coverage.Log) bool { return true })
	whole := max(to.Sec-from.Sec, 1)
	share := min(1, float64(len(uses)*(2*answerTime+1))/float64(whole))
	var commands []int64
	for _, f := range after {
		if f.Step.Name == finding.StepCommand && f.At.Known() && beside(uses, f.At.Sec) {
			commands = append(commands, f.At.Sec)
		}
	}
	slices.Sort(commands)
	chance, last := 1.0, int64(math.MinInt64/2)
	for _, at := range commands {
		if at-last > 2*answerTime { // two logs tell of one command, and one command starts others
			chance *= share
			last = at
		}
	}
	return chance < accident
}

// beside reports that a time lies within answerTime of one of the sorted ones.
func beside(times []int64, at int64) bool {
	i, _ := slices.BinarySearch(times, at-answerTime)
	return i < len(times) && times[i] <= at+answerTime
}

func wrote(h *hit) bool {
	return h.step.ID == finding.StepPageWrittenByShare || h.step.ID == finding.StepPageCreated || h.step.ID == finding.StepShellFile
}
