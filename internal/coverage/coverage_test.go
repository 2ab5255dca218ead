package coverage

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"spoor/event"
)

func at(s string) event.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return event.TimeOf(t, 0, event.FromRow)
}

func row(host, format, channel string, t event.Time, item event.ItemID, record uint64) *event.Event {
	return &event.Event{
		Shape: event.NewShape(format, nil, false), Route: &event.Route{Format: format, Channel: channel},
		Host: host, Time: t, Ref: event.Ref{Item: item, Record: record},
	}
}

func asStated(host string, _ event.ItemID) string { return host }

// hourly makes the log of a host whose hours say true, from one day at
// midnight for some days.
func hourly(days int, has func(day, hour int) bool) *Log {
	c := NewCollector()
	start := at("2021-03-01T00:00:00Z") // a Monday
	for day := range days {
		for hour := range 24 {
			if has(day, hour) {
				t := start
				t.Sec += int64(day*24+hour) * 3600
				c.Add(row("mail", "w3c", "w3c", t, 0, 0), true)
			}
		}
	}
	return Merge([]*Collector{c}, asStated).Logs[0]
}

func TestHoles(t *testing.T) {
	t.Parallel()
	office := func(_, hour int) bool { return hour >= 8 && hour < 18 }
	always := func(int, int) bool { return true }
	but := func(has func(day, hour int) bool, day, from, to int) func(int, int) bool {
		return func(d, h int) bool { return has(d, h) && (d != day || h < from || h >= to) }
	}
	cases := map[string]struct {
		days int
		has  func(day, hour int) bool
		want []string
	}{
		"a server that never sleeps has none":                  {14, always, nil},
		"nights are none":                                      {14, office, nil},
		"nights of a short log are none":                       {3, office, nil},
		"short nights are none":                                {14, func(_, h int) bool { return h >= 6 }, nil},
		"short nights of a short log are none":                 {3, func(_, h int) bool { return h >= 6 && h < 23 }, nil},
		"rows once a day are none":                             {60, func(_, h int) bool { return h == 3 }, nil},
		"five quiet hours of a busy server are none":           {14, but(always, 5, 3, 8), nil},
		"a deleted night of a busy server":                     {14, but(always, 5, 0, 9), []string{"2021-03-05T23:00:00Z 2021-03-06T09:00:00Z"}},
		"a deleted day of a busy server":                       {14, but(always, 5, 0, 24), []string{"2021-03-05T23:00:00Z 2021-03-07T00:00:00Z"}},
		"a deleted working day of a server that sleeps":        {14, but(office, 4, 0, 24), []string{"2021-03-04T17:00:00Z 2021-03-06T08:00:00Z"}},
		"a deleted afternoon of a server that sleeps":          {14, but(office, 4, 9, 24), []string{"2021-03-05T08:00:00Z 2021-03-06T08:00:00Z"}},
		"a deleted working day of a short log":                 {4, but(office, 1, 0, 24), []string{"2021-03-01T17:00:00Z 2021-03-03T08:00:00Z"}},
		"half a day of a log that covers less than a day":      {1, but(always, 0, 6, 18), []string{"2021-03-01T05:00:00Z 2021-03-01T18:00:00Z"}},
		"two holes, the older first":                           {14, but(but(always, 9, 0, 12), 2, 0, 12), []string{"2021-03-02T23:00:00Z 2021-03-03T12:00:00Z", "2021-03-09T23:00:00Z 2021-03-10T12:00:00Z"}},
		"three rows far apart say nothing of what is steady":   {1, func(_, h int) bool { return h%10 == 0 }, nil},
		"two hours eight days apart are no log of eight days":  {9, func(d, h int) bool { return h == 0 && d%8 == 0 }, []string{"2021-03-01T00:00:00Z 2021-03-09T00:00:00Z"}},
		"two hours a day apart may be one quiet log":           {2, func(_, h int) bool { return h == 0 }, nil},
		"an hour a week is no log of the week":                 {15, func(d, h int) bool { return d%7 == 0 && h < 4 }, []string{"2021-03-01T03:00:00Z 2021-03-08T00:00:00Z", "2021-03-08T03:00:00Z 2021-03-15T00:00:00Z"}},
		"a week of rows once a day in which the rest is empty": {7, func(d, h int) bool { return h == d*3 }, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, h := range hourly(c.days, c.has).Holes() {
				got = append(got, h.From.String()+" "+h.To.String())
			}
			if !slices.Equal(got, c.want) {
				t.Fatalf("holes %v, want %v", got, c.want)
			}
		})
	}
}

