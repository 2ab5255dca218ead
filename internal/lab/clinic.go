package lab

import "time"

const (
	clinicDomain   = "nordvik-klinikk.example"
	clinicIntruder = "203.0.113.21"
	clinicPage     = "/owa/auth/RedirSuiteServerProxy.aspx"
	clinicKey      = "vbn908172"
)

func clinicVisitors() [2]string { return [2]string{"198.51.100.236", "198.51.100.9"} }

// Clinic is an incident as a national health CERT published it in March 2021,
// in native logs with other names and addresses: eleven requests through the
// bypass, the virtual directory set to script twice and reset once, and a page
// under owa/auth that answered plain requests of two other visitors and was
// gone two days later. Nothing shows that the page was used, and nothing ties
// it to the intruder.
func Clinic() []File {
	s := newServer("EX01", clinicDomain, "NORDVIK", "192.0.2.81", "mail."+clinicDomain, Build{15, 1, 2106, 2}, 3)
	for day := clock("2021-02-25T00:00:00Z"); day.Before(clock("2021-03-11T00:00:00Z")); day = day.AddDate(0, 0, 1) {
		s.ordinary(day, 4)
	}
	s.events = map[string][]Event{} // the published evidence has text logs only
	clinicRound(s, s.host, "n4Kx7TqR2", []string{
		"2021-03-03T06:49:42.162Z", "2021-03-03T06:49:43.699Z", "2021-03-03T06:49:46.210Z", "2021-03-03T06:49:51.543Z"})
	clinicRound(s, "autodiscover."+clinicDomain, "c8Wd5PzM1", []string{
		"2021-03-03T06:59:10.817Z", "2021-03-03T06:59:11.840Z", "2021-03-03T06:59:13.030Z", "2021-03-03T06:59:14.588Z",
		"2021-03-03T06:59:18.042Z", "2021-03-03T06:59:20.359Z", "2021-03-03T06:59:23.288Z"})
	clinicCommands(s)
	clinicVisits(s)
	return s.emit()
}

func clinicRound(s *server, host, canary string, times []string) {
	object := "/ecp/DDI/DDIService.svc/"
	query := "?msExchEcpCanary=" + canary + ".&schema="
	paths := []string{"/autodiscover/autodiscover.xml?", "/mapi/emsmdb/?", "/ecp/proxyLogon.ecp?", object + "GetObject" + query + "OABVirtualDirectory",
		object + "SetObject" + query + "OABVirtualDirectory", object + "SetObject" + query + "ResetOABVirtualDirectory", object + "SetObject" + query + "OABVirtualDirectory"}
	for i, at := range times {
		b := bypass{at: clock(at), client: clinicIntruder, agent: "python-requests/2.25.1", host: host, stem: "/ecp/y.js", path: paths[i], status: 200}
		switch i {
		case 0:
			b.agent = "ExchangeServicesClient/0.0.0.0"
		case 2:
			b.status = 241
		}
		s.ssrf(b)
	}
}

// clinicCommands is the ECP Server log of both rounds. The first round's
// request to set the object is not in HttpProxy, as in the original.
func clinicCommands(s *server) {
	script := "http://f/" + shellScript(clinicKey)
	get, set := "/ecp/DDI/DDIService.svc/GetObject?schema=OABVirtualDirectory", "/ecp/DDI/DDIService.svc/SetObject?schema="
	first, second := "'b1f2f0de-6a7e-4d0b-9c39-7f6f2f6f9a10'", "'0e5c9b3d-1f7a-4c86-a2d4-5b8e7c6a4f21'"
	for _, c := range []struct{ at, url, command, failure string }{
		{"2021-03-03T06:49:51.389Z", get, "Get-OabVirtualDirectory.ADPropertiesOnly=$true.Identity=$null", ""},
		{"2021-03-03T06:49:51.497Z", get, "Pipeline.1|Get-MailboxRegionalConfiguration", ""},
		{"2021-03-03T06:49:53.772Z", set + "OABVirtualDirectory", "Set-OabVirtualDirectory.ExternalUrl='" + script + "'.Identity=" + first, ""},
		{"2021-03-03T06:49:53.834Z", set + "OABVirtualDirectory", "Get-OabVirtualDirectory.ADPropertiesOnly=$true.Identity=" + first, ""},
		{"2021-03-03T06:49:58.835Z", set + "OABVirtualDirectory", "Set-OabVirtualDirectory.ExternalUrl=$null.Identity=" + first,
			"Microsoft.Exchange.Data.Directory.ADNoSuchObjectException:Active Directory operation failed on dc01." + clinicDomain + ". The object does not exist."},
		{"2021-03-03T06:50:00.717Z", set + "ResetOABVirtualDirectory", `Remove-OABVirtualDirectory.Force=$true.Identity='EX01\OAB (Default Web Site)'`, ""},
		{"2021-03-03T06:50:08.396Z", set + "ResetOABVirtualDirectory", "New-OABVirtualDirectory.WebSiteName='Default Web Site'.Server='EX01'.Role='ClientAccess'.InternalURL='https://" + s.fqdn() + "/OAB'", ""},
		{"2021-03-03T06:59:14.518Z", get, "Get-OabVirtualDirectory.ADPropertiesOnly=$true.Identity=$null", ""},
		{"2021-03-03T06:59:17.960Z", set + "OABVirtualDirectory", "Set-OabVirtualDirectory.ExternalUrl='" + script + "'.Identity=" + second, ""},
		{"2021-03-03T06:59:18.021Z", set + "OABVirtualDirectory", "Get-OabVirtualDirectory.ADPropertiesOnly=$true.Identity=" + second, ""},
		{"2021-03-03T06:59:23.212Z", set + "OABVirtualDirectory", "Set-OabVirtualDirectory.ExternalUrl=$null.Identity=" + second, ""},
	} {
		s.ecpCommand(clock(c.at), c.url, c.command, c.failure)
	}
}

