package lab

import (
	"slices"
	"strings"
	"time"
)

// File is one file of an evidence set; Path uses forward slashes.
type File struct {
	Path string
	Data []byte
}

// server collects what one Exchange server logs, in any order, and writes it
// as the files that it would have left.
type server struct {
	name, domain, netbios string // MAIL01, steinfurt.example, STEINFURT
	addr, own6            string // own addresses
	host                  string // public name
	build                 Build
	p                     *prng
	front, back           []WebRow
	refused               []WebRow // HTTPERR
	proxy                 map[string][]ProxyRow
	ecp                   []ECPRow
	shells                []ShellRequest
	cmdlets               []Cmdlet
	mails                 []Mail
	events                map[string][]Event // by log file name without ending
	files                 []File
}

func newServer(name, domain, netbios, addr, public string, b Build, seed uint64) *server {
	return &server{name: name, domain: domain, netbios: netbios, addr: addr, own6: "fe80::5c1:2a9:77e0:" + addr[len(addr)-2:] + "%12", host: public,
		build: b, p: newPRNG(seed), proxy: map[string][]ProxyRow{}, events: map[string][]Event{}}
}

func (s *server) fqdn() string { return strings.ToLower(s.name) + "." + s.domain }

// request is one request to the front end.
type request struct {
	at                     time.Time
	protocol, method, stem string
	query                  string
	user, client, agent    string
	status                 int
	host                   string // default the public name
	taken                  int
	referer, cookie        string
	// inner is the back end's address that a confused path reaches, "" for
	// the one that was asked for; as is the account it is called under.
	inner, as string
}

// web logs a request in IIS, and in HttpProxy when it names a protocol.
func (s *server) web(r request) GUID {
	id := s.p.guid()
	if r.taken == 0 {
		r.taken = 15 + s.p.below(180)
	}
	if r.host == "" {
		r.host = s.host
	}
	query := r.query
	if r.protocol != "" {
		query += "&CorrelationID=<empty>;&cafeReqId=" + id.String() + ";&encoding=;"
	}
	s.front = append(s.front, WebRow{Time: r.at, Server: s.addr, Method: r.method, Stem: r.stem, Query: query, Port: 443, User: r.user, Client: r.client,
		Agent: r.agent, Referer: r.referer, Cookie: r.cookie, Status: r.status, Taken: r.taken, Computer: s.name})
	if r.protocol == "" {
		return id
	}
	row := ProxyRow{Time: r.at, ID: id, Build: s.build, Protocol: r.protocol, Host: r.host, Stem: r.stem, Query: queryOf(r.query), User: r.user, Agent: r.agent,
		Client: r.client, Server: s.name, Status: r.status, Method: r.method, In: 300 + s.p.below(900), Taken: r.taken}
	if r.inner != "" {
		s.confused(&row, r, id)
	} else if r.user != "" {
		row.AuthType, row.BackEnd, row.Out = "Basic", r.status, 500+s.p.below(40000)
		row.Target, row.TargetVer, row.Routing, row.Hint = s.fqdn(), s.build.padded(), "IntraForest", "WindowsIdentity"
		row.Anchor = "Sid~S-1-5-21-3623811015-3361044348-30300820-" + number(1100+len(r.user)*7)
		s.back = append(s.back, WebRow{Time: r.at, Server: s.own6, Method: r.method, Stem: r.stem, Query: queryBack(r.query, id), Port: 444, User: r.user, Client: s.own6,
			Agent: r.agent, Status: r.status, Taken: max(r.taken-9, 1), Computer: s.name})
	}
	s.proxy[r.protocol] = append(s.proxy[r.protocol], row)
	return id
}

