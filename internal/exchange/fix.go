package exchange

import (
	"slices"
	"sync"
)

// State is whether a build holds the fix of a weakness.
type State string

// The states; Unknown stands for builds of lines that the facts do not have.
const (
	Unknown     State = "unknown"
	NotFixed    State = "not fixed"
	Fixed       State = "fixed"
	NotAffected State = "not affected" // its line never had the weakness
)

// Closed reports that the weakness is no door on a build.
func (s State) Closed() bool { return s == Fixed || s == NotAffected }

// Fix is what mends one weakness.
type Fix struct {
	Weakness string // CVE-2021-26855
	Update   string // Mar21SU
	products []string
	// Since are the builds of the update, one for each level that got it.
	Since []Build
	// From are the earliest levels of each line that came later, and so held
	// the fix from the start.
	From []Build
}

var fixes = sync.OnceValue(func() map[string]*Fix {
	all := map[string]*Fix{}
	for _, row := range table("fixes", 4) {
		f := &Fix{Weakness: row[0], Update: row[1], products: cells(row[2])}
		f.builds()
		if len(f.Since) == 0 {
			panic("the facts about fixes: no build has " + f.Update)
		}
		all[f.Weakness] = f
	}
	return all
})

// FixOf is what mends a weakness, nil where that is not known.
func FixOf(weakness string) *Fix { return fixes()[weakness] }

// builds finds the releases that hold the fix.
func (f *Fix) builds() {
	day := ""
	for _, r := range releases() {
		if r.Update == f.Update && slices.Contains(f.products, r.Product) {
			f.Since = append(f.Since, r.Build)
			day = max(day, r.Date)
		}
	}
	for _, r := range releases() { // sorted, so the first of a line is its earliest
		if r.Update == "" && r.Date > day && !slices.ContainsFunc(f.From, r.Build.sameLine) {
			f.From = append(f.From, r.Build)
		}
	}
}

// State is whether a build holds the fix. An update is for one level; a build
// of another level that did not get it does not hold it, whatever its number.
// A build without a revision, as some logs state it, is not known.
func (f *Fix) State(b Build) State {
	switch {
	case f == nil || b[3] == 0 || !knownLine(b):
		return Unknown
	case !slices.ContainsFunc(f.Since, b.sameLine):
		return NotAffected
	case slices.ContainsFunc(f.From, func(from Build) bool { return b.sameLine(from) && b.Compare(from) >= 0 }):
		return Fixed
	case slices.ContainsFunc(f.Since, func(s Build) bool { return s[2] == b[2] && s.sameLine(b) && b[3] >= s[3] }):
		return Fixed
	}
	return NotFixed
}
