package webshell

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// quoted is a shell as a text about one quotes it, put together here so that
// it stands in no file.
func quoted(key string) string {
	return string(shellText("<scr", `ipt language="JScript" run`, `at="server">function Page_Load(){ev`, "al(Requ", `est["`, key, `"],"uns`, `afe");}</scr`, "ipt>"))
}

func quotedPHP(key string) string {
	return string(shellText("<?p", "hp @ev", "al($_PO", "ST['", key, "']);?>"))
}

func benignText() []benign {
	return []benign{
		{"style-sheet-file", func(p pen) (string, string) {
			return site + "css/" + p.name() + ".css", "@charset \"utf-8\";\n" + p.several(func() string {
				return fmt.Sprintf("/* %s */\n.%s > a::before { content: \"<%%\"; margin: %dpx; width: expression(eval(1)); }\n", p.name(), p.name(), p.IntN(40))
			})
		}},
		{"log-file-with-attacks", func(p pen) (string, string) {
			return p.of(site, "var/www/html/") + "logs/" + p.name() + ".log", p.several(func() string {
				return fmt.Sprintf("2021-03-%02d 10:%02d:11 192.0.2.%d GET /%s.php - 80 - 198.51.100.7 %s 404\n", 1+p.IntN(28), p.IntN(60), p.IntN(250), p.name(), strings.ReplaceAll(quotedPHP(p.name()), " ", "+"))
			})
		}},
		{"configuration", func(p pen) (string, string) {
			return site + p.name() + "/web.config", "<?xml version=\"1.0\"?>\n<configuration>\n<system.web><compilation debug=\"false\" targetFramework=\"4.8\"/><machineKey validation=\"SHA1\"/></system.web>\n<system.webServer><handlers>" + p.several(func() string {
				return fmt.Sprintf("<add name=\"%s\" path=\"*.%s\" verb=\"GET\" type=\"App.%s\"/>", p.name(), p.of("axd", "aspx", "ashx"), p.name())
			}) + "</handlers></system.webServer>\n<!-- <%# not used %> -->\n</configuration>"
		}},
		{"settings-saved-by-an-administrator", func(p pen) (string, string) {
			return "Users/admin/Desktop/" + p.name() + p.of(".txt", ".log"), string(dumpWith(p.of("https://mail.example.org/OAB", "", "http://mail.corp.example/oab")))
		}},
		{"note-that-quotes-a-shell", func(p pen) (string, string) {
			kind := p.of(".md", ".txt", ".yar", ".yml", ".html", ".ps1")
			start := map[string]string{
				".md": "# Findings\n\nThe file held:\n\n```\n", ".txt": "Dear all,\n\nthe following line was found on the server:\n", ".yar": "rule shell_" + p.name() + " {\n strings:\n  $a = \"",
				".yml": "title: Shell\ndetection:\n  keywords:\n    - '", ".html": "<!DOCTYPE html>\n<html><body><pre>", ".ps1": "# checks pages\n$bad = '",
			}[kind]
			code := quoted(p.name())
			if kind == ".html" {
				code = strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(code)
			}
			return p.of("Users/analyst/", site) + p.name() + kind, start + code + "\n```\nand " + strings.Repeat("more words about it. ", 1+p.IntN(9))
		}},
		{"store-or-certificate-without-script", func(p pen) (string, string) {
			r := rand.New(rand.NewPCG(p.Uint64(), 1))
			b := make([]byte, 1200)
			for i := range b {
				b[i] = byte(r.Uint32())
				if b[i] == '<' {
					b[i] = 'x'
				}
			}
			return "inetpub/wwwroot/" + p.name() + p.of(".pst", ".req", ".cer"), p.of("!BDN\x00\x00\x00\x00SM", "\x30\x82\x04\x6c\x30\x82", "GIF89a\x01\x00") + string(b)
		}},
		{"compiled-product-page", func(p pen) (string, string) {
			page := p.of("/owa/auth/logon.aspx", "/owa/auth/errorFE.aspx", "/ecp/auth/TimeoutLogoff.aspx", "/ecp/default.aspx", "/owa/auth/15.1.2176/scripts/x.aspx", "/intranet/"+p.name()+".aspx")
			return "Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files/owa/8e05b027/e164d61b/" + strings.ToLower(p.name()) + ".aspx.cdcab7d2.compiled",
				fmt.Sprintf("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<preserve resultType=\"3\" virtualPath=\"%s\" hash=\"%x\" filehash=\"ffffb1c2\" flags=\"110000\" assembly=\"App_Web_%s\" type=\"ASP.x_aspx\">\n<filedeps><filedep name=\"%s\"/></filedeps></preserve>", page, p.Uint32(), p.name(), page)
		}},
		{"plain-page", func(p pen) (string, string) {
			return site + p.name() + p.of(".html", ".htm", ".aspx", ".asp", ".php"), p.html(p.several(func() string { return fmt.Sprintf("<p class=\"%s\">%s</p>\n", p.name(), p.name()) }))
		}},
	}
}

// TestBenignPagesAreNoWebShells writes pages of the kinds that servers and
// administrators really have.
func TestBenignPagesAreNoWebShells(t *testing.T) {
	t.Parallel()
	by := map[string]*tally{}
	for n, class := range benignClasses() {
		by[class.class] = &tally{}
		for i := range benignPerClass {
			path, text := class.write(pen{rand.New(rand.NewPCG(uint64(n), uint64(i)))})
			r := Inspect(path, []byte(text))
			by[class.class].add(r.Outcome)
			if r.Outcome == WebShell {
				t.Logf("%s %s: %s\n%s", class.class, path, r.Why, text)
			}
		}
	}
	out, sum := table("benign pages", by)
	t.Log("\n" + out)
	if sum.all < 300 || sum.shells*100 > sum.all {
		t.Errorf("%d of %d benign pages taken for web shells, want at least 300 pages and at most 1 %%", sum.shells, sum.all)
	}
	if sum.reviews*10 > sum.all {
		t.Errorf("%d of %d benign pages are for review: too many to be read", sum.reviews, sum.all)
	}
}
