package webshell

// signStep reads an operator or a bracket.
func (f *flow) signStep(t *token) {
	e := &f.e
	switch t.text {
	case "(", "[", "{":
		f.open(t)
	case ")", "]", "}":
		f.closeSign(t.text)
	case ";":
		f.untilBlock()
		f.endStatement()
	case ",":
		f.comma()
	case ".":
		if t.lang == php {
			f.operator(".")
			return
		}
		e.dot = true
	case "?.", "::":
		e.dot = e.hasOp
	case "->":
		if t.lang == php {
			e.dot = e.hasOp
			return
		}
		e.hasOp, e.has, e.acc = false, false, value{}
	case "=":
		if t.lang == basic && (e.targetCount > 0 || e.has || e.word != "" && e.word != "for" || e.calling || f.top() == "(") {
			f.comparison()
			return
		}
		f.target(false)
	case "+=", ".=", "&=", "-=", "|=", "^=", "??=":
		f.target(true)
	case "==", "===", "!=", "!==", "<>", "<=", ">=", "<", ">":
		if t.lang == curly && e.hasOp && e.op.plain && f.generic() {
			return
		}
		f.comparison()
	case "&&":
		f.both(false)
	case "||", "??":
		f.both(true)
	case "?":
		if e.hasOp {
			f.fold()
			e.acc, e.has, e.compare, e.ternary, e.sign = value{}, false, false, true, ""
		}
	case ":":
		f.colon(t)
	case "=>":
		e.hasOp, e.has, e.acc, e.sign = false, false, value{}, ""
	case ":=":
		e.hasOp = false
	case "!":
		if !e.hasOp {
			e.deny = true
		}
	case "++", "--":
		if e.hasOp && t.lang == php {
			f.merge(e.op.base, builtName)
			e.op.v.mark |= builtName
		}
	case "$":
		e.varVar = t.lang == php
	case "+", "-", "*", "/", "%", "|", "&", "^", "\\":
		if t.text == "\\" && t.lang == php { // a namespace
			return
		}
		f.operator(t.text)
	}
}

// generic reports that a "<" begins type arguments: List<String> x.
func (f *flow) generic() bool {
	for i, n := f.at+1, 0; i < len(f.tokens) && n < 12; i, n = i+1, n+1 {
		t := f.tokens[i]
		switch {
		case t.kind == tokenName, t.text == ",", t.text == ".", t.text == "[", t.text == "]", t.text == "<", t.text == "?":
		case t.text == ">":
			f.at = i
			return true
		default:
			return false
		}
	}
	return false
}

func (f *flow) operator(sign string) {
	if !f.e.hasOp && !f.e.has {
		return // a sign before a number
	}
	f.fold()
	f.e.sign = sign
}

// comparison makes the expression a question: its answer carries nothing.
func (f *flow) comparison() {
	f.fold()
	f.e.compare, f.e.acc, f.e.has = true, value{known: true}, true
}

// both ends one side of a condition; what "or" leaves is one value or the
// other.
func (f *flow) both(or bool) {
	f.fold()
	e := &f.e
	if or && !e.compare {
		e.alt = joined(e.alt, e.acc)
	}
	e.acc, e.has, e.compare, e.sign = value{}, false, false, ""
}

func (f *flow) colon(t *token) {
	e := &f.e
	switch {
	case e.ternary:
		f.fold()
		e.alt = joined(e.alt, e.acc)
		e.acc, e.has, e.compare, e.sign = value{}, false, false, ""
	case t.lang == basic:
		if f.top() == "" || f.top() == "{" {
			f.endStatement()
		}
	case t.lang == curly && len(f.frames) > 0 && f.frames[len(f.frames)-1].word == "for":
		if e.hasOp {
			f.target(false)
		}
	case t.lang == jscript && e.hasOp && e.op.plain && e.word != "case":
		// a type: skip its name
		for f.at+1 < len(f.tokens) && (f.tokens[f.at+1].kind == tokenName || f.tokens[f.at+1].text == ".") {
			f.at++
		}
	case f.top() == "" || f.top() == "{":
		f.endStatement()
	default:
		e.hasOp, e.has, e.acc = false, false, value{}
	}
}

// target notes what will be assigned to.
func (f *flow) target(add bool) {
	e := &f.e
	if !e.hasOp || e.targetCount == len(e.targets) {
		f.fold()
		e.acc, e.has = value{}, false
		return
	}
	t := target{op: e.op, declared: e.declared, append: add}
	e.targets[e.targetCount] = t
	e.targetCount++
	e.hasOp, e.has, e.acc, e.sign, e.skip, e.compare = false, false, value{}, "", false, false
}

// comma ends an argument, an element or a declaration.
func (f *flow) comma() {
	e := &f.e
	n := len(f.frames)
	if n > 0 && (f.top() == "(" || f.top() == "[" || f.frames[n-1].init) {
		fr := &f.frames[n-1]
		v := f.endExpression()
		fr.add(v)
		if fr.word == "for" {
			f.e = expression{}
		}
		return
	}
	v := f.endExpression()
	if e.calling && len(e.callArgs) < maxArgs {
		e.callArgs = append(e.callArgs, v)
	}
}

func (fr *frame) add(v value) {
	if len(fr.args) < maxArgs {
		fr.args = append(fr.args, v)
	} else {
		fr.args[maxArgs-1] = joined(fr.args[maxArgs-1], v)
	}
	if fr.many.known {
		fr.many = added(fr.many, literal(" "))
	}
	v.known = true
	fr.many = added(fr.many, v)
}

