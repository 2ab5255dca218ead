package statement

import "strings"

// squash writes a text in one line: every run of blanks and line ends becomes
// one blank. So a quote can be compared with an excerpt that was wrapped.
func OneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// cut shortens a text to n characters; an ellipsis marks the cut.
func Cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// slug makes an id of a name: letters and digits of ASCII, at most 40, with
// dashes for the rest.
func Slug(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		} else if b.Len() > 0 && !strings.HasSuffix(b.String(), "-") {
			b.WriteByte('-')
		}
		if b.Len() >= 40 {
			break
		}
	}
	if s := strings.Trim(b.String(), "-"); s != "" {
		return s
	}
	return "x"
}
