package main

import (
	"bytes"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spoor/internal/casefile"
	"spoor/internal/examine"
	"spoor/internal/message"
	"spoor/internal/report/html"
	"spoor/internal/safetext"
	"spoor/internal/storyline"
	"spoor/rules"
)

// version is set by the release build with -ldflags; "dev" otherwise.
var version = "dev"

// runInfo is run.json: what differs between two runs of one examination.
type runInfo struct {
	Schema   string    `json:"schema"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	Machine  string    `json:"machine"`
	System   string    `json:"system"`
	Workers  int       `json:"workers"`
	Version  string    `json:"version"`
}

// finish derives the case's files and returns the case folder.
func (a *assessFlags) finish(cmd *cobra.Command, run *assessment, v *storyline.Verdict, totals *examine.Totals, started time.Time) (string, error) {
	var page bytes.Buffer
	report := html.Report{Verdict: v, Items: reportItems(run.items, a.language.messages), Messages: a.language.messages, Version: version, TLP: a.tlp, Weighing: run.weighing}
	said, err := publicRecord(v, run.weighing, a.language.messages)
	if err != nil {
		return "", err
	}
	report.Records = said
	if err := html.Write(&page, report); err != nil {
		return "", err
	}
	machine, err := os.Hostname()
	if err != nil {
		machine = "unknown"
	}
	err = run.c.Finish(casefile.Derived{
		Verdict: markedVerdict{v, a.tlp}, Weighing: markedWeighing{run.weighing, a.tlp}, Report: page.Bytes(), Readme: markedText(a.tlp, a.language.messages.Say("run.readme")),
		Manifest: casefile.Manifest{
			Schema: "spoor.manifest/1", TLP: a.tlp, Version: version, Rules: rules.Version, RuleHash: run.set.report.Hash,
			Options: map[string]string{"from": a.in.from, "to": a.in.to, "tz": a.in.zone, "tlp": a.tlp, "lang": a.language.code, "host": strings.Join(a.in.hosts, "\n")},
			Items:   run.items,
		},
		Run: runInfo{Schema: "spoor.run/1", Started: started.UTC(), Finished: time.Now().UTC(), Machine: machine, System: runtime.GOOS + "/" + runtime.GOARCH, Workers: a.in.workers, Version: version},
	})
	if err != nil {
		return "", err
	}
	if a.out == "" {
		if err := run.c.Rename("spoor-" + caseName(v)); err != nil {
			return "", err
		}
	}
	return run.c.Dir(), nil
}

// caseName names the default case folder after the worst host, in a form
// that is safe as a file name.
func caseName(v *storyline.Verdict) string {
	order := map[storyline.Word]int{storyline.IsCompromised: 5, storyline.IsSuspicious: 4, storyline.IsAttempted: 3, storyline.CannotTell: 2, storyline.NothingFound: 1}
	name, worst := "case", 0
	for _, h := range v.Hosts {
		if order[h.Verdict] > worst {
			name, worst = h.Host, order[h.Verdict]
		}
	}
	if storyline.Unnamed(name) {
		name = "case"
	}
	return safetext.FileName(name)
}

func reportItems(items []casefile.Item, words *message.Catalogue) []html.Item {
	list := make([]html.Item, 0, len(items))
	for _, it := range items {
		row := html.Item{Path: it.Path, Kind: it.Kind, Outcome: it.Outcome, Reason: it.Reason, SHA256: it.SHA256, Bytes: it.Bytes, Records: it.Records, Damaged: it.Damaged}
		if l := it.Lines; l != nil {
			row.Lines = words.Say("report.lines", "n", l.Total, "header", l.Header, "comment", l.Comment, "blank", l.Blank, "parsed", l.Parsed, "damaged", l.Damaged)
		}
		list = append(list, row)
	}
	return list
}
