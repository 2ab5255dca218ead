package xmllog_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"spoor/event"
	"spoor/internal/stream"
	"spoor/internal/xmllog"
)

// read decodes a file and copies the events.
func read(t testing.TB, file []byte) (rows []string, sum stream.Summary) {
	t.Helper()
	split, decode := xmllog.NewSplitter(bytes.NewReader(file), 1), xmllog.NewDecoder(time.UTC)
	for {
		var b stream.Block
		err := split.Next(&b)
		if errors.Is(err, io.EOF) {
			return rows, sum
		}
		if err != nil {
			t.Fatal(err)
		}
		one := decode.Decode(&b, func(e *event.Event) {
			row := fmt.Sprintf("%s %s %s/%s/%d #%d", e.Time, e.Host, e.Route.Channel, e.Route.Provider, e.Route.EventID, e.Ref.Record)
			for i, v := range e.Values {
				row += fmt.Sprintf(" %s=%s", e.Shape.Field(event.Slot(i)).Name, v.String())
			}
			rows = append(rows, row)
		})
		sum.Records += one.Records
		sum.Lines.Add(one.Lines)
		sum.Damage = append(sum.Damage, one.Damage...)
	}
}

const ns = `xmlns='http://schemas.microsoft.com/win/2004/08/events/event'`

func saved(id int, data string) string {
	return `<Event ` + ns + `><System><Provider Name='P' Guid='{1}'/><EventID Qualifiers='0'>` + fmt.Sprint(id) + `</EventID><TimeCreated SystemTime='2021-05-02T02:55:26.4930000Z'/><EventRecordID>41</EventRecordID><Correlation/><Channel>Security</Channel><Computer>MAIL01</Computer><Security UserID="S-1-5-18"/></System>` + data + `</Event>`
}

const head = `2021-05-02T02:55:26.4930000Z MAIL01 Security/P/7 #41 Provider_Name=P Provider_Guid={1} EventID_Qualifiers=0 EventID=7 TimeCreated=2021-05-02T02:55:26.4930000Z EventRecordID=41 Channel=Security Computer=MAIL01 Security_UserID=S-1-5-18`

func TestEventsSavedAsXMLAreRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ data, want string }{
		"named data":              {`<EventData><Data Name='A'>x</Data><Data Name="B"></Data><Data Name='C'/></EventData>`, ` A=x B= C=`},
		"data without names":      {`<EventData><Data>one</Data><Data>two</Data><Binary>00FF</Binary></EventData>`, ` Data=one Data=two Binary=00FF`},
		"character references":    {`<EventData><Data Name='A'>a &lt;b&gt; &amp;amp; &quot;&apos; &#65;&#x1F600;</Data></EventData>`, ` A=a <b> &amp; "' A😀`},
		"what is no reference":    {`<EventData><Data Name='A'>&nbsp; &; & &#xZZ; &#1234567890;</Data></EventData>`, ` A=&nbsp; &; & &#xZZ; &#1234567890;`},
		"a CDATA section":         {`<EventData><Data Name='A'>x<![CDATA[<b> &amp;]]>y</Data></EventData>`, ` A=x<b> &amp;y`},
		"comments":                {`<!-- <Data> --><EventData><Data Name='A'><!-- no -->x</Data></EventData>`, ` A=x`},
		"user data":               {`<UserData><LogFileCleared xmlns='http://x'><SubjectUserName>k</SubjectUserName><Inner><Deep>1</Deep></Inner></LogFileCleared></UserData>`, ` SubjectUserName=k Deep=1`},
		"the rendered sentence":   {`<EventData><Data Name='A'>x</Data></EventData><RenderingInfo Culture='en-US'><Message>Said.</Message><Level>Information</Level></RenderingInfo>`, ` A=x RenderingInfo.@Culture=en-US Message=Said. RenderingInfo.Level=Information`},
		"on many lines":           {"\r\n  <EventData>\r\n    <Data Name='A'>x\r\ny</Data>\r\n  </EventData>\r\n", " A=x\r\ny"},
		"names with capital form": {`<EventData><Data Name='CommandLine'>cmd /c "a"</Data></EventData>`, ` CommandLine=cmd /c "a"`},
	} {
		rows, sum := read(t, []byte(saved(7, c.data)))
		if len(rows) != 1 || rows[0] != head+c.want || len(sum.Damage) > 0 {
			t.Errorf("%s:\n%q, want\n%q (%v)", name, rows, head+c.want, sum.Damage)
		}
	}
}

func TestFilesAreToldByTheirStart(t *testing.T) {
	t.Parallel()
	one := saved(7, "")
	wide := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(`<?xml version="1.0" encoding="utf-16"?><Events>` + one + `</Events>`)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for name, c := range map[string]struct {
		file string
		want bool
	}{
		"one event":                {one, true},
		"with a root":              {`<?xml version="1.0" encoding="utf-8" standalone="yes"?>` + "\r\n<Events>" + one + one + "</Events>", true},
		"with a mark":              {"\xEF\xBB\xBF" + one, true},
		"blanks before it":         {"\n\n  " + one, true},
		"UTF-16":                   {string(wide), true},
		"a task":                   {`<?xml version="1.0"?><Task xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"><EventTrigger/></Task>`, false},
		"a page that quotes one":   {`<html><body class="x">` + one + `</body></html>`, false},
		"a text that quotes one":   {`see <Event ` + ns + `>`, false},
		"events of something else": {`<Events><Event id="1"/></Events>`, false},
		"nothing":                  {"", false},
	} {
		if got := xmllog.Detect([]byte(c.file)) == xmllog.Format; got != c.want {
			t.Errorf("%s: %v", name, got)
		}
		if !c.want {
			continue
		}
		if rows, sum := read(t, []byte(c.file)); len(rows) == 0 || rows[0] != head || len(sum.Damage) > 0 {
			t.Errorf("%s: %q %v", name, rows, sum.Damage)
		}
	}
}

