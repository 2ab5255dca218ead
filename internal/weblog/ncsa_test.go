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
