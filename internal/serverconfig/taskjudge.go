package serverconfig

import (
	"encoding/base64"
	"path"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"

	"spoor/internal/finding"
)

// taskFact is one thing that a task of a product does not do. The facts
// follow public reports of what was planted on Exchange servers; each is
// about form, none about a name that an intruder may choose.
type taskFact struct {
	rule, says string
	weight     Weight
	holds      func(t *taskView) bool
}

// taskView is one action of a task in forms that are easy to test.
type taskView struct {
	program string // the command in known's form
	base    string // its last component without ending
	line    string // command and arguments, lower case, carets removed
	decoded string // what encoded PowerShell says, lower case
	hidden  string // the encoded text, for people
}

// taskFacts lists the facts, the gravest first. Sources: Microsoft on what
// followed the Exchange attacks of 2021, among it LemonDuck's tasks
// (https://www.microsoft.com/en-us/security/blog/2021/03/25/analyzing-attacks-taking-advantage-of-the-exchange-server-vulnerabilities/
// and https://www.microsoft.com/en-us/security/blog/2021/07/29/when-coin-miners-evolve-part-2-hunting-down-lemonduck-and-lemoncat-attacks/),
// ATT&CK T1053.005, T1059.001, T1218.005 and T1218.010.
func taskFacts() [8]taskFact {
	return [8]taskFact{
		{"task-encoded-download", "it runs encoded PowerShell that fetches and runs code", Grave, func(t *taskView) bool {
			return t.decoded != "" && (fetches(t.decoded) && runs(t.decoded) || unpacks(t.decoded))
		}},
		{"task-download", "it fetches code from the network and runs it", Grave, func(t *taskView) bool { return shell(t.base) && fetches(t.line) && runs(t.line) }},
		{"task-script-host", "a host of scripts is given an address of the network or a script in its arguments", Grave, scriptHost},
		{"task-unpacks", "it runs code that is packed in its arguments", Grave, func(t *taskView) bool { return shell(t.base) && unpacks(t.line) }},
		{"task-open-place", "it runs a program from a place where everybody may write and no product keeps one", Grave, func(t *taskView) bool {
			return t.from(func(p string) bool { return openPlace(p) != "" || shallow(p) })
		}},
		{"task-served-place", "it runs a program from where pages are served", Grave, func(t *taskView) bool { return webServed(t.program) && !strings.Contains(t.program, "/bin/") }},
		{"task-home-place", "it runs a program from a user's folder or one for temporary files", Review, func(t *taskView) bool {
			return t.from(func(p string) bool { return homePlace(p) != "" && !strings.Contains(p, "/appdata/") })
		}},
		{"task-encoded", "it runs encoded PowerShell", Review, func(t *taskView) bool { return t.hidden != "" }},
	}
}

func (j *judge) tasks() {
	facts := taskFacts()
	for _, t := range j.c.Tasks {
		note, found := Note{}, false
		for i := range t.Actions {
			v := view(t.Actions[i])
			for _, f := range facts {
				if !f.holds(v) || found && note.Weight >= f.weight {
					continue
				}
				found = true
				note = Note{Place: t.Place, Rule: f.rule, Weight: f.weight, Title: "Scheduled task of a form that no product has", Step: finding.StepScheduledTask, Technique: "T1053.005"}
				if f.weight < Grave {
					note.Title = "Scheduled task that a person should look at"
				}
				note.Why = j.name(t) + " runs " + shortened(strings.TrimSpace(t.Actions[i].Command+" "+t.Actions[i].Arguments)) + ": " + f.says
				note.Fields = map[string]string{"Command": t.Actions[i].Command, "Arguments": t.Actions[i].Arguments, "Decoded": v.hidden}
			}
		}
		if !found {
			continue
		}
		if j.template() && note.Weight == Grave {
			note.Weight = Review
			note.Why += "; the file does not lie among the tasks of Windows, so it may not be registered"
		}
		if t.Disabled {
			note.Why += "; it is switched off"
		}
		note.Time, note.ZoneLost = registered(t.Date)
		f := note.Fields
		j.add(note, "TaskName", j.name(t), "Author", t.Author, "UserId", t.User, "Date", t.Date, "Command", f["Command"], "Arguments", f["Arguments"], "Decoded", f["Decoded"], "Hidden", yes(t.Hidden))
	}
}

func yes(b bool) string {
	if b {
		return "true"
	}
	return ""
}

