package serverconfig

import (
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/text/encoding/unicode"
)

const exchangeFolder = `C:\Program Files\Microsoft\Exchange Server\V15\`

// hostConfig is the host configuration of an ordinary Exchange server, in
// short, with something added in each of its parts.
func hostConfig(module, folder, rest string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<configuration>
  <configSections><sectionGroup name="system.applicationHost"><section name="sites" /></sectionGroup></configSections>
  <system.applicationHost>
    <sites>
      <site name="Default Web Site" id="1">
        <application path="/"><virtualDirectory path="/" physicalPath="%SystemDrive%\inetpub\wwwroot" /></application>
        <application path="/owa" applicationPool="MSExchangeOWAAppPool"><virtualDirectory path="/" physicalPath="` + exchangeFolder + `FrontEnd\HttpProxy\owa" /></application>
        <application path="/OAB"><virtualDirectory path="/" physicalPath="` + exchangeFolder + `FrontEnd\HttpProxy\OAB" /></application>
        ` + folder + `
      </site>
      <site name="Exchange Back End" id="2">
        <application path="/"><virtualDirectory path="/" physicalPath="` + exchangeFolder + `ClientAccess" /></application>
        <application path="/Rpc"><virtualDirectory path="/" physicalPath="%windir%\System32\RpcProxy" /></application>
      </site>
      <siteDefaults><logFile logFormat="W3C" directory="%SystemDrive%\inetpub\logs\LogFiles" /></siteDefaults>
    </sites>
  </system.applicationHost>
  <system.webServer>
    <globalModules>
      <add name="UriCacheModule" image="%windir%\System32\inetsrv\cachuri.dll" />
      <add name="ManagedEngineV4.0_64bit" image="%windir%\Microsoft.NET\Framework64\v4.0.30319\webengine4.dll" />
      <add name="RewriteModule" image="%SystemRoot%\system32\inetsrv\rewrite.dll" />
      <add name="WSMan" image="C:\Windows\system32\wsmsvc.dll" />
      <add name="kerbauth" image="` + exchangeFolder + `Bin\kerbauth.dll" />
      <add name="cafe_exppw" image="` + exchangeFolder + `FrontEnd\HttpProxy\bin\exppw.dll" />
      ` + module + `
    </globalModules>
    <httpLogging dontLog="false" />
  </system.webServer>
  ` + rest + `
</configuration>
`
}

func application(path, physical string) string {
	return fmt.Sprintf(`<application path="%s"><virtualDirectory path="/" physicalPath="%s" /></application>`, path, physical)
}

func native(name, image string) string {
	return fmt.Sprintf(`<add name="%s" image="%s" />`, name, image)
}

func agentConfig(agents string) string {
	return `<?xml version="1.0" encoding="utf-8"?>
<configuration>
  <mexRuntime>
    <monitoring><agentExecution timeLimitInMilliseconds="90000" /></monitoring>
    <agentList>
      <agent name="Transport Rule Agent" baseType="Microsoft.Exchange.Data.Transport.Routing.RoutingAgentFactory" classFactory="Microsoft.Exchange.MessagingPolicies.TransportRuleAgent.TransportRuleAgentFactory" assemblyPath="` + exchangeFolder + `TransportRoles\agents\Rule\Microsoft.Exchange.MessagingPolicies.TransportRuleAgent.dll" enabled="true" />
      <agent name="Malware Agent" classFactory="Microsoft.Exchange.Transport.Agent.Malware.MalwareAgentFactory" assemblyPath="` + exchangeFolder + `TransportRoles\agents\Antimalware\Microsoft.Exchange.Transport.Agent.Malware.dll" enabled="true" />
      ` + agents + `
    </agentList>
  </mexRuntime>
</configuration>
`
}

func agent(name, class, assembly string) string {
	return fmt.Sprintf(`<agent name="%s" classFactory="%s" assemblyPath="%s" enabled="true" />`, name, class, assembly)
}

func task(command, arguments string) string {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Date>2021-03-05T02:10:11.1234567</Date><Author>LAB\Administrator</Author><URI>\Sync</URI></RegistrationInfo>
  <Triggers><TimeTrigger><Enabled>true</Enabled></TimeTrigger></Triggers>
  <Principals><Principal id="Author"><UserId>S-1-5-18</UserId></Principal></Principals>
  <Settings><Enabled>true</Enabled><Hidden>true</Hidden></Settings>
  <Actions Context="Author"><Exec><Command>` + escape.Replace(command) + `</Command><Arguments>` + escape.Replace(arguments) + `</Arguments></Exec></Actions>
</Task>
`
}

// wide is a text as Windows keeps tasks: UTF-16 with a byte order mark.
func wide(s string) []byte {
	b, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(s))
	if err != nil {
		panic(err)
	}
	return b
}

func encodedCommand(s string) string {
	return base64.StdEncoding.EncodeToString(wide(s)[2:])
}
