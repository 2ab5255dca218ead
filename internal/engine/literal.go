package engine

import (
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"

	"spoor/internal/limits"
)

// Caps of the literals that gate a regular expression.
const (
	maxGates    = max(16>>limits.Shrink, 1) // alternatives; more are no gate
	minGate     = 3                         // bytes; a shorter literal is in most texts
	maxGateSize = max(32>>limits.Shrink, 5) // bytes kept of a literal
)

// gate is a set of folded literals of which every match of a regular
// expression holds one; none means that nothing is known. ascii says that it
// holds for text of ASCII only: under (?i) a k also matches the Kelvin sign,
// which folding leaves alone.
type gate struct {
	any   []string
	ascii bool
}

// gateOf finds the gate of an expression. Its nesting is bounded by the
// parser (1,000).
func gateOf(expr string) gate {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return gate{}
	}
	g := required(re.Simplify())
	if g.weak() {
		return gate{}
	}
	return g
}

// weak reports that the gate says nothing.
func (g gate) weak() bool {
	return len(g.any) == 0 || len(g.any) > maxGates || g.shortest() < 1
}

func (g gate) shortest() int {
	n := maxGateSize
	for _, s := range g.any {
		n = min(n, len(s))
	}
	return n
}

func required(re *syntax.Regexp) gate {
	switch re.Op {
	case syntax.OpLiteral:
		return gateOfLiteral(re)
	case syntax.OpCapture, syntax.OpPlus:
		return required(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return required(re.Sub[0])
		}
	case syntax.OpConcat:
		var best gate
		for _, sub := range re.Sub {
			if g := required(sub); !g.weak() && (best.weak() || g.better(best)) {
				best = g
			}
		}
		return best
	case syntax.OpAlternate:
		var all gate
		for _, sub := range re.Sub {
			g := required(sub)
			if g.weak() {
				return gate{}
			}
			all.any = append(all.any, g.any...)
			all.ascii = all.ascii || g.ascii
		}
		slices.Sort(all.any)
		all.any = slices.Compact(all.any)
		return all
	}
	return gate{}
}

// better prefers few long literals.
func (g gate) better(h gate) bool {
	return g.shortest()*len(h.any) > h.shortest()*len(g.any)
}

func gateOfLiteral(re *syntax.Regexp) gate {
	var g gate
	var text []byte
	for _, r := range re.Rune {
		if r == utf8.RuneError || len(text)+utf8.UTFMax > maxGateSize {
			break
		}
		text = utf8.AppendRune(text, r)
		if re.Flags&syntax.FoldCase == 0 {
			continue
		}
		for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
			if Fold(string(o)) != Fold(string(r)) {
				g.ascii = true
			}
		}
	}
	g.any = []string{Fold(string(text))}
	return g
}
