package pageuse

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/finding"
	"spoor/internal/stream"
	"spoor/internal/weblog"
)

// read gives the events of an IIS log to add.
func read(t *testing.T, item event.ItemID, rows []string, add func(*event.Event, bool)) {
	t.Helper()
	text := "#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time s-computername cs-method cs-uri-stem cs-uri-query cs-username c-ip sc-status\r\n" + strings.Join(rows, "\r\n") + "\r\n"
	split, decode := weblog.NewSplitter(strings.NewReader(text), item), weblog.NewDecoder(time.UTC)
	for {
		var b stream.Block
		err := split.Next(&b)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		decode.Decode(&b, func(e *event.Event) { add(e, true) })
	}
}

func row(second int, method, stem, query string, status int) string {
	return fmt.Sprintf("2024-05-14 12:%02d:%02d WEB1 %s %s %s - 203.0.113.9 %d", second/60, second%60, method, stem, query, status)
}

func shellAt(path string) *finding.Finding {
	return &finding.Finding{Host: "WEB1", Rule: finding.Rule{Kind: "webshell"}, Fields: map[string]string{"path": path, "outcome": "web shell"}}
}

func same(host string, _ event.ItemID) string { return host }

func nowhere(event.ItemID) Item { return Item{Path: "u_ex.log"} }

func TestAFileIsTiedToItsRequests(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, stem string
		tied       bool
	}{
		"below the site's root":                {`C:\inetpub\wwwroot\shop\img\a9.aspx`, "/shop/img/a9.aspx", true},
		"below a root of its own":              {`D:\Webs\shop\wwwroot\img\a9.php`, "/img/a9.php", true},
		"in another letter case":               {`C:\inetpub\wwwroot\Shop\A9.ASPX`, "/shop/a9.aspx", true},
		"in a folder with another address":     {`C:\ProgramData\COM\pic7.aspx`, "/owa/auth/com/pic7.aspx", true},
		"handed over apart":                    {`cases/pic7.aspx`, "/files/up/pic7.aspx", true},
		"apart, under a name that many have":   {`cases/default.aspx`, "/shop/default.aspx", false},
		"another page":                         {`C:\inetpub\wwwroot\shop\b9.aspx`, "/shop/a9.aspx", false},
		"SharePoint's folder under its number": {`C:\x\TEMPLATE\LAYOUTS\i3.aspx`, "/_layouts/16/i3.aspx", true},
	} {
		col := NewCollector()
		read(t, 1, []string{row(1, "GET", c.stem, "-", 200), row(9, "POST", c.stem, "-", 200), row(20, "GET", c.stem, "-", 404)}, col.Add)
		f := shellAt(c.file)
		files, out := Merge([]*Collector{col}, same).Findings([]*finding.Finding{f}, nowhere)
		if f.Field("cs-uri-stem") != "" || f.Step != nil {
			t.Errorf("%s: the finding that was handed over was changed", name)
		}
		if tied := files[0].Field("cs-uri-stem") != "" && files[0].Step != nil; len(files) != 1 || tied != c.tied {
			t.Errorf("%s: tied %v, want %v", name, tied, c.tied)
		}
		var steps []string
		for _, g := range out {
			steps = append(steps, g.Step.Name)
		}
		want := []string{"page-answered", "page-used"}
		if !c.tied || strings.HasPrefix(c.stem, "/owa/auth/") { // rules tell of these
			want = nil
		}
		if !slices.Equal(steps, want) {
			t.Errorf("%s: %v, want %v", name, steps, want)
		}
	}
}

