package engine

import (
	"unicode"

	"spoor/event"
)

// scopeIndex finds the rules that may be meant for a record without asking all.
type scopeIndex struct {
	byChannel  map[logKey][]candidateAt
	byProvider map[logKey][]candidateAt
	byFormat   map[logKey][]candidateAt // of scopes that name neither
	anywhere   map[logKey][]candidateAt // of those that name no format either
}

// logKey is a name and an event id, or all is set for scopes that take any id.
type logKey struct {
	name string
	id   uint32
	all  bool
}

// candidateAt is a rule and one of its scopes.
type candidateAt struct{ rule, scope int32 }

func newScopeIndex(set *Ruleset) scopeIndex {
	x := scopeIndex{map[logKey][]candidateAt{}, map[logKey][]candidateAt{}, map[logKey][]candidateAt{}, map[logKey][]candidateAt{}}
	known := map[string]string{} // thousands of scopes name a few dozen logs
	key := func(name string) string {
		k, ok := known[name]
		if !ok {
			k = canonical(name)
			known[name] = k
		}
		return k
	}
	for n, r := range set.Rules {
		for i := range r.Scopes {
			to, at := &r.Scopes[i], candidateAt{int32(n), int32(i)}
			for _, c := range to.Channels {
				to.enter(x.byChannel, key(c), at)
			}
			for _, p := range to.Providers {
				to.enter(x.byProvider, key(p), at)
			}
			if len(to.Channels)+len(to.Providers) > 0 {
				continue
			}
			for _, f := range to.Formats {
				to.enter(x.byFormat, f, at)
			}
			if len(to.Formats) == 0 {
				to.enter(x.anywhere, "", at)
			}
		}
	}
	return x
}

// enter appends a candidate under a name and the ids of its scope, each once:
// candidates come in order.
func (r *Scope) enter(m map[logKey][]candidateAt, name string, at candidateAt) {
	put := func(k logKey) {
		if list := m[k]; len(list) == 0 || list[len(list)-1] != at {
			m[k] = append(list, at)
		}
	}
	for _, id := range r.EventIDs {
		put(logKey{name: name, id: id})
	}
	if len(r.EventIDs) == 0 {
		put(logKey{name: name, all: true})
	}
}

// each calls f with the scopes that a record's route may be accepted by, in
// load order. The lists are in that order and need no sorting.
func (x *scopeIndex) each(to *event.Route, f func(candidateAt)) {
	var room [8][]candidateAt
	lists := room[:0]
	add := func(m map[logKey][]candidateAt, name string) {
		for _, k := range [...]logKey{{name: name, all: true}, {name: name, id: to.EventID}} {
			if list := m[k]; len(list) > 0 {
				lists = append(lists, list)
			}
		}
	}
	add(x.byChannel, canonical(to.Channel))
	add(x.byProvider, canonical(to.Provider))
	add(x.byFormat, to.Format)
	add(x.anywhere, "")
	for {
		var next *candidateAt
		for _, list := range lists {
			if len(list) > 0 && (next == nil || list[0].before(*next)) {
				next = &list[0]
			}
		}
		if next == nil {
			return
		}
		for i := range lists {
			if len(lists[i]) > 0 && lists[i][0] == *next {
				lists[i] = lists[i][1:]
			}
		}
		f(*next)
	}
}

func (a candidateAt) before(b candidateAt) bool {
	return a.rule < b.rule || a.rule == b.rule && a.scope < b.scope
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
