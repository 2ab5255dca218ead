package assess

import (
	"spoor/internal/examine"
	"spoor/internal/finding"
	"spoor/internal/ransom"
)

// ransomNote looks for texts that ask for a ransom.
func ransomNote() examine.Inspector {
	note := ransom.NewInspector()
	return examine.Inspector{Name: "ransom note", Rest: true, Inspect: func(file *examine.File) examine.Judgement {
		n := note.Inspect(file.Content)
		if !n.Found {
			return examine.Judgement{}
		}
		return examine.Judgement{Findings: []*finding.Finding{finding.New(finding.Finding{
			Rule:       finding.Rule{ID: "spoor-ransom-note", Title: "File with the form of a ransom note", Level: "high", Kind: "file", Source: "builtin"},
			Techniques: []string{"T1486"}, Message: file.Path + ": " + n.Why, Item: file.Item.ID,
			Fields: map[string]string{"path": file.Path, "family": n.Family},
			Step:   &finding.Step{Chain: finding.ChainAfter, Name: finding.StepRansomNote, Shows: finding.ShowsFile},
		})}}
	}}
}
