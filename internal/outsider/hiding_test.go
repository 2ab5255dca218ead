package outsider

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spoor/internal/storyline"
)

// spellings are ways of writing a page's address that a server takes for the
// page, and other pages and answers that an intruder may choose instead.
func spellings() map[string]func(page string) request {
	stem := func(change func(string) string) func(string) request {
		return func(page string) request { return request{method: "POST", stem: change(page), fixedStatus: 200} }
	}
	dir := func(p string) (string, string) { i := strings.LastIndexByte(p, '/') + 1; return p[:i], p[i:] }
	answers := func(status int) func(string) request {
		return func(page string) request { return request{method: "POST", stem: page, fixedStatus: status} }
	}
	return map[string]func(string) request{
		"as it is":               stem(func(p string) string { return p }),
		"capital letters":        stem(strings.ToUpper),
		"path info":              stem(func(p string) string { return p + "/a" }),
		"path info with ending":  stem(func(p string) string { return p + "/logon.aspx" }),
		"path info of a picture": stem(func(p string) string { return p + "/x.png" }),
		"slash behind it":        stem(func(p string) string { return p + "/" }),
		"doubled slash":          stem(func(p string) string { return strings.Replace(p, "/auth", "//auth", 1) }),
		"doubled first slash":    stem(func(p string) string { return "/" + p }),
		"backslash":              stem(func(p string) string { return strings.Replace(p, "/auth", `\auth`, 1) }),
		"dot segment":            stem(func(p string) string { return strings.Replace(p, "/auth", "/./auth", 1) }),
		"two dots":               stem(func(p string) string { return strings.Replace(p, "/auth", "/x/../auth", 1) }),
		"percent sign":           stem(func(p string) string { d, n := dir(p); return d + fmt.Sprintf("%%%02x", n[0]) + n[1:] }),
		"percent sign twice":     stem(func(p string) string { d, n := dir(p); return d + fmt.Sprintf("%%25%02x", n[0]) + n[1:] }),
		"percent in the ending":  stem(func(p string) string { return strings.Replace(p, ".a", "%2Ea", 1) }),
		"semicolon":              stem(func(p string) string { return p + ";x=1" }),
		"session":                stem(func(p string) string { d, n := dir(p); return d + "(S(abcdef))/" + n }),
		"dot behind it":          stem(func(p string) string { return p + "." }),
		"blank behind it":        stem(func(p string) string { return p + "%20" }),
		"stream":                 stem(func(p string) string { return p + "::$DATA" }),
		"ending ashx":            stem(func(p string) string { return strings.Replace(p, ".aspx", ".ashx", 1) }),
		"ending asmx":            stem(func(p string) string { return strings.Replace(p, ".aspx", ".asmx", 1) }),
		"ending svc":             stem(func(p string) string { return strings.Replace(p, ".aspx", ".svc", 1) }),
		"ending soap":            stem(func(p string) string { return strings.Replace(p, ".aspx", ".soap", 1) }),
		"ending cshtml":          stem(func(p string) string { return strings.Replace(p, ".aspx", ".cshtml", 1) }),
		"ending php":             stem(func(p string) string { return strings.Replace(p, ".aspx", ".php", 1) }),
		"another folder":         stem(func(p string) string { _, n := dir(p); return "/ecp/auth/" + n }),
		"a folder below":         stem(func(p string) string { d, n := dir(p); return d + "Current/themes/" + n }),
		"aspnet_client":          stem(func(p string) string { _, n := dir(p); return "/aspnet_client/system_web/4_0_30319/" + n }),
		"a known page's name":    stem(func(p string) string { d, _ := dir(p); return d + "Current/logon.aspx" }),
		"a known name elsewhere": stem(func(string) string { return "/aspnet_client/owa/auth/logon.aspx" }),
		"it says 404":            answers(404),
		"it says 500":            answers(500),
		"it says 302":            answers(302),
		"GET with a command": func(p string) request {
			return request{method: "GET", stem: p, query: "cmd=dsquery+user", fixedStatus: 200}
		},
		"another verb": func(p string) request {
			return request{method: "PUT", stem: p, query: "x=1", fixedStatus: 200}
		},
	}
}

