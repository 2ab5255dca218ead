package webshell

import "strings"

// code knows what runs, loads or creates code.
func (c *call) code() (value, bool) {
	f, lang, a := c.f, c.op.lang, c.arg(0)
	switch c.name {
	case "array":
		if lang == php && c.free {
			return methodOf(c.all, c.args), true
		}
	case "eval":
		if f.binding || len(c.args) == 0 {
			return value{}, true
		}
		if c.free || lang == curly || lang == basic || c.on("window", "this", "global") {
			f.facts |= runFact(a)
			if a.whole && (lang == jscript || lang == basic) && namesRequest(strings.ToLower(a.text)) {
				return value{mark: fromRequest, head: true}, true // what the text reads
			}
			return value{}, true
		}
	case "function":
		if c.op.made && len(c.args) > 0 {
			f.facts |= runFact(c.arg(len(c.args) - 1))
			return value{}, true
		}
	case "registervirtualpathprovider":
		// pages that lie in no file, with the request's code
		if c.all.mark&tainted != 0 {
			f.facts |= loadsRequest
		}
		return value{}, true
	case "execute", "executeglobal":
		if c.free && lang == basic {
			f.facts |= runFact(a)
			return value{}, true
		}
	case "executestatement", "addcode", "addscript", "invokescript", "createpipeline", "jscriptevaluate", "evaluateasync", "evaluate", "runasync", "compileassemblyfromsource", "compileassemblyfromdom", "compileassemblyfromfile", "parsecontrol", "parsetemplate", "parsetext", "compilescript", "parseclass":
		m := runFact(c.all)
		if c.all.mark&tainted == 0 {
			m &^= runsOther
		}
		if strings.HasPrefix(c.name, "compile") && m&runsRequest != 0 {
			m = loadsRequest
		}
		f.facts |= m
		return value{mark: c.all.mark & carried}, true
	case "assert", "create_function", "mb_ereg_replace", "mb_eregi_replace":
		if lang == php && c.free {
			switch {
			case c.name == "create_function":
				f.facts |= runFact(c.arg(1)) &^ runsOther
				return value{mark: c.arg(1).mark & carried}, true
			case c.name == "assert":
				if m := runFact(a); m != runsOther {
					f.facts |= m
				}
			case strings.Contains(c.arg(3).text, "e"):
				f.facts |= runFact(c.arg(1))
			}
			return value{}, true
		}
	case "preg_replace":
		if p := c.arg(0); lang == php && p.whole && evaluates(p.text) {
			f.facts |= runFact(c.arg(1)) | runFact(c.arg(2))&runsRequest
			if c.arg(1).mark&builtName != 0 {
				f.facts |= runsHidden // the replacement is code that was put together
			}
		} else if p.mark&fromRequest != 0 && p.head && c.arg(1).mark&fromRequest != 0 {
			f.facts |= runsRequest
		}
		return mixed(c.arg(1), c.arg(2)), true
	case "call_user_func", "call_user_func_array", "array_map", "register_shutdown_function", "register_tick_function", "forward_static_call", "forward_static_call_array", "ob_start", "set_error_handler", "spl_autoload_register", "preg_replace_callback", "array_filter", "array_walk", "array_walk_recursive", "array_reduce", "usort", "uasort", "uksort", "array_diff_ukey", "array_udiff", "array_uintersect", "iterator_apply":
		if lang == php && c.free {
			if c.name == "ob_start" && a.mark&fromRequest != 0 && a.head {
				f.facts |= callsRequest // what is written next is its argument
			}
			return c.callback(), true
		}
	case "newinstance", "createinstance", "createinstanceandunwrap":
		if c.recv.mark&loadedCode != 0 {
			f.facts |= loadsRequest
		}
		if c.on("activator", "appdomain") && a.mark&fromRequest != 0 {
			f.facts |= callsChosen
		}
		return value{mark: (c.recv.mark | a.mark) & (loadedCode | fromRequest | dangerousName | commandObject)}, true
	case "load", "loadfrom", "loadfile", "unsafeloadfrom", "reflectiononlyload", "defineclass", "defineanonymousclass":
		return c.loads()
	case "urlclassloader", "loadclass", "forname", "gettype", "gettypefromprogid", "gettypefromclsid", "reflectionfunction", "reflectionclass", "reflectionmethod":
		r := value{}
		if c.all.mark&(fromRequest|loadedCode) != 0 && (c.all.head || c.recv.mark&fromRequest != 0 || c.name == "urlclassloader") {
			f.facts |= callsChosen
			r.mark = fromRequest | dangerousName
			if c.name == "urlclassloader" {
				r.mark |= loadedCode
			}
		}
		if c.recv.mark&loadedCode != 0 {
			r.mark |= loadedCode
		}
		if dangerous(a.text) {
			r.mark |= dangerousName
		}
		if c.name == "gettypefromprogid" || c.name == "gettypefromclsid" {
			if objectOf(strings.ToLower(a.text)) == controlCommand {
				r.mark |= commandObject
			}
		}
		if n := strings.ToLower(a.text); strings.Contains(n, "machinekeysection") {
			r.mark |= machineKey
		}
		return r, true
	case "getmethod", "getdeclaredmethod", "getproperty", "getmethods", "getconstructor", "getdeclaredconstructor", "getmember":
		r := value{mark: c.recv.mark & (loadedCode | dangerousName | machineKey | fromRequest)}
		if dangerous(a.text) || strings.EqualFold(a.text, "load") && (c.recv.name == "assembly" || c.op.prev == "assembly" || c.recv.mark&loaderThing != 0) {
			r.mark |= dangerousName
		}
		if a.mark&fromRequest != 0 {
			r.mark |= fromRequest | dangerousName
		}
		return r, true
	case "typeof", "gettypeinfo":
		return value{mark: a.mark & (machineKey | loaderThing), name: a.name}, true
	case "invoke", "invokemember", "invokeexact", "callbyname", "dynamicinvoke", "invokeargs":
		given := value{}
		for i, x := range c.args {
			if c.name != "invokemember" || i > 0 {
				given = mixedKeep(given, x)
			}
		}
		named := (c.recv.mark | a.mark) & fromRequest
		switch {
		case c.recv.mark&commandObject != 0 && c.name == "invokemember" && startsByName(a.text):
			f.facts |= lineFact(c.arg(len(c.args) - 1))
		case c.recv.mark&(commandObject) != 0: // PowerShell.Invoke()
		case c.recv.mark&loadedCode != 0:
			f.facts |= loadsRequest
		case c.recv.mark&dangerousName != 0 && given.mark&(tainted|requestThing) != 0:
			f.facts |= callsRequest
			if given.mark&decoded != 0 {
				f.facts |= loadsRequest
			}
		case named != 0 && given.mark&(tainted|requestThing) != 0:
			f.facts |= callsRequest
		}
		return value{mark: (c.recv.mark|given.mark)&(loadedCode|machineKey) | given.mark&tainted&fromRequest}, true
	case "expression", "statement": // java.beans
		if c.op.made && dangerous(c.arg(1).text) && c.all.mark&tainted != 0 {
			f.facts |= startsRequest
			return value{mark: commandObject}, true
		}
	case "loadxml", "setinput":
		f.merge(c.op.base, a.mark&carried)
		return value{}, true
	case "binaryformatter", "losformatter", "objectstateformatter", "netdatacontractserializer", "soapformatter", "xmldecoder":
		if c.name == "xmldecoder" && c.all.mark&tainted != 0 {
			f.facts |= createsRequest
		}
		return value{mark: formatter}, true
	case "objectinputstream":
		return value{mark: formatter | c.all.mark&carried}, true
	case "deserialize", "unsafedeserialize", "deserializemethodresponse", "readobject":
		if c.recv.mark&formatter != 0 && (c.all.mark|c.recv.mark)&tainted != 0 {
			f.facts |= createsRequest
		}
		return value{mark: (c.all.mark | c.recv.mark) & carried}, true
	case "xslcompiledtransform", "xsltransform":
		return value{mark: sheetObject}, true
	case "getenginebyname", "getenginebyextension", "getenginebymimetype", "elprocessor", "scriptcontrol", "groovyshell", "interpreter":
		return value{mark: scriptEngine}, true
	case "virtualalloc", "virtualallocex", "virtualprotect", "heapcreate":
		f.facts |= allocatesCode
		return value{}, true
	case "copy", "writeprocessmemory", "rtlmovememory":
		if c.on("marshal") || c.name != "copy" {
			f.facts |= copiesCode
			return value{}, true
		}
	case "createthread", "createremotethread", "getdelegateforfunctionpointer", "queueuserapc", "enumsystemlocalesa":
		f.facts |= runsMemory
		return value{}, true
	case "getsection":
		if strings.HasSuffix(strings.ToLower(a.text), "machinekey") {
			return value{mark: machineKey}, true
		}
	case "write", "writeline", "print", "println", "binarywrite", "writefile", "transmitfile":
		if c.on("response", "out", "output", "writer", "outputstream") || c.on("getwriter") {
			f.facts |= answers
		}
	}
	return value{}, false
}

