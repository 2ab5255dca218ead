package storyline

import (
	"bytes"
	"os"
	"slices"
	"testing"
	"time"

	"spoor/internal/finding"
)

// Each reason for which a page counts has a case in which it alone holds, and
// one for each of its clauses in which only that is missing.
func TestWhyAPageCounts(t *testing.T) {
	t.Parallel()
	const page, disk, other = "/shop/a9.aspx", `C:\inetpub\wwwroot\shop\a9.aspx`, "198.51.100.7"
	file := func(more ...string) *finding.Finding {
		return found("webshell", "shell-file", "2021-03-04T00:00:00Z", append([]string{"path", disk}, more...)...)
	}
	created := func(at string) *finding.Finding {
		return found("webshell", "page-created", at, "TargetFilename", disk)
	}
	request := func(step, at, from string) *finding.Finding {
		return found("webshell", step, at, "cs-uri-stem", page, "c-ip", from, "sc-status", "200")
	}
	used := request("page-used", "2021-03-05T03:00:00Z", attacker)
	refused := found("webshell", "page-refused", "2021-03-05T02:00:00Z", "cs-uri-stem", "/shop/b.aspx", "c-ip", attacker, "sc-status", "404")
	answered := request("page-answered", "2021-03-05T03:00:00Z", attacker)
	command := func(at string) *finding.Finding { return found("after", "command", at) }
	won := found("proxylogon", "mapi-answered", "2021-03-03T06:49:43Z", "ClientIpAddress", attacker, "HttpStatus", "200")
	wonByNobody := found("proxylogon", "script-set", "2021-03-03T06:49:53Z")
	var allDay []*finding.Finding
	day := time.Date(2021, 3, 5, 0, 0, 0, 0, time.UTC)
	for i := range 400 {
		allDay = append(allDay, request("page-used", day.Add(time.Duration(i)*9*time.Second).Format(time.RFC3339), attacker))
	}
	hour := logOf{"w3c", "w3c", "2021-03-05T00:00:00Z", "2021-03-05T01:00:00Z", ""}

	type list = []*finding.Finding
	for name, c := range map[string]struct {
		found   list
		reasons []string
		logs    []logOf
	}{
		"a shell in a folder of the product":      {found: list{file("place", "product")}, reasons: []string{"shell-in-product-folder"}},
		"a shell elsewhere":                       {found: list{file()}},
		"a page of the product's folder, no file": {found: list{found("webshell", "page-created", "2021-03-04T00:00:00Z", "TargetFilename", disk, "place", "product")}},

		"a shell that answered":                             {found: list{file("alone", "yes"), answered}, reasons: []string{"shell-answered"}},
		"a part of an application that answered":            {found: list{file(), answered}},
		"a shell that nobody asked for":                     {found: list{file("alone", "yes")}},
		"an answer of a page that is no file of a shell":    {found: list{created("2021-03-04T00:00:00Z"), answered, refused}},
		"a shell that was used":                             {found: list{file("alone", "yes"), used}, reasons: []string{"shell-used"}},
		"a part of an application that was used":            {found: list{file(), used}},
		"a page in use that is no file of a shell":          {found: list{created("2021-03-04T00:00:00Z"), used}},
		"a shell and a command":                             {found: list{file(), command("2021-03-04T00:00:01Z")}, reasons: []string{"shell-and-command"}},
		"a command and no shell":                            {found: list{created("2021-03-04T00:00:00Z"), command("2021-03-04T00:00:01Z")}},
		"a command before the shell was written":            {found: list{file("WhenChanged", "2021-03-04T00:00:00Z"), command("2021-03-03T23:59:59Z")}},
		"a command as the shell was written":                {found: list{file("WhenChanged", "2021-03-04T00:00:00Z"), command("2021-03-04T00:00:00Z")}, reasons: []string{"shell-and-command"}},
		"another step than a command":                       {found: list{file(), found("after", "account", "2021-03-04T00:00:01Z")}},
		"used and written, and a chain succeeded":           {found: list{created("2021-03-02T00:00:00Z"), used, wonByNobody}, reasons: []string{"used-and-written-beside-success"}},
		"used and written, and no chain succeeded":          {found: list{created("2021-03-02T00:00:00Z"), used}},
		"written, not used, and a chain succeeded later":    {found: list{created("2021-03-02T00:00:00Z"), wonByNobody}},
		"used, not written, and a chain succeeded":          {found: list{used, wonByNobody}},
		"used by who came through a door":                   {found: list{used, won}, reasons: []string{"used-by-who-broke-in"}},
		"used by somebody else":                             {found: list{request("page-used", "2021-03-05T03:00:00Z", other), won}},
		"used before the door was opened":                   {found: list{request("page-used", "2021-03-03T06:49:42Z", attacker), won}},
		"answered to who came through a door":               {found: list{answered, refused, won}},
		"used while the web server ran a command":           {found: list{used, command("2021-03-05T03:00:05Z")}, reasons: []string{"used-while-commands-ran"}},
		"used, and a command before":                        {found: list{used, command("2021-03-05T02:59:55Z")}, reasons: []string{"used-while-commands-ran"}},
		"used, and a command too late to be of it":          {found: list{used, command("2021-03-05T03:00:06Z")}},
		"used, and a command too early to be of it":         {found: list{used, command("2021-03-05T02:59:54Z")}},
		"answered while the web server ran a command":       {found: list{answered, refused, command("2021-03-05T03:00:01Z")}},
		"used all day, so that a command is beside by luck": {found: append(list{command("2021-03-05T00:30:00Z")}, allDay...), logs: []logOf{hour}},
		"written after a chain succeeded":                   {found: list{created("2021-03-03T06:49:54Z"), wonByNobody}, reasons: []string{"written-after-success"}},
		"written as a chain succeeded":                      {found: list{created("2021-03-03T06:49:53Z"), wonByNobody}, reasons: []string{"written-after-success"}},
		"written before a chain succeeded":                  {found: list{created("2021-03-03T06:49:52Z"), wonByNobody}},
		"compiled after a chain succeeded":                  {found: list{found("webshell", "page-compiled", "2021-03-04T00:00:00Z", "page", page), wonByNobody}},
		"a shell with no time after a chain succeeded":      {found: list{timeless(file()), wonByNobody}},
	} {
		if c.logs == nil {
			c.logs = []logOf{door, result}
		}
		h := assess(t, c.found, c.logs...)
		if len(h.Webshells) != 1 {
			t.Errorf("%s: %d pages", name, len(h.Webshells))
			continue
		}
		if got := h.Webshells[0].Reasons; got == nil || !slices.Equal(got, append([]string{}, c.reasons...)) {
			t.Errorf("%s: reasons %q, want %q", name, got, c.reasons)
		}
		counts := slices.ContainsFunc(h.Chains, func(r *ChainResult) bool { return r.ID == "webshell" && r.Grade == Compromised })
		if counts != (len(c.reasons) > 0) {
			t.Errorf("%s: counts as a compromise: %v, with the reasons %q", name, counts, c.reasons)
		}
	}
}

func timeless(f *finding.Finding) *finding.Finding {
	return f.With(func(f *finding.Finding) { f.Time, f.At = "", finding.Finding{}.At })
}

// No two reasons share a name, and the page on web shells says what each means.
func TestReasonsOfPagesAreNamedAndDescribed(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/webshells.md")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range pageReasons() {
		if slices.Contains(names, r.name) || !bytes.Contains(page, []byte("`"+r.name+"`")) {
			t.Errorf("the name %q stands twice, or not in docs/webshells.md", r.name)
		}
		names = append(names, r.name)
	}
}
