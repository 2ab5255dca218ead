package main

import (
	"encoding/json"
	"time"

	"spoor/event"
	"spoor/internal/evidence"
	"spoor/internal/finding"
	"spoor/internal/ransom"
	"spoor/internal/webshell"
)

// inspectFile judges items that are no log: web shells and ransom notes.
func inspectFile() func(*evidence.Item, []byte) []*finding.Finding {
	shell, note := webshellFile(webshell.NewInspector()), ransom.NewInspector()
	return func(it *evidence.Item, content []byte) []*finding.Finding {
		if found := shell(it, content); found != nil {
			return found
		}
		n := note.Inspect(content)
		if !n.Found {
			return nil
		}
		fields := map[string]string{"path": originalPath(it), "family": n.Family}
		f := &finding.Finding{
			Rule:       finding.Rule{ID: "spoor-ransom-note", Title: "File with the form of a ransom note", Level: "high", Kind: "file", Source: "builtin"},
			Techniques: []string{"T1486"}, CVEs: []string{}, Actors: []string{},
			Message: fields["path"] + ": " + n.Why, Item: it.ID, Fields: fields, Step: &finding.Step{Chain: "after", Name: "ransom-note"},
		}
		f.Event, _ = json.Marshal(fields) // strings only: cannot fail
		return []*finding.Finding{f}
	}
}

// originalPath is where the file lay on its server, as far as it is known.
func originalPath(it *evidence.Item) string {
	if it.Origin.OriginalPath != "" {
		return it.Origin.OriginalPath
	}
	return it.Path
}

// webshellFile turns the judgement on a file into a finding: a step of a
// chain where the file lies where it is served, a lead elsewhere.
func webshellFile(in *webshell.Inspector) func(*evidence.Item, []byte) []*finding.Finding {
	return func(it *evidence.Item, content []byte) []*finding.Finding {
		r := in.Inspect(content)
		if r.Class == webshell.Nothing {
			return nil
		}
		path := originalPath(it)
		fields := map[string]string{"path": path, "class": string(r.Class)}
		if r.Key != "" {
			fields["key"] = r.Key
		}
		f := &finding.Finding{
			Rule:       finding.Rule{ID: "spoor-webshell-" + string(r.Class), Title: "File with the structure of a web shell", Level: "critical", Kind: "webshell", Source: "builtin"},
			Techniques: []string{"T1505.003"}, CVEs: []string{}, Actors: []string{},
			Message: r.Why, Item: it.ID, Fields: fields,
		}
		if !r.When.IsZero() {
			f.At = event.TimeOf(r.When.Truncate(time.Second), 0, event.FromRecord)
			f.Time = f.At.String()
			fields["WhenChanged"] = f.Time
		}
		if webshell.Served(path) {
			f.Step = &finding.Step{Chain: "webshell", Name: "shell-file"}
			if r.Class == webshell.Dump {
				f.Step.Chain = "proxylogon"
				f.CVEs = []string{"CVE-2021-27065"}
			}
		}
		f.Event, _ = json.Marshal(fields) // strings only: cannot fail
		return []*finding.Finding{f}
	}
}
