package sigma

import (
	"regexp/syntax"
	"testing"
)

// FuzzDollar compares the text of an expression whose $ were replaced with the
// parsed expression in which they were: both must read as the same.
func FuzzDollar(f *testing.F) {
	for _, expr := range []string{
		`a$`, `^$`, `a\$`, `[$]`, `[^$]$`, `[]$]$`, `[^]$]$`, `[\]$]$`, `[[:alpha:]$]$`, `[[:$]x:]$`, `(a$|b$)+c`, `a$$`, `$*`, `a${2}`, `\Q$\E$`, `\\$`, `\x{24}$`, `\p{Greek}$`,
		`(?i)a$`, `(?m)a$`, `(?im:a$)b$`, `(?P<m>a$)`, `(?<m>a$)`, `(?i-m:a$)`, `(?s:.$)`, `(?-s).$`, `(?:$)`, `(?U)$`, `(?U:a$)b$`, `[a-z$-]$`, `[[]$`, `[[:]$`, `é$`, `[^é]$`, `.$\n`, `\\Q$`, `[\\]$`,
	} {
		f.Add(expr)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		if len(expr) > 200 {
			return
		}
		parsed, err := syntax.Parse(expr, syntax.Perl)
		if err != nil {
			return
		}
		if size, dollar := measure(parsed); !dollar || size > maxRegexpSize {
			return
		}
		text, ok := feedBeforeEnd(expr)
		if !ok {
			return
		}
		got, err := syntax.Parse(text, syntax.Perl)
		if err != nil {
			t.Fatalf("%q became %q: %v", expr, text, err)
		}
		want, err := syntax.Parse(parsed.String(), syntax.Perl)
		if err != nil {
			return
		}
		if got.String() != want.String() {
			t.Fatalf("%q became %q, which reads %s instead of %s", expr, text, got, want)
		}
	})
}
