package exchangelog_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"spoor/event"
	"spoor/internal/exchangelog"
	"spoor/internal/stream"
)

// read decodes a stream; every event is copied.
func read(t testing.TB, in io.Reader) ([]*event.Event, stream.Summary) {
	t.Helper()
	split, decode := exchangelog.NewSplitter(in, 1), exchangelog.NewDecoder(nil)
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
	head = "#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n#Log-type: ECP Server Log\r\n#Fields: TimeStamp,ServerName,EventId,EventData\r\n"
	ecp  = `2021-04-06T14:54:38.677Z,SRV,ECP.Request,"S:TIME=43;'S:CMD=Set-OabVirtualDirectory.ExternalUrl=''http://o/<script language=""JScript"">;x''';S:URL=/ecp/a?b=c;S:EX="`
	tpl  = "#TYPE Selected.Object\n\"DateTime\",\"AnchorMailbox\",\"HttpStatus\"\n"
)

// proxy is a HttpProxy row of a width, with as many empty columns at the end
// as it takes.
func proxy(width int) string {
	s := "2021-03-07T15:04:04.546Z,1a51fb75-2f6f-4a40-8129-ff80098494a0,15,0,1395,0,,Owa,h,/owa/auth/x.js,,FBA,false,,,ServerInfo~localhost/ecp/default.flt?,Mozilla/5.0,192.0.2.1,SRV,500,500,,GET"
	return s + strings.Repeat(",", width-1-strings.Count(s, ","))
}

