package weblog_test

import (
	"strings"
	"testing"
	"time"

	"spoor/internal/weblog"
)

func TestAccessLogsOfOtherServersAreRead(t *testing.T) {
	t.Parallel()
	rows := []struct{ line, want string }{
		{`203.0.113.9 - - [10/Oct/2023:13:55:36 -0700] "GET /blog/index.php?p=1 HTTP/1.1" 200 2326`, `2023-10-10T20:55:36Z|203.0.113.9|-|GET|/blog/index.php|p=1|200|-`},
		{`203.0.113.9 - frank [10/Oct/2023:13:55:36 +0200] "POST /up/x.php HTTP/2.0" 404 - "https://a.example/" "Mozilla/5.0 (X11) \"q\""`, `2023-10-10T11:55:36Z|203.0.113.9|frank|POST|/up/x.php|-|404|Mozilla/5.0 (X11) \"q\"`},
		{`www.example:443 2001:db8::7 - - [01/Jan/2024:00:00:00 +0000] "-" 408 0 "-" "-"`, `2024-01-01T00:00:00Z|2001:db8::7|-|-|-|-|408|-`},
		{`203.0.113.9 - - [10/Oct/2023:13:55:36 +0000] "\x16\x03\x01" 400 226 "-" "-"`, `2023-10-10T13:55:36Z|203.0.113.9|-|\x16\x03\x01|-|-|400|-`},
	}
	for _, r := range rows {
		if got := weblog.Detect([]byte(r.line + "\n")); got != weblog.FormatW3C {
			t.Errorf("%s: detected %q", r.line, got)
		}
		events, sum := read(t, strings.NewReader(r.line+"\n"), time.UTC)
		if len(events) != 1 || sum.Lines.Damaged > 0 {
			t.Errorf("%s: %d events, %+v", r.line, len(events), sum)
			continue
		}
		e := events[0]
		got := e.Time.String()
		for _, name := range []string{"c-ip", "cs-username", "cs-method", "cs-uri-stem", "cs-uri-query", "sc-status", "cs(User-Agent)"} {
			got += "|" + e.Get(name).String()
		}
		if got != r.want {
			t.Errorf("%s:\n%s, want\n%s", r.line, got, r.want)
		}
	}
	for _, line := range []string{
		`203.0.113.9 - - [31/Feb/2023:13:55:36 -0700] "GET / HTTP/1.1" 200 1`, `203.0.113.9 - - [10/Oct/2023:13:55:36 -0700] GET / 200 1`,
		`somebody said [10/Oct/2023:13:55:36 -0700] "that" 200 times`, `203.0.113.9 - - [10/Oct/2023:13:55:36 -0700] "GET / HTTP/1.1" ok 1`,
	} {
		if got := weblog.Detect([]byte(line + "\n")); got != "" {
			t.Errorf("%s: detected %q", line, got)
		}
	}
}

func TestWhatStandsBehindTheAgentIsKept(t *testing.T) {
	t.Parallel()
	const row = `127.0.0.1 - - [19/Aug/2021:00:13:33 +0200] "GET /owa/ HTTP/1.1" 200 512 "-" "probe"`
	for behind, want := range map[string]string{
		``:                                       `-|-`,
		` "-"`:                                   `-|-`,
		` "203.0.113.77"`:                        `203.0.113.77|-`,
		` "203.0.113.77, 10.0.0.1"`:              `203.0.113.77, 10.0.0.1|-`,
		` "-"0.025 0.025`:                        `-|0.025 0.025`,
		` 0/12345`:                               `-|0/12345`,
		` "mail.example" "203.0.113.77"`:         `-|"mail.example" "203.0.113.77"`,
		` "a b`:                                  `-|"a b`,
		` "2001:db8::7" rt=0.2 uct="0.0" ua="-"`: `2001:db8::7|rt=0.2 uct="0.0" ua="-"`,
	} {
		events, sum := read(t, strings.NewReader(row+behind+"\n"), time.UTC)
		if len(events) != 1 || sum.Lines.Damaged > 0 {
			t.Errorf("%q: %d events", behind, len(events))
			continue
		}
		if got := events[0].Get("X-Forwarded-For").String() + "|" + events[0].Get("x-more").String(); got != want {
			t.Errorf("%q: %s, want %s", behind, got, want)
		}
	}
}

func TestRowsOfHAProxyAreRead(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	const head = `Aug 19 00:13:33 lb01 haproxy[1234]: `
	for line, want := range map[string]string{
		head + `203.0.113.77:51234 [19/Aug/2021:00:13:33.123] https-in~ exch/mail01 0/0/1/5/6 200 512 - - ---- 1/1/0/0/0 0/0 "GET /owa/?x=1 HTTP/1.1"`:               `2021-08-18T22:13:33.123Z|203.0.113.77|GET|/owa/|x=1|200|exch/mail01|- - ---- 1/1/0/0/0 0/0`,
		head + `2001:db8::7:51234 [19/Aug/2021:00:13:33.123] in exch/<NOSRV> 0/-1/-1/-1/0 503 +217 - - SC-- 0/0/0/0/0 0/0 {mail.example|agent x} "POST /a HTTP/2.0"`: `2021-08-18T22:13:33.123Z|2001:db8::7|POST|/a|-|503|exch/<NOSRV>|- - SC-- 0/0/0/0/0 0/0 {mail.example|agent x}`,
		head + `203.0.113.77:51234 [19/Aug/2021:00:13:33.123] in a/b 0/0/1/5/6 200 512 - - ---- 1/1/0/0/0 0/0 "GET /cut`:                                             `2021-08-18T22:13:33.123Z|203.0.113.77|GET|/cut|-|200|a/b|- - ---- 1/1/0/0/0 0/0`,
	} {
		if got := weblog.Detect([]byte(line + "\n")); got != weblog.FormatW3C {
			t.Errorf("%s: detected %q", line, got)
		}
		events, sum := read(t, strings.NewReader(line+"\n"), berlin)
		if len(events) != 1 || sum.Lines.Damaged > 0 {
			t.Errorf("%s: %d events", line, len(events))
			continue
		}
		got := events[0].Time.String()
		for _, name := range []string{"c-ip", "cs-method", "cs-uri-stem", "cs-uri-query", "sc-status", "cs-host", "x-more"} {
			got += "|" + events[0].Get(name).String()
		}
		if got != want {
			t.Errorf("%s:\n%s, want\n%s", line, got, want)
		}
	}
	for _, line := range []string{
		head + `203.0.113.77:51234 [19/Aug/2021:00:13:33.123] in a/b 0/0/1 0 512 -- 1/1/0/0/0 0/0`, // a connection
		head + `Server exch/mail01 is DOWN, reason: Layer4 timeout`,
		head + `203.0.113.77:x [19/Aug/2021:00:13:33.123] in a/b 0/0/1/5/6 200 512 - "GET / HTTP/1.1"`,
		head + `203.0.113.77:51234 [40/Aug/2021:00:13:33.123] in a/b 0/0/1/5/6 200 512 - "GET / HTTP/1.1"`,
	} {
		if got := weblog.Detect([]byte(line + "\n")); got != "" {
			t.Errorf("%s: detected %q", line, got)
		}
	}
}
