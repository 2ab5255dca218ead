package storyline

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"spoor/internal/finding"
)

func TestAHostStatesWhatOthersMayHaveToo(t *testing.T) {
	t.Parallel()
	step := func(chain, name string, fields ...string) *finding.Finding {
		f := &finding.Finding{Step: &finding.Step{Chain: chain, Name: name}, Fields: map[string]string{}}
		for i := 0; i < len(fields); i += 2 {
			f.Fields[fields[i]] = fields[i+1]
		}
		return f
	}
	found := []*finding.Finding{
		step("proxyshell", "bypass-request", "c-ip", "203.0.113.7", "cs(User-Agent)", "Mozilla/5.0+(Windows+NT+10.0)+(KHTML,+like+Gecko)", "cs-username", "-"),
		step("proxyshell", "bypass-request", "ClientIpAddress", "203.0.113.7", "UserAgent", "Mozilla/5.0 (Windows NT 10.0) (KHTML  like Gecko)", "AuthenticatedUser", `TOWN\svc-backup`),
		step("proxylogon", "script-set", "key", "q7Lw2vTz", "cs-username", `TOWN\MAIL01$`),
		step("webshell", "page-used", "c-ip", "203.0.113.8", "cs-username", "NT+AUTHORITY\\SYSTEM", "User", `TOWN\other$`),
		step("webshell", "page-refused", "c-ip", "198.51.100.230", "cs(User-Agent)", "zgrab"),
		step("after", "account", "TargetUserName", "helpdesk"),
		{Fields: map[string]string{"c-ip": "198.51.100.231"}}, // a rule of no chain
	}
	h := &Host{Host: "mail01.town.example", Chains: []*ChainResult{{FirstSuccess: "2021-03-03T00:00:00Z"}}, Webshells: []*Shell{{SHA256: "aa", structural: true}, {SHA256: "bb"}}}
	h.share(found)
	for name, c := range map[string]struct{ got, want []string }{
		"addresses":   {h.Values.Addresses, []string{"203.0.113.7", "203.0.113.8"}},
		"keys":        {h.Values.ShellKeys, []string{"q7Lw2vTz"}},
		"files":       {h.Values.Files, []string{"aa"}},
		"accounts":    {h.Values.Accounts, []string{`NT AUTHORITY\SYSTEM`, `TOWN\other$`, `TOWN\svc-backup`, "helpdesk"}},
		"user agents": {h.Values.UserAgents, []string{"Mozilla/5.0 (Windows NT 10.0) (KHTML like Gecko)"}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: %q, want %q", name, c.got, c.want)
		}
	}
	quiet := &Host{Host: "MAIL01"}
	quiet.share(found[5:])
	if len(quiet.Values.Accounts) != 0 {
		t.Errorf("an account that no break-in explains: %q", quiet.Values.Accounts)
	}
}

func TestTheValuesOfAHostAreBounded(t *testing.T) {
	t.Parallel()
	var found []*finding.Finding
	for i := range 100 {
		for range 1 + i%2 { // odd ones twice
			found = append(found, &finding.Finding{Step: &finding.Step{Chain: "proxylogon", Name: "bypass-request"},
				Fields: map[string]string{"c-ip": fmt.Sprintf("203.0.113.%03d", i), "UserAgent": strings.Repeat("u", 600)}})
		}
	}
	h := &Host{Host: "a"}
	h.share(found)
	if len(h.Values.Addresses) != maxValues || h.Values.LeftOut != 100-maxValues+1 || len(h.Values.UserAgents) != 0 || !slices.IsSorted(h.Values.Addresses) {
		t.Errorf("%d addresses, %d left out, agents %q", len(h.Values.Addresses), h.Values.LeftOut, h.Values.UserAgents)
	}
	if !slices.Contains(h.Values.Addresses, "203.0.113.099") || slices.Contains(h.Values.Addresses, "203.0.113.098") {
		t.Errorf("what most findings state is not kept: %q", h.Values.Addresses)
	}
}
