package lab

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Traffic is a text log of any length that is made while it is read: what an
// Exchange server of 300 mailboxes writes on working days. Phones and mail
// programs repeat themselves; about every fifth row has a query or an address
// that no other row has.
type Traffic struct {
	row   func(*Traffic) // appends one row to buf
	rng   *prng
	at    time.Time
	left  int64
	buf   []byte
	from  int
	cells []string
	place map[string]int
}

// NewWebTraffic makes about size bytes of an IIS log.
func NewWebTraffic(seed uint64, size int64) io.Reader {
	t := newTraffic(seed, size, (*Traffic).webRow)
	t.buf = append(t.buf, NewW3C().Header(t.at).Bytes()...)
	return t
}

// NewProxyTraffic makes about size bytes of an HttpProxy log of 74 columns.
func NewProxyTraffic(seed uint64, size int64) io.Reader {
	t := newTraffic(seed, size, (*Traffic).proxyRow)
	l := NewHttpProxy(Build{15, 1, 2507, 6}, 74)
	t.buf = append(t.buf, l.Header(t.at).Bytes()...)
	t.cells, t.place = make([]string, len(l.Columns())), map[string]int{}
	for i, name := range l.Columns() {
		t.place[name] = i
	}
	return t
}

// NewJSONTraffic makes about size bytes of events of process starts, one JSON
// object in a line.
func NewJSONTraffic(seed uint64, size int64) io.Reader {
	return newTraffic(seed, size, (*Traffic).jsonRow)
}

func newTraffic(seed uint64, size int64, row func(*Traffic)) *Traffic {
	return &Traffic{row: row, rng: newPRNG(seed), at: time.Date(2023, 5, 2, 6, 0, 0, 0, time.UTC), left: size}
}

// Read gives the next bytes; the log ends behind a whole row.
func (t *Traffic) Read(p []byte) (int, error) {
	for len(t.buf)-t.from == 0 {
		if t.left <= 0 {
			return 0, io.EOF
		}
		t.buf, t.from = t.buf[:0], 0
		for len(t.buf) < 64<<10 {
			t.at = t.at.Add(time.Duration(t.rng.below(40)) * time.Millisecond)
			t.row(t)
		}
	}
	n := copy(p, t.buf[t.from:])
	t.from += n
	t.left -= int64(n)
	return n, nil
}

// call is one request of the traffic.
type call struct {
	method, stem, query, user, client, agent string
	status, taken                            int
}

func (t *Traffic) call() call {
	n := t.rng.below(300)
	user := "LAB\\user" + strconv.Itoa(n)
	client := fmt.Sprintf("198.51.100.%d", n%200+10)
	agent := [...]string{"Microsoft+Office/16.0+(Windows+NT+10.0;+Microsoft+Outlook+16.0.16130;+Pro)", "Apple-iPhone14C5/2004.48", "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/112.0.0.0+Safari/537.36"}[n%3]
	r := call{method: "POST", user: user, client: client, agent: agent, status: 200, taken: t.rng.below(400)}
	switch k := t.rng.below(100); {
	case k < 45:
		r.stem = "/mapi/emsmdb/"
		r.query = fmt.Sprintf("useMailboxOfAuthenticatedUser=false&MailboxId=%08x-4c1d-4a2b-9d1e-%012x@lab.example", n*7919, n)
	case k < 75:
		r.stem, r.agent = "/Microsoft-Server-ActiveSync/default.eas", "Apple-iPhone14C5/2004.48"
		r.query = fmt.Sprintf("Cmd=%s&User=LAB%%5Cuser%d&DeviceId=%016X&DeviceType=iPhone", [...]string{"Ping", "Sync", "FolderSync"}[t.rng.below(3)], n, uint64(n)*0x9e3779b97f4a7c15)
	case k < 88:
		r.stem, r.query = "/owa/service.svc", fmt.Sprintf("action=%s&EP=1&ID=-%d&AC=1", [...]string{"FindItem", "GetConversationItems", "SubscribeToNotification"}[t.rng.below(3)], t.rng.below(1_000_000))
	case k < 94:
		r.stem = "/EWS/Exchange.asmx"
	case k < 97:
		r.method, r.stem, r.user = "GET", "/owa/auth/logon.aspx", ""
		r.query = fmt.Sprintf("replaceCurrent=1&url=https%%3a%%2f%%2fmail.lab.example%%2fowa%%2f%%3fid%%3d%x", t.rng.next())
		r.client = fmt.Sprintf("203.0.113.%d", t.rng.below(250))
	case k < 99:
		r.stem, r.user, r.status = "/autodiscover/autodiscover.xml", "", 401
	default:
		r.method, r.stem, r.user, r.status = "GET", fmt.Sprintf("/%x/index.php", t.rng.next()), "", 404
		r.agent = "Mozilla/5.0+zgrab/0.x"
	}
	return r
}

