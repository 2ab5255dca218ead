package weblog_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/stream"
	"spoor/internal/textlog"
	"spoor/internal/weblog"
)

// read decodes a stream; every event is copied.
func read(t testing.TB, in io.Reader, zone *time.Location) ([]*event.Event, stream.Summary) {
	t.Helper()
	split, decode := weblog.NewSplitter(in, 1), weblog.NewDecoder(zone)
	var out []*event.Event
	var all stream.Summary
	var b stream.Block
	for {
		err := split.Next(&b)
		if errors.Is(err, io.EOF) {
			return out, all
		}
		if err != nil {
			t.Fatal(err)
		}
		sum := decode.Decode(&b, func(e *event.Event) { out = append(out, e.Clone()) })
		for i := range b.Data {
			b.Data[i] = 0xdd // windows must not outlive their event
		}
		all.Lines.Add(sum.Lines)
		all.Inferred += sum.Inferred
		all.Damage = append(all.Damage, sum.Damage...)
	}
}

func codes(sum stream.Summary) string {
	var out []string
	for _, d := range sum.Damage {
		out = append(out, fmt.Sprintf("%s@%d", d.Code, d.Line))
	}
	return strings.Join(out, " ")
}

const (
	fields  = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken"
	row     = "2021-03-05 03:06:27 10.0.0.1 GET /owa/auth/x.aspx - 443 - 192.0.2.1 Mozilla/5.0+(x) - 200 0 0 133"
	head    = "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2021-03-05 00:00:00\n"
	noDate  = "03:06:28 10.0.0.1 GET /a - 443 200"
	noDateF = "#Fields: time s-ip cs-method cs-uri-stem cs-uri-query s-port sc-status"
)

func TestDialectsAndDamageAreCountedToTheLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in       string
		lines    stream.Lines
		codes    string
		inferred int64
		first    string // time and source of the first event
	}{
		"an ordinary log":                           {head + fields + "\n" + row + "\n", stream.Lines{Total: 5, Header: 1, Comment: 3, Parsed: 1}, "", 0, "2021-03-05T03:06:27Z row"},
		"CRLF and no end of line at the end":        {head + fields + "\r\n" + row, stream.Lines{Total: 5, Header: 1, Comment: 3, Parsed: 1}, "", 0, "2021-03-05T03:06:27Z row"},
		"CR only":                                   {strings.ReplaceAll(head+fields+"\n"+row+"\n"+row+"\n", "\n", "\r"), stream.Lines{Total: 6, Header: 1, Comment: 3, Parsed: 2}, "", 0, "2021-03-05T03:06:27Z row"},
		"a byte order mark":                         {"\xef\xbb\xbf" + fields + "\n" + row + "\n", stream.Lines{Total: 2, Header: 1, Parsed: 1}, "", 0, "2021-03-05T03:06:27Z row"},
		"fields that change in the middle":          {fields + "\n" + row + "\n#Fields: date time c-ip\n2021-03-05 03:06:28 192.0.2.1\n" + row + "\n", stream.Lines{Total: 5, Header: 2, Parsed: 2, Damaged: 1}, "row-width@5", 0, "2021-03-05T03:06:27Z row"},
		"a row with a value too many":               {fields + "\n" + row + " x\n", stream.Lines{Total: 2, Header: 1, Damaged: 1}, "row-width@2", 0, ""},
		"a blank at the end of a row":               {fields + "\n" + row + " \n", stream.Lines{Total: 2, Header: 1, Parsed: 1}, "", 0, "2021-03-05T03:06:27Z row"},
		"no date column":                            {head + noDateF + "\n" + noDate + "\n", stream.Lines{Total: 5, Header: 1, Comment: 3, Parsed: 1}, "", 0, "2021-03-05T03:06:28Z row (date from an earlier line)"},
		"no date at all":                            {noDateF + "\n" + noDate + "\n" + noDate + "\n", stream.Lines{Total: 3, Header: 1, Parsed: 2}, "no-date@2", 0, " none"},
		"no header":                                 {row + "\n" + row + " 198.51.100.7\n-----\n", stream.Lines{Total: 3, Parsed: 2, Damaged: 1}, "no-layout@3", 2, "2021-03-05T03:06:27Z row"},
		"a date that does not exist":                {fields + "\n" + strings.Replace(row, "03-05", "02-30", 1) + "\n", stream.Lines{Total: 2, Header: 1, Damaged: 1}, "bad-time@2", 0, ""},
		"NULs from a crash, then a row":             {fields + "\n\x00\x00\x00" + row + "\n\x00\x00\n", stream.Lines{Total: 3, Header: 1, Parsed: 1, Damaged: 1}, "nul-bytes@2 nul-bytes@3", 0, "2021-03-05T03:06:27Z row"},
		"a header without columns":                  {"#Fields:\n" + row + "\n", stream.Lines{Total: 2, Comment: 1, Parsed: 1}, "", 1, "2021-03-05T03:06:27Z row"},
		"a header with too many columns":            {"#Fields:" + strings.Repeat(" x", weblog.MaxColumns+1) + "\n" + row + "\n", stream.Lines{Total: 2, Header: 1, Damaged: 1}, "bad-header@1 no-layout@2", 0, ""},
		"the fixed IIS format is local time":        {"192.168.1.1, -, 03/20/01, 7:55:20, W3SVC2, SERVER, 172.21.13.45, 4502, 163, 3223, 200, 0, GET, /a.gif, -,\r\n", stream.Lines{Total: 1, Parsed: 1}, "", 1, "2001-03-20T07:55:20Z row (local time)"},
		"a forged row inside a field stays in it":   {fields + "\n" + strings.Replace(row, "Mozilla/5.0+(x)", "x%0A"+strings.ReplaceAll(row, " ", "+"), 1) + "\n", stream.Lines{Total: 2, Header: 1, Parsed: 1}, "", 0, "2021-03-05T03:06:27Z row"},
		"a forged row in the agent stays the agent": {fields + "\n" + strings.Replace(row, "Mozilla/5.0+(x)", row, 1) + "\n", stream.Lines{Total: 2, Header: 1, Parsed: 1}, "", 1, "2021-03-05T03:06:27Z row"},
		"invalid UTF-8 is kept":                     {fields + "\n" + strings.Replace(row, "/owa", "/\xff\xfe", 1) + "\n", stream.Lines{Total: 2, Header: 1, Parsed: 1}, "", 0, "2021-03-05T03:06:27Z row"},
		"a log of HTTP.sys":                         {"#Software: Microsoft HTTP API 2.0\n#Fields: date time c-ip s-reason s-queuename\n2021-03-05 03:06:27 ::1%0 Timer -\n", stream.Lines{Total: 3, Header: 1, Comment: 1, Parsed: 1}, "", 0, "2021-03-05T03:06:27Z row"},
		"a date without a time is that day's start": {"#Fields: date c-ip\n2021-03-05 192.0.2.1\n", stream.Lines{Total: 2, Header: 1, Parsed: 1}, "", 0, "2021-03-05T00:00:00Z row"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events, sum := read(t, strings.NewReader(c.in), nil)
			if sum.Lines != c.lines || codes(sum) != c.codes || sum.Inferred != c.inferred {
				t.Errorf("got %+v %q inferred %d, want %+v %q inferred %d", sum.Lines, codes(sum), sum.Inferred, c.lines, c.codes, c.inferred)
			}
			first := ""
			if len(events) > 0 {
				first = events[0].Time.String() + " " + events[0].Time.Source.String()
			}
			if first != c.first {
				t.Errorf("first time %q, want %q", first, c.first)
			}
			if weblog.Detect([]byte(c.in)) == "" && sum.Lines.Parsed > 0 {
				t.Error("not recognised")
			}
		})
	}
}

func TestARowThatFitsTwoLayoutsIsNotRead(t *testing.T) {
	t.Parallel()
	// 16 values: the last may be X-Forwarded-For, or the twelfth a cookie.
	both := "2021-03-05 03:06:27 10.0.0.1 GET /a - 443 - 192.0.2.1 ua - 200 200 0 0 5"
	_, sum := read(t, strings.NewReader(both+"\n"), nil)
	if sum.Lines.Damaged != 1 || codes(sum) != "ambiguous-layout@1" {
		t.Errorf("got %+v %s", sum.Lines, codes(sum))
	}
}

