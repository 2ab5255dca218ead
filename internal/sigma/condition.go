package sigma

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"spoor/internal/engine"
)

// maxCondition bounds the tokens of a condition; the longest published one
// has under 100.
const maxCondition = 2_000

// parseCondition compiles a condition to postfix order with an explicit
// stack: "not" binds closest, then "and", then "or"; "1 of x*", "all of x*",
// "1 of them" and "all of them" stand for their selections.
func parseCondition(text string, sels []engine.Selection) ([]engine.Op, *Problem) {
	tokens := tokenize(text)
	if len(tokens) == 0 {
		return nil, &Problem{Code: "no-condition", Reason: "the condition is empty"}
	}
	if len(tokens) > maxCondition {
		return nil, &Problem{Code: "too-complex", Reason: fmt.Sprintf("the condition has more than %d words", maxCondition)}
	}
	p := &conditionParser{text: text, sels: sels}
	for i := 0; i < len(tokens); {
		n, err := p.token(tokens, i)
		if err != nil {
			return nil, err
		}
		i += n
	}
	return p.end(tokens)
}

type token struct {
	text string
	at   int // column, from 0
}

func tokenize(text string) []token {
	list := make([]token, 0, 12) // most have fewer
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '(' || c == ')' || c == '|':
			list = append(list, token{text[i : i+1], i})
			i++
		default:
			j := i
			for j < len(text) && !strings.ContainsRune(" \t\r\n()|", rune(text[j])) {
				j++
			}
			list = append(list, token{text[i:j], i})
			i = j
		}
	}
	return list
}

type conditionParser struct {
	text    string
	sels    []engine.Selection
	out     []engine.Op
	ops     []string // "not", "and", "or", "("
	operand bool     // the last token was an operand
}

func (p *conditionParser) fail(t token, code, format string, args ...any) *Problem {
	reason := fmt.Sprintf(format, args...)
	line := strings.ReplaceAll(p.text, "\n", " ")
	if len(line) <= 160 {
		reason += "\n    " + line + "\n    " + strings.Repeat(" ", t.at) + "^"
	}
	return &Problem{Code: code, Reason: reason, Column: t.at + 1}
}

