package assess

import (
	"time"

	"spoor/event"
	"spoor/internal/examine"
	"spoor/internal/finding"
	"spoor/internal/webshell"
)

// pages looks for web shells. It looks at every file, because a container of any
// kind can be served as a page; a file that is one by its name and clean is
// examined as one.
func pages() examine.Inspector {
	return examine.Inspector{Name: "page", Inspect: func(file *examine.File) examine.Judgement {
		if found := webshellFile(file); found != nil {
			return examine.Judgement{Findings: found}
		}
		if webshell.IsPage(file.Path) {
			return examine.Judgement{Kind: "page"}
		}
		return examine.Judgement{}
	}}
}

// webshellFile turns the judgement on a file into a finding: a step of a
// chain where the file lies where it is served, a lead elsewhere. A review is
// a lead that alone decides nothing, unless neither a product nor an
// administrator does such a thing.
func webshellFile(file *examine.File) []*finding.Finding {
	path := file.Path
	r := webshell.Inspect(path, file.Content)
	if r.Outcome == webshell.Nothing {
		return deafPage(file, r)
	}
	fields := map[string]string{"path": path, "class": string(r.Class), "outcome": r.Outcome.String()}
	if webshell.InProductFolder(path) {
		fields["place"] = "product"
	}
	if r.Alone {
		fields["alone"] = "yes"
	}
	for name, v := range map[string]string{"key": r.Key, "carrier": r.Carrier, "page": r.Page} {
		if v != "" {
			fields[name] = v
		}
	}
	rule := finding.Rule{ID: "spoor-webshell-" + string(r.Class), Title: "File with the structure of a web shell", Level: "critical", Kind: "webshell", Source: "builtin"}
	if r.Outcome == webshell.Review {
		rule.ID, rule.Title, rule.Level = "spoor-page-review-"+string(r.Class), "Server page that a person should look at", "medium"
		if r.Grave {
			rule.Level = "high"
		}
	}
	f := finding.Finding{Rule: rule, Techniques: []string{"T1505.003"}, Message: path + ": " + r.Why, Item: file.Item.ID, Fields: fields}
	if r.Partly {
		f.Notes = append(f.Notes, "the page holds more code than is looked at; what follows was not judged")
	}
	if !r.When.IsZero() {
		f.At = event.TimeOf(r.When.Truncate(time.Second), 0, event.FromRecord)
		fields["WhenChanged"] = f.At.String()
	}
	switch {
	case r.Class == webshell.Compiled:
		f.Step = &finding.Step{Chain: finding.ChainWebShell, Name: finding.StepPageCompiled, Shows: finding.ShowsFile}
	case r.Outcome == webshell.WebShell && (webshell.Served(path) || r.Page != ""):
		f.Step = &finding.Step{Chain: finding.ChainWebShell, Name: finding.StepShellFile, Shows: finding.ShowsFile}
		switch {
		case r.Class == webshell.Dump:
			f.Step.Chain = finding.ChainProxyLogon
			f.CVEs = []string{"CVE-2021-27065"}
		case r.Carrier == webshell.MailStore || r.Carrier == webshell.Certificate:
			f.Step.Chain = finding.ChainProxyShell
			f.CVEs = []string{"CVE-2021-31207"}
		}
	}
	return []*finding.Finding{finding.New(f)}
}

// deafPage notes a page in a product's folder that does not read requests: that
// it answers shows nothing.
func deafPage(file *examine.File, r webshell.Result) []*finding.Finding {
	path := file.Path
	if !r.Deaf || !webshell.InProductFolder(path) {
		return nil
	}
	return []*finding.Finding{finding.New(finding.Finding{
		Rule:    finding.Rule{ID: "spoor-page-deaf", Title: "Server page that does not read requests", Level: "informational", Kind: "webshell", Source: "builtin"},
		Message: path + ": does not read what a request sends", Item: file.Item.ID, Fields: map[string]string{"path": path},
		Step: &finding.Step{Chain: finding.ChainWebShell, Name: finding.StepPageDeaf, Shows: finding.ShowsFile},
	})}
}