func TestColumnsOfTheClientAreClaimedAndTheServerIsTheHost(t *testing.T) {
	t.Parallel()
	events, _ := read(t, strings.NewReader("#Fields: date time s-computername c-ip cs-username cs(User-Agent) X-Forwarded-For\n2021-03-05 03:06:27 WEB1 192.0.2.1 u a 1.2.3.4\n2021-03-05 03:06:27 - 192.0.2.1 u a 1.2.3.4\n"), nil)
	if len(events) != 2 || events[0].Host != "WEB1" || events[1].Host != "" {
		t.Fatalf("hosts: %v", events)
	}
	var got []string
	for i := range events[0].Values {
		if f := events[0].Shape.Field(event.Slot(i)); f.Claimed {
			got = append(got, f.Name)
		}
	}
	if strings.Join(got, " ") != "cs-username cs(User-Agent) X-Forwarded-For" {
		t.Errorf("claimed: %v", got)
	}
}

func TestOnlyLogsInLocalTimeAreConvertedByTheZoneGiven(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 2*3600)
	for in, want := range map[string]string{
		fields + "\n" + row + "\n":                           "2021-03-05T03:06:27Z row",
		"#Time Format: Local\n" + fields + "\n" + row + "\n": "2021-03-05T01:06:27Z row (local time)",
	} {
		events, _ := read(t, strings.NewReader(in), zone)
		if got := events[0].Time.String() + " " + events[0].Time.Source.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestRefsLeadBackToTheBytesOfEveryEncoding(t *testing.T) {
	t.Parallel()
	text := head + fields + "\r\n" + strings.Replace(row, "/owa", "/ü😀", 1) + "\r\n" + row + "\r\n"
	for name, enc := range map[string]func(string) []byte{
		"utf-8":     func(s string) []byte { return []byte(s) },
		"utf-16 le": func(s string) []byte { return utf16(s, false) },
		"utf-16 be": func(s string) []byte { return utf16(s, true) },
	} {
		data := enc("\ufeff" + text)
		events, sum := read(t, bytes.NewReader(data), nil)
		if len(events) != 2 || sum.Lines.Total != 6 {
			t.Fatalf("%s: %d events, %+v", name, len(events), sum.Lines)
		}
		ref := events[1].Ref
		if got := data[ref.Offset : ref.Offset+int64(ref.Length)]; !bytes.Equal(got, bytes.TrimPrefix(enc(row+"\r\n"), enc(""))) || ref.Line != 6 {
			t.Errorf("%s: line %d, %q", name, ref.Line, got)
		}
		if got := events[0].Get("cs-uri-stem").String(); got != "/ü😀/auth/x.aspx" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func utf16(s string, big bool) []byte {
	var out []byte
	put := func(u rune) {
		if big {
			out = append(out, byte(u>>8), byte(u))
			return
		}
		out = append(out, byte(u), byte(u>>8))
	}
	for _, r := range s {
		if r >= 0x10000 {
			put(0xd800 + (r-0x10000)>>10)
			put(0xdc00 + (r-0x10000)&0x3ff)
			continue
		}
		put(r)
	}
	return out
}

// endless gives a line of n bytes between two rows without holding it.
func endless(n int64) io.Reader {
	return io.MultiReader(strings.NewReader(fields+"\n"+row+"\n"+strings.TrimSuffix(row, "133")), io.LimitReader(ones{}, n), strings.NewReader("\n"+row+"\n"))
}

type ones struct{}

func (ones) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '1'
	}
	return len(p), nil
}

func TestLongLinesAreCutAndSaidSoAndNothingAfterThemIsLost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		size  int64
		codes string
	}{
		{1 << 20, ""},
		{textlog.MaxLine - 1000, ""},
		{textlog.MaxLine + 1, "line-cut@3 line-cut@3"},
		{100 << 20, "line-cut@3 line-cut@3 line-cut@3 line-cut@3 line-cut@3 line-cut@3 line-cut@3"},
	} {
		events, sum := read(t, endless(c.size), nil)
		if len(events) != 3 || sum.Lines != (stream.Lines{Total: 4, Header: 1, Parsed: 3}) || codes(sum) != c.codes {
			t.Errorf("%d bytes: %d events, %+v, %s", c.size, len(events), sum.Lines, codes(sum))
		}
		if last := events[len(events)-1]; last.Ref.Line != 4 {
			t.Errorf("%d bytes: the last row is said to be on line %d", c.size, last.Ref.Line)
		}
	}
}