// loads knows what brings code into the process.
func (c *call) loads() (value, bool) {
	f, a := c.f, c.arg(0)
	if c.name == "load" && c.recv.mark&sheetObject != 0 {
		if c.all.mark&tainted != 0 {
			f.facts |= loadsRequest
		}
		return value{}, true
	}
	library := c.on("assembly", "appdomain", "currentdomain") || strings.HasPrefix(c.name, "load") && c.name != "load" || strings.HasPrefix(c.name, "define")
	if !library {
		return value{}, false
	}
	switch {
	case c.all.mark&tainted != 0:
		f.facts |= loadsRequest
		return value{mark: loadedCode}, true
	case c.all.mark&blob != 0 && c.all.mark&decoded != 0:
		f.facts |= loadsHidden
		return value{mark: loadedCode}, true
	case c.all.mark&fromNetwork != 0:
		f.facts |= runsFetched
		return value{}, true
	}
	return value{mark: a.mark & carried}, true
}

// startsByName reports the methods by which the components that start programs
// do it.
func startsByName(method string) bool {
	switch strings.ToLower(method) {
	case "run", "exec", "shellexecute", "create":
		return true
	}
	return false
}

// dangerous reports a type or method that runs or loads, reached by name.
func dangerous(name string) bool {
	n := strings.ToLower(name)
	switch n {
	case "exec", "defineclass", "start", "eval", "getruntime", "java.lang.runtime", "java.lang.processbuilder", "system.diagnostics.process", "java.lang.processimpl", "java.lang.unixprocess", "shellexecute":
		return true
	}
	return strings.HasPrefix(n, "system.diagnostics.process,") || strings.HasPrefix(n, "wscript.shell")
}

