package webpath

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// disguises write a path in another way that leads to the same page. Each
// takes a path in any of the other disguises.
var disguises = []struct {
	way Disguise
	as  func(rng *rand.Rand, s string) string
}{
	{Slashes, func(_ *rand.Rand, s string) string { return strings.Replace(s, "/", "//", 1) }},
	{0, func(rng *rand.Rand, s string) string {
		n := rng.IntN(len(s))
		return string(capitals([]byte(s[:n]))) + s[n:]
	}},
	{Percent, func(rng *rand.Rand, s string) string {
		n := rng.IntN(len(s))
		return s[:n] + fmt.Sprintf("%%%02x", s[n]) + s[n+1:]
	}},
	{Percent, func(rng *rand.Rand, s string) string { // all of it
		var b strings.Builder
		for i := range len(s) {
			fmt.Fprintf(&b, "%%%02X", s[i])
		}
		return b.String()
	}},
	{Percent, func(rng *rand.Rand, s string) string { return strings.Replace(s, "x", "%u0078", 1) }},
	{Overlong, func(_ *rand.Rand, s string) string { return strings.Replace(s, "x", "\xc1\xb8", 1) }},
	{Dots, func(_ *rand.Rand, s string) string { return "/." + s }},
	{Dots, func(_ *rand.Rand, s string) string { return "/elsewhere/.." + s }},
	{Dots, func(_ *rand.Rand, s string) string { return "/../.." + s }},
	{Backslash, func(_ *rand.Rand, s string) string { return strings.Replace(s, "/", `\`, 1) }},
	{Trailing, func(_ *rand.Rand, s string) string { return s + "." }},
	{Trailing, func(_ *rand.Rand, s string) string { return s + ". ." }},
	{Trailing, func(_ *rand.Rand, s string) string { return s + "+" }},
	{Stream, func(_ *rand.Rand, s string) string { return s + "::$DATA" }},
	{Parameters, func(_ *rand.Rand, s string) string { return s + ";a=b" }},
	{Null, func(_ *rand.Rand, s string) string { return s + "%00.js" }},
	{Session, func(_ *rand.Rand, s string) string { return "/(S(abcd))" + s }},
	{Session, func(_ *rand.Rand, s string) string { return "/(A(x)F(y))" + s }},
	{NoSlash, func(_ *rand.Rand, s string) string { return strings.TrimPrefix(s, "/") }},
}

func capitals(b []byte) []byte {
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return b
}

func TestEveryDisguiseIsSeen(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for i, d := range disguises {
		s := d.as(rng, "/shop/x.aspx")
		if p := Normal([]byte(s), nil); string(p.Page) != "/shop/x.aspx" || p.Seen&d.way != d.way || p.Disguised != (d.way != 0) {
			t.Errorf("%d: %q is %q, seen %b", i, s, p.Page, p.Seen)
		}
	}
	for s, want := range map[string]Disguise{
		"/a/x.aspx": 0, "/A/x.aspx": 0, "/a/x.aspx/i": Info, "/a/%2578.aspx": Percent | PercentTwice, "/a/%78%79.aspx": Percent, "/a/\xe4.aspx": ANSI, "/a/ä.aspx": 0,
		"/a/a\u0308.aspx": Decomposed, "/a/b.c/": 0, "/.git/x": 0, "/a/x.aspx?": 0, "/": 0, "": NoSlash,
	} {
		if got := Normal([]byte(s), nil).Seen; got != want {
			t.Errorf("%q: seen %b, want %b", s, got, want)
		}
	}
}

// Any composition of disguises of one page is that page, and path info stays
// path info.
func TestComposedDisguisesAreOnePath(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	for _, page := range []string{"/owa/auth/x.aspx", "/x.ashx", "/a b/xä.php", "/_layouts/15/x.aspx"} {
		for range 20_000 {
			s := page
			for range 1 + rng.IntN(6) {
				s = disguises[rng.IntN(len(disguises)-1)].as(rng, s)
			}
			if rng.IntN(5) == 0 { // the slash at the start goes last
				s = disguises[len(disguises)-1].as(rng, s)
			}
			if p := Normal([]byte(s), nil); string(p.Page) != page || p.Info != nil {
				t.Fatalf("%q is %q %q, want %q", s, p.Page, p.Info, page)
			}
		}
	}
}

func TestAFileAndItsRequestsTie(t *testing.T) {
	t.Parallel()
	const v15 = `D:\Exchange\FrontEnd\HttpProxy\`
	for _, c := range []struct {
		stem, file string
		want       bool
	}{
		{"/owa/auth/x.aspx", v15 + `owa\auth\x.aspx`, true},
		{"/OWA/auth/%78.aspx/a.php", v15 + `owa\auth\X.ASPX`, true},
		{"/owa/auth/a+b.aspx", v15 + `owa\auth\a b.aspx`, true},
		{"/owa/auth/a%20b.aspx", v15 + `owa\auth\a b.aspx`, true},
		{"/owa/auth/a%2Bb.aspx", v15 + `owa\auth\a+b.aspx`, true},
		{"/owa/auth/100%25.aspx", v15 + `owa\auth\100%.aspx`, true},
		{"/owa/auth/\xfcber.aspx", v15 + `owa\auth\Über.aspx`, true},
		{"/owa/auth/%C3%BCber.aspx", v15 + "owa\\auth\\\xdcber.aspx", true},
		{"/microsoft-server-activesync/x.aspx", v15 + `sync\x.aspx`, true},
		{"/sites/a/_layouts/16/x.aspx", `C:\16\TEMPLATE\LAYOUTS\x.aspx`, true},
		{"/owa/x.aspx", v15 + `owa\auth\x.aspx`, false},
		{"/owa/auth/x.aspx", `C:\elsewhere\owa\auth\x.aspx`, false},
	} {
		if got := Tie([]byte(c.stem), c.file); got != c.want {
			t.Errorf("%q and %s tie: %v", c.stem, c.file, got)
		}
	}
}

// The work grows as the path does: nothing in a path makes it pass over it
// once more.
func TestNothingIsReadOverAndOverAgain(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"%25", "%2525", "../", "/", "%c0%af", "(s(a))/", "a;b/", ". ", "%u0025"} {
		s := []byte("/" + strings.Repeat(part, 20_000) + "78.aspx")
		p := Normal(s, nil)
		if len(p.Page)+len(p.Info) > len(s)+1 {
			t.Errorf("%q grew", part)
		}
	}
}

func FuzzOneForm(f *testing.F) {
	for _, s := range []string{"/owa/auth/x.aspx/a", "/%25%32%65/..;/(S(a)) /x.asp::$DATA", `\..\%c0%af`, "", "/\u0130\u212a\u037e", "/%e0%80%c0%af", "/a\xe4.aspx/\u0308"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, stem []byte) {
		before := bytes.Clone(stem)
		p := Normal(stem, make([]byte, 0, 64))
		if !bytes.Equal(before, stem) {
			t.Fatal("the path was changed")
		}
		if len(p.Page) == 0 || p.Page[0] != '/' || p.Info != nil && p.Info[0] != '/' {
			t.Fatalf("%q: page %q, info %q", stem, p.Page, p.Info)
		}
		again := Normal(append(bytes.Clone(p.Page), p.Info...), nil)
		if !bytes.Equal(again.Page, p.Page) || !bytes.Equal(again.Info, p.Info) {
			t.Fatalf("%q: %q %q, and once more %q %q", stem, p.Page, p.Info, again.Page, again.Info)
		}
		if page := Normal(p.Page, nil); !bytes.Equal(page.Page, p.Page) || page.Info != nil {
			t.Fatalf("%q: the page %q is %q %q", stem, p.Page, page.Page, page.Info)
		}
	})
}
