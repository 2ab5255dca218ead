package webshell

import "strings"

// word reads a name or a keyword.
func (f *flow) word(t *token) {
	e := &f.e
	if e.skip && !(t.text == "new" && t.lang == basic) && t.text != "then" && t.text != "in" {
		return
	}
	if e.dot {
		e.dot = false
		if e.hasOp {
			f.member(t.text)
			return
		}
	}
	if f.named(t) || t.text == "function" && e.make { // new Function(text)
		f.startName(t)
		return
	}
	switch t.text {
	case "new":
		if e.skip { // Dim x As New T
			e.skip = false
			f.target(false)
		}
		e.make = true
	case "if", "elseif", "while", "until", "for", "foreach", "switch", "catch", "using", "lock", "select", "case", "unless", "synchronized":
		if t.text == "for" && e.word == "foreach" || t.lang == basic && t.text == "using" {
			return
		}
		if e.hasOp || e.has {
			f.endStatement()
		}
		e.word = t.text
		if t.text == "foreach" || t.text == "for" {
			f.e.word = "for"
		}
	case "each":
		e.word = "for"
	case "then", "else", "do", "loop", "wend", "try", "finally", "end", "begin", "next":
		if t.lang != basic && (t.text == "then" || t.text == "loop" || t.text == "wend" || t.text == "end" || t.text == "begin" || t.text == "next") {
			f.startName(t)
			return
		}
		f.endStatement()
	case "return", "echo", "print", "throw":
		if t.text == "print" && t.lang != php {
			f.startName(t)
			return
		}
		if f.top() == "" || f.top() == "{" {
			f.endStatement()
		}
		e.word = t.text
		if t.text == "print" {
			e.word = "echo"
		}
	case "include", "include_once", "require", "require_once":
		if t.lang != php {
			f.startName(t)
			return
		}
		e.word = "include"
	case "public", "private", "protected", "static", "final", "const", "readonly", "override", "virtual", "sealed", "partial", "async", "await", "ref", "out", "internal", "extern", "abstract", "synchronised",
		"byval", "byref", "optional", "redim", "preserve", "let", "set", "get", "call", "yield", "clone", "global":
		if t.text == "get" && t.lang != curly && t.lang != basic {
			f.startName(t)
		}
	case "var", "dim":
		if t.lang == php {
			return
		}
		e.declared = true
		if t.lang == curly { // a type
			f.start(operand{v: value{}, base: "var", last: "var", depth: 1, lang: t.lang, plain: true})
		}
	case "as":
		switch t.lang {
		case basic:
			e.skip = e.hasOp
			if f.at+1 < len(f.tokens) && f.tokens[f.at+1].text != "new" && !e.hasOp {
				e.skip = true
			}
		case php: // foreach (list as item)
			v := f.endExpression()
			e.alt = v
			f.spread(v)
		default: // a cast behind the value
			f.fold()
			e.skip = true
		}
	case "in":
		if e.hasOp {
			f.target(false)
		}
		e.skip = false
	case "and", "andalso", "or", "orelse", "xor":
		if t.text == "xor" && t.lang == basic {
			f.operator("^")
			return
		}
		if t.lang == basic || t.lang == php {
			f.both(t.text[0] == 'o')
			return
		}
		f.startName(t)
	case "is", "instanceof", "like", "isnot":
		f.comparison()
	case "not":
		if t.lang == basic {
			e.deny = true
			return
		}
		f.startName(t)
	case "mod":
		f.operator("%")
	case "function", "sub", "class", "import", "imports", "namespace", "package", "extends", "implements":
		f.endIf(t)
	default:
		f.startName(t)
	}
}

// named reports a keyword that is used as a name: something is called or
// reached by it.
func (f *flow) named(t *token) bool {
	if f.at+1 >= len(f.tokens) {
		return false
	}
	next := f.tokens[f.at+1].text
	if t.text == "is" && t.lang == curly && f.tokens[f.at+1].kind == tokenSign {
		return true // a type test has a name or a literal behind it; InputStream is = ...
	}
	switch t.text {
	case "out", "ref", "get", "set", "do", "end", "next", "begin", "loop", "async", "const", "internal", "partial", "is", "like", "let", "clone", "yield":
		return next == "(" && f.tokens[f.at+1].kind == tokenSign && t.lang != basic || next == "." && f.tokens[f.at+1].kind == tokenSign
	}
	return false
}

// endIf ends a statement before a definition, unless it stands in brackets.
func (f *flow) endIf(t *token) {
	if f.top() == "" || f.top() == "{" {
		if !f.e.hasOp && !f.e.has && f.e.targetCount == 0 {
			f.e.word = ""
		}
	}
	f.e.declared = true
}