// evaluates reports a pattern of PHP with the modifier that runs the
// replacement.
func evaluates(pattern string) bool {
	if len(pattern) < 3 {
		return false
	}
	end := strings.LastIndexByte(pattern, closing(pattern[0]))
	return end > 0 && strings.IndexByte(pattern[end+1:], 'e') >= 0
}

func closing(open byte) byte {
	switch open {
	case '(':
		return ')'
	case '{':
		return '}'
	case '[':
		return ']'
	case '<':
		return '>'
	}
	return open
}

// methodOf marks a list of an object and the name of one of its methods.
func methodOf(list value, elements []value) value {
	if len(elements) == 2 && elements[0].mark&instance != 0 {
		list.mark = list.mark&carried | methodPair
	}
	return list
}

// callback knows functions of PHP that call what an argument names.
func (c *call) callback() value {
	which := c.arg(0)
	data := value{known: true}
	for i, a := range c.args {
		last := false
		switch c.name {
		case "array_filter", "array_walk", "array_walk_recursive", "array_reduce", "usort", "uasort", "uksort", "preg_replace_callback", "iterator_apply":
			last = i == 1
		case "array_diff_ukey", "array_udiff", "array_uintersect":
			last = i == len(c.args)-1
		}
		if last {
			data = mixedKeep(data, c.arg(0))
			which = a
		} else if i > 0 {
			if data.mark == 0 && data.text == "" {
				data = a
			}
			data = mixedKeep(data, a)
		}
	}
	if which.mark&methodPair != 0 { // a method of an object, not any function
		if which.mark&fromRequest != 0 {
			c.f.facts |= callsChosen
		}
		return value{mark: data.mark & carried}
	}
	if which.whole && which.text != "" || which.mark&(fromRequest|builtName|decoded|builtVar) != 0 {
		return c.f.callValue(which, []value{data})
	}
	if own := c.f.byName["__invoke"]; own != nil && which.text == "" {
		return c.f.callOwn(own, []value{data})
	}
	return value{mark: data.mark & carried}
}

// include judges a file that PHP includes.
func (f *flow) include(v value) {
	switch {
	case v.mark&wroteRequest != 0, v.mark&fromRequest != 0 && v.head && v.end == "":
		f.facts |= runsRequest
	case v.mark&uploadData != 0, v.mark&fromRequest != 0 && (strings.HasPrefix(v.text, "data:") || strings.HasPrefix(v.text, "php:")):
		f.facts |= runsRequest
	case v.mark&fromRequest != 0:
		f.facts |= includesPart
	}
}
