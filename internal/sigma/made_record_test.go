package sigma_test

import (
	"maps"
	"math/rand/v2"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"spoor/event"
	"spoor/internal/engine"
	"spoor/internal/sigma"
)

// written makes a record as the log of a route writes it: what Sysmon calls
// Image is NewProcessName in a 4688.
func written(route *engine.Scope, fields map[string]string, keywords []string) *event.Event {
	to := event.Route{Format: "evtx", EventID: 1}
	if len(route.Channels) > 0 {
		to.Channel = route.Channels[0]
	}
	if len(route.EventIDs) > 0 {
		to.EventID = route.EventIDs[0]
	}
	if n, err := strconv.ParseUint(fields["EventID"], 10, 32); err == nil && (len(route.EventIDs) == 0 || slices.Contains(route.EventIDs, uint32(n))) {
		to.EventID = uint32(n)
	}
	for _, c := range route.Channels {
		if strings.EqualFold(c, fields["Channel"]) {
			to.Channel = c
		}
	}
	if to.EventID == 5152 && fields["blocked"] == "false" {
		to.EventID = 5156
	}
	to.Provider = fields["Provider_Name"]
	out := map[string]string{}
	security := to.Channel == "Security" && len(route.EventIDs) > 0
	for name, text := range fields {
		switch {
		case text == absent, security && slices.Contains(route.Lacks, name):
		case name == "EventID", name == "Channel" && to.EventID != 104:
		case security:
			auditOf(to.EventID, out, name, text)
		default:
			out[spelled(to.Channel, name)] = text
		}
	}
	for field, want := range route.Where {
		if _, set := out[field]; !set {
			out[field] = want
		}
	}
	var shape []event.Field
	var values []event.Value
	add := func(section event.Section, name, text string) {
		shape, values = append(shape, event.Field{Name: name, Section: section}), append(values, event.TextValue([]byte(text)))
	}
	add(event.System, "Channel", to.Channel)
	shape, values = append(shape, event.Field{Name: "EventID", Section: event.System}), append(values, event.UintValue(uint64(to.EventID)))
	for _, name := range slices.Sorted(maps.Keys(out)) {
		section := event.EventData
		if name == "Provider_Name" || name == "Level" || name == "Keywords" {
			section = event.System
		}
		if n, ok := map[string]uint64{"Critical": 1, "Error": 2, "Warning": 3}[out[name]]; ok && name == "Level" {
			shape, values = append(shape, event.Field{Name: name, Section: section}), append(values, event.UintValue(n))
			continue
		}
		add(section, name, out[name])
	}
	if len(keywords) > 0 {
		add(event.EventData, "Data", strings.Join(keywords, " "))
	}
	return &event.Event{Shape: event.NewShape("evtx", shape, false), Values: values, Route: &to}
}

// spelled is what a log calls a field of a category without a product.
func spelled(channel, name string) string {
	switch {
	case strings.Contains(channel, "Defender"):
		if name == "Signature" {
			return "Threat Name"
		} else if name == "Filename" {
			return "Path"
		}
	case strings.Contains(channel, "DNSServer"):
		if name == "query" {
			return "QNAME"
		}
	case strings.Contains(channel, "DNS") || strings.Contains(channel, "Sysmon"):
		switch name {
		case "query":
			return "QueryName"
		case "answer":
			return "QueryResults"
		case "record_type":
			return "QueryType"
		}
	}
	return name
}