func TestDeletedSpansAreFoundWhereverTheyLie(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 8))
	for range 300 {
		from, length := 24+rng.IntN(10*24), 8+rng.IntN(48)
		l := hourly(16, func(day, hour int) bool { n := day*24 + hour; return n < from || n >= from+length })
		holes := l.Holes()
		start := at("2021-03-01T00:00:00Z").Sec
		if len(holes) != 1 || holes[0].From.Sec != start+int64(from-1)*3600 || holes[0].To.Sec != start+int64(from+length)*3600 {
			t.Fatalf("rows of hours %d to %d deleted, holes told: %v", from, from+length, holes)
		}
	}
}

func TestHolesOfHostileTimesEndSoon(t *testing.T) {
	t.Parallel()
	c := NewCollector()
	for _, ticks := range []uint64{1, 2 << 40, 132591415937241234, math.MaxUint64 - 1<<50, math.MaxUint64} {
		c.Add(row("mail", "evtx", "Security", event.TimeFromFileTime(ticks, event.FromRecord), 0, ticks), true)
	}
	l := Merge([]*Collector{c}, asStated).Logs[0]
	if began := time.Now(); len(l.Holes()) > 4 || time.Since(began) > 10*time.Second {
		t.Fatal("58,000 years were walked hour by hour")
	}
	if n := l.MissingIDs(); n <= 0 {
		t.Fatalf("%d missing of 2^64 record numbers", n)
	}
}

