package webshell

import "strings"

// call is what calling op with args gives. What the call does is noted as a
// fact; a function that the page defines itself takes the arguments as its
// parameters.
func (f *flow) call(op *operand, args []value) value {
	v := op.v
	if op.lang == php && op.depth <= 1 && (op.group || op.base != "" && !op.wait && f.isVariable(op)) {
		return f.callValue(v, args)
	}
	if own, ok := f.byName[op.last]; ok && op.last != "" && (op.depth == 1 || !f.product(op.last)) {
		r := f.callOwn(own, args)
		if op.made {
			r = made(r, args)
		}
		return r
	}
	c := call{f: f, op: op, args: args, name: op.last, recv: v, free: op.depth <= 1}
	if n := f.natives[op.last]; n != "" && c.free {
		c.name = n
	}
	c.all = value{known: true}
	for i, a := range args {
		if i == 0 {
			c.all = a
			c.all.known = true
			continue
		}
		c.all = mixedKeep(c.all, a)
	}
	for _, try := range [...]func(*call) (value, bool){(*call).ofRequest, (*call).text, (*call).code, (*call).process, (*call).file, (*call).network, (*call).database} {
		if r, ok := try(&c); ok {
			r.known = true
			return r
		}
	}
	// Anything else hands on what it was given.
	r := value{mark: (v.mark | c.all.mark) & (carried | objects), known: true, head: v.head || c.arg(0).head, name: v.name}
	if op.made || v.mark == 0 && !v.known {
		r.text, r.whole = c.all.text, false
	}
	if v.text != "" {
		r.text = v.text
	}
	return r
}

// objects are the marks of things that methods are called on.
const objects = commandObject | filesObject | streamObject | outChosen | outPage | outOwn | outFixed | loaderThing | scriptEngine | socketChosen | sqlChosen | formatter | sheetObject | relayChosen |
	dangerousName | shellProgram | programChosen | programFixed | openArguments | heldArguments | machineKey | uploadThing | rootPath | builtVar

// mixedKeep adds the marks of another argument.
func mixedKeep(a, b value) value {
	a.mark |= b.mark & (carried | objects)
	a.known = true
	return a
}

// call is one call under way.
type call struct {
	f    *flow
	op   *operand
	args []value
	all  value // all arguments together
	name string
	recv value
	free bool // no receiver stands before the name
}

func (c *call) arg(i int) value {
	if i < len(c.args) {
		return c.args[i]
	}
	return value{}
}

func (c *call) on(names ...string) bool {
	for _, n := range names {
		if c.op.prev == n && !c.free {
			return true
		}
	}
	return false
}

// isVariable reports that what is called is a variable of PHP, not a name.
func (f *flow) isVariable(op *operand) bool {
	if !op.plain {
		return true // an element: $x[0](...)
	}
	_, named := f.byName[op.base]
	return !named && op.v.name != "" || superglobal(op.base) || op.v.mark != 0
}

// product reports names of the platform that a method of the page may share.
func (f *flow) product(name string) bool {
	switch name {
	case "write", "read", "load", "start", "exec", "eval", "invoke", "delete", "copyto", "add", "append", "get", "tostring", "equals", "open", "close", "send", "list", "connect", "getbytes", "getstring":
		return true
	}
	return false
}

// callOwn hands arguments to functions of the page.
func (f *flow) callOwn(own []int, args []value) value {
	r := value{known: true}
	for _, i := range own[:min(len(own), 8)] {
		fn := &f.fns[i]
		if len(own) > 1 && len(fn.params) != len(args) {
			continue
		}
		for n, p := range fn.params {
			if n < len(args) && p.name != "" {
				k := variable{i, p.name}
				old := f.vars[k]
				v := joined(args[n], old)
				v.name = ""
				f.set(k, v)
			}
		}
		r = joined(fn.result, r)
	}
	r.name = ""
	return r
}

// made is an object of a class of the page: it keeps what it was given.
func made(r value, args []value) value {
	for _, a := range args {
		r.mark |= a.mark & carried
	}
	return r
}

