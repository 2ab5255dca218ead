package sigma_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"spoor/event"
	"spoor/match"
	"spoor/sigma"
)

// dice draws rules and records that meet often: from few sources, fields and
// words. What it draws depends on its source alone.
type dice struct{ *rand.Rand }

func pick[T any](d dice, list ...T) T { return list[d.IntN(len(list))] }

func (d dice) odds(of int) bool { return d.IntN(of) == 0 }

// source is a log with its route and the fields of its records.
type source struct {
	logsource string
	route     event.Route
	fields    []string
}

func sources() []source {
	windows := func(channel string, id uint32) event.Route {
		return event.Route{Format: "evtx", Channel: channel, Provider: "P", EventID: id}
	}
	return []source{
		{"{category: process_creation, product: windows}", windows("Microsoft-Windows-Sysmon/Operational", 1), []string{"Image", "CommandLine", "User", "ProcessId", "IntegrityLevel"}},
		{"{category: process_creation, product: windows}", windows("Security", 4688), []string{"NewProcessName", "CommandLine", "SubjectUserName", "SubjectDomainName", "TargetUserName", "NewProcessId", "ProcessId", "MandatoryLabel"}},
		{"{category: registry_set, product: windows}", windows("Security", 4657), []string{"ObjectName", "ObjectValueName", "NewValue", "NewValueType", "OperationType"}},
		{"{product: windows, service: security}", windows("Security", 4624), []string{"TargetUserName", "IpAddress", "LogonType", "Data"}},
		{"{product: windows}", windows("Other", 7), []string{"Data", "Data", "Image", "User"}},
		{"{category: webserver}", event.Route{Format: "w3c", Channel: "iis"}, []string{"cs-uri-stem", "cs-uri-query", "sc-status", "cs(User-Agent)", "c-ip"}},
	}
}

// ruleFields are what rules of the sources ask for.
func ruleFields() []string {
	return []string{"Image", "CommandLine", "User", "ProcessId", "IntegrityLevel", "TargetObject", "Details", "TargetUserName", "IpAddress", "LogonType", "Data",
		"EventID", "Channel", "Missing", "cs-uri-query", "c-uri", "sc-status", "cs-user-agent", "c-ip", "OriginalFileName", "Provider_Name"}
}

func (d dice) word() string {
	return pick(d, "a", "cmd", "cmd.exe", `C:\Windows\cmd.exe`, `\cmd.exe`, "-enc", "/enc", " -e x", "powershell", "PowerShell", "Straße", "ÄÖ", "äö", "\u212a", "k",
		"10.0.0.1", "10.1.2.3", "::1", "7", "0x1f4", "500", "1", "4624", "4688", "Security", "", "x*y", `a?\*`, "DWORD (0x00000001)", "%%1876", "%%1904",
		"S-1-16-12288", "High", "NT", `NT\u1`, "u1", "/owa/auth", "x=1", "-", "200", `HKLM\SOFTWARE\x`, `\REGISTRY\MACHINE\SOFTWARE`, "2021-03-02T06:49:43Z", "aaab", "xcmdy", "İ", "ſ", "\xff", "ümlaut")
}

func (d dice) text() string {
	var b strings.Builder
	if d.odds(3) {
		return d.word()
	}
	for range 1 + d.IntN(3) {
		b.WriteString(d.word())
		if d.odds(3) {
			b.WriteString(pick(d, " ", "\\", "*", "?", ""))
		}
	}
	return b.String()
}

func quoted(s string) string {
	return "'" + strings.ReplaceAll(strings.ToValidUTF8(s, "~"), "'", "''") + "'"
}

