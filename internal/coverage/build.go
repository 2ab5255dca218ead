package coverage

import (
	"fmt"
	"strconv"
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

func validBuild(b []byte) bool {
	parts := 1
	for _, c := range b {
		switch {
		case c == '.':
			parts++
		case c < '0' || c > '9':
			return false
		}
	}
	return parts == 4 && len(b) >= 7
}