// auditOf writes one field of Sysmon's as the audit events do.
func auditOf(id uint32, out map[string]string, name, text string) {
	swap := func(pairs ...string) string {
		if i := slices.Index(pairs, name); i >= 0 && i%2 == 0 {
			return pairs[i+1]
		}
		return name
	}
	switch {
	case name == "User":
		if domain, account, ok := strings.Cut(text, `\`); ok {
			out["SubjectDomainName"], out["SubjectUserName"] = domain, account
		} else {
			out["SubjectUserName"] = text
		}
		if up := strings.ToUpper(text); strings.Contains(up, "AUTHORI") || strings.Contains(up, "AUTORI") {
			out["SubjectUserSid"], out["SubjectUserName"] = "S-1-5-18", "HOST$"
		}
	case id == 4688 && name == "IntegrityLevel":
		out["MandatoryLabel"] = map[string]string{"Low": "S-1-16-4096", "Medium": "S-1-16-8192", "High": "S-1-16-12288", "System": "S-1-16-16384"}[text]
		if strings.HasPrefix(text, "S-") {
			out["MandatoryLabel"] = text
		}
	case id == 4688:
		out[swap("Image", "NewProcessName", "ParentImage", "ParentProcessName", "ProcessId", "NewProcessId", "ParentProcessId", "ProcessId", "LogonId", "SubjectLogonId")] = text
	case id == 4657 && name == "TargetObject":
		key := kernelPath(text)
		at := strings.LastIndexByte(key, '\\')
		out["ObjectName"], out["ObjectValueName"] = key[:at], strings.TrimSuffix(key[at+1:], "(Default)")
	case id == 4657 && name == "Details":
		out["NewValue"], out["NewValueType"] = text, "%%1873"
		if m := regexp.MustCompile(`^DWORD \((0x[0-9a-fA-F]+)\)$`).FindStringSubmatch(text); m != nil {
			n, _ := strconv.ParseUint(m[1], 0, 64)
			out["NewValue"], out["NewValueType"] = strconv.FormatUint(n, 10), "%%1876"
		}
	case id == 4657 && name == "EventType":
		out["OperationType"] = map[string]string{"SetValue": "%%1905", "DeleteValue": "%%1906"}[text]
	case id == 4657:
		out[swap("Image", "ProcessName")] = text
	case id == 5156 && name == "Image":
		out["Application"] = text
		if len(text) > 2 && text[1] == ':' {
			out["Application"] = `\device\harddiskvolume3` + strings.ToLower(text[2:])
		}
	case id == 5156 && name == "Initiated":
		out["Direction"] = map[string]string{"true": "%%14593", "false": "%%14592"}[strings.ToLower(text)]
	case id == 5156 && name == "Protocol":
		out["Protocol"] = map[string]string{"tcp": "6", "udp": "17"}[text]
	case id == 5156 && name == "SourceIsIpv6":
		out["SourceAddress"] = map[string]string{"true": "fe80::1", "false": "10.0.0.1"}[strings.ToLower(text)]
	case id == 4689:
		out[swap("Image", "ProcessName")] = text
	default:
		out[swap("src_ip", "SourceAddress", "dst_ip", "DestAddress", "dst_port", "DestPort", "SourceIp", "SourceAddress", "DestinationIp", "DestAddress", "DestinationPort", "DestPort")] = text
	}
}

// kernelPath writes Sysmon's path of a registry value as the kernel does.
func kernelPath(text string) string {
	for _, root := range [][2]string{{`HKLM\`, `\REGISTRY\MACHINE\`}, {`HKU\`, `\REGISTRY\USER\`}, {`HKCR\`, `\REGISTRY\MACHINE\SOFTWARE\Classes\`}, {`HKCU\`, `\REGISTRY\USER\S-1-5-21-1-2-3-1001\`}, {`\REGISTRY\`, `\REGISTRY\`}, {``, `\REGISTRY\MACHINE\SYSTEM\x`}} {
		if len(text) >= len(root[0]) && strings.EqualFold(text[:len(root[0])], root[0]) {
			text = root[1] + text[len(root[0]):]
			break
		}
	}
	text = strings.ReplaceAll(text, `\x\`, `\`)
	return regexp.MustCompile(`(?i)^(\\REGISTRY\\MACHINE\\SYSTEM)\\(x?SYSTEM\\)?CurrentControlSet`).ReplaceAllString(text, `$1\ControlSet001`)
}

// neverMet names the published rules, and the event of a source, for which no
// record can be made in a way that the maker knows, with the reason.
func neverMet() map[string]string {
	const null = "a filter holds where the field is not there, and this log never has it"
	const two = "its two lines ask for a whole value and for more than that"
	return map[string]string{
		"proc_creation_win_xwizard_runwizard_com_object_exec.yml@1":           two,
		"proc_creation_win_xwizard_runwizard_com_object_exec.yml@4688":        two,
		"proc_creation_win_lolbin_ie4uinit.yml@4688":                          null,
		"proc_creation_win_offlinescannershell_mpclient_sideloading.yml@4688": null,
		"proc_creation_win_susp_cross_user_process_spawn.yml@4688":            null,
		"proc_creation_win_susp_lolbin_exec_from_non_c_drive.yml@4688":        null,
		"proc_creation_win_sysinternals_tools_masquerading.yml@4688":          null,
	}
}

// lacking reports whether every way to meet the rule needs a field that the
// route's records never have, or another event than the route's.
func (m *maker) lacking(conditions []string, route *engine.Scope) bool {
	possible := func(alternative any) bool {
		fields, ok := alternative.(map[string]any)
		if !ok {
			return true
		}
		for key, v := range fields {
			name, _, _ := strings.Cut(key, "|")
			if v != nil && slices.Contains(route.Lacks, name) {
				return false
			}
			if list, ok := v.([]any); name == "EventID" && len(route.EventIDs) > 0 {
				if !ok {
					list = []any{v}
				}
				if !slices.ContainsFunc(list, func(id any) bool { n, _ := id.(int); return slices.Contains(route.EventIDs, uint32(n)) }) {
					return false
				}
			}
		}
		return true
	}
	for _, c := range conditions {
		for _, way := range m.ways(c) {
			if !slices.ContainsFunc(way, func(name string) bool {
				list, ok := m.detection[name].([]any)
				if !ok {
					list = []any{m.detection[name]}
				}
				return !strings.HasPrefix(name, "!") && !slices.ContainsFunc(list, possible)
			}) {
				return false
			}
		}
	}
	return true
}

// Every published rule fires on a record made out of its own text, in the form
// of each log that it is meant for, unless it needs what that log never states;
// the engine says the same as the reference of these records.
func TestEveryPublishedRuleFiresOnARecordMadeFromIt(t *testing.T) {
	t.Parallel()
	files := published(t)
	values := sigma.Placeholders{}
	for _, f := range files {
		for _, m := range regexp.MustCompile(`%([A-Za-z_-]+)%`).FindAllSubmatch(f.Data, -1) {
			values[string(m[1])] = []string{"PLACE$"}
		}
	}
	set, _ := sigma.Load(files, sigma.Options{Placeholders: values})
	byName := map[string]*engine.Rule{}
	for _, r := range set.Rules {
		byName[r.Meta.Source] = r
	}
	fast, reference := engine.NewProgram(set).NewEngine(), engine.NewReference(set)
	never := neverMet()
	fires, lacks, compared := 0, 0, 0
	for n, f := range files {
		r := byName[f.Name]
		if r == nil {
			continue
		}
		m, conditions := readMaker(t, f.Data)
		for i := range r.Scopes {
			route := &r.Scopes[i]
			if !slices.Contains(route.Formats, "evtx") {
				continue
			}
			if m.lacking(conditions, route) {
				lacks++
				continue
			}
			fired := false
			for m.turn = 0; m.turn < 16 && !fired; m.turn++ {
				m.rng = rand.New(rand.NewPCG(uint64(n), uint64(m.turn)))
				fields, keywords := m.record(conditions)
				e := written(route, fields, keywords)
				if fired = len(engine.NewReference(&engine.Ruleset{Rules: []*engine.Rule{r}}).Match(e, nil)) > 0; fired && n%4 == 0 {
					compared++
					if a, b := told(fast.Match(e, nil)), told(reference.Match(e, nil)); !slices.Equal(a, b) {
						t.Errorf("%s on %s: the engine says %v, the reference %v", f.Name, e.AppendJSON(nil), a, b)
					}
				}
			}
			key := path.Base(f.Name)
			if len(route.EventIDs) > 0 {
				key += "@" + strconv.Itoa(int(route.EventIDs[0]))
			}
			switch {
			case fired && never[key] != "":
				t.Errorf("%s fires, though %s", key, never[key])
			case fired:
				fires++
			case never[key] == "":
				t.Errorf("%s does not fire", key)
			}
			delete(never, key)
		}
	}
	t.Logf("%d pairs of a rule and a log fire, %d need what the log lacks, %d were compared with all rules", fires, lacks, compared)
	if fires < 4_850 || len(never) > 0 {
		t.Errorf("only %d pairs fire; not met at all: %v", fires, never)
	}
}

// readMaker reads a rule's detection as YAML means it, and its conditions.
func readMaker(t *testing.T, data []byte) (*maker, []string) {
	t.Helper()
	var doc struct {
		Detection map[string]any `yaml:"detection"`
	}
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	var conditions []string
	switch c := doc.Detection["condition"].(type) {
	case string:
		conditions = []string{c}
	case []any:
		for _, x := range c {
			conditions = append(conditions, x.(string))
		}
	}
	delete(doc.Detection, "condition")
	return &maker{detection: doc.Detection}, conditions
}