// confused notes that the front end called an address of its own back end.
func (s *server) confused(row *ProxyRow, r request, id GUID) {
	row.BackEnd, row.Out, row.Target, row.TargetVer = r.status, 250+s.p.below(3000), s.fqdn(), s.build.padded()
	row.Routing, row.Hint, row.Anchor = "IntraForest", "WindowsIdentity", "SystemMailbox{"+id.String()+"}"
	stem, query, _ := strings.Cut(r.inner, "?")
	s.back = append(s.back, WebRow{Time: r.at, Server: s.own6, Method: r.method, Stem: stem, Query: queryBack(query, id), Port: 444, User: r.as, Client: s.own6,
		Agent: r.agent, Status: r.status, Taken: max(r.taken-9, 1), Computer: s.name})
}

func queryBack(q string, id GUID) string { return q + "&reqId=" + id.String() }

func queryOf(q string) string {
	if q == "" {
		return ""
	}
	return "?" + q
}

// bypass is one request that makes the front end call its own back end,
// CVE-2021-26855.
type bypass struct {
	at            time.Time
	client, agent string
	host, stem    string
	path          string // of the back end, with query
	status        int
	refused       bool    // the front end did not call the back end
	target        *server // whose back end is called, nil for its own
	outside       string  // a name outside that is called instead
	marked        bool    // the rest of the address is cut off as a parameter, not as a fragment
}