// name is that of the task, which is the file's where it states none.
func (j *judge) name(t *Task) string {
	if t.URI != "" {
		return "the task " + t.URI
	}
	if _, after, ok := strings.Cut(j.file, "/system32/tasks/"); ok {
		return `the task \` + strings.ReplaceAll(after, "/", `\`)
	}
	return "the task in " + path.Base(j.file)
}

// template reports a definition that lies somewhere else than the tasks that
// Windows runs, where the path on the server is known.
func (j *judge) template() bool {
	full := inPrograms(j.file) || under(j.file, "windows") || under(j.file, "users") || under(j.file, "programdata")
	return full && !strings.Contains(j.file, "/system32/tasks/") && !strings.Contains(j.file, "/syswow64/tasks/") && !strings.Contains(j.file, "/system32/tasks_migrated/")
}

const maxShown = 300

func shortened(s string) string {
	if len(s) <= maxShown {
		return s
	}
	cut := maxShown
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "..."
}

func view(a Action) *taskView {
	command := strings.TrimSpace(a.Command)
	t := &taskView{program: known(command), line: strings.ToLower(strings.ReplaceAll(command+" "+a.Arguments, "^", ""))}
	t.base = strings.TrimSuffix(path.Base(t.program), ".exe")
	t.hidden = encoded(a.Arguments)
	if t.hidden == "" {
		t.hidden = encoded(command)
	}
	if t.base == "cmd" && t.hidden == "" {
		t.hidden = encoded(t.line)
	}
	t.decoded = strings.ToLower(t.hidden)
	return t
}

// shell reports a program that runs what its arguments say.
func shell(base string) bool {
	switch base {
	case "cmd", "powershell", "pwsh", "powershell_ise", "wscript", "cscript", "mshta", "regsvr32", "rundll32", "certutil", "bitsadmin", "msiexec", "wmic", "installutil", "msbuild":
		return true
	}
	return false
}

func fetches(s string) bool {
	if !strings.Contains(s, "http") && !strings.Contains(s, "ftp:") && !strings.Contains(s, "webclient") && !strings.Contains(s, "xmlhttp") {
		return false
	}
	for _, word := range [...]string{"downloadstring", "downloaddata", "downloadfile", "openread", "invoke-webrequest", "invoke-restmethod", "iwr ", "irm ", "wget ", "curl ", "start-bitstransfer", "urlcache", "bitsadmin", "xmlhttp", "webclient"} {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}

// runs reports that what was fetched is run in the same breath.
func runs(s string) bool {
	for _, word := range [...]string{"iex", "invoke-expression", "i`ex", "[scriptblock]", "reflection.assembly", "::load(", "start-process", "& cmd", "&&cmd"} {
		if at := strings.Index(s, word); at >= 0 {
			if word != "iex" || bounded(s, at, len(word)) {
				return true
			}
		}
	}
	return strings.Contains(s, "downloadfile") && strings.Contains(s, ".exe") && (strings.Contains(s, ";") || strings.Contains(s, "&"))
}

func bounded(s string, at, n int) bool {
	letter := func(i int) bool { return i >= 0 && i < len(s) && s[i] >= 'a' && s[i] <= 'z' }
	return !letter(at-1) && !letter(at+n)
}

// unpacks reports code that is decoded or decompressed and run.
func unpacks(s string) bool {
	return (strings.Contains(s, "frombase64string") || strings.Contains(s, "gzipstream") || strings.Contains(s, "deflatestream")) && runs(s)
}

// scriptHost knows the programs of Windows that run a script they are told
// of in an address.
func scriptHost(t *taskView) bool {
	web := strings.Contains(t.line, "http://") || strings.Contains(t.line, "https://")
	switch t.base {
	case "mshta":
		return web || strings.Contains(t.line, "javascript:") || strings.Contains(t.line, "vbscript:")
	case "regsvr32":
		return web || strings.Contains(t.line, "scrobj.dll")
	case "rundll32":
		return web && strings.Contains(t.line, "javascript:") || strings.Contains(t.line, "javascript:") || strings.Contains(t.line, "comsvcs.dll")
	case "wscript", "cscript", "msiexec":
		return web
	}
	return false
}

// from reports that the program, or a script that a shell is given, lies in
// such a place.
func (t *taskView) from(place func(p string) bool) bool {
	if place(t.program) {
		return true
	}
	if !shell(t.base) {
		return false
	}
	for _, p := range scriptPaths().FindAllString(t.line, 16) {
		if place(known(p)) {
			return true
		}
	}
	return false
}

// scriptPaths finds paths of programs and scripts in a command line in lower
// case. Other files are not meant: many tasks write their log to such places.
func scriptPaths() *regexp.Regexp {
	return regexp.MustCompile(`(?:[a-z]:|%[a-z()0-9]+%)[\\/][^"'<>|:*?]+?\.(?:ps1|psm1|bat|cmd|vbs|vbe|js|jse|wsf|hta|exe|dll|scr|com|sct)\b`)
}

// encoded returns what PowerShell is told in base64 (-EncodedCommand and its
// short forms), "" for nothing.
func encoded(args string) string {
	m := encodedArgument().FindStringSubmatch(args)
	if m == nil {
		return ""
	}
	text := strings.TrimRight(m[1], "=")
	raw, err := base64.RawStdEncoding.DecodeString(text[:len(text)&^3])
	if err != nil || len(raw) < 8 {
		return ""
	}
	out, err := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder().Bytes(raw)
	if err != nil {
		return ""
	}
	return string(out)
}

func encodedArgument() *regexp.Regexp {
	return regexp.MustCompile(`(?i)[-/–](?:e|en|enc|enco|encod|encode|encoded|encodedc|encodedco|encodedcom|encodedcomm|encodedcomma|encodedcomman|encodedcommand|ec)\s+["']?([A-Za-z0-9+/]{16,}={0,2})`)
}

// registered reads the date of a task: a zone may be missing, and is then the
// server's own.
func registered(s string) (t time.Time, zoneLost bool) {
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t.UTC(), false
	}
	if t, err := time.Parse("2006-01-02T15:04:05.999999999", s); err == nil {
		return t, true
	}
	return time.Time{}, false
}
