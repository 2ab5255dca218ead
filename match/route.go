package match

import (
	"slices"
	"unicode"

	"spoor/event"
)

// routeIndex finds the rules that may be meant for a record without asking all.
type routeIndex struct {
	byChannel  map[string][]candidateAt
	byProvider map[string][]candidateAt
	byFormat   map[string][]candidateAt // of routes that name neither
	anywhere   []candidateAt
}

// candidateAt is a rule and one of its routes.
type candidateAt struct{ rule, route int }

func newRouteIndex(set *Ruleset) routeIndex {
	x := routeIndex{map[string][]candidateAt{}, map[string][]candidateAt{}, map[string][]candidateAt{}, nil}
	for n, r := range set.Rules {
		for i := range r.Routes {
			to, at := &r.Routes[i], candidateAt{n, i}
			for _, c := range to.Channels {
				k := canonical(c)
				x.byChannel[k] = append(x.byChannel[k], at)
			}
			for _, p := range to.Providers {
				k := canonical(p)
				x.byProvider[k] = append(x.byProvider[k], at)
			}
			if len(to.Channels)+len(to.Providers) > 0 {
				continue
			}
			for _, f := range to.Formats {
				x.byFormat[f] = append(x.byFormat[f], at)
			}
			if len(to.Formats) == 0 {
				x.anywhere = append(x.anywhere, at)
			}
		}
	}
	return x
}

// of lists the routes that a record's route may be accepted by, in load order.
func (x *routeIndex) of(to *event.Route) []candidateAt {
	list := slices.Concat(x.byChannel[canonical(to.Channel)], x.byProvider[canonical(to.Provider)], x.byFormat[to.Format], x.anywhere)
	slices.SortFunc(list, func(a, b candidateAt) int {
		if a.rule != b.rule {
			return a.rule - b.rule
		}
		return a.route - b.route
	})
	return slices.Compact(list)
}

// canonical maps names that differ in case only, as strings.EqualFold sees it,
// to one.
func canonical(s string) string {
	out := []rune(s)
	for i, r := range out {
		least := r
		for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
			least = min(least, o)
		}
		out[i] = least
	}
	return string(out)
}