func TestDamageEndsOneEvent(t *testing.T) {
	t.Parallel()
	good := saved(7, "<EventData><Data Name='A'>x</Data></EventData>")
	deep := strings.Repeat("<a>", xmllog.MaxDepth) + strings.Repeat("</a>", xmllog.MaxDepth)
	many := strings.Repeat("<Data>1</Data>", xmllog.MaxFields)
	for name, c := range map[string]struct {
		middle string
		events int
		codes  string
	}{
		"nothing":             {"", 2, ""},
		"an event cut off":    {good[:len(good)/2] + "\n", 2, xmllog.Stray},
		"a wrong end tag":     {strings.Replace(good, "</System>", "</Sytem>", 1) + "\n", 2, xmllog.BadXML},
		"an open quote":       {strings.Replace(good, "'A'", "'A", 1) + "\n", 2, xmllog.BadXML},
		"too deep":            {saved(7, "<UserData>"+deep+"</UserData>") + "\n", 2, xmllog.TooDeep},
		"too many fields":     {saved(7, "<EventData>"+many+"</EventData>") + "\n", 2, xmllog.TooMany},
		"a time that is none": {strings.Replace(good, "2021-05-02T", "yesterday ", 1) + "\n", 3, xmllog.BadTime},
		"noise":               {"\x00\x01noise\n", 2, xmllog.Stray},
	} {
		file := good + "\n" + c.middle + good + "\n"
		rows, sum := read(t, []byte(file))
		codes := ""
		for _, d := range sum.Damage {
			codes += d.Code
		}
		if len(rows) != c.events || codes != c.codes {
			t.Errorf("%s: %d events, damage %q; want %d, %q", name, len(rows), codes, c.events, c.codes)
		}
		if l := sum.Lines; l.Total != l.Header+l.Comment+l.Blank+l.Parsed+l.Damaged || l.Total != int64(strings.Count(file, "\n")) {
			t.Errorf("%s: lines do not add up: %+v of %d", name, l, strings.Count(file, "\n"))
		}
	}
}

// TestBlocksChangeNothing reads events that lie across the ends of blocks.
func TestBlocksChangeNothing(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	file.WriteString("<Events>")
	const n = 9000
	for i := range n {
		file.WriteString(saved(i, fmt.Sprintf("<EventData><Data Name='N'>%d &amp; %s</Data></EventData>", i, strings.Repeat("x", i%300))))
	}
	file.WriteString("</Events>")
	rows, sum := read(t, file.Bytes())
	if len(rows) != n || len(sum.Damage) > 0 {
		t.Fatalf("%d events, %v", len(rows), sum.Damage)
	}
	for i, r := range rows {
		if !strings.HasSuffix(r, fmt.Sprintf(" N=%d & %s", i, strings.Repeat("x", i%300))) {
			t.Fatalf("event %d: %s", i, r)
		}
	}
}

func TestRequestsThatIISLogsAsEventsAreRowsOfItsLog(t *testing.T) {
	t.Parallel()
	const row = `<Event ` + ns + `><System><Provider Name="Microsoft-Windows-IIS-Logging"/><EventID>6200</EventID><TimeCreated SystemTime="2022-10-01T11:25:54Z"/><Channel>Microsoft-IIS-Logging/Logs</Channel><Computer>ex1</Computer></System><EventData><Data Name="cs-uri-stem">/a</Data><Data Name="csUser-Agent">curl</Data></EventData></Event>`
	decode := xmllog.NewDecoder(nil)
	n := 0
	decode.Decode(&stream.Block{Data: []byte(row)}, func(e *event.Event) {
		n++
		if e.Route.Format != "w3c" || e.Route.Channel != "iis" || e.Get("cs(User-Agent)").String() != "curl" || e.Get("cs-uri-stem").String() != "/a" {
			t.Errorf("route %+v, agent %q", e.Route, e.Get("cs(User-Agent)"))
		}
	})
	if n != 1 {
		t.Fatalf("%d events", n)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(saved(7, "<EventData><Data Name='A'>&amp;<![CDATA[x]]></Data></EventData>")))
	f.Add([]byte("<Events><Event " + ns + "><a b='c'/></Event></Events>"))
	f.Fuzz(func(t *testing.T, file []byte) {
		_, sum := read(t, file)
		if l := sum.Lines; l.Total != l.Header+l.Comment+l.Blank+l.Parsed+l.Damaged {
			t.Fatalf("lines do not add up: %+v", l)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	var file bytes.Buffer
	for i := range 20000 {
		file.WriteString(saved(i%50, fmt.Sprintf("<EventData><Data Name='SubjectUserName'>u%d</Data><Data Name='CommandLine'>cmd.exe /c &quot;dir&quot;</Data><Data Name='ParentProcessName'>C:\\Windows\\explorer.exe</Data></EventData>", i%99)) + "\n")
	}
	b.SetBytes(int64(file.Len()))
	decode := xmllog.NewDecoder(nil)
	for b.Loop() {
		split := xmllog.NewSplitter(bytes.NewReader(file.Bytes()), 1)
		for {
			var block stream.Block
			if split.Next(&block) != nil {
				break
			}
			decode.Decode(&block, func(*event.Event) {})
		}
	}
}
