package assess

import (
	"spoor/event"
	"spoor/internal/evidence"
	"spoor/internal/examine"
	"spoor/internal/exchangelog"
	"spoor/internal/finding"
)

// leftovers looks for files that the offline address book's download left where it
// has none, by the OABGenerator log.
func leftovers() examine.Inspector {
	return examine.Inspector{Name: "log of left-over files", Rest: true, Wants: func(file *examine.File) bool {
		return evidence.TextEncoding(file.Head) != ""
	}, Inspect: inspectLeftovers}
}

func inspectLeftovers(file *examine.File) examine.Judgement {
	list, more := exchangelog.Leftovers(file.Content)
	var found []*finding.Finding
	for _, l := range list {
		f := finding.Finding{
			Rule:       finding.Rule{ID: "spoor-oab-leftover", Title: "The offline address book's download left a file in a strange place", Level: "critical", Kind: "file", Source: "builtin"},
			Techniques: []string{"T1190"}, CVEs: []string{"CVE-2021-26858"},
			Message: "the address book's download left " + l.Path, Item: file.Item.ID, Where: finding.Where{Line: l.Line, Offset: l.Offset},
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
	return examine.Judgement{Findings: found}
}
