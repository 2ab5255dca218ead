package engine

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// pieces reads a pattern: * is any run, ? any rune, | any dash and everything
// else itself.
func pieces(pattern string) (out []Piece) {
	for _, r := range pattern {
		switch {
		case r == '*':
			out = append(out, Piece{Run: true})
		case r == '?':
			out = append(out, Piece{Any: true})
		case r == '|':
			out = append(out, Piece{Dash: true})
		case len(out) > 0 && out[len(out)-1].Text != "":
			out[len(out)-1].Text += string(r)
		default:
			out = append(out, Piece{Text: string(r)})
		}
	}
	return out
}

// FuzzIncludes looks for a text on which one test holds and another, which is
// said to include it, does not.
func FuzzIncludes(f *testing.F) {
	f.Add("*abc*", "*b*", "xabcy", uint8(0))
	f.Add("abc*", "ab*", "ABCD", uint8(0))
	f.Add("*c|", "*|", "bc-", uint8(1))
	f.Add("a*b", "*", "ab", uint8(3))
	f.Add("", "**", "", uint8(2))
	f.Add("É", "*é", "É", uint8(2))
	f.Fuzz(func(t *testing.T, inner, outer, text string, cased uint8) {
		if len(inner)+len(outer) > 100 || len(text) > 200 || !utf8.ValidString(inner) || !utf8.ValidString(outer) {
			return
		}
		of := func(pattern string, cased bool) *Test {
			if !cased {
				pattern = Fold(pattern)
			}
			return &Test{Kind: Glob, Pattern: pieces(pattern), Cased: cased}
		}
		x, y := of(inner, cased&1 != 0), of(outer, cased&2 != 0)
		if y.Includes(x) && x.match(text, Fold(text)) && !y.match(text, Fold(text)) {
			t.Fatalf("%s holds on %q, %s is said to include it and does not", x, text, y)
		}
	})
}

// Two tests that are told alike are alike.
func TestDifferentPatternsAreToldApart(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	alphabet := []Piece{{Text: `\`}, {Text: "*"}, {Text: "a"}, {Text: `a\`}, {Run: true}, {Any: true}, {Dash: true}}
	lists := [][]Piece{nil}
	for range 4 {
		var longer [][]Piece
		for _, list := range lists {
			for _, p := range alphabet {
				if len(list) > 0 && (p.Text != "" && list[len(list)-1].Text != "" || p.Run && list[len(list)-1].Run) {
					continue
				}
				longer = append(longer, append(list[:len(list):len(list)], p))
			}
		}
		for _, list := range longer {
			test := Test{Kind: Glob, Pattern: list}
			var raw strings.Builder
			for _, p := range list {
				raw.WriteString("|" + p.Text)
				if p.Run {
					raw.WriteString("RUN")
				}
				if p.Any {
					raw.WriteString("ANY")
				}
				if p.Dash {
					raw.WriteString("DASH")
				}
			}
			if other, ok := seen[test.String()]; ok && other != raw.String() {
				t.Fatalf("%s is told of %s and of %s", test.String(), other, raw.String())
			}
			seen[test.String()] = raw.String()
		}
		lists = longer
	}
}
