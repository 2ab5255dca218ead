package sigma

import (
	"fmt"
	"regexp/syntax"

	"go.yaml.in/yaml/v3"

	"spoor/internal/engine"
)

// Caps of expressions that are told to be slow; the published rules stay
// below.
const (
	slowRegexp     = 200 // characters, repetitions written out, without a literal to look for
	slowRegexpEver = 500 // with one
)

// slow warns of expressions that cannot be skipped by looking for a literal
// and take much work, or read long texts.
func (c *compiler) slow(det *yaml.Node, r *engine.Rule) {
	for s := range r.Selections {
		for _, items := range r.Selections[s].Alternatives {
			for i := range items {
				for _, t := range items[i].Tests {
					if t.Kind != engine.Regexp {
						continue
					}
					if why := slowWhy(t.Re.String(), items[i].Field); why != "" {
						c.warn(fieldNode(det, items[i].Field, get(det, r.Selections[s].Name)), "slow-regexp", "the expression %q is slow: %s", t.Re.String(), why)
					}
				}
			}
		}
	}
}

func slowWhy(expr, field string) string {
	parsed, err := syntax.Parse(expr, syntax.Perl)
	if err != nil || onlyLength(parsed) || anchored(parsed) {
		return ""
	}
	size, _ := measure(parsed)
	gated := engine.Gated(expr)
	switch {
	case !gated && (field == "" || field == "ScriptBlockText" || field == "Payload"):
		return "it holds no text of three letters that could be looked for first, and reads long texts"
	case !gated && size >= slowRegexp:
		return fmt.Sprintf("it holds no text of three letters that could be looked for first, and stands for %d characters", size)
	case size >= slowRegexpEver:
		return fmt.Sprintf("it stands for %d characters", size)
	}
	return ""
}

// onlyLength reports whether an expression asks for nothing but a number of
// characters.
func onlyLength(re *syntax.Regexp) bool {
	for re.Op == syntax.OpRepeat || re.Op == syntax.OpStar || re.Op == syntax.OpPlus || re.Op == syntax.OpCapture {
		re = re.Sub[0]
	}
	return re.Op == syntax.OpAnyChar || re.Op == syntax.OpAnyCharNotNL
}

// anchored reports whether a match can begin in one place only.
func anchored(re *syntax.Regexp) bool {
	for {
		switch re.Op {
		case syntax.OpBeginText:
			return true
		case syntax.OpConcat, syntax.OpCapture:
			re = re.Sub[0]
		default:
			return false
		}
	}
}
