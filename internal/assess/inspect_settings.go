package assess

import (
	"maps"
	"time"

	"spoor/event"
	"spoor/internal/examine"
	"spoor/internal/finding"
	"spoor/internal/serverconfig"
)

// settings reads files that say what a server serves, loads and starts. What
// no product sets is a step where something else shows a break-in, and alone
// a reason to look; what add-ons set too is a lead that decides nothing.
func settings() examine.Inspector {
	return examine.Inspector{Name: "settings file", Inspect: inspectSettings}
}

func inspectSettings(file *examine.File) examine.Judgement {
	c := serverconfig.Read(file.Content)
	if c == nil {
		return examine.Judgement{}
	}
	path := file.Path
	var found []*finding.Finding
	for _, n := range c.Judge(path) {
		fields := maps.Clone(n.Fields)
		fields["path"] = path
		f := finding.Finding{
			Rule:    finding.Rule{ID: "spoor-" + n.Rule, Title: n.Title, Level: level(n.Weight), Kind: "settings", Source: "builtin"},
			Message: n.Why, Item: file.Item.ID, Where: finding.Where{Line: n.Line, Offset: n.Offset}, Fields: fields,
		}
		if n.Technique != "" {
			f.Techniques = []string{n.Technique}
		}
		if n.Step != "" {
			f.Step = &finding.Step{Chain: finding.ChainAfter, Name: n.Step, Shows: finding.ShowsSetting}
		}
		if !n.Time.IsZero() {
			f.At = event.TimeOf(n.Time.Truncate(time.Second), 0, event.FromRecord)
			if n.ZoneLost {
				f.Notes = append(f.Notes, "the time is that of the server's own clock; it states no zone and is taken for UTC")
			}
		}
		found = append(found, finding.New(f))
	}
	return examine.Judgement{Kind: string(c.Kind), Unread: c.Unread(), Findings: found}
}

func level(w serverconfig.Weight) string {
	return [...]string{"low", "medium", "high"}[min(w, serverconfig.Grave)]
}