// stands puts the place of a condition's problem, which counts from the text's
// own begin, into the file. Of a text that is folded or of many lines only the
// first is known.
func (p *Problem) stands(at *yaml.Node) *Problem {
	p.Line = at.Line
	switch {
	case p.Column == 0 || strings.Contains(at.Value, "\n") || at.Style&^(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		p.Column = 0
	case at.Style != 0:
		p.Column += at.Column // behind the quote
	default:
		p.Column += at.Column - 1
	}
	return p
}

// token takes one or more tokens and returns how many.
func (p *conditionParser) token(tokens []token, i int) (int, *Problem) {
	t := tokens[i]
	word := strings.ToLower(t.text)
	switch word {
	case "|":
		return 0, p.fail(t, "aggregation", "aggregations behind a | are the old syntax, which correlation rules replace")
	case "(":
		if p.operand {
			return 0, p.fail(t, "condition", "and or or is missing before the parenthesis")
		}
		p.ops = append(p.ops, "(")
		return 1, nil
	case ")":
		if !p.operand {
			return 0, p.fail(t, "condition", "a selection is missing before the parenthesis")
		}
		for len(p.ops) > 0 && p.ops[len(p.ops)-1] != "(" {
			p.reduce()
		}
		if len(p.ops) == 0 {
			return 0, p.fail(t, "condition", "the parenthesis was never opened")
		}
		p.ops = p.ops[:len(p.ops)-1]
		p.flushNot()
		return 1, nil
	case "not":
		if p.operand {
			return 0, p.fail(t, "condition", "and or or is missing before not")
		}
		p.ops = append(p.ops, "not")
		return 1, nil
	case "and", "or":
		if !p.operand {
			return 0, p.fail(t, "condition", "a selection is missing before %s", word)
		}
		for len(p.ops) > 0 && rank(p.ops[len(p.ops)-1]) >= rank(word) {
			p.reduce()
		}
		p.ops = append(p.ops, word)
		p.operand = false
		return 1, nil
	}
	if p.operand {
		return 0, p.fail(t, "condition", "and or or is missing before %q", t.text)
	}
	if i+2 < len(tokens) && strings.EqualFold(tokens[i+1].text, "of") {
		return 3, p.of(t, tokens[i+2])
	}
	for n, s := range p.sels {
		if s.Name == t.text {
			p.push(engine.Op{Code: engine.OpSelection, Arg: n})
			return 1, nil
		}
	}
	return 0, p.fail(t, "unknown-selection", "there is no selection %q%s", t.text, p.near(t.text))
}

// near names a selection that a name is close to, or one that begins nearly as
// a pattern does.
func (p *conditionParser) near(name string) string {
	pattern, open := strings.CutSuffix(name, "*")
	list := make([]string, len(p.sels))
	for i, s := range p.sels {
		list[i] = s.Name
		for n := len(pattern) - 1; open && n <= len(pattern)+1; n++ {
			if n > 0 && n <= len(s.Name) && hint("%s", pattern, []string{s.Name[:n]}) != "" {
				return fmt.Sprintf("; %q is one", s.Name)
			}
		}
	}
	return hint("; %q is one", name, list)
}

func rank(op string) int {
	switch op {
	case "not":
		return 3
	case "and":
		return 2
	case "or":
		return 1
	}
	return 0
}

func (p *conditionParser) push(ops ...engine.Op) {
	p.out = append(p.out, ops...)
	p.operand = true
	p.flushNot()
}

// flushNot applies the nots that stand right before a finished operand.
func (p *conditionParser) flushNot() {
	for len(p.ops) > 0 && p.ops[len(p.ops)-1] == "not" {
		p.reduce()
	}
}

func (p *conditionParser) reduce() {
	op := p.ops[len(p.ops)-1]
	p.ops = p.ops[:len(p.ops)-1]
	switch op {
	case "not":
		p.out = append(p.out, engine.Op{Code: engine.OpNot})
	case "and":
		p.out = append(p.out, engine.Op{Code: engine.OpAnd, Arg: 2})
	case "or":
		p.out = append(p.out, engine.Op{Code: engine.OpOr, Arg: 2})
	}
}

// of compiles "1 of x*" and its like. Names that begin with an underscore are
// left out, as the specification says of "them", of which a pattern is a part;
// a pattern that begins with an underscore itself means them.
func (p *conditionParser) of(how, what token) *Problem {
	var code engine.OpCode
	switch strings.ToLower(how.text) {
	case "1", "any":
		code = engine.OpOr
	case "all":
		code = engine.OpAnd
	default:
		return p.fail(how, "quantifier", "only 1, any and all can stand before of")
	}
	var ops []engine.Op
	for n, s := range p.sels {
		hidden := strings.HasPrefix(s.Name, "_") && !strings.HasPrefix(what.text, "_")
		if !hidden && (strings.EqualFold(what.text, "them") || nameMatches(what.text, s.Name)) {
			ops = append(ops, engine.Op{Code: engine.OpSelection, Arg: n})
		}
	}
	if len(ops) == 0 {
		return p.fail(what, "unknown-selection", "no selection is named %q%s", what.text, p.near(what.text))
	}
	if n := len(ops); n > 1 {
		ops = append(ops, engine.Op{Code: code, Arg: n})
	}
	if len(p.out)+len(ops) > maxSteps {
		return p.fail(how, "too-complex", "the condition has more than %d steps", maxSteps)
	}
	p.push(ops...)
	return nil
}

// nameMatches compares a selection's name with a pattern in which * stands
// for any text.
func nameMatches(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == name
	}
	if !strings.HasPrefix(name, parts[0]) {
		return false
	}
	name = name[len(parts[0]):]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(name, part)
		if i < 0 {
			return false
		}
		name = name[i+len(part):]
	}
	return strings.HasSuffix(name, parts[len(parts)-1])
}

func (p *conditionParser) end(tokens []token) ([]engine.Op, *Problem) {
	last := tokens[len(tokens)-1]
	if !p.operand {
		return nil, p.fail(last, "condition", "a selection is missing after %q", last.text)
	}
	for len(p.ops) > 0 {
		if p.ops[len(p.ops)-1] == "(" {
			return nil, p.fail(last, "condition", "a parenthesis is not closed")
		}
		p.reduce()
	}
	return p.out, nil
}