func (d dice) item() string {
	field := pick(d, ruleFields()...)
	value := func() string {
		if field == "EventID" && !d.odds(3) {
			return pick(d, "1", "7", "4624", "4688")
		}
		switch d.IntN(12) {
		case 0:
			return "null"
		case 1:
			return strconv.Itoa(d.IntN(9))
		}
		return quoted(d.text())
	}
	mods := pick(d, "", "", "", "|contains", "|contains", "|startswith", "|endswith", "|contains|all", "|cased", "|contains|cased", "|windash", "|contains|windash", "|endswith|windash", "|neq", "|re", "|re", "|re|i", "|cidr", "|exists", "|gte", "|lt", "|hour", "|fieldref", "|fieldref|contains", "|base64offset|contains", "|wide|base64offset|contains", "|startswith|cased")
	switch {
	case strings.HasPrefix(mods, "|re"):
		return fmt.Sprintf("'%s%s': %s", field, mods, quoted(d.expression()))
	case mods == "|cidr":
		return fmt.Sprintf("'%s|cidr': %s", field, pick(d, "10.0.0.0/8", "10.0.0.1", "'::1/128'"))
	case mods == "|exists":
		return fmt.Sprintf("'%s|exists': %v", field, d.odds(2))
	case mods == "|gte" || mods == "|lt" || mods == "|hour":
		return fmt.Sprintf("'%s%s': %d", field, mods, pick(d, 1, 6, 7, 500))
	case strings.HasPrefix(mods, "|fieldref"):
		return fmt.Sprintf("'%s%s': %s", field, mods, pick(d, ruleFields()...))
	case mods != "" && mods != "|neq":
		value = func() string { return quoted(d.text()) }
	}
	if n := d.IntN(20); n > 2 || strings.HasSuffix(mods, "all") {
		list := []string{value(), value()}
		for range d.IntN(3) * d.IntN(12) {
			list = append(list, value())
		}
		return fmt.Sprintf("'%s%s': [%s]", field, mods, strings.Join(list, ", "))
	}
	return fmt.Sprintf("'%s%s': %s", field, mods, value())
}

// expression draws a regular expression of all the forms that an automaton has
// to know.
func (d dice) expression() string {
	var b strings.Builder
	for range 1 + d.IntN(4) {
		b.WriteString(pick(d, "cmd", "[a-z]+", `\s`, ".", ".*", "^", "$", `\b`, `\B`, "(?:a|b)", "x{2,3}", `\d{1,3}`, "(?i:straSSe|K)", `\\`, "[^a-z]", "ä", `\w+`, "(cmd|power)shell?", "", `\.exe`, "(?m:^x$)", "s", "(?s:.)", `\A`, `\z`, "[À-ÿ]"))
		b.WriteString(pick(d, "", "", "", "?", "*", "+", "{2}"))
	}
	return b.String()
}

func (d dice) rule(n int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "title: r%d\nid: %d\nlogsource: %s\ndetection:\n", n, n, pick(d, sources()...).logsource)
	for _, name := range []string{"s1", "s2", "f1"} {
		if d.odds(6) {
			fmt.Fprintf(&b, "  %s: [%s, %s]\n", name, quoted(d.text()+"k"), quoted(d.word()+"e"))
			continue
		}
		list := d.odds(4)
		fmt.Fprintf(&b, "  %s:\n", name)
		fields := map[string]bool{}
		for i := range 1 + d.IntN(2) {
			item := d.item()
			key, _, _ := strings.Cut(item, ": ")
			if fields[key] {
				continue
			}
			fields[key] = true
			lead := "    "
			if list && i == 0 || list && d.odds(2) {
				lead = "    - "
			} else if list {
				lead = "      "
			}
			fmt.Fprintf(&b, "%s%s\n", lead, item)
		}
	}
	fmt.Fprintf(&b, "  condition: %s\n", pick(d, "s1", "s1 and s2", "s1 or s2", "s1 and not f1", "not s1", "1 of s*", "all of them", "s1 and not 1 of f*", "not (s1 and s2) and f1", "1 of them", "s1 or not s2 and f1"))
	return b.Bytes()
}

func (d dice) value() event.Value {
	text := d.text()
	switch d.IntN(16) {
	case 0:
		return event.Value{}
	case 1:
		return event.Value{Kind: event.Null}
	case 2:
		return event.UintValue(pick(d, uint64(1), 7, 500, 4624))
	case 3:
		return event.Value{Kind: event.Hex, Bits: uint64(pick(d, 7, 500))}
	case 4:
		return event.Value{Kind: event.FileTime, Bits: 132591269830000000 + uint64(d.IntN(1<<40))}
	case 5:
		return event.Value{Kind: event.List, Elem: event.Wide, Raw: wideOf(text + "\x00" + d.word() + "\x00")}
	case 6:
		return event.Value{Kind: event.List, Elem: event.Wide}
	case 7, 8, 9, 10:
		return event.TextValue([]byte(text))
	}
	return event.Value{Kind: event.Wide, Raw: wideOf(text)}
}

