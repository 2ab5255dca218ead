package webpath

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func normal(s string) string {
	p := Normal([]byte(s), nil)
	return string(p.Page) + "|" + string(p.Info)
}

func TestOneForm(t *testing.T) {
	t.Parallel()
	for stem, want := range map[string]string{
		"/owa/auth/x.aspx":                      "/owa/auth/x.aspx|",
		"/OWA/Auth/X.ASPX":                      "/owa/auth/x.aspx|",
		"/owa//auth///x.aspx":                   "/owa/auth/x.aspx|",
		"//owa/auth/x.aspx":                     "/owa/auth/x.aspx|",
		"/owa/./auth/x.aspx":                    "/owa/auth/x.aspx|",
		"/owa/y/../auth/x.aspx":                 "/owa/auth/x.aspx|",
		"/../../owa/auth/x.aspx":                "/owa/auth/x.aspx|",
		`\owa\auth\x.aspx`:                      "/owa/auth/x.aspx|",
		"/owa/auth/%78.aspx":                    "/owa/auth/x.aspx|",
		"/owa/auth/%2578.aspx":                  "/owa/auth/x.aspx|",
		"/owa%2fauth%5cx.aspx":                  "/owa/auth/x.aspx|",
		"/owa/auth/x%2Easpx":                    "/owa/auth/x.aspx|",
		"/owa/auth/%c0%afx.aspx":                "/owa/auth/x.aspx|",
		"/owa/auth/x.aspx.":                     "/owa/auth/x.aspx|",
		"/owa/auth/x.aspx%20":                   "/owa/auth/x.aspx|",
		"/owa/auth/x.aspx::$DATA":               "/owa/auth/x.aspx|",
		"/owa/auth/x.aspx;a=b":                  "/owa/auth/x.aspx|",
		"/owa/auth/(S(abc))/x.aspx":             "/owa/auth/x.aspx|",
		"/owa/auth/(A(a)S(b))/x.aspx":           "/owa/auth/x.aspx|",
		"/owa/auth/x.aspx%00.js":                "/owa/auth/x.aspx|",
		"/owa/auth/x.aspx/":                     "/owa/auth/x.aspx|/",
		"/owa/auth/x.aspx/a/b.css":              "/owa/auth/x.aspx|/a/b.css",
		"/owa/auth/logon.aspx/x.aspx":           "/owa/auth/logon.aspx|/x.aspx",
		"/ecp/DDI/DDIService.svc/GetObject":     "/ecp/ddi/ddiservice.svc|/getobject",
		"/owa/auth/x.js":                        "/owa/auth/x.js|",
		"/owa/15.2.792/scripts/a.js/b":          "/owa/15.2.792/scripts/a.js/b|",
		"/autodiscover/autodiscover.json":       "/autodiscover/autodiscover.json|",
		"/":                                     "/|",
		"":                                      "/|",
		"owa/auth/x.aspx":                       "/owa/auth/x.aspx|",
		"/a+b/c.aspx":                           "/a b/c.aspx|",
		"/a%20b/c.aspx":                         "/a b/c.aspx|",
		"/%":                                    "/%|",
		"/%zz/x.aspx":                           "/%zz/x.aspx|",
		"/..":                                   "/|",
		"/\xe4\xf6/x.aspx":                      "/äö/x.aspx|",
		"/owa/auth/x.aspx/../../../windows/a":   "/windows/a|",
		"/owa/auth/%252525252525252578.aspx":    "/owa/auth/x.aspx|",
		"/owa/auth/%2%35%37%38.aspx":            "/owa/auth/x.aspx|",
		"/owa/auth/%u0078.aspx":                 "/owa/auth/x.aspx|",
		"/owa/auth/%u00e4.aspx":                 "/owa/auth/ä.aspx|",
		"/owa/auth/%c1%b8.aspx":                 "/owa/auth/x.aspx|",
		"/owa/auth/%e0%81%b8.aspx":              "/owa/auth/x.aspx|",
		"/owa/auth/%f0%80%81%b8.aspx":           "/owa/auth/x.aspx|",
		"/owa/auth/%25c0%25afx.aspx":            "/owa/auth/x.aspx|",
		"/owa/auth/x.aspx. . ":                  "/owa/auth/x.aspx|",
		"/owa/auth/(s(a)) /x.aspx":              "/owa/auth/x.aspx|",
		"/owa/..;a=b/owa/auth/x.aspx":           "/owa/auth/x.aspx|",
		"/%c3%84.aspx":                          "/ä.aspx|",
		"/%c4.aspx":                             "/ä.aspx|",
		"/A%cc%88.aspx":                         "/ä.aspx|",
		"/a%2bb/c.aspx":                         "/a b/c.aspx|",
		"/.git/config":                          "/.git/config|",
		"/a(b)/c.aspx":                          "/a(b)/c.aspx|",
		"/EWS/Exchange.asmx":                    "/ews/exchange.asmx|",
		"/_layouts/15/ToolPane.aspx/whatever/x": "/_layouts/15/toolpane.aspx|/whatever/x",
	} {
		if got := normal(stem); got != want {
			t.Errorf("%q: %q, want %q", stem, got, want)
		}
	}
}