func (t *Traffic) webRow() {
	r := t.call()
	b := t.at.AppendFormat(t.buf, "2006-01-02 15:04:05")
	for _, cell := range [...]string{"192.0.2.10", r.method, r.stem, r.query, "443", r.user, r.client, r.agent, ""} {
		if b = append(b, ' '); cell == "" {
			cell = "-"
		}
		b = append(b, cell...)
	}
	b = strconv.AppendInt(append(b, ' '), int64(r.status), 10)
	b = append(b, " 0 0 "...)
	t.buf = append(strconv.AppendInt(b, int64(r.taken), 10), "\r\n"...)
}

func (t *Traffic) proxyRow() {
	r := t.call()
	clear(t.cells)
	set := func(name, v string) {
		if i, ok := t.place[name]; ok {
			t.cells[i] = v
		}
	}
	g := fmt.Sprintf("%x", t.rng.next())
	set("DateTime", stamp(t.at))
	set("RequestId", "8d2c1f4e-"+g[:4]+"-4a11-9b1c-"+g)
	set("MajorVersion", "15")
	set("MinorVersion", "1")
	set("BuildVersion", "2507")
	set("RevisionVersion", "6")
	set("Protocol", strings.ToUpper(strings.Split(r.stem, "/")[1]))
	set("UrlHost", "mail.lab.example")
	set("UrlStem", r.stem)
	set("UrlQuery", r.query)
	set("AuthenticationType", "Negotiate")
	set("IsAuthenticated", strconv.FormatBool(r.user != ""))
	set("AuthenticatedUser", r.user)
	set("AnchorMailbox", "Sid~S-1-5-21-1004336348-1177238915-682003330-"+strconv.Itoa(1000+len(r.user)))
	set("UserAgent", strings.NewReplacer("+", " ", ",", "").Replace(r.agent))
	set("ClientIpAddress", r.client)
	set("ServerHostName", "MAIL01")
	set("HttpStatus", strconv.Itoa(r.status))
	set("BackEndStatus", strconv.Itoa(r.status))
	set("Method", r.method)
	set("ProxyAction", "Proxy")
	set("TargetServer", "mail01.lab.example")
	set("TargetServerVersion", "15.01.2507.000")
	set("TotalRequestTime", strconv.Itoa(r.taken))
	set("GenericInfo", "BeginRequest="+stamp(t.at)+";CorrelationID=<empty>;ProxyState-Run=None;AccountForestGuard=lab.example;FEAuth=BEVersion-1942062523;ProxyToDownLevel=False;")
	for i, cell := range t.cells {
		if i > 0 {
			t.buf = append(t.buf, ',')
		}
		t.buf = append(t.buf, cell...)
	}
	t.buf = append(t.buf, "\r\n"...)
}

func (t *Traffic) jsonRow() {
	program := [...]string{"svchost.exe", "conhost.exe", "w3wp.exe", "taskhostw.exe", "backgroundTaskHost.exe", "powershell.exe"}[t.rng.below(6)]
	line := `C:\\Windows\\System32\\` + program
	if t.rng.below(3) == 0 {
		line += fmt.Sprintf(" -Id %x", t.rng.next())
	}
	t.buf = fmt.Appendf(t.buf, `{"Channel":"Microsoft-Windows-Sysmon/Operational","Provider_Name":"Microsoft-Windows-Sysmon","EventID":1,"EventRecordID":%d,"TimeCreated":"%s","Computer":"host.lab.example","ProcessId":%d,"Image":"C:\\Windows\\System32\\%s","CommandLine":"%s","CurrentDirectory":"C:\\Windows\\System32\\","User":"NT AUTHORITY\\SYSTEM","IntegrityLevel":"System","ParentImage":"C:\\Windows\\System32\\services.exe","ParentCommandLine":"C:\\Windows\\System32\\services.exe"}`+"\n",
		t.rng.below(1<<30), t.at.Format(time.RFC3339Nano), t.rng.below(9000), program, line)
}