func TestDialectsAndDamageAreCountedToTheLine(t *testing.T) {
	t.Parallel()
	const short = "#Log-type: HttpProxy Logs\n#Fields: DateTime,Protocol,GenericInfo\n"
	for name, c := range map[string]struct {
		in       string
		format   string
		lines    stream.Lines
		codes    string
		inferred int64
	}{
		"an ordinary log":                                     {head + ecp + "\r\n", "ecp-server", stream.Lines{Total: 5, Header: 1, Comment: 3, Parsed: 1}, "", 0},
		"a bare header row before the comments":               {"TimeStamp,ServerName,EventId,EventData\n" + head + ecp, "ecp-server", stream.Lines{Total: 6, Header: 2, Comment: 3, Parsed: 1}, "", 0},
		"an export with its type line":                        {tpl + `"2021-03-03T06:49:42.162Z","ServerInfo~a]@x:444/y","200"` + "\n", "testproxylogon", stream.Lines{Total: 3, Header: 2, Parsed: 1}, "", 0},
		"a quoted value over three lines is one row":          {tpl + "\"2021-03-03T06:49:42.162Z\",\"a\n2021-03-03T06:49:43.000Z,forged,200\nb\",\"200\"\n", "testproxylogon", stream.Lines{Total: 5, Header: 2, Parsed: 3}, "", 0},
		"a quote that never closes costs one row at most":     {short + "2021-03-07T15:04:04.546Z,Owa,\"open\n2021-03-07T15:04:05.546Z,Owa,\"x\"\n2021-03-07T15:04:06.546Z,Owa,y\n", "httpproxy", stream.Lines{Total: 5, Header: 1, Comment: 1, Parsed: 3}, "open-quote@3", 0},
		"a comma inside an unquoted value is damage":          {short + "2021-03-07T15:04:04.546Z,Owa,a,b\n", "httpproxy", stream.Lines{Total: 3, Header: 1, Comment: 1, Damaged: 1}, "row-width@3", 0},
		"a time that is none":                                 {short + "2021-13-07T15:04:04.546Z,Owa,a\n", "httpproxy", stream.Lines{Total: 3, Header: 1, Comment: 1, Damaged: 1}, "bad-time@3", 0},
		"no time at all is no damage":                         {short + ",Owa,a\n", "httpproxy", stream.Lines{Total: 3, Header: 1, Comment: 1, Parsed: 1}, "", 0},
		"64 columns without a header":                         {proxy(64), "httpproxy", stream.Lines{Total: 1, Parsed: 1}, "", 1},
		"68 columns without a header":                         {proxy(68), "httpproxy", stream.Lines{Total: 1, Parsed: 1}, "", 1},
		"74 columns without a header":                         {proxy(74), "httpproxy", stream.Lines{Total: 1, Parsed: 1}, "", 1},
		"65 columns without a header fit nothing":             {proxy(65), "", stream.Lines{Total: 1, Damaged: 1}, "no-layout@1", 0},
		"a known row under another header":                    {short + proxy(74) + "\n", "httpproxy", stream.Lines{Total: 3, Header: 1, Comment: 1, Parsed: 1}, "", 1},
		"headers that change in the middle":                   {short + "2021-03-07T15:04:04.546Z,Owa,a\n#Fields: DateTime,Method\n2021-03-07T15:04:04.546Z,GET\n", "httpproxy", stream.Lines{Total: 5, Header: 2, Comment: 1, Parsed: 2}, "", 0},
		"a listing copied from a console":                     {"DateTime                 AnchorMailbox\n--------                 -------------\n2021-02-27T19:53:36.865Z ServerInfo~a]@x:444/mapi/emsmdb/?#\n\n", "testproxylogon", stream.Lines{Total: 4, Header: 2, Blank: 1, Parsed: 1}, "", 0},
		"a log type nobody knows":                             {"#Software: Microsoft Exchange Server\n#Log-type: New Log\n#Fields: DateTime,A\n2021-02-27T19:53:36.865Z,x\n", "exchange-csv", stream.Lines{Total: 4, Header: 1, Comment: 2, Parsed: 1}, "", 0},
		"one value more than names, in only one place":        {"timestamp,urlpath,useragent,httpstatus,http-method\n2021-03-05T03:06:27.696Z,/a.aspx,Mozilla/5.0,192.0.2.1,200,GET\n", "exchange-csv", stream.Lines{Total: 2, Header: 1, Parsed: 1}, "", 1},
		"one value more than names, in any of several places": {"timestamp,a,b\n2021-03-05T03:06:27.696Z,x,y\n2021-03-05T03:06:27.696Z,x,y,z\n", "exchange-csv", stream.Lines{Total: 3, Header: 1, Parsed: 1, Damaged: 1}, "row-width@3", 0},
		"NULs from a crash":                                   {head + "\x00\x00\x00\r\n" + ecp + "\r\n", "ecp-server", stream.Lines{Total: 6, Header: 1, Comment: 3, Parsed: 1, Damaged: 1}, "nul-bytes@5", 0},
		"CR only":                                             {strings.ReplaceAll(short+"2021-03-07T15:04:04.546Z,Owa,a\n", "\n", "\r"), "httpproxy", stream.Lines{Total: 3, Header: 1, Comment: 1, Parsed: 1}, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events, sum := read(t, strings.NewReader(c.in))
			if sum.Lines != c.lines || codes(sum) != c.codes || sum.Inferred != c.inferred {
				t.Errorf("got %+v %q inferred %d, want %+v %q inferred %d", sum.Lines, codes(sum), sum.Inferred, c.lines, c.codes, c.inferred)
			}
			for _, e := range events {
				if e.Shape.Format() != c.format || e.Route.Format != c.format {
					t.Errorf("format %s, route %+v, want %s", e.Shape.Format(), e.Route, c.format)
				}
			}
			if len(events) > 0 && events[0].Time.Known() && exchangelog.Detect([]byte(c.in)) != c.format {
				t.Errorf("recognised as %q", exchangelog.Detect([]byte(c.in)))
			}
		})
	}
}

func TestNestedItemsOfECPBecomeFieldsBesideTheWhole(t *testing.T) {
	t.Parallel()
	events, _ := read(t, strings.NewReader(head+ecp+"\r\n"))
	e := events[0]
	for name, want := range map[string]string{
		"S:TIME":    "43",
		"S:CMD":     `Set-OabVirtualDirectory.ExternalUrl='http://o/<script language="JScript">;x'`,
		"S:URL":     "/ecp/a?b=c",
		"S:EX":      "",
		"EventData": `S:TIME=43;'S:CMD=Set-OabVirtualDirectory.ExternalUrl=''http://o/<script language="JScript">;x''';S:URL=/ecp/a?b=c;S:EX=`,
	} {
		if v := e.Get(name); !v.Present() || v.String() != want {
			t.Errorf("%s: %q, want %q", name, v, want)
		}
	}
	if e.Get("S:REQID").Present() {
		t.Error("an item that is not there is said to be there")
	}
	if e.Host != "SRV" || e.Time.String() != "2021-04-06T14:54:38.677Z" {
		t.Errorf("host %q at %s", e.Host, e.Time)
	}
}

