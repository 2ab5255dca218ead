package indicator

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/finding"
)

// setOf loads lines as a plain list.
func setOf(t testing.TB, lines ...string) *Set {
	t.Helper()
	l := NewLoader()
	if err := l.Load("list", strings.NewReader(strings.Join(lines, "\n"))); err != nil {
		t.Fatal(err)
	}
	s, r := l.Set()
	if r.Refused > 0 || r.Damaged > 0 {
		t.Fatalf("refused: %+v", r.Refusals)
	}
	return s
}

func found(s *Set, text string) string {
	var list []string
	for _, h := range NewScanner(s).Scan([]byte(text), nil) {
		list = append(list, s.At(h.Entry).Value+"@"+text[h.Start:h.End])
	}
	return strings.Join(list, " ")
}

func TestScanFindsExactlyTheValueAndNothingLikeIt(t *testing.T) {
	t.Parallel()
	s := setOf(t,
		"45.33.32.156", "185.220.0.0/16", "2a00:1450:4001::/48", "2606:4700::6810:84e5",
		"evil.example.edu", "http://drop.example.edu/a/b.php", "files.example.edu/kit",
		`C:\Users\Public\opera\opera_browser.exe`, `%ProgramData%\kit\run me.exe`, `\inetpub\wwwroot\aspnet_client\shell.aspx`, "supp0rt.aspx",
		"d3b07384d113edec49eaa6238ad5ff00", "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
		"Mozilla/5.0 (X11; Strange) Kit/1.0", "thief@mail.example.edu")
	for _, c := range []struct{ why, text, want string }{
		{"an address alone", "45.33.32.156", "45.33.32.156@45.33.32.156"},
		{"an address in a sentence, with a port", "from 45.33.32.156:443.", "45.33.32.156@45.33.32.156"},
		{"an address with leading zeros", "045.033.032.156", "45.33.32.156@045.033.032.156"},
		{"an address as IPv4-mapped IPv6", "::ffff:45.33.32.156", "45.33.32.156@::ffff:45.33.32.156 45.33.32.156@45.33.32.156"},
		{"an address as hexadecimal IPv4-mapped IPv6", "[::ffff:2d21:209c]", "45.33.32.156@::ffff:2d21:209c"},
		{"an address behind a percent escape", "u=%2F45.33.32.156%2F", "45.33.32.156@45.33.32.156"},
		{"a longer number is another address", "45.33.32.1567 145.33.32.156 45.33.32.156.7", ""},
		{"a network holds its addresses", "X-Forwarded-For: 10.0.0.1, 185.220.101.7", "185.220.0.0/16@185.220.101.7"},
		{"a zero form of IPv6", "2606:4700:0:0:0:0:6810:84E5", "2606:4700::6810:84e5@2606:4700:0:0:0:0:6810:84E5"},
		{"IPv6 with a zone and port", "[2606:4700::6810:84e5%12]:443", "2606:4700::6810:84e5@2606:4700::6810:84e5"},
		{"an IPv6 network", "2a00:1450:4001:81f::2004", "2a00:1450:4001::/48@2a00:1450:4001:81f::2004"},
		{"times and hardware addresses are none", "12:34:56 00:11:22:33:44:55 2021-03-03T10:11:12Z a::b::c", ""},
		{"a domain in any case", "EVIL.example.EDU", "evil.example.edu@EVIL.example.EDU"},
		{"a name below a domain", "https://a.b.evil.example.edu/x", "evil.example.edu@evil.example.edu"},
		{"a domain behind an at sign", "x@evil.example.edu,", "evil.example.edu@evil.example.edu"},
		{"a final dot", "evil.example.edu.", "evil.example.edu@evil.example.edu"},
		{"a name above, beside or longer is another", "example.edu notevil.example.edu evil.example.education evil-example.edu evil.example.edu.net", ""},
		{"a domain behind an escape", "q=http%3A%2F%2Fevil.example.edu%2F", "evil.example.edu@evil.example.edu"},
		{"a URL with a query", "GET http://drop.example.edu/a/b.php?id=1 HTTP", "http://drop.example.edu/a/b.php@http://drop.example.edu/a/b.php?id=1"},
		{"a URL with its scheme's port and in capitals", `"HTTP://Drop.Example.EDU:80/a/b.php"`, "http://drop.example.edu/a/b.php@HTTP://Drop.Example.EDU:80/a/b.php"},
		{"another scheme, path or host is another URL", "https://drop.example.edu/a/b.php http://drop.example.edu/a/b.phpx http://drop.example.edu/A/b.php http://rop.example.edu/a/b.php", ""},
		{"a URL that was stated without scheme", "https://files.example.edu/kit", "files.example.edu/kit@https://files.example.edu/kit"},
		{"a path in a command line", `cmd /c "c:\users\public\opera\OPERA_browser.exe" -x`, `c:\users\public\opera\opera_browser.exe@c:\users\public\opera\OPERA_browser.exe`},
		{"a path with doubled and other slashes", `C:\\Users\\Public/opera/opera_browser.exe`, `c:\users\public\opera\opera_browser.exe@C:\\Users\\Public/opera/opera_browser.exe`},
		{"another drive or a longer name is another path", `D:\Users\Public\opera\opera_browser.exe C:\Users\Public\opera\opera_browser.exe.bak CC:\x`, ""},
		{"a path from its folder on any drive", `\\127.0.0.1\C$\inetpub\wwwroot\aspnet_client\shell.aspx`, `\inetpub\wwwroot\aspnet_client\shell.aspx@\inetpub\wwwroot\aspnet_client\shell.aspx`},
		{"a path relative to a share", `inetpub\wwwroot\aspnet_client\shell.aspx`, `\inetpub\wwwroot\aspnet_client\shell.aspx@inetpub\wwwroot\aspnet_client\shell.aspx`},
		{"a request is no path of a file", `/aspnet_client/shell.aspx xinetpub\wwwroot\aspnet_client\shell.aspx`, ""},
		{"a name with a blank", `E:\data\kit\run me.exe`, `\kit\run me.exe@\kit\run me.exe`},
		{"a file name at the end of a sentence", "wrote /owa/auth/SUPP0RT.aspx.", "supp0rt.aspx@SUPP0RT.aspx"},
		{"a longer file name is another", "xsupp0rt.aspx supp0rt.aspx2 supp0rt.aspx.bak my_supp0rt.aspx", ""},
		{"hashes among others", "SHA1=00,MD5=D3B07384D113EDEC49EAA6238AD5FF00,SHA256=B5BB9D8014A0F9B1D61E21E796D78DCCDF1352F23CD32812F4850B878AE4944C", "d3b07384d113edec49eaa6238ad5ff00@D3B07384D113EDEC49EAA6238AD5FF00 b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c@B5BB9D8014A0F9B1D61E21E796D78DCCDF1352F23CD32812F4850B878AE4944C"},
		{"a hash as part of a file name", "d3b07384d113edec49eaa6238ad5ff00.bin", "d3b07384d113edec49eaa6238ad5ff00@d3b07384d113edec49eaa6238ad5ff00"},
		{"a longer run is another hash", "0d3b07384d113edec49eaa6238ad5ff00 d3b07384d113edec49eaa6238ad5ff00a", ""},
		{"a user agent as IIS writes it", "Mozilla/5.0+(X11;+Strange)+Kit/1.0", "Mozilla/5.0 (X11; Strange) Kit/1.0@Mozilla/5.0+(X11;+Strange)+Kit/1.0"},
		{"a user agent is the whole value", "Mozilla/5.0 (X11; Strange) Kit/1.0 and more", ""},
		{"a mail address", "From: <Thief@mail.example.edu>", "thief@mail.example.edu@Thief@mail.example.edu"},
		{"a longer mail address is another", "athief@mail.example.edu thief@mail.example.edux", ""},
	} {
		if got := found(s, c.text); got != c.want {
			t.Errorf("%s: %q\n got %s\nwant %s", c.why, c.text, got, c.want)
		}
	}
}

