package assess

import (
	"bytes"
	"os"
	"runtime"
	"time"

	"spoor/internal/casefile"
	"spoor/internal/examine"
	"spoor/internal/hypothesis"
	"spoor/internal/message"
	"spoor/internal/report/html"
	"spoor/internal/safetext"
	"spoor/internal/share"
	"spoor/internal/storyline"
	"spoor/rules"
)

// runInfo is run.json: what differs between two runs of one examination.
type runInfo struct {
	Schema   string    `json:"schema"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	Machine  string    `json:"machine"`
	System   string    `json:"system"`
	Workers  int       `json:"workers"`
	Version  string    `json:"version"`
	// Crashes are bugs of this program that ended the work on a part of the
	// evidence: the first maxCrashes of Crashed.
	Crashes []examine.Crash `json:"crashes,omitempty"`
	Crashed int             `json:"crashed,omitempty"`
}

// maxCrashes bounds the crashes that run.json describes; all are counted.
const maxCrashes = 20

// finish derives the case's files and returns the case folder.
func (r *run) finish(v *storyline.Verdict, started time.Time) (string, error) {
	var page bytes.Buffer
	report := html.Report{Verdict: v, Items: ReportItems(r.items, r.o.Messages), Messages: r.o.Messages, Version: r.o.Version, TLP: r.o.TLP, Weighing: r.weighing}
	said, err := PublicRecord(v, r.weighing, r.o.Messages)
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
	r.c.Name("spoor-" + caseName(v)) // where no folder was named
	err = r.c.Finish(casefile.Derived{
		Verdict: MarkedVerdict{v, r.o.TLP}, Weighing: MarkedWeighing{r.weighing, r.o.TLP}, Report: page.Bytes(), Readme: MarkedText(r.o.TLP, r.o.Messages.Say("run.readme")),
		Manifest: casefile.Manifest{
			Schema: "spoor.manifest/1", TLP: r.o.TLP, Version: r.o.Version, Rules: rules.Version, RuleHash: r.o.Rules.Report.Hash,
			Options: r.o.Stated, Items: r.items,
		},
		Run: runInfo{Schema: "spoor.run/1", Started: started.UTC(), Finished: time.Now().UTC(), Machine: machine, System: runtime.GOOS + "/" + runtime.GOARCH, Workers: r.o.Examine.Workers, Version: r.o.Version, Crashes: r.crashes, Crashed: r.crashed},
	})
	if err != nil {
		return "", err
	}
	return r.c.Dir(), nil
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

// ReportItems are the items of evidence as the report lists them.
func ReportItems(items []casefile.Item, words *message.Catalogue) []html.Item {
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

// MarkedVerdict is verdict.json with its marking.
type MarkedVerdict struct {
	*storyline.Verdict
	TLP string `json:"tlp,omitempty"`
}

// MarkedWeighing is hypotheses.json with its marking.
type MarkedWeighing struct {
	*hypothesis.Weighing
	TLP string `json:"tlp,omitempty"`
}

// MarkedText is a text with its marking above and below.
func MarkedText(tlp, text string) string {
	if tlp == "" {
		return text
	}
	return share.Level(tlp).String() + "\n\n" + text + "\n" + share.Level(tlp).String() + "\n"
}
