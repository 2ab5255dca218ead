package pageuse

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"spoor/event"
	"spoor/internal/finding"
)

// from is a row of a visitor of its own.
func from(second, visitor int, method, stem, query string, status int) string {
	return strings.Replace(row(second, method, stem, query, status), "203.0.113.9", fmt.Sprint("198.51.100.", visitor), 1)
}

func told(t *testing.T, rows []string) []*finding.Finding {
	t.Helper()
	col := NewCollector()
	read(t, 1, rows, col.Add)
	_, out := Merge([]*Collector{col}, same).Findings(nil, nowhere)
	return out
}

func TestKindsOfPages(t *testing.T) {
	t.Parallel()
	for stem, want := range map[string]struct {
		kind    uint16
		foreign bool
	}{
		"/a/x.aspx": {kindASP, false}, "/a/x.ashx": {kindASP, false}, "/a/x.asp": {kindASP, false}, "/a/web.config": {kindASP, false},
		"/a/x.php": {kindPHP, true}, "/a/x.jsp": {kindJSP, true}, "/a/x.cgi": {kindCGI, true}, "/a/x.cfm": {kindColdFusion, true}, "/a/x.do": {kindJava, true},
		"/.env": {kindHidden, true}, "/a/.x": {kindHidden, true}, "/a/.git/config": {kindHidden, true}, "/.": {}, "/a/": {}, "": {},
		"/manager/html": {kindJava, true}, "/actuator/health": {kindJava, true}, "/solr/": {kindJava, true}, "/jenkins": {kindJava, true}, "/a/manager/html": {},
		"/a/x.gif": {}, "/a/x": {}, "/a.aspx/x": {}, "/a/x.aspxx": {}, "/a/x.": {},
	} {
		if kind, foreign := kindOf([]byte(stem)); kind != want.kind || foreign != want.foreign {
			t.Errorf("%q: %d %v, want %d %v", stem, kind, foreign, want.kind, want.foreign)
		}
	}
	for kind, want := range map[uint16]bool{kindASP: true, kindPHP: true, kindJSP: true, kindCGI: true, kindColdFusion: true, kindHidden: false, kindJava: false, kindOther: false, 0: false} {
		if runs(kind) != want {
			t.Errorf("kind %d can be a shell: %v", kind, runs(kind))
		}
	}
}

// A few visitors who come back are told, many are not, whoever of the workers
// saw which request, and the finding stands at the last of them.
func TestWhoComesBackIsCountedOverWorkers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		visitors, n, each int
		want              bool
	}{
		"one visitor":               {1, 12, 60, true},
		"as many as are few":        {fewVisitors, 12, 60, true},
		"one more":                  {fewVisitors + 1, 12, 60, false},
		"many":                      {9, 18, 60, false},
		"ten minutes":               {1, 11, 60, true},
		"a second less":             {1, 600, 1, false},
		"as many times as are many": {1, manyReturns, 70, true},
	} {
		var rows []string
		for i := range c.n {
			rows = append(rows, from(i*c.each, i%c.visitors, "POST", "/owa/auth/x.aspx", "-", 404))
		}
		rng := rand.New(rand.NewPCG(3, 4))
		for range 4 {
			var events []*event.Event
			read(t, 1, rows, func(e *event.Event, _ bool) { events = append(events, e.Clone()) })
			rng.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
			cols := []*Collector{NewCollector(), NewCollector(), NewCollector()}
			for _, e := range events {
				cols[rng.IntN(len(cols))].Add(e, true)
			}
			_, out := Merge(cols, same).Findings(nil, nowhere)
			if got := len(out) == 1; got != c.want {
				t.Fatalf("%s: %d findings, want one: %v", name, len(out), c.want)
			}
			if c.want && (out[0].Field("count") != fmt.Sprint(c.n) || out[0].Where.Line != int64(c.n)+2 || !strings.HasPrefix(out[0].Message, fmt.Sprint(c.n, " requests"))) {
				t.Fatalf("%s: %s, count %s, line %d", name, out[0].Message, out[0].Field("count"), out[0].Where.Line)
			}
		}
	}
}

