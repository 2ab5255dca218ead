package actor

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"spoor/internal/lab/labdata"
)

func TestOneReportHasOneAddress(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"https://www.secureworks.com/research/bronze-union", "http://secureworks.com/research/bronze-union/", "https://www.secureworks.com/research/bronze-union#who",
			"https://web.archive.org/web/20180101000000/https://www.secureworks.com/research/bronze-union", "https://web.archive.org/web/2018/https:/www.secureworks.com/research/bronze-union"},
		{"https://WWW.Example.org", "example.org"},
	} {
		for _, u := range same[1:] {
			if Address(u) != Address(same[0]) {
				t.Errorf("%s and %s differ: %q, %q", same[0], u, Address(same[0]), Address(u))
			}
		}
	}
	for _, pair := range [][2]string{
		{"https://example.org/a?id=1", "https://example.org/a?id=2"},
		{"https://example.org/#!/one", "https://example.org/#!/two"},
		{"https://example.org/A", "https://example.org/a"},
		{"https://blog.example.org/a", "https://example.org/a"},
	} {
		if Address(pair[0]) == Address(pair[1]) {
			t.Errorf("%s and %s are two reports", pair[0], pair[1])
		}
	}
}

func TestPublisherIsGuessedFromTheHost(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"https://www.fireeye.com/blog/x.html":                              "Mandiant",
		"https://web.archive.org/web/2015/https://www.fireeye.com/rpt.pdf": "Mandiant",
		"https://unit42.paloaltonetworks.com/x/":                           "Unit 42",
		"https://documents.trendmicro.com/x.pdf":                           "Trend Micro",
		"https://medium.com/Some-Author/story":                             "medium.com/some-author",
		"https://small.vendor.example/x":                                   "small.vendor.example",
		"https://notfireeye.com/x":                                         "notfireeye.com",
		"":                                                                 "",
		"https://www.microsoft.com/en-us/security/blog/2021/03/02/hafnium-targeting-exchange/": "Microsoft",
	} {
		if got := Publisher(url); got != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
	}
}

func TestDatesAsFractionalYears(t *testing.T) {
	t.Parallel()
	for d, want := range map[Date]float64{0: 0, 20210101: 2021, 20210000: 2021.5, 20210700: 2021.5, 20211231: 2021 + (11+30.0/31)/12} {
		if got := d.Year(); math.Abs(got-want) > 1e-9 {
			t.Errorf("%d: %v, want %v", d, got, want)
		}
	}
}

// Each held-out report must be found by its address and by its name, with
// its date, and everything it is the source of must point at it: that is
// what taking one report out of the knowledge needs.
func TestHeldOutReportsCanBeTakenOut(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(labdata.Path(t, "attribution/reports.json"))
	if err != nil {
		t.Fatal(err)
	}
	var held struct {
		Items []struct {
			Report struct {
				Name string `json:"source_name"`
				URL  string `json:"url"`
				Date float64
			} `json:"report"`
			Truth      []string `json:"truth"`
			Citing     []string `json:"groups_citing_report"`
			Techniques []string `json:"techniques"`
			Software   []string `json:"software"`
		} `json:"items"`
	}
	if err := json.Unmarshal(data, &held); err != nil {
		t.Fatal(err)
	}
	k := builtinOf(t)
	profiles := map[string]map[string][]int32{}
	for _, p := range k.Profiles(true) {
		profiles[p.Group.ID] = map[string][]int32{}
		for _, f := range p.Uses {
			profiles[p.Group.ID][f.ID] = f.Reports
		}
	}
	for _, item := range held.Items {
		at := k.ReportAt(item.Report.URL)
		if at < 0 {
			t.Errorf("no report at %s", item.Report.URL)
			continue
		}
		if !slices.Contains(k.ReportsNamed(item.Report.Name), at) {
			t.Errorf("%q does not name the report at %s", item.Report.Name, item.Report.URL)
		}
		if got := k.Reports[at].Date.Year(); item.Report.Date > 0 && math.Abs(got-item.Report.Date) > 0.5 {
			t.Errorf("%s: dated %.2f, want %.2f", item.Report.URL, got, item.Report.Date)
		}
		for _, feature := range append(item.Techniques, item.Software...) {
			found := false
			for _, g := range item.Citing {
				found = found || slices.Contains(profiles[g][feature], at)
			}
			if !found {
				t.Errorf("%s: %s of %v does not rest on the report", item.Report.URL, feature, item.Citing)
			}
		}
	}
	if len(held.Items) != 231 {
		t.Errorf("%d held-out reports", len(held.Items))
	}
}

