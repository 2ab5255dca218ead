package webshell

import "strings"

// language is the family of syntax that a piece of server code is written in.
type language uint8

const (
	unknown language = iota
	curly            // C# and Java
	jscript          // JScript, classic and .NET
	basic            // VBScript and Visual Basic
	php
)

type tokenKind uint8

const (
	tokenName   tokenKind = iota + 1 // identifier or keyword, lower case
	tokenVar                         // PHP variable, lower case, without $
	tokenString                      // its text is decoded
	tokenShell                       // PHP back quotes: a command
	tokenNumber
	tokenSign
	tokenBreak // end of a statement: a line end in Basic, a border of code
	tokenOpen  // begins an expression that is written to the answer
)

// token is one word of code. Its text is a part of the source wherever no
// decoding was needed.
type token struct {
	kind  tokenKind
	lang  language
	upper bool // the name begins with a capital letter
	mixed bool // a PHP string in which variables are replaced
	text  string
}

// maxTokens bounds the words of one file; the largest page of a product that
// was looked at has under 40,000.
const maxTokens = 300_000

// lexer cuts code into tokens, once, front to back.
type lexer struct {
	lang   language
	src    string
	pos    int
	tokens []token
	cut    bool // maxTokens was reached
}

func (l *lexer) add(t token) {
	if len(l.tokens) >= maxTokens {
		l.cut = true
		l.pos = len(l.src)
		return
	}
	t.lang = l.lang
	l.tokens = append(l.tokens, t)
}

// scan appends the tokens of one piece of code.
func (l *lexer) scan(lang language, src string) {
	l.lang, l.src, l.pos = lang, src, 0
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		switch {
		case c == '\n' && lang == basic:
			l.add(token{kind: tokenBreak})
			l.pos++
		case c <= ' ':
			l.pos++
		case l.comment():
		case letter(c) || c >= 0x80 || c == '\\' && l.at(1) == 'u':
			l.name()
		case c == '@' && (letter(l.at(1)) || l.at(1) == '\\') && lang != basic, lang == php && l.has("@$"):
			l.pos++ // an escaped C# name, a silenced PHP call
		case c == '$' && lang == php && (letter(l.at(1)) || l.at(1) >= 0x80):
			l.pos++
			start := l.pos
			for l.pos < len(l.src) && (letter(l.src[l.pos]) || digit(l.src[l.pos]) || l.src[l.pos] >= 0x80) {
				l.pos++
			}
			l.add(token{kind: tokenVar, text: strings.ToLower(l.src[start:l.pos])})
		case digit(c) || c == '&' && lang == basic && (l.at(1)|0x20) == 'h' && hexDigit(l.at(2)):
			start := l.pos
			l.pos++
			for l.pos < len(l.src) && (letter(l.src[l.pos]) || digit(l.src[l.pos]) || l.src[l.pos] == '.' && digit(l.at(1))) {
				l.pos++
			}
			l.add(token{kind: tokenNumber, text: l.src[start:l.pos]})
		case l.quoted():
		default:
			l.sign()
		}
	}
}

func (l *lexer) at(n int) byte {
	if l.pos+n < len(l.src) {
		return l.src[l.pos+n]
	}
	return 0
}

func (l *lexer) has(s string) bool { return strings.HasPrefix(l.src[l.pos:], s) }

// until moves behind the next s, or to the end.
func (l *lexer) until(s string) {
	if i := strings.Index(l.src[l.pos:], s); i >= 0 {
		l.pos += i + len(s)
		return
	}
	l.pos = len(l.src)
}

// comment skips a comment; what it hides between is joined again.
func (l *lexer) comment() bool {
	switch {
	case l.lang == basic:
		rem := len(l.src)-l.pos > 3 && strings.EqualFold(l.src[l.pos:l.pos+3], "rem") && l.at(3) <= ' ' && (l.pos == 0 || !letter(l.src[l.pos-1]) && l.src[l.pos-1] != '.')
		if l.at(0) == '_' && l.lineEnds(1) { // the statement goes on in the next line
			l.until("\n")
			return true
		}
		if l.at(0) != '\'' && !rem {
			return false
		}
		if i := strings.IndexByte(l.src[l.pos:], '\n'); i >= 0 {
			l.pos += i
		} else {
			l.pos = len(l.src)
		}
		return true
	case l.has("/*"):
		l.pos += 2
		l.until("*/")
		return true
	case l.has("//") || l.lang == php && l.at(0) == '#' && l.at(1) != '[' || l.lang == curly && l.at(0) == '#':
		l.until("\n")
		return true
	case l.has("<!--") || l.has("-->"):
		l.pos += 3
		return true
	case l.lang != php && l.has("<![CDATA["):
		l.pos += 9
		return true
	case l.lang != php && l.has("]]>"):
		l.pos += 3
		return true
	}
	return false
}

func (l *lexer) lineEnds(from int) bool {
	for i := l.pos + from; i < len(l.src) && i < l.pos+64; i++ {
		if l.src[i] == '\n' {
			return l.pos > 0 && l.src[l.pos-1] <= ' '
		}
		if l.src[i] > ' ' {
			return false
		}
	}
	return false
}

// name reads an identifier, with its characters written as escapes.
func (l *lexer) name() {
	start, plain := l.pos, true
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		if letter(c) || digit(c) || c >= 0x80 {
			l.pos++
			continue
		}
		if c == '\\' && (l.at(1) == 'u' || l.at(1) == 'U') {
			if _, n := escaped(l.src[l.pos:]); n > 0 {
				plain = false
				l.pos += n
				continue
			}
		}
		break
	}
	if l.pos == start { // a backslash that begins no escape
		l.pos++
		return
	}
	text := l.src[start:l.pos]
	if !plain {
		text = decodeEscapes(text)
	}
	l.add(token{kind: tokenName, upper: text != "" && text[0] >= 'A' && text[0] <= 'Z', text: strings.ToLower(text)})
}

// sign reads an operator or a bracket.
func (l *lexer) sign() {
	two := ""
	if l.pos+2 <= len(l.src) {
		two = l.src[l.pos : l.pos+2]
	}
	n := 1
	switch two {
	case "==", "!=", "<>", "<=", ">=", "&&", "||", "??", "->", "::", "=>", "+=", "-=", ".=", "&=", "^=", "|=", "?.", ":=", "++", "--":
		n = 2
		if l.lang == basic && (two == "::" || two == "->" || two == "--" || two == "&&") {
			n = 1
		}
		if third := l.at(2); (two == "==" || two == "!=") && third == '=' || two == "??" && third == '=' {
			n = 3
		}
	}
	l.add(token{kind: tokenSign, text: l.src[l.pos : l.pos+n]})
	l.pos += n
}

func letter(c byte) bool   { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' }
func digit(c byte) bool    { return c >= '0' && c <= '9' }
func hexDigit(c byte) bool { return digit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }
