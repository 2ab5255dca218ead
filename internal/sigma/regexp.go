package sigma

import (
	"regexp"
	"regexp/syntax"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Caps of a regular expression; see docs/limits.md.
const (
	maxRegexp = 8 << 10 // bytes; the longest published one has 217
	// maxRegexpSize bounds its characters and classes with repetitions
	// written out: time grows with them for every byte of a field. The
	// largest published one has 1,001.
	maxRegexpSize = 4_000
)

// regularExpression compiles a value of |re. The specification names PCRE, of which the
// standard library's linear-time engine reads all but look-around, back
// references and possessive quantifiers: those are refused.
func regularExpression(v *yaml.Node, m *modifiers) (*regexp.Regexp, error) {
	if len(v.Value) > maxRegexp {
		return nil, problem(v, "regexp-too-large", "the regular expression is longer than %d bytes", maxRegexp)
	}
	pattern := v.Value
	if m.reFlags != "" {
		pattern = "(?" + m.reFlags + ")" + pattern
	}
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, problem(v, "regexp", "%v", err)
	}
	size, dollar := measure(parsed)
	if size > maxRegexpSize {
		return nil, problem(v, "regexp-too-large", "the regular expression stands for more than %d characters", maxRegexpSize)
	}
	if dollar {
		if text, ok := feedBeforeEnd(pattern); ok {
			pattern = text
		} else {
			pattern = parsed.String()
		}
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, problem(v, "regexp", "%v", err)
	}
	return re, nil
}

// feedBeforeEnd writes a valid expression so that each of its $ also holds before
// a last line feed. Writing out the parsed expression is the same and takes 1.6 ms
// for each class as [^/], whose million runes are asked for their letter case: two
// thirds of loading the built-in rules. An expression in which a $ may have another
// meaning (\Q, the flags m and U) is left to that.
func feedBeforeEnd(expr string) (string, bool) {
	var out strings.Builder
	for i := 0; i < len(expr); {
		size := 1
		switch {
		case expr[i] == '\\' && i+1 < len(expr):
			if size = 2; expr[i+1] == 'Q' {
				return "", false
			}
		case expr[i] == '[':
			size = classSize(expr[i:])
		case strings.HasPrefix(expr[i:], "(?P<"), strings.HasPrefix(expr[i:], "(?<"):
		case strings.HasPrefix(expr[i:], "(?"):
			if size = strings.IndexAny(expr[i:], ":)"); size < 0 || strings.ContainsAny(expr[i:i+size], "mU") {
				return "", false
			}
		case expr[i] == '$':
			out.WriteString(`(?:\n?\z)`)
			i++
			continue
		}
		out.WriteString(expr[i : i+size])
		i += size
	}
	return out.String(), true
}

// classSize is the length of the class of characters that a valid expression
// begins with.
func classSize(expr string) int {
	i := 1
	if strings.HasPrefix(expr[i:], "^") {
		i++
	}
	for first := i; i < len(expr); i++ {
		switch {
		case expr[i] == '\\':
			i++
		case expr[i] == ']' && i > first:
			return i + 1
		case strings.HasPrefix(expr[i:], "[:"): // [:alpha:]
			if end := strings.Index(expr[i+2:], ":]"); end >= 0 {
				i += 2 + end + 1
			}
		}
	}
	return len(expr)
}

// measure counts the characters and classes of an expression with repetitions
// written out, up to a little more than maxRegexpSize. It also lets every $
// hold before a last line feed, as in PCRE, and reports whether there was one.
func measure(root *syntax.Regexp) (size int, dollar bool) {
	type part struct {
		re    *syntax.Regexp
		times int
	}
	stack := []part{{root, 1}}
	for len(stack) > 0 && size <= maxRegexpSize {
		x := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch x.re.Op {
		case syntax.OpRepeat:
			x.times *= max(x.re.Min+1, x.re.Max)
		case syntax.OpLiteral:
			size += x.times * len(x.re.Rune)
		case syntax.OpEndText:
			if x.re.Flags&syntax.WasDollar != 0 {
				dollar = true
				end := *x.re
				end.Flags &^= syntax.WasDollar
				feed := &syntax.Regexp{Op: syntax.OpLiteral, Rune: []rune{'\n'}}
				*x.re = syntax.Regexp{Op: syntax.OpConcat, Sub: []*syntax.Regexp{{Op: syntax.OpQuest, Sub: []*syntax.Regexp{feed}}, &end}}
				continue
			}
			size += x.times
		default:
			size += x.times
		}
		if x.times > maxRegexpSize {
			return x.times, dollar
		}
		for _, sub := range x.re.Sub {
			stack = append(stack, part{sub, x.times})
		}
	}
	return size, dollar
}
