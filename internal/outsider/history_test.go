package outsider

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// sent is a request with its moment, its sender and its answer.
type sent struct {
	request
	at     time.Time
	from   string
	status int
}

// history is all that was sent to one server.
type history struct {
	*server
	attacks []string
	rows    []sent
}

// newHistory lets up to six outsiders, or one from many addresses, knock.
func newHistory(seed uint64, n int) *history {
	h := &history{server: newServer(seed, n)}
	rng := h.rng
	begin := time.Date(2021, 1, 20, 6, 0, 0, 0, time.UTC).AddDate(0, 0, rng.IntN(900))
	days := 2 + rng.IntN(6)
	for hour := range days * 24 {
		at := begin.Add(time.Duration(hour)*time.Hour + time.Duration(rng.IntN(3600))*time.Second)
		for _, r := range h.own() {
			h.rows = append(h.rows, sent{r, at.Add(time.Duration(rng.IntN(900)) * time.Second), fmt.Sprintf("192.0.2.%d", 10+rng.IntN(30)), r.fixedStatus})
		}
	}
	all := attacks()
	for range 1 + rng.IntN(6) {
		a := all[rng.IntN(len(all))]
		h.attacks = append(h.attacks, a.name)
		from := fmt.Sprintf("203.0.113.%d", 1+rng.IntN(250))
		at := begin.Add(time.Duration(rng.Int64N(int64(days) * int64(24*time.Hour))))
		apart := pick(rng, time.Second, time.Minute, 7*time.Hour)
		for _, r := range a.make(rng, h.server) {
			if rng.IntN(8) == 0 {
				from = fmt.Sprintf("203.0.113.%d", 1+rng.IntN(250))
			}
			h.rows = append(h.rows, sent{r, at, from, h.status(r, at)})
			at = at.Add(apart)
		}
	}
	slices.SortStableFunc(h.rows, func(a, b sent) int { return a.at.Compare(b.at) })
	return h
}

func (h *history) status(r request, at time.Time) int {
	switch {
	case r.fixedStatus != 0:
		return r.fixedStatus
	case len(r.mayAnswer) > 0:
		return pick(h.rng, r.mayAnswer...)
	}
	return h.answer(r, at)
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return strings.ReplaceAll(s, " ", "+")
}

// write lays the server's logs down as they lie on a server.
func (h *history) write(dir string) error {
	if h.iis {
		if err := h.writeWeb(filepath.Join(dir, "inetpub", "logs", "LogFiles", "W3SVC1")); err != nil {
			return err
		}
	}
	if h.proxy {
		return h.writeProxy(filepath.Join(dir, "Logging", "HttpProxy"))
	}
	return nil
}

func (h *history) writeWeb(dir string) error {
	substatus := h.rng.IntN(3) > 0
	days := map[string]*bytes.Buffer{}
	for _, r := range h.rows {
		day := r.at.Format("060102")
		b := days[day]
		if b == nil {
			b = &bytes.Buffer{}
			days[day] = b
			fmt.Fprintf(b, "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: %s\n#Fields: date time s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status", r.at.Format("2006-01-02 15:04:05"))
			if substatus {
				b.WriteString(" sc-substatus sc-win32-status")
			}
			b.WriteString(" time-taken\n")
		}
		fmt.Fprintf(b, "%s %s 10.1.1.5 %s %s %s 443 %s %s %s %s %d", r.at.Format("2006-01-02 15:04:05"), strings.ToUpper(h.name), r.method, r.stem, dash(r.query), dash(r.user), r.from, dash(pick(h.rng, r.agent, "Mozilla/5.0")), dash(r.referer), r.status)
		if substatus {
			b.WriteString(" 0 0")
		}
		fmt.Fprintf(b, " %d\n", 5+h.rng.IntN(400))
	}
	for day, b := range days {
		if err := put(filepath.Join(dir, "u_ex"+day+".log"), b.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

const proxyColumns = "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,Protocol,UrlHost,UrlStem,ProtocolAction,AuthenticationType,IsAuthenticated,AuthenticatedUser,Organization,AnchorMailbox,UserAgent,ClientIpAddress,ServerHostName,HttpStatus,BackEndStatus,ErrorCode,Method,ProxyAction,TargetServer,TargetServerVersion,RoutingType,RoutingHint,UrlQuery,GenericErrors"

func (h *history) writeProxy(dir string) error {
	hours := map[string]*bytes.Buffer{}
	for i, r := range h.rows {
		service := "Owa"
		for _, s := range []struct{ start, name string }{{"/ecp", "Ecp"}, {"/autodiscover", "Autodiscover"}, {"/ews", "Ews"}, {"/oab", "Oab"}, {"/microsoft-server", "Eas"}} {
			if strings.HasPrefix(strings.ToLower(r.stem), s.start) {
				service = s.name
			}
		}
		name := filepath.Join(dir, service, "HttpProxy_"+r.at.Format("2006010215")+"-1.LOG")
		b := hours[name]
		if b == nil {
			b = &bytes.Buffer{}
			hours[name] = b
			fmt.Fprintf(b, "#Software: Microsoft Exchange Server\r\n#Version: 15.02.0792.003\r\n#Log-type: HttpProxy Logs\r\n#Date: %s\r\n#Fields: %s\r\n", r.at.Format("2006-01-02T15:04:05.000Z"), proxyColumns)
		}
		v := h.build()
		build := fmt.Sprintf("%d,%d,%d,%d", v[0], v[1], v[2], v[3])
		if !h.stated {
			build = ",,,"
		}
		back := ""
		if r.target != "" {
			back = fmt.Sprint(r.status)
		}
		fmt.Fprintf(b, "%s,%08x-0000-4000-8000-%012x,%s,,%s,mail.town.example,%s,,FBA,%t,%s,,%s,%s,%s,%s,%d,%s,,%s,Proxy,%s,,,%s,%s,\r\n",
			r.at.Format("2006-01-02T15:04:05.000Z"), i, i, build, service, r.stem, r.user != "", r.user, strings.ReplaceAll(r.anchor, ",", " "), "Mozilla/5.0", r.from, strings.ToUpper(h.name), r.status, back, r.method, r.target, hint(r), strings.ReplaceAll(r.query, ",", " "))
	}
	for name, b := range hours {
		if err := put(name, b.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

func hint(r sent) string {
	if r.anchor != "" {
		return "X-BEResource-Cookie"
	}
	return ""
}

func put(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, content, 0o644)
}