func TestOnlyAPageInItsOwnNameIsNotDisguised(t *testing.T) {
	t.Parallel()
	for stem, want := range map[string]bool{
		"/owa/auth/x.aspx": false, "/OWA/auth/X.aspx": false, "/": false, "/a(b)/c.aspx": false, "/ä/x.aspx": false,
		"/owa//auth/x.aspx": true, "/owa/auth/x.aspx/a": true, "/owa/auth/%78.aspx": true, "/owa/auth/x.aspx.": true, "/a+b.aspx": true,
	} {
		if got := Normal([]byte(stem), nil).Disguised; got != want {
			t.Errorf("%q: disguised %v", stem, got)
		}
	}
}

// spell writes a page in another way that a server takes for it.
func spell(rng *rand.Rand, s string) string {
	switch rng.IntN(9) {
	case 0:
		return strings.Replace(s, "/", "//", 1+rng.IntN(2))
	case 1:
		n := 1 + rng.IntN(len(s))
		return strings.ToUpper(s[:n]) + s[n:]
	case 2:
		i := 1 + rng.IntN(len(s)-1)
		if s[i] == '/' || s[i-1] == '%' || i > 1 && s[i-2] == '%' {
			return s
		}
		return s[:i] + fmt.Sprintf("%%%02x", s[i]) + s[i+1:]
	case 3:
		return "/./" + s[1:]
	case 4:
		return "/somewhere/.." + s
	case 5:
		return strings.Replace(s, "/", `\`, rng.IntN(3))
	case 6:
		return s + pick(rng, ";x=y", "::$data", ".", "%20")
	case 7:
		return strings.Replace(s, "/", "/(s(abcd))/", 1)
	}
	return s
}

func pick(rng *rand.Rand, list ...string) string { return list[rng.IntN(len(list))] }

func TestNoSpellingHidesAPage(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(4, 5))
	for _, page := range []string{"/owa/auth/x.aspx", "/aspnet_client/system_web/help.ashx", "/a b/c.php"} {
		for range 5000 {
			s := page
			for range rng.IntN(5) {
				if t := spell(rng, s); len(t) >= len(page) {
					s = t
				}
			}
			if got := string(Normal([]byte(s), nil).Page); got != page {
				t.Fatalf("%q: %q, want %q", s, got, page)
			}
			if rng.IntN(2) == 0 {
				s += "/info" + pick(rng, "", ".aspx", ".js")
			}
			if got := string(Normal([]byte(s), nil).Page); got != page {
				t.Fatalf("%q: %q, want %q", s, got, page)
			}
		}
	}
}

func TestAPlainPathCostsNoAllocation(t *testing.T) {
	buf := make([]byte, 0, 128)
	for _, stem := range []string{"/owa/Auth/logon.aspx", "/owa//auth/./%6cogon.aspx;a/b.css"} {
		path := []byte(stem)
		if n := testing.AllocsPerRun(100, func() { Normal(path, buf) }); n > 0 {
			t.Errorf("%s: %v allocations", stem, n)
		}
	}
}

func BenchmarkNormal(b *testing.B) {
	buf := make([]byte, 0, 128)
	for name, stem := range map[string]string{"plain": "/owa/Auth/logon.aspx", "disguised": "/owa//auth/./%6cogon.aspx;a/b.css", "letters": "/shop/\xfcber uns.aspx"} {
		b.Run(name, func(b *testing.B) {
			path := []byte(stem)
			for b.Loop() {
				Normal(path, buf)
			}
		})
	}
}
