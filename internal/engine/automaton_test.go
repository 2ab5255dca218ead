package engine

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"
)

// The automaton says what the standard library says, whatever the text.
func FuzzAutomaton(f *testing.F) {
	for _, p := range []string{`a|b`, `(?i)straße|k`, `^x$`, `(?m)^x$`, `\bcmd\b`, `\B.\B`, `[^a-z]{2,5}`, `(?s).{3,}z`, `\A\s*\z`, `(a+)+$`, `é|[À-ÿ]`, `(?:x?){9}x{9}`, `.*.*=.{20}Z`, `^$`, `a^b`, `\x{fffd}`, `.{4,}`, `([a-cé]{3})`, `(?s).{9,12}?`, `[^\n]{7}`, `x{2}(?:yy|z)+`} {
		f.Add(p, "cmd x\nk\u212a aaab\xff\xc3é=STRASSE")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		parsed, err := syntax.Parse(pattern, syntax.Perl)
		if err != nil || len(pattern) > 200 || len(text) > 2_000 {
			return
		}
		re, err := regexp.Compile(parsed.String())
		if err != nil {
			return
		}
		s := &scratch{}
		a := newAutomaton(re)
		want := re.MatchString(text)
		for range 2 { // states unmade, then made
			if got := s.run(a, []byte(text)); got != want {
				t.Fatalf("%q on %q: %v, want %v", pattern, text, got, want)
			}
		}
		// A gate never shuts out a match.
		if g := gateOf(re.String()); want && len(g.any) > 0 && (!g.ascii || isASCII(text)) &&
			!slices.ContainsFunc(g.any, func(lit string) bool { return strings.Contains(Fold(text), lit) }) {
			t.Fatalf("%q matches %q without any of %q", pattern, text, g.any)
		}
	})
}

func isASCII(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0 }

// An expression that only asks for many runes in a row needs no states.
func TestRunesInARowAreCounted(t *testing.T) {
	t.Parallel()
	s, a := &scratch{}, newAutomaton(regexp.MustCompile(`.{1000,}`))
	line := strings.Repeat("é\xff", 499) + "x" // 999 runes
	for text, want := range map[string]bool{
		line: false, line + "\n" + line: false, line + "y": true, "\n" + line + "\xff\n": true, strings.Repeat("\n", 2000): false, "": false,
	} {
		if got := s.run(a, []byte(text)); got != want || got != a.re.MatchString(text) {
			t.Errorf("%d bytes: %v", len(text), got)
		}
	}
	if len(s.dfas) > 0 {
		t.Error("states were made")
	}
}

// A text that needs more states than there is room for is still answered.
func TestATableThatIsFullIsBegunAnew(t *testing.T) {
	t.Parallel()
	re := regexp.MustCompile(`(?:a|b)*a(?:a|b){14}c`)
	s, a := &scratch{}, newAutomaton(re)
	x := uint32(7)
	var text []byte
	for range 200_000 {
		x = x*1664525 + 1013904223
		text = append(text, "ab"[x>>31])
	}
	if s.run(a, text) {
		t.Fatal("it matches without a c")
	}
	if d := s.dfas[a]; cap(d.next) > 4*maxCells {
		t.Fatalf("the table has %d cells", cap(d.next))
	}
	if !s.run(a, append(text, strings.Repeat("a", 15)+"c"...)) {
		t.Fatal("it does not match its own text")
	}
}

func FuzzLiterals(f *testing.F) {
	f.Add("a,ab,abc,abcd,bcde,\\x,zz", "xabcdez")
	f.Add("x", "")
	f.Add("power,shell,powershell", "PowerShell")
	f.Fuzz(func(t *testing.T, words, text string) {
		var list []literal
		var prefix, suffix trie
		for _, w := range strings.Split(words, ",") {
			if w != "" && len(list) < 50 && !slices.ContainsFunc(list, func(l literal) bool { return l.text == w }) {
				n := uint32(len(list))
				prefix.add(w, false, []uint32{n})
				suffix.add(w, true, []uint32{n})
				list = append(list, literal{text: w})
			}
		}
		if len(list) == 0 {
			return
		}
		found := newGrams(list).find([]byte(text), nil, make([]uint64, len(list)/64+1))
		heads, tails := prefix.find([]byte(text), false, nil), suffix.find([]byte(text), true, nil)
		for n, l := range list {
			if got, want := slices.Contains(found, int32(n)), strings.Contains(text, l.text); got != want {
				t.Errorf("%q in %q: %v", l.text, text, got)
			}
			if got, want := slices.Contains(heads, uint32(n)), strings.HasPrefix(text, l.text); got != want {
				t.Errorf("%q begins %q: %v", text, l.text, got)
			}
			if got, want := slices.Contains(tails, uint32(n)), strings.HasSuffix(text, l.text); got != want {
				t.Errorf("%q ends %q: %v", text, l.text, got)
			}
		}
	})
}
