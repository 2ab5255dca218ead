package share

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// fold is the form in which values are compared: Unicode's simple lower case,
// rune by rune.
func fold(s string) string {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			return strings.Map(unicode.ToLower, s)
		}
	}
	return s
}

// folded is a text in folded form, with the place of each byte in the
// original; places is nil where both are the same.
func folded(s string) (text string, places []int32) {
	plain := true
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return strings.ToLower(s), nil
	}
	b := make([]byte, 0, len(s)+8)
	places = make([]int32, 0, len(s)+9)
	for i, r := range s {
		at := len(b)
		b = utf8.AppendRune(b, unicode.ToLower(r))
		for range len(b) - at {
			places = append(places, int32(i))
		}
	}
	return string(b), append(places, int32(len(s)))
}

// alnum reports a letter or digit of any script.
func alnum(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// bounded reports that no letter or digit touches s[from:to].
func bounded(s string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	after, _ := utf8.DecodeRuneInString(s[to:])
	return !alnum(before) && !alnum(after)
}
