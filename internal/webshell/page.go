package webshell

import (
	"bytes"
	"strings"
)

// page is what the text of a server page is made of.
type page struct {
	pieces   []piece
	controls map[string]control // server controls by lower-case id
	family   family
	language string // as a directive or the script element states it
	inherits string // the class behind the page
	handler  bool   // a handler or service: code follows its directive
	service  bool   // its name is that of a handler or service
	config   bool   // a configuration file
	sheet    bool   // a transformation with script
	seen     bool   // there is a server element
	bare     bool   // the first one begins a line, or the file
	encoded  bool   // Script Encoder text
	mapped   bool   // a configuration that hands a static ending to a script engine
	cut      bool
}

// piece is one run of server code.
type piece struct {
	start, end int
	form       form
	lang       language
}

// form says how a piece stands in its page.
type form uint8

const (
	block form = iota
	output
	binding // <%# %>: Eval is a look-up there
)

// family is the server that a page is written for.
type family uint8

const (
	noFamily family = iota
	familyASP
	familyPHP
	familyJSP
	familySheet
	familyOther // no code of a language that is read: ColdFusion, server side includes
)

// control says what a server control hands over.
type control uint8

const (
	controlText control = iota + 1
	controlUpload
	controlCommand // an object element for a command shell
	controlFiles   // an object element for the file system
)

// maxPieces, maxControls and maxTag bound what one page may hold.
const (
	maxPieces   = 20_000
	maxControls = 1_000
	maxTag      = 4096
)

// divide finds the server code of a page in one pass. low is the text with
// its ASCII letters in lower case.
func divide(low []byte, path string) *page {
	p := &page{controls: map[string]control{}, family: familyOf(path), service: strings.HasSuffix(path, ".ashx") || strings.HasSuffix(path, ".asmx")}
	switch {
	case codeFile(path):
		p.handler = true
		p.keep(0, len(low), block, codeLanguage(path))
		return p
	case isRazor(path):
		p.razor(low, codeLanguage(path))
		return p
	}
	for i := 0; i < len(low); {
		j := bytes.IndexByte(low[i:], '<')
		if j < 0 || len(p.pieces) >= maxPieces {
			p.cut = p.cut || j >= 0
			break
		}
		i += j
		i = p.element(low, i)
	}
	return p
}

// element looks at what a "<" begins and returns where to go on.
func (p *page) element(low []byte, i int) int {
	rest := low[i:]
	switch {
	case bytes.HasPrefix(rest, []byte("<%--")):
		return after(low, i+4, "--%>")
	case bytes.HasPrefix(rest, []byte("<%")):
		return p.percent(low, i)
	case bytes.HasPrefix(rest, []byte("<?php")), bytes.HasPrefix(rest, []byte("<?=")),
		len(rest) > 2 && rest[1] == '?' && (rest[2] <= ' ' || rest[2] == '@' || rest[2] == '$'):
		return p.phpCode(low, i)
	case bytes.HasPrefix(rest, []byte("<script")):
		return p.script(low, i)
	case bytes.HasPrefix(rest, []byte("<jsp:scriptlet")), bytes.HasPrefix(rest, []byte("<jsp:declaration")), bytes.HasPrefix(rest, []byte("<jsp:expression")):
		name := rest[1 : 1+bytes.IndexAny(append(bytes.Clone(rest[1:min(len(rest), 20)]), '>'), "> \t\r\n")]
		start := after(low, i, ">")
		end := index(low, start, "</"+string(name))
		p.family = familyJSP
		p.first(low, i)
		p.keep(start, end, block, curly)
		return end
	case bytes.HasPrefix(rest, []byte("<xsl:stylesheet")), bytes.HasPrefix(rest, []byte("<xsl:transform")):
		p.sheet = true
		return i + 5
	case bytes.HasPrefix(rest, []byte("<configuration")):
		p.config = true
		return i + 5
	}
	if n := sheetScript(rest); n > 0 && p.sheet {
		tag := attributes(low, i)
		start := after(low, i, ">")
		end := index(low, start, "</"+string(rest[1:n]))
		p.first(low, i)
		p.family, p.language = familySheet, tag["language"]
		p.keep(start, end, block, named(tag["language"]))
		return end
	}
	p.serverElement(low, i)
	return i + 1
}

// sheetScript returns the length of "<prefix:script", 0 for anything else.
func sheetScript(rest []byte) int {
	head := rest[1:min(len(rest), 40)]
	c := bytes.IndexByte(head, ':')
	if c <= 0 || !bytes.HasPrefix(head[c:], []byte(":script")) {
		return 0
	}
	for _, b := range head[:c] {
		if !letter(b) && !digit(b) && b != '-' {
			return 0
		}
	}
	return 1 + c + len(":script")
}