// records draws records of few shapes and many values.
func (d dice) records(n int) []*event.Event {
	type layout struct {
		shape *event.Shape
		route *event.Route
		ids   int
	}
	var layouts []layout
	for _, s := range sources() {
		for range 2 {
			route := s.route
			var fields []event.Field
			ids := 0
			if route.Format == "evtx" {
				fields = append(fields, event.Field{Name: "EventID", Section: event.System}, event.Field{Name: "Channel", Section: event.System})
				ids = 2
			}
			for _, name := range s.fields {
				if !d.odds(6) {
					fields = append(fields, event.Field{Name: name, Section: event.EventData})
				}
			}
			if d.odds(8) {
				fields = append(fields, event.Field{Name: "EventID", Section: event.EventData})
			}
			layouts = append(layouts, layout{event.NewShape(route.Format, fields, false), &route, ids})
		}
	}
	var out []*event.Event
	for range n {
		l := pick(d, layouts...)
		e := &event.Event{Shape: l.shape, Route: l.route}
		for i := range l.shape.Len() {
			switch {
			case i == 0 && l.ids > 0 && d.odds(10):
				e.Values = append(e.Values, event.UintValue(pick(d, uint64(1), 7, 4624, 4688)))
			case i == 0 && l.ids > 0 && !d.odds(20):
				e.Values = append(e.Values, event.UintValue(uint64(l.route.EventID)))
			case i == 1 && l.ids > 0:
				e.Values = append(e.Values, event.TextValue([]byte(l.route.Channel)))
			default:
				e.Values = append(e.Values, d.value())
			}
		}
		out = append(out, e)
	}
	return out
}

// The engine and the reference agree on rules and records that nobody wrote.
// SPOOR_PAIRS is the number of pairs of a rule and a record, 400,000 unless
// told; the full run of docs/sigma.md has 10,000,000.
func TestTheEngineAgreesWithTheReferenceOnRandomRules(t *testing.T) {
	t.Parallel()
	pairs, hits, refused, want := 0, 0, 0, 400_000
	if n, err := strconv.Atoi(os.Getenv("SPOOR_PAIRS")); err == nil {
		want = n
	}
	for seed := uint64(1); pairs < want; seed++ {
		d := dice{rand.New(rand.NewPCG(seed, 7))}
		var files []sigma.File
		for n := range 60 {
			files = append(files, sigma.File{Name: fmt.Sprintf("%d.yml", n), Data: d.rule(n)})
		}
		set, report := sigma.Load(files, sigma.Options{})
		refused += len(report.Refused)
		engine, reference := match.NewProgram(set).NewEngine(), match.NewReference(set)
		var a, b []match.Hit
		for n, e := range d.records(200) {
			pairs += len(set.Rules)
			a, b = engine.Match(e, a[:0]), reference.Match(e, b[:0])
			hits += len(b)
			if x, y := told(a), told(b); !slices.Equal(x, y) || engine.Tried() != reference.Tried() {
				for _, h := range append(slices.Clone(a), b...) {
					if i := slices.Index(x, told([]match.Hit{h})[0]); i < 0 || !slices.Contains(y, x[i]) {
						k, _ := strconv.Atoi(h.Rule.Meta.ID)
						t.Logf("%s", files[k].Data)
					}
				}
				t.Fatalf("seed %d, record %d %s of %v: the engine says %v, the reference %v", seed, n, e.AppendJSON(nil), e.Route, x, y)
			}
		}
	}
	t.Logf("%d pairs, %d hits, %d rules refused", pairs, hits, refused)
	if hits*200 < pairs {
		t.Errorf("only %d hits in %d pairs: the draws do not meet", hits, pairs)
	}
}
