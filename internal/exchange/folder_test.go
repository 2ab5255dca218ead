package exchange

import (
	"slices"
	"strings"
	"testing"
)

func TestWhereAFileIsAskedFor(t *testing.T) {
	t.Parallel()
	const v15 = `C:\Program Files\Microsoft\Exchange Server\V15\`
	for file, want := range map[string]string{
		v15 + `FrontEnd\HttpProxy\owa\auth\logon.aspx`:                     "/owa/auth/logon.aspx",
		v15 + `FrontEnd\HttpProxy\sync\x.aspx`:                             "/microsoft-server-activesync/x.aspx",
		v15 + `FrontEnd\HttpProxy\Rest\x.aspx`:                             "/api/x.aspx",
		v15 + `FrontEnd\HttpProxy\OAB\x.aspx`:                              "/oab/x.aspx",
		v15 + `FrontEnd\HttpProxy\nobody\x.aspx`:                           "/nobody/x.aspx",
		v15 + `ClientAccess\exchweb\EWS\x.asmx`:                            "/ews/x.asmx",
		v15 + `ClientAccess\PowerShell-Proxy\x.aspx`:                       "/powershell/x.aspx",
		v15 + `ClientAccess\mapi\emsmdb\x.aspx`:                            "/mapi/emsmdb/x.aspx",
		v15 + `ClientAccess\owa\x.aspx`:                                    "/owa/x.aspx",
		`E/Exchange/FrontEnd/HttpProxy/ecp/auth/x.aspx`:                    "/ecp/auth/x.aspx",
		`C:\inetpub\wwwroot\aspnet_client\system_web\x.aspx`:               "/aspnet_client/system_web/x.aspx",
		`inetpub\wwwroot\x.aspx`:                                           "/x.aspx",
		`C:\Common Files\web server extensions\16\TEMPLATE\LAYOUTS\x.aspx`: "/_layouts/x.aspx",
		`C:\myinetpub\wwwroot\x.aspx`:                                      "",
		`D:\sites\shop\x.aspx`:                                             "",
		`C:\inetpub\wwwrootx\x.aspx`:                                       "",
		``:                                                                 "",
	} {
		got, ok := Address(file)
		if got != want || ok != (want != "") {
			t.Errorf("%s: %q", file, got)
		}
	}
}

// A page and the files it may lie in lead to each other.
func TestAPageAndItsFilesTie(t *testing.T) {
	t.Parallel()
	for page, want := range map[string][]string{
		"/owa/auth/x.aspx":         {"frontend/httpproxy/owa/auth/x.aspx", "clientaccess/owa/auth/x.aspx", "inetpub/wwwroot/owa/auth/x.aspx"},
		"/ews/x.asmx":              {"frontend/httpproxy/ews/x.asmx", "clientaccess/exchweb/ews/x.asmx", "inetpub/wwwroot/ews/x.asmx"},
		"/aspnet_client/x.aspx":    {"inetpub/wwwroot/aspnet_client/x.aspx"},
		"/_layouts/15/x.aspx":      {"template/layouts/x.aspx", "inetpub/wwwroot/_layouts/x.aspx"},
		"/sites/a/_layouts/x.aspx": {"template/layouts/x.aspx", "inetpub/wwwroot/_layouts/x.aspx"},
		"/mapi/x.aspx":             {"frontend/httpproxy/mapi/x.aspx", "inetpub/wwwroot/mapi/x.aspx"},
		"/":                        {"inetpub/wwwroot/"},
	} {
		got := Files(page)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q", page, got)
		}
		for _, file := range got {
			if back, ok := Address(`C:\any\` + strings.ReplaceAll(file, "/", `\`)); !ok || back != OneLayouts(page) {
				t.Errorf("%s lies in %s, which is asked for as %q", page, file, back)
			}
		}
	}
}

func TestADirectoryEndsAtASegment(t *testing.T) {
	t.Parallel()
	for page, want := range map[string]string{"/owa/auth/x.aspx": "/owa", "/owa": "/owa", "/owalike/x.aspx": "", "/mapi/emsmdb": "/mapi/emsmdb", "/mapi/nspi/x": "/mapi/nspi", "/mapi/x": "/mapi", "/shop/x.aspx": "", "": ""} {
		if got := DirectoryOf(page); got != want {
			t.Errorf("%q lies in %q, want %q", page, got, want)
		}
	}
}

func TestServedFoldersAreWholeSegments(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"c:/inetpub/wwwroot/x.aspx": true, "inetpub/wwwroot/x.aspx": true, "d:/web/wwwroot/x.aspx": true, "c:/programdata/com/x.aspx": true,
		"c:/myprogramdata/x.aspx": false, "c:/inetpub/wwwroot": false, "c:/users/all users/x.aspx": true, "srv/www/x.php": true, "srv/www2/x.php": false,
		"v15/frontend/httpproxy/owa/x.aspx": true, "v15/clientaccess/owa/x.aspx": true, "": false,
	} {
		if got := Served(path); got != want {
			t.Errorf("%s is served: %v", path, got)
		}
	}
}

func TestPagesOfTheProductAreKnownByTheirWholePath(t *testing.T) {
	t.Parallel()
	for page, want := range map[string]bool{"/owa/auth/logon.aspx": true, "/owa/auth/sub/logon.aspx": false, "/logon.aspx": false, "/ecp/auth/logon.aspx": false, "/ecp/auth/timeoutlogoff.aspx": true, "/aspnet_client/owa/auth/logon.aspx": false} {
		if Ships(page) != want || Ships([]byte(page)) != want {
			t.Errorf("%s ships: %v", page, !want)
		}
	}
	for file, want := range map[string]bool{
		"c:/program files/microsoft/exchange server/v15/frontend/httpproxy/owa/auth/logon.aspx":     true,
		"c:/program files/microsoft/exchange server/v15/frontend/httpproxy/owa/auth/sub/logon.aspx": false,
		"inetpub/wwwroot/aspnet_client/owa/auth/logon.aspx":                                         false,
		"case/owa/auth/logon.aspx": true, // collected apart from its folder
		"case/logon.aspx":          false,
	} {
		if ShipsFile(file) != want {
			t.Errorf("%s ships: %v", file, !want)
		}
	}
}

func TestClosedPlaces(t *testing.T) {
	t.Parallel()
	for page, want := range map[string]bool{"/owa/auth/x.aspx": true, "/oab/x.aspx": true, "/owa/x.aspx": false, "/_layouts/x.aspx": false, "/httpproxy/oab/x.aspx": false, "/aspnet_client/x": true, "/owa/auth": false} {
		if got := ClosedAddress([]byte(page)); got != want {
			t.Errorf("%s is closed: %v", page, got)
		}
	}
	for file, want := range map[string]Access{"v15/frontend/httpproxy/oab/x.aspx": Closed, "share/oab/x.aspx": Open, "template/layouts/x.aspx": Open, "owa/auth/x.aspx": Closed} {
		if got, ok := PlaceOfFile(file); !ok || got.File != want {
			t.Errorf("%s: %+v", file, got)
		}
	}
	if _, ok := PlaceOfFile("shop/x.aspx"); ok {
		t.Error("a shop is a place of Exchange")
	}
}

func TestEndings(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]Ending{
		"x.aspx": {"aspx", ASP, true, true}, "X.ASPX": {"aspx", ASP, true, true}, "a.b.php5": {"php5", PHP, true, true}, "x.inc": {"inc", PHP, false, true},
		"web.config": {"config", Settings, false, false}, "x.xslt": {"xslt", Sheet, false, true}, "logon.owa": {"owa", Product, true, false},
		"x.js": {}, "aspx": {}, "x.": {}, "x.aspxx": {}, "x.aspx/y": {}, `a.aspx\b`: {}, "x.aspx aspx aspx": {}, "": {}, ".": {},
	} {
		if got := EndingOf(name); got != want || EndingOf([]byte(name)) != want {
			t.Errorf("%q: %+v", name, got)
		}
	}
	for _, e := range Endings() {
		if EndingOf("x."+e.Text) != e {
			t.Errorf("%s is not found", e.Text)
		}
	}
}

func TestWhatIsAskedOfEveryRequestCostsNoAllocation(t *testing.T) {
	name := []byte("/owa/auth/Logon.aspx")
	if n := testing.AllocsPerRun(100, func() { EndingOf(name); ClosedAddress(name); Ships(name) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
