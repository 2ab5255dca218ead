package coverage

import (
	"slices"
	"testing"

	"spoor/event"
)

var processes = event.NewShape("evtx", []event.Field{{Name: "CommandLine"}}, false)

// securityLog makes a log of logons and, every so many records, a process
// start, over some hours.
func securityLog(records, hours int, every int, line string) *Log {
	c := NewCollector()
	start := at("2021-03-01T00:00:00Z")
	for i := range records {
		e := row("mail", "evtx", "Security", start, 0, uint64(i+1))
		e.Time.Sec += int64(i * hours * 3600 / records)
		e.Route = &event.Route{Format: "evtx", Channel: "Security", EventID: 4624}
		if every > 0 && i%every == 0 {
			e.Route = &event.Route{Format: "evtx", Channel: "Security", EventID: 4688}
			e.Shape, e.Values = processes, []event.Value{event.TextValue([]byte(line))}
		}
		c.Add(e, true)
	}
	return Merge([]*Collector{c}, asStated).Logs[0]
}

func TestAuditIsCalledOffOnlyWhereTheLogHadTheChance(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		log       *Log
		audits    bool
		processes int64
		lines     int64
	}{
		"logons of three days":                 {securityLog(60, 72, 0, ""), true, 0, 0},
		"a few logons":                         {securityLog(20, 72, 0, ""), false, 0, 0},
		"an hour of a quiet server":            {securityLog(60, 1, 0, ""), false, 0, 0},
		"an hour of a busy server":             {securityLog(2000, 1, 0, ""), true, 0, 0},
		"process starts without command lines": {securityLog(60, 72, 3, ""), true, 20, 0},
		"process starts with command lines":    {securityLog(60, 72, 3, "cmd /c whoami"), true, 20, 20},
		"an extract of process starts":         {securityLog(60, 72, 1, "cmd"), false, 60, 60},
	} {
		l := c.log
		if l.Audits() != c.audits || l.Recorded.Processes != c.processes || l.Recorded.CommandLines != c.lines {
			t.Errorf("%s: audits %v, %d process starts, %d command lines", name, l.Audits(), l.Recorded.Processes, l.Recorded.CommandLines)
		}
	}
}

func TestASignOfAProductNeedsAnAnswer(t *testing.T) {
	t.Parallel()
	asked := event.NewShape("w3c", []event.Field{{Name: "cs-uri-stem"}, {Name: "sc-status"}}, false)
	for request, want := range map[[2]string]Signs{
		{"/owa/auth/logon.aspx", "200"}:              {Exchange: true},
		{"/owa/", "302"}:                             {Exchange: true},
		{"/owa/auth/logon.aspx", "404"}:              {},
		{"/_layouts/15/start.aspx", "200"}:           {SharePoint: true},
		{"/_layouts/15/ToolPane.aspx", "404"}:        {},
		{"/_layouts/15/ToolPane.aspx", "302"}:        {},
		{"/owa/14.3.123.4/scripts/premium/x", "200"}: {Exchange: true, OldExchange: true},
		{"/owa/8.3.83.0/themes/base/x.gif", "200"}:   {Exchange: true, OldExchange: true},
		{"/owa/14.3.123.4/scripts/premium/x", "404"}: {},
		{"/owa/15.1.2176/x", "200"}:                  {Exchange: true},
		{"/", "200"}:                                 {},
	} {
		c := NewCollector()
		e := row("mail", "w3c", "w3c", at("2021-03-01T00:00:00Z"), 0, 0)
		e.Shape, e.Values = asked, []event.Value{event.TextValue([]byte(request[0])), event.TextValue([]byte(request[1]))}
		c.Add(e, true)
		if got := Merge([]*Collector{c}, asStated).Logs[0].Signs; got != want {
			t.Errorf("%v: %+v, want %+v", request, got, want)
		}
	}
	c := NewCollector()
	c.Add(row("mail", "evtx", "MSExchange Management", at("2021-03-01T00:00:00Z"), 0, 1), true)
	if !Merge([]*Collector{c}, asStated).Logs[0].Signs.Exchange {
		t.Error("Exchange's own event log is no sign of Exchange")
	}
}

