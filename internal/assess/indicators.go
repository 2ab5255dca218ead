package assess

import (
	"bytes"
	"strings"

	"spoor/internal/indicator"
	"spoor/internal/refusal"
	"spoor/internal/storyline"
	"spoor/rules"
)

// Indicators are what is looked for, with the report on what is not; a nil Set
// looks for none.
type Indicators struct {
	Set    *indicator.Set
	Report *indicator.Report
}

// LoadIndicators reads the built-in indicators, where they are wanted, and
// those in files and folders. Paths that cannot be read, or of which none can be
// looked for, are a *refusal.Error.
func LoadIndicators(paths []string, builtin bool) (Indicators, error) {
	l := indicator.NewLoader()
	if builtin {
		lists, err := rules.Indicators()
		if err != nil {
			return Indicators{}, err
		}
		for _, f := range lists {
			if err := l.Load(indicator.Builtin+f.Name, bytes.NewReader(f.Data)); err != nil {
				return Indicators{}, err
			}
		}
	}
	for _, p := range paths {
		if err := l.LoadPath(p); err != nil {
			return Indicators{}, refusal.New("--indicators takes a file or a folder with STIX, MISP, OpenIOC, CSV or plain lists", "%w", err)
		}
	}
	set, report := l.Set()
	if len(paths) > 0 && !report.Named() {
		return Indicators{}, refusal.New("spoor indicators check FILE says why each was refused", "no indicator could be loaded from %s", strings.Join(paths, ", "))
	}
	if set.Len() == 0 {
		set = nil
	}
	return Indicators{set, report}, nil
}

// verdict is what verdict.json says of the indicators.
func (i Indicators) verdict() *storyline.Indicators {
	r := i.Report
	v := &storyline.Indicators{Loaded: r.Loaded, Kinds: r.Kinds, Refused: r.Refused, Codes: r.Codes, Damaged: r.Damaged, Left: r.Left, Warned: r.Warned, Listed: []storyline.RefusedIndicator{}}
	for _, f := range r.Refusals {
		v.Listed = append(v.Listed, storyline.RefusedIndicator(f))
	}
	return v
}
