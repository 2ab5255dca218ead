package storyline

import (
	"testing"

	"spoor/internal/finding"
	"spoor/internal/message"
)

func TestAFileAndTheAddressThatServesItAreOnePage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{`C:\inetpub\wwwroot\aspnet_client\x.aspx`, "/aspnet_client/x.aspx", true},
		{`D:\Exchange\FrontEnd\HttpProxy\owa\auth\Current\x.aspx`, "/owa/auth/current/x.aspx", true},
		{`C:\Program Files\Common Files\Microsoft Shared\Web Server Extensions\16\TEMPLATE\LAYOUTS\x.aspx`, "/_layouts/15/x.aspx", true},
		{"/auth/x.aspx", "/owa/auth/x.aspx", true}, // as a compiled library names it
		{`C:\inetpub\wwwroot\a\x.aspx`, "/b/x.aspx", false},
		{`C:\inetpub\wwwroot\aspnet_client\x.aspx`, "/aspnet_client/xx.aspx", false},
	} {
		if got := samePage(c.a, c.b); got != c.same {
			t.Errorf("samePage(%q, %q) = %v", c.a, c.b, got)
		}
	}
}

func TestWhatAPageWasCompiledToJoinsItsRequests(t *testing.T) {
	t.Parallel()
	some := []*finding.Finding{
		found("webshell", "page-compiled", "2021-03-05T02:00:00Z", "page", "/aspnet_client/x.aspx", "path", `C:\T\x.aspx.1a.compiled`),
		found("webshell", "page-used", "2021-03-05T03:00:00Z", "cs-uri-stem", "/aspnet_client/x.aspx", "sc-status", "200", "c-ip", "198.51.100.9"),
	}
	list := shells(some, controlsOf(some))
	if len(list) != 1 || !list[0].Compiled || !list[0].Used || list[0].Written {
		t.Fatalf("%d pages, the first %+v", len(list), list)
	}
	english, err := message.Load(message.English)
	if err != nil {
		t.Fatal(err)
	}
	if want := "compiled when it was first asked for and used; not shown to be written or answered"; english.Write(list[0].message()) != want {
		t.Errorf("says %q, want %q", english.Write(list[0].message()), want)
	}
}
