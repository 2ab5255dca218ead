package indicator

import (
	"strings"
	"testing"
)

// fuzzLoad reads any bytes: nothing may panic, and what is counted must be
// what is there.
func fuzzLoad(f *testing.F, seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l := NewLoader()
		if err := l.Load("file", strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		s, r := l.Set()
		n := 0
		s.All(func(i Indicator) {
			n++
			if i.Kind != UserAgent && len(i.Also) == 0 && i.Port == 0 { // a user agent is a whole value
				if !strings.Contains(found(s, " "+i.Value+" "), i.Value+"@") && !strings.Contains(i.Value, "/") {
					t.Errorf("%s %q is loaded and not found in its own text", i.Kind, i.Value)
				}
			}
		})
		if n != r.Loaded || r.Refused < len(r.Refusals) {
			t.Errorf("%d indicators, the report says %+v", n, r)
		}
	})
}

func FuzzList(f *testing.F) {
	fuzzLoad(f, "45.33.32[.]156 # x", "hxxp://bad[.]example.edu/x", "C:\\kit\\run.exe", "d3b07384d113edec49eaa6238ad5ff00  kit.exe")
}

func FuzzCSV(f *testing.F) {
	fuzzLoad(f, "type,value,first_seen\nip,\"45.33.32.156\",2021-03-01\n", "# a,ioc,md5\n\"1\",x,d3b07384d113edec49eaa6238ad5ff00")
}

func FuzzSTIX(f *testing.F) {
	fuzzLoad(f, `{"type":"bundle","objects":[{"type":"indicator","id":"indicator--1","pattern":"[domain-name:value = 'bad.example.edu' AND network-traffic:dst_port = 1]","pattern_type":"stix"},{"type":"sighting","sighting_of_ref":"indicator--1"}]}`)
}

func FuzzMISP(f *testing.F) {
	fuzzLoad(f, `{"response":[{"Event":{"info":"x","Attribute":[{"type":"ip-dst|port","value":"45.33.32.156|1"}],"Object":[{"Attribute":[{"type":"md5","value":"d3b07384d113edec49eaa6238ad5ff00"}]}]}}]}`)
}

func FuzzOpenIOC(f *testing.F) { fuzzLoad(f, openIOC) }

func FuzzPattern(f *testing.F) {
	f.Add("[file:name = 'a.exe' OR (url:value IN ('http://a.b/', 'http://a.c/'))] OR [ipv4-addr:value ISSUBSET '45.0.0.0/16']")
	f.Fuzz(func(_ *testing.T, text string) {
		nodes, bad := parsePattern(text)
		if bad != nil {
			return
		}
		for _, n := range nodes {
			n.clauses()
		}
	})
}

func FuzzScan(f *testing.F) {
	s := setOf(f, "45.33.32.156", "185.220.0.0/16", "2a00:1450:4001::/48", "evil.example.edu", "http://drop.example.edu/a", `C:\kit\run me.exe`, `\x\shell.aspx`, "supp0rt.aspx", "d3b07384d113edec49eaa6238ad5ff00", "Mozilla/5.0 (X11; Strange) Kit/1.0", "thief@mail.example.edu")
	f.Add([]byte("::ffff:45.33.32.156 http://drop.example.edu/a%2Fevil.example.edu C:\\kit\\run me.exe"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, h := range NewScanner(s).Scan(text, nil) {
			if h.Start < 0 || h.End > len(text) || h.Start >= h.End {
				t.Errorf("hit %+v in %q", h, text)
			}
		}
	})
}
