package coverage

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"spoor/event"
)

// What coverage says of a log is what its rows say, counted in the plain way,
// whoever of several workers saw them.
func TestALogIsWhatItsRowsSay(t *testing.T) {
	t.Parallel()
	events := some()
	cols := []*Collector{NewCollector(), NewCollector(), NewCollector()}
	type plain struct {
		from, to                           string
		records, untimed, looked, inferred int64
		first, last                        uint64
		unnamed, exchange                  bool
	}
	builds := map[string]map[string][2]string{}
	want := map[string]*plain{}
	resolve := func(host string, item event.ItemID) string {
		if host == "" {
			return fmt.Sprint("item", item)
		}
		return strings.ToLower(host)
	}
	for i, e := range events {
		looked := i%3 == 0
		cols[i%3].Add(e, looked || i%4 == 0)
		k := resolve(e.Host, e.Ref.Item) + " " + kindOf(e.Route.Format, e.Route.Channel)
		w := want[k]
		if w == nil {
			w = &plain{unnamed: true}
			want[k], builds[k] = w, map[string][2]string{}
		}
		w.records++
		w.unnamed = w.unnamed && e.Host == ""
		if looked || i%4 == 0 {
			w.looked++
		}
		if e.Shape.Inferred() {
			w.inferred++
		}
		if id := e.Ref.Record; id != 0 {
			if w.first == 0 || id < w.first {
				w.first = id
			}
			w.last = max(w.last, id)
		}
		w.exchange = w.exchange || e.Route.Format != "evtx"
		if !e.Time.Known() {
			w.untimed++
			continue
		}
		at := e.Time.String()
		if w.from == "" || at < w.from {
			w.from = at
		}
		w.to = max(w.to, at)
		if e.Route.Format == "httpproxy" {
			build := "15.1.2176." + e.Values[3].String()
			b, ok := builds[k][build]
			if !ok {
				b = [2]string{at, at}
			}
			builds[k][build] = [2]string{min(b[0], at), max(b[1], at)}
		}
	}
	c := Merge(cols, resolve)
	if len(c.Logs) != len(want) || c.Overflow != 0 {
		t.Fatalf("%d logs, want %d", len(c.Logs), len(want))
	}
	for _, l := range c.Logs {
		k := l.Host + " " + l.Kind
		seen := map[string][2]string{}
		for _, b := range l.Builds {
			seen[b.Build] = [2]string{b.From.String(), b.To.String()}
		}
		got := plain{l.From.String(), l.To.String(), l.Records, l.Untimed, l.Looked, l.Inferred, l.FirstID, l.LastID, l.Unnamed, l.Signs.Exchange}
		if want[k] == nil || got != *want[k] || !maps.Equal(seen, builds[k]) {
			t.Errorf("%s: %+v %v, want %+v %v", k, got, seen, want[k], builds[k])
		}
		if !slices.Contains(c.Host(l.Host), l) || !slices.Contains(c.Hosts(), l.Host) {
			t.Errorf("%s is no host of the coverage", l.Host)
		}
	}
	if !slices.IsSorted(c.Hosts()) || len(c.Host("nobody")) != 0 {
		t.Errorf("hosts %q", c.Hosts())
	}
}

func TestWhatALogIsCalled(t *testing.T) {
	t.Parallel()
	for route, want := range map[[2]string]string{
		{"evtx", "Security"}: "Security", {"json", "System"}: "System", {"event-xml", "Setup"}: "Setup", {"exchange-csv", "ews"}: "ews",
		{"evtx", ""}: "evtx", {"exchange-csv", ""}: "exchange-csv", {"w3c", "firewall"}: "firewall", {"w3c", "ftp"}: "ftp", {"w3c", "proxy"}: "proxy",
		{"w3c", "iis"}: "w3c", {"httpproxy", "firewall"}: "httpproxy", {"httpproxy", "Security"}: "httpproxy",
	} {
		if got := kindOf(route[0], route[1]); got != want {
			t.Errorf("%v is called %q, want %q", route, got, want)
		}
	}
}

