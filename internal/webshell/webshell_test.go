package webshell

import (
	"strings"
	"testing"
	"time"
)

// shellText joins a sample from pieces, so that no file of the project holds
// a shell in the clear.
func shellText(parts ...string) []byte { return []byte(strings.Join(parts, "")) }

func dumpWith(url string) []byte {
	return []byte("\r\nName                            : OAB (Default Web Site)\r\nPollInterval : 480\r\nInternalUrl : https://mail.example/OAB\r\nExternalUrl : " + url +
		"\r\nWhenChanged : 3/3/2021 7:49:53 AM\r\nWhenChangedUTC : 3/3/2021 6:49:53 AM\r\nObjectState : Changed\r\n")
}

func TestInspect(t *testing.T) {
	t.Parallel()
	oneLiner := string(shellText("<scr", `ipt language="JScript" run`, `at="server">function Page_Load(){ev`, `al(Requ`, `est["k1"],"uns`, `afe");}</scr`, "ipt>"))
	cases := map[string]struct {
		path    string
		content []byte
		outcome Outcome
		class   Class
		key     string
	}{
		"a dump of settings with script in the external address is a shell":                 {"x.aspx", dumpWith("http://f/" + oneLiner), WebShell, Dump, "k1"},
		"a dump of settings as an administrator saves it is nothing":                        {"x.txt", dumpWith("https://mail.example/OAB"), Nothing, "", ""},
		"a dump whose address is what is left of script is for review":                      {"x.aspx", dumpWith("http://f/"), Review, Answer, ""},
		"a page that runs the request is a shell":                                           {"x.aspx", shellText("<%@ Page Language=\"Jscript\"%><%ev", "al(Requ", "est.Item[\"k2\"],\"un\"+\"safe\");%>"), WebShell, RunsRequest, "k2"},
		"a page with inline script that reads the request but runs nothing is nothing":      {"x.aspx", shellText("<%@ Page Language=\"C#\" %><script run", "at=\"server\">void Page_Load(){ name.Text = Requ", "est[\"name\"]; }</script>"), Nothing, "", ""},
		"a note that quotes the shell is nothing":                                           {"note.txt", append([]byte("# What we found\n\nThe file held:\n"), dumpWith("http://f/"+oneLiner)...), Nothing, "", ""},
		"a rule file that quotes the shell is nothing":                                      {"shell.yar", shellText("<% ev", "al(Requ", "est[\"q\"]) %>"), Nothing, "", ""},
		"an empty file is nothing":                                                          {"x.aspx", nil, Nothing, "", ""},
		"a comment between the call and its argument hides nothing":                         {"x.aspx", shellText("<%@ Page Language=\"JScript\" %><%ev", "al/*x*/(Requ", "est[\"k3\"]);%>"), WebShell, RunsRequest, "k3"},
		"a page that mentions eval in one place and Request far away in another is nothing": {"x.aspx", shellText("<%@ Page Language=\"C#\" %><% evaluate(); %>", strings.Repeat("x;", 400), "<% a = Requ", "est[\"q\"]; %>"), Nothing, "", ""},
		"a page in UTF-16 is read":                                                          {"x.aspx", wide(shellText("<%@ Page Language=\"JScript\" %><%ev", "al(Requ", "est[\"k4\"]);%>")), WebShell, RunsRequest, "k4"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := Inspect(c.path, c.content)
			if r.Outcome != c.outcome || r.Class != c.class || r.Key != c.key {
				t.Fatalf("Inspect() = %v %q key %q, want %v %q key %q", r.Outcome, r.Class, r.Key, c.outcome, c.class, c.key)
			}
		})
	}
}

func wide(text []byte) []byte {
	out := []byte{0xff, 0xfe}
	for _, b := range text {
		out = append(out, b, 0)
	}
	return out
}

func TestDumpCarriesItsOwnClock(t *testing.T) {
	t.Parallel()
	url := string(shellText("http://f/<scr", `ipt run`, `at="server">x</scr`, "ipt>"))
	got := Inspect("x.aspx", dumpWith(url)).When
	if want := time.Date(2021, 3, 3, 6, 49, 53, 0, time.UTC); !got.Equal(want) {
		t.Fatalf("When = %v, want %v", got, want)
	}
}

func TestServed(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		`C:\inetpub\wwwroot\aspnet_client\x.aspx`:                                               true,
		"MAIL01/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth/x.aspx": true,
		`C:\Users\admin\Desktop\x.aspx`:                                                         false,
		`C:\inetpub\wwwroot\aspnet_client\x.txt`:                                                false,
	} {
		if got := Served(path); got != want {
			t.Errorf("Served(%q) = %v, want %v", path, got, want)
		}
	}
}
