package sigma

import (
	"strings"
	"testing"

	"spoor/event"
	"spoor/internal/engine"
)

func ownRecord(format, channel string, id uint32, fields ...string) *event.Event {
	e := &event.Event{Route: &event.Route{Format: format, Channel: channel, EventID: id}}
	var names []event.Field
	for i := 0; i < len(fields); i += 2 {
		names = append(names, event.Field{Name: fields[i]})
		e.Values = append(e.Values, event.TextValue([]byte(fields[i+1])))
	}
	e.Shape = event.NewShape(format, names, false)
	return e
}

func fires(t *testing.T, opts Options, logsource, detection string, e *event.Event) string {
	t.Helper()
	set, report := Load([]File{{Name: "r", Data: []byte("title: t\nlogsource: {" + logsource + "}\ndetection: {s: " + detection + ", condition: s}\n")}}, opts)
	if len(report.Refused) > 0 {
		return report.Refused[0].Code
	}
	if len(engine.NewProgram(set).NewEngine().Match(e, nil)) > 0 {
		return "fires"
	}
	return "no"
}

func TestARuleIsForTheSourcesThatItsLogsourceCovers(t *testing.T) {
	t.Parallel()
	mine := ownRecord("myapp", "", 0, "cmd", "whoami", "path", "/a", "query", "b=1")
	for _, c := range []struct{ name, source, logsource, detection, want string }{
		{"the product", "{product: myapp}", "product: myapp", "{cmd: whoami}", "fires"},
		{"more than the source states", "{product: myapp}", "product: myapp, service: x", "{cmd: whoami}", "fires"},
		{"less than the source states", "{product: myapp, service: x}", "product: myapp", "{cmd: whoami}", "no-source"},
		{"another product", "{product: myapp}", "product: other", "{cmd: whoami}", "no-source"},
		{"a category of any product", "{category: process_creation}", "product: myapp, category: process_creation", "{cmd: whoami}", "fires"},
		{"beside what is known", "{category: process_creation}", "product: windows, category: process_creation", "{cmd: whoami}", "fires"},
		{"records of the form", "{product: myapp, formats: [myapp]}", "product: myapp", "{cmd: whoami}", "fires"},
		{"records of another form", "{product: myapp, formats: [x]}", "product: myapp", "{cmd: whoami}", "no"},
		{"records of another channel", "{product: myapp, channels: [x]}", "product: myapp", "{cmd: whoami}", "no"},
		{"records of another id", "{product: myapp, ids: [1]}", "product: myapp", "{cmd: whoami}", "no"},
		{"records with a value", "{product: myapp, where: {CMD: x, cmd: WHOAMI}}", "product: myapp", "{cmd: whoami}", "no"},
		{"records with a value in other letters", "{product: myapp, where: {cmd: WHOAMI}}", "product: myapp", "{cmd: whoami}", "fires"},
		{"a name of a field", "{product: myapp, fields: {Image: [x, cmd]}}", "product: myapp", "{Image: whoami}", "fires"},
		{"a name that is mapped is not the record's", "{product: myapp, fields: {cmd: [x]}}", "product: myapp", "{cmd: whoami}", "no"},
		{"two fields joined", "{product: myapp, fields: {uri: ['path?query']}}", "product: myapp", "{uri: '/a?b=1'}", "fires"},
		{"an empty value as the log writes it", "{product: myapp, empty: whoami}", "product: myapp", "{cmd: null}", "fires"},
		{"the option's name of a field", "{product: myapp}", "product: myapp", "{Everywhere: whoami}", "fires"},
		{"the source's name goes before", "{product: myapp, fields: {Everywhere: [x]}}", "product: myapp", "{Everywhere: whoami}", "no"},
	} {
		sources, err := ParseSources([]byte("- " + c.source))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		opts := Options{Sources: sources, Fields: map[string][]string{"Everywhere": {"cmd"}}}
		if got := fires(t, opts, c.logsource, c.detection, mine); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	windows := ownRecord("evtx", "Microsoft-Windows-Sysmon/Operational", 1, "cmd", "whoami", "Image", "x")
	opts := Options{Fields: map[string][]string{"CommandLine": {"cmd"}}, Sources: []Source{{Product: "myapp"}}}
	if got := fires(t, opts, "product: windows, category: process_creation", "{CommandLine: whoami}", windows); got != "fires" {
		t.Errorf("the option's name of a field in a known source: %s", got)
	}
	if got := fires(t, Options{Sources: []Source{{Formats: []string{"x"}}}}, "product: myapp", "{a: b}", mine); got != "log-sources" {
		t.Errorf("a source that would be for every rule: %s", got)
	}
}

func TestSourcesThatAreNotUnderstoodAreRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"- {product: a, colour: b}":                                          "colour",
		"product: a":                                                         "",
		"- {formats: [a]}":                                                   "states no product",
		"- &a {product: a, where: *a}":                                       "",
		strings.Repeat("- {product: a}\n", maxSources+1):                     "more than",
		"- {product: a}\n" + strings.Repeat("# \n", 1<<19):                   "larger than",
		"- {product: " + strings.Repeat("[", 200) + strings.Repeat("]", 200): "",
	} {
		if _, err := ParseSources([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v, want %q", text, err, want)
		}
	}
	if list, err := ParseSources(nil); err != nil || len(list) != 0 {
		t.Errorf("no sources: %v, %v", list, err)
	}
}
