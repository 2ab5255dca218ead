package indicator

import (
	"strings"
	"testing"

	"spoor/event"
	"spoor/internal/finding"
)

// told loads a table, looks at one event and returns what is said of it.
func told(t *testing.T, table, at string, fields ...string) []*finding.Finding {
	t.Helper()
	l := NewLoader()
	if err := l.Load("feed.csv", strings.NewReader(table)); err != nil {
		t.Fatal(err)
	}
	s, _ := l.Set()
	var shape []event.Field
	e := &event.Event{}
	for i := 0; i < len(fields); i += 2 {
		shape = append(shape, event.Field{Name: fields[i], Claimed: fields[i] == "cs(User-Agent)"})
		e.Values = append(e.Values, event.TextValue([]byte(fields[i+1])))
	}
	e.Shape = event.NewShape("test", shape, false)
	var list []*finding.Finding
	for _, m := range NewWatch(s).Event(e) {
		f := &finding.Finding{}
		if at != "" {
			f.At = event.TimeOf(date(at), 0, event.FromRecord)
		}
		s.Tell(f, &m, e.Shape)
		list = append(list, f)
	}
	return list
}

func TestTheLevelFollowsWhereAndWhenAValueIsSeen(t *testing.T) {
	t.Parallel()
	const window = "value,valid_from,valid_until\nbad.example.edu,2021-03-01,2021-03-09\n"
	for _, c := range []struct {
		why, table, at, field, value, level string
		notes                               int
	}{
		{"a name the host asked for", window, "2021-03-05T00:00:00Z", "QueryName", "bad.example.edu", "high", 0},
		{"on the last day", window, "2021-03-09T23:59:59Z", "QueryName", "bad.example.edu", "high", 0},
		{"before the time it is stated for", window, "2021-02-28T23:59:59Z", "QueryName", "bad.example.edu", "medium", 1},
		{"after it", window, "2021-03-10T00:00:00Z", "QueryName", "bad.example.edu", "medium", 1},
		{"without a time", window, "", "QueryName", "bad.example.edu", "high", 0},
		{"in a request", window, "2021-03-05T00:00:00Z", "cs-uri-query", "u=bad.example.edu", "medium", 0},
		{"in what only the client states", window, "2021-03-05T00:00:00Z", "cs(User-Agent)", "bad.example.edu", "medium", 1},
		{"an address that knocks", "value,note\n45.33.32.156,x\n", "2021-03-05T00:00:00Z", "c-ip", "45.33.32.156", "medium", 0},
		{"an address that logs on", "value,note\n45.33.32.156,x\n", "2021-03-05T00:00:00Z", "IpAddress", "::ffff:45.33.32.156", "high", 0},
		{"a level that the source states", "value,level\n45.33.32.156,critical\n", "2021-03-05T00:00:00Z", "c-ip", "45.33.32.156", "critical", 0},
		{"a stated level outside the time", "value,level,valid_until\n45.33.32.156,critical,2020-01-01\n", "2021-03-05T00:00:00Z", "DestinationIp", "45.33.32.156", "medium", 1},
		{"a file name", "value,note\nsupp0rt.aspx,x\n", "", "TargetFilename", `C:\x\supp0rt.aspx`, "medium", 0},
		{"a hash at any time", "value,last_seen\nd3b07384d113edec49eaa6238ad5ff00,2020-01-01\n", "2021-03-05T00:00:00Z", "Hashes", "MD5=D3B07384D113EDEC49EAA6238AD5FF00", "high", 0},
		{"an address whose port is not stated", "ip,port\n45.33.32.156,443\n", "", "Target", "45.33.32.156", "medium", 1},
	} {
		got := told(t, c.table, c.at, c.field, c.value)
		if len(got) != 1 || got[0].Rule.Level != c.level || len(got[0].Notes) != c.notes {
			t.Errorf("%s: %+v, want %s with %d notes", c.why, got, c.level, c.notes)
		}
	}
	if got := told(t, "ip,port\n45.33.32.156,443\n", "", "DestinationIp", "45.33.32.156", "DestinationPort", "8443"); len(got) != 0 {
		t.Errorf("another port: %+v", got)
	}
	if got := told(t, "ip,port\n45.33.32.156,8443\n", "", "c-ip", "45.33.32.156", "s-port", "443"); len(got) != 1 || len(got[0].Notes) != 1 {
		t.Errorf("the server's own port says nothing of the other side's: %+v", got)
	}
	if got := told(t, "ip,port\n45.33.32.156,443\n", "", "DestinationIp", "45.33.32.156", "DestinationPort", "443"); len(got) != 1 || got[0].Rule.Level != "high" {
		t.Errorf("the port: %+v", got)
	}
}

func TestAFindingNamesEverySourceAndWhomItTies(t *testing.T) {
	t.Parallel()
	got := told(t, `value,first_seen,last_seen,publisher,feed,link,tlp,actor,software,sightings
bad.example.edu,2021-03-01,2021-03-09,CERT,Wave,https://cert.example/1,amber,G0125,S0020,3
bad.example.edu,2021-02-01,2021-02-09,ESET,Other,https://eset.example/2,,Tick,,
`, "2021-03-05T00:00:00Z", "QueryName", "c2.bad.example.edu")
	if len(got) != 1 {
		t.Fatalf("%d findings of one value", len(got))
	}
	f := got[0]
	want := []finding.Tie{
		{Actor: "G0125", Kind: "infrastructure", Value: "bad.example.edu", Publisher: "CERT", URL: "https://cert.example/1", From: "2021-03-01", Until: "2021-03-09", InWindow: true},
		{Actor: "Tick", Kind: "infrastructure", Value: "bad.example.edu", Publisher: "ESET", URL: "https://eset.example/2", From: "2021-02-01", Until: "2021-02-09"},
	}
	if len(f.Ties) != 2 || f.Ties[0] != want[0] || f.Ties[1] != want[1] || strings.Join(f.Software, " ") != "S0020" || strings.Join(f.Actors, " ") != "G0125" {
		t.Errorf("ties %+v, software %v, actors %v", f.Ties, f.Software, f.Actors)
	}
	if f.Rule.Source != "feed.csv; CERT; Wave; https://cert.example/1; TLP:AMBER | feed.csv; ESET; Other; https://eset.example/2" || f.Rule.Level != "high" || len(f.Notes) != 0 {
		t.Errorf("rule %+v, notes %v", f.Rule, f.Notes)
	}
	if f.Message != "bad.example.edu in QueryName is an indicator (domain) of CERT, Wave (sighted 3 times)" {
		t.Errorf("message %q", f.Message)
	}
	again := told(t, "domain,note\nBAD[.]example.edu,x\n", "", "QueryName", "bad.example.edu")
	if again[0].Rule.ID != f.Rule.ID {
		t.Errorf("the rule id depends on the source: %s and %s", again[0].Rule.ID, f.Rule.ID)
	}
}
