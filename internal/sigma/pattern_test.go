package sigma

import (
	"slices"
	"testing"

	"spoor/internal/engine"
)

// FuzzPattern compares the short way for plain text with the one for all values.
func FuzzPattern(f *testing.F) {
	for _, s := range []string{"", "a", "A\\b", `\\`, `\*`, `\a`, `a\`, "a*b?", "**", "ÄÖ\u212a", "\xff"} {
		f.Add(s, "B", uint8(3))
	}
	f.Fuzz(func(t *testing.T, s, next string, coming uint8) {
		c := &compiler{coming: int(coming)}
		for _, place := range []string{"", "contains", "startswith", "endswith"} {
			for _, cased := range []bool{true, false} {
				got := c.pattern(s, place, cased)
				c.pattern(next, place, cased) // must not touch the first
				want := anchor(parsePattern(s), place)
				for i := range want {
					if !cased {
						want[i].Text = engine.Fold(want[i].Text)
					}
				}
				if !slices.Equal(got, want) {
					t.Fatalf("%q at %q became %+v instead of %+v", s, place, got, want)
				}
			}
		}
	})
}
