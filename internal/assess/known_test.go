package assess

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spoor/internal/finding"
	"spoor/internal/lab"
)

func readKnownText(t *testing.T, text string) (*Known, error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "known.yml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return ReadKnown(name)
}

// What is known leaves out a finding by the fields that say who or what it is
// about, and by no others.
func TestKnownThings(t *testing.T) {
	t.Parallel()
	const sum = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	record := func(fields ...string) finding.Finding {
		f := finding.Finding{Fields: map[string]string{}, Source: finding.Source{Path: "log", SHA256: strings.Repeat("0", 64)}}
		for i := 0; i < len(fields); i += 2 {
			f.Fields[fields[i]] = fields[i+1]
		}
		return f
	}
	file := func(path, sum string) finding.Finding {
		return finding.Finding{Fields: map[string]string{"path": path}, Source: finding.Source{Path: path, Kind: "file", SHA256: sum}}
	}
	for name, c := range map[string]struct {
		known string
		in    []finding.Finding
		out   []finding.Finding
	}{
		"addresses: one": {
			known: "addresses: [192.0.2.7]",
			in: []finding.Finding{record("c-ip", "192.0.2.7"), record("ClientIpAddress", "192.0.2.7"), record("IpAddress", "192.0.2.7"),
				record("c-ip", "192.0.2.7:50123"), record("IpAddress", "::ffff:192.0.2.7")},
			out: []finding.Finding{record("c-ip", "192.0.2.70"), record("s-ip", "192.0.2.7"), record("X-Forwarded-For", "192.0.2.7"), record("c-ip", "-"), record()},
		},
		"addresses: a net": {
			known: "addresses: [192.0.2.0/24, '2001:db8::/32']",
			in:    []finding.Finding{record("c-ip", "192.0.2.255"), record("c-ip", "[2001:db8::1]:443"), record("c-ip", "2001:db8::1%3")},
			out:   []finding.Finding{record("c-ip", "192.0.3.0"), record("c-ip", "2001:db9::1")},
		},
		"addresses: IPv4 inside IPv6": {
			known: "addresses: ['::ffff:192.0.2.7']",
			in:    []finding.Finding{record("c-ip", "192.0.2.7")},
			out:   []finding.Finding{record("c-ip", "192.0.2.8")},
		},
		"accounts: in any domain": {
			known: "accounts: [svc-scan]",
			in: []finding.Finding{record("SubjectUserName", "SVC-Scan", "SubjectDomainName", "TOWN"), record("AuthenticatedUser", `TOWN\svc-scan`),
				record("AuthenticatedUser", "svc-scan@town.example"), record("cs-username", `TOWN\svc-scan`, "sc-status", "200", "sc-win32-status", "0")},
			out: []finding.Finding{record("SubjectUserName", "svc-scan2"), record("TargetUserName", "svc-scan"), record("AuthenticatedUser", ""), record()},
		},
		"accounts: of one domain": {
			known: `accounts: ['TOWN\svc-scan', svc-backup@town.example]`,
			in: []finding.Finding{record("SubjectUserName", "svc-scan", "SubjectDomainName", "town"), record("AuthenticatedUser", `town\svc-scan`),
				record("cs-username", `TOWN\svc-scan`, "sc-status", "302", "sc-win32-status", "0"), record("AuthenticatedUser", "svc-backup@town.example")},
			out: []finding.Finding{record("SubjectUserName", "svc-scan", "SubjectDomainName", "LAB"), record("AuthenticatedUser", "svc-scan"), record("AuthenticatedUser", `LAB\svc-scan`)},
		},
		"accounts: a name that was only sent": {
			known: "accounts: [svc-scan]",
			out: []finding.Finding{record("cs-username", "svc-scan", "sc-status", "401", "sc-win32-status", "1326"),
				record("cs-username", "svc-scan", "sc-status", "200")},
		},
		"pages": {
			known: `pages: [/monitor/alive.aspx, 'C:\inetpub\wwwroot\own.aspx']`,
			in: []finding.Finding{record("cs-uri-stem", "/Monitor/alive.aspx"), record("UrlStem", "/monitor/alive.aspx"),
				record("TargetFilename", `c:\inetpub\wwwroot\own.aspx`), file(`C:\inetpub\wwwroot\own.aspx`, sum)},
			out: []finding.Finding{record("cs-uri-stem", "/monitor/alive.aspx/x"), record("cs(Referer)", "/monitor/alive.aspx"), file(`C:\inetpub\wwwroot\other.aspx`, sum)},
		},
		"hashes": {
			known: "hashes: [" + strings.ToUpper(sum) + "]",
			in:    []finding.Finding{file("page.aspx", sum)},
			out:   []finding.Finding{file("page.aspx", strings.Repeat("0", 64)), record("sha256", sum), file("page.aspx", "")},
		},
		"nothing": {
			known: "reason: none",
			out:   []finding.Finding{record(), record("SubjectUserName", "", "c-ip", ""), file("", ""), record("cs-username", "", "sc-win32-status", "0")},
		},
	} {
		k, err := readKnownText(t, c.known)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, f := range c.in {
			if !k.excludes(&f) {
				t.Errorf("%s: a finding on %v of %v stays", name, f.Fields, f.Source)
			}
		}
		for _, f := range c.out {
			if k.excludes(&f) {
				t.Errorf("%s: a finding on %v of %v is left out", name, f.Fields, f.Source)
			}
		}
	}
	var none *Known
	if f := record("c-ip", "192.0.2.7"); none.excludes(&f) || none.reason() != "" {
		t.Error("nothing known leaves something out")
	}
}

// A file of known things that would leave out less than its writer thinks is
// refused.
func TestKnownThingsThatAreRefused(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"adresses: [192.0.2.7]":                     "not found",
		"addresses: [scanner.lan]":                  "is no address",
		"addresses: [192.0.2.0/33]":                 "is no address",
		"hashes: [d41d8cd98f00b204]":                "is no SHA-256",
		"hashes: [" + strings.Repeat("x", 64) + "]": "is no SHA-256",
		"accounts: svc-scan":                        "cannot unmarshal",
	} {
		if _, err := readKnownText(t, text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// The hash of a page that the organisation put there takes the page out of the
// case, and the case says that something was left out and why.
func TestAKnownHashLeavesItsPageOut(t *testing.T) {
	t.Parallel()
	evidence := packed(t, lab.Demo())
	hashes := func(a *assessed) (sums []string) {
		for _, h := range a.verdict.Hosts {
			for _, s := range h.Webshells {
				sums = append(sums, s.SHA256)
			}
		}
		return sums
	}
	plain := assess(t, evidence)
	before := hashes(plain)
	if len(before) == 0 || before[0] == "" {
		t.Fatalf("web shells of the demo: %q", before)
	}
	own := assess(t, evidence, func(o *Options) { o.Known = &Known{Hashes: before[:1], Reason: "ours"} })
	if slices.Contains(hashes(own), before[0]) {
		t.Errorf("the known page %s is a web shell of the case", before[0])
	}
	if k := own.verdict.Evidence.Known; k.Findings == 0 || k.Reason != "ours" {
		t.Errorf("what was left out: %+v", k)
	}
	if k := plain.verdict.Evidence.Known; k.Findings != 0 || k.Reason != "" {
		t.Errorf("left out though nothing is known: %+v", k)
	}
}
