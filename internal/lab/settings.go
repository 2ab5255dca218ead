package lab

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// Where Windows, IIS and Exchange keep the settings in which an intruder may
// stay, below the C: drive.
const (
	productDir   = `C:\Program Files\Microsoft\Exchange Server\V15\`
	hostSettings = "Windows/System32/inetsrv/config/applicationHost.config"
	agentList    = "Program Files/Microsoft/Exchange Server/V15/TransportRoles/Shared/agents.config"
	taskFolder   = "Windows/System32/Tasks/"
)

// iisSettings are the parts of an Exchange server's applicationHost.config in
// which something may be added.
type iisSettings struct {
	folders [][2]string // address and folder of applications in the Default Web Site
	sites   [][2]string // name and folder of further sites
	modules [][2]string // name and image of native modules
	rest    string      // further sections
}

// xml writes the settings as IIS does.
func (s iisSettings) xml() []byte {
	var b strings.Builder
	line := func(depth int, parts ...string) {
		b.WriteString(strings.Repeat("    ", depth) + strings.Join(parts, "") + "\r\n")
	}
	application := func(path, folder string) {
		line(4, `<application path="`, path, `">`)
		line(5, `<virtualDirectory path="/" physicalPath="`, folder, `" />`)
		line(4, `</application>`)
	}
	line(0, `<?xml version="1.0" encoding="UTF-8"?>`)
	line(0, `<configuration>`)
	line(1, `<system.applicationHost>`)
	line(2, `<sites>`)
	line(3, `<site name="Default Web Site" id="1">`)
	application("/", `%SystemDrive%\inetpub\wwwroot`)
	for _, name := range []string{"owa", "ecp", "EWS", "Autodiscover", "OAB", "PowerShell", "mapi"} {
		application("/"+name, productDir+`FrontEnd\HttpProxy\`+name)
	}
	for _, f := range s.folders {
		application(f[0], f[1])
	}
	line(3, `</site>`)
	line(3, `<site name="Exchange Back End" id="2">`)
	application("/", productDir+`ClientAccess`)
	application("/owa", productDir+`ClientAccess\owa`)
	application("/Rpc", `%windir%\System32\RpcProxy`)
	line(3, `</site>`)
	for _, f := range s.sites {
		line(3, `<site name="`, f[0], `" id="7">`)
		application("/", f[1])
		line(3, `</site>`)
	}
	line(3, `<siteDefaults><logFile logFormat="W3C" directory="%SystemDrive%\inetpub\logs\LogFiles" /></siteDefaults>`)
	line(2, `</sites>`)
	line(1, `</system.applicationHost>`)
	line(1, `<system.webServer>`)
	line(2, `<globalModules>`)
	for _, m := range [][2]string{{"HttpLoggingModule", "loghttp"}, {"UriCacheModule", "cachuri"}, {"StaticFileModule", "static"}, {"WindowsAuthenticationModule", "authsspi"}, {"IsapiModule", "isapi"}} {
		line(3, `<add name="`, m[0], `" image="%windir%\System32\inetsrv\`, m[1], `.dll" />`)
	}
	line(3, `<add name="ManagedEngineV4.0_64bit" image="%windir%\Microsoft.NET\Framework64\v4.0.30319\webengine4.dll" />`)
	line(3, `<add name="kerbauth" image="`, productDir, `Bin\kerbauth.dll" />`)
	line(3, `<add name="cafe_exppw" image="`, productDir, `FrontEnd\HttpProxy\bin\exppw.dll" />`)
	for _, m := range s.modules {
		line(3, `<add name="`, m[0], `" image="`, m[1], `" />`)
	}
	line(2, `</globalModules>`)
	line(1, `</system.webServer>`)
	if s.rest != "" {
		line(1, s.rest)
	}
	line(0, `</configuration>`)
	return []byte(b.String())
}

// transportAgents writes agents.config with Exchange's own agents and others,
// each a name, a class and an assembly.
func transportAgents(others ...[3]string) []byte {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<configuration>\r\n  <mexRuntime>\r\n    <agentList>\r\n")
	own := [][3]string{
		{"Transport Rule Agent", "Microsoft.Exchange.MessagingPolicies.TransportRuleAgent.TransportRuleAgentFactory", productDir + `TransportRoles\agents\Rule\Microsoft.Exchange.MessagingPolicies.TransportRuleAgent.dll`},
		{"Malware Agent", "Microsoft.Exchange.Transport.Agent.Malware.MalwareAgentFactory", productDir + `TransportRoles\agents\Antimalware\Microsoft.Exchange.Transport.Agent.Malware.dll`},
	}
	for _, a := range append(own, others...) {
		b.WriteString(`      <agent name="` + a[0] + `" baseType="Microsoft.Exchange.Data.Transport.Routing.RoutingAgentFactory" classFactory="` + a[1] + `" assemblyPath="` + a[2] + "\" enabled=\"true\" />\r\n")
	}
	b.WriteString("    </agentList>\r\n  </mexRuntime>\r\n</configuration>\r\n")
	return []byte(b.String())
}

// scheduledTask writes a task as the Task Scheduler keeps it: UTF-16 with a
// byte order mark. made is when it was registered, by the server's own clock.
func scheduledTask(uri, made, user, command, arguments string) []byte {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
	text := "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n" +
		"<Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\r\n" +
		"  <RegistrationInfo>\r\n    <Date>" + made + "</Date>\r\n    <URI>" + uri + "</URI>\r\n  </RegistrationInfo>\r\n" +
		"  <Principals>\r\n    <Principal id=\"Author\">\r\n      <UserId>" + user + "</UserId>\r\n    </Principal>\r\n  </Principals>\r\n" +
		"  <Settings>\r\n    <Enabled>true</Enabled>\r\n  </Settings>\r\n" +
		"  <Actions Context=\"Author\">\r\n    <Exec>\r\n      <Command>" + escape.Replace(command) + "</Command>\r\n      <Arguments>" + escape.Replace(arguments) + "</Arguments>\r\n    </Exec>\r\n  </Actions>\r\n</Task>"
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}
