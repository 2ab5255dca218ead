package webshell

// A page is read as its server would read it, three times over, without
// running anything: each pass carries what is known of variables, parameters
// and results further. Time is linear in the tokens; the stack is a list with
// a cap.
const (
	passes    = 3
	maxFrames = 200
	maxNames  = 8192
	maxArgs   = 16
)

type variable struct {
	scope int // index of the function, -1 for the page
	name  string
}

// operand is the name or value that is being put together.
type operand struct {
	v     value
	base  string // first name of the chain
	prev  string // last but one
	last  string
	depth int
	wait  bool // last was not applied yet: it may be called
	group bool
	made  bool // by new
	plain bool // a name and nothing else
	lang  language
}

// expression is the state between two brackets or ends of statements.
type expression struct {
	acc           value
	has           bool
	op            operand
	hasOp         bool
	sign          string // operator between acc and op
	dot, make     bool
	compare, deny bool
	ternary       bool
	alt           value
	targets       [4]target
	targetCount   int
	integer       bool // a cast to a number stands before op
	declared      bool
	word          string // keyword that began the statement
	skip          bool   // a type in Basic or JScript
	varVar        bool
	call          operand // call without brackets in Basic
	calling       bool
	callArgs      []value
	castName      string
	spread        bool // inside foreach, behind the list
}

type target struct {
	op       operand
	declared bool
	append   bool
}

// frame is an open bracket.
type frame struct {
	open  string
	calls bool // what stands before it is called
	index bool
	init  bool // members of an object under construction, or of a list
	list  bool // elements behind new T[]
	word  string
	args  []value
	many  value // everything in a list, in order
	out   expression
}

type flow struct {
	tokens   []token
	match    []int32
	fns      []function
	byName   map[string][]int
	natives  map[string]string // what the page calls a function of Windows, and its own name
	starts   map[int]int
	vars     map[variable]value
	controls map[string]control
	frames   []frame
	e        expression
	scope    []int
	skipped  int // frames beyond the cap
	facts    fact
	key      string
	binding  bool
	at       int
	loose    bool // PHP variables are made of what requests send
	full     bool // a cap was reached
}

func newFlow(tokens []token, controls map[string]control) *flow {
	f := &flow{tokens: tokens, match: pair(tokens), controls: controls,
		byName: map[string][]int{}, starts: map[int]int{}, vars: map[variable]value{}}
	f.fns = functions(tokens, f.match)
	f.natives = natives(tokens)
	f.full = len(f.fns) >= maxFunctions
	for i, fn := range f.fns {
		f.byName[fn.name] = append(f.byName[fn.name], i)
		f.starts[fn.body] = i
		for _, p := range fn.params {
			switch {
			case p.request:
				f.set(variable{i, p.name}, value{mark: requestThing, known: true})
			case fn.service:
				f.set(variable{i, p.name}, value{mark: fromRequest, head: true, known: true})
			default:
				f.set(variable{i, p.name}, value{})
			}
		}
	}
	return f
}

// run reads the tokens until nothing new can be learnt, or passes times.
func (f *flow) run() {
	for range passes {
		f.facts, f.frames, f.scope, f.e, f.skipped = f.facts&readsRequest, f.frames[:0], f.scope[:0], expression{}, 0
		for f.at = 0; f.at < len(f.tokens); f.at++ {
			f.enter()
			f.step(&f.tokens[f.at])
		}
		f.endStatement()
		for len(f.frames) > 0 {
			f.close()
			f.endStatement()
		}
	}
}

// enter keeps track of the function that the position lies in.
func (f *flow) enter() {
	for n := len(f.scope); n > 0 && f.at >= f.fns[f.scope[n-1]].end; n-- {
		f.scope = f.scope[:n-1]
	}
	if i, ok := f.starts[f.at]; ok && len(f.scope) < maxFrames {
		f.scope = append(f.scope, i)
	}
}

func (f *flow) current() int {
	if n := len(f.scope); n > 0 {
		return f.scope[n-1]
	}
	return -1
}

func (f *flow) set(k variable, v value) {
	if _, ok := f.vars[k]; !ok && len(f.vars) >= maxNames {
		f.full = true
		return
	}
	v.text, v.end = bounded(v.text), bounded(v.end)
	f.vars[k] = v
}

// look finds a variable, the nearest first.
func (f *flow) look(name string) (value, variable, bool) {
	for n := len(f.scope) - 1; n >= 0; n-- {
		k := variable{f.scope[n], name}
		if v, ok := f.vars[k]; ok {
			return v, k, true
		}
	}
	k := variable{-1, name}
	v, ok := f.vars[k]
	return v, k, ok
}

// store assigns a value to a name. What is known of a variable grows: only a
// value that is made from the variable itself replaces what was known.
func (f *flow) store(name string, v value, declared bool, lang language) {
	old, k, ok := f.look(name)
	if !ok || (declared || lang == php) && k.scope != f.current() {
		k = variable{f.current(), name}
		if !declared && lang != php {
			k.scope = -1
		}
		old, ok = f.vars[k]
	}
	self := v.name == name && ok
	v.known = true
	if ok && !self {
		text, end, whole := v.text, v.end, v.whole
		v = joined(v, old)
		v.text, v.end, v.whole = text, end, whole && v.mark&tainted == 0
	}
	v.name = name
	f.set(k, v)
}

// merge adds marks to a variable.
func (f *flow) merge(name string, m mark) {
	switch name {
	case "", "request", "response", "server", "context", "httpcontext", "page", "system", "this", "out":
		return // things of the server, which are no variables
	}
	if m == 0 {
		return
	}
	v, k, ok := f.look(name)
	if !ok {
		k = variable{-1, name}
	}
	v.mark |= m
	v.known, v.name = true, name
	f.set(k, v)
}

