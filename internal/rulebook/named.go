package rulebook

import (
	"fmt"
	"os"
	"strings"

	"spoor/internal/engine"
	"spoor/internal/refusal"
)

// Named loads the rules of a file, or finds those with an id, a title or a
// file's name among the rules of the options. The rules that a correlation
// refers to are among them.
func Named(o Options, what string) (*engine.Ruleset, error) {
	if info, err := os.Stat(what); err == nil && !info.IsDir() {
		b, err := LoadSome(Options{Paths: []string{what}, NoBuiltin: true, Placeholders: o.Placeholders, Version: o.Version})
		return b.Set, err
	}
	b, err := Load(o)
	if err != nil {
		return nil, err
	}
	found := Only(b.Set, func(m *engine.Meta) bool {
		return strings.EqualFold(m.ID, what) || strings.EqualFold(m.Title, what) || m.Source == what || strings.HasSuffix(m.Source, "/"+what)
	})
	if len(found.Rules) > 0 {
		return found, nil
	}
	for _, p := range b.Report.Refused {
		if strings.EqualFold(p.ID, what) {
			return nil, fmt.Errorf("explain rule %s: it is refused: %s:%d: %s: %s", what, p.File, p.Line, p.Code, p.Reason)
		}
	}
	return nil, refusal.New("spoor rules list shows the ids; --rules adds a folder of rules", "explain rule: no rule has the id, title or file %q", what)
}

// Only keeps some rules and correlations, and all that those correlations
// refer to, in load order.
func Only(set *engine.Ruleset, keep func(m *engine.Meta) bool) *engine.Ruleset {
	rules, correlations := map[*engine.Rule]bool{}, map[*engine.Correlation]bool{}
	for i := len(set.Correlations) - 1; i >= 0; i-- { // outer ones last
		c := set.Correlations[i]
		if !correlations[c] && !keep(&c.Meta) {
			continue
		}
		correlations[c] = true
		for _, p := range c.Parts {
			if p.Rule != nil {
				rules[p.Rule] = true
			} else {
				correlations[p.Correlation] = true
			}
		}
	}
	out := &engine.Ruleset{}
	for _, r := range set.Rules {
		if rules[r] || keep(&r.Meta) {
			out.Rules = append(out.Rules, r)
		}
	}
	for _, c := range set.Correlations {
		if correlations[c] {
			out.Correlations = append(out.Correlations, c)
		}
	}
	return out
}