// clinicVisits are the requests for the page, and those for pages that were
// not there.
func clinicVisits(s *server) {
	who := clinicVisitors()
	visit := func(at, client, stem string, status int) {
		s.web(request{at: clock(at), protocol: "Owa", method: "GET", stem: stem, client: client, status: status,
			agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.182 Safari/537.36"})
	}
	visit("2021-03-05T03:06:27.696Z", who[0], clinicPage, 200)
	visit("2021-03-05T08:11:58.846Z", who[0], clinicPage, 200)
	visit("2021-03-09T02:55:13.675Z", who[0], "/owa/auth/OutlookEN.aspx", 302)
	visit("2021-03-09T03:26:21.089Z", who[0], "/owa/auth/TimeoutLogout.aspx", 302)
	for _, at := range []string{"2021-03-06T17:27:44.923Z", "2021-03-06T17:27:45.009Z", "2021-03-06T17:27:45.345Z"} {
		visit(at, who[1], clinicPage, 200)
	}
	from := clock("2021-03-06T17:27:49.335Z")
	for i, name := range []string{"ErrorAA", "OutlookEN", "zntwv", "Current/scripts/premium/fexppw", "getpp", "Err0r", "8Lw7tAhF9i1pJnRo", "shel90", "a", "one1"} {
		for j := range 3 {
			visit(stamp(from.Add(time.Duration(i*900+j*280)*time.Millisecond)), who[1], "/owa/auth/"+name+".aspx", 302)
		}
	}
	for _, at := range []string{"2021-03-08T20:37:27.410Z", "2021-03-08T20:37:28.102Z", "2021-03-08T20:37:28.660Z"} {
		visit(at, who[1], clinicPage, 302)
	}
}

// ClinicTruth is the truth about Clinic, as far as its evidence tells it.
func ClinicTruth() Truth {
	who := clinicVisitors()
	return Truth{[]HostTruth{{
		Host: "EX01", FQDN: "ex01." + clinicDomain, Verdict: "compromised", Build: "15.1.2106.2", Source: clinicIntruder,
		FirstAttempt: clock("2021-03-03T06:49:42.162Z"), FirstSuccess: clock("2021-03-03T06:49:43.699Z"), Last: clock("2021-03-03T06:59:23.288Z"),
		Steps: []Step{
			{"bypass-request", clock("2021-03-03T06:49:42.162Z"), "autodiscover through the bypass"},
			{"mapi-answered", clock("2021-03-03T06:49:43.699Z"), "the mailbox service answered"},
			{"session", clock("2021-03-03T06:49:46.210Z"), "control panel session, status 241"},
			{"object-read", clock("2021-03-03T06:49:51.543Z"), "virtual directories read"},
			{"script-set", clock("2021-03-03T06:49:53.772Z"), "script set, first time"},
			{"script-set", clock("2021-03-03T06:59:17.960Z"), "script set, second time"},
			{"object-set", clock("2021-03-03T06:59:18.042Z"), "the request that did so was answered"},
			{"object-reset", clock("2021-03-03T06:59:20.359Z"), "virtual directory reset"},
		},
		Shells: []ShellTruth{{URL: clinicPage, Answered: true, Sources: who[:], Gone: clock("2021-03-08T20:37:27.410Z")}},
	}}}
}