func TestACommandToAPageOfFewVisitors(t *testing.T) {
	t.Parallel()
	for visitors, want := range map[int]int{1: 1, fewVisitors: 1, fewVisitors + 1: 0, fewVisitors + 2: 0} {
		rows := []string{from(50, 0, "GET", "/up/a9.aspx", "c=ipconfig", 200), from(40, 0, "GET", "/up/a9.aspx", "c=whoami", 200), from(45, 0, "GET", "/up/a9.aspx", "c=tasklist", 200)}
		for i := range visitors {
			rows = append(rows, from(60+i, i, "GET", "/up/a9.aspx", "-", 200))
		}
		out := told(t, rows)
		if len(out) != want || want > 0 && (out[0].Rule.ID != "spoor-page-given-command" || out[0].Field("cs-uri-query") != "c=whoami") {
			t.Errorf("%d visitors: %d findings, want %d of the first command", visitors, len(out), want)
		}
	}
	if out := told(t, []string{row(1, "GET", "/owa/auth/a9.aspx", "c=whoami", 200)}); len(out) != 0 {
		t.Errorf("rules tell of a page in the product's folder, and so does %s", out[0].Rule.ID)
	}
}

// The first requests and the last are kept, in whatever order they come.
func TestTheFirstRequestsAndTheLastAreTold(t *testing.T) {
	t.Parallel()
	var rows []string
	for i := range 20 {
		rows = append(rows, row(i, "POST", "/shop/a9.aspx", fmt.Sprint("n=", i), 200))
	}
	rng := rand.New(rand.NewPCG(5, 6))
	for range 5 {
		rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		col := NewCollector()
		read(t, 1, rows, col.Add)
		_, out := Merge([]*Collector{col}, same).Findings([]*finding.Finding{shellAt(`C:\inetpub\wwwroot\shop\a9.aspx`)}, nowhere)
		var got []string
		for _, f := range out {
			got = append(got, f.Field("cs-uri-query"))
		}
		if want := "n=0 n=1 n=2 n=3 n=4 n=5 n=19"; strings.Join(got, " ") != want {
			t.Fatalf("told %q, want %s", got, want)
		}
	}
}

func TestWhatIsAUseOfAPage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method, query string
		want          string
	}{
		"a body":                            {"POST", "-", "page-used"},
		"an ordinary request":               {"GET", "-", "page-answered"},
		"parameters":                        {"GET", "a=1", "page-used"},
		"what Exchange adds":                {"GET", "&CorrelationID=<empty>;", "page-answered"},
		"what Exchange adds, and more":      {"GET", "a=1&CorrelationID=<empty>;", "page-used"},
		"a question whether it is there":    {"HEAD", "a=1", "page-answered"},
		"a question what it takes":          {"OPTIONS", "a=1", "page-answered"},
		"a method of no web browser":        {"PUT", "-", "page-used"},
		"the method in another letter case": {"get", "-", "page-answered"},
	} {
		col := NewCollector()
		read(t, 1, []string{row(1, c.method, "/shop/a9.aspx", c.query, 200)}, col.Add)
		_, out := Merge([]*Collector{col}, same).Findings([]*finding.Finding{shellAt(`C:\inetpub\wwwroot\shop\a9.aspx`)}, nowhere)
		if len(out) != 1 || out[0].Step.Name != c.want {
			t.Errorf("%s: %d findings, want %s", name, len(out), c.want)
		}
	}
}