// serverElement notes controls and objects that run at the server.
func (p *page) serverElement(low []byte, i int) {
	rest := low[i:]
	kind := control(0)
	switch {
	case bytes.HasPrefix(rest, []byte("<asp:fileupload")):
		kind = controlUpload
	case bytes.HasPrefix(rest, []byte("<asp:textbox")), bytes.HasPrefix(rest, []byte("<asp:hiddenfield")), bytes.HasPrefix(rest, []byte("<textarea")),
		bytes.HasPrefix(rest, []byte("<input")):
		kind = controlText
	case bytes.HasPrefix(rest, []byte("<object")):
		kind = controlCommand
	case bytes.HasPrefix(rest, []byte("<add ")):
		p.mapping(low, i)
		return
	default:
		return
	}
	tag := attributes(low, i)
	id := tag["id"]
	if tag["runat"] != "server" || id == "" || len(p.controls) >= maxControls {
		return
	}
	if tag["type"] == "file" {
		kind = controlUpload
	}
	if kind == controlCommand {
		if kind = objectOf(tag["classid"] + " " + tag["progid"]); kind == 0 {
			return
		}
	}
	p.controls[id] = kind
}

// objectOf knows the command shells and the file system by class and name.
// Source: the registry of Windows (HKCR\CLSID).
func objectOf(class string) control {
	for _, known := range [...]string{"72c24dd5-d70a-438b-8a42-98424b88afb8", "f935dc22-1cf0-11d0-adb9-00c04fd58a0b", "13709620-c279-11ce-a49e-444553540000", "wscript.shell", "shell.application"} {
		if strings.Contains(class, known) {
			return controlCommand
		}
	}
	if strings.Contains(class, "0d43fe01-f093-11cf-8940-00a0c9054228") || strings.Contains(class, "scripting.filesystemobject") {
		return controlFiles
	}
	return 0
}

// mapping notes a handler that gives a static ending to a script engine.
func (p *page) mapping(low []byte, i int) {
	tag := attributes(low, i)
	engine := tag["scriptprocessor"] + tag["type"]
	if !strings.Contains(engine, "asp.dll") && !strings.Contains(engine, "pagehandlerfactory") && !strings.Contains(engine, "pagebuildprovider") && !strings.Contains(engine, "php-cgi") {
		return
	}
	target := tag["path"] + tag["extension"]
	for _, ending := range [...]string{".config", ".css", ".log", ".jpg", ".png", ".gif", ".txt", ".ico", ".js", ".dat", ".xml"} {
		p.mapped = p.mapped || strings.HasSuffix(target, ending)
	}
}

// script keeps the code of a script element that runs at the server.
func (p *page) script(low []byte, i int) int {
	tag := attributes(low, i)
	start := after(low, i, ">")
	if tag["runat"] != "server" {
		return i + 7 // code of the browser may hold server code
	}
	p.first(low, i)
	end := index(low, start, "</script")
	if p.family == noFamily {
		p.family = familyASP
	}
	if tag["language"] != "" && p.language == "" {
		p.language = tag["language"]
	}
	if tag["src"] == "" {
		p.keep(start, end, block, named(tag["language"]))
	}
	return end
}

// keep adds a piece of code.
func (p *page) keep(start, end int, f form, lang language) {
	if start >= end {
		return
	}
	p.pieces = append(p.pieces, piece{start, end, f, lang})
}

// first notes where the first server element of the page stands.
func (p *page) first(low []byte, i int) {
	if !p.seen {
		p.seen, p.bare = true, lineStart(low, i)
	}
}

// lineStart reports that before i stands only a line end, the end of a style
// rule or comment, or nothing.
func lineStart(low []byte, i int) bool {
	for i--; i >= 0; i-- {
		switch low[i] {
		case ' ', '\t', '\xbf', '\xbb', '\xef':
			continue
		case '\n', '\r', '}', '/':
			return true
		}
		return false
	}
	return true
}

// attributes reads name="value" pairs of the element at i; values are lower
// case like low.
func attributes(low []byte, i int) map[string]string {
	end := i + 1
	for end < min(len(low), i+maxTag) {
		if low[end] == '>' && low[end-1] != '%' || low[end] == '<' && (end+1 == len(low) || low[end+1] != '%') {
			break // the next element: no byte is read for two of them
		}
		end++
	}
	return pairs(low[i:end])
}

func pairs(tag []byte) map[string]string {
	list := map[string]string{}
	for i := 0; i < len(tag); {
		eq := bytes.IndexByte(tag[i:], '=')
		if eq < 0 {
			break
		}
		eq += i
		name := bytes.TrimSpace(tag[i:eq])
		if n := bytes.LastIndexAny(name, " \t\r\n\"'<"); n >= 0 {
			name = name[n+1:]
		}
		v := eq + 1
		for v < len(tag) && tag[v] <= ' ' {
			v++
		}
		end := v
		if v < len(tag) && (tag[v] == '"' || tag[v] == '\'') {
			quote := tag[v]
			v++
			for end = v; end < len(tag) && tag[end] != quote; end++ {
			}
		} else {
			for end < len(tag) && tag[end] > ' ' {
				end++
			}
		}
		list[string(name)] = string(bytes.TrimSpace(tag[v:end]))
		i = end + 1
	}
	return list
}

// after returns the position behind the next mark, or the end.
func after(low []byte, from int, mark string) int {
	if i := bytes.Index(low[min(from, len(low)):], []byte(mark)); i >= 0 {
		return from + i + len(mark)
	}
	return len(low)
}

// index returns the position of the next mark, or the end.
func index(low []byte, from int, mark string) int {
	from = min(from, len(low))
	if i := bytes.Index(low[from:], []byte(mark)); i >= 0 {
		return from + i
	}
	return len(low)
}