// untilBlock closes brackets that were left open before a statement ends; a
// for statement has semicolons inside.
func (f *flow) untilBlock() {
	n := len(f.frames)
	if n == 0 || f.top() == "{" || f.frames[n-1].word == "for" {
		return
	}
	if f.match[f.at] == -1 {
		for i := n - 1; i >= 0 && f.frames[i].open != "{"; i-- {
			if f.frames[i].word == "for" {
				break
			}
			f.close()
		}
	}
}

// open begins a bracket.
func (f *flow) open(t *token) {
	e := &f.e
	if len(f.frames) >= maxFrames {
		f.skipped++
		f.full = true
		return
	}
	fr := frame{open: t.text}
	switch t.text {
	case "(":
		fr.calls = e.hasOp && !e.skip
		if !fr.calls {
			fr.word = e.word
			if e.word == "include" || e.word == "echo" || e.word == "return" {
				fr.word = ""
			}
			if e.hasOp || e.has || e.targetCount > 0 {
				fr.word = ""
			}
		}
	case "[":
		fr.index = e.hasOp
	case "{":
		switch before := f.before(); {
		case e.varVar:
			fr.open = "(" // ${ name }
		case t.lang == php && e.hasOp: // a character or element
			if before == "]" || before == ")" || !e.dot && e.op.base != "" && f.at > 0 && f.tokens[f.at-1].kind == tokenVar {
				fr.index, fr.open = true, "["
			}
		case e.hasOp && (e.op.made || e.make) && f.initialises():
			fr.init = true
		case before == "=" || before == "]" || before == "," || before == "(" || before == "return" && t.lang != php || before == "{" && f.inInit():
			fr.init = t.lang != php
			fr.list = fr.init && before == "]"
		}
		if !fr.init && fr.open == "{" {
			f.beginBlock()
			e = &f.e
		}
	}
	fr.out = *e
	f.frames = append(f.frames, fr)
	word := ""
	f.e = expression{word: word}
}

func (f *flow) inInit() bool { return len(f.frames) > 0 && f.frames[len(f.frames)-1].init }

func (f *flow) before() string {
	if f.at == 0 {
		return ""
	}
	if t := f.tokens[f.at-1]; t.kind == tokenSign || t.kind == tokenName {
		return t.text
	}
	return ""
}

// initialises reports that the block behind "new T" sets members.
func (f *flow) initialises() bool {
	return f.at+2 < len(f.tokens) && f.tokens[f.at+1].kind == tokenName && f.tokens[f.at+2].text == "="
}

// beginBlock ends what stands before a block, unless a bracket around it
// still waits for a value.
func (f *flow) beginBlock() {
	if f.top() == "" || f.top() == "{" {
		f.endStatement()
	}
}

// closeSign closes the bracket that fits; one that fits none is passed over.
func (f *flow) closeSign(sign string) {
	if f.skipped > 0 {
		f.skipped--
		return
	}
	want := "("
	switch sign {
	case "]":
		want = "["
	case "}":
		want = "{"
	}
	n := len(f.frames) - 1
	for n >= 0 && f.frames[n].open != want && !(sign == "}" && f.frames[n].open == "(" && f.frames[n].out.varVar) {
		if sign != "}" && f.frames[n].open == "{" && !f.frames[n].init {
			return // a bracket never closes a block
		}
		n--
	}
	if n < 0 {
		return
	}
	for len(f.frames) > n {
		f.close()
	}
}

// close ends the innermost bracket and hands its value out.
func (f *flow) close() {
	fr := &f.frames[len(f.frames)-1]
	block := fr.open == "{" && !fr.init
	if block {
		f.endStatement()
	} else if f.e.has || f.e.hasOp || f.e.targetCount > 0 || f.e.alt.known {
		plain := f.e.hasOp && !f.e.has && f.e.op.plain
		name := f.e.op.last
		fr.add(f.endExpression())
		if plain {
			fr.out.castName = name
		}
	}
	done := *fr
	f.frames = f.frames[:len(f.frames)-1]
	f.e = done.out
	e := &f.e
	if block {
		return
	}
	last := value{}
	if n := len(done.args); n > 0 {
		last = done.args[n-1]
	}
	switch {
	case e.skip:
	case done.calls:
		op := e.op
		v := f.call(&op, done.args)
		e.op = operand{v: v, base: op.base, prev: op.prev, last: op.last, depth: max(1, op.depth), made: op.made, lang: op.lang}
		if op.lang != basic && op.depth == 1 && !op.made {
			e.op.base = v.name
		}
	case done.index:
		e.op = f.indexed(e.op, last)
	case done.list && e.hasOp: // new T[] {...}
		e.op.v, e.op.wait, e.op.plain = done.many, false, false
	case done.open == "{" && e.hasOp: // members of an object
		e.op.v.mark |= done.many.mark
	case done.open == "(" && (done.word == "if" || done.word == "while" || done.word == "for" || done.word == "foreach" || done.word == "switch" || done.word == "catch" || done.word == "using" || done.word == "lock" || done.word == "elseif" || done.word == "synchronized"):
		f.e = expression{}
	case done.open == "(":
		op := operand{v: last, base: last.name, group: true, depth: 1, lang: f.tokens[min(f.at, len(f.tokens)-1)].lang}
		f.start(op)
	default: // a list
		f.start(operand{v: methodOf(done.many, done.args), depth: 1, group: true})
	}
}
