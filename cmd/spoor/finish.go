package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spoor/internal/casefile"
	"spoor/internal/examine"
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
	report := html.Report{Verdict: v, Items: reportItems(run.items), Version: version, TLP: strings.ToUpper(a.tlp)}
	said, err := publicRecord(v)
	if err != nil {
		return "", err
	}
	report.Record = said
	if err := html.Write(&page, report); err != nil {
		return "", err
	}
	machine, err := os.Hostname()
	if err != nil {
		machine = "unknown"
	}
	err = run.c.Finish(casefile.Derived{
		Verdict: v, Report: page.Bytes(), Readme: readme,
		Manifest: casefile.Manifest{
			Schema: "spoor.manifest/1", Version: version, Rules: rules.Version, RuleHash: run.set.report.Hash,
			Options: map[string]string{"from": a.in.from, "to": a.in.to, "tz": a.in.zone, "tlp": a.tlp, "host": strings.Join(a.in.hosts, "\n")},
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

const readme = `This folder is a case written by spoor.

report.html       the report; open it in any browser
verdict.json      the verdict for programs
findings.ndjson   every finding with its record, one per line
case.db           the same as an SQLite database
manifest.json     every piece of evidence and every file here, by hash
run.json          when and on which machine it was made
`

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
	if strings.HasPrefix(name, "unnamed host") {
		name = "case"
	}
	return safetext.FileName(name)
}

func reportItems(items []casefile.Item) []html.Item {
	list := make([]html.Item, 0, len(items))
	for _, it := range items {
		row := html.Item{Path: it.Path, Kind: it.Kind, Outcome: it.Outcome, Reason: it.Reason, SHA256: it.SHA256, Bytes: it.Bytes, Records: it.Records, Damaged: it.Damaged}
		if l := it.Lines; l != nil {
			row.Lines = fmt.Sprintf("%d lines: %d header, %d comment, %d blank, %d parsed, %d damaged", l.Total, l.Header, l.Comment, l.Blank, l.Parsed, l.Damaged)
		}
		list = append(list, row)
	}
	return list
}
