package webshell

import "strings"

// property is what a member of a value holds, where nothing calls it.
func (f *flow) property(op *operand) value {
	v := op.v
	name := op.last
	if v.mark&(fromControl|uploadThing) != 0 {
		switch name {
		case "text", "value", "innertext", "innerhtml", "selectedvalue":
			f.facts |= readsRequest
			return value{mark: fromRequest, head: true, known: true}
		case "filename":
			return value{mark: uploadName, head: true, known: true}
		case "filebytes", "filecontent", "inputstream":
			return value{mark: uploadData, known: true}
		case "postedfile", "postedfiles", "files", "file":
			return value{mark: uploadThing, known: true}
		case "hasfile", "contentlength", "id", "visible", "enabled", "checked", "contenttype":
			return value{known: true}
		}
	}
	if v.mark&requestThing != 0 {
		if r, ok := f.ofRequest(name); ok {
			return r
		}
	}
	switch name {
	case "request":
		f.facts |= readsRequest
		return value{mark: requestThing, known: true}
	case "length", "count", "contentlength", "size", "exitcode", "id", "hasexited", "isempty":
		return value{known: true}
	case "validationkey", "decryptionkey":
		if v.mark&machineKey != 0 {
			f.facts |= readsKeys
		}
	case "files", "subfolders", "drives":
		if v.mark&requestFile != 0 {
			f.facts |= listsChosen
		}
		if name == "drives" && v.mark&filesObject != 0 {
			f.facts |= listsDrives
		}
	case "content", "responsetext", "responsebody":
		if v.mark&fromNetwork != 0 {
			return value{mark: fromNetwork, known: true}
		}
	case "class":
		return value{mark: v.mark, known: true, name: op.prev}
	}
	if op.depth == 2 && own(op.base) {
		if v, _, ok := f.look(name); ok {
			return v
		}
	}
	r := value{mark: v.mark, known: true, name: v.name}
	switch name {
	case "value": // of a cookie
		r.head = v.head
	case "machinekeysection":
		r.mark |= machineKey
	case "assembly":
		r.mark |= loaderThing
	case "startinfo", "standardinput", "standardoutput", "stdin", "stdout", "stderr":
		r.mark &^= fromRequest
	}
	return r
}

// own reports the names by which an object speaks of itself.
func own(name string) bool { return name == "this" || name == "self" || name == "me" }

// field sets a member that the methods of the page share.
func (f *flow) field(name string, v value) {
	k := variable{-1, name}
	old := f.vars[k]
	v = joined(v, old)
	v.known, v.name = true, name
	f.set(k, v)
}

// ofRequest is what a member of the request holds.
func (f *flow) ofRequest(name string) (value, bool) {
	switch name {
	case "form", "querystring", "params", "cookies", "item", "unvalidated", "rawurl", "useragent", "urlreferrer", "pathinfo", "body", "query", "args":
		return value{mark: requestThing | fromRequest, head: true, known: true}, true
	case "headers":
		return value{mark: requestThing | fromRequest | fromHeader, head: true, known: true}, true
	case "inputstream", "bodystream":
		return value{mark: fromRequest, known: true}, true // a stream: no path begins with it
	case "files":
		return value{mark: uploadThing, known: true}, true
	case "servervariables":
		return value{mark: requestThing, known: true, name: "servervariables"}, true
	case "physicalapplicationpath", "physicalpath", "mappath":
		return value{mark: rootPath, known: true}, true
	case "url", "path", "filepath", "applicationpath", "httpmethod", "requesttype", "isauthenticated", "islocal", "issecureconnection", "userhostaddress", "userhostname", "contentlength", "totalbytes", "contenttype", "contentencoding", "browser", "logonuseridentity", "appRelativeCurrentExecutionFilePath", "currentexecutionfilepath", "method":
		return value{known: true}, true
	}
	return value{}, false
}

// indexed is an element of a value.
func (f *flow) indexed(op operand, key value) operand {
	v := op.v
	if op.wait {
		v = f.property(&op)
	}
	r := operand{base: op.base, prev: op.prev, last: op.last, depth: max(op.depth, 1), lang: op.lang}
	r.v = f.element(v, key, op.lang)
	if r.v.name == "" {
		r.v.name = op.base
	}
	return r
}

// element is what stands under a key.
func (f *flow) element(v, key value, lang language) value {
	k := strings.ToLower(key.text)
	switch {
	case v.mark&uploadThing != 0:
		switch {
		case lang == php && k == "name":
			return value{mark: uploadName, head: true, known: true}
		case lang == php && k == "tmp_name":
			return value{mark: uploadData, head: true, known: true}
		case lang == php && (k == "size" || k == "error" || k == "type"):
			return value{known: true}
		}
		return value{mark: uploadThing, known: true}
	case v.name == "servervariables" || v.name == "_server":
		switch {
		case strings.HasPrefix(k, "http_") && k != "http_host":
			return value{mark: fromRequest | fromHeader, head: true, known: true}
		case k == "query_string" || k == "path_info" || k == "all_http" || k == "all_raw":
			return value{mark: fromRequest, head: true, known: true}
		case k == "document_root" || k == "script_filename" || k == "appl_physical_path" || k == "path_translated":
			return value{mark: rootPath, known: true}
		}
		return value{known: true}
	case v.mark&requestThing != 0:
		f.facts |= readsRequest
		r := value{mark: fromRequest | v.mark&fromHeader, head: true, known: true}
		if strings.Contains(k, "pass") || strings.Contains(k, "pwd") {
			r.mark |= secret
		}
		if f.key == "" && key.whole && k != "" && len(k) <= 64 {
			f.key = key.text
		}
		return r
	}
	return value{mark: v.mark, known: true, head: v.head, name: v.name}
}

// assignMember sets a member or an element and returns the marks that the
// object gets by it.
func (f *flow) assignMember(op *operand, v value) mark {
	var m mark
	if op.depth == 2 && op.wait && (own(op.base) || op.lang == php) {
		f.field(op.last, v)
		if own(op.base) {
			return 0
		}
	}
	switch op.last {
	case "filename", "executable":
		switch {
		case v.mark&tainted != 0:
			m = programChosen
		case interpreter(v.text):
			m = shellProgram
		case v.whole:
			m = programFixed
		}
	case "arguments":
		m = argumentMarks(v)
	case "startinfo":
		m = v.mark
	case "commandtext", "selectcommand", "sql":
		if v.mark&fromRequest != 0 && v.head {
			f.facts |= runsQuery
		}
	case "connectionstring":
		if v.mark&fromRequest != 0 && v.head {
			f.facts |= opensDatabase
			m = sqlChosen
		}
	case "enablescript":
		m = sheetObject
	case "text", "innerhtml", "innertext", "value", "datasource":
		if op.v.mark&fromControl != 0 { // shown in the answer
			f.facts |= answers
			return 0
		}
		m = v.mark
	default:
		m = v.mark &^ (requestThing | rootPath)
	}
	f.merge(op.base, m)
	return m
}

// argumentMarks says whether the arguments of a process are the request's.
func argumentMarks(v value) mark {
	switch {
	case v.mark&tainted == 0:
		return 0
	case v.head || v.text != "" && openLine(v.text):
		return openArguments
	}
	return heldArguments
}