// A row a second before the hour ends and one after it are of different hours,
// and the rows of one hour are joined over workers to its first and last.
func TestTheEndsOfAHoleAreRows(t *testing.T) {
	t.Parallel()
	c, d := NewCollector(), NewCollector()
	start := at("2021-03-01T00:00:00Z")
	for hour := range int64(14 * 24) {
		if hour/24 == 5 {
			continue
		}
		for i, sec := range [...]int64{100, 1800, 3599} { // the least and the greatest by different workers
			e := row("mail", "w3c", "w3c", event.Time{Sec: start.Sec + hour*3600 + sec, Source: event.FromRow}, 0, 0)
			[]*Collector{c, d}[(int(hour)+i)%2].Add(e, true)
		}
	}
	for _, cols := range [][]*Collector{{c, d}, {d, c}} {
		l := Merge(cols, asStated).Logs[0]
		want := []Hole{{at("2021-03-05T23:59:59Z"), at("2021-03-07T00:01:40Z")}}
		if got := l.Holes(); len(got) != 1 || got[0].From.Sec != want[0].From.Sec || got[0].To.Sec != want[0].To.Sec {
			t.Errorf("holes %v, want %v", got, want)
		}
	}
	for sec, want := range map[int64]int64{0: 0, 3599: 0, 3600: 1, -1: -1, -3600: -1, -3601: -2} {
		if got := floorHour(sec); got != want {
			t.Errorf("second %d is of hour %d, want %d", sec, got, want)
		}
	}
}

// parted makes the log of an HttpProxy whose folders have these rows: name, first
// hour, number of hours, hours between rows.
func parted(t *testing.T, rows ...func(add func(name string, sec int64))) (*Log, int64) {
	t.Helper()
	shape := event.NewShape("httpproxy", []event.Field{{Name: "Protocol"}}, false)
	cols := []*Collector{NewCollector(), NewCollector()}
	n := 0
	for _, r := range rows {
		r(func(name string, sec int64) {
			e := row("mail", "httpproxy", "httpproxy", event.Time{Sec: at("2021-03-01T00:00:00Z").Sec + sec, Source: event.FromRow}, 0, 0)
			e.Shape, e.Values = shape, []event.Value{event.TextValue([]byte(name))}
			cols[n%2].Add(e, true)
			n++
		})
	}
	c := Merge(cols, asStated)
	return c.Logs[0], c.Overflow
}

func every(name string, from, rows, step int64) func(func(string, int64)) {
	return func(add func(string, int64)) {
		for i := range rows {
			add(name, from+i*step*3600)
		}
	}
}