// step reads one token.
func (f *flow) step(t *token) {
	switch t.kind {
	case tokenBreak:
		if f.top() == "" || f.top() == "{" {
			f.endStatement()
		}
	case tokenOpen:
		f.endStatement()
		f.e.word = "echo"
		f.binding = t.text == "binding"
	case tokenNumber:
		v := literal(t.text)
		v.mark &^= blob
		f.start(operand{v: v, lang: t.lang})
	case tokenString:
		f.facts |= sheetFact(t.text)
		v := literal(t.text)
		if t.mixed {
			v = f.replaced(t.text)
		}
		f.start(operand{v: v, lang: t.lang})
	case tokenShell:
		v := f.replaced(t.text)
		f.facts |= lineFact(v)
		f.start(operand{v: value{known: true}, lang: t.lang})
	case tokenVar:
		f.phpVariable(t.text)
	case tokenName:
		f.word(t)
	default:
		f.signStep(t)
	}
}

// top is the bracket that is open.
func (f *flow) top() string {
	if n := len(f.frames); n > 0 {
		return f.frames[n-1].open
	}
	return ""
}

// start begins an operand. Two in a row are a call without brackets in
// Basic, and elsewhere a type before a name or a cast before a value.
func (f *flow) start(op operand) {
	e := &f.e
	if e.skip {
		return
	}
	if e.dot { // a member of what With names, or of nothing
		e.dot = false
	}
	if e.hasOp {
		switch {
		case op.lang == basic && !e.calling && e.targetCount == 0 && !e.has && !e.compare && (f.top() == "" || f.top() == "{"):
			e.call, e.calling, e.hasOp = e.op, true, false
		default:
			if number(e.castName) && e.op.group {
				e.integer = true
			}
			e.declared = !e.op.group
		}
	}
	op.made = e.make
	e.make = false
	e.op, e.hasOp = op, true
	if e.varVar {
		e.varVar = false
		e.op.v = f.variableOf(e.op.v)
	}
}

func number(name string) bool {
	switch name {
	case "int", "integer", "long", "short", "bool", "boolean", "double", "float", "char", "int32", "int64", "uint":
		return true
	}
	return false
}

// take ends the operand and returns its value.
func (f *flow) take() value {
	e := &f.e
	v := e.op.v
	if e.op.wait {
		v = f.property(&e.op)
	}
	if e.integer || e.deny {
		v = value{known: true}
	}
	if e.op.made && e.op.lang == php {
		v.mark |= instance
	}
	e.integer, e.deny, e.hasOp = false, false, false
	return v
}

// fold adds the operand to what was read before it.
func (f *flow) fold() {
	e := &f.e
	if !e.hasOp {
		return
	}
	lang, plain, last := e.op.lang, e.op.plain, e.op.last
	v := f.take()
	e.castName = ""
	switch {
	case e.compare:
		e.acc, e.has = value{known: true}, true
	case !e.has:
		e.acc, e.has = v, true
		if plain {
			e.castName = last
		}
	case e.sign == "+" && lang != php || e.sign == "." && lang == php || e.sign == "&" && lang == basic:
		e.acc = added(e.acc, v)
	case e.sign == "^" && e.acc.whole && v.whole && lang == php:
		e.acc = literal(exclusive(e.acc.text, v.text))
		e.acc.mark |= builtName
	default:
		e.acc = mixed(e.acc, v)
	}
}

// exclusive combines two texts bit by bit, as PHP does.
func exclusive(a, b string) string {
	n := min(len(a), len(b), maxFold)
	r := make([]byte, n)
	for i := range n {
		r[i] = a[i] ^ b[i]
	}
	return string(r)
}

// endExpression returns the value of what was read and gives it to what it
// was assigned to.
func (f *flow) endExpression() value {
	e := &f.e
	f.fold()
	v := e.acc
	if e.compare {
		v = value{known: true}
	}
	if e.alt.known {
		v = joined(v, e.alt)
	}
	for e.targetCount > 0 {
		e.targetCount--
		f.assign(&e.targets[e.targetCount], v)
	}
	e.acc, e.has, e.alt, e.compare, e.ternary, e.sign, e.dot, e.make, e.skip, e.varVar = value{}, false, value{}, false, false, "", false, false, false, false
	return v
}

func (f *flow) endStatement() {
	e := &f.e
	word := e.word
	v := f.endExpression()
	if e.calling {
		op := e.call
		args := append(e.callArgs, v)
		e.calling = false
		f.e = expression{}
		f.call(&op, args)
		return
	}
	switch word {
	case "return":
		if i := f.current(); i >= 0 {
			f.fns[i].result = joined(f.fns[i].result, v)
		}
	case "echo":
		f.facts |= answers
	case "include":
		f.include(v)
	}
	f.e = expression{}
	f.binding = false
}

// assign gives v to a target.
func (f *flow) assign(t *target, v value) {
	op := &t.op
	if t.append && op.v.known {
		v = added(op.v, v)
		v.name = op.base
	}
	if n := len(f.frames); n > 0 && f.frames[n-1].init && f.frames[n-1].out.hasOp && op.depth == 1 {
		made := &f.frames[n-1].out.op // a member of the object under construction
		member := *op
		member.base, member.v, member.wait, member.depth = "", made.v, true, 2
		made.v.mark |= f.assignMember(&member, v)
		return
	}
	if op.depth > 1 || op.base == "" || !op.wait && op.depth == 1 && !op.plain {
		f.assignMember(op, v)
		return
	}
	if i := f.current(); i >= 0 && op.lang == basic && f.fns[i].name == op.base {
		f.fns[i].result = joined(f.fns[i].result, v)
		return
	}
	f.store(op.base, v, t.declared, op.lang)
}
