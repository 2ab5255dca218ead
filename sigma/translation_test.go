package sigma_test

import (
	"bytes"
	"testing"

	"spoor/event"
	"spoor/match"
	"spoor/sigma"
)

func TestRecordsOfOtherSourcesAreTranslated(t *testing.T) {
	t.Parallel()
	security := event.Route{Format: "evtx", Channel: "Security", Provider: "Microsoft-Windows-Security-Auditing"}
	for name, c := range map[string]struct {
		source, detection, condition, record string
		route                                event.Route
		id                                   uint32
		fires                                bool
		untested                             int
	}{
		"4688 is a process creation":         {"{product: windows, category: process_creation}", `{a: {'Image|endswith': '\cmd.exe'}}`, "a", `NewProcessName=C:\cmd.exe`, security, 4688, true, 0},
		"integrity level as SID":             {"{product: windows, category: process_creation}", `{a: {IntegrityLevel: High}}`, "a", "MandatoryLabel=S-1-16-12288", security, 4688, true, 0},
		"a filter on a field 4688 lacks":     {"{product: windows, category: process_creation}", `{a: {'Image|endswith': '\cmd.exe'}, f: {OriginalFileName: x}}`, "a and not f", `NewProcessName=C:\cmd.exe`, security, 4688, true, 1},
		"4624 is no process creation":        {"{product: windows, category: process_creation}", `{a: {'Image|endswith': '\cmd.exe'}}`, "a", `NewProcessName=C:\cmd.exe`, security, 4624, false, 0},
		"4657 is a registry value set":       {"{product: windows, category: registry_set}", `{a: {TargetObject: 'HKLM\Software\Run\x'}}`, "a", `ObjectName=\REGISTRY\MACHINE\Software\Run;ObjectValueName=x;OperationType=%%1904`, security, 4657, true, 0},
		"path in the query field, IIS":       {"{category: webserver}", `{a: {'cs-uri-query|contains': '/owa/auth/x.aspx'}}`, "a", "cs-uri-stem=/owa/auth/x.aspx;cs-uri-query=a=1", event.Route{Format: "w3c", Channel: "iis"}, 0, true, 0},
		"path in the query field, HttpProxy": {"{category: webserver}", `{a: {'cs-uri-query|contains': '/ecp/y.js'}}`, "a", "UrlStem=/ecp/y.js;UrlQuery=", event.Route{Format: "httpproxy"}, 0, true, 0},
		"rendered sentence of a cmdlet":      {"{product: windows, service: msexchange-management}", `{a: ['Cmdlet suceeded. Cmdlet New-X, parameters -A b.']}`, "a", "Data=New-X;Data=-A b", event.Route{Format: "evtx", Channel: "MSExchange Management", Provider: "MSExchange CmdletLogs"}, 1, true, 0},
		"Sysmon known by provider alone":     {"{product: windows, category: process_creation}", `{a: {Image: x}}`, "a", "Image=x", event.Route{Format: "json", Provider: "Microsoft-Windows-Sysmon"}, 1, true, 0},
		"another channel's event 1":          {"{product: windows, category: process_creation}", `{a: {Image: x}}`, "a", "Image=x", event.Route{Format: "evtx", Channel: "Application", Provider: "Other"}, 1, false, 0},
	} {
		data := bytes.Replace(ruleOf(c.detection, c.condition), []byte("{product: windows}"), []byte(c.source), 1)
		set, report := sigma.Load([]sigma.File{{Name: "t.yml", Data: data}}, sigma.Options{})
		if report.Loaded != 1 {
			t.Errorf("%s: refused: %+v", name, report.Refused)
			continue
		}
		e := recordOf(c.record)
		route := c.route
		route.EventID = c.id
		e.Route = &route
		hits := match.NewReference(set).Match(e, nil)
		if (len(hits) == 1) != c.fires || len(hits) == 1 && len(hits[0].Untested) != c.untested {
			t.Errorf("%s: %d hits %+v", name, len(hits), hits)
		}
	}
}