func TestAMissAllocatesNothing(t *testing.T) {
	s := setOf(t, "45.33.32.156", "evil.example.edu", "http://drop.example.edu/a", `C:\kit\run.exe`, "d3b07384d113edec49eaa6238ad5ff00", "thief@mail.example.edu", "Mozilla/5.0 (X11; Strange) Kit/1.0")
	scanner := NewScanner(s)
	text := []byte(`GET https://www.example.org/a?b=1 C:\kit\other.exe 10.1.2.3 2001:db8::1 me@example.edu 0123456789abcdef0123456789abcdef`)
	hits := make([]Hit, 0, 8)
	if n := testing.AllocsPerRun(100, func() { hits = scanner.Scan(text, hits[:0]) }); n != 0 {
		t.Fatalf("%v allocations for a text that holds nothing (%v)", n, hits)
	}
}

func TestWatchTellsEachIndicatorOfAnEventOnce(t *testing.T) {
	t.Parallel()
	s := setOf(t, "45.33.32.156", "evil.example.edu")
	w := NewWatch(s)
	shape := event.NewShape("evtx", []event.Field{{Name: "QueryName"}, {Name: "Image"}, {Name: "DestinationIp"}, {Name: "Count"}}, false)
	wide := []byte("e\x00v\x00i\x00l\x00.\x00e\x00x\x00a\x00m\x00p\x00l\x00e\x00.\x00e\x00d\x00u\x00")
	e := &event.Event{Shape: shape, Values: []event.Value{{Kind: event.Wide, Raw: wide}, event.TextValue([]byte("evil.example.edu 45.33.32.156 evil.example.edu")), event.TextValue([]byte("10.0.0.1")), event.UintValue(45)}}
	for range 3 { // the second time from what is remembered
		got := w.Event(e)
		if len(got) != 2 || len(got[0].Slots) != 2 || len(got[1].Slots) != 1 || got[1].Slots[0] != 1 {
			t.Fatalf("matches: %+v", got)
		}
	}
	e.Values = e.Values[2:]
	e.Shape = event.NewShape("evtx", []event.Field{{Name: "DestinationIp"}, {Name: "Count"}}, false)
	if got := w.Event(e); got != nil {
		t.Fatalf("an event without indicators: %+v", got)
	}
}

