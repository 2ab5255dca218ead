package exchange

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Build is an Exchange build number, comparable part by part.
type Build [4]int

// ParseBuild reads "15.1.2176.9".
func ParseBuild(s string) (Build, bool) {
	var b Build
	part := 0
	for i := 0; i <= len(s); {
		j := i
		for j < len(s) && s[j] != '.' {
			j++
		}
		n, err := strconv.Atoi(s[i:j])
		if err != nil || part > 3 || n < 0 {
			return Build{}, false
		}
		b[part] = n
		part++
		i = j + 1
	}
	return b, part == 4
}

// Compare orders builds.
func (b Build) Compare(c Build) int {
	for i := range b {
		if b[i] != c[i] {
			if b[i] < c[i] {
				return -1
			}
			return 1
		}
	}
	return 0
}

// String writes a build without leading zeros, so that "15.01.2176.009" and
// "15.1.2176.9" are one.
func (b Build) String() string { return fmt.Sprintf("%d.%d.%d.%d", b[0], b[1], b[2], b[3]) }

// Release is what Microsoft released under one number.
type Release struct {
	Build   Build
	Product string // "2013", "2016", "2019", "SE"
	Level   string // cumulative update: "CU19", "RTM"
	Update  string // what is installed on top of it: "Mar21SU", "" for the level itself
	Date    string // 2021-03-02
}

// Name is how people call a release: "Exchange 2016 CU19 Mar21SU".
func (r Release) Name() string {
	return strings.TrimRight("Exchange "+r.Product+" "+r.Level+" "+r.Update, " ")
}

var releases = sync.OnceValue(func() []Release {
	var list []Release
	for _, row := range table("builds", 6) {
		b, ok := ParseBuild(row[0])
		if !ok {
			panic("the facts about builds: " + row[0] + " is none")
		}
		r := Release{Build: b, Product: row[1], Level: row[2], Update: row[3], Date: row[4]}
		if r.Update == none {
			r.Update = ""
		}
		list = append(list, r)
	}
	return list
})

// ReleaseOf is the release with a build number.
func ReleaseOf(b Build) (Release, bool) {
	list := releases()
	i, ok := slices.BinarySearchFunc(list, b, func(r Release, b Build) int { return r.Build.Compare(b) })
	if !ok {
		return Release{}, false
	}
	return list[i], true
}

// sameLine reports builds of one product, as far as numbers say: 2019 and SE
// have one line.
func (b Build) sameLine(c Build) bool { return b[0] == c[0] && b[1] == c[1] }

func knownLine(b Build) bool {
	return slices.ContainsFunc(releases(), func(r Release) bool { return r.Build.sameLine(b) })
}
