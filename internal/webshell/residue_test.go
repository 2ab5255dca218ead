package webshell

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spoor/internal/lab/labdata"
)

func compiledXML(address string) []byte {
	return []byte(`<?xml version="1.0" encoding="utf-8"?>` + "\n" + `<preserve resultType="3" virtualPath="` + address + `" hash="41a0fd6b8" filehash="ffff" flags="110000" assembly="App_Web_x" type="ASP.x_aspx"><filedeps><filedep name="` + address + `"/></filedeps></preserve>`)
}

func TestCompiledPagesProveThatDeletedOnesWereAskedFor(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]Outcome{
		"/aspnet_client/iisstart9.aspx":              Review,
		"/owa/auth/RedirSuiteServerProxy.aspx":       Review,
		"/ecp/auth/logon.aspx":                       Review, // ships in owa/auth only
		"/_layouts/15/spinstall0.aspx":               Review,
		"/owa/auth/logon.aspx":                       Nothing,
		"/ecp/auth/TimeoutLogoff.aspx":               Nothing,
		"/owa/auth/15.1.2176/themes/resources/x.css": Nothing,
		"/_layouts/15/settings.aspx":                 Nothing,
		"/shop/basket.aspx":                          Nothing,
	} {
		r := Inspect("Temporary ASP.NET Files/owa/1/2/x.aspx.cdcab7d2.compiled", compiledXML(address))
		if r.Outcome != want || r.Page != address && want != Nothing {
			t.Errorf("%s: %v page %q, want %v", address, r.Outcome, r.Page, want)
		}
	}
}

func TestCompiledLibrariesTellWhatThePageDid(t *testing.T) {
	t.Parallel()
	names := func(list ...string) string { return "\x00" + strings.Join(list, "\x00") + "\x00" }
	page := "\x1d" + strings.Join(strings.Split("~/auth/x1.aspx", ""), "\x00")
	for title, c := range map[string]struct {
		content string
		outcome Outcome
	}{
		"a page that evaluated requests":         {"MZ\x90\x00" + names("HttpRequest", "get_Request", "JScriptEvaluate") + page + "\x00", WebShell},
		"a page that starts a program":           {"MZ\x90\x00" + names("get_Request", "Process", "Start") + page + "\x00", Review},
		"a page that does neither":               {"MZ\x90\x00" + names("get_Request", "get_Response", "Write") + page + "\x00", Nothing},
		"a library that no page was made into":   {"MZ\x90\x00" + names("JScriptEvaluate"), Nothing},
		"a library cut off behind its signature": {"MZ", Nothing},
	} {
		r := Inspect("Temporary ASP.NET Files/Root/App_Web_abcd1234.dll", []byte(c.content))
		if r.Outcome != c.outcome {
			t.Errorf("%s: %v, want %v", title, r.Outcome, c.outcome)
		}
		if c.outcome != Nothing && r.Page != "/auth/x1.aspx" {
			t.Errorf("%s: page %q", title, r.Page)
		}
	}
}

func TestANameAloneMakesAtMostAReview(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]Outcome{
		owaAuth + "RedirSuiteServerProxy.aspx":  Review,
		owaAuth + "RedirSuiteServiceProxy.aspx": Nothing,
		"Program Files/Common Files/microsoft shared/Web Server Extensions/16/TEMPLATE/LAYOUTS/spinstall0.aspx": Review,
		site + "spinstall0.aspx": Nothing,
		"notes/spinstall0.aspx":  Nothing,
	} {
		text := "<%@ Page Language=\"C#\" Inherits=\"Microsoft.Exchange.X\" %><html><body>hello</body></html>"
		if r := Inspect(path, []byte(text)); r.Outcome != want {
			t.Errorf("%s: %v %s, want %v", path, r.Outcome, r.Class, want)
		}
	}
	if r := Inspect(owaAuth+"errorFE.aspx", []byte("<%@ Page Language=\"C#\" %><html>hello</html>")); r.Class != ChangedPage || !r.Grave {
		t.Errorf("a replaced page of Exchange: %v %s", r.Outcome, r.Class)
	}
}

// TestFilesOfTheDataSet measures on files that no rule was written against:
// each shell is found, each benign file is nothing.
func TestFilesOfTheDataSet(t *testing.T) {
	t.Parallel()
	root := labdata.Path(t, "exchange")
	shells, benign := 0, 0
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		rel = filepath.ToSlash(rel)
		r := Inspect(rel, content)
		want := Nothing
		switch {
		case !strings.HasPrefix(rel, "08_"), strings.Contains(strings.ToLower(rel), "benign"):
			benign++
		case strings.Contains(rel, "REAL_http_response"): // a shell's answer, not a shell
			want = Review
		default:
			shells++
			want = WebShell
		}
		if r.Outcome != want {
			t.Errorf("%s: %v %s, want %v", rel, r.Outcome, r.Class, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d shells found, %d other files give nothing", shells, benign)
	if shells < 3 || benign < 50 {
		t.Fatalf("%d shells and %d benign files: the data set is incomplete", shells, benign)
	}
}

// TestTimeIsLinear: inputs that begin something over and over are read once.
func TestTimeIsLinear(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("reads many mebibytes")
	}
	for _, piece := range []string{"<%", "<input ", "<?php <<<A", "<% a(", "<% /", "<?php $a.='x';", "<% ((((", "<%@ webhandler class=a %>", "<xsl:stylesheet><a:script ", "<% sub a\n end sub\n"} {
		text := []byte("<%@ page language=\"jscript\"%><% " + strings.Repeat(piece, (1<<20)/len(piece)))
		start := time.Now()
		Inspect("x.aspx", text)
		if d := time.Since(start); d > 10*time.Second { // 0.1 s alone on one core; a machine under load is slower
			t.Errorf("%q over and over takes %v for a mebibyte", piece, d)
		}
	}
}
