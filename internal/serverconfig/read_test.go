package serverconfig

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

func TestEveryEntryOfAFileIsRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		kind Kind
		want int
	}{
		"a host configuration":         {hostConfig("", "", ""), Host, 2 + 5 + 6},
		"a list of agents":             {agentConfig(""), Agents, 2},
		"a task":                       {task("cmd.exe", "/c ver"), Tasks, 2},
		"an application's settings":    {`<configuration><system.web><machineKey validationKey="` + strings.Repeat("0A", 24) + `"/></system.web></configuration>`, Web, 1},
		"a list of tasks, as exported": {`<Tasks>` + strings.Repeat(`<Task xmlns="http://`+taskSpace+`"><Actions><Exec><Command>a</Command></Exec></Actions></Task>`, 3) + `</Tasks>`, Tasks, 6},
	} {
		utf16be, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		for form, content := range map[string][]byte{
			"": []byte(c.text), " with a mark": []byte("\xef\xbb\xbf" + c.text), " in UTF-16": wide(c.text), " in UTF-16 without a mark": wide(c.text)[2:], " in big-endian UTF-16": utf16be,
			" with Windows line ends": []byte(strings.ReplaceAll(c.text, "\n", "\r\n")),
		} {
			got := Read(content)
			if got == nil {
				t.Errorf("%s%s is not known", name, form)
				continue
			}
			if got.Kind != c.kind || got.Entries != c.want || got.Unread() != "" {
				t.Errorf("%s%s: %s with %d entries (%s), want %s with %d", name, form, got.Kind, got.Entries, got.Unread(), c.kind, c.want)
			}
		}
	}
}

func TestOtherFilesAreNotTaken(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing":                      "",
		"a text that quotes settings":  "Look for <mexRuntime> in the configuration file.",
		"a page":                       "<html><body>configuration &lt;system.webServer&gt; <system.webServer/></body></html>",
		"other settings":               `<configuration><appSettings/></configuration>`,
		"a page about tasks":           `<article>http://` + taskSpace + `</article>`,
		"a log":                        "#Software: Microsoft Internet Information Services 10.0\n",
		"binary content that begins <": "<\x00\x01\x02configuration<system.web",
	} {
		if c := Read([]byte(text)); c != nil {
			t.Errorf("%s is taken for %s", name, c.Kind)
		}
	}
}

func TestDamageCostsWhatStandsThere(t *testing.T) {
	t.Parallel()
	whole := hostConfig("", "", "")
	cut := strings.Index(whole, `<add name="kerbauth"`)
	for name, c := range map[string]struct {
		text    string
		entries int
		harm    string
	}{
		"the end is missing":               {whole[:cut], 11, "1 place is no XML, the first in line 25 (the file ends inside <globalmodules>); 11 entries were read"},
		"the end is missing inside a word": {whole[:cut+8], 11, "the first in line 25"},
		"an attribute is torn":             {strings.Replace(whole, `image="C:\Windows\system32\wsmsvc.dll" />`, "\x00\x01\x02", 1), 12, "1 place is no XML, the first in line 24"},
		"an end is lost":                   {strings.Replace(whole, "</globalModules>", "", 1), 13, "the first in line 30 (</system.webserver> does not end"},
		"elements lie too deep":            {strings.Replace(whole, "<globalModules>", strings.Repeat("<a>", maxDepth)+strings.Repeat("</a>", maxDepth)+"<globalModules>", 1), 13, "2 elements lie too deep"},
	} {
		got := Read([]byte(c.text))
		if got == nil {
			t.Errorf("%s: nothing is read", name)
			continue
		}
		if got.Entries != c.entries || !strings.Contains(got.Unread(), c.harm) {
			t.Errorf("%s: %d entries, %q; want %d, %q", name, got.Entries, got.Unread(), c.entries, c.harm)
		}
	}
}

func TestCapsHoldAndAreTold(t *testing.T) {
	t.Parallel()
	many := Read([]byte(hostConfig(strings.Repeat(native("a", "b.dll"), maxEntries), "", "")))
	if many.Entries != maxEntries || many.Left != 13 || !strings.Contains(many.Unread(), "13 entries beyond") {
		t.Errorf("%d entries kept, %d left: %s", many.Entries, many.Left, many.Unread())
	}
	broken := Read([]byte(hostConfig(strings.Repeat("<a \x00>", 3*maxBroken), "", "")))
	if len(broken.Damage) != maxBroken || !broken.Ended || !strings.Contains(broken.Unread(), "the rest was not read") {
		t.Errorf("%d places told: %s", len(broken.Damage), broken.Unread())
	}
	long := Read([]byte(task("cmd.exe", strings.Repeat("x", maxText+9))))
	if n := len(long.Tasks[0].Actions[0].Arguments); n != maxText || long.Long != 1 {
		t.Errorf("%d bytes of a long text kept, %d cut", n, long.Long)
	}
	if big := Read(append([]byte(hostConfig("", "", "")), bytes.Repeat([]byte("<!-- -->\n"), maxBytes/8)...)); big == nil || !big.Cut || big.Entries != 13 {
		t.Errorf("a long file is read as %+v", big)
	}
}

func TestATaskSaysWhatItDoes(t *testing.T) {
	t.Parallel()
	c := Read(wide(task(`powershell.exe`, `-c "a & b"`)))
	got := *c.Tasks[0]
	if got.URI != `\Sync` || got.Author != `LAB\Administrator` || got.User != "S-1-5-18" || !got.Hidden || got.Disabled || len(got.Actions) != 1 || got.Actions[0] != (Action{"powershell.exe", `-c "a & b"`, ""}) || got.Line != 2 {
		t.Errorf("read %+v", got)
	}
}
