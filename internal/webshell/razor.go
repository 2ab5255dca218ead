package webshell

import (
	"bytes"
	"path"
)

// Razor pages (.cshtml, .vbhtml) put code behind "@": blocks in braces,
// control statements, and expressions up to their closing bracket.
// Source: the Razor syntax reference of ASP.NET Core.

func isRazor(p string) bool {
	ext := path.Ext(p)
	return ext == ".cshtml" || ext == ".vbhtml"
}

// razor keeps the code of a Razor page.
func (p *page) razor(low []byte, lang language) {
	p.family = familyASP
	for i := 0; i < len(low) && len(p.pieces) < maxPieces; {
		n := bytes.IndexByte(low[i:], '@')
		if n < 0 {
			return
		}
		i += n
		start := i + 1
		switch {
		case start >= len(low):
			return
		case low[start] == '@', i > 0 && (letter(low[i-1]) || digit(low[i-1])): // an e-mail address
			i = start + 1
		case low[start] == '*': // a comment
			i = after(low, start, "*@")
		case low[start] == '{', low[start] == '(':
			end := balanced(low, start)
			p.first(low, i)
			p.keep(start+1, end, razorForm(low[start]), lang)
			i = end
		case letter(low[start]) || low[start] == '_':
			i = p.razorWord(low, start, lang)
		default:
			i = start
		}
	}
}

func razorForm(open byte) form {
	if open == '(' {
		return output
	}
	return block
}

// razorWord keeps a statement or an expression that begins with a name.
func (p *page) razorWord(low []byte, start int, lang language) int {
	end := start
	for end < len(low) && (letter(low[end]) || digit(low[end]) || low[end] == '_') {
		end++
	}
	p.first(low, start-1)
	switch word := string(low[start:end]); word {
	case "functions", "code", "if", "for", "foreach", "while", "switch", "using", "lock", "try", "section":
		brace := bytes.IndexByte(low[end:min(len(low), end+maxTag)], '{')
		line := bytes.IndexByte(low[end:min(len(low), end+maxTag)], '\n')
		if brace < 0 || word == "using" && line >= 0 && line < brace && bytes.IndexByte(low[end:end+line], '(') < 0 {
			return end
		}
		stop := balanced(low, end+brace)
		if word == "functions" || word == "code" || word == "section" {
			p.keep(end+brace+1, stop, block, lang)
		} else {
			p.keep(start, min(stop+1, len(low)), block, lang)
		}
		return stop
	case "model", "inherits", "layout", "page", "addtaghelper", "inject", "namespace":
		return end
	}
	for end < len(low) {
		switch c := low[end]; {
		case c == '(' || c == '[':
			end = min(balanced(low, end)+1, len(low))
		case c == '.' && end+1 < len(low) && letter(low[end+1]):
			end++
			for end < len(low) && (letter(low[end]) || digit(low[end]) || low[end] == '_') {
				end++
			}
		default:
			p.keep(start, end, output, lang)
			return end
		}
	}
	p.keep(start, end, output, lang)
	return end
}

// balanced returns the position of the bracket that closes the one at i, or
// the end; brackets in literals do not count.
func balanced(low []byte, i int) int {
	open, depth := low[i], 0
	shut := byte('}')
	switch open {
	case '(':
		shut = ')'
	case '[':
		shut = ']'
	}
	for ; i < len(low); i++ {
		switch c := low[i]; c {
		case open:
			depth++
		case shut:
			if depth--; depth == 0 {
				return i
			}
		case '"':
			for i++; i < len(low) && low[i] != '"' && low[i] != '\n'; i++ {
				if low[i] == '\\' {
					i++
				}
			}
		}
	}
	return len(low)
}
