package webshell

import (
	"strings"
	"unicode/utf8"
)

// quoted reads a literal of the language, if one begins here.
func (l *lexer) quoted() bool {
	c := l.at(0)
	switch l.lang {
	case basic:
		if c != '"' {
			return false
		}
		l.doubled('"')
		if l.at(0)|0x20 == 'c' && !letter(l.at(1)) { // "x"c is a character
			l.pos++
		}
		return true
	case php:
		switch {
		case c == '\'' || c == '"' || c == '`':
			l.escapedString(c)
			return true
		case l.has("<<<"):
			return l.heredoc()
		}
		return false
	}
	switch {
	case (c == '@' || c == '$') && l.at(1) == '"':
		l.pos++
		if c == '@' {
			l.doubled('"')
		} else {
			l.escapedString('"')
		}
		return true
	case (l.has(`$@"`) || l.has(`@$"`)):
		l.pos += 2
		l.doubled('"')
		return true
	case c == '"' || c == '\'' || c == '`':
		l.escapedString(c)
		return true
	case c == '/' && l.lang == jscript && l.expressionBegins():
		return l.pattern()
	}
	return false
}

// doubled reads a literal in which a doubled quote stands for one.
func (l *lexer) doubled(quote byte) {
	l.pos++
	start, twice := l.pos, false
	for l.pos < len(l.src) {
		if l.src[l.pos] == '\n' && l.lang == basic {
			break // an open quote ends with its line
		}
		if l.src[l.pos] == quote {
			if l.at(1) != quote {
				break
			}
			twice = true
			l.pos++
		}
		l.pos++
	}
	text := l.src[start:min(l.pos, len(l.src))]
	if l.at(0) == quote {
		l.pos++
	}
	if twice {
		text = strings.ReplaceAll(text, string([]byte{quote, quote}), string(quote))
	}
	l.add(token{kind: tokenString, text: text})
}

