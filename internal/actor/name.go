package actor

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Key is the form under which a name is looked up: compatibility-decomposed,
// without marks, lower case, letters and digits only. "APT 40", "APT-40" and
// "apt40" have one key; so have "Sandworm Team" and "sandworm-team", but not
// "Sandworm". Nothing is stemmed, translated or guessed: "JUDGMENT PANDA" and
// "JUDGEMENT PANDA" stay two names, and a source must tie them.
func Key(name string) string {
	plain := true
	for i := 0; i < len(name); i++ {
		if c := name[i]; c >= 0x80 || c < 'a' && (c < '0' || c > '9') || c > 'z' {
			plain = false
			break
		}
	}
	if plain {
		return name
	}
	ascii := true
	for i := 0; i < len(name); i++ {
		ascii = ascii && name[i] < 0x80
	}
	if !ascii {
		// Bytes that are not text would keep a letter behind them from being
		// decomposed; lowering can give a letter that decomposes again.
		name = norm.NFKD.String(strings.ToLower(norm.NFKD.String(strings.ToValidUTF8(name, " "))))
	}
	var b strings.Builder
	b.Grow(len(name))
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}
