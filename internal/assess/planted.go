package assess

import (
	"maps"
	"slices"
	"strings"

	"spoor/internal/finding"
	"spoor/internal/webshell"
)

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
