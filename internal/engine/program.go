package engine

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"spoor/event"
)

// Program is a set of rules made ready for engines: immutable for its users,
// shared by all workers. Classes of records are compiled when one is first met.
type Program struct {
	set   *Ruleset
	index scopeIndex
	ids   []bool // rule -> it asks for the event's id
	mu    sync.Mutex
	// byRoute finds the class of a route by content; several routes with the
	// same candidates share one.
	byRoute  map[classRoute]*class
	classes  map[string]*class
	matchers atomic.Uint64 // numbered for the value memo
	tests    testTable
}

// classRoute is a route, and whether its event id may be taken as the value of
// the record's EventID field.
type classRoute struct {
	route event.Route
	fixed bool
}

// NewProgram prepares a set of rules.
func NewProgram(set *Ruleset) *Program {
	p := &Program{set: set, index: newScopeIndex(set), ids: make([]bool, len(set.Rules)), byRoute: map[classRoute]*class{}, classes: map[string]*class{}}
	items, tests := 0, 0
	for n, r := range set.Rules {
		for s := range r.Selections {
			for _, list := range r.Selections[s].Alternatives {
				items += len(list)
				for i := range list {
					tests += len(list[i].Tests)
					p.ids[n] = p.ids[n] || list[i].asksID()
				}
			}
		}
	}
	p.tests = newTestTable(items, tests)
	return p
}

// classOf returns the class of a route. fixed says that the event id of the
// route is the text of the record's EventID field.
func (p *Program) classOf(route *event.Route, fixedID bool) *class {
	key := classRoute{*route, fixedID}
	p.mu.Lock()
	c, ok := p.byRoute[key]
	p.mu.Unlock()
	if !ok {
		c = p.findClass(route, fixedID)
		p.mu.Lock()
		if len(p.byRoute) < maxPlans {
			p.byRoute[key] = c
		}
		p.mu.Unlock()
	}
	return c
}

// findClass finds the class of a route's candidates, or makes it: other classes
// can be asked for meanwhile.
func (p *Program) findClass(route *event.Route, fixedID bool) *class {
	var name []byte
	var list []*program
	tried := false
	id := strconv.FormatUint(uint64(route.EventID), 10)
	p.index.each(route, func(at candidateAt) {
		r := p.set.Rules[at.rule]
		to := &r.Scopes[at.scope]
		if !to.accepts(route) {
			return
		}
		tried = true
		if fixedID && p.ids[at.rule] && r.refuted(to, id) {
			return
		}
		list = append(list, &program{rule: r, scope: to})
		name = binary.AppendUvarint(binary.AppendUvarint(name, uint64(at.rule)), uint64(at.scope))
		if fixedID && p.ids[at.rule] && plainID(to) {
			name = r.appendID(name, id)
		}
	})
	if len(list) == 0 && tried {
		name = append(name, "tried"...)
	}
	p.mu.Lock()
	c, ok := p.classes[string(name)]
	if !ok {
		c = &class{id: uint64(len(p.classes) + 1), tried: tried, programs: list, tests: &p.tests}
		p.classes[string(name)] = c
	}
	p.mu.Unlock()
	c.built.Do(func() { c.build(fixedID, id) })
	return c
}

// appendID writes what the event id decides of a rule: classes of two ids are
// one where it decides the same.
func (r *Rule) appendID(dst []byte, id string) []byte {
	for s := range r.Selections {
		for _, items := range r.Selections[s].Alternatives {
			for i := range items {
				if t := items[i].withID(id); t != unknown {
					dst = append(dst, byte(t))
				}
			}
		}
	}
	return append(dst, 0xff)
}

// refuted reports that the rule cannot hold when EventID has this text.
func (r *Rule) refuted(scope *Scope, id string) bool {
	if !plainID(scope) {
		return false
	}
	return r.truth(func(s int) truth { return r.Selections[s].withID(id) }) == no
}

// plainID reports whether the scope leaves the event id's field as it is.
func plainID(scope *Scope) bool {
	for _, field := range [...]string{"EventID", "System.EventID"} {
		if _, renamed := scope.Fields[field]; renamed || scope.Values[field] != nil || scope.Derived[field] != nil {
			return false
		}
	}
	return true
}

func (s *Selection) withID(id string) truth {
	any := no
	for _, items := range s.Alternatives {
		all := yes
		for i := range items {
			all = all.and(items[i].withID(id))
		}
		any = any.or(all)
	}
	return any
}

// asksID reports that the item is about the event's id.
func (it *Item) asksID() bool { return it.Field == "EventID" || it.Field == "System.EventID" }

// withID is the item's truth when EventID has one text, unknown for others.
func (it *Item) withID(id string) truth {
	if !it.asksID() {
		return unknown
	}
	for i := range it.Tests {
		if it.Tests[i].Kind == FieldRef {
			return unknown
		}
	}
	if it.Kind == ExistsItem {
		return truthOf(it.Exists)
	}
	hit := it.any(nil, nil, []text{{id, id}})
	return truthOf(hit != it.Negate)
}

// matcherFor returns the matcher of the sources that the listed inputs read.
// Texts that are made of a whole record are not turned.
func (p *Program) matcherFor(c *class, inputs []int, turn bool) *matcher {
	key := fmt.Sprint(turn, inputs)
	c.mu.Lock()
	m, ok := c.matchers[key]
	if !ok {
		m = &matcher{id: p.matchers.Add(1)}
		c.matchers[key] = m
	}
	c.mu.Unlock()
	m.built.Do(func() { m.build(c, inputs, turn) })
	return m
}