func (s *server) ssrf(b bypass) {
	id := s.p.guid()
	taken := 40 + s.p.below(900)
	to := b.target
	if to == nil {
		to = s
	}
	s.front = append(s.front, WebRow{Time: b.at, Server: s.addr, Method: "POST", Stem: b.stem, Query: "&CorrelationID=<empty>;&cafeReqId=" + id.String() + ";&encoding=;",
		Port: 443, Client: b.client, Agent: b.agent, Status: b.status, Taken: taken, Computer: s.name})
	row := ProxyRow{Time: b.at, ID: id, Build: s.build, Protocol: "Ecp", Host: b.host, Stem: b.stem, AuthType: "FBA",
		Anchor: "ServerInfo~a]@" + to.fqdn() + ":444" + b.path + "#", Agent: b.agent, Client: b.client, Server: s.name, Status: b.status,
		Method: "POST", Routing: "CrossRegion", Hint: "X-BEResource-Cookie", In: 159 + s.p.below(700), Taken: taken}
	if strings.HasPrefix(b.stem, "/owa/") {
		row.Protocol = "Owa"
	}
	if b.outside != "" {
		row.Anchor = "ServerInfo~" + b.outside + b.path + "#"
	}
	if b.refused {
		row.AuthType, row.Error = "", "System.ArgumentException"
		row.Errors = "System.ArgumentException: Invalid server information"
		s.proxy[row.Protocol] = append(s.proxy[row.Protocol], row)
		return
	}
	row.BackEnd, row.Out, row.Target, row.TargetVer = b.status, 250+s.p.below(3000), to.fqdn(), "41.42.31996.000"
	if b.outside != "" {
		row.Target = b.outside
	}
	s.proxy[row.Protocol] = append(s.proxy[row.Protocol], row)
	if b.outside != "" {
		return
	}
	client := s.own6
	if to != s {
		client = s.addr
	}
	stem, query, _ := strings.Cut(b.path, "?")
	if b.marked {
		query = strings.TrimPrefix(query+"&a=~1942062522]:444"+b.stem, "&")
	}
	to.back = append(to.back, WebRow{Time: b.at, Server: to.own6, Method: "POST", Stem: stem, Query: query, Port: 444, User: s.netbios + `\` + s.name + "$",
		Client: client, Agent: b.agent, Status: b.status, Taken: max(taken-12, 1), Computer: to.name})
}

// ecpCommand logs a control panel request that ran a command.
func (s *server) ecpCommand(at time.Time, url, command, failure string) {
	s.ecp = append(s.ecp, ECPRow{Time: at, Server: s.name, Event: "ECP.Request", Items: []Item{
		{"TIME", number(80 + s.p.below(400))}, {"SID", s.p.guid().String()}, {"CMD", command}, {"REQID", ""}, {"URL", url},
		{"EX", failure}, {"ACTID", s.p.guid().String()}, {"RS", "0"}, {"BLD", s.build.String()}}})
}

const exchangeDir = "Program Files/Microsoft/Exchange Server/V15/"

// emit writes everything that was collected, files sorted by path.
func (s *server) emit() []File {
	root := s.name + "/C/"
	out := slices.Clone(s.files)
	add := func(path string, data []byte) { out = append(out, File{root + path, data}) }
	fields := append([]string{"date", "time", "s-computername"}, IISFields()[2:]...)
	for dir, rows := range map[string][]WebRow{"W3SVC1": s.front, "W3SVC2": s.back} {
		for _, part := range split(rows, func(r WebRow) time.Time { return r.Time }, 1) {
			l := NewW3C(fields...).Header(part[0].Time).Row(part...)
			add("inetpub/logs/LogFiles/"+dir+"/u_ex"+part[0].Time.Format("060102")+".log", l.Bytes())
		}
	}
	if len(s.refused) > 0 {
		for _, part := range split(s.refused, func(r WebRow) time.Time { return r.Time }, 365) {
			add("Windows/System32/LogFiles/HTTPERR/httperr1.log", NewHTTPERR().Header(part[0].Time).Row(part...).Bytes())
		}
	}
	for protocol, rows := range s.proxy {
		for _, part := range split(rows, func(r ProxyRow) time.Time { return r.Time }, 7) {
			t := part[0].Time
			add(exchangeDir+"Logging/HttpProxy/"+protocol+"/HttpProxy_"+t.Format("2006010215")+"-1.LOG", NewHttpProxy(part[0].Build, proxyColumns(part[0].Build)).Header(t).Proxy(part...).Bytes())
		}
	}
	for _, part := range split(s.ecp, func(r ECPRow) time.Time { return r.Time }, 1) {
		t := part[0].Time
		add(exchangeDir+"Logging/ECP/Server/ECPServer"+t.Format("20060102")+"-1.LOG", NewECPServer().Header(t).ECP(part...).Bytes())
	}
	for _, part := range split(s.shells, func(r ShellRequest) time.Time { return r.Time }, 7) {
		t := part[0].Time
		add(exchangeDir+"Logging/CmdletInfra/Powershell-Proxy/Http/Rps_Http_"+t.Format("2006010215")+"-1.LOG", NewRpsHttp(s.build).Header(t).ShellRequests(part...).Bytes())
	}
	for _, part := range split(s.cmdlets, func(r Cmdlet) time.Time { return r.Time }, 7) {
		t := part[0].Time
		add(exchangeDir+"Logging/CmdletInfra/Powershell-Proxy/Cmdlet/Rps_Cmdlet_"+t.Format("2006010215")+"-1.LOG", NewRpsCmdlet(s.build).Header(t).Cmdlets(part...).Bytes())
	}
	for _, part := range split(s.mails, func(r Mail) time.Time { return r.Time }, 7) {
		t := part[0].Time
		add(exchangeDir+"TransportRoles/Logs/MessageTracking/MSGTRK"+t.Format("2006010215")+"-1.LOG", NewTracking(s.build).Header(t).Mails(part...).Bytes())
	}
	for name, events := range s.events {
		l := NewEventLog(LogOptions{})
		for _, part := range split(events, func(e Event) time.Time { return e.Time }, 3650) {
			for _, e := range part {
				l.Append(e)
			}
		}
		add("Windows/System32/winevt/Logs/"+name+".evtx", l.Bytes())
	}
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// proxyColumns is how many columns a build's HttpProxy log has.
func proxyColumns(b Build) int {
	switch {
	case b[1] > 0:
		return 74
	case b[2] >= 1395:
		return 68
	}
	return 64
}

// split sorts rows by time and cuts them into periods of some whole days.
func split[T any](rows []T, at func(T) time.Time, days int) [][]T {
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b T) int { return at(a).Compare(at(b)) })
	var out [][]T
	last := int64(-1)
	for _, r := range sorted {
		period := at(r).Unix() / 86400 / int64(days)
		if period != last {
			out, last = append(out, nil), period
		}
		out[len(out)-1] = append(out[len(out)-1], r)
	}
	return out
}
