package webshell

// function is one that the page defines.
type function struct {
	name      string
	params    []parameter
	body, end int  // tokens
	service   bool // a client calls it with its own arguments
	result    value
	lang      language
}

type parameter struct {
	name    string
	request bool // its type is that of a request or of its context
}

// maxFunctions and maxParameters bound what is known of the functions of one
// page.
const (
	maxFunctions  = 4096
	maxParameters = 32
)

// pair finds the closing bracket of every opening one, -1 for none.
func pair(tokens []token) []int32 {
	match := make([]int32, len(tokens))
	var open []int32
	for i := range tokens {
		match[i] = -1
		if tokens[i].kind != tokenSign {
			continue
		}
		want := ""
		switch tokens[i].text {
		case "(", "[", "{":
			open = append(open, int32(i))
			continue
		case ")":
			want = "("
		case "]":
			want = "["
		case "}":
			want = "{"
		default:
			continue
		}
		if n := len(open); n > 0 && tokens[open[n-1]].text == want {
			match[i], match[open[n-1]] = open[n-1], int32(i)
			open = open[:n-1]
		} else if n > 1 && want == "{" { // a bracket inside was left open
			for n > 1 && tokens[open[n-1]].text != "{" {
				n--
			}
			if tokens[open[n-1]].text == "{" {
				match[i], match[open[n-1]] = open[n-1], int32(i)
				open = open[:n-1]
			}
		}
	}
	return match
}

// functions finds the definitions in one pass.
func functions(tokens []token, match []int32) []function {
	var list []function
	openBasic := -1
	for i := range tokens {
		if len(list) >= maxFunctions {
			break
		}
		t := &tokens[i]
		if t.lang == basic {
			if t.kind != tokenName || t.text != "sub" && t.text != "function" {
				continue
			}
			if i > 0 && tokens[i-1].text == "end" {
				if openBasic >= 0 {
					list[openBasic].end, openBasic = i-1, -1
				}
				continue
			}
			if i+1 < len(tokens) && tokens[i+1].kind == tokenName && (i == 0 || tokens[i-1].text != "exit") {
				f := function{name: tokens[i+1].text, body: i + 2, end: len(tokens), lang: basic, service: isService(tokens, i)}
				if i+2 < len(tokens) && tokens[i+2].text == "(" && match[i+2] > 0 {
					f.params = parameters(tokens, i+3, int(match[i+2]))
					f.body = int(match[i+2]) + 1
				}
				if openBasic >= 0 {
					list[openBasic].end = i
				}
				openBasic = len(list)
				list = append(list, f)
			}
			continue
		}
		if t.kind != tokenSign || t.text != "(" || match[i] < 0 || i == 0 {
			continue
		}
		if f, ok := curlyFunction(tokens, match, i); ok {
			list = append(list, f)
		}
	}
	return list
}

// curlyFunction reads the definition whose parameters begin at i.
func curlyFunction(tokens []token, match []int32, i int) (function, bool) {
	name := tokens[i-1]
	word := false // introduced by the word function
	f := function{lang: tokens[i].lang}
	switch {
	case name.kind == tokenName && name.text == "function":
		word = true
	case name.kind == tokenName && i > 1 && (tokens[i-2].text == "function" || tokens[i-2].text == "&" && i > 2 && tokens[i-3].text == "function"):
		f.name, word = name.text, true
	case name.kind == tokenName && i > 1 && name.lang != php && name.lang != jscript && definesAfter(tokens[i-2]):
		f.name = name.text
	default:
		return f, false
	}
	f.body = bodyAfter(tokens, int(match[i])+1, word)
	if f.body == 0 || match[f.body-1] < 0 {
		return f, false
	}
	f.end = int(match[f.body-1])
	f.params = parameters(tokens, i+1, int(match[i]))
	f.service = isService(tokens, i)
	return f, true
}

// definesAfter reports that a name behind this token can be one that is
// defined: a type stands before it.
func definesAfter(t token) bool {
	if t.kind == tokenSign {
		return t.text == "]" || t.text == ">" || t.text == "?"
	}
	if t.kind != tokenName {
		return false
	}
	switch t.text {
	case "new", "return", "else", "throw", "await", "in", "case", "goto", "is", "as", "using", "yield":
		return false
	}
	return true
}

// bodyAfter returns the position behind the "{" of a body, 0 for none: a
// result type, what is thrown, or a base constructor may stand before it.
func bodyAfter(tokens []token, i int, word bool) int {
	for n := 0; i < len(tokens) && n < 24; i, n = i+1, n+1 {
		t := tokens[i]
		switch {
		case t.text == "{" && t.kind == tokenSign:
			return i + 1
		case t.kind == tokenName, t.kind == tokenVar:
		case t.kind == tokenSign && (t.text == ":" || t.text == "." || t.text == "," || t.text == "[" || t.text == "]" || t.text == "?" || t.text == "(" || t.text == ")" || t.text == "&" || t.text == "\\"):
			if n == 0 && t.text != ":" && !(word && t.text == "(") {
				return 0
			}
		default:
			return 0
		}
		if n == 0 && t.kind == tokenName && t.text != "throws" && t.text != "use" && t.text != "where" {
			return 0
		}
	}
	return 0
}

// isService reports that the attributes before the definition at i publish
// it to clients.
func isService(tokens []token, i int) bool {
	for n := 0; n < 40 && i > 0; n++ {
		i--
		switch tokens[i].text {
		case ";", "{", "}":
			if tokens[i].kind == tokenSign {
				return false
			}
		case "webmethod", "webmethodattribute", "operationcontract", "scriptmethod":
			return true
		}
	}
	return false
}

// parameters reads the names between two tokens.
func parameters(tokens []token, from, to int) []parameter {
	var list []parameter
	depth := 0
	p := parameter{}
	closed := false // the name is known
	for i := from; i < to && len(list) < maxParameters; i++ {
		t := tokens[i]
		if t.kind == tokenSign {
			switch t.text {
			case "(", "[", "{", "<":
				depth++
			case ")", "]", "}", ">":
				depth--
			case "=":
				closed = closed || depth == 0
			case ":":
				closed = closed || t.lang == jscript
			case ",":
				if depth <= 0 {
					list = append(list, p)
					p, closed = parameter{}, false
				}
			}
			continue
		}
		if depth > 0 {
			continue
		}
		switch t.kind {
		case tokenVar:
			p.name, closed = t.text, true
		case tokenName:
			switch t.text {
			case "httpcontext", "httpcontextbase", "httprequest", "httprequestbase", "httpservletrequest", "servletrequest", "pagecontext", "httplistenercontext":
				p.request = true
				continue
			case "byval", "byref", "optional", "ref", "out", "final", "params", "this", "in":
				continue
			case "as":
				closed = closed || t.lang == basic
				continue
			}
			if !closed && t.lang != php {
				p.name = t.text
			}
		}
	}
	if p.name != "" {
		list = append(list, p)
	}
	return list
}
