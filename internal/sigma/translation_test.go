package sigma_test

import (
	"bytes"
	"testing"

	"spoor/event"
	"spoor/internal/engine"
	"spoor/internal/sigma"
)

func TestRecordsOfOtherSourcesAreTranslated(t *testing.T) {
	t.Parallel()
	security := event.Route{Format: "evtx", Channel: "Security", Provider: "Microsoft-Windows-Security-Auditing"}
	sysmon := event.Route{Format: "evtx", Channel: "Microsoft-Windows-Sysmon/Operational", Provider: "Microsoft-Windows-Sysmon"}
	iis := event.Route{Format: "w3c", Channel: "iis"}
	const pc, set = "{product: windows, category: process_creation}", "{product: windows, category: registry_set}"
	for name, c := range map[string]struct {
		source, detection, condition, record string
		route                                event.Route
		id                                   uint32
		fires                                bool
		untested                             int
	}{
		"4688 is a process creation":             {"{product: windows, category: process_creation}", `{a: {'Image|endswith': '\cmd.exe'}}`, "a", `NewProcessName=C:\cmd.exe`, security, 4688, true, 0},
		"integrity level as SID":                 {"{product: windows, category: process_creation}", `{a: {IntegrityLevel: High}}`, "a", "MandatoryLabel=S-1-16-12288", security, 4688, true, 0},
		"a filter on a field 4688 lacks":         {"{product: windows, category: process_creation}", `{a: {'Image|endswith': '\cmd.exe'}, f: {OriginalFileName: x}}`, "a and not f", `NewProcessName=C:\cmd.exe`, security, 4688, true, 1},
		"4624 is no process creation":            {"{product: windows, category: process_creation}", `{a: {'Image|endswith': '\cmd.exe'}}`, "a", `NewProcessName=C:\cmd.exe`, security, 4624, false, 0},
		"4657 is a registry value set":           {"{product: windows, category: registry_set}", `{a: {TargetObject: 'HKLM\Software\Run\x'}}`, "a", `ObjectName=\REGISTRY\MACHINE\Software\Run;ObjectValueName=x;OperationType=%%1904`, security, 4657, true, 0},
		"path in the query field, IIS":           {"{category: webserver}", `{a: {'cs-uri-query|contains': '/owa/auth/x.aspx'}}`, "a", "cs-uri-stem=/owa/auth/x.aspx;cs-uri-query=a=1", event.Route{Format: "w3c", Channel: "iis"}, 0, true, 0},
		"path in the query field, HttpProxy":     {"{category: webserver}", `{a: {'cs-uri-query|contains': '/ecp/y.js'}}`, "a", "UrlStem=/ecp/y.js;UrlQuery=", event.Route{Format: "httpproxy"}, 0, true, 0},
		"rendered sentence of a cmdlet":          {"{product: windows, service: msexchange-management}", `{a: ['Cmdlet suceeded. Cmdlet New-X, parameters -A b.']}`, "a", "Data=New-X;Data=-A b", event.Route{Format: "evtx", Channel: "MSExchange Management", Provider: "MSExchange CmdletLogs"}, 1, true, 0},
		"Sysmon known by provider alone":         {"{product: windows, category: process_creation}", `{a: {Image: x}}`, "a", "Image=x", event.Route{Format: "json", Provider: "Microsoft-Windows-Sysmon"}, 1, true, 0},
		"another channel's event 1":              {"{product: windows, category: process_creation}", `{a: {Image: x}}`, "a", "Image=x", event.Route{Format: "evtx", Channel: "Application", Provider: "Other"}, 1, false, 0},
		"a parent's path":                        {pc, `{a: {'ParentImage|endswith': '\w3wp.exe'}}`, "a", `NewProcessName=C:\a.exe;ParentProcessName=C:\w3wp.exe`, security, 4688, true, 0},
		"a process id in decimal":                {pc, `{a: {ProcessId: 4096}}`, "a", "NewProcessId~hex=4096;ProcessId~hex=4", security, 4688, true, 0},
		"a process id in hexadecimal":            {pc, `{a: {ProcessId: '0x1000'}}`, "a", "NewProcessId~hex=4096;ProcessId~hex=4", security, 4688, true, 0},
		"a parent's id":                          {pc, `{a: {ParentProcessId: 4}}`, "a", "NewProcessId~hex=4096;ProcessId~hex=4", security, 4688, true, 0},
		"a parent's id is not the process's":     {pc, `{a: {ProcessId: 4}}`, "a", "NewProcessId~hex=4096;ProcessId~hex=4", security, 4688, false, 0},
		"the label's SID itself":                 {pc, `{a: {IntegrityLevel: S-1-16-16384}}`, "a", "MandatoryLabel=S-1-16-16384", security, 4688, true, 0},
		"the label System":                       {pc, `{a: {IntegrityLevel: System}}`, "a", "MandatoryLabel=S-1-16-16384", security, 4688, true, 0},
		"the label Medium is not High":           {pc, `{a: {IntegrityLevel: High}}`, "a", "MandatoryLabel=S-1-16-8192", security, 4688, false, 0},
		"the system account by its SID":          {pc, `{a: {'User|contains': [AUTHORI, AUTORI]}}`, "a", "SubjectUserSid=S-1-5-18;SubjectUserName=EX01$;SubjectDomainName=CORP", security, 4688, true, 0},
		"the network service by its SID":         {pc, `{a: {User: 'NT AUTHORITY\NETWORK SERVICE'}}`, "a", "SubjectUserSid=S-1-5-20;SubjectUserName=EX01$", security, 4688, true, 0},
		"an account with its domain":             {pc, `{a: {User: 'corp\ann'}}`, "a", "SubjectUserSid=S-1-5-21-1;SubjectUserName=Ann;SubjectDomainName=CORP", security, 4688, true, 0},
		"the target's account, not the subject":  {pc, `{a: {User: 'corp\ann'}}`, "a", "SubjectUserName=Ann;SubjectDomainName=CORP;TargetUserSid=S-1-5-21-2;TargetUserName=Bob;TargetDomainName=CORP", security, 4688, false, 0},
		"a dash for a target is none":            {pc, `{a: {User: 'corp\ann'}}`, "a", "SubjectUserName=Ann;SubjectDomainName=CORP;TargetUserSid=S-1-0-0;TargetUserName=-;TargetDomainName=-", security, 4688, true, 0},
		"the logon id":                           {pc, `{a: {LogonId: '0x3e7'}}`, "a", "SubjectLogonId~hex=999", security, 4688, true, 0},
		"a positive test on a lacking field":     {pc, `{a: {OriginalFileName: cmd.exe}}`, "a", `NewProcessName=C:\cmd.exe`, security, 4688, false, 0},
		"a lacking field behind two nots":        {pc, `{a: {CommandLine: x}, f: {OriginalFileName: y}}`, "a and not not (a or f)", "CommandLine=x", security, 4688, true, 0},
		"two lacking fields of a filter":         {pc, `{a: {CommandLine: x}, f: [{OriginalFileName: y}, {ParentCommandLine: z}]}`, "a and not f", "CommandLine=x", security, 4688, true, 2},
		"a filter that another field rules out":  {pc, `{a: {CommandLine: x}, f: {OriginalFileName: y, Image: z}}`, "a and not f", "CommandLine=x;NewProcessName=w", security, 4688, true, 0},
		"a filter that only the field decides":   {pc, `{a: {CommandLine: x}, f: {OriginalFileName: y, Image: z}}`, "a and not f", "CommandLine=x;NewProcessName=z", security, 4688, true, 1},
		"null on a lacking field holds":          {pc, `{a: {CommandLine: x}, f: {OriginalFileName: null}}`, "a and not f", "CommandLine=x", security, 4688, false, 0},
		"null on a field that Sysmon left out":   {pc, `{a: {CommandLine: x}, f: {OriginalFileName: null}}`, "a and not f", "CommandLine=x", sysmon, 1, false, 0},
		"exists on a lacking field":              {pc, `{a: {CommandLine: x, 'OriginalFileName|exists': false}}`, "a", "CommandLine=x", security, 4688, true, 0},
		"Sysmon has the field":                   {pc, `{a: {CommandLine: x}, f: {OriginalFileName: y}}`, "a and not f", "CommandLine=x", sysmon, 1, true, 0},
		"a category without a product":           {"{category: process_creation}", `{a: {Image: x}}`, "a", "Image=x", sysmon, 1, true, 0},
		"a category with a service":              {"{product: windows, category: process_creation, service: sysmon}", `{a: {'Image|endswith': '\cmd.exe'}}`, "a", `NewProcessName=C:\cmd.exe`, security, 4688, false, 0},
		"a value set in a numbered control set":  {set, `{a: {TargetObject: 'HKLM\System\CurrentControlSet\Services\x\ImagePath'}}`, "a", `ObjectName=\REGISTRY\MACHINE\SYSTEM\ControlSet001\Services\x;ObjectValueName=ImagePath;OperationType=%%1905`, security, 4657, true, 0},
		"a value set by a user":                  {set, `{a: {TargetObject: 'HKU\S-1-5-21-1\Run\x'}}`, "a", `ObjectName=\REGISTRY\USER\S-1-5-21-1\Run;ObjectValueName=x;OperationType=%%1904`, security, 4657, true, 0},
		"the kernel's path too":                  {set, `{a: {'TargetObject|startswith': '\REGISTRY\MACHINE\'}}`, "a", `ObjectName=\REGISTRY\MACHINE\Run;ObjectValueName=x;OperationType=%%1904`, security, 4657, true, 0},
		"a number as Sysmon writes it":           {set, `{a: {Details: 'DWORD (0x00000001)'}}`, "a", "NewValueType=%%1876;NewValue=1;OperationType=%%1905", security, 4657, true, 0},
		"a text that looks like a number":        {set, `{a: {Details: 'DWORD (0x00000001)'}}`, "a", "NewValueType=%%1873;NewValue=1;OperationType=%%1905", security, 4657, false, 0},
		"a long number as Sysmon writes it":      {set, `{a: {Details: 'QWORD (0x00000001-0x00000002)'}}`, "a", "NewValueType=%%1883;NewValue=4294967298;OperationType=%%1905", security, 4657, true, 0},
		"setting is SetValue":                    {set, `{a: {EventType: SetValue}}`, "a", "ObjectName=x;OperationType=%%1905", security, 4657, true, 0},
		"deleting is no setting":                 {set, `{a: {'TargetObject|contains': x}}`, "a", "ObjectName=x;OperationType=%%1906", security, 4657, false, 0},
		"deleting is deleting":                   {"{product: windows, category: registry_delete}", `{a: {EventType: DeleteValue}}`, "a", "ObjectName=x;OperationType=%%1906", security, 4657, true, 0},
		"any change is a registry event":         {"{product: windows, category: registry_event}", `{a: {'TargetObject|contains': x}}`, "a", "ObjectName=x;OperationType=%%1906", security, 4657, true, 0},
		"the account of a registry value":        {set, `{a: {User: 'NT AUTHORITY\SYSTEM'}}`, "a", "SubjectUserSid=S-1-5-18;SubjectUserName=EX01$;OperationType=%%1904", security, 4657, true, 0},
		"a key created in Sysmon":                {"{product: windows, category: registry_add}", `{a: {TargetObject: x}}`, "a", "EventType=CreateKey;TargetObject=x", sysmon, 12, true, 0},
		"a key deleted is none created":          {"{product: windows, category: registry_add}", `{a: {TargetObject: x}}`, "a", "EventType=DeleteKey;TargetObject=x", sysmon, 12, false, 0},
		"a connection outwards, in Security":     {"{product: windows, category: network_connection}", `{a: {Initiated: 'true', Protocol: tcp, DestinationIsIpv6: false, 'DestinationIp|cidr': 198.51.100.0/24}}`, "a", "Direction=%%14593;Protocol~uint=6;SourceAddress=10.0.0.1;DestAddress=198.51.100.7", security, 5156, true, 0},
		"a connection inwards, in Security":      {"{product: windows, category: network_connection}", `{a: {Initiated: 'true'}}`, "a", "Direction=%%14592;DestAddress=198.51.100.7", security, 5156, false, 0},
		"a program of the system drive, in 5156": {"{product: windows, category: network_connection}", `{a: {DestinationPort: 88}, f: {Image: 'C:\Windows\System32\lsass.exe'}}`, "a and not f", `DestPort=88;Application=\device\harddiskvolume2\windows\system32\lsass.exe`, security, 5156, false, 0},
		"a program of another folder, in 5156":   {"{product: windows, category: network_connection}", `{a: {DestinationPort: 88}, f: {'Image|startswith': 'C:\'}}`, "a and not f", `DestPort=88;Application=\device\harddiskvolume2\temp\lsass.exe`, security, 5156, true, 0},
		"a log cleared, in Security":             {"{product: windows, service: security}", `{a: {EventID: 1102}}`, "a", "System.EventID~uint=1102", event.Route{Format: "evtx", Channel: "Security", Provider: "Microsoft-Windows-Eventlog"}, 1102, true, 0},
		"event 1102 of another log":              {"{product: windows, service: security}", `{a: {EventID: 1102}}`, "a", "System.EventID~uint=1102", event.Route{Format: "evtx", Channel: "Microsoft-Windows-TerminalServices-RDPClient/Operational"}, 1102, false, 0},
		"a channel in other letters":             {"{product: windows, service: security}", `{a: {F: x}}`, "a", "F=x", event.Route{Format: "json", Channel: "security"}, 1, true, 0},
		"a text log is no Windows event":         {"{product: windows}", `{a: {F: x}}`, "a", "F=x", event.Route{Format: "w3c", Channel: "iis"}, 0, false, 0},
		"the client of a request, IIS":           {"{category: webserver}", `{a: {'cs-user-agent|contains': curl}}`, "a", "cs(User-Agent)=curl/8", iis, 0, true, 0},
		"the whole address, IIS":                 {"{category: webserver}", `{a: {c-uri: '/a.aspx?b=1'}}`, "a", "cs-uri-stem=/a.aspx;cs-uri-query=b=1", iis, 0, true, 0},
		"no query, IIS":                          {"{category: webserver}", `{a: {c-uri: '/a.aspx'}}`, "a", "cs-uri-stem=/a.aspx;cs-uri-query=-", iis, 0, true, 0},
		"the query alone, IIS":                   {"{category: webserver}", `{a: {cs-uri-query: 'b=1'}}`, "a", "cs-uri-stem=/a.aspx;cs-uri-query=b=1", iis, 0, true, 0},
		"a filter on the path in the query":      {"{category: webserver}", `{a: {cs-method: GET}, f: {'cs-uri-query|contains': '/a.aspx'}}`, "a and not f", "cs-method=GET;cs-uri-stem=/a.aspx;cs-uri-query=b=1", iis, 0, false, 0},
		"a keyword over two columns, IIS":        {"{category: webserver}", `{a: ['/a.aspx b=1 443']}`, "a", "cs-uri-stem=/a.aspx;cs-uri-query=b=1;s-port=443", iis, 0, true, 0},
		"a keyword in one column, IIS":           {"{category: webserver}", `{a: ['=whoami']}`, "a", "cs-uri-stem=/a.aspx;cs-uri-query=c=whoami", iis, 0, true, 0},
		"the service iis":                        {"{product: windows, service: iis}", `{a: {cs-method: POST}}`, "a", "cs-method=POST", iis, 0, true, 0},
		"the status, HttpProxy":                  {"{category: webserver}", `{a: {sc-status: 200, cs-method: POST}}`, "a", "HttpStatus=200;Method=POST", event.Route{Format: "httpproxy"}, 0, true, 0},
		"the referrer, which HttpProxy lacks":    {"{category: webserver}", `{a: {cs-method: POST}, f: {cs-referer: x}}`, "a and not f", "Method=POST", event.Route{Format: "httpproxy"}, 0, true, 1},
		"a web rule for another system":          {"{category: webserver, product: linux}", `{a: {cs-method: POST}}`, "a", "", event.Route{}, 0, false, -1},
		"the sentence of a failed cmdlet":        {"{product: windows, service: msexchange-management}", `{a: {'|all': ['Cmdlet failed', New-X]}}`, "a", "Data=New-X;Data=-A b", event.Route{Format: "evtx", Channel: "MSExchange Management"}, 6, true, 0},
		"no sentence for another event":          {"{product: windows, service: msexchange-management}", `{a: ['Cmdlet suceeded']}`, "a", "Data=New-X;Data=-A b", event.Route{Format: "evtx", Channel: "MSExchange Management"}, 4, false, 0},
		"a script block":                         {"{product: windows, category: ps_script}", `{a: {'ScriptBlockText|contains': mimi}}`, "a", "ScriptBlockText=Invoke-Mimikatz", event.Route{Format: "evtx", Channel: "Microsoft-Windows-PowerShell/Operational"}, 4104, true, 0},
		"the classic log of PowerShell":          {"{product: windows, category: ps_classic_start}", `{a: {'Data|contains': EncodedCommand}}`, "a", "Data=Available;Data=HostApplication -EncodedCommand", event.Route{Format: "evtx", Channel: "Windows PowerShell"}, 400, true, 0},
		"an antivirus finding":                   {"{category: antivirus}", `{a: {'Signature|contains': Webshell}}`, "a", "Threat Name=Backdoor:ASP/Webshell;Path=x", event.Route{Format: "evtx", Channel: "Microsoft-Windows-Windows Defender/Operational"}, 1116, true, 0},
	} {
		data := bytes.Replace(ruleOf(c.detection, c.condition), []byte("{product: windows}"), []byte(c.source), 1)
		set, report := sigma.Load([]sigma.File{{Name: "t.yml", Data: data}}, sigma.Options{})
		if c.untested < 0 { // no log is meant
			if len(report.Refused) != 1 || report.Refused[0].Code != "no-source" {
				t.Errorf("%s: %+v", name, report)
			}
			continue
		}
		if report.Loaded != 1 {
			t.Errorf("%s: refused: %+v", name, report.Refused)
			continue
		}
		e := recordOf(c.record)
		route := c.route
		route.EventID = c.id
		e.Route = &route
		hits := engine.NewReference(set).Match(e, nil)
		if (len(hits) == 1) != c.fires || len(hits) == 1 && len(hits[0].Untested) != c.untested {
			t.Errorf("%s: %d hits %+v", name, len(hits), hits)
		}
	}
}
