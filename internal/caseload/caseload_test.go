package caseload

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"spoor/internal/storyline"
)

// verdict is a verdict.json of spoor assess with one host for each values.
func verdict(t testing.TB, hosts ...*storyline.Host) []byte {
	t.Helper()
	v := storyline.Verdict{Schema: storyline.Schema, Hosts: hosts, Evidence: storyline.Evidence{NotWhole: []storyline.NotWhole{{Path: `a"b\c`, Reason: "ü\u2028"}}}}
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func server(name string, values storyline.Values) *storyline.Host {
	return &storyline.Host{Host: name, Aliases: []string{}, Verdict: storyline.IsCompromised, FirstAttempt: "2021-03-03T02:14:07Z", FirstSuccess: "2021-03-03T02:14:08.935Z", Last: "2021-03-03T03:00:00Z",
		Chains: []*storyline.ChainResult{
			{ID: "webshell", Grade: storyline.Compromised, FirstAttempt: "2021-03-03T02:14:05Z", FirstSuccess: "2021-03-03T02:14:05Z"},
			{ID: "proxylogon", Grade: storyline.Compromised, FirstAttempt: "2021-03-03T02:14:07Z", FirstSuccess: "2021-03-03T02:14:08.935Z"}},
		Values: values}
}

// put writes a case folder.
func put(t testing.TB, dir, name string, data []byte) {
	t.Helper()
	folder := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(filepath.Join(folder, "spoor-case.json"), []byte("{}"), 0o600), os.WriteFile(filepath.Join(folder, "verdict.json"), data, 0o600)); err != nil {
		t.Fatal(err)
	}
}

func load(t testing.TB, dir string) *Comparison {
	t.Helper()
	c, err := Load(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWhatVictimsShareAndHowRareItIs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, dir, "north/a", verdict(t, server("mail01.a.example", storyline.Values{
		Addresses: []string{"203.0.113.7", "10.0.0.1", "198.51.100.1"}, ShellKeys: []string{"q7Lw2vTz", "cmd"}, Files: []string{strings.Repeat("AB", 32)}, Accounts: []string{`A\sqlbackup`, `A\Administrator`}, UserAgents: []string{"python-requests/2.25.1"}})))
	put(t, dir, "north/b", verdict(t, server("mail01.b.example", storyline.Values{
		Addresses: []string{"203.0.113.7:51234", "10.0.0.1", "198.51.100.1"}, ShellKeys: []string{"q7Lw2vTz", "cmd"}, Files: []string{strings.Repeat("ab", 32)}, Accounts: []string{"SQLBackup@b.example", "administrator"}, UserAgents: []string{"python-requests/2.25.1", "AMProbe/Local/ClientAccess"}}),
		server("mail02.b.example", storyline.Values{ShellKeys: []string{"q7Lw2vTz"}, UserAgents: []string{"AMProbe/Local/ClientAccess"}})))
	put(t, dir, "c", verdict(t, server("ex.c.example", storyline.Values{Addresses: []string{"198.51.100.1", "192.0.2.99"}, UserAgents: []string{"AMProbe/Local/ClientAccess"}})))
	got := load(t, dir)
	if got.Cases != 3 || len(got.Rows) != 4 || got.UnreadCases != 0 || len(got.Same) != 0 {
		t.Fatalf("%d cases, %d rows, %d unread, same %+v", got.Cases, len(got.Rows), got.UnreadCases, got.Same)
	}
	want := []Value{
		{"shell_key", "q7Lw2vTz", 2, 3, 2, 3, "", []string{"north/a", "north/b"}},
		{"shell_key", "cmd", 2, 2, 2, 3, CommonName, []string{"north/a", "north/b"}},
		{"file", strings.Repeat("ab", 32), 2, 2, 2, 3, "", []string{"north/a", "north/b"}},
		{"account", "sqlbackup", 2, 2, 2, 3, "", []string{"north/a", "north/b"}},
		{"account", "administrator", 2, 2, 2, 3, CommonAccount, []string{"north/a", "north/b"}},
		{"address", "203.0.113.7", 2, 2, 2, 3, "", []string{"north/a", "north/b"}},
		{"address", "198.51.100.1", 3, 3, 3, 3, "", []string{"c", "north/a", "north/b"}},
		{"address", "10.0.0.1", 2, 2, 2, 3, CommonInside, []string{"north/a", "north/b"}},
		{"user_agent", "python-requests/2.25.1", 2, 2, 2, 3, "", []string{"north/a", "north/b"}},
		{"user_agent", "AMProbe/Local/ClientAccess", 2, 3, 2, 3, CommonMonitoring, []string{"c", "north/b"}},
	}
	if !reflect.DeepEqual(got.Shared, want) {
		t.Errorf("shared:\n%+v\nwant:\n%+v", got.Shared, want)
	}
	if r := got.Rows[0]; r.Door != "proxylogon" || r.FirstSuccess != "2021-03-03T02:14:08.935Z" || r.Case != "c" {
		t.Errorf("the first row is %+v; a named door goes before its web shell", r)
	}
}