func TestTheLongestAddressThatEndsAsTheFileDoes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file  string
		stems []string
		want  string
	}{
		"the longer of two":               {`D:\web\shop\img\a9.aspx`, []string{"/a9.aspx", "/img/a9.aspx"}, "/img/a9.aspx"},
		"whichever came first":            {`D:\web\shop\img\a9.aspx`, []string{"/img/a9.aspx", "/a9.aspx"}, "/img/a9.aspx"},
		"none of two that end otherwise":  {`D:\web\a9.aspx`, []string{"/x/a9.aspx", "/y/a9.aspx"}, ""},
		"the only one with the name":      {`D:\web\a9.aspx`, []string{"/x/a9.aspx", "/y/b9.aspx"}, "/x/a9.aspx"},
		"none of a name that many have":   {`D:\web\index.aspx`, []string{"/x/index.aspx"}, ""},
		"a copy saved as text":            {`cases\a9.aspx.txt`, []string{"/x/a9.aspx"}, "/x/a9.aspx"},
		"a name that only ends as it":     {`D:\web\xa9.aspx`, []string{"/a9.aspx"}, ""},
		"a folder whose name ends as its": {`D:\web\ximg\a9.aspx`, []string{"/img/a9.aspx", "/q/a9.aspx"}, ""},
	} {
		var rows []string
		for i, s := range c.stems {
			rows = append(rows, row(i, "GET", s, "-", 200))
		}
		col := NewCollector()
		read(t, 1, rows, col.Add)
		files, _ := Merge([]*Collector{col}, same).Findings([]*finding.Finding{shellAt(c.file)}, nowhere)
		if got := files[0].Field("cs-uri-stem"); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Beyond the cap pages are left out by their hash and their requests counted,
// the same for any workers; nothing is lost below it.
func TestRequestsForPagesBeyondTheCapAreCounted(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a few hundred thousand pages")
	}
	shape := event.NewShape("w3c", []event.Field{{Name: "cs-method"}, {Name: "cs-uri-stem"}, {Name: "sc-status"}}, false)
	add := func(c *Collector, i int) {
		c.Add(&event.Event{Shape: shape, Route: &event.Route{Format: "w3c"}, Host: "WEB1", Ref: event.Ref{Item: 1, Offset: int64(i)}, Time: event.Time{Sec: int64(i), Source: event.FromRow},
			Values: []event.Value{event.TextValue([]byte("POST")), event.TextValue(fmt.Appendf(nil, "/p/%d.aspx", i)), event.TextValue([]byte("200"))}}, true)
	}
	for n, workers := range map[int]int{maxPages + 7: 3, 2*maxPages + 50: 1} {
		cols := make([]*Collector, workers)
		for w := range cols {
			cols[w] = NewCollector()
		}
		hashes := make([]uint64, n)
		for i := range n {
			add(cols[i%workers], i)
			hashes[i] = hashOf(fmt.Appendf(nil, "/p/%d.aspx", i))
		}
		slices.Sort(hashes)
		held := 0
		for _, h := range cols[0].hosts {
			held += len(h.pages)
		}
		if held > 2*maxPages || cols[0].count != held {
			t.Errorf("%d pages: a worker holds %d and counts %d", n, held, cols[0].count)
		}
		u := Merge(cols, same)
		pages := u.byHost["WEB1"].pages
		for path := range pages {
			if hashOf([]byte(path)) > hashes[maxPages-1] {
				t.Fatalf("%s is kept, and others with a lower hash are not", path)
			}
		}
		if len(pages) != maxPages || u.Dropped() != int64(n-maxPages) {
			t.Errorf("%d pages, %d workers: %d kept, %d requests dropped, want %d", n, workers, len(pages), u.Dropped(), n-maxPages)
		}
	}
}

func TestAPathThatIsTooLongIsNoPage(t *testing.T) {
	t.Parallel()
	col := NewCollector()
	read(t, 1, []string{row(1, "POST", "/"+strings.Repeat("x", maxStem-6)+".aspx", "-", 200), row(2, "POST", "/"+strings.Repeat("x", maxStem-5)+".aspx", "-", 200)}, col.Add)
	if n := len(Merge([]*Collector{col}, same).byHost["WEB1"].pages); n != 1 {
		t.Errorf("%d pages, want that whose path is no longer than %d bytes", n, maxStem)
	}
}

// A page that was only ever refused is no example of what a server answers.
func TestWhatAnswersEverythingIsShownByAnAnswer(t *testing.T) {
	t.Parallel()
	var rows []string
	for i := range 30 {
		rows = append(rows, row(i*60, "POST", "/owa/auth/x.aspx", "-", 404))
	}
	for i, s := range []string{"/a.php", "/a.jsp", "/a.cgi"} {
		rows = append(rows, row(2000+i, "GET", s, "-", 200))
	}
	out := told(t, rows)
	if len(out) != 2 || out[0].Step.Name != "answers-everything" || out[0].Field("cs-uri-stem") != "/a.php" || out[1].Step.Name != "page-returned-to" {
		t.Errorf("%d findings, the first of %s", len(out), out[0].Message)
	}
}

// The caps are those that the page on limits states.
func TestTheCapsAreTheStatedOnes(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/limits.md")
	if err != nil {
		t.Fatal(err)
	}
	said := func(n int) string {
		if n < 1000 {
			return fmt.Sprint(n)
		}
		return fmt.Sprintf("%d,%03d", n/1000, n%1000)
	}
	want := fmt.Sprintf("| `internal/pageuse` | `maxPages`, `maxRequests`, `maxStem`, `fewVisitors`, `manyAsked` | %s; %s; %s; %s; %s |", said(maxPages), said(maxRequests), said(maxStem), said(fewVisitors), said(manyAsked))
	if !strings.Contains(string(page), want) {
		t.Errorf("docs/limits.md does not say %s", want)
	}
}
