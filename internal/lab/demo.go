package lab

import (
	"slices"
	"strings"
	"time"
)

const (
	demoDomain   = "steinfurt-am-see.example"
	demoIntruder = "203.0.113.77"
	demoShell    = "/aspnet_client/system_web/k3nXq8Zd.aspx"
	demoKey      = "q7Lw2vTz"
)

func clock(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return t
}

// Demo is the demonstration set: two mail servers of the town hall of
// Steinfurt am See in February and March 2021. MAIL01 was broken into through
// ProxyLogon and later held to ransom; MAIL02, brought up to date the evening
// before, was only knocked at, in March and again in August. Files are sorted
// by path and lie as a collection of the C: drives would.
func Demo() []File {
	one := newServer("MAIL01", demoDomain, "STEINFURT", "192.0.2.21", "mail."+demoDomain, Build{15, 2, 792, 3}, 1)
	two := newServer("MAIL02", demoDomain, "STEINFURT", "192.0.2.22", "mail2."+demoDomain, Build{15, 2, 792, 3}, 2)
	end := clock("2021-03-12T00:00:00Z")
	for day := clock("2021-02-08T00:00:00Z"); day.Before(end); day = day.AddDate(0, 0, 1) {
		one.ordinary(day, 8)
		if day.Equal(clock("2021-03-03T00:00:00Z")) { // updated on 2 March, 21:40
			two.build = Build{15, 2, 792, 10}
		}
		two.ordinary(day, 3)
	}
	two.service(clock("2021-03-02T21:31:04Z"), "Windows Modules Installer", "running")
	demoKnocks(one)
	demoKnocks(two)
	demoIntrusion(one)
	demoAftermath(one)
	two.build = Build{15, 2, 858, 15}
	for day := clock("2021-08-09T00:00:00Z"); day.Before(clock("2021-08-14T00:00:00Z")); day = day.AddDate(0, 0, 1) {
		two.ordinary(day, 3)
	}
	demoAugust(two)
	out := append(one.emit(), two.emit()...)
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// demoKnocks are visitors that got nothing.
func demoKnocks(s *server) {
	s.scan(clock("2021-02-17T03:12:40Z"), "203.0.113.9", "Mozilla/5.0 zgrab/0.x", 404, "/ecp/Current/exporttool/microsoft.exchange.ediscovery.exporttool.application", "/remote/login", "/.env")
	s.scan(clock("2021-03-03T11:02:10Z"), "2001:db8:77::5", "python-requests/2.25.1", 404, "/ecp/auth/x.js", "/ecp/main.js", "/owa/auth/Current/themes/resources/logon.gif", "/ecp/default.flt")
	if s.name == "MAIL02" { // fixed: the front end does not call the back end
		for i, at := range []string{"2021-03-03T02:11:31.208Z", "2021-03-03T05:47:19.660Z", "2021-03-04T10:20:02.017Z"} {
			s.ssrf(bypass{at: clock(at), client: []string{demoIntruder, "203.0.113.140", "198.51.100.230"}[i], agent: "python-requests/2.25.1", host: s.host,
				stem: "/ecp/" + []string{"w7", "x", "a9Kd"}[i] + ".js", path: "/autodiscover/autodiscover.xml?", status: 500, refused: true})
		}
		return
	}
	s.ssrf(bypass{at: clock("2021-02-28T04:40:55.301Z"), client: "203.0.113.140", agent: "python-requests/2.25.1", host: s.host, stem: "/owa/auth/x.js", path: "/autodiscover/autodiscover.xml?", status: 500, refused: true})
}

// demoAugust are requests in ProxyShell's form that were refused.
func demoAugust(s *server) {
	for i, query := range []string{"@probe.example/mapi/nspi/?&Email=autodiscover/autodiscover.json%3F@probe.example", "@probe.example/powershell/?X-Rps-CAT=VgEA&Email=autodiscover/autodiscover.json%3F@probe.example"} {
		s.web(request{at: clock("2021-08-11T22:04:51Z").Add(time.Duration(i) * 1800 * time.Millisecond), protocol: "Autodiscover", method: "GET", stem: "/autodiscover/autodiscover.json", query: query,
			client: "203.0.113.201", agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", status: 401})
	}
}
