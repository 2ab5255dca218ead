package safetext

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// forbidden are the runes that no output may hold, stated apart from the
// code: C0, DEL, C1, directions (UAX #9), separators, invisible characters.
func forbidden(s string) (rune, bool) {
	for _, r := range s {
		if r < 0x20 || r >= 0x7f && r <= 0x9f || r == 0xad || r == 0x061c || r == 0x180e || r >= 0x200b && r <= 0x200f ||
			r >= 0x2028 && r <= 0x202e || r >= 0x2060 && r <= 0x206f || r == 0xfeff || r >= 0xfff9 && r <= 0xfffb || r >= 0xe0000 && r <= 0xe007f {
			return r, true
		}
	}
	return 0, false
}

func check(t *testing.T, in string) {
	t.Helper()
	for name, out := range map[string]string{"Terminal": Terminal(in), "TerminalCut": TerminalCut(in, 20), "CSV": CSV(in), "FileName": FileName(in)} {
		if r, bad := forbidden(out); bad || !utf8.ValidString(out) {
			t.Fatalf("%s(%q) = %q holds U+%04X or is no UTF-8", name, in, out, r)
		}
	}
	if n := utf8.RuneCountInString(TerminalCut(in, 20)); n > 20 {
		t.Fatalf("TerminalCut(%q, 20) has %d runes", in, n)
	}
	if name := FileName(in); !fileName.MatchString(name) || strings.ContainsAny(name[:1], ".-") || strings.HasSuffix(name, ".") || device.MatchString(name) {
		t.Fatalf("FileName(%q) = %q", in, name)
	}
	cell := CSV(in)
	if first := strings.TrimLeft(cell, "\" \u00a0\u2003\u3000"); first != "" && strings.ContainsAny(first[:1], "=+-@\\") {
		t.Fatalf("CSV(%q) = %q starts a formula", in, cell)
	}
	if strings.TrimPrefix(cell, "'") != Terminal(in) {
		t.Fatalf("CSV(%q) = %q: one apostrophe away is not the text", in, cell)
	}
}

var (
	fileName = regexp.MustCompile(`^[a-z0-9._-]{1,96}$`)
	device   = regexp.MustCompile(`^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)`)
)

func TestNoTextActsWhereItIsShown(t *testing.T) {
	t.Parallel()
	for r := rune(0); r < 0x3100; r++ {
		check(t, string(r))
		check(t, "a"+string(r)+"=1")
	}
	for b := 0; b < 256; b++ {
		check(t, string([]byte{byte(b)}))
		check(t, string([]byte{0xe2, 0x80, byte(b)}))
	}
	rng := rand.New(rand.NewPCG(5, 6))
	parts := []string{"\x1b]0;title\a", "\x1b[2J", "\u202e", "\u2066", "\u200b", "\u2028", "\u2029", "\u0085", "\u009b31m", "\xff", "\xed\xa0\x80", "\U000e0041", "=", "'", "\"", "\t", "\r\n", " ", "a", "é", "漢", "/", "..", "con", ".", "-", "AUX", "com1"}
	for range 20_000 {
		var b strings.Builder
		for range rng.IntN(10) {
			b.WriteString(parts[rng.IntN(len(parts))])
		}
		check(t, b.String())
	}
}

func TestTerminalShowsWhatItEscapes(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`C:\Windows\new`:        `C:\Windows\new`,
		"Jürgen 漢字 😀":           "Jürgen 漢字 😀",
		"a\nb\rc\td":            `a\nb\rc\td`,
		"\x1b[31mred\x00":       `\x1b[31mred\x00`,
		"invoice\u202excod.exe": `invoice\u{202e}xcod.exe`,
		"\x7f\u0085\u009b":      `\x7f\x85\x9b`,
		"\xff\xc3":              `\xff\xc3`,
		"a\u00adb\u200bc":       `a\xadb\u{200b}c`,
		"\uFFFD stays":          "\uFFFD stays",
		"\U000e0001":            `\u{e0001}`,
		"":                      "",
	} {
		if got := Terminal(in); got != want {
			t.Errorf("Terminal(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTerminalCutKeepsWhatFits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in    string
		width int
		want  string
	}{
		{"exactly", 7, "exactly"}, {"exactly", 6, "exact…"}, {"漢字漢字", 3, "漢字…"}, {"abc", 1, "…"}, {"a\x00", 4, `a\x…`},
	} {
		if got := TerminalCut(c.in, c.width); got != c.want {
			t.Errorf("TerminalCut(%q, %d) = %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

func TestSpreadsheetsSeeTextOnly(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0",
		"+1":                 "'+1",
		"-1":                 "'-1",
		"@SUM(A1)":           "'@SUM(A1)",
		"＝1":                 "'＝1",
		"＠x":                 "'＠x",
		"  =1":               "'  =1",
		"\u2003=1":           "'\u2003=1",
		"\"=1":               "'\"=1",
		"\t=1":               `'\t=1`,
		"\r\n=1":             `'\r\n=1`,
		"\u200b=1":           `'\u{200b}=1`,
		"'quoted":            "''quoted",
		"''=1":               "'''=1",
		`\\server\share`:     `'\\server\share`,
		"a=1":                "a=1",
		"1-1":                "1-1",
		"2021-03-02":         "2021-03-02",
		"":                   "",
	} {
		if got := CSV(in); got != want {
			t.Errorf("CSV(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFileNamesStayApart(t *testing.T) {
	t.Parallel()
	if a, b := FileName("MAIL01.town.example"), FileName("mail01.town.example"); a != "mail01.town.example" || a != b {
		t.Fatalf("a host's name became %q and %q", a, b)
	}
	texts := []string{"", ".", "..", "_", "-", "-rf", "_rf", "a/b", "a_b", "a\\b", "../a", "a.", "a", "a ", "a\x00", "con", "_con", "con.txt", "CON.TXT.aspx", "nul", "aux.aspx", "com1.log", "lpt9", "com10",
		"\xff", "\xfe", "漢", "字", strings.Repeat("a", 48), strings.Repeat("a", 49), strings.Repeat("a", 5000), strings.Repeat("a", 47) + ".."}
	for _, text := range texts[:len(texts):len(texts)] {
		texts = append(texts, FileName(text)) // an attacker may use a name that we made
	}
	seen := map[string]string{}
	for _, text := range texts {
		name := FileName(text)
		if other, ok := seen[name]; ok && !strings.EqualFold(other, text) {
			t.Errorf("%q and %q share the name %q", other, text, name)
		}
		seen[name] = text
	}
}

func FuzzText(f *testing.F) {
	f.Add("\x1b[31m\u202e=1\xff")
	f.Add("con.txt")
	f.Fuzz(func(t *testing.T, in string) { check(t, in) })
}