// escapedString reads a literal with backslash escapes.
func (l *lexer) escapedString(quote byte) {
	l.pos++
	start, plain, dollar := l.pos, true, false
	for l.pos < len(l.src) && l.src[l.pos] != quote {
		switch l.src[l.pos] {
		case '\\':
			plain = false
			l.pos++
		case '$':
			dollar = true
		case '\n':
			if l.lang != php && quote != '`' {
				l.add(token{kind: tokenString, text: l.src[start:l.pos]})
				return // not a literal after all: text between code
			}
		}
		l.pos++
	}
	text := l.src[start:min(l.pos, len(l.src))]
	l.pos++
	t := token{kind: tokenString, text: text, mixed: l.lang == php && quote != '\'' && dollar}
	if !plain {
		if l.lang == php && quote == '\'' {
			t.text = strings.NewReplacer(`\\`, `\`, `\'`, `'`).Replace(text)
		} else {
			t.text = decodeEscapes(text)
		}
	}
	if quote == '`' && l.lang == php {
		t.kind = tokenShell
	}
	l.add(t)
}

// maxMarkLine and maxPattern bound what is read ahead before it is known what
// it is, in bytes, so that no input is read over and over.
const (
	maxMarkLine = 256
	maxPattern  = 4096
)

// heredoc reads PHP's text up to a line with its mark.
func (l *lexer) heredoc() bool {
	i := l.pos + 3
	for i < min(len(l.src), l.pos+maxMarkLine) && (l.src[i] == ' ' || l.src[i] == '"' || l.src[i] == '\'') {
		i++
	}
	start := i
	for i < min(len(l.src), start+maxMarkLine) && (letter(l.src[i]) || digit(l.src[i])) {
		i++
	}
	mark := l.src[start:i]
	line := strings.IndexByte(l.src[i:min(len(l.src), i+maxMarkLine)], '\n')
	if mark == "" || line < 0 {
		return false
	}
	mixed := l.src[start-1] != '\''
	body := i + line + 1
	end, after := len(l.src), len(l.src)
	for at := body; at < len(l.src); {
		next := strings.IndexByte(l.src[at:], '\n')
		text := l.src[at:]
		if next >= 0 {
			text = l.src[at : at+next]
		}
		if strings.HasPrefix(strings.TrimLeft(text, " \t"), mark) {
			end, after = at, at+strings.Index(text, mark)+len(mark)
			break
		}
		if next < 0 {
			break
		}
		at += next + 1
	}
	l.add(token{kind: tokenString, text: l.src[body:end], mixed: mixed && strings.IndexByte(l.src[body:end], '$') >= 0})
	l.pos = after
	return true
}

// expressionBegins reports that a slash here cannot be a division.
func (l *lexer) expressionBegins() bool {
	if len(l.tokens) == 0 {
		return true
	}
	last := l.tokens[len(l.tokens)-1]
	switch last.kind {
	case tokenSign:
		return last.text != ")" && last.text != "]"
	case tokenName:
		return last.text == "return"
	}
	return last.kind == tokenBreak || last.kind == tokenOpen
}

// pattern reads a regular expression literal of one line.
func (l *lexer) pattern() bool {
	class := false
	for i := l.pos + 1; i < min(len(l.src), l.pos+maxPattern) && l.src[i] != '\n'; i++ {
		switch l.src[i] {
		case '\\':
			i++
		case '[':
			class = true
		case ']':
			class = false
		case '/':
			if !class {
				l.add(token{kind: tokenNumber, text: "0"})
				l.pos = i + 1
				for letter(l.at(0)) {
					l.pos++
				}
				return true
			}
		}
	}
	return false
}

// escaped reads one backslash escape at the start of s and returns its rune
// and its length, 0 when none begins there.
func escaped(s string) (rune, int) {
	if len(s) < 2 || s[0] != '\\' {
		return 0, 0
	}
	digits := 0
	switch s[1] {
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	case 'x':
		digits = 2
	case 'n':
		return '\n', 2
	case 't':
		return '\t', 2
	case 'r':
		return '\r', 2
	case 'e':
		return 0x1b, 2
	case '0', '1', '2', '3', '4', '5', '6', '7':
		v, n := rune(0), 1
		for n < 4 && n < len(s) && s[n] >= '0' && s[n] <= '7' {
			v = v*8 + rune(s[n]-'0')
			n++
		}
		return v & 0xff, n
	default:
		return rune(s[1]), 2
	}
	start := 2
	if digits == 4 {
		for start < len(s) && s[start] == 'u' { // Java allows several
			start++
		}
	}
	v, n := rune(0), start
	for n < len(s) && n < start+digits && hexDigit(s[n]) {
		v = v*16 + rune(hexValue(s[n]))
		n++
	}
	if n == start || digits != 2 && n != start+digits || v > utf8.MaxRune {
		return 0, 0
	}
	return v, n
}

func hexValue(c byte) byte {
	if digit(c) {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// decodeEscapes replaces backslash escapes by what they stand for.
func decodeEscapes(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		if s[i] == '\\' {
			if r, n := escaped(s[i:]); n > 0 {
				if r < 0x80 || s[i+1] != 'x' && !digit(s[i+1]) {
					b.WriteRune(r)
				} else {
					b.WriteByte(byte(r))
				}
				i += n
				continue
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

// openEscapes replaces the escapes of letters and signs below 0x80 that stand
// outside of literals too: in Java they mean the character itself, wherever
// they stand.
func openEscapes(s string) string {
	if !strings.Contains(s, `\u00`) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		if s[i] == '\\' && i+1 < len(s) {
			if s[i+1] == '\\' {
				b.WriteString(s[i : i+2])
				i += 2
				continue
			}
			if r, n := escaped(s[i:]); n > 0 && s[i+1] == 'u' && r >= ' ' && r < 0x7f && r != '\\' {
				b.WriteByte(byte(r))
				i += n
				continue
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}
