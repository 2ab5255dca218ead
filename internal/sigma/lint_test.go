package sigma_test

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"spoor/event"
	"spoor/internal/engine"
	"spoor/internal/lab/labdata"
	"spoor/internal/sigma"
)

func TestRulesThatCanNeverFireAreWarnedOf(t *testing.T) {
	t.Parallel()
	const pc, image, add, web = "{product: windows, category: process_creation}", "{product: windows, category: image_load}", "{product: windows, category: registry_add}", "{category: webserver}"
	const security = "{product: windows, service: security}"
	for _, c := range []struct{ source, detection, condition, want string }{
		{pc, "{a: {F: x}}", "a and not a", "rules out what it asks for"},
		{pc, "{a: {CommandLine: x}, f: {CommandLine: x}}", "a and not f", `"f" holds wherever`},
		{pc, "{a: {CommandLine: x}, f: {CommandLine: [x, y]}}", "a and not f", `"f" holds wherever`},
		{pc, `{a: {'Image|endswith': '\cmd.exe'}, f: {'Image|endswith': '.EXE'}}`, "a and not f", `"f" holds wherever`},
		{pc, `{a: {CommandLine: 'abc'}, f: {'CommandLine|contains': b}}`, "a and not f", `"f" holds wherever`},
		{pc, `{a: {'CommandLine|startswith': 'abc'}, f: {CommandLine: 'a*'}}`, "a and not f", `"f" holds wherever`},
		{pc, `{a: {'CommandLine|contains|all': [x, y]}, f: {'CommandLine|contains': [y, z]}}`, "a and not f", `"f" holds wherever`},
		{pc, `{a: {CommandLine: x}, f: {Image: y}, g: {'CommandLine|exists': true}}`, "a and not f and not g", `"g" holds wherever`},
		{pc, "{a: {CommandLine: x, 'CommandLine|neq': x}}", "a", "rules out what it asks for"},
		{pc, "{a: {CommandLine: null, 'CommandLine|contains': x}}", "a", "rules out"},
		{pc, "{a: {'CommandLine|exists': false, CommandLine: x}}", "a", "rules out"},
		{pc, "{a: {CommandLine: x}, b: {Image: y}}", "(a or b) and not a and not b", "rules out"},
		{image, "{a: {CommandLine: x}}", "a", "event 7 never have the field CommandLine"},
		{image, "{a: {CommandLine: x, ParentImage: y}}", "a", "never have the field CommandLine; records of Microsoft-Windows-Sysmon/Operational event 7 never have the field ParentImage"},
		{image, "{a: {Image: x, EventID: 1}}", "a", "the EventID of Microsoft-Windows-Sysmon/Operational event 7 is never"},
		{add, "{a: {EventType: DeleteKey}}", "a", "the EventType of"},
		{"{product: windows, category: ps_script}", "{a: {CommandLine: x}}", "a", "event 4104 never have the field CommandLine"},
		{security, "{a: {EventID: 4688, Image: x}}", "a", "Security event 4688 never have the field Image"},
		{security, "{a: {EventID: [4688, 5156], 'ObjectName|contains': x}}", "a", "Security event 4688 never have the field ObjectName; records of Security event 5156 never"},
		{security, "{a: {EventID: 4624}, b: {CommandLine: x}}", "a and b", "Security event 4624 never have the field CommandLine"},
		{"{product: windows, service: sysmon}", "{a: {EventID: 7, CommandLine: x}}", "a", "event 7 never have the field CommandLine"},
		{security, "{a: {EventID: [4688, 4657], 'ObjectName|contains': x}}", "a", ""},
		{security, "{a: {EventID: 4688}, b: {EventID: 4657, Image: x}}", "a or b", ""},
		{security, "{a: {EventID: 4688}, b: {Image: x}}", "not a and b", ""},
		{security, "{a: {'EventID|gt': 4000, Image: x}}", "a", ""},
		{security, "{a: {EventID: 4657, Image: null}}", "a", ""},
		{security, "{a: {EventID: 4688, Image: x}, k: [word]}", "a or k", ""},
		{"{product: windows, service: sysmon}", "{a: {CommandLine: x}}", "a", ""},

		{pc, "{a: {CommandLine: x}, f: {CommandLine: y}}", "a and not f", ""}, // equal names: both may hold or one
		{pc, "{a: {CommandLine: x}, b: {CommandLine: y}}", "a and b", ""},
		{pc, "{a: {'CommandLine|contains': x}, f: {CommandLine: x}}", "a and not f", ""},
		{pc, "{a: {'CommandLine|contains': [x, y]}, f: {'CommandLine|contains|all': [x, y]}}", "a and not f", ""},
		{pc, "{a: {'CommandLine|cased': X}, f: {'CommandLine|cased': x}}", "a and not f", ""},
		{pc, "{a: {CommandLine: X}, f: {'CommandLine|cased': X}}", "a and not f", ""},
		{pc, `{a: {'CommandLine|endswith': 'c'}, f: {'CommandLine|endswith': 'bc'}}`, "a and not f", ""},
		{pc, `{a: {CommandLine: 'a?c'}, f: {CommandLine: 'a\*c'}}`, "a and not f", ""},
		{pc, `{a: {CommandLine: '?\\*'}, f: {CommandLine: '?\*'}}`, "a and not f", ""},
		{pc, "{a: {CommandLine: null}}", "a", ""},
		{pc, "{a: {CommandLine: null, 'CommandLine|exists': true}}", "a", ""},
		{pc, "{a: {CommandLine: ['', x]}, f: {CommandLine: null}}", "a and not f", ""},
		{pc, "{a: {OriginalFileName: x}}", "a", ""}, // Sysmon has it
		{pc, "{a: {'Image|fieldref': ParentImage}}", "a", ""},
		{image, "{a: {Image: x}, f: {CommandLine: y}}", "a and not f", ""},
		{image, "{a: {Image: x}, b: {CommandLine: y}}", "a or b", ""},
		{image, "{a: {Image: x, CommandLine: null}}", "a", ""},
		{image, "{a: {EventID: [1, 7], Computer: x, System.Level: 4}}", "a", ""},
		{image, "{a: {'EventID|gte': 7, 'EventID|re': '[0-9]'}}", "a", ""},
		{add, "{a: {EventType: CreateKey}}", "a", ""},
		{web, "{a: {anything: x}}", "a", ""},
		{security, "{a: {EventID: 1, Anything: x}}", "a", ""},
		{"{product: windows, category: registry_set}", "{a: {TargetObject: x, Details: y, Image: z, User: w}}", "a", ""},
	} {
		data := strings.Replace(string(ruleOf(c.detection, c.condition)), "{product: windows}", c.source, 1)
		_, report := sigma.Load([]sigma.File{{Name: "r.yml", Data: []byte(data)}}, sigma.Options{Lint: true})
		if report.Loaded != 1 {
			t.Fatalf("%s: %+v", c.detection, report.Refused)
		}
		got := ""
		for _, w := range report.Warnings {
			if w.Code == "never-fires" {
				got = w.Reason
			}
		}
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s, %s, %s: %q, want %q", c.source, c.detection, c.condition, got, c.want)
		}
	}
}

func TestSlowExpressionsAreWarnedOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source, key, expr string
		slow              bool
	}{
		{"service: powershell", "ScriptBlockText", "[a-z]{2}[0-9]{40}", true},
		{"service: powershell", "ScriptBlockText", "^[a-z]{2}[0-9]{40}", false},
		{"service: powershell", "ScriptBlockText", "key=[0-9]{40}", false},
		{"service: powershell", "", "[0-9]{40}", true},
		{"category: process_creation", "CommandLine", "[a-z]{2}[0-9]{40}", false},
		{"category: process_creation", "CommandLine", "([a-z]{10}[0-9]){30}", true},
		{"category: process_creation", "CommandLine", "http.{1,300}x.{1,300}", true},
		{"category: process_creation", "CommandLine", ".{1000,}", false},
	} {
		data := fmt.Sprintf("title: t\nlogsource: {product: windows, %s}\ndetection:\n  a:\n    '%s|re': '%s'\n  condition: a\n", c.source, c.key, c.expr)
		_, report := sigma.Load([]sigma.File{{Name: "r.yml", Data: []byte(data)}}, sigma.Options{Lint: true})
		slow := slices.ContainsFunc(report.Warnings, func(p sigma.Problem) bool { return p.Code == "slow-regexp" && p.Line > 1 })
		if report.Loaded != 1 || slow != c.slow {
			t.Errorf("%s on %s: slow %v, %+v", c.expr, c.key, slow, report)
		}
	}
}

