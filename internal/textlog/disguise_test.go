package textlog

import (
	"net/url"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// disguise writes text as ProxyNotShell does.
func disguise(t *testing.T, s string) string {
	t.Helper()
	out := ""
	for i := range len(s) {
		out += string(charmap.CodePage037.DecodeByte(s[i]))
	}
	return url.QueryEscape(out)
}

func TestDisguisedQueriesAreReadAsTheyAreMeant(t *testing.T) {
	t.Parallel()
	query := "?" + disguise(t, "Email") + "=" + disguise(t, "Autodiscover/autodiscover.json?a@evil.example")
	cases := map[string]struct{ agent, query, want string }{
		"the query of ProxyNotShell":            {"UP Mozilla/5.0", query, "?Email=Autodiscover/autodiscover.json?a@evil.example"},
		"as IIS writes the agent":               {"UP+Mozilla/5.0", query, "?Email=Autodiscover/autodiscover.json?a@evil.example"},
		"another agent":                         {"Mozilla/5.0", query, ""},
		"letters behind percent signs":          {"Mozilla/5.0", "?a@evil.example/%70owershell/&Email=%61utodiscover%2f", "?a@evil.example/powershell/&Email=autodiscover/"},
		"a last digit":                          {"", "a=b%39", "a=b9"},
		"what clients encode":                   {"Mozilla/5.0", "?url=https%3a%2f%2fa.b%2Fowa%2f%3fid%3d1%20%40%5b%60%7b%7E%5B%5d", ""},
		"broken percent signs":                  {"Mozilla/5.0", "?a=%70%7", ""},
		"a percent sign at the end":             {"Mozilla/5.0", "?a=%7", ""},
		"an ordinary query of an old telephone": {"UP.Browser/6.1", "?a=b", ""},
		"a query that is no EBCDIC":             {"UP Mozilla/5.0", "?Email=%E2%82%AC", ""},
		"a broken percent sign":                 {"UP Mozilla/5.0", "?Email=%C3%", ""},
		"nothing":                               {"UP Mozilla/5.0", "", ""},
	}
	for name, c := range cases {
		got, ok := PlainQuery([]byte("x"), []byte(c.agent), []byte(c.query))
		if want := "x" + c.want; string(got) != want || ok != (c.want != "") {
			t.Errorf("%s: %q %v, want %q", name, got, ok, want)
		}
	}
}