func TestBlocksCarryTheHeaderAndTheLineNumber(t *testing.T) {
	t.Parallel()
	var in strings.Builder
	in.WriteString(head + noDateF + "\n")
	for i := range 60000 {
		if i%10000 == 9999 {
			fmt.Fprintf(&in, "#Date: 2021-03-%02d 00:00:00\n%s\n", 6+i/10000, noDateF)
		}
		fmt.Fprintf(&in, "%02d:00:00 10.0.0.1 GET /%d - 443 200\n", i%10000*24/10000, i)
	}
	lines := strings.Split(in.String(), "\n")
	events, sum := read(t, strings.NewReader(in.String()), nil)
	if len(events) != 60000 || len(sum.Damage) > 0 || sum.Lines.Total != int64(len(lines)-1) {
		t.Fatalf("%d events, %+v, %s", len(events), sum.Lines, codes(sum))
	}
	for i, e := range events {
		if got := e.Get("cs-uri-stem").String(); got != fmt.Sprintf("/%d", i) || !strings.Contains(lines[e.Ref.Line-1], got+" ") {
			t.Fatalf("event %d is %s on line %d", i, got, e.Ref.Line)
		}
	}
	if first, last := events[0].Time.String(), events[59999].Time.String(); first != "2021-03-05T00:00:00Z" || last != "2021-03-11T23:00:00Z" {
		t.Errorf("from %s to %s", first, last)
	}
}