func TestCoversMeansBothEndsAndNoHoleBetween(t *testing.T) {
	t.Parallel()
	l := hourly(14, func(day, _ int) bool { return day != 5 })
	for name, c := range map[string]struct {
		from, to string
		want     bool
	}{
		"inside":                         {"2021-03-02T00:00:00Z", "2021-03-03T00:00:00Z", true},
		"the whole log before its hole":  {"2021-03-01T00:00:00Z", "2021-03-05T23:00:00Z", true},
		"before the first row":           {"2021-02-28T23:59:59Z", "2021-03-02T00:00:00Z", false},
		"after the last row":             {"2021-03-10T00:00:00Z", "2021-03-15T00:00:00Z", false},
		"over the hole":                  {"2021-03-05T00:00:00Z", "2021-03-08T00:00:00Z", false},
		"into the hole":                  {"2021-03-05T00:00:00Z", "2021-03-06T00:00:01Z", false},
		"inside the hole":                {"2021-03-06T10:00:00Z", "2021-03-06T11:00:00Z", false},
		"from the first row after it on": {"2021-03-07T00:00:00Z", "2021-03-09T00:00:00Z", true},
	} {
		if got := l.Covers(at(c.from), at(c.to)); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if (&Log{}).Covers(at("2021-03-01T00:00:00Z"), at("2021-03-01T00:00:00Z")) {
		t.Error("a log without times covers something")
	}
}

func TestMissingRecordNumbers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ids  []uint64
		want int64
	}{
		"none are missing":                    {[]uint64{5, 6, 7, 8}, 0},
		"in any order":                        {[]uint64{8, 5, 7, 6}, 0},
		"two in the middle":                   {[]uint64{1, 2, 5}, 2},
		"one record":                          {[]uint64{77}, 0},
		"a log that numbers nothing":          {[]uint64{0, 0}, 0},
		"records handed over twice":           {[]uint64{1, 1, 2, 2, 3, 3}, 0},
		"numbers that a hostile record chose": {[]uint64{1, math.MaxUint64}, math.MaxInt64},
	} {
		col := NewCollector()
		for _, id := range c.ids {
			col.Add(row("mail", "evtx", "Security", at("2021-03-01T00:00:00Z"), 0, id), true)
		}
		if got := Merge([]*Collector{col}, asStated).Logs[0].MissingIDs(); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

var (
	columns = event.NewShape("httpproxy", []event.Field{{Name: "MajorVersion"}, {Name: "MinorVersion"}, {Name: "BuildVersion"}, {Name: "RevisionVersion"}}, false)
	single  = event.NewShape("ews", []event.Field{{Name: "S:BLD"}}, false)
	stems   = event.NewShape("w3c", []event.Field{{Name: "cs-uri-stem"}}, true)
)

// some makes events of several hosts, logs, builds and times.
func some() []*event.Event {
	rng := rand.New(rand.NewPCG(9, 10))
	text := func(s string) event.Value { return event.TextValue([]byte(s)) }
	var list []*event.Event
	for i := range 2000 {
		e := row([]string{"mail", "MAIL", "dc", ""}[rng.IntN(4)], "evtx", []string{"Security", "System"}[rng.IntN(2)], at("2021-03-01T00:00:00Z"), event.ItemID(rng.IntN(3)), uint64(i+1))
		e.Time.Sec += int64(rng.IntN(86400 * 9))
		switch rng.IntN(5) {
		case 0:
			e.Shape, e.Route, e.Ref.Record = columns, &event.Route{Format: "httpproxy", Channel: []string{"httpproxy", "other"}[rng.IntN(2)]}, 0
			e.Values = []event.Value{text("15"), text("1"), text([]string{"2176", "02176"}[rng.IntN(2)]), text([]string{"2", "9"}[rng.IntN(2)])}
		case 1:
			e.Shape, e.Route, e.Ref.Record = stems, &event.Route{Format: "w3c", Channel: "w3c"}, 0
			e.Values = []event.Value{text("/owa/auth/logon.aspx")}
		case 2:
			e.Time = event.Time{}
		}
		list = append(list, e)
	}
	return list
}

func describe(c *Coverage) string {
	s := fmt.Sprintln(c.Overflow)
	for _, l := range c.Logs {
		s += fmt.Sprintln(l.Host, l.Item, l.Unnamed, l.Kind, l.Format, l.From, l.To, l.Records, l.Untimed, l.Inferred, l.Looked, l.FirstID, l.LastID, l.Signs, l.Builds, l.Holes(), len(l.hours))
	}
	return s
}

func TestCoverageIsTheSameForAnyWorkers(t *testing.T) {
	t.Parallel()
	events := some()
	hosts := NewHosts([]ItemHost{{ID: 0, Path: "a/x"}, {ID: 1, Path: "a/y"}, {ID: 2, Path: "b/z", Override: "mail"}}, map[event.ItemID][]string{0: {"mail", "MAIL"}, 1: {"dc"}})
	want := ""
	rng := rand.New(rand.NewPCG(11, 12))
	for _, workers := range []int{1, 2, 7, 16, 16, 16} {
		cols := make([]*Collector, workers)
		for i := range cols {
			cols[i] = NewCollector()
		}
		for _, e := range events {
			cols[rng.IntN(workers)].Add(e, e.Ref.Offset%2 == 0)
		}
		rng.Shuffle(len(cols), func(i, j int) { cols[i], cols[j] = cols[j], cols[i] })
		got := describe(Merge(cols, hosts.Of))
		if want == "" {
			want = got
		}
		if got != want {
			t.Fatalf("%d workers:\n%s\none worker:\n%s", workers, got, want)
		}
		rng.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
	}
}

func TestBuildsKeepTheirFirstAndLastRow(t *testing.T) {
	t.Parallel()
	c := NewCollector()
	text := func(s string) event.Value { return event.TextValue([]byte(s)) }
	add := func(when string, shape *event.Shape, values ...event.Value) {
		e := row("mail", shape.Format(), shape.Format(), at(when), 0, 0)
		e.Shape, e.Values = shape, values
		c.Add(e, true)
	}
	add("2021-03-02T10:00:00Z", columns, text("15"), text("1"), text("2176"), text("2"))
	add("2021-03-01T10:00:00Z", columns, text("15"), text("1"), text("2176"), text("2"))
	add("2021-03-03T10:00:00Z", columns, text("15"), text("1"), text("2176"), text("9"))
	add("2021-03-04T10:00:00Z", columns, text("15"), text("1"), text(""), text("9"))              // a column left empty
	add("2021-03-04T10:00:00Z", columns, text("15"), text("1"), text("x"), text("9"))             // no number
	add("2021-03-04T10:00:00Z", columns, text("15"), text("1"), text("123456789"), text("9"))     // too long
	add("2021-03-05T10:00:00Z", single, text("15.01.2375.007"))                                   // the EWS log's form
	add("2021-03-05T10:00:00Z", single, text("not a build at all, and far too long for a build")) // nor this
	cov := Merge([]*Collector{c}, asStated)
	var got []string
	for _, l := range cov.Logs {
		if !l.Signs.Exchange {
			t.Errorf("%s states builds of Exchange, but is not counted as its log", l.Kind)
		}
		for _, b := range l.Builds {
			got = append(got, l.Kind+" "+b.Build+" "+b.From.String()+" "+b.To.String())
		}
	}
	want := []string{"ews 15.1.2375.7 2021-03-05T10:00:00Z 2021-03-05T10:00:00Z",
		"httpproxy 15.1.2176.2 2021-03-01T10:00:00Z 2021-03-02T10:00:00Z", "httpproxy 15.1.2176.9 2021-03-03T10:00:00Z 2021-03-03T10:00:00Z"}
	if !slices.Equal(got, want) {
		t.Fatalf("got  %q\nwant %q", got, want)
	}
}

func TestWhatIsBeyondACapIsCounted(t *testing.T) {
	t.Parallel()
	c := NewCollector()
	for i := range maxLogs + 3 {
		c.Add(row(fmt.Sprint("host", i), "evtx", "System", at("2021-03-01T00:00:00Z"), 0, 1), true)
	}
	if cov := Merge([]*Collector{c}, asStated); len(cov.Logs) != maxLogs || cov.Overflow != 3 {
		t.Fatalf("%d logs, %d beyond the cap", len(cov.Logs), cov.Overflow)
	}
	c = NewCollector()
	for i := range maxHours + 5 {
		c.Add(row("mail", "evtx", "System", event.Time{Sec: int64(i) * 3600, Source: event.FromRow}, 0, 1), true)
	}
	cov := Merge([]*Collector{c}, asStated)
	if l := cov.Logs[0]; l.Records != maxHours+5 || cov.Overflow != 5 || len(l.hours) != maxHours {
		t.Fatalf("%d records, %d hours, %d beyond the cap", l.Records, len(l.hours), cov.Overflow)
	}
}

func TestOnlyPathsOfExchangeShowExchange(t *testing.T) {
	t.Parallel()
	for stem, want := range map[string]bool{"/owa/auth/logon.aspx": true, "/ECP/x.js": true, "/Microsoft-Server-ActiveSync": true, "/owa": false, "/index.html": false, "": false, "/owablog/x": false} {
		c := NewCollector()
		e := row("mail", "w3c", "w3c", at("2021-03-01T00:00:00Z"), 0, 0)
		e.Shape, e.Values = stems, []event.Value{event.TextValue([]byte(stem))}
		c.Add(e, true)
		if got := Merge([]*Collector{c}, asStated).Logs[0].Signs.Exchange; got != want {
			t.Errorf("%q shows Exchange: %v, want %v", stem, got, want)
		}
	}
}

// A firewall, an FTP server and a proxy write their logs in the form of a web
// server's: none of them says what a web server was asked.
func TestLogsInTheFormOfAWebServersGoByWhatTheyAre(t *testing.T) {
	t.Parallel()
	c := NewCollector()
	for _, channel := range []string{"iis", "firewall", "ftp", "proxy"} {
		c.Add(row("mail", "w3c", channel, at("2021-03-01T00:00:00Z"), 0, 0), true)
	}
	var kinds []string
	for _, l := range Merge([]*Collector{c}, asStated).Logs {
		kinds = append(kinds, l.Kind)
	}
	if want := []string{"firewall", "ftp", "proxy", "w3c"}; !slices.Equal(kinds, want) {
		t.Errorf("%q, want %q", kinds, want)
	}
}

// What is said of missing numbers does not depend on which worker saw which
// block, nor on the order of blocks, where several files hold the same numbers.
func TestMissingNumbersDoNotDependOnTheWorkers(t *testing.T) {
	t.Parallel()
	type block struct {
		item        event.ItemID
		first, last uint64
		at          int64
	}
	blocks := []block{{1, 1, 40, 1000}, {1, 41, 80, 2000}, {1, 90, 120, 3000}, {2, 60, 85, 500}, {2, 86, 87, 700}, {3, 118, 119, 9000}, {3, 1, 5, 9500}, {4, 130, 131, 100}, {4, 125, 127, 50}}
	said := func(rng *rand.Rand, workers int) string {
		cols := make([]*Collector, workers)
		for i := range cols {
			cols[i] = NewCollector()
		}
		for _, i := range rng.Perm(len(blocks)) {
			b, c := blocks[i], cols[rng.IntN(workers)]
			for id := b.first; id <= b.last; id++ {
				e := row("mail", "evtx", "Security", event.Time{Sec: b.at + int64(id), Source: event.FromRecord}, b.item, id)
				e.Ref.Item, e.Ref.Record = b.item, id
				c.Add(e, true)
			}
		}
		var text string
		for _, g := range Merge(cols, asStated).Logs[0].Gaps {
			text += fmt.Sprintf("%s %s %d; ", g.From, g.To, g.Missing)
		}
		return text
	}
	want := said(rand.New(rand.NewPCG(1, 1)), 1)
	if !strings.Contains(want, " 2; ") {
		t.Fatalf("gaps %s", want)
	}
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 7))
		if got := said(rng, 1+rng.IntN(5)); got != want {
			t.Fatalf("seed %d: %s, want %s", seed, got, want)
		}
	}
}