func TestGapsInRecordNumbersHaveTheirTimes(t *testing.T) {
	t.Parallel()
	c, d := NewCollector(), NewCollector()
	for id := uint64(10); id <= 60; id++ {
		if id >= 20 && id < 25 || id == 40 {
			continue
		}
		e := row("mail", "evtx", "Security", at("2021-03-01T00:00:00Z"), 0, id)
		e.Time.Sec += int64(id) * 60
		[]*Collector{c, d}[id/7%2].Add(e, true) // two workers, by turns
	}
	l := Merge([]*Collector{c, d}, asStated).Logs[0]
	want := []Gap{{from(t, "2021-03-01T00:19:00Z"), from(t, "2021-03-01T00:25:00Z"), 5}, {from(t, "2021-03-01T00:39:00Z"), from(t, "2021-03-01T00:41:00Z"), 1}}
	if !slices.Equal(l.Gaps, want) || l.MissingIDs() != 6 || l.Largest() != want[0] || l.Scattered {
		t.Errorf("gaps %+v, %d missing, want %+v", l.Gaps, l.MissingIDs(), want)
	}
	if l.Covers(at("2021-03-01T00:15:00Z"), at("2021-03-01T00:21:00Z")) || !l.Covers(at("2021-03-01T00:26:00Z"), at("2021-03-01T00:38:00Z")) {
		t.Error("a time with missing records is covered, or one without is not")
	}
}

func from(t *testing.T, s string) event.Time {
	t.Helper()
	return event.Time{Sec: at(s).Sec, Source: event.FromRecord}
}

func TestAnExportOfChosenRecordsHasNoListOfGaps(t *testing.T) {
	t.Parallel()
	c := NewCollector()
	for i := range uint64(maxGaps + 2) {
		c.Add(row("mail", "evtx", "Security", at("2021-03-01T00:00:00Z"), 0, 1+i*3), true)
	}
	l := Merge([]*Collector{c}, asStated).Logs[0]
	if !l.Scattered || l.Gaps != nil || l.MissingIDs() != 2*(maxGaps+1) || l.Covers(l.From, l.To) {
		t.Errorf("scattered %v, %d gaps, %d missing", l.Scattered, len(l.Gaps), l.MissingIDs())
	}
}

func TestAProtocolThatLostItsOlderRowsIsTold(t *testing.T) {
	t.Parallel()
	shape := event.NewShape("httpproxy", []event.Field{{Name: "Protocol"}}, false)
	c, d := NewCollector(), NewCollector()
	add := func(protocol string, fromDay, every int) {
		for hour := fromDay * 24; hour < 30*24; hour += every {
			e := row("mail", "httpproxy", "httpproxy", at("2021-03-01T00:00:00Z"), 0, 0)
			e.Time.Sec += int64(hour) * 3600
			e.Shape, e.Values = shape, []event.Value{event.TextValue([]byte(protocol))}
			[]*Collector{c, d}[hour/24%2].Add(e, true)
		}
	}
	add("Ecp", 0, 1)
	add("Mapi", 9, 1) // its folder holds 21 days
	add("Owa", 1, 1)
	add("Oab", 10, 40) // hardly ever asked for
	late := Merge([]*Collector{c, d}, asStated).Logs[0].Late()
	if len(late) != 1 || late[0].Name != "Mapi" || late[0].From != at("2021-03-10T00:00:00Z") {
		t.Errorf("%+v", late)
	}
}

func TestClearingOfTheSecurityLogIsCounted(t *testing.T) {
	t.Parallel()
	c, d := NewCollector(), NewCollector()
	for i, when := range []string{"2021-03-01T00:00:00Z", "2021-03-05T00:00:00Z", "2021-03-03T00:00:00Z"} {
		for _, channel := range []string{"Security", "System"} {
			e := row("mail", "evtx", channel, at(when), 0, uint64(i+1))
			e.Route = &event.Route{Format: "evtx", Channel: channel, EventID: 1102}
			[]*Collector{c, d}[i%2].Add(e, true)
		}
	}
	for _, l := range Merge([]*Collector{c, d}, asStated).Logs {
		switch r := l.Recorded; {
		case l.Kind == "Security" && (r.Cleared != 3 || r.LastCleared.String() != "2021-03-05T00:00:00Z"):
			t.Errorf("cleared %d times, last %s", r.Cleared, r.LastCleared)
		case l.Kind == "System" && r.Cleared != 0:
			t.Error("an event of another log counts")
		}
	}
}
