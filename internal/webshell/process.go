package webshell

import "strings"

// process knows what starts programs.
func (c *call) process() (value, bool) {
	f, lang, a := c.f, c.op.lang, c.arg(0)
	switch c.name {
	case "system", "exec", "shell_exec", "passthru", "popen", "proc_open", "pcntl_exec", "expect_popen":
		if lang == php {
			if !c.free {
				if c.recv.mark&commandObject != 0 {
					f.facts |= lineFact(a)
				}
				return value{}, c.recv.mark&commandObject != 0
			}
			v := a
			if c.name == "pcntl_exec" {
				v = c.command()
			}
			f.facts |= lineFact(v)
			return value{}, true
		}
		if c.name == "system" && c.free && f.natives[c.op.last] == "system" {
			f.facts |= lineFact(a)
			return value{}, true
		}
		if c.name == "exec" && (lang == curly && !c.on("regex") || c.recv.mark&(commandObject|dangerousName) != 0) {
			f.facts |= lineFact(a)
			return value{mark: commandObject}, true
		}
	case "shell":
		if c.free && lang == basic || c.on("interaction") {
			f.facts |= lineFact(a)
			return value{}, true
		}
	case "createobject", "activexobject", "getobject", "com":
		return c.object(), true
	case "run", "execute":
		if c.recv.mark&commandObject != 0 {
			f.facts |= lineFact(a)
			return value{}, true
		}
		if c.recv.mark&scriptEngine != 0 && c.name == "execute" {
			f.facts |= runFact(a)
			return value{}, true
		}
	case "shellexecute":
		if c.recv.mark&commandObject != 0 || c.free {
			f.facts |= c.pairFact(a, c.arg(1))
			return value{}, true
		}
	case "create":
		if c.recv.mark&commandObject != 0 && len(c.args) > 0 && !c.on("powershell") {
			f.facts |= lineFact(a)
			return value{}, true
		}
		if c.on("powershell") {
			return value{mark: commandObject}, true
		}
	case "process":
		if c.op.made {
			return value{mark: commandObject}, true
		}
	case "processstartinfo":
		m := commandObject
		switch {
		case a.mark&tainted != 0:
			m |= programChosen
		case interpreter(a.text):
			m |= shellProgram
		case a.whole && a.text != "":
			m |= programFixed
		}
		m |= argumentMarks(c.arg(1))
		return value{mark: m}, true
	case "start":
		if c.on("process") && len(c.args) > 0 && a.mark&commandObject == 0 {
			f.facts |= c.pairFact(a, c.arg(1))
			return value{mark: commandObject}, true
		}
		if m := c.recv.mark | a.mark; m&(commandObject|programChosen|shellProgram|openArguments|heldArguments) != 0 {
			f.facts |= startFact(m)
			return value{mark: commandObject}, true
		}
	case "managementclass", "managementobject", "cimclass":
		if strings.Contains(strings.ToLower(a.text), "win32_process") {
			return value{mark: commandObject}, true
		}
	case "invokemethod":
		if c.recv.mark&commandObject != 0 && startsByName(a.text) {
			f.facts |= lineFact(c.arg(1))
			return value{}, true
		}
	case "cdef":
		if c.on("ffi") { // functions of a library, by their C names
			return value{mark: commandObject}, true
		}
	case "processbuilder", "command":
		line := c.command()
		if len(c.args) == 0 {
			return value{mark: commandObject}, true
		}
		m := commandObject
		if lf := lineFact(line); lf == startsRequest {
			m |= programChosen
		} else if lf == startsFixed {
			m |= heldArguments
		}
		f.merge(c.op.base, m)
		return value{mark: m}, true
	case "getruntime":
		return value{mark: commandObject}, true
	case "add", "push", "append", "addall", "addlast", "offer":
		if c.op.base != "" && len(c.args) > 0 && !c.free {
			return c.grow(), true
		}
	case "setfilename":
		f.merge(c.op.base, commandObject)
	case "writeline", "write":
		// a command given to a running interpreter
		if c.recv.mark&shellProgram != 0 && a.mark&tainted != 0 {
			f.facts |= lineFact(value{mark: a.mark, head: a.head, text: a.text, known: true})
			return value{}, true
		}
	case "winexec", "createprocess", "createprocessasuser":
		// program and arguments
		f.facts |= c.pairFact(a, c.arg(1))
		return value{}, true
	}
	return value{}, false
}

// command is a command line given as several arguments.
func (c *call) command() value {
	line := value{}
	for _, a := range c.args {
		if line.known {
			line = added(line, literal(" "))
		}
		a.known = true
		line = added(line, a)
	}
	return line
}

// pairFact judges a program and its arguments.
func (c *call) pairFact(program, args value) fact {
	m := commandObject | argumentMarks(args)
	switch {
	case program.mark&tainted != 0:
		if !program.head && !openLine(program.text) {
			return startsFixed
		}
		m |= programChosen
	case interpreter(program.text):
		m |= shellProgram
	case program.whole && program.text != "":
		m |= programFixed
	}
	return startFact(m)
}

// startFact says what starting a process means that was set up so.
func startFact(m mark) fact {
	switch {
	case m&programChosen != 0, m&openArguments != 0 && (m&shellProgram != 0 || m&programFixed == 0):
		return startsRequest
	case m&(openArguments|heldArguments) != 0:
		return startsFixed
	}
	return startsOther
}

// object is what a name of a component creates.
func (c *call) object() value {
	name := strings.ToLower(c.arg(0).text)
	switch {
	case strings.Contains(name, "wscript.shell"), strings.Contains(name, "shell.application"), strings.Contains(name, "win32_process"), strings.Contains(name, "winmgmts"):
		return value{mark: commandObject}
	case strings.Contains(name, "scripting.filesystemobject"):
		return value{mark: filesObject}
	case strings.Contains(name, "adodb.stream"):
		return value{mark: streamObject}
	case strings.Contains(name, "scriptcontrol"):
		return value{mark: scriptEngine}
	case strings.Contains(name, "xmlhttp"), strings.Contains(name, "winhttp"):
		return value{}
	case c.arg(0).mark&fromRequest != 0:
		c.f.facts |= callsChosen
		return value{mark: dangerousName | fromRequest}
	}
	return value{}
}

// grow adds to a list that a variable holds.
func (c *call) grow() value {
	f := c.f
	v, _, ok := f.look(c.op.base)
	if !ok {
		return value{}
	}
	if v.mark == 0 && !v.head && !v.whole && v.text == "" {
		v = value{}
	}
	if v.known {
		v = added(v, literal(" "))
	}
	a := c.arg(len(c.args) - 1)
	a.known = true
	v = added(v, a)
	v.name = c.op.base
	f.store(c.op.base, v, false, c.op.lang)
	return v
}