// A victim is the owner of a domain. Who has two cases shares nothing with
// himself, and a server without a full name may be the one that has it.
func TestOneVictimSharesNothingWithItself(t *testing.T) {
	t.Parallel()
	key := storyline.Values{ShellKeys: []string{"q7Lw2vTz"}}
	for name, c := range map[string]struct {
		hosts   []string
		victims int
	}{
		"the same host twice":              {[]string{"mail01.a.example", "MAIL01.a.example"}, 1},
		"two hosts of one domain":          {[]string{"mail01.a.example", "mail02.A.example"}, 1},
		"two domains, one short name":      {[]string{"mail01.a.example", "mail01.b.example"}, 2},
		"the same short name":              {[]string{"EX01", "ex01"}, 1},
		"two short names":                  {[]string{"EX01", "EX02"}, 2},
		"a short name that a full one has": {[]string{"EX01", "ex01.a.example"}, 1},
		"another short name":               {[]string{"EX02", "ex01.a.example"}, 2},
		"one short name, two full ones":    {[]string{"EX01", "ex01.a.example", "ex01.b.example"}, 2},
		"unnamed hosts":                    {[]string{"unnamed host in logs", "unnamed host in logs"}, 2},
		"addresses as names":               {[]string{"192.0.2.1", "192.0.2.1"}, 1},
	} {
		dir := t.TempDir()
		for i, host := range c.hosts {
			put(t, dir, fmt.Sprint("case", i), verdict(t, server(host, key)))
		}
		got := load(t, dir)
		list := got.Shared
		if c.victims < 2 {
			list = got.Same
		}
		if len(got.Shared)+len(got.Same) != 1 || len(list) != 1 || list[0].Victims != c.victims || list[0].Cases != len(c.hosts) {
			t.Errorf("%s: shared %+v, same %+v", name, got.Shared, got.Same)
		}
	}
}

func TestTheOrderInWhichCasesAreWrittenDoesNotMatter(t *testing.T) {
	t.Parallel()
	one, two := t.TempDir(), t.TempDir()
	for i := range 60 {
		for dir, n := range map[string]int{one: i, two: (i*37 + 11) % 60} {
			h := server(fmt.Sprintf("mail.t%d.example", n/2), storyline.Values{Addresses: []string{fmt.Sprint("198.51.100.", n%7), fmt.Sprint("203.0.113.", n%5)}, ShellKeys: []string{fmt.Sprint("key", n%9)}})
			if n%3 == 0 {
				h.Verdict, h.FirstSuccess = storyline.IsAttempted, ""
			}
			put(t, dir, fmt.Sprint("c", n), verdict(t, h, server("mail.t1.example", h.Values)))
		}
	}
	a, b := load(t, one), load(t, two)
	if !reflect.DeepEqual(a, b) || a.Cases != 60 || len(a.Shared) == 0 {
		t.Error("the answers differ")
	}
	if !slices.IsSortedFunc(a.Rows, func(x, y Row) int { return rank(x.Verdict) - rank(y.Verdict) }) {
		t.Error("the worst do not come first")
	}
}

