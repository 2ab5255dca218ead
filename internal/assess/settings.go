package assess

import (
	"maps"
	"time"

	"spoor/event"
	"spoor/internal/evidence"
	"spoor/internal/examine"
	"spoor/internal/finding"
	"spoor/internal/serverconfig"
)

// settings reads files that say what a server serves, loads and starts. What
// no product sets is a step where something else shows a break-in, and alone
// a reason to look; what add-ons set too is a lead that decides nothing.
func settings(it *evidence.Item, content []byte) ([]*finding.Finding, examine.Told) {
	c := serverconfig.Read(content)
	if c == nil {
		return nil, examine.Told{}
	}
	path := originalPath(it)
	var found []*finding.Finding
	for _, n := range c.Judge(path) {
		fields := maps.Clone(n.Fields)
		fields["path"] = path
		f := finding.Finding{
			Rule:    finding.Rule{ID: "spoor-" + n.Rule, Title: n.Title, Level: level(n.Weight), Kind: "settings", Source: "builtin"},
			Message: n.Why, Item: it.ID, Where: finding.Where{Line: n.Line, Offset: n.Offset}, Fields: fields,
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
	return found, examine.Told{Kind: string(c.Kind), Harm: c.Unread()}
}

func level(w serverconfig.Weight) string {
	return [...]string{"low", "medium", "high"}[min(w, serverconfig.Grave)]
}