// startName begins an operand with a name.
func (f *flow) startName(t *token) {
	name := t.text
	op := operand{base: name, last: name, depth: 1, plain: true, lang: t.lang}
	v, _, ok := f.look(name)
	switch {
	case ok && t.lang != php && (v.known || len(f.scope) > 0):
		op.v = v
		op.v.name = name
	case name == "request" && t.lang != php && (t.lang != curly || t.upper || f.servlet()):
		op.v = value{mark: requestThing, known: true}
		f.facts |= readsRequest
	case f.controls[name] != 0 && t.lang != php:
		switch f.controls[name] {
		case controlCommand:
			op.v = value{mark: commandObject, known: true}
		case controlFiles:
			op.v = value{mark: filesObject, known: true}
		default:
			op.v = value{mark: fromControl, known: true}
			if f.controls[name] == controlUpload {
				op.v.mark |= uploadThing
			}
		}
	case t.lang == php && t.upper: // a constant, known by its name
		op.v.name = name
	case name == "__dir__" || name == "__file__":
		op.v = value{mark: rootPath, known: true}
	case name == "pagecontext" && t.lang == curly:
		op.v = value{known: true}
	case name == "assembly" && t.lang != php:
		op.v = value{mark: loaderThing, known: true}
	case name == "machinekeysection":
		op.v = value{mark: machineKey, known: true}
	}
	f.start(op)
}

// servlet reports Java: there the request has a lower-case name.
func (f *flow) servlet() bool {
	i := f.at
	return i+2 < len(f.tokens) && f.tokens[i+1].text == "." && (strings.HasPrefix(f.tokens[i+2].text, "get") || strings.HasPrefix(f.tokens[i+2].text, "is")) ||
		i+1 < len(f.tokens) && (f.tokens[i+1].text == "," || f.tokens[i+1].text == ")")
}

// member adds a name to the chain.
func (f *flow) member(name string) {
	op := &f.e.op
	if op.wait {
		op.v = f.property(op)
	}
	op.prev, op.last, op.plain, op.group = op.last, name, false, false
	op.depth++
	op.wait = true
	switch name {
	case "session", "application", "viewstate", "cache", "items":
		v, _, _ := f.look(name)
		op.v, op.base, op.wait, op.depth, op.plain = v, name, false, 1, false
	}
}

// phpVariable begins an operand with a variable of PHP.
func (f *flow) phpVariable(name string) {
	op := operand{base: name, last: name, depth: 1, plain: true, lang: php, v: f.phpValue(name)}
	if f.e.word == "for" && f.e.spread && !f.e.hasOp && f.top() == "(" {
		f.store(name, f.e.alt, false, php)
	}
	f.start(op)
}

func (f *flow) phpValue(name string) value {
	switch name {
	case "_get", "_post", "_request", "_cookie", "http_get_vars", "http_post_vars", "http_cookie_vars", "http_raw_post_data":
		f.facts |= readsRequest
		return value{mark: requestThing | fromRequest, head: true, known: true}
	case "_files", "http_post_files":
		f.facts |= readsRequest
		return value{mark: uploadThing, known: true, name: name}
	case "_server", "_env":
		return value{known: true, name: name}
	case "this":
		return value{known: true}
	}
	v, _, ok := f.look(name)
	if !ok && f.loose {
		v = value{mark: fromRequest, head: true, known: true}
	}
	v.name = name
	return v
}

// variableOf is what a variable holds whose name is computed.
func (f *flow) variableOf(name value) value {
	if name.whole && name.mark&builtName == 0 || name.whole && superglobal(name.text) {
		return f.phpValue(strings.ToLower(name.text))
	}
	return value{mark: name.mark&carried | builtVar, known: true}
}

func superglobal(name string) bool {
	switch strings.ToLower(name) {
	case "_get", "_post", "_request", "_cookie", "_files":
		return true
	}
	return false
}

// replaced is a text of PHP in which variables are replaced.
func (f *flow) replaced(text string) value {
	v := value{known: true}
	first := strings.IndexAny(text, "${")
	for first >= 0 && text[first] == '{' && (first+1 >= len(text) || text[first+1] != '$') {
		next := strings.IndexAny(text[first+1:], "${")
		if next < 0 {
			first = len(text)
			break
		}
		first += 1 + next
	}
	v.text = text[:min(max(first, 0), len(text))]
	for i := 0; i < len(text); {
		j := strings.IndexByte(text[i:], '$')
		if j < 0 {
			break
		}
		i += j + 1
		if i < len(text) && text[i] == '{' {
			i++
		}
		start := i
		for i < len(text) && (letter(text[i]) || digit(text[i])) {
			i++
		}
		if i == start {
			continue
		}
		part := f.phpValue(strings.ToLower(text[start:i]))
		v.mark |= part.mark & carried
		if part.head && strings.Trim(v.text, `"'`) == "" {
			v.head = true
		}
	}
	return v
}

// spread gives the members of a list to what follows the word "as".
func (f *flow) spread(v value) {
	f.e.spread = true
	f.e.word = "for"
	f.e.alt = v
}