func TestAProtocolIsLateByTwoDaysAndSteady(t *testing.T) {
	t.Parallel()
	const late = 48*3600 + 1
	for name, c := range map[string]struct {
		rows func(func(string, int64))
		want bool
	}{
		"a second more than two days after, a day of rows": {every("Mapi", late, 24, 1), true},
		"two days after":                                        {every("Mapi", late-1, 24, 1), false},
		"rows in fewer than a day's hours":                      {every("Mapi", late, 23, 1), false},
		"a row in every second hour":                            {every("Mapi", late, 25, 2), true},
		"fewer than a row in every second hour":                 {every("Mapi", late, 25, 3), false},
		"a row in every second hour, the last of them with one": {every("Mapi", late, 24, 2), true},
	} {
		l, _ := parted(t, every("Ecp", 0, 200, 1), c.rows)
		if got := len(l.Late()) == 1; got != c.want || got && l.Late()[0].Name != "Mapi" {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestPartsOfALogHaveTheirOwnTimes(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 32)
	l, lost := parted(t, every("Ecp", 7200, 1, 1), every("ECP", 3600, 1, 1), every("ecp", 10800, 3, 1), every(long, 0, 1, 1), every(long+"x", 0, 1, 1), every("", 0, 1, 1), every("Owa", 5, 1, 1))
	var got []string
	for _, p := range l.Parts {
		got = append(got, fmt.Sprint(p.Name, " ", p.From.Sec-l.From.Sec, " ", p.To.Sec-l.From.Sec, " ", len(p.hours)))
	}
	want := []string{"ECP 3600 18000 5", "Owa 5 5 1", long + " 0 0 1"}
	if !slices.Equal(got, want) || lost != 0 {
		t.Errorf("parts %q, want %q; %d lost", got, want, lost)
	}
	many := func(n int) func(func(string, int64)) {
		return func(add func(string, int64)) {
			for i := range n {
				add(fmt.Sprint("p", i), 0)
				add(fmt.Sprint("p", i), 0)
			}
		}
	}
	c := NewCollector()
	one := func(f func(func(string, int64))) (*Log, int64) {
		shape := event.NewShape("httpproxy", []event.Field{{Name: "Protocol"}}, false)
		f(func(name string, sec int64) {
			e := row("mail", "httpproxy", "httpproxy", at("2021-03-01T00:00:00Z"), 0, 0)
			e.Shape, e.Values = shape, []event.Value{event.TextValue([]byte(name))}
			c.Add(e, true)
		})
		cov := Merge([]*Collector{c}, asStated)
		return cov.Logs[0], cov.Overflow
	}
	if l, lost := one(many(maxParts + 2)); len(l.Parts) != maxParts || lost != 4 || l.Records != 2*(maxParts+2) {
		t.Errorf("%d parts, %d rows beyond the cap", len(l.Parts), lost)
	}
}

func TestBuildsBeyondTheCapAreCounted(t *testing.T) {
	t.Parallel()
	c := NewCollector()
	for i := range maxBuilds + 3 {
		e := row("mail", "ews", "ews", at("2021-03-01T00:00:00Z"), 0, 0)
		e.Shape, e.Values = single, []event.Value{event.TextValue(fmt.Appendf(nil, "15.1.%d.7", 1000+i))}
		c.Add(e, true)
	}
	if cov := Merge([]*Collector{c}, asStated); len(cov.Logs[0].Builds) != maxBuilds || cov.Overflow != 3 {
		t.Errorf("%d builds, %d beyond the cap", len(cov.Logs[0].Builds), cov.Overflow)
	}
}

func TestWhatAuditRecordedIsCountedByEvent(t *testing.T) {
	t.Parallel()
	const sysmonLog = "Microsoft-Windows-Sysmon/Operational"
	for e, want := range map[struct {
		channel string
		id      uint32
	}]Recorded{
		{"Security", 4688}: {Processes: 1}, {"Security", 1}: {}, {"Security", 11}: {}, {"Security", 4663}: {Files: 1}, {"Security", 5145}: {ShareFiles: 1},
		{"Security", 4624}: {Logons: 1}, {"Security", 4625}: {Logons: 1}, {"Security", 4634}: {Logons: 1}, {"Security", 4648}: {Logons: 1}, {"Security", 4672}: {Logons: 1},
		{"Security", 4768}: {Logons: 1}, {"Security", 4769}: {Logons: 1}, {"Security", 4776}: {Logons: 1}, {"Security", 4770}: {},
		{sysmonLog, 1}: {Processes: 1}, {sysmonLog, 11}: {Files: 1}, {sysmonLog, 4688}: {}, {sysmonLog, 4624}: {}, {sysmonLog, 4663}: {}, {sysmonLog, 5145}: {},
		{"System", 4688}: {}, {"System", 1}: {}, {"System", 4624}: {},
	} {
		cols := []*Collector{NewCollector(), NewCollector()}
		for i, c := range cols {
			x := row("mail", "evtx", e.channel, at("2021-03-01T00:00:00Z"), 0, uint64(i+1))
			x.Route = &event.Route{Format: "evtx", Channel: e.channel, EventID: e.id}
			c.Add(x, true)
		}
		twice := Recorded{Processes: 2 * want.Processes, Files: 2 * want.Files, ShareFiles: 2 * want.ShareFiles, Logons: 2 * want.Logons}
		if got := Merge(cols, asStated).Logs[0].Recorded; got != twice {
			t.Errorf("%v: %+v, want %+v", e, got, twice)
		}
	}
}

func TestAnAuditHadItsChanceAtTheBounds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		log  Log
		want bool
	}{
		"fifty records of a day":       {Log{Records: 50, To: event.Time{Sec: 24 * 3600}}, true},
		"forty-nine":                   {Log{Records: 49, To: event.Time{Sec: 24 * 3600}}, false},
		"a second less than a day":     {Log{Records: 50, From: event.Time{Sec: 1}, To: event.Time{Sec: 24 * 3600}}, false},
		"two thousand of a second":     {Log{Records: 2000}, true},
		"one less":                     {Log{Records: 1999}, false},
		"days of a log without logons": {Log{Records: 9999, To: event.Time{Sec: 99 * 3600}, Recorded: Recorded{Logons: -1}}, false},
	} {
		c.log.Recorded.Logons++
		if got := c.log.Audits(); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestSignsOfProductsAreMergedOneByOne(t *testing.T) {
	t.Parallel()
	all := []Signs{{Exchange: true}, {SharePoint: true}, {OldExchange: true}}
	for _, a := range append(all, Signs{}) {
		for _, b := range append(all, Signs{}) {
			got := a
			got.Merge(b)
			if want := (Signs{a.Exchange || b.Exchange, a.SharePoint || b.SharePoint, a.OldExchange || b.OldExchange}); got != want {
				t.Errorf("%+v and %+v are %+v", a, b, got)
			}
		}
	}
}

// Whichever worker's part comes first, the joined one begins and ends with the
// rows, and of equal gaps the first is the largest.
func TestWhatIsJoinedDoesNotDependOnWhoComesFirst(t *testing.T) {
	t.Parallel()
	shape := event.NewShape("httpproxy", []event.Field{{Name: "Protocol"}}, false)
	of := func(hours ...int64) *Collector {
		c := NewCollector()
		for _, h := range hours {
			e := row("mail", "httpproxy", "httpproxy", event.Time{Sec: at("2021-03-01T00:00:00Z").Sec + h*3600, Source: event.FromRow}, 0, 0)
			e.Shape, e.Values = shape, []event.Value{event.TextValue([]byte("Mapi"))}
			c.Add(e, true)
		}
		return c
	}
	for name, cols := range map[string][]*Collector{"the earlier first": {of(0, 1), of(5, 6)}, "the later first": {of(5, 6), of(0, 1)}} {
		l := Merge(cols, asStated).Logs[0]
		p := l.Parts[0]
		if p.From != at("2021-03-01T00:00:00Z") || p.To != at("2021-03-01T06:00:00Z") || l.From != p.From || l.To != p.To || len(p.hours) != 4 {
			t.Errorf("%s: %s to %s, %d hours", name, p.From, p.To, len(p.hours))
		}
	}
	one, two := Gap{Missing: 5, From: event.Time{Sec: 1}}, Gap{Missing: 5, From: event.Time{Sec: 9}}
	if got := (&Log{Gaps: []Gap{{Missing: 1}, one, two, {Missing: 4}}}).Largest(); got != one {
		t.Errorf("largest %+v", got)
	}
}

// Columns are found by name, wherever a log has them.
func TestABuildIsReadFromColumnsInAnyOrder(t *testing.T) {
	t.Parallel()
	names := []string{"MajorVersion", "MinorVersion", "BuildVersion", "RevisionVersion"}
	for turn := range names {
		fields, values := make([]event.Field, 4), make([]event.Value, 4)
		for i, name := range names {
			at := (i + turn) % 4
			fields[at], values[at] = event.Field{Name: name}, event.TextValue(fmt.Append(nil, []int{15, 1, 2176, 9}[i]))
		}
		for missing := -1; missing < 4; missing++ {
			f := slices.Clone(fields)
			want := 1
			if missing >= 0 {
				f[missing].Name, want = "Other", 0
			}
			c := NewCollector()
			e := row("mail", "httpproxy", "httpproxy", at("2021-03-01T00:00:00Z"), 0, 0)
			e.Shape, e.Values = event.NewShape("httpproxy", f, false), values
			c.Add(e, true)
			l := Merge([]*Collector{c}, asStated).Logs[0]
			if len(l.Builds) != want || want > 0 && l.Builds[0].Build != "15.1.2176.9" {
				t.Errorf("turn %d, without column %d: %v", turn, missing, l.Builds)
			}
		}
	}
}