func TestARecordThatListsIndicatorsIsToldAsAList(t *testing.T) {
	t.Parallel()
	var lines []string
	for i := range 5000 {
		lines = append(lines, fmt.Sprintf("45.33.%d.%d", i/200, 1+i%200))
	}
	s := setOf(t, lines...)
	shape := event.NewShape("evtx", []event.Field{{Name: "ScriptBlockText"}}, false)
	got := NewWatch(s).Event(&event.Event{Shape: shape, Values: []event.Value{event.TextValue([]byte(strings.Join(lines, ",")))}})
	if len(got) != maxMatches || got[0].More != 5000-maxMatches {
		t.Fatalf("%d matches, %d more", len(got), got[0].More)
	}
	f := &finding.Finding{}
	s.Tell(f, &got[0], shape)
	if f.Rule.Level != "medium" || len(f.Notes) != 1 {
		t.Errorf("%s %v", f.Rule.Level, f.Notes)
	}
}

func TestATextFullOfSchemesIsScannedInTime(t *testing.T) {
	t.Parallel()
	s := setOf(t, "http://drop.example.edu/a/b.php")
	text := []byte(strings.Repeat("http://", 200_000) + "x http://drop.example.edu/a/b.php?" + strings.Repeat("q", 10_000) + " http://drop.example.edu/a/b.php#" + strings.Repeat("q", 10_000))
	start := time.Now()
	hits := NewScanner(s).Scan(text, nil)
	if took := time.Since(start); len(hits) != 2 || took > 30*time.Second {
		t.Errorf("%d hits in %v", len(hits), took)
	}
}
