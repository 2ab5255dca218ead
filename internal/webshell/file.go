package webshell

import (
	"path"
	"strings"
)

// chosen reports a path that the request chooses: it begins with what the
// request says, and no ending that a server does not run follows.
func chosen(v value) bool {
	return v.mark&fromRequest != 0 && v.head && !staticEnding("x"+v.end) && !strings.HasSuffix(v.end, ".bak") && !strings.HasSuffix(v.end, ".tmp")
}

// out is what kind of file a path opens for writing.
func out(v value) mark {
	m := outFixed
	switch {
	case chosen(v):
		m = outChosen
	case v.whole && pageEnding(v.text), v.end != "" && pageEnding("x"+v.end), v.text != "" && pageEnding(path.Base(strings.ReplaceAll(v.text, `\`, "/"))):
		m = outPage
	case v.mark&uploadName != 0 && v.head && (v.end == "" || pageEnding("x"+v.end)):
		m = outOwn
	}
	return m
}

// writeFact says what writing data to such a file means.
func writeFact(to mark, data value) fact {
	request := data.mark&(tainted|fromNetwork|loadedCode) != 0
	switch {
	case to&(outChosen|outPage) != 0 && request:
		return writesRequest
	case to&(outChosen|outPage) != 0 && data.mark&uploadThing != 0:
		return writesRequest
	case to&outPage != 0 && (data.mark&blob != 0 && data.mark&decoded != 0 || serverCode(data.text)):
		return writesHidden
	case to&outOwn != 0 && data.mark&(uploadData|uploadThing) != 0:
		return takesUpload
	case data.mark&(uploadData|uploadThing) != 0:
		return savesUpload
	case data.mark&secret != 0:
		return keepsSecrets | writesFixed
	case request:
		return writesFixed
	}
	return 0
}

// serverCode reports text that is a page which looks for a request or
// evaluates: products write pages too (caches, settings), which do neither.
func serverCode(s string) bool {
	low := strings.ToLower(s)
	if !strings.Contains(low, "<%") && !strings.Contains(low, "<?") && !strings.Contains(low, "runat=\"server\"") {
		return false
	}
	for _, sign := range [...]string{"request ", "getallheaders", "eval", "execute", "assert(", "getparameter", "system("} {
		if strings.Contains(low, sign) {
			return true
		}
	}
	return namesRequest(low)
}

const outAny = outChosen | outPage | outOwn | outFixed

// wrote notes a write; the variable that named the file now names request
// data.
func (c *call) wrote(to, data value) {
	c.f.facts |= writeFact(out(to), data)
	if data.mark&(tainted|fromNetwork) != 0 && to.name != "" {
		c.f.merge(to.name, wroteRequest)
	}
}

// touch notes what is done to a file that the request names.
func (c *call) touch(v value, what fact) {
	if chosen(v) || v.mark&requestFile != 0 || v.mark&fromRequest != 0 && v.mark&rootPath == 0 && v.head {
		c.f.facts |= what
	}
}

func chosenMark(v value) mark {
	if v.mark&fromRequest != 0 && v.head || v.mark&requestFile != 0 {
		return requestFile
	}
	return 0
}

// file knows what reads, writes and changes files.
func (c *call) file() (value, bool) {
	f, lang, a := c.f, c.op.lang, c.arg(0)
	switch c.name {
	case "writealltext", "writeallbytes", "writealllines", "appendalltext", "appendalllines", "writealltextasync", "writeallbytesasync", "file_put_contents", "writestringtofile", "writebytearraytofile":
		c.wrote(a, c.arg(1))
		return value{}, true
	case "streamwriter", "filestream", "createtext", "appendtext", "openwrite", "createtextfile", "fileoutputstream", "filewriter", "randomaccessfile", "printwriter", "bufferedwriter", "newoutputstream", "newbufferedwriter":
		if c.name == "filestream" || c.name == "randomaccessfile" {
			c.touch(a, readsChosen)
		}
		if c.recv.mark&outAny != 0 || a.mark&outAny != 0 {
			return value{mark: (c.recv.mark | a.mark) & outAny}, true
		}
		m := out(a) | chosenMark(a)
		if c.name == "filestream" {
			return value{mark: m | a.mark&carried}, true
		}
		return value{mark: m, name: a.name}, true
	case "opentextfile", "fopen", "open":
		if c.name == "open" && !c.on("file") {
			break
		}
		mode := strings.ToLower(c.arg(1).text)
		if c.name == "opentextfile" && (mode == "2" || mode == "8" || strings.HasPrefix(mode, "forw") || strings.HasPrefix(mode, "fora")) ||
			c.name == "fopen" && strings.ContainsAny(mode, "waxc+") || c.name == "open" {
			return value{mark: out(a) | chosenMark(a)}, true
		}
		c.touch(a, readsChosen)
		if c.name == "fopen" && a.whole && a.text == "php://input" {
			return value{mark: fromRequest, head: true}, true
		}
		return value{mark: fromFile | chosenMark(a)}, true
	case "write", "writeline", "writetext", "fwrite", "fputs", "append", "copyto", "writebytes", "print", "println", "stream_copy_to_stream":
		return c.pour(lang)
	case "saveas", "savetofile", "savefile", "saveasasync", "transferto", "save":
		switch {
		case c.recv.mark&(uploadThing|streamObject) != 0 || c.recv.mark&uploadData != 0:
			data := c.recv
			if c.recv.mark&uploadThing != 0 {
				data.mark |= uploadData
			}
			f.facts |= writeFact(out(a), data)
			return value{}, true
		}
	case "move_uploaded_file":
		data := a
		data.mark |= uploadData
		f.facts |= writeFact(out(c.arg(1)), data)
		return value{}, true
	case "readalltext", "readallbytes", "readalllines", "opentext", "openread", "readfile", "file_get_contents", "transmitfile", "loadfromfile", "fileinputstream", "filereader", "streamreader", "show_source", "highlight_file", "readlines", "newinputstream", "writefile", "file", "fpassthru", "readallasync":
		return c.reads()
	case "getfiles", "getdirectories", "getfilesystementries", "enumeratefiles", "enumeratedirectories", "enumeratefilesystementries", "getfilesysteminfos", "getfolder", "scandir", "opendir", "glob", "dir", "listfiles", "list", "newdirectorystream":
		if c.name == "list" && lang == php || c.name == "dir" && !c.free {
			break
		}
		v := a
		if !v.known || c.recv.mark&requestFile != 0 {
			v = c.recv
		}
		c.touch(v, listsChosen)
		return value{mark: chosenMark(v) | v.mark&fromRequest&carried}, true
	case "directoryinfo", "fileinfo", "getfile", "splfileinfo", "directoryiterator", "recursivedirectoryiterator":
		if c.name == "directoryiterator" || c.name == "recursivedirectoryiterator" {
			c.touch(a, listsChosen)
		}
		return value{mark: chosenMark(a) | a.mark&carried, head: a.head, text: a.text, whole: a.whole}, true
	case "getlogicaldrives", "getdrives", "listroots":
		f.facts |= listsDrives
		return value{}, true
	case "delete", "unlink", "deletefile", "deletefolder", "rmdir", "deleteifexists", "deletedirectory":
		v := a
		if len(c.args) == 0 || c.recv.mark&requestFile != 0 {
			v = c.recv
		}
		c.touch(v, deletesChosen)
		return value{}, true
	case "move", "copy", "rename", "renameto", "copyfile", "movefile", "copyfolder", "movefolder", "moveto", "chmod", "chown", "touch", "setlastwritetime", "setlastwritetimeutc", "setcreationtime", "setattributes", "mkdir", "mkdirs", "createdirectory", "createfolder", "setlastmodified":
		if c.name == "copy" && lang == php && a.mark&uploadData != 0 {
			f.facts |= writeFact(out(c.arg(1)), a)
			return value{}, true
		}
		if c.name == "copy" && lang == php && a.head && a.mark&fromRequest != 0 {
			c.wrote(c.arg(1), marked(a, fromNetwork))
		}
		if c.name == "copy" && c.op.lang == curly && !c.on("file", "files", "directory") && c.recv.mark&requestFile == 0 {
			break
		}
		v := a
		if c.recv.mark&requestFile != 0 {
			v = c.recv
		}
		c.touch(v, movesChosen)
		return value{}, true
	}
	return value{}, false
}

// reads knows what takes in a file.
func (c *call) reads() (value, bool) {
	a := c.arg(0)
	if c.name == "file_get_contents" && a.whole && strings.HasPrefix(a.text, "php://input") {
		c.f.facts |= readsRequest
		return value{mark: fromRequest, head: true}, true
	}
	if a.mark&(uploadThing|uploadData) != 0 {
		return value{mark: uploadData, head: true}, true
	}
	switch c.name {
	case "streamreader":
		if a.mark&fromRequest != 0 && !a.head { // the body of the request
			return value{mark: a.mark & carried, head: true}, true
		}
	case "file":
		if c.op.lang == php {
			break
		}
		if !c.op.made {
			return value{}, false
		}
		r := a
		r.mark |= chosenMark(a)
		if len(c.args) > 1 {
			r = added(a, c.arg(1))
			r.mark |= chosenMark(a)
		}
		return r, true
	case "writefile":
		if !c.on("response") {
			return value{}, false
		}
	}
	c.touch(a, readsChosen)
	r := value{mark: fromFile | a.mark&(tainted|carried)&^requestFile}
	if chosen(a) && c.op.lang == php {
		r.mark |= fromNetwork // a name may be an address
	}
	if strings.HasPrefix(a.text, "http://") || strings.HasPrefix(a.text, "https://") {
		r.mark |= fromNetwork
	}
	return r, true
}

// pour writes data to an open file, stream or list.
func (c *call) pour(lang language) (value, bool) {
	f := c.f
	to, data := c.recv, c.arg(0)
	if lang == php && c.free {
		to, data = c.arg(0), c.arg(1)
	}
	if c.on("files") && len(c.args) > 1 { // Files.write(path, data)
		c.wrote(c.arg(0), c.arg(1))
		return value{}, true
	}
	switch {
	case to.mark&outAny != 0:
		if to.mark&(fromRequest|fromFile) != 0 && c.name == "copyto" && data.mark&outAny == 0 {
			break
		}
		f.facts |= writeFact(to.mark, data)
		return value{}, true
	case c.name == "copyto" && data.mark&outAny != 0:
		f.facts |= writeFact(data.mark, to)
		return value{}, true
	case to.mark&streamObject != 0:
		f.merge(c.op.base, data.mark&(carried|blob))
		return value{}, true
	case to.mark&socketChosen != 0 || data.mark&socketChosen != 0:
		f.facts |= movesData
		return value{}, true
	case data.mark&relayChosen != 0 && c.name == "copyto":
		f.facts |= relaysHeader
		return value{}, true
	case c.name == "append" && c.op.base != "" && !c.free:
		return c.grow(), true
	}
	return value{}, false
}
