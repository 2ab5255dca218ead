package lab

import (
	"fmt"
	"strings"
	"time"
)

// visit is one request for a page, as IIS logs it.
func (s *server) visit(at time.Time, method, stem, query, client string, status int) {
	s.web(request{at: at, method: method, stem: stem, query: query, client: client, agent: browser, status: status})
}

// spawned is a program that the web server's worker starts.
func (s *server) spawned(at time.Time, image, command string) {
	s.start(process{at: at, image: image, command: command, parent: worker, user: authority, pid: 7000 + s.p.below(500)*4, ppid: 6832})
}

// useShell is a page that answers a plain request, while a scanner's names are
// refused, and then runs a command.
func (s *server) useShell(at time.Time, stem, client string) {
	s.visit(at, "GET", stem, "", client, 200)
	s.scan(at.Add(2*time.Second), visitor, "Mozilla/5.0 zgrab/0.x", 404, "/aspnet_client/system_web/dkWe31Pa.aspx", "/aspnet_client/discover.aspx")
	s.visit(at.Add(30*time.Second), "POST", stem, "", client, 200)
	s.spawned(at.Add(30*time.Second+120*time.Millisecond), system32+"cmd.exe", `cmd /c cd /d "C:\inetpub\wwwroot"&whoami&echo [S]&cd&echo [E]`)
}

// placed is a file on the server's C: drive.
func (s *server) placed(path string, data []byte) {
	s.files = append(s.files, File{s.name + "/C/" + strings.ReplaceAll(path, `\`, "/"), data})
}

// failed logs a command of the management shell that failed (MSExchange
// Management 6).
func (s *server) failed(at time.Time, command, parameters, client, text string) {
	user := s.domain + "/Users/Administrator"
	s.log(logManagement, Event{Provider: "MSExchange CmdletLogs", EventID: 6, Qualify: 49152, Level: 2, Task: 1, Keywords: 0x80000000000000, Time: at, Channel: "MSExchange Management",
		Data: []NamedValue{{"", Texts(command, parameters, user, s.sid(500), s.sid(500), client, "6832 w3wp#MSExchangePowerShellAppPool", "", "32", "00:00:00.0631140",
			"View Entire Forest: 'True', Configuration Domain Controller: 'dc01."+s.domain+"'", text, "en-US")}}})
}

// cmdlet logs a command of remote PowerShell in Rps_Cmdlet and in MSExchange
// Management; failure "" is success.
func (s *server) cmdlet(at time.Time, name, parameters, failure string) {
	c := Cmdlet{Time: at, ID: s.p.guid(), Build: s.build, Server: s.name, User: `LAB\Administrator`, SID: s.sid(500), Application: "PowerShell", Name: name, Parameters: parameters, Taken: 210}
	if failure != "" {
		c.Result, c.ErrorType, c.ErrorText = "Error", "System.InvalidOperationException", failure
		s.failed(at.Add(8*time.Millisecond), name, parameters, "Remote-PowerShell-Unknown", failure)
	} else {
		s.management(at.Add(8*time.Millisecond), name, parameters, "Remote-PowerShell-Unknown")
	}
	s.cmdlets = append(s.cmdlets, c)
}

// remoteShell logs a request to remote PowerShell on the back end (Rps_Http).
func (s *server) remoteShell(at time.Time, user, client, info, query string, status int) {
	s.shells = append(s.shells, ShellRequest{Time: at, ID: s.p.guid(), Build: s.build, Host: s.fqdn(), User: user, Client: client, Server: s.name, Status: status, Bytes: 1850, Taken: 70, ClientInfo: info, Query: query})
}

// directoryChange is a change of a virtual directory's address on a domain
// controller (Security 5136).
func (s *server) directoryChange(at time.Time, mail *server, address string) {
	dn := "CN=OAB (Default Web Site),CN=HTTP,CN=Protocols,CN=" + mail.name + ",CN=Servers,CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative Groups,CN=LAB,CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=lab,DC=example"
	s.security(at, 5136, 14081, append([]NamedValue{Named("OpCorrelationID", s.p.guid().String()), Named("AppCorrelationID", "-")}, append(s.subject(mail.name+"$", 1001),
		Named("DSName", s.domain), Named("DSType", "%%14676"), Named("ObjectDN", dn), Named("ObjectGUID", demoGUID), Named("ObjectClass", "msExchOABVirtualDirectory"),
		Named("AttributeLDAPDisplayName", "msExchExternalHostName"), Named("AttributeSyntaxOID", "2.5.5.12"), Named("AttributeValue", address), Named("OperationType", "%%14674"))...)...)
}

// pages are a SharePoint server's ordinary day.
func (s *server) pages(day time.Time) {
	for hour := 0; hour < 24; hour += 3 {
		at := day.Add(time.Duration(hour)*time.Hour + time.Duration(s.p.below(3000))*time.Second)
		s.web(request{at: at, method: "GET", stem: "/sites/rathaus/SitePages/Home.aspx", user: `LAB\k.brandt`, client: "192.0.2.60", agent: browser, status: 200})
		s.web(request{at: at.Add(2 * time.Second), method: "GET", stem: "/_layouts/15/start.aspx", user: `LAB\k.brandt`, client: "192.0.2.60", agent: browser, status: 200})
		s.logon(at, s.name+"$", 1001, 3, "::1")
		s.service(at.Add(time.Second), "WinHTTP Web Proxy Auto-Discovery Service", "running")
		s.start(process{at: at.Add(2 * time.Second), image: system32 + "svchost.exe", command: system32 + `svchost.exe -k netsvcs`, parent: system32 + "services.exe", user: authority, pid: 3000 + s.p.below(900)*4, ppid: 628})
		s.spawned(at.Add(3*time.Second), `C:\Windows\Microsoft.NET\Framework64\v4.0.30319\csc.exe`, `csc.exe /noconfig @"C:\Windows\TEMP\`+number(s.p.below(99999))+`.cmdline"`)
	}
}

// pstShell is a mailbox export that holds script, which makes the export a
// page that runs what it is sent; derShell a certificate request that does.
func pstShell(key string) []byte {
	head := append([]byte("!BDN"), make([]byte, 508)...)
	for i := 8; i < len(head); i++ {
		head[i] = byte(i * 37)
	}
	return append(append(head, "\r\n"+shellScript(key)+"\r\n"...), make([]byte, 512)...)
}

func derShell(key string) []byte {
	script := shellScript(key)
	n := len(script) + 60
	b := append([]byte{0x30, 0x82, byte(n >> 8), byte(n)}, make([]byte, 56)...)
	return append(b, script...)
}

func ddi(verb, schema string) string {
	return fmt.Sprintf("/ecp/DDI/DDIService.svc/%s?msExchEcpCanary=pT9dN2xvQ0eXw1.Lb7kUo3Rz5hYc8sA.&schema=%s", verb, schema)
}
