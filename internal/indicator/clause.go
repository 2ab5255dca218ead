package indicator

import (
	"slices"
	"strconv"
	"strings"
)

// atom is one comparison of a pattern.
type atom struct {
	kind  Kind
	value string
}

// Caps of patterns; see docs/limits.md.
const (
	maxAtoms   = 16     // values that must stand together
	maxClauses = 10_000 // alternatives of one pattern
)

// clause adds values that must stand together in one record or file: one
// value alone is an ordinary indicator. If any part cannot be looked for, all
// of it is refused.
func (l *Loader) clause(atoms []atom, i Indicator, line int) ([]uint32, bool) {
	atoms, bad := reduce(atoms)
	if bad == nil && len(atoms) == 0 {
		bad = no("too-general", "nothing in the pattern names a thing")
	}
	if bad == nil && len(atoms) > maxAtoms {
		bad = no("too-many", "more than %d values must stand together", maxAtoms)
	}
	if bad != nil {
		l.refuse(line, sentence(atoms), bad)
		return nil, false
	}
	if len(atoms) == 1 && atoms[0].kind < kinds {
		i.Kind, i.Value = atoms[0].kind, atoms[0].value
		n, ok := l.add(i, line)
		return []uint32{n}, ok
	}
	var c clause
	values := make([]string, 0, len(atoms))
	for _, a := range atoms {
		v, warn, bad := normal(a.kind, a.value)
		if bad == nil && !l.room(len(v)) {
			bad = no("too-many", "the set holds as many indicators as it can")
		}
		if bad != nil {
			l.refuse(line, sentence(atoms), no(bad.code, "%s: %s", short(a.value), bad.reason))
			return nil, false
		}
		if warn != nil {
			l.warn(line, a.value, warn)
		}
		values = append(values, v)
	}
	for n, a := range atoms {
		if a.kind == port {
			p, _ := strconv.ParseUint(values[n], 10, 16) // normal has checked it
			c.port = uint16(p)
			continue
		}
		e := l.enter(a.kind, values[n], &i)
		l.set.entries[e].clause = uint32(len(l.set.clauses) + 1)
		c.parts = append(c.parts, e)
	}
	if len(c.parts) == 0 {
		l.refuse(line, sentence(atoms), no("too-general", "a port alone names nothing"))
		return nil, false
	}
	l.set.clauses = append(l.set.clauses, c)
	l.loaded(atoms[0].kind)
	return c.parts, true
}

// reduce drops what is always true, joins a folder and a name to a path, and
// refuses what cannot be compared.
func reduce(atoms []atom) ([]atom, *refuse) {
	var out []atom
	dir, name := -1, -1
	ports := 0
	for _, a := range atoms {
		switch a.kind {
		case nothing:
			continue
		case folder:
			dir = len(out)
		case Name:
			name = len(out)
		case port:
			if ports++; ports > 1 {
				return atoms, no("too-many", "more than one port must stand together")
			}
		}
		if !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	if dir < 0 {
		return out, nil
	}
	if name < 0 {
		return atoms, no("folder", "a folder alone is no trace of a file")
	}
	out[name] = atom{Path, strings.TrimRight(out[dir].value, `\/`) + `\` + out[name].value}
	return slices.Delete(out, dir, dir+1), nil
}

func sentence(atoms []atom) string {
	var parts []string
	for _, a := range atoms {
		parts = append(parts, a.value)
	}
	return strings.Join(parts, " and ")
}

// node is a pattern's tree: a leaf, or kids joined by "and" or "or".
type node struct {
	leaf atom
	bad  *refuse // a leaf that cannot be compared
	and  bool
	kids []*node
}

// clauses writes a tree as alternatives of atoms that must stand together.
// The tree's depth is bounded by its parser.
func (n *node) clauses() ([][]atom, *refuse) {
	if n.bad != nil {
		return nil, n.bad
	}
	if n.kids == nil {
		return [][]atom{{n.leaf}}, nil
	}
	var out [][]atom
	for at, kid := range n.kids {
		some, bad := kid.clauses()
		if bad != nil {
			return nil, bad
		}
		if !n.and || at == 0 {
			out = append(out, some...)
		} else {
			var joined [][]atom
			for _, a := range out {
				for _, b := range some {
					if len(joined) > maxClauses || len(a)+len(b) > maxAtoms {
						return nil, no("too-many", "the pattern has too many alternatives")
					}
					joined = append(joined, slices.Concat(a, b))
				}
			}
			out = joined
		}
		if len(out) > maxClauses {
			return nil, no("too-many", "the pattern has more than %d alternatives", maxClauses)
		}
	}
	return out, nil
}