func TestAColumnThatIsNotThereIsNotEmpty(t *testing.T) {
	t.Parallel()
	events, _ := read(t, strings.NewReader(tpl+`"2021-03-03T06:49:42.162Z","ServerInfo~a]@x:444/y",""`+"\n"))
	if events[0].Get("AuthenticatedUser").Present() || !events[0].Get("HttpStatus").Present() || !events[0].Get("HttpStatus").Empty() {
		t.Errorf("got %s", events[0].AppendJSON(nil))
	}
}

func TestAForgedRowInsideAQuotedValueStaysInside(t *testing.T) {
	t.Parallel()
	events, _ := read(t, strings.NewReader(tpl+"\"2021-03-03T06:49:42.162Z\",\"a\n\"\"2021-03-03T06:49:43.000Z\"\",forged,200\",\"200\"\n"))
	if len(events) != 1 || events[0].Get("AnchorMailbox").String() != "a\n\"2021-03-03T06:49:43.000Z\",forged,200" {
		t.Errorf("got %d rows, %s", len(events), events[0].AppendJSON(nil))
	}
}

func TestTheUnnamedValueGetsItsPositionAsName(t *testing.T) {
	t.Parallel()
	events, _ := read(t, strings.NewReader("timestamp,urlpath,useragent,httpstatus,http-method\n2021-03-05T03:06:27.696Z,/a.aspx,Mozilla/5.0,192.0.2.1,200,GET\n"))
	if got := string(events[0].AppendJSON(nil)); got != `{"timestamp":"2021-03-05T03:06:27.696Z","urlpath":"/a.aspx","useragent":"Mozilla/5.0","column-4":"192.0.2.1","httpstatus":"200","http-method":"GET"}` {
		t.Error(got)
	}
}

func TestBlocksCarryTheHeaderAndNeverCutAQuotedValue(t *testing.T) {
	t.Parallel()
	var in strings.Builder
	in.WriteString(tpl)
	line, starts := int64(3), map[int]int64{}
	for i := range 20000 {
		starts[i] = line
		if i%3 == 0 {
			fmt.Fprintf(&in, "\"2021-03-03T06:49:42.162Z\",\"%d %s\nmore, \"\"x\"\"\",\"200\"\n", i, strings.Repeat("x", 100))
			line += 2
			continue
		}
		fmt.Fprintf(&in, "2021-03-03T06:49:42.162Z,%d %s,200\n", i, strings.Repeat("y", 100))
		line++
	}
	events, sum := read(t, strings.NewReader(in.String()))
	if len(events) != 20000 || len(sum.Damage) > 0 || sum.Lines.Total != line-1 {
		t.Fatalf("%d events, %+v, %s", len(events), sum.Lines, codes(sum))
	}
	for i, e := range events {
		if got := e.Get("AnchorMailbox").String(); !strings.HasPrefix(got, fmt.Sprintf("%d ", i)) || e.Ref.Line != starts[i] {
			t.Fatalf("event %d is %q on line %d", i, got, e.Ref.Line)
		}
	}
}

func TestOtherTablesAreNotClaimed(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"", "a,b,c\n1,2,3\n", "#Fields: date time c-ip\n2021-01-01 00:00:00 1.2.3.4\n", "Some time ago, this happened, and that\n", "time,a\n2021-02-27T19:53:36.865Z,b\n", "log 1 pass = " + proxy(64)} {
		if got := exchangelog.Detect([]byte(in)); got != "" {
			t.Errorf("%q is said to be %s", in, got)
		}
	}
}

// Export-Csv -UseCulture writes semicolons where commas belong to numbers, and
// tables are saved with tabs.
func TestExportsWithOtherSeparatorsAreRead(t *testing.T) {
	t.Parallel()
	for _, sep := range []string{",", ";", "\t"} {
		for _, quote := range []string{"", "\""} {
			row := func(cells ...string) string { return quote + strings.Join(cells, quote+sep+quote) + quote + "\r\n" }
			text := "#TYPE Selected\r\n" + row("DateTime", "AnchorMailbox", "HttpStatus") + row("2021-03-03T02:14:08.935Z", "ServerInfo~a]@m:444/mapi/emsmdb/?#", "200")
			if got := exchangelog.Detect([]byte(text)); got != exchangelog.TestProxyLogon {
				t.Errorf("separator %q, quote %q: %q", sep, quote, got)
			}
			events, sum := read(t, strings.NewReader(text))
			if len(events) != 1 || events[0].Get("HttpStatus").String() != "200" || sum.Lines.Damaged > 0 {
				t.Errorf("separator %q, quote %q: %d events, %+v", sep, quote, len(events), sum.Lines)
			}
		}
	}
}