// Eight published rules need a field that no version of the source states,
// and thirteen more test one somewhere; each was read. Other products state
// these fields, the event logs do not. Nothing else is warned of.
func TestPublishedRulesAreWarnedOfWithReason(t *testing.T) {
	t.Parallel()
	_, report := sigma.Load(published(t), sigma.Options{Lint: true})
	want := map[string]map[string][]string{"never-fires": {
		"file_event_win_exchange_webshell_drop.yml":                       {"CommandLine"},
		"file_event_win_exchange_webshell_drop_suspicious.yml":            {"CommandLine"},
		"file_event_win_ntds_dit_uncommon_parent_process.yml":             {"ParentImage"},
		"net_connection_win_susp_binary_no_cmdline.yml":                   {"CommandLine"},
		"net_connection_win_wuauclt_network_connection.yml":               {"CommandLine"},
		"net_connection_win_malware_pikabot_rundll32_activity.yml":        {"ParentImage"},
		"file_event_win_wdac_policy_creation_in_codeintegrity_folder.yml": {"IntegrityLevel"},
		"win_system_service_install_sups_unusal_client.yml":               {"ProcessId"},
	}, "unknown-field": {
		"create_remote_thread_win_powershell_generic.yml":         {"SourceParentImage"},
		"create_remote_thread_win_susp_uncommon_source_image.yml": {"SourceCommandLine", "SourceParentImage", "TargetParentProcessId"},
		"file_event_win_net_cli_artefact.yml":                     {"CommandLine", "ParentCommandLine", "ParentImage"},
		"file_event_win_office_macro_files_from_susp_process.yml": {"ParentImage"},
		"file_event_win_susp_wdac_policy_creation.yml":            {"CommandLine"},
		"image_load_dll_dbghelp_dbgcore_susp_load.yml":            {"CommandLine"},
		"image_load_dll_vss_ps_susp_load.yml":                     {"CommandLine"},
		"image_load_wsman_provider_image_load.yml":                {"CommandLine"},
		"net_connection_win_python.yml":                           {"CommandLine", "ParentImage"},
		"net_connection_win_rundll32_net_connections.yml":         {"CommandLine", "ParentImage"},
		"proc_access_win_lsass_uncommon_access_flag.yml":          {"SourceCommandLine"},
		"proc_creation_win_malware_pikabot_discovery.yml":         {"GrandParentImage"},
		"proc_creation_win_redsun_conhost_via_tiering_engine.yml": {"GrandParentImage"},
	}}
	for _, w := range report.Warnings {
		fields := want[w.Code][filepath.Base(w.File)]
		i := slices.IndexFunc(fields, func(field string) bool { return strings.HasSuffix(w.Reason, "never have the field "+field) })
		if i < 0 {
			t.Errorf("%s:%d: %s: %s", w.File, w.Line, w.Code, w.Reason)
			continue
		}
		want[w.Code][filepath.Base(w.File)] = slices.Delete(fields, i, i+1)
	}
	for code, files := range want {
		for file, fields := range files {
			if len(fields) > 0 {
				t.Errorf("%s is not warned of with %s: %v", file, code, fields)
			}
		}
	}
}

func TestFieldsThatTheSourceDoesNotHaveAreWarnedOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ source, detection, condition, want string }{
		{"category: process_creation", "{a: {Image: x}, f: {Commandline: y}}", "a and not f", "Commandline, but CommandLine"},
		{"category: process_creation", "{a: {Image: x}, f: {computer: y}}", "a and not f", "computer, but Computer"},
		{"category: process_creation", "{a: {Image: x}, b: {GrandParentImage: y}}", "a or b", "GrandParentImage"},
		{"category: image_load", "{a: {Image: x}, b: {imageloaded: y}}", "a or b", "imageloaded, but ImageLoaded"},
		{"category: process_creation", "{a: {Image: x}, f: {OriginalFileName: y}}", "a and not f", ""}, // on Sysmon it can be tested
		{"category: image_load", "{a: {Image: x}, f: {CommandLine: null}}", "a and not f", ""},
		{"service: system", "{a: {Anything: x}}", "a", ""},
	} {
		data := strings.Replace(string(ruleOf(c.detection, c.condition)), "product: windows", "product: windows, "+c.source, 1)
		_, report := sigma.Load([]sigma.File{{Name: "r.yml", Data: []byte(data)}}, sigma.Options{Lint: true})
		got := ""
		for _, w := range report.Warnings {
			if w.Code == "unknown-field" && w.Line > 0 && w.Column > 0 {
				got = w.Reason
			}
		}
		if report.Loaded != 1 || (c.want == "") != (got == "") || !strings.HasSuffix(got, c.want) && !strings.Contains(got, c.want) {
			t.Errorf("%s, %s: %q, want %q", c.detection, c.condition, got, c.want)
		}
	}
}

