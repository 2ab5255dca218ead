package storyline

import (
	"slices"

	"spoor/internal/coverage"
	"spoor/internal/finding"
)

// sight is what is known when a page is graded.
type sight struct {
	*Shell
	host  *Host
	won   string // when a chain first succeeded, "" for never
	hits  []*hit // of all pages
	after []*finding.Finding
	logs  []*coverage.Log
}

// pageReason is why a page counts as a compromise, by the name under which
// webshells[].reasons states it. One that holds is enough.
type pageReason struct {
	name  string
	holds func(*sight) bool
}

// writtenAfterSuccess is the reason of a page that a chain wrote, whoever asked
// for it: it belongs to what is called a compromise already.
const writtenAfterSuccess = "written-after-success"

// pageReasons is the table. A file has the structure of a shell where it was
// examined itself; what a page is used for is seen from its requests alone.
func pageReasons() []pageReason {
	return []pageReason{
		{"shell-in-product-folder", func(s *sight) bool { return s.structural && s.inProduct }},
		{"shell-answered", func(s *sight) bool { return s.structural && s.alone && s.Answered }},
		{"shell-used", func(s *sight) bool { return s.structural && s.alone && s.Used }},
		{"shell-and-command", func(s *sight) bool { return s.structural && commandAfter(s.Shell, s.after) }},
		{"used-and-written-beside-success", func(s *sight) bool { return s.Used && s.Written && s.won != "" }},
		{"used-by-who-broke-in", func(s *sight) bool { return s.Used && s.host.cameThrough(s.Shell, s.hits) }},
		{"used-while-commands-ran", func(s *sight) bool { return s.Used && ran(s.Shell, s.hits, s.after, s.logs) }},
		{writtenAfterSuccess, func(s *sight) bool {
			return slices.ContainsFunc(s.hits, func(h *hit) bool {
				return writtenSince(h, s.won) && samePage(s.Path, pageName(h.f))
			})
		}},
	}
}

// reasons lists why the page counts, nothing for one that does not.
func (s *sight) reasons() []string {
	list := []string{}
	for _, r := range pageReasons() {
		if r.holds(s) {
			list = append(list, r.name)
		}
	}
	return list
}

// writtenSince reports a page that was written after a chain had succeeded.
func writtenSince(h *hit, won string) bool {
	return won != "" && wrote(h) && h.f.Time != "" && !before(h.f.Time, won)
}
