package engine

import (
	"testing"
	"unicode/utf8"
)

// table is the textbook answer for patterns: row by row, whether the first
// pieces match the first bytes of the text. It is slow and plain.
func table(pieces []Piece, text string) bool {
	now := make([]bool, len(text)+1)
	now[0] = true
	for _, p := range pieces {
		next := make([]bool, len(text)+1)
		for i, ok := range now {
			if !ok {
				continue
			}
			switch {
			case p.Run:
				for j := i; j <= len(text); {
					next[j] = true
					if j == len(text) {
						break
					}
					_, n := utf8.DecodeRuneInString(text[j:])
					j += n
				}
			case p.Any:
				if _, n := utf8.DecodeRuneInString(text[i:]); n > 0 {
					next[i+n] = true
				}
			case p.Dash:
				for _, d := range Dashes() {
					if len(text)-i >= len(d) && text[i:i+len(d)] == d {
						next[i+len(d)] = true
					}
				}
			case len(text)-i >= len(p.Text) && text[i:i+len(p.Text)] == p.Text:
				next[i+len(p.Text)] = true
			}
		}
		now = next
	}
	return now[len(text)]
}

// FuzzPattern compares the matcher of patterns with the table. In the pattern
// * is any run, ? any rune, | any dash and everything else itself.
func FuzzPattern(f *testing.F) {
	f.Add("*a*b?c", "xaybzc")
	f.Add("a|b*|", "a/b--")
	f.Add("*\u00e9?*", "caf\u00e9 ")
	f.Add("*aab", "aaaaaab")
	f.Add("??*x", "\xff\xfex")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 100 || len(text) > 500 || !utf8.ValidString(pattern) {
			return
		}
		var pieces []Piece
		literal := ""
		for _, r := range pattern + "*" {
			special, ok := map[rune]Piece{'*': {Run: true}, '?': {Any: true}, '|': {Dash: true}}[r]
			if !ok {
				literal += string(r)
				continue
			}
			if literal != "" {
				pieces = append(pieces, Piece{Text: literal})
			}
			literal = ""
			pieces = append(pieces, special)
		}
		for _, p := range [][]Piece{pieces, pieces[:len(pieces)-1]} { // with and without a run at the end
			if got, want := matchGlob(p, text), table(p, text); got != want {
				t.Errorf("%q on %q (%d pieces): %v, by the table %v", pattern, text, len(p), got, want)
			}
		}
	})
}

func FuzzFold(f *testing.F) {
	f.Add("\u0130\u1e9e\u212a K\xff")
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s)
		if Fold(once) != once {
			t.Errorf("folding %q twice differs", s)
		}
		if utf8.RuneCountInString(once) != utf8.RuneCountInString(s) {
			t.Errorf("folding %q changes the number of characters", s)
		}
	})
}