// callValue calls what a variable of PHP names.
func (f *flow) callValue(callee value, args []value) value {
	c := call{f: f, args: args}
	arg := value{known: true}
	for i, a := range args {
		if i == 0 {
			arg = a
			continue
		}
		arg = mixedKeep(arg, a)
	}
	c.all = arg
	sent := arg.mark&(tainted|requestThing) != 0
	switch {
	case callee.mark&fromRequest != 0 && sent:
		f.facts |= callsRequest
	case callee.mark&fromRequest != 0:
		f.facts |= callsChosen
	case callee.whole && callee.text != "":
		op := operand{base: strings.ToLower(callee.text), last: strings.ToLower(callee.text), depth: 1, lang: php, plain: true}
		if callee.mark&builtName != 0 && (sent || arg.mark&builtVar != 0) {
			f.facts |= hidesCall
		}
		return f.call(&op, args)
	case callee.mark&(builtName|decoded|builtVar) != 0 && (sent || arg.mark&builtVar != 0):
		f.facts |= hidesCall
	}
	return value{mark: arg.mark & carried, known: true}
}

// ofRequest reads from the request by a method.
func (c *call) ofRequest() (value, bool) {
	f := c.f
	if c.free && c.name == "request" && c.op.lang != php && c.recv.mark&requestThing != 0 { // ASP: Request("x")
		return f.element(value{mark: requestThing}, c.arg(0), c.op.lang), true
	}
	if c.recv.mark&requestThing != 0 {
		switch c.name {
		case "form", "querystring", "cookies", "params", "item", "get", "getvalues", "getparameter", "getparametervalues", "gettext", "queryparams":
			return f.element(value{mark: requestThing | c.recv.mark&fromHeader}, c.arg(0), c.op.lang), true
		case "headers", "getheader", "getheaders":
			return f.element(value{mark: requestThing | fromHeader}, c.arg(0), c.op.lang), true
		case "servervariables":
			return f.element(value{name: "servervariables"}, c.arg(0), c.op.lang), true
		case "binaryread", "getinputstream", "getreader", "getquerystring", "getbufferedinputstream", "getbufferlessinputstream", "getparametermap", "getcookies", "getbody", "readformasync", "getinputsource":
			f.facts |= readsRequest
			return value{mark: fromRequest, head: true}, true
		case "getpart", "getparts", "files", "getfile":
			return value{mark: uploadThing}, true
		case "getsession":
			v, _, _ := f.look("session")
			return v, true
		case "mapimagecoordinates", "mappath", "getrealpath":
			return c.path(), true
		default:
			if c.recv.mark&fromRequest == 0 {
				return value{}, true
			}
		}
	}
	if c.recv.mark&uploadThing != 0 {
		switch c.name {
		case "getsubmittedfilename", "getname", "getoriginalfilename":
			return value{mark: uploadName, head: true}, true
		case "getinputstream", "getbytes", "openreadstream", "get":
			return value{mark: uploadData}, true
		}
	}
	switch c.name {
	case "extract", "import_request_variables":
		if c.op.lang == php && c.free && (c.all.mark&fromRequest != 0 || c.name != "extract") {
			f.loose = true
			return value{}, true
		}
	case "parse_str", "mb_parse_str":
		if a := c.arg(0); a.mark&fromRequest != 0 {
			if name := c.arg(1).name; name != "" {
				f.store(name, value{mark: fromRequest, head: true, known: true}, false, php)
			} else if len(c.args) == 1 {
				f.loose = true
			}
		}
		return value{}, true
	case "getrequest":
		f.facts |= readsRequest
		return value{mark: requestThing}, true
	case "filter_input":
		f.facts |= readsRequest
		return value{mark: fromRequest, head: true}, true
	case "getallheaders", "apache_request_headers":
		if c.op.lang == php {
			return value{mark: requestThing | fromRequest | fromHeader, head: true}, true
		}
	case "getenv", "getenvironmentvariable":
		switch strings.ToLower(c.arg(0).text) {
		case "comspec":
			return literal("cmd.exe"), true
		}
		if strings.HasPrefix(c.arg(0).text, "HTTP_") {
			return value{mark: fromRequest | fromHeader, head: true}, true
		}
		return value{}, true
	case "mappath", "getrealpath":
		return c.path(), true
	case "getcwd", "getcurrentdirectory", "getdirectoryname":
		if c.all.mark&tainted == 0 {
			return value{mark: rootPath}, true
		}
	case "dirname":
		if c.arg(0).mark&rootPath != 0 {
			return value{mark: rootPath}, true
		}
	}
	return value{}, false
}

// path is a path below the site's folder: that folder itself, or what the
// argument says.
func (c *call) path() value {
	v := c.arg(0)
	if v.whole || !v.known {
		r := v
		r.text = strings.TrimPrefix(strings.TrimPrefix(v.text, "~"), "/")
		if strings.Trim(r.text, `./\`) == "" {
			return value{mark: rootPath}
		}
		return r
	}
	if strings.Trim(v.text, `~./\`) == "" && v.mark&(tainted|uploadName) != 0 {
		v.head = true
	}
	return v
}