func TestACaseThatCannotBeReadIsNamedAndTheRestIsRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good := verdict(t, server("mail.good.example", storyline.Values{}))
	put(t, dir, "good", good)
	hosts := func(text string) []byte { return []byte(`{"schema":"spoor.verdict/1","hosts":[` + text + `]}`) }
	codes := map[string]string{}
	bad := func(name, code string, data []byte) {
		put(t, dir, name, data)
		codes[name] = code
	}
	bad("cut", "damaged", good[:len(good)-3])
	bad("more", "damaged", append(slices.Clone(good), "{}"...))
	bad("nul", "damaged", append(slices.Clone(good), 0))
	bad("empty", "damaged", nil)
	bad("text", "damaged", []byte("COMPROMISED"))
	bad("no-hosts", "damaged", []byte(`{"schema":"spoor.verdict/1"}`))
	bad("no-schema", "schema", []byte(`{"hosts":[]}`))
	bad("next-schema", "schema", []byte(`{"schema":"spoor.verdict/2","hosts":[]}`))
	bad("word", "damaged", hosts(`{"host":"a","verdict":"clean"}`))
	bad("outcome", "damaged", hosts(`{"host":"a","verdict":"attempted","outcome":"\u001b[2J"}`))
	bad("time", "damaged", hosts(`{"host":"a","verdict":"attempted","first_success":"yesterday"}`))
	bad("nameless", "damaged", hosts(`{"verdict":"attempted"}`))
	bad("long-name", "damaged", hosts(`{"host":"`+strings.Repeat("x", 100_000)+`","verdict":"attempted"}`))
	bad("deep", "damaged", []byte(`{"schema":"spoor.verdict/1","x":`+strings.Repeat("[", 1_000_000)))
	bad("brackets", "damaged", []byte(`{"schema":"spoor.verdict/1","x":[1}],"hosts":[]}`))
	for name, code := range map[string]string{"unfinished": "unfinished", "link": "link", "folder": "unreadable"} {
		put(t, dir, name, good)
		file := filepath.Join(dir, name, "verdict.json")
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		codes[name] = code
		switch name {
		case "link":
			if err := os.Symlink(filepath.Join(dir, "good", "verdict.json"), file); err != nil {
				t.Skip("no links here:", err)
			}
		case "folder":
			if err := os.Mkdir(file, 0o700); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.Symlink("/", filepath.Join(dir, "loop")); err != nil {
		t.Skip("no links here:", err)
	}
	got := load(t, dir)
	if got.Cases != 1 || len(got.Rows) != 1 || got.UnreadCases != len(codes) || got.Links != 1 {
		t.Errorf("%d cases, %d rows, %d unread, %d links", got.Cases, len(got.Rows), got.UnreadCases, got.Links)
	}
	for _, u := range got.Unread {
		if codes[u.Case] != u.Code || u.Reason == "" {
			t.Errorf("%s: %s (%s), want %s", u.Case, u.Code, u.Reason, codes[u.Case])
		}
	}
}

func TestWhatIsBeyondTheBoundsIsCounted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	list := make([]string, 100)
	for i := range list {
		list[i] = fmt.Sprint("203.0.113.", i)
	}
	h := server("mail.a.example", storyline.Values{Addresses: list, UserAgents: []string{strings.Repeat("u", 5000), strings.Repeat("v", 600), "kept"}, LeftOut: 9})
	put(t, dir, "a", verdict(t, h))
	put(t, dir, "old", []byte(`{"schema":"spoor.verdict/1","hosts":[{"host":"b","verdict":"cannot-tell"}]}`))
	var many strings.Builder
	for i := range maxHosts + 5 {
		fmt.Fprintf(&many, `,{"host":"h%d","verdict":"cannot-tell","values":{}}`, i)
	}
	put(t, dir, "z", []byte(`{"schema":"spoor.verdict/1","hosts":[`+many.String()[1:]+`]}`))
	got := load(t, dir)
	if got.LeftOut.Values != 36+2+9 || got.LeftOut.Hosts != 5 || got.Old != 1 || len(got.Rows) != 2+maxHosts {
		t.Errorf("left out %+v, old %d, rows %d", got.LeftOut, got.Old, len(got.Rows))
	}
	x := newIndex()
	for i := range maxDistinct + 3 {
		x.add(address, fmt.Sprint(i), 0)
	}
	x.add(address, "1", 1)
	if len(x.list) != maxDistinct || x.leftOut != 3 || len(x.list[1].more) != 1 {
		t.Errorf("%d values, %d left out; known ones still count: %v", len(x.list), x.leftOut, x.list[1])
	}
}