// used is a quiet Exchange server with complete logs on which somebody uses one
// page, over two days, and others are refused unknown names.
func used(n int, r request) *history {
	h := &history{server: &server{name: fmt.Sprintf("srv%05d", n), manner: refuses, product: exchange, stated: true, iis: true, rng: rand.New(rand.NewPCG(9, uint64(n)))}}
	begin := time.Date(2021, 3, 5, 6, 0, 0, 0, time.UTC)
	for hour := range 60 {
		at := begin.Add(time.Duration(hour) * time.Hour)
		for _, own := range h.own() {
			h.rows = append(h.rows, sent{own, at.Add(time.Duration(h.rng.IntN(900)) * time.Second), fmt.Sprintf("192.0.2.%d", 10+h.rng.IntN(30)), own.fixedStatus})
		}
		if hour%5 == 2 {
			name := request{method: "GET", stem: "/owa/auth/" + word(h.rng, 4, 8) + ".aspx"}
			h.rows = append(h.rows, sent{name, at, fmt.Sprintf("203.0.113.%d", 1+h.rng.IntN(250)), 404})
		}
		if hour > 20 && hour%2 == 0 {
			h.rows = append(h.rows, sent{r, at.Add(7 * time.Minute), "198.51.100.23", r.fixedStatus})
		}
	}
	slices.SortStableFunc(h.rows, func(a, b sent) int { return a.at.Compare(b.at) })
	return h
}

// TestNoSpellingHidesAPage is the hiding matrix: whatever way the page is
// written, answered or named, its use is told.
func TestNoSpellingHidesAPage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	names := map[string]string{}
	n := 0
	for name, spell := range spellings() {
		h := used(n, spell("/owa/auth/k3nxq8zd.aspx"))
		names[strings.ToUpper(h.name)] = name
		if err := h.write(filepath.Join(dir, "evidence", h.name)); err != nil {
			t.Fatal(err)
		}
		n++
	}
	hidden := 0
	for _, host := range assessed(t, dir).Hosts {
		name := names[host.Host]
		if host.Verdict != storyline.IsSuspicious && host.Verdict != storyline.IsCompromised {
			t.Errorf("%s: %s: %s", name, host.Verdict, host.Reason)
			hidden++
		}
	}
	t.Logf("%d of %d spellings hide the page", hidden, n)
}

// TestNothingAddedHidesAPage lets a flood of requests, which the server answers
// as it answers such requests, go before and after the page's use.
func TestNothingAddedHidesAPage(t *testing.T) {
	t.Parallel()
	for name, decoy := range map[string]func(i int) request{
		"path info on a page that is there": func(i int) request {
			return request{method: "POST", stem: fmt.Sprintf("/owa/auth/logon.aspx/d%d.aspx", i), fixedStatus: 200}
		},
		"names that are not there": func(i int) request {
			return request{method: "POST", stem: fmt.Sprintf("/owa/auth/d%d.aspx", i), query: "cmd=whoami", fixedStatus: 404}
		},
		"forms of known attacks": func(i int) request {
			return request{method: "POST", stem: "/autodiscover/autodiscover.json", query: fmt.Sprintf("@a%d.example/powershell/?X-Rps-CAT=x", i), fixedStatus: 401}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := used(1, request{method: "POST", stem: "/owa/auth/k3nxq8zd.aspx", fixedStatus: 200})
			begin := h.rows[0].at
			for i := range 12_000 {
				r := decoy(i)
				h.rows = append(h.rows, sent{r, begin.Add(time.Duration(i) * 10 * time.Second), fmt.Sprintf("203.0.113.%d", i%200), r.fixedStatus})
			}
			slices.SortStableFunc(h.rows, func(a, b sent) int { return a.at.Compare(b.at) })
			dir := t.TempDir()
			if err := h.write(filepath.Join(dir, "evidence", h.name)); err != nil {
				t.Fatal(err)
			}
			host := assessed(t, dir).Hosts[0]
			if host.Verdict != storyline.IsSuspicious || !strings.Contains(host.Reason, "k3nxq8zd") {
				t.Errorf("%s: %s", host.Verdict, host.Reason)
			}
		})
	}
}
