package share

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"
)

// learnt returns a copy that read lines of findings with these events.
func learnt(t testing.TB, key Key, events ...map[string]string) *Copy {
	t.Helper()
	c, err := New(key, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		data, err := json.Marshal(map[string]any{"rule": map[string]string{"kind": "sigma"}, "host": "SRV-FIN-07.kanzlei-mueller.de", "event": e})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Finding(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Ready(); err != nil {
		t.Fatal(err)
	}
	return c
}

// office is what the tests' case says about its owner.
func office() map[string]string {
	return map[string]string{
		"SubjectUserName": "hans.mueller", "SubjectDomainName": "KANZLEIMUE", "SubjectUserSid": "S-1-5-21-111111111-222222222-333333333-1105",
		"s-ip": "198.51.100.20", "Mailbox": "Petra Vogelsang", "Subject": "Erbsache Vogelsang", "Workstation": "NB-HANS",
	}
}

func wide(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func escaped(s, form string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, form, s[i])
	}
	return b.String()
}

// disguises are ways in which a name stands in a text.
func disguises(name string) map[string]string {
	return map[string]string{
		"plain":            name,
		"capitals":         strings.ToUpper(name),
		"in a path":        `D:\Akten\` + name + `\x.txt`,
		"in a share":       `\\` + name + `\c$\x`,
		"in a profile":     `C:\Users\` + name + `\AppData\Local\Temp\x.exe`,
		"in a query":       "/ecp/x.js?a=1&user=" + name + "&b=2",
		"percent":          "/owa/" + url.PathEscape(name),
		"every letter":     "/owa/" + escaped(name, "%%%02x"),
		"percent twice":    "/owa/" + escaped(name, "%%25%02X"),
		"percent and u":    escaped(name, "%%u00%02x"),
		"JSON escapes":     escaped(name, `\u00%02x`),
		"script escapes":   escaped(name, `\x%02x`),
		"XML numbers":      escaped(name, "&#%d;"),
		"XML hex":          escaped(name, "&#x%x;"),
		"quoted printable": escaped(name, "=%02X"),
		"base64":           "token=" + base64.StdEncoding.EncodeToString([]byte("user "+name+" at home")),
		"base64 URL":       "X-Rps-CAT=" + base64.RawURLEncoding.EncodeToString([]byte("V\x01\x00T\x07WindowsC\x00A\x08KerberosL\x15"+name+"U,S-1-5-21")),
		"PowerShell":       "powershell -enc " + base64.StdEncoding.EncodeToString([]byte(wide("net use \\\\"+name+"\\c$"))),
		"base64 of base64": base64.StdEncoding.EncodeToString([]byte("x " + base64.StdEncoding.EncodeToString([]byte("name "+name)))),
		"hex":              "0x" + fmt.Sprintf("%x", name),
		"hex of UTF-16":    fmt.Sprintf("%x", wide(name)),
		"UTF-16 bytes":     wide(name),
		"spaced":           strings.Join(strings.Split(name, ""), " "),
		"XML":              "<Data Name='x'>" + name + "</Data>",
		"JSON in a string": `{"user":"` + name + `","dir":"C:\\Users\\` + name + `"}`,
		"an account":       `net user ` + name + ` Sommer2021! /add /domain`,
		"an address":       "mailto:" + name + "@partner.example.com",
		"a name of CN":     "CN=" + name + ",OU=Users,DC=kanzlei-mueller,DC=de",
	}
}

// opened is a text with its disguises undone, as a curious reader would.
func opened(s string) string {
	all := s
	for range 4 {
		text, _ := decoded(s)
		if text == s {
			break
		}
		all, s = all+"\n"+text, text
	}
	for _, part := range strings.FieldsFunc(s, func(r rune) bool {
		return r >= 0x80 || !alnum(r) && !strings.ContainsRune("+/-_", r)
	}) {
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if data, err := enc.DecodeString(part); err == nil && len(part) > 7 {
				inside := string(data)
				all += "\n" + inside + "\n" + strings.ReplaceAll(inside, "\x00", "")
				if len(inside) < len(s) {
					all += "\n" + opened(inside)
				}
			}
		}
		var data []byte
		if _, err := fmt.Sscanf(strings.TrimPrefix(part, "0x"), "%x", &data); err == nil {
			all += "\n" + string(data) + "\n" + strings.ReplaceAll(string(data), "\x00", "")
		}
	}
	return all + "\n" + strings.ReplaceAll(s, "\x00", "") + "\n" + strings.ReplaceAll(s, " ", "")
}

func leaks(out string, names ...string) string {
	all := fold(opened(out))
	for _, n := range names {
		if strings.Contains(all, fold(n)) {
			return n
		}
	}
	return ""
}

func TestNoNameSurvivesInAnyDisguise(t *testing.T) {
	t.Parallel()
	c := learnt(t, Key{1}, office())
	for _, name := range []string{"hans.mueller", "SRV-FIN-07", "kanzlei-mueller.de", "KANZLEIMUE", "NB-HANS", "vogelsang", "mueller", // learned
		"jsmith", "ottokar", "Tiefbauamt", "AKTENARCHIV2", "zugspitze.intern"} { // never seen before
		for how, text := range disguises(name) {
			if out := c.strict(text); leaks(out, name) != "" {
				t.Errorf("%s, %s: %q became %q", name, how, text, out)
			}
		}
	}
}

func TestTheInsideIsReplaced(t *testing.T) {
	t.Parallel()
	c := learnt(t, Key{1}, office())
	for _, text := range []string{
		"srv-fin-07", "SRV-FIN-07.KANZLEI-MUELLER.DE", "https://srv-fin-07/owa", "https://mail.kanzlei-mueller.de/owa/", "ServerInfo~a]@srv-fin-07.kanzlei-mueller.de:444/mapi/?#",
		"198.51.100.20", "http://198.51.100.20/x", "198-51-100-20", "10.1.2.3", `\\10.1.2.3\c$`, "fe80::1234:5678:9abc:def0%12", "fd00::17", "172.16.9.1:444", "mueller, hans", "Mueller Hans",
		"S-1-5-21-111111111-222222222-333333333-500", "S-1-5-21-111111111-222222222-333333333", "00-1A-2B-3C-4D-5E", "hans.mueller@kanzlei-mueller.de", "smtp:petra.vogelsang@web.de",
		"Erbsache Vogelsang", "x-Erbsache Vogelsang-y", `C:\Users\hmu\Desktop\a.txt`, `C:\Users\hmu.KANZLEIMUE\x`, "net localgroup administrators hmu17 /add", "ask schmidt.pk", "plink -p Sommer1", "plink -pw Sommer", `C:\Program Files\Kanzleisoft\Muellerdoc.exe`, "sekurlsa::pth /user:x /ntlm:0123456789abcdef0123456789abcdef",
		"-hashes aad3b435b51404eeaad3b435b51404ee:0123456789abcdef0123456789abcdef", `<machineKey validationKey="0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF" />`,
		"MailboxGuid~4b53d3f2-3bbe-41c8-b528-44b14fe9f2c2", "password=Geheim1", "cmd /c cmdkey /pass:Sommer",
	} {
		if out := c.strict(text); leaks(out, "srv-fin", "mueller", "198.51.100.20", "198-51-100-20", "10.1.2.3", "5678", "fd00::17", "172.16", "111111111", "1a-2b", "vogelsang", "erbsache", "hmu", "geheim", "sommer", "schmidt", "muellerdoc", "0123456789abcdef", "44b14fe9f2c2") != "" {
			t.Errorf("%q became %q", text, out)
		}
	}
}

func TestIndicatorsAndWordsOfTheTradeStay(t *testing.T) {
	t.Parallel()
	c, err := New(Key{1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	line := `{"host":"SRV-FIN-07","rule":{"kind":"webshell"},"ties":[{"value":"p.estonine.com"}],"event":{"path":"C:\\inetpub\\wwwroot\\aspnet_client\\k3nXq8Zd.aspx","key":"q7Lw2vTz"}}`
	if _, err := c.Finding([]byte(line)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Verdict([]byte(`{"hosts":[{"webshells":[{"path":"/owa/auth/zz9xq.aspx"}]}]}`)); err != nil {
		t.Fatal(err)
	}
	if err := c.Ready(); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"203.0.113.77", "2001:db8::77", "http://203.0.113.77:8080/zzqx/p1.ps1", "https://cdn.evil-zone.top/zzqx.dat", "ping evil-zone.top", "http://p.estonine.com/low?q",
		`C:\inetpub\wwwroot\aspnet_client\k3nXq8Zd.aspx`, "POST /aspnet_client/k3nXq8Zd.aspx answered 200", "/owa/auth/zz9xq.aspx", `Request["q7Lw2vTz"],"unsafe"`,
		`C:\Windows\Temp\zzqx.exe`, `C:\Program Files\Microsoft\Exchange Server\V15\Bin\w3wp.exe`, `C:\Users\Public\zzqx.bat`, `%TEMP%\zzqx.ps1`, "nslookup a.evil-zone.de", "netstat -p tcp", `NT+AUTHORITY\SYSTEM`, "OAB (Default Web Site)", "MD5=0123456789ABCDEF0123456789ABCDEE",
		"863b3c0f9429591a04e3e868afcc175117fda6e6dfe5483e72623ab51e49af3f", "4b53d3f2-3bbe-41c8-b528-44b14fe9f2c2", "0x8020000000000000", "2021-03-03T02:14:08.935Z",
		`cmd /c cd /d "C:\inetpub\wwwroot\aspnet_client"&net group "Domain Admins" /domain&echo [S]&cd&echo [E]`, "vssadmin.exe delete shadows /all /quiet",
		`C:\Windows\System32\inetsrv\w3wp.exe started cmd.exe`, "u_ex210303.log", "HttpProxy_2021030302-1.LOG", `NT AUTHORITY\SYSTEM`, `IIS APPPOOL\DefaultAppPool`, "S-1-5-18", `\\127.0.0.1\c$`,
		"@probe.example/powershell/?X-Rps-CAT=VgEA&Email=autodiscover/autodiscover.json%3F@probe.example", "15.2.792.3", "MSExchange Management", "Microsoft-Windows-Sysmon%4Operational.evtx",
		"powershell -enc " + base64.StdEncoding.EncodeToString([]byte(wide("whoami"))), "evidence.zip!/C/Windows/System32/winevt/Logs/Security.evtx",
	} {
		if out := c.strict(text); out != text {
			t.Errorf("%q became %q", text, out)
		}
	}
	for _, agent := range []string{"python-requests/2.25.1", "antSword/v2.1", "Mozilla/5.0 (Windows NT 10.0) Qwzzy/7"} {
		if out := c.fresh(anAgent, agent); out != agent {
			t.Errorf("the user agent %q became %q", agent, out)
		}
	}
}

func TestValuesThatOverlapLeaveNothing(t *testing.T) {
	t.Parallel()
	c := learnt(t, Key{1}, map[string]string{"User": "hans.mueller"}, map[string]string{"Computer": "mueller-archiv"})
	if out := c.rewrite("x hans.mueller-archiv/1.0", outer, 0); leaks(out, "hans", "mueller", "archiv") != "" {
		t.Errorf("got %q", out)
	}
	if !c.Reveals("case of Hans.Mueller") || c.Reveals("for-the-cert") {
		t.Error("a folder's name is judged wrongly")
	}
}

func TestOnlyTheKeyDecidesThePseudonym(t *testing.T) {
	t.Parallel()
	one, again, other := learnt(t, Key{1}, office()), learnt(t, Key{1}, map[string]string{"Computer": "hans.mueller"}), learnt(t, Key{2}, office())
	if a, b := one.key.digits("HANS.MUELLER"), again.key.digits("hans.mueller"); a != b || !strings.Contains(one.strict("hans.mueller"), a) || !strings.Contains(again.strict("hans.mueller"), a) {
		t.Errorf("%q and %q do not share their digits", one.strict("hans.mueller"), again.strict("hans.mueller"))
	}
	if a, b := one.strict("hans.mueller on srv-fin-07"), other.strict("hans.mueller on srv-fin-07"); a == b {
		t.Errorf("another key gives the same pseudonyms: %q", a)
	}
	if got := one.strict("SRV-FIN-07") + "." + one.strict("kanzlei-mueller.de"); got != one.strict("srv-fin-07.kanzlei-mueller.de") {
		t.Errorf("a host's short and full name do not agree: %q", got)
	}
}

func TestWhereMailWentAndWhatTheServerCalledStays(t *testing.T) {
	t.Parallel()
	c := learnt(t, Key{1}, office(), map[string]string{"TargetServer": "k2j9.probe.example"}, map[string]string{"TargetServer": "dc7.kanzlei-mueller.de"}, map[string]string{"TargetServer": "altserver"})
	if out := c.strict(`-ForwardTo "copy@evil.example" -Mailbox "k.brandt@kanzlei-mueller.de"`); !strings.Contains(out, "@evil.example") || leaks(out, "brandt", "kanzlei") != "" {
		t.Errorf("got %q", out)
	}
	if out := c.strict(`-ForwardTo "chef@kanzlei-mueller.de"`); leaks(out, "kanzlei") != "" {
		t.Errorf("got %q", out)
	}
	for target, stays := range map[string]bool{"k2j9.probe.example": true, "dc7.kanzlei-mueller.de": false, "altserver": false, "dc7.kanzlei-mueller.de:444": false} {
		if out := c.fresh(aTarget, target); out == target != stays {
			t.Errorf("%q became %q", target, out)
		}
	}
	if out := c.strict("Administrator@kanzlei-mueller.de"); !strings.HasPrefix(out, "Administrator@domain-") {
		t.Errorf("got %q", out)
	}
}

func TestTheServersOwnPublicAddressIsReplaced(t *testing.T) {
	t.Parallel()
	c := learnt(t, Key{1}, map[string]string{"UrlHost": "198.51.100.77:443", "c-ip": "203.0.113.5"})
	if out := c.strict("GET https://198.51.100.77/owa from 203.0.113.5"); leaks(out, "198.51.100.77") != "" || !strings.Contains(out, "203.0.113.5") {
		t.Errorf("got %q", out)
	}
}

// A text that is made to be slow takes time in proportion to its length.
func TestHostileTextsAreReadInTime(t *testing.T) {
	t.Parallel()
	c := learnt(t, Key{1}, map[string]string{"User": "aaaaa"}, office())
	for name, text := range map[string]string{
		"one long token full of a name": strings.Repeat("a", 1<<16), "words joined by hyphens": strings.Repeat("qzx-", 1<<15), "percent signs": strings.Repeat("%25", 1<<15), "percents undone often": "%" + strings.Repeat("25", 1<<16) + "41",
		"open paths": strings.Repeat(`C:\a`, 1<<14), "entities": strings.Repeat("&#x", 1<<15), "single letters": strings.Repeat("a b ", 1<<14), "at signs": strings.Repeat("a@b.", 1<<14), "dots": strings.Repeat("a.", 1<<15),
	} {
		if out := c.strict(text); out == "" {
			t.Errorf("%s: nothing is left", name)
		}
	}
}

func TestTheListNamesWhatWasReplacedAndKept(t *testing.T) {
	t.Parallel()
	c := learnt(t, Key{1}, office())
	c.strict(`\\SRV-FIN-07\x ping evil-zone.top zugspitze 203.0.113.9`)
	want := map[string]bool{"replaced host srv-fin-07": false, "kept public domain evil-zone.top": false, "kept public address 203.0.113.9": false, "replaced word zugspitze": false}
	for _, l := range c.List() {
		want[l.What+" "+l.Kind+" "+fold(l.Value)] = true
	}
	for line, found := range want {
		if !found {
			t.Errorf("not listed: %s, in %v", line, c.List())
		}
	}
}

func TestFurtherWordsAreHidden(t *testing.T) {
	t.Parallel()
	c, err := New(Key{1}, []string{"exchange", "203.0.113.9", "Blue Heron"})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Ready(); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"Microsoft Exchange Server", "MSExchange", "from 203.0.113.9", "the blue%20heron"} {
		if out := c.strict(text); leaks(out, "exchange", "203.0.113.9", "heron") != "" {
			t.Errorf("%q became %q", text, out)
		}
	}
	for _, bad := range []string{"", "ab"} {
		if _, err := New(Key{}, []string{bad}); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestAKeyIsMadeOnceForItsOwner(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	one, err := OpenKey(path)
	if err != nil {
		t.Fatal(err)
	}
	two, err := OpenKey(path)
	if err != nil || one != two || one == (Key{}) {
		t.Fatalf("%x, then %x, %v", one, two, err)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	for _, content := range []string{"", "x", keyHead, keyHead + "00", keyHead + strings.Repeat("0", 66), strings.Repeat("0", 64)} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenKey(path); err == nil {
			t.Errorf("%q was taken for a key", content)
		}
		if data, _ := os.ReadFile(path); string(data) != content {
			t.Errorf("%q was overwritten", content)
		}
	}
}

func TestTheVocabularyHoldsNoNames(t *testing.T) {
	t.Parallel()
	v, err := newVocabulary()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Fields(`james robert john michael david william richard joseph thomas charles christopher daniel matthew anthony donald steven paul andrew joshua kenneth kevin brian
		george timothy ronald edward jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory alexander frank patrick raymond jerry dennis tyler aaron jose
		mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra ashley kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca sharon laura cynthia
		peter hans wolfgang klaus juergen dieter manfred helmut uwe bernd stefan andreas martin markus christian matthias tobias ursula monika petra sabine renate helga karin brigitte ingrid erika gisela anna julia
		smith johnson williams jones miller davis garcia rodriguez wilson martinez anderson taylor moore jackson lee thompson white harris clark lewis robinson walker hall allen wright torres nguyen hill flores
		mueller müller schmidt schneider fischer weber meyer wagner becker schulz hoffmann schaefer koch bauer richter klein wolf schroeder neumann schwarz zimmermann braun krueger hofmann hartmann lange werner krause
		siemens bosch stadtwerke rathaus kanzlei klinik gemeinde lindqvist brandt weiss rossi bianchi dupont martin silva kowalski ivanov kim chen wang`) {
		if v.known(name) {
			t.Errorf("%s is in the vocabulary", name)
		}
	}
}

// What cases are compared by names the attackers' things, which stay, and the
// victim's people, who do not.
func TestTheValuesOfAHostKeepIndicatorsAndNotPeople(t *testing.T) {
	t.Parallel()
	c, err := New(Key{1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Finding([]byte(`{"host":"SRV-FIN-07","rule":{"kind":"webshell"},"event":{"key":"q7Lw2vTz"}}`)); err != nil {
		t.Fatal(err)
	}
	verdict := `{"hosts":[{"host":"SRV-FIN-07","values":{"addresses":["203.0.113.77"],"shell_keys":["q7Lw2vTz"],"files":["863b3c0f9429591a04e3e868afcc175117fda6e6dfe5483e72623ab51e49af3f"],"accounts":["KANZLEI\\hmueller","NT AUTHORITY\\SYSTEM"],"user_agents":["python-requests/2.25.1"]}}]}`
	if _, err := c.Verdict([]byte(verdict)); err != nil {
		t.Fatal(err)
	}
	if err := c.Ready(); err != nil {
		t.Fatal(err)
	}
	out, err := c.Verdict([]byte(verdict))
	if err != nil {
		t.Fatal(err)
	}
	for _, kept := range []string{`"203.0.113.77"`, `"q7Lw2vTz"`, `"863b3c0f9429591a04e3e868afcc175117fda6e6dfe5483e72623ab51e49af3f"`, `"python-requests/2.25.1"`, `"NT AUTHORITY\\SYSTEM"`} {
		if !strings.Contains(string(out), kept) {
			t.Errorf("%s is gone: %s", kept, out)
		}
	}
	if leaks(string(out), "hmueller", "kanzlei", "srv-fin") != "" {
		t.Errorf("a person is named: %s", out)
	}
}