func TestAReadErrorComesAfterWhatWasRead(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk")
	split := weblog.NewSplitter(io.MultiReader(strings.NewReader(fields+"\n"+row+"\n"), failing{broken}), 1)
	decode, b, events := weblog.NewDecoder(nil), new(stream.Block), 0
	var got []error
	for range 4 {
		err := split.Next(b)
		if err == nil {
			decode.Decode(b, func(*event.Event) { events++ })
			continue
		}
		got = append(got, err)
	}
	if events != 1 || len(got) != 3 || !errors.Is(got[0], broken) || !errors.Is(got[1], io.EOF) {
		t.Errorf("%d events, errors %v", events, got)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// Rules for web servers, proxies and firewalls each look at their own logs,
// which all have the W3C form.
func TestALogGoesByWhatWroteIt(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"#Software: Microsoft Internet Information Services 10.0\n#Fields: date time cs-method cs-uri-stem c-ip\n2021-03-03 06:00:00 GET / 192.0.2.1\n":              "iis",
		"#Software: Microsoft Internet Information Services 10.0\n#Fields: date time c-ip cs-method cs-uri-stem x-session\n2021-03-03 06:00:00 192.0.2.1 USER a 1\n": "ftp",
		"#Software: Microsoft Windows Firewall\n#Fields: date time action protocol src-ip dst-ip\n2021-03-03 06:00:00 ALLOW TCP 192.0.2.1 192.0.2.2\n":               "firewall",
		"#Software: a proxy\n#Fields: date time c-ip cs-method cs-host cs-uri-path sc-filter-result\n2021-03-03 06:00:00 192.0.2.1 GET www.example / OBSERVED\n":     "proxy",
		"#Fields: c-ip cs-username date time r-host r-ip cs-uri sc-status\n192.0.2.1 - 2021-03-03 06:00:00 www.example 192.0.2.9 http://www.example/ 200\n":          "proxy",
		"#Fields: date time cs-method cs-uri-stem cs-host cs(Referer)\n2021-03-03 06:00:00 GET / www.example -\n":                                                    "iis",
	} {
		events, _ := read(t, strings.NewReader(header), nil)
		if len(events) != 1 || events[0].Route.Channel != want || events[0].Route.Format != weblog.FormatW3C {
			t.Errorf("%q is read as %d events, want one of %s", header, len(events), want)
		}
	}
}

func TestARowWithBlanksInsideIsReadWhereOnePlaceFits(t *testing.T) {
	t.Parallel()
	const head = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n"
	for row, want := range map[string]string{
		`2021-08-20 03:20:20 fe80::5c1%12 POST /powershell/ X-Rps-CAT=V 444  LAB\user1 fe80::5c1%12 python/2.25 - 200 0 0 112`:          `X-Rps-CAT=V|444|LAB\user1|fe80::5c1%12|python/2.25|200|true`,
		`2021-08-20 00:15:55 192.0.2.21 POST /a.xml &Id=1;; ADLatency=0;&x=; 443 LAB\h ::1 Probe - 200 0 0 120`:                         `&Id=1;; ADLatency=0;&x=;|443|LAB\h|::1|Probe|200|true`,
		`2021-08-20 00:15:55 192.0.2.21 POST /a.xml a b c d 443 - ::1 Probe - 200 0 0 120`:                                              `a b c d|443|-|::1|Probe|200|true`,
		`2021-08-20 00:15:55 192.0.2.21 POST /a.xml - 443 - ::1 Mozilla/5.0 (X11) - 200 0 0 120`:                                        `-|443|-|::1|Mozilla/5.0 (X11)|200|true`, // a referrer begins as an address does
		`2021-08-20 00:15:55 192.0.2.21 POST /a.xml - 443 - ::1 Probe - 200 0 0 120 17`:                                                 ``,                                       // no place
		`2021-08-20 00:15:55 192.0.2.21 POST /a.xml - 443 - ::1 Probe - 200 0 0`:                                                        ``,                                       // a value less
		`2021-08-20 00:15:55 192.0.2.21 POST /a.xml - 443 - ::1 Probe - 200 0 0 120`:                                                    `-|443|-|::1|Probe|200|false`,
		`2021-08-20 00:15:55 192.0.2.21 POST /a.xml a b c d e f g h i j 443 - ::1 Probe - 200 0 0 120`:                                  `a b c d e f g h i j|443|-|::1|Probe|200|true`,
		`2021-08-20 00:15:55 192.0.2.21 POST /a.xml ` + strings.Repeat("x ", maxSurplusForTest+2) + `443 - ::1 Probe - 200 0 0 120`:     ``,                                     // too many
		`2021-08-20 00:15:55 192.0.2.21 GET /my page.aspx - 443 - ::1 Probe - 200 0 0 120`:                                              `page.aspx -|443|-|::1|Probe|200|true`, // IIS writes a blank of a path as a plus
		`2021-08-20 00:15:55 192.0.2.21 GET /x x=1 2021-08-20 00:15:55 192.0.2.21 GET /y - 443 - ::1 Probe - 200 0 0 120`:               `x=1 2021-08-20 00:15:55 192.0.2.21 GET /y -|443|-|::1|Probe|200|true`,
		`2021-08-20 00:15:55 192.0.2.21 GET /x - 443 LAB\k. brandt 198.51.100.20 Apple - 200 0 0 113`:                                   `-|443|LAB\k. brandt|198.51.100.20|Apple|200|true`,
		`2021-08-20 00:15:55 192.0.2.21 GET /x - 443  198.51.100.20 Apple - 200 0 0 113`:                                                `-|443||198.51.100.20|Apple|200|false`, // an empty account
		`2021-08-20 00:15:55 192.0.2.21 GET /x a=1 443 b 198.51.100.20 c 443 LAB\d 198.51.100.20 Apple - 200 0 0 113`:                   ``,                                     // two places
		`2021-08-20 00:15:55 192.0.2.21 POST /powershell/ - 444 LAB\svc 192.0.2.21 Microsoft WinRM Client - 200 0 0 112`:                `-|444|LAB\svc|192.0.2.21|Microsoft WinRM Client|200|true`,
		`2021-08-20 00:15:55 192.0.2.21 POST /autodiscover/autodiscover.xml - 443 LAB\svc 192.0.2.21 Outlook https://a/b c 200 0 0 112`: `-|443|LAB\svc|192.0.2.21|Outlook|200|true`,
	} {
		events, sum := read(t, strings.NewReader(head+row+"\n"), time.UTC)
		got := ""
		if len(events) == 1 {
			for _, name := range []string{"cs-uri-query", "s-port", "cs-username", "c-ip", "cs(User-Agent)", "sc-status"} {
				got += events[0].Get(name).String() + "|"
			}
			got += fmt.Sprint(events[0].Shape.Inferred())
		}
		if got != want || (want == "") != (sum.Lines.Damaged == 1) {
			t.Errorf("%s:\n%s, want\n%s (%d damaged)", row, got, want, sum.Lines.Damaged)
		}
	}
}

func TestRowsOutOfASearchAreRead(t *testing.T) {
	t.Parallel()
	const row = `2021-08-20 03:20:05 192.0.2.21 POST /a.json x=1 443 - 203.0.113.77 python/2.25 - 200 0 0 91`
	for before, want := range map[string]bool{
		"": true, `C:\inetpub\logs\u_ex210820.log:7:`: true, "u_ex210820.log:": true, "/var/x/u_ex210820.log:12:": true, "> ": true, "* ": true, "- ": true, "\u2022 ": true, "17\t": true,
		"x": false, "on ": true, strings.Repeat("a", maxPrefixForTest) + ":": false,
	} {
		if got := weblog.Detect([]byte(before+row+"\n")) == weblog.FormatW3C; got != want {
			t.Errorf("%q: detected %v", before, got)
			continue
		}
		if !want {
			continue
		}
		events, sum := read(t, strings.NewReader(before+row+"\n"), time.UTC)
		if len(events) != 1 || sum.Lines.Damaged > 0 || events[0].Get("c-ip").String() != "203.0.113.77" {
			t.Errorf("%q: %d events, %d damaged", before, len(events), sum.Lines.Damaged)
		}
	}
}

const maxPrefixForTest = 600

func TestAHeaderThatAPageSpacedOutIsOne(t *testing.T) {
	t.Parallel()
	const file = "# Software: Microsoft Internet Information Services 10.0\n# Fields: date time cs-method cs-uri-stem c-ip sc-status\n# a remark\n2023-12-25 11:54:21 GET /owa/auth/x.aspx 203.0.113.4 200\n"
	if got := weblog.Detect([]byte(file)); got != weblog.FormatW3C {
		t.Fatalf("detected %q", got)
	}
	events, sum := read(t, strings.NewReader(file), time.UTC)
	if len(events) != 1 || sum.Lines.Damaged > 0 || sum.Lines.Header != 1 || events[0].Get("cs-uri-stem").String() != "/owa/auth/x.aspx" {
		t.Fatalf("%d events, %+v", len(events), sum.Lines)
	}
}

const maxSurplusForTest = 32

func TestTablesOfAWebLogAreRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, want string }{
		"commas":             {"date,time,c-ip,cs-method,cs-uri-stem,cs-uri-query,sc-status,User-Agent\n2026-07-01,10:00:01,203.0.113.9,GET,/a.aspx,\"q=union select 1,2\",500,nikto/2.5\n", `2026-07-01T10:00:01Z|203.0.113.9|GET|/a.aspx|q=union select 1,2|500|nikto/2.5`},
		"semicolons, quotes": {"\"date\";\"time\";\"c-ip\";\"cs-method\";\"cs-uri-stem\";\"cs-uri-query\";\"sc-status\";\"cs(User-Agent)\"\n\"2026-07-01\";\"10:00:01\";\"203.0.113.9\";\"GET\";\"/a.aspx\";\"x=\"\"y\"\";z\";\"200\";\"a\"\n", `2026-07-01T10:00:01Z|203.0.113.9|GET|/a.aspx|x="y";z|200|a`},
		"tabs":               {"date\ttime\tc-ip\tcs-method\tcs-uri-stem\tcs-uri-query\tsc-status\tcsUser-Agent\n2026-07-01\t10:00:01\t203.0.113.9\tGET\t/a b.aspx\t-\t200\ta b\n", `2026-07-01T10:00:01Z|203.0.113.9|GET|/a b.aspx|-|200|a b`},
	} {
		if got := weblog.Detect([]byte(c.file)); got != weblog.FormatW3C {
			t.Errorf("%s: detected %q", name, got)
			continue
		}
		events, sum := read(t, strings.NewReader(c.file), time.UTC)
		if len(events) != 1 || sum.Lines.Damaged > 0 || sum.Lines.Header != 1 {
			t.Errorf("%s: %d events, %+v", name, len(events), sum.Lines)
			continue
		}
		got := events[0].Time.String()
		for _, field := range []string{"c-ip", "cs-method", "cs-uri-stem", "cs-uri-query", "sc-status", "cs(User-Agent)"} {
			got += "|" + events[0].Get(field).String()
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	const torn = "date,time,c-ip,cs-uri-stem,sc-status\n2026-07-01,10:00:01,203.0.113.9,/a\n2026-07-01,10:00:02,203.0.113.9,/a,200\n2026-07-01,10:00:02,203.0.113.9,/a,200,1\n"
	if events, sum := read(t, strings.NewReader(torn), time.UTC); len(events) != 1 || sum.Lines.Damaged != 2 {
		t.Errorf("%d events, %d damaged", len(events), sum.Lines.Damaged)
	}
	for _, text := range []string{"the columns cs-uri-stem, c-ip and sc-status, in this order\n", "name,cs-uri-stem\na,b\n"} {
		events, _ := read(t, strings.NewReader(text), time.UTC)
		if len(events) != 0 {
			t.Errorf("%q gave %d events", text, len(events))
		}
	}
}
