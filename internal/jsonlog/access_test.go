package jsonlog

import (
	"strings"
	"testing"
	"time"

	"spoor/event"
	"spoor/internal/stream"
)

func TestAccessLogsInJSONAreRowsOfAWebServer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ line, want string }{
		"nginx's variables":    {`{"time_local":"19/Aug/2021:00:13:33 +0200","remote_addr":"203.0.113.7","request":"POST /a/b.json?x=1&y HTTP/1.1","status":"200","http_user_agent":"curl","http_x_forwarded_for":"198.51.100.9"}`, `2021-08-18T22:13:33Z 203.0.113.7 200 POST /a/b.json x=1&y curl 198.51.100.9`},
		"parts, not a line":    {`{"timestamp":"2021-08-19T00:13:33Z","client_ip":"203.0.113.7","method":"GET","path":"/x.aspx","query_string":"cmd=whoami","status":404,"user_agent":"a b"}`, `2021-08-19T00:13:33Z 203.0.113.7 404 GET /x.aspx cmd=whoami a b -`},
		"Traefik":              {`{"ClientHost":"203.0.113.7","DownstreamStatus":200,"RequestMethod":"GET","RequestPath":"/x?y=1","StartUTC":"2021-08-19T00:13:33.5Z","RequestHost":"mail.example"}`, `2021-08-19T00:13:33.5Z 203.0.113.7 200 GET /x y=1 - -`},
		"Caddy":                {`{"ts":1629331200.25,"request":{"remote_ip":"203.0.113.7","method":"GET","uri":"/x?","host":"m"},"status":200}`, `2021-08-19T00:00:00.25Z 203.0.113.7 200 GET /x - - -`},
		"the common schema":    {`{"@timestamp":"2021-08-19T00:13:33Z","source":{"ip":"203.0.113.7"},"http":{"request":{"method":"GET"},"response":{"status_code":302}},"url":{"path":"/x","query":"a=b"}}`, `2021-08-19T00:13:33Z 203.0.113.7 302 GET /x a=b - -`},
		"a whole address":      {`{"time":"2021-08-19T00:13:33Z","clientip":"203.0.113.7","verb":"GET","request_uri":"https://mail.example/x?a=b","response":"200"}`, `2021-08-19T00:13:33Z 203.0.113.7 200 GET /x a=b - -`},
		"a request of no form": {`{"time":"2021-08-19T00:13:33Z","remote_addr":"203.0.113.7","request":"\u0016\u0003","status":400}`, "2021-08-19T00:13:33Z 203.0.113.7 400 \x16\x03 - - - -"},
	} {
		if Detect([]byte(c.line+"\n")) != "json" {
			t.Errorf("%s: not detected", name)
		}
		n := 0
		sum := NewDecoder(time.UTC).Decode(&stream.Block{Data: []byte(c.line + "\n")}, func(e *event.Event) {
			n++
			got := []string{e.Time.String()}
			for _, field := range []string{"c-ip", "sc-status", "cs-method", "cs-uri-stem", "cs-uri-query", "cs(User-Agent)", "X-Forwarded-For"} {
				got = append(got, e.Get(field).String())
			}
			if strings.Join(got, " ") != c.want || e.Route.Format != "w3c" || e.Route.Channel != "access" {
				t.Errorf("%s: %q, want %q, route %+v", name, strings.Join(got, " "), c.want, e.Route)
			}
		})
		if n != 1 || len(sum.Damage) > 0 {
			t.Errorf("%s: %d rows, %v", name, n, sum.Damage)
		}
	}
	for _, line := range []string{
		`{"status":200,"method":"GET","path":"/x"}`, `{"client_ip":"203.0.113.7","status":"ok"}`, `{"remote_addr":"203.0.113.7","request":"GET / HTTP/1.1"}`, `{"a":1}`,
	} {
		if got := Detect([]byte(line + "\n")); got != "" {
			t.Errorf("%s: detected %q", line, got)
		}
	}
}