func TestProfilesOfTheKnowledge(t *testing.T) {
	t.Parallel()
	k := builtinOf(t)
	own, all := 0, 0
	for _, p := range k.Profiles(false) {
		own += len(p.Uses)
	}
	for _, p := range k.Profiles(true) {
		all += len(p.Uses)
		for _, f := range p.Uses {
			if !f.Direct && len(f.Via) == 0 {
				t.Fatalf("%s %s is used by nobody", p.Group.ID, f.ID)
			}
		}
	}
	if own != 5466 || all <= own {
		t.Errorf("%d features of groups, %d with campaigns; ATT&CK 18.1 has 5466 group edges", own, all)
	}
	if n := len(k.Exclusive(true)); n != 486 {
		t.Errorf("%d software of one group only, want 486", n)
	}
	h, ok := k.ProfileOf("G0125", false)
	if !ok || len(h.Uses) != 44+6 {
		t.Errorf("HAFNIUM has %d features, want 44 techniques and 6 software", len(h.Uses))
	}
	if k.Parents()["T1505.003"] != "T1505" || k.Technique("T1595.002").HostVisible() || !k.Technique("T1505.003").HostVisible() {
		t.Error("parents or visibility on a host are wrong")
	}
}

func TestReplacedIDsAreMappedForward(t *testing.T) {
	t.Parallel()
	k := builtinOf(t)
	for id, want := range map[string]string{"T1066": "T1027.005", "G0058": "G0059", "G0118": "G0016", "S0209": "S0012", "T1190": "T1190", "t1066 ": "T1027.005"} {
		if now, known := k.Forward(id); now != want || !known {
			t.Errorf("%s -> %s (%v), want %s", id, now, known, want)
		}
	}
	if now, known := k.Forward("T1685"); known || now != "T1685" {
		t.Errorf("an id of a later version is known: %s", now)
	}
}

func TestWhoIsTiedToTheExchangeChains(t *testing.T) {
	t.Parallel()
	k := builtinOf(t)
	tied := func(name string) []string {
		var out []string
		for _, e := range k.TiedTo(name) {
			if len(e.Reports) == 0 {
				t.Errorf("%s tied to %s without a report", e.Who, e.CVE)
			}
			if !slices.Contains(out, e.Who) {
				out = append(out, e.Who)
			}
		}
		return out
	}
	for _, want := range []string{"G0125", "G0027", "G1022", "G0096", "G1043", "G0060", "G0044", "G0131", "misp:200d04c8"} {
		if !slices.Contains(tied("ProxyLogon"), want) || !slices.Contains(tied("CVE-2021-26855"), want) && want != "G0060" {
			t.Errorf("ProxyLogon is not tied to %s", want)
		}
	}
	for _, want := range []string{"G0059", "G1003", "G1043"} {
		if !slices.Contains(tied("proxyshell"), want) {
			t.Errorf("ProxyShell is not tied to %s", want)
		}
	}
	if slices.Contains(tied("ProxyLogon"), "G0065") {
		t.Error("APT40 is tied to ProxyLogon, which no source here says")
	}
	named := map[string]bool{}
	for _, t := range k.TiesOf("C0058") {
		named[t.To] = true
	}
	if !named["G0027"] || !named["G0128"] {
		t.Errorf("the groups in the text of the ToolShell campaign are lost: %v", named)
	}
}

func TestChainsOfCommand(t *testing.T) {
	t.Parallel()
	k := builtinOf(t)
	for group, want := range map[string][]string{
		"G0065": {"company:hainan-xiandun", "organ:hainan-ssd", "ministry:cn-mss", "state:cn"},
		"G0128": {"company:wuhan-xrz", "organ:hubei-ssd", "ministry:cn-mss", "state:cn"},
		"G0125": {"company:shanghai-powerock", "organ:shanghai-ssb", "ministry:cn-mss", "state:cn"},
	} {
		reached := map[string]bool{}
		for _, tie := range k.Chain(group) {
			reached[tie.To] = true
			if tie.Statement == "" || tie.Date == 0 || len(tie.Reports) == 0 || k.Reports[tie.Reports[0]].URL == "" {
				t.Errorf("%s: edge without statement, date or address: %+v", group, tie)
			}
		}
		for _, id := range want {
			if !reached[id] {
				t.Errorf("%s does not reach %s", group, id)
			}
			delete(reached, id)
		}
		for id := range reached {
			t.Errorf("%s also reaches %s", group, id)
		}
	}
	if c := k.Chain("G0060"); len(c) != 0 {
		t.Errorf("Tick has a chain that nobody stated: %v", c)
	}
}