func TestValuesThatMeanNothingAreMarked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind  int
		value string
		why   string
	}{
		{address, "127.0.0.1", CommonInside}, {address, "::1", CommonInside}, {address, "192.168.1.5:443", CommonInside}, {address, "fe80::1%12", CommonInside}, {address, "::ffff:10.1.2.3", CommonInside}, {address, "100.64.3.4", CommonInside}, {address, "fd00::1", CommonInside},
		{address, "100.128.3.4", ""}, {address, "203.0.113.7", ""}, {address, "2001:db8::1", ""}, {address, "evil.example", ""},
		{account, `NT AUTHORITY\SYSTEM`, CommonAccount}, {account, "HealthMailbox0659e34@a.example", CommonAccount}, {account, `CORP\Administrator`, CommonAccount}, {account, "S-1-5-18", CommonAccount}, {account, `IIS APPPOOL\DefaultAppPool`, CommonAccount},
		{account, `CORP\sqlbackup`, ""}, {account, `CORP\administrator2`, ""},
		{userAgent, "Mozilla/4.0 (compatible; MSIE 9.0; Windows NT 6.1; MSEXCHMON; ACTIVEMONITORING; OWACTP)", CommonMonitoring}, {userAgent, "Microsoft WinRM Client", CommonMonitoring}, {userAgent, "python-requests/2.25.1", ""},
		{shellKey, "cmd", CommonName}, {shellKey, "Pass", CommonName}, {shellKey, "p", CommonName}, {shellKey, "klk123456", ""},
		{file, strings.ToUpper("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), CommonEmpty},
	} {
		if got := common(c.kind, compared(c.kind, c.value)); got != c.why {
			t.Errorf("%s %s is %q, want %q", kindName(c.kind), c.value, got, c.why)
		}
	}
}

func TestReadingDoesNotDependOnHowBytesArrive(t *testing.T) {
	t.Parallel()
	data := verdict(t, server("mail.\u00fc\u2028\"\\.example", storyline.Values{Addresses: []string{"203.0.113.7"}, UserAgents: []string{"\U0001F600 \\ \" \u0001"}}))
	want, err := readVerdict(newScanner(), bytes.NewReader(data))
	if err != nil || want.hosts[0].name != "mail.\u00fc\u2028\"\\.example" || want.hosts[0].values[userAgent][0] != "\U0001F600 \\ \" \u0001" {
		t.Fatalf("%+v, %v", want, err)
	}
	s := newScanner()
	for name, r := range map[string]io.Reader{"bytes": iotest.OneByteReader(bytes.NewReader(data)), "halves": iotest.HalfReader(bytes.NewReader(data)), "end": iotest.DataErrReader(bytes.NewReader(data))} {
		if got, err := readVerdict(s, r); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if _, err := readVerdict(s, iotest.TimeoutReader(iotest.OneByteReader(bytes.NewReader(data)))); !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("an error of the disk is told as %v", err)
	}
}

// FuzzRead holds the scanner to encoding/json: whatever is JSON is passed
// over, and hosts are read alike.
func FuzzRead(f *testing.F) {
	f.Add(verdict(f, server("mail.a.example", storyline.Values{Addresses: []string{"203.0.113.7"}})))
	f.Add([]byte(`{"schema":"spoor.verdict/1","x":[1e5,null,{"a":"\ud83d\ude00\\"}],"hosts":[{"host":"\u0061","verdict":"cannot-tell","aliases":null}]}`))
	f.Add([]byte(`[[[]],"]",{"}":0}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := newScanner()
		s.reset(bytes.NewReader(data), 1<<20)
		err := s.skip()
		if err == nil {
			err = s.finish()
		}
		if json.Valid(data) && err != nil && bytes.Count(data, []byte("["))+bytes.Count(data, []byte("{")) < maxNested {
			t.Fatalf("valid JSON is refused: %v", err)
		}
		got, err := readVerdict(s, iotest.OneByteReader(bytes.NewReader(data)))
		if err != nil || !json.Valid(data) {
			return
		}
		var want struct {
			Hosts []struct {
				Host string `json:"host"`
			} `json:"hosts"`
		}
		if json.Unmarshal(data, &want) != nil || len(want.Hosts) != len(got.hosts)+got.hostsBeyond {
			return // a key twice, or in another case: encoding/json merges them
		}
		for i, h := range got.hosts {
			if strings.ToValidUTF8(h.name, "\ufffd") != want.Hosts[i].Host && !bytes.Contains(bytes.ToLower(data), []byte(`\u`)) && bytes.Count(bytes.ToLower(data), []byte("host")) == 2 {
				t.Fatalf("host %q, want %q", h.name, want.Hosts[i].Host)
			}
		}
	})
}

// BenchmarkScan compares reading what is wanted with decoding the same.
func BenchmarkScan(b *testing.B) {
	h := server("mail.a.example", storyline.Values{Addresses: []string{"203.0.113.7"}})
	for i := range 60 {
		h.Story = append(h.Story, &storyline.Entry{Time: "2021-03-03T02:14:07Z", Says: "asked the server to call its own back end (the bypass)", Proof: []storyline.Proven{{Path: fmt.Sprint("evidence/HttpProxy_", i, ".LOG"), Offset: 4000}}})
	}
	data := verdict(b, h)
	b.Run("scanner", func(b *testing.B) {
		s := newScanner()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if _, err := readVerdict(s, bytes.NewReader(data)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			var v struct {
				Hosts []struct {
					Host   string           `json:"host"`
					Values storyline.Values `json:"values"`
				} `json:"hosts"`
			}
			if err := json.NewDecoder(bytes.NewReader(data)).Decode(&v); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkLoad reads 500 case folders.
func BenchmarkLoad(b *testing.B) {
	dir := b.TempDir()
	for i := range 500 {
		put(b, dir, fmt.Sprint("c", i), verdict(b, server(fmt.Sprintf("mail.t%d.example", i), storyline.Values{Addresses: []string{fmt.Sprint("203.0.113.", i%200)}, ShellKeys: []string{fmt.Sprint("key", i%50)}})))
	}
	b.ReportAllocs()
	for b.Loop() {
		if c := load(b, dir); c.Cases != 500 {
			b.Fatal(c.Cases)
		}
	}
}
