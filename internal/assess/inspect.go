package assess

import (
	"maps"
	"slices"
	"strings"
	"time"

	"spoor/event"
	"spoor/internal/evidence"
	"spoor/internal/examine"
	"spoor/internal/exchangelog"
	"spoor/internal/finding"
	"spoor/internal/ransom"
	"spoor/internal/webshell"
)

// InspectFiles judges items that are no log: web shells, ransom notes and the
// settings in which an intruder stays.
func InspectFiles() func(*evidence.Item, []byte) ([]*finding.Finding, examine.Told) {
	shell, note := webshellFile, ransomNote(ransom.NewInspector())
	return func(it *evidence.Item, content []byte) ([]*finding.Finding, examine.Told) {
		found, told := settings(it, content)
		if shells := shell(it, content); shells != nil {
			return append(shells, found...), told
		}
		if told.Kind != "" {
			return found, told
		}
		if found := leftovers(it, content); found != nil {
			return found, told
		}
		if found := note(it, content); found != nil {
			return found, told
		}
		if webshell.IsPage(originalPath(it)) {
			told.Kind = "page" // it was judged, and nothing was found
		}
		return nil, told
	}
}

func ransomNote(note *ransom.Inspector) func(*evidence.Item, []byte) []*finding.Finding {
	return func(it *evidence.Item, content []byte) []*finding.Finding {
		n := note.Inspect(content)
		if !n.Found {
			return nil
		}
		path := originalPath(it)
		return []*finding.Finding{finding.New(finding.Finding{
			Rule:       finding.Rule{ID: "spoor-ransom-note", Title: "File with the form of a ransom note", Level: "high", Kind: "file", Source: "builtin"},
			Techniques: []string{"T1486"}, Message: path + ": " + n.Why, Item: it.ID,
			Fields: map[string]string{"path": path, "family": n.Family},
			Step:   &finding.Step{Chain: finding.ChainAfter, Name: finding.StepRansomNote, Shows: finding.ShowsFile},
		})}
	}
}

// leftovers are files that the offline address book's download left where it
// has none, by the OABGenerator log.
func leftovers(it *evidence.Item, content []byte) []*finding.Finding {
	list, more := exchangelog.Leftovers(content)
	var found []*finding.Finding
	for _, l := range list {
		f := finding.Finding{
			Rule:       finding.Rule{ID: "spoor-oab-leftover", Title: "The offline address book's download left a file in a strange place", Level: "critical", Kind: "file", Source: "builtin"},
			Techniques: []string{"T1190"}, CVEs: []string{"CVE-2021-26858"},
			Message: "the address book's download left " + l.Path, Item: it.ID, Where: finding.Where{Line: l.Line, Offset: l.Offset},
			Fields: map[string]string{"TargetFilename": l.Path},
			Step:   &finding.Step{Chain: finding.ChainProxyLogon, Name: finding.StepServiceWrote, Shows: finding.ShowsFile},
		}
		if !l.Time.IsZero() {
			f.At = event.TimeOf(l.Time, 3, event.FromRow)
		}
		if more {
			f.Notes = []string{"the log tells of more such files than are listed"}
		}
		found = append(found, finding.New(f))
	}
	return found
}

// originalPath is where the file lay on its server, as far as it is known.
func originalPath(it *evidence.Item) string {
	if it.Origin.OriginalPath != "" {
		return it.Origin.OriginalPath
	}
	return it.Path
}

// webshellFile turns the judgement on a file into a finding: a step of a
// chain where the file lies where it is served, a lead elsewhere. A review is
// a lead that alone decides nothing, unless neither a product nor an
// administrator does such a thing.
func webshellFile(it *evidence.Item, content []byte) []*finding.Finding {
	path := originalPath(it)
	r := webshell.Inspect(path, content)
	if r.Outcome == webshell.Nothing {
		return deafPage(it, path, r)
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
	f := finding.Finding{Rule: rule, Techniques: []string{"T1505.003"}, Message: path + ": " + r.Why, Item: it.ID, Fields: fields}
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
func deafPage(it *evidence.Item, path string, r webshell.Result) []*finding.Finding {
	if !r.Deaf || !webshell.InProductFolder(path) {
		return nil
	}
	return []*finding.Finding{finding.New(finding.Finding{
		Rule:    finding.Rule{ID: "spoor-page-deaf", Title: "Server page that does not read requests", Level: "informational", Kind: "webshell", Source: "builtin"},
		Message: path + ": does not read what a request sends", Item: it.ID, Fields: map[string]string{"path": path},
		Step: &finding.Step{Chain: finding.ChainWebShell, Name: finding.StepPageDeaf, Shows: finding.ShowsFile},
	})}
}

// withShellKey adds the name by which a script that a command planted is
// called; cases are compared by it.
func withShellKey(f *finding.Finding) *finding.Finding {
	if f.Step == nil || f.Step.Name != finding.StepScriptSet || f.Field("key") != "" {
		return f
	}
	for _, name := range slices.Sorted(maps.Keys(f.Fields)) {
		text := f.Fields[name]
		if len(text) > maxPlanted || !strings.Contains(text, "<") {
			continue
		}
		if r := webshell.Inspect(plantedAs, []byte(text)); r.Outcome == webshell.WebShell && r.Key != "" {
			return f.With(func(f *finding.Finding) { f.Fields["key"] = r.Key })
		}
	}
	return f
}

// A planted script is looked at as the page that it becomes; longer texts are
// not commands.
const (
	plantedAs  = `C:\inetpub\wwwroot\planted.aspx`
	maxPlanted = 64 << 10
)