func TestAServerThatAnswersEverythingIsKnown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stems  []string
		status int
		want   bool
	}{
		"pages that no server has together": {[]string{"/wp-login.php", "/.env", "/index.jsp", "/cgi-bin/a.cgi"}, 200, true},
		"the same, refused":                 {[]string{"/wp-login.php", "/.env", "/index.jsp", "/cgi-bin/a.cgi"}, 404, false},
		"a site in PHP":                     {[]string{"/index.php", "/wp-login.php", "/shop/cart.php", "/a.aspx"}, 200, false},
		"PHP beside Java":                   {[]string{"/index.php", "/app/index.jsp"}, 200, false},
	} {
		col := NewCollector()
		var rows []string
		for i, s := range c.stems {
			rows = append(rows, row(i, "GET", s, "-", c.status))
		}
		read(t, 1, rows, col.Add)
		_, out := Merge([]*Collector{col}, same).Findings(nil, nowhere)
		if got := len(out) == 1 && out[0].Step.Name == "answers-everything"; got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// What is kept does not depend on which worker saw what, or on the order.
func TestWhatIsKeptDoesNotDependOnTheOrder(t *testing.T) {
	t.Parallel()
	var rows []string
	for i := range 400 {
		rows = append(rows, row(i, "POST", fmt.Sprintf("/a/p%d.aspx", i%7), "x=1", 200))
	}
	var first string
	for seed := range uint64(5) {
		cols := []*Collector{NewCollector(), NewCollector(), NewCollector()}
		rng := rand.New(rand.NewPCG(seed, 9))
		var events []*event.Event
		read(t, 1, rows, func(e *event.Event, _ bool) { events = append(events, e.Clone()) })
		rng.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		for _, e := range events {
			cols[rng.IntN(3)].Add(e, true)
		}
		var b strings.Builder
		_, out := Merge(cols, same).Findings([]*finding.Finding{shellAt("/w/wwwroot/a/p3.aspx")}, nowhere)
		for _, g := range out {
			fmt.Fprintln(&b, g.Time, g.Where.Offset, g.Message)
		}
		if first == "" {
			first = b.String()
		}
		if b.String() != first || strings.Count(first, "\n") != maxRequests+1 {
			t.Fatalf("seed %d:\n%s\nwant\n%s", seed, b.String(), first)
		}
	}
}

func TestAPageThatIsGivenCommandsIsKnown(t *testing.T) {
	t.Parallel()
	visitors := func(n int, stem string) []string {
		var rows []string
		for i := range n {
			rows = append(rows, fmt.Sprintf("2024-05-14 13:00:%02d WEB1 GET %s - - 198.51.100.%d 200", i, stem, i+1))
		}
		return rows
	}
	for name, c := range map[string]struct {
		rows []string
		want bool
	}{
		"a command as a value":             {[]string{row(1, "GET", "/up/a9.aspx", "cmd=whoami", 200)}, true},
		"an interpreter with what it runs": {[]string{row(1, "GET", "/up/a9.php", "x=1&c=cmd.exe+/c+dir", 200)}, true},
		"behind percent signs":             {[]string{row(1, "GET", "/up/a9.jsp", "c=net%20user", 200)}, true},
		"refused":                          {[]string{row(1, "GET", "/up/a9.aspx", "cmd=whoami", 404)}, false},
		"a word that begins so":            {[]string{row(1, "GET", "/up/a9.aspx", "page=network&type=dir&id=netstats", 200)}, false},
		"an application with visitors":     {append(visitors(9, "/shop/item.aspx"), row(1, "GET", "/shop/item.aspx", "q=whoami", 200)), false},
	} {
		col := NewCollector()
		read(t, 1, c.rows, col.Add)
		_, out := Merge([]*Collector{col}, same).Findings(nil, nowhere)
		if got := len(out) == 1 && out[0].Rule.ID == "spoor-page-given-command"; got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestNoSpellingMakesAnotherPage(t *testing.T) {
	t.Parallel()
	col := NewCollector()
	read(t, 1, []string{row(1, "POST", "/shop/a9.aspx", "-", 200), row(2, "POST", "/SHOP//a9.aspx/info", "-", 200), row(3, "POST", "/shop/%61%39.aspx", "-", 200), row(4, "POST", "/x/../shop/a9.aspx;b=c", "-", 200)}, col.Add)
	f := shellAt(`C:\inetpub\wwwroot\shop\a9.aspx`)
	if _, out := Merge([]*Collector{col}, same).Findings([]*finding.Finding{f}, nowhere); len(out) != 4 {
		t.Fatalf("%d requests are tied to the file, want 4", len(out))
	}
}

func TestPathInfoOnAPageThatIsThereSaysNothing(t *testing.T) {
	t.Parallel()
	col := NewCollector()
	var rows []string
	for i, behind := range []string{"a.php", "a.jsp", "a.cgi", "a.cfm", ".env"} {
		rows = append(rows, row(i, "GET", "/owa/auth/logon.aspx/"+behind, "-", 200))
	}
	read(t, 1, rows, col.Add)
	if _, out := Merge([]*Collector{col}, same).Findings(nil, nowhere); len(out) != 0 {
		t.Fatalf("told %s", out[0].Rule.ID)
	}
}

func TestVisitorsWhoComeBackAreTold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stem    string
		n, each int // requests, seconds between them
		status  int
		method  string
		want    string
	}{
		"again and again":          {"/owa/auth/x.aspx", manyReturns, 90, 404, "POST", "page-returned-to"},
		"with an error":            {"/owa/auth/x.aspx", manyReturns, 90, 500, "POST", "page-returned-to"},
		"too few":                  {"/owa/auth/x.aspx", manyReturns - 1, 90, 404, "POST", ""},
		"all at once":              {"/owa/auth/x.aspx", 60, 1, 404, "POST", ""},
		"without a body":           {"/owa/auth/x.aspx", 60, 30, 404, "GET", ""},
		"a page of the product":    {"/owa/auth/logon.aspx", 60, 30, 404, "POST", ""},
		"in a folder of the owner": {"/shop/x.aspx", 60, 30, 404, "POST", ""},
	} {
		col := NewCollector()
		var rows []string
		for i := range c.n {
			rows = append(rows, row(i*c.each, c.method, c.stem, "-", c.status))
		}
		read(t, 1, rows, col.Add)
		got := ""
		_, out := Merge([]*Collector{col}, same).Findings(nil, nowhere)
		for _, f := range out {
			got += f.Step.Name
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestAFloodOfOtherRequestsHidesNoPage(t *testing.T) {
	t.Parallel()
	for decoys, want := range map[int]int{10: 0, manyAsked - 1: 0, manyAsked: 1} {
		col := NewCollector()
		var rows []string
		for i := range decoys {
			rows = append(rows, row(i%3000, "POST", fmt.Sprintf("/owa/auth/logon.aspx/%d.aspx", i), "-", 200))
		}
		rows = append(rows, row(3100, "POST", "/owa/auth/x.aspx", "-", 200))
		read(t, 1, rows, col.Add)
		_, out := Merge([]*Collector{col}, same).Findings(nil, nowhere)
		if len(out) != want || want > 0 && out[0].Fields["cs-uri-stem"] != "/owa/auth/x.aspx" {
			t.Errorf("%d decoys: %d findings, want %d", decoys, len(out), want)
		}
	}
}

func TestCommandsInQueries(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]bool{
		"cmd=whoami": true, "x=whoami": true, "x=WHOAMI.EXE": true, `x=c:\windows\system32\whoami.exe`: true, "a=1&b=ipconfig+/all": true, "x=dsquery+*+-filter": true,
		"dir=C%3A%5C&cmd=dsquery+*+-filter+%22x%22&btnCommand=Execute": true, "x=net+user": true, "x=cmd.exe+/c+dir": true, "cmd=foo+bar": true, "exec_code=a%20b": true, "Command=do+it+now": true,
		"x=net": false, "x=id": false, "cmd=view": false, "cmd=Ping": false, "x=foo+bar": false, "command=": false, "-": false, "": false, "q=whoamix": false, "type=rau": false, "x=sc": false, "cmd=+": false,
		"Cmd=Ping&User=k.brandt&DeviceId=x": false, "search=reg": false,
	} {
		if got := hasOrder([]byte(query)); got != want {
			t.Errorf("%q: %v", query, got)
		}
	}
}