// Every field of every recording is among those that its source is said to
// state.
func TestRecordingsHaveNoOtherFields(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("logsource/fields.yml")
	if err != nil {
		t.Fatal(err)
	}
	var stated map[string]map[uint32][]string
	if err := yaml.Unmarshal(data, &stated); err != nil {
		t.Fatal(err)
	}
	channels := map[string]map[uint32][]string{
		"Microsoft-Windows-Sysmon/Operational": stated["sysmon"], "Security": stated["security"],
		"Microsoft-Windows-PowerShell/Operational": stated["powershell"], "Windows PowerShell": stated["powershell-classic"],
	}
	kinds, told := map[string]bool{}, map[string]bool{}
	for _, root := range []string{labdata.Path(t, "evtx"), labdata.Path(t, "sigma-regression")} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.EqualFold(filepath.Ext(path), ".evtx") {
				return err
			}
			_, _ = readLog(path, func(e *event.Event) {
				fields, ok := channels[e.Route.Channel][e.Route.EventID]
				if !ok {
					return
				}
				kinds[fmt.Sprint(e.Route.Channel, e.Route.EventID)] = true
				for slot, v := range e.Values {
					f := e.Shape.Field(event.Slot(slot))
					if name := fmt.Sprint(e.Route.Channel, e.Route.EventID, f.Name); v.Present() && f.Section == event.EventData && !slices.Contains(fields, f.Name) && !told[name] {
						told[name] = true
						t.Errorf("%s: %s", filepath.Base(path), name)
					}
				}
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(kinds) < 25 {
		t.Fatalf("only %d kinds of records were seen", len(kinds))
	}
}

// closeRule draws a rule whose lines are close to each other, so that many
// rules contradict themselves.
func (d dice) closeRule() string {
	word := func() string { return quoted(pick(d, "a", "ab", "abc", "b", "A", "a*", "*b", "a?c", "", "*")) }
	item := func() string {
		field := pick(d, "F", "F", "F", "G")
		switch mods := pick(d, "", "", "|contains", "|startswith", "|endswith", "|cased", "|contains|all", "|neq", "|exists", "null", "|startswith|cased"); mods {
		case "|exists":
			return fmt.Sprintf("'%s|exists': %v", field, d.odds(2))
		case "null":
			return field + ": null"
		default:
			return fmt.Sprintf("'%s%s': [%s, %s]", field, mods, word(), word())
		}
	}
	selection := func() string {
		if d.odds(3) {
			return "[{" + item() + "}, {" + item() + "}]"
		}
		return "{" + item() + "}"
	}
	return fmt.Sprintf("{a: %s, b: %s, c: %s}", selection(), selection(), selection())
}

// A rule that is said to contradict itself fires on nothing, and explanations
// say of rules and records that nobody wrote what the reference says.
func TestRandomRulesThatContradictThemselvesNeverFire(t *testing.T) {
	t.Parallel()
	var records []*event.Event
	values := []string{"F~absent=", "F~null=", "F=", "F=a", "F=ab", "F=abc", "F=b", "F=A", "F=AB", "F=cab", "F=a;F=b", "F=;F=abc"}
	for _, f := range values {
		for _, g := range values {
			records = append(records, recordOf(f+";"+strings.ReplaceAll(g, "F", "G")))
		}
	}
	d := dice{rand.New(rand.NewPCG(1, 11))}
	var files []sigma.File
	for n := range 1500 {
		condition := pick(d, "a and not b", "a and not b and not c", "a and b and not c", "(a or b) and not c", "a and b", "not (a or b)")
		files = append(files, sigma.File{Name: strconv.Itoa(n), Data: ruleOf(d.closeRule(), condition)})
	}
	all, report := sigma.Load(files, sigma.Options{Lint: true})
	if report.Loaded != len(files) {
		t.Fatal(report.Refused)
	}
	warned, silent := 0, 0
	for n, r := range all.Rules {
		never := slices.ContainsFunc(report.Warnings, func(p sigma.Problem) bool { return p.Code == "never-fires" && p.File == files[n].Name })
		reference, fires := engine.NewReference(&engine.Ruleset{Rules: all.Rules[n : n+1]}), false
		for _, e := range records {
			hits := reference.Match(e, nil)
			fires = fires || len(hits) > 0
			x := engine.Explain(r, e)
			if x.Fires != (len(hits) > 0) || !x.Fires && len(x.Blame) == 0 {
				t.Fatalf("%s on %s: explained as %+v", files[n].Data, e.AppendJSON(nil), x)
			}
			if never && x.Fires {
				t.Fatalf("%s: said never to fire, and fires on %s", files[n].Data, e.AppendJSON(nil))
			}
		}
		if never {
			warned++
		} else if !fires {
			silent++
		}
	}
	t.Logf("%d rules are warned of, %d more fire on none of the records", warned, silent)
	if warned < 100 {
		t.Fatalf("only %d rules are warned of", warned)
	}
}
